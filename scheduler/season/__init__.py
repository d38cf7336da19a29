"""A season folder: its files read, written and found. In reading order:

- `folder`: which files a season has, and where.
- `advice`: what to do about a folder that is no season.
- `settings`: season.toml -> Settings.
- `new`: the season.toml of a new season.
- `table_rows`: one row of a table, cell by cell: numbers, days, clock times.
- `tables`: the tables beside the rosters: files, headings, rows.
- `network`: places, access, distances.
- `vehicles`: fleet, trains, escorts.
- `ledger/`: season.db: what has happened, one append-only table of events.
- `plans`: plan/plan.json, stored whole or not at all.
- `ask/`: who is meant, and the season with some things otherwise.
- `pins/`: what the dispatcher has decided: pins.csv.
- `load`: all of it -> a Problem, with every issue: `load`.
- `life/`: what happens after the first plan: changes, what people have been told, what is frozen.
- `keyed`: the people by their keys, to be planned, or beside the plan that stands.
- `template_columns`: what the template workbooks ask for, in the bureau's words.
- `templates`: those workbooks.
"""
