"""depart, report, arrive, status, daily, settle as a dispatcher runs them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.cli import top
from scheduler.cli.common import run_command_line
from scheduler.plan import Run
from scheduler.season.ledger import states
from scheduler.season.ledger.ledger import open_ledger
from scheduler.season.plans import read_plan
from tests.day.week import comes, leaves
from tests.season_folders import csv_text, person, write

PEOPLE = 6


def run(*arguments: object) -> int:
    return run_command_line(top(), [str(each) for each in arguments])


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = run(*arguments, "--json")
    answered: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, answered


@pytest.fixture
def planned(tmp_path: Path) -> tuple[Path, Run]:
    """Return a season of one coach, and its run."""
    roster = csv_text(*(person(i) for i in range(1, PEOPLE + 1)))
    folder = write(tmp_path / "season", {"roster/顾县镇.csv": roster})
    assert run("plan", folder, "--iterations", 0, "--workers", 1) == 0
    [coach] = read_plan(folder).runs
    return folder, coach


def test_a_day_from_departure_to_settlement(
    planned: tuple[Path, Run], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    season, coach = planned
    begin, end = leaves(coach), comes(coach)
    code, found = answer(capsys, "status", season, "--now", begin - timedelta(hours=5))
    assert code == 0
    assert set(found) == {
        "now",
        "runs",
        "overdue",
        "not_reported",
        "not_running",
        "unreached",
        "waiting",
        "open_handover",
        "erase_due",
    }
    [shown] = found["runs"]
    assert set(shown) == {
        *("id", "state", "last_report", "next_report", "on_board", "absent", "escort", "phone"),
    }
    assert (shown["state"], shown["last_report"], shown["on_board"], shown["absent"]) == ("planned", None, None, None)

    gone = coach.passengers[0].person
    at = ("--now", begin.isoformat(), "--by", "李四")
    assert run("depart", season, coach.id, "--headcount", PEOPLE, *at, "--absent", gone) == 1  # seven people
    assert run("report", season, coach.id, "--headcount", PEOPLE, *at) == 1  # has not left
    assert run("depart", season, coach.id, "--headcount", PEOPLE - 1, *at, "--absent", gone) == 0
    code, found = answer(capsys, "status", season, "--now", begin + timedelta(hours=2))
    assert (code, found["overdue"], found["runs"][0]["absent"]) == (0, [], 1)
    code, found = answer(capsys, "status", season, "--now", begin + timedelta(hours=2, minutes=1))
    assert (code, found["overdue"], found["runs"][0]["state"]) == (1, [coach.id], "overdue")
    late = (begin + timedelta(hours=2, minutes=5)).isoformat()
    assert run("report", season, coach.id, "--headcount", PEOPLE - 1, "--now", late, "--place", "服务区") == 0
    assert run("status", season, "--now", late) == 0
    assert run("arrive", season, coach.id, "--headcount", PEOPLE - 1, "--now", end.isoformat()) == 0
    _code, found = answer(capsys, "status", season, "--now", end.isoformat())
    assert (found["open_handover"], found["erase_due"]) == ([coach.id], False)
    _code, found = answer(capsys, "status", season, "--now", end + timedelta(days=500))
    assert found["erase_due"]

    _code, day = answer(capsys, "daily", season, coach.date, "-o", tmp_path / "日报.xlsx")
    assert day["day"]["actual"] == {"runs": 1, "people": PEOPLE - 1, "absent": 1}
    assert (tmp_path / "日报.xlsx").exists()
    _code, paid = answer(capsys, "settle", season, "-o", tmp_path / "settle", "--for", "审计", "--by", "李四")
    assert (paid["rode"], paid["carriers"][0]["boarded"], paid["carriers"][0]["deduction"]) == (PEOPLE - 1, 5, 0)
    with open_ledger(season) as ledger:
        *_others, exported = states.exports(ledger.events())
        assert ledger.check_chain() is None
    assert (exported.who, exported.data.command, exported.data.purpose) == ("李四", "settle", "审计")  # type: ignore[attr-defined]
    written = b"".join(path.read_bytes() for path in (tmp_path / "settle").iterdir() if path.suffix == ".csv")
    assert coach.passengers[1].person.encode() in written
    assert gone.encode() not in written


@pytest.mark.parametrize("day", ["2027-02-30", "today", "16"])
def test_what_is_no_day_is_refused(planned: tuple[Path, Run], day: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("daily", planned[0], day) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_map_without_a_workbook_is_refused(planned: tuple[Path, Run], tmp_path: Path) -> None:
    assert run("daily", planned[0], "2027-02-12", "--map", tmp_path / "x.csv") == 2
    assert run("daily", planned[0], "2027-02-12", "-o", planned[0] / "season.toml") == 2


def test_seasons_stand_side_by_side(
    planned: tuple[Path, Run], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    season, coach = planned
    cost = read_plan(season).cost
    code, found = answer(capsys, "history", season, season, "--csv", tmp_path / "history.csv")
    assert (code, len(found["seasons"])) == (0, 2)
    assert (found["by_township"], found["advice"]) == ({}, None)  # nothing has left
    assert found["seasons"][0] == {
        "season": "测试季",
        "runs": 1,
        "people": PEOPLE,
        "people_a_run": PEOPLE,
        "load_factor": round(PEOPLE / coach.seats, 4),
        "cost_a_head": round((cost.runs + cost.seats) / 100 / PEOPLE, 2),
    }
    assert len((tmp_path / "history.csv").read_text(encoding="utf-8-sig").splitlines()) == 3
    assert run("history", season, tmp_path / "nowhere") != 0
