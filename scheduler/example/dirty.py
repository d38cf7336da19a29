"""Errors as townships really make them, planted into a synthetic season's lists, each with the code it must get.

A row gets at most one error. Copies of people are appended below a list, so no row already planned moves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from scheduler.example.people import check_character
from scheduler.example.spelling import OLD_SHEET, SpelledSheet, spell_date
from scheduler.settings import Settings


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted error: where it is (row as Excel shows it, column by its heading), and the code it must get."""

    file: str
    sheet: str
    row: int | None
    column: str
    code: str
    what: str


class _NoRoomError(Exception):
    """The kind of error cannot be planted here."""


Kind = Callable[["_Planter"], None]


class _Planter:
    """Plants errors into sheets and remembers where."""

    def __init__(self, sheets: list[SpelledSheet], settings: Settings, seed: int, csv: bool) -> None:
        self.sheets = sheets
        self.settings = settings
        self.rng = np.random.default_rng([seed, 20270206])
        self.csv = csv
        self.used: set[tuple[int, int]] = set()
        self.planted: list[Planted] = []

    # Choosing where -------------------------------------------------------------------------------------------------

    def any_row(self, wanted: Callable[[int, int], bool] | None = None) -> tuple[int, int]:
        """Return (sheet, row) not yet used and as wanted, by default of a person who travels alone; mark it used."""
        for _attempt in range(200):
            at = int(self.rng.integers(len(self.sheets)))
            row = int(self.rng.integers(len(self.sheets[at].rows)))
            if (at, row) not in self.used and (wanted or self.alone)(at, row):
                self.used.add((at, row))
                return at, row
        raise _NoRoomError

    def alone(self, at: int, row: int) -> bool:
        """Tell whether nobody travels with this person: no group here, and not named as the next one's companion."""
        sheet = self.sheets[at]
        group = sheet.column("group")
        following = sheet.rows[row + 1][group] if row + 1 < len(sheet.rows) else ""
        return sheet.rows[row][group] == "" and (not sheet.layout.companions or following == "")

    def get(self, at: int, row: int, field: str) -> str:
        """Return a cell's text."""
        return str(self.sheets[at].rows[row][self.sheets[at].column(field)])

    def put(self, at: int, row: int, field: str, value: str | float, code: str, what: str) -> None:
        """Write a cell, and remember the error."""
        self.sheets[at].rows[row][self.sheets[at].column(field)] = value
        self.note(at, row, field, code, what)

    def note(self, at: int, row: int, field: str, code: str, what: str) -> None:
        """Remember an error of a cell."""
        layout = self.sheets[at].layout
        self.remember(at, layout.sheet, layout.first_row + row, dict(layout.columns)[field], code, what)

    def remember(self, at: int, sheet: str, row: int | None, column: str, code: str, what: str) -> None:
        """Remember an error at its place; CSV files have no sheets."""
        file = f"roster/{self.sheets[at].township}.{'csv' if self.csv else 'xlsx'}"
        self.planted.append(Planted(file, "" if self.csv else sheet, row, column, code, what))

    def pick(self, *values: str) -> str:
        """Return one of the values."""
        return values[int(self.rng.integers(len(values)))]


def plant(sheets: list[SpelledSheet], settings: Settings, rate: float, seed: int, *, csv: bool) -> list[Planted]:
    """Plant errors into `sheets` in place and return them.

    Parameters
    ----------
    rate : float
        Errors over people; the kinds take turns by their weight.
    csv : bool
        The lists will be CSV files: no hidden sheets and no merged cells.
    """
    planter = _Planter(sheets, settings, seed, csv)
    people = sum(len(sheet.rows) for sheet in sheets)
    # Kinds that speak of a whole workbook or of many rows come once or twice, whatever the rate.
    if not csv:
        _try(_old_copy, planter)
        _try(_merged_townships, planter)
    kinds = [kind for kind, weight in _KINDS for _turn in range(weight)]
    order = planter.rng.permutation(len(kinds))
    for turn in range(max(1, round(rate * people))):
        _try(kinds[order[turn % len(kinds)]], planter)
    if people >= 500:
        _try(_one_phone_for_many, planter)
    return sorted(planter.planted, key=lambda each: (each.file, each.sheet, each.row or 0, each.code))


