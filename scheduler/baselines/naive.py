"""The naive model: a boolean for each party and run, handed to CP-SAT; what one writes in an afternoon.

**Runs.** A coach run goes from one hub to one city (more stops would multiply the booleans): for each date, hub, city
and vehicle type as many copies as the people who could ride would fill. A train is one run.
**Variables.** y_r: run r goes. x_pr: party p rides run r, only where date, mode, access and destination allow it.
**Program.** min sum fixed_r y_r + sum (shift + access + fare)_pr x_pr + sum unserved_p (1 - sum_r x_pr), with each
party on one run at most, min_load_r y_r <= sum size_p x_pr <= seats_r y_r, and the coaches held on each day within
the fleet. Copies of one run go in order. The budget is a row over runs and fares. Of pins it knows those of single
parties, and what is closed; whoever is tied to others or to a run rides as if nothing were pinned.

Its bound is one for single-stop coaches only, hence no bound of the problem, and is not reported.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from scheduler.baselines.departures import Departure, assemble, passenger_seats
from scheduler.evaluate import Evaluator
from scheduler.pinned import PinIndex
from scheduler.plan import Plan
from scheduler.problem import Party, Problem

MOST_BOOLEANS = 3_000_000
"""More would take over 3 GB and minutes to build; none was ever solved at that size."""


@dataclass
class _CandidateRun:
    """A run that may go; `fit`: (party index, board, alight, cost in fen) of all who may ride."""

    departure: Departure
    fixed_fen: int
    seats: int
    min_load: int
    copies: int
    fit: list[tuple[int, str, str, int]] = field(default_factory=list)
    fares: dict[int, int] = field(default_factory=dict)


def plan_naively(problem: Problem, time_limit_s: float, workers: int = 2) -> Plan | None:
    """Return the plan CP-SAT finds in the time (building included), None when it has none or the model is too large."""
    from ortools.sat.python import cp_model

    started = time.monotonic()
    evaluator = Evaluator(problem)
    candidates = list(_candidates(evaluator))
    if sum(len(each.fit) * each.copies for each in candidates) > MOST_BOOLEANS:
        return None
    model = cp_model.CpModel()
    flat = [(each, y, x) for each in candidates for y, x in _add_run(model, problem, each)]
    rides: dict[int, list[Any]] = {}
    for _each, _y, x in flat:
        for index, boolean in x.items():
            rides.setdefault(index, []).append(boolean)
    for booleans in rides.values():
        model.add_at_most_one(booleans)
    _limit_fleet(model, evaluator, flat)
    _limit_budget(model, evaluator, flat)
    unserved = evaluator.policy.unserved_cost_fen
    model.minimize(
        sum(each.fixed_fen * y for each, y, _x in flat)
        + sum(fen * x[index] for each, _y, x in flat for index, _b, _a, fen in each.fit)
        - sum(unserved * problem.parties[i].weight * b for i, booleans in rides.items() for b in booleans)
    )
    left_s = time_limit_s - (time.monotonic() - started)
    if left_s <= 0:
        return None
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = left_s
    solver.parameters.num_workers = workers
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    departures = []
    for each, y, x in flat:
        if solver.boolean_value(y):
            riders = [(problem.parties[i], b, a) for i, b, a, _fen in each.fit if solver.boolean_value(x[i])]
            pattern = each.departure
            departures.append(
                Departure(pattern.day, vehicle=pattern.vehicle, path=pattern.path, train=pattern.train, riders=riders)
            )
    return assemble(evaluator, departures, "the naive model left this party out")


def _add_run(model: Any, problem: Problem, candidate: _CandidateRun) -> list[tuple[Any, dict[int, Any]]]:
    """Add the copies of a run; return its y and its x by party index, for each copy."""
    copies = []
    before = None
    for _copy in range(candidate.copies):
        y = model.new_bool_var("")
        x = {index: model.new_bool_var("") for index, *_rest in candidate.fit}
        load = sum(problem.parties[index].size * boolean for index, boolean in x.items())
        model.add(load <= candidate.seats * y)
        model.add(load >= candidate.min_load * y)
        if before is not None:
            model.add_implication(y, before)
        before = y
        copies.append((y, x))
    return copies


def _limit_fleet(model: Any, evaluator: Evaluator, flat: list[tuple[_CandidateRun, Any, Any]]) -> None:
    held: dict[tuple[tuple[str, str], date], list[Any]] = {}
    for each, y, _x in flat:
        vehicle, path = each.departure.vehicle, each.departure.path
        if vehicle is None or path is None:
            continue
        first, last = evaluator.days_held(each.departure.day, path.path_m)
        for offset in range((last - first).days + 1):
            held.setdefault((vehicle.key, first + timedelta(days=offset)), []).append(y)
    days = set(evaluator.problem.settings.days)
    for (key, day), booleans in held.items():
        if day in days:
            model.add(sum(booleans) <= evaluator.types[key].available(day))


def _limit_budget(model: Any, evaluator: Evaluator, flat: list[tuple[_CandidateRun, Any, Any]]) -> None:
    budget = evaluator.policy.budget_fen
    if budget is not None:
        fixed = sum(each.fixed_fen * y for each, y, _x in flat)
        fares = sum(each.fares.get(index, 0) * b for each, _y, x in flat for index, b in x.items())
        model.add(fixed + fares <= budget)


def _candidates(evaluator: Evaluator) -> Iterator[_CandidateRun]:
    problem, pinned = evaluator.problem, PinIndex(evaluator.problem)
    for train in problem.trains:
        candidate = _CandidateRun(
            Departure(train.date, train=train), train.fixed_cost_fen, train.seats, train.min_load, copies=1
        )
        for index, party in enumerate(problem.parties):
            if party.mode == "coach" or not party.earliest <= train.date <= party.latest or party.size > train.seats:
                continue
            options = [
                (board, alight, fen)
                for board, alight, fen in evaluator.train_options(train, party)
                if _obeys(pinned, party, train.date, train.stops[board].place, train.stops[alight].place, None)
            ]
            if options:
                board, alight, fen = options[0]
                cost = party.size * (fen + _shift_fen(evaluator, party, train.date))
                candidate.fit.append((index, train.stops[board].place, train.stops[alight].place, cost))
                candidate.fares[index] = party.size * (train.stops[alight].fare_fen or 0)
        if candidate.fit:
            yield candidate
    yield from _coaches(evaluator)


def _obeys(pinned: PinIndex, party: Party, day: date, board: str, alight: str, vehicle_type: str | None) -> bool:
    """Tell whether pins let a party ride so; those that tie it to others or to a run are beyond this plan."""
    mode, work = "train" if vehicle_type is None else "coach", alight
    if pinned.problem.settings.direction == "to_home":
        work = board
    for pin in pinned.by_party.get(party.id, ()):
        asked = {"date": pin.date == day, "board": pin.board == board, "mode": pin.mode == mode, "leave": False}
        if not asked.get(pin.kind, True):
            return False
    return not any(
        pin.kind == "closed"
        and not (pin.run and vehicle_type is not None)
        and pinned.agrees_with(pin, day, [board], [work], vehicle_type)
        for pin in pinned.of_runs
    )


def _coaches(evaluator: Evaluator) -> Iterator[_CandidateRun]:
    problem, pinned = evaluator.problem, PinIndex(evaluator.problem)
    groups: dict[tuple[date, str], list[int]] = {}
    for index, party in enumerate(problem.parties):
        if party.mode != "train":
            for offset in range((party.latest - party.earliest).days + 1):
                groups.setdefault((party.earliest + timedelta(days=offset), party.work_stop), []).append(index)
    hubs = [place.name for place in problem.places.values() if place.kind == "hub"]
    stops = [place.name for place in problem.places.values() if place.kind == "stop"]
    for (day, work_stop), members in sorted(groups.items()):
        for home in hubs or stops:
            if not evaluator.allowed([home], [work_stop]):
                continue
            path = evaluator.path([home], [work_stop])
            board, alight = (home, work_stop) if evaluator.to_work else (work_stop, home)
            for vehicle in problem.vehicle_types:
                seats = passenger_seats(evaluator, vehicle, path)
                fit = []
                for index in members:
                    party = problem.parties[index]
                    access = evaluator.access_fen(party.origin).get(home)
                    kind = vehicle.vehicle_type
                    if access is None or not _obeys(pinned, party, day, board, alight, kind):
                        continue
                    if party.size <= seats:
                        cost = party.size * (access + _shift_fen(evaluator, party, day))
                        fit.append((index, board, alight, cost))
                people = sum(problem.parties[index].size for index, *_rest in fit)
                if people >= evaluator.policy.min_load and vehicle.available(day):
                    yield _CandidateRun(
                        Departure(day, vehicle=vehicle, path=path),
                        evaluator.coach_fen(vehicle, path),
                        seats,
                        evaluator.policy.min_load,
                        copies=min(vehicle.available(day), people // seats + 1),
                        fit=fit,
                    )


def _shift_fen(evaluator: Evaluator, party: Party, day: date) -> int:
    if party.preferred is None:
        return 0
    return evaluator.policy.date_shift_cost_fen * abs((day - party.preferred).days)
