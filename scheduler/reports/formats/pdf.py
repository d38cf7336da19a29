"""Documents as PDF on A4, black on white, the font embedded. Text that does not fit is wrapped.

Only what would not fit on a whole page ends in …: nothing is drawn beside the paper, and the workbook has all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from scheduler.files import write_whole
from scheduler.i18n import _, language
from scheduler.reports.formats.document import (
    Block,
    Cell,
    Facts,
    Sheet,
    Signatures,
    Table,
    Text,
    labelled,
    printable,
    spaced,
)
from scheduler.reports.formats.fonts import MISSING, Font
from scheduler.reports.formats.pdf_file import PdfFile, Rectangle
from scheduler.reports.formats.text_layout import (
    BODY_PT,
    CUT,
    LINE_MM,
    PAD_MM,
    PT_MM,
    ROW_MM,
    SMALL_PT,
    Fitted,
    broken,
    capped,
    cut,
    fitted,
    text_mm,
)

A4_MM = (210.0, 297.0)
MARGIN_MM, FOOT_MM = 10.0, 13.0
TITLE_PT = 17.0
QR_MM = 17.0
SIGNATURE_MM = 11.0
HEADING_SHARE = 0.3
"""Of a page, at most, for the heading of a table, and for the title of a sheet."""


def write_pdf(path: Path, sheets: Sequence[Sheet], font: Font) -> None:
    """Write sheets as one PDF with page numbers throughout, whole or not at all, mode 0600.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    write_whole(path, render(sheets, font))


def render(sheets: Sequence[Sheet], font: Font) -> bytes:
    """Return the PDF's bytes."""
    title = printable(spaced(sheets[0].title, sheets[0].subtitle)) if sheets else ""
    composer = _Composer(font, PdfFile(font, title, "zh-CN" if language() == "zh" else "en"))
    for sheet in sheets:
        composer.sheet(sheet)
    composer.footers()
    return composer.file.content()


def characters(sheet: Sheet) -> set[str]:
    """Return every character of a sheet's own text."""
    found = set(sheet.tab + sheet.title + sheet.subtitle)
    for block in sheet.blocks:
        found.update(*_texts(block))
    return found


def _texts(block: Block) -> Iterable[str]:
    if isinstance(block, Facts):
        return [part for pair in block.pairs for part in pair]
    if isinstance(block, Table):
        cells = (str(cell) for row in block.rows for cell in row)
        return [block.title, *(column.heading for column in block.columns), *cells]
    return [block.text] if isinstance(block, Text) else block.labels


def _lost(missing: Iterable[str]) -> str:
    codes = " ".join(f"U+{ord(ch):04X}" for ch in missing)
    return _("{sign} stands for characters no font has: {codes}").format(sign=MISSING, codes=codes)


@lru_cache(maxsize=8)
def _qr_rectangles(text: str, left_mm: float, top_mm: float) -> tuple[Rectangle, ...]:
    """Return the dark modules of a QR code, those beside each other as one rectangle."""
    import segno

    # The code says that it is UTF-8: a reader left to guess takes 深圳 for Japanese.
    matrix = segno.make_qr(text, error="m", encoding="utf-8", eci=not text.isascii()).matrix
    module = QR_MM / len(matrix)
    found: list[Rectangle] = []
    for r, line in enumerate(matrix):
        column = 0
        for dark, beside in groupby(line):
            count = len(list(beside))
            if dark:
                found.append((left_mm + column * module, top_mm + r * module, count * module, module))
            column += count
    return tuple(found)


