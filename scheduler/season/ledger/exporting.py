"""Saying in the ledger which personal data were taken out: for whom, how much, into which files, by whom, what for.

The event holds the digests of the files. Where they lay stands apart among the typed texts, so that `erase` finds the
copies again and then forgets where they were.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scheduler.files import PersonalFile
from scheduler.season.ledger.events import Entry, Event, Exported


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that was taken out: where it lay, and its SHA-256 then; empty where that was not known."""

    path: Path
    sha256: str


def exported_entries(
    files: Iterable[PersonalFile], *, command: str, purpose: str = "", plan: int | None = None
) -> list[Entry]:
    """Return what the ledger says of files with people in them: an event for each reader and level.

    Raises
    ------
    OSError
        When one of the files cannot be read back.
    """
    groups: dict[tuple[str, str], list[PersonalFile]] = {}
    for file in files:
        groups.setdefault((file.reader, file.level), []).append(file)
    return [
        Entry(_exported(group, command, reader, level, purpose), plan=plan)
        for (reader, level), group in sorted(groups.items())
    ]


def _exported(files: Sequence[PersonalFile], command: str, reader: str, level: str, purpose: str) -> Exported:
    paths = [file.path.absolute() for file in files]
    return Exported(
        command=command,
        reader=reader,
        level=level,
        rows=sum(file.people for file in files),
        files=tuple(sha256_of(path) for path in paths),
        purpose=purpose,
        paths=json.dumps([str(path) for path in paths]),
    )


def announced(path: Path, *, command: str, reader: str, level: str, purpose: str = "") -> Entry:
    """Return the event of one file that is still to be written, for it holds the event itself: a copy of the ledger."""
    paths = json.dumps([str(path.absolute())])
    return Entry(Exported(command=command, reader=reader, level=level, purpose=purpose, paths=paths))


def copies(events: Iterable[Event]) -> list[Copy]:
    """Return every file that was taken out and is not forgotten, the last state of each path."""
    found: dict[str, str] = {}
    for event in events:
        if isinstance(event.data, Exported) and event.data.paths:
            paths = json.loads(event.data.paths)
            digests = event.data.files or ("",) * len(paths)
            found |= dict(zip(paths, digests, strict=True))
    return [Copy(Path(path), digest) for path, digest in found.items()]


def taken_out(events: Iterable[Event], command: str) -> list[tuple[PersonalFile, int | None]]:
    """Return the files that a command took out and that are not forgotten, each with the last plan that it was of."""
    found: dict[Path, tuple[PersonalFile, int | None]] = {}
    for event in events:
        if isinstance(event.data, Exported) and event.data.command == command and event.data.paths:
            for path in map(Path, json.loads(event.data.paths)):
                found[path] = PersonalFile(path, event.data.reader, event.data.level, 0), event.plan
    return list(found.values())


def copy_number(events: Iterable[Event], command: str, plan: int | None) -> int:
    """Return which copy of a plan's files a command is about to write: the first is 1."""
    earlier = {
        event.at
        for event in events
        if isinstance(event.data, Exported) and (event.data.command, event.plan) == (command, plan) and event.data.paths
    }
    return len(earlier) + 1


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
