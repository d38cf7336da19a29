"""pins.csv (.xlsx): what the dispatcher has decided, as a table of the season folder. In reading order:

- `people`: whom a cell means.
- `reading`: its rows -> pins of the problem; a row that cannot be used is an issue.
"""
