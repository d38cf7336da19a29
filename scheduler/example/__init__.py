"""Synthetic seasons of Yuechi county: a problem to solve, or a folder as people would send it. In reading order:

- `county`: the county, its townships, and the places its people work in.
- `dates`: the days of the season.
- `people`: names, ID numbers and phones that belong to nobody.
- `layouts`: each township's form: titles, headings, ways to write dates and places.
- `description`: all that a season says, before any spelling.
- `travellers`: parties with their wishes, and the people in them.
- `supply`: trains, coaches, minibuses.
- `surroundings`: places, distances, staff.
- `season`: those put together, of any size: `synthetic_problem`.
- `spelling`: a traveller as a row of cells, in the township's own form.
- `dirty`: errors as townships make them, planted, each with the code it must get.
- `write`: the season folder.
"""
