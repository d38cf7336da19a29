"""Documents as workbooks that print on A4 as they are. A cell is text or a whole number: a name is no formula."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path

from scheduler.files import write_whole
from scheduler.i18n import _
from scheduler.mask import without_ids
from scheduler.reports.formats.document import (
    NO_IMPRINT,
    Block,
    Facts,
    Imprint,
    Sheet,
    Signatures,
    Table,
    Text,
    columns,
    em_width,
    labelled,
    printable,
)
from scheduler.reports.formats.file_names import tab_names
from scheduler.reports.formats.xlsx_file import ROW_PT, Style, XlsxFile, XlsxSheet
from scheduler.reports.formats.xlsx_file import Cell as StyledCell
from scheduler.text_cells import cell_text

MM_PER_CHAR = 1.852
"""A digit of Calibri 11 is 7 pixels wide, at 96 to the inch."""
BODY_PT, TITLE_PT = 9, 18
EM_MM = BODY_PT * 0.3528
LINE_PT, MAX_ROW_PT = 12.0, 409.0
MIN_GRID = 8
WIDE = 1.2
"""A table so much wider than its paper, by the columns of its groups, is printed on it lengthwise."""
MOST_WITHOUT_INDEX = 3
LINK_COLUMN = 1

FOOT_CHARACTERS = 45, 75, 31, 50
"""Of issuer, origin, tab and plan at the foot: Excel refuses a workbook with more than 255 in all."""

SONG, HEI = "宋体", "黑体"
STYLES = {
    "text": Style(SONG, BODY_PT),
    "title": Style(HEI, TITLE_PT, align="center"),
    "subtitle": Style(SONG, BODY_PT + 1, align="center"),
    "section": Style(SONG, BODY_PT + 1, bold=True),
    "head": Style(SONG, BODY_PT, bold=True, align="center", rules="all", fill="E7E6E6"),
    "label": Style(SONG, BODY_PT, align="center", rules="all", fill="F2F2F2"),
    "left": Style(SONG, BODY_PT, rules="all"),
    "center": Style(SONG, BODY_PT, align="center", rules="all"),
    "link": Style(SONG, BODY_PT, rules="all", colour="0563C1"),
    "sign": Style(SONG, BODY_PT, rules="below"),
}
NUMBER_OF = {name: number for number, name in enumerate(STYLES)}


def write_workbook(path: Path, sheets: Sequence[Sheet], imprint: Imprint = NO_IMPRINT) -> None:
    """Write sheets as one workbook, whole or not at all, mode 0600; many of them behind a sheet that leads to each.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    file = XlsxFile(tuple(STYLES.values()))
    index = [_index(sheets)] if len(sheets) > MOST_WITHOUT_INDEX else []
    tabs = tab_names(sheet.tab for sheet in (*index, *sheets))
    for number, (sheet, tab) in enumerate(zip((*index, *sheets), tabs, strict=True)):
        _Writer(file, sheet, tab, imprint).write(tabs[1:] if index and number == 0 else ())
    write_whole(path, file.content())


def _index(sheets: Sequence[Sheet]) -> Sheet:
    """Return the sheet that lists the others."""
    heads = columns((_("No."), 12), (_("Sheet"), 60, "left"), (_("What it is"), 60, "left"), (_("Rows"), 16))
    rows = tuple(
        (number, sheet.tab, sheet.title, sum(len(block.rows) for block in sheet.blocks if isinstance(block, Table)))
        for number, sheet in enumerate(sheets, 1)
    )
    return Sheet(_("Contents"), _("Contents"), (Table(heads, rows, searched=True),), subtitle=sheets[0].subtitle)


@lru_cache(maxsize=1 << 15)
def _measured(text: str) -> tuple[str, float]:
    """Return a text as it is printed, and its width in em; stops, dates and marks stand in thousands of rows."""
    shown = cell_text(printable(text))
    return shown, em_width(shown)


