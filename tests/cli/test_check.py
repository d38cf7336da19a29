"""`scheduler check` and `scheduler init` as a clerk runs them."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import click
import pytest

from scheduler.cli import top
from scheduler.cli.common import run_command_line, use_language
from scheduler.cli.help import display_width
from scheduler.cli.wizard import _spot
from scheduler.places import division, reach_km, townships
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
    assert all(len(line) <= 200 for line in out.splitlines() if str(tmp_path) not in line)  # next steps name the folder


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
        *(f"{stem}.xlsx" for stem in ("fleet", "trains", "places", "access", "distances", "escorts", "pins")),
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
    assert intake.problem.township_stop["顾县镇"] == "顾县"


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


@pytest.mark.parametrize("words", [("--home", "岳池"), ("--home", "四川岳池县"), ("--home", "511621"), ()])
def test_places_hold_the_townships_of_the_county_where_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    season = tmp_path / "new"
    assert run("init", season, *words) == 0
    out = capsys.readouterr().out
    assert "27 townships" in out
    assert "Coordinates are built in for 27 of them. They are approximate" in out
    assert "No coordinates" not in out
    problem = load(season).problem
    assert len(problem.township_stop) == 27
    seat = problem.places["九龙街道上车点"]
    assert (seat.lat, seat.lon) == (30.548, 106.449)


@pytest.mark.parametrize("home", ["511622", "武胜", "500101", "东莞", "410104"])
def test_townships_without_built_in_coordinates_are_named_and_no_fault_while_nobody_lives_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], home: str
) -> None:
    import openpyxl

    season = tmp_path / "new"
    assert run("init", season, "--home", home) == 0
    towns = townships(read_settings(season)[0].home)
    located = {town.name for town in towns if town.lat is not None}
    lacking = [town.name for town in towns if town.lat is None]
    out = capsys.readouterr().out
    assert f"No coordinates are built in for {len(lacking)} of them" in out
    assert (f"Coordinates are built in for {len(located)} of them" in out) == bool(located)
    assert run("check", season) == 0
    assert set(load(season).problem.township_stop) == located
    town, row = lacking[0], 4 + [town.name for town in towns].index(lacking[0])
    (season / "roster" / "a.csv").write_text(csv_text(person(1, 乡镇=town)), encoding="utf-8")
    assert run("check", season) == 1
    assert any(issue.code == "R401" and town in issue.message for issue in load(season).issues)
    book = openpyxl.load_workbook(season / "places.xlsx")
    sheet = book.worksheets[0]
    assert [sheet.cell(row, column).value for column in (1, 2, 3, 4)] == [f"待填：{town}上车点", "上车点", None, None]
    assert sheet.cell(len(towns) + 3, 2).value == "上车点"
    seat = division(read_settings(season)[0].home)
    assert seat is not None
    sheet.cell(row, 3).value, sheet.cell(row, 4).value = seat.lat, seat.lon
    book.save(season / "places.xlsx")
    assert load(season).problem.township_stop[town] == f"{town}上车点"
    assert not any(issue.code == "R401" for issue in load(season).issues)


@pytest.mark.parametrize("home", ["岳池", "武胜", "441900", "110101"])
def test_the_worked_examples_are_right_for_the_county(tmp_path: Path, home: str) -> None:
    import openpyxl

    season = tmp_path / "new"
    assert run("init", season, "--home", home, "--direction", "返乡") == 0
    settings, _problems = read_settings(season)
    assert settings.direction == "to_home"
    for name in ("roster/名单模板.xlsx", "places.xlsx"):
        book = openpyxl.load_workbook(season / name)
        sheet = book.worksheets[0]
        shown = [str(cell.value or "").removeprefix("示例：") for cell in sheet[3]]
        for column, value in enumerate(shown, 1):
            sheet.cell(4, column).value = value or None
        book.save(season / name)
    intake = load(season)
    assert [issue for issue in intake.issues if issue.code != "R402"] == []
    assert intake.fit == 1
    assert intake.problem.parties[0].origin in intake.problem.township_stop


@pytest.mark.parametrize(
    ("option", "value", "word"),
    [
        ("--home", "朝阳区", "110105"),
        ("--home", "广安", "511621"),
        ("--home", "四川", "511621"),
        ("--home", "火星", "511621"),
        ("--direction", "往返", "返岗"),
    ],
)
def test_a_word_that_means_nothing_or_too_much_is_told_with_its_cure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str, word: str
) -> None:
    assert run("init", tmp_path / "new", option, value) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert word in err


@pytest.mark.parametrize(
    ("word", "direction"),
    [("返岗", "to_work"), ("返乡", "to_home"), ("to-home", "to_home"), ("回家", "to_home"), ("TO_WORK", "to_work")],
)
def test_directions_as_people_write_them(tmp_path: Path, word: str, direction: str) -> None:
    assert run("init", tmp_path / "new", "--direction", word) == 0
    settings, problems = read_settings(tmp_path / "new")
    assert (settings.direction, problems) == (direction, ())
    text = (tmp_path / "new" / "season.toml").read_text(encoding="utf-8")
    (tmp_path / "season.toml").write_text(
        text.replace(f'"{direction}"', f'"{word}"').replace('"511621"', '"岳池"'), encoding="utf-8"
    )
    again, problems = read_settings(tmp_path)
    assert (again.direction, again.home, problems) == (direction, "511621", ())


@pytest.mark.parametrize("share", ["2%", "2 %", "2％", "0.02"])
def test_a_share_as_people_write_it(tmp_path: Path, share: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("example", tmp_path / "s", "--people", 300, "--dirty", share, "--format", "csv", "--json") == 0
    assert json.loads(capsys.readouterr().out)["planted"] == 6


@pytest.mark.parametrize("share", ["102%", "-2%", "%", "2%%", "1.2.3%", "nan%"])
def test_what_is_no_share_is_one_line(tmp_path: Path, share: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("plan", write(tmp_path), "--gap", share) == 2
    assert capsys.readouterr().err.count("\n") == 1


# The questions on a terminal ---------------------------------------------------------------------------------------


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return what makes stdin a terminal at which these lines are typed."""

    class Typed(io.StringIO):
        def isatty(self) -> bool:
            return True

    def typed(text: str) -> None:
        monkeypatch.setattr("sys.stdin", Typed(text))
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)

    return typed


