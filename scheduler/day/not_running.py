"""Runs that do not take place: nobody is left to ride them, the train does not run, a later plan has them no more.

Nobody waits for their departure or reports. What stays to be done is said instead: a new plan, or telling people.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scheduler.day import headcounts
from scheduler.evaluate import is_moved
from scheduler.plan import Passenger, Plan, Run
from scheduler.problem import Problem
from scheduler.season.ledger import states
from scheduler.season.ledger.events import Arrived, Departed, Event, Reported
from scheduler.season.life.standing import as_told

Why = Literal["cancelled", "train_cancelled", "nobody_came", "replaced"]

TOLD_KEPT_H = 48
"""So long after its departure nobody can be told any more that a run was replaced."""


@dataclass(frozen=True, slots=True)
class NotRunning:
    """A run that does not take place, why, and for how many people it was."""

    run: str
    why: Why
    people: int


def not_running(problem: Problem, plan: Plan, events: Sequence[Event], now: dt.datetime) -> dict[str, NotRunning]:
    """Return the runs that do not take place, by id.

    Those of the plan whose riders have all cancelled or declined, trains that do not run, and those that left with
    nobody on board; and runs that the plan has no more of which people were told, who have not heard otherwise.

    Parameters
    ----------
    problem : Problem
        As it stands.
    plan : Plan
        The current one.
    events : sequence of Event
        The whole ledger.
    now : datetime
    """
    gone = _gone(events)
    trains = {(train.train, train.date) for train in problem.trains}
    by_run: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_run[event.run].append(event)
    left = states.departed(events)
    found = {}
    for run in plan.runs:
        why: Why | None = None
        if run.id in left:
            why = "nobody_came" if is_empty(by_run[run.id]) else None
        elif run.passengers and all(passenger.person in gone for passenger in run.passengers):
            why = "cancelled"
        elif run.mode == "train" and (run.train, run.date) not in trains:
            why = "train_cancelled"
        if why is not None:
            found[run.id] = NotRunning(run.id, why, run.load)
    waiting = _waiting_in_vain(problem, plan, events, now)
    found |= {name: NotRunning(name, "replaced", n) for name, n in waiting.items() if name not in left}
    return found


def is_empty(events: Sequence[Event]) -> bool:
    """Tell whether a run left with nobody on board, and nobody boarded since.

    Parameters
    ----------
    events : sequence of Event
        Those of the run.
    """
    heard = [event for event in events if isinstance(event.data, Departed | Reported | Arrived)]
    return bool(heard) and headcounts.carried(events, heard[-1].run) == 0


def _gone(events: Sequence[Event]) -> frozenset[str]:
    declined = {person for person, reply in states.replies(events).items() if reply.data.kind == "declined"}
    return states.cancelled(events) | declined


def _waiting_in_vain(problem: Problem, plan: Plan, events: Sequence[Event], now: dt.datetime) -> Mapping[str, int]:
    """Return how many people still believe that they ride a run which the plan has no more, by run."""
    seats: dict[str, tuple[Run, Passenger]] = {p.person: (run, p) for run, p in plan.passengers()}
    runs = {run.id for run in plan.runs}
    gone = _gone(events)
    oldest = now - dt.timedelta(hours=TOLD_KEPT_H)
    found: dict[str, int] = defaultdict(int)
    for person, event in states.told(events).items():
        seat = as_told(event)
        if seat is None or event.run in runs or person in gone:
            continue
        leaves = seat.depart or dt.datetime.combine(seat.date, dt.time.max)
        run, passenger = seats.get(person, (None, None))
        if leaves >= oldest and is_moved(seat, run, passenger, problem.settings.policy.notice_tolerance_min):
            found[event.run] += 1
    return found
