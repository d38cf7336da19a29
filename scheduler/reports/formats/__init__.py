"""Neutral documents, and the files they become. In reading order:

- `document`: what stands on the paper, before anyone asks in which format.
- `file_names`: names that every system takes.
- `fonts`: the vendored fonts, and what to do with a character they lack.
- `text_layout`: text laid into the width it has.
- `printed_rows`: a line above each group of rows, rows abreast.
- `pdf_file`: the PDF format, as far as we print.
- `qr`: QR codes as rectangles.
- `feet`: what stands at the foot of each page.
- `pdf`: documents as PDF.
- `xlsx_file`: the workbook format, as far as we print.
- `xlsx`: documents as workbooks.
"""
