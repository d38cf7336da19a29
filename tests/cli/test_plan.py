"""`scheduler plan` as a dispatcher runs it: the summary, the files, the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from scheduler.cli import top
from scheduler.cli.answers.plan_summary import cost_rows
from scheduler.cli.common import run_command_line
from scheduler.cli.help import display_width
from scheduler.plan import Cost
from scheduler.season.folder import SeasonFolder
from scheduler.season.plans import read_plan
from tests.builders import plan_for
from tests.season_folders import TOML, csv_text, person, problem_of, write

EMPTY = {"roster/顾县镇.csv": csv_text()}
ALL_BAD = {"roster/顾县镇.csv": csv_text(person(1, 目的地="火星"), person(2, 乡镇=""))}


def run(*arguments: object) -> int:
    return run_command_line(top(), [str(argument) for argument in arguments])


def plan(season: Path, *options: object) -> int:
    return run("plan", season, "--time-limit", 1, "--workers", 1, *options)


def too_wide(out: str, folder: Path) -> list[str]:
    """Return the lines that do not fit 80 columns; the season's own name may be long."""
    return [line for line in out.splitlines() if str(folder) not in line and cell_len(line) > 80]


def test_a_plan_is_summed_up_and_the_earlier_one_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    season = write(tmp_path / "s", toml=TOML + "unserved_cost = 100000\n")
    assert plan(season) == 0
    first = capsys.readouterr().out
    assert "2 / 2 (100.0%)" in first
    assert "原方案" not in first
    assert "暂不排班" not in first
    assert plan(season) == 0
    second = capsys.readouterr().out
    assert f"第 2 号方案：{SeasonFolder(season).plan}\n" in second
    assert f"原来的第 1 号方案还在，换回用：scheduler use {season} 1\n" in second
    assert (season / "plan" / "plan-1.json").exists()
    table = [line for line in second.splitlines() if str(tmp_path) not in line]
    assert max(map(display_width, table)) <= 80
    assert "…" not in second


def test_parameters_come_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    season, params = write(tmp_path / "s"), tmp_path / "params.toml"
    params.write_text("[search]\nblock_people = 300\n", encoding="utf-8")
    assert plan(season, "--params", params) == 0
    params.write_text("[search]\nblock_peple = 300\n", encoding="utf-8")
    capsys.readouterr()
    assert plan(season, "--params", params) == 2
    told = capsys.readouterr().err
    assert "search.block_peple" in told
    assert "block_people" in told
    assert len(told.splitlines()) == 1
    assert plan(season, "--params", tmp_path / "none.toml") == 2


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("files", "word"), [(EMPTY, ("还没有人", "no people")), (ALL_BAD, (" 2 行", "all 2 rows"))])
def test_with_nobody_to_plan_it_is_one_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    files: dict[str, str | bytes],
    word: tuple[str, str],
    language: str,
) -> None:
    season = write(tmp_path / "s", files)
    assert plan(season, "--lang", language) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert word[language == "en"] in out
    assert read_plan(season).runs == ()
    assert run("verify", season) == 0
    capsys.readouterr()
    assert run("utilisation", season) == 0
    assert capsys.readouterr().out.count("\n") == 1


