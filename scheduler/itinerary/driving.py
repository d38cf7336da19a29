"""The earliest legal way along a path, under the rules of the road.

The rules (`CoachRules`; docs/itinerary.md gives each with its source):

- A **stretch** is driving not interrupted by a **break**, a stand of rest_min or more. Shorter stands do not end it.
- A stretch holds at most max_drive_day_min of driving; at most max_drive_night_min when any of it falls in the night.
- No driving between no_drive_from and no_drive_to, unless the path is at most no_drive_exempt_km.
- Drivers change only where the coach stands. Each drives at most driver_day_min in any 24 h, driver_week_min in any
  7 days, and starts the run rested.

The search goes from stop to stop with labels (time, driving since the last break, whether that touched the night).
Between stops it drives as long as it may, then takes a break: a break taken earlier is never better, since by
the end of the later break both ways have driven equally far and the later one is fresher. Only two things are open
and tried: a stand shorter than a break may be prolonged to one; the end of a break may wait for the end of
the night, when that is nearer than another break. Drivers' hours are looked at afterwards; only when the drivers
cannot share that timetable is a second search made that keeps each driver's log.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from scheduler.settings import CoachRules

DAY_MIN = 1440
WEEK_MIN = 7 * DAY_MIN
HORIZON_MIN = 14 * DAY_MIN
"""A run that is not there after two weeks has no timetable."""

WORTH_DRIVING_MIN = 30
"""A driver who may drive less than this is left to rest, unless less is enough."""

_SHARES_TRIED = 1000
"""So many steps of sharing out the driving are tried."""


class Stand(NamedTuple):
    """The coach stands from `arrive` to `depart` (minutes after midnight of the run's date); `stop` None = a rest."""

    arrive: int
    depart: int
    stop: int | None


class Window:
    """A daily span of time, possibly over midnight; empty when it begins where it ends."""

    def __init__(self, begin: str, end: str) -> None:
        self.begin, self.end = clock_minute(begin), clock_minute(end)

    def next_inside(self, minute: int) -> float:
        """Return the first moment of the window from `minute` on: `minute` itself when it lies inside."""
        if self.begin == self.end:
            return math.inf
        if (minute - self.begin) % DAY_MIN < (self.end - self.begin) % DAY_MIN:
            return minute
        return minute + (self.begin - minute) % DAY_MIN

    def leave(self, minute: int) -> int:
        """Return the first moment outside the window from `minute` on."""
        return minute + (self.end - minute) % DAY_MIN if self.next_inside(minute) == minute else minute


_Log = tuple[tuple[int, int], ...]
"""One driver's drives, as (from, to)."""


@dataclass(frozen=True, slots=True)
class _Label:
    """A way to be at some place: the time, the present stretch, the stands so far (newest first), drivers' logs."""

    now: int
    drove: int = 0
    in_night: bool = False
    trail: tuple[Stand, _Trail] | None = None
    logs: tuple[_Log, ...] = ()
    driver: int = 0

    def beaten_by(self, other: _Label) -> bool:
        """Tell whether `other`, if need be by waiting, can do all that this one can."""
        if other.logs != self.logs:
            return False
        fresher = other.drove <= self.drove and other.in_night <= self.in_night
        return other.now <= self.now and (fresher or other.drove == 0)


_Trail = tuple[Stand, "_Trail"] | None


class _Road:
    """The rules as minutes, and the moves they leave open."""

    def __init__(self, rules: CoachRules, exempt: bool, keep_logs: bool) -> None:
        self.rules = rules
        self.night = Window(rules.night_from, rules.night_to)
        self.parked = parked_hours(rules, exempt)
        self.day_max = rules.max_drive_day_min
        self.night_max = min(rules.max_drive_night_min, rules.max_drive_day_min)
        self.keep_logs = keep_logs

    def drive_until(self, label: _Label) -> int:
        """Return the moment up to which the coach may be driven on without a break."""
        now = label.now
        night_end = now + self.night_max - label.drove
        until: float = night_end
        if not label.in_night:
            until = max(night_end, min(now + self.day_max - label.drove, self.night.next_inside(now)))
        until = min(until, self.parked.next_inside(now))
        if self.keep_logs:
            until = min(until, now + self.hours_left(label.logs[label.driver], now))
        return int(until)

    def hours_left(self, log: _Log, now: int) -> int:
        """Return the minutes a driver may drive from `now` on; safe, for hours that lapse meanwhile are not counted."""
        rules = self.rules
        day_left = rules.driver_day_min - _driven(log, now - DAY_MIN)
        return min(day_left, rules.driver_week_min - _driven(log, now - WEEK_MIN))

    def drive(self, label: _Label, until: int) -> _Label:
        """Drive on to `until`."""
        logs = label.logs
        if self.keep_logs and until > label.now:
            log = (*logs[label.driver], (label.now, until))
            logs = (*logs[: label.driver], log, *logs[label.driver + 1 :])
        in_night = label.in_night or self.night.next_inside(label.now) < until
        return replace(label, now=until, drove=label.drove + until - label.now, in_night=in_night, logs=logs)

    def stand(self, label: _Label, stand_min: int, stop: int | None, ahead_min: int) -> Iterator[_Label]:
        """Stand for `stand_min` or longer; yield the ways to go on, with `ahead_min` of driving still to do."""
        rest_min = self.rules.rest_min
        departures = {label.now + stand_min, label.now + max(stand_min, rest_min)}
        for departure in sorted(departures):
            driver, moment = label.driver, self.parked.leave(departure)
            if self.keep_logs:
                driver, moment = self.relief(label.logs, moment, ahead_min)
            trail = (Stand(label.now, moment, stop), label.trail)
            if moment - label.now < rest_min:
                yield replace(label, now=moment, trail=trail, driver=driver)
            else:
                yield _Label(moment, trail=trail, logs=label.logs, driver=driver)

    def starts(self, label: _Label) -> Iterator[_Label]:
        """Yield the ways to end a stand: at once or, after a break, at the end of the night if that is near."""
        yield label
        if (
            label.drove
            or label.trail is None
            or label.trail[1] is None
            or self.night.next_inside(label.now) > label.now
        ):
            return
        morning = self.parked.leave(self.night.leave(label.now))
        if morning - label.now < self.rules.rest_min:
            stand, before = label.trail
            yield replace(label, now=morning, trail=(stand._replace(depart=morning), before))

    def relief(self, logs: tuple[_Log, ...], now: int, ahead_min: int) -> tuple[int, int]:
        """Return the driver with most hours left, and when to go on: at once, or when one has hours worth it again."""
        worth_min = min(WORTH_DRIVING_MIN, ahead_min, self.rules.driver_day_min, self.rules.driver_week_min)
        lapses = {end + span for log in logs for _, end in log for span in (DAY_MIN, WEEK_MIN) if end + span > now}
        for moment in [now, *sorted(lapses)]:
            moment = self.parked.leave(moment)
            left = [self.hours_left(log, moment) for log in logs]
            if max(left) >= worth_min:
                return left.index(max(left)), moment
        raise AssertionError("every drive lapses after a week")

    def leg(self, start: _Label, leg_min: int, ahead_min: int) -> Iterator[_Label]:
        """Drive a leg with its rests; yield the ways to have arrived. `ahead_min` counts this leg and those after."""
        open_labels, seen = [(label, leg_min) for label in self.starts(start)], [(start.now, leg_min)]
        while open_labels:
            label, left_min = open_labels.pop()
            until = self.drive_until(label)
            if label.now + left_min <= until:
                yield self.drive(label, label.now + left_min)
                continue
            if until <= label.now or until > HORIZON_MIN:
                continue  # no driving at all: the same stand, prolonged to a break, is another label
            left_min -= until - label.now
            ahead_left_min = ahead_min - (leg_min - left_min)
            for rested in self.stand(self.drive(label, until), self.rules.rest_min, None, ahead_left_min):
                if not any(now <= rested.now and left <= left_min for now, left in seen):
                    seen.append((rested.now, left_min))
                    open_labels.extend((each, left_min) for each in self.starts(rested))


def clock_minute(clock: str) -> int:
    """Return the minute of the day of HH:MM."""
    return int(clock[:2]) * 60 + int(clock[3:])


def parked_hours(rules: CoachRules, exempt: bool) -> Window:
    """Return the hours without driving; none when the run is exempt."""
    return Window(rules.no_drive_from, rules.no_drive_from if exempt else rules.no_drive_to)


def stands(
    rules: CoachRules, legs: Sequence[int], dwells: Sequence[int], depart_min: int, drivers: int, exempt: bool
) -> tuple[Stand, ...] | None:
    """Return where and when the coach stands on the legal way that arrives earliest, or None when there is none.

    Parameters
    ----------
    rules : CoachRules
        The limits.
    legs : sequence of int
        Driving minutes from each stop to the next.
    dwells : sequence of int
        Minutes each stop takes, one more than legs. The first ends, the last begins the way.
    depart_min : int
        When the coach leaves the first stop, minutes after midnight.
    drivers : int
        How many share the driving.
    exempt : bool
        Whether the coach may be driven between no_drive_from and no_drive_to.

    Returns
    -------
    tuple of Stand or None
        The stops with the rests between them. None when the coach is not there within HORIZON_MIN.
    """
    found = _search(_Road(rules, exempt, keep_logs=False), legs, dwells, depart_min, drivers)
    if found is None or _can_share(rules, found, drivers):
        return found
    return _search(_Road(rules, exempt, keep_logs=True), legs, dwells, depart_min, drivers)


def _search(
    road: _Road, legs: Sequence[int], dwells: Sequence[int], depart_min: int, drivers: int
) -> tuple[Stand, ...] | None:
    ahead_min = sum(legs)
    first = Stand(depart_min - dwells[0], depart_min, 0)
    labels = [_Label(depart_min, trail=(first, None), logs=((),) * drivers)]
    for number, leg_min in enumerate(legs, start=1):
        arrived = [found for label in labels for found in road.leg(label, leg_min, ahead_min)]
        ahead_min -= leg_min
        if number == len(legs):
            break
        labels = _best(found for label in arrived for found in road.stand(label, dwells[number], number, ahead_min))
    else:
        arrived = labels
    arrived = [label for label in arrived if label.now <= HORIZON_MIN]
    if not arrived:
        return None
    best = min(arrived, key=lambda label: label.now)
    way = [Stand(best.now, best.now + dwells[-1], len(legs))] if legs else []
    trail = best.trail
    while trail is not None:
        way.append(trail[0])
        trail = trail[1]
    return tuple(reversed(way))


def _best(labels: Iterator[_Label]) -> list[_Label]:
    """Drop the labels that another one beats."""
    kept: list[_Label] = []
    for label in sorted(labels, key=lambda label: (label.now, label.drove)):
        if not any(label.beaten_by(other) for other in kept):
            kept.append(label)
    return kept


def _can_share(rules: CoachRules, way: Sequence[Stand], drivers: int) -> bool:
    """Tell whether the drives can be given whole to the drivers within their hours."""
    drives = [(here.depart, there.arrive) for here, there in pairwise(way)]
    total = sum(end - begin for begin, end in drives)
    limits = ((DAY_MIN, rules.driver_day_min), (WEEK_MIN, rules.driver_week_min))
    binding = [(span, limit) for span, limit in limits if total > limit]
    if not binding:
        return True
    nobody: tuple[_Log, ...] = ((),) * drivers
    tried, open_shares = 0, [(0, nobody)]
    while open_shares and tried < _SHARES_TRIED:
        number, logs = open_shares.pop()
        if number == len(drives):
            return True
        tried += 1
        begin, end = drives[number]
        fitting = [
            (_driven(log, begin - DAY_MIN), index)
            for index, log in enumerate(logs)
            if all(_driven(log, end - span) + end - begin <= limit for span, limit in binding)
        ]
        for _hours, index in sorted(fitting, reverse=True):  # the most rested is followed first
            shared = (*logs[:index], (*logs[index], (begin, end)), *logs[index + 1 :])
            open_shares.append((number + 1, shared))
    return False  # or not found in time: then the second search serves


def _driven(log: _Log, since: int) -> int:
    """Return the minutes driven after `since`."""
    minutes = 0
    for begin, end in reversed(log):
        if end <= since:
            break
        minutes += end - max(begin, since)
    return minutes
