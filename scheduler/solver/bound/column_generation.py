"""A proven lower bound on the cost of every plan: the dual of the column formulation, by column generation.

Variables, program. Groups g of people (see `groups`; parties may be cut up, which only lowers the optimum), runs of
services s with a load x (a column), trains k, people left behind u:

    min  sum_columns c_s lambda + sum_gk a_gk t_gk + sum_k f_k z_k + sum_g leave_g u_g
    s.t. sum_columns x_g lambda + sum_k t_gk + u_g = people_g                     (y_g, of any sign)
         sum_columns holding a coach of type v on day d  lambda <= fleet_vd       (mu_vd >= 0)
         sum coach costs lambda + sum fares t + sum_k f_k z_k <= budget           (nu >= 0)
         min_load_k z_k <= sum_g t_gk <= seats_k z_k,  t_gk <= people_g z_k,  z_k <= 1

c_s counts the coach, access and date shifts of its load; a_gk fare, access and shift. A column's load obeys min_load,
seats and 0 <= x_g <= people_g, the strong form of "nobody boards a run that does not run". A resold seat counts once a
leg: leaving rules out only lowers the optimum, so the bound stays valid.

Nobody rides twice: were "at least" enough, thin coaches would be filled up to min_load with people who ride elsewhere
too, and the bound of small seasons would lose 2 %.

Bound. For any y, and mu, nu >= 0, for which no service is worth more than it costs, value(s) <= (1 + nu) c_s + mu held,

    LB(y, mu, nu) = sum_g people_g min(y_g, leave_g) - sum_vd mu_vd fleet_vd - nu budget
                    - sum_k max(0, worth_k(y) - (1 + nu) f_k)

with worth_k(y) the best load of train k at gains y_g - a_gk - nu fare_gk: weak duality. `pricing` looks at
every service there is, and lowers prices that break one until none is broken, so each round proves something.

Search for prices. Each round solves the dual restricted to the columns found so far, roughly and in a box around the
best proven prices (`master`), and prices between these and its solution (in-out separation, Ben-Ameur and
Neto 2007). The first rounds price sets of few stops only. All regions, the fleet, the budget and the trains are priced
together. Floats lead the search; what is printed is rounded down past any error they could have made. When little more
can be gained, `branching` tightens the bound of small regions, where the relaxation's parts of coaches weigh most.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from scheduler.solver.bound.branching.tree import branch
from scheduler.solver.bound.groups import Groups, build_groups
from scheduler.solver.bound.master import DualPoint, RestrictedDual, TrainRiders, between
from scheduler.solver.bound.params import BoundParams
from scheduler.solver.bound.pricing.coach_prices import ServiceIndex
from scheduler.solver.bound.pricing.pricer import Pricer
from scheduler.solver.bound.pricing.service_cover import build_cover
from scheduler.solver.bound.quick import coach_shares
from scheduler.solver.model.instance import CLOSED, Floats, Instance
from scheduler.solver.model.party_sizes import fillable
from scheduler.solver.model.services import Services
from scheduler.solver.model.train_blocks import TrainOption

SAFETY = 1e-9
"""Share of a bound that is given away to rounding errors."""

DEFAULT_PARAMS = BoundParams()


@dataclass(frozen=True, slots=True)
class ProvenDual:
    """A proven point of the dual, fen a person by group, a coach by (type, day), a fen of budget; and its bound."""

    y: Floats
    mu: Floats
    nu: float
    bound_fen: float


class Relaxation:
    """The relaxation of an instance: its proven prices, and the columns that lead to better ones."""

    def __init__(self, instance: Instance, services: Services, params: BoundParams = DEFAULT_PARAMS) -> None:
        self.params = params
        self.instance = instance
        self.groups = build_groups(instance)
        self.pricer = Pricer(instance, build_cover(services, params.cover), self.groups, params.pricing)
        self.trains = train_riders(instance, self.groups)
        start = DualPoint(_first_prices(services, self.groups, self.trains), np.zeros(instance.fleet.shape), 0.0)
        self.dual = RestrictedDual(instance, self.groups, self.trains, start, params.master)
        y, _columns = self.pricer.price(start.y, start.mu, start.nu)
        self.best = self._prices(DualPoint(y, start.mu, start.nu))

    @property
    def point(self) -> DualPoint:
        """The best proven prices."""
        return DualPoint(self.best.y, self.best.mu, self.best.nu)

    def improve(
        self, deadline: float, stop: Callable[[], bool] = lambda: False, least_gain: float | None = None
    ) -> Iterator[ProvenDual]:
        """Yield ever better proven prices until the deadline or until `patience` rounds gain less than `least_gain`."""
        near, params = self.point, self.params.generation
        stop_gain = params.stop_gain if least_gain is None else least_gain
        if not len(self.dual.columns):
            yield self.best
            now = time.monotonic()
            warm_up_end = now + params.rough_share * (deadline - now)
            near = replace(near, y=np.minimum(params.first_price * near.y, self.groups.leave_fen))
            for prices in self._rounds(near, True, params.rough_patience, params.rough_gain, warm_up_end, stop):
                near = DualPoint(prices.y, prices.mu, prices.nu)
        for prices in self._rounds(near, False, params.patience, stop_gain, deadline, stop):
            if prices.bound_fen > self.best.bound_fen:
                self.best = prices
                yield prices

    def _rounds(
        self, start: DualPoint, rough: bool, patience: int, least_gain: float, until: float, stop: Callable[[], bool]
    ) -> Iterator[ProvenDual]:
        """Yield every gain in LB until so many rounds together gain less than a share of it."""
        point, centre, params = start, start, self.params.generation
        history: list[float] = []
        inward = params.first_inward
        while time.monotonic() < until and not stop():
            y, columns = self.pricer.price(point.y, point.mu, point.nu, rough=rough)
            prices = self._prices(DualPoint(y, point.mu, point.nu))
            fen = prices.bound_fen
            if not history or fen > history[-1]:
                centre = DualPoint(y, point.mu, point.nu)
                inward = max(params.inward, inward + params.inward_after_gain)
                yield prices
            else:
                inward = min(params.most_inward, inward + params.inward_after_loss)
            history.append(max([fen, *history[-1:]]))
            if len(history) > patience and history[-1] - history[-1 - patience] <= least_gain * abs(history[-1]):
                return
            self.dual.add(columns)
            point = between(centre, self.dual.solve(centre.y), inward)

    def _prices(self, point: DualPoint) -> ProvenDual:
        return ProvenDual(point.y, point.mu, point.nu, dual_value(self.instance, self.groups, self.trains, point))


def whole_coaches(
    relaxation: Relaxation, deadline: float, used: set[ServiceIndex], stop: Callable[[], bool] = lambda: False
) -> Iterator[ProvenDual]:
    """Yield the bound as branching on numbers of coaches raises it; `used` collects the services it uses on the way."""
    best, pricer = relaxation.best, relaxation.pricer
    instance, trains, params = relaxation.instance, relaxation.trains, relaxation.params
    for fen in branch(instance, pricer, trains, relaxation.point, params, deadline, stop, used):
        best = replace(best, bound_fen=max(fen, best.bound_fen))
        yield best


def proven_fen(prices: ProvenDual) -> int:
    """Return the bound as an integer that rounding errors cannot have pushed over the optimum."""
    return rounded_down(prices.bound_fen)


def rounded_down(bound_fen: float) -> int:
    """Return a bound as an integer that rounding errors cannot have pushed over the optimum."""
    return max(0, math.floor(bound_fen - SAFETY * abs(bound_fen) - 1))


def with_move_price(instance: Instance, fen: int) -> Instance:
    """Return the instance in which it costs so much more to move somebody.

    Its bound, less `fen` x N, is a bound on the cost of every plan that moves no more than N people (Lagrange).
    """
    told = instance.told
    return instance if told is None else replace(instance, told=replace(told, move_fen=told.move_fen + fen))


def dual_value(instance: Instance, groups: Groups, trains: list[TrainRiders], point: DualPoint) -> float:
    """Return LB at prices that no service beats."""
    point = replace(point, y=np.minimum(point.y, groups.leave_fen))
    total = float(groups.people @ point.y - (point.mu * instance.fleet).sum()) - point.nu * (instance.budget_fen or 0)
    for train in trains:
        total -= max(0.0, train.worth(point, groups.people) - (1 + point.nu) * train.fixed_fen)
    return total


def train_riders(instance: Instance, groups: Groups) -> list[TrainRiders]:
    """Return who may ride each train that somebody may ride."""
    found = []
    for number, block in enumerate(instance.trains):
        on_day = groups.by_train & (groups.first <= block.day) & (groups.last >= block.day)
        keys = zip(groups.origin.tolist(), groups.work_stop.tolist(), strict=True)
        options = [block.options.get(key, ()) if on else () for key, on in zip(keys, on_day.tolist(), strict=True)]
        fits = np.array([g for g, ways in enumerate(options) if ways], dtype=np.int64)
        cost = np.array(
            [_least_way_fen(instance, groups, g, number, ways) for g, ways in enumerate(options) if ways], dtype=float
        )
        fare = np.array([min(way.fare_fen for way in ways) for ways in options if ways], dtype=float)
        away = np.abs(groups.preferred[fits] - block.day) * groups.has_preferred[fits]
        is_open = cost < CLOSED
        seats = fillable(instance, block.seats) * (block.legs if block.resell else 1)
        if is_open.any() and seats and groups.people[fits[is_open]].sum() >= block.min_load:
            cost += away * float(instance.shift_fen)
            riders = fits[is_open], cost[is_open], fare[is_open]
            least = float(max(1, block.min_load))
            found.append(TrainRiders(*riders, seats=float(seats), min_load=least, fixed_fen=float(block.fixed_fen)))
    return found


def _least_way_fen(instance: Instance, groups: Groups, group: int, train: int, ways: tuple[TrainOption, ...]) -> float:
    """Return the least fen a person of a group on a train, each told something by the way that suits them best."""
    cheapest = float(min(way.cost_fen for way in ways))
    if instance.told is None:
        return cheapest
    told, block, fen = instance.told, instance.trains[train], cheapest
    for word, share in groups.told[group]:
        each = []
        for way in ways:
            (board, depart_min), (alight, _depart) = block.stops[way.board], block.stops[way.alight]
            moved = told.moved_on_train(word, block.day, board, alight, depart_min)
            each.append(way.cost_fen + moved * told.move_fen)
        fen += share * (min(each) - cheapest)
    return fen


def _first_prices(services: Services, groups: Groups, trains: list[TrainRiders]) -> Floats:
    """Return each group's cheapest share of a full vehicle, as in `quick_bound`; at most its unserved cost."""
    instance = services.instance
    by_signature = np.array(coach_shares(services), dtype=float)
    access = instance.access.min(axis=1, initial=CLOSED)[groups.origin]
    early, late = groups.first - groups.preferred, groups.preferred - groups.last
    away = np.maximum(0, np.maximum(early, late)) * groups.has_preferred
    y = by_signature[groups.signature] + access + away * float(instance.shift_fen)
    y[~groups.by_coach] = np.inf
    for train in trains:
        y[train.groups] = np.minimum(y[train.groups], train.cost_fen + train.fixed_fen / train.seats)
    return np.asarray(np.minimum(y, groups.leave_fen))
