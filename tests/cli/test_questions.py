"""`scheduler explain`, `whatif`, `score` and a plan's remedies, as a dispatcher runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scheduler.cli import top
from scheduler.cli.common import run_command_line
from scheduler.i18n import set_language
from scheduler.season.plans import read_plan
from tests.living import TRAINS
from tests.season_folders import FLEET, TOML, csv_text, id_number, person, write

PEOPLE = [person(i) for i in range(1, 46)]
LATE = person(46, 出行日期="2027-02-10")
"""Alone on another date than all others: too dear for a coach of one's own, one day short of theirs."""
BAD = person(47, 身份证号="511621198001010001")


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a planned season: a full coach on the 12th, one left behind, one row set aside."""
    files = {"roster/顾县镇.csv": csv_text(*PEOPLE[:-2], LATE, BAD), "fleet.csv": FLEET.replace("49,10", "49,1")}
    folder = write(
        tmp_path_factory.mktemp("questions") / "season", files, toml=TOML.replace("= 1\n", "= 10\nflexible_days = 0\n")
    )
    assert run("plan", folder, "--iterations", 5, "--workers", 1) in (0, 1)
    return folder


def run(*arguments: object) -> int:
    return run_command_line(top(), [*(str(each) for each in arguments), "--lang", "en"])


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """Return what a command prints as JSON."""
    capsys.readouterr()
    run(*arguments, "--json")
    answered: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answered


# explain -------------------------------------------------------------------------------------------------------------


NAME = PEOPLE[0]["姓名"]


@pytest.mark.parametrize("ask", [[id_number(1)], ["13800000001"], ["0001"], [NAME + " 顾县镇"], [NAME, "顾县镇"]])
def test_a_rider_is_found_and_told_the_run(season: Path, capsys: pytest.CaptureFixture[str], ask: list[str]) -> None:
    told = answer(capsys, "explain", season, *ask, "--now", "2027-02-01T08:00")
    run_of = read_plan(season).runs[0]
    assert set(told) == {"person", "party", "run", "cost_share", "alternatives", "unserved", "text"}
    assert (told["run"]["id"], told["unserved"]) == (run_of.id, None)
    assert told["cost_share"] == round(read_plan(season).cost.runs / run_of.load)
    assert run_of.id in told["text"]
    assert "the day you asked for" in told["text"]


def test_who_is_left_behind_is_told_why_and_what_helps(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, "explain", season, id_number(46), "--now", "2027-02-01T08:00")
    assert told["run"] is None
    assert told["unserved"]["remedy_args"] == ["--party", f"{told['person']}:latest=2027-02-12"]
    assert told["cost_share"] == 300_000
    (aboard,) = [each for each in told["alternatives"] if each["run"] != "new"]
    assert (aboard["extra_cost"], aboard["displaces"]) == (None, [])
    assert aboard["rule"] == "they can travel on 2027-02-10 only"
    assert told["text"].startswith("So far there is no seat for you")


def test_the_remedy_as_written_gives_the_seat(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (entry,) = read_plan(season).unserved
    told = answer(capsys, "whatif", season, *entry.remedy_args, "--iterations", 5)
    assert [each["unserved"] for each in told["plans"]] == [1, 0]
    assert (told["verdict"], told["margin_fen"] > 0) == ("better", True)


def test_who_was_set_aside_is_told_the_error_of_the_roster(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, "explain", season, "13800000047")
    assert (told["run"], told["alternatives"], told["unserved"]["code"]) == (None, [], "R203")
    assert "could not be planned" in told["text"]


@pytest.mark.parametrize(
    ("ask", "said"), [("王九", "nobody in the rosters is"), ("99999", "nobody"), ("138000000019", "nobody")]
)
def test_nobody_is_meant(season: Path, capsys: pytest.CaptureFixture[str], ask: str, said: str) -> None:
    capsys.readouterr()
    assert run("explain", season, ask) == 1
    assert said in capsys.readouterr().err


def test_several_are_listed_masked(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    namesake = PEOPLE[0] | {"身份证号": id_number(60), "联系电话": "13912340001"}
    (season / "roster/罗渡镇.csv").write_text(csv_text(namesake), encoding="utf-8")
    try:
        capsys.readouterr()
        assert run("explain", season, "0001") == 1
        said = capsys.readouterr().err
    finally:
        (season / "roster/罗渡镇.csv").unlink()
    assert "2 people may be meant" in said
    assert "138****0001" in said
    assert PEOPLE[0]["姓名"] not in said


# whatif --------------------------------------------------------------------------------------------------------------


def test_whatif_in_json(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(season.rglob("*"))
    asked = ["--add-coaches", "49座:1", "--label", "none", "--add-coaches", "49座:-1", "--iterations", 5]
    told = answer(capsys, "whatif", season, *asked)
    assert set(told) == {"plans", "verdict", "margin_fen"}
    assert {"label", "people", "unserved", "cost", "bound", "gap", "runs", "load_factor"} <= set(told["plans"][0])
    assert [each["label"] for each in told["plans"]] == ["as it is", "what if", "none"]
    assert told["plans"][-1]["people"] == 0
    assert told["verdict"] == "worse"
    assert sorted(season.rglob("*")) == before


def test_whatif_begins_with_the_plan_that_stands(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, "whatif", season, "--set", "unserved_cost=3000", "--iterations", 2)
    assert [each["stored"] for each in told["plans"]] == [True, False]
    assert told["plans"][0]["cost"] == read_plan(season).cost.model_dump()
    assert told["plans"][1]["cost"]["total"] <= told["plans"][0]["cost"]["total"]


def test_the_value_of_coaches(season: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "worth.svg"
    told = answer(capsys, "whatif", season, "--value-of-coaches", "--picture", file, "--iterations", 2)
    assert set(told) == {"plans", "coaches"}
    assert {"vehicle_type", "operator", "date", "value", "saved", "argument"} == set(told["coaches"][0])
    values = [each["value"] for each in told["coaches"]]
    assert values == sorted(values, reverse=True)
    assert all(each["saved"] is not None for each in told["coaches"][:5] if each["value"] > 0)
    assert file.read_text(encoding="utf-8").startswith("<svg xmlns")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--value-of-coaches", "--reserve", "2"], "the value of coaches is that of the season as it is"),
        (["--reserve", "2", "--picture", "x.svg"], "there is nothing to draw"),
        (["--open-hub", "火星"], "there is no boarding point 火星"),
        (["--add-seats", "K9:2"], "--add-seats: there is no train K9 -> the season has: -"),
    ],
)
def test_what_ifs_that_make_no_sense(
    season: Path, capsys: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    capsys.readouterr()
    assert run("whatif", season, *given) == 2
    assert said in capsys.readouterr().err


def test_seats_more_on_a_full_train(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Five ask for a train that has three seats: two more are offered, and as written they carry all."""
    people = [person(i, 出行方式="火车", 出行日期="2027-02-11") for i in range(1, 6)]
    files = {"roster/顾县镇.csv": csv_text(*people), "trains.csv": TRAINS.replace("10:00,60", "10:00,3")}
    season = write(tmp_path / "season", files)
    assert run("plan", season, "--iterations", 2, "--workers", 1) == 0
    left = read_plan(season).unserved
    assert {entry.remedy_args for entry in left} == {("--add-seats", "K586:2@2027-02-11")}
    capsys.readouterr()
    assert run("explain", season, left[0].persons[0]) == 0
    assert "-> scheduler whatif SEASON --add-seats K586:2@2027-02-11" in capsys.readouterr().out
    two = ["--label", "fewer", "--add-seats", "K586:-2"]
    told = answer(capsys, "whatif", season, *left[0].remedy_args, *two, "--iterations", 2)
    assert [each["unserved"] for each in told["plans"]] == [2, 0, 4]


