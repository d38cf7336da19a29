"""Who came, by the heads that were counted: on board, and missing of those on the list.

A run that boards at several stops fills up on the way: what is counted at the first of them is not all that it carries.
So it carries the most that were ever counted, and before its last stop only those who were to board by then are missed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from scheduler.plan import Run
from scheduler.season.ledger import states
from scheduler.season.ledger.events import Absent, Arrived, Departed, Event, Reported


def carried(events: Iterable[Event], run: str) -> int:
    """Return how many a run carried: the most that were counted, or those at its departure and who boarded after all.

    Zero before its departure.
    """
    of_run = [event for event in events if event.run == run]
    counted = [event.data.headcount for event in of_run if isinstance(event.data, Departed | Reported | Arrived)]
    if not counted:
        return 0
    named = {event.person for event in of_run if isinstance(event.data, Absent)}
    return max(*counted, counted[0] + len(named - states.absent(of_run, run)))


def missing(events: Sequence[Event], run: Run) -> int:
    """Return how many of a run's list did not come: as counted, as reported, or as named, whichever is more.

    Who was named absent and boarded after all is not missing any more. Zero before the departure.
    """
    of_run = [event for event in events if event.run == run.id]
    heard = [event.data for event in of_run if isinstance(event.data, Departed | Reported | Arrived)]
    left = next((data for data in heard if isinstance(data, Departed)), None)
    if left is None:
        return 0
    named = {event.person for event in of_run if isinstance(event.data, Absent)}
    still = states.absent(of_run, run.id)
    reported = (left.absent or 0) - len(named - still)
    due = run.load if isinstance(heard[-1], Arrived) else _due(run, left.at, heard[-1].at)
    if due == run.load:
        reported = 0  # who was missing at the first stop may have come to a later one: now everybody is counted
    return max(len(still), reported, due - carried(of_run, run.id))


def unnamed(events: Sequence[Event], run: Run) -> int:
    """Return how many of those who did not come nobody has named."""
    return missing(events, run) - len(states.absent(events, run.id))


def _due(run: Run, left: dt.datetime, last: dt.datetime) -> int:
    """Return how many should have boarded by the last that was heard, a late departure allowed for."""
    departs = {stop.place: stop.depart for stop in run.stops if stop.kind == "board"}
    first = next(iter(departs.values()), None)
    on_the_way = last - left
    return sum(
        first is None or (at := departs.get(passenger.board)) is None or at <= first + on_the_way
        for passenger in run.passengers
    )