def _try(kind: Kind, planter: _Planter) -> None:
    try:
        kind(planter)
    except _NoRoomError:
        return


# Cells ---------------------------------------------------------------------------------------------------------------


def _empty_cell(p: _Planter) -> None:
    at, row = p.any_row()
    field = p.pick("name", "id_number", "destination")
    p.put(at, row, field, "", "R201", "required cell left empty")


def _numeric_id(p: _Planter) -> None:
    at, row = p.any_row()
    digits = p.get(at, row, "id_number")
    p.put(at, row, "id_number", float(digits.replace("X", "0")), "R202", "ID stored as a number, last digits lost")


def _wrong_check(p: _Planter) -> None:
    at, row = p.any_row()
    right = p.get(at, row, "id_number")
    wrong = right[:17] + ("0" if right[17] != "0" else "1")
    p.put(at, row, "id_number", wrong, "R203", "check digit wrong")


def _short_id(p: _Planter) -> None:
    at, row = p.any_row()
    p.put(at, row, "id_number", p.get(at, row, "id_number")[:17], "R203", "one digit missing")


def _impossible_birth(p: _Planter) -> None:
    at, row = p.any_row()
    right = p.get(at, row, "id_number")
    body = right[:10] + p.pick("1332", "0231", "0631") + right[14:17]
    p.put(at, row, "id_number", body + check_character(body), "R204", "birth date that no calendar has")


def _bad_phone(p: _Planter) -> None:
    at, row = p.any_row(lambda _at, _row: True)
    phone = p.get(at, row, "phone")
    p.put(at, row, "phone", p.pick(phone[:10], phone + "5", "见户主"), "R205", "phone number invalid")


def _bad_date(p: _Planter) -> None:
    at, row = p.any_row()
    p.put(at, row, "date", p.pick("2月30日", "待定", "等通知", "2027-13-05"), "R206", "date unreadable")


def _mistyped_destination(p: _Planter) -> None:
    at, row = p.any_row()
    text = p.pick("深训市", "东菀市", "波白县", "保安区", "厂里")
    p.put(at, row, "destination", text, "R207", "destination mistyped or unknown")


def _vague_destination(p: _Planter) -> None:
    at, row = p.any_row()
    p.put(at, row, "destination", p.pick("广东", "浙江省", "福建", "鼓楼区", "朝阳区"), "R208", "destination vague")


def _odd_mode(p: _Planter) -> None:
    at, row = p.any_row()
    p.put(at, row, "mode", p.pick("飞机", "自驾", "摩托车"), "R209", "mode unknown")


def _wrong_township(p: _Planter) -> None:
    at, row = p.any_row()
    p.put(at, row, "township", p.pick("西充镇", "新南镇", "河东片区"), "R211", "township of no such county")


def _lost_character(p: _Planter) -> None:
    at, row = p.any_row()
    name = p.get(at, row, "name")
    p.put(at, row, "name", name[:1] + "\ue001" + name[2:], "R210", "character that only one computer could show")


def _untidy_id(p: _Planter) -> None:
    at, row = p.any_row()
    right = p.get(at, row, "id_number")
    spaced = f"{right[:6]} {right[6:14]} {right[14:]}"
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in right)
    p.put(at, row, "id_number", p.pick(spaced, full_width), "R217", "ID with spaces or in full width")


def _outside_season(p: _Planter) -> None:
    def only_preferred(at: int, row: int) -> bool:
        dated = [field for field in ("date", "earliest", "latest") if field in p.sheets[at].layout.fields]
        return p.alone(at, row) and [field for field in dated if p.get(at, row, field)] == ["date"]

    at, row = p.any_row(only_preferred)
    sheet = p.sheets[at]
    style = sheet.layout.date_style if sheet.layout.date_style not in ("lunar", "month_day") else "iso"
    day = p.settings.last_date + timedelta(days=40)
    sheet.rows[row][sheet.column("date")] = spell_date(day, style)
    p.note(at, row, "date", "R305", "date outside the season")


# Rows ----------------------------------------------------------------------------------------------------------------


def _copy(p: _Planter, at: int, row: int, to: int) -> int:
    """Append a copy of a row to a sheet, field by field, and return its index."""
    source, target = p.sheets[at], p.sheets[to]
    fields = dict(zip((f for f, _h in source.layout.columns), source.rows[row], strict=True))
    fields["number"] = len(target.rows) + 1
    target.rows.append([fields.get(field, "") for field, _heading in target.layout.columns])
    p.used.add((to, len(target.rows) - 1))
    return len(target.rows) - 1


