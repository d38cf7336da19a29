"""The rivals that our plans are held against. In reading order:

- `departures`: a plan made of a rival's decisions alone: who rides which run, and where they board.
- `by_hand`: how a bureau plans with a spreadsheet, town by town and day by day.
- `hand_made`: rows of a plan that somebody made by hand.
- `naive`: a boolean for each party and run, handed to CP-SAT.
"""
