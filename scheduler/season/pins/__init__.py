"""pins.csv (.xlsx): what the dispatcher has decided, as a table of the season folder. In reading order:

- `people`: whom a cell means.
- `reading`: its rows -> pins of the problem; a row that cannot be used is an issue.
- `writing`: rows that are added to it, and taken out of it.
"""
