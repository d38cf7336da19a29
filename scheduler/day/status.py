"""How each run stands at a moment: told, due, on its way, overdue, arrived; and when the next report is due.

Due times come from the itinerary (`report_times`), shifted by how much later or earlier the run really left. What is
heard within `EARLY_MIN` before a due time serves it: nobody reports to the minute.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scheduler.day import headcounts
from scheduler.day.not_running import Why, not_running
from scheduler.itinerary import report_times
from scheduler.plan import Plan, Run
from scheduler.problem import Problem
from scheduler.season.ledger import states
from scheduler.season.ledger.events import Arrived, Departed, Event, Reported
from scheduler.season.life.standing import runs_told

State = Literal["planned", "told", "due", "departed", "overdue", "arrived", "handed_over"]

LATE_DEPARTURE_MIN = 30
"""A run that is not reported to have left so long after its time is overdue."""
EARLY_MIN = 30
GIVEN_UP_H = 48
"""A run of which nothing more is heard so long after its planned end was not reported: nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class RunStatus:
    """One run at a moment.

    Attributes
    ----------
    id : str
    state : State
    departs : datetime or None
        As planned.
    last_report, next_report : datetime or None
        When it was last heard of; when the next report is due (before the departure: that of the departure).
    on_board, absent : int or None
        As last counted; people who did not come.
    escort, phone : str
        Whom to phone: the first escort, else the coach leader.
    is_given_up : bool
        Its time is long over, and neither departure nor arrival were ever reported: it is not overdue any more, but
        its books stay open until they are.
    not_running : Why or None
        Why the run does not take place, so that nothing of it is due.
    """

    id: str
    state: State
    departs: dt.datetime | None
    last_report: dt.datetime | None
    next_report: dt.datetime | None
    on_board: int | None
    absent: int | None
    escort: str
    phone: str
    is_given_up: bool = False
    not_running: Why | None = None


def status_of(problem: Problem, plan: Plan, events: Sequence[Event], now: dt.datetime) -> list[RunStatus]:
    """Return every run of the plan as it stands at `now`, by departure."""
    phones = _phones(problem, plan)
    told = runs_told(problem, plan, events)
    by_run: dict[str, list[Event]] = {}
    for event in events:
        if event.run:
            by_run.setdefault(event.run, []).append(event)
    off = not_running(problem, plan, events, now)
    found = []
    for run in plan.runs:
        why = off[run.id].why if run.id in off else None
        is_told = run.id in told and why is None
        found.append(_status(problem, run, by_run.get(run.id, []), is_told, now, phones, why))
    return sorted(found, key=lambda each: (each.departs or dt.datetime.max, each.id))


def _status(
    problem: Problem,
    run: Run,
    events: Sequence[Event],
    is_told: bool,
    now: dt.datetime,
    phones: Mapping[str, tuple[str, str]],
    why_not: Why | None,
) -> RunStatus:
    heard = [each.data for each in events if isinstance(each.data, Departed | Reported | Arrived)]
    departed = next((data for data in heard if isinstance(data, Departed)), None)
    departs = next((stop.depart for stop in run.stops if stop.kind == "board"), None)
    last = max((data.at for data in heard), default=None)
    next_due: dt.datetime | None = None
    if departed is None:
        next_due = departs
    elif not any(isinstance(data, Arrived) for data in heard) and last is not None:
        next_due = next_report(problem, run, departed.at, last)
    escort, phone = phones.get(run.id, ("", ""))
    given_up = why_not is None and is_given_up(run, events, now)
    is_over = given_up or why_not is not None
    if is_over:
        next_due = None
    return RunStatus(
        id=run.id,
        state=_state(run, events, is_told, departed is not None, departs, next_due, None if is_over else now),
        departs=departs,
        last_report=last,
        next_report=next_due,
        on_board=heard[-1].headcount if heard else None,
        absent=headcounts.missing(events, run) if departed is not None else None,
        escort=escort,
        phone=phone,
        is_given_up=given_up,
        not_running=why_not,
    )


