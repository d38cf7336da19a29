"""Looking at a workbook's bytes before it is loaded: damaged, encrypted or absurdly large ones are refused here.

The sheet reader allocates a sheet's whole rectangle: one stray cell in XFD1048576 would ask for 549 GB and abort
the process. So the rectangle is measured first, from the sheet's XML or BIFF records. On the way the few things
that the reader does not tell are picked up: the 1904 epoch, and the merged cells of ODS.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from scheduler.i18n import _
from scheduler.roster.ole import CompoundFile, packed

MAX_FILE_BYTES = 200_000_000
MAX_UNPACKED_BYTES = 1_000_000_000
MAX_CELLS = 10_000_000

_CHUNK = 4_000_000
_FAR_CELL = re.compile(rb'<c r="(?:[A-Z]{3}|[B-Z][A-Z]|[A-Z]{1,2}\d{6})')  # beyond column AZ or row 99,999
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})$")
_ROW_AND_COLUMN = struct.Struct("<HH")
_BIFF_CELLS = frozenset({0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x0206, 0x027E})
_BIFF_DATEMODE, _BIFF_FILEPASS, _BIFF_DIMENSIONS, _BIFF_EOF = 0x0022, 0x002F, 0x0200, 0x000A


class UnreadableError(Exception):
    """A file that cannot be read: `reason` and, where something special helps, `cure`, in the user's language."""

    def __init__(self, reason: str, cure: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.cure = cure


@dataclass(slots=True)
class Layout:
    """What the sheet reader does not tell: merged ranges by sheet (ODS only) and the epoch of serial dates."""

    merged: dict[str, list[tuple[int, int, int, int]]] = field(default_factory=dict)
    date1904: bool = False


def inspect_zip(data: bytes) -> Layout:
    """Measure an xlsx or ods workbook.

    Raises
    ------
    UnreadableError
        When it is damaged, encrypted, too large, or a zip file of another kind.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if any(info.flag_bits & 1 for info in archive.infolist()):
                raise _encrypted()
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise UnreadableError(
                    _("the file unpacks to more than {limit} MB").format(limit=MAX_UNPACKED_BYTES // 1_000_000)
                )
            names = {info.filename.lower(): info for info in archive.infolist()}
            if "xl/workbook.xml" in names:
                return _inspect_xlsx(archive)
            if "content.xml" in names and b"opendocument.spreadsheet" in _part(archive, "mimetype"):
                return _inspect_ods(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise UnreadableError(_("the file is damaged or incomplete")) from error
    raise UnreadableError(_("the file is not a workbook that can be read"))


def inspect_xls(data: bytes) -> tuple[Layout, bytes]:
    """Measure an Excel 97-2003 (or WPS .et) workbook: an OLE file with a BIFF8 stream.

    Returns
    -------
    Layout, bytes
        And the workbook packed anew, with the extents its cells really have: the reader would reserve what is
        claimed, and it trips over damaged containers.

    Raises
    ------
    UnreadableError
        When it is damaged, encrypted, too large, or an OLE file of another kind (an old Word document).
    """
    try:
        container = CompoundFile(data)
        if "EncryptedPackage" in container:
            raise _encrypted()
        if "Workbook" not in container:
            raise UnreadableError(_("the file is not a workbook that can be read"))
        stream = bytearray(container.stream("Workbook"))
        layout = _inspect_biff(stream)
    except (struct.error, UnicodeDecodeError) as error:
        raise UnreadableError(_("the file is damaged or incomplete")) from error
    return layout, packed("Workbook", bytes(stream))


def _inspect_biff(stream: bytearray) -> Layout:
    """Measure the sheets of a BIFF8 stream and correct the extents they claim."""
    layout = Layout()
    offset, total, claim = 0, 0, -1
    rows, columns = 0, 0
    while offset + 4 <= len(stream):
        kind, length = _ROW_AND_COLUMN.unpack_from(stream, offset)
        offset += 4
        if kind in _BIFF_CELLS:
            row, column = _ROW_AND_COLUMN.unpack_from(stream, offset)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        elif kind == _BIFF_FILEPASS:
            raise _encrypted()
        elif kind == _BIFF_DATEMODE:
            layout.date1904 = stream[offset : offset + 2] == b"\x01\x00"
        elif kind == _BIFF_DIMENSIONS:
            claim = offset
        elif kind == _BIFF_EOF:
            total += _checked_cells(rows, columns)
            if claim >= 0:
                struct.pack_into("<IIHH", stream, claim, 0, rows, 0, columns)
            rows, columns, claim = 0, 0, -1
        offset += length
    _checked_cells(total, 1)
    if claim >= 0:
        raise UnreadableError(_("the file is damaged or incomplete"))
    return layout


def _encrypted() -> UnreadableError:
    return UnreadableError(
        _("the file is protected by a password"), _("open it, save it without a password, and put it back")
    )


def _checked_cells(rows: int, columns: int) -> int:
    """Return the size of a rectangle of cells; refuse one that is too large to load."""
    if rows * columns > MAX_CELLS:
        raise UnreadableError(
            _("a sheet spans {rows} rows and {columns} columns, more than {limit} cells").format(
                rows=rows, columns=columns, limit=MAX_CELLS
            ),
            _("delete the stray cells far below or right of the table, then save"),
        )
    return rows * columns


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a small part of the archive, empty when it is missing."""
    try:
        with archive.open(name) as part:
            return part.read(_CHUNK)
    except KeyError:
        return b""


def _inspect_xlsx(archive: zipfile.ZipFile) -> Layout:
    for info in archive.infolist():
        if info.filename.lower().endswith((".xml", ".rels")):  # any part may be named as a sheet
            _measure_part(archive, info)
    properties = re.search(rb"<(?:\w+:)?workbookPr\b[^>]*", _part(archive, "xl/workbook.xml"))
    return Layout(date1904=bool(properties and re.search(rb"\bdate1904=[\"'](?:1|true)", properties[0])))


def _measure_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Refuse a worksheet whose cells span too large a rectangle: a quick search first, the exact count if needed.

    Reading the part to its end also shows a wrong length or checksum.
    """
    suspicious = False
    with archive.open(info) as part:
        rest = b""
        while chunk := part.read(_CHUNK):
            buffer = rest + chunk
            end = max(buffer.rfind(b"<"), len(buffer) - 1000)  # a tag may be cut
            suspicious = suspicious or _is_suspicious(buffer[:end])
            rest = buffer[end:]
    if suspicious or _is_suspicious(rest):
        with archive.open(info) as part:
            _checked_cells(*_extent(part))


def _is_suspicious(xml: bytes) -> bool:
    """Tell whether a piece of a sheet may hold far cells, or cells whose place is not plainly written."""
    cells, rows = xml.count(b'<c r="'), xml.count(b'<row r="')
    return (
        cells != xml.count(b"<c ") + xml.count(b"<c>") + xml.count(b"<c/>")
        or rows != xml.count(b"<row")
        or any(name in xml for name in (b":row", b":c ", b":c>"))
        or _FAR_CELL.search(xml) is not None
    )


def _extent(part: IO[bytes]) -> tuple[int, int]:
    """Return how many rows and columns the non-empty cells of a worksheet reach to."""
    row = column = rows = columns = 0
    pending = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, rows, columns, pending
        tag = name.rpartition(":")[2]
        if tag == "row":
            number = attributes.get("r", "")
            row = int(number) if number.isdigit() else row + 1
            column = 0
        elif tag == "c":
            place = _REFERENCE.match(attributes.get("r", ""))
            column += 1
            if place:
                column = 0
                for letter in place[1]:
                    column = column * 26 + ord(letter) - ord("A") + 1
                row = int(place[2])
            pending = True
        elif pending and tag in ("v", "is", "f"):
            rows, columns = max(rows, row), max(columns, column)
            pending = False

    _parse(part, start)
    return rows, columns


def _inspect_ods(archive: zipfile.ZipFile) -> Layout:
    if b"encryption-data" in _part(archive, "META-INF/manifest.xml"):
        raise _encrypted()
    layout = Layout()
    table, row, row_repeat, column = "", 0, 1, 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal table, row, row_repeat, column
        tag = name.rpartition(":")[2]
        if tag == "table":
            table, row, row_repeat = attributes.get("table:name", ""), 0, 0
        elif tag == "table-row":
            row += row_repeat
            row_repeat, column = _count(attributes, "table:number-rows-repeated"), 0
        elif tag in ("table-cell", "covered-table-cell"):
            repeat = _count(attributes, "table:number-columns-repeated")
            if "office:value-type" in attributes or "calcext:value-type" in attributes:
                _checked_cells(row + row_repeat, column + repeat)
            down = _count(attributes, "table:number-rows-spanned")
            across = _count(attributes, "table:number-columns-spanned")
            if down > 1 or across > 1:
                layout.merged.setdefault(table, []).append((row, column, row + down - 1, column + across - 1))
            column += repeat

    with archive.open("content.xml") as part:
        _parse(part, start)
    return layout


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return int(text) if text.isdigit() and len(text) < 10 else 1


def _parse(part: IO[bytes], start: Callable[[str, dict[str, str]], None]) -> None:
    """Feed a part of the archive to an XML parser that knows no entities."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = start

    def refuse(*_args: object) -> None:
        raise UnreadableError(_("the file is damaged or incomplete"))

    parser.EntityDeclHandler = refuse
    try:
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError) as error:  # the second: an encoding nobody knows
        raise UnreadableError(_("the file is damaged or incomplete")) from error
