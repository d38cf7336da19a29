"""Erasing a season: rosters, plans and what the ledger knows of people go; counts and a certificate stay."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from scheduler.errors import UsageError
from scheduler.files import unwritable
from scheduler.i18n import _
from scheduler.plan import Plan
from scheduler.season.folder import DATABASE, FOLDERS, PINS, SeasonFolder, kept_names
from scheduler.season.ledger import states
from scheduler.season.ledger.events import Departed, Erased, Event, Exported
from scheduler.season.ledger.forget import forget
from scheduler.season.ledger.ledger import Ledger


def require_nobody_under_way(events: Sequence[Event]) -> None:
    """Raise a UsageError while a run has left and not arrived."""
    open_ = sorted(set(states.departed(events)) - set(states.arrived(events)))
    if open_:
        what = _("{runs} left and has not arrived: nothing is erased").format(runs="、".join(open_))
        raise UsageError(what, DATABASE, _("record the arrival first: scheduler arrive"))


def personal_files(season: Path, events: Sequence[Event]) -> list[Path]:
    """Return the files of a season that hold people: rosters, plans, pins, escorts, and lists that were exported."""
    folder = SeasonFolder(season)
    below = {path for name in FOLDERS for path in _files(season / name)}
    tables = {path for stem in (PINS, "escorts") for path in folder.table_files(stem)}
    exported = {digest for event in events if isinstance(event.data, Exported) for digest in event.data.files}
    lists = {path for path in _files(season) if exported and not path.is_symlink() and _sha256(path) in exported}
    return sorted(below | tables | lists | set(season.glob(f"{DATABASE}.damaged-*")))


def erase(season: Path, ledger: Ledger, plan: Plan | None, *, who: str, reason: str) -> Erased:
    """Remove what is personal, the files first: whoever is interrupted begins anew, and nothing is half known.

    Raises
    ------
    UsageError
        While a run is under way.
    OutputError
        When a file cannot be removed; the ledger stands as it did then.
    """
    events = ledger.events()
    require_nobody_under_way(events)
    files = personal_files(season, events)
    for path in files:
        try:
            path.unlink()
        except OSError as error:
            raise unwritable(path, error) from error
    left = [event.data for event in events if isinstance(event.data, Departed)]
    counts = {"runs": 0 if plan is None else len(plan.runs), "departed": len(left)}
    counts["carried"] = sum(data.headcount for data in left)
    people = 0
    if plan is not None:
        people = sum(run.load for run in plan.runs) + sum(len(entry.persons) for entry in plan.unserved)
    erased = Erased(people=people, files=len(files), counts=counts, reason=reason)
    forget(ledger, erased, who=who)
    return erased


def certificate(season: Path, ledger: Ledger, erased: Erased, now: dt.datetime) -> Path:
    """Write what was erased, and when, into the season folder; return the file."""
    path = season / f"erased-{now:%Y-%m-%d}.txt"
    lines = (
        _("Certificate of erasure"),
        _("Season: {name}").format(name=season.resolve().name),
        _("Erased at {now}: rosters, plans, lists, and what the ledger knew of people").format(
            now=f"{now:%Y-%m-%d %H:%M}"
        ),
        _("People: {n}; files removed: {files}").format(n=erased.people, files=erased.files),
        _("Runs: {runs}; departed: {departed}; people carried: {carried}").format(**erased.counts),
        _("Ledger: {n} events, last hash {hash}").format(n=ledger.last[0], hash=ledger.last[1]),
    )
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from error
    return path


def left_alone(season: Path) -> list[Path]:
    """Return the files in the folder that this program does not know as its own: somebody has to look at them."""
    return sorted(path for path in _files(season) if path.parent != season or path.name not in kept_names())


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() or path.is_symlink():
            yield path


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
