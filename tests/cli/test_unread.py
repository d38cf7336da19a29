"""`plan` says first what it could not read: files, tables and rows of tables; rows of people are the normal case."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from scheduler.cli import top
from scheduler.cli.common import run_command_line
from scheduler.season.load import load
from scheduler.season.plans import read_plan
from tests.hostile.build import xlsx
from tests.season_folders import FLEET, PLACES, TOML, csv_text, id_number, person, write

TRAINS = (
    "车次,日期,站,到达,开车,座位数,票价,可上车,起运人数\n"
    "K586,2027-02-12,广安站,,08:00,100,,是,1\n"
    "K586,2027-02-12,深圳,20:00,,,100,否,\n"
)
ACCESS = "出发地,上车点,费用\n顾县镇,县城集散点,5\n"
DISTANCES = "起点,终点,公里\n顾县,深圳,1500\n"

ABOVE = f"李一,{id_number(50)},罗渡镇,深圳\n李二,{id_number(51)},罗渡镇,深圳\n" + csv_text(person(3))
RIGHT = csv_text(person(3), person(4)).replace("2027-02-12", f"2027-02-12,,,,,,李一,{id_number(50)}")
SECOND_SHEET = xlsx(
    ("一村", [list(person(3)), list(person(3).values())]), ("二村", [["李一", id_number(50)], ["李二", id_number(51)]])
)
TWO_NAMES = f"姓名,身份证号,乡镇,目的地,姓名\n张三,{id_number(60)},罗渡镇,深圳,李四\n"
CONTACTS = csv_text(person(3)) + "\n\n村干部通讯录\n李四,13900000000,主任\n王五,13900000001,书记\n"


def plan(season: Path, *options: object) -> int:
    arguments = ["plan", season, "--time-limit", 1, "--workers", 1, *options]
    return run_command_line(top(), [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("files", "code", "file", "rows"),
    [
        ({"roster/罗渡镇.xlsx": b"PK\3\4 cut off"}, "R101", "roster/罗渡镇.xlsx", []),
        ({"roster/罗渡镇.csv": b"\0\1\2\0" * 99}, "R101", "roster/罗渡镇.csv", []),
        ({"roster/罗渡镇.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)}, "R101", "roster/罗渡镇.xls", []),
        ({"roster/罗渡镇.csv": "张三,深圳\n李四,广州\n"}, "R102", "roster/罗渡镇.csv", []),
        ({"roster/罗渡镇.csv": "姓名,身份证号,乡镇\n张三,1,罗渡镇\n"}, "R103", "roster/罗渡镇.csv", []),
        ({"fleet.csv": "数量,企业\n3,岳运\n"}, "R102", "fleet.csv", []),
        ({"trains.csv": "车次,站\nK1,广安站\n"}, "R103", "trains.csv", []),
        ({"access.csv": b"PK\3\4"}, "R101", "access.csv", []),
        ({"distances.csv": "起点,终点\n顾县,深圳\n"}, "R103", "distances.csv", []),
        ({"fleet.xlsx": FLEET}, "R401", "fleet.xlsx", []),
        ({"fleet.csv": FLEET + "55座,五十五个,1,1000,10,岳运\n33座,x,1,1000,10,岳运\n"}, "R401", "fleet.csv", [3, 4]),
        ({"trains.csv": TRAINS.replace("08:00", "八点")}, "R401", "trains.csv", [2]),
        ({"places.csv": PLACES + "天平,上车点,300.5,106.5,天平镇,,\n"}, "R401", "places.csv", [6]),
        ({"fleet.csv": FLEET + "55座,55,1,1,000,10,岳运\n"}, "R106", "fleet.csv", [3]),
        ({"roster/罗渡镇.csv": ABOVE}, "R104", "roster/罗渡镇.csv", []),
        ({"roster/罗渡镇.csv": RIGHT}, "R104", "roster/罗渡镇.csv", []),
        ({"roster/罗渡镇.xlsx": SECOND_SHEET}, "R104", "roster/罗渡镇.xlsx", []),
        ({"roster/罗渡镇.csv": TWO_NAMES}, "R107", "roster/罗渡镇.csv", []),
    ],
)
def test_what_was_not_read_comes_first_and_is_exit_1(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    files: dict[str, str | bytes],
    code: str,
    file: str,
    rows: list[int],
) -> None:
    season = write(tmp_path / "s", files)
    assert plan(season, "--json") == 1
    printed = json.loads(capsys.readouterr().out)
    assert next(iter(printed)) == "unread"
    assert (code, file, rows) in [(each["code"], each["file"], each["rows"]) for each in printed["unread"]]
    assert plan(season, "--lang", "en") == 1
    lines = capsys.readouterr().out.splitlines()
    assert "scheduler check" in lines[0]
    assert any(line.startswith(f"  {code} {file}") for line in lines[1:3])


@pytest.mark.parametrize(
    "files",
    [
        {"access.csv": ACCESS + "无此镇,县城集散点,5\n"},
        {"distances.csv": DISTANCES + "顾县,无此地,5\n"},
        {"escorts.csv": "姓名,可用起始日期\n张三,去年\n"},
    ],
)
def test_a_refused_row_of_another_table_is_said_and_exit_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str | bytes]
) -> None:
    assert plan(write(tmp_path / "s", files), "--json") == 0
    [unread] = json.loads(capsys.readouterr().out)["unread"]
    assert unread["file"] in files
    assert unread["code"] == "R401"


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"roster/罗渡镇.csv": csv_text(person(3, 目的地="火星"), person(4, 身份证号="1"))},
        {"trains.csv": TRAINS, "access.csv": ACCESS, "distances.csv": DISTANCES},
        {"roster/说明.csv": csv_text()},
        {"roster/罗渡镇.csv": csv_text(person(3)) + "李四,13900000000\n"},
        {"roster/罗渡镇.csv": csv_text(person(3), person(4, 目的地="深圳市,宝安区"))},
        {"roster/罗渡镇.csv": CONTACTS},
    ],
)
def test_a_season_read_whole_is_exit_0_and_says_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str | bytes]
) -> None:
    assert plan(write(tmp_path / "s", files), "--json") == 0
    assert json.loads(capsys.readouterr().out)["unread"] == []


def test_an_id_number_in_a_reason_is_masked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    season = write(tmp_path / "s", {"fleet.csv": FLEET + "大巴,511621199001010001,1,1,1,岳运\n"})
    assert plan(season) == 1
    assert "199001" not in capsys.readouterr().out


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
@pytest.mark.parametrize("name", ["fleet.csv", "roster/别镇.csv", "roster/lists"])
@pytest.mark.parametrize("target", ["outside", "nowhere"])
def test_a_link_that_is_not_followed_is_told(tmp_path: Path, name: str, target: str) -> None:
    (tmp_path / "outside" / "lists").mkdir(parents=True)
    season = write(tmp_path / "s", {"fleet.csv": ""})
    (season / name).symlink_to(tmp_path / target)
    told = [(found.code, found.file) for found in load(season).issues if found.code == "R101"]
    assert told == ([("R101", name)] if (target, name) != ("nowhere", "roster/lists") else [])


def test_a_folder_named_like_a_table_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    season = write(tmp_path / "s", {"fleet.csv": ""})
    (season / "fleet.xlsx").mkdir()
    assert plan(season, "--json") == 1
    assert [each["file"] for each in json.loads(capsys.readouterr().out)["unread"]] == ["fleet.xlsx"]


# Nothing to ride ----------------------------------------------------------------------------------------------------

BY_TRAIN = {"fleet.csv": "", "trains.csv": TRAINS, "access.csv": "出发地,上车点,费用\n顾县镇,广安站,5\n"}


@pytest.mark.parametrize(
    ("files", "people"),
    [
        ({"fleet.csv": ""}, 2),
        ({"fleet.csv": "车型,核定载客,数量,起步价,每公里,企业\n"}, 2),
        ({"fleet.csv": FLEET.replace("49座,49", "49座,x")}, 2),
        ({"fleet.csv": FLEET.replace("49座", "接驳,49座").replace("车型", "用途,车型")}, 2),
        ({**BY_TRAIN, "roster/顾县镇.csv": csv_text(person(1, 出行方式="汽车"), person(2))}, 1),
        (BY_TRAIN, 0),
        ({"fleet.csv": "", "roster/顾县镇.csv": csv_text()}, 0),
    ],
)
def test_check_warns_where_people_have_nothing_to_ride(
    tmp_path: Path, files: dict[str, str | bytes], people: int
) -> None:
    told = [found for found in load(write(tmp_path, files)).issues if found.code == "R402"]
    assert len(told) == bool(people)
    assert all(found.severity == "warning" and f"{people} 人" in found.message for found in told)


@pytest.mark.parametrize("fleet", ["", "数量,企业\n3,岳运\n"])
def test_a_plan_that_carries_nobody_for_want_of_input_is_not_called_optimal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fleet: str
) -> None:
    season = write(tmp_path / "s", {"fleet.csv": fleet})
    plan(season, "--json")
    printed = json.loads(capsys.readouterr().out)
    assert (printed["people"], printed["unserved"], printed["bound"], printed["gap"]) == (0, 2, None, None)
    stored = read_plan(season)
    assert (stored.bound, stored.gap) == (None, None)
    assert run_command_line(top(), ["verify", str(season)]) == 0
    capsys.readouterr()
    plan(season, "--lang", "en")
    out = capsys.readouterr().out
    assert "optimal" not in out
    assert "not proven" in out
    assert "R402" in out


def test_leaving_people_because_they_cost_less_is_still_optimal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    season = write(tmp_path / "s", toml=TOML + "unserved_cost = 1\n")
    assert plan(season, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["people"], printed["gap"]) == (0, 0.0)
