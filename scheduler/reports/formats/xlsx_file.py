"""The workbook format as far as we print (ECMA-376): sheets of text and whole numbers that print on A4 as they are.

Written by hand for two reasons. It is hot: a large county fills three million cells. And a name is hostile input: here
a cell is text or a whole number and nothing else, while a general writer has ways for text to become a formula, a
link, or markup of its own.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from scheduler.text_cells import xml_text

ROW_PT = 16.0
"""Height of a row unless it says otherwise."""
COMPRESSION = 5
_NO_TIME = (1980, 1, 1, 0, 0, 0)
"""Of the parts in the package: the same content makes the same file."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks: font, size in points, weight, side, rules around it (or below it only), background."""

    font: str
    size_pt: int
    bold: bool = False
    align: Literal["left", "center"] = "left"
    rules: Literal["none", "all", "below"] = "none"
    fill: str = ""
    colour: str = ""


Cell = tuple[str | int | None, int]
"""A cell's content (None: empty) and the number of its style."""


class XlsxSheet:
    """A sheet to be, filled from the top row by row."""

    def __init__(self, strings: dict[str, int], widths: Sequence[float], landscape: bool) -> None:
        self._strings = strings
        self._widths = widths
        self._letters = [column_letters(i) for i in range(len(widths))]
        self._landscape = landscape
        self._rows: list[str] = []
        self._merged: list[str] = []
        self._links: list[str] = []
        self.row = 1
        """The number of the next row."""
        self.footer = ""
        self.repeated_row = 0
        """The row to print on every page; 0: none."""
        self._filtered_from = self._filtered_to = 0

    def add(self, cells: Sequence[Cell], height_pt: float = ROW_PT) -> None:
        """Add a row of cells from the first column on."""
        row, strings = self.row, self._strings
        marks = []
        for letters, (value, style) in zip(self._letters, cells, strict=False):
            if value is None or value == "":
                marks.append(f'<c r="{letters}{row}" s="{style}"/>')
            elif isinstance(value, int):
                marks.append(f'<c r="{letters}{row}" s="{style}"><v>{value}</v></c>')
            else:
                number = strings.setdefault(value, len(strings))
                marks.append(f'<c r="{letters}{row}" s="{style}" t="s"><v>{number}</v></c>')
        height = "" if height_pt == ROW_PT else f' ht="{height_pt:g}" customHeight="1"'
        self._rows.append(f'<row r="{row}"{height}>{"".join(marks)}</row>')
        self.row += 1

    def merge(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Join cells into one; rows count from 1, columns from 0."""
        letters = self._letters
        self._merged.append(f'<mergeCell ref="{letters[first_column]}{first_row}:{letters[last_column]}{last_row}"/>')

    def link(self, row: int, column: int, tab: str) -> None:
        """Make a cell lead to another sheet of the workbook; rows count from 1, columns from 0."""
        place = escape("'" + tab.replace("'", "''") + "'!A1")
        self._links.append(f'<hyperlink ref="{self._letters[column]}{row}" location="{place}"/>')

    def filter_from(self, row: int) -> None:
        """Give the rows added so far filters in the heading that stands in `row`, and keep that in sight."""
        self._filtered_from = row
        self._filtered_to = self.row - 1

    @property
    def _filtered(self) -> str:
        return f"A{self._filtered_from}:{self._letters[-1]}{self._filtered_to}"

    def names(self, quoted: str) -> Mapping[str, str]:
        """Return the defined names of this sheet: what prints, what repeats, what is filtered."""
        last = self._letters[-1]
        found = {"Print_Area": f"{quoted}!$A$1:${last}${max(self.row - 1, 1)}"}
        if self.repeated_row:
            found["Print_Titles"] = f"{quoted}!${self.repeated_row}:${self.repeated_row}"
        if self._filtered_from:
            found["_FilterDatabase"] = f"{quoted}!" + re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", self._filtered)
        return found

    def xml(self) -> str:
        """Return the sheet's part of the package."""
        columns = "".join(
            f'<col min="{i}" max="{i}" width="{width:.2f}" customWidth="1"/>' for i, width in enumerate(self._widths, 1)
        )
        pane = ""
        if self._filtered_from:
            top = f'ySplit="{self._filtered_from}" topLeftCell="A{self._filtered_from + 1}"'
            pane = f'<pane {top} activePane="bottomLeft" state="frozen"/>'
        merged = f'<mergeCells count="{len(self._merged)}">{"".join(self._merged)}</mergeCells>' if self._merged else ""
        return (
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<dimension ref="A1:{self._letters[-1]}{max(self.row - 1, 1)}"/>'
            f'<sheetViews><sheetView showGridLines="0" workbookViewId="0">{pane}</sheetView></sheetViews>'
            f'<sheetFormatPr defaultRowHeight="{ROW_PT:g}" customHeight="1"/><cols>{columns}</cols>'
            f"<sheetData>{''.join(self._rows)}</sheetData>"
            + (f'<autoFilter ref="{self._filtered}"/>' if self._filtered_from else "")
            + merged
            + (f"<hyperlinks>{''.join(self._links)}</hyperlinks>" if self._links else "")
            # Wider at the left, where papers are bound.
            + '<printOptions horizontalCentered="1"/>'
            '<pageMargins left="0.75" right="0.35" top="0.4" bottom="0.55" header="0.25" footer="0.25"/>'
            f'<pageSetup paperSize="9" fitToHeight="0" orientation="{"landscape" if self._landscape else "portrait"}"/>'
            f"<headerFooter><oddFooter>{escape(self.footer)}</oddFooter></headerFooter></worksheet>"
        )


class XlsxFile:
    """A workbook to be, in the given styles; a cell names its style by its place among them."""

    def __init__(self, styles: Sequence[Style]) -> None:
        self._styles = styles
        self._strings: dict[str, int] = {}
        self._sheets: list[tuple[str, XlsxSheet]] = []

    def add_sheet(self, name: str, widths: Sequence[float], landscape: bool) -> XlsxSheet:
        """Add a sheet with columns of these widths, in digits of Calibri 11."""
        sheet = XlsxSheet(self._strings, widths, landscape)
        self._sheets.append((name, sheet))
        return sheet

    def content(self) -> bytes:
        """Return the file."""
        numbers = range(1, len(self._sheets) + 1)
        overrides = {
            "workbook": "sheet.main",
            "styles": "styles",
            "sharedStrings": "sharedStrings",
            **{f"worksheets/sheet{n}": "worksheet" for n in numbers},
        }
        types = "".join(
            f'<Override PartName="/xl/{part}.xml" ContentType="{_TYPES}.{kind}+xml"/>'
            for part, kind in overrides.items()
        )
        relations = [("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
        relations += [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
        parts = {
            "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
            "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
            "xl/workbook.xml": self._workbook(),
            "xl/_rels/workbook.xml.rels": _relations(relations),
            "xl/styles.xml": _styles(self._styles),
            **{
                f"xl/worksheets/sheet{n}.xml": sheet.xml()
                for n, (_name, sheet) in zip(numbers, self._sheets, strict=True)
            },
            "xl/sharedStrings.xml": _shared_strings(self._strings),
        }
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as package:
            for path, xml in parts.items():
                entry = zipfile.ZipInfo(path, _NO_TIME)
                package.writestr(entry, xml.encode(), zipfile.ZIP_DEFLATED, COMPRESSION)
        return buffer.getvalue()

    def _workbook(self) -> str:
        sheets, names = [], []
        for i, (name, sheet) in enumerate(self._sheets):
            sheets.append(f'<sheet name="{escape(name)}" sheetId="{i + 1}" r:id="rId{i + 1}"/>')
            quoted = escape("'" + name.replace("'", "''") + "'")
            for kind, where in sheet.names(quoted).items():
                hidden = ' hidden="1"' if kind == "_FilterDatabase" else ""
                names.append(
                    (kind, i, f'<definedName name="_xlnm.{kind}" localSheetId="{i}"{hidden}>{where}</definedName>')
                )
        defined = "".join(text for _kind, _i, text in sorted(names))
        return (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><bookViews><workbookView/></bookViews>'
            f"<sheets>{''.join(sheets)}</sheets><definedNames>{defined}</definedNames></workbook>"
        )


def column_letters(index: int) -> str:
    """Return A, B, ... Z, AA for a column counted from 0."""
    return chr(65 + index) if index < 26 else column_letters(index // 26 - 1) + chr(65 + index % 26)


def _relations(pairs: Sequence[tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(pairs, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _shared_strings(strings: Mapping[str, int]) -> str:
    items = []
    for text in strings:
        space = ' xml:space="preserve"' if text != text.strip() or "  " in text else ""
        items.append(f"<si><t{space}>{xml_text(text)}</t></si>")
    return f'{_HEAD}<sst xmlns="{_MAIN}" uniqueCount="{len(items)}">{"".join(items)}</sst>'


def _styles(styles: Sequence[Style]) -> str:
    """Return the part that holds the looks: a font, a background and rules for each style, in the same order."""
    # Widths of columns are counted in digits of the first font, whatever the cells are written in.
    fonts, fills, formats = ['<font><sz val="11"/><name val="Calibri"/></font>'], [], []
    for i, style in enumerate(styles, 1):
        bold = "<b/>" if style.bold else ""
        colour = f'<color rgb="FF{style.colour}"/>' if style.colour else ""
        fonts.append(f'<font>{bold}<sz val="{style.size_pt}"/>{colour}<name val="{escape(style.font)}"/></font>')
        if style.fill:
            ground = f'<fgColor rgb="FF{style.fill}"/><bgColor indexed="64"/>'
            fills.append(f'<fill><patternFill patternType="solid">{ground}</patternFill></fill>')
        fill = len(fills) + 1 if style.fill else 0
        border = ("none", "all", "below").index(style.rules)
        formats.append(
            f'<xf numFmtId="0" fontId="{i}" fillId="{fill}" borderId="{border}" xfId="0" applyFont="1" applyFill="1" '
            f'applyBorder="1" applyAlignment="1"><alignment horizontal="{style.align}" vertical="center" '
            'wrapText="1"/></xf>'
        )
    thin = {side: f'<{side} style="thin"><color auto="1"/></{side}>' for side in ("left", "right", "top", "bottom")}
    none = {side: f"<{side}/>" for side in thin}
    borders = [none, thin, none | {"bottom": thin["bottom"]}]
    drawn = "".join(f"<border>{''.join(border.values())}<diagonal/></border>" for border in borders)
    return (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="{len(fonts)}">{"".join(fonts)}</fonts>'
        f'<fills count="{len(fills) + 2}"><fill><patternFill patternType="none"/></fill>'
        f'<fill><patternFill patternType="gray125"/></fill>{"".join(fills)}</fills>'
        f'<borders count="{len(borders)}">{drawn}</borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(formats)}">{"".join(formats)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
