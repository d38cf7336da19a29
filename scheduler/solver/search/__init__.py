"""Large neighbourhood search: the current solution is made better block by block. In reading order:

- `params`: what steers the search, a field a figure
- `runs`: runs with their loads, and moves among them
- `local_search`: runs of a block opened, closed and refitted by the prices of a plan
- `exchanges`: runs exchanged for others, in which the same local search goes on
- `tasks`: what a worker process does: repair a block by local search or as a program
- `destroy_repair`: owner of the current solution: takes blocks out, accepts what is cheaper
- `near_services`: services near the relaxation's solution, which programs are made over
- `neighbourhoods`: a class a kind of block: what it takes out and why, how it is repaired
- `mending`: blocks around pins that are not obeyed yet
- `regions`: kinds of blocks that are a whole region
- `trains`: kinds of blocks and their turns where trains run alone
- `selection`: which neighbourhood comes next
- `lns`: the loop: choose, destroy, repair, accept
"""
