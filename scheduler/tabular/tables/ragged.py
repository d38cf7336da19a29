"""Rows of a text file whose cells do not agree with the headings: a separator or a line break stands within a cell.

Behind such a place every cell belongs under another heading, and a date can become a remark without a word. Rows that
only lack empty cells at their end, or have more of them, are harmless.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from scheduler.i18n import _, ngettext
from scheduler.tabular.sheets.workbook import SheetCells, Value, text_of
from scheduler.tabular.tables.headings import Row, SheetTable

_LONGEST_PADDING_GAP = 8  # rows of one length in a run: Excel fills up the lines of a block to one length
_OF_DIGITS = ("id_number", "phone", "birth", "date", "earliest", "latest", "emergency_phone")
_LONG_NUMBER = re.compile(r"\d{4}[-/.年]?\d{1,2}[-/.月]?\d|\d{7}")
_MOSTLY, _HARDLY = 0.9, 0.1
_DIGITS_SHARE = 0.4


def mark_broken(sheet: SheetCells, table: SheetTable) -> None:
    """Mark the rows of a table whose cells have slipped, and take away those that only go on with the row above.

    Only of text files: the cells of a workbook stand where they stand.
    """
    if sheet.name or not table.rows:
        return
    width = _RowWidths(sheet, table)
    gone = set()
    for row, following in zip(table.rows, [*table.rows[1:], None], strict=True):
        if row.number in gone:
            continue
        count = len(sheet.cells[row.number - 1])
        if following is not None and width.is_cut(row, following):
            gone.add(following.number)
            row.broken = _("the row goes on in the next line: a line break stands within a cell")
        elif count != width.usual and width.has_slipped(row):
            form = ngettext(
                "{count} cell stands below {width} headings: the cells from some place on have slipped",
                "{count} cells stand below {width} headings: the cells from some place on have slipped",
                count,
            )
            row.broken = form.format(count=count, width=width.headings)
    table.rows[:] = [row for row in table.rows if row.number not in gone]


class _RowWidths:
    """How many cells the rows of a table have, and should have."""

    def __init__(self, sheet: SheetCells, table: SheetTable) -> None:
        self._cells = sheet.cells
        self.headings = len(sheet.cells[table.header_row - 1])
        columns = {name: table.columns[name] for name in _OF_DIGITS if name in table.columns}
        self._beside = [at for at in columns.values() if at + 1 not in columns.values()]
        self._counts = [len(sheet.cells[row.number - 1]) for row in table.rows]
        self.usual = self.headings
        longer = Counter(
            len(cells)
            for row in table.rows
            if len(cells := sheet.cells[row.number - 1]) > self.headings and not any(self._surplus(cells))
        )
        slipped = sum(self._stands_beside(sheet.cells[row.number - 1]) for row in table.rows)
        if longer.total() * 2 > len(table.rows) > slipped * 2:  # every row ends in a separator too many
            self.usual = longer.most_common(1)[0][0]
        self._padded = self._find_padded(table)
        self._rows = [cells for row in table.rows if len(cells := sheet.cells[row.number - 1]) == self.usual]
        self._id_column = table.columns.get("id_number")

    def _surplus(self, cells: Sequence[Value]) -> list[Value]:
        return [value for value in cells[self.headings :] if text_of(value)]

    def _find_padded(self, table: SheetTable) -> set[int]:
        """Return the rows of runs of one length, most of them with nothing in their surplus cells."""
        found: set[int] = set()
        for count, run in groupby(table.rows, key=lambda row: len(self._cells[row.number - 1])):
            numbers = [row.number for row in run]
            empty = sum(not self._surplus(self._cells[number - 1]) for number in numbers)
            if count > self.headings and len(numbers) >= _LONGEST_PADDING_GAP and empty * 2 >= len(numbers):
                found.update(numbers)
        return found

    def is_cut(self, row: Row, following: Row) -> bool:
        """Tell whether two rows in a row are one: together they have the cells of one, as nearly all others have."""
        first, second = self._cells[row.number - 1], self._cells[following.number - 1]
        others = len(self._counts) - 2
        return (
            following.number == row.number + 1
            and max(len(first), len(second)) < self.usual == len(first) + len(second) - 1
            and len(self._rows) > 0
            and len(self._rows) >= others * _MOSTLY
            and not self._has_id(second)
        )

    def _has_id(self, cells: Sequence[Value]) -> bool:
        at = self._id_column
        return at is not None and at < len(cells) and sum(map(str.isdigit, text_of(cells[at]))) >= 10

    def has_slipped(self, row: Row) -> bool:
        """Tell whether the cells of a row that is longer or shorter than usual stand below wrong headings."""
        cells = self._cells[row.number - 1]
        if row.number in self._padded:
            return False
        if len(cells) > self.usual and (any(map(text_of, cells[self.usual :])) or self._stands_beside(cells)):
            return True
        return any(self._misfits(column, text_of(cells[column])) for column in range(min(len(cells), self.usual)))

    def _stands_beside(self, cells: Sequence[Value]) -> bool:
        """Tell whether a number or a date stands right of the column of its heading, where words or nothing stand."""
        pairs = [(text_of(cells[at]), text_of(cells[at + 1])) for at in self._beside if at + 1 < len(cells)]
        return any(_LONG_NUMBER.search(right) and not _LONG_NUMBER.search(left) for left, right in pairs)

    def _misfits(self, column: int, text: str) -> bool:
        """Tell whether a cell is digits where nearly all others are words, or the other way round."""
        known = [_is_digits(other) for cells in self._rows if (other := text_of(cells[column]))]
        if not text or len(known) < 2:
            return False
        share = sum(known) / len(known)
        return share <= _HARDLY if _is_digits(text) else share >= _MOSTLY


def _is_digits(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= _DIGITS_SHARE * len(text)
