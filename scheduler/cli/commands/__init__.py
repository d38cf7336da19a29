"""One file a command, in the order of a season's work:

- `init`: a new season folder with template workbooks.
- `example`: a synthetic season to try the program on.
- `check`: every problem of the rosters and tables, with its cure.
- `plan`: the plan at the least cost.
- `verify`: every rule and every cost derived again.
- `manifests`: what each hand needs on the day.
- `utilisation`: how full the seats are.
- `log`: who took which personal data out, and whether anybody changed the ledger.
- `backup`: the ledger in one file.
- `restore`: a copy in the place of the ledger.
- `bench`: the benchmark suite, with gaps and bounds.
- `schema`: the JSON Schema of the plan.
"""
