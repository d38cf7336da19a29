"""Questions to a season, and what it would be with some things otherwise; nothing is stored. In reading order:

- `find_person`: who is meant: by key, ID number, telephone, name and township.
- `find_set_aside`: who is meant among the rows set aside.
- `fleet_changes`: coaches fewer on some days.
- `hubs`: hubs opened and closed.
- `scenario`: the season with some things otherwise.
- `hand_plan`: a plan made by hand, row by row.
"""
