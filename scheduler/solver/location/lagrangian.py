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

from scheduler.solver.location.knapsack_numba import either_way, excesses, relaxed
from scheduler.solver.location.problem import Location
from scheduler.solver.model.instance import Floats

KEPT_DIRECTION = 0.3
"""Share of the last direction in the next one."""

SHORTER = 0.6
"""Steps are so much shorter where they lead nowhere."""

LATEST = 0.05
"""What the latest step counts in how often a train runs."""

LEAST_GAIN = 1e-7
"""A bound is better when it is so by this share."""


@dataclass(frozen=True)
class LocationPrices:
    """Prices of the parties in fen, and the bound that they prove.

    And how often each train ran, and each party rode it, (trains, parties), on the way to them.
    """

    y: Floats
    bound_fen: float
    runs_often: Floats
    rides_often: Floats


@dataclass(frozen=True)
class Steps:
    """How long steps are, in shares of Polyak's length."""

    first: float = 1.0
    shortest: float = 1e-3
    """They are over then."""

    patience: int = 20
    """After so many without a better bound, steps go on from the best prices and are shorter."""

    aside: float = 1.02
    """They aim at this multiple of the best plan's cost: at the cost itself they are too short near the optimum."""


FIRST_STEPS = Steps()
"""Steps from first prices."""


def raised(
    location: Location,
    upper_fen: float,
    over: Callable[[], bool],
    y: Floats | None = None,
    steps: Steps = FIRST_STEPS,
) -> Iterator[LocationPrices]:
    """Yield ever better prices until steps are too short or it is `over`, beginning with `y` if given.

    `upper_fen` is what some plan costs: steps aim at it, and are over where more is proven.
    """
    n, m = len(location.size), len(location.seats)
    net, runs, riders = np.zeros(m), np.zeros(m, dtype=np.int64), np.zeros(n, dtype=np.int64)
    aboard = np.zeros((m, n), dtype=np.int64)
    y = first_prices(location) if y is None else y
    direction, step, since = np.zeros(n), steps.first, 0
    runs_often, rides_often = np.full(m, 0.5), np.full((m, n), 0.5)
    best: LocationPrices | None = None
    while step > steps.shortest and not over():
        fen = relaxed(location, y, net, runs, aboard, riders)
        runs_often = (1 - LATEST) * runs_often + LATEST * runs
        rides_often = (1 - LATEST) * rides_often + LATEST * aboard
        if best is None or fen > best.bound_fen + LEAST_GAIN * abs(best.bound_fen):
            best, since = LocationPrices(y.copy(), fen, runs_often, rides_often), 0
            yield best
        else:
            since += 1
        if since >= steps.patience:
            y, direction, step, since = best.y.copy(), np.zeros(n), step * SHORTER, 0
            continue
        direction = (1 - KEPT_DIRECTION) * (1.0 - riders) + KEPT_DIRECTION * direction
        square = float(direction @ direction)
        if square == 0 or best.bound_fen >= upper_fen:
            return  # every party rides once: this is the optimum; or no plan is better than the one known
        y = y + step * max(0.0, steps.aside * upper_fen - fen) / square * direction


def first_prices(location: Location) -> Floats:
    """Return each party's cheapest share of a full train; at most its cost when left behind."""
    share = location.fixed / np.maximum(location.seats, 1)
    each = (share[:, None] * location.size[None, :] + location.cost).min(axis=0)
    return np.asarray(np.minimum(each, location.leave), dtype=np.float64)


def excess_of(location: Location, prices: LocationPrices) -> Floats:
    """Return by (train, party) how much more than the bound a plan costs at least where the party rides that train."""
    excess = np.zeros(location.cost.shape)
    bound_fen, net = _net(location, prices)
    excesses(location, prices.y, bound_fen, net, excess)
    return excess


def either_way_of(location: Location, prices: LocationPrices) -> tuple[Floats, Floats]:
    """Return by train what a plan costs at least in which it runs, and one in which it does not."""
    _bound_fen, net = _net(location, prices)
    if_runs, if_not = np.zeros(len(net)), np.zeros(len(net))
    either_way(location, prices.y, net, if_runs, if_not)
    return if_runs, if_not


def _net(location: Location, prices: LocationPrices) -> tuple[float, Floats]:
    """Return the bound that the prices prove, and what each train costs net."""
    m, n = location.cost.shape
    net, runs, riders = np.zeros(m), np.zeros(m, dtype=np.int64), np.zeros(n, dtype=np.int64)
    return relaxed(location, prices.y, net, runs, np.zeros((m, n), dtype=np.int64), riders), net
