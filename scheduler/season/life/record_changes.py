"""A changes file -> events of the ledger. The same file recorded twice adds nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

from scheduler.errors import InputError
from scheduler.i18n import _
from scheduler.plan import Plan
from scheduler.season.ledger.events import Cancelled, Entry, Frozen, Note, Pinned
from scheduler.season.ledger.ledger import Ledger
from scheduler.season.life.change import Change
from scheduler.season.life.changes_file import ChangesReader
from scheduler.season.life.standing import departed_runs
from scheduler.season.life.standing_season import StandingSeason
from scheduler.tabular.issues import Issue


def record_changes(
    ledger: Ledger, standing: StandingSeason, present: Plan, path: Path, who: str, now: dt.datetime
) -> list[Issue]:
    """Append what a changes file says, and return the issues of the rows that cannot be done.

    Raises
    ------
    InputError
        When there is no such file.
    """
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        what = _("cannot be read: {reason}").format(reason=error.strerror or error)
        raise InputError(what, str(path), _("check the name of the file")) from error
    reader = ChangesReader(
        standing.problem,
        standing.loaded.problem,
        present,
        standing.events,
        departed_runs(standing.problem, present, standing.events, now),
        now,
        lambda text: standing.loaded.resolve(text) is not None,
    )
    if ledger.is_recorded(digest):
        return []
    changes = reader.read(path)
    ledger.append((entry for change in changes for entry in _entries(change)), who=who, source_sha256=digest)
    return reader.issues


def _entries(change: Change) -> Iterator[Entry]:
    if change.kind == "cancel":
        yield Entry(Cancelled(reason=change.reason), change.person)
    elif change.kind in ("freeze", "unfreeze"):
        yield Entry(Frozen(frozen=change.kind == "freeze", reason=change.reason), run=change.run)
    elif change.kind == "board":
        yield Entry(Pinned(pin="board", board=change.board, reason=change.reason), change.person)
    else:
        data = Note(
            change=change.kind,
            date=change.date,
            earliest=change.earliest,
            latest=change.latest,
            destination=change.destination,
            train=change.train,
            vehicle_type=change.vehicle_type,
            operator=change.operator,
            plate=change.plate,
            count=change.count,
            first=change.first,
            last=change.last,
            text=change.reason,
        )
        yield Entry(data, change.person, change.run)
