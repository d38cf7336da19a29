"""Files -> tables: where those of a sheet stand, one below the other and side by side.

A row in which a whole set of headings comes twice holds two tables. A heading row below the people, or beside them,
begins another table; one that repeats the headings above is no data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

from scheduler.i18n import _
from scheduler.tabular.issues import Issue, issue
from scheduler.tabular.sheets.workbook import SheetCells, Value, read_sheets, text_of
from scheduler.tabular.tables.column_findings import report_columns, settle
from scheduler.tabular.tables.data_rows import holds_number, is_no_data, read_row
from scheduler.tabular.tables.heading_rows import Header, HeaderFinder
from scheduler.tabular.tables.headings import Headings, SheetTable
from scheduler.tabular.tables.ragged import mark_broken

_WIDE = 3
_CONTACTS = re.compile(r"通讯录|联系(?:人|表|方式)|联络|干部|值班|责任人|工作人员")
_POSITION = re.compile(r"^(?:现任)?(?:职\s*[务位]|岗\s*位|分\s*工|值班.*)$")
_FEWEST_FIELDS = 3  # that make a heading row of its own, or a table beside another
_MAX_DEPTH = 3
_MOST_SPLIT = 300  # columns: each is tried as the first of another table


def read_tables(path: Path, file: str, headings: Headings, issues: list[Issue]) -> list[SheetTable]:
    """Return the tables of a file, those set aside included; R101 to R103, R107, R108 and R110 go to `issues`."""
    count = len(issues)
    sheets = read_sheets(path, file, issues)
    unreadable = any(found.code == "R101" for found in issues[count:])
    return [] if unreadable else find_tables(sheets, file, headings, issues)


def find_tables(sheets: Iterable[SheetCells], file: str, headings: Headings, issues: list[Issue]) -> list[SheetTable]:
    """Return the tables of a file's sheets.

    A sheet without a heading row is an instruction sheet; only when no sheet has one, R102 is reported. A list of
    contacts beside a whole table is no table either: names and phones, of people who need no seat. A missing
    required column is R103, one for each column; several columns for one field, with different cells, are R107: the
    table is returned all the same, with `missing` or `unclear` set.
    """
    found = [(sheet, table) for sheet in sheets for table in _tables_of(sheet, headings)]
    if not all(table.missing for _sheet, table in found):
        found = [(sheet, table) for sheet, table in found if not _is_contact_list(sheet, table)]
    tables = [table for _sheet, table in found]
    if not tables:
        titles = "、".join(headings.title(name) for name in headings.required)
        issues.append(issue("R102", file, cure=_("add one row of headings: {titles}").format(titles=titles)))
    for table in tables:
        issues += report_columns(table, headings)
    return tables


def _is_contact_list(sheet: SheetCells, table: SheetTable) -> bool:
    """Tell whether a table lists cadres and other contacts: by its sheet's name, title or headings."""
    if not {"id_number", "destination"} <= set(table.missing):
        return False
    above = [[text_of(value) for value in cells if value != ""] for cells in sheet.cells[: table.header_row]]
    titles = [sheet.name, *(texts[0] for texts in above if len(texts) == 1)]
    return any(map(_CONTACTS.search, titles)) or any(map(_POSITION.search, chain(*above[table.first_row - 1 :])))


@dataclass(slots=True)
class _Block:
    """A table while its rows are read: its headings, and the columns `left` up to `right` that are its own.

    `texts` are the known headings as they stand, from column `first` to `last`; rows before `skip_to` have been seen.
    """

    header: Header
    table: SheetTable
    left: int
    right: int | None
    texts: frozenset[str]
    first: int
    last: int
    skip_to: int

    def cut(self, cells: Sequence[Value]) -> Sequence[Value]:
        """Return its part of a row."""
        return cells if self.left == 0 and self.right is None else cells[self.left : self.right]

    def keep(self, left: int, right: int | None) -> None:
        """Leave the columns outside `left` to `right`, of which nothing is known, to another table."""
        self.left, self.right = left, right
        own = {column for column in self.table.headed if left <= column and (right is None or column < right)}
        self.table.headed = frozenset(own)
        self.header.others = {column: title for column, title in self.header.others.items() if column in own}


def _tables_of(sheet: SheetCells, headings: Headings) -> list[SheetTable]:
    """Return the tables of a sheet with their rows, by their heading rows and then from left to right."""
    return _SheetReader(sheet, headings).tables()


