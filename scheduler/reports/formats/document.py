"""Neutral documents: what stands on the paper, before anyone asks whether it is xlsx or PDF."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from scheduler.i18n import _, language
from scheduler.text_cells import UNFIT

Cell = str | int
Align = Literal["left", "center"]

PORTRAIT_MM, LANDSCAPE_MM = 190.0, 277.0
"""Printable width of A4 with 10 mm margins."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its share of the paper's width in mm, how its cells stand.

    In a joined column an empty cell is one with the cell above it: a stop or a party that goes over several rows.
    """

    heading: str
    width_mm: float
    align: Align = "center"
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value pairs, `per_line` of them side by side."""

    pairs: tuple[tuple[str, str], ...]
    per_line: int = 3


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a repeated heading; empty strings are cells to fill in by hand.

    A searched one gets filters in a workbook, and its heading stays in sight.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    searched: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A line or paragraph of text."""

    text: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """Labels with room to sign, two or three side by side."""

    labels: tuple[str, ...]


Block = Facts | Table | Text | Signatures


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printable sheet (of any number of pages): `tab` names it, `code` is what its QR says.

    A sheet that is handed out alone counts its own pages; the others of a document are counted through.
    """

    tab: str
    title: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    code: str = ""
    landscape: bool = False
    alone: bool = False

    @property
    def width_mm(self) -> float:
        """Printable width."""
        return LANDSCAPE_MM if self.landscape else PORTRAIT_MM


def columns(
    *specs: tuple[str, float] | tuple[str, float, Align] | tuple[str, float, Align, bool], width_mm: float = PORTRAIT_MM
) -> tuple[Column, ...]:
    """Return columns whose widths are scaled to fill `width_mm`."""
    made = [Column(*spec) for spec in specs]
    scale = width_mm / sum(column.width_mm for column in made)
    return tuple(Column(c.heading, c.width_mm * scale, c.align, c.joined) for c in made)


_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def printable(text: str) -> str:
    """Return text without control and direction marks, which would reorder or break what is printed around them."""
    if text.isprintable() and not UNFIT.search(text):
        return text
    spaced_out = (" " if ch in "\t\n\r\u2028\u2029" else ch for ch in text)
    return "".join(ch for ch in spaced_out if _kept(ch)).strip()


def _kept(character: str) -> bool:
    return unicodedata.category(character) not in _INVISIBLE and not UNFIT.match(character)


class _Widths(dict[str, float]):
    """Width of a character in em, looked up once."""

    def __missing__(self, character: str) -> float:
        self[character] = 1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5
        return self[character]


_widths = _Widths()


def em_width(text: str) -> float:
    """Return the width of text in em, near enough for Chinese beside Latin (in 宋体, half an em)."""
    return sum(map(_widths.__getitem__, text))


_PROVINCE = re.compile(r"^.{2,8}?(?:省|自治区)(?=.)")
_WEEKDAYS_ZH = "一二三四五六日"


def day_text(day: date) -> str:
    """Return 2027年2月15日（周一） or Mon 15 Feb 2027."""
    if language() == "zh":
        return f"{day.year}年{day.month}月{day.day}日（周{_WEEKDAYS_ZH[day.weekday()]}）"
    return f"{day:%a} {day.day} {day:%b %Y}"


def short_day(day: date) -> str:
    """Return 2月15日 or 15 Feb."""
    return f"{day.month}月{day.day}日" if language() == "zh" else f"{day.day} {day:%b}"


def clock(moment: datetime | None, day: date | None = None) -> str:
    """Return a time for paper, the one way in which all of them are printed; empty without a time.

    Parameters
    ----------
    day : date, optional
        The day that stands in the heading or the row: of this day 08:00 is enough, any other is named (2月16日 08:00).
    """
    if moment is None:
        return ""
    text = f"{moment:%H:%M}"
    return text if moment.date() == day else f"{short_day(moment.date())} {text}"


def percent(share: float) -> str:
    """Return 97.3%."""
    return f"{share * 100:.1f}%"


def sex_text(sex: str) -> str:
    """Return a roster's 男 or 女 in the user's language; anything else as it is."""
    return {"男": _("M"), "女": _("F")}.get(sex, sex)


def joined(values: Sequence[str]) -> str:
    """Return values as a list in a sentence."""
    return ("、" if language() == "zh" else ", ").join(value for value in values if value)


def spaced(*parts: str) -> str:
    """Return parts beside each other with a wide space between them."""
    return ("\u3000" if language() == "zh" else "   ").join(part for part in parts if part)


def labelled(label: str) -> str:
    """Return a label with its colon."""
    return f"{label}：" if language() == "zh" else f"{label}:"


def short_place(name: str) -> str:
    """Return a division's name without its province, for which a narrow column or a picture has no room."""
    return _PROVINCE.sub("", name)


def route_text(home: Sequence[str], work: Sequence[str]) -> str:
    """Return 顾县、罗渡 → 深圳市."""
    return f"{joined([short_place(name) for name in home])} → {joined([short_place(name) for name in work])}"
