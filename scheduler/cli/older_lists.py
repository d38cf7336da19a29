"""Lists of an earlier plan in a folder that is written to again: moved aside, so that none lies among the new ones.

Which files they are the ledger knows: it keeps where each list lay. Files of anybody else stay where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.files import PersonalFile, unwritable
from scheduler.i18n import _

if TYPE_CHECKING:
    from scheduler.season.ledger.events import Event


def move_aside(
    events: Iterable[Event],
    folder: Path,
    command: str,
    kept: Collection[Path],
    tell: Callable[[PersonalFile], None],
    is_void: Callable[[PersonalFile], bool] = lambda _file: True,
) -> tuple[int, Path]:
    """Move what a command wrote into a folder before and what does not hold any more into a folder of older lists.

    Parameters
    ----------
    events : iterable of Event
        Of the ledger, before the files of now were noted.
    folder : Path
        The folder that is written to.
    command : str
        Only its files are moved.
    kept : collection of Path
        The files of now.
    tell : callable
        Told each file where it lies now, for the ledger.
    is_void : callable
        Whether a file holds no more; without it none but those kept does.

    Returns
    -------
    tuple of int and Path
        How many files were moved, and into which folder.

    Raises
    ------
    OutputError
        When one cannot be moved, such as one that is open in Excel.
    """
    from scheduler.season.ledger.exporting import taken_out

    home = folder.absolute()
    aside = home / _("older lists")
    stay = {path.absolute() for path in kept}
    moved = 0
    for file, plan in taken_out(events, command):
        path = file.path
        if path in stay or not path.is_relative_to(home) or path.is_relative_to(aside) or not path.is_file():
            continue
        if not is_void(file):
            continue
        to = _free(aside / (_("plan {number}").format(number=plan) if plan else "-") / path.relative_to(home))
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            path.rename(to)
        except OSError as error:
            raise unwritable(path, error) from error
        tell(PersonalFile(to, file.reader, file.level, 0))
        _remove_if_empty(path.parent, home)
        moved += 1
    return moved, aside


def _free(path: Path) -> Path:
    """Return the path, with a number behind its name while there is such a file."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def _remove_if_empty(folder: Path, home: Path) -> None:
    """Remove the folder of a day, and those around it, once nothing lies there any more."""
    while folder != home and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