def test_with_nobody_to_plan_json_has_its_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(write(tmp_path / "s", EMPTY), "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert {"cost", "bound", "gap", "runs", "people", "unserved", "seconds"} <= set(printed)
    assert (printed["runs"], printed["people"], printed["cost"]["total"]) == (0, 0, 0)


def test_those_left_behind_are_told_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(write(tmp_path / "s")) == 0  # a coach for two costs more than leaving them
    out = capsys.readouterr().out
    assert "0 / 2 (0.0%)" in out
    assert "未安排的原因" in out


@pytest.mark.parametrize(
    ("unserved", "bound", "shown"),
    [
        (0, 1_000_00, ["0（已证明最优）"]),
        (0, 900_00, ["10.00%"]),
        (400_00, 900_00, ["10.00%", "16.67%"]),
        (1_000_00, 900_00, ["10.00%"]),
        (400_00, 99_999, ["<0.01%", "<0.01%"]),
        (400_00, None, ["尚未证明"]),
    ],
)
def test_the_gap_and_the_gap_over_cost_less_the_unserved_part(
    tmp_path: Path, unserved: int, bound: int | None, shown: list[str]
) -> None:
    season = write(tmp_path / "s", EMPTY)
    cost = Cost(total=1_000_00, runs=1_000_00 - unserved, seats=0, date_shift=0, access=0, unserved=unserved)
    gap = None if bound is None else (cost.total - bound) / cost.total
    result = plan_for(problem_of(season)).model_copy(update={"cost": cost, "bound": bound, "gap": gap})
    rows = [text for _label, text in cost_rows(result)]
    assert rows[-len(shown) :] == shown


@pytest.mark.parametrize("moves", [0, 50_00])
def test_people_to_be_told_anew_are_priced_where_there_are_any(tmp_path: Path, moves: int) -> None:
    """In a first plan nobody has been told anything."""
    result = plan_for(problem_of(write(tmp_path / "s", EMPTY))).model_copy(update={"cost": Cost(moves=moves)})
    assert any("要重新通知的人" in label for label, _text in cost_rows(result)) is bool(moves)


def test_strict_refuses_and_stores_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    season = write(tmp_path / "s", ALL_BAD)
    assert plan(season, "--strict") == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not SeasonFolder(season).plan.exists()


def test_a_slip_of_the_settings_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    season = write(tmp_path / "s", toml=TOML + "min_laod = 3\n")
    assert plan(season) == 1
    assert "min_load" in capsys.readouterr().err
    assert not SeasonFolder(season).plan.exists()


def test_crews_and_feeders_are_summed_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten go from 罗渡 by the hub; the only minibus brings six, and the summary says so, and what would help."""
    files: dict[str, str | bytes] = {
        "roster/顾县镇.csv": csv_text(*(person(3400 + i, 乡镇="罗渡镇") for i in range(10))),
        "access.csv": "出发地,上车点,费用\n罗渡镇,县城集散点,5\n罗渡镇,罗渡,900\n",
        "fleet.csv": "用途,车型,核定载客,数量,起步价,每公里\n长途,大巴,49,1,1000,10\n接驳,7座,7,1,50,2\n",
    }
    toml = TOML + "unserved_cost = 100000\n[coach_rules]\nfeeder_max_wait_min = 0\n"
    season = write(tmp_path / "s", files, toml=toml)
    assert plan(season, "--lang", "en") == 0
    assert "Minibuses are missing: 4 people" in capsys.readouterr().out.splitlines()[0]
    assert plan(season, "--lang", "en", "--full") == 0
    out = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert {"Runs with an escort 0", "Runs with a coach leader instead 1", "People without a feeder 4"} <= set(lines)
    assert "Feeder seats used 6 / 6 (100.0%)" in lines
    assert "no minibus is free then" in out
    assert "1 more minibus suffices" in out
    assert too_wide(out, tmp_path) == []
    assert plan(season, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["crews"] == {"escorted": 0, "led": 1, "neither": 0}
    assert (printed["feeders"]["rounds"], printed["feeders"]["carried"], printed["feeders"]["left"]) == (1, 6, 4)


WRONG = [person(20 + i, 身份证号="1") for i in range(30)]
FIRST_LINE = {"zh": "32 行中有 30 行有错", "en": "30 of 32 rows of people could not be read"}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "files",
    [
        {"roster/罗渡镇.csv": csv_text(*WRONG)},
        {"roster/罗渡镇.csv": csv_text(*WRONG), "fleet.csv": "车型,核定载客,数量,企业,每公里\n49座,49,0,岳运,10\n"},
        {"roster/罗渡镇.csv": csv_text(*WRONG), **{f"roster/{i}.xlsx": b"PK cut off" for i in range(6)}},
    ],
)
def test_the_first_screen_says_what_is_missing_what_is_paid_and_what_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str | bytes], language: str
) -> None:
    season = write(tmp_path / "s", files)
    plan(season, "--lang", language)
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert len(lines) <= 24
    assert too_wide(out, tmp_path) == []
    before_figures = [line for line in lines if FIRST_LINE[language] in line]
    assert before_figures
    assert lines.index(before_figures[0]) < 7
    assert f"scheduler check {season}" in before_figures[0]
    [check, _page, lists] = lines[-3:]
    assert f"scheduler check {season} --annotate" in check
    assert f"scheduler manifests {season} -o" in lists


def test_where_nothing_is_missing_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    season = write(tmp_path / "a season", toml=TOML + "unserved_cost = 100000\n")
    assert plan(season, "--lang", "en") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Every row of people could be read, and nobody lacks a vehicle."
    assert f'scheduler manifests "{season}" -o "{season / "out"}"' in lines[-1]
    assert not any("--annotate" in line for line in lines)


def test_money_that_is_paid_stands_apart_from_prices(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A day's shift and somebody left behind are in the total, but nobody pays them."""
    season = write(tmp_path / "s", toml=TOML + "unserved_cost = 100000\n")
    assert plan(season, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["paid"] == printed["cost"]["runs"] + printed["cost"]["seats"]
    assert plan(season, "--lang", "en") == 0
    rows = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    yuan = printed["paid"] / 100
    assert f"To pay: vehicles, fares, minibuses {yuan:,.0f} yuan ({yuan / 2:,.0f} a head)" in rows
    compared = printed["cost"]["total"] - printed["paid"]
    assert f"Only to compare, nobody pays it {compared / 100:,.0f} yuan" in rows


@pytest.fixture
def with_minibuses(tmp_path: Path) -> Path:
    """Return a planned season whose people come to the hub by minibus."""
    files: dict[str, str | bytes] = {
        "roster/顾县镇.csv": csv_text(*(person(3400 + i, 乡镇="罗渡镇") for i in range(6))),
        "access.csv": "出发地,上车点,费用\n罗渡镇,县城集散点,5\n罗渡镇,罗渡,900\n",
        "fleet.csv": "用途,车型,核定载客,数量,起步价,每公里\n长途,大巴,49,1,1000,10\n接驳,7座,7,1,50,2\n",
    }
    season = write(tmp_path / "s", files, toml=TOML + "unserved_cost = 100000\n")
    assert plan(season) == 0
    return season


def test_minibuses_are_paid_a_head_wherever_that_is_said(
    with_minibuses: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They stand beside the total; plan, utilisation and history say the same money a head."""
    printed = []
    for command in ("plan", "utilisation", "history"):
        capsys.readouterr()
        assert run_command_line(top(), [command, str(with_minibuses), "--json"]) == 0
        printed.append(json.loads(capsys.readouterr().out))
    planned, shown, [season] = printed[0], printed[1], printed[2]["seasons"]
    assert planned["feeders"]["cost"] > 0
    assert planned["paid"] == planned["cost"]["runs"] + planned["cost"]["seats"] + planned["feeders"]["cost"]
    assert shown["paid"] == planned["paid"]
    assert season["cost_a_head"] == round(planned["paid"] / 100 / planned["people"], 2)


def test_a_minibus_that_the_fleet_has_no_more_is_said_in_one_line(
    with_minibuses: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fleet = with_minibuses / "fleet.csv"
    fleet.write_text(fleet.read_text(encoding="utf-8").replace("7座", "9座"), encoding="utf-8")
    for command in ("utilisation", "history"):
        assert run_command_line(top(), [command, str(with_minibuses)]) == 1
        assert "没有接驳车 7座" in capsys.readouterr().err


def test_nobody_pays_for_nobody() -> None:
    from scheduler.reports.money import money
    from tests.builders import party, problem

    asked = problem(party(10))
    assert money(asked, plan_for(asked)).a_head_yuan is None


TOWNS = {
    "roster/x.csv": csv_text(person(11), {**person(12), "乡镇": "同兴镇"}, {**person(13), "乡镇": "九龙街道"}),
}


@pytest.mark.parametrize("command", ["plan", "check"])
def test_townships_without_a_boarding_point_are_named_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    season = write(tmp_path / "s", TOWNS)
    run(command, season, *(("--iterations", 0, "--workers", 1) if command == "plan" else ()))
    said = capsys.readouterr().out
    towns = "九龙街道（只有县城集散点）、同兴镇"
    line = f"2 个乡镇还没有上车点，2 人无法安排：{towns}。请在地点表（places）里加上车点、填经纬度"
    assert said.count(line) == 1
    assert "不缺车" not in said


def test_many_townships_without_a_boarding_point_stay_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    towns = ["同兴镇", "石垭镇", "苟角镇", "花园镇", "坪滩镇", "龙孔镇", "镇裕镇", "白庙镇"]
    rows = [{**person(20 + number), "乡镇": town} for number, town in enumerate(towns)]
    run("check", write(tmp_path / "s", {"roster/x.csv": csv_text(*rows)}))
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "还没有上车点" in line]
    assert line.startswith("8 个乡镇还没有上车点，8 人无法安排：")
    assert line.count("镇") == 1 + 6
    assert "…" in line


def test_where_there_is_no_coach_at_all_nobody_says_that_none_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    season = write(tmp_path / "s", {"fleet.csv": "车型,核定载客,数量,起步价,每公里,企业\n"})
    plan(season)
    said = capsys.readouterr().out
    assert "R402" in said
    assert "不缺车" not in said