# score ---------------------------------------------------------------------------------------------------------------


def rows_of(season: Path, people: list[dict[str, str]]) -> list[str]:
    (ours,) = read_plan(season).runs
    stops = ours.places("board")[0], ours.places("alight")[0]
    return [f"{each['身份证号']},一号车,2027-02-12,{stops[0]},{stops[1]},49座" for each in people]


HEAD = "身份证号,班次,日期,上车点,下车点,车型"


def scored(
    season: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, rows: list[str], head: str = HEAD
) -> dict[str, Any]:
    file = tmp_path / "by-hand.csv"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return answer(capsys, "score", season, file)


def test_a_legal_plan_by_hand_costs_what_ours_does(
    season: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told = scored(season, capsys, tmp_path, rows_of(season, PEOPLE[:-2]))
    assert (told["violations"], told["issues"]) == ([], [])
    assert told["cost"] == told["ours"]["cost"] == read_plan(season).cost.model_dump()


def test_our_own_plan_json_is_scored(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, "score", season, season / "plan/plan.json")
    assert (told["violations"], told["cost"]) == ([], told["ours"]["cost"])


def test_empty_cells_are_filled_in_favour_of_the_plan(
    season: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    first, *rest = rows_of(season, PEOPLE[:-2])
    bare = [f"{row.split(',')[0]},一号车,,,," for row in rest]
    told = scored(season, capsys, tmp_path, [first, *bare])
    assert (told["violations"], told["issues"], told["cost"]) == ([], [], told["ours"]["cost"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda rows: [*rows, rows[0].replace("一号车", "二号车")], "R503"),
        (lambda rows: [*rows, rows[0].replace(id_number(1), id_number(77))], "R501"),
        (lambda rows: [rows[0].replace("49座", "99座"), *(r.replace("49座", "") for r in rows[1:])], "R501"),
        (lambda rows: [rows[0].replace("顾县", "无此地"), *rows[1:]], "R501"),
        (lambda rows: [rows[0].replace("2027-02-12", "某天"), *rows[1:]], "R504"),
    ],
)
def test_rows_that_no_plan_can_hold(
    season: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, change: Any, code: str
) -> None:
    told = scored(season, capsys, tmp_path, change(rows_of(season, PEOPLE[:-2])))
    assert code in {each["code"] for each in told["issues"]}


def test_more_people_than_seats_breaks_a_rule(season: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    more = write(tmp_path / "more", {"roster/顾县镇.csv": csv_text(*(person(i) for i in range(1, 61)))})
    assert run("plan", more, "--iterations", 5, "--workers", 1) == 0
    rows = [f"{id_number(i)},一号车,2027-02-12,顾县,深圳,49座" for i in range(1, 61)]
    told = scored(more, capsys, tmp_path, rows)
    assert told["violations"]
    assert told["by_hand"]["people"] == 60


# The cheapest mend ---------------------------------------------------------------------------------------------------


def moves(violation: dict[str, Any]) -> list[str]:
    """Return where the parties of a mend go."""
    return [each["run"] for each in violation["mend"]["moves"]]


def test_who_is_too_many_goes_where_that_costs_least(
    season: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    files = {"roster/顾县镇.csv": csv_text(*(person(i) for i in range(1, 61)))}
    more = write(tmp_path / "more", files)
    assert run("plan", more, "--iterations", 5, "--workers", 1) == 0
    rows = [f"{id_number(i)},{'一' if i <= 46 else '二'}号车,2027-02-12,顾县,深圳,49座" for i in range(1, 61)]
    told = scored(more, capsys, tmp_path, rows)
    (found,) = [each for each in told["violations"] if each["code"] == "V156"]
    assert (moves(found), found["mend"]["extra_cost"]) == (["二号车"], 0)


def test_who_rides_on_a_wrong_day_is_moved_or_stays_behind(
    season: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    rows = [*rows_of(season, PEOPLE[:-3]), *rows_of(season, [LATE])]
    told = scored(season, capsys, tmp_path, rows)
    (found,) = [each for each in told["violations"] if each["code"] == "V122"]
    assert moves(found) == [""]
    assert found["mend"]["extra_cost"] > 0


def test_a_coach_with_too_few_is_given_up(season: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = scored(season, capsys, tmp_path, rows_of(season, PEOPLE[:5]))
    (found,) = [each for each in told["violations"] if each["code"] == "V155"]
    assert moves(found) == [""] * 5


def test_mends_are_shown(season: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "by-hand.csv"
    file.write_text("\n".join([HEAD, *rows_of(season, PEOPLE[:5])]) + "\n", encoding="utf-8")
    capsys.readouterr()
    assert run("score", season, file) == 1
    said = capsys.readouterr().out
    assert "Cheapest mend of each (yuan)" in said
    assert "stays behind" in said
    assert PEOPLE[0]["姓名"] not in said
