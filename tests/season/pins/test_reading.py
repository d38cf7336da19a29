"""pins.csv of a season folder: every kind in its ways of writing, and what is said of rows that pin nothing."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.pins import Pin
from scheduler.plan import Plan
from scheduler.season.keyed import load_to_check
from scheduler.season.load import Intake, inputs_sha256
from scheduler.season.plans import store_plan
from scheduler.solver.solve import solve
from tests.season_folders import csv_text, id_number, intake_of, person, write

HEADINGS = ("决定", "人员", "姓名", "另一人", "班次", "座位", "日期", "上车点", "目的地", "车型", "方式", "原因")
TRAINS = """车次,日期,站,开车,座位数,票价,可上车
K586,2027-02-12,广安站,10:00,100,,是
K586,2027-02-12,深圳,,100,300,否
K586,2027-02-13,广安站,10:00,100,,是
K586,2027-02-13,深圳,,100,300,否
K9,2027-02-13,广安站,10:00,100,,是
K9,2027-02-13,东莞,,100,300,否
"""
FLEET = "车型,核定载客,数量,起步价,每公里,企业\n49座,49,10,100,1,岳运\n38座,38,1,9000,90,岳运\n"


def table(*rows: dict[str, str], headings: tuple[str, ...] = HEADINGS) -> str:
    """Return pins.csv with some rows, by heading."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows([row.get(heading, "") for heading in headings] for row in rows)
    return out.getvalue()


def row(pin: str, **cells: str) -> dict[str, str]:
    """Return a row about the first person unless another is named; cells by heading."""
    return {"决定": pin, "人员": id_number(1)} | cells


def planned(folder: Path) -> Plan:
    """Plan a season folder of cheap coaches and return its plan, which stands from now on."""
    write(folder, {"fleet.csv": FLEET})
    plan = solve(intake_of(folder).problem, time_limit_s=60, iterations=1, workers=1)
    store_plan(folder, plan)
    return plan


def read(folder: Path, *rows: dict[str, str], **files: str) -> Intake:
    """Return the season as read with these pins."""
    write(folder, {"pins.csv": table(*rows), "trains.csv": TRAINS, "fleet.csv": FLEET} | files)
    return intake_of(folder)


def said(intake: Intake) -> list[tuple[str, str]]:
    """Return the code and place of what is said of pins."""
    return [(each.code, f"{each.column}{each.row}") for each in intake.issues if each.file.startswith("pins")]


def keys(intake: Intake) -> list[str]:
    """Return the people's keys in the order of the rosters."""
    return [each.key for party in intake.problem.parties for each in party.people]


def columns(pin: Pin) -> dict[str, Any]:
    """Return the filled columns of a pin but for its kind, reason and place."""
    names = ("person", "with_", "run", "date", "board", "destination", "vehicle_type", "mode", "seat")
    return {name: getattr(pin, name) for name in names if getattr(pin, name)}


@pytest.mark.parametrize("word", ["同车", "together", "TOGETHER ", "一起", "同 乘"])
def test_two_people_are_pinned_together_however_it_is_written(tmp_path: Path, word: str) -> None:
    intake = read(tmp_path, row(word, 另一人=id_number(2), 原因="家人"))
    (pin,) = intake.problem.pins
    first, second = keys(intake)
    assert (pin.kind, pin.person, pin.with_, pin.reason, pin.ref) == ("together", first, second, "家人", "pins.csv!!2")
    assert said(intake) == []


@pytest.mark.parametrize(
    ("cells", "kind", "expected"),
    [
        (row("日期", 日期="2月12日"), "date", {"date": date(2027, 2, 12)}),
        (row("date", 日期="2027/2/13"), "date", {"date": date(2027, 2, 13)}),
        (row("上车点", 上车点="县城集散点"), "board", {"board": "县城集散点"}),
        (row("不乘"), "leave", {}),
        (row("方式", 方式="火车"), "mode", {"mode": "train"}),
        (row("mode", 另一人="coach"), "mode", {"mode": "coach"}),
        (row("方式", 车型="大巴"), "mode", {"mode": "coach"}),
        (row("班次", 班次="K586", 日期="2月13日"), "run", {"run": "K586", "date": date(2027, 2, 13)}),
        (row("班次", 班次="k9"), "run", {"run": "K9", "date": date(2027, 2, 13)}),
    ],
)
def test_a_person_is_pinned(tmp_path: Path, cells: dict[str, str], kind: str, expected: dict[str, Any]) -> None:
    intake = read(tmp_path, cells)
    (pin,) = intake.problem.pins
    assert pin.kind == kind
    assert columns(pin) == expected | {"person": keys(intake)[0]}
    assert said(intake) == []


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"日期": "2027-02-12", "目的地": "深圳"}, {"date": date(2027, 2, 12), "destination": "440300"}),
        ({"目的地": "广东", "车型": "49座"}, {"destination": "440000", "vehicle_type": "49座"}),
        ({"上车点": "罗渡"}, {"board": "罗渡"}),
        ({"班次": "K586", "日期": "2-12"}, {"run": "K586", "date": date(2027, 2, 12)}),
    ],
)
@pytest.mark.parametrize("word", ["开行", "不开"])
def test_runs_are_pinned_to_go_or_not(
    tmp_path: Path, word: str, cells: dict[str, str], expected: dict[str, Any]
) -> None:
    intake = read(tmp_path, {"决定": word} | cells)
    (pin,) = intake.problem.pins
    assert (pin.kind, columns(pin)) == ("open" if word == "开行" else "closed", expected)
    assert said(intake) == []


