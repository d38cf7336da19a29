"""What stands at the foot of each page: who issues it, page x of y, which sheet it is, of which plan and day.

Below that, where the page holds people, for whom it is and who took it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduler.i18n import _
from scheduler.mask import without_ids
from scheduler.reports.formats.document import LEFT_MM, RIGHT_MM, Imprint, printable, spaced
from scheduler.reports.formats.fonts import Font
from scheduler.reports.formats.pdf_file import Piece
from scheduler.reports.formats.text_layout import SMALL_PT, cut, text_mm

SIZE_PT = SMALL_PT + 1
ABOVE_EDGE_MM = 7.0
ABOVE_EDGE_OF_TWO_MM = 8.4, 5.2
"""Of two lines; printers leave 4 mm white."""


@dataclass(frozen=True, slots=True)
class Foot:
    """A foot to be written when all pages are known: on which page, of what width, how far down, of which sheet.

    Pages of one count are numbered through.
    """

    page: int
    width_mm: float
    bottom_mm: float
    tab: str
    count: int


def written(font: Font, imprint: Imprint, feet: Sequence[Foot]) -> Iterator[tuple[int, list[Piece]]]:
    """Yield the page and the pieces of text of each foot."""
    done, totals = Counter[int](), Counter(foot.count for foot in feet)
    origin = font.shown(printable(without_ids(imprint.origin())))
    above_mm, below_mm = ABOVE_EDGE_OF_TWO_MM if origin else (ABOVE_EDGE_MM, 0.0)

    def clean(text: str) -> str:
        return font.shown(printable(text))

    def width(text: str) -> float:
        return text_mm(font, text, SIZE_PT)

    for foot in feet:
        done[foot.count] += 1
        page = clean(_("page {page} of {pages}").format(page=done[foot.count], pages=totals[foot.count]))
        middle = (foot.width_mm - width(page)) / 2
        issuer = cut(font, clean(imprint.issuer()), SIZE_PT, middle - LEFT_MM - 2)
        edition = clean(imprint.edition())
        room = foot.width_mm - RIGHT_MM - middle - width(page) - width(edition) - 6
        right = clean(spaced(cut(font, clean(foot.tab), SIZE_PT, room), edition))
        line = ((middle, page), (LEFT_MM, issuer), (foot.width_mm - RIGHT_MM - width(right), right))
        pieces = [(x, foot.bottom_mm - above_mm, SIZE_PT, text) for x, text in line if text]
        if origin:
            whole = cut(font, origin, SIZE_PT, foot.width_mm - LEFT_MM - RIGHT_MM)
            pieces.append((LEFT_MM, foot.bottom_mm - below_mm, SIZE_PT, whole))
        yield foot.page, pieces
