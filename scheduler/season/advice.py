"""What to do about a folder that is no season: people give a file of it, its roster, the folder of all seasons."""

from __future__ import annotations

import difflib
from pathlib import Path

from scheduler.errors import SeasonError
from scheduler.i18n import _
from scheduler.season.folder import SETTINGS, SeasonFolder

SEASONS_NAMED = 5
_LISTS = (".xlsx", ".xls", ".et", ".ods", ".csv")
_LISTS_SEEN = 1000
"""A disk's top folder is not read to its end."""


def no_season(folder: Path) -> SeasonError:
    """Return the error for a path that is no season folder, with what was probably meant."""
    if not folder.exists():
        return SeasonError(_("there is no such season folder"), str(folder), _instead_of_missing(folder))
    around = _season_around(folder)
    if not folder.is_dir():
        cure = _give([around]) if around else _("give the folder of a season, with season.toml in it")
        return SeasonError(_("this is a file, not a season folder"), str(folder), cure)
    if around:
        what = _("this is a folder of a season, not the season itself")
        return SeasonError(what, str(folder), _give([around]))
    missing, where = _("the season folder has no season.toml"), str(folder / SETTINGS)
    if seasons := _seasons_in(folder):
        return SeasonError(_("this is no season, but there are some in it"), str(folder), _give(seasons))
    if _has_lists(folder):
        cure = _("make a season with scheduler init and another name, then put these lists into its folder roster")
        return SeasonError(missing, where, cure)
    return SeasonError(missing, where, _make(folder))


def _give(seasons: list[Path]) -> str:
    named = _(", ").join(str(season) for season in seasons[:SEASONS_NAMED])
    return _("give the season: {seasons}").format(seasons=named + (" …" if len(seasons) > SEASONS_NAMED else ""))


def _make(folder: Path) -> str:
    return _("make a season with: scheduler init {folder}").format(folder=folder)


def _instead_of_missing(folder: Path) -> str:
    seasons = _seasons_in(folder.parent) if folder.parent.is_dir() else []
    by_name = {season.name.casefold(): season for season in seasons}
    near = difflib.get_close_matches(folder.name.casefold(), by_name, n=1)
    if near:
        return _("did you mean {name}?").format(name=by_name[near[0]])
    return _make(folder)


def _season_around(path: Path) -> Path | None:
    """Return the season that a path lies in, as near to what was given as it can be written."""
    parents = path.parents if path.is_absolute() else (*path.parents, *Path.cwd().parents)
    return next((parent for parent in parents if SeasonFolder(parent).settings.is_file()), None)


def _seasons_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if SeasonFolder(path).settings.is_file())
    except OSError:  # not ours to read: then nothing can be proposed
        return []


def _has_lists(folder: Path) -> bool:
    for number, path in enumerate(folder.rglob("*")):
        if path.suffix.lower() in _LISTS:
            return True
        if number > _LISTS_SEEN:
            break
    return False
