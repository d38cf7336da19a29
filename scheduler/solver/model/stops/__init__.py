"""Which stops a coach calls at, when, and for whom.

A module imports only those above it in this list.

- `sets`: sets of stops of one end, and the shortest ways through each
- `departures`: when coaches leave their boarding stops
- `cover`: who calls at which stop, so that none is idle
"""
