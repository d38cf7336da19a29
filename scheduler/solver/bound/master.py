"""The dual restricted to the columns found so far, solved roughly and from where it stood before.

Variables: y_g fen a person, mu_vd fen a coach and day, nu fen a fen of the budget; for each train k tau_k fen a seat,
omega_k fen a person up to its min_load, rho_gk fen a person of a group who may ride it, and sigma_k, what the train
earns a seat. With columns c (load x, coach of cost f, access and shifts w),

    max  sum people_g y_g - sum fleet_vd mu_vd - budget nu - sum seats_k sigma_k
    s.t. sum x_g y_g - sum mu held - f nu <= f + w                           each column          (lambda_c)
         y_g - tau_k + omega_k - rho_gk - fare_gk nu <= a_gk                 each group and train (t_gk)
         seats_k tau_k - min_load_k omega_k + sum people_g rho_gk - seats_k sigma_k - f_k nu <= f_k
                                                                             each train           (z_k)
         y_g <= leave_g, and within the box; all others >= 0

Nobody needs its optimum: prices near it serve as well, and the next round's columns change it. So it is solved by the
primal-dual hybrid gradient method (`pdhg`), begun from the last round's prices and multipliers. That moves all prices
at once, those of what regions share among them.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from scheduler.solver.bound.groups import Groups
from scheduler.solver.bound.params import MasterParams
from scheduler.solver.bound.pdhg import LinearProgram
from scheduler.solver.bound.pricing.columns import NO_COLUMNS, Columns
from scheduler.solver.model.instance import Floats, Instance, Ints

NU_FEN = 100_000.0
"""nu is counted in units of 1 / NU_FEN, so that its coefficients are as large as the others'."""


@dataclass(frozen=True, slots=True)
class TrainRiders:
    """Who may ride a train: groups, their least fen a head (fare, access, shift), their least fare.

    `seats` counts a seat that is sold again once for each leg.
    """

    groups: Ints
    cost_fen: Floats
    fare_fen: Floats
    seats: float
    min_load: float
    fixed_fen: float

    def seat_price(self, gain: Floats, people: Floats) -> float:
        """Return what the last passenger of the best load gains, given what each group gains a head.

        Above 0 no more people than seats gain more; below 0 people are missing to min_load.
        """
        order = np.argsort(-gain)
        gain, filled = gain[order], np.cumsum(people[self.groups][order])
        full, enough = np.searchsorted(filled, self.seats), np.searchsorted(filled, self.min_load)
        return max(0.0, float(gain[full]) if full < len(gain) else 0.0) + min(0.0, float(gain[enough]))

    def worth(self, point: DualPoint, people: Floats) -> float:
        """Return what the best load gains at prices y and nu: the optimum of the dual of its knapsack."""
        gain = point.y[self.groups] - self.cost_fen - point.nu * self.fare_fen
        price = self.seat_price(gain, people)
        load = self.seats if price > 0 else self.min_load
        return load * price + float(people[self.groups] @ np.maximum(gain - price, 0))


@dataclass(slots=True)
class DualPoint:
    """Prices: y (groups) fen a person, mu (vehicle types, days) fen a coach and day, nu fen a fen of the budget."""

    y: Floats
    mu: Floats
    nu: float


def between(proven: DualPoint, ahead: DualPoint, inward: float) -> DualPoint:
    """Return where to price next: the share `inward` of the way from `ahead` to the proven prices."""
    return DualPoint(
        inward * proven.y + (1 - inward) * ahead.y,
        inward * proven.mu + (1 - inward) * ahead.mu,
        inward * proven.nu + (1 - inward) * ahead.nu,
    )


