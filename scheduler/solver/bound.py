"""A proven lower bound on the cost of every plan: the dual of the column formulation, solved by column generation.

Variables, program. Groups g of people (see `pricing`; parties may be cut up, which only lowers the optimum), runs of
services s with a load x (a column), trains k, people left behind u:

    min  sum_columns c_s lambda + sum_gk a_gk t_gk + sum_k f_k z_k + sum_g leave_g u_g
    s.t. sum_columns x_g lambda + sum_k t_gk + u_g >= people_g               (y_g >= 0)
         sum_columns running on day d with type v  lambda <= fleet_vd        (mu_vd >= 0)
         sum_g t_gk <= seats_k z_k,  z_k <= 1                                (tau_k >= 0)

c_s counts the coach, access and date shifts of its load; a_gk fare, access and shift. A column's load obeys min_load,
seats and 0 <= x_g <= people_g, the strong form of "nobody boards a run that does not run". A train's min_load and the
budget are left out: leaving rules out only lowers the optimum, so the bound stays valid.

Bound. For any y, mu >= 0 for which no service is worth more than it costs (value(s) <= c_s + mu held, see `pricing`),

    LB(y, mu) = sum_g people_g min(y_g, leave_g) - sum_vd mu_vd fleet_vd - sum_k max(0, worth_k(y) - f_k)

with worth_k(y) the best fill of train k's seats at prices y_g - a_gk: weak duality. Prices that break some services
are first scaled: if a service is worth w > c, then multiplying every price in it by a factor <= c / w makes it worth at
most c, because sum (r_g y_g - a_g) x_g <= r sum (y_g - a_g) x_g for r_g <= r <= 1 and a >= 0. Each group takes the
least factor over the (day, work set) pairs it may ride, so the damage stays local (after Farley 1990).

Search for prices. Given mu and tau the dual falls apart into **regions** (work stops that could share a coach), each
bounded by its own prices y_g <= min(leave_g, a_gk + tau_k). In a region the dual restricted to the columns found so
far is solved in a box around the best proven prices (du Merle et al. 1999); pricing is done between those prices and
the solution (in-out separation, Ben-Ameur and Neto 2007), so every step yields both columns and a bound. Between
rounds over the regions, mu and tau move towards the solution of the joint dual over the columns nearest to binding.
Floats lead the search; what is printed is rounded down past any error they could have made.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from scheduler.solver.classes import CLOSED, Floats, Instance, Ints
from scheduler.solver.pricing import Column, Groups, Pricer, build_groups
from scheduler.solver.services import Services

INWARD = 0.5
"""Where to price: this share of the way from the restricted dual's solution to the best proven prices."""

FIRST_BOX = 0.05
"""Half width of the first box around the best prices, as a share of each price."""

COLUMNS_KEPT_PER_PRICE = 2.5
STEPS_PER_VISIT = 8
JOINT_COLUMNS = 6_000
"""Columns, nearest to binding, that the joint dual of all regions looks at."""

MOST_FREE_PRICES = 6_000
"""A region with more groups than this prices them by sums of fewer parameters."""

STOP_GAP = 2e-4
"""A region is left alone when its restricted dual promises less than this share more than is proven."""

SLACK_FEN = 1e-3
SAFETY = 1e-9


@dataclass(frozen=True, slots=True)
class TrainGroups:
    """Who may ride a train: groups and their fen a head (fare, access, shift). Resold seats count once a leg."""

    groups: Ints
    cost_fen: Floats
    seats: float
    fixed_fen: float


@dataclass(frozen=True, slots=True)
class Prices:
    """A point of the dual: fen a person by group, fen a coach by (type, day), fen a train seat, and what it proves."""

    y: Floats
    mu: Floats
    tau: Floats
    bound_fen: float


def improve_bound(
    instance: Instance, services: Services, deadline: float, stop: Callable[[], bool] = lambda: False
) -> Iterator[Prices]:
    """Yield ever better proven prices until the deadline (time.monotonic) or until nothing more can be gained."""
    groups = build_groups(instance)
    if len(groups):
        yield from _Search(instance, services, groups).run(deadline, stop)


def proven_fen(prices: Prices) -> int:
    """Return the bound as an integer that rounding errors cannot have pushed over the optimum."""
    return max(0, math.floor(prices.bound_fen - SAFETY * abs(prices.bound_fen) - 1))


