"""`scheduler log`, `backup`, `restore`, and what `plan` records, as a dispatcher runs them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scheduler.cli import top
from scheduler.cli.common import run_command_line
from scheduler.errors import LedgerError
from scheduler.season.folder import SeasonFolder
from scheduler.season.ledger.events import Entry, Erased, Exported, Note
from scheduler.season.ledger.ledger import open_ledger
from scheduler.season.plans import current_number, read_plan, store_plan
from tests.season.ledger.builders import note, plan, told

SEASON = {
    "season.toml": """
name = "测试季"
direction = "to_work"
home = "511621"
first_date = 2027-02-10
last_date = 2027-02-20
""",
    "roster/顾县镇.csv": "姓名,身份证号,乡镇,目的地,出行日期\n王一,511621198001010000,顾县镇,深圳,2027-02-12\n",
    "places.csv": "名称,类型,纬度,经度,乡镇\n顾县,上车点,30.50,106.50,顾县镇\n",
}


@pytest.fixture
def season(tmp_path: Path) -> Path:
    """Return a season of one person and no coach: planned in no time."""
    for name, content in SEASON.items():
        path = tmp_path / "season" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path / "season"


def run(*arguments: object) -> int:
    return run_command_line(top(), [str(each) for each in arguments])


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """Return what a command prints as JSON."""
    capsys.readouterr()
    run(*arguments, "--json")
    answered: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answered


def planned(season: Path) -> list[int | None]:
    with open_ledger(season, create=False) as ledger:
        return [event.plan for event in ledger.events("planned")]


# plan --------------------------------------------------------------------------------------------------------------


def test_each_plan_is_recorded(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _turn in range(2):
        run("plan", season, "--iterations", 0, "--workers", 1)
    assert planned(season) == [1, 2]
    with open_ledger(season) as ledger:
        assert ledger.plan(2) == read_plan(season)
        assert current_number(read_plan(season), ledger, who="") == 2


def test_a_plan_that_could_not_be_recorded_is_when_its_number_is_asked_for(season: Path) -> None:
    """As after a kill between plan.json and the ledger, or an edit by hand."""
    store_plan(season, plan(5))
    with open_ledger(season) as ledger:
        assert [current_number(plan(5), ledger, who="李四") for _turn in range(2)] == [1, 1]
        ledger.store_plan(plan(6), who="")
        assert current_number(plan(5), ledger, who="") == 1  # put back
        assert [event.who for event in ledger.events("planned")] == ["李四", ""]


def test_who_cannot_record_a_plan_is_told_before_the_search(
    season: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (season / "season.db").write_bytes(b"not a database any more")
    assert run("plan", season) == 2
    assert "台账已损坏" in capsys.readouterr().err
    assert not SeasonFolder(season).plan.exists()


def test_a_server_that_goes_away_during_the_search_loses_no_plan(
    season: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from scheduler.season.ledger.ledger import Ledger

    def refuse(_ledger: Ledger, *_given: object, **_named: object) -> int:
        raise LedgerError("the line is dead", "server", "mend it")

    monkeypatch.setattr(Ledger, "store_plan", refuse)
    assert run("plan", season, "--iterations", 0, "--workers", 1) == 2
    assert f"方案已存入 {SeasonFolder(season).plan}；mend it" in capsys.readouterr().err
    assert SeasonFolder(season).plan.exists()


# log ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def told_season(season: Path) -> Path:
    """Return a season in which something has happened."""
    exported = Exported(
        command="manifests", reader="carrier", level="full", rows=40, files=("ab" * 32,), purpose="包车"
    )
    with open_ledger(season) as ledger:
        ledger.append([told(1), Entry(exported), Entry(Note(text="[red]桥断了")), Entry(Erased(people=3))], who="李四")
        ledger.store_plan(plan(1), who="王五")
    return season


def test_log_lists_who_took_what_out(told_season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = answer(capsys, "log", told_season)["events"]
    assert [(each["number"], each["kind"], each["who"]) for each in events] == [
        (2, "exported", "李四"),
        (4, "erased", "李四"),
    ]
    assert events[0]["data"]["purpose"] == "包车"
    assert run("log", told_season) == 0
    said = capsys.readouterr().out
    assert "导出个人信息" in said
    assert "桥断了" not in said


def test_log_lists_all_that_happened(told_season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = answer(capsys, "log", told_season, "--all")["events"]
    assert [each["kind"] for each in events] == ["told", "exported", "note", "erased", "planned"]
    assert run("log", told_season, "--all") == 0
    said = "".join(capsys.readouterr().out.split())
    assert "[red]" in said
    assert "编制方案" in said


def test_log_of_a_season_without_exports(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_ledger(season).close()
    assert run("log", season) == 0
    assert "至今没有导出过个人信息" in capsys.readouterr().out
    assert run("log", season, "--all") == 0
    assert "还没有任何记录" in capsys.readouterr().out


def test_a_long_log_ends_with_the_last_events(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_ledger(season) as ledger:
        ledger.append([note(f"turn {turn}") for turn in range(250)], who="")
    assert run("log", season, "--all") == 0
    said = capsys.readouterr().out
    assert "共 250 条记录，只显示最后 200 条" in said
    assert "turn 249" in said
    assert "turn 49" not in said


@pytest.mark.parametrize(
    ("statement", "number", "fault", "said"),
    [
        ("UPDATE events SET run = 'C9' WHERE number = 1", 1, "changed", "第 1 条记录被改动过"),
        ("DELETE FROM events WHERE number = 3", 3, "missing", "第 3 条记录缺失"),
        ("DELETE FROM events WHERE number > 3", 4, "cut", "第 4 条及以后的记录缺失"),
        ("UPDATE texts SET text = 'x' WHERE text = '包车'", 2, "text", "所附的文字被改动或删除"),
        ("DELETE FROM plans", 5, "plan", "所存的方案被改动或删除"),
    ],
)
def test_log_finds_what_was_changed_by_hand(
    told_season: Path, capsys: pytest.CaptureFixture[str], statement: str, number: int, fault: str, said: str
) -> None:
    assert run("log", told_season, "--check") == 0
    assert "台账完好：共 5 条记录" in capsys.readouterr().out
    with closing(sqlite3.connect(told_season / "season.db")) as connection, connection:
        connection.execute(statement)
    assert answer(capsys, "log", told_season, "--check")["broken"] == {"number": number, "fault": fault}
    assert run("log", told_season, "--check") == 1
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("command", [("log",), ("log", "--check"), ("backup", "copy.db")])
def test_a_season_without_a_ledger_gets_none_by_looking(
    season: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    name, *rest = command
    assert run(name, season, *(season.parent / each if each == "copy.db" else each for each in rest)) == 2
    assert "还没有台账" in capsys.readouterr().err
    assert not (season / "season.db").exists()
    assert not (season.parent / "copy.db").exists()


# backup and restore ------------------------------------------------------------------------------------------------


def test_a_copy_brings_events_and_plan_back(told_season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = told_season.parent / "copy.db"
    assert run("backup", told_season, copy) == 0
    assert "已备份 6 条记录" in capsys.readouterr().out
    for path in told_season.glob("season.db*"):
        path.unlink()
    assert answer(capsys, "restore", told_season, copy) == {"events": 6, "lost": 0, "plan": 1, "damaged": None}
    assert read_plan(told_season) == plan(1)
    assert planned(told_season) == [1]


def test_a_newer_ledger_is_replaced_only_when_said_so(told_season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = told_season.parent / "copy.db"
    run("backup", told_season, copy)
    with open_ledger(told_season) as ledger:
        ledger.store_plan(plan(2), who="")
    store_plan(told_season, plan(2))
    assert run("restore", told_season, copy) == 2
    assert "有 1 条记录是备份里没有的" in capsys.readouterr().err
    assert read_plan(told_season) == plan(2)
    assert run("restore", told_season, copy, "--yes") == 0
    assert "丢弃 1 条" in capsys.readouterr().out
    assert read_plan(told_season) == plan(1)
    assert (told_season / "plan" / "plan-1.json").exists()


def test_a_damaged_ledger_is_kept_aside(told_season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = told_season.parent / "copy.db"
    run("backup", told_season, copy)
    (told_season / "season.db").write_bytes(b"")
    assert run("restore", told_season, copy) == 0
    assert "season.db.damaged-1" in capsys.readouterr().out
    assert run("log", told_season, "--check") == 0


@pytest.mark.parametrize("name", ["season.db", "SEASON.DB", "season.db-wal", "season.id", "fleet.csv", "plan/copy.db"])
def test_a_copy_is_never_written_over_the_season(
    told_season: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    before = {path: path.read_bytes() for path in told_season.rglob("*") if path.is_file()}
    assert run("backup", told_season, told_season / name) == 2
    assert "本季自己的文件" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in told_season.rglob("*") if path.is_file()} == before


def test_the_database_may_come_from_the_environment(
    season: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEDULER_DB", "mysql://clerk:secret@server/db")
    assert run("log", season) == 2
    said = capsys.readouterr().err
    assert "不是 PostgreSQL 服务器的地址" in said
    assert "secret" not in said
