"""From a problem to a verified plan and a proven bound. A floor imports only those above it in this list.

- `model/`: the problem as arrays, services, solutions, and who rides which run
- `frozen`: runs that are not changed any more, taken out and put back
- `decided`: those whom pins leave behind, taken out
- `construction/`: a solution to begin with, from nothing or from the plan that stands
- `keeping`: what a new plan keeps of the one that stands: ids, seats
- `mip/`: programs over services, for blocks and for a small problem whole
- `bound/`: the relaxation by column generation: a lower bound, and prices that guide the search
- `location/`: where trains run alone: facility location
- `search/`: large-neighbourhood search, which remakes a solution block by block
- `bound_process`: the bound raised in a process beside the search
- `plan_builder`: from a solution to a plan by name
- `reasons/`: why a party is on no run, and what would change that
- `ending/`: once the search is over: the last seats, and remedies tried before they are said
- `params`: how `solve` shares out its time, and what steers its parts
- `params_file`: the same from a TOML file
- `result`: what a caller may tell `solve`, and what it tells while it works and when it is over
- `solve`: the whole course
"""
