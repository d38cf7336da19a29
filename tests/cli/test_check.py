"""`scheduler check` and `scheduler init` as a clerk runs them."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from scheduler.cli import top
from scheduler.cli.common import run_command_line, use_language
from scheduler.season.load import load
from scheduler.season.new import season_toml, travel_days
from scheduler.season.settings import read_settings
from scheduler.settings import CoachRules, Policy
from tests.season_folders import TOML, csv_text, person, write


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh")


def run(*arguments: object) -> int:
    return run_command_line(top(), [str(argument) for argument in arguments])


def dirty(folder: Path, count: int = 3) -> Path:
    rows = [person(0), *(person(i, 身份证号="123") for i in range(1, count + 1)), person(90, 联系电话="12")]
    return write(folder, {"roster/顾县镇.csv": csv_text(*rows)})


# check -------------------------------------------------------------------------------------------------------------


def test_json_has_the_promised_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", dirty(tmp_path), "--json") == 1
    result = json.loads(capsys.readouterr().out)
    assert list(result) == ["people", "fit", "set_aside", "issues"]
    assert (result["people"], result["fit"], result["set_aside"]) == (5, 2, 3)
    keys = ["severity", "code", "file", "sheet", "row", "column", "value", "message", "cure"]
    assert all(list(issue) == keys for issue in result["issues"])
    assert [(issue["code"], issue["row"], issue["column"]) for issue in result["issues"]] == [
        ("R203", 3, "B"),
        ("R203", 4, "B"),
        ("R203", 5, "B"),
        ("R205", 6, "E"),
    ]


def test_clean_season_and_warnings_alone_exit_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", write(tmp_path / "clean")) == 0
    assert "No problem was found" in capsys.readouterr().out
    assert run("check", dirty(tmp_path / "warned", 0)) == 0
    assert "R205" in capsys.readouterr().out


def test_summary_by_file_and_kind_and_an_announced_limit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", dirty(tmp_path, 40), "--limit", 5) == 1
    out = capsys.readouterr().out
    assert "42 people, 2 can be planned, 40 set aside" in out
    assert out.count("R203") == 6
    assert "roster/顾县镇.csv B3: " in out
    assert "and 36 more" in out
    assert all(len(line) <= 200 for line in out.splitlines())


def test_errors_come_before_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster = csv_text(person(1, 联系电话="12"), person(2, 身份证号="1"))
    run("check", write(tmp_path, {"roster/顾县镇.csv": roster}), "--limit", 1)
    assert "R203 roster" in capsys.readouterr().out


def test_hostile_cells_are_shown_as_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster = csv_text(person(1, 目的地="[red]x[/red]"), person(2, 目的地="\x1b[31m"))
    run("check", write(tmp_path, {"roster/[bold]顾县镇.csv": roster}))
    out = capsys.readouterr().out
    assert "[red]x[/red]" in out
    assert "[bold]顾县镇.csv" in out
    assert "\x1b[31m" not in out


@pytest.mark.parametrize(
    ("files", "word"),
    [({"season.toml": ""}, "season.toml"), ({"season.toml": "name = "}, "TOML"), ({"season.toml": "a = 1"}, "name")],
)
def test_unreadable_season_is_one_line_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str | bytes], word: str
) -> None:
    assert run("check", write(tmp_path, files)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert word in err
    assert len(err.splitlines()) == 1


def test_a_slip_in_season_toml_is_exit_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", write(tmp_path, toml=TOML + "min_laod = 3\n"), "--json") == 1
    issue = json.loads(capsys.readouterr().out)["issues"][0]
    assert (issue["code"], issue["file"], issue["row"]) == ("R401", "season.toml", 8)
    assert "min_load" in issue["cure"]


def test_no_people_is_a_clear_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", write(tmp_path, {"roster/顾县镇.csv": csv_text()})) == 0
    assert "no people in the rosters yet" in capsys.readouterr().out
    assert run("check", write(tmp_path / "none", {"roster/顾县镇.csv": ""})) == 1
    assert "R101" in capsys.readouterr().out


# --merged ----------------------------------------------------------------------------------------------------------

MERGED = [
    "ref",
    "name",
    "id_number",
    "birth",
    "sex",
    "phone",
    "township",
    "village",
    "destination",
    "destination_code",
    "employer",
    "preferred",
    "earliest",
    "latest",
    "mode",
    "party",
    "priority",
]


def test_merged_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    season = write(tmp_path / "s", {"roster/罗渡镇.csv": csv_text(person(1), person(7, 乡镇="罗渡", 姓名="=1+1"))})
    target = tmp_path / "out" / "county.csv"
    assert run("check", season, "--merged", target) == 0
    assert "full ID numbers" in capsys.readouterr().out
    assert target.stat().st_mode & 0o777 == 0o600
    text = target.read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert list(rows[0]) == MERGED
    assert [row["ref"] for row in rows] == ["roster/罗渡镇.csv!!2", "roster/罗渡镇.csv!!3", "roster/顾县镇.csv!!3"]
    first, second = rows[0], rows[1]
    assert first["destination"] == "广东省深圳市"
    assert first["destination_code"] == "440300"
    assert (first["preferred"], first["earliest"], first["latest"]) == ("2027-02-12", "2027-02-11", "2027-02-13")
    assert (first["mode"], first["priority"]) == ("any", "1")
    assert len(first["id_number"]) == 18
    assert second["township"] == "罗渡镇"
    assert second["name"] == "'=1+1"


def test_merged_workbook_is_text_and_can_be_read_again(tmp_path: Path) -> None:
    import openpyxl

    season = write(tmp_path / "s", {"roster/罗渡镇.csv": csv_text(person(7, 乡镇="罗渡", 姓名="=1+1"))})
    target = tmp_path / "county.xlsx"
    assert run("check", season, "--merged", target) == 0
    sheet = openpyxl.load_workbook(target).worksheets[0]
    assert [cell.value for cell in sheet[1]] == MERGED
    assert all(cell.data_type in ("s", "n") and not isinstance(cell.value, int) for row in sheet for cell in row)
    assert {cell.value for cell in sheet["B"]} == {"name", "=1+1", *(person(i)["姓名"] for i in (1, 2))}
    again = write(tmp_path / "again", {"roster/顾县镇.csv": "", "roster/county.xlsx": target.read_bytes()})
    first, second = load(season), load(again)
    assert second.fit == first.fit == 3
    assert [issue for issue in second.issues if issue.severity == "error"] == []


@pytest.mark.parametrize("option", ["--merged", "--html", "--annotate"])
def test_nothing_is_written_over_the_inputs(tmp_path: Path, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    season = write(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert run("check", season, option, season / "roster" / "x.csv") == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    if option == "--merged":
        assert run("check", season, option, season / "fleet.csv") == 2
        assert run("check", season, option, tmp_path / "county.txt") == 2
    assert sorted(tmp_path.rglob("*")) == before


# init --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", ["to_work", "to_home"])
def test_a_new_season_checks_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str], direction: str) -> None:
    season = tmp_path / "new" / "2028"
    assert run("init", season, "--direction", direction, "--home", "511622") == 0
    capsys.readouterr()
    assert run("check", season) == 0
    assert "no people" in capsys.readouterr().out
    intake = load(season)
    assert intake.issues == ()
    assert (intake.settings.policy, intake.settings.coach_rules) == (Policy(), CoachRules())
    assert intake.settings.name.startswith("武胜县")
    assert {path.name for path in season.iterdir()} == {
        "season.toml",
        "roster",
        *(f"{stem}.xlsx" for stem in ("fleet", "trains", "places", "access", "distances", "escorts")),
    }


def test_templates_filled_in_are_read(tmp_path: Path) -> None:
    import openpyxl

    season = tmp_path / "new"
    assert run("init", season, "--first-date", "2027-02-10", "--last-date", "2027-02-14") == 0
    fill: dict[str, list[str | float]] = {
        "places.xlsx": ["顾县", "上车点", 30.5, 106.5, "顾县镇"],
        "fleet.xlsx": ["长途", "大客", 49, 2, 1000, 9.5],
        "roster/名单模板.xlsx": [
            "张三",
            person(5)["身份证号"],
            "男",
            "13800000000",
            "顾县镇",
            "",
            "深圳",
            "",
            "2027-02-12",
        ],
    }
    for name, cells in fill.items():
        book = openpyxl.load_workbook(season / name)
        for column, value in enumerate(cells, 1):
            book.worksheets[0].cell(4, column, value)
        book.save(season / name)
    intake = load(season)
    assert [issue for issue in intake.issues if issue.code != "R218"] == []
    assert intake.fit == 1
    assert intake.problem.parties[0].people[0].ref == "roster/名单模板.xlsx!返岗人员名单!4"
    assert intake.problem.township_stop == {"顾县镇": "顾县"}


def test_init_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    season = write(tmp_path / "s")
    before = sorted(season.rglob("*"))
    assert run("init", season) == 2
    assert sorted(season.rglob("*")) == before
    (tmp_path / "file").touch()
    assert run("init", tmp_path / "file") == 2
    (tmp_path / "empty").mkdir()
    assert run("init", tmp_path / "empty") == 0


@pytest.mark.parametrize(
    "options",
    [
        ("--home", "999999"),
        ("--home", "510000"),
        ("--first-date", "2027-02-28", "--last-date", "2027-02-10"),
        ("--first-date", "soon"),
        ("--first-date", "2027111"),
        ("--first-date", "2027-02-30"),
        ("--name", "长" * 101),
    ],
)
def test_init_refuses_in_one_line_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    assert run("init", tmp_path / "new", *options) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("first", ["2027-02-01", "2027/2/1", "2027.2.1", "20270201", "2027年2月1日"])
def test_init_takes_dates_as_people_write_them(tmp_path: Path, first: str) -> None:
    assert run("init", tmp_path / "new", "--first-date", first, "--last-date", "2027.02.20") == 0
    settings, _problems = read_settings(tmp_path / "new")
    assert (settings.first_date, settings.last_date) == (date(2027, 2, 1), date(2027, 2, 20))


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes")
def test_a_new_season_is_its_owners_alone(tmp_path: Path) -> None:
    assert run("init", tmp_path / "new") == 0
    files = [path for path in (tmp_path / "new").rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_any_name_survives_season_toml(tmp_path: Path) -> None:
    name = 'a"b\\c\x01 # 岳池 😀\u202e'
    (tmp_path / "season.toml").write_text(
        season_toml(name, "to_work", "511621", date(2027, 2, 10), date(2027, 2, 28)), encoding="utf-8"
    )
    settings, problems = read_settings(tmp_path)
    assert (settings.name, problems) == (name, ())


@pytest.mark.parametrize(
    ("today", "to_work", "to_home"),
    [
        ("2026-11-23", "2027-02-10", "2027-01-22"),
        ("2027-02-01", "2027-02-10", "2027-01-22"),
        ("2027-02-20", "2027-02-10", "2028-01-11"),
        ("2027-03-20", "2028-01-30", "2028-01-11"),
    ],
)
def test_travel_days_follow_the_next_festival(today: str, to_work: str, to_home: str) -> None:
    assert travel_days("to_work", date.fromisoformat(today))[0] == date.fromisoformat(to_work)
    assert travel_days("to_home", date.fromisoformat(today))[0] == date.fromisoformat(to_home)
