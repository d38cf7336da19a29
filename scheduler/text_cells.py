"""Text in cells: what of a cell's text can be seen, and the one way of text into the cells of workbooks and CSV files.

What people write into rosters goes into files that Excel opens: a name must not act as a formula, a link or markup of
the file format, nor damage the file. All outputs write their texts through this module.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise
from typing import Any

MAX_CELL = 32_767
"""UTF-16 units of a cell; Excel repairs, that is, damages a workbook that holds more in one."""

# Default_Ignorable_Code_Point of the Unicode Character Database 16.0 (DerivedCoreProperties.txt): not shown by
# themselves, so two names that differ in them look the same, and no font has glyphs for them.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Controls but for tab and line ends; marks of interlinear notes; half characters; no characters (U+xxFFFE, U+xxFFFF).
_CONTROLS = "\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufff9-\ufffb"
_BROKEN = "\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17)
)
INVISIBLE = re.compile(f"[{_IGNORABLE}{_CONTROLS}]|_x00(?:0[0-8B-Fb-f]|1[0-9A-Fa-f]|7[Ff])_")
"""What cannot be seen in a text, Excel's way to write control characters included (_x000D_)."""
UNFIT = re.compile(f"[{_IGNORABLE}{_CONTROLS}{_BROKEN}]")
"""What no file should hold: the invisible, and what is no character, or half of one."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Excel reads _x0041_ in a text as an escaped character; what a person wrote so must be escaped itself.
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPES_IN_A_ROW = re.compile(r"_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")
_RICH_BEGIN, _RICH_END = "<r>", "</r>"


def visible(text: str) -> str:
    """Return a text without what cannot be seen: ignorable and control characters."""
    return text if text.isascii() and text.isprintable() and "_x" not in text else INVISIBLE.sub("", text)


def cell_text(text: str) -> str:
    """Return a text that any cell can hold: nothing invisible or broken in it, and not too long."""
    if not (text.isascii() and text.isprintable()):
        text = UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) * 2 > MAX_CELL:
        units = text.encode("utf-16-le")
        if len(units) > 2 * MAX_CELL:
            text = units[: 2 * (MAX_CELL - 1)].decode("utf-16-le", "ignore") + "…"
    return text


# Workbooks ---------------------------------------------------------------------------------------------------------


def escaped(text: str) -> str:
    """Return a cell's text with Excel's own escapes for what looks like one: _x0041_ stays what it is."""
    text = cell_text(text)
    return _ESCAPE_LIKE.sub("_x005F_", text) if "_x" in text else text


def xml_text(text: str) -> str:
    """Return a cell's text as it stands in the XML of a workbook."""
    return escape(escaped(text), quote=False)


def write_cell(sheet: Any, row: int, column: int, text: str, style: Any = None) -> None:
    """Write a text, and nothing but a text, into a cell of an xlsxwriter sheet (counted from 0)."""
    text = cell_text(text)
    marked = text.startswith(_RICH_BEGIN) and text.endswith(_RICH_END)
    if not marked and not _ESCAPES_IN_A_ROW.search(text):
        sheet.write_string(row, column, text, style)
        return
    # xlsxwriter takes the first kind for markup of its own, and of _x005F_x0041_ it escapes but the first half. In
    # several runs of one look both are texts again, where no run holds an escape, which it would escape twice.
    from xlsxwriter.format import Format

    look = style or Format()
    cuts = {0, len(text), *(match.end() for match in _ESCAPE_LIKE.finditer(text))}
    if marked:
        cuts.add(len(_RICH_BEGIN))
    runs = [part for start, end in pairwise(sorted(cuts)) for part in (look, text[start:end])]
    sheet.write_rich_string(row, column, *runs[1:], *([style] if style else []))


def merge_cells(
    sheet: Any, first_row: int, first_column: int, last_row: int, last_column: int, text: str, style: Any
) -> None:
    """Write a text into cells of an xlsxwriter sheet that become one."""
    sheet.merge_range(first_row, first_column, last_row, last_column, "", style)
    write_cell(sheet, first_row, first_column, text, style)


# CSV ---------------------------------------------------------------------------------------------------------------


def csv_text(rows: Iterable[Sequence[object]], line_end: str = "\r\n") -> str:
    """Return rows as a CSV file, with the byte order mark by which Excel sees that it is UTF-8.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator=line_end)
    writer.writerows([_csv_cell(value) if isinstance(value, str) else value for value in row] for row in rows)
    return "\ufeff" + buffer.getvalue()


def _csv_cell(text: str) -> str:
    text = cell_text(text)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def csv_rows(text: str) -> int:
    """Return how many rows a CSV file has, its heading included."""
    return sum(1 for _row in csv.reader(io.StringIO(text, newline="")))