def test_a_run_of_the_plan_that_stands_is_named_by_its_id(tmp_path: Path) -> None:
    write(tmp_path)
    (run,) = planned(tmp_path).runs
    rows = (row("班次", 班次=run.id, 座位="07"), {"决定": "开行", "班次": run.id}, {"决定": "不开", "班次": run.id})
    intake = read(tmp_path, *rows)
    by_kind = {pin.kind: columns(pin) for pin in intake.problem.pins}
    assert by_kind == {
        "run": {"person": keys(intake)[0], "run": run.id, "date": run.date, "seat": "7"},
        "open": {"run": run.id, "date": run.date},
        "closed": {"date": run.date, "vehicle_type": "49座", "destination": "440300"},
    }
    assert said(intake) == []


def test_a_train_of_the_plan_that_stands_is_the_train_whatever_its_run_is_called(tmp_path: Path) -> None:
    roster = csv_text(person(1, 出行方式="火车"), person(2, 出行方式="火车"))
    write(tmp_path, {"trains.csv": TRAINS, "roster/顾县镇.csv": roster})
    (run,) = planned(tmp_path).runs
    rows = (
        row("班次", 班次=run.id),
        {"决定": "不开", "班次": run.id},
        {"决定": "开行", "班次": run.id, "日期": str(run.date)},
    )
    intake = read(tmp_path, *rows, **{"roster/顾县镇.csv": roster})
    assert run.train is not None
    assert [(pin.kind, pin.run, pin.date) for pin in intake.problem.pins] == [
        (kind, run.train, run.date) for kind in ("run", "closed", "open")
    ]
    fewer = TRAINS.replace(f"{run.train},{run.date}", f"Z1,{run.date}")
    intake = read(tmp_path, row("班次", 班次=run.id), **{"roster/顾县镇.csv": roster, "trains.csv": fewer})
    assert said(intake) == [("R401", "E2")]


