"""Documents as PDF on A4, black on white, the font embedded. Text that does not fit is wrapped.

Only what would not fit on a whole page ends in …: nothing is drawn beside the paper, and the workbook has all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from scheduler.files import write_whole
from scheduler.i18n import _, language
from scheduler.reports.formats.document import (
    BOX,
    LEFT_MM,
    NO_IMPRINT,
    Block,
    Cell,
    Facts,
    Imprint,
    Sheet,
    Signatures,
    Table,
    Text,
    characters,
    labelled,
    printable,
    spaced,
)
from scheduler.reports.formats.feet import Foot, written
from scheduler.reports.formats.fonts import MISSING, Font
from scheduler.reports.formats.pdf_file import PdfFile, Rectangle
from scheduler.reports.formats.printed_rows import GroupLine, printed_rows
from scheduler.reports.formats.qr import qr_rectangles
from scheduler.reports.formats.text_layout import (
    BODY_PT,
    BOX_MM,
    BOX_ROW_MM,
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
TOP_MM, FOOT_MM = 9.0, 12.0
TITLE_PT = 16.0
QR_MM = 18.0
GROUP_GREY = 0.96
HEADING_SHARE = 0.3
"""Of a page, at most, for the heading of a table, and for the title of a sheet."""
GROUP_SHARE = 0.2
"""The same for the line above the rows of a group."""


def write_pdf(path: Path, sheets: Sequence[Sheet], font: Font, imprint: Imprint = NO_IMPRINT) -> None:
    """Write sheets as one PDF with page numbers throughout, whole or not at all, mode 0600.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    write_whole(path, render(sheets, font, imprint))


def render(sheets: Sequence[Sheet], font: Font, imprint: Imprint = NO_IMPRINT) -> bytes:
    """Return the PDF's bytes."""
    title = printable(spaced(sheets[0].title, sheets[0].subtitle)) if sheets else ""
    composer = _Composer(font, PdfFile(font, title, "zh-CN" if language() == "zh" else "en"), imprint)
    for sheet in sheets:
        composer.sheet(sheet)
    composer.footers()
    return composer.file.content()


def _lost(missing: Iterable[str]) -> str:
    codes = " ".join(f"U+{ord(ch):04X}" for ch in missing)
    return _("{sign} stands for characters no font has: {codes}").format(sign=MISSING, codes=codes)


