"""Reading a stored timetable: every rule of the road it breaks, with the place and the minute.

Written apart from the timetable's builder, which it shares only `CoachRules` with: the stops are read as they stand in
the plan, turned into spans of driving and standing, and each rule is looked at by itself. Driving is all the time
between the departure from one stop (or rest) and the arrival at the next.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

from scheduler.i18n import _, ngettext
from scheduler.plan import Run, Stop
from scheduler.problem import Problem
from scheduler.settings import CoachRules

_CLOCK_DAY = 24 * 60
_STATES_ENTERED = 20_000
"""So many states of sharing the driving are entered, far more than the runs of a real season have."""


class Breach(NamedTuple):
    """A rule of the road that a timetable breaks: which, where, from which minute, what is allowed, what is there."""

    rule: str
    place: str
    minute: datetime | None
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class Drive:
    """Driving from one stand to the next; `place` names both."""

    begin: datetime
    end: datetime
    place: str

    @property
    def minutes(self) -> int:
        return round((self.end - self.begin).total_seconds() / 60)


def breaches(problem: Problem, run: Run) -> list[Breach]:
    """Return every rule of the road that a coach run's stored timetable breaks; none for a legal one, or a train.

    Rules: times given and in order; first departure on the run's date at one of depart_at; no leg driven faster than
    its minutes; continuous driving by day and by night; hours without driving; each driver's hours in 24 h and 7 days.
    """
    if run.mode == "train" or not run.stops:
        return []
    untimed = _untimed(run)
    if untimed:
        return untimed
    disordered = list(_disorder(run.stops))
    if disordered:
        return disordered
    rules = problem.settings.coach_rules
    exempt = _path_km(problem, run) <= rules.no_drive_exempt_km
    drives = [
        Drive(here.depart, there.arrive, f"{here.place} → {there.place}")
        for here, there in pairwise(run.stops)
        if here.depart is not None and there.arrive is not None
    ]
    found = [
        *_departure(rules, run, exempt),
        *_too_fast(problem, run),
        *too_long(rules, drives),
        *([] if exempt else at_forbidden_hours(rules, drives)),
        *_drivers_hours(rules, drives, run.drivers or 1),
    ]
    return sorted(found, key=lambda breach: (breach.minute or datetime.min, breach.rule))


def _path_km(problem: Problem, run: Run) -> float:
    """Return the path km to 0.1 km, halves up (a leg without a distance makes it infinite: nothing is exempt)."""
    km = sum(problem.km(a, b) for a, b in pairwise(stop.place for stop in run.stops if stop.kind != "rest"))
    return math.floor(km * 10 + 0.5 + 1e-7) / 10 if math.isfinite(km) else km


def _untimed(run: Run) -> list[Breach]:
    first, last = run.stops[0], run.stops[-1]
    needed = [(stop, stop.arrive, stop is not first) for stop in run.stops]
    needed += [(stop, stop.depart, stop is not last) for stop in run.stops]
    rule = _("every stop of a coach has its times")
    places = dict.fromkeys(stop.place for stop, moment, is_needed in needed if is_needed and moment is None)
    return [Breach(rule, place, None, _("arrival and departure"), _("none")) for place in places]


def _disorder(stops: Sequence[Stop]) -> Iterator[Breach]:
    rule = _("times follow one another")
    for stop in stops:
        if stop.arrive is not None and stop.depart is not None and stop.depart < stop.arrive:
            yield Breach(rule, stop.place, stop.depart, f">= {_clock(stop.arrive)}", _clock(stop.depart))
    for here, there in pairwise(stops):
        if here.depart is not None and there.arrive is not None and there.arrive < here.depart:
            yield Breach(rule, there.place, there.arrive, f">= {_clock(here.depart)}", _clock(there.arrive))


def _departure(rules: CoachRules, run: Run, exempt: bool) -> Iterator[Breach]:
    """The first departure is on the run's date, at one of depart_at (or when driving is allowed again after it)."""
    first = run.stops[0]
    if first.depart is None:
        return
    if first.depart.date() != run.date:
        rule = _("the first departure is on the run's date")
        yield Breach(rule, first.place, first.depart, run.date.isoformat(), first.depart.date().isoformat())
    clocks = [_of(clock) for clock in rules.depart_at]
    if not exempt and any(_within(clock, rules.no_drive_from, rules.no_drive_to) for clock in clocks):
        clocks.append(_of(rules.no_drive_to))
    if _of(first.depart.strftime("%H:%M")) not in clocks:
        rule = _("the first departure is at one of depart_at")
        yield Breach(rule, first.place, first.depart, ", ".join(rules.depart_at), first.depart.strftime("%H:%M"))