class _SheetReader:
    """Reads the tables of one sheet."""

    def __init__(self, sheet: SheetCells, headings: Headings) -> None:
        self._sheet = sheet
        self._headings = headings
        self._finder = HeaderFinder(sheet, headings)
        self._needed = set(headings.required) | set(headings.anchors)
        self._tables: list[tuple[SheetTable, Header]] = []
        self._blocks: list[_Block] = []
        self._wide = {row for row, left, last, right in sheet.merged if last == row and right - left + 1 >= _WIDE}

    def tables(self) -> list[SheetTable]:
        """Read the sheet."""
        header = self._finder.find()
        if header is None:
            return []
        self._begin(header)
        for index in range(header.last + 1, len(self._sheet.cells)):
            cells = self._sheet.cells[index]
            if cells.count("") == len(cells):
                continue
            if not self._is_heading(index):
                self._find_beside(index)
                for block in self._blocks:
                    self._read(block, index)
        for table, found in self._tables:
            mark_broken(self._sheet, table)
            settle(self._sheet, table, found, self._headings)
        return [table for table, _found in self._tables]

    # Heading rows -----------------------------------------------------------------------------------------------------

    def _is_heading(self, index: int) -> bool:
        """Tell whether a row holds headings all across, and begin the tables below it."""
        if all(index < block.skip_to for block in self._blocks):
            return True
        if any(self._finder.repeats(index, block.header) for block in self._blocks):
            return True
        if _has_number(self._sheet.cells[index]):
            return False
        again = self._deepest(index)
        if again is None:
            return False
        if self._makes_table(again) and not self._repeats(again):
            self._begin(again)
        else:
            for block in self._blocks:
                block.skip_to = again.last + 1
        return True

    def _repeats(self, again: Header) -> bool:
        """Tell whether headings are those of the tables above, or some of them, each in its column."""
        above = [block.header for block in self._blocks]
        texts = {column: text for header in above for column, text in header.titles.items()}
        if all(texts.get(column) == text for column, text in again.titles.items()):
            return True
        fields = {(name, column) for header in above for name, column in header.columns.items()}
        found = set(again.columns.items())
        return found <= fields and not any(column in again.titles for _name, column in fields - found)

    def _deepest(self, index: int, left: int = 0, right: int | None = None) -> Header | None:
        """Return the fullest headings that begin in a row, None when there are none."""
        best = self._finder.at(index, 1, left, right)
        if best is None:
            return None
        for last in range(index + 1, min(index + _MAX_DEPTH, len(self._sheet.cells))):
            if _has_number(self._sheet.cells[last][left:right]):
                break
            found = self._finder.at(last, last - index + 1, left, right)
            if found is not None and self._finder.fullness(found) > self._finder.fullness(best):
                best = found
        return best

    def _makes_table(self, header: Header) -> bool:
        """Tell whether headings begin a table of their own: all that are needed, or enough to know what they are."""
        names = header.fields
        return names.issuperset(self._headings.required) or (
            len(names) >= _FEWEST_FIELDS and names.issuperset(self._headings.anchors)
        )

    def _begin(self, header: Header) -> None:
        """Begin the tables of a heading row that goes all across, in place of those above."""
        top = self._top(header, max((block.header.last for block in self._blocks), default=-1))
        parts = list(self._split(self._told_apart(header, top), top))
        for table, _found in self._tables:
            _drop_from(table, min(part.first for part in parts))
        edges = [0, *(min(part.titles) for part in parts[1:])]
        self._blocks = [
            self._block(part, left, right, beside=number > 0)
            for number, (part, left, right) in enumerate(zip(parts, edges, [*edges[1:], None], strict=True))
        ]

    def _top(self, header: Header, above: int, left: int = 0, right: int | None = None) -> int:
        """Return the highest row that may still belong to headings: below people, and below row `above`."""
        top = header.first
        lowest = max(above + 1, header.last - _MAX_DEPTH + 1)
        while top > lowest and not _has_number(self._sheet.cells[top - 1][left:right]):
            top -= 1
        return top

    def _told_apart(self, header: Header, top: int, left: int = 0, right: int | None = None) -> Header:
        """Return headings with the rows of groups above them, up to `top`, where these settle what is left open."""
        if not header.ties:
            return header
        wider = self._finder.ending_at(header.last, header.last - top + 1, left, right)
        return wider if wider is not None and len(wider.ties) < len(header.ties) else header

    def _block(self, header: Header, left: int, right: int | None, *, beside: bool) -> _Block:
        missing = tuple(name for name in self._headings.required if name not in header.columns)
        table = SheetTable(
            self._sheet.file,
            self._sheet.name,
            header.last + 1,
            header.columns,
            missing,
            [],
            self._sheet.date1904,
            passed=header.passed,
            titles=header.titles,
            headed=frozenset(header.titles),
            first_row=header.first + 1,
            beside=beside,
        )
        self._tables.append((table, header))
        cells = self._sheet.cells[header.last]
        titles = (cells[column] for column in header.columns.values() if column < len(cells))
        texts = frozenset(title for title in titles if isinstance(title, str))
        known = header.understood_columns
        return _Block(header, table, left, right, texts - {""}, min(known), max(known), header.last + 1)

    # Side by side -----------------------------------------------------------------------------------------------------

    def _split(self, header: Header, top: int) -> Iterator[Header]:
        """Yield the headings of each table in a heading row, from left to right; rows up to `top` may be groups."""
        columns = sorted(header.titles)
        first = columns[0]
        best: tuple[tuple[int, int], Header, Header] | None = None
        for before, column in pairwise(columns if len(columns) <= _MOST_SPLIT else ()):
            one, other = self._part(header, top, first, column), self._part(header, top, column)
            if one is None or other is None or not self._is_pair(one, other):
                continue
            signs = (
                header.titles[column] == header.titles[first],
                column > before + 1,
                self._headings.is_ignored(header.titles[column]),
                any(column in other.places(name) for name in self._headings.anchors),
                True,
            )
            rank = signs.index(True), column
            if best is None or rank < best[0]:
                best = rank, one, other
        if best is None:
            yield header
        else:
            yield best[1]
            yield from self._split(best[2], top)

    def _part(self, header: Header, top: int, left: int, right: int | None = None) -> Header | None:
        """Return the headings of some columns of a heading row; where its lowest cells are empty they end above."""
        last = header.last
        while last > header.first and not any(map(text_of, self._sheet.cells[last][left:right])):
            last -= 1
        found = self._finder.ending_at(last, last - header.first + 1, left, right)
        return found and self._told_apart(found, top, left, right)

    def _is_pair(self, one: Header, other: Header) -> bool:
        """Tell whether two parts of a heading row are two tables: both are whole, or the same headings come again."""
        common = set(one.columns) & set(other.columns)
        if not set(self._headings.anchors) <= common:
            return False
        if self._needed <= common and len(common) >= _FEWEST_FIELDS:
            return True
        texts = [
            [text for text in part.titles.values() if not self._headings.is_ignored(text)] for part in (one, other)
        ]
        return texts[0] == texts[1]

    def _find_beside(self, index: int) -> None:
        """Begin the tables whose headings stand in this row, beside the tables that go on."""
        cells = self._sheet.cells[index]
        first, last = self._blocks[0].first, self._blocks[-1].last
        for left, right in ((last + 1, None), (0, first)):
            part = [value for value in cells[left:right] if value != ""]
            if len(part) < _FEWEST_FIELDS or _has_number(part):
                continue
            found = self._deepest(index, left, right)
            if found is None or not self._makes_table(found):
                continue
            found = self._told_apart(found, self._top(found, -1, left, right), left, right)
            start = min(found.titles)
            if left:
                self._blocks[-1].keep(self._blocks[-1].left, start)
                self._blocks.append(self._block(found, start, None, beside=True))
            else:
                self._blocks[0].keep(first, self._blocks[0].right)
                self._blocks[0].table.beside = True
                self._blocks.insert(0, self._block(found, 0, first, beside=False))

    # Rows -------------------------------------------------------------------------------------------------------------

    def _read(self, block: _Block, index: int) -> None:
        """Read a table's part of a row, unless it is headings again or no data."""
        if index < block.skip_to:
            return
        cells = block.cut(self._sheet.cells[index])
        if not block.texts.isdisjoint(cells) and self._is_new(block, index):
            return
        row = read_row(self._sheet, index, block.header.names(), block.header.others)
        if row is not None and not is_no_data(cells, row, self._headings, index in self._wide):
            block.table.rows.append(row)

    def _is_new(self, block: _Block, index: int) -> bool:
        """Tell whether a table's part of a row holds headings; another table's begin it."""
        again = self._finder.at(index, 1, block.left, block.right)
        if again is None:
            return False
        again = self._told_apart(
            again, self._top(again, block.header.last, block.left, block.right), block.left, block.right
        )
        _drop_from(block.table, again.first)
        if self._makes_table(again) and again.columns != block.header.columns:
            fresh = self._block(again, block.left, block.right, beside=block.table.beside)
            block.header, block.table, block.texts = fresh.header, fresh.table, fresh.texts
            block.first, block.last, block.skip_to = fresh.first, fresh.last, fresh.skip_to
        return True


def _drop_from(table: SheetTable, first: int) -> None:
    """Take away what was read of row `first` and below: they are groups of the headings of another table."""
    while table.rows and table.rows[-1].number > first:
        table.rows.pop()


def _has_number(cells: Sequence[Value]) -> bool:
    return any(value != "" and holds_number(value) for value in cells)