@pytest.mark.parametrize("form", ["key", "KEY", "lower", "fifteen", "name", "name and township", "name column"])
def test_a_person_is_named_in_any_form(tmp_path: Path, form: str) -> None:
    old = "511621600202000"
    someone = person(1, 姓名="欧阳春", 身份证号=old if form == "fifteen" else id_number(1))
    roster = csv_text(someone, person(2))
    intake = read(tmp_path, **{"roster/顾县镇.csv": roster})
    key = keys(intake)[0]
    number = id_number(1)
    forms = {
        "key": {"人员": key},
        "KEY": {"人员": key.upper()},
        "lower": {"人员": number.lower()},
        "fifteen": {"人员": old},
        "name": {"人员": "欧阳 春"},
        "name and township": {"人员": "欧阳春 顾县"},
        "name column": {"姓名": "欧阳春"},
    }
    intake = read(tmp_path, {"决定": "不乘"} | forms[form], **{"roster/顾县镇.csv": roster})
    assert [pin.person for pin in intake.problem.pins] == [key]
    assert said(intake) == []


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        (row("跳舞"), "A2"),
        (row(""), "A2"),
        (row("不乘", 人员=""), "B2"),
        (row("不乘", 人员="李四"), "B2"),
        (row("不乘", 人员="51162119900101001X"), "B2"),  # a wrong check digit
        (row("不乘", 人员=id_number(9)), "B2"),
        (row("不乘", 人员="0123456789abcdef"), "B2"),
        (row("不乘", 人员="5.1E+17"), "B2"),
        (row("不乘", 姓名="李四"), "C2"),  # another name than the rosters have
        (row("同车"), "D2"),
        (row("分开", 另一人=id_number(1)), "D2"),
        (row("同车", 另一人="李四"), "D2"),
        (row("班次"), "E2"),
        (row("班次", 班次="C0212-深圳-01"), "E2"),
        (row("班次", 班次="K586"), "G2"),  # on which of two days
        (row("班次", 班次="K586", 日期="2月11日"), "G2"),
        (row("班次", 班次="K9", 日期="2月12日"), "G2"),
        (row("日期"), "G2"),
        (row("日期", 日期="2月30日"), "G2"),
        (row("日期", 日期="2027-03-12"), "G2"),
        (row("日期", 日期="不限"), "G2"),
        (row("上车点"), "H2"),
        (row("上车点", 上车点="火星"), "H2"),
        (row("上车点", 上车点="成都"), "H2"),  # a place, but not of this season
        (row("方式"), "K2"),
        (row("方式", 方式="飞机"), "K2"),
        (row("方式", 方式="不限"), "K2"),
        ({"决定": "开行"}, "A2"),
        ({"决定": "不开", "目的地": "火星"}, "I2"),
        ({"决定": "开行", "目的地": "朝阳区"}, "I2"),
        ({"决定": "开行", "车型": "50座"}, "J2"),
        ({"决定": "开行", "班次": "C1"}, "E2"),
    ],
)
def test_a_row_that_cannot_be_used_is_said_and_stops_no_other(
    tmp_path: Path, cells: dict[str, str], place: str
) -> None:
    intake = read(tmp_path, cells, row("日期", 日期="2月12日"))
    assert said(intake) == [("R401", place)]
    assert [pin.kind for pin in intake.problem.pins] == ["date"]
    assert [(each.file, each.rows, each.is_needed) for each in intake.unread] == [("pins.csv", (2,), True)]


def test_two_people_of_one_name_are_not_guessed_at(tmp_path: Path) -> None:
    roster = csv_text(person(1, 姓名="王芳"), person(2, 姓名="王芳"), person(3, 姓名="王芳", 乡镇="罗渡镇"))
    rows = ({"决定": "不乘", "人员": "王芳"}, {"决定": "不乘", "人员": "王芳 罗渡"})
    intake = read(tmp_path, *rows, **{"roster/顾县镇.csv": roster})
    assert said(intake) == [("R401", "B2")]
    assert len(intake.problem.pins) == 1
    (found,) = (each for each in intake.issues if each.file == "pins.csv")
    assert "3" in found.message


def test_a_pin_of_somebody_set_aside_asks_nothing_and_names_the_fault_of_the_roster(tmp_path: Path) -> None:
    roster = csv_text(person(1), person(2, 姓名="欧阳秋", 目的地="火星"))
    rows = (row("不乘", 人员="欧阳秋"), row("不乘", 人员=id_number(2)), row("同车", 另一人="欧阳秋"))
    intake = read(tmp_path, *rows, **{"roster/顾县镇.csv": roster})
    assert said(intake) == [("R403", "B2"), ("R403", "B3"), ("R403", "D4")]
    found = [each for each in intake.issues if each.file == "pins.csv"]
    assert all("R207" in each.message and "roster/顾县镇.csv!!3" in each.cure for each in found)
    assert intake.problem.pins == ()
    assert intake.unread == ()


def test_a_pin_of_somebody_who_is_gone_asks_nothing(tmp_path: Path) -> None:
    write(tmp_path)
    gone = planned(tmp_path).runs[0].passengers[1]
    rows = (row("不乘", 人员=gone.person), row("不乘", 人员=id_number(2)), row("日期", 日期="2-12"))
    intake = read(tmp_path, *rows, **{"roster/顾县镇.csv": csv_text(person(1))})
    assert said(intake) == [("R403", "B2"), ("R403", "B3")]
    assert [pin.kind for pin in intake.problem.pins] == ["date"]


def test_a_cell_that_a_decision_has_no_use_for_is_said(tmp_path: Path) -> None:
    intake = read(tmp_path, row("日期", 日期="2-12", 上车点="罗渡"), row("班次", 班次="K9", 座位="5"))
    assert said(intake) == [("R403", "H2"), ("R403", "F3")]
    assert [pin.kind for pin in intake.problem.pins] == ["date", "run"]
    assert intake.problem.pins[1].seat == ""


