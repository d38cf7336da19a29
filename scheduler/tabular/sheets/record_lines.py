"""Physical lines of a CSV file -> records: a quotation mark that is never closed must not swallow other people.

A cell in quotation marks may hold line breaks, as Excel writes them. It may not hold whole lines of the table: then
its mark is a stray one, is left out, and each line is a record again.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field

from scheduler.i18n import _
from scheduler.tabular.sheets.limits import MAX_CELLS
from scheduler.tabular.sheets.unfolding import UnreadableError

MAX_FIELD = 1_000_000
_MAX_LINES_IN_A_ROW = 20
_SAMPLE_LINES = 50
_LINE_END = re.compile(r"\r\n|\n|\r")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_LONG_NUMBER = re.compile(r"\d{8}")


@dataclass(slots=True)
class Records:
    """The records of a text, and the lines with a stray quotation mark: (row, physical line), both from 1."""

    rows: list[list[str]] = field(default_factory=list)
    strays: list[tuple[int, int]] = field(default_factory=list)


def split_records(text: str, separator: str) -> Records:
    """Split a text into records.

    Raises
    ------
    UnreadableError
        When it holds too many cells.
    """
    previous_limit = csv.field_size_limit(MAX_FIELD)
    try:
        return _Splitter(text, separator).split()
    finally:
        csv.field_size_limit(previous_limit)


def widths(text: str, separator: str) -> Counter[int]:
    """Return how many records have how many cells, empty lines left out."""
    return Counter(len(row) for row in split_records(text, separator).rows if any(row))


class _Splitter:
    """Splits one text."""

    def __init__(self, text: str, separator: str) -> None:
        self._lines = _LINE_END.split(text)
        if self._lines[-1] == "":
            self._lines.pop()
        self._separator = separator
        plain = [line.count(separator) + 1 for line in self._lines[:_SAMPLE_LINES] if line and '"' not in line]
        quoted = [len(_read(line, separator)) for line in self._lines[:_SAMPLE_LINES] if line.count('"') % 2 == 0]
        self._width = max(Counter(plain or quoted).items(), key=lambda pair: (pair[1], pair[0]), default=(1, 0))[0]

    def split(self) -> Records:
        """Split the text."""
        records = Records()
        lines, separator = self._lines, self._separator
        cells = at = 0
        while at < len(lines):
            line = lines[at]
            following = at + 1
            if '"' not in line:
                row = line.split(separator) if line else []
            elif line.count('"') % 2 == 0 or not _is_open(line, separator):
                row = _read(line, separator)
            else:
                found = self._over_lines(at)
                if found is None:
                    records.strays.append((len(records.rows) + 1, at + 1))
                    row = self._without_stray(line)
                else:
                    row, following = found
            cells += len(row)
            if cells > MAX_CELLS:
                raise UnreadableError(_("the file holds more than {limit} cells").format(limit=MAX_CELLS))
            records.rows.append(row)
            at = following
        return records

    def _over_lines(self, first: int) -> tuple[list[str], int] | None:
        """Return the record that begins in a line and ends in a later one, and the line after it; None if stray."""
        whole = self._lines[first]
        for last in range(first + 1, min(first + _MAX_LINES_IN_A_ROW, len(self._lines))):
            whole += "\n" + self._lines[last]
            if '"' in self._lines[last] and not _is_open(whole, self._separator):
                try:
                    row = next(csv.reader([whole], delimiter=self._separator, strict=True))
                except csv.Error:  # the closing mark stands within a cell: it closes nothing
                    return None
                return None if any(map(self._holds_line, row)) else (row, last + 1)
        return None

    def _holds_line(self, cell: str) -> bool:
        """Tell whether a cell over several lines holds a line of the table: its separators, or a long number too."""
        for line in cell.split("\n")[1:]:
            count = line.count(self._separator)
            if self._width > 2 and count >= self._width - 1:
                return True
            if count >= max(2 if self._width > 3 else 1, (self._width - 1) // 2) and _LONG_NUMBER.search(line):
                return True
        return False

    def _without_stray(self, line: str) -> list[str]:
        """Return a line's cells without its stray quotation mark: the one without which the width is right."""
        marks = [at for at, character in enumerate(line) if character == '"']
        options = [_read(line[:at] + line[at + 1 :], self._separator) for at in marks[:_MAX_LINES_IN_A_ROW]]
        bare = line.replace('"', "").split(self._separator)
        return next((row for row in [*options, bare] if len(row) == self._width), bare)


def _is_open(text: str, separator: str) -> bool:
    """Tell whether a text ends within quotation marks."""
    at = 0
    while at < len(text):
        if text[at] == '"':
            found = _QUOTED.match(text, at)
            if found is None:
                return True
            at = found.end()
        at = text.find(separator, at)
        if at < 0:
            return False
        at += 1
    return False


def _read(line: str, separator: str) -> list[str]:
    """Return the cells of a line whose quotation marks are all closed."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:  # a cell beyond every limit
        return line.split(separator)
