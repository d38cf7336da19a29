"""What a feeder round is made of: chunks of people, the task they belong to, and the minutes and km of the way.

The way home is solved as the way there, mirrored: legs are turned around here, and so is every round when it is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from scheduler.itinerary.feeder import feeder_minutes, whole_minutes
from scheduler.itinerary.timetable import dwell_min
from scheduler.problem import Problem

NO_ROAD_KM = 100_000.0
"""Stands for a leg without a distance, far beyond any ride."""


class Chunk(NamedTuple):
    """People who board a feeder at one stop together; never more than the largest minibus seats."""

    stop: str
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """One run at one hub: who is to be brought there (taken from there), by when (from when on)."""

    run: str
    date: date
    hub: str
    meets: datetime
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """Chunks in the order of the way to the hub (the way home is the reverse)."""

    task: Task
    chunks: tuple[Chunk, ...]

    @property
    def people(self) -> int:
        return sum(len(chunk.refs) for chunk in self.chunks)


class Legs:
    """Minutes, km and times of a round, as if it always led to the hub."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.rules = problem.settings.coach_rules
        self.to_work = problem.settings.direction == "to_work"
        self._minutes: dict[tuple[str, str], int] = {}
        self._km: dict[tuple[str, str], float] = {}

    def minutes(self, origin: str, target: str) -> int:
        """Return whole driving minutes; on the way home of the leg the other way round."""
        return self.real_minutes(origin, target) if self.to_work else self.real_minutes(target, origin)

    def real_minutes(self, origin: str, target: str) -> int:
        """Return whole driving minutes from origin to target, never mirrored."""
        pair = (origin, target)
        if pair not in self._minutes:
            self._minutes[pair] = whole_minutes(feeder_minutes(self.problem, *pair))
        return self._minutes[pair]

    def km(self, origin: str, target: str) -> float:
        """Return km; on the way home of the leg the other way round."""
        pair = (origin, target) if self.to_work else (target, origin)
        if pair not in self._km:
            self._km[pair] = min(self.problem.km(*pair), NO_ROAD_KM)
        return self._km[pair]

    def stops(self, chunks: Sequence[Chunk]) -> list[tuple[str, list[str]]]:
        """Return the stops of a round with their people: chunks of one stop that follow each other are one."""
        stops: list[tuple[str, list[str]]] = []
        for chunk in chunks:
            if not stops or stops[-1][0] != chunk.stop:
                stops.append((chunk.stop, []))
            stops[-1][1].extend(chunk.refs)
        return stops

    def offsets(self, each: Round) -> list[tuple[int, int]]:
        """Return when each stop begins and ends, in minutes after the round began; the hub is the last."""
        clock, times = 0, []
        stops = [*self.stops(each.chunks), (each.task.hub, [ref for chunk in each.chunks for ref in chunk.refs])]
        for number, (place, refs) in enumerate(stops):
            if number:
                clock += self.minutes(stops[number - 1][0], place)
            times.append((clock, clock + dwell_min(self.rules, len(refs))))
            clock = times[-1][1]
        return times

    def loaded_km(self, each: Round) -> float:
        """Return the km of a round with people on board."""
        places = [*(stop for stop, _refs in self.stops(each.chunks)), each.task.hub]
        return sum(self.km(a, b) for a, b in pairwise(places))


def halves(each: Round) -> list[Round]:
    """Cut a round in two: its stops, or the people of its only one."""
    if len(each.chunks) > 1:
        middle = len(each.chunks) // 2
        parts = each.chunks[:middle], each.chunks[middle:]
    else:
        (chunk,) = each.chunks
        middle = len(chunk.refs) // 2
        parts = (Chunk(chunk.stop, chunk.refs[:middle]),), (Chunk(chunk.stop, chunk.refs[middle:]),)
    return [Round(each.task, part) for part in parts if part and part[0].refs]