def _too_fast(problem: Problem, run: Run) -> Iterator[Breach]:
    """Between two stops, rests aside, the driving lasts at least the leg's minutes (to the minute)."""
    served = [number for number, stop in enumerate(run.stops) if stop.kind != "rest"]
    for here, there in pairwise(served):
        origin, target = run.stops[here].place, run.stops[there].place
        needed_min = problem.minutes(origin, target)
        driven = [_between(run.stops[i].depart, run.stops[i + 1].arrive) for i in range(here, there)]
        if sum(driven) <= needed_min - 1:
            rule = _("no leg is driven faster than its minutes")
            place, minute = f"{origin} → {target}", run.stops[there].arrive
            needed = str(math.ceil(needed_min)) if math.isfinite(needed_min) else _("no distance")
            yield Breach(rule, place, minute, f">= {needed} min", f"{sum(driven)} min")


def too_long(rules: CoachRules, drives: Sequence[Drive]) -> Iterator[Breach]:
    """Yield where too much is driven since the last stand of rest_min or more: by day, or touching the night."""
    since_break: list[Drive] = []
    for number, drive in enumerate(drives):
        since_break.append(drive)
        is_last = number == len(drives) - 1
        if not is_last and _between(drive.end, drives[number + 1].begin) < rules.rest_min:
            continue
        yield from _stretch(rules, since_break)
        since_break = []


def _stretch(rules: CoachRules, drives: Sequence[Drive]) -> Iterator[Breach]:
    total = sum(drive.minutes for drive in drives)
    by_night = any(_inside(drive, rules.night_from, rules.night_to)[0] for drive in drives)
    limits = [(rules.max_drive_day_min, _("continuous driving by day (Passenger Transport Safety Rules art. 38)"))]
    if by_night:
        text = _("continuous driving touching the night (Passenger Transport Safety Rules art. 38)")
        limits.append((rules.max_drive_night_min, text))
    limit, rule = min(limits)
    if total > limit:
        drive, minute = _after(drives, limit)
        expected = _("<= {limit} min, then {rest} min of rest").format(limit=limit, rest=rules.rest_min)
        yield Breach(rule, drive.place, minute, expected, f"{total} min")


def _after(drives: Sequence[Drive], minutes: int) -> tuple[Drive, datetime]:
    """Return the drive and the moment at which so many minutes have been driven."""
    for drive in drives:
        if minutes < drive.minutes:
            return drive, drive.begin + timedelta(minutes=minutes)
        minutes -= drive.minutes
    return drives[-1], drives[-1].end


def at_forbidden_hours(rules: CoachRules, drives: Sequence[Drive]) -> Iterator[Breach]:
    """Yield the driving between no_drive_from and no_drive_to; who is exempt is for the caller to say."""
    for drive in drives:
        inside_min, minute = _inside(drive, rules.no_drive_from, rules.no_drive_to)
        if inside_min:
            rule = _("no driving in these hours (Transport Ministry notice 2023 No. 2)")
            expected = f"{rules.no_drive_from}-{rules.no_drive_to}: 0 min"
            yield Breach(rule, drive.place, minute, expected, f"{inside_min} min")


