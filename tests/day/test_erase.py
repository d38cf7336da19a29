"""`erase`: no byte of a name, ID or telephone stays in the folder; counts and the chain do."""

from __future__ import annotations

import tomllib
import zipfile
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

from scheduler.plan import Run
from scheduler.season.ledger.ledger import open_ledger
from scheduler.season.new import season_toml
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


# Who stands in the tables --------------------------------------------------------------------------------------------

CONTACTS = """名称,类型,纬度,经度,乡镇,区划,别名,联系人,联系电话,负责人微信
县城集散点,集散点,30.544,106.446,九龙街道,,,周主任,0826-5222233,zhouzr
广安站,车站,30.47,106.63,,,,李站长,13912345678,
顾县,上车点,30.50,106.50,顾县镇,,,,0826-5999999,
罗渡,上车点,30.40,106.60,罗渡镇,,,,,
"""
DRIVERS = """车型,核定载客,数量,起步价,每公里,企业,驾驶员,联系电话
49座,49,10,1000,10,岳运 +86 137-1234-5678,陈师傅,13712345678
"""
SEASON_TOML = """name = "测试季"  # 问吴科长 15912345678
direction = "to_work"
home = "511621"
first_date = 2027-02-10
last_date = 2027-02-14
office = "岳池县就业服务管理局"
duty_phone = {}
[policy]
min_load = 1
"""
PEOPLE_OF_TABLES = (
    "周主任",
    "李站长",
    "陈师傅",
    "13912345678",
    "13712345678",
    "137-1234-5678",
    "15912345678",
    "zhouzr",
)


def contacts_season(folder: Path, duty_phone: str) -> Path:
    """Return a season whose fleet is a workbook with drivers, a second sheet and an author."""
    season = write(
        folder / "season", {"season.toml": SEASON_TOML.format(duty_phone), "places.csv": CONTACTS, "fleet.csv": ""}
    )
    book = openpyxl.Workbook()
    book.properties.creator = "何科员"
    for line in DRIVERS.splitlines():
        book.worksheets[0].append(line.split(","))
    book.create_sheet("旧表").append(["郑师傅", "13612345678"])
    book.save(season / "fleet.xlsx")
    assert run("plan", season, "--iterations", 0, "--workers", 1) == 0
    return season


def test_contacts_drivers_and_notes_go_from_the_tables_and_the_office_stays(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    season = contacts_season(tmp_path, '"0826-5222233"')
    code, found = answer(capsys, "erase", season, "--yes", "--now", "2028-03-01T09:00")
    assert (code, found["kept"]) == (0, ["fleet.csv", "places.csv"])
    assert_nobody(season, *PEOPLE_OF_TABLES, "何科员", "郑师傅", "13612345678", "0826-5999999")
    assert not (season / "fleet.xlsx").exists()
    fleet = (season / "fleet.csv").read_text(encoding="utf-8-sig").splitlines()
    assert fleet == ["车型,核定载客,数量,起步价,每公里,企业", "49座,49,10,1000,10,岳运 ***"]
    places = (season / "places.csv").read_text(encoding="utf-8-sig").splitlines()
    assert places[1] == "县城集散点,集散点,30.544,106.446,九龙街道,,,,0826-5222233"
    assert places[3] == "顾县,上车点,30.50,106.50,顾县镇,,,,"
    text = Path(found["certificate"]).read_text(encoding="utf-8")
    assert "保留的表（已重写，不含联系人、电话、身份证号和备注列）：fleet.csv、places.csv" in text
    assert "予以保留：0826-5222233" in text
    before = {path: path.read_bytes() for path in season.glob("*.[ct][so][vm]*")}
    assert answer(capsys, "erase", season, "--yes", "--now", "2028-03-01T09:00")[0] == 0
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("duty_phone", ['"13512345678"', "13512345678", '"+86 135 1234 5678"'])
def test_a_mobile_is_nobody_s_office_line(tmp_path: Path, duty_phone: str, capsys) -> None:  # type: ignore[no-untyped-def]
    season = contacts_season(tmp_path, duty_phone)
    _code, found = answer(capsys, "erase", season, "--yes", "--now", "2028-03-01T09:00")
    assert_nobody(season, *PEOPLE_OF_TABLES, "13512345678", "135 1234 5678", "0826-5222233")
    assert "予以保留" not in Path(found["certificate"]).read_text(encoding="utf-8")
    settings = (season / "season.toml").read_text(encoding="utf-8")
    zero = "0" if duty_phone.isdigit() else '"0"'
    assert settings == SEASON_TOML.format(zero).replace("  # 问吴科长 15912345678", "")


def test_remarks_in_season_toml_go_and_explanations_stay(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    season = write(tmp_path / "season")
    assert run("plan", season, "--iterations", 0, "--workers", 1) == 0
    text = season_toml("张三#季", "to_work", "511621", date(2027, 2, 10), date(2027, 2, 14), {"min_load": 1})
    remarks = [" # 王五定的\r\n", "signature = '岳池#就业' # 李四改", "# 赵六看过\n"]
    before = text.replace('signature = ""', remarks[1], 1).replace("\n", remarks[0], 1) + remarks[2]
    (season / "season.toml").write_bytes(before.encode())
    assert answer(capsys, "erase", season, "--yes", "--now", "2028-03-01T09:00")[0] == 0
    after = (season / "season.toml").read_text(encoding="utf-8")
    assert not any(name in after for name in ("王五", "李四", "赵六"))
    assert tomllib.loads(after) == tomllib.loads(before)
    assert "# 值班电话" in after


@pytest.mark.parametrize(("name", "content"), [("trains.xlsx", b"PK no workbook"), ("places.xlsx", b"PK")])
def test_a_table_that_cannot_be_read_goes_whole(tmp_path: Path, name: str, content: bytes, capsys) -> None:  # type: ignore[no-untyped-def]
    season = write(tmp_path / "season")
    assert run("plan", season, "--iterations", 0, "--workers", 1) == 0
    (season / name).write_bytes(content + "张一 13912345678".encode())
    _code, found = answer(capsys, "erase", season, "--yes", "--now", "2028-03-01T09:00")
    assert not (season / name).exists()
    assert f"程序不读取、已整份删除的表：{name}" in Path(found["certificate"]).read_text(encoding="utf-8")
    assert "places.csv" in found["kept"]
