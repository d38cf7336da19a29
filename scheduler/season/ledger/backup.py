"""Copies of a ledger, and how one takes the place of the ledger again.

A copy is one SQLite file, also of a ledger that stands on a PostgreSQL server, and may be put back into either. All
of it is made from one state of the ledger, whoever writes meanwhile.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import select

from scheduler.errors import DamagedLedgerError, LedgerError, UsageError
from scheduler.files import reason_of, unwritable, whole_file
from scheduler.i18n import _, ngettext
from scheduler.season.folder import DATABASE_COMPANIONS, SeasonFolder
from scheduler.season.ledger.chain import NO_HASH
from scheduler.season.ledger.ledger import Ledger, new_file, open_file, open_ledger
from scheduler.season.ledger.schema import TABLES, events

_SQLITE = b"SQLite format 3\0"
_BATCH = 5_000


def back_up(ledger: Ledger, target: Path) -> int:
    """Write a copy of a ledger, whole or not at all, readable by its owner only; return how many events it holds.

    Raises
    ------
    LedgerError
        When the ledger is not what was written: a copy of that would take the place of a good one.
    OutputError
        When the file cannot be written.
    """
    with ledger.reading():
        require_sound(ledger)
        with whole_file(target) as temporary, new_file(temporary, str(target)) as copy:
            _fill(copy, ledger)
        return ledger.last[0]


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a ledger: how many events it holds, how many it lost, and where a damaged one was put."""

    events: int
    lost: int
    aside: Path | None


def restore(folder: Path, file: Path, url: str | None = None, *, replace: bool = False) -> Restored:
    """Put a copy in the place of the ledger, whole or not at all.

    Parameters
    ----------
    folder : Path
        The season folder.
    file : Path
        What `back_up` wrote.
    url : str, optional
        As in `open_ledger`.
    replace : bool
        Also where the ledger holds what the copy does not.

    Raises
    ------
    UsageError
        When the file cannot be read.
    LedgerError
        When it is no copy, is damaged, or the ledger holds what it does not and `replace` is false.
    """
    with _opened(file) as copy:
        require_sound(copy)
        try:
            return _put_back(folder, copy, url, replace)
        except DamagedLedgerError as error:
            if url is not None or error.where == copy.where:
                raise
            aside = _put_aside(SeasonFolder(folder).database)
            done = _put_back(folder, copy, url, replace)
            return Restored(done.events, done.lost, aside)


def _put_back(folder: Path, copy: Ledger, url: str | None, replace: bool) -> Restored:
    with open_ledger(folder, url) as ledger, ledger.writing():
        lost = ledger.last[0] - _common(ledger, copy)
        if lost and not replace:
            what = ngettext(
                "holds {n} event that the copy does not: it would be lost",
                "holds {n} events that the copy does not: they would be lost",
                lost,
            ).format(n=lost)
            raise LedgerError(what, ledger.where, _("if they shall be, say so with --yes; make a copy of it before"))
        _fill(ledger, copy)
        return Restored(ledger.last[0], lost, None)


def _common(ledger: Ledger, copy: Ledger) -> int:
    """Return how many events a ledger and a copy have in common: all of the shorter one's, or none."""
    number = min(ledger.last[0], copy.last[0])
    return number if _hash_of(ledger, number) == _hash_of(copy, number) else 0


def _hash_of(ledger: Ledger, number: int) -> str:
    found = ledger.connection.execute(select(events.c.hash).where(events.c.number == number)).scalar()
    return found or NO_HASH


def _fill(target: Ledger, source: Ledger) -> None:
    """Let a ledger hold what another one does, and nothing else."""
    with source.reading(), target.writing():
        for table in TABLES:
            target.connection.execute(table.delete())
            for rows in source.connection.execute(select(table)).mappings().partitions(_BATCH):
                target.connection.execute(table.insert(), [dict(row) for row in rows])


def require_sound(ledger: Ledger) -> None:
    """Raise a LedgerError when a ledger is not what was written."""
    found = ledger.check_chain()
    if found is not None:
        what = _("event {number} is not what was written").format(number=found.number)
        raise LedgerError(what, ledger.where, _("scheduler log --check tells more; use a copy that is whole"))


def is_copy_of(file: Path, ledger: Ledger) -> bool:
    """Tell whether a file is a copy of a ledger, of whatever day: it holds the same salt."""
    try:
        with file.open("rb") as opened:
            if opened.read(len(_SQLITE)) != _SQLITE:
                return False
        address = f"file:{quote(file.absolute().as_posix())}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = 'salt'").fetchone()
    except (OSError, sqlite3.Error):
        return False
    return row is not None and not ledger.is_erased and row[0] == ledger.salt.hex()


@contextmanager
def _opened(file: Path) -> Iterator[Ledger]:
    """Open a copy of a copy: an older one is brought to today's tables, and the file itself stays as it is."""
    with tempfile.TemporaryDirectory(prefix="scheduler-") as folder:
        path = SeasonFolder(Path(folder)).database
        try:
            shutil.copyfile(file, path)
        except OSError as error:
            what = _("cannot be read: {reason}").format(reason=reason_of(error))
            raise UsageError(what, str(file), _("name a file that scheduler backup wrote")) from error
        with path.open("rb") as opened:
            if opened.read(len(_SQLITE)) != _SQLITE:
                raise LedgerError(_("is no copy of a ledger"), str(file), _("name a file that scheduler backup wrote"))
        with open_file(path, where=str(file)) as copy:
            yield copy


def _put_aside(path: Path) -> Path:
    """Give a damaged ledger another name, and what belongs to it: somebody may be able to mend it."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    try:
        for end in (*reversed(DATABASE_COMPANIONS), ""):
            part = path.with_name(path.name + end)
            if part.exists():
                part.rename(aside.with_name(aside.name + end))
    except OSError as error:
        raise unwritable(path, error) from error
    return aside
