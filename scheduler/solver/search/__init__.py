"""Large neighbourhood search: the current solution is made better block by block. In reading order:

- `params`: what steers the search, a field a figure
- `runs`: runs with their loads, and moves among them
- `local_search`: runs of a block opened, closed and refitted by the prices of a plan
- `exchanges`: runs exchanged for others, in which the same local search goes on
- `tasks`: what a worker process does: repair a block by local search or as a program
- `portions`: portions of a solution: what a removal names, what is out, and a block in flight
- `destroy_repair`: owner of the current solution and of the best: takes blocks out, accepts what is cheaper
- `blocks/`: the kinds of blocks, a class each
- `selection`: which neighbourhood comes next
- `lns`: the loop: choose, destroy, repair, accept
"""
