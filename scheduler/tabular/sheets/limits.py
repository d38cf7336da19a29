"""Looking at a workbook's bytes before it is loaded: damaged, encrypted or absurdly large ones are refused here.

The sheet reader allocates a sheet's whole rectangle: one stray cell in XFD1048576 would ask for 549 GB and abort
the process. So the rectangle is measured first, from the sheet's XML or BIFF records. On the way the few things
that the reader does not tell are picked up: the 1904 epoch, and the merged cells of ODS.
"""

from __future__ import annotations

import copy
import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from scheduler.i18n import _
from scheduler.tabular.sheets.compound_file import packed, streams
from scheduler.tabular.sheets.unfolding import (
    SharedStrings,
    UnreadableError,
    biff_string_sizes,
    check_references,
    check_sheet_count,
    damaged,
    text_limit,
    unfolds,
)

MAX_FILE_BYTES = 200_000_000
MAX_UNPACKED_BYTES = 1_000_000_000
MAX_CELLS = 10_000_000
UNPACKED_RATIO, LEAST_UNPACKED_BYTES = 100, 20_000_000
"""A workbook may unpack to so many times its size, and a small one to so much; honest ones reach 10 to 30 times."""
MAX_PARTS = 20_000

_CHUNK = 4_000_000
_FAR_CELL = re.compile(rb'<c r="(?:[A-Za-z]{3}|[B-Zb-z][A-Za-z]|[A-Za-z]{1,2}\d{6})')  # beyond column AZ or row 99,999
_COLUMN_LETTERS, _ROW_NUMBER = re.compile(rb'<c r="([A-Za-z]+)'), re.compile(rb'<c r="[A-Za-z]*(\d+)')
_REFERENCE = re.compile(r"([A-Za-z]{1,7})(\d{1,10})$")
_REPEAT = re.compile(r"\+?[0-9]{1,20}")
_ROW_AND_COLUMN, _NUMBER = struct.Struct("<HH"), struct.Struct("<I")
_BIFF_CELLS = frozenset({0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x0206, 0x027E})
_BIFF_BOF, _BIFF_SHEET, _BIFF_SST, _BIFF_LABELSST = 0x0809, 0x0085, 0x00FC, 0x00FD
_BIFF_DATEMODE, _BIFF_FILEPASS, _BIFF_DIMENSIONS, _BIFF_EOF = 0x0022, 0x002F, 0x0200, 0x000A


@dataclass(slots=True)
class WorkbookFacts:
    """What the sheet reader does not tell: merged ranges by sheet (ODS only) and the epoch of serial dates."""

    merged: dict[str, list[tuple[int, int, int, int]]] = field(default_factory=dict)
    date1904: bool = False


def inspect_zip(data: bytes) -> WorkbookFacts:
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
            _check_size(archive, len(data))
            names = {_plain(info.filename) for info in archive.infolist()}
            if len(names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}) > 1:
                raise damaged()  # the sheet reader might choose another than we
            if "xl/workbook.xml" in names:
                return _inspect_xlsx(archive, len(data))
            if "content.xml" in names and b"opendocument.spreadsheet" in _part(archive, "mimetype"):
                return _inspect_ods(archive, len(data))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise damaged() from error
    raise UnreadableError(_("the file is not a workbook that can be read"))


def inspect_xls(data: bytes) -> tuple[WorkbookFacts, bytes]:
    """Measure an Excel 97-2003 (or WPS .et) workbook: an OLE file with a BIFF8 stream.

    Returns
    -------
    WorkbookFacts, bytes
        And the workbook packed anew, with the extents its cells really have: the reader would reserve what is
        claimed, and it trips over damaged containers.

    Raises
    ------
    UnreadableError
        When it is damaged, encrypted, too large, or an OLE file of another kind (an old Word document).
    """
    try:
        found = streams(data, "EncryptedPackage", "Workbook")
        if "EncryptedPackage" in found:
            raise _encrypted()
        if "Workbook" not in found:
            raise UnreadableError(_("the file is not a workbook that can be read"))
        stream = bytearray(found["Workbook"])
        facts = _inspect_biff(stream, len(data))
    except (OSError, struct.error, ValueError) as error:  # olefile raises ValueErrors too
        raise damaged() from error
    return facts, packed("Workbook", bytes(stream))


