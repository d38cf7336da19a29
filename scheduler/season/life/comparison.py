"""Two plans of a season side by side: who rides otherwise, which runs come and go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from scheduler.plan import Plan, Run
from scheduler.season.life.differences import Seat, seat_of

SeatKind = Literal["moved", "served", "left"]


@dataclass(frozen=True, slots=True)
class SeatChange:
    """One person whom the plans seat differently.

    Attributes
    ----------
    person : str
        Their key.
    kind : {"moved", "served", "left"}
        Seated by both plans; by the second alone; by the first alone.
    before, after : Seat, optional
        By the first plan, and by the second.
    differs : tuple of str
        Which fields of the seat differ, for who is moved.
    """

    person: str
    kind: SeatKind
    before: Seat | None
    after: Seat | None
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is otherwise in the second plan.

    Attributes
    ----------
    people : tuple of SeatChange
        By the run of the first plan, then of the second.
    same : int
        How many people ride as before.
    gone, new : tuple of Run
        Runs of the first plan alone, of the second alone.
    changed : tuple of Run
        Runs of both that have another vehicle, other stops or times in the second: as they are there.
    """

    people: tuple[SeatChange, ...]
    same: int
    gone: tuple[Run, ...]
    new: tuple[Run, ...]
    changed: tuple[Run, ...]


def compare(first: Plan, second: Plan) -> Comparison:
    """Return what the second plan does otherwise than the first."""
    before = {passenger.person: seat_of(run, passenger) for run, passenger in first.passengers()}
    after = {passenger.person: seat_of(run, passenger) for run, passenger in second.passengers()}
    changes = [
        _change(person, before, after) for person in {**before, **after} if before.get(person) != after.get(person)
    ]
    runs, others = {run.id: run for run in first.runs}, {run.id: run for run in second.runs}
    return Comparison(
        people=tuple(sorted(changes, key=_by_runs)),
        same=sum(after.get(person) == seat for person, seat in before.items()),
        gone=tuple(run for run in first.runs if run.id not in others),
        new=tuple(run for run in second.runs if run.id not in runs),
        changed=tuple(run for run in second.runs if run.id in runs and _service(runs[run.id]) != _service(run)),
    )


def _change(person: str, before: Mapping[str, Seat], after: Mapping[str, Seat]) -> SeatChange:
    was, now = before.get(person), after.get(person)
    if was is None or now is None:
        return SeatChange(person, "served" if was is None else "left", was, now)
    differs = tuple(each.name for each in fields(Seat) if getattr(was, each.name) != getattr(now, each.name))
    return SeatChange(person, "moved", was, now, differs)


def _by_runs(change: SeatChange) -> tuple[str, str, str]:
    return change.before.run if change.before else "", change.after.run if change.after else "", change.person


def _service(run: Run) -> tuple[object, ...]:
    """Return what a run is, whoever rides it."""
    return run.date, run.vehicle_type, run.operator, run.plate, run.train, run.stops
