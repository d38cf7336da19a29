"""What comes back from outside, read in. In reading order:

- `one_liners`: one-line messages as people write them into a chat group.
- `check_sheets`: the pack of a run, ticked: who boarded, how many were counted when.
- `files`: which kind of file it is; replies, SMS results and day workbooks.
"""
