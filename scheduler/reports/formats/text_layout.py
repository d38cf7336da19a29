"""Text laid into the width it has: a little smaller, wrapped, or cut with … where even a page would not hold it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from scheduler.reports.formats.document import BOX, printable, short_masks
from scheduler.reports.formats.fonts import Font

PT_MM = 0.3528
BODY_PT, SMALL_PT = 9.0, 7.0
PAD_MM, UPRIGHT_PAD_MM = 0.9, 0.6
ROW_MM, LINE_MM = 5.0, 3.8
BOX_MM, BOX_ROW_MM = 5.0, 5.4
CUT = "…"


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text laid into a cell: its size in points, its lines with their widths in mm, the height it needs in mm."""

    size_pt: float
    lines: tuple[tuple[str, float], ...]
    height_mm: float


@lru_cache(maxsize=1 << 15)
def fitted(font: Font, text: str, width_mm: float) -> Fitted:
    """Lay a text into a cell; the same stops, dates and marks stand in thousands of rows."""
    text, room = font.shown(printable(short_masks(text))), width_mm - 2 * PAD_MM
    size, wide = BODY_PT, text_mm(font, text, BODY_PT)
    if wide > room:
        # A little smaller keeps it on one line; much too long is wrapped.
        size = max(SMALL_PT, BODY_PT * room / wide)
    lines = broken(font, text, size, room + 1e-6)
    height = (
        BOX_ROW_MM
        if text == BOX and room > BOX_MM
        else max(ROW_MM, len(lines) * LINE_MM * size / BODY_PT + 2 * UPRIGHT_PAD_MM)
    )
    return Fitted(size, tuple((line, text_mm(font, line, size)) for line in lines), height)


def capped(font: Font, cell: Fitted, width_mm: float, most_mm: float) -> Fitted:
    """Return a laid text that is at most `most_mm` high: the lines that fit, the last one ending in …."""
    if cell.height_mm <= most_mm:
        return cell
    count = max(1, int((most_mm - 2 * UPRIGHT_PAD_MM) / (LINE_MM * cell.size_pt / BODY_PT)))
    lines = list(cell.lines[:count])
    last = cut(font, lines[-1][0] + font.shown(CUT), cell.size_pt, width_mm - 2 * PAD_MM)
    lines[-1] = last, text_mm(font, last, cell.size_pt)
    return Fitted(cell.size_pt, tuple(lines), most_mm)


def cut(font: Font, text: str, size_pt: float, room_mm: float) -> str:
    """Return a text on one line: as it is when it fits, else its beginning and …."""
    if text_mm(font, text, size_pt) <= room_mm:
        return text
    room_em = room_mm / (size_pt * PT_MM) - font.width_em(font.shown(CUT))
    kept = 0
    while kept < len(text) and (room_em := room_em - font.width_em(text[kept])) >= 0:
        kept += 1
    return text[:kept].rstrip(CUT) + CUT


def text_mm(font: Font, text: str, size_pt: float) -> float:
    """Return how wide a text is."""
    return font.width_em(text) * size_pt * PT_MM


def broken(font: Font, text: str, size_pt: float, room_mm: float) -> list[str]:
    """Break text into lines that fit: at spaces where Latin words allow, else at any character."""
    if text_mm(font, text, size_pt) <= room_mm:
        return [text]
    room_em = room_mm / (size_pt * PT_MM)
    lines, start, used, space = [], 0, 0.0, -1
    i = 0
    while i < len(text):
        used += font.width_em(text[i])
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