def _drivers_hours(rules: CoachRules, drives: Sequence[Drive], drivers: int) -> Iterator[Breach]:
    """Each driver's hours, when the drives are given whole to the drivers, who change where the coach stands."""
    daily = _("each driver at most {limit} min in 24 h (Passenger Transport Safety Rules art. 38)")
    weekly = _("each driver at most {limit} min in 7 days (Passenger Transport Safety Rules art. 38)")
    spans = [
        (timedelta(days=1), rules.driver_day_min, daily.format(limit=rules.driver_day_min)),
        (timedelta(days=7), rules.driver_week_min, weekly.format(limit=rules.driver_week_min)),
    ]
    too_much = False
    for span, limit, rule in spans:
        for drive in drives:
            driven = _driven(drives, drive.end - span, drive.end)
            if driven > limit * drivers:
                too_much = True
                expected = ngettext(
                    "<= {limit} min with {drivers} driver", "<= {limit} min with {drivers} drivers", drivers
                ).format(limit=limit * drivers, drivers=drivers)
                yield Breach(rule, drive.place, drive.end, expected, f"{driven} min")
                break
    if too_much:
        return
    stuck = _unshared(drives, drivers, [(span, limit) for span, limit, _rule in spans])
    if stuck is not None:
        expected = _("a change of drivers at every stand")
        actual = ngettext("{drivers} driver cannot share it", "{drivers} drivers cannot share it", drivers).format(
            drivers=drivers
        )
        yield Breach(spans[0][2], stuck.place, stuck.begin, expected, actual)


def _unshared(drives: Sequence[Drive], drivers: int, spans: Sequence[tuple[timedelta, int]]) -> Drive | None:
    """Return None when the drives can be shared out, else the first drive beyond which no sharing reaches.

    Depth first, the most rested driver first. What each driver has driven that still counts is the state; one that led
    nowhere is not entered again. Only what is refuted is a breach: _STATES_ENTERED without an end refute nothing (the
    hours of all drivers together are held to their sum before).
    """
    farthest, total = 0, sum(drive.minutes for drive in drives)
    binding = [(span, limit) for span, limit in spans if total > limit]
    memory = max((span for span, _limit in binding), default=timedelta())
    seen: set[tuple[int, tuple[tuple[int, ...], ...]]] = set()
    stack: list[tuple[int, tuple[tuple[int, ...], ...]]] = [(0, ((),) * drivers)]
    while stack:
        state = stack.pop()
        number, logs = state
        farthest = max(farthest, number)
        if number == len(drives) or len(seen) == _STATES_ENTERED:
            return None
        if state in seen:
            continue
        seen.add(state)
        drive, options = drives[number], []
        logs = tuple(tuple(i for i in log if drives[i].end > drive.end - memory) for log in logs)
        for driver, log in enumerate(logs):
            if log in logs[:driver]:
                continue  # drivers with the same hours behind them are alike
            own = [drives[i] for i in log]
            hours = [_driven(own, drive.end - span, drive.end) + drive.minutes for span, _limit in binding]
            if all(driven <= limit for driven, (_span, limit) in zip(hours, binding, strict=True)):
                shared = (*logs[:driver], (*log, number), *logs[driver + 1 :])
                rested = tuple(-_driven(own, drive.begin - span, drive.begin) for span, _limit in binding)
                options.append((rested, (number + 1, tuple(sorted(shared)))))
        stack.extend(option for _rested, option in sorted(options))
    return drives[farthest]


def _driven(drives: Sequence[Drive], begin: datetime, end: datetime) -> int:
    """Return the minutes driven between two moments."""
    return sum(max(0, _between(max(drive.begin, begin), min(drive.end, end))) for drive in drives)


def _between(begin: datetime | None, end: datetime | None) -> int:
    if begin is None or end is None:
        return 0
    return round((end - begin).total_seconds() / 60)


def _inside(drive: Drive, begin: str, end: str) -> tuple[int, datetime]:
    """Return the minutes of a drive inside a daily span, and the first moment of them."""
    length = timedelta(minutes=(_of(end) - _of(begin)) % _CLOCK_DAY)
    opens = datetime.combine(drive.begin.date(), time()) + timedelta(minutes=_of(begin), days=-1)
    minutes, first = 0, drive.end
    while opens < drive.end:
        entered, left = max(opens, drive.begin), min(opens + length, drive.end)
        if entered < left:
            minutes, first = minutes + _between(entered, left), min(first, entered)
        opens += timedelta(days=1)
    return minutes, first


def _of(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _within(minute: int, begin: str, end: str) -> bool:
    """Tell whether a minute of the day lies in a daily span; a span that ends where it begins is empty."""
    first, last = _of(begin), _of(end)
    return first <= minute < last if first <= last else minute >= first or minute < last


def _clock(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")
