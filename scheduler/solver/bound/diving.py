"""From the relaxation to runs: what a search for plans can learn from it.

Near services: those of the known columns that cost little more than they are worth at the proven prices. Programs over
them find what programs over services priced in a corner of the problem do not.

A dive: buy what the relaxation buys whole, solve what is left again, until nothing is left to buy.

The relaxation (see `column_generation`) buys parts of coaches, but most of its coaches come whole, or nearly, once
their parts are added up over the home stops and vehicle types of a (day, work set) pair. So: buy the pairs of which it
holds about a whole coach or more, at least a share of all it buys; take the people they carry and the coaches they hold
out of the problem; clip the columns known to who is left, price anew, and look again. What comes out are runs only. Who
rides them is found afterwards for all at once (`seating`), and thin ones are closed there.

A diving heuristic over columns (Sadykov et al. 2019), with loads that are not binding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from scheduler.solver.bound.column_generation import Relaxation
from scheduler.solver.bound.master import DualPoint, RestrictedDual, between
from scheduler.solver.bound.params import DivingParams
from scheduler.solver.bound.pricing.coach_prices import ServiceIndex
from scheduler.solver.bound.pricing.pricer import Pricer
from scheduler.solver.model.guidance import Guide
from scheduler.solver.model.instance import Floats, Ints
from scheduler.solver.model.services import ServiceStops


def guide(relaxation: Relaxation, runs: list[ServiceStops], near: list[ServiceStops]) -> Guide:
    """Return what the search is told."""
    best = relaxation.best
    return Guide(runs, near, best.y[relaxation.groups.of_class], best.mu)


def near_services(relaxation: Relaxation) -> list[ServiceStops]:
    """Return the services that cost little more than they are worth at the proven prices, nearest first."""
    pricer, columns, best = relaxation.pricer, relaxation.dual.columns, relaxation.best
    held = np.concatenate([np.zeros((len(best.mu), 1)), np.cumsum(best.mu, axis=1)], axis=1)
    price = (1 + best.nu) * columns.coach_fen
    price += held[columns.vehicle, columns.last + 1] - held[columns.vehicle, columns.first]
    gain = columns.people * (best.y[columns.group] - pricer.way_fen(columns))
    owner = np.repeat(np.arange(len(columns)), np.diff(columns.start))
    excess = (price - np.bincount(owner, gain, len(columns))) / np.maximum(columns.coach_fen, 1.0)
    excess[relaxation.dual.multipliers > 1e-3] = 0.0
    order = np.argsort(excess, kind="stable")
    order = order[excess[order] <= relaxation.params.diving.near_share]
    return named(pricer, columns.services(order))


def named(pricer: Pricer, services: Iterable[ServiceIndex]) -> list[ServiceStops]:
    """Return the services, each once, those of anchored sets left out."""
    coaches, cover = pricer.coaches, pricer.cover
    runs = []
    for pair, home, vehicle in dict.fromkeys(services):
        work = int(coaches.pair_work[pair])
        if cover.is_service(np.array(work), np.array(home)):
            runs.append(ServiceStops(int(coaches.pair_day[pair]), *cover.service(work, home), vehicle))
    return runs


@dataclass
class _Rest:
    """What is not bought yet, and the relaxation of that."""

    people: Floats
    fleet: Ints
    budget_fen: int | None
    dual: RestrictedDual
    params: DivingParams


def dive(relaxation: Relaxation, over: Callable[[], bool], turn: int = 0) -> list[ServiceStops]:
    """Return the runs of a plan near the relaxation's solution, another each `turn`; fewer when `over` too soon."""
    params = relaxation.params.diving
    whole, step = params.nearly_whole[turn % len(params.nearly_whole)], params.step_share[turn % len(params.step_share)]
    steps = params.steps
    if len(relaxation.groups) > params.many_groups:
        step, steps = params.many_step_share, params.many_steps
    groups, instance = relaxation.groups, relaxation.instance
    rest = _Rest(groups.people.copy(), instance.fleet.copy(), instance.budget_fen, relaxation.dual, params)
    point = relaxation.point
    runs: list[ServiceStops] = []
    while not over():
        bought = _buy(relaxation.pricer, rest, whole, step)
        if not bought:
            break
        runs += bought
        pricer = relaxation.pricer.left_with(rest.people, rest.fleet)
        rest.dual = _shrunk(rest, pricer, steps)
        point = _price_anew(rest, point, pricer, over)
    return runs


