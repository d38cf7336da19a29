"""How full the seats are. In reading order:

- `loads`: people over passenger seats, by run, date, destination, vehicle type, operator.
- `figures`: what the page tells beyond that: seat-km, money a head, fleet use, shifts, unserved.
- `charts`: charts as SVG, drawn by hand.
- `value_map`: what one coach more is worth, as a picture.
- `risks`: what may yet go wrong, in sentences.
- `brief`: the first page.
- `page`: the page: one file, no script, a table behind every chart.
- `workbook`: the same figures as a workbook with native charts.
"""
