"""Measurements: our plans beside the rivals' on synthetic seasons and on public sets. In reading order:

- `memory`: peak memory of all processes under this one.
- `public_sets`: public benchmark files as planning problems, their objectives as theirs.
- `run`: each case solved in a process of its own, and measured.
- `table`: results as the rows of a table, medians over the seeds.
"""
