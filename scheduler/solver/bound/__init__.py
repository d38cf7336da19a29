"""A proven lower bound on the cost of every plan, and what the search for plans learns from it.

In reading order, which is the order of imports:

- `quick`: a bound in a moment, from everybody's cheapest share of a full vehicle.
- `params`: what the bound does how often and where it stops; figures for speed.
- `compiled`: how loops are compiled.
- `groups`: people who are interchangeable when parties may be cut up.
- `pricing/`: which coach would earn more than it costs at given duals? All services there are, exactly.
- `pdhg`: the primal-dual hybrid gradient method, a rough and quick way to solve a linear program.
- `master`: the dual restricted to the columns found so far, moved towards its optimum by such steps.
- `branching/`: a tree over whole numbers of coaches tightens the bound of small seasons and regions.
- `column_generation`: the relaxation, raised round by round, then by the tree; states the program and the proof.
- `diving`: runs and services near the relaxation's solution, which guide the search.
- `coach_values`: what one coach more is worth, by type and date, at those prices
"""
