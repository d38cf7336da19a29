"""`erase`: no byte of a name, ID or telephone stays in the folder; counts and the chain do."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from scheduler.plan import Run
from scheduler.season.ledger.ledger import open_ledger
from scheduler.season.plans import read_plan
from tests.day.test_commands import PEOPLE, answer, planned, run  # noqa: F401
from tests.day.week import comes, leaves
from tests.living import FLEET
from tests.season.ledger.conftest import server  # noqa: F401
from tests.season_folders import csv_text, person, write


def test_nothing_personal_is_left(planned: tuple[Path, Run], capsys) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    season, coach = planned
    begin, end = leaves(coach), comes(coach)
    assert run("depart", season, coach.id, "--headcount", PEOPLE, "--now", begin.isoformat(), "--by", "李四") == 0
    code = run("erase", season, "--yes")
    assert code == 2
    assert (season / "roster/顾县镇.csv").exists()
    assert (
        run("arrive", season, coach.id, "--headcount", PEOPLE, "--now", end.isoformat(), "--signed-by", "王主任") == 0
    )
    code, found = answer(capsys, "erase", season, "--yes", "--now", (end + timedelta(days=400)).isoformat())
    assert (code, found["people"], found["counts"]["carried"]) == (0, PEOPLE, PEOPLE)
    texts = {
        row[name] for n in range(1, PEOPLE + 1) for row in [person(n)] for name in ("姓名", "身份证号", "联系电话")
    }
    for path in season.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for text in (*texts, "王主任", "李四"):
            assert text.encode() not in data, (path, text)
    assert Path(found["certificate"]).exists()
    with open_ledger(season, None, create=False) as ledger:
        assert ledger.check_chain() is None


def test_it_asks_and_a_no_keeps_all(planned: tuple[Path, Run], monkeypatch) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    season, _coach = planned
    answers = iter([True, False])
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _text: "y" if next(answers) else "n")
    assert run("erase", season) != 0
    assert (season / "roster/顾县镇.csv").exists()
    assert (season / "plan/plan.json").exists()


def test_other_files_are_named(planned: tuple[Path, Run], capsys) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    season, _coach = planned
    (season / "out").mkdir()
    (season / "out/名单.txt").write_text("x", encoding="utf-8")
    assert run("erase", season, "--yes") == 0
    assert "名单.txt" in capsys.readouterr().err


# Nothing is left, wherever it was ------------------------------------------------------------------------------------


def texts_of(serials: range) -> set[str]:
    return {person(serial)[name] for serial in serials for name in ("姓名", "身份证号", "联系电话")}


def assert_nobody(folder: Path, *more: str) -> None:
    """Hold every byte of every file, packed ones unpacked, and every name of a file, against all people."""
    wanted = [text.encode() for text in (*texts_of(range(1, PEOPLE + 1)), *more)]
    for path in folder.rglob("*"):
        assert not any(text.decode() in path.name for text in wanted), path
        if not path.is_file():
            continue
        content = path.read_bytes()
        if content[:2] == b"PK":
            with zipfile.ZipFile(path) as packed:
                content += b"".join(packed.read(name) for name in packed.namelist())
        assert not any(text in content for text in wanted), path


def rich_season(folder: Path) -> Path:
    """Return a season with workbooks, pins, escorts, lists within and without, copies of its ledger, remains."""
    rows = [person(serial) for serial in range(1, PEOPLE + 1)]
    season = write(
        folder / "season",
        {
            "roster/顾县镇.csv": csv_text(*rows[:2]),
            "escorts.csv": f"姓名,电话\n{rows[0]['姓名']},{rows[0]['联系电话']}\n",
        },
    )
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(rows[0]))
    for row in rows[2:]:
        sheet.append(list(row.values()))
    (season / "roster/张家的表").mkdir()
    book.save(season / "roster/张家的表/其余.xlsx")
    assert run("plan", season, "--iterations", 0, "--workers", 1) == 0
    assert run("plan", season, "--iterations", 0, "--workers", 1, "--seed", 2) == 0
    out = ("--workers", 1, "--by", "李四")
    assert run("manifests", season, "-o", season / "out", *out) == 0
    assert run("manifests", season, "-o", folder / "elsewhere", *out) == 0
    assert run("manifests", season, "-o", folder / "full", "--ids", "full", "--for", "合同", *out) == 0
    assert run("announce", season, "-o", season / "told", "--by", "李四", "--now", "2027-02-01T09:00") == 0
    assert run("check", season, "--annotate", season / "back", "--merged", season / "county.csv") == 0
    assert run("check", season, "--merged", folder / "county.xlsx") == 0
    assert run("backup", season, season / "copy.db") == 0
    assert run("backup", season, folder / "copy.db") == 0
    (season / "fleet.csv.bak.db").write_bytes((season / "copy.db").read_bytes())  # copied by hand
    (season / ".county-abcd1234.csv").write_text(csv_text(*rows), encoding="utf-8")
    (season / "roster/.tmp-x").write_text(csv_text(*rows), encoding="utf-8")
    return season


def test_nothing_personal_is_left_of_anything_that_the_program_wrote(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    season = rich_season(tmp_path)
    (tmp_path / "season" / "county.csv").rename(season / "renamed.csv")
    moved = tmp_path / "elsewhere" / "短信" / "短信.csv"
    moved.rename(tmp_path / "moved.csv")
    changed = tmp_path / "elsewhere" / "公示" / "顾县镇.xlsx"
    changed.write_bytes(b"mine")
    code, found = answer(capsys, "erase", season, "--yes", "--for", "期满", "--now", "2028-03-01T09:00")
    assert code == 0
    assert_nobody(season, "张家的表")  # who took lists out stays in the ledger
    assert_nobody(tmp_path / "full")
    assert [path for path in (tmp_path / "elsewhere").rglob("*") if path.is_file() and path.suffix != ".txt"] == [
        changed
    ]
    assert not (tmp_path / "copy.db").exists()
    assert not (tmp_path / "county.xlsx").exists()
    text = Path(found["certificate"]).read_text(encoding="utf-8")
    counts = found["counts"]
    assert counts["rosters"] == 3
    assert counts["copies"] == 2
    assert (
        sum(counts[kind] for kind in ("rosters", "plans", "tables", "lists", "elsewhere", "copies", "remains"))
        == (found["files"])
    )
    for part in ("期满", "2028-03-01", str(found["files"]), "张", "已不在导出位置的名单：1 份", "仍保留的名单：1 份"):
        assert (part in text) == (part != "张"), part
    assert answer(capsys, "log", season, "--check")[0] == 0
    assert run("status", season) != 0  # nothing is left to show


def test_a_changed_list_is_named(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    season = write(tmp_path / "season")
    assert run("check", season, "--merged", tmp_path / "县.csv") == 0
    (tmp_path / "县.csv").write_text("mine", encoding="utf-8")
    assert run("erase", season, "--yes") == 0
    assert str(tmp_path / "县.csv") in capsys.readouterr().err
    assert (tmp_path / "县.csv").read_text(encoding="utf-8") == "mine"


def test_a_list_that_a_later_plan_moved_aside_is_not_lost(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    rows = [person(serial) for serial in (1, 2)]
    season = write(tmp_path / "season", {"fleet.csv": FLEET, "roster/顾县镇.csv": csv_text(*rows)})
    for which in (rows, [rows[0] | {"目的地": "东莞"}, rows[1]]):
        (season / "roster/顾县镇.csv").write_text(csv_text(*which), encoding="utf-8")
        assert run("plan", season, "--iterations", 0, "--workers", 1) == 0
        assert run("manifests", season, "-o", tmp_path / "out", "--workers", 1) == 0
    older = [path for path in (tmp_path / "out" / "旧清单").rglob("*") if path.is_file()]
    assert older
    _code, found = answer(capsys, "erase", season, "--yes")
    assert "已不在导出位置" not in Path(found["certificate"]).read_text(encoding="utf-8")
    assert not any(path.exists() for path in older)


def test_it_says_what_goes_and_until_when_it_may_be_kept(planned: tuple[Path, Run], monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    season, _coach = planned
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _text: "n")
    for now, said in (("2027-03-01T09:00", "可保存至 2028-02-14"), ("2028-02-15T09:00", "保存期已满")):
        assert run("erase", season, "--now", now) == 1
        err = capsys.readouterr().err
        assert "花名册" in err
        assert "方案" in err
        assert said in err
    assert (season / "roster/顾县镇.csv").exists()


def test_a_second_time_finds_nothing(planned: tuple[Path, Run], capsys) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    season, _coach = planned
    assert run("erase", season, "--yes") == 0
    code, found = answer(capsys, "erase", season, "--yes")
    assert (code, found["people"], found["files"]) == (0, 0, 0)


@pytest.mark.parametrize(("hours", "code"), [(0, 2), (47, 2), (49, 0)])
def test_a_run_of_which_nobody_hears_any_more_does_not_keep_the_data_for_ever(
    planned: tuple[Path, Run],  # noqa: F811
    hours: int,
    code: int,
) -> None:
    season, coach = planned
    assert run("depart", season, coach.id, "--headcount", PEOPLE, "--now", leaves(coach).isoformat()) == 0
    now = comes(coach) + timedelta(hours=hours)
    assert run("erase", season, "--yes", "--now", now.isoformat()) == code
    assert (season / "roster/顾县镇.csv").exists() == (code == 2)


def test_on_a_server_too(tmp_path: Path, server: str) -> None:  # noqa: F811
    """Neither in the rows of its tables, nor in their files; the server's log of changes is its administrator's."""
    season = write(tmp_path / "season", {"fleet.csv": FLEET})
    db = ("--db", server)
    assert run("plan", season, "--iterations", 0, "--workers", 1, *db) == 0
    [coach] = read_plan(season).runs
    assert run("depart", season, coach.id, "--headcount", 2, "--now", leaves(coach).isoformat(), *db) == 0
    signed = ("--signed-by", "李四光", "--now", comes(coach).isoformat())
    assert run("arrive", season, coach.id, "--headcount", 2, *signed, *db) == 0
    with open_ledger(season, server) as ledger:
        tables = ledger.connection.exec_driver_sql("SHOW data_directory").scalar()
        ledger.connection.rollback()
    assert tables is not None

    def found() -> bool:
        with open_ledger(season, server) as ledger:
            ledger.connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("CHECKPOINT")
        files = (path for path in Path(tables, "base").rglob("*") if path.is_file())
        return any("李四光".encode() in path.read_bytes() for path in files)

    assert found()
    assert run("erase", season, "--yes", "--by", "王五", *db) == 0
    assert not found()
    assert_nobody(season, "李四光")
    with open_ledger(season, server) as ledger:
        assert ledger.check_chain() is None
        assert ledger.is_erased
