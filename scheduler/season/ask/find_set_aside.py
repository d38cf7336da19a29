"""Who is meant among those whom no plan knows: rows that were set aside, found by what their cells hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from scheduler.problem import SetAside
from scheduler.season.ask.find_person import LEAST_TAIL
from scheduler.tabular.issues import Issue
from scheduler.tabular.sheets.workbook import read_sheets, text_of

_REF = re.compile(r"(?P<file>.+?)!(?P<sheet>.*)!(?P<column>[A-Z]*)(?P<row>\d+)(?:/\d+)?")


def find_set_aside(season: Path, rows: Sequence[SetAside], text: str) -> list[SetAside]:
    """Return the rows set aside that `text` may mean, see `SetAsideCells.meant`."""
    return SetAsideCells(season, rows).meant(text)


class SetAsideCells:
    """The cells of the rows that were set aside, read once.

    Parameters
    ----------
    season : Path
    rows : sequence of SetAside
    """

    def __init__(self, season: Path, rows: Sequence[SetAside]) -> None:
        self.season = season
        self.rows = rows

    def meant(self, text: str) -> list[SetAside]:
        """Return the rows with a cell that is `text`: a name, an ID number as written, a telephone or its end.

        A name may be followed by its township, as for people who were not set aside.
        """
        wanted = _plain(text)
        words = [_plain(word) for word in text.split()] or [wanted]
        if not wanted:
            return []
        return [
            row
            for row, cells in self._cells
            if _holds(cells, wanted) or (len(words) > 1 and all(_holds(cells, word) for word in words))
        ]

    @cached_property
    def _cells(self) -> list[tuple[SetAside, list[str]]]:
        by_file: dict[str, list[tuple[SetAside, str, int]]] = {}
        for row in self.rows:
            found = _REF.fullmatch(row.ref)
            if found is not None:
                by_file.setdefault(found["file"], []).append((row, found["sheet"], int(found["row"])))
        read = []
        for file, asked in by_file.items():
            unread: list[Issue] = []  # check lists them; what could not be read set nobody aside by row
            cells = {sheet.name: sheet.cells for sheet in read_sheets(self.season / file, file, unread)}
            for row, sheet, number in asked:
                lines = cells.get(sheet, [])
                texts = [_plain(text_of(value)) for value in lines[number - 1]] if number <= len(lines) else []
                read.append((row, texts))
        return read


def _holds(cells: Sequence[str], wanted: str) -> bool:
    if wanted in cells:
        return True
    is_tail = wanted.isdecimal() and len(wanted) >= LEAST_TAIL
    return is_tail and any(
        cell.isdecimal() and len(cell) <= len("13800000000") and cell.endswith(wanted) for cell in cells
    )


def _plain(text: str) -> str:
    """Return a cell or question without width, case, spaces and dashes."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