class RestrictedDual:
    """The restricted dual of an instance over a growing pool of columns."""

    def __init__(
        self, instance: Instance, groups: Groups, trains: list[TrainRiders], start: DualPoint, params: MasterParams
    ) -> None:
        self.groups = groups
        self.params = params
        self.shape = instance.fleet.shape
        n, n_mu, n_trains = len(groups), instance.fleet.size, len(trains)
        riders = [len(train.groups) for train in trains]
        self.at_nu = n + n_mu
        at_tau = self.at_nu + 1
        at_omega, at_sigma = at_tau + n_trains, at_tau + 2 * n_trains
        self.size = at_sigma + n_trains + sum(riders)
        seats = np.array([train.seats for train in trains])
        budget = instance.budget_fen
        spent = np.array([-(budget or 0) / NU_FEN])
        fleet = -instance.fleet.ravel().astype(float)
        parts = [groups.people, fleet, spent, np.zeros(2 * n_trains), -seats, np.zeros(sum(riders))]
        self.objective: Floats = np.concatenate(parts)
        self.ceiling = np.full(self.size, np.inf)
        self.ceiling[:n] = groups.leave_fen
        if budget is None:
            self.ceiling[self.at_nu] = 0.0
        rows, costs = [], []
        at_rho = at_sigma + n_trains
        for k, train in enumerate(trains):
            rho = np.arange(at_rho, at_rho + len(train.groups))
            for g, r, fare, cost in zip(train.groups, rho, train.fare_fen, train.cost_fen, strict=True):
                rows.append(([g, at_tau + k, at_omega + k, r, self.at_nu], [1.0, -1.0, 1.0, -1.0, -fare / NU_FEN]))
                costs.append(float(cost))
            at = [at_tau + k, at_omega + k, at_sigma + k, self.at_nu, *rho]
            own = [train.seats, -train.min_load, -train.seats, -train.fixed_fen / NU_FEN]
            own += groups.people[train.groups].tolist()
            rows.append((at, own))
            costs.append(train.fixed_fen)
            at_rho += len(train.groups)
        self.train_rows = _matrix(rows, self.size)
        self.train_costs = np.array(costs)
        self.pool = sparse.csr_matrix((0, self.size))
        self.columns = NO_COLUMNS
        self.costs = np.zeros(0)
        self.x = np.zeros(self.size)
        self.x[:n] = np.minimum(start.y, groups.leave_fen)
        for k, train in enumerate(trains):
            price = train.seat_price(self.x[:n][train.groups] - train.cost_fen, groups.people)
            tau = max(0.0, price)
            self.x[at_tau + k], self.x[at_omega + k] = tau, max(0.0, -price)
            self.x[at_sigma + k] = max(0.0, tau - train.fixed_fen / max(train.seats, 1.0))
        self.multipliers = np.zeros(0)
        self.steps = self.params.first_steps
        self.train_multipliers = np.zeros(len(costs))

    def left_with(
        self, people: Floats, fleet: Ints, budget_fen: int | None, columns: Columns, multipliers: Floats, steps: int
    ) -> RestrictedDual:
        """Return the dual of what is left: people of each group, fleet, budget, and the columns for that.

        It starts from this one's prices and takes so many steps. Trains go on counting the people there were at first.
        """
        rest = copy(self)
        rest.objective = self.objective.copy()
        rest.objective[: len(people)] = people
        rest.objective[len(people) : self.at_nu] = -fleet.ravel()
        rest.objective[self.at_nu] = -(budget_fen or 0) / NU_FEN
        rest.pool = sparse.csr_matrix((0, self.size))
        rest.columns, rest.costs, rest.multipliers = NO_COLUMNS, np.zeros(0), np.zeros(0)
        rest.add(columns)
        rest.multipliers = multipliers
        rest.steps = steps
        return rest

    def add(self, columns: Columns) -> None:
        """Put columns into the pool."""
        self.columns = self.columns.joined(columns)
        n, n_days = len(columns), self.shape[1]
        held = [np.arange(a, b + 1) for a, b in zip(columns.first, columns.last, strict=True)]
        n_groups = len(self.groups)
        fleet = [n_groups + v * n_days + days for v, days in zip(columns.vehicle, held, strict=True)]
        ends = np.cumsum([0, *map(len, fleet)])
        at = np.concatenate([np.zeros(0, dtype=np.int64), *fleet])
        shape = n, self.size
        loads = sparse.csr_matrix((columns.people, columns.group, columns.start), shape=shape)
        coaches = sparse.csr_matrix((np.full(len(at), -1.0), at, ends), shape=shape)
        spent = -columns.coach_fen / NU_FEN
        budget = sparse.csr_matrix((spent, np.full(n, self.at_nu), np.arange(n + 1)), shape=shape)
        self.pool = sparse.vstack([self.pool, loads + coaches + budget], format="csr")
        self.costs = np.append(self.costs, columns.coach_fen + columns.way_fen)
        self.multipliers = np.append(self.multipliers, np.zeros(n))

    def solve(self, centre: Floats) -> DualPoint:
        """Return prices near the optimum within the box around the prices y of `centre`."""
        n, box = len(self.groups), self.params
        down, up = box.box_down, box.box_up
        if n > box.small_box_groups:
            down = up = box.small_box
        low, high = np.zeros(self.size), self.ceiling.copy()
        low[:n] = centre - down * abs(centre) - box.box_down_fen
        high[:n] = np.minimum(high[:n], centre + up * abs(centre) + box.box_up_fen)
        rows = sparse.vstack([self.pool, self.train_rows], format="csr")
        costs = np.append(self.costs, self.train_costs)
        scale = float(self.groups.people @ centre / max(1.0, self.groups.people.sum())) or 1.0
        x, multipliers = self.x.copy(), np.append(self.multipliers, self.train_multipliers)
        LinearProgram(rows, self.objective, costs, low, high).step(x, multipliers, scale, self.steps)
        self.steps = min(self.params.most_steps, self.steps + self.params.more_steps)
        self.x = x
        self.multipliers, self.train_multipliers = np.split(multipliers, [len(self.costs)])
        self._trim()
        return self.point_of(x)

    def point_of(self, x: Floats) -> DualPoint:
        """Return the prices among the variables."""
        n = len(self.groups)
        return DualPoint(x[:n], x[n : self.at_nu].reshape(self.shape), float(x[self.at_nu]) / NU_FEN)

    def move_to(self, point: DualPoint) -> None:
        """Begin the next steps at some prices, whatever the ceilings."""
        self.x[: self.at_nu + 1] = np.concatenate([point.y, point.mu.ravel(), [point.nu * NU_FEN]])

    def keep(self, kept: Ints) -> None:
        """Forget all columns but some."""
        self.pool, self.costs, self.multipliers = self.pool[kept], self.costs[kept], self.multipliers[kept]
        self.columns = self.columns.take(kept)

    def _trim(self) -> None:
        """Forget the columns farthest from binding when there are too many."""
        most = int(self.params.columns_per_price * len(self.groups)) + 1000
        if len(self.costs) <= most:
            return
        slack = self.costs - self.pool @ self.x
        slack[self.multipliers > 1e-6] = -np.inf
        self.keep(np.sort(np.argsort(slack, kind="stable")[: int(self.params.kept * most)]))


def _matrix(rows: list[tuple[list[int], list[float]]], width: int) -> sparse.csr_matrix:
    ends = np.cumsum([0, *(len(at) for at, _values in rows)])
    at = np.concatenate([np.zeros(0, dtype=np.int64), *(np.array(at) for at, _values in rows)])
    values = np.concatenate([np.zeros(0), *(np.array(values) for _at, values in rows)])
    return sparse.csr_matrix((values, at, ends), shape=(len(rows), width))
