"""Rounds of the plan that stands which a new plan keeps: people were told when the minibus comes, and lists say so.

A round stays at its time, with its id, for those of its people who still need it; who needs a minibus at one of its
stops now gets on it, where there is room. What cannot stay so is planned anew with everybody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.itinerary.feeder import FeederType
from scheduler.operations.feeders.dispatch import Dispatch
from scheduler.operations.feeders.rounds import Chunk, Round, Task
from scheduler.plan import Feeder, Plan, Run


@dataclass(frozen=True, slots=True)
class OldRound:
    """A round as it stood: its feeder, and its people by stop, in the order of the way to the hub, by key."""

    feeder: Feeder
    hub: str
    begin: datetime
    stops: tuple[tuple[str, tuple[str, ...]], ...]


def old_rounds(present: Plan, to_work: bool) -> list[OldRound]:
    """Return the rounds of the plan that stands, in order of time."""
    person_at = {(run.id, rider.ref): rider.person for run, rider in present.passengers()}
    found = []
    for feeder in present.feeders:
        stops = feeder.stops if to_work else feeder.stops[::-1]
        begin = feeder.stops[0].arrive
        if len(stops) < 2 or begin is None:
            continue
        people = (
            (stop.place, tuple(person_at[feeder.serves, r] for r in stop.refs if (feeder.serves, r) in person_at))
            for stop in stops[:-1]
        )
        found.append(OldRound(feeder, stops[-1].place, begin, tuple(people)))
    return sorted(found, key=lambda each: (each.begin, each.feeder.id))


def keep_rounds(
    dispatch: Dispatch, tasks: Sequence[Task], old: Iterable[OldRound], runs: Iterable[Run], fleet: Iterable[FeederType]
) -> list[Task]:
    """Place the rounds that can stay, and return what is left of the tasks.

    Parameters
    ----------
    dispatch : Dispatch
        Nothing has been placed in it yet.
    tasks : sequence of Task
        Who is to be brought where.
    old : iterable of OldRound
    runs : iterable of Run
        Of the new plan.
    fleet : iterable of FeederType
    """
    seats = {kind.vehicle_type: kind.seats for kind in fleet}
    ref_of = {(run.id, rider.person): rider.ref for run in runs for rider in run.passengers}
    waiting = {(task.run, task.hub): _Waiting(task) for task in tasks}
    for each in old:
        own = waiting.get((each.feeder.serves, each.hub))
        if own is None:
            continue
        chunks = tuple(_chunks(each, own, ref_of))
        if not chunks:
            continue
        room = seats.get(each.feeder.vehicle_type, 0) - sum(len(chunk.refs) for chunk in chunks)
        for trial in dict.fromkeys((own.joined(chunks, room), chunks)):
            if dispatch.keep(Round(own.task, trial), each.feeder, each.begin):
                own.take(trial)
                break
    return [left for each in waiting.values() if (left := each.left()).chunks]


class _Waiting:
    """The people of a task whom no round fetches yet, by stop."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.people: dict[str, list[str]] = {}
        for chunk in task.chunks:
            self.people.setdefault(chunk.stop, []).extend(chunk.refs)

    def joined(self, chunks: tuple[Chunk, ...], room: int) -> tuple[Chunk, ...]:
        """Return chunks with others who wait at their stops, as many as there is room for."""
        found, taken = [], {ref for chunk in chunks for ref in chunk.refs}
        for chunk in chunks:
            more = [ref for ref in self.people.get(chunk.stop, ()) if ref not in taken][: max(0, room)]
            room -= len(more)
            taken.update(more)
            found.append(Chunk(chunk.stop, (*chunk.refs, *more)))
        return tuple(found)

    def take(self, chunks: Iterable[Chunk]) -> None:
        """Let nobody of these chunks wait any more."""
        gone = {ref for chunk in chunks for ref in chunk.refs}
        self.people = {stop: [ref for ref in refs if ref not in gone] for stop, refs in self.people.items()}

    def left(self) -> Task:
        """Return the task of those who still wait, in chunks as they were."""
        waiting = {ref for refs in self.people.values() for ref in refs}
        chunks = (Chunk(c.stop, tuple(ref for ref in c.refs if ref in waiting)) for c in self.task.chunks)
        return replace(self.task, chunks=tuple(chunk for chunk in chunks if chunk.refs))


def _chunks(each: OldRound, own: _Waiting, ref_of: Mapping[tuple[str, str], str]) -> Iterator[Chunk]:
    """Yield who of an old round waits for it at its stops still."""
    for stop, people in each.stops:
        waiting = set(own.people.get(stop, ()))
        refs = (ref_of.get((own.task.run, person), "") for person in people)
        if here := tuple(ref for ref in refs if ref in waiting):
            yield Chunk(stop, here)