def _buy(pricer: Pricer, rest: _Rest, whole: float, step: float) -> list[ServiceStops]:
    """Buy what the relaxation holds nearly whole, or else most of; take its people and coaches out of the rest."""
    columns, parts = rest.dual.columns, rest.dual.multipliers
    parts = np.where(pricer.cover.is_service(pricer.coaches.pair_work[columns.pair], columns.home), parts, 0.0)
    held = np.bincount(columns.pair, parts, len(pricer.margins_fen))
    least = step * held.sum()
    runs: list[ServiceStops] = []
    for pair in np.argsort(-held, kind="stable"):
        if held[pair] < rest.params.least_part or (held[pair] < whole and len(runs) >= least):
            break
        runs += _buy_pair(pricer, rest, int(pair), parts, max(1, int(held[pair] + 1 - whole)))
    return runs


def _buy_pair(pricer: Pricer, rest: _Rest, pair: int, parts: Floats, number: int) -> list[ServiceStops]:
    """Buy a number of coaches of a pair: those it holds most of, while the fleet lasts."""
    columns, coaches = rest.dual.columns, pricer.coaches
    own = np.flatnonzero((columns.pair == pair) & (parts > 0))
    share = parts[own].copy()
    sort = columns.home[own] * len(coaches.fixed_fen) + columns.vehicle[own]
    day, work = int(coaches.pair_day[pair]), int(coaches.pair_work[pair])
    runs: list[ServiceStops] = []
    seats = 0.0
    names, index = np.unique(sort, return_inverse=True)
    weight = np.bincount(index, share, len(names))
    while len(runs) < number and np.isfinite(weight).any():
        best = int(weight.argmax())
        at = own[int(np.flatnonzero(index == best)[0])]
        vehicle, first, last = int(columns.vehicle[at]), int(columns.first[at]), int(columns.last[at])
        fen = round(float(columns.coach_fen[at]))
        affordable = rest.budget_fen is None or rest.budget_fen >= fen
        if not affordable or rest.fleet[vehicle, first : last + 1].min(initial=1) < 1:
            weight[best] = -np.inf
            continue
        rest.fleet[vehicle, first : last + 1] -= 1
        if rest.budget_fen is not None:
            rest.budget_fen -= fen
        home = int(columns.home[at])
        runs.append(ServiceStops(day, *pricer.cover.service(work, home), vehicle))
        kind = coaches.seats_of[work, home]
        seats += float(coaches.levels[kind, coaches.level_of[kind, vehicle]])
        weight[best] -= 1
    if runs:
        entries = np.concatenate([np.arange(columns.start[c], columns.start[c + 1]) for c in own])
        load = columns.people[entries] * np.repeat(share / share.sum(), np.diff(columns.start)[own])
        riders = np.bincount(columns.group[entries], load, len(rest.people)) * len(runs)
        riders = np.minimum(riders, rest.people)
        rest.people -= riders * min(1.0, seats / max(1.0, float(riders.sum())))
    return runs


def _shrunk(rest: _Rest, pricer: Pricer, steps: int) -> RestrictedDual:
    """Return the restricted dual of the rest: the known columns clipped to who and what is left."""
    old = rest.dual
    columns = old.columns
    people = np.minimum(columns.people, rest.people[columns.group])
    people[people < 1e-6] = 0.0
    owner = np.repeat(np.arange(len(columns)), np.diff(columns.start))
    whole = np.bincount(owner, columns.people, len(columns))
    load = np.bincount(owner, people, len(columns))
    way_fen = np.bincount(owner, people * pricer.way_fen(columns), len(columns)).astype(float)
    busy = np.concatenate([np.zeros((len(rest.fleet), 1)), np.cumsum(rest.fleet < 1, axis=1)], axis=1)
    free = busy[columns.vehicle, columns.last + 1] == busy[columns.vehicle, columns.first]
    kept = np.flatnonzero((load >= rest.params.least_kept * whole) & free)
    left = replace(columns, people=people, way_fen=way_fen).take(kept)
    return old.left_with(rest.people, rest.fleet, rest.budget_fen, left, old.multipliers[kept], steps)


def _price_anew(rest: _Rest, point: DualPoint, pricer: Pricer, over: Callable[[], bool]) -> DualPoint:
    """Solve and price the rest a few rounds; return its prices."""
    for _ in range(rest.params.rounds):
        if over():
            break
        ahead = between(point, rest.dual.solve(point.y), rest.params.inward)
        y, columns = pricer.price(ahead.y, ahead.mu, ahead.nu, rough=True)
        rest.dual.add(columns)
        point = DualPoint(y, ahead.mu, ahead.nu)
    rest.dual.solve(point.y)
    return point
