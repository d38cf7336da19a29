"""Pricing: the services whose loads would pay more than their coach costs, and duals that no service beats.

In reading order, which is the order of imports:

- `service_cover`: every service that any plan could run, in arrays; never one too few.
- `coach_prices`: every coach and whom it could carry in flat arrays; what coaches cost at given duals (compiled).
- `move_columns`: what access and moving cost people who have been told something.
- `columns`: runs of services with their loads, found by pricing.
- `knapsack_numba`: the best loads of a pair's services (compiled).
- `pricing_numba`: pairs priced and duals repaired one after another (compiled).
- `pricer`: states what is computed and why it is right; the face of all this.
"""
