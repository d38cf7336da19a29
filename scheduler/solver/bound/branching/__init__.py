"""Branching: coaches come whole, so a tree over whole numbers tightens the bound.

In reading order, which is the order of imports:

- `node`: the duals of a node under its limits on counts, proven by pricing.
- `candidates`: the counts a node may be split at, the likeliest first.
- `tree`: which node to raise, where to split it; one tree for small seasons, one for each region but the largest of
  larger ones.
"""
