"""Rosters -> people and parties of a season, with every finding on the way. In reading order:

- `names`: what stands in a name cell and is no one person's name.
- `cells`: one cell -> a clean value: ID and phone numbers, sex, mode, priority.
- `dates`: dates as people write them -> days of the season.
- `column_choice`: several columns for one field -> the one that is meant.
- `fields`: the fields of a roster, and the headings people give them.
- `person_findings`: findings about the cells of a person's row, in words.
- `row_reader`: one row -> one person's entry.
- `duplicates`: the same person more than once, the same phone for many.
- `stated`: the number of people that a title or footer states, held against the rows read.
- `leftovers`: people who stand where no table takes them in.
- `other_masks`: ID numbers masked in another way than on the season's lists; what a masked number shows.
- `parties`: entries -> parties.
- `intake`: all files of a season, whole: `read_roster`.
"""
