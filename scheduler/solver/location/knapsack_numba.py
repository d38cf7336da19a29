"""The best load of each train at given prices of the parties: 0-1 knapsacks by dynamic programming, compiled."""

from __future__ import annotations

import numpy as np

from scheduler.solver.bound.compiled import compiled
from scheduler.solver.location.orders import greatest_first
from scheduler.solver.location.problem import NEVER, Location
from scheduler.solver.location.running_numba import needed, running, total_without
from scheduler.solver.model.instance import Floats, Ints

MOST_TABLE = 30_000_000
"""Cells of the tables from which the excess of a train's pairs is read exactly; beyond that it is estimated."""


@compiled
def divisible_worth(gain: Floats, size: Ints, room: int) -> float:
    """Return what the best load in `room` seats is worth if parties could be cut up: no less than the truth."""
    worth, free = 0.0, room
    for j in greatest_first(gain / size):
        if gain[j] <= 0 or free <= 0:
            break
        n = min(free, size[j])
        worth += gain[j] * n / size[j]
        free -= n
    return worth


@compiled
def best_load(gain: Floats, size: Ints, seats: int, least: int, taken: Ints) -> float:
    """Return what the best load of at least `least` people is worth, -inf when there is none; write it to `taken`."""
    n = len(gain)
    exact = least > 1
    best = np.zeros(seats + 1)
    if exact:
        best[1:] = -np.inf
    better = np.zeros((n, seats + 1), dtype=np.bool_)
    for j in range(n):
        q = size[j]
        if q > seats or (gain[j] <= 0 and not exact):
            continue
        for c in range(seats, q - 1, -1):
            trial = best[c - q] + gain[j]
            if trial > best[c]:
                best[c] = trial
                better[j, c] = True
    at = seats
    if exact:
        at = -1
        for c in range(least, seats + 1):
            if best[c] > -np.inf and (at < 0 or best[c] > best[at]):
                at = c
        if at < 0:
            return -np.inf
    worth = float(best[at])
    for j in range(n - 1, -1, -1):
        if better[j, at]:
            taken[j] = 1
            at -= size[j]
    return worth


@compiled
def relaxed(location: Location, y: Floats, net: Floats, runs: Ints, aboard: Ints, riders: Ints) -> float:
    """Return the bound that prices y prove.

    `net` gets what each train costs at its best load, less what that is worth; `runs` which of them run then; `aboard`
    who is in the best load of each train that runs; `riders` how many of these take each party.
    """
    n, m = len(location.size), len(location.seats)
    aboard[:] = 0
    for k in range(m):
        who = np.empty(n, dtype=np.int64)
        count = 0
        enough = location.least[k] > 1
        for j in range(n):
            if location.cost[k, j] < NEVER and (enough or y[j] > location.cost[k, j]):
                who[count] = j
                count += 1
        who = who[:count]
        gain, size = np.empty(count), np.empty(count, dtype=np.int64)
        for i in range(count):
            gain[i] = y[who[i]] - location.cost[k, who[i]]
            size[i] = location.size[who[i]]
        taken = np.zeros(count, dtype=np.int64)
        net[k] = location.fixed[k] - best_load(gain, size, location.seats[k], location.least[k], taken)
        for i in range(count):
            aboard[k, who[i]] = taken[i]
    units, seats, left, order = needed(location, y)
    total, behind = running(net, seats, units, left, runs)
    spent = 0.0  # on leaving behind, the cheapest first
    for j in order:
        total += min(y[j], location.leave[j])
        riders[j] = location.leave[j] < y[j]
        if not riders[j] and spent < left[behind]:
            riders[j] = 1
            spent += location.leave[j] - y[j]
        for k in range(m):
            aboard[k, j] *= runs[k]
            riders[j] += aboard[k, j]
    return total


@compiled
def either_way(location: Location, y: Floats, net: Floats, if_runs: Floats, if_not: Floats) -> None:
    """Write the bounds that prices y prove for plans in which a train runs, and for those in which it does not.

    `net` as `relaxed` gives it.
    """
    units, seats, left, _order = needed(location, y)
    parties = 0.0
    for j in range(len(y)):
        parties += min(y[j], location.leave[j])
    without = total_without(net, seats, units, left)
    runs = np.zeros(len(net), dtype=np.int64)
    for k in range(len(net)):
        own = net[k]
        if_runs[k] = parties + without[k] + own
        net[k] = np.inf
        total, _behind = running(net, seats, units, left, runs)
        if_not[k] = parties + total
        net[k] = own


@compiled
def excesses(location: Location, y: Floats, bound: float, net: Floats, excess: Floats) -> None:
    """Write for each pair by how much more than the bound at prices y any plan costs where the party rides that train.

    `bound` and `net` as `relaxed` gives them. With a party aboard for certain the best load is read from two tables: of
    the parties before it and of those behind it. A min_load is not asked for: then the excess is only smaller.
    """
    n, m = len(location.size), len(location.seats)
    units, all_seats, left, _order = needed(location, y)
    without = total_without(net, all_seats, units, left)
    for j in range(n):
        bound -= min(y[j], location.leave[j])
    for k in range(m):
        seats = location.seats[k]
        who = np.empty(n, dtype=np.int64)
        count = 0
        for j in range(n):
            excess[k, j] = np.inf
            if y[j] > location.cost[k, j]:
                who[count] = j
                count += 1
        who = who[:count]
        gain, size = np.empty(count), np.empty(count, dtype=np.int64)
        place = np.full(n, -1, dtype=np.int64)
        for i in range(count):
            gain[i] = y[who[i]] - location.cost[k, who[i]]
            size[i] = location.size[who[i]]
            place[who[i]] = i
        exact = (count + 1) * (seats + 1) <= MOST_TABLE
        tables = count + 1 if exact else 1
        before, behind = np.zeros((tables, seats + 1)), np.zeros((tables, seats + 1))
        if exact:
            for i in range(count):
                _extended(before[i], gain[i], size[i], before[i + 1])
                at = count - 1 - i
                _extended(behind[at + 1], gain[at], size[at], behind[at])
        for j in range(n):
            if location.cost[k, j] >= NEVER:
                continue
            room = seats - location.size[j]
            i = place[j]
            if not exact:
                others = divisible_worth(gain, size, room)
            elif i < 0:
                others = before[count, room]
            else:
                others = 0.0
                for c in range(room + 1):
                    others = max(others, before[i, c] + behind[i + 1, room - c])
            with_it = y[j] - location.cost[k, j] + others
            ride = without[k] + location.fixed[k] - with_it
            excess[k, j] = ride - bound + y[j] - min(y[j], location.leave[j])


@compiled
def _extended(best: Floats, gain: float, size: int, after: Floats) -> None:
    """Write the worth of the best load in each number of seats when one more party may ride."""
    for c in range(len(best)):
        after[c] = best[c]
        if c >= size and best[c - size] + gain > after[c]:
            after[c] = best[c - size] + gain
