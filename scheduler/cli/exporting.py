"""Taking personal data out: what every command asks before it writes them, and what it tells the ledger afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scheduler.errors import UsageError
from scheduler.i18n import _

if TYPE_CHECKING:
    from scheduler.files import PersonalFile
    from scheduler.season.ledger.ledger import Ledger

F = TypeVar("F", bound=Callable[..., Any])


def purpose_option(command: F) -> F:
    """Add --for as `purpose`."""
    return click.option(
        "--for", "purpose", metavar="PURPOSE", default="", help=_("What the files are for, for the log.")
    )(command)


def ids_option(command: F) -> F:
    """Add --ids as `ids`."""
    return click.option(
        "--ids",
        type=click.Choice(["full", "masked", "none"]),
        default="masked",
        help=_("ID numbers: full (for those who need them; with --for), masked (the default), or none."),
    )(command)


def require_purpose(ids: str, purpose: str) -> None:
    """Refuse full ID numbers that are taken out for nothing.

    Raises
    ------
    UsageError
        When nobody says what they are for.
    """
    if ids == "full" and not purpose.strip():
        what = _("full ID numbers are written for a purpose, which goes into the log")
        raise UsageError(what, "--ids full", _("say what they are for, such as --for charter-contract"))


@dataclass
class Export:
    """Files that a command takes out, for the ledger; `number` says which copy of the plan's they are."""

    number: int
    files: list[PersonalFile] = field(default_factory=list)

    def add(self, file: PersonalFile) -> None:
        """Note a file that stands."""
        self.files.append(file)


@contextmanager
def exporting(
    season: Path,
    db: str | None,
    *,
    command: str,
    who: str,
    purpose: str,
    plan: int | None = None,
    create: bool = False,
) -> Iterator[Export]:
    """Let a command write files with people in them, and say in the ledger what it wrote, also where it was stopped.

    A ledger that takes nothing refuses before anything is written. With `create` one is made where there is none.
    """
    from scheduler.season.ledger.ledger import open_ledger

    with open_ledger(season, db, create=create) as ledger:
        with ledger.writing():
            pass
        with noting(ledger, command=command, who=who, purpose=purpose, plan=plan) as export:
            yield export


@contextmanager
def noting(ledger: Ledger, *, command: str, who: str, purpose: str, plan: int | None = None) -> Iterator[Export]:
    """Do so in a ledger that is open."""
    from scheduler.season.ledger.exporting import copy_number, exported_entries

    export = Export(copy_number(ledger.events("exported"), command, plan))
    try:
        yield export
    finally:
        ledger.append(exported_entries(export.files, command=command, purpose=purpose, plan=plan), who=who)


def moment() -> datetime:
    """Return the present time to the minute, as pages show it."""
    return datetime.now().replace(second=0, microsecond=0)