def _inspect_biff(stream: bytearray, file_bytes: int) -> WorkbookFacts:
    """Measure the sheets of a BIFF8 stream and correct the extents they claim."""
    facts = WorkbookFacts()
    strings = SharedStrings()
    uses: Counter[int] = Counter()
    sheets: list[int] = []
    beginnings: set[int] = set()
    offset, total, claim = 0, 0, -1
    rows, columns = 0, 0
    while offset + 4 <= len(stream):
        kind, length = _ROW_AND_COLUMN.unpack_from(stream, offset)
        offset += 4
        if kind in _BIFF_CELLS:
            row, column = _ROW_AND_COLUMN.unpack_from(stream, offset)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            if kind == _BIFF_LABELSST:
                uses[_NUMBER.unpack_from(stream, offset + 6)[0]] += 1
        elif kind == _BIFF_BOF:
            beginnings.add(offset - 4)
        elif kind == _BIFF_SHEET:
            sheets.append(_NUMBER.unpack_from(stream, offset)[0])
        elif kind == _BIFF_SST:
            strings.sizes.extend(biff_string_sizes(stream, offset, length))
        elif kind == _BIFF_FILEPASS:
            raise _encrypted()
        elif kind == _BIFF_DATEMODE:
            facts.date1904 = stream[offset : offset + 2] == b"\x01\x00"
        elif kind == _BIFF_DIMENSIONS:
            claim = offset
        elif kind == _BIFF_EOF:
            total += _checked_cells(rows, columns)
            if claim >= 0:
                struct.pack_into("<IIHH", stream, claim, 0, rows, 0, columns)
            rows, columns, claim = 0, 0, -1
        offset += length
    _checked_cells(total, 1)
    if claim >= 0 or len(set(sheets)) < len(sheets) or not beginnings.issuperset(sheets):
        raise damaged()
    check_sheet_count(len(sheets))
    strings.check(uses, text_limit(file_bytes))
    return facts


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


def _check_size(archive: zipfile.ZipFile, file_bytes: int) -> None:
    """Refuse an archive whose parts are far larger than it; `_chunks` makes sure that the directory does not lie."""
    unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > MAX_UNPACKED_BYTES:
        limit = MAX_UNPACKED_BYTES // 1_000_000
        raise UnreadableError(_("the file unpacks to more than {limit} MB").format(limit=limit))
    if unpacked > max(LEAST_UNPACKED_BYTES, UNPACKED_RATIO * file_bytes) or len(archive.infolist()) > MAX_PARTS:
        raise unfolds()


def _plain(name: str) -> str:
    """Return a part's name as the sheet reader compares it."""
    return name.lower().replace("\\", "/")


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a part of the archive, empty when it is missing."""
    found = [info for info in archive.infolist() if _plain(info.filename) == name]
    if len(found) > 1:
        raise damaged()
    return b"".join(_chunks(archive, found[0])) if found else b""


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the whole of a part, in pieces that end before a tag where they can.

    The directory may name a length shorter than what the sheet reader will unpack: that is an error, as is a wrong
    checksum.
    """
    whole = copy.copy(info)
    whole.file_size = MAX_UNPACKED_BYTES + 1
    size, rest = 0, b""
    with archive.open(whole) as part:
        while chunk := part.read(_CHUNK):
            size += len(chunk)
            if size > info.file_size:
                break
            buffer = rest + chunk
            end = max(buffer.rfind(b"<"), len(buffer) - 1000)  # a tag may be cut
            yield buffer[:end]
            rest = buffer[end:]
    if size != info.file_size:
        raise damaged()
    yield rest


def _inspect_xlsx(archive: zipfile.ZipFile, file_bytes: int) -> WorkbookFacts:
    workbook = _part(archive, "xl/workbook.xml")
    check_references(workbook, _part(archive, "xl/_rels/workbook.xml.rels"))
    parts = [info for info in archive.infolist() if info.filename.lower().endswith((".xml", ".rels"))]
    cells = {info: _measure_part(archive, info) for info in parts}  # any part may be named as a sheet
    limit = text_limit(file_bytes)
    for info in parts:
        if info.filename.lower().endswith("strings.xml"):
            strings = SharedStrings()
            strings.read_xml(_chunks(archive, info))
            if strings.longest * sum(cells.values()) > limit:
                pieces = (piece for part, count in cells.items() if count for piece in _chunks(archive, part))
                strings.check_xml(pieces, limit)
    properties = re.search(rb"<(?:\w+:)?workbookPr\b[^>]*", workbook)
    return WorkbookFacts(date1904=bool(properties and re.search(rb"\bdate1904=[\"'](?:1|true)", properties[0])))


def _measure_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> int:
    """Return how many cells a part has at most; refuse a worksheet whose cells span too large a rectangle.

    A quick search comes first, the exact count if needed.
    """
    odd = far = False
    cells = 0
    for piece in _chunks(archive, info):
        if b"<!ENTITY" in piece:
            raise damaged()
        odd = odd or _is_odd(piece)
        far = far or _FAR_CELL.search(piece) is not None
        cells += piece.count(b"<c") + piece.count(b":c")
    if odd or (far and _reach(_chunks(archive, info)) > MAX_CELLS):
        _checked_cells(*_extent(_chunks(archive, info)))
    return cells


