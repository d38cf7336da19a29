"""Large neighbourhood search: the current solution is made better block by block. In reading order:

- `params`: what steers the search, a field a figure
- `runs`: runs with their loads, and moves among them
- `local_search`: runs of a block opened, closed and refitted by the prices of a plan
- `exchanges`: runs exchanged for others, in which the same local search goes on
- `tasks`: what a worker process does: repair a block by local search or as a program
- `destroy_repair`: owner of the current solution: takes blocks out, accepts what is cheaper
- `blocks/`: the kinds of blocks, a class each
- `selection`: which neighbourhood comes next
- `lns`: the loop: choose, destroy, repair, accept
"""
