"""Any file that people send -> tables with headings; knows no season. In reading order:

- `issues`: a finding: code, place, what to do; the list of all codes.
- `sheets/`: a file -> sheets of cells.
- `tables/`: sheets -> tables: which rows are headings, which column is which field.
"""
