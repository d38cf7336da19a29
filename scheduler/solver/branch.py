"""Coaches come whole: a tighter bound for each region by branching on numbers of coaches.

At given prices mu, nu of what regions share, and train seats at a price each (tau_k, and rho_gk for a group's own row),
the problem falls apart into **regions**: groups that could meet on a coach. Each is a problem of its own, where
a coach costs (1 + nu) c_s + mu held and anybody may leave for out_g = min(leave_g, a_gk + tau_k + rho_gk + nu fare_gk):

    LB = sum over regions of LB_r - sum_vd mu_vd fleet_vd - nu budget
         - sum_k max(0, seats_k tau_k + sum_g people_g rho_gk - (1 + nu) f_k)

with any lower bound LB_r on a region's problem. Its relaxation (see `bound`) mixes parts of coaches; in every plan the
number of coaches on any set B of (day, work set) pairs is whole. A **node** of a region's tree demands

    sum of coaches on B <= n     (dual pi >= 0: a coach of B costs pi more, the bound loses n pi)
    sum of coaches on B >= n     (dual pi >= 0: a coach of B costs pi less, the bound gains n pi)

for some sets B, and is bounded by the same pricing with these surcharges; pi stays below the price of the cheapest
coach, for prices y can only be repaired while every coach costs something. LB_r is the least over the open nodes, of
which the one with the least bound is split next: on all coaches of the region, on those up to a day, on those
that call at a stop, on those of one day, of one pair, whichever first is fractional enough.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from scheduler.solver.classes import Floats, Instance, Ints
from scheduler.solver.pricing import Columns, Groups, Pricer
from scheduler.solver.restricted_dual import Point, TrainRiders

SEATS = 40.0
"""pi is counted a seat, so that it is as large as a price."""

MOST_GROUPS = 400
"""A region with more groups has no tree: its relaxation leaves little to gain, and its nodes take long."""

MOST_NODES = 300
"""Nodes of one region's tree."""

MOST_ROUNDS = 40
PATIENCE = 8
STOP_GAIN = 2e-4
"""A node is left when it gained less than this share in so many rounds, or can gain no more than that."""

INWARD, MOST_INWARD = 0.5, 0.95
"""Where to price, as in `bound`; nearer to the proven prices after a round that proved nothing new."""

COLUMNS_PER_PRICE = 4
LEAST_SHARE = 1e-3
"""Of its price, what a coach costs at least after surcharges."""

LOWEST = 0.1
"""Prices may fall this share of the way out below 0: riding twice helps nobody, see `bound`."""

WHOLE = 0.02
FRACTIONAL = 0.1
"""A number this close to a whole one is whole; farther away it is fractional enough to split on at once."""


@dataclass(frozen=True, slots=True)
class _Demand:
    """A number of coaches on a set of pairs: at most `number` (sign 1) or at least (sign -1)."""

    pairs: NDArray[np.bool_]
    sign: int
    number: int


@dataclass(order=True)
class _Node:
    bound_fen: float
    serial: int
    demands: tuple[_Demand, ...] = field(compare=False)
    y: Floats = field(compare=False)
    pi: Floats = field(compare=False)
    split: NDArray[np.bool_] | None = field(compare=False)
    count: float = field(compare=False)