def test_on_a_terminal_it_asks_for_what_is_not_said(
    tmp_path: Path, terminal: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    season = tmp_path / "new"
    terminal(
        "返乡\n朝阳区\n武胜\n2027年1月20日\n\n\n25\n8:00、18:30\n\n33.6\ny\n30.1, 106.2\n106.3 30.2\n99\n" + "\n" * 30
    )
    assert run("init", season) == 0
    settings, problems = read_settings(season)
    assert problems == ()
    assert (settings.direction, settings.home) == ("to_home", "511622")
    assert (settings.first_date, settings.name) == (date(2027, 1, 20), "武胜县2027年春节返乡")
    assert (settings.policy.min_load, settings.coach_rules.depart_at) == (25, ("08:00", "18:30"))
    assert settings.history.people_per_run == 33.6
    places = load(season).problem.places
    told = [place for place in places.values() if place.lat is not None and place.name != "沿口镇上车点"]
    assert [(place.lat, place.lon) for place in told] == [(30.1, 106.2), (30.2, 106.3)]
    out = capsys.readouterr().out
    assert "Coordinates are built in for 1 of them" in out
    assert "No coordinates are built in for 20 of them" in out


def test_a_spot_farther_from_the_seat_than_a_county_reaches_is_a_slip() -> None:
    seat = 37.88, 77.41  # 叶城县, which reaches 200 km into the mountains
    assert _spot("36.2, 76.8", seat, reach_km("653126")) == (36.2, 76.8)
    with pytest.raises(click.BadParameter, match="more than 100 km"):
        _spot("36.2, 76.8", seat, reach_km("511621"))


def test_what_is_printed_on_every_page_is_asked_last(tmp_path: Path, terminal: Callable[[str], None]) -> None:
    terminal("\n" * 9 + "岳池县就业局\n0826-5220000\n岳池就业\n")
    assert run("init", tmp_path / "a") == 0
    settings, problems = read_settings(tmp_path / "a")
    assert problems == ()
    assert (settings.office, settings.duty_phone, settings.signature) == ("岳池县就业局", "0826-5220000", "岳池就业")


@pytest.mark.parametrize("office", ['就业局"北区"', "a\\b", "就业局 # 一科", "  就业局  "])
def test_any_office_survives_the_questions(tmp_path: Path, terminal: Callable[[str], None], office: str) -> None:
    terminal("\n" * 9 + f"{office}\n\n\n")
    assert run("init", tmp_path / "a") == 0
    settings, problems = read_settings(tmp_path / "a")
    assert problems == ()
    assert (settings.office, settings.duty_phone) == (office.strip(), "")


def test_enter_takes_the_defaults_and_what_is_said_is_not_asked(
    tmp_path: Path, terminal: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    terminal("\n" * 20)
    options = ("--home", "岳池", "--direction", "返岗", "--name", "甲", "--first-date", "2027-02-10")
    assert run("init", tmp_path / "a", *options) == 0
    asked = capsys.readouterr().out
    assert "County" not in asked
    assert "Direction" not in asked
    assert "Last day" in asked
    assert read_settings(tmp_path / "a")[0].policy == Policy()
    assert run("init", tmp_path / "b", "--yes") == 0
    assert "Last day" not in capsys.readouterr().out


def test_an_end_of_the_answers_leaves_nothing(tmp_path: Path, terminal: Callable[[str], None]) -> None:
    terminal("返乡\n")
    assert run("init", tmp_path / "new") == 1
    assert list(tmp_path.iterdir()) == []


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


# The first screen --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_screen_fits_and_ends_with_the_next_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    wrong = [
        *(person(20 + i, 身份证号="1") for i in range(30)),
        *(person(60 + i, 目的地="火星") for i in range(30)),
        *(person(100 + i, 出行日期="等通知") for i in range(30)),
        *(person(140 + i, 出行方式="飞机", 联系电话="1", 乡镇="无此镇") for i in range(30)),
    ]
    files = {f"roster/{i}.csv": csv_text(*wrong[i::7]) for i in range(7)}
    season = write(tmp_path / "s", files)
    assert run("check", season, "--lang", language) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if str(tmp_path) not in line]
    assert sum(-(-display_width(line) // 80) for line in lines) + 2 <= 24
    assert run("check", season, "--lang", language) == 1
    marked, planned = capsys.readouterr().out.splitlines()[-2:]
    assert f"scheduler check {season} --annotate {season / 'back'}" in marked
    assert f"scheduler plan {season}" in planned
    assert run("check", season, "--annotate", season / "back") == 1
    assert "--annotate" not in capsys.readouterr().out.splitlines()[-1]
    assert run("check", season, "--full", "--lang", language) == 1
    assert len(capsys.readouterr().out.splitlines()) > 30


def test_a_clean_season_is_told_to_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    season = write(tmp_path / "a season")
    assert run("check", season) == 0
    assert f'scheduler plan "{season}"' in capsys.readouterr().out.splitlines()[-1]
    assert run("check", write(tmp_path / "none", {"roster/顾县镇.csv": csv_text()})) == 0
    assert "scheduler plan" not in capsys.readouterr().out


@pytest.mark.parametrize(("options", "page"), [((), "check.html"), (("--html", "p.html"), "p.html")])
def test_open_shows_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], page: str
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda uri: opened.append(uri) or True)
    season = write(tmp_path / "s")
    monkeypatch.chdir(season)
    assert run("check", season, "--open", *options) == 0
    assert opened == [(season / page).as_uri()]
    assert "<html" in (season / page).read_text(encoding="utf-8")


def test_without_a_browser_the_page_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("webbrowser.open", lambda uri: False)
    season = write(tmp_path / "s")
    assert run("check", season, "--open") == 0
    assert str(season / "check.html") in capsys.readouterr().err
