"""A changes file, row by row: what is done, and what is refused and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scheduler.season.ledger.events import Departed, Entry
from scheduler.season.ledger.ledger import open_ledger
from tests.living import TRAINS, Living, changed
from tests.season_folders import id_number, person

HEADINGS = (
    "变更,身份证号,姓名,班次,日期,最早日期,最晚日期,目的地,上车点,车次,车型,企业,车牌,数量,起始日期,截止日期,原因"
)
NAMES = HEADINGS.split(",")


def row(**cells: str) -> str:
    return ",".join(cells.get(name, "") for name in NAMES)


@pytest.fixture
def living(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Living:
    return Living(tmp_path, capsys).begin()


def refused(living: Living, *rows: str, **more: Any) -> list[tuple[str, int, str]]:
    """Return code, row and column of the issues of a changes file none of whose rows can be done."""
    before = len(living.events())
    answered = living.replan("--changes", living.changes(HEADINGS, *rows), code=1, **more)
    assert [each.kind for each in living.events()[before:]] == ["planned"]
    return [(each["code"], each["row"], each["column"]) for each in answered["issues"]]


# What is done ------------------------------------------------------------------------------------------------------


def test_a_cancelled_person_leaves_and_the_others_stay(living: Living) -> None:
    answered = living.replan(
        "--changes", living.changes(HEADINGS, row(变更="退出", 身份证号=id_number(2), 原因="生病"))
    )
    assert (answered["cancelled"], answered["moved"]) == (1, 0)
    assert living.key(2) not in living.riders()
    assert living.announce()["gone"] == 0  # they said so themselves: nothing to tell


def test_another_date_is_kept(living: Living) -> None:
    file = living.changes(
        HEADINGS,
        row(变更="改期", 身份证号=id_number(1), 日期="2月14日"),
        row(变更="改期", 身份证号=id_number(2), 最早日期="2027-02-11", 最晚日期="2027-02-11"),
    )
    living.replan("--changes", file)
    dates = {passenger.person: run.date.day for run, passenger in living.plan.passengers()}
    assert dates[living.key(1)] in (13, 14)
    assert dates[living.key(2)] == 11


def test_a_cancelled_train_is_given_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    living = Living(
        tmp_path, capsys, people=8, **{"trains.csv": TRAINS, "fleet.csv": "车型,核定载客,数量,起步价,每公里,企业\n"}
    )
    living.begin()
    assert {run.train for run in living.plan.runs} == {"K586"}
    on_it = {run.date.isoformat(): run.load for run in living.plan.runs}
    day = max(on_it, key=lambda each: on_it[each])
    answered = living.replan("--changes", living.changes(HEADINGS, row(变更="停运", 车次="K586", 日期=day)))
    assert day not in {run.date.isoformat() for run in living.plan.runs}
    told_anew = [each for each in answered["changes"] if each["kind"] in ("moved", "left")]
    assert answered["moved"] == len(told_anew) == on_it[day]
    assert {each["reason"] for each in told_anew} == {"列车停运"}


def test_a_lost_coach_of_the_last_of_its_type_leaves_nobody_on_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    living = Living(tmp_path, capsys)
    living.file("fleet.csv", "车型,核定载客,数量,起步价,每公里,企业\n49座,49,1,1000,10,岳运\n")
    living.begin()
    answered = living.replan("--changes", living.changes(HEADINGS, row(变更="车辆故障", 车型="49座")))
    assert (living.plan.runs, answered["unserved"], answered["moved"]) == ((), 6, 6)
    told = living.announce()
    assert (told["told"], told["changed"], told["withdrawn"]) == (0, 0, 6)
    assert living.announce()["withdrawn"] == 0


def test_a_frozen_run_is_kept_and_freed_again(living: Living) -> None:
    (run,) = living.plan.runs
    living.roster(*(person(serial, 出行日期="2027-02-10") for serial in range(1, 7)))
    frozen = living.replan("--changes", living.changes(HEADINGS, row(变更="冻结", 班次=run.id)))
    assert frozen["changed"] == 0
    assert [each.id for each in living.plan.runs] == [run.id]
    living.replan("--changes", living.changes(HEADINGS, row(变更="解冻", 班次=run.id)))
    assert {each.date.day for each in living.plan.runs} <= {10, 11}


def test_the_same_file_twice_adds_nothing(living: Living) -> None:
    file = living.changes(HEADINGS, row(变更="退出", 身份证号=id_number(2)))
    living.replan("--changes", file)
    before = len(living.events("cancelled"))
    living.replan("--changes", file)
    assert len(living.events("cancelled")) == before == 1


def test_kinds_and_headings_may_be_english_and_people_keys(living: Living) -> None:
    file = living.changes("change,person,reason", f"cancel,{living.key(3)},ill")
    assert changed(living.replan("--changes", file), living.key(3))["kind"] == "cancelled"


# What is refused ---------------------------------------------------------------------------------------------------


def test_rows_that_cannot_be_done_are_named_and_the_others_are_done(living: Living) -> None:
    file = living.changes(
        HEADINGS, row(变更="退出", 身份证号=id_number(99)), row(变更="退出", 身份证号=id_number(1)), row(变更="飞走")
    )
    answered = living.replan("--changes", file, code=1)
    assert [(each["code"], each["row"], each["column"]) for each in answered["issues"]] == [
        ("R501", 2, "B"),
        ("R504", 4, "A"),
    ]
    assert answered["cancelled"] == 1


BAD = (
    ({"变更": "退出", "身份证号": id_number(99)}, "R501", "B"),
    ({"变更": "退出", "姓名": "无名氏"}, "R501", "C"),
    ({"变更": "退出"}, "R504", "C"),
    ({"变更": "改期", "身份证号": id_number(4)}, "R504", "E"),
    ({"变更": "改期", "身份证号": id_number(5), "日期": "改天"}, "R504", "E"),
    ({"变更": "改期", "身份证号": id_number(6), "日期": "2027-03-14"}, "R504", "E"),
    ({"变更": "改期", "身份证号": id_number(7), "最早日期": "2月13日", "最晚日期": "2月11日"}, "R504", "G"),
    ({"变更": "改期", "身份证号": id_number(8), "日期": "2月10日", "最早日期": "2月12日"}, "R504", "E"),
    ({"变更": "改期", "身份证号": id_number(9), "最早日期": "2月14日"}, "R504", "G"),
    ({"变更": "改目的地", "身份证号": id_number(10)}, "R504", "H"),
    ({"变更": "改目的地", "身份证号": id_number(11), "目的地": "火星"}, "R504", "H"),
    ({"变更": "改上车点", "身份证号": id_number(12), "上车点": "月球"}, "R501", "I"),
    ({"变更": "停运", "车次": "G1"}, "R501", "J"),
    ({"变更": "车辆故障", "车型": "飞机"}, "R501", "K"),
    ({"变更": "车辆故障", "车型": "49座", "数量": "几辆"}, "R504", "N"),
    ({"变更": "车辆故障", "车牌": "川X00000"}, "R501", "M"),
    ({"变更": "车辆故障", "车型": "49座", "起始日期": "2月13日", "截止日期": "2月11日"}, "R504", "P"),
    ({"变更": "冻结", "班次": "C9999-火星-01"}, "R501", "D"),
    ({"变更": "冻结"}, "R504", "D"),
    ({"变更": "飞走", "身份证号": id_number(20)}, "R504", "A"),
)
"""Rows that cannot be done, each of somebody else, and the cell that is at fault."""


def test_each_bad_row_is_refused_at_its_cell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    living = Living(tmp_path, capsys, people=len(BAD)).begin()
    expected = [(code, number, column) for number, (_cells, code, column) in enumerate(BAD, 2)]
    assert refused(living, *(row(**cells) for cells, _code, _column in BAD)) == expected


def test_a_person_named_twice_contradicts(living: Living) -> None:
    file = living.changes(
        HEADINGS,
        row(变更="改期", 身份证号=id_number(1), 日期="2月13日"),
        row(变更="改期", 身份证号=id_number(1), 日期="2月11日"),
    )
    answered = living.replan("--changes", file, code=1)
    assert [(each["code"], each["row"]) for each in answered["issues"]] == [("R503", 3)]


def test_who_cancels_in_one_row_asks_for_nothing_in_another(living: Living) -> None:
    file = living.changes(
        HEADINGS,
        row(变更="退出", 身份证号=id_number(1)),
        row(变更="改期", 身份证号=id_number(1), 日期="2月11日"),
    )
    answered = living.replan("--changes", file, code=1)
    assert [(each["code"], each["row"]) for each in answered["issues"]] == [("R503", 3)]


def test_who_has_cancelled_before_is_said_so(living: Living) -> None:
    living.replan("--changes", living.changes(HEADINGS, row(变更="退出", 身份证号=id_number(1))))
    assert refused(living, row(变更="改期", 身份证号=id_number(1), 日期="2月11日")) == [("R503", 2, "B")]


def test_what_has_left_is_not_changed(living: Living) -> None:
    (run,) = living.plan.runs
    with open_ledger(living.folder) as ledger:
        ledger.append([Entry(Departed(at=run.stops[0].depart, headcount=6), run=run.id)], who="")
    later = "2027-02-13T09:00"
    rows = (
        row(变更="退出", 身份证号=id_number(1)),
        row(变更="改期", 身份证号=id_number(2), 日期="2月14日"),
        row(变更="车辆故障", 班次=run.id),
        row(变更="解冻", 班次=run.id),
    )
    found = refused(living, *rows, now=later)
    assert found == [("R502", 2, "B"), ("R502", 3, "B"), ("R502", 4, "D"), ("R502", 5, "D")]
    assert living.plan.runs[0].load == 6


def test_what_has_left_by_the_timetable_is_not_changed_either(living: Living) -> None:
    assert refused(living, row(变更="退出", 身份证号=id_number(1)), now="2027-02-13T09:00") == [("R502", 2, "B")]


def test_a_date_that_is_over_cannot_be_asked_for(living: Living) -> None:
    cells = {"变更": "改期", "身份证号": id_number(1), "日期": "2月10日"}
    assert refused(living, row(**cells), now="2027-02-11T09:00") == [("R502", 2, "E")]


def test_a_file_that_is_none_of_changes_is_named(living: Living) -> None:
    file = living.folder.parent / "x.csv"
    for text in ("", "甲,乙\n1,2\n", "身份证号,日期\n1,2\n"):
        file.write_text(text, encoding="utf-8")
        answered = living.replan("--changes", file, code=1)
        assert len(answered["issues"]) == 1
    code, _out, err = living.said("replan", "--changes", living.folder / "missing.csv")
    assert code in (1, 2)
    assert len(err.strip().splitlines()) == 1
