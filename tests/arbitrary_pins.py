"""Random pins for tiny seasons: any kind, some of which no plan may obey."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from scheduler.pins import Pin, PinKind
from scheduler.plan import Plan, Run
from scheduler.problem import Party, Problem

SINGLE: tuple[PinKind, ...] = ("leave", "date", "mode", "board", "closed")
"""Of one party, or of services: data of the model."""

LINKS: tuple[PinKind, ...] = ("together", "apart", "run", "open")
"""Of parties with each other, or with a run."""


def with_pins(
    problem: Problem, rng: random.Random, kinds: Sequence[PinKind], most: int, present: Plan | None = None
) -> Problem:
    """Return a problem with up to `most` pins of some kinds, which may name runs of the plan that stands."""
    pins = (
        _pin(problem, rng, rng.choice(kinds), f"pins.csv!!{row}", present) for row in range(2, rng.randint(1, most) + 2)
    )
    return replace(problem, pins=tuple(pin for pin in pins if pin is not None))


def _pin(problem: Problem, rng: random.Random, kind: PinKind, ref: str, present: Plan | None) -> Pin | None:
    party = rng.choice(problem.parties)
    person = rng.choice(party.people).key
    if kind == "leave":
        return Pin(kind, person=person, ref=ref)
    if kind == "date":
        day = rng.choice([d for d in problem.settings.days if party.earliest <= d <= party.latest])
        return Pin(kind, person=person, date=day, ref=ref)
    if kind == "mode":
        return Pin(kind, person=person, mode=rng.choice(("coach", "train")), ref=ref)
    if kind == "board":
        return Pin(kind, person=person, board=rng.choice(_boards(problem, party)), ref=ref)
    if kind in ("together", "apart"):
        other = rng.choice(problem.parties)
        return Pin(kind, person=person, with_=rng.choice(other.people).key, ref=ref) if other is not party else None
    if kind == "run":
        runs = _runs(problem, present)
        return Pin(kind, person=person, run=rng.choice(runs), ref=ref) if runs else None
    return _service_pin(problem, rng, kind, ref, present)


def _boards(problem: Problem, party: Party) -> list[str]:
    places = problem.places.values()
    if problem.settings.direction == "to_home":
        stops = {party.work_stop, *(p.employer_stop for p in party.people if p.employer_stop is not None)}
        return sorted(stops)
    return sorted(place.name for place in places if place.division is None)


def _runs(problem: Problem, present: Plan | None) -> list[str]:
    if present is not None:
        return [run.id for run in present.runs]
    numbers = [train.train for train in problem.trains]
    return [name for name in numbers if numbers.count(name) == 1]


def _service_pin(problem: Problem, rng: random.Random, kind: PinKind, ref: str, present: Plan | None) -> Pin:
    """Return a pin of services: some columns of date, destination, boarding place and vehicle type, or a run."""
    runs = _runs(problem, present) if kind == "open" else [r for r in _runs(problem, present) if _is_train(r, present)]
    if runs and rng.random() < 0.3:
        return Pin(kind, run=rng.choice(runs), ref=ref)
    columns = rng.sample(("date", "destination", "board", "vehicle_type"), rng.choice((1, 1, 2, 2, 3)))
    codes = sorted({party.destination for party in problem.parties})
    to_work = problem.settings.direction == "to_work"
    ends = [p.name for p in problem.places.values() if (p.division is None) == to_work]
    return Pin(
        kind,
        date=rng.choice(problem.settings.days) if "date" in columns else None,
        destination=_wider(rng, rng.choice(codes)) if "destination" in columns else "",
        board=rng.choice(ends) if "board" in columns else "",
        vehicle_type=rng.choice(problem.vehicle_types).vehicle_type if "vehicle_type" in columns else "",
        ref=ref,
    )


def _wider(rng: random.Random, code: str) -> str:
    return code if rng.random() < 0.7 else code[:2] + "0000"


def _is_train(name: str, present: Plan | None) -> bool:
    run: Run | None = next((run for run in present.runs if run.id == name), None) if present is not None else None
    return present is None or (run is not None and run.mode == "train")
