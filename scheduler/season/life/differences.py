"""What a plan changes for people beside the plan before it, one by one: who moves, who gets or loses a seat, why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from scheduler.evaluate import Evaluator
from scheduler.pinned import PinIndex
from scheduler.plan import Passenger, Plan, Run, Told
from scheduler.problem import Problem

Kind = Literal["moved", "served", "left", "cancelled", "changed"]
Reason = Literal[
    "train_cancelled",
    "vehicle_lost",
    "run_ended",
    "pinned",
    "asked",
    "cancelled",
    "new",
    "seat_free",
    "cheaper",
    "no_seat",
]
"""Why, as a code: the command says it in words."""


@dataclass(frozen=True, slots=True)
class Seat:
    """How somebody rides: which run, when, from where to where."""

    run: str
    date: date
    board: str
    depart: datetime | None
    alight: str


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What changes for one person; a seat is None where there is none. `is_moved`: told, and to be told anew."""

    person: str
    kind: Kind
    before: Seat | None
    after: Seat | None
    reason: Reason
    is_moved: bool = False


def differences(problem: Problem, present: Plan, plan: Plan, told: Mapping[str, Told]) -> tuple[PersonChange, ...]:
    """Return what a plan changes beside the present one.

    Parameters
    ----------
    problem : Problem
        Of the new plan.
    present, plan : Plan
    told : mapping of key to Told
        What everybody had been told before, those included who asked for something else since.

    Notes
    -----
    Who had been told nothing and rides otherwise now is no change: nobody knows of it.
    """
    moved = Evaluator(problem).moved(plan)
    binding = {each.person for each in plan.told}
    before = {passenger.person: seat_of(run, passenger) for run, passenger in present.passengers()}
    after = {passenger.person: seat_of(run, passenger) for run, passenger in plan.passengers()}
    known = {person.key for party in problem.parties for person in party.people}
    why = _Why(problem, present, plan)
    found = []
    for person in sorted({*before, *after, *told}):
        had, has = told.get(person), after.get(person)
        was = _told_seat(had) if had is not None else before.get(person)
        if person not in known:
            if was is not None and has is None:
                found.append(PersonChange(person, "cancelled", was, None, "cancelled"))
        elif person in moved:
            reason = why.moved(person, was)
            found.append(PersonChange(person, "moved" if has else "left", was, has, reason, is_moved=True))
        elif had is not None and person not in binding:
            if was is not None and has is not None and replace(was, run=has.run) == has:
                continue  # what they asked for is met by what they have, or their run is frozen
            found.append(PersonChange(person, "changed" if has else "left", was, has, "asked"))
        elif was is None and has is not None:
            found.append(PersonChange(person, "served", None, has, "new" if person in why.new else "seat_free"))
        elif was is not None and has is None:
            found.append(PersonChange(person, "left", was, None, "no_seat"))
    return tuple(found)


class _Why:
    """Why somebody who was told a seat does not keep it."""

    def __init__(self, problem: Problem, present: Plan, plan: Plan) -> None:
        self.trains = {(train.train, train.date) for train in problem.trains}
        self.types = {vehicle.key: vehicle for vehicle in problem.vehicle_types}
        self.runs = {run.id: run for run in present.runs}
        self.kept = {run.id for run in plan.runs}
        self.evaluator = Evaluator(problem)
        self.held = _held(self.evaluator, present)
        self.pinned = PinIndex(problem)
        self.new = {person.key for party in problem.parties for person in party.people} - {
            person for entry in present.unserved for person in entry.persons
        }

    def moved(self, person: str, was: Seat | None) -> Reason:
        run = self.runs.get(was.run) if was is not None else None
        if was is None or run is None:
            return "run_ended"
        if self._is_pinned_away(person, was, run):
            return "pinned"
        if run.mode == "train":
            return "cheaper" if (run.train, run.date) in self.trains else "train_cancelled"
        key = run.vehicle_type or "", run.operator or ""
        vehicle, days = self.types.get(key), _days_held(self.evaluator, run)
        if vehicle is None or any(vehicle.available(day) < self.held[key, day] for day in days):
            return "vehicle_lost"
        return "cheaper" if run.id in self.kept else "run_ended"

    def _is_pinned_away(self, person: str, was: Seat, run: Run) -> bool:
        """Tell whether what is pinned, of the person's party or of the run, forbids what they had."""
        pinned, closed = self.pinned, (pin for pin in self.pinned.of_runs if pin.kind == "closed")
        return not pinned.allows(pinned.party_of[person], run, was.board) or any(
            pinned.agrees(pin, run) for pin in closed
        )


def _held(evaluator: Evaluator, plan: Plan) -> Counter[tuple[tuple[str, str], date]]:
    """Return how many coaches of a type a plan holds on a day of the season."""
    counts: Counter[tuple[tuple[str, str], date]] = Counter()
    for run in plan.runs:
        if run.mode == "coach":
            counts.update(((run.vehicle_type or "", run.operator or ""), day) for day in _days_held(evaluator, run))
    return counts


def _days_held(evaluator: Evaluator, run: Run) -> list[date]:
    """Return the days of the season on which a coach run holds its coach."""
    first, last = evaluator.days_held(run.date, round(1000 * (run.path_km or 0)))
    return [day for day in evaluator.problem.settings.days if first <= day <= last]


def seat_of(run: Run, passenger: Passenger) -> Seat:
    """Return how a passenger of a run rides."""
    return Seat(run.id, run.date, passenger.board, run.departure(passenger.board), passenger.alight)


def _told_seat(told: Told) -> Seat:
    return Seat(told.run, told.date, told.board, told.depart, told.alight)