class _Composer:
    """Lays sheets out page by page; `y` is where the next block begins, in mm from the top."""

    def __init__(self, font: Font, file: PdfFile, imprint: Imprint) -> None:
        self.font = font
        self.file = file
        self.imprint = imprint
        self.feet: list[Foot] = []
        self.counted = self.page = 0
        self.may_be_cut = False  # the page below what stands on it, and the rest be another sheet's
        self.y = TOP_MM

    def sheet(self, sheet: Sheet) -> None:
        """Begin a page and lay out a sheet on as many as it takes."""
        self.current = sheet
        self.width = sheet.width_mm
        self.counted += sheet.alone
        if not (sheet.may_be_cut and self._cut_page(sheet)):
            self.bottom = _paper(sheet.landscape)[1] - FOOT_MM
            self._page()
        first_page = self.page
        top = self.y
        if sheet.code:
            self._qr(self.imprint.code(sheet.code))
        self._centered(sheet.title, TITLE_PT, bold=True)
        if sheet.subtitle:
            self._centered(sheet.subtitle, BODY_PT + 0.5)
        self.y = max(self.y, top + QR_MM + 1) if sheet.code else self.y + 1
        for block in sheet.blocks:
            self._block(block)
        if self.font.missing and (lost := sorted(self.font.missing & characters(sheet))):
            self._paragraph(_lost(lost))
        self.may_be_cut = sheet.may_be_cut and self.page == first_page

    def _cut_page(self, sheet: Sheet) -> bool:
        """Begin a sheet below the one before, in the middle if both are short; tell whether there is room."""
        middle, end = A4_MM[1] / 2, self.y + FOOT_MM
        latest = A4_MM[1] - (TOP_MM + self._height_mm(sheet) + FOOT_MM)
        if not self.may_be_cut or latest < end:
            return False
        cut_mm = middle if end <= middle <= latest else end
        self.feet[-1] = replace(self.feet[-1], bottom_mm=cut_mm)
        self.file.dashes(0, cut_mm, A4_MM[0])
        self.y = cut_mm + TOP_MM
        self._foot()
        return True

    def footers(self) -> None:
        """Write the foot of every page."""
        for page, pieces in written(self.font, self.imprint, self.feet):
            self.file.turn_to(page)
            self.file.text(pieces)

    def _page(self) -> None:
        """Begin a page."""
        self.file.turn_to_new_page(*_paper(self.current.landscape))
        self.page += 1
        self._foot()
        self.y = TOP_MM

    def _foot(self) -> None:
        paper = _paper(self.current.landscape)
        self.feet.append(Foot(self.page, paper[0], paper[1], self.current.tab, self.counted))

    def _height_mm(self, sheet: Sheet) -> float:
        """Return about how high a short sheet is: rather too much than too little."""
        height = QR_MM + 1 if sheet.code else 3.5 * ROW_MM
        for block in sheet.blocks:
            if isinstance(block, Table):
                rows = printed_rows(block)
                widths = self._widths(block)
                height += 2 * ROW_MM + sum(
                    ROW_MM if isinstance(row, GroupLine) else max(c.height_mm for c in self._laid(row, widths, 999))
                    for row in rows
                )
            elif isinstance(block, Facts):
                height += -(-len(block.pairs) // block.per_line) * ROW_MM + 2
            elif isinstance(block, Signatures):
                height += block.line_mm * len(block.lines)
            else:
                height += LINE_MM + 3
        return height

    def _widths(self, table: Table) -> list[float]:
        """Return how wide the printed columns of a table are."""
        wide = [column.width_mm for column in table.columns if not column.group] * table.abreast
        return [width * self.width / sum(wide) for width in wide]

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
        most = int((self.bottom - TOP_MM) * HEADING_SHARE / (height * 1.5))
        if len(lines) > most:
            lines = [*lines[: most - 1], cut(self.font, lines[most - 1] + self._clean(CUT), size_pt, room)]
        for line in lines:
            left = LEFT_MM + (self.width - self._width(line, size_pt)) / 2
            self.file.text([(left, self.y + height, size_pt, line)], bold)
            self.y += height * 1.4

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
        label, value = 0.27, 0.73
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
        x, top = LEFT_MM, self.y
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
            self.file.text([(LEFT_MM, self.y + BODY_PT * PT_MM, BODY_PT, line)])
            self.y += LINE_MM + 1
        self.y += 1

    def _page_mm(self) -> float:
        """Return the height that a page has for a row, below the line that says that the sheet is continued."""
        return self.bottom - TOP_MM - LINE_MM - 1

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
        self.file.text([(LEFT_MM, self.y + size * PT_MM, size, line)])
        self.y += LINE_MM + 1

    def _table(self, table: Table) -> None:
        labels = [column.heading for column in table.columns if column.group]
        columns = table.columns[len(labels) :] * table.abreast
        widths = self._widths(table)
        centered = [column.align == "center" for column in columns]
        headings = self._laid([column.heading for column in columns], widths, self._page_mm() * HEADING_SHARE)
        heading_mm = max(cell.height_mm for cell in headings)
        self._room(4 * ROW_MM + heading_mm)
        if table.title:
            self.y += 2
            size = BODY_PT + 1
            title = cut(self.font, self._clean(table.title), size, self.width)
            self.file.text([(LEFT_MM, self.y + size * PT_MM, size, title)], bold=True)
            self.y += ROW_MM
        most_mm = self._page_mm() - heading_mm - (GROUP_SHARE * self._page_mm() if labels else 0)
        top = self._heading(headings, widths)
        joined = [i for i, column in enumerate(columns) if column.joined]
        above: list[Cell] = [""] * len(widths)
        rows = list(printed_rows(table))
        again: Fitted | None = None
        is_top = True
        for row, below in zip(rows, (*rows, None)[1:], strict=True):
            if isinstance(row, GroupLine):
                group = self._group_line(row.whole if is_top else row.short)
                if self.y + group.height_mm + BOX_ROW_MM > self.bottom:
                    self._rules(widths, top)
                    self._room(group.height_mm + BOX_ROW_MM)
                    top = self._heading(headings, widths)
                    group = self._group_line(row.whole)
                top = self._group(group, widths, top)
                again, is_top = self._group_line(row.whole + _(" (continued)")), False
                continue
            laid = self._laid(row, widths, most_mm)
            height = max(cell.height_mm for cell in laid)
            if self.y + height > self.bottom:
                self._rules(widths, top)
                self._room(height)
                top = self._heading(headings, widths)
                if again is not None:
                    top = self._group(again, widths, top)
                # What goes on from the page before is said again.
                whole = [row[i] or above[i] if i in joined else cell for i, cell in enumerate(row)]
                laid = self._laid(whole, widths, most_mm)
                height = max(cell.height_mm for cell in laid)
            for i in joined:
                above[i] = row[i] or above[i]
            going_on = [i for i in joined if isinstance(below, tuple) and below[i] == ""]
            self._fill(laid, widths, centered, height, going_on=going_on)
        self._rules(widths, top)
        self.y += 1

    def _heading(self, laid: Sequence[Fitted], widths: Sequence[float]) -> float:
        """Draw a table's heading and return where it begins."""
        top, height = self.y, max(cell.height_mm for cell in laid)
        self.file.fill([(LEFT_MM, top, sum(widths), height)])
        self._fill(laid, widths, [True] * len(widths), height, bold=True)
        return top

    def _group_line(self, text: str) -> Fitted:
        """Lay out the line above the rows of a group."""
        laid = fitted(self.font, text, self.width)
        return capped(self.font, laid, self.width, self._page_mm() * GROUP_SHARE)

    def _group(self, laid: Fitted, widths: Sequence[float], top: float) -> float:
        """Draw the line above the rows of a group, which ends the upright rules, and return where they go on."""
        self._rules(widths, top)
        width = sum(widths)
        self.file.fill([(LEFT_MM, self.y, width, laid.height_mm)], GROUP_GREY)
        self.file.frame(LEFT_MM, self.y, width, laid.height_mm)
        self._fill([laid], [width], [False], laid.height_mm, bold=True)
        return self.y

    def _rules(self, widths: Sequence[float], top: float) -> None:
        """Draw the frame and the upright rules of the rows between `top` and here, all at once."""
        if self.y <= top:
            return
        self.file.frame(LEFT_MM, top, sum(widths), self.y - top)
        x = LEFT_MM
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
        x, pieces, boxes = LEFT_MM, [], []
        for cell, width, center in zip(laid, widths, centered, strict=True):
            size = cell.size_pt
            step = LINE_MM * size / BODY_PT
            baseline = self.y + (height - step * len(cell.lines)) / 2 + step * 0.5 + size * PT_MM * 0.36
            for line, wide in cell.lines:
                if line == BOX and width > BOX_MM + 2:
                    boxes.append((x + (width - BOX_MM) / 2, self.y + (height - BOX_MM) / 2))
                elif line and line != BOX:
                    pieces.append((x + ((width - wide) / 2 if center else PAD_MM), baseline, size, line))
                baseline += step
            x += width
        self.file.text(pieces, bold)
        for left, above in boxes:
            self.file.frame(left, above, BOX_MM, BOX_MM)
        self.y += height
        start = LEFT_MM
        for i in going_on:
            self.file.line(start, self.y, LEFT_MM + sum(widths[:i]), self.y)
            start = LEFT_MM + sum(widths[: i + 1])
        self.file.line(start, self.y, x, self.y)

    def _signatures(self, block: Signatures) -> None:
        room = self.width / block.abreast
        self._room(block.line_mm * len(block.lines))
        for labels in block.lines:
            self.y += block.line_mm - 2
            for k, label in enumerate(labels):
                x = LEFT_MM + k * room
                text = self._clean(labelled(label))
                self.file.text([(x, self.y, BODY_PT, text)])
                self.file.line(x + self._width(text, BODY_PT) + 1, self.y + 0.8, x + room - 6, self.y + 0.8)
            self.y += 2

    def _qr(self, text: str) -> None:
        """Draw a QR code at the top right."""
        self.file.fill(qr_rectangles(text, QR_MM, LEFT_MM + self.width - QR_MM, self.y - 1), grey=0)


def _paper(landscape: bool) -> tuple[float, float]:
    return (A4_MM[1], A4_MM[0]) if landscape else A4_MM
