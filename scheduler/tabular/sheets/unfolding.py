"""How large a workbook becomes when it is read: texts that many cells share, cells and rows that are repeated.

A small file can hold one long text that a hundred thousand cells name, or a row that is repeated a million times; the
sheet reader makes a copy for each. So the copies are counted before it is asked. The counts are of bytes as stored,
marks of the format included: they may be too high, never too low.
"""

from __future__ import annotations

import re
import struct
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from scheduler.i18n import _

MAX_TEXT_BYTES = 300_000_000
MAX_TEXT_CHARACTERS = 32_767
MAX_SHEETS = 500
LEAST_TEXT_BYTES = 50_000_000
TEXT_RATIO = 50
"""No honest workbook, packed as well as can be, holds more bytes of text for each of its own."""

_LONGEST_PIECE = 16_000_000  # bytes; a text of the greatest length with a mark at every few characters
_ITEM_END = re.compile(rb"</(?:[\w.-]+:)?si\s*>|<(?:[\w.-]+:)?si\s*/>")
_TAG = re.compile(rb"<[^>]*>")
_SHARED = re.compile(rb' t="s"[^<>/]*><v>(\d+)</v>')
_SECTION = struct.Struct("<HH")
_BIFF_CONTINUE = 0x003C


class UnreadableError(Exception):
    """A file that cannot be read: `reason` and, where something special helps, `cure`, in the user's language."""

    def __init__(self, reason: str, cure: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.cure = cure


def damaged() -> UnreadableError:
    """Return the error of a file whose format is broken."""
    return UnreadableError(_("the file is damaged or incomplete"))


def unfolds() -> UnreadableError:
    """Return the error of a file that would take far more memory than its size says."""
    return UnreadableError(
        _("the file is small but unfolds to far more than any roster holds"),
        _("copy the cells of the table into a new workbook, save it, and put it in place of this file"),
    )


def check_sheet_count(count: int) -> None:
    """Refuse a workbook of too many sheets."""
    if count > MAX_SHEETS:
        raise UnreadableError(
            _("the workbook has {count} sheets, more than {limit}").format(count=count, limit=MAX_SHEETS),
            _("delete the sheets that are no rosters, or put them into several workbooks"),
        )


def text_limit(file_bytes: int) -> int:
    """Return how many bytes of text a file of this size may unfold to."""
    return min(MAX_TEXT_BYTES, max(LEAST_TEXT_BYTES, TEXT_RATIO * file_bytes))


class SharedStrings:
    """Sizes of the texts that cells share, by their number."""

    def __init__(self) -> None:
        self.sizes = array("Q")

    def read_xml(self, chunks: Iterable[bytes]) -> None:
        """Measure the texts of a part with shared strings.

        Raises
        ------
        UnreadableError
            When one of them is longer than any cell can hold.
        """
        rest = b""
        for chunk in chunks:
            *items, rest = _items(rest + chunk)
            if items and not self.sizes:
                items[0] = items[0][max(items[0].find(b"<si"), 0) :]  # the part's own beginning is no text
            sizes = list(map(len, items))
            if max(sizes, default=0) > MAX_TEXT_CHARACTERS:
                for item in items:
                    _check_length(item)
            if len(rest) > _LONGEST_PIECE:
                raise _too_long()
            self.sizes.extend(sizes)
        _check_length(rest)

    def check(self, uses: Mapping[int, int], limit: int, unknown: int = 0) -> None:
        """Refuse a workbook whose cells hold too much.

        Parameters
        ----------
        uses : mapping of number to how many cells name that text
        limit : int
        unknown : int
            How many cells name a text in a way of which we cannot tell which.
        """
        count = len(self.sizes)
        total = sum(self.sizes[number] * times for number, times in uses.items() if number < count)
        if total + unknown * self.longest > limit:
            raise unfolds()

    def check_xml(self, pieces: Iterable[bytes], limit: int) -> None:
        """Do so for the cells in pieces of worksheets; a cell that is cut counts as if it named the longest text."""
        uses: Counter[int] = Counter()
        unknown = 0
        for piece in pieces:
            plain = _SHARED.findall(piece)
            uses.update(map(int, plain))
            unknown += piece.count(b'"s"') + piece.count(b"'s'") + piece.count(b"&#") - len(plain)
        self.check(uses, limit, unknown)

    @property
    def longest(self) -> int:
        """The size of the longest."""
        return max(self.sizes, default=0)


def _items(xml: bytes) -> list[bytes]:
    plain = xml.count(b"</si>")
    if xml.count(b"si>") == 2 * plain and b":si" not in xml and b"<si/" not in xml:
        return xml.split(b"</si>")
    return _ITEM_END.split(xml)


def _check_length(item: bytes) -> None:
    if len(item) > MAX_TEXT_CHARACTERS and len(_TAG.sub(b"", item).decode("utf-8", "replace")) > MAX_TEXT_CHARACTERS:
        raise _too_long()


def _too_long() -> UnreadableError:
    return UnreadableError(
        _("a text is longer than the {limit} characters that a cell can hold").format(limit=MAX_TEXT_CHARACTERS),
        _("copy the cells of the table into a new workbook, save it, and put it in place of this file"),
    )


def check_references(workbook: bytes, relations: bytes) -> None:
    """Refuse a workbook of too many sheets, or one that shows a part of it as several sheets.

    Parameters
    ----------
    workbook, relations : bytes
        The parts xl/workbook.xml and xl/_rels/workbook.xml.rels.
    """
    sheets = [_attribute(rb":id", tag) for tag in re.findall(rb"<(?:[\w.-]+:)?sheet\b([^>]*)", workbook)]
    check_sheet_count(len(sheets))
    parts = []
    for tag in re.findall(rb"<(?:[\w.-]+:)?Relationship\b([^>]*)", relations):
        if _attribute(rb"\bId", tag) in sheets:
            parts.append(
                _attribute(rb"Target", tag).lower().replace(b"\\", b"/").removeprefix(b"/").removeprefix(b"xl/")
            )
    odd = any(not part.endswith(b".xml") or b"&" in part for part in parts)
    if odd or len(set(sheets)) < len(sheets) or len(set(parts)) < len(parts):
        raise damaged()


def _attribute(name: bytes, tag: bytes) -> bytes:
    found = re.search(name + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    return (found[1] or found[2] or b"") if found else b""


def biff_string_sizes(stream: bytes | bytearray, offset: int, length: int) -> Iterator[int]:
    """Yield the length of each text of the table of shared strings, whose record's body begins at `offset`.

    A text may go on in the CONTINUE records behind; there, its characters begin with a flag of their own.
    """
    body, ends = [bytes(stream[offset : offset + length])], []
    at = offset + length
    while at + 4 <= len(stream):
        kind, size = _SECTION.unpack_from(stream, at)
        if kind != _BIFF_CONTINUE:
            break
        body.append(bytes(stream[at + 4 : at + 4 + size]))
        at += 4 + size
    position = 0
    for each in body:
        position += len(each)
        ends.append(position)
    data = b"".join(body)
    at, section = 8, 0
    while at + 3 <= len(data):
        characters, flags = struct.unpack_from("<HB", data, at)
        at += 3
        runs = tail = 0
        if flags & 8:
            (runs,) = struct.unpack_from("<H", data, at)
            at += 2
        if flags & 4:
            (tail,) = struct.unpack_from("<I", data, at)
            at += 4
        yield characters
        width = 1 + (flags & 1)
        left = characters
        while ends[section] < at:
            section += 1
        while left * width > ends[section] - at and section + 1 < len(ends):
            left -= (ends[section] - at) // width
            at = ends[section]
            section += 1
            width = 1 + (data[at] & 1) if at < len(data) else width
            at += 1
        at += left * width + 4 * runs + tail
        while section + 1 < len(ends) and ends[section] < at:
            section += 1