class RegionTree:
    """The tree of one region; `bound_fen` is what it proves."""

    def __init__(
        self,
        pricer: Pricer,
        pairs: Ints,
        members: Ints,
        y: Floats,
        out: Floats,
        point: Point,
        stop: Callable[[], bool],
    ) -> None:
        self.pricer, self.pairs, self.members, self.point = pricer, pairs, members, point
        self.people = pricer.groups.people[members]
        self.out = out[members]
        self.local = np.full(len(out), -1, dtype=np.int64)
        self.local[members] = np.arange(len(members))
        self.day = pricer.market.pair_day[pairs]
        self.work = pricer.market.pair_work[pairs]
        self.rows = sparse.csr_matrix((0, len(members)))
        self.costs = np.zeros(0)
        self.on = np.zeros(0, dtype=np.int64)
        self.multipliers = np.zeros(0)
        self.serial = 0
        start = np.minimum(y[members], self.out)
        self.bound_fen = float(self.people @ start)
        self.open: list[_Node] = []
        self.closed_fen = np.inf
        self.least_price = pricer.cheapest(pairs, point.mu, point.nu)
        self._push(_Node(self.bound_fen, 0, (), start, np.zeros(0), None, 0.0), -np.inf, stop)
        self._settle()

    @property
    def done(self) -> bool:
        """Whether nothing is left to split."""
        return not self.open or self.closed_fen <= self.open[0].bound_fen or self.serial >= MOST_NODES

    def split(self, stop: Callable[[], bool]) -> None:
        """Split the node with the least bound."""
        node = heapq.heappop(self.open)
        assert node.split is not None
        for sign, number in ((1, int(np.floor(node.count))), (-1, int(np.floor(node.count)) + 1)):
            demand = _Demand(node.split, sign, number)
            if sign < 0 and number * self.pricer.market.min_load > self._people_on(node.split):
                continue  # so many coaches would stay below min_load
            self.serial += 1
            child = _Node(
                node.bound_fen,
                self.serial,
                (*node.demands, demand),
                node.y,
                np.append(node.pi, 0.0),
                None,
                0.0,
            )
            self._push(child, node.bound_fen, stop)
        self._settle()

    def _settle(self) -> None:
        least = min([self.closed_fen, *(each.bound_fen for each in self.open[:1])])
        self.bound_fen = max(self.bound_fen, least)

    def _people_on(self, pairs: NDArray[np.bool_]) -> float:
        market = self.pricer.market
        fits = [market.fits[market.fit_start[p] : market.fit_start[p + 1]] for p in self.pairs[pairs]]
        return float(self.pricer.groups.people[np.unique(np.concatenate(fits))].sum())

    def _push(self, node: _Node, least_fen: float, stop: Callable[[], bool]) -> None:
        """Bound a node and put it among the open ones, or the closed ones when it cannot be split."""
        shares = self._bound(node, stop)
        node.bound_fen = max(node.bound_fen, least_fen)
        split = self._choose(shares)
        if split is None:
            self.closed_fen = min(self.closed_fen, node.bound_fen)
            return
        node.split, node.count = split
        heapq.heappush(self.open, node)

    def _bound(self, node: _Node, stop: Callable[[], bool]) -> Floats:
        """Raise a node's bound by column generation; return the coaches on each pair in its relaxation."""
        y, pi = node.y, node.pi
        multipliers = self.multipliers
        history: list[float] = []
        gains = np.array([-demand.sign * demand.number for demand in node.demands], dtype=float)
        x = np.concatenate([y, pi / SEATS])
        inward = INWARD
        for _round in range(MOST_ROUNDS):
            if stop():
                break
            pi, surcharge = self._surcharge(node.demands, pi)
            proven, columns = self._price(y, surcharge)
            value = float(self.people @ proven + gains @ pi)
            inward = max(INWARD, inward - 0.1) if value > node.bound_fen else min(MOST_INWARD, (1 + inward) / 2)
            if value > node.bound_fen or not history:
                node.bound_fen, node.y, node.pi = max(value, node.bound_fen), proven, pi
            history.append(node.bound_fen)
            if len(history) > PATIENCE and history[-1] - history[-1 - PATIENCE] <= STOP_GAIN * abs(history[-1]):
                break
            multipliers = np.append(multipliers, np.zeros(len(columns)))
            self._add(columns)
            x, multipliers, promised = self._solve(node, gains, x, multipliers)
            multipliers = self._trim(x, multipliers)
            n = len(self.members)
            if promised <= node.bound_fen * (1 + STOP_GAIN):
                break
            y = inward * node.y + (1 - inward) * x[:n]
            pi = inward * node.pi + (1 - inward) * SEATS * x[n:]
        self.multipliers = multipliers
        return np.bincount(self.on, multipliers, len(self.pairs)).astype(float)

    def _surcharge(self, demands: tuple[_Demand, ...], pi: Floats) -> tuple[Floats, Floats]:
        """Return pi, lowered until every coach costs something, and what each pair's coaches cost more."""
        down = np.zeros(len(self.pairs))
        for demand, each in zip(demands, pi, strict=True):
            if demand.sign < 0:
                down += each * demand.pairs
        most = float(np.max(down / np.maximum(self.least_price, 1e-9), initial=0.0))
        signs = np.array([demand.sign for demand in demands])
        if most > 1 - LEAST_SHARE:
            pi = np.where(signs < 0, pi * (1 - LEAST_SHARE) / most, pi)
        total = np.zeros(len(self.pairs))
        for demand, each in zip(demands, pi, strict=True):
            total += demand.sign * each * demand.pairs
        return pi, total

    def _price(self, y: Floats, surcharge: Floats) -> tuple[Floats, Columns]:
        everybody = np.zeros(len(self.local))
        everybody[self.members] = np.minimum(y, self.out)
        extra = np.zeros(len(self.pricer.margins))
        extra[self.pairs] = surcharge
        proven, columns = self.pricer.price(everybody, self.point.mu, self.point.nu, self.pairs, extra)
        return proven[self.members], columns

    def _add(self, columns: Columns) -> None:
        if not len(columns):
            return
        shape = len(columns), len(self.members)
        loads = sparse.csr_matrix((columns.people, self.local[columns.group], columns.start), shape=shape)
        self.rows = sparse.vstack([self.rows, loads], format="csr")
        mu = np.concatenate([np.zeros((len(self.point.mu), 1)), np.cumsum(self.point.mu, axis=1)], axis=1)
        held = mu[columns.vehicle, columns.last + 1] - mu[columns.vehicle, columns.first]
        self.costs = np.append(self.costs, (1 + self.point.nu) * columns.coach_fen + held + columns.way_fen)
        self.on = np.append(self.on, np.searchsorted(self.pairs, columns.pair))

    def _solve(self, node: _Node, gains: Floats, x: Floats, multipliers: Floats) -> tuple[Floats, Floats, float]:
        """Solve the restricted dual of a node: return y and pi a seat, the columns' multipliers, the optimum."""
        n = len(self.members)
        shape = len(self.on), len(node.demands)
        demands = np.array([-SEATS * demand.sign * demand.pairs for demand in node.demands]).reshape(
            len(node.demands), len(self.pairs)
        )
        rows = sparse.hstack([self.rows, sparse.csr_matrix(demands[:, self.on].T.reshape(shape))], format="csr")
        low = np.concatenate([-LOWEST * self.out, np.zeros(shape[1])])
        high = np.concatenate([self.out, np.full(shape[1], np.inf)])
        result = linprog(
            -np.concatenate([self.people, SEATS * gains]),
            A_ub=rows,
            b_ub=self.costs,
            bounds=np.stack([low, high], axis=1),
            method="highs-ds",
        )
        if result.x is None or result.status != 0:
            return x, multipliers, np.inf
        return result.x, -result.ineqlin.marginals, -float(result.fun)

    def _trim(self, x: Floats, multipliers: Floats) -> Floats:
        """Forget the columns farthest from binding when there are too many."""
        most = COLUMNS_PER_PRICE * len(self.members) + 500
        if len(self.costs) <= most:
            return multipliers
        slack = self.costs - self.rows @ x[: len(self.members)]
        slack[multipliers > 1e-6] = -np.inf
        kept = np.sort(np.argsort(slack, kind="stable")[: most * 2 // 3])
        self.rows, self.costs, self.on = self.rows[kept], self.costs[kept], self.on[kept]
        return multipliers[kept]

    def _choose(self, shares: Floats) -> tuple[NDArray[np.bool_], float] | None:
        """Return the set of pairs to split on and its number of coaches, None when all are whole."""
        days, works = np.unique(self.day), np.unique(self.work)
        everything = np.ones(len(self.pairs), dtype=bool)
        carried = self.pricer.reach.stops
        stops = sorted(set().union(*(carried[w] for w in works)))
        layers: list[list[NDArray[np.bool_]]] = [
            [everything],
            [self.day <= day for day in days[:-1]],
            [np.array([stop in carried[w] for w in self.work]) for stop in stops],
            [self.day == day for day in days],
        ]
        fallback: tuple[float, NDArray[np.bool_], float] | None = None
        for layer in layers:
            for pairs in layer:
                count = float(shares[pairs].sum())
                away = abs(count - round(count))
                if away > WHOLE and (fallback is None or away > fallback[0]):
                    fallback = away, pairs, count
            if fallback is not None and fallback[0] > FRACTIONAL:
                break
        if fallback is None:
            parts = np.abs(shares - np.round(shares))
            if not len(parts) or parts.max() <= WHOLE:
                return None
            at = int(parts.argmax())
            single = np.zeros(len(self.pairs), dtype=bool)
            single[at] = True
            return single, float(shares[at])
        return fallback[1], fallback[2]


def branch(
    instance: Instance,
    pricer: Pricer,
    trains: list[TrainRiders],
    point: Point,
    deadline: float,
    stop: Callable[[], bool],
) -> Iterator[float]:
    """Yield ever better bounds in fen, from proven prices, until the deadline or until all trees are closed."""
    groups = pricer.groups
    out, rest = _way_out(instance, groups, trains, point)
    y = np.minimum(point.y, out)
    regions = _regions(pricer, groups)
    alone = np.ones(len(groups), dtype=bool)

    def stopped() -> bool:
        return stop() or time.monotonic() >= deadline

    trees = []
    for pairs, members in sorted(regions, key=lambda region: len(region[1])):
        if len(members) <= MOST_GROUPS and not stopped():
            alone[members] = False
            trees.append(RegionTree(pricer, pairs, members, y, out, point, stopped))
    rest += float(groups.people[alone] @ y[alone])
    best = -np.inf
    while not stopped():
        total = rest + sum(tree.bound_fen for tree in trees)
        if total > best:
            best = total
            yield best
        unfinished = [tree for tree in trees if not tree.done]
        if not unfinished:
            return
        for tree in unfinished:
            if stopped():
                break
            tree.split(stopped)
    yield rest + sum(tree.bound_fen for tree in trees)


def _way_out(instance: Instance, groups: Groups, trains: list[TrainRiders], point: Point) -> tuple[Floats, float]:
    """Return out (groups), and the part of the bound that no region holds."""
    out = groups.leave_fen.copy()
    rest = -float((point.mu * instance.fleet).sum()) - point.nu * (instance.budget_fen or 0)
    for train in trains:
        people = groups.people[train.groups]
        each = train.cost_fen + point.nu * train.fare_fen
        gain = np.minimum(point.y, groups.leave_fen)[train.groups] - each
        order = np.argsort(-gain)
        full = int(np.searchsorted(np.cumsum(people[order]), train.seats))
        tau = max(0.0, float(gain[order][full])) if full < len(order) else 0.0
        rho = np.maximum(0.0, gain - tau)
        rest -= max(0.0, train.seats * tau + float(people @ rho) - (1 + point.nu) * train.fixed_fen)
        out[train.groups] = np.minimum(out[train.groups], each + tau + rho)
    return out, rest


def _regions(pricer: Pricer, groups: Groups) -> list[tuple[Ints, Ints]]:
    """Return (pairs, groups) of each region."""
    market = pricer.market
    n_pairs = len(market.pair_day)
    meets = sparse.csr_matrix((np.ones(len(market.fits)), market.fits, market.fit_start), shape=(n_pairs, len(groups)))
    joined = sparse.bmat([[None, meets], [meets.T, None]], format="csr")
    if not n_pairs:
        return []
    _count, label = connected_components(joined, directed=False)
    names = np.unique(label[:n_pairs])
    return [(np.flatnonzero(label[:n_pairs] == name), np.flatnonzero(label[n_pairs:] == name)) for name in names]
