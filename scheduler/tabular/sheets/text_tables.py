"""Tables that come as text: CSV in any usual encoding and separator, and HTML pages that call themselves .xls."""

from __future__ import annotations

import codecs
import io
import re
from html.parser import HTMLParser

from scheduler.i18n import _
from scheduler.tabular.sheets.limits import MAX_CELLS
from scheduler.tabular.sheets.record_lines import Records, split_records, widths
from scheduler.tabular.sheets.unfolding import UnreadableError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SEPARATORS = ",;\t|"
_SAMPLE_ROWS = 50
_USUAL = re.compile("[\t\n\r -~\u3000-\u9fff\uff00-\uffef]")
_HTML = re.compile(rb"<(?:html|table|!doctype html|\?xml|meta|head|body)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"charset=[\"']?([\w-]+)", re.IGNORECASE)


def decode(data: bytes) -> str:
    """Return the text of a file: by its byte order mark, else strict UTF-8, else UTF-16 or GB18030.

    A file that is good but for a few bytes is read with U+FFFD in their place.

    Raises
    ------
    UnreadableError
        When it is no text at all.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    text = _decode_wide(data) if b"\0" in data else _decode_bytes(data)
    if "\0" in text or text.count("\ufffd") * 50 > len(text):
        raise UnreadableError(_("the file is neither a workbook nor text"))
    return text


def _decode_wide(data: bytes) -> str:
    """Return UTF-16 without a mark, in the byte order that makes more of it Chinese or ASCII."""
    texts = (data.decode(encoding, "replace") for encoding in ("utf-16-le", "utf-16-be"))
    text = max(texts, key=lambda text: len(_USUAL.findall(text)))
    if len(_USUAL.findall(text)) * 10 < len(text) * 9:
        raise UnreadableError(_("the file is neither a workbook nor text"))
    return text


def _decode_bytes(data: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return min((data.decode(encoding, "replace") for encoding in ("utf-8", "gb18030")), key=_replaced)


def _replaced(text: str) -> int:
    return text.count("\ufffd")


def read_csv(data: bytes) -> Records:
    """Return the records of a CSV file, numbered as Excel numbers them: a quoted line break starts no new row.

    Raises
    ------
    UnreadableError
        When it is no text, or too large.
    """
    text = decode(data)
    if text.lstrip().startswith("MIME-Version:"):
        raise UnreadableError(_("the file is not a workbook that can be read"))
    directive = re.match(r"sep=(.)\r?\n?", text)  # Excel's own hint; Excel does not show the line
    if directive:
        return split_records(text[directive.end() :], directive[1])
    return split_records(text, _separator(text))


def _separator(text: str) -> str:
    """Return the separator that gives the most rows of one same width."""
    sample = "".join(io.StringIO(text[:200_000], newline="").readlines()[:_SAMPLE_ROWS])

    def score(separator: str) -> int:
        return max(((width - 1) * count for width, count in widths(sample, separator).items()), default=0)

    return max(_SEPARATORS, key=score)


def read_html(data: bytes) -> tuple[list[list[str]], list[tuple[int, int, int, int]]] | None:
    """Return the rows of all tables of an HTML page, one below the other as Excel opens it, and its merged cells.

    None when the file is no HTML page.

    Raises
    ------
    UnreadableError
        When it is a page (or another XML file) without a table.
    """
    head = data[:4096].replace(b"\0", b"")
    if not head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<") or not _HTML.search(head):
        return None
    charset = _CHARSET.search(head)
    if charset and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            name = codecs.lookup(charset[1].decode("ascii")).name
            text = data.decode("gb18030" if name in ("gb2312", "gbk") else name, "replace")
        except (LookupError, UnicodeError):  # a charset nobody knows
            text = decode(data)
    else:
        text = decode(data)
    parser = _Tables()
    parser.feed(text)
    parser.close()
    if not parser.rows:
        raise UnreadableError(_("the file is a web page or XML without a table, not a workbook"))
    return parser.rows, parser.merged


class _Tables(HTMLParser):
    """Collects the cells of every table; a cell that spans leaves its covered cells empty and is noted in `merged`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self._covered: dict[int, int] = {}  # by column, the last row that a cell above covers
        self._cell: list[str] | None = None
        self._depth = 0
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
        elif tag == "tr" and self._depth:
            self._close_cell()
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self._close_cell()
            self._open_cell({name: value or "" for name, value in attrs})
        elif tag in ("br", "p", "div") and self._cell:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr"):
            self._close_cell()
        elif tag == "table":
            self._close_cell()
            self._depth = max(0, self._depth - 1)

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        row = self.rows[-1]
        while self._covered.get(len(row), -1) >= len(self.rows) - 1:
            row.append("")
        down, across = (_span(attributes.get(name, "")) for name in ("rowspan", "colspan"))
        here, column = len(self.rows) - 1, len(row)
        self._cells += down * (across if down == 1 else column + across)  # as far as its value is copied down
        if self._cells > MAX_CELLS:
            raise UnreadableError(_("the file holds more than {limit} cells").format(limit=MAX_CELLS))
        if down > 1 or across > 1:
            self.merged.append((here, column, here + down - 1, column + across - 1))
        if down > 1:
            for each in range(column, column + across):
                self._covered[each] = max(self._covered.get(each, 0), here + down - 1)
        self._cell = []
        row.extend([""] * across)
        self._column = column

    def _close_cell(self) -> None:
        if self._cell is not None:
            self.rows[-1][self._column] = "".join(self._cell).strip()
            self._cell = None


def _span(text: str) -> int:
    return min(max(int(text), 1), 10_000) if text.isdigit() and len(text) < 9 else 1
