"""One file a command, in the order of a season's work:

- `init`: a new season folder with template workbooks.
- `example`: a synthetic season to try the program on.
- `check`: every problem of the rosters and tables, with its cure.
- `plan`: the plan at the least cost.
- `verify`: every rule and every cost derived again.
- `manifests`: what each hand needs on the day.
- `announce`: the plan becomes what people have been told.
- `replan`: a plan after changes, with the least disturbance.
- `record`: files that come back.
- `waiting`: the waiting list.
- `explain`: one person's seat, or why there is none.
- `whatif`: plans side by side with some things otherwise.
- `score`: a plan made by hand.
- `on_the_way`: departures, safety reports, arrivals.
- `status`: how every run stands.
- `daily`: the day's report upward.
- `settle`: what carriers are paid, what employers may claim, who rode.
- `history`: seasons side by side.
- `utilisation`: how full the seats are.
- `log`: who took which personal data out, and whether anybody changed the ledger.
- `backup`: the ledger in one file.
- `restore`: a copy in the place of the ledger.
- `erase`: the personal data of a season go, counts and a certificate stay.
- `bench`: the benchmark suite, with gaps and bounds.
- `schema`: the JSON Schema of the plan.
"""
