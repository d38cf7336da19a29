"""Reading the feeders of a stored plan: times they cannot keep, and more minibuses at once than there are.

Who rides, from where to where, and whether there are seats is for `verify` to say; here are the clock and the fleet.
Written apart from the planner: each round is read as stored, and the fleet is held against it minute by minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from scheduler.i18n import _
from scheduler.itinerary.breaches import Breach, Drive, at_forbidden_hours, too_long
from scheduler.itinerary.feeder import (
    feeder_fleet,
    feeder_minutes,
    hub_of,
    is_too_early,
    meeting_time,
    round_hold,
    way_km,
)
from scheduler.plan import Feeder, Plan, Run
from scheduler.problem import Problem


def feeder_breaches(problem: Problem, plan: Plan) -> list[tuple[str, Breach]]:
    """Return what is wrong with the times and the number of feeders: (feeder id, breach).

    Every stop is timed; no leg is driven faster than its minutes; no more is driven without a break than allowed by day
    or night, and nothing in the hours without driving; the round is at the hub feeder_margin_min before the coach
    leaves (train_check_in_min before a train), on the way home feeder_margin_min after the arrival; and at no moment do
    rounds hold more minibuses of a type than are available that day, the empty way and the driver's rests included. A
    round whose run, type or places are unknown is skipped: `verify` names those.
    """
    runs, fleet = {run.id: run for run in plan.runs}, feeder_fleet(problem)
    found: list[tuple[str, Breach]] = []
    holds: dict[str, list[tuple[datetime, datetime, Feeder]]] = {}
    for feeder in plan.feeders:
        run = runs.get(feeder.serves)
        known = all(stop.place in problem.places for stop in feeder.stops) and len(feeder.stops) > 1
        if run is None or not known or feeder.vehicle_type not in fleet:
            continue
        wrong = list(_untimed(feeder)) or list(_times(problem, run, feeder))
        found += [(feeder.id, breach) for breach in wrong]
        hold = round_hold(problem, feeder)
        if hold is not None:
            holds.setdefault(feeder.vehicle_type, []).append((*hold, feeder))
    for name, rounds in holds.items():
        found += _too_many(problem, name, rounds)
    return found


def _untimed(feeder: Feeder) -> Iterator[Breach]:
    for stop in feeder.stops:
        if stop.arrive is None or stop.depart is None:
            rule = _("every stop of a feeder has its times")
            yield Breach(rule, stop.place, None, _("arrival and departure"), _("none"))


def _times(problem: Problem, run: Run, feeder: Feeder) -> Iterator[Breach]:
    drives = []
    for here, there in pairwise(feeder.stops):
        if here.depart is None or there.arrive is None:
            continue
        drives.append(Drive(here.depart, there.arrive, f"{here.place} → {there.place}"))
        driven_min = (there.arrive - here.depart) / timedelta(minutes=1)
        needed_min = feeder_minutes(problem, here.place, there.place)
        if driven_min <= needed_min - 1:
            rule, place = _("no leg is driven faster than its minutes"), f"{here.place} → {there.place}"
            yield Breach(rule, place, there.arrive, f">= {needed_min:.0f} min", f"{driven_min:.0f} min")
    rules = problem.settings.coach_rules
    yield from too_long(rules, drives)
    if way_km(problem, feeder) > rules.no_drive_exempt_km:
        yield from at_forbidden_hours(rules, drives)
    if is_too_early(problem, feeder):
        rule, begin = _("nobody is fetched before feeder_earliest"), feeder.stops[0].arrive
        actual = _clock(begin) if begin else ""
        yield Breach(rule, feeder.stops[0].place, begin, f">= {rules.feeder_earliest}", actual)
    to_work, hub = problem.settings.direction == "to_work", hub_of(problem, feeder)
    meets = meeting_time(problem, run, hub)
    mine = feeder.stops[-1].arrive if to_work else feeder.stops[0].depart
    if meets is None or mine is None:
        return
    if mine > meets if to_work else mine < meets:
        rule = _("a feeder meets its run with the margin")
        yield Breach(rule, hub, mine, f"{'<=' if to_work else '>='} {_clock(meets)}", _clock(mine))


def _too_many(
    problem: Problem, name: str, rounds: list[tuple[datetime, datetime, Feeder]]
) -> Iterator[tuple[str, Breach]]:
    """Count the minibuses held whenever a round begins, and whenever a new day brings another fleet."""
    fleet, season = feeder_fleet(problem)[name], problem.settings
    first, last = min(begin for begin, _e, _f in rounds).date(), max(end for _b, end, _f in rounds).date()
    nights = [datetime(first.year, first.month, first.day) + timedelta(days=i) for i in range((last - first).days + 2)]
    # At one moment those who end come first, then the new day, then those who begin.
    events: list[tuple[datetime, int, Feeder | None]] = [(night, 1, None) for night in nights]
    for begin, end, feeder in rounds:
        events += [(begin, 2, feeder), (end, 0, feeder)]
    held: list[str] = []
    reported: set[date] = set()
    for moment, order, each in sorted(events, key=lambda event: event[:2]):
        if each is not None and order == 0 and each.id in held:
            held.remove(each.id)
        elif each is not None:
            held.append(each.id)
        day = min(max(moment.date(), season.first_date), season.last_date)
        if len(held) > fleet.available(day) and day not in reported:
            reported.add(day)
            rule = _("no more feeders of a type at once than there are")
            yield held[-1], Breach(rule, name, moment, f"<= {fleet.available(day)}", str(len(held)))


def _clock(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")
