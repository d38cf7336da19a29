"""Rows of a sheet -> which of them are headings, and which column they make which field."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from scheduler.tabular.sheets.workbook import SheetCells, text_of
from scheduler.tabular.tables.data_rows import holds_digit
from scheduler.tabular.tables.headings import FOREIGN, Headings

_LOOK_AHEAD = 20
_MAX_COLUMNS = 16_384
_MAX_HEADING_ROWS = 3

_DIVISION_LEVEL = re.compile(r"(?:[省市州县区]|省份|地市|市州|城市|[/、()（）])+")
_PERSONS_NUMBER = re.compile(r"\d{11,17}[\dXx]?")
_ID_LIKE = re.compile(r"\d{17}[\dXx]|\d{15}")


@dataclass(slots=True)
class _CandidateColumn:
    """A column that may be a field's; `more` are those that go on with it (目的地 over 省, 市, 县)."""

    column: int
    strength: int
    rank: int
    more: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Header:
    """Heading rows `first` to `last` of a sheet: columns of fields, columns that go on with a field, unknown ones.

    `ties` are columns that may be a field's as well as the chosen one; `passed` those that somebody else's words, or
    another journey's, rule out, `passed_below` how many of them a heading merged across several columns does;
    `understood` counts all columns that any field may have.
    """

    first: int
    last: int
    columns: dict[str, int] = field(default_factory=dict)
    more: dict[int, str] = field(default_factory=dict)
    others: dict[int, str] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    ties: dict[str, list[_CandidateColumn]] = field(default_factory=dict)
    passed: dict[str, list[int]] = field(default_factory=dict)
    passed_below: int = 0
    understood: int = 0

    @property
    def fields(self) -> frozenset[str]:
        """The fields that its headings name, those of somebody else included."""
        return frozenset(self.columns) | self.passed.keys()

    def places(self, name: str) -> frozenset[int]:
        """Return the column of a field, and those passed over for it."""
        return frozenset([self.columns[name]] if name in self.columns else []).union(self.passed.get(name, ()))

    @property
    def understood_columns(self) -> frozenset[int]:
        """The columns that are, or may be, a field's."""
        passed = (column for columns in self.passed.values() for column in columns)
        tied = (each.column for candidates in self.ties.values() for each in candidates)
        return frozenset(self.names()).union(passed, tied)

    def choose(self, name: str, candidates: list[_CandidateColumn], decisive: bool) -> None:
        """Give a field its column: the strongest, of equals the one with the usual heading, the first."""
        self.understood += sum(1 + len(each.more) for each in candidates)
        fit = [each for each in candidates if each.strength < FOREIGN]
        if len(fit) < len(candidates):
            self.passed[name] = [each.column for each in candidates if each not in fit]
        equal: list[_CandidateColumn] = []
        if fit:
            chosen = min(fit, key=lambda each: (each.strength, each.rank))
            self.columns[name] = chosen.column
            self.more |= dict.fromkeys(chosen.more, name)
            equal = [each for each in fit if decisive and each.strength == chosen.strength]
            if len(equal) > 1:
                self.ties[name] = sorted(equal, key=lambda each: each is not chosen)
            equal = equal or [chosen]
        for each in candidates:
            if each not in equal:
                self.others |= {column: self.titles[column] for column in (each.column, *each.more)}

    def names(self) -> dict[int, str]:
        """Return the field of each column."""
        return {column: name for name, column in self.columns.items()} | self.more


