"""What a command may write where: never over a file that a season reads or keeps, never into its roster or plan.

Every command that writes files asks `refuse_over_season` first. Paths are compared as a Windows PC would: whatever
their case, through links, and a second name of a file is that file.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from scheduler.errors import UsageError
from scheduler.i18n import _
from scheduler.season.folder import FOLDERS, SeasonFolder, kept_names

_Parts = tuple[str, ...]


def refuse_over_season(
    season: Path | None = None,
    *,
    files: Sequence[Path | None] = (),
    folders: Sequence[Path | None] = (),
    copies: Path | None = None,
) -> None:
    """Refuse outputs that would destroy or become the input of a season, or its plan.

    Parameters
    ----------
    season : Path, optional
        The season that is read; any other season that an output lies in is safe as well.
    files : sequence of Path or None
        Files to write; None: not asked for.
    folders : sequence of Path or None
        Folders to write files of new names into.
    copies : Path, optional
        A folder for copies named like the season's own files: the season folder itself is refused as well.

    Raises
    ------
    UsageError
        Naming the first output that is refused.
    """
    named = [path for path in files if path is not None]
    into = [path for path in (*folders, copies) if path is not None]
    for target in (*named, *into):
        for home in _seasons(season, target):
            taken = any(_is_within(target, home / name) for name in FOLDERS)
            if target in named:
                taken = taken or _is_own_name(target, home) or _is_second_name(target, home)
            elif target is copies:
                taken = taken or bool(_ways(target) & _ways(home))
            if taken:
                what = _("the season keeps its own files there")
                raise UsageError(what, str(target), _("name another folder or file"))
    for number, target in enumerate(named):
        if any(_ways(target) & _ways(other) for other in named[:number]):
            raise UsageError(_("two outputs have the same name"), str(target), _("name another folder or file"))


def _places(path: Path) -> set[Path]:
    """Return where a path leads: as it is written, and through its links."""
    return {Path(os.path.normpath(path.absolute())), Path(os.path.realpath(path))}


def _ways(path: Path) -> set[_Parts]:
    """Return where a path leads, in parts that compare alike on every system."""
    return {_comparable(place) for place in _places(path)}


def _comparable(path: Path) -> _Parts:
    # Windows ignores case, and dots and spaces at the end of a name; macOS writes accents in two characters.
    return tuple(unicodedata.normalize("NFC", part).rstrip(" .").casefold() for part in path.parts)


def _seasons(season: Path | None, target: Path) -> Iterator[Path]:
    """Yield the season that is read, and each that the target is or lies in."""
    if season is not None:
        yield season
    for place in _places(target):
        yield from (folder for folder in (place, *place.parents) if SeasonFolder(folder).settings.is_file())


def _is_within(target: Path, folder: Path) -> bool:
    return any(way[: len(top)] == top for way in _ways(target) for top in _ways(folder))


def _is_own_name(target: Path, home: Path) -> bool:
    """Tell whether a file of that name in the season folder would be read as a table, or is kept there."""
    own = kept_names()
    homes = _ways(home)
    return any(way[:-1] in homes and way[-1] in own for way in _ways(target))


def _is_second_name(target: Path, home: Path) -> bool:
    """Tell whether a file that is there already is one of the season's under another name, by a link of any kind."""
    try:
        here = target.stat()
    except OSError:
        return False
    return any(os.path.samestat(here, each) for each in _own_stats(home))


def _own_stats(home: Path) -> Iterator[os.stat_result]:
    for name in FOLDERS:
        for folder, _folders, files in os.walk(home / name):
            yield from _stats(Path(folder, file) for file in files)
    yield from _stats(path for path in (home.iterdir() if home.is_dir() else ()) if _is_own_name(path, home))


def _stats(paths: Iterator[Path]) -> Iterator[os.stat_result]:
    for path in paths:
        try:
            yield path.stat()
        except OSError:  # a link to nowhere: nothing to lose
            continue
