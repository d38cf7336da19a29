"""Marks in the cells of an .xlsx, written into the workbook's own XML: nothing else of it changes.

Loading and saving a workbook through a library loses what the library does not know (charts, pictures, stored results
of formulas, newer drop-downs). Here a marked cell gets another style, the styles get two fills, and all else is copied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from scheduler.tabular.sheets.workbook import column_letter

Cell = tuple[int, int]
"""Row and column, counted from 1."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ROW = re.compile(r"<row\b([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)
_CELL = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_ROW_NUMBER = re.compile(r'\br="(\d+)"')
_REFERENCE = re.compile(r'\br="([A-Z]{1,3})(\d{1,7})"')
_STYLE = re.compile(r'\s*\bs="(\d+)"')
_MERGED = re.compile(r'<mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_TEXT_FORMAT = 49

EMPTY_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{_MAIN}">'
    '<fonts count="1"><font><sz val="11"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="1"><xf xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class UnusualWorkbookError(Exception):
    """A workbook that is written in a way that is not known here."""


def plain_names(xml: str) -> str:
    """Return a part's XML with its elements' prefix taken away: some programs write <x:row> for <row>."""
    root = re.search(r"<(?:(\w+):)?(?:worksheet|workbook|styleSheet|comments)\b", xml)
    if root is None or _MAIN not in xml[:10_000]:
        raise UnusualWorkbookError
    if prefix := root[1]:
        xml = re.sub(rf"(</?){prefix}:", r"\1", xml).replace(f"xmlns:{prefix}=", "xmlns=", 1)
    return xml


def column_number(letters: str) -> int:
    """Return 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def reference(cell: Cell) -> str:
    """Return B4 for (4, 2)."""
    return f"{column_letter(cell[1] - 1)}{cell[0]}"


class Styles:
    """The styles of a workbook, to which cell styles are added.

    Parameters
    ----------
    xml : str
        The part styles.xml.
    colours : iterable of str
        The fills of marks (ARGB).
    """

    def __init__(self, xml: str, colours: Iterable[str]) -> None:
        self._xml = plain_names(xml)
        self._xfs = self._items("cellXfs", "xf")
        self._fonts = self._items("fonts", "font")
        self._fills = self._items("fills", "fill")
        self._added: dict[tuple[int, int, bool], int] = {}
        if not self._xfs or not self._fonts or not self._fills:
            raise UnusualWorkbookError
        custom = re.findall(r'<numFmt\b[^>]*numFmtId="(\d+)"[^>]*formatCode="([^"]*)"', self._xml)
        self._dates = _DATE_FORMATS | {int(number) for number, code in custom if re.search("[ymd年月日]", code, re.I)}
        self._of_marks = {colour: self._fill(colour) for colour in colours}

    def _items(self, group: str, name: str) -> list[str]:
        found = re.search(rf"<{group}\b[^>]*>(.*?)</{group}>", self._xml, re.DOTALL)
        return re.findall(rf"<{name}\b[^>]*?/>|<{name}\b[^>]*>.*?</{name}>", found[1], re.DOTALL) if found else []

    def _fill(self, colour: str) -> int:
        for number, fill in enumerate(self._fills):
            if f'rgb="{colour}"' in fill:
                return number
        self._fills.append(f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/></patternFill></fill>')
        return len(self._fills) - 1

    def marked(self, style: int, colour: str, has_formula: bool) -> int:
        """Return the style of a marked cell; it holds text, but for dates and formulas, which Excel would spoil."""
        keeps = has_formula or self._number_format(style) in self._dates
        return self._changed(style, self._of_marks[colour], not keeps)

    def unmarked(self, style: int) -> int:
        """Return the style of a cell whose mark is taken away."""
        found = re.search(r'\bfillId="(\d+)"', self._xfs[style]) if style < len(self._xfs) else None
        return self._changed(style, 0, False) if found and int(found[1]) in self._of_marks.values() else style

    def add(self, font: str = "", colour: str = "", wrap: bool = False) -> int:
        """Return a new style for a sheet of our own."""
        if font:
            self._fonts.append(font)
        fill = self._of_marks.get(colour, 0)
        alignment = '<alignment vertical="top" wrapText="1"/>' if wrap else '<alignment vertical="top"/>'
        self._xfs.append(
            f'<xf numFmtId="49" fontId="{len(self._fonts) - 1 if font else 0}" fillId="{fill}" borderId="0" xfId="0" '
            f'applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1">{alignment}</xf>'
        )
        return len(self._xfs) - 1

    def _number_format(self, style: int) -> int:
        found = re.search(r'\bnumFmtId="(\d+)"', self._xfs[style]) if style < len(self._xfs) else None
        return int(found[1]) if found else 0

    def _changed(self, style: int, fill: int, text: bool) -> int:
        key = style, fill, text
        if key not in self._added:
            xf = self._xfs[style if style < len(self._xfs) else 0]
            changes = {"fillId": fill, "applyFill": 1} | (
                {"numFmtId": _TEXT_FORMAT, "applyNumberFormat": 1} if text else {}
            )
            for name in changes:
                xf = re.sub(rf'\s{name}="[^"]*"', "", xf, count=1)
            written = "".join(f' {name}="{value}"' for name, value in changes.items())
            self._xfs.append(xf.replace("<xf", f"<xf{written}", 1))
            self._added[key] = len(self._xfs) - 1
        return self._added[key]

    def xml(self) -> str:
        """Return the part with what was added."""
        xml = self._xml
        for group, items in (("fonts", self._fonts), ("fills", self._fills), ("cellXfs", self._xfs)):
            before, rest = re.split(rf"<{group}\b[^>]*>", xml, maxsplit=1)
            after = rest.partition(f"</{group}>")[2]
            xml = f'{before}<{group} count="{len(items)}">{"".join(items)}</{group}>{after}'
        return xml


def uncovered(xml: str, cells: Iterable[Cell]) -> dict[Cell, Cell]:
    """Return for each cell the one that shows it: the first of the merged range that covers it, or itself."""
    ranges = [
        (int(top), column_number(left), int(bottom), column_number(right))
        for left, top, right, bottom in _MERGED.findall(xml)
    ]
    shown = {}
    for row, column in cells:
        covering = (
            (top, left) for top, left, bottom, right in ranges if top <= row <= bottom and left <= column <= right
        )
        shown[row, column] = next(covering, (row, column))
    return shown


def restyle(xml: str, marks: Mapping[Cell, str], cleared: Iterable[Cell], styles: Styles) -> str:
    """Return a worksheet with marked cells in their colours.

    Parameters
    ----------
    marks : mapping of cell to colour
        Cells that the sheet does not have are made.
    cleared : iterable of cell
        Cells marked in an earlier round.

    Raises
    ------
    UnusualWorkbookError
        When rows or cells do not say where they stand.
    """
    data = re.search(r"<sheetData\s*/>|<sheetData\b[^>]*>(.*)</sheetData>", xml, re.DOTALL)
    if data is None:
        raise UnusualWorkbookError
    wanted: dict[int, dict[int, str]] = {}
    for row, column in cleared:
        wanted.setdefault(row, {})[column] = ""
    for (row, column), colour in marks.items():
        wanted.setdefault(row, {})[column] = colour
    pieces: list[str] = []
    waiting = sorted(wanted, reverse=True)
    end = 0
    body = data[1] or ""
    for found in _ROW.finditer(body) if waiting else ():
        number = _ROW_NUMBER.search(found[1])
        if number is None:
            raise UnusualWorkbookError
        while waiting and waiting[-1] < int(number[1]):
            row = waiting.pop()
            pieces += body[end : found.start()], _row(row, f' r="{row}"', "", wanted[row], styles)
            end = found.start()
        if waiting and waiting[-1] == int(number[1]):
            row = waiting.pop()
            pieces += body[end : found.start()], _row(row, found[1], found[2] or "", wanted[row], styles)
            end = found.end()
        if not waiting:
            break
    pieces.append(body[end:])
    pieces += (_row(row, f' r="{row}"', "", wanted[row], styles) for row in reversed(waiting))
    return f"{xml[: data.start()]}<sheetData>{''.join(pieces)}</sheetData>{xml[data.end() :]}"


def _row(number: int, attributes: str, content: str, wanted: Mapping[int, str], styles: Styles) -> str:
    """Return a row with its wanted cells restyled, or made."""
    cells: dict[int, str] = {}
    for found in _CELL.finditer(content):
        place = _REFERENCE.search(found[1])
        if place is None:
            raise UnusualWorkbookError
        cells[column_number(place[1])] = found[0]
    for column, colour in wanted.items():
        cell = cells.get(column, f'<c r="{column_letter(column - 1)}{number}"/>')
        style = _STYLE.search(cell[: cell.index(">")])
        old = int(style[1]) if style else 0
        new = styles.marked(old, colour, "<f" in cell) if colour else styles.unmarked(old)
        opening, closing = cell[: cell.index(">")], cell[cell.index(">") :]
        cells[column] = f'<c s="{new}"{_STYLE.sub("", opening, count=1)[2:]}{closing}'
    return f"<row{attributes}>{''.join(cells[column] for column in sorted(cells))}</row>"
