"""The season's tables besides the rosters: their files, their headings, their rows.

A table is one file in the season folder, named after what it holds (fleet.csv, fleet.xlsx, ...). Headings are found
as in the rosters: Chinese or English, in any order, below any number of title rows; unknown columns are notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scheduler.i18n import _
from scheduler.season import folder
from scheduler.season.folder import SeasonFolder
from scheduler.season.table_rows import TableRow
from scheduler.tabular.issues import Issue, issue
from scheduler.tabular.tables.blocks import read_tables
from scheduler.tabular.tables.headings import Headings


@dataclass(frozen=True, slots=True)
class TableKind:
    """A kind of table: `stem` is its file name without suffix, `headings` its fields, the usual heading first."""

    stem: str
    headings: Headings


FLEET = TableKind(
    "fleet",
    Headings(
        {
            "use": ("用途",),
            "vehicle_type": ("车型", "车辆类型"),
            "rated_seats": ("核定载客", "核定载客人数", "核载人数", "核载"),
            "count": ("数量", "辆数", "台数", "车辆数"),
            "fixed_cost": ("起步价", "固定费用"),
            "cost_per_km": ("每公里", "每公里价", "每公里费用", "每公里单价"),
            "from": ("可用起始日期", "起始日期", "开始日期", "可用起", "从"),
            "to": ("可用截止日期", "截止日期", "结束日期", "可用止", "至"),
            "operator": ("企业", "客运企业", "运输企业", "承运企业", "公司"),
            "plate": ("车牌", "车牌号", "车牌号码"),
        },
        required=("vehicle_type", "rated_seats"),
        anchors=("vehicle_type", "rated_seats"),
    ),
)

TRAINS = TableKind(
    "trains",
    Headings(
        {
            "train": ("车次",),
            "date": ("日期", "开行日期", "始发日期", "发车日期"),
            "stop": ("站", "车站", "停靠站", "站名"),
            "arrive": ("到达", "到达时间", "到站时间", "到时"),
            "depart": ("开车", "开车时间", "发车时间", "开时"),
            "seats": ("座位数", "座位", "席位数"),
            "fixed_cost": ("包车费", "包车费用"),
            "min_load": ("起运人数", "最低人数"),
            "fare": ("票价",),
            "boards": ("可上车", "能否上车"),
            "resell": ("可续售", "能否续售"),
        },
        required=("train", "date", "stop", "seats", "fare", "boards"),
        anchors=("train", "stop"),
    ),
)

NOT_LOCATED = "待填："
"""Begins the name of a township's stop that a new season lists without its coordinates."""

PLACES = TableKind(
    "places",
    Headings(
        {
            "name": ("名称", "地点", "地点名称"),
            "kind": ("类型", "类别"),
            "lat": ("纬度",),
            "lon": ("经度",),
            "township": ("乡镇", "街道", "乡镇街道", "所属乡镇"),
            "division": ("区划", "行政区划", "所属区划"),
            "aliases": ("别名", "又名"),
            "contact": ("联系人",),
            "phone": ("联系电话", "电话", "手机号"),
        },
        required=("name",),
        anchors=("name",),
    ),
)

ACCESS = TableKind(
    "access",
    Headings(
        {
            "origin": ("出发地", "乡镇"),
            "boarding": ("上车点", "乘车点"),
            "cost": ("费用",),
            "minutes": ("分钟", "时间"),
        },
        required=("origin", "boarding", "cost"),
        anchors=("origin", "boarding"),
    ),
)

DISTANCES = TableKind(
    "distances",
    Headings(
        {
            "from": ("起点",),
            "to": ("终点",),
            "km": ("公里", "公里数", "里程"),
            "minutes": ("分钟", "时间"),
        },
        required=("from", "to", "km"),
        anchors=("from", "to"),
    ),
)

ESCORTS = TableKind(
    "escorts",
    Headings(
        {
            "name": ("姓名",),
            "phone": ("联系电话", "电话", "手机号", "手机号码"),
            "unit": ("单位", "工作单位"),
            "from": ("可用起始日期", "起始日期", "开始日期", "可用起", "从"),
            "to": ("可用截止日期", "截止日期", "结束日期", "可用止", "至"),
        },
        required=("name",),
        anchors=("name",),
    ),
)

PINS = TableKind(
    folder.PINS,
    Headings(
        {
            "pin": ("决定", "决定事项", "锁定事项"),
            "person": ("身份证号", "身份证号码", "证件号码", "人员", "人员标识"),
            "name": ("姓名", "乘客"),
            "township": ("乡镇", "街道", "乡镇街道"),
            "with": ("另一人", "对方", "与谁", "同车人", "另一人身份证号"),
            "run": ("班次", "班次号", "车次"),
            "seat": ("座位", "座位号"),
            "date": ("日期", "出行日期", "发车日期"),
            "board": ("上车点", "乘车点"),
            "destination": ("目的地", "返岗地点", "务工地"),
            "vehicle_type": ("车型", "车辆类型"),
            "mode": ("方式", "出行方式"),
            "reason": ("原因", "备注", "说明"),
        },
        required=("pin",),
        anchors=("pin",),
    ),
)
TABLES = (FLEET, TRAINS, PLACES, ACCESS, DISTANCES, ESCORTS, PINS)


def read_table(season: Path, kind: TableKind, issues: list[Issue]) -> list[TableRow]:
    """Return the rows of a table, none when the season has no such file; what is wrong is added to `issues`."""
    files = SeasonFolder(season).table_files(kind.stem)
    for other in files[1:]:
        message = _("{first} lies beside it, and only that one is read").format(first=files[0].name)
        issues.append(issue("R401", other.name, message=message, cure=_("keep one of the two files")))
    return table_rows(files[0], kind, issues) if files else []


def table_rows(path: Path, kind: TableKind, issues: list[Issue], code: str = "R401") -> list[TableRow]:
    """Return the rows of a kind of table that a file holds; what is wrong is added to `issues` (cells under `code`)."""
    tables = read_tables(path, path.name, kind.headings, issues)
    found = []
    for table in tables:
        for row in table.rows if not table.codes else ():
            if row.broken:
                issues.append(issue("R106", table.file, sheet=table.sheet, row=row.number, message=row.broken))
            else:
                found.append(TableRow(table, row, issues, code))
    return found


def split_list(text: str) -> list[str]:
    """Return the parts of a cell that lists names: 、 first, but commas and semicolons too."""
    return [part.strip() for part in re.split(r"[、,，;；]", text) if part.strip()]
