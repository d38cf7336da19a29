"""How full the seats are. In reading order:

- `loads`: people over passenger seats, by run, date, destination, vehicle type, operator.
- `figures`: what the page tells beyond that: seat-km, cost a head, fleet use, shifts, unserved.
- `charts`: charts as SVG, drawn by hand.
- `page`: the page: one file, no script, a table behind every chart.
- `workbook`: the same figures as a workbook with native charts.
"""
