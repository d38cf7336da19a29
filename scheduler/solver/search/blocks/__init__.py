"""Kinds of blocks: what each takes out of the current solution and why, and how it is repaired. In reading order:

- `neighbourhoods`: what every kind may ask; the guide's plan, the whole season, zones, small regions
- `kinds`: which kind of block around a loss is next, and which blocks came to nothing lately
- `losses`: blocks around losses and changes, drawn by chance
- `mending`: blocks around pins that are not obeyed yet
- `regions`: kinds of blocks that are a whole region
- `trains`: kinds of blocks and their turns where trains run alone
"""