def test_a_run_with_another_date_type_or_seat_is_refused(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"fleet.csv": "车型,核定载客,数量,起步价,每公里,企业\n49座,49,10,1000,10,岳运\n38座,38,1,9000,90,岳运\n"},
    )
    (run,) = planned(tmp_path).runs
    rows = (
        row("班次", 班次=run.id, 日期="2027-02-10"),
        row("班次", 班次=run.id, 座位="50"),
        row("班次", 班次=run.id, 座位="左窗"),
        {"决定": "不开", "班次": run.id, "车型": "38座"},
        row("班次", 班次=run.id[:-2] + "77"),
    )
    intake = read(tmp_path, *rows)
    assert said(intake) == [("R401", "G2"), ("R401", "F3"), ("R401", "F4"), ("R401", "J5"), ("R401", "E6")]
    assert run.id in next(each.cure for each in intake.issues if each.row == 6 and each.file == "pins.csv")


def test_a_decision_written_twice_is_one(tmp_path: Path) -> None:
    intake = read(tmp_path, row("不乘", 原因="一"), row("不坐", 原因="二"))
    assert [(pin.kind, pin.reason) for pin in intake.problem.pins] == [("leave", "一")]


def test_a_workbook_and_a_csv_are_both_read(tmp_path: Path) -> None:
    write(tmp_path, {"pins.csv": table(row("不乘"))})
    with xlsxwriter.Workbook(str(tmp_path / "pins.xlsx")) as book:
        sheet = book.add_worksheet("锁定")
        sheet.write_row(0, 0, ["春运锁定表"])
        sheet.write_row(2, 0, ["决 定*", "身份证号", "出行日期"])
        sheet.write_row(3, 0, ["日期", id_number(2), "2月12日"])
    intake = intake_of(tmp_path)
    assert said(intake) == []
    assert [(pin.kind, pin.ref) for pin in intake.problem.pins] == [
        ("leave", "pins.csv!!2"),
        ("date", "pins.xlsx!锁定!4"),
    ]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig", "utf-16"])
def test_any_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    write(tmp_path, {"pins.csv": table(row("不乘")).encode(encoding)})
    intake = intake_of(tmp_path)
    assert said(intake) == []
    assert len(intake.problem.pins) == 1


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (table(), []),
        ("\n\n", ["R101"]),
        ("原因\n因为\n", ["R102"]),
        ("PK\x03\x04 no workbook", ["R101"]),
    ],
)
def test_a_file_without_decisions_pins_nothing(tmp_path: Path, content: str, codes: list[str]) -> None:
    write(tmp_path, {"pins.csv": content})
    intake = intake_of(tmp_path)
    assert intake.problem.pins == ()
    assert [code for code, _place in said(intake)] == codes


def test_five_hundred_rows_are_read_and_each_refused_one_is_named(tmp_path: Path) -> None:
    rows = [row("不乘" if number % 5 else "跳舞", 人员=id_number(number % 2 + 1)) for number in range(500)]
    intake = read(tmp_path, *rows)
    assert len(said(intake)) == 100
    assert len(intake.problem.pins) == 2


@pytest.mark.parametrize("text", ["=1+1", "<script>alert(1)</script>", "[red]", "@SUM(A1)", "张\x07三", "￾"])
def test_hostile_text_in_any_cell_is_only_text(tmp_path: Path, text: str) -> None:
    for heading in HEADINGS[1:]:
        intake = read(
            tmp_path, row("班次", 班次="K9", **{heading: text}) if heading != "班次" else row("班次", 班次=text)
        )
        assert all(each.code in ("R401", "R403") for each in intake.issues if each.file == "pins.csv")


def test_pins_are_an_input_of_the_plan(tmp_path: Path) -> None:
    before = inputs_sha256(write(tmp_path))
    write(tmp_path, {"pins.csv": table(row("不乘"))})
    assert inputs_sha256(tmp_path) != before


def test_check_says_it_too_and_knows_keys_only_where_there_is_a_ledger(tmp_path: Path) -> None:
    write(tmp_path, {"pins.csv": table(row("不乘", 人员="0123456789abcdef"), row("不乘", 人员="李四"))})
    assert said(load_to_check(tmp_path)) == [("R401", "B3")]
    intake_of(tmp_path)  # makes the ledger
    assert said(load_to_check(tmp_path)) == [("R401", "B2"), ("R401", "B3")]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cells=st.lists(
        st.fixed_dictionaries(
            {},
            optional={h: st.text(max_size=12) | st.sampled_from(["同车", "班次", "K9", "1", "2-12"]) for h in HEADINGS},
        ),
        max_size=4,
    )
)
def test_nothing_in_a_row_makes_the_reader_raise(tmp_path: Path, cells: list[dict[str, str]]) -> None:
    intake = read(tmp_path, *cells)
    assert all(pin.ref for pin in intake.problem.pins)
