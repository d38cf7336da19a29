"""What `announce -o` writes: the first time all lists and messages, then only what changed."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from scheduler.cli import top
from scheduler.cli.common import run_command_line
from scheduler.reports.manifests.messages import TWO_MESSAGES_MAX
from scheduler.season.plans import read_plan
from tests.season_folders import TOML, csv_text, id_number, person, write

NOW = ("--now", "2027-02-01T09:30")
WORK = ("--iterations", 3, "--workers", 1)
ALL = [person(serial) for serial in range(1, 7)]


def run(command: str, season: Path, *arguments: object) -> int:
    return run_command_line(top(), [command, str(season), *map(str, arguments)])


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))


def cells(path: Path) -> list[list[str]]:
    """Return, by sheet, the texts of a workbook's cells."""
    book = openpyxl.load_workbook(path)
    return [[str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell] for sheet in book]


@pytest.fixture
def announced(tmp_path: Path) -> Path:
    """A season of six people on one run, announced into `first`."""
    toml = TOML + "unserved_cost = 100000\n"  # a coach even for one
    season = write(tmp_path / "s", {"roster/顾县镇.csv": csv_text(*ALL)}, toml=toml)
    assert run("plan", season, *WORK) == 0
    assert run("announce", season, "-o", tmp_path / "first", *NOW) == 0
    return season


