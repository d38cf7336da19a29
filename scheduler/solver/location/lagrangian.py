"""Prices of the parties that prove a bound where trains run alone: Lagrangian relaxation of "each party once".

Variables: z_k whether train k runs, x_jk whether party j rides it, u_j whether it is left behind.

    min  sum f_k z_k + sum c_jk x_jk + sum leave_j u_j
    s.t. sum_k x_jk + u_j = 1                                       each party        (y_j, of any sign)
         least_k z_k <= sum_j size_j x_jk <= seats_k z_k,  x, z, u whole

At any prices y the rest falls apart, a 0-1 knapsack a train, but for what follows from the rows above: that the trains
which run have seats for all that are not left behind. So with

    net_k = f_k - max { sum_j (y_j - c_jk) x_jk : load within least and seats }

    LB(y) = sum_j min(y_j, leave_j)
            + min { sum_k net_k z_k + sum_j max(0, leave_j - y_j) u_j : sum seats_k z_k + sum size_j u_j >= people }

is a bound, with people but those whom y leaves behind, and u that may be cut up. Parties ride whole in it and trains
run whole, so it is tighter than the linear relaxation (Holmberg, Rönnqvist, Yuan 1999; the row of all seats as in
Cornuéjols, Sridharan, Thizy 1991). It is raised by subgradient steps of Polyak's length; the direction keeps a part of
the last one. A plan in which j rides k costs at least LB + excess_jk, with k among those that run and the best load of
k that holds j in place of the best load: what `knapsack_numba` and `running_numba` read from tables. Pairs of more
excess than the gap are in no better plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from scheduler.solver.location.knapsack_numba import excesses, relaxed
from scheduler.solver.location.problem import Location
from scheduler.solver.model.instance import Floats

KEPT_DIRECTION = 0.3
"""Share of the last direction in the next one."""

PATIENCE = 20
"""After so many steps without a better bound, steps go on from the best prices and are shorter."""

SHORTER = 0.6
"""They are so much shorter then."""

SHORTEST = 1e-3
"""And over when they come to this share of Polyak's length."""

LEAST_GAIN = 1e-7
"""A bound is better when it is so by this share."""

ASIDE = 1.02
"""Steps aim at this multiple of the best plan's cost: at the cost itself they would be too short near the optimum."""


@dataclass(frozen=True)
class LocationPrices:
    """Prices of the parties in fen, and the bound that they prove."""

    y: Floats
    bound_fen: float


def raised(location: Location, upper_fen: int, over: Callable[[], bool]) -> Iterator[LocationPrices]:
    """Yield ever better prices until steps are too short or it is `over`; `upper_fen` is what some plan costs."""
    n, m = len(location.size), len(location.seats)
    net, riders = np.zeros(m), np.zeros(n, dtype=np.int64)
    y, direction, step, since = first_prices(location), np.zeros(n), 1.0, 0
    best: LocationPrices | None = None
    while step > SHORTEST and not over():
        fen = relaxed(location, y, net, riders)
        if best is None or fen > best.bound_fen + LEAST_GAIN * abs(best.bound_fen):
            best, since = LocationPrices(y.copy(), fen), 0
            yield best
        else:
            since += 1
        if since >= PATIENCE:
            y, direction, step, since = best.y.copy(), np.zeros(n), step * SHORTER, 0
            continue
        direction = (1 - KEPT_DIRECTION) * (1.0 - riders) + KEPT_DIRECTION * direction
        square = float(direction @ direction)
        if square == 0:
            return  # every party rides once: this is the optimum
        y = y + step * max(0.0, ASIDE * upper_fen - fen) / square * direction


def first_prices(location: Location) -> Floats:
    """Return each party's cheapest share of a full train; at most its cost when left behind."""
    share = location.fixed / np.maximum(location.seats, 1)
    each = (share[:, None] * location.size[None, :] + location.cost).min(axis=0)
    return np.asarray(np.minimum(each, location.leave), dtype=np.float64)


def excess_of(location: Location, prices: LocationPrices) -> Floats:
    """Return by (train, party) how much more than the bound a plan costs at least where the party rides that train."""
    n, m = len(location.size), len(location.seats)
    net, excess = np.zeros(m), np.zeros((m, n))
    bound = relaxed(location, prices.y, net, np.zeros(n, dtype=np.int64))
    excesses(location, prices.y, bound, net, excess)
    return excess
