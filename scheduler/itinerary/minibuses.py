"""Which minibus drives which rounds, in driving order: a plan stores the rounds, the driver wants the day.

Rounds are read in the order in which they begin. Each goes to a minibus of its type that can be there, one that stands
at the same hub before one that has to come over, the one that has been free for the shortest time first; its driver
keeps the hours of a day where another minibus is left to take the round. Where none can be there in time although the
fleet has enough for what runs at once, one more is counted: the dispatcher sees a number above the fleet's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from scheduler.itinerary.feeder import feeder_fleet, feeder_minutes, hub_of, round_hold, way_km, whole_minutes
from scheduler.plan import Feeder
from scheduler.problem import Problem


@dataclass(frozen=True, slots=True)
class MinibusDay:
    """One minibus on one day: its number among those of its type that drive that day (from 1), its rounds in order."""

    date: date
    vehicle_type: str
    number: int
    rounds: tuple[Feeder, ...]


@dataclass(slots=True)
class _Rota:
    held: list[tuple[datetime, datetime, str, Feeder]] = field(default_factory=list)

    def driven_min(self, problem: Problem, since: datetime) -> float:
        """Return about how long the driver has driven since a moment, empty ways included."""
        speed = problem.settings.coach_rules.feeder_km_per_h
        return sum(2 * way_km(problem, each) / speed * 60 for begin, _end, _hub, each in self.held if begin >= since)


def minibus_days(problem: Problem, feeders: Iterable[Feeder]) -> list[MinibusDay]:
    """Return the days of all minibuses: by date, type and number; rounds without times each by itself, at the end."""
    timed: list[tuple[datetime, datetime, Feeder]] = []
    untimed: list[Feeder] = []
    for feeder in feeders:
        hold = round_hold(problem, feeder)
        if hold is None:
            untimed.append(feeder)
        else:
            timed.append((*hold, feeder))
    minibuses: dict[str, list[_Rota]] = {}
    for begin, end, feeder in sorted(timed, key=lambda each: (each[0], each[2].id)):
        hub, own = hub_of(problem, feeder), minibuses.setdefault(feeder.vehicle_type, [])
        chosen = _chosen(problem, own, begin, hub, way_km(problem, feeder))
        if chosen is None:
            own.append(chosen := _Rota())
        chosen.held.append((begin, end, hub, feeder))
    days: dict[tuple[date, str], list[tuple[Feeder, ...]]] = {}
    for name in [*(name for name in feeder_fleet(problem) if name in minibuses), *sorted(minibuses)]:
        for minibus in minibuses.pop(name, []):
            by_day: dict[date, list[Feeder]] = {}
            for _begin, _end, _hub, feeder in minibus.held:
                by_day.setdefault(driving_day(feeder), []).append(feeder)
            for day, rounds in by_day.items():
                days.setdefault((day, name), []).append(tuple(rounds))
    found = [
        MinibusDay(day, name, number, rounds)
        for (day, name), own in days.items()
        for number, rounds in enumerate(own, 1)
    ]
    found.sort(key=lambda each: each.date)
    return found + [MinibusDay(date.max, each.vehicle_type, 0, (each,)) for each in untimed]


def driving_day(feeder: Feeder) -> date:
    """Return the day of a round: of its first time."""
    times = [time for stop in feeder.stops for time in (stop.arrive, stop.depart) if time is not None]
    return min(times).date() if times else date.max


def _chosen(problem: Problem, minibuses: list[_Rota], begin: datetime, hub: str, km: float) -> _Rota | None:
    """Return the minibus for a round that holds one from `begin` on; None where none can be there."""
    rules = problem.settings.coach_rules
    able: list[tuple[bool, bool, timedelta, int]] = []
    for number, minibus in enumerate(minibuses):
        _begin, end, last_hub, _feeder = minibus.held[-1]
        free = end
        if last_hub != hub:
            way = whole_minutes(feeder_minutes(problem, last_hub, hub)) + rules.rest_min
            free += timedelta(minutes=way)
        if free > begin:
            continue
        driven = minibus.driven_min(problem, begin - timedelta(days=1)) + 2 * km / rules.feeder_km_per_h * 60
        if driven <= rules.driver_day_min:
            able.append((last_hub != hub, end.date() != begin.date(), begin - free, number))
    return minibuses[min(able)[-1]] if able else None
