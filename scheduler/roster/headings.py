"""Sheets of cells -> tables: which row holds the headings, which column is which field, which rows hold data.

The field names of a table and their aliases come from the caller, so rosters and the season's other tables are
found by the same rules: Chinese or English, any order, any number of title rows above, one to three heading rows,
stars, brackets, spaces and line breaks in the headings.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from scheduler.i18n import _
from scheduler.roster.column_choice import FOREIGN, ColumnChoice
from scheduler.roster.issues import Issue, issue
from scheduler.roster.sheets import Sheet, Value, column_letter, read_sheets, text_of

LONGEST_TEXT = 1_000
"""Characters of a cell that are read; what is longer ends in an ellipsis."""
_LOOK_AHEAD = 20
_MAX_HEADING_ROWS = 3
_MAX_COLUMNS = 16_384
_WIDE = 3
_LONGEST_HEADING, _LONGEST_CHOICE = 60, 20  # longer texts are instructions, not 乡镇/街道

_BRACKETS = re.compile(r"[(\[{<【〔「《](.*?)[)\]}>】〕」》]")
_MARKS = re.compile(r"_x000D_|[\s_\-.:;*#★☆※●◆▲△□■√?!\"'`·。,]+", re.IGNORECASE)
_NUMBERING = re.compile(r"^(?:\d+|[一二三四五六七八九十]+)[.、)]\s*")
_LEAD = re.compile(
    r"^(?:请填写|填写|乘车人员?|出行人员?|报名人员?|乘车|乘客|旅客|外出务工人员|外出务工者|务工人员|务工者|返岗人员|返乡人员|外出人员|"
    r"农民工|劳动者|劳动力|求职者|家庭成员|人员|本人|个人|拟|预计|计划|意向|期望|现|所在|所属|户籍)+"
)
_ALTERNATIVES = re.compile(r"[/、|或]")

_TOTAL = re.compile(
    r"^[(（]?(?:合\s*计|总\s*计|小\s*计|共\s*计|本页合计|总人数|人数合计|共\s*\d+\s*[人名]|total|subtotal)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"^[(（]?(?:制表|填表|填报|审核|审批|复核|负责|经办|分管|统计|联系|报送|录入|校对)(?:人|单位|时间|日期|领导)"
    r"|^(?:制表|填表|填报|审核|审批|复核|经办|统计|报送|上报|录入|校对|时间|日期)(?:日期|时间)?\s*[:：]"
    r"|^(?:单位|部门|主要|乡镇|村)(?:负责人|领导)|盖\s*章|签\s*字|签\s*名|公\s*章"
    r"|^(?:说\s*明|备\s*注|注\s*意(?:事项)?|注|填表说明|填写说明)\s*(?:[:：]|\d|$)|^[(（]?以下(?:空白|无正文)"
)
_EXAMPLE = re.compile(
    r"^[(（【\[*]?\s*(?:示\s*例|样\s*例|范\s*例|举\s*例|例如|例\s*[::]|例$|example|e\.g\.)", re.IGNORECASE
)
_HINT = re.compile(r"必填|选填|请填|填写|格式|下拉|\d\s*位")
_DIGIT = re.compile(r"\d")
_DIVISION_LEVEL = re.compile(r"(?:[省市州县区]|省份|地市|市州|城市|[/、()（）])+")
_LONG_NUMBER = re.compile(r"\d{6}")
_PERSONS_NUMBER = re.compile(r"\d{11,17}[\dXx]?")


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
    choice : ColumnChoice, optional
        Tells several columns of one field apart. What it leaves open, and cells decide neither, is R107.
    """

    aliases: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    anchors: tuple[str, ...]
    ignored: tuple[str, ...] = ("序号", "编号", "序", "no", "number", "index", "#", "ref")
    choice: ColumnChoice | None = None

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
    """

    number: int
    values: dict[str, Value]
    notes: dict[str, str]
    filled: frozenset[str] = frozenset()

    def text(self, name: str) -> str:
        """Return a cell as a person reads it, '' when it is empty."""
        return text_of(self.values.get(name, ""))


@dataclass(slots=True)
class Table:
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


@dataclass(slots=True)
class _Candidate:
    """A column that may be a field's; `more` are those that go on with it (目的地 over 省, 市, 县)."""

    column: int
    strength: int
    rank: int
    more: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Header:
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
    ties: dict[str, list[_Candidate]] = field(default_factory=dict)
    passed: dict[str, list[int]] = field(default_factory=dict)
    passed_below: int = 0
    understood: int = 0

    @property
    def fields(self) -> frozenset[str]:
        """The fields that its headings name, those of somebody else included."""
        return frozenset(self.columns) | self.passed.keys()

    def choose(self, name: str, candidates: list[_Candidate], decisive: bool) -> None:
        """Give a field its column: the strongest, of equals the one with the usual heading, the first."""
        self.understood += sum(1 + len(each.more) for each in candidates)
        fit = [each for each in candidates if each.strength < FOREIGN]
        if len(fit) < len(candidates):
            self.passed[name] = [each.column for each in candidates if each not in fit]
        equal: list[_Candidate] = []
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