def _state(
    run: Run,
    events: Sequence[Event],
    is_told: bool,
    has_departed: bool,
    departs: dt.datetime | None,
    next_due: dt.datetime | None,
    now: dt.datetime | None,
) -> State:
    """Return a run's state; without `now` its time is over, and nothing is due any more."""
    if states.handed_over(events):
        return "handed_over"
    if states.arrived(events):
        return "arrived"
    if has_departed:
        return "overdue" if now is not None and next_due is not None and now > next_due else "departed"
    if now is None:
        return "told" if is_told else "planned"
    boarding = next((stop.arrive for stop in run.stops if stop.kind == "board"), None) or departs
    if departs is not None and now > departs + dt.timedelta(minutes=LATE_DEPARTURE_MIN):
        return "overdue"
    if boarding is not None and now >= boarding:
        return "due"
    return "told" if is_told else "planned"


def is_given_up(run: Run, events: Sequence[Event], now: dt.datetime) -> bool:
    """Tell whether a run that never came to its end in the books has been over for so long that nobody waits for it.

    Parameters
    ----------
    run : Run
    events : sequence of Event
        Those of the run.
    now : datetime
    """
    if states.arrived(events) or states.handed_over(events):
        return False
    heard = [each.data.at for each in events if isinstance(each.data, Departed | Reported)]
    planned = [moment for stop in run.stops for moment in (stop.arrive, stop.depart) if moment is not None]
    ends = [*planned, *heard] or [dt.datetime.combine(run.date, dt.time())]
    return now > max(ends) + dt.timedelta(hours=GIVEN_UP_H)


def next_report(problem: Problem, run: Run, departed: dt.datetime, last: dt.datetime) -> dt.datetime | None:
    """Return when the next report of a run under way is due; after the planned arrival, that arrival.

    Parameters
    ----------
    departed, last : datetime
        When it really left, and when it was last heard of.
    """
    due = report_times(problem.settings.coach_rules, run)
    if not due:
        return last + dt.timedelta(minutes=problem.settings.coach_rules.report_every_min)
    delay = departed - due[0].minute
    asked = [each.minute + delay for each in due if each.kind != "stop"]
    served = last + dt.timedelta(minutes=EARLY_MIN)
    following = next((moment for moment in asked[1:] if moment > served), None)
    if following is not None:
        return following
    # The arrival is late: every two hours from the last that was heard.
    arrival = asked[-1]
    if last < arrival - dt.timedelta(minutes=EARLY_MIN):
        return arrival
    return max(arrival, last) + dt.timedelta(minutes=problem.settings.coach_rules.report_every_min)


def _phones(problem: Problem, plan: Plan) -> dict[str, tuple[str, str]]:
    """Return, by run, whom to phone: the first escort, else the coach leader or deputy."""
    people = {person.key: person for party in problem.parties for person in party.people}
    escorts = {escort.name: escort.phone for escort in problem.escorts}
    found = {}
    for run in plan.runs:
        leaders = [people[key] for key in (run.leader, run.deputy) if key in people]
        if run.escorts:
            found[run.id] = run.escorts[0], escorts.get(run.escorts[0], "")
        elif leaders:
            found[run.id] = leaders[0].name, leaders[0].phone
    return found


def overdue(found: Sequence[RunStatus]) -> list[str]:
    """Return the ids of the runs that are overdue."""
    return [each.id for each in found if each.state == "overdue"]


def not_reported(found: Sequence[RunStatus]) -> list[str]:
    """Return the ids of the runs of which nobody will hear any more, and whose books are open."""
    return [each.id for each in found if each.is_given_up]


def open_handover(found: Sequence[RunStatus]) -> list[str]:
    """Return the ids of the runs whose people have arrived and nobody signed for."""
    return [each.id for each in found if each.state == "arrived" and each.not_running is None]
