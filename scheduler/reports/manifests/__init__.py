"""What each hand holds on the day, one folder a reader. In reading order:

- `guide`: the note beside the files: which folder goes to whom, and what it shows.
- `crew`: who leads a run, in words.
- `run_pack`: all that one run needs: passengers, timetable with safety reports, handover.
- `coach_papers`: what a coach needs besides: charter filing, emergency card.
- `lists`: lists of those who carry and lead: carriers, railway, escorts.
- `home_lists`: lists of the home end: townships, public notices.
- `arrivals`: lists of the work end: employers, stations.
- `feeder_sheets`: what each minibus drives on a day; who has none.
- `day_book`: the bureau's own workbook of a day.
- `messages`: what each passenger must know, in one or two short messages.
- `jobs`: which files are written for whom, one job a file.
- `write`: the jobs done, spread over processes where there are many.
"""
