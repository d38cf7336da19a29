"""What the tables of a file are made of: the fields of a kind of table and their headings, its rows.

The field names of a table and their aliases come from the caller, so rosters and the season's other tables are
found by the same rules: Chinese or English, any order, any number of title rows above, one to three heading rows,
stars, brackets, spaces and line breaks in the headings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from scheduler.tabular.sheets.workbook import Value, column_letter, text_of

_LONGEST_HEADING, _LONGEST_CHOICE = 60, 20  # longer texts are instructions, not 乡镇/街道

_BRACKETS = re.compile(r"[(\[{<【〔「《](.*?)[)\]}>】〕」》]")
_MARKS = re.compile(r"_x000D_|[\s_\-.:;*#★☆※●◆▲△□■√?!\"'`·。,]+", re.IGNORECASE)
_NUMBERING = re.compile(r"^(?:\d+|[一二三四五六七八九十]+)[.、)]\s*")
_LEAD = re.compile(
    r"^(?:请填写|填写|乘车人员?|出行人员?|报名人员?|乘车|乘客|旅客|外出务工人员|外出务工者|务工人员|务工者|返岗人员|返乡人员|外出人员|"
    r"农民工|劳动者|劳动力|求职者|家庭成员|人员|本人|个人|拟|预计|计划|意向|期望|现|所在|所属|户籍)+"
)
_ALTERNATIVES = re.compile(r"[/、|或]")
_LONG_NUMBER = re.compile(r"\d{6}")


FOREIGN = 1000
"""Strength of a column of somebody or something else: it is never read as the field, only kept as a note."""


class Chooser(Protocol):
    """Tells which of several columns of one field is meant; what the words mean only the kind of table knows."""

    @property
    def decisive(self) -> frozenset[str]:
        """The fields of which a wrong column does harm."""

    def strength(self, name: str, parts: Sequence[str], beside: bool = False) -> int:
        """Return how well a column's headings fit a field: the least fits best, FOREIGN does not fit."""

    def is_others_name(self, parts: Sequence[str]) -> bool:
        """Tell whether headings name another person."""

    def is_attribute(self, name: str) -> bool:
        """Tell whether a field belongs to the person named before it."""

    def says_nothing(self, name: str, value: Value) -> bool:
        """Tell whether a cell says nothing about a field."""

    def agree(self, name: str, one: Value, other: Value) -> bool:
        """Tell whether two cells say the same about a field."""


@dataclass(frozen=True)
class Headings:
    """The fields a kind of table has.

    Attributes
    ----------
    aliases : mapping of field to its headings
        The field's own name counts as one. Of two columns that mean the same field the alias named first wins, unless
        `choice` tells them apart.
    required : tuple of fields
        A table without one of these columns is set aside (R103).
    anchors : tuple of fields
        A row is a heading row only when it names one of these.
    ignored : tuple of headings
        Columns of no meaning (running numbers), not kept as notes.
    choice : Chooser, optional
        Tells several columns of one field apart. What it leaves open, and cells decide neither, is R107.
    """

    aliases: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    anchors: tuple[str, ...]
    ignored: tuple[str, ...] = ("序号", "编号", "序", "no", "number", "index", "#", "ref")
    choice: Chooser | None = None

    @cached_property
    def _known(self) -> dict[str, tuple[str, int]]:
        """Return the field of each cleaned heading, and the heading's place among the field's aliases."""
        known = {
            _clean(alias): (name, place)
            for name, aliases in self.aliases.items()
            for place, alias in enumerate(aliases)
        }
        return known | {_clean(name): (name, 0) for name in self.aliases}

    @cached_property
    def _ignored(self) -> frozenset[str]:
        return frozenset(map(_clean, self.ignored))

    @cached_property
    def _cache(self) -> dict[str, tuple[str, int] | None]:
        return {}

    def title(self, name: str) -> str:
        """Return the usual heading of a field."""
        return self.aliases[name][0] if self.aliases[name] else name

    def field_of(self, heading: str) -> tuple[str, int] | None:
        """Return the field a heading means and how usual a name it is, 0 the most; None when it is not known."""
        if heading not in self._cache:
            self._cache[heading] = self._find(heading)
        return self._cache[heading]

    def is_ignored(self, heading: str) -> bool:
        """Tell whether a column of this heading has no meaning."""
        return _clean(heading) in self._ignored

    def _find(self, heading: str) -> tuple[str, int] | None:
        if len(heading) > _LONGEST_HEADING or _LONG_NUMBER.search(heading):
            return None
        known = self._known
        text = _NUMBERING.sub("", unicodedata.normalize("NFKC", heading).strip())
        outside, inside = _BRACKETS.sub("", text), "".join(_BRACKETS.findall(text))
        for candidate in (text, outside, inside):
            parts = (*_ALTERNATIVES.split(candidate), *candidate.split()) if len(candidate) <= _LONGEST_CHOICE else ()
            for part in (candidate, *parts):
                cleaned = _clean(part)
                found = known.get(cleaned) or known.get(_LEAD.sub("", cleaned))
                if found:
                    return found
        return None


@dataclass(slots=True)
class Row:
    """One row of data.

    Attributes
    ----------
    number : int
        As Excel shows it.
    values : dict of field to Value
        The cells that are not empty.
    notes : dict of heading to text
        The cells of unknown columns that are not empty.
    filled : frozenset of field
        Those of `values` that come only from a merged cell above.
    broken : str
        What is wrong when the cells of a line have slipped (R106), '' else.
    """

    number: int
    values: dict[str, Value]
    notes: dict[str, str]
    filled: frozenset[str] = frozenset()
    broken: str = ""

    def text(self, name: str) -> str:
        """Return a cell as a person reads it, '' when it is empty."""
        return text_of(self.values.get(name, ""))


@dataclass(slots=True)
class SheetTable:
    """A table of a sheet.

    Attributes
    ----------
    header_row : int
        Row number of its last heading row, as Excel shows it.
    columns : dict of field to column
        Columns counted from 0; see `letter`.
    missing : tuple of fields
        The required columns it lacks (R103 was reported).
    unclear : dict of field to columns
        The fields for which several columns stand with different cells (R107 was reported).
    passed : dict of field to columns
        The columns of fields that were left out as somebody else's, or of another journey.
    titles : dict of column to heading
    headed : frozenset of column
        All columns with a heading of this table, unknown ones included.
    first_row : int
        Row number of its first heading row.
    beside : bool
        Another table stands to its left.
    people : set of int
        Numbers of the rows that hold a person, once they have been read.
    """

    file: str
    sheet: str
    header_row: int
    columns: dict[str, int]
    missing: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    date1904: bool = False
    unclear: dict[str, list[int]] = field(default_factory=dict)
    passed: dict[str, list[int]] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    headed: frozenset[int] = frozenset()
    first_row: int = 0
    beside: bool = False
    people: set[int] = field(default_factory=set)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes for which the whole table is set aside; none when it can be used."""
        return ("R103",) * bool(self.missing) + ("R107",) * bool(self.unclear)

    def letter(self, name: str) -> str:
        """Return the letter of a field's column, '' when the table has none."""
        return column_letter(self.columns[name]) if name in self.columns else ""

    def described(self, columns: Iterable[int]) -> str:
        """Return columns by letter and heading: A (户主 姓名), C (姓名)."""
        return "、".join(f"{column_letter(column)} ({self.titles[column]})" for column in columns)


def _clean(heading: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", heading)).lower()