class HeaderFinder:
    """Finds the heading rows of a sheet."""

    def __init__(self, sheet: SheetCells, headings: Headings) -> None:
        self._cells = sheet.cells
        self._headings = headings
        self._across: dict[int, list[tuple[int, int]]] = {}  # columns merged in a row, from and to
        width: Counter[int] = Counter()
        for first, left, last, right in sheet.merged:
            if right > left:
                for row in range(first, min(last + 1, first + _MAX_HEADING_ROWS)):
                    width[row] += right - left + 1
                    if width[row] <= _MAX_COLUMNS:  # else they overlap, as no real workbook has them
                        self._across.setdefault(row, []).append((left, right))

    def find(self) -> Header | None:
        """Return the heading rows: the first that name an anchor and another field, or better ones soon after."""
        best: Header | None = None
        for index in range(len(self._cells)):
            if best is not None and (index > best.last + _LOOK_AHEAD or self._holds_id(index)):
                break  # what follows the first ID number is another table
            if len(set(self._cells[index]) - {""}) < 2:
                continue  # as in `at`, at less cost: sheets may have a million rows that only have borders
            found = self.ending_at(index, _MAX_HEADING_ROWS)
            if found is not None and (best is None or self.fullness(found) > self.fullness(best)):
                best = found
        return best

    def ending_at(self, last: int, most: int, left: int = 0, right: int | None = None) -> Header | None:
        """Return the headings of which row `last` is the lowest, with as many of `most` rows as tell something."""
        depths = range(1, min(most, last + 1) + 1)
        found = [header for depth in depths if (header := self.at(last, depth, left, right))]
        return max(found, key=_tells, default=None)

    def _holds_id(self, index: int) -> bool:
        return any(isinstance(value, str) and _ID_LIKE.fullmatch(value.strip()) for value in self._cells[index])

    def fullness(self, header: Header) -> tuple[int, int]:
        """Return how much a heading tells: its fields, then the columns it explains, unless its last row is data."""
        data = any(holds_digit(value) for value in self._cells[header.last] if value != "")
        return len(header.fields), 0 if data else header.understood

    def at(self, last: int, depth: int, left: int = 0, right: int | None = None) -> Header | None:
        """Read rows `last` - `depth` + 1 to `last` as headings; None when they do not look like it.

        `left` and `right` are the columns where the table starts and where the next one does.
        """
        block = [[""] * left + self._texts(index)[left:right] for index in range(last - depth + 1, last + 1)]
        for row in block[:-1]:  # 单位： 日期： of a form's first lines are no headings of the columns below
            row[:] = ["" if text.rstrip().endswith(("：", ":")) else text for text in row]
        if any(len(set(filter(None, row))) < 2 for row in block):
            return None  # a title stands alone in its row
        if any(_PERSONS_NUMBER.fullmatch(text_of(value)) for value in self._cells[last][left:right]):
            return None  # a person, of whom some cell reads like a heading (村委会)
        header = Header(last - depth + 1, last)
        candidates: dict[str, list[_CandidateColumn]] = {}
        choice = self._headings.choice
        above = self._groups(block)
        wide = {column for left, right in self._across.get(last, ()) for column in range(left + 1, right + 1)}
        before: list[str] = []
        previous, somebody_else = "", False
        latest: _CandidateColumn | None = None
        for column in range(max(map(len, block), default=0)):
            parts = list(dict.fromkeys(row[column] for row in block if column < len(row) and row[column]))
            if not parts:
                continue
            header.titles[column] = " ".join("".join(parts).split())
            name, rank = ("", 0) if self._headings.is_ignored(parts[-1]) else self._meaning(parts)
            if not name and len(before) > 1 and all(map(_DIVISION_LEVEL.fullmatch, (before[-1], parts[-1]))):
                parts, name = [*before[:-1], parts[-1]], previous  # a CSV keeps a merged heading over its first column
            if column in wide and (column >= len(self._cells[last]) or self._cells[last][column] == ""):
                header.others[column] = header.titles[column]  # the rest of a merged heading with nothing below it
                continue
            goes_on = name == previous and parts[:-1] == before[:-1] != [] and not self._headings.field_of(parts[-1])
            if goes_on and latest is not None:
                latest.more.append(column)  # 目的地 over 省, 市, 县
            elif name:
                grouped = [*above.get(column, ()), parts[-1]] if len(parts) == 1 else parts
                somebody_else = somebody_else and choice is not None and choice.is_attribute(name)
                strength = choice.strength(name, grouped, somebody_else) if choice else 0
                of_emergency = name == "phone" and previous == "emergency_contact"
                latest = _CandidateColumn(column, strength, rank)
                candidates.setdefault("beside" if of_emergency else name, []).append(latest)
                if len(grouped) > len(parts):
                    header.titles[column] = " ".join("".join(grouped).split())
            elif not self._headings.is_ignored(parts[-1]):
                header.others[column] = header.titles[column]
                somebody_else = choice is not None and choice.is_others_name(parts)
            if not name:
                latest = None
            before, previous = parts, name
        if beside := candidates.pop("beside", []):
            phones = candidates.get("phone")
            candidates.setdefault("emergency_phone" if phones else "phone", []).extend(beside)
        across = {
            column
            for row in range(header.first, last)
            for left, right in self._across.get(row, ())
            for column in range(left, right + 1)
        }
        header.passed_below = sum(
            each.strength >= FOREIGN and each.column in across
            for name in self._headings.anchors
            for each in candidates.get(name, ())
        )
        for name, columns in candidates.items():
            header.choose(name, columns, choice is not None and name in choice.decisive)
        named = header.fields
        return header if len(named) > 1 and any(name in named for name in self._headings.anchors) else None

    @staticmethod
    def _groups(block: Sequence[Sequence[str]]) -> dict[int, list[str]]:
        """Return the group headings that stand over a column only by spreading to the right, as in a CSV.

        户主 over 姓名 goes on over the 身份证号 beside it, where nothing else stands above that.
        """
        found: dict[int, list[str]] = {}
        lowest = block[-1]
        for row in block[:-1]:
            group = ""
            for column, text in enumerate(lowest):
                here = row[column] if column < len(row) else ""
                if here:
                    group = here if text and text != here else ""
                elif text and group:
                    found.setdefault(column, []).append(group)
                else:
                    group = ""
        return found

    def _meaning(self, parts: Sequence[str]) -> tuple[str, int]:
        """Return field and rank of headings one above the other: 紧急联系人 over 电话, else the lowest known."""
        known = self._headings.field_of
        whole = known("".join(parts)) if len(parts) > 1 else None
        return whole or next((found for part in reversed(parts) if (found := known(part))), ("", 0))

    def repeats(self, index: int, header: Header) -> bool:
        """Tell whether a row is one of the heading rows again, as on the next page."""
        return any(self._cells[index] == self._cells[row] for row in range(header.first, header.last + 1))

    def _texts(self, index: int) -> list[str]:
        """Return a row's texts, the text of a cell merged over several columns in each of them."""
        texts = [text_of(value) if isinstance(value, str) else "" for value in self._cells[index]]
        for left, right in self._across.get(index, ()):
            for column in range(left + 1, min(right + 1, len(texts))):
                texts[column] = texts[column] or texts[left]
        return texts


def _tells(header: Header) -> tuple[int, int, int]:
    """Return how much the rows above a heading row tell: fields, what they leave open, what they join and part."""
    return len(header.fields), -len(header.ties), len(header.more) + header.passed_below
