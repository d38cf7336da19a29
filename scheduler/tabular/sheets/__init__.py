"""A file of any kind -> its visible sheets of cells; harmful and damaged ones are refused. In reading order:

- `compound_file`: the container of .xls, old .et and encrypted .xlsx.
- `xlsx_parts`: which part of an .xlsx holds which sheet.
- `unfolding`: how large a workbook becomes when it is read.
- `limits`: a workbook's bytes looked at before it is loaded.
- `unreadable_cells`: cells that are not empty and yet hold nothing to read.
- `record_lines`: physical lines of a CSV file -> records.
- `text_tables`: CSV in any usual encoding and separator; HTML that calls itself .xls.
- `workbook`: the face of all that: `read_sheets`, `list_files`.
"""
