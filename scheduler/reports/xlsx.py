"""Documents as workbooks that print on A4 as they are. All text is written by write_string: a name is no formula."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from scheduler.files import write_whole
from scheduler.i18n import _
from scheduler.reports.document import (
    Block,
    Column,
    Facts,
    Sheet,
    Signatures,
    Table,
    Text,
    em_width,
    labelled,
    printable,
)
from scheduler.reports.names import tab_names

MM_PER_CHAR = 2.05
BODY_PT, TITLE_PT = 9, 18
EM_MM = BODY_PT * 0.3528
LINE_PT = 12.0
ROW_PT = 16.0
MIN_GRID = 8


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write sheets as one workbook, whole or not at all, mode 0600.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    buffer = io.BytesIO()
    # In memory, so that no half-written personal data is left in the system's temporary folder.
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        formats = _formats(book)
        tabs = tab_names(sheet.tab for sheet in sheets)
        for sheet, tab in zip(sheets, tabs, strict=True):
            _Writer(book.add_worksheet(tab), sheet, formats).write()
    write_whole(path, buffer.getvalue())


def _formats(book: Any) -> dict[str, Any]:
    font = {"font_name": "宋体", "font_size": BODY_PT, "valign": "vcenter", "text_wrap": True}
    grid = font | {"border": 1}
    return {
        "title": book.add_format(font | {"font_name": "黑体", "font_size": TITLE_PT, "align": "center"}),
        "subtitle": book.add_format(font | {"align": "center", "font_size": BODY_PT + 1}),
        "head": book.add_format(grid | {"bold": True, "align": "center", "bg_color": "#E7E6E6"}),
        "label": book.add_format(grid | {"align": "center", "bg_color": "#F2F2F2"}),
        "value": book.add_format(grid | {"align": "left"}),
        "center": book.add_format(grid | {"align": "center"}),
        "left": book.add_format(grid | {"align": "left"}),
        "text": book.add_format(font | {"align": "left"}),
        "section": book.add_format(font | {"bold": True, "align": "left", "font_size": BODY_PT + 1}),
        "sign": book.add_format(font | {"align": "left", "bottom": 1}),
    }


class _Writer:
    """Writes one sheet: the columns of its widest table are the grid, everything else spans them."""

    def __init__(self, worksheet: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
        self.ws = worksheet
        self.sheet = sheet
        self.formats = formats
        self.row = 0
        self.span_cache: dict[tuple[float, ...], tuple[int, ...]] = {}
        tables = [block for block in sheet.blocks if isinstance(block, Table)]
        main = max(tables, key=lambda table: len(table.columns), default=None)
        self.main = main
        widths = [column.width_mm for column in main.columns] if main else []
        self.grid: list[float] = widths or [sheet.width_mm / MIN_GRID] * MIN_GRID

    def write(self) -> None:
        ws, sheet = self.ws, self.sheet
        for i, width in enumerate(self.grid):
            ws.set_column(i, i, width / MM_PER_CHAR)
        self._line(sheet.title, "title", 30.0)
        if sheet.subtitle:
            self._line(sheet.subtitle, "subtitle", ROW_PT)
        for block in sheet.blocks:
            self._block(block)
        ws.print_area(0, 0, max(self.row - 1, 0), len(self.grid) - 1)
        ws.set_paper(9)
        if sheet.landscape:
            ws.set_landscape()
        ws.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        ws.fit_to_pages(1, 0)
        ws.center_horizontally()
        page = _("page {page} of {pages}").format(page="&P", pages="&N")
        tab = sheet.tab.replace("&", "&&")[:100]
        ws.set_footer(f"&L&9{tab}&C&9{page}&R&9{_('printed')} &D")
        ws.hide_gridlines(2)

    def _block(self, block: Block) -> None:
        if isinstance(block, Facts):
            self._facts(block)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Text):
            self._line(block.text, "text", self._height([(block.text, sum(self.grid))]))
        else:
            self._signatures(block)

    def _line(self, text: str, style: str, height: float) -> None:
        self._span(0, len(self.grid), text, style)
        self._set_height(height)
        self.row += 1

    def _set_height(self, height: float) -> None:
        self.ws.set_row(self.row, height)

    def _span(self, first: int, count: int, value: str | int, style: str) -> None:
        """Write a value over `count` columns of the grid, from `first`; text is never taken as a formula."""
        ws, cell_format = self.ws, self.formats[style]
        if count > 1:
            ws.merge_range(self.row, first, self.row, first + count - 1, "", cell_format)
        if isinstance(value, int):
            ws.write_number(self.row, first, value, cell_format)
        else:
            ws.write_string(self.row, first, printable(value), cell_format)

    def _height(self, cells: Sequence[tuple[str, float]]) -> float:
        """Return the height of a row in points so that no cell's text is cut."""
        lines = 1
        for text, width_mm in cells:
            room = max(1.0, (width_mm - 1.5) / EM_MM)
            lines = max(lines, sum(max(1, math.ceil(em_width(part) / room)) for part in (text.split("\n") or [""])))
        return min(409.0, max(ROW_PT, lines * LINE_PT + 4))

    def _spans(self, shares: tuple[float, ...]) -> tuple[int, ...]:
        """Divide the grid's columns among cells, at least one each, so that no cell is much narrower than it wants."""
        if shares not in self.span_cache:
            self.span_cache[shares] = _best_spans(self.grid, shares)
        return self.span_cache[shares]

    def _cells(self, values: Sequence[str | int], shares: Sequence[float], styles: Sequence[str]) -> None:
        spans, column = self._spans(tuple(shares)), 0
        measured = []
        for value, span, style in zip(values, spans, styles, strict=True):
            self._span(column, span, value, style)
            measured.append((str(value), sum(self.grid[column : column + span])))
            column += span
        self._set_height(self._height(measured))
        self.row += 1

    def _facts(self, facts: Facts) -> None:
        per_line = max(1, min(facts.per_line, len(self.grid) // 2))
        for i in range(0, len(facts.pairs), per_line):
            line = facts.pairs[i : i + per_line]
            values = [part for pair in line for part in pair]
            # The last value of a short line takes the room of the missing ones.
            shares = [2.0, 5.0] * len(line)
            shares[-1] += 7.0 * (per_line - len(line))
            self._cells(values, shares, ["label", "value"] * len(line))
        self._gap()

    def _gap(self) -> None:
        self._set_height(6.0)
        self.row += 1

    def _table(self, table: Table) -> None:
        if table.title:
            self._gap()
            self._line(table.title, "section", ROW_PT)
        if table is self.main:
            self.ws.repeat_rows(self.row)
        shares = [column.width_mm for column in table.columns]
        self._cells([column.heading for column in table.columns], shares, ["head"] * len(shares))
        styles = [_style(column) for column in table.columns]
        if table is self.main:
            self._main_rows(table, styles)
        else:
            for row in table.rows:
                self._cells(row, shares, styles)

    def _main_rows(self, table: Table, styles: Sequence[str]) -> None:
        """Write the rows that coincide with the grid: no spans to work out, thousands of rows."""
        ws, formats = self.ws, [self.formats[style] for style in styles]
        for row in table.rows:
            for i, value in enumerate(row):
                if isinstance(value, int):
                    ws.write_number(self.row, i, value, formats[i])
                else:
                    ws.write_string(self.row, i, printable(value), formats[i])
            self._set_height(self._height([(str(v), w) for v, w in zip(row, self.grid, strict=True)]))
            self.row += 1

    def _signatures(self, block: Signatures) -> None:
        self._gap()
        for i in range(0, len(block.labels), 2):
            pair = [labelled(label) for label in block.labels[i : i + 2]]
            styles = ["sign", "text", "sign"] if len(pair) == 2 else ["sign", "text", "text"]
            values = [pair[0], "", pair[1] if len(pair) == 2 else ""]
            self._cells(values, [10.0, 1.0, 10.0], styles)
            self.ws.set_row(self.row - 1, 28.0)


def _best_spans(grid: Sequence[float], shares: Sequence[float]) -> tuple[int, ...]:
    """Return how many grid columns each cell spans: least sum of squared shortages of width, by dynamic programming."""
    scale = sum(grid) / sum(shares)
    edge = [sum(grid[:i]) for i in range(len(grid) + 1)]
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


def _style(column: Column) -> str:
    return "center" if column.align == "center" else "left"
