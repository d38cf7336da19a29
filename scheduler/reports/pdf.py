"""Documents as PDF on A4, black on white, the font embedded. Text that does not fit is wrapped, never cut."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from scheduler.files import write_whole
from scheduler.i18n import _, language
from scheduler.reports.document import Block, Facts, Sheet, Signatures, Table, Text, labelled, printable, spaced
from scheduler.reports.fonts import ALWAYS, MISSING, JobFont

A4_MM = (210.0, 297.0)
MARGIN_MM, FOOT_MM = 10.0, 13.0
PT_MM = 0.3528
BODY_PT, SMALL_PT, TITLE_PT = 9.0, 7.0, 17.0
PAD_MM = 0.9
ROW_MM, LINE_MM = 6.0, 3.9
QR_MM = 17.0
GREY = 235
RULE_MM = 0.2
FAMILY = "han"


def write_pdf(path: Path, sheets: Sequence[Sheet], font: JobFont) -> None:
    """Write sheets as one PDF with page numbers throughout, whole or not at all, mode 0600.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    write_whole(path, render(sheets, font))


def render(sheets: Sequence[Sheet], font: JobFont) -> bytes:
    """Return the PDF's bytes."""
    composer = _Composer(font, _codes(sheets))
    for sheet in sheets:
        composer.sheet(sheet)
    composer.footers()
    return bytes(composer.pdf.output())


def _codes(sheets: Sequence[Sheet]) -> list[int]:
    return sorted({ord(ch) for sheet in sheets for ch in characters(sheet)})


def characters(sheet: Sheet) -> set[str]:
    """Return every character that a sheet prints."""
    found = set(printable(sheet.tab + sheet.title + sheet.subtitle))
    for block in sheet.blocks:
        for text in _texts(block):
            found.update(printable(text))
    found.update(_foot(1, 1))
    found.update(_("{sign} stands for characters no font has: {codes}"))
    found.update(_(" (continued)"))
    found.update(ALWAYS + labelled("") + spaced(" ", " "))
    return found


def _texts(block: Block) -> list[str]:
    if isinstance(block, Facts):
        return [part for pair in block.pairs for part in pair]
    if isinstance(block, Table):
        cells = [str(cell) for row in block.rows for cell in row]
        return [block.title, *(column.heading for column in block.columns), *cells]
    return [block.text] if isinstance(block, Text) else list(block.labels)


def _foot(page: int, pages: int) -> str:
    return _("page {page} of {pages}").format(page=page, pages=pages)


@lru_cache(maxsize=8)
def _qr_modules(text: str) -> tuple[bytearray, ...]:
    """Return the modules of a QR code, dark ones non-zero."""
    import segno

    matrix: tuple[bytearray, ...] = segno.make_qr(text, error="m").matrix
    return matrix


