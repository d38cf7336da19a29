"""A row of one of the season's tables, read cell by cell: numbers, days, clock times, yes or no.

A cell that cannot be used becomes an issue (R401) with its file, sheet, row and column, and spoils its row: whoever
reads the table leaves that row out and goes on with the next.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta

from scheduler.i18n import _
from scheduler.roster.dates import DateReader
from scheduler.roster.other_masks import IdCell
from scheduler.tabular.issues import Issue, issue
from scheduler.tabular.sheets.unreadable_cells import why_unreadable
from scheduler.tabular.sheets.workbook import Value
from scheduler.tabular.tables.headings import Row, SheetTable
from scheduler.text_cells import visible

MAX_YUAN = 10_000_000
_NUMBER = re.compile(
    r"[¥￥]?([-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?\.?\d*)(?:元|元/人|元/公里|元/km|公里|km|座|人|辆|台|张|分钟|分|min)?",
    re.I,
)
_CLOCK = re.compile(r"(次日|第二天|隔日|隔天)?(\d{1,2})[:.时点](\d{2})分?(?::00)?(?:次日|第二天|隔日|隔天)?")
_NEXT_DAY = re.compile(r"次日|第二天|隔日|隔天")
_DAYS_ON = re.compile(r"\(?\+(\d)(?:天|日|d)?\)?", re.I)
_DAY_MIN = 24 * 60
_MAX_DAYS_ON = 3
_YES = frozenset({"是", "有", "可", "可以", "能", "对", "√", "✓", "✔", "y", "yes", "true", "t", "1"})
_NO = frozenset({"否", "无", "不", "不可", "不可以", "不能", "没有", "×", "✗", "✘", "x", "n", "no", "false", "f", "0"})


class TableRow:
    """One row of a table, by field.

    Parameters
    ----------
    table : SheetTable
        Where it stands.
    row : Row
        Its cells.
    issues : list of Issue
        Grows.
    code : str
        Of what is wrong with a cell, where nothing else is said.
    """

    def __init__(self, table: SheetTable, row: Row, issues: list[Issue], code: str = "R401") -> None:
        self.ok = True
        self._code = code
        self._table = table
        self._row = row
        self._issues = issues
        self._unreadable: set[str] = set()
        for name, value in row.values.items():
            if reason := why_unreadable(value):
                self.fault(name, *reason)
                self._unreadable.add(name)

    def has_column(self, field: str) -> bool:
        """Tell whether the table has a column of this field."""
        return field in self._table.columns

    def value(self, field: str) -> Value:
        """Return the cell as it stands, '' when it is empty."""
        value = self._row.values.get(field, "")
        return visible(value) if isinstance(value, str) else value

    def text(self, field: str) -> str:
        """Return the cell as text, white space within made single."""
        return " ".join(self._row.text(field).split())

    @property
    def sheet(self) -> str:
        """The name of its sheet, '' in a file without sheets."""
        return self._table.sheet

    @property
    def where(self) -> str:
        """File, sheet and row."""
        return " ".join(filter(None, (self._table.file, self._table.sheet, str(self._row.number))))

    @property
    def ref(self) -> str:
        """The same in one piece, as a plan names rows: file!sheet!row."""
        return f"{self._table.file}!{self._table.sheet}!{self._row.number}"

    def id_cell(self, field: str) -> IdCell:
        """Return the cell of `field`, an ID number that may be masked, with its place."""
        return IdCell(
            self.text(field), self._table.file, self._table.sheet, self._row.number, self._table.letter(field)
        )

    def fault(self, field: str, message: str, cure: str, spoil: bool = True, code: str = "") -> None:
        """Note that the cell of `field` cannot be used; the row is then set aside unless `spoil` is False."""
        if field in self._unreadable:
            return  # said before
        self._issues.append(
            issue(
                code or self._code,
                self._table.file,
                sheet=self._table.sheet,
                row=self._row.number,
                column=self._table.letter(field),
                value=self.text(field),
                message=message,
                cure=cure,
            )
        )
        if spoil:
            self.ok = False

    def needed(self, field: str, label: str) -> str:
        """Return the text of a cell that must not be empty."""
        text = self.text(field)
        if not text:
            self.fault(field, _("{label} is empty").format(label=label), _("fill in the cell"))
        return text

    def real(self, field: str, label: str, low: float, high: float, above: bool = False) -> float | None:
        """Return a number from `low` to `high` (`above`: greater than `low`), None when empty or of no use."""
        text = self.text(field)
        if not text:
            return None
        number = _number(self.value(field))
        if number is None or not low <= number <= high or (above and number == low):
            form = (
                _("{label} must be above {low} and at most {high}") if above else _("{label} must be {low} to {high}")
            )
            message = _("{value} is no number") if number is None else form
            span = _("write a number from {low} to {high}, without words").format(low=_plain(low), high=_plain(high))
            self.fault(field, message.format(label=label, value=text, low=_plain(low), high=_plain(high)), span)
            return None
        return number

    def whole(self, field: str, label: str, low: int, high: int) -> int | None:
        """Return a whole number from `low` to `high`, None when empty or of no use."""
        number = self.real(field, label, low, high)
        if number is None or number.is_integer():
            return None if number is None else int(number)
        self.fault(field, _("{label} must be a whole number").format(label=label), _("write a whole number"))
        return None

    def yes(self, field: str, label: str, default: bool = False) -> bool:
        """Return a yes or no, `default` when empty."""
        text = unicodedata.normalize("NFKC", self.text(field)).lower()
        if not text:
            return default
        if text in _YES or text in _NO:
            return text in _YES
        self.fault(field, _("{label} is neither yes nor no").format(label=label), _("write 是 or 否"))
        return default

    def day(self, field: str, label: str, dates: DateReader) -> date | None:
        """Return a date as people write it, None when empty, free or of no use."""
        if not self.text(field):
            return None
        wish = dates.read(self.value(field), self._table.date1904)
        if wish.readable and wish.day == wish.earliest == wish.latest:
            return None
        if wish.day is None:
            message = _("{label} is not a date that can be read").format(label=label)
            self.fault(field, message, _("write it like 2027-02-15"))
        return wish.day

    def clock(self, field: str, label: str) -> int | None:
        """Return a clock time as minutes after midnight of the table's date, None when empty or of no use."""
        if not self.text(field):
            return None
        minutes = _clock(self.value(field))
        if minutes is None:
            self.fault(
                field,
                _("{label} is not a time of day").format(label=label),
                _("write it like 08:30, and 06:15+1 for the next day"),
            )
        return minutes