def read_tables(path: Path, file: str, headings: Headings, issues: list[Issue]) -> list[Table]:
    """Return the tables of a file, those with missing columns included; R101, R102, R103 and R110 go to `issues`."""
    count = len(issues)
    sheets = read_sheets(path, file, issues)
    unreadable = any(found.code == "R101" for found in issues[count:])
    return [] if unreadable else find_tables(sheets, file, headings, issues)


def find_tables(sheets: Iterable[Sheet], file: str, headings: Headings, issues: list[Issue]) -> list[Table]:
    """Return the tables of a file's sheets.

    A sheet without a heading row is an instruction sheet; only when no sheet has one, R102 is reported. A missing
    required column is R103, one for each column; the table is returned all the same, with `missing` set.
    """
    tables = [table for sheet in sheets for table in _tables_of(sheet, headings)]
    if not tables:
        titles = "、".join(headings.title(name) for name in headings.required)
        issues.append(issue("R102", file, cure=_("add one row of headings: {titles}").format(titles=titles)))
    for table in tables:
        issues += [_missing(table, name, headings) for name in table.missing]
        issues += [_unclear(table, name, headings) for name in table.unclear]
        issues += [_passed(table, name, headings) for name in ("date", "mode") if _is_passed(table, name)]
    return tables


def _missing(table: Table, name: str, headings: Headings) -> Issue:
    title = headings.title(name)
    message = _("the column {title} is missing; the whole table is set aside")
    if name in table.passed:
        message = _(
            "the column {title} is missing, {columns} being somebody else's or of another time; "
            "the whole table is set aside"
        )
    shown = table.described(table.passed.get(name, ()))
    return issue(
        "R103",
        table.file,
        sheet=table.sheet,
        row=table.header_row,
        value=title,
        message=message.format(title=title, columns=shown),
    )


def _unclear(table: Table, name: str, headings: Headings) -> Issue:
    columns = table.unclear[name]
    message = _("{columns}: each may be the {title}, and their cells differ; the whole table is set aside")
    return issue(
        "R107",
        table.file,
        sheet=table.sheet,
        row=table.header_row,
        column=column_letter(columns[0]),
        value=table.titles[columns[0]],
        message=message.format(columns=table.described(sorted(columns)), title=headings.title(name)),
    )


def _is_passed(table: Table, name: str) -> bool:
    return name in table.passed and name not in table.columns


def _passed(table: Table, name: str, headings: Headings) -> Issue:
    columns = table.passed[name]
    message = _("{columns} is of another journey, and not read as the {title}")
    return issue(
        "R108",
        table.file,
        sheet=table.sheet,
        row=table.header_row,
        column=column_letter(columns[0]),
        value=table.titles[columns[0]],
        message=message.format(columns=table.described(columns), title=headings.title(name)),
    )