def _is_odd(xml: bytes) -> bool:
    """Tell whether a piece of a sheet may hold cells whose place is not plainly written."""
    return (
        xml.count(b'<c r="') != xml.count(b"<c ") + xml.count(b"<c>") + xml.count(b"<c/>")
        or xml.count(b'<row r="') != xml.count(b"<row")
        or any(name in xml for name in (b":row", b":c ", b":c>", b":c\n", b"<c\n", b"<c\r", b"<c\t"))
    )


def _reach(pieces: Iterable[bytes]) -> int:
    """Return how many cells the rectangle of all plainly written cells has, the empty ones among them."""
    rows = 0
    columns: set[bytes] = set()
    for piece in pieces:
        rows = max(rows, max(map(int, _ROW_NUMBER.findall(piece)), default=0))
        columns.update(_COLUMN_LETTERS.findall(piece))
    return rows * max((_column_number(letters.decode()) for letters in columns), default=0)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _extent(pieces: Iterable[bytes]) -> tuple[int, int]:
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
                column, row = _column_number(place[1]), int(place[2])
            pending = True
        elif pending and tag in ("v", "is", "f"):
            rows, columns = max(rows, row), max(columns, column)
            pending = False

    _parse(pieces, start)
    return rows, columns


def _inspect_ods(archive: zipfile.ZipFile, file_bytes: int) -> WorkbookFacts:
    if b"encryption-data" in _part(archive, "meta-inf/manifest.xml"):
        raise _encrypted()
    content = next(info for info in archive.infolist() if _plain(info.filename) == "content.xml")
    measure = _OdsMeasure(text_limit(file_bytes))
    _parse(_chunks(archive, content), measure.start, measure.parser)
    measure.close_table()
    return measure.facts


class _OdsMeasure:
    """Measures the tables of an OpenDocument spreadsheet while `parser` reads it.

    A cell's text counts as often as the cell and its row are repeated: as the bytes up to the next cell.
    """

    def __init__(self, limit: int) -> None:
        self.facts = WorkbookFacts()
        self.parser = expat.ParserCreate()
        self._limit = limit
        self._table, self._tables, self._cells = "", 0, 0
        self._rows, self._columns = 0, 0  # that the table's cells reach to
        self._row, self._row_repeat, self._column = 0, 0, 0
        self._begin, self._times = 0, 0  # of the last cell with a value
        self._texts = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take in the beginning of an element."""
        tag = name.rpartition(":")[2]
        if tag in ("table-cell", "covered-table-cell"):
            self._close_cell()
            repeat = _count(attributes, "table:number-columns-repeated")
            row, column = self._row, self._column
            if "office:value-type" in attributes or "calcext:value-type" in attributes:
                self._rows, self._columns = row + self._row_repeat, max(self._columns, column + repeat)
                _checked_cells(self._rows, self._columns)
                self._begin, self._times = self.parser.CurrentByteIndex, repeat * self._row_repeat
            down = _count(attributes, "table:number-rows-spanned")
            across = _count(attributes, "table:number-columns-spanned")
            if down > 1 or across > 1:
                merged = row, column, row + down - 1, column + across - 1
                self.facts.merged.setdefault(self._table, []).append(merged)
            self._column += repeat
        elif tag == "s":  # so many spaces
            self._add(_count(attributes, "text:c") * max(1, self._times))
        elif tag == "table-row":
            self._close_cell()
            self._row += self._row_repeat
            self._row_repeat, self._column = _count(attributes, "table:number-rows-repeated"), 0
        elif tag == "table":
            self.close_table()
            self._table, self._row, self._row_repeat = attributes.get("table:name", ""), 0, 0
            self._tables += 1
            check_sheet_count(self._tables)

    def _close_cell(self) -> None:
        if self._times > 1:
            self._add(self._times * (self.parser.CurrentByteIndex - self._begin))
        self._times = 0

    def _add(self, text_bytes: int) -> None:
        self._texts += text_bytes
        if self._texts > self._limit:
            raise unfolds()

    def close_table(self) -> None:
        """Add the table that ends here; refuse a workbook whose tables are too large together."""
        self._close_cell()
        self._cells += self._rows * self._columns
        _checked_cells(self._cells, 1)
        self._rows, self._columns = 0, 0


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return int(text) if _REPEAT.fullmatch(text) else 1


def _parse(
    pieces: Iterable[bytes], start: Callable[[str, dict[str, str]], None], parser: expat.XMLParserType | None = None
) -> None:
    """Feed a part of the archive to an XML parser that knows no entities."""
    parser = parser or expat.ParserCreate()
    parser.StartElementHandler = start

    def refuse(*_args: object) -> None:
        raise damaged()

    parser.EntityDeclHandler = refuse
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError) as error:  # the second: an encoding nobody knows
        raise damaged() from error
