"""What commands say at length. In reading order:

- `plan_summary`: what `plan` says of a plan.
- `plan_brief`: the first screen of it.
- `coach_worth`: what `whatif` says of one coach more.
- `explanation`: what `explain` tells on the telephone.
- `event_text`: an event of the ledger in a line, as `log` prints it.
"""