def change(season: Path, *lines: str) -> None:
    path = season.parent / "变更.csv"
    path.write_text("变更,身份证号,日期,最早日期,最晚日期\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert run("replan", season, "--changes", path, *WORK, *NOW) == 0


def test_the_first_time_everybody_and_every_list(announced: Path) -> None:
    first = announced.parent / "first"
    (only,) = read_plan(announced).runs
    assert rows(first / "名单编号表.csv")[1:] == [[only.id, "1", "", "2027-02-01 09:30", ""]]
    texts = rows(first / "短信" / "短信.csv")[1:]
    assert len(texts) == 6
    assert not any("作废" in text for _number, text in texts)
    assert not (first / "变更通知单.xlsx").exists()
    packs = {path.relative_to(first).as_posix() for path in first.rglob("*.pdf")}
    assert packs == {f"班次/{only.date}/{only.id}.pdf", f"承运企业/{only.id}.pdf"}


def test_then_only_who_hears_something_new(announced: Path, tmp_path: Path) -> None:
    change(announced, f"改期,{id_number(3)},2027-02-14,2027-02-14,2027-02-14")
    second = tmp_path / "second"
    assert run("announce", announced, "-o", second, *NOW) == 0
    texts = rows(second / "短信" / "短信.csv")[1:]
    assert len(texts) == 1
    assert "2月14日" in texts[0][1].split("原通知")[0]
    assert texts[0][1].endswith("作废。")
    assert "2月12日" in texts[0][1].split("原通知")[1]
    by_run, by_place = cells(second / "变更通知单.xlsx")
    for sheet in (by_run, by_place):
        assert person(3)["姓名"] in sheet
        assert not any(id_number(3) in text for text in sheet)
        assert person(1)["姓名"] not in sheet
    now = next(run for run in read_plan(announced).runs if str(run.date) == "2027-02-14")
    assert now.id in by_run
    assert "2月12日 08:00 广安站 → 深圳市" in by_run
    assert "2月14日 08:00 广安站 → 深圳市" in by_run
    assert {"原班次", "原通知", "原接驳车", "现班次", "现安排", "现接驳车", "座位"} <= set(by_run)
    assert "改时间或班次" in by_place  # the place is the same: nobody is sent elsewhere
    assert "不再在此上车" not in by_place
    listed = {name: (number, replaces) for name, number, replaces, *_made in rows(second / "名单编号表.csv")[1:]}
    assert sorted(listed.values()) == [("2", "1"), ("3", "")]


def test_every_page_says_which_list_it_is(announced: Path, tmp_path: Path) -> None:
    change(announced, f"退出,{id_number(2)},,,")
    second = tmp_path / "second"
    assert run("announce", announced, "-o", second, *NOW) == 0
    (only,) = read_plan(announced).runs
    book = openpyxl.load_workbook(second / "承运企业" / f"{only.id}.xlsx")
    for sheet in book:
        foot = sheet.oddFooter
        said = "".join(part.text or "" for part in (foot.left, foot.center, foot.right))
        assert "名单2号，替换1号" in said
        assert "2027-02-01 09:30" in said
    assert not (second / "短信").exists()
    assert not (second / "变更通知单.xlsx").exists()


def test_a_seat_taken_back_is_told(announced: Path, tmp_path: Path) -> None:
    toml = announced / "season.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("min_load = 1", "min_load = 7"), encoding="utf-8")
    assert run("replan", announced, *WORK, *NOW) == 0
    assert not read_plan(announced).runs
    second = tmp_path / "second"
    assert run("announce", announced, "-o", second, *NOW) == 0
    ((_run, number, replaces, _made, remark),) = rows(second / "名单编号表.csv")[1:]
    assert (number, replaces) == ("2", "1")
    assert "不再开行" in remark
    texts = rows(second / "短信" / "短信.csv")[1:]
    assert len(texts) == 6
    assert all("2月12日" in text.split("原通知")[1] for _number, text in texts)
    by_run, by_place = cells(second / "变更通知单.xlsx")
    assert "无座" in by_run
    assert "不再在此上车" in by_place


def test_nothing_new_writes_no_list(announced: Path, tmp_path: Path) -> None:
    second = tmp_path / "second"
    assert run("announce", announced, "-o", second, *NOW) == 0
    assert not list(second.rglob("*.pdf"))
    assert not (second / "短信").exists()


# What a message says -----------------------------------------------------------------------------------------------

LONG = "【岳池县人力资源和社会保障局】"


@pytest.mark.parametrize("signature", ["", LONG])
@pytest.mark.parametrize("change_", ["改期", "无座"])
def test_a_message_that_voids_an_earlier_one_is_no_longer_than_two(
    tmp_path: Path, signature: str, change_: str
) -> None:
    toml = f'signature = "{signature}"\noffice = "岳池县人社局返岗专班"\nduty_phone = "0826-5222222"\n' + TOML
    season = write(tmp_path / "s", {"roster/顾县镇.csv": csv_text(*ALL)}, toml=toml + "unserved_cost = 100000\n")
    assert run("plan", season, *WORK) == 0
    assert run("announce", season, *NOW) == 0
    if change_ == "改期":
        change(season, f"改期,{id_number(3)},2027-02-14,2027-02-14,2027-02-14")
    else:
        text = (season / "season.toml").read_text(encoding="utf-8").replace("min_load = 1", "min_load = 7")
        (season / "season.toml").write_text(text, encoding="utf-8")
        assert run("replan", season, *WORK, *NOW) == 0
    assert run("announce", season, "-o", tmp_path / "out", *NOW) == 0
    texts = [text for _number, text in rows(tmp_path / "out" / "短信" / "短信.csv")[1:]]
    assert texts
    assert all(len(text) <= TWO_MESSAGES_MAX and "2月12日" in text.split("原通知")[1] for text in texts)
    assert all(text.endswith("作废。") for text in texts)


def test_a_minibus_that_comes_otherwise_changes_nothing_at_the_boarding_place(announced: Path) -> None:
    """It stands in the part by run; who waits at the hub sees the same people come at the same time."""
    from scheduler.plan import Told
    from scheduler.reports.announcement import Hearing, _notices
    from scheduler.reports.book import Book
    from scheduler.reports.visibility import View
    from scheduler.season.keyed import load_with_plan

    intake, plan, _frozen = load_with_plan(announced)
    run_, rider = next(plan.passengers())
    before = Told(
        person=rider.person,
        run=run_.id,
        date=run_.date,
        board=rider.board,
        depart=run_.departure(rider.board),
        alight=rider.alight,
    )
    hearing = Hearing(rider.person, "changed", before, "罗渡", run_.departure(rider.board))
    [sheet] = _notices(Book(intake.problem, plan), [hearing], View("township", "masked"))
    assert sheet.tab == "按班次"
