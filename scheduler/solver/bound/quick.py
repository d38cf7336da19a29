"""A lower bound in a moment: everybody's cheapest share of a full vehicle.

A coach run of cost f with at most Q seats carries at most Q people, so f is at least f / Q summed over its
passengers; the same for a train's fixed cost. Hence every plan costs at least the sum over parties of the smaller of

- leaving the party, and
- its people x (the least f / Q over coaches it could ride + the least access + the least date shift), or the same on
  the trains it could ride.

For a coach to the party's stops, f >= fixed + km price x the shortest leg from any home stop to any work stop that may
share a coach with the party's (a path has exactly one leg between the ends, and its other legs and stops cost no less
than nothing); Q is the seats with the drivers of such a short path, the most any path leaves. Path km are rounded to
0.1 km and the cost to a fen, so half a step of each is given away; every share is a fraction of integers rounded down.
"""

from __future__ import annotations

import numpy as np

from scheduler.evaluate import drivers_for
from scheduler.solver.model.instance import CLOSED, Instance
from scheduler.solver.model.party_sizes import fillable
from scheduler.solver.model.services import Services


def quick_bound(services: Services) -> int:
    """Return a lower bound in fen on the cost of every plan of the instance."""
    instance = services.instance
    access = instance.access.min(axis=1, initial=CLOSED)
    by_signature = coach_shares(services)
    leave = instance.leave_fen
    total = 0
    for k in range(instance.n_classes):
        first, last = int(instance.first[k]), int(instance.last[k])
        each = CLOSED
        if instance.by_coach[k]:
            days = np.arange(first, last + 1)
            least_shift = int(instance.shift(np.full(len(days), k), days).min(initial=CLOSED))
            each = by_signature[int(instance.signature[k])] + int(access[instance.origin[k]]) + least_shift
        if instance.by_train[k]:
            each = min(each, _train_share(instance, k))
        cost = min(int(leave[k]), each * int(instance.size[k]))
        total += cost * int(instance.count[k])
    return total


def coach_shares(services: Services) -> list[int]:
    """Return for each signature the least fen a seat of any coach it could ride, rounded down."""
    instance = services.instance
    share = [_coach_share(services, stop) for stop in range(len(instance.works))]
    return [min((share[stop] for need in sig for stop in need), default=CLOSED) for sig in instance.signatures]


def _coach_share(services: Services, stop: int) -> int:
    """Return the least fen a seat of any coach that could call at a work stop, rounded down."""
    instance = services.instance
    together = np.append(services.neighbours(stop), stop)
    km = float(instance.link_km[:, together].min(initial=np.inf))
    if not np.isfinite(km):
        return CLOSED
    path_m = max(0, int(km * 1000) - 50)
    drivers = drivers_for(path_m / 1000 / instance.km_per_h, path_m)
    crew = drivers + instance.crew if instance.crew_in_seats else 0
    best = CLOSED
    for rated, fixed, per_km in zip(instance.rated, instance.fixed_fen, instance.per_km_fen, strict=True):
        seats = fillable(instance, int(rated) - crew - instance.reserve)
        if seats >= instance.min_load:
            fen = max(0, int(int(fixed) + float(per_km) * path_m / 1000) - 1)
            best = min(best, fen // seats)
    return best


def _train_share(instance: Instance, k: int) -> int:
    """Return the least fen a person of a class on any train it may ride."""
    best = CLOSED
    key = int(instance.origin[k]), int(instance.work_stop[k])
    for block in instance.trains:
        options = block.options.get(key)
        if options and instance.first[k] <= block.day <= instance.last[k]:
            people = fillable(instance, block.seats) * (block.legs if block.resell else 1)
            if people:
                shift = int(instance.shift(np.array([k]), block.day)[0])
                best = min(best, options[0].cost_fen + shift + block.fixed_fen // people)
    return best