def _tables_of(sheet: Sheet, headings: Headings) -> list[Table]:
    finder = _HeaderFinder(sheet, headings)
    header = finder.find()
    tables: list[Table] = []
    if header is None:
        return tables
    table = _new_table(sheet, header, headings)
    tables.append(table)
    names = header.names()
    titles = _titles(sheet, header)
    wide = {row for row, column, last, right in sheet.merged if last == row and right - column + 1 >= _WIDE}
    for index in range(header.last + 1, len(sheet.cells)):
        cells = sheet.cells[index]
        if cells.count("") == len(cells):
            continue
        if not any(map(_holds_digit, cells)) or not titles.isdisjoint(each for each in cells if isinstance(each, str)):
            if finder.repeats(index, header):
                continue
            again = finder.at(index, 1)
            if again is not None:
                if set(again.columns) >= set(headings.required) and again.columns != header.columns:
                    _settle(table, sheet, header, headings)
                    header = again
                    table = _new_table(sheet, header, headings)
                    tables.append(table)
                    names = header.names()
                    titles = _titles(sheet, header)
                continue
        row = _read_row(sheet, index, names, header.others)
        if row is not None and not _is_no_data(cells, row, headings, index in wide):
            table.rows.append(row)
    _settle(table, sheet, header, headings)
    return tables


def _settle(table: Table, sheet: Sheet, header: _Header, headings: Headings) -> None:
    """Decide by their cells what the headings leave open: columns that never differ are one, each filling the gaps."""
    choice = headings.choice
    if choice is None:
        return
    for name, candidates in header.ties.items():
        for row in table.rows:
            cells = sheet.cells[row.number - 1]
            said = [
                value
                for each in candidates
                if not choice.says_nothing(name, value := _joined(cells, (each.column, *each.more)))
            ]
            if any(not choice.agree(name, said[0], other) for other in said[1:]):
                table.unclear[name] = [each.column for each in candidates]
                break
            if said:
                row.values[name] = said[0]


def _joined(cells: Sequence[Value], columns: Sequence[int]) -> Value:
    """Return the value of the cells that together are one."""
    values = [cells[column] for column in columns if column < len(cells) and cells[column] != ""]
    return values[0] if len(values) == 1 else "".join(map(text_of, values))


def _titles(sheet: Sheet, header: _Header) -> set[Value]:
    """Return the texts of the heading cells, as they stand."""
    row = sheet.cells[header.last]
    return {row[column] for column in header.columns.values() if column < len(row) and row[column] != ""}


def _new_table(sheet: Sheet, header: _Header, headings: Headings) -> Table:
    missing = tuple(name for name in headings.required if name not in header.columns)
    return Table(
        sheet.file,
        sheet.name,
        header.last + 1,
        header.columns,
        missing,
        [],
        sheet.date1904,
        passed=header.passed,
        titles=header.titles,
    )