class _Composer:
    """Lays sheets out page by page; `y` is where the next block begins, in mm from the top."""

    def __init__(self, font: Font, file: PdfFile) -> None:
        self.font = font
        self.file = file
        self.pages: list[tuple[str, bool, int]] = []
        """Of each page: what stands at its foot, whether it is landscape, which count of pages it belongs to."""
        self.counted = 0
        self.y = MARGIN_MM

    def sheet(self, sheet: Sheet) -> None:
        """Begin a page and lay out a sheet on as many as it takes."""
        self.current = sheet
        self.width = sheet.width_mm
        self.bottom = _paper(sheet.landscape)[1] - FOOT_MM
        self.counted += sheet.alone
        self._page()
        if sheet.code:
            self._qr(sheet.code)
        self._centered(sheet.title, TITLE_PT, bold=True)
        if sheet.subtitle:
            self._centered(sheet.subtitle, BODY_PT + 0.5)
        self.y = max(self.y, MARGIN_MM + QR_MM + 1) if sheet.code else self.y + 1
        for block in sheet.blocks:
            self._block(block)
        if self.font.missing and (lost := sorted(self.font.missing & characters(sheet))):
            self._paragraph(_lost(lost))

    def footers(self) -> None:
        """Write page x of y on every page."""
        size, done = SMALL_PT + 1, Counter[int]()
        totals = Counter(count for _tab, _landscape, count in self.pages)
        for number, (tab, landscape, count) in enumerate(self.pages, 1):
            self.file.turn_to(number)
            done[count] += 1
            width, height = _paper(landscape)
            text = self._clean(_("page {page} of {pages}").format(page=done[count], pages=totals[count]))
            middle = (width - self._width(text, size)) / 2
            beside = cut(self.font, self._clean(tab), size, middle - MARGIN_MM - 2)
            self.file.text([(middle, height - 7, size, text), (MARGIN_MM, height - 7, size, beside)])

    def _page(self) -> None:
        self.file.turn_to_new_page(*_paper(self.current.landscape))
        self.pages.append((self.current.tab, self.current.landscape, self.counted))
        self.y = MARGIN_MM

    # Text ----------------------------------------------------------------------------------------------------------

    def _clean(self, text: str) -> str:
        return self.font.shown(printable(text))

    def _width(self, text: str, size_pt: float) -> float:
        return text_mm(self.font, text, size_pt)

    def _centered(self, text: str, size_pt: float, bold: bool = False) -> None:
        text = self._clean(text)
        room = self.width - 2 * QR_MM
        while size_pt > SMALL_PT and self._width(text, size_pt) > room:
            size_pt -= 0.5
        height = size_pt * PT_MM
        lines = broken(self.font, text, size_pt, room)
        most = int((self.bottom - MARGIN_MM) * HEADING_SHARE / (height * 1.5))
        if len(lines) > most:
            lines = [*lines[: most - 1], cut(self.font, lines[most - 1] + self._clean(CUT), size_pt, room)]
        for line in lines:
            left = MARGIN_MM + (self.width - self._width(line, size_pt)) / 2
            self.file.text([(left, self.y + height, size_pt, line)], bold)
            self.y += height * 1.5

    # Blocks --------------------------------------------------------------------------------------------------------

    def _block(self, block: Block) -> None:
        if isinstance(block, Facts):
            self._facts(block)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Text):
            self._paragraph(block.text)
        else:
            self._signatures(block)

    def _facts(self, facts: Facts) -> None:
        label, value = 0.28, 0.72
        unit = self.width / facts.per_line
        for i in range(0, len(facts.pairs), facts.per_line):
            line = facts.pairs[i : i + facts.per_line]
            widths = [unit * label, unit * value] * len(line)
            widths[-1] += unit * (facts.per_line - len(line))
            self._row([part for pair in line for part in pair], widths)
        self.y += 2

    def _row(self, cells: Sequence[str], widths: Sequence[float]) -> None:
        """Draw a framed row of labels, shaded, and their values."""
        laid = self._laid(cells, widths, self._page_mm())
        height = max(cell.height_mm for cell in laid)
        self._room(height)
        x, top = MARGIN_MM, self.y
        shaded: list[Rectangle] = []
        for i, width in enumerate(widths):
            if i % 2 == 0:
                shaded.append((x, top, width, height))
            x += width
        self.file.fill(shaded)
        self._fill(laid, widths, [True, False] * (len(widths) // 2), height)
        self._rules(widths, top)

    def _paragraph(self, text: str) -> None:
        self.y += 1
        for line in broken(self.font, self._clean(text), BODY_PT, self.width):
            self._room(LINE_MM + 1)
            self.file.text([(MARGIN_MM, self.y + BODY_PT * PT_MM, BODY_PT, line)])
            self.y += LINE_MM + 1
        self.y += 1

    def _page_mm(self) -> float:
        """Return the height that a page has for a row, below the line that says that the sheet is continued."""
        return self.bottom - MARGIN_MM - LINE_MM - 1

    def _laid(self, cells: Sequence[Cell], widths: Sequence[float], most_mm: float) -> list[Fitted]:
        """Lay out the cells of a row, each at most `most_mm` high."""
        laid = (fitted(self.font, str(cell), width) for cell, width in zip(cells, widths, strict=True))
        return [capped(self.font, cell, width, most_mm) for cell, width in zip(laid, widths, strict=True)]

    def _room(self, height: float) -> None:
        """Begin a new page when `height` mm do not fit."""
        if self.y + height <= self.bottom:
            return
        self._page()
        line = spaced(self.current.title + _(" (continued)"), self.current.subtitle)
        size = SMALL_PT + 1
        line = cut(self.font, self._clean(line), size, self.width)
        self.file.text([(MARGIN_MM, self.y + size * PT_MM, size, line)])
        self.y += LINE_MM + 1

    def _table(self, table: Table) -> None:
        scale = self.width / sum(column.width_mm for column in table.columns)
        widths = [column.width_mm * scale for column in table.columns]
        centered = [column.align == "center" for column in table.columns]
        headings = self._laid([column.heading for column in table.columns], widths, self._page_mm() * HEADING_SHARE)
        heading_mm = max(cell.height_mm for cell in headings)
        self._room(3 * ROW_MM + heading_mm)
        if table.title:
            self.y += 2
            size = BODY_PT + 1
            title = cut(self.font, self._clean(table.title), size, self.width)
            self.file.text([(MARGIN_MM, self.y + size * PT_MM, size, title)], bold=True)
            self.y += ROW_MM
        most_mm = self._page_mm() - heading_mm
        top = self._heading(headings, widths)
        joined = [i for i, column in enumerate(table.columns) if column.joined]
        above: list[Cell] = [""] * len(widths)
        for row, below in zip(table.rows, (*table.rows[1:], None), strict=True):
            laid = self._laid(row, widths, most_mm)
            height = max(cell.height_mm for cell in laid)
            if self.y + height > self.bottom:
                self._rules(widths, top)
                self._room(height)
                top = self._heading(headings, widths)
                # What goes on from the page before is said again.
                again = [row[i] or above[i] if i in joined else cell for i, cell in enumerate(row)]
                laid = self._laid(again, widths, most_mm)
                height = max(cell.height_mm for cell in laid)
            for i in joined:
                above[i] = row[i] or above[i]
            self._fill(laid, widths, centered, height, going_on=[i for i in joined if below and below[i] == ""])
        self._rules(widths, top)
        self.y += 1

    def _heading(self, laid: Sequence[Fitted], widths: Sequence[float]) -> float:
        """Draw a table's heading and return where it begins."""
        top, height = self.y, max(cell.height_mm for cell in laid)
        self.file.fill([(MARGIN_MM, top, sum(widths), height)])
        self._fill(laid, widths, [True] * len(widths), height, bold=True)
        return top

    def _rules(self, widths: Sequence[float], top: float) -> None:
        """Draw the frame and the upright rules of the rows between `top` and here, all at once."""
        self.file.frame(MARGIN_MM, top, sum(widths), self.y - top)
        x = MARGIN_MM
        for width in widths[:-1]:
            x += width
            self.file.line(x, top, x, self.y)

    def _fill(
        self,
        laid: Sequence[Fitted],
        widths: Sequence[float],
        centered: Sequence[bool],
        height: float,
        bold: bool = False,
        going_on: Sequence[int] = (),
    ) -> None:
        """Write a row's text and the line below it, but not below the cells that go on; go on below."""
        x, pieces = MARGIN_MM, []
        for cell, width, center in zip(laid, widths, centered, strict=True):
            size = cell.size_pt
            step = LINE_MM * size / BODY_PT
            baseline = self.y + (height - step * len(cell.lines)) / 2 + step * 0.5 + size * PT_MM * 0.36
            for line, wide in cell.lines:
                if line:
                    pieces.append((x + ((width - wide) / 2 if center else PAD_MM), baseline, size, line))
                baseline += step
            x += width
        self.file.text(pieces, bold)
        self.y += height
        start = MARGIN_MM
        for i in going_on:
            self.file.line(start, self.y, MARGIN_MM + sum(widths[:i]), self.y)
            start = MARGIN_MM + sum(widths[: i + 1])
        self.file.line(start, self.y, x, self.y)

    def _signatures(self, block: Signatures) -> None:
        per_line = 3 if len(block.labels) == 3 else 2
        room = self.width / per_line
        lines = [block.labels[i : i + per_line] for i in range(0, len(block.labels), per_line)]
        self._room(SIGNATURE_MM * len(lines))
        for labels in lines:
            self.y += SIGNATURE_MM - 2
            for k, label in enumerate(labels):
                x = MARGIN_MM + k * room
                text = self._clean(labelled(label))
                self.file.text([(x, self.y, BODY_PT, text)])
                self.file.line(x + self._width(text, BODY_PT) + 1, self.y + 0.8, x + room - 6, self.y + 0.8)
            self.y += 2

    def _qr(self, text: str) -> None:
        """Draw a QR code at the top right."""
        self.file.fill(_qr_rectangles(text, MARGIN_MM + self.width - QR_MM, MARGIN_MM - 1), grey=0)


def _paper(landscape: bool) -> tuple[float, float]:
    return (A4_MM[1], A4_MM[0]) if landscape else A4_MM
