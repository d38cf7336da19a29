"""QR codes as rectangles."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from scheduler.reports.formats.pdf_file import Rectangle


@lru_cache(maxsize=8)
def qr_rectangles(text: str, side_mm: float, left_mm: float, top_mm: float) -> tuple[Rectangle, ...]:
    """Return the dark modules of a QR code in mm, those beside each other as one rectangle."""
    import segno

    # The code says that it is UTF-8: a reader left to guess takes 深圳 for Japanese.
    matrix = segno.make_qr(text, error="m", encoding="utf-8", eci=not text.isascii()).matrix
    module = side_mm / len(matrix)
    found: list[Rectangle] = []
    for r, line in enumerate(matrix):
        column = 0
        for dark, beside in groupby(line):
            count = len(list(beside))
            if dark:
                found.append((left_mm + column * module, top_mm + r * module, count * module, module))
            column += count
    return tuple(found)