class _HeaderFinder:
    """Finds the heading rows of a sheet."""

    def __init__(self, sheet: Sheet, headings: Headings) -> None:
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

    def find(self) -> _Header | None:
        """Return the heading rows: the first that name an anchor and another field, or better ones soon after."""
        best: _Header | None = None
        for index in range(len(self._cells)):
            if best is not None and index > best.last + _LOOK_AHEAD:
                break
            if len(set(self._cells[index]) - {""}) < 2:
                continue  # as in `at`, at less cost: sheets may have a million rows that only have borders
            depths = range(1, min(_MAX_HEADING_ROWS, index + 1) + 1)
            here = [header for depth in depths if (header := self.at(index, depth))]
            if here:
                found = max(here, key=self._tells)
                if best is None or self._fullness(found) > self._fullness(best):
                    best = found
        return best

    @staticmethod
    def _tells(header: _Header) -> tuple[int, int, int]:
        """Return how much the rows above a heading row tell: fields, what they leave open, what they join and part."""
        return len(header.fields), -len(header.ties), len(header.more) + header.passed_below

    def _fullness(self, header: _Header) -> tuple[int, int]:
        """Return how much a heading tells: its fields, then the columns it explains, unless its last row is data."""
        data = any(_holds_digit(value) for value in self._cells[header.last] if value != "")
        return len(header.fields), 0 if data else header.understood

    def at(self, last: int, depth: int) -> _Header | None:
        """Read rows `last` - `depth` + 1 to `last` as headings; None when they do not look like it."""
        block = [self._texts(index) for index in range(last - depth + 1, last + 1)]
        for row in block[:-1]:  # 单位： 日期： of a form's first lines are no headings of the columns below
            row[:] = ["" if text.rstrip().endswith(("：", ":")) else text for text in row]
        if any(len(set(filter(None, row))) < 2 for row in block):
            return None  # a title stands alone in its row
        if any(_PERSONS_NUMBER.fullmatch(text_of(value)) for value in self._cells[last]):
            return None  # a person, of whom some cell reads like a heading (村委会)
        header = _Header(last - depth + 1, last)
        candidates: dict[str, list[_Candidate]] = {}
        choice = self._headings.choice
        above = self._groups(block)
        wide = {column for left, right in self._across.get(last, ()) for column in range(left + 1, right + 1)}
        before: list[str] = []
        previous, somebody_else = "", False
        latest: _Candidate | None = None
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
                latest = _Candidate(column, strength, rank)
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

    def repeats(self, index: int, header: _Header) -> bool:
        """Tell whether a row is one of the heading rows again, as on the next page."""
        return any(self._cells[index] == self._cells[row] for row in range(header.first, header.last + 1))

    def _texts(self, index: int) -> list[str]:
        """Return a row's texts, the text of a cell merged over several columns in each of them."""
        texts = [text_of(value) if isinstance(value, str) else "" for value in self._cells[index]]
        for left, right in self._across.get(index, ()):
            for column in range(left + 1, min(right + 1, len(texts))):
                texts[column] = texts[column] or texts[left]
        return texts


def _read_row(sheet: Sheet, index: int, names: Mapping[int, str], others: Mapping[int, str]) -> Row | None:
    """Return a row's known cells and notes; None when no known column holds a value of the row's own."""
    values: dict[str, Value] = {}
    notes: dict[str, str] = {}
    filled = set()
    for column, value in enumerate(sheet.cells[index]):
        if value == "":
            continue
        if isinstance(value, str):
            if not value.strip():
                continue
            if len(value) > LONGEST_TEXT:
                value = value[:LONGEST_TEXT].rstrip() + "…"
        name = names.get(column)
        if name is not None:
            values[name] = text_of(values[name]) + text_of(value) if name in values else value
            if sheet.filled and (index, column) in sheet.filled:
                filled.add(name)
        elif column in others:
            notes[others[column]] = text_of(value)
    return Row(index + 1, values, notes, frozenset(filled)) if len(values) > len(filled) else None


def _is_no_data(cells: Sequence[Value], row: Row, headings: Headings, wide: bool) -> bool:
    """Tell whether a row is a total, a signature line, a text across the sheet, a hint or a template's example."""
    used = [value for value in cells if value != ""]
    first = text_of(used[0])[:LONGEST_TEXT]
    if wide and len(used) == 1:
        return True
    anchors = [row.text(name) for name in headings.anchors if name in row.values]
    if any(_EXAMPLE.match(text) for text in (first, *anchors, row.text("note"))):
        return True
    if any(_TOTAL.match(text) for text in (first, *anchors)):
        return True
    if any(map(_HINT.search, anchors)) and not any(map(_LONG_NUMBER.search, anchors)):
        return True
    complete = all(name in row.values for name in headings.required)
    return not complete and _SIGNATURE.search(first) is not None


def _holds_digit(value: Value) -> bool:
    return _DIGIT.search(value) is not None if isinstance(value, str) else True


def _clean(heading: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", heading)).lower()
