"""Cells that are not empty and yet hold nothing to read: #N/A and its like, formulas that were never calculated.

The sheet reader gives '' for both, as for an empty cell; programs that write workbooks without calculating them leave
the formula alone in its cell. So the workbook's own XML or BIFF records are asked, and such a cell gets the text that
a person sees in it: the error value, or the formula (`Uncalculated`). A formula whose stored result is an empty text
is an empty cell.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO
from xml.etree import ElementTree
from xml.parsers import expat
from xml.sax.saxutils import unescape

from scheduler.i18n import _
from scheduler.tabular.sheets.compound_file import streams
from scheduler.tabular.sheets.xlsx_parts import sheet_parts

Cells = dict[tuple[int, int], str]
"""Text by (row, column), counted from 0."""


class Uncalculated(str):
    """A formula without a stored result, as it stands in the cell."""

    __slots__ = ()


_ERROR = re.compile(
    r"#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|GETTING_DATA|UNKNOWN!)"
    r"|Err:\d{3}",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"=\s*[-+(]*(?:\?$|[A-Za-z_.]+\(|'?[^\"'()&]*'?!?\$?[A-Z]{1,3}\$?\d+\b|\"[^\"]*\"\s*&)")
_SHOWN_CHARACTERS = 200

_CHUNK = 4_000_000
_LONGEST_ROW = 64_000_000
_P = rb"(?:[\w.-]+:)?"  # a namespace prefix
_SUSPECT = re.compile(
    rb"<" + _P + rb"f\b[^>]*?(?:/>|>[^<]*</" + _P + rb"f>)\s*(?:</|<" + _P + rb"v(?:\s*/>|>\s*</))|\bt=[\"']e[\"']"
)
_HINTS = (b"<f", b":f", b't="e"', b"t='e'")
_ROW_END = re.compile(rb"</" + _P + rb"row\s*>")
_ROW = re.compile(rb"<" + _P + rb"row\b([^>]*)>")
_CELL = re.compile(rb"<" + _P + rb"c\b([^>]*?)(?:/>|>(.*?)</" + _P + rb"c>)", re.DOTALL)
_FORMULA_PART = re.compile(rb"<" + _P + rb"f\b[^>]*?(?:/>|>([^<]*)</)")
_VALUE_PART = re.compile(rb"<" + _P + rb"v\b[^>]*?(?:/>|>([^<]*)</)")
_NUMBER = re.compile(rb"\br=[\"'](\d+)[\"']")
_REFERENCE = re.compile(rb"\br=[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
_TYPE = re.compile(rb"\bt=[\"'](\w+)[\"']")

_BIFF_FORMULA, _BIFF_BOOLERR, _BIFF_BOF, _BIFF_SHEET, _BIFF_RECALCID = 0x0006, 0x0205, 0x0809, 0x0085, 0x01C1
_BIFF_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip


def why_unreadable(value: object) -> tuple[str, str] | None:
    """Return what is wrong with a cell that shows an error value or a formula, and the cure; None for other cells."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("#", "=", "E", "e"):
        return None
    text = value.strip()
    if isinstance(value, Uncalculated) or _FORMULA.match(text):
        return (
            _("the formula has no stored result: the program that wrote the file did not calculate it"),
            _("open the file in Excel or WPS, let it calculate, save it; or write the value itself"),
        )
    if _ERROR.fullmatch(text):
        return (
            _("the cell shows {value}: its formula has no result").format(value=text),
            _("mend the formula, or write the value itself"),
        )
    return None


# Workbooks of XML --------------------------------------------------------------------------------------------------


def in_zip(data: bytes) -> dict[str, Cells]:
    """Return the unreadable cells of an .xlsx or .ods workbook by sheet; sheets without any are left out."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "content.xml" in archive.namelist():
            return _in_ods(archive)
        try:
            parts = sheet_parts(archive)
        except (KeyError, ElementTree.ParseError):
            return {}  # the sheet reader has the say on damaged packages
        found = {}
        for name, part in parts.items():
            if cells := _in_sheet(archive, part):
                found[name] = cells
        return found


def _in_sheet(archive: zipfile.ZipFile, part: str) -> Cells:
    """Look at a worksheet row by row; only rows that hold a suspect are taken apart."""
    found: Cells = {}
    number = 0
    rest = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            *rows, rest = _ROW_END.split(rest + chunk)
            if len(rest) > _LONGEST_ROW:
                return found  # no sheet at all
            if not _may_hold_suspects(chunk, rows):
                number += len(rows)
                continue
            for row in rows:
                opening = _ROW.search(row)
                written = _NUMBER.search(opening[1]) if opening else None
                number = int(written[1]) if written else number + 1
                if opening and _may_hold_suspects(row) and _SUSPECT.search(row, opening.end()):
                    found |= {(number - 1, column): text for column, text in _in_row(row[opening.end() :])}
    return found


def _may_hold_suspects(xml: bytes, rows: Sequence[bytes] = ()) -> bool:
    """Tell, quickly, whether a piece of a sheet, or its first row that began before it, may hold a formula or error."""
    return any(hint in piece for piece in (xml, *rows[:1]) for hint in _HINTS)


def _in_row(row: bytes) -> Iterator[tuple[int, str]]:
    """Yield column and text of a row's unreadable cells."""
    column = -1
    for attributes, content in _CELL.findall(row):
        place = _REFERENCE.search(attributes)
        column = _column(place[1]) if place else column + 1
        kind = _TYPE.search(attributes)
        value = _VALUE_PART.search(content)
        if kind and kind[1] == b"e":
            yield column, _text(value[1] if value else b"") or "#N/A"
        elif (formula := _FORMULA_PART.search(content)) and b"is>" not in content:
            empty_text = kind is not None and kind[1] == b"str" and value is not None
            if not (value and value[1] and value[1].strip()) and not empty_text:
                yield column, Uncalculated("=" + _text(formula[1] or b"")[:_SHOWN_CHARACTERS])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _text(xml: bytes) -> str:
    return unescape(xml.decode("utf-8", "replace"), {"&quot;": '"', "&apos;": "'"}).strip()


