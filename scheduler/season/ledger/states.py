"""What follows from the events, by name. Nothing of this is stored: whoever asks derives it anew.

Each function takes events in their order (`Ledger.events`), of any kinds, and looks at those that matter to it. Where
several say something about the same person or run, the last one holds: order is that of the events, for what was
recorded later is a correction of what stood there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from scheduler.season.ledger.events import (
    Absent,
    Arrived,
    Boarded,
    Cancelled,
    Confirmed,
    Declined,
    Departed,
    Event,
    Exported,
    Frozen,
    HandedOver,
    Note,
    Pinned,
    Planned,
    Reported,
    SeatTold,
    SmsFailed,
    Unpinned,
    Unreached,
)

Events = Iterable[Event]
Reply = Literal["confirmed", "declined", "unreached"]
BECOMES_CURRENT = (Planned.kind, Note.kind)
"""The kinds of events that `current_plans` looks at."""


def told(events: Events) -> dict[str, Event]:
    """Return, by person, the `told` event of the seat they know of.

    Who was told that the seat is withdrawn, or has cancelled, is not among them; who only declined still is, for the
    seat is theirs until the dispatcher takes it.
    """
    known: dict[str, Event] = {}
    for event in events:
        if isinstance(event.data, SeatTold) and not event.data.is_withdrawn:
            known[event.person] = event
        elif isinstance(event.data, SeatTold | Cancelled):
            known.pop(event.person, None)
    return known


def printed_lists(events: Events) -> dict[str, Exported]:
    """Return, by run, the list that was printed last; that of a run which has ended may be of nobody."""
    return {event.run: event.data for event in events if isinstance(event.data, Exported) and event.data.list_number}


def last_list(events: Events) -> int:
    """Return the greatest number of a printed list, of whatever run; 0 before the first."""
    numbers = (event.data.list_number for event in events if isinstance(event.data, Exported))
    return max(numbers, default=0)


def replies(events: Events) -> dict[str, Event]:
    """Return, by person, the last reply to what they were told last; a new seat, or wish, asks for a new reply."""
    given: dict[str, Event] = {}
    for event in events:
        if isinstance(event.data, SeatTold) or (isinstance(event.data, Note) and event.data.change):
            given.pop(event.person, None)
        elif isinstance(event.data, Confirmed | Declined | Unreached):
            given[event.person] = event
    return given


def unreached(events: Events) -> frozenset[str]:
    """Return who may not know the seat they were told: nobody was reached, or the message failed, and none replied."""
    open_: set[str] = set()
    for event in events:
        if isinstance(event.data, Unreached | SmsFailed):
            open_.add(event.person)
        elif isinstance(event.data, SeatTold | Confirmed | Declined | Cancelled):
            open_.discard(event.person)
    return frozenset(open_)


def cancelled(events: Events) -> frozenset[str]:
    """Return who does not travel any more; who says that they do after all, or is told a seat after that, does."""
    gone: set[str] = set()
    for event in events:
        if isinstance(event.data, Cancelled):
            gone.add(event.person)
        elif _returns(event):
            gone.discard(event.person)
    return frozenset(gone)


def _returns(event: Event) -> bool:
    if isinstance(event.data, Note):
        return event.data.change == "return"
    return isinstance(event.data, SeatTold) and not event.data.is_withdrawn


def current_plans(events: Iterable[Event]) -> Iterator[tuple[int, str]]:
    """Yield number and digest of each plan when it became the current one: made, or taken back; the last first."""
    digests: dict[int, str] = {}
    numbers: list[int] = []
    for event in events:
        if event.plan is None:
            continue
        if isinstance(event.data, Planned):
            digests[event.plan] = event.data.sha256
            numbers.append(event.plan)
        elif isinstance(event.data, Note) and event.data.change == "use":
            numbers.append(event.plan)
    return ((number, digests[number]) for number in reversed(numbers))


def pins(events: Events) -> dict[int, Event]:
    """Return the decisions that hold, by the number of the event that made them."""
    held: dict[int, Event] = {}
    for event in events:
        if isinstance(event.data, Pinned):
            held[event.number] = event
        elif isinstance(event.data, Unpinned):
            held.pop(event.data.pinned, None)
    return held


def frozen(events: Events) -> frozenset[str]:
    """Return the runs that were frozen and not freed again; those that departed are frozen anyhow."""
    fixed: set[str] = set()
    for event in events:
        if isinstance(event.data, Frozen):
            (fixed.add if event.data.frozen else fixed.discard)(event.run)
    return frozenset(fixed)


def departed(events: Events) -> dict[str, Event]:
    """Return the departure of each run that left."""
    return {event.run: event for event in events if isinstance(event.data, Departed)}


def last_report(events: Events, run: str) -> Event | None:
    """Return the last that was heard of a run under way, its departure included; None before that."""
    heard = [event for event in events if event.run == run and isinstance(event.data, Departed | Reported)]
    return heard[-1] if heard else None


def aboard(events: Events, run: str) -> int | None:
    """Return how many were last counted on board of a run; None before its departure."""
    counted = None
    for event in events:
        if event.run == run and isinstance(event.data, Departed | Reported | Arrived):
            counted = event.data.headcount
    return counted


def absent(events: Events, run: str) -> frozenset[str]:
    """Return who did not come to a run, by name of the key; who boarded after all is not among them."""
    missing: set[str] = set()
    for event in events:
        if event.run == run and isinstance(event.data, Absent | Boarded):
            (missing.add if isinstance(event.data, Absent) else missing.discard)(event.person)
    return frozenset(missing)


def arrived(events: Events) -> dict[str, Event]:
    """Return the arrival of each run that came to its end."""
    return {event.run: event for event in events if isinstance(event.data, Arrived)}


def handed_over(events: Events) -> dict[str, Event]:
    """Return the signature for the people of each run that was handed over."""
    return {event.run: event for event in events if isinstance(event.data, HandedOver)}


def exports(events: Events) -> tuple[Event, ...]:
    """Return each writing of personal data."""
    return tuple(event for event in events if isinstance(event.data, Exported))
