"""How a township's clerk writes its list down: each traveller as a row of cells, in the township's own layout."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from scheduler.example import county
from scheduler.example.description import SyntheticSeason, TownshipSheet, Traveller, city
from scheduler.example.layouts import DateStyle, PlaceStyle, TownshipForm
from scheduler.places.divisions import all_divisions, division
from scheduler.settings import Direction

Cell = str | int | float | date
"""A cell's value; a date is a real date cell."""

OLD_SHEET = "旧名单"
"""Name of the hidden sheet with an old copy of the list."""

MODES = {"coach": "汽车", "train": "火车", "any": "不限"}
PRIORITIES = {1: "", 2: "脱贫户", 3: "3"}


@dataclass
class SpelledSheet:
    """A township's sheet as it will be written; errors are planted into it.

    Attributes
    ----------
    rows : list of list of cells
        Below the headings, one list a person, in the layout's columns.
    merged : list of (first row, last row, column)
        Vertical ranges of equal cells to merge, as indices into `rows` and its columns.
    old_rows : list of list of cells
        Rows of a hidden old copy of the list; none when empty.
    """

    township: str
    layout: TownshipForm
    titles: list[str]
    rows: list[list[Cell]]
    footers: list[str]
    instructions: bool
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    old_rows: list[list[Cell]] = field(default_factory=list)

    def column(self, field_name: str) -> int:
        """Return the index of a field's column."""
        return [name for name, _heading in self.layout.columns].index(field_name)


def spell(season: SyntheticSeason) -> list[SpelledSheet]:
    """Return every township's sheet, spelled."""
    direction = season.settings.direction
    return [_sheet(sheet, turn, direction) for turn, sheet in enumerate(season.sheets)]


def _sheet(sheet: TownshipSheet, turn: int, direction: Direction) -> SpelledSheet:
    kind = "返岗" if direction == "to_work" else "返乡"
    titles = [
        f"{county.COUNTY_NAME}{sheet.township}2027年春节{kind}人员花名册（合成数据）",
        "说明：同行人员请填同一组号或同行人姓名；日期不确定的可填最早、最晚日期。",
        f"填报单位：{sheet.township}人民政府",
    ]
    namesakes = Counter(row.name for row in sheet.rows)
    leaders: dict[int, Traveller] = {}
    rows = []
    for number, row in enumerate(sheet.rows, start=1):
        group = ""
        if row.group is not None:
            leader = leaders.setdefault(row.group, row)
            group = str(row.group)
            if sheet.layout.companions:
                group = "" if leader is row else leader.name if namesakes[leader.name] == 1 else leader.id_number
        rows.append(spell_row(row, sheet.layout, sheet.township, number, group))
    return SpelledSheet(
        township=sheet.township,
        layout=sheet.layout,
        titles=titles[: sheet.layout.title_rows],
        rows=rows,
        footers=[f"合计：{len(rows)}人", "填表人：        审核人：        "] if turn % 4 == 0 else [],
        instructions=turn % 6 == 0,
    )


def spell_row(row: Traveller, layout: TownshipForm, township: str, number: int, group: str) -> list[Cell]:
    """Return the cells of one traveller in a layout's columns; `group` as the group column shows it."""
    style = layout.date_style
    cells: dict[str, Cell] = {
        "number": number,
        "name": row.name,
        "id_number": row.id_number,
        "phone": row.phone,
        "township": township,
        "village": row.village,
        "destination": spell_place(row.destination, layout.place_style),
        "employer": row.employer,
        "date": spell_date(row.preferred, style),
        "earliest": spell_date(row.earliest, style),
        "latest": spell_date(row.latest, style),
        "mode": MODES[row.mode],
        "group": group,
        "priority": PRIORITIES[row.priority],
        "emergency_contact": row.emergency_contact,
        "emergency_phone": row.emergency_phone,
        "luggage": row.luggage,
        "note": row.note,
    }
    return [cells[name] for name, _heading in layout.columns]


def spell_date(day: date | None, style: DateStyle) -> Cell:
    """Return a date as a township writes it; empty for none."""
    if day is None:
        return ""
    if style == "cell":
        return day
    if style == "lunar":
        return lunar(day)
    month, number = day.month, day.day
    return {
        "iso": f"{day:%Y-%m-%d}",
        "slash": f"{day.year}/{month}/{number}",
        "dot": f"{day.year}.{month}.{number}",
        "compact": f"{day:%Y%m%d}",
        "chinese": f"{day.year}年{month}月{number}日",
        "month_day": f"{month}月{number}日",
    }[style]


def lunar(day: date) -> str:
    """Return a date in the lunar calendar, 正月初八 or 腊月廿六."""
    from lunar_python import Solar

    there = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return f"{there.getMonthInChinese()}月{there.getDayInChinese()}"


def spell_place(code: str, style: PlaceStyle) -> str:
    """Return a division as people write it: 广东省深圳市宝安区, 广东深圳宝安区 or 深圳宝安区; 广东深圳 or 深圳."""
    here = division(code)
    assert here is not None, f"the built-in divisions lack {code}"
    if style == "full":
        return here.full_name
    names = [here.name if here.level == "county" else here.short_name]
    while here.parent is not None:
        here = all_divisions()[here.parent]
        names.insert(0, here.short_name)
    if style == "short":
        names = names[names.index(city(code).short_name) :]
    return "".join(names)
