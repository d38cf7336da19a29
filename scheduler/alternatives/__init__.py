"""How else people could ride beside a plan, exactly, the rest as planned. In reading order:

- `reseating`: one run with other people on it: its exact cost, or the rule that forbids it.
- `ways`: the other ways of a party: runs of the plan, a coach or train of its own.
- `pin_prices`: what each pin costs, the rest as planned.
- `wishes`: the smallest change of a party's wish that gives it a seat.
- `mends`: the cheapest mend of what a plan made by hand breaks.
"""
