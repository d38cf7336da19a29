"""The problem as the solver sees it; numbers in place of names, classes in place of parties.

A module imports only those above it in this list.

- `told`: what people have been told, by class, and what moving them costs
- `pins/`: what the dispatcher has pinned
- `train_blocks`: trains, and the ways to ride them
- `classes`: parties that may take each other's places
- `instance`: the problem as arrays, parties counted by class
- `party_sizes`: seats that parties of such sizes can fill
- `stops/`: which stops a coach calls at, when, and for whom
- `services`: what could run: sets of stops, and what each costs, seats and holds
- `eligible`: who may ride which coach
- `seating`: who rides which run, for given runs, and what a seat is worth
- `solution`: what runs and who rides, and what that costs
- `block`: a part of a solution to be remade, and what it is remade to
- `guidance`: what the relaxation tells the search, and the services near its solution
"""
