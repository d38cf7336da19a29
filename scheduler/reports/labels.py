"""Stickers and seat cards on label sheets, 24 of 70 x 37 mm on A4: run, seat, where to get off; nobody's name.

Each run begins a sheet, in the order of its seats: the escort hands the sheet out as people board. Small crosses show
where plain paper is to be cut.
"""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.i18n import _, language
from scheduler.mask import without_ids
from scheduler.plan import Run
from scheduler.reports.book import Book, Rider, seat_key
from scheduler.reports.formats.document import printable, public_day, short_place
from scheduler.reports.formats.fonts import Font
from scheduler.reports.formats.pdf_file import PdfFile, Piece
from scheduler.reports.formats.text_layout import cut, text_mm

PAGE_MM = 210.0, 297.0
ACROSS, DOWN = 3, 8
WIDTH_MM, HEIGHT_MM = PAGE_MM[0] / ACROSS, PAGE_MM[1] / DOWN
INSIDE_MM = 5.0
"""Printers and label sheets are off by some millimetres."""
CROSS_MM = 1.5
RUN_PT, SEAT_PT, STOP_PT, DAY_PT = 11.0, 26.0, 10.0, 8.0


def labels_pdf(book: Book, runs: Sequence[Run], font: Font) -> bytes:
    """Return the label sheets of some runs as a PDF."""
    file = PdfFile(font, _("Stickers and seat cards"), "zh-CN" if language() == "zh" else "en")
    for run in runs:
        riders = sorted(
            book.riders[run.id], key=lambda rider: (seat_key(rider.seat), "" if rider.seat else rider.alight)
        )
        for first in range(0, len(riders), ACROSS * DOWN):
            file.turn_to_new_page(*PAGE_MM)
            _crosses(file)
            for place, rider in enumerate(riders[first : first + ACROSS * DOWN]):
                _label(file, font, place % ACROSS * WIDTH_MM, place // ACROSS * HEIGHT_MM, rider)
    return file.content()


def _crosses(file: PdfFile) -> None:
    for x in (WIDTH_MM * i for i in range(1, ACROSS)):
        for y in (HEIGHT_MM * j for j in range(1, DOWN)):
            file.line(x - CROSS_MM, y, x + CROSS_MM, y)
            file.line(x, y - CROSS_MM, x, y + CROSS_MM)


def _label(file: PdfFile, font: Font, left: float, top: float, rider: Rider) -> None:
    run = rider.run
    name = run.train or run.id
    seat, to = rider.seat, _("to {place}").format(place=short_place(rider.alight))
    seat = _("seat {seat}").format(seat=seat) if seat and len(seat) <= len("03车02A") else seat
    # A train whose seats the railway gives: where to get off is what tells its people apart.
    large, small = (seat, to) if seat else (to, _("seat as on the ticket"))
    lines = (
        (name, RUN_PT, 9.5, True),
        (large, SEAT_PT, 20.5, True),
        (small, STOP_PT, 27.0, False),
        (public_day(run.date), DAY_PT, 31.5, False),
    )
    for text, size, down_mm, bold in lines:
        piece = _centred(font, without_ids(text), size, left, top + down_mm)
        file.text([piece], bold=bold)


def _centred(font: Font, text: str, size: float, left: float, baseline: float) -> Piece:
    room = WIDTH_MM - 2 * INSIDE_MM
    text = font.shown(printable(text))
    wide = text_mm(font, text, size)
    if wide > room:
        size = max(size * room / wide, size / 2)
        text = cut(font, text, size, room)
        wide = text_mm(font, text, size)
    return left + (WIDTH_MM - wide) / 2, baseline, size, text