class _Region:
    """Groups whose runs never mix with other regions', and their restricted dual for given mu and tau."""

    def __init__(self, members: Ints, pairs: Ints, groups: Groups) -> None:
        self.members, self.pairs = members, pairs
        self.people = groups.people[members]
        self.basis = _basis(groups, members)
        self.weights = self.basis.T @ self.people
        self.columns: list[Column] = []
        self.local = np.zeros(len(groups), dtype=np.int64)
        self.local[members] = np.arange(len(members))

    def start(self, y: Floats, most: Floats) -> None:
        """Begin at prices y of the members, none above `most`."""
        self.most = most
        self.ceiling = float(most.max(initial=0.0))
        self.centre = self._means(y)
        if not self.free:
            # Sums of two parameters: begin with everything in the first.
            self.centre[self.trips :] = 0
        self.box = FIRST_BOX * np.abs(self._means(y))
        self.y = np.zeros(len(self.members))
        self.proven_fen, self.promised_fen, self.inward = 0.0, math.inf, INWARD
        self.at = self.centre

    @property
    def free(self) -> bool:
        """Whether every group has its own price."""
        return bool(self.basis.shape[1] == len(self.members))

    @property
    def trips(self) -> int:
        """How many parameters stand for destinations and windows; the others add an origin's."""
        return int(self.basis[:, :].indices[::2].max(initial=-1)) + 1 if not self.free else self.basis.shape[1]

    def _means(self, values: Floats) -> Floats:
        return np.asarray((self.basis.T @ (self.people * values)) / np.maximum(self.weights, 1e-9))

    def prices(self) -> Floats:
        """Return the members' prices at the point to price next."""
        return np.asarray(np.clip(self.basis @ self.at, 0, self.most))

    def prove(self, y: Floats, scale: Floats) -> bool:
        """Take scaled prices, which no service beats; tell whether they prove more than before."""
        value = float(self.people @ (scale * y))
        if value <= self.proven_fen:
            self.inward = min(0.95, (1 + self.inward) / 2)
            return False
        self.inward = max(INWARD, self.inward - 0.1)
        self.proven_fen, self.y = value, scale * y
        self.centre = self.at * self._means(scale)
        return True

    def step(self, mu: Floats, seconds: float) -> bool:
        """Solve the restricted dual in the box and choose the next point; tell whether there is more to gain."""
        n = self.basis.shape[1]
        floor = np.zeros(n) if self.free else np.full(n, -self.ceiling)
        ceiling = self.most if self.free else np.full(n, self.ceiling)
        low = np.clip(self.centre - 0.5 * self.box, floor, ceiling)
        high = np.clip(self.centre + self.box, low, ceiling)
        loads, costs = self.rows(mu)
        result = linprog(
            -self.weights,
            A_ub=loads,
            b_ub=costs,
            bounds=np.stack([low, high], axis=1),
            method="highs-ds",
            options={"time_limit": max(0.1, seconds)},
        )
        if result.x is None or result.status != 0:
            return False
        reached = np.clip(result.x, low, high)
        self.promised_fen = -float(result.fun)
        above = (reached >= high - SLACK_FEN) & (high < ceiling - SLACK_FEN)
        below = (reached <= low + SLACK_FEN) & (low > floor + SLACK_FEN)
        self.box = np.where(above, np.minimum(self.box * 1.5 + SLACK_FEN, self.ceiling), self.box)
        most = int(COLUMNS_KEPT_PER_PRICE * n)
        if len(self.columns) > most:
            kept = np.argsort(costs - loads @ reached)[: most * 2 // 3]
            self.columns = [self.columns[i] for i in sorted(kept)]
        self.at = self.inward * self.centre + (1 - self.inward) * reached
        if self.promised_fen <= self.proven_fen * (1 + STOP_GAP):
            self.box = np.minimum(self.box * 2, self.ceiling)
            return bool(above.any()) or bool(below.any())
        return True

    def rows(self, mu: Floats) -> tuple[sparse.csr_matrix, Floats]:
        """Return the columns as rows of the dual over the parameters, and their costs with fleet prices."""
        load = _Entries()
        costs = np.empty(len(self.columns))
        for row, column in enumerate(self.columns):
            load.add(self.local[column.groups], column.people)
            costs[row] = column.cost_fen + mu[column.vehicle, column.hold_first : column.hold_last + 1].sum()
        return load.matrix(len(self.members)) @ self.basis, costs


class _Search:
    def __init__(self, instance: Instance, services: Services, groups: Groups) -> None:
        self.instance, self.groups = instance, groups
        self.pricer = Pricer(instance, services, groups)
        self.trains = _train_groups(instance, groups)
        self.fleet = instance.fleet.astype(float)
        self.regions = _regions(self.pricer, groups)
        self.mu = np.zeros(self.fleet.shape)
        self.tau = np.zeros(len(self.trains))
        self.best = Prices(np.zeros(len(groups)), self.mu, self.tau, 0.0)

    def run(self, deadline: float, stop: Callable[[], bool]) -> Iterator[Prices]:
        """Visit the regions in turn, then move what they share; yield each gain."""
        y = self._first_prices()
        self.tau = self._first_seat_prices(y)
        self._restart(y)
        while time.monotonic() < deadline and not stop():
            for region in self.regions:
                self._visit(region, deadline, stop)
                if time.monotonic() >= deadline or stop():
                    break
            candidate = self._prove()
            if candidate.bound_fen > self.best.bound_fen * (1 + STOP_GAP / 10):
                self.best = candidate
                yield candidate
            promised = self._move_shared_prices(deadline)
            if promised is None or promised <= self.best.bound_fen * (1 + STOP_GAP):
                return

    def _visit(self, region: _Region, deadline: float, stop: Callable[[], bool]) -> None:
        """Take a few in-out steps in one region."""
        for _ in range(STEPS_PER_VISIT):
            prices = np.zeros(len(self.groups))
            y = region.prices()
            prices[region.members] = y
            columns, scale = self.pricer.price(region.pairs, prices, self.mu)
            region.columns += columns
            region.prove(y, scale[region.members])
            left_s = deadline - time.monotonic()
            if left_s <= 0 or stop() or not region.step(self.mu, left_s):
                return

    def _restart(self, y: Floats) -> None:
        """Tell every region the shared prices; what was proven for others no longer counts."""
        most = self.groups.leave_fen.copy()
        for train, tau in zip(self.trains, self.tau, strict=True):
            most[train.groups] = np.minimum(most[train.groups], train.cost_fen + tau)
        for region in self.regions:
            region.start(np.minimum(y, most)[region.members], most[region.members])

    def _prove(self) -> Prices:
        """Evaluate the bound at the regions' proven prices."""
        y = np.zeros(len(self.groups))
        for region in self.regions:
            y[region.members] = region.y
        total = float(self.groups.people @ y - (self.mu * self.fleet).sum())
        for train in self.trains:
            gain = y[train.groups] - train.cost_fen
            order = np.argsort(-gain)
            sizes = self.groups.people[train.groups][order]
            take = np.clip(train.seats - (np.cumsum(sizes) - sizes), 0, sizes)
            total -= max(0.0, float((take * np.maximum(gain[order], 0)).sum()) - train.fixed_fen)
        return Prices(y, self.mu, self.tau, total)

    def _first_prices(self) -> Floats:
        """Return each group's share of the cheapest full coach to its own stop; the unserved cost where none goes."""
        services = self.pricer.services
        share = np.full(len(self.instance.works), np.inf)
        for stop in range(len(share)):
            table = services.table(services.work_id((stop,)))
            per_seat = np.where(table.seats > 0, table.cost / np.maximum(table.seats, 1), np.inf)
            share[stop] = per_seat.min(initial=np.inf)
        y = np.where(self.groups.by_coach, 1.05 * share[self.groups.work_stop], np.inf)
        return np.asarray(np.minimum(y, self.groups.leave_fen))

    def _first_seat_prices(self, y: Floats) -> Floats:
        """Return for each train the price at which no more people than seats would rather ride it than pay y."""
        tau = np.zeros(len(self.trains))
        for k, train in enumerate(self.trains):
            gain = y[train.groups] - train.cost_fen
            order = np.argsort(-gain)
            full = np.searchsorted(np.cumsum(self.groups.people[train.groups][order]), train.seats)
            tau[k] = max(0.0, float(gain[order][full])) if full < len(order) else 0.0
        return tau

    def _move_shared_prices(self, deadline: float) -> float | None:
        """Move mu and tau half way to the joint dual's solution near the proven prices; return what that promises."""
        n_mu, n_trains = self.fleet.size, len(self.trains)
        n_days = self.fleet.shape[1]
        columns = [column for region in self.regions for column in region.columns]
        y = self.best.y
        held = [self.mu[c.vehicle, c.hold_first : c.hold_last + 1].sum() for c in columns]
        slack = np.array([c.cost_fen + h - y[c.groups] @ c.people for c, h in zip(columns, held, strict=True)])
        near = [columns[i] for i in np.argsort(slack)[:JOINT_COLUMNS]]
        load, hold, costs = _Entries(), _Entries(), []
        for column in near:
            load.add(column.groups, column.people)
            days = column.vehicle * n_days + np.arange(column.hold_first, column.hold_last + 1)
            hold.add(days, np.full(len(days), -1.0))
            costs.append(column.cost_fen)
        for k, train in enumerate(self.trains):
            for group, cost_fen in zip(train.groups.tolist(), train.cost_fen.tolist(), strict=True):
                load.add(np.array([group]), np.ones(1))
                hold.add(np.array([n_mu + k]), np.array([-1.0]))
                costs.append(cost_fen)
            # sigma_k >= seats tau_k - f_k is what a train earns; tau alone would charge a fixed cost that it saves.
            load.add(np.zeros(0, dtype=np.int64), np.zeros(0))
            hold.add(np.array([n_mu + k, n_mu + n_trains + k]), np.array([train.seats, -1.0]))
            costs.append(train.fixed_fen)
        if not costs:
            return None
        low, high = 0.8 * y, np.minimum(1.3 * y + self.groups.leave_fen / 50, self.groups.leave_fen)
        bounds = np.concatenate([np.stack([low, high], axis=1), np.tile([0.0, np.inf], (n_mu + 2 * n_trains, 1))])
        earned = np.concatenate([np.zeros(n_trains), np.ones(n_trains)])
        result = linprog(
            np.concatenate([-self.groups.people, self.fleet.ravel(), earned]),
            A_ub=sparse.hstack([load.matrix(len(self.groups)), hold.matrix(n_mu + 2 * n_trains)], format="csr"),
            b_ub=np.array(costs),
            bounds=bounds,
            method="highs-ds",
            options={"time_limit": max(0.1, deadline - time.monotonic())},
        )
        if result.x is None or result.status != 0:
            return None
        n = len(self.groups)
        mu = np.maximum(result.x[n : n + n_mu], 0).reshape(self.fleet.shape)
        tau = np.maximum(result.x[n + n_mu : n + n_mu + n_trains], 0)
        self.mu, self.tau = (self.best.mu + mu) / 2, (self.best.tau + tau) / 2
        self._restart((y + result.x[:n]) / 2)
        return -float(result.fun)


class _Entries:
    """A sparse matrix, filled row by row."""

    def __init__(self) -> None:
        self.at: list[Ints] = [np.zeros(0, dtype=np.int64)]
        self.values: list[Floats] = [np.zeros(0)]
        self.ends = [0]

    def add(self, at: Ints, values: Floats) -> None:
        self.at.append(at)
        self.values.append(values)
        self.ends.append(self.ends[-1] + len(at))

    def matrix(self, width: int) -> sparse.csr_matrix:
        entries = (np.concatenate(self.values), np.concatenate(self.at), np.array(self.ends))
        return sparse.csr_matrix(entries, shape=(len(self.ends) - 1, width))


def _basis(groups: Groups, members: Ints) -> sparse.csr_matrix:
    """Return how members' prices come from parameters: one each, or sums of two when there are many.

    Any prices prove a bound; fewer parameters give a weaker one sooner. With many people a group's price is nearly its
    destination's and window's plus its origin's and destination's.
    """
    n = len(members)
    if n <= MOST_FREE_PRICES:
        return sparse.identity(n, format="csr")
    columns = (groups.signature, groups.first, groups.last, groups.preferred, groups.has_preferred, groups.by_train)
    trip = np.stack([column[members] for column in columns], axis=1)
    way = np.stack([groups.origin[members], groups.signature[members]], axis=1)
    parts = []
    for keys in (trip, way):
        _kinds, member = np.unique(keys, axis=0, return_inverse=True)
        parts.append(sparse.csr_matrix((np.ones(n), (np.arange(n), member.ravel()))))
    return sparse.hstack(parts, format="csr")


def _regions(pricer: Pricer, groups: Groups) -> list[_Region]:
    """Split groups into regions, joined by every pair they could share; groups no coach may carry are one more."""
    label = np.arange(len(pricer.instance.signatures))
    for _day, work, _fits in pricer.pairs:
        joined = pricer.services.signatures(work)
        label[np.isin(label, label[joined])] = label[joined].min()
    by_label: dict[int, list[int]] = {}
    for number, (_day, _work, fits) in enumerate(pricer.pairs):
        by_label.setdefault(int(label[groups.signature[fits[0]]]), []).append(number)
    own = label[groups.signature]
    return [
        _Region(np.flatnonzero(own == name), np.array(by_label.get(int(name), []), dtype=np.int64), groups)
        for name in np.unique(own)
    ]


def _train_groups(instance: Instance, groups: Groups) -> list[TrainGroups]:
    found = []
    for block in instance.trains:
        on_day = groups.by_train & (groups.first <= block.day) & (groups.last >= block.day)
        fits = [g for g in np.flatnonzero(on_day) if (groups.origin[g], groups.work_stop[g]) in block.options]
        if not fits:
            continue
        cheapest = [min(o.cost_fen for o in block.options[groups.origin[g], groups.work_stop[g]]) for g in fits]
        index = np.array(fits, dtype=np.int64)
        away = np.abs(groups.preferred[index] - block.day) * groups.has_preferred[index]
        seats = block.seats * (block.legs if block.resell else 1)
        cost = np.array(cheapest, dtype=float) + away * float(instance.shift_fen)
        open_to = cost < CLOSED
        found.append(TrainGroups(index[open_to], cost[open_to], float(seats), float(block.fixed_fen)))
    return found
