"""The day and after: what escorts report, what is overdue, and what follows from it. In reading order:

- `headcounts`: how many a run carried, and how many of its list did not come.
- `on_the_way`: a departure, a report, an arrival: taken, or refused with what stands.
- `returned/`: files that come back: ticked packs, replies, SMS results, day workbooks, messages.
- `waiting`: the waiting list, and whom free seats could take.
- `not_running`: runs that do not take place: nobody waits for them.
- `status`: how each run stands at a moment.
- `who_came`: who came of those who had a seat, and what follows for the next season.
- `daily`: the day's report upward, in figures.
- `county_headings`: the county's own headings for it.
- `settlement`: what carriers are paid, what employers may claim, who rode.
- `archive`: a season in one file without anybody in it, that verifies again.
- `erasing_tables`: tables that stay, without anybody in them.
- `erasing`: what is personal goes, counts and a certificate stay.
"""
