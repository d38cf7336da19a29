"""What the people in charge of a run must do and when: safety reports, group leaders, railway group tickets."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

from scheduler.evaluate import Evaluator
from scheduler.plan import Passenger, Run
from scheduler.problem import Problem
from scheduler.settings import CoachRules

GROUP_TICKET_MIN = 5
"""Fewest tickets of one date, origin and destination that the railway sells as a group."""

MUNICIPALITIES = ("11", "12", "31", "50")
"""Provinces that are one city: 北京, 天津, 上海, 重庆."""


class Report(NamedTuple):
    """A moment at which the escort reports the headcount; `place` is empty on the road."""

    minute: dt.datetime
    kind: Literal["departure", "stop", "regular", "arrival"]
    place: str


class GroupLeader(NamedTuple):
    """Who leads the coaches of one date to one city: an escort by name, else a coach leader by key, else nobody.

    `place` is where most people of the leader's coach go.
    """

    date: dt.date
    place: str
    runs: tuple[str, ...]
    leads_on: str
    escort: str | None
    person: str | None


class TicketBatch(NamedTuple):
    """Tickets of one train, date, origin and destination.

    `handler` is the name of the run's first escort, `handler_person` else its coach leader; both None where nobody on
    board can lead: the bureau must name somebody.
    """

    run: str
    train: str
    date: dt.date
    board: str
    alight: str
    refs: tuple[str, ...]
    handler: str | None
    handler_person: str | None


def report_times(rules: CoachRules, run: Run) -> list[Report]:
    """Return when a run's escort reports: at departure, each stop, arrival, and regularly in between.

    Regular reports come every report_every_min from the departure, until the last arrival; one that falls together
    with a stop is that stop's. A run without times has none.
    """
    stops = [stop for stop in run.stops if stop.kind != "rest"]
    begin, end = (stops[0].depart, stops[-1].arrive) if stops else (None, None)
    if begin is None or end is None:
        return []
    found = {begin: Report(begin, "departure", stops[0].place)}
    for stop in stops[1:-1]:
        reached = stop.arrive or stop.depart  # a train's stop where people only board may have no arrival
        if reached is not None:
            found.setdefault(reached, Report(reached, "stop", stop.place))
    found[end] = Report(end, "arrival", stops[-1].place)
    step, moment = dt.timedelta(minutes=rules.report_every_min), begin
    while (moment := moment + step) < end:
        standing = (s.place for s in run.stops if s.arrive and s.depart and s.arrive <= moment < s.depart)
        found.setdefault(moment, Report(moment, "regular", next(standing, "")))
    return [found[moment] for moment in sorted(found)]


def days_away(evaluator: Evaluator, run: Run) -> tuple[dt.date, dt.date]:
    """Return the first and the last day on which a coach run keeps its vehicle and its escorts away.

    The days the coach is held by the contract's rule (`Evaluator.days_held`), and never fewer than its timetable's days
    there and as many back (`to_home`: out before): slow roads and late departures can take longer than km alone say.
    """
    first, last = evaluator.days_held(run.date, evaluator.run_path(run).path_m)
    begin, end = run.stops[0].arrive, run.stops[-1].depart
    if begin is None or end is None:
        return first, last
    way = end.date() - run.date
    out, back = (dt.timedelta(), way) if evaluator.to_work else (way, dt.timedelta())
    return min(first, begin.date(), run.date - out), max(last, end.date() + back)


def work_end(problem: Problem, run: Run) -> str:
    """Return the work-end place of a run that most of its people go to (come from)."""
    to_work = problem.settings.direction == "to_work"
    people = Counter(passenger.alight if to_work else passenger.board for passenger in run.passengers)
    return min(people, key=lambda place: (-people[place], place), default="")


def group_leaders(problem: Problem, runs: Iterable[Run]) -> list[GroupLeader]:
    """Return a group leader for each date and city that two or more coaches go to (come from): of the fullest coach.

    A coach counts for the city of most of its people: an employer's gate or a county counts as the city it lies in.
    """
    groups: dict[tuple[dt.date, str], list[Run]] = {}
    for run in runs:
        if run.mode == "coach":
            groups.setdefault((run.date, _city(problem, work_end(problem, run))), []).append(run)
    found = []
    for (date, _code), members in sorted(groups.items()):
        if len(members) < 2:
            continue
        led = [run for run in members if run.escorts] or [run for run in members if run.leader] or members
        run = min(led, key=lambda run: (-run.load, run.id))
        escort = run.escorts[0] if run.escorts else None
        ids = tuple(sorted(member.id for member in members))
        place = work_end(problem, run)
        found.append(GroupLeader(date, place, ids, run.id, escort, None if escort else run.leader))
    return found


def _city(problem: Problem, place: str) -> str:
    """Return what the GB/T 2260 codes of a city begin with; the place itself where it has no division."""
    known = problem.places.get(place)
    code = known.division if known is not None else None
    if code is None:
        return place
    if code[:2] in MUNICIPALITIES:
        return code[:2]
    return code if code[2:4] == "90" else code[:4]  # a county right under a province is a city of its own


def group_tickets(runs: Iterable[Run]) -> list[TicketBatch]:
    """Return the ticket batches of all train runs, in order of date, train, origin and destination."""
    found = []
    for run in runs:
        if run.mode != "train":
            continue
        batches: dict[tuple[str, str], list[Passenger]] = {}
        for passenger in run.passengers:
            batches.setdefault((passenger.board, passenger.alight), []).append(passenger)
        for (board, alight), passengers in batches.items():
            refs = tuple(passenger.ref for passenger in passengers)
            handler = run.escorts[0] if run.escorts else None
            handler_person = None if handler else run.leader
            found.append(TicketBatch(run.id, run.train or "", run.date, board, alight, refs, handler, handler_person))
    return sorted(found, key=lambda batch: (batch.date, batch.train, batch.board, batch.alight))
