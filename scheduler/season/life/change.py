"""One change since the plan was made, as a row of a changes file says it and as the ledger keeps it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from scheduler.season.ledger.events import Event, Note


@dataclass(frozen=True, slots=True)
class Change:
    """One row of a changes file. Fields that its kind does not use are empty.

    Attributes
    ----------
    kind : str
        One of `changes_file.KINDS`.
    person : str
        The key of the person meant.
    run, train, vehicle_type, operator, plate : str
    date : date, optional
        The new preferred date; the date of the train, or of the run.
    earliest, latest : date, optional
    destination, board : str
        As written; a destination is resolved as in a roster, a boarding place is a place of the season.
    count : int
        How many coaches are lost.
    first, last : date, optional
        The days on which they are.
    reason : str
        As written.
    where : str
        File, sheet and row.
    """

    kind: str
    person: str = ""
    run: str = ""
    date: dt.date | None = None
    earliest: dt.date | None = None
    latest: dt.date | None = None
    destination: str = ""
    board: str = ""
    train: str = ""
    vehicle_type: str = ""
    operator: str = ""
    plate: str = ""
    count: int = 1
    first: dt.date | None = None
    last: dt.date | None = None
    reason: str = ""
    where: str = ""


def figures(change: Change) -> Change:
    """Return a change without the remark and the row: what it does."""
    return replace(change, reason="", where="", run="" if change.kind == "vehicle_lost" else change.run)


def latest(notes: Iterable[Event]) -> dict[object, Change]:
    """Return the changes that hold: of each person the last of a kind, of vehicles and trains every one."""
    found: dict[object, Change] = {}
    for event in notes:
        data = event.data
        if isinstance(data, Note):
            change = Change(
                data.change,
                event.person,
                date=data.date,
                earliest=data.earliest,
                latest=data.latest,
                destination=data.destination,
                train=data.train,
                vehicle_type=data.vehicle_type,
                operator=data.operator,
                plate=data.plate,
                count=data.count,
                first=data.first,
                last=data.last,
            )
            found[(event.person, data.change) if event.person else event.number] = change
    return found