class _Composer:
    """Lays sheets out page by page; `y` is where the next block begins, in mm from the top."""

    def __init__(self, font: JobFont, codes: list[int]) -> None:
        from fpdf import FPDF

        self.font = font
        self.pdf: Any = FPDF(format="A4")
        self.pdf.add_font(FAMILY, "", font.path, unicode_range=codes)
        # The vendored outlines have their boxes: working them out again would take half of the time of a file.
        embedded: Any = self.pdf.fonts[FAMILY]
        embedded.ttfont.recalcBBoxes = False
        self.pdf.set_lang("zh-CN" if language() == "zh" else "en")
        self.pdf.set_auto_page_break(False)
        self.pdf.set_line_width(RULE_MM)
        self.pdf.set_fill_color(GREY)
        self.pages: list[tuple[str, bool]] = []
        self.y = MARGIN_MM
        self.size_pt = 0.0

    def sheet(self, sheet: Sheet) -> None:
        """Begin a page and lay out a sheet on as many as it takes."""
        self.current = sheet
        self.width = sheet.width_mm
        self.bottom = (A4_MM[0] if sheet.landscape else A4_MM[1]) - FOOT_MM
        if not self.pages:
            self.pdf.set_title(f"{sheet.title} {printable(sheet.subtitle)}")
        self._page()
        if sheet.code:
            self._qr(sheet.code)
        self._centered(sheet.title, TITLE_PT, bold=True)
        if sheet.subtitle:
            self._centered(sheet.subtitle, BODY_PT + 0.5)
        self.y = max(self.y, MARGIN_MM + QR_MM + 1) if sheet.code else self.y + 1
        for block in sheet.blocks:
            self._block(block)
        if lost := sorted(self.font.missing & characters(sheet)):
            codes = " ".join(f"U+{ord(ch):04X}" for ch in lost)
            self._paragraph(_("{sign} stands for characters no font has: {codes}").format(sign=MISSING, codes=codes))

    def footers(self) -> None:
        """Write page x of y on every page."""
        pages = len(self.pages)
        for number, (tab, landscape) in enumerate(self.pages, 1):
            self.pdf.page = number
            width, height = A4_MM[::-1] if landscape else A4_MM
            self.size_pt = 0.0
            self._size(SMALL_PT + 1)
            text = _foot(number, pages)
            self._put((width - self._width(text, SMALL_PT + 1)) / 2, height - 7, text)
            self._put(MARGIN_MM, height - 7, self._clean(tab))

    def _page(self) -> None:
        self.pdf.add_page(orientation="L" if self.current.landscape else "P")
        self.pages.append((self.current.tab, self.current.landscape))
        self.y = MARGIN_MM
        self.size_pt = 0.0

    # Text ----------------------------------------------------------------------------------------------------------

    def _clean(self, text: str) -> str:
        return self.font.shown(printable(text))

    def _width(self, text: str, size_pt: float) -> float:
        return self.font.width_em(text) * size_pt * PT_MM

    def _size(self, size_pt: float) -> None:
        if size_pt != self.size_pt:
            self.pdf.set_font(FAMILY, size=size_pt)
            self.size_pt = size_pt

    def _put(self, x: float, baseline: float, text: str) -> None:
        if text:
            self.pdf.text(x, baseline, text)

    def _bold(self, on: bool) -> None:
        # One weight of the font is enough: bold is drawn by stroking the outlines too.
        self.pdf.text_mode = 2 if on else 0

    def _centered(self, text: str, size_pt: float, bold: bool = False) -> None:
        text = self._clean(text)
        while size_pt > SMALL_PT and self._width(text, size_pt) > self.width - 2 * QR_MM:
            size_pt -= 0.5
        self._size(size_pt)
        self._bold(bold)
        height = size_pt * PT_MM
        self._put(MARGIN_MM + (self.width - self._width(text, size_pt)) / 2, self.y + height, text)
        self._bold(False)
        self.y += height * 1.5

    def _lines(self, text: str, size_pt: float, room_mm: float) -> list[str]:
        """Break text into lines that fit: at spaces where Latin words allow, else at any character."""
        if self._width(text, size_pt) <= room_mm:
            return [text]
        room_em, widths = room_mm / (size_pt * PT_MM), self.font.widths
        lines, start, used, space = [], 0, 0.0, -1
        i = 0
        while i < len(text):
            used += widths[text[i]]
            if used > room_em and i > start:
                end = space if space > start else i
                lines.append(text[start:end].rstrip())
                start = i = end
                used, space = 0.0, -1
                continue
            if text[i] == " ":
                space = i + 1
            i += 1
        lines.append(text[start:])
        return lines

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
            cells = [part for pair in line for part in pair]
            self._row(cells, widths, [True, False] * len(line), shaded=[True, False] * len(line))
        self.y += 2

    def _paragraph(self, text: str) -> None:
        self.y += 1
        for line in self._lines(self._clean(text), BODY_PT, self.width):
            self._room(LINE_MM + 1)
            self._size(BODY_PT)
            self._put(MARGIN_MM, self.y + BODY_PT * PT_MM, line)
            self.y += LINE_MM + 1
        self.y += 1

    def _room(self, height: float) -> bool:
        """Begin a new page when `height` mm do not fit; tell whether it did."""
        if self.y + height <= self.bottom:
            return False
        self._page()
        self._size(SMALL_PT + 1)
        line = spaced(self.current.title + _(" (continued)"), self.current.subtitle)
        self._put(MARGIN_MM, self.y + (SMALL_PT + 1) * PT_MM, self._clean(line))
        self.y += LINE_MM + 1
        return True

    def _table(self, table: Table) -> None:
        widths = [column.width_mm for column in table.columns]
        total = sum(widths)
        widths = [width * self.width / total for width in widths]
        centered = [column.align == "center" for column in table.columns]
        self._room(4 * ROW_MM)
        if table.title:
            self.y += 2
            self._size(BODY_PT + 1)
            self._bold(True)
            self._put(MARGIN_MM, self.y + (BODY_PT + 1) * PT_MM, self._clean(table.title))
            self._bold(False)
            self.y += ROW_MM
        headings = [column.heading for column in table.columns]
        top = self._heading(headings, widths)
        for row in table.rows:
            laid, height = self._layout([str(cell) for cell in row], widths)
            if self.y + height > self.bottom:
                self._rules(widths, top)
                self._room(height)
                top = self._heading(headings, widths)
            self._fill(laid, widths, centered, height)
        self._rules(widths, top)
        self.y += 1

    def _heading(self, headings: Sequence[str], widths: Sequence[float]) -> float:
        """Draw a table's heading and return where it begins."""
        top = self.y
        laid, height = self._layout(headings, widths)
        self.pdf.rect(MARGIN_MM, top, sum(widths), height, style="F")
        self._bold(True)
        self._fill(laid, widths, [True] * len(widths), height)
        self._bold(False)
        return top

    def _rules(self, widths: Sequence[float], top: float) -> None:
        """Draw the frame and the upright rules of the rows between `top` and here, all at once."""
        self.pdf.rect(MARGIN_MM, top, sum(widths), self.y - top)
        x = MARGIN_MM
        for width in widths[:-1]:
            x += width
            self.pdf.line(x, top, x, self.y)

    def _row(
        self, cells: Sequence[str], widths: Sequence[float], centered: Sequence[bool], shaded: Sequence[bool]
    ) -> None:
        laid, height = self._layout(cells, widths)
        self._room(height)
        x = MARGIN_MM
        for width, shade in zip(widths, shaded, strict=True):
            if shade:
                self.pdf.rect(x, self.y, width, height, style="F")
            x += width
        top = self.y
        self._fill(laid, widths, centered, height)
        self._rules(widths, top)

    def _layout(self, cells: Sequence[str], widths: Sequence[float]) -> tuple[list[tuple[float, list[str]]], float]:
        """Return each cell's font size and lines, and the row's height."""
        laid, height = [], ROW_MM
        for cell, width in zip(cells, widths, strict=True):
            text, room = self._clean(cell), width - 2 * PAD_MM
            size = BODY_PT
            wide = self._width(text, BODY_PT)
            if wide > room:
                # A little smaller keeps it on one line; much too long is wrapped.
                size = max(SMALL_PT, BODY_PT * room / wide)
            lines = self._lines(text, size, room + 1e-6)
            laid.append((size, lines))
            height = max(height, len(lines) * LINE_MM * size / BODY_PT + 2 * PAD_MM)
        return laid, height

    def _fill(
        self, laid: Sequence[tuple[float, list[str]]], widths: Sequence[float], centered: Sequence[bool], height: float
    ) -> None:
        """Write a row's text and the line below it, and go on below."""
        x, y = MARGIN_MM, self.y
        for (size, lines), width, center in zip(laid, widths, centered, strict=True):
            step = LINE_MM * size / BODY_PT
            baseline = y + (height - step * len(lines)) / 2 + step * 0.5 + size * PT_MM * 0.36
            for line in lines:
                if line:
                    self._size(size)
                    left = (width - self._width(line, size)) / 2 if center else PAD_MM
                    self.pdf.text(x + left, baseline, line)
                baseline += step
            x += width
        self.y = y + height
        self.pdf.line(MARGIN_MM, self.y, x, self.y)

    def _signatures(self, block: Signatures) -> None:
        half = self.width / 2
        for i in range(0, len(block.labels), 2):
            self._room(11)
            self.y += 9
            for k, label in enumerate(block.labels[i : i + 2]):
                x = MARGIN_MM + k * half
                text = self._clean(labelled(label))
                self._size(BODY_PT)
                self._put(x, self.y, text)
                self.pdf.line(x + self._width(text, BODY_PT) + 1, self.y + 0.8, x + half - 6, self.y + 0.8)
            self.y += 2

    def _qr(self, text: str) -> None:
        """Draw a QR code at the top right, each run of dark modules as one rectangle."""
        matrix = _qr_modules(text)
        module = QR_MM / len(matrix)
        left, top = MARGIN_MM + self.width - QR_MM, MARGIN_MM - 1
        self.pdf.set_fill_color(0)
        for r, line in enumerate(matrix):
            c = 0
            while c < len(line):
                end = c
                while end < len(line) and line[end]:
                    end += 1
                if end > c:
                    self.pdf.rect(left + c * module, top + r * module, (end - c) * module, module, style="F")
                c = end + 1
        self.pdf.set_fill_color(GREY)