class _Writer:
    """Writes one sheet: the columns of its widest table are the grid, everything else spans them."""

    def __init__(self, file: XlsxFile, sheet: Sheet, tab: str, imprint: Imprint) -> None:
        self.sheet = sheet
        self.imprint = imprint
        self.linked: Sequence[str] = ()
        tables = [block for block in sheet.blocks if isinstance(block, Table)]
        self.main = max(tables, key=lambda table: len(table.columns), default=None)
        widths = [column.book_mm or column.width_mm for column in self.main.columns] if self.main else []
        self.grid = tuple(widths or [sheet.width_mm / MIN_GRID] * MIN_GRID)
        self.out: XlsxSheet = file.add_sheet(tab, [width / MM_PER_CHAR for width in self.grid], self._is_wide())

    def _is_wide(self) -> bool:
        return self.sheet.landscape or sum(self.grid) > WIDE * self.sheet.width_mm

    def write(self, linked: Sequence[str] = ()) -> None:
        """Write the sheet; the rows of an index lead to the sheets `linked`."""
        sheet, self.linked = self.sheet, linked
        self._line(sheet.title, "title", 30.0)
        if sheet.subtitle:
            self._line(sheet.subtitle, "subtitle")
        for block in sheet.blocks:
            self._block(block)
        for row, tab in enumerate(linked, self.out.repeated_row + 1):
            self.out.link(row, LINK_COLUMN, tab)
        page = _("page {page} of {pages}").format(page="&P", pages="&N")
        imprint = self.imprint
        said = (imprint.issuer(), without_ids(imprint.origin()), sheet.tab, imprint.plan())
        issuer, origin, tab, plan = (
            printable(text)[:most].replace("&", "&&") for text, most in zip(said, FOOT_CHARACTERS, strict=True)
        )
        left = f"{issuer}\n{origin}" if origin else issuer
        # The space ends the size: a text that begins with a digit would go on with it.
        self.out.footer = f"&L&9 {left}&C&9 {page}&R&9 {tab} {plan} {_('printed')} &D"

    def _block(self, block: Block) -> None:
        if isinstance(block, Facts):
            self._facts(block)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Text):
            self._line(block.text, "text")
        else:
            self._signatures(block)

    def _line(self, text: str, style: str, height: float = 0.0) -> None:
        """Write a text over the whole width."""
        self._cells([text], [1.0], [style], height)

    def _cells(
        self, values: Sequence[str | int], shares: Sequence[float], styles: Sequence[str], height: float = 0.0
    ) -> None:
        """Write a row of cells over the grid's columns, each over as many as its share of the width asks."""
        cells: list[StyledCell] = []
        lines = 1
        for value, span, style in zip(values, _best_spans(self.grid, tuple(shares)), styles, strict=True):
            number = NUMBER_OF[style]
            first = len(cells)
            shown, wide = _measured(value) if isinstance(value, str) else (value, 0.0)
            cells += [(shown, number)] + [(None, number)] * (span - 1)
            lines = max(lines, _line_count(wide, sum(self.grid[first : first + span])))
            if span > 1:
                self.out.merge(self.out.row, first, self.out.row, first + span - 1)
        self.out.add(cells, height or _height_pt(lines))

    def _facts(self, facts: Facts) -> None:
        per_line = max(1, min(facts.per_line, len(self.grid) // 2))
        for i in range(0, len(facts.pairs), per_line):
            line = facts.pairs[i : i + per_line]
            values = [part for pair in line for part in pair]
            # The last value of a short line takes the room of the missing ones.
            shares = [2.0, 5.0] * len(line)
            shares[-1] += 7.0 * (per_line - len(line))
            self._cells(values, shares, ["label", "left"] * len(line))
        self._gap()

    def _gap(self) -> None:
        self.out.add([], 6.0)

    def _table(self, table: Table) -> None:
        if table.title:
            self._gap()
            self._line(table.title, "section")
        if table is self.main:
            self.out.repeated_row = self.out.row
        shares = [column.width_mm for column in table.columns]
        self._cells([column.heading for column in table.columns], shares, ["head"] * len(shares))
        styles: list[str] = [column.align for column in table.columns]
        if self.linked:
            styles[LINK_COLUMN] = "link"
        first = self.out.row
        if table is self.main:
            self._main_rows(table, styles)
            self._join(table, first)
            if table.searched:
                self.out.filter_from(first - 1)
        else:
            for row in table.rows:
                self._cells(row, shares, styles)

    def _join(self, table: Table, first: int) -> None:
        """Merge the cells of joined columns with the empty ones below them."""
        for i, column in enumerate(table.columns):
            if column.joined:
                starts = [n for n, row in enumerate(table.rows) if row[i] != ""]
                for start, end in pairwise([*starts, len(table.rows)]):
                    if end > start + 1:
                        self.out.merge(first + start, i, first + end - 1, i)

    def _main_rows(self, table: Table, styles: Sequence[str]) -> None:
        """Write the rows that coincide with the grid: no spans to work out, thousands of rows."""
        columns = [(NUMBER_OF[style], _room_em(width)) for style, width in zip(styles, self.grid, strict=True)]
        for row in table.rows:
            cells: list[StyledCell] = []
            lines = 1
            for value, (style, room) in zip(row, columns, strict=True):
                if isinstance(value, str):
                    value, wide = _measured(value)
                    if wide > room:
                        lines = max(lines, math.ceil(wide / room))
                cells.append((value, style))
            self.out.add(cells, _height_pt(lines))

    def _signatures(self, block: Signatures) -> None:
        self._gap()
        for i in range(0, len(block.labels), 2):
            pair = [labelled(label) for label in block.labels[i : i + 2]]
            styles = ["sign", "text", "sign"] if len(pair) == 2 else ["sign", "text", "text"]
            values = [pair[0], "", pair[1] if len(pair) == 2 else ""]
            self._cells(values, [10.0, 1.0, 10.0], styles, 28.0)


def _room_em(width_mm: float) -> float:
    return max(1.0, (width_mm - 1) / EM_MM)


def _line_count(wide_em: float, width_mm: float) -> int:
    return max(1, math.ceil(wide_em / _room_em(width_mm)))


def _height_pt(lines: int) -> float:
    """Return the height of a row so that no line of it is cut."""
    return min(MAX_ROW_PT, max(ROW_PT, lines * LINE_PT + 4))


@lru_cache(maxsize=1 << 10)
def _best_spans(grid: tuple[float, ...], shares: tuple[float, ...]) -> tuple[int, ...]:
    """Return how many grid columns each cell spans, at least one: least sum of squared shortages of width.

    By dynamic programming over the cells and the edges of the columns.
    """
    scale = sum(grid) / sum(shares)
    edge = [0.0, *accumulate(grid)]
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for done, share in enumerate(shares, 1):
        want = share * scale
        reached: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, spans) in best.items():
            for end in range(start + 1, len(grid) - (len(shares) - done) + 1):
                missing = max(0.0, 1 - (edge[end] - edge[start]) / want)
                candidate = cost + missing**2, (*spans, end - start)
                if end not in reached or candidate < reached[end]:
                    reached[end] = candidate
        best = reached
    return best[len(grid)][1]
