"""What a changes file holds: its headings, the kinds of changes and how people write them, one change a row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from scheduler.season.tables import TableKind
from scheduler.tabular.tables.blocks import read_tables
from scheduler.tabular.tables.headings import Headings

CHANGES = TableKind(
    "changes",
    Headings(
        {
            "change": ("变更", "变更类型", "变更事项"),
            "person": ("身份证号", "身份证号码", "证件号码", "人员", "人员标识"),
            "name": ("姓名",),
            "township": ("乡镇", "街道", "乡镇街道"),
            "run": ("班次", "班次号"),
            "date": ("日期", "出行日期", "新日期"),
            "earliest": ("最早日期",),
            "latest": ("最晚日期",),
            "destination": ("目的地", "返岗地点", "务工地"),
            "board": ("上车点", "乘车点"),
            "train": ("车次",),
            "vehicle_type": ("车型", "车辆类型"),
            "operator": ("企业", "客运企业", "运输企业", "承运企业"),
            "plate": ("车牌", "车牌号", "车牌号码"),
            "count": ("数量", "辆数"),
            "from": ("起始日期", "开始日期", "从"),
            "to": ("截止日期", "结束日期", "至"),
            "reason": ("原因", "备注", "说明"),
        },
        required=("change",),
        anchors=("change",),
    ),
)

KINDS = {
    "cancel": ("退出", "取消", "不去了", "退票"),
    "date": ("改期", "改日期"),
    "destination": ("改目的地",),
    "board": ("改上车点", "改乘车点"),
    "train_cancelled": ("停运", "列车停运", "车次取消"),
    "vehicle_lost": ("车辆故障", "故障", "车辆损坏"),
    "freeze": ("冻结", "锁定"),
    "unfreeze": ("解冻", "解锁"),
    "return": ("恢复", "恢复出行", "重新参加"),
}
"""The kinds of changes, and how people write them."""

MAX_COACHES = 100_000


def is_changes_file(path: Path) -> bool:
    """Tell whether a file is a table of changes, by its headings."""
    return path.suffix.lower() != ".txt" and any(
        not each.codes for each in read_tables(path, path.name, CHANGES.headings, [])
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One row of a changes file. Fields that its kind does not use are empty.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    person : str
        The key of the person meant.
    run, train, vehicle_type, operator, plate : str
    date : date, optional
        The new preferred date; the date of the train, or of the run.
    earliest, latest : date, optional
    destination, board : str
        As written; a destination is resolved as in a roster, a boarding place is a place of the season.
    count : int
        How many coaches are lost.
    first, last : date, optional
        The days on which they are.
    reason : str
        As written.
    where : str
        File, sheet and row.
    """

    kind: str
    person: str = ""
    run: str = ""
    date: dt.date | None = None
    earliest: dt.date | None = None
    latest: dt.date | None = None
    destination: str = ""
    board: str = ""
    train: str = ""
    vehicle_type: str = ""
    operator: str = ""
    plate: str = ""
    count: int = 1
    first: dt.date | None = None
    last: dt.date | None = None
    reason: str = ""
    where: str = ""
