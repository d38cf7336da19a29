"""Trains alone in arrays: which party goes on which train, and which trains run.

Parties are one by one here, for each has prices of its own: sums over parties that a train takes whole are what the
bound gains over the relaxation that cuts parties up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scheduler.solver.model.block import Loads
from scheduler.solver.model.instance import CLOSED, Instance, Ints
from scheduler.solver.model.solution import Solution

NEVER = 1 << 60
"""The cost in fen of what cannot be."""

MOST_PAIRS = 4_000_000
"""Pairs of a party and a train, of a problem that is solved this way."""

MOST_CELLS = 400_000_000
"""Parties x seats, summed over the trains: what one look at all trains takes, half a second of these."""


class Location(NamedTuple):
    """Parties and trains; money is fen.

    `cost` (trains, parties) is fare, access and shift of the whole party, NEVER where it cannot ride. `of_class` is the
    class of each party.
    """

    size: Ints
    leave: Ints
    of_class: Ints
    cost: Ints
    seats: Ints
    least: Ints
    fixed: Ints


def location_of(instance: Instance) -> Location | None:
    """Return a problem's trains and parties; None where coaches, a budget or seats sold twice matter, or it is large.

    Nor where people have been told something, or pins link them: then the cheapest way to ride a train need not be the
    best.

    There must be several trains: who rides the only one is a knapsack, and programs solve it at once.
    """
    trains, n = instance.trains, int(instance.count.sum())
    if (
        instance.told is not None
        or instance.links.bind
        or instance.has_coaches
        or instance.budget_fen is not None
        or len(trains) < 2
        or any(t.resell and t.legs > 1 for t in trains)
    ):
        return None
    if len(trains) * n > MOST_PAIRS or sum(t.seats for t in trains) * n > MOST_CELLS:
        return None
    of_class = np.repeat(np.arange(instance.n_classes), instance.count)
    cost = np.full((len(trains), instance.n_classes), NEVER, dtype=np.int64)
    keys = list(zip(instance.origin.tolist(), instance.work_stop.tolist(), strict=True))
    for t, train in enumerate(trains):
        can = instance.by_train & (instance.first <= train.day) & (instance.last >= train.day)
        for k in np.flatnonzero(can & (instance.size <= train.seats)).tolist():
            options = train.options.get(keys[k])
            if options and options[0].cost_fen < CLOSED:
                cost[t, k] = options[0].cost_fen
        rides = cost[t] < NEVER
        away = instance.shift(np.arange(instance.n_classes), train.day)
        cost[t, rides] = ((cost[t] + away) * instance.size)[rides]
    return Location(
        size=instance.size[of_class],
        leave=instance.leave_fen[of_class],
        of_class=of_class,
        cost=np.ascontiguousarray(cost[:, of_class]),
        seats=np.array([t.seats for t in trains], dtype=np.int64),
        least=np.array([t.min_load for t in trains], dtype=np.int64),
        fixed=np.array([t.fixed_fen for t in trains], dtype=np.int64),
    )


def riding(location: Location, solution: Solution) -> Ints:
    """Return the train of each party in a solution, -1 where it is left behind."""
    at = np.full(len(location.size), -1, dtype=np.int64)
    start = np.searchsorted(location.of_class, np.arange(len(solution.left)))
    for train, load in enumerate(solution.trains):
        for (k, _option), n in load.items():
            at[start[k] : start[k] + n] = train
            start[k] += n
    return at


def loads_of(location: Location, at: Ints) -> Loads:
    """Return the loads where each party rides the train named, or none where it is negative."""
    loads = Loads()
    for j in np.flatnonzero(at >= 0).tolist():
        load = loads.trains.setdefault(int(at[j]), {})
        key = int(location.of_class[j]), 0
        load[key] = load.get(key, 0) + 1
    return loads


def total_fen(location: Location, at: Ints) -> int:
    """Return what it costs that each party rides the train named."""
    rides = np.flatnonzero(at >= 0)
    fixed = int(location.fixed[np.unique(at[rides])].sum())
    return fixed + int(location.cost[at[rides], rides].sum()) + int(location.leave[at < 0].sum())