def _plain(number: float) -> str:
    return f"{number:g}" if abs(number) < 1e5 else f"{number:,.0f}"


def _number(value: Value) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    if not isinstance(value, str):
        return None
    text = "".join(unicodedata.normalize("NFKC", value).split()).lstrip("'")
    found = _NUMBER.fullmatch(text)
    try:
        return float(found[1].replace(",", "")) if found else None
    except ValueError:
        return None


def _clock(value: Value) -> int | None:
    """Read 08:30, 8:30+1, 次日06:15, an Excel time or a share of a day."""
    if isinstance(value, datetime):
        # Excel's day 0 and 1: a time that ran past midnight.
        days = (value.date() - date(1899, 12, 30)).days
        return _within(value.hour * 60 + value.minute, days if 0 <= days <= _MAX_DAYS_ON else 0)
    if isinstance(value, time):
        return value.hour * 60 + value.minute
    if isinstance(value, timedelta):
        return _within(round(value.total_seconds() / 60), 0)
    if isinstance(value, bool | date):
        return None
    if isinstance(value, int | float):
        return _within(round(value * _DAY_MIN), 0) if math.isfinite(value) and 0 <= value < _MAX_DAYS_ON + 1 else None
    text = "".join(unicodedata.normalize("NFKC", value).split())
    days_on = _DAYS_ON.search(text)
    days = int(days_on[1]) if days_on else 1 if _NEXT_DAY.search(text) else 0
    found = _CLOCK.fullmatch(_DAYS_ON.sub("", text))
    if not found:
        return None
    hours, minutes = int(found[2]), int(found[3])
    if minutes > 59 or hours > 24 or (hours == 24 and minutes):
        return None
    return _within(hours * 60 + minutes, days)


def _within(minutes: int, days: int) -> int | None:
    total = minutes + days * _DAY_MIN
    return total if 0 <= total < (_MAX_DAYS_ON + 1) * _DAY_MIN else None
