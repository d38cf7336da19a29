"""The tables that a next season can use again, without anybody in them: telephones, contacts, notes go.

A workbook may hold people anywhere: on a second sheet, in a comment, as its author. What is kept is written anew as
.csv: the columns that the program reads, those of people apart, each cell without telephones and ID numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scheduler.errors import SeasonError
from scheduler.files import unwritable, write_whole
from scheduler.mask import is_mobile, without_numbers
from scheduler.season.folder import SeasonFolder
from scheduler.season.new import season_toml
from scheduler.season.settings import read_settings
from scheduler.season.tables import ACCESS, DISTANCES, FLEET, PLACES, TRAINS, TableKind
from scheduler.tabular.issues import Issue
from scheduler.tabular.tables.blocks import read_tables
from scheduler.text_cells import csv_text

KEPT = (FLEET, TRAINS, PLACES, ACCESS, DISTANCES)
_OF_PEOPLE = frozenset({"contact", "phone"})
_GONE = "***"
_NOTHING = "0"
"""What stands for a number in season.toml: as text or as a number it can still be read."""
_TOML_PARTS = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|(?P<comment>[ \t]*#[^\r\n]*)', re.DOTALL
)
"""The strings of a TOML text, in which a # is a letter, and its comments."""


@dataclass(frozen=True, slots=True)
class KeptTables:
    """Names of the tables that were written anew, of those that had to go whole, and the office's line that stays."""

    kept: tuple[str, ...]
    removed: tuple[str, ...]
    office: str


def table_files(season: Path) -> tuple[Path, ...]:
    """Return the files of the tables that are kept without people."""
    folder = SeasonFolder(season)
    return tuple(path for kind in KEPT for path in folder.table_files(kind.stem))


def without_people(season: Path) -> KeptTables:
    """Take people out of the tables and season.toml; a table that cannot be read, or is not read, is removed.

    Raises
    ------
    OutputError
        When a file cannot be written or removed.
    """
    office = _office_line(season)
    kept, removed = [], []
    for kind in KEPT:
        for number, path in enumerate(SeasonFolder(season).table_files(kind.stem)):
            content = _content(path, kind, office) if number == 0 else None
            target = season / f"{kind.stem}.csv"
            if content is not None:
                write_whole(target, content)
                kept.append(target.name)
            else:
                removed.append(path.name)
            if path != target or content is None:
                _remove(path)
    _clean_settings(SeasonFolder(season).settings)
    return KeptTables(tuple(kept), tuple(removed), office)


def _content(path: Path, kind: TableKind, office: str) -> str | None:
    """Return what is kept of a table, None when it cannot be read."""
    issues: list[Issue] = []
    tables = [table for table in read_tables(path, path.name, kind.headings, issues) if not table.codes]
    fields = [name for name in kind.headings.aliases if any(name in table.columns for table in tables)]
    if not fields:
        return None

    def cell(name: str, text: str) -> str:
        if name == "phone" and office and _digits(text) == _digits(office):
            return text
        return "" if name in _OF_PEOPLE else without_numbers(text, _GONE)

    rows = [[cell(name, row.text(name)) for name in fields] for table in tables for row in table.rows]
    return csv_text([[kind.headings.title(name) for name in fields], *rows])


def _office_line(season: Path) -> str:
    """Return the duty telephone of season.toml; '' where there is none, or it is somebody's mobile."""
    try:
        settings, _problems = read_settings(season)
    except SeasonError:
        return ""  # it says nothing that could be kept
    return "" if is_mobile(settings.duty_phone) else settings.duty_phone


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _clean_settings(path: Path) -> None:
    """Take ID numbers, mobile telephones and remarks out of season.toml; all else stays to the byte.

    Nobody can tell whom a remark names; what `init` wrote to explain the settings names nobody.
    """
    try:
        text = path.read_bytes().decode(errors="surrogateescape")
    except OSError as error:
        raise unwritable(path, error) from error
    template = season_toml("", "to_work", "", date.min, date.max)
    explained = {part["comment"].strip() for part in _TOML_PARTS.finditer(template) if part["comment"]}

    def kept(part: re.Match[str]) -> str:
        is_remark = part["comment"] is not None and part["comment"].strip() not in explained
        return "" if is_remark else part[0]

    cleaned = without_numbers(_TOML_PARTS.sub(kept, text), _NOTHING)
    if cleaned != text:
        write_whole(path, cleaned.encode(errors="surrogateescape"))


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error
