"""Seasons of trains alone: single-source capacitated facility location, searched and bounded by methods of its own.

Where no coach can run, a plan says which trains run and who rides which; a search that opens coaches has nothing to do
there. In reading order, which is the order of imports:

- `problem`: parties and trains in arrays, and when a season is such a problem
- `orders`: sorting and shuffling, compiled once
- `running_numba`: which trains run, so that together they have seats for everybody
- `knapsack_numba`: the best load of each train at given prices, and what any other way costs more
- `lagrangian`: prices of the parties that prove a bound
- `moves_numba`: parties change trains, trains open and close
- `local_search`: such moves from disturbed solutions, again and again
- `branching`: which trains run and who rides them, said one by one until the bound meets the plan
- `restricted`: the program over the pairs that the prices leave
"""
