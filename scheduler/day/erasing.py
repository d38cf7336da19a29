"""Erasing a season: rosters, plans, lists and what the ledger knows of people go; counts and a certificate stay.

Lists and copies are found by what the ledger says of them: in the season folder by their digest, whatever they are
called now, elsewhere where they were written, as long as they are what was written. One that somebody has changed since
is theirs, and named.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scheduler.day import headcounts
from scheduler.day.erasing_tables import KeptTables, table_files, without_people
from scheduler.day.not_running import is_empty
from scheduler.day.status import is_given_up
from scheduler.errors import UsageError
from scheduler.files import unwritable
from scheduler.i18n import _, ngettext
from scheduler.plan import Plan
from scheduler.season.folder import DATABASE, FOLDERS, PINS, PLANS, ROSTER, SeasonFolder, kept_names
from scheduler.season.ledger import states
from scheduler.season.ledger.backup import is_copy_of
from scheduler.season.ledger.events import Erased, Event, Exported
from scheduler.season.ledger.exporting import Copy, copies, sha256_of
from scheduler.season.ledger.forget import forget
from scheduler.season.ledger.ledger import Ledger

_LEFT_BEHIND = re.compile(r"\..*-[a-z0-9_]{8}(?:\.\w+)?|\.season\.db\.lock")
"""A file that was being written when its program was killed (`files.whole_file`)."""


@dataclass(frozen=True, slots=True)
class PersonalFiles:
    """What there is to remove.

    Attributes
    ----------
    by_kind : mapping of str to tuple of Path
        `rosters`, `plans`, `tables` (pins, escorts), `lists` in the season folder, `elsewhere`, `copies` of the ledger,
        `remains` of programs that were killed.
    changed : tuple of Path
        Lists elsewhere that are not what was written any more, and stay.
    lost : int
        Lists that are not where they were written.
    """

    by_kind: Mapping[str, tuple[Path, ...]]
    changed: tuple[Path, ...]
    lost: int

    @property
    def all(self) -> tuple[Path, ...]:
        """Every file that goes."""
        return tuple(path for paths in self.by_kind.values() for path in paths)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind there are; only of those that there are."""
        return {kind: len(paths) for kind, paths in self.by_kind.items() if paths}


def require_nobody_under_way(events: Sequence[Event], plan: Plan | None, now: dt.datetime) -> None:
    """Raise a UsageError while a run has left and not arrived; of one given up long since nobody will hear any more.

    One that left with nobody on board carries nobody.
    """
    runs = {run.id: run for run in plan.runs} if plan is not None else {}
    gone = set(states.departed(events)) - set(states.arrived(events)) - set(states.handed_over(events))

    def is_under_way(run: str) -> bool:
        own = [event for event in events if event.run == run]
        return not is_empty(own) and (run not in runs or not is_given_up(runs[run], own, now))

    open_ = sorted(filter(is_under_way, gone))
    if open_:
        what = _("{runs} left and has not arrived: nothing is erased").format(runs=_(", ").join(open_))
        raise UsageError(what, DATABASE, _("record the arrival first: scheduler arrive"))


def personal_files(season: Path, ledger: Ledger) -> PersonalFiles:
    """Find the files that hold people, in the season folder and where lists were written."""
    folder, events = SeasonFolder(season), ledger.events(Exported.kind)
    taken = copies(events)
    digests = {digest for event in events if isinstance(event.data, Exported) for digest in event.data.files}
    found: dict[str, tuple[Path, ...]] = {
        "rosters": tuple(sorted(_files(season / ROSTER))),
        "plans": tuple(sorted(_files(season / PLANS))),
        "tables": tuple(path for stem in (PINS, "escorts") for path in folder.table_files(stem)),
    }
    known = {*(path for paths in found.values() for path in paths), *table_files(season)}
    own = {season / name for name in kept_names()}
    others = sorted(path for path in _files(season) if path not in known and path not in own)
    found["lists"] = tuple(path for path in others if not path.is_symlink() and sha256_of(path) in digests)
    found["copies"] = tuple(path for path in others if is_copy_of(path, ledger) or _is_put_aside(path, season))
    found["remains"] = tuple(path for path in others if _LEFT_BEHIND.fullmatch(path.name))
    inside = season.resolve()
    elsewhere = [each for each in taken if not each.path.resolve().is_relative_to(inside)]
    there = [each for each in elsewhere if each.path.is_file()]
    same = [e.path for e in there if is_copy_of(e.path, ledger) or (e.sha256 and sha256_of(e.path) == e.sha256)]
    found["elsewhere"] = tuple(sorted(same))
    changed = tuple(sorted(each.path for each in there if each.path not in same))
    lost = sum(1 for each in elsewhere if each not in there and not _is_moved_aside(each, there))
    return PersonalFiles(_without_twice(found), changed, lost)


