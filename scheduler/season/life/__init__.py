"""A season after its first plan: people are told, answer, change their minds; coaches break down. In reading order:

- `change`: what has changed, as the ledger keeps it.
- `changes_file`: a changes file -> what has changed, row by row.
- `standing`: the rosters and tables as the ledger's events have changed them; what is told, what is frozen.
- `carried_bound`: what the bound of an earlier plan proves of a plan made now.
- `standing_season`: a season with its ledger, and what a plan made now is bound to.
- `record_changes`: a changes file -> events.
- `announcing`: the current plan becomes what people have been told.
- `differences`: what a plan changes for people, one by one, and why.
- `comparison`: two plans side by side.
- `kept_plans`: the plans that the ledger keeps, and one of them taken back.
"""
