"""Neutral documents: what stands on the paper, before anyone asks whether it is xlsx or PDF."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from scheduler.i18n import _, language
from scheduler.text_cells import UNFIT

Cell = str | int
Align = Literal["left", "center"]

LEFT_MM, RIGHT_MM = 18.0, 8.0
"""Margins beside the text: papers are bound at the left."""
PORTRAIT_MM, LANDSCAPE_MM = 210.0 - LEFT_MM - RIGHT_MM, 297.0 - LEFT_MM - RIGHT_MM
"""Printable width of A4."""

ID_MM = 36.0
"""Width of 18 characters in a workbook."""
BOX = "□"
"""A cell to tick: on paper a square large enough for a pen, drawn, or the cell itself where that is hardly wider."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its share of the paper's width in mm, how its cells stand.

    In a joined column an empty cell is one with the cell above it: a stop or a party that goes over several rows. What
    the columns of a group say is printed once, as a line above the rows that share it, bare ones without their
    headings; a workbook keeps the columns, to be filtered by. They are the first ones. `book_mm` is the width in a
    workbook where that is another one.
    """

    heading: str
    width_mm: float
    align: Align = "center"
    joined: bool = False
    book_mm: float = 0
    group: bool = False
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value pairs, `per_line` of them side by side."""

    pairs: tuple[tuple[str, str], ...]
    per_line: int = 3


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a repeated heading; empty strings are cells to fill in by hand.

    A searched one gets filters in a workbook, and its heading stays in sight. Printed, `abreast` rows of a group stand
    beside each other, and the line of a group ends in the number of its people where rows are `counted`; of nested
    groups it says only what differs from the one above it.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    searched: bool = False
    abreast: int = 1
    counted: bool = True
    nested: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A line or paragraph of text."""

    text: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """Labels with room to sign, `per_line` of them side by side."""

    labels: tuple[str, ...]
    per_line: int = 2

    @property
    def abreast(self) -> int:
        """How many stand on a line: three of three."""
        return 3 if len(self.labels) == 3 else self.per_line

    @property
    def line_mm(self) -> float:
        """How high a line is: with room for a seal, or where four stand abreast for a name."""
        return 8.0 if self.abreast > 3 else 11.0

    @property
    def lines(self) -> list[tuple[str, ...]]:
        """The labels of each line."""
        return [self.labels[i : i + self.abreast] for i in range(0, len(self.labels), self.abreast)]


Block = Facts | Table | Text | Signatures


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printable sheet (of any number of pages): `tab` names it, `code` is what its QR says.

    A sheet that is handed out alone counts its own pages; the others of a document are counted through. A short one
    whose paper may be cut shares it with another.
    """

    tab: str
    title: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    code: str = ""
    landscape: bool = False
    alone: bool = False
    may_be_cut: bool = False

    @property
    def width_mm(self) -> float:
        """Printable width."""
        return LANDSCAPE_MM if self.landscape else PORTRAIT_MM


@dataclass(frozen=True, slots=True)
class Taken:
    """Who takes data of people out, when, and how often this has been done before (`copy` counts from 1)."""

    by: str
    at: datetime
    copy: int


@dataclass(frozen=True, slots=True)
class Imprint:
    """What stands at the foot of every page: who issues it, whom to phone, of which plan it is, when it was printed.

    Of data of people it also says for whom they are (`reader`, in words) and who took them out.
    """

    office: str = ""
    duty_phone: str = ""
    plan_number: str = ""
    printed: date | None = None
    reader: str = ""
    taken: Taken | None = None

    def issuer(self) -> str:
        """Return the office and its duty telephone."""
        return spaced(self.office, self.duty())

    def duty(self) -> str:
        """Return the duty telephone with its label; empty without one."""
        return _("Duty phone {number}").format(number=self.duty_phone) if self.duty_phone else ""

    def plan(self) -> str:
        """Return the plan's number with its label; empty without one."""
        return _("Plan {number}").format(number=self.plan_number) if self.plan_number else ""

    def edition(self) -> str:
        """Return the plan's number and the day of printing."""
        printed = _("printed {day}").format(day=self.printed.isoformat()) if self.printed else ""
        return spaced(self.plan(), printed)

    def origin(self) -> str:
        """Return for whom the page is, who took it out, when, and which copy it is; empty where nobody said."""
        if self.taken is None:
            return ""
        reader = _("For {reader} only").format(reader=self.reader) if self.reader else ""
        by = f"{self.taken.by} {self.taken.at:%Y-%m-%d %H:%M}".strip()
        copy = _("copy {number}").format(number=self.taken.copy)
        return spaced(reader, _("taken out by {who}").format(who=by) if self.taken.by else by, copy)

    def code(self, text: str) -> str:
        """Return what a QR code says: its own text, the plan's number, the duty telephone."""
        return "\n".join(part for part in (text, self.plan(), self.duty()) if part)


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


