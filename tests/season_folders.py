"""Season folders on disk, small enough to read: the tiny county of `builders`, with rosters as rows of text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scheduler.places.divisions import all_divisions
from scheduler.problem import Problem
from scheduler.roster.cells import check_character
from scheduler.season.keyed import load_to_plan
from scheduler.season.load import Intake

TOML = """name = "测试季"
direction = "to_work"
home = "511621"
first_date = 2027-02-10
last_date = 2027-02-14
[policy]
min_load = 1
"""
PLACES = """名称,类型,纬度,经度,乡镇,区划,别名
顾县,上车点,30.50,106.50,顾县镇,,
罗渡,上车点,30.40,106.60,罗渡镇,,
县城集散点,集散点,30.544,106.446,九龙街道,,
广安站,车站,30.47,106.63,,,
"""
FLEET = "车型,核定载客,数量,起步价,每公里,企业\n49座,49,10,1000,10,岳运\n"
HEADINGS = ("姓名", "身份证号", "乡镇", "目的地", "联系电话", "出行日期", "出行方式", "组号", "用工单位")


def id_number(serial: int) -> str:
    """Return a valid ID that nobody can own: sequence 000, one birth day per serial."""
    body = f"511621{1960 + serial // 336}{serial // 28 % 12 + 1:02d}{serial % 28 + 1:02d}000"
    return body + check_character(body)


def person(serial: int, **changes: str) -> dict[str, str]:
    """Return a row of the roster, by heading: one from 顾县镇 to 深圳 in the middle of the season."""
    row = {
        "姓名": f"张{'一二三四五六七八九十'[serial % 10]}{'甲乙丙丁戊己庚辛壬癸'[serial // 10 % 10]}",
        "身份证号": id_number(serial),
        "乡镇": "顾县镇",
        "目的地": "深圳",
        "联系电话": f"138{serial:08d}",
        "出行日期": "2027-02-12",
    }
    return row | changes


def csv_text(*rows: dict[str, str]) -> str:
    """Return a roster as CSV text."""
    lines = [",".join(HEADINGS), *(",".join(row.get(heading, "") for heading in HEADINGS) for row in rows)]
    return "\n".join(lines) + "\n"


def write(folder: Path, files: dict[str, str | bytes] | None = None, **changes: Any) -> Path:
    """Write a season of two people and return its folder; `files` replaces, adds, or (with "") leaves out files."""
    content: dict[str, str | bytes] = {
        "season.toml": changes.get("toml", TOML),
        "places.csv": PLACES,
        "fleet.csv": FLEET,
        "roster/顾县镇.csv": csv_text(person(1), person(2)),
    }
    for name, text in (content | (files or {})).items():
        if text:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def intake_of(folder: Path) -> Intake:
    """Read a season folder, its people with the keys that the season's own salt gives them."""
    return load_to_plan(folder)


def problem_of(folder: Path) -> Problem:
    """Return the problem of a season folder, as `intake_of` reads it."""
    return intake_of(folder).problem


def is_nobodys(id_number: str) -> bool:
    """Tell whether nobody can own an ID number: its sequence is 000, or its area number 99 of a prefecture."""
    return id_number[14:17] == "000" or (id_number[4:6] == "99" and id_number[:6] not in all_divisions())