def _is_moved_aside(copy: Copy, there: Sequence[Copy]) -> bool:
    """Tell whether a list is in the folder of older lists now, into which a later plan's lists have moved it."""
    homes = [above / _("older lists") for above in copy.path.parents]
    return any(
        each.sha256 == copy.sha256 and each.path.name == copy.path.name and any(map(each.path.is_relative_to, homes))
        for each in there
    )


def _without_twice(found: Mapping[str, tuple[Path, ...]]) -> dict[str, tuple[Path, ...]]:
    seen: set[Path] = set()
    single = {}
    for kind, paths in found.items():
        single[kind] = tuple(path for path in paths if path not in seen)
        seen.update(paths)
    return single


def _is_put_aside(path: Path, season: Path) -> bool:
    return path.parent == season and path.name.startswith(f"{DATABASE}.damaged-")


def erase(
    season: Path, ledger: Ledger, plan: Plan | None, files: PersonalFiles, *, who: str, reason: str
) -> tuple[Erased, KeptTables]:
    """Remove what is personal, the files first: whoever is interrupted begins anew, and nothing is half known.

    Returns
    -------
    erased : Erased
        As the ledger keeps it.
    tables : KeptTables
        What stays of the other tables.

    Raises
    ------
    OutputError
        When a file cannot be removed; the ledger stands as it did then.
    """
    events = ledger.events()
    for path in files.all:
        try:
            path.unlink()
        except OSError as error:
            raise unwritable(path, error) from error
    tables = without_people(season)
    _remove_empty_folders(season, files.all)
    left = states.departed(events)
    counts = {"runs": 0 if plan is None else len(plan.runs), "departed": len(left)}
    counts["carried"] = sum(headcounts.carried(events, run) for run in left)
    people = 0
    if plan is not None:
        people = sum(run.load for run in plan.runs) + sum(len(entry.persons) for entry in plan.unserved)
    erased = Erased(people=people, files=len(files.all), counts=counts | files.counts, reason=reason)
    forget(ledger, erased, who=who)
    return erased, tables


def _remove_empty_folders(season: Path, removed: Sequence[Path]) -> None:
    """Remove the folders that held nothing else, below the season folder: they are called as people like."""
    kept = {season, *(season / name for name in FOLDERS)}
    folders = {above for path in removed for above in path.parents if season in above.parents}
    for folder in sorted(folders - kept, key=lambda each: len(each.parts), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def certificate(
    season: Path, ledger: Ledger, erased: Erased, files: PersonalFiles, tables: KeptTables, now: dt.datetime
) -> Path:
    """Write what was erased, when, and what stays, into the season folder; return the file."""
    path = season / f"erased-{now:%Y-%m-%d}.txt"
    lines = [
        _("Certificate of erasure"),
        _("Season: {name}").format(name=season.resolve().name),
        _("Erased at {now}: rosters, plans, lists, and what the ledger knew of people").format(
            now=f"{now:%Y-%m-%d %H:%M}"
        ),
        *([_("Why: {reason}").format(reason=erased.reason)] if erased.reason else []),
        _("People: {n}; files removed: {files}").format(n=erased.people, files=erased.files),
        *(f"  {label}: {n}" for label, n in counted(files)),
        _("Runs: {runs}; departed: {departed}; people carried: {carried}").format(**erased.counts),
        ngettext("Ledger: {n} event, hash {hash}", "Ledger: {n} events, last hash {hash}", ledger.last[0]).format(
            n=ledger.last[0], hash=ledger.last[1]
        ),
    ]
    if tables.kept:
        text = _("Kept, written anew without contacts, telephones, ID numbers and notes: {files}")
        lines.append(text.format(files="、".join(tables.kept)))
    if tables.removed:
        text = _("Removed whole, for the program cannot read them: {files}")
        lines.append(text.format(files="、".join(tables.removed)))
    if tables.office:
        lines.append(_("Kept as the office's line, as season.toml says: {phone}").format(phone=tables.office))
    if files.lost:
        lines.append(_("Lists that were not where they had been written: {n}").format(n=files.lost))
    if files.changed:
        text = _("Lists that had been changed since, and stay: {n}")
        lines.append(text.format(n=len(files.changed)))
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from error
    return path


def counted(files: PersonalFiles) -> list[tuple[str, int]]:
    """Return what goes, kind by kind, in words with their numbers."""
    words = {
        "rosters": _("rosters"),
        "plans": _("plans"),
        "tables": _("pins and escorts"),
        "lists": _("lists in the season folder"),
        "elsewhere": _("lists and copies elsewhere"),
        "copies": _("copies of the ledger"),
        "remains": _("remains of interrupted programs"),
    }
    return [(words[kind], n) for kind, n in files.counts.items()]


def left_alone(season: Path) -> list[Path]:
    """Return the files in the folder that this program does not know as its own: somebody has to look at them."""
    return sorted(path for path in _files(season) if path.parent != season or path.name not in kept_names())


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() or path.is_symlink():
            yield path