NO_IMPRINT = Imprint()


Spec = (
    tuple[str, float]
    | tuple[str, float, Align]
    | tuple[str, float, Align, bool, float]
    | tuple[str, float, Align, bool]
)
"""What a column is made of, in the order of its fields."""


def id_column(is_there: bool, width_mm: float) -> tuple[Spec, ...]:
    """Return the column of ID numbers: a mask is printed short, a workbook has all its stars."""
    return only_if(is_there, (_("ID number"), width_mm, "center", False, max(width_mm, ID_MM)))


def only_if(is_there: bool, *specs: Spec) -> tuple[Spec, ...]:
    """Return columns that some lists have and others not."""
    return specs if is_there else ()


def columns(
    *specs: Spec,
    width_mm: float = PORTRAIT_MM,
    groups: Sequence[tuple[str, float] | tuple[str, float, bool]] = (),
    abreast: int = 1,
) -> tuple[Column, ...]:
    """Return columns whose widths are scaled to fill `width_mm`, `abreast` times.

    Before them stand those of the groups: heading, width in a workbook, and whether they are bare.
    """
    made = [Column(*spec) for spec in specs]
    scale = width_mm / abreast / sum(column.width_mm for column in made)
    scaled = (replace(column, width_mm=column.width_mm * scale) for column in made)
    return (*(Column(g[0], g[1], "left", group=True, is_bare=g[2:] == (True,)) for g in groups), *scaled)


_STARS = re.compile(r"\*{5,}")


def short_masks(text: str) -> str:
    """Return text in which four stars stand for more: on paper room is scarce, and what is hidden stays hidden."""
    return _STARS.sub("****", text) if "*****" in text else text


_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def printable(text: str) -> str:
    """Return text without control and direction marks, which would reorder or break what is printed around them."""
    # The wide space between the parts of a line is no letter to Python, and stays.
    if text.replace("\u3000", "").isprintable() and not UNFIT.search(text):
        return text.strip("\u3000")
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


def lunar_text(day: date) -> str:
    """Return 正月初十, the date that people at home count by; empty in English."""
    return _lunar(day) if language() == "zh" else ""


@lru_cache(maxsize=500)
def _lunar(day: date) -> str:
    from lunar_python import Solar

    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return f"{lunar.getMonthInChinese()}月{lunar.getDayInChinese()}"


def public_day(day: date) -> str:
    """Return 2月15日（正月初十） or 15 Feb: a date for people outside the office."""
    lunar = lunar_text(day)
    return f"{short_day(day)}（{lunar}）" if lunar else short_day(day)


def full_day(day: date) -> str:
    """Return 2027年2月15日（周一，正月初十） or Mon 15 Feb 2027."""
    lunar = lunar_text(day)
    return day_text(day).removesuffix("）") + f"，{lunar}）" if lunar else day_text(day)


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


def sentences(values: Iterable[str]) -> str:
    """Return sentences one after another; Chinese has no space between them."""
    return ("" if language() == "zh" else " ").join(value for value in values if value)


def spaced(*parts: str) -> str:
    """Return parts beside each other with a wide space between them."""
    return ("\u3000" if language() == "zh" else "   ").join(part for part in parts if part)


def labelled(label: str) -> str:
    """Return a label with its colon, as a value can follow it."""
    return f"{label}：" if language() == "zh" else f"{label}: "


def short_place(name: str) -> str:
    """Return a division's name without its province, for which a narrow column or a picture has no room."""
    return _PROVINCE.sub("", name)


def km_text(km: float) -> str:
    """Return a distance with its unit in the language of the paper."""
    return _("{km} km").format(km=f"{km:,.1f}")


def route_text(home: Sequence[str], work: Sequence[str]) -> str:
    """Return 顾县、罗渡 → 深圳市."""
    return f"{joined([short_place(name) for name in home])} → {joined([short_place(name) for name in work])}"
