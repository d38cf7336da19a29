"""Once the search is over: who is seated after all, what would help the others, and the gate. In reading order:

- `last_seats`: who is left behind though a way stands open takes it
- `stood`: so they do in the plan that stands, which is taken where what was found is worse
- `contested`: whether a seat that a remedy gives would be anybody else's as well
- `train_seats`: how many seats more on a train are enough for those who wait for them
- `tried`: remedies are tried by planning again before they are said
- `sound`: no plan leaves with which `verify` finds a fault
"""