def _in_ods(archive: zipfile.ZipFile) -> dict[str, Cells]:
    """Look at an OpenDocument spreadsheet: cells of type error, and formulas without a type of value."""
    with archive.open("content.xml") as part:
        rest = b""
        while chunk := part.read(_CHUNK):
            if b":formula=" in rest + chunk or b'"error"' in rest + chunk:
                break
            rest = chunk[-100:]
        else:
            return {}
    reader = _OdsReader()
    with archive.open("content.xml") as part:
        reader.read(part)
    return reader.found


class _OdsReader:
    """Walks through content.xml and keeps the unreadable cells, by sheet."""

    def __init__(self) -> None:
        self.found: dict[str, Cells] = {}
        self._table, self._row, self._row_repeat, self._column = "", 0, 0, 0
        self._cell: Cells = {}
        self._is_error = False
        self._shown: list[str] | None = None

    def read(self, part: IO[bytes]) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        parser.ParseFile(part)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "table":
            self._table, self._row, self._row_repeat = attributes.get("table:name", ""), 0, 0
        elif tag == "table-row":
            self._row += self._row_repeat
            self._row_repeat, self._column = _count(attributes, "table:number-rows-repeated"), 0
        elif tag in ("table-cell", "covered-table-cell"):
            is_error = attributes.get("calcext:value-type") == "error"
            formula = attributes.get("table:formula")
            if is_error or (formula is not None and "office:value-type" not in attributes):
                self._shown = []
                self._is_error = is_error
                text = Uncalculated((formula or "=").partition(":")[2][:_SHOWN_CHARACTERS] or "=")
                self._cell = {(self._row, self._column): text}
            self._column += _count(attributes, "table:number-columns-repeated")

    def _characters(self, text: str) -> None:
        if self._shown is not None:
            self._shown.append(text)

    def _end(self, name: str) -> None:
        if self._shown is not None and name.rpartition(":")[2] in ("table-cell", "covered-table-cell"):
            shown = "".join(self._shown).strip()
            if self._is_error or _ERROR.fullmatch(shown):
                self._cell = dict.fromkeys(self._cell, shown or "#N/A")
            if self._is_error or not shown or _ERROR.fullmatch(shown):
                self.found.setdefault(self._table, {}).update(self._cell)
            self._shown = None


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return int(text) if text.isdigit() and len(text) < 10 else 1


# Workbooks of BIFF records -----------------------------------------------------------------------------------------


def in_biff(data: bytes) -> dict[str, Cells]:
    """Return the unreadable cells of an Excel 97-2003 workbook (an OLE file) by sheet.

    Its formulas always have some result. A program that does not calculate writes the empty text for all of them, and
    not the record with which Excel notes what it has calculated (RECALCID); then none of them was calculated.
    """
    stream = streams(data, "Workbook")["Workbook"]
    names: dict[int, str] = {}  # by the offset of the sheet's first record
    found: dict[str, Cells] = {}
    blank: dict[str, Cells] = {}
    calculated = False
    sheet = ""
    offset = 0
    while offset + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, offset)
        body = stream[offset + 4 : offset + 4 + length]
        if len(body) < length:
            break  # the file was cut
        if kind == _BIFF_SHEET and length > 8:
            names[struct.unpack_from("<I", body)[0]] = _sheet_name(body[6:])
        elif kind == _BIFF_BOF:
            sheet = names.get(offset, sheet)
        elif kind == _BIFF_RECALCID:
            calculated = True
        elif kind == _BIFF_BOOLERR and length >= 8 and body[7] == 1:
            found.setdefault(sheet, {})[struct.unpack_from("<HH", body)] = _BIFF_ERRORS.get(body[6], "#N/A")
        elif kind == _BIFF_FORMULA and length >= 14:
            place = struct.unpack_from("<HH", body)
            if body[12:14] == b"\xff\xff" and body[6] == 2:
                found.setdefault(sheet, {})[place] = _BIFF_ERRORS.get(body[8], "#N/A")
                calculated = True
            elif body[12:14] == b"\xff\xff" and body[6] == 3:
                blank.setdefault(sheet, {})[place] = Uncalculated("=?")  # its formula is in another language of bytes
            else:
                calculated = True
        offset += 4 + length
    for name, cells in () if calculated else blank.items():
        found.setdefault(name, {}).update(cells)
    return found


def _sheet_name(text: bytes) -> str:
    length, wide = text[0], text[1] & 1
    return text[2 : 2 + length * 2].decode("utf-16-le", "replace") if wide else text[2 : 2 + length].decode("latin-1")
