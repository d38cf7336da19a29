"""Which trains run, so that all together have seats for everybody: a knapsack over the trains, compiled.

That they have is no new condition, for each party rides within the seats of a train. But where the parties are priced
and each train is looked at by itself it is one that the prices do not hold: with it trains come whole.
"""

from __future__ import annotations

import numpy as np

from scheduler.solver.bound.compiled import compiled
from scheduler.solver.location.orders import greatest_first
from scheduler.solver.location.problem import Location
from scheduler.solver.model.instance import Floats, Ints

MOST_CELLS = 4_000_000
"""Trains x seats of one table; where it would be larger, seats are counted by several."""


@compiled
def needed(location: Location, y: Floats) -> tuple[int, Ints, Floats, Ints]:
    """Return what seats are needed at prices y, counted by several where they are many.

    That is: units of seats that are needed; units of each train; what it costs at least to leave behind people of
    0, 1, ... units; and the parties, those first that are cheapest to leave behind. Needs are rounded down and seats
    up, so that no plan is lost.
    """
    n, m = len(location.size), len(location.seats)
    people = 0
    for j in range(n):
        if location.leave[j] >= y[j]:
            people += location.size[j]
    unit = max(1, -(-people * m // MOST_CELLS))
    units = people // unit
    seats = -(-location.seats // unit)
    left = np.zeros(units + 1)
    order = greatest_first((y - location.leave) / location.size)
    spent, gone = 0.0, 0  # of those left behind so far, the cheapest first
    at = 0
    for i in range(n):
        j = order[i]
        if location.leave[j] < y[j]:
            continue
        each = (location.leave[j] - y[j]) / location.size[j]
        while at < units and (at + 1) * unit <= gone + location.size[j]:
            at += 1
            left[at] = spent + each * (at * unit - gone)
        spent += each * location.size[j]
        gone += location.size[j]
    return units, seats, left, order


@compiled
def running(net: Floats, seats: Ints, units: int, left: Floats, runs: Ints) -> tuple[float, int]:
    """Return what the cheapest trains with `units` of seats cost, and for how many units people are left behind.

    `net` is what each train costs, less what it is worth: below nothing it runs in any case. `runs` gets who runs.
    """
    total, need = 0.0, units
    runs[:] = 0
    for k in range(len(net)):
        if net[k] < 0:
            total += net[k]
            need -= seats[k]
            runs[k] = 1
    need = max(0, need)
    least = left[: need + 1].copy()
    taken = np.zeros((len(net), need + 1), dtype=np.bool_)
    for k in range(len(net)):
        if net[k] < 0 or net[k] == np.inf:
            continue
        for c in range(need, 0, -1):
            trial = least[max(0, c - seats[k])] + net[k]
            if trial < least[c]:
                least[c] = trial
                taken[k, c] = True
    total += least[need]
    for k in range(len(net) - 1, -1, -1):
        if taken[k, need]:
            runs[k] = 1
            need = max(0, need - seats[k])
    return total, need


@compiled
def total_without(net: Floats, seats: Ints, units: int, left: Floats) -> Floats:
    """Return by train what all others cost, as in `running`, if it runs for nothing."""
    m = len(net)
    total, need = 0.0, units
    for k in range(m):
        if net[k] < 0:
            total += net[k]
            need -= seats[k]
    need = max(0, need)
    before, behind = np.empty((m + 1, need + 1)), np.empty((m + 1, need + 1))
    before[0] = left[: need + 1]
    behind[m] = np.inf
    behind[m, 0] = 0.0
    for i in range(m):
        _with_one_more(before[i], net[i], seats[i], before[i + 1])
        k = m - 1 - i
        _with_one_more(behind[k + 1], net[k], seats[k], behind[k])
    without = np.empty(m)
    for k in range(m):
        if net[k] < 0:
            without[k] = total - net[k] + before[m, need]
            continue
        rest = max(0, need - seats[k])
        least = np.inf
        for c in range(rest + 1):
            least = min(least, before[k, c] + behind[k + 1, rest - c])
        without[k] = total + least
    return without


@compiled
def _with_one_more(least: Floats, net: float, seats: int, after: Floats) -> None:
    """Write what each number of units costs when one more train may run; those that run in any case are counted."""
    after[:] = least
    if net < 0 or net == np.inf:
        return
    for c in range(1, len(least)):
        after[c] = min(least[c], least[max(0, c - seats)] + net)
