"""No list of an earlier plan lies among those of the new one, when both are written to the same folder."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from scheduler.season.ledger.exporting import taken_out
from tests.living import WORK, Living
from tests.season_folders import id_number, person

NOW = ("--now", "2027-02-01T09:30")


@pytest.fixture
def season(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Living:
    """Return a season of six people, planned, its lists written to `out`."""
    living = Living(tmp_path, capsys)
    living.run("plan", *WORK)
    assert living.run("manifests", "-o", tmp_path / "out", "--workers", 1) == 0
    return living


def move_all_to(season: Living, date: str) -> None:
    season.roster(*({**person(serial), "出行日期": date} for serial in range(1, 7)))
    season.run("plan", *WORK)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_lists_that_the_new_plan_does_not_have_are_moved_aside(season: Living, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (before,) = season.plan.runs
    old = files(out)
    move_all_to(season, "2027-02-14")
    code, said, _error = season.said("manifests", "-o", out, "--workers", 1)
    assert code == 0
    assert "旧清单" in said
    now = {name for name in files(out) if not name.startswith("旧清单/")}
    assert not any(before.id in name or before.date.isoformat() in name for name in now)
    aside = {name.removeprefix("旧清单/第 1 号方案/") for name in files(out) - now}
    assert aside == {name for name in old if before.id in name or before.date.isoformat() in name} != set()
    season.run("manifests", "-o", tmp_path / "fresh", "--workers", 1)
    assert now == files(tmp_path / "fresh")


def test_the_ledger_knows_where_they_lie_now(season: Living, tmp_path: Path) -> None:
    move_all_to(season, "2027-02-14")
    season.run("manifests", "-o", tmp_path / "out", "--workers", 1)
    known = {file.path for file, _plan in taken_out(season.events("exported"), "manifests")}
    aside = {path for path in (tmp_path / "out" / "旧清单").rglob("*") if path.is_file()}
    assert aside <= known


def test_there_and_back_again_loses_no_list(season: Living, tmp_path: Path) -> None:
    for date in ("2027-02-14", "2027-02-12", "2027-02-14"):
        move_all_to(season, date)
        assert season.run("manifests", "-o", tmp_path / "out", "--workers", 1) == 0
    plans = {path.name for path in (tmp_path / "out" / "旧清单").iterdir()}
    assert len(plans) == 3


def test_files_of_others_stay_and_are_named(season: Living, tmp_path: Path) -> None:
    theirs = tmp_path / "out" / "班次" / "电话记录.xlsx"
    theirs.write_text("x", encoding="utf-8")
    said = season.said("manifests", "-o", tmp_path / "out", "--workers", 1)[1]
    assert theirs.exists()
    assert f"1 个文件不属于本方案，请移走，以免误用旧单据：{theirs}" in said
    assert not (tmp_path / "out" / "旧清单").exists()


def test_lists_in_other_folders_stay(season: Living, tmp_path: Path) -> None:
    old = files(tmp_path / "out")
    move_all_to(season, "2027-02-14")
    season.run("manifests", "-o", tmp_path / "elsewhere", "--workers", 1)
    assert files(tmp_path / "out") == old


def test_messages_of_the_last_announcement_are_not_sent_again(season: Living, tmp_path: Path) -> None:
    told = tmp_path / "told"
    season.run("announce", "-o", told, *NOW)
    (run,) = season.plan.runs
    first = (told / "短信" / "短信.csv").read_bytes()
    changes = season.changes("变更,身份证号", f"退出,{id_number(3)}")
    season.replan("--changes", changes, now=NOW[1])
    season.run("announce", "-o", told, *NOW)
    assert not (told / "短信" / "短信.csv").exists()  # nobody is to be told anything
    assert (told / "旧清单" / "第 1 号方案" / "短信" / "短信.csv").read_bytes() == first
    assert (told / "班次" / run.date.isoformat() / f"{run.id}.xlsx").exists()


def test_the_list_of_a_run_that_has_ended_is_moved_aside(season: Living, tmp_path: Path) -> None:
    told = tmp_path / "told"
    season.run("announce", "-o", told, *NOW)
    (before,) = season.plan.runs
    rows = (f"改期,{id_number(serial)},2027-02-14,2027-02-14,2027-02-14" for serial in range(1, 7))
    season.replan("--changes", season.changes("变更,身份证号,日期,最早日期,最晚日期", *rows), now=NOW[1])
    season.run("announce", "-o", told, *NOW)
    now = {name for name in files(told) if not name.startswith("旧清单/")}
    assert not any(before.id in name for name in now)
    assert any(season.plan.runs[0].id in name for name in now)
    texts = list(csv.reader((told / "短信" / "短信.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(texts) == 7
