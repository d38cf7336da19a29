"""Sheets of cells -> tables with headings. In reading order:

- `headings`: what tables are made of: fields, their headings, rows.
- `data_rows`: rows of data below the headings; totals, signatures and examples are none.
- `heading_rows`: which rows are headings, and which column they make which field.
- `ragged`: rows of a text file whose cells do not agree with the headings.
- `column_findings`: which columns are missing, unclear, or of another journey.
- `blocks`: where the tables of a sheet stand: `read_tables`, `find_tables`.
"""
