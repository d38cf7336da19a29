"""What commands say at length. In reading order:

- `plan_summary`: what `plan` says of a plan.
- `plan_brief`: the first screen of it.
- `coach_worth`: what `whatif` says of one coach more.
- `explanation`: what `explain` tells on the telephone.
"""