def _twice_in_file(p: _Planter) -> None:
    at, row = p.any_row()
    p.note(at, _copy(p, at, row, at), "id_number", "R301", "the same person twice in one list")


def _twice_in_county(p: _Planter) -> None:
    at, row = p.any_row()
    source = p.sheets[at].layout.fields
    others = [i for i, s in enumerate(p.sheets) if i != at and s.layout.fields >= source - {"employer", "note"}]
    # The later file's row is the one reported, and files are read in the order of their names.
    others = [i for i in others if p.sheets[i].township > p.sheets[at].township]
    if not others:
        raise _NoRoomError
    to = others[int(p.rng.integers(len(others)))]
    p.note(to, _copy(p, at, row, to), "id_number", "R302", "the same person in the list of another township")


def _two_wishes(p: _Planter) -> None:
    at, row = p.any_row()
    copy = _copy(p, at, row, at)
    column = p.sheets[at].column("destination")
    now = str(p.sheets[at].rows[copy][column])
    p.sheets[at].rows[copy][column] = "重庆" if "重庆" not in now else "成都"
    p.note(at, copy, "destination", "R303", "the same person twice, with two destinations")


def _split_group(p: _Planter) -> None:
    def members(at: int, row: int) -> set[tuple[int, int]]:
        group = p.sheets[at].column("group")
        number = p.sheets[at].rows[row][group]
        return {(at, i) for i, each in enumerate(p.sheets[at].rows) if each[group] == number}

    def one_of_group(at: int, row: int) -> bool:
        numbered = not p.sheets[at].layout.companions and p.get(at, row, "group") != ""
        # Not the first one: the group keeps the wish of most, or of the first.
        return numbered and (at, row - 1) in members(at, row) and p.used.isdisjoint(members(at, row))

    at, row = p.any_row(one_of_group)
    p.used |= members(at, row)
    other = "重庆" if "重庆" not in p.get(at, row, "destination") else "成都"
    p.put(at, row, "destination", other, "R304", "one of a group wants another place")


def _one_phone_for_many(p: _Planter) -> None:
    at = int(p.rng.integers(len(p.sheets)))
    sheet = p.sheets[at]
    if len(sheet.rows) < 40:
        raise _NoRoomError
    rows = [i for i in range(len(sheet.rows)) if (at, i) not in p.used][:8]
    phone = p.get(at, rows[0], "phone")
    for row in rows:
        sheet.rows[row][sheet.column("phone")] = phone
        p.used.add((at, row))
    p.note(at, rows[0], "phone", "R306", "one phone for eight people")


# Workbooks -----------------------------------------------------------------------------------------------------------


def _old_copy(p: _Planter) -> None:
    at = int(p.rng.integers(len(p.sheets)))
    sheet = p.sheets[at]
    sheet.old_rows = [list(row) for row in sheet.rows[: max(1, len(sheet.rows) // 2)]]
    p.remember(at, OLD_SHEET, None, "", "R110", "an old copy of the list on a hidden sheet")


def _merged_townships(p: _Planter) -> None:
    """Merge the township cells of a list's first rows: no error, every row must read the value."""
    at = int(p.rng.integers(len(p.sheets)))
    sheet = p.sheets[at]
    if len(sheet.rows) < 3:
        raise _NoRoomError
    last = min(9, len(sheet.rows) - 1)
    sheet.merged.append((0, last, sheet.column("township")))
    p.used |= {(at, row) for row in range(last + 1)}


_KINDS: tuple[tuple[Kind, int], ...] = (
    # how often each comes, against the others
    (_numeric_id, 3),
    (_wrong_check, 4),
    (_short_id, 2),
    (_impossible_birth, 1),
    (_empty_cell, 3),
    (_bad_phone, 4),
    (_bad_date, 3),
    (_mistyped_destination, 3),
    (_vague_destination, 4),
    (_odd_mode, 2),
    (_wrong_township, 1),
    (_lost_character, 1),
    (_untidy_id, 3),
    (_outside_season, 1),
    (_twice_in_file, 3),
    (_twice_in_county, 3),
    (_two_wishes, 2),
    (_split_group, 2),
)
