"""A proven lower bound on the cost of every plan: the dual of the column formulation, solved by column generation.

Variables, program. Groups g of people (see `pricing`; parties may be cut up, which only lowers the optimum), runs of
services s with a load x (a column), trains k, people left behind u:

    min  sum_columns c_s lambda + sum_gk a_gk t_gk + sum_k f_k z_k + sum_g leave_g u_g
    s.t. sum_columns x_g lambda + sum_k t_gk + u_g >= people_g               (y_g >= 0)
         sum_columns running on day d with type v  lambda <= fleet_vd        (mu_vd >= 0)
         sum_g t_gk <= seats_k z_k,  z_k <= 1                                (tau_k >= 0)

c_s counts the coach, access and date shifts of its load; a_gk fare, access and shift. A column's load obeys seats and
0 <= x_g <= people_g, the strong form of "nobody boards a run that does not run". min_load, the budget and the crew of
employers' gates are left out: leaving rules out only lowers the optimum, so the bound stays valid.

Bound. For any y, mu >= 0 for which no service is worth more than it costs (value(s) <= c_s + mu held, see `pricing`),

    LB(y, mu) = sum_g people_g min(y_g, leave_g) - sum_vd mu_vd fleet_vd - sum_k max(0, worth_k(y) - f_k)

with worth_k(y) the best fill of train k's seats at prices y_g - a_gk: weak duality. Prices that break some services
are first scaled: if a service is worth w > c, then multiplying every price in it by a factor <= c / w makes it worth at
most c, because (r y - a)+ <= r (y - a)+ for 0 <= r <= 1 and a >= 0. Each group takes the least factor over the
(day, work set) pairs it may ride, so the damage stays local (a local form of Farley's bound; Farley 1990).

Search for prices. The dual restricted to the columns found so far is solved in a box around the best proven prices
(du Merle et al. 1999); pricing is done between those prices and the solution (in-out separation, Ben-Ameur and Neto
2007), so every step yields both columns and a bound. Floats lead the search; what is printed is rounded down past
any error they could have made.
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

FIRST_BOX = 0.08
"""Half width of the first box around the best prices, as a share of each price."""

COLUMNS_KEPT_PER_PRICE = 2
QUICK_ROUNDS = 3
"""Rounds that price only where the last full round found something, between two full rounds."""

MOST_FREE_PRICES = 9_000
STOP_GAP = 1e-5
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
    """A point of the dual: fen a person by group, fen a coach by (type, day). `bound_fen` is what it proves."""

    y: Floats
    mu: Floats
    bound_fen: float


def improve_bound(
    instance: Instance, services: Services, deadline: float, stop: Callable[[], bool] = lambda: False
) -> Iterator[Prices]:
    """Yield ever better proven prices until the deadline (time.monotonic) or until nothing more can be gained."""
    groups = build_groups(instance)
    if not len(groups):
        return
    yield from _Search(instance, services, groups).run(deadline, stop)


def proven_fen(prices: Prices) -> int:
    """Return the bound as an integer that rounding errors cannot have pushed over the optimum."""
    return max(0, math.floor(prices.bound_fen - SAFETY * abs(prices.bound_fen) - 1))


class _Search:
    def __init__(self, instance: Instance, services: Services, groups: Groups) -> None:
        self.instance, self.groups = instance, groups
        self.pricer = Pricer(instance, services, groups)
        self.trains = _train_groups(instance, groups)
        self.fleet = instance.fleet.astype(float)
        self.columns: list[Column] = []
        self.best = Prices(np.zeros(len(groups)), np.zeros(self.fleet.shape), 0.0)
        self.basis = _basis(groups)
        self.centre = np.zeros(self.basis.shape[1])
        self.box = np.zeros(self.basis.shape[1])
        self.box_binds = True
        self.ceiling = float(groups.leave_fen.max(initial=0.0))

    def run(self, deadline: float, stop: Callable[[], bool]) -> Iterator[Prices]:
        y, mu = self._first_prices(), np.zeros(self.fleet.shape)
        theta = self._parameters(y)
        self.centre, self.box = theta, FIRST_BOX * np.abs(theta)
        quick_rounds = 0
        while time.monotonic() < deadline and not stop():
            if quick_rounds:
                columns, _scale, _violated = self.pricer.price(y, mu, quick=True)
                quick_rounds = quick_rounds - 1 if columns else 0
            else:
                columns, scale, _violated = self.pricer.price(y, mu, quick=False)
                candidate = self._prove(scale * y, mu)
                if candidate.bound_fen > self.best.bound_fen:
                    self.best = candidate
                    self.centre = theta * self._mean(scale)
                    yield candidate
                quick_rounds = QUICK_ROUNDS
            self.columns += columns
            solution = self._restricted_dual(deadline)
            if solution is None:
                return
            reached, reached_mu, promised = solution
            if promised <= self.best.bound_fen * (1 + STOP_GAP):
                if not self.box_binds:
                    return
                self.box = np.minimum(self.box * 2, self.ceiling)
            theta = INWARD * self.centre + (1 - INWARD) * reached
            y = np.clip(self.basis @ theta, 0, self.groups.leave_fen)
            mu = INWARD * self.best.mu + (1 - INWARD) * reached_mu

    def _mean(self, scale: Floats) -> Floats:
        """Return the mean factor of each parameter's groups, by people."""
        weights = self.basis.T @ self.groups.people
        return np.asarray((self.basis.T @ (self.groups.people * scale)) / np.maximum(weights, 1e-9))

    def _parameters(self, y: Floats) -> Floats:
        """Return parameters whose prices are near y: each the mean of what its kind of group pays."""
        weights = self.basis.T @ self.groups.people
        return np.asarray((self.basis.T @ (self.groups.people * y)) / np.maximum(weights, 1e-9))

    def _first_prices(self) -> Floats:
        """Return each group's share of the cheapest full coach to its own stop, or what its cheapest train costs."""
        groups, services = self.groups, self.pricer.services
        share = np.full(len(self.instance.works), np.inf)
        for stop in range(len(share)):
            table = services.table(services.work_id((stop,)))
            per_seat = np.where(table.seats > 0, table.cost / np.maximum(table.seats, 1), np.inf)
            share[stop] = per_seat.min(initial=np.inf)
        y = np.where(groups.by_coach, 1.05 * share[groups.work_stop], np.inf)
        for train in self.trains:
            y[train.groups] = np.minimum(y[train.groups], train.cost_fen + train.fixed_fen / max(train.seats, 1))
        return np.minimum(y, groups.leave_fen)

    def _prove(self, y: Floats, mu: Floats) -> Prices:
        """Evaluate the bound at prices that no service beats."""
        y = np.minimum(y, self.groups.leave_fen)
        total = float((self.groups.people * y).sum() - (mu * self.fleet).sum())
        for train in self.trains:
            gain = y[train.groups] - train.cost_fen
            order = np.argsort(-gain)
            sizes = self.groups.people[train.groups][order]
            take = np.clip(train.seats - (np.cumsum(sizes) - sizes), 0, sizes)
            worth = float((take * np.maximum(gain[order], 0)).sum())
            total -= max(0.0, worth - train.fixed_fen)
        return Prices(y, mu, total)

    def _restricted_dual(self, deadline: float) -> tuple[Floats, Floats, float] | None:
        """Solve the dual over the known columns in the box around the best prices; widen the box where it binds."""
        n, n_mu, n_trains = self.basis.shape[1], self.fleet.size, len(self.trains)
        low, high = self.centre - 0.5 * self.box, self.centre + self.box
        free = self.basis.shape[0] == n
        floor = np.zeros(n) if free else np.full(n, -self.ceiling)
        ceiling = self.groups.leave_fen if free else np.full(n, self.ceiling)
        low, high = np.clip(low, floor, ceiling), np.clip(high, floor, ceiling)
        matrix, costs = self._constraints()
        # sigma_k >= seats tau_k - f_k is what a train earns; tau alone would charge a fixed cost that it saves.
        earned = np.concatenate([np.zeros(n_trains), np.ones(n_trains)])
        objective = np.concatenate([-(self.basis.T @ self.groups.people), self.fleet.ravel(), earned])
        bounds = np.concatenate([np.stack([low, high], axis=1), np.tile([0.0, np.inf], (n_mu + 2 * n_trains, 1))])
        result = linprog(
            objective,
            A_ub=matrix,
            b_ub=costs,
            bounds=bounds,
            method="highs-ds",
            options={"time_limit": max(0.1, deadline - time.monotonic())},
        )
        if result.x is None or result.status != 0:
            return None
        theta = np.clip(result.x[:n], low, high)
        mu = np.maximum(result.x[n : n + n_mu], 0).reshape(self.fleet.shape)
        above = (theta >= high - SLACK_FEN) & (high < ceiling - SLACK_FEN)
        below = (theta <= low + SLACK_FEN) & (low > floor + SLACK_FEN)
        self.box_binds = bool(above.any() or below.any())
        self.box = np.where(above, np.minimum(self.box * 1.5 + SLACK_FEN, self.ceiling), self.box)
        self._drop_slack_columns(costs - matrix @ result.x)
        return theta, mu, -float(result.fun)

    def _constraints(self) -> tuple[sparse.csr_matrix, Floats]:
        """Return the dual's rows: no column, and nobody's ride on a train, is worth more than it costs."""
        n_groups, n_days, n_mu, n_trains = len(self.groups), self.fleet.shape[1], self.fleet.size, len(self.trains)
        load, hold, costs = _Entries(), _Entries(), []
        for column in self.columns:
            load.add(column.groups, column.people)
            held = column.vehicle * n_days + np.arange(column.hold_first, column.hold_last + 1)
            hold.add(held, np.full(len(held), -1.0))
            costs.append(column.cost_fen)
        for k, train in enumerate(self.trains):
            for group, cost_fen in zip(train.groups, train.cost_fen, strict=True):
                load.add(np.array([group]), np.ones(1))
                hold.add(np.array([n_mu + k]), np.array([-1.0]))
                costs.append(float(cost_fen))
            load.add(np.zeros(0, dtype=np.int64), np.zeros(0))
            hold.add(np.array([n_mu + k, n_mu + n_trains + k]), np.array([train.seats, -1.0]))
            costs.append(train.fixed_fen)
        loads = load.matrix(n_groups) @ self.basis
        return sparse.hstack([loads, hold.matrix(n_mu + 2 * n_trains)], format="csr"), np.array(costs)

    def _drop_slack_columns(self, slack: Floats) -> None:
        """Keep the columns nearest to binding, so that the restricted dual stays quick."""
        most = COLUMNS_KEPT_PER_PRICE * self.basis.shape[1]
        if len(self.columns) > most:
            kept = np.argsort(slack[: len(self.columns)])[: most * 2 // 3]
            self.columns = [self.columns[i] for i in sorted(kept)]


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


def _basis(groups: Groups) -> sparse.csr_matrix:
    """Return how group prices come from parameters: one each, or sums of few parameters when there are many groups.

    Any prices prove a bound; fewer parameters give a weaker one sooner. With many people a group's price is nearly its
    destination's and window's plus its origin's and destination's.
    """
    n = len(groups)
    if n <= MOST_FREE_PRICES:
        return sparse.identity(n, format="csr")
    trip = np.stack(
        [groups.signature, groups.first, groups.last, groups.preferred, groups.has_preferred, groups.by_train], axis=1
    )
    way = np.stack([groups.origin, groups.signature], axis=1)
    parts = []
    for keys in (trip, way):
        _kinds, member = np.unique(keys, axis=0, return_inverse=True)
        parts.append(sparse.csr_matrix((np.ones(n), (np.arange(n), member.ravel()))))
    return sparse.hstack(parts, format="csr")


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
