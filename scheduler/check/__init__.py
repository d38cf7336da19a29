"""What goes back to the townships after their lists are read. In reading order:

- `summary`: issues counted by file and by code.
- `page`: that summary as one offline page, without personal data.
- `county_roster`: everyone who can be planned, one clean row each.
- `xlsx_marks`: coloured cells, written into the workbook's own XML.
- `xlsx_notes`: the notes on those cells.
- `xlsx_package`: an .xlsx as its parts, those with marks and notes changed, all others as they were.
- `annotate`: a copy of each file with its bad cells coloured and explained: the face of the last three.
"""
