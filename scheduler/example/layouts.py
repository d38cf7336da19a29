"""How each township lays out its workbook: titles, headings, date and place spellings. Clean, but human.

Townships use their own form year after year, so a layout belongs to a township, not to a seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scheduler.example.county import TOWNSHIPS
from scheduler.settings import Direction

DateStyle = Literal["iso", "slash", "dot", "compact", "chinese", "month_day", "cell", "lunar"]
PlaceStyle = Literal["full", "plain", "short"]

_HEADINGS: dict[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "序号"),
    "name": ("姓名", "姓 名", "*姓名"),
    "id_number": ("身份证号", "身份证号码", "证件号码"),
    "phone": ("手机号码", "联系电话", "手机号"),
    "township": ("乡镇", "街道", "乡镇"),
    "village": ("村", "社区", "村"),
    "destination": ("目的地", "返岗地点", "务工地"),
    "employer": ("用工单位", "企业", "用工单位"),
    "date": ("出行日期", "返岗时间", "出发日期"),
    "earliest": ("最早日期", "最早日期", "最早日期"),
    "latest": ("最晚日期", "最晚日期", "最晚日期"),
    "mode": ("出行方式", "出行方式", "出行方式"),
    "group": ("组号", "同行组", "同行人"),
    "priority": ("优先级", "优先级", "优先级"),
    "emergency_contact": ("紧急联系人", "紧急联系人", "紧急联系人"),
    "emergency_phone": ("紧急联系电话", "紧急联系电话", "紧急联系电话"),
    "luggage": ("行李", "行李", "行李"),
    "note": ("备注", "备注", "备注"),
}
_TO_HOME = {"目的地": "出发地", "返岗地点": "务工地", "返岗时间": "出行日期"}
"""Headings that a list of people on their way home has instead."""

_CORE = ("number", "name", "id_number", "phone", "township", "village", "destination", "date", "mode", "group")
_SHEETS = ("Sheet1", "返岗人员", "Sheet1", "花名册")
_DATE_STYLES: tuple[DateStyle, ...] = ("cell", "iso", "slash", "chinese", "dot", "month_day", "compact", "lunar")
_PLACE_STYLES: tuple[PlaceStyle, ...] = ("plain", "full", "short")


@dataclass(frozen=True, slots=True)
class TownshipForm:
    """One township's form.

    Attributes
    ----------
    sheet : str
        Name of the sheet with the list.
    title_rows : int
        Rows above the headings: a title, then notes.
    columns : tuple of (field, heading)
        In order; only these fields are known of the township's people.
    companions : bool
        The group column names the companion instead of a number.
    """

    sheet: str
    title_rows: int
    columns: tuple[tuple[str, str], ...]
    date_style: DateStyle
    place_style: PlaceStyle
    companions: bool

    @property
    def fields(self) -> frozenset[str]:
        """Names of the fields that have a column."""
        return frozenset(field for field, _heading in self.columns)

    @property
    def first_row(self) -> int:
        """Number of the first data row, as Excel shows it."""
        return self.title_rows + 2


def layout_of(township: str, direction: Direction) -> TownshipForm:
    """Return the form of a township of Yuechi."""
    turn = [name for name, *_rest in TOWNSHIPS].index(township)
    fields = list(_CORE)
    date_style = _DATE_STYLES[turn % len(_DATE_STYLES)]
    if date_style != "lunar":
        at = fields.index("date") + 1
        fields[at:at] = ["earliest", "latest"]
    if turn % 3 != 2:
        fields.insert(fields.index("destination") + 1, "employer")
    if turn % 2 == 0:
        fields.append("priority")
    if turn % 4 == 1:
        fields += ["emergency_contact", "emergency_phone"]
    if turn % 5 == 0:
        fields.append("luggage")
    fields.append("note")
    if turn % 7 == 3:  # phone last, as some forms have it
        fields.append(fields.pop(fields.index("phone")))
    headings = [(field, _HEADINGS[field][turn % 3]) for field in fields]
    if direction == "to_home":
        headings = [(field, _TO_HOME.get(heading, heading)) for field, heading in headings]
    return TownshipForm(
        sheet=_SHEETS[turn % len(_SHEETS)],
        title_rows=(2, 1, 0, 3)[turn % 4],
        columns=tuple(headings),
        date_style=date_style,
        place_style=_PLACE_STYLES[turn % len(_PLACE_STYLES)],
        companions=turn % 3 == 2,
    )
