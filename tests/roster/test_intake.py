"""A season's rosters as a whole: refs, places in the order of the files, what becomes of each field, many processes."""

from __future__ import annotations

import os
import time
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scheduler.i18n import LOCALE_DIR, set_language
from scheduler.problem import SetAside
from scheduler.roster import intake as intake_module
from scheduler.roster.intake import Roster, read_roster
from scheduler.roster.row_reader import Lookups
from scheduler.season.tables import FLEET, read_table
from scheduler.settings import Direction, Settings
from scheduler.tabular.issues import CODES, Issue
from tests.hostile import CASES
from tests.hostile.build import HEADINGS, csv_bytes, id_number, person, table, xlsx


def season(direction: Direction = "to_work", **policy: Any) -> Settings:
    """Return a season of 10 to 28 February 2027."""
    return Settings(
        name="测试",
        direction=direction,
        home="511621",
        first_date=date(2027, 2, 10),
        last_date=date(2027, 2, 28),
        policy=policy,
    )


def read(folder: Path, files: dict[str, bytes], lookups: Lookups | None = None, **options: Any) -> Roster:
    """Write files into a season's roster folder and read them."""
    for name, data in files.items():
        path = folder / "roster" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return read_roster(folder / "roster", lookups or Lookups(season()), **options)


def one(folder: Path, headings: tuple[str, ...], row: list[Any], lookups: Lookups | None = None) -> Roster:
    """Read one row."""
    return read(folder, {"a.csv": csv_bytes([headings, row])}, lookups)


def test_a_destination_in_three_columns_below_one_heading(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "乡镇", "务工地", "", "", "出行日期"],
        ["", "", "", "省", "市", "县（区）", ""],
        ["张三", id_number(1), "顾县镇", "广东", "深圳", "宝安", "2月15日"],
        ["李四", id_number(2), "顾县镇", "广东", "东莞", "", "2月15日"],
    ]
    merged = xlsx(("S", rows), edit=lambda book: book.worksheets[0].merge_cells("D1:F1"))
    for number, files in enumerate(({"a.csv": csv_bytes(rows)}, {"a.xlsx": merged})):
        intake = read(tmp_path / str(number), files)
        assert intake.issues == ()
        assert [party.destination for party in intake.parties] == ["440306", "441900"]


def test_the_lines_of_a_form_above_the_headings_are_no_headings(tmp_path: Path) -> None:
    rows = [
        ["单位：", "顾县镇", "", "日期：", "2027-01-15", "电话："],
        ["序号", "姓名", "身份证号", "乡镇", "目的地", "家庭人口"],
        ["1", "张三", id_number(1), "顾县镇", "深圳", "4"],
    ]
    intake = read(tmp_path, {"a.csv": csv_bytes(rows)})
    assert intake.issues == ()
    [person] = intake.parties[0].people
    assert (person.employer, person.phone, person.other_columns) == ("", "", (("家庭人口", "4"),))


def test_a_wide_heading_does_not_swallow_the_first_person(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "乡镇", "务工地", ""],
        ["张三", id_number(1), "顾县镇", "广东", "深圳"],
        ["李四", id_number(2), "顾县镇", "广东", "深圳"],
    ]
    book = xlsx(("S", rows), edit=lambda book: book.worksheets[0].merge_cells("D1:E1"))
    assert read(tmp_path, {"a.xlsx": book}).people == 2


def test_every_field_arrives(tmp_path: Path) -> None:
    headings = (*HEADINGS, "性别", "村", "用工单位", "优先级", "紧急联系人", "紧急联系电话", "行李", "家庭人口")
    row = [*person(1, note="晕车"), "女", "羊山湖村", "比亚迪", "脱贫户", "李四", "13900000000", "2件", "4"]
    intake = one(tmp_path, headings, row)
    (party,) = intake.parties
    (found,) = party.people
    assert (party.origin, party.destination, party.work_stop, party.mode) == (
        "顾县镇",
        "440306",
        "广东省深圳市",
        "coach",
    )
    assert (party.earliest, party.preferred, party.latest) == tuple(date(2027, 2, day) for day in (14, 15, 16))
    assert (found.ref, found.name, found.id_number, found.birth) == (
        "roster/a.csv!!2",
        "张二",
        id_number(1),
        date(1980, 1, 2),
    )
    assert (found.sex, found.village, found.employer, found.priority) == ("女", "羊山湖村", "比亚迪", 2)
    assert (found.emergency_contact, found.emergency_phone, found.luggage) == ("李四", "13900000000", "2件")
    assert (found.note, found.other_columns) == ("晕车", (("家庭人口", "4"),))


def test_a_column_that_nobody_knows_is_a_note_where_the_dispatcher_lists_it(tmp_path: Path) -> None:
    headings = (*HEADINGS, "银行卡号", "过敏 史", "★")
    row = [*person(1, note="靠前坐"), "6217000000000000001", "青霉素", "x"]
    lookups = Lookups(season(note_columns=("过敏史", "职业", "")))
    (found,) = one(tmp_path, headings, row, lookups).parties[0].people
    assert found.note == "靠前坐; 过敏 史: 青霉素"
    assert ("银行卡号", "6217000000000000001") in found.other_columns
    assert "过敏 史" not in dict(found.other_columns)


def test_work_level_and_own_stop_names(tmp_path: Path) -> None:
    files = {"a.csv": csv_bytes(table(person(1)))}
    (party,) = read(tmp_path, files, Lookups(season(work_level="county"))).parties
    assert party.work_stop == "广东省深圳市宝安区"
    (party,) = read(tmp_path, files, stop_names={"440300": "深圳站"}).parties
    assert party.work_stop == "深圳站"


def test_places_of_the_season_are_understood(tmp_path: Path) -> None:
    lookups = Lookups(
        season(),
        destinations={"龙岗厂": "440307"},
        townships=("县城",),
        township_aliases={"老街": "顾县镇"},
        employers={"比亚迪": "比亚迪坪山", "龙岗厂": "龙岗厂"},
    )
    headings = (*HEADINGS, "用工单位")
    rows = [
        [*person(1, destination="龙岗厂"), ""],
        [*person(2, township="老街"), "比亚迪"],
        [*person(3, township="县城"), "别家"],
    ]
    intake = read(tmp_path, {"a.csv": csv_bytes(table(*rows, headings=headings))}, lookups)
    people = [party.people[0] for party in intake.parties]
    assert [party.destination for party in intake.parties] == ["440307", "440306", "440306"]
    assert [each.township for each in people] == ["顾县镇", "顾县镇", "县城"]
    assert [each.employer_stop for each in people] == ["龙岗厂", "比亚迪坪山", None]
    assert [(each.code, each.row) for each in intake.issues] == [("R217", 2), ("R217", 3)]


def test_the_way_home_starts_where_people_work(tmp_path: Path) -> None:
    headings = ("姓名", "身份证号", "乡镇", "出发地", "目的地")
    row = ["张三", id_number(1), "顾县镇", "广东省深圳市", "岳池县"]
    (party,) = one(tmp_path, headings, row, Lookups(season("to_home"))).parties
    assert party.destination == "440300"
    (party,) = one(tmp_path, headings, [*row[:3], "县汽车站", "深圳"], Lookups(season("to_work"))).parties
    assert party.destination == "440300"
    assert party.people[0].other_columns == (("出发地", "县汽车站"),)


def test_set_aside_names_each_row_with_its_codes(tmp_path: Path) -> None:
    rows = [person(1), person(2, destination="厂里", date="下个月"), person(3, name="")]
    intake = read(tmp_path, {"a.xlsx": xlsx(("S", table(*rows)))})
    assert intake.set_aside == (
        SetAside("roster/a.xlsx!S!3", ("R206", "R207")),
        SetAside("roster/a.xlsx!S!4", ("R201",)),
    )


def test_findings_stand_in_the_order_of_path_sheet_row_column(tmp_path: Path) -> None:
    bad = table(person(1, destination="厂里", mode="骑马", township="顾先镇"), person(2, name=""))
    files = {
        "b.xlsx": xlsx(("乙", bad), ("甲", table(person(3, name="")))),
        "a.csv": csv_bytes(table(person(4, name=""))),
    }
    places = [(each.file, each.sheet, each.row, each.column) for each in read(tmp_path, files).issues]
    assert places == [
        ("roster/a.csv", "", 2, "A"),
        ("roster/b.xlsx", "乙", 2, "D"),
        ("roster/b.xlsx", "乙", 2, "E"),
        ("roster/b.xlsx", "乙", 2, "G"),
        ("roster/b.xlsx", "乙", 3, "A"),
        ("roster/b.xlsx", "甲", 2, "A"),
    ]


def test_columns_beyond_z_have_two_letters(tmp_path: Path) -> None:
    headings = (*(f"其他{n}" for n in range(26)), *HEADINGS)
    intake = one(tmp_path, headings, [""] * 26 + person(1, destination=""))
    assert [each.column for each in intake.issues] == ["AE"]


def test_proposals_and_candidates_are_told_and_not_applied(tmp_path: Path) -> None:
    set_language("en")
    try:
        rows = [person(1, destination="波白县"), person(2, destination="朝阳区"), person(3, township="顾先镇")]
        rows += [person(4, date="2026-02-15")]
        slip, ambiguous, township, year = read(tmp_path, {"a.csv": csv_bytes(table(*rows))}).issues
    finally:
        set_language("zh")
    assert (slip.code, slip.value) == ("R207", "波白县")
    assert "博白县" in slip.cure
    assert ambiguous.code == "R208"
    assert "北京市朝阳区" in ambiguous.message
    assert township.code == "R211"
    assert (year.code, year.cure) == ("R305", "did you mean 2027-02-15?")


def test_no_number_of_a_person_is_shown_whole(tmp_path: Path) -> None:
    wrong = id_number(2)[:17] + ("0" if id_number(2)[17] != "0" else "1")
    rows = [person(1), person(1, phone="138 0000 0001"), person(3, id_number=wrong), person(1, destination="杭州")]
    rows += [person(9 + n, phone="13912345678") for n in range(7)]
    for each in read(tmp_path, {"a.csv": csv_bytes(table(*rows))}).issues:
        text = f"{each.value} {each.message} {each.cure}"
        assert not any(number in text for number in (id_number(1), wrong, "13912345678", "13800000001"))


@pytest.mark.parametrize("text", ["\u200b", "无", "—", " 　", "/"])
def test_a_required_cell_that_says_nothing_is_empty(text: str, tmp_path: Path) -> None:
    rows = [person(1, name=text), person(2, id_number=text), person(3, township=text), person(4, destination=text)]
    intake = read(tmp_path, {"a.csv": csv_bytes(table(*rows))})
    assert [(each.code, each.column) for each in intake.issues] == [("R201", column) for column in "ABDE"]


def test_a_correction_shows_the_spaces(tmp_path: Path) -> None:
    (found,) = one(tmp_path, HEADINGS, person(1, name=" 张 三")).issues
    assert (found.code, found.value) == ("R217", " 张 三")
    assert "␣张␣三" in found.message


def test_a_link_to_a_folder_within_the_season_is_followed_once(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "a.csv").write_bytes(csv_bytes(table(person(1))))
    (tmp_path / "roster").mkdir()
    for name in ("一", "二"):
        (tmp_path / "roster" / name).symlink_to(tmp_path / "lists")
    intake = read_roster(tmp_path / "roster", Lookups(season()))
    assert (intake.people, intake.issues) == (1, ())
    assert intake.parties[0].id == "roster/一/a.csv!!2"


def test_many_processes_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"{name}.csv": csv_bytes(table(person(n), person(9, destination="厂里"))) for n, name in enumerate("abc")}
    alone = read(tmp_path, files)
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(intake_module, "_WORTH_A_POOL_BYTES", 0)
    monkeypatch.setattr(intake_module.os, "cpu_count", lambda: 2)
    together = read_roster(
        tmp_path / "roster", Lookups(season()), progress=lambda done, count: told.append((done, count))
    )
    assert together == alone
    assert sorted(told) == [(1, 3), (2, 3), (3, 3)]


_READ_IN_WORKER = intake_module._read_in_worker


def _die_at_b(path: Path, file: str) -> intake_module.FileResult:
    """Read a file in a worker that the file b.csv kills."""
    return os._exit(1) if path.name == "b.csv" else _READ_IN_WORKER(path, file)


def _sleep_at_b(path: Path, file: str) -> intake_module.FileResult:
    """Read a file in a worker that never comes to an end with the file b.csv."""
    while path.name == "b.csv":
        time.sleep(1)
    return _READ_IN_WORKER(path, file)


def test_a_file_that_kills_its_reader_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_module, "_WORTH_A_POOL_BYTES", 0)
    monkeypatch.setattr(intake_module.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(intake_module, "_read_in_worker", _die_at_b)
    intake = read(tmp_path, {f"{name}.csv": csv_bytes(table(person(n))) for n, name in enumerate("abc")})
    assert intake.people == 2
    assert [(each.code, each.file) for each in intake.issues] == [("R101", "roster/b.csv")]


@pytest.mark.parametrize("reader", [_die_at_b, _sleep_at_b])
def test_a_strange_file_cannot_bring_the_program_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: object
) -> None:
    monkeypatch.setattr(intake_module, "_is_strange", lambda path: path.name != "c.csv")
    monkeypatch.setattr(intake_module, "_read_in_worker", reader)
    monkeypatch.setattr(intake_module, "_PATIENCE_S", 60.0 if reader is _die_at_b else 5.0)
    intake = read(tmp_path, {f"{name}.csv": csv_bytes(table(person(n))) for n, name in enumerate("abc")})
    assert "roster/b.csv" in {each.file for each in intake.issues if each.code == "R101"}
    if reader is _die_at_b:
        assert intake.people == 2


def test_a_workbook_that_unfolds_far_is_strange(tmp_path: Path) -> None:
    for name, text in (("far.xlsx", " " * 1_000_000), ("near.xlsx", "".join(map(str, range(100_000))))):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", text)
    (tmp_path / "text.xlsx").write_text("no workbook")
    assert [intake_module._is_strange(tmp_path / f"{name}.xlsx") for name in ("far", "near", "text", "none")] == [
        *(True, False, False, False)
    ]


def test_every_code_of_a_roster_has_a_hostile_case() -> None:
    found = {line.split()[0] for case in CASES for line in case.found}
    assert found == {code for code in CODES if code < "R4"} - {"R212"}


def test_an_ambiguous_township(tmp_path: Path) -> None:
    lookups = Lookups(season(), townships=("兴隆社区镇", "兴隆镇", "兴隆乡"))
    intake = one(tmp_path, HEADINGS, person(1, township="兴隆"), lookups)
    assert [(each.code, each.column) for each in intake.issues] == [("R212", "D")]
    assert "兴隆乡" in intake.issues[0].message


def test_every_code_is_said_in_chinese() -> None:
    from babel.messages.pofile import read_po

    with (LOCALE_DIR / "zh_CN" / "LC_MESSAGES" / "roster.po").open("rb") as file:
        translated = {entry.id for entry in read_po(file, locale="zh_CN") if entry.string}
    needed = {text for code in CODES.values() for text in (code.meaning, code.cure)}
    assert needed <= translated


def test_the_merged_party_of_a_roster_joins_again(tmp_path: Path) -> None:
    rows = [
        person(1, group="roster/x.xlsx!S!2"),
        person(2, group="roster/x.xlsx!S!2"),
        person(3, group="roster/x.xlsx!S!4"),
    ]
    intake = read(tmp_path, {"a.csv": csv_bytes(table(*rows))})
    assert [party.size for party in intake.parties] == [2, 1]
    assert intake.issues == ()
    assert replace(intake.parties[0], people=()).mode == "coach"


def test_people_side_by_side_have_refs_of_their_own(tmp_path: Path) -> None:
    rows = [[*person(n), "", *person(n + 20)] for n in range(3)]
    intake = read(tmp_path, {"a.xlsx": xlsx(("S", table(*rows, headings=[*HEADINGS, "", *HEADINGS])))})
    refs = [each.ref.removeprefix("roster/a.xlsx!S!") for party in intake.parties for each in party.people]
    assert refs == ["2", "K2", "3", "K3", "4", "K4"]


def test_what_is_wrong_right_of_the_first_table_is_told_at_its_cell(tmp_path: Path) -> None:
    rows = [[*person(1), *person(21, destination="厂里")], [*person(2), *person(22, township="")]]
    intake = read(tmp_path, {"a.csv": csv_bytes(table(*rows, headings=[*HEADINGS, *HEADINGS]))})
    assert [(each.code, each.column, each.row) for each in intake.issues] == [("R207", "N", 2), ("R201", "M", 3)]
    assert [each.ref for each in intake.set_aside] == ["roster/a.csv!!J2", "roster/a.csv!!J3"]


def test_people_outside_the_tables_are_set_aside_one_by_one(tmp_path: Path) -> None:
    sheets = (("S", table(person(1))), ("二村", [[f"{id_number(2)}、{id_number(3)}", id_number(4)], [id_number(5)]]))
    set_language("en")
    try:
        intake = read(tmp_path, {"a.xlsx": xlsx(*sheets)})
    finally:
        set_language("zh")
    refs = [each.ref.removeprefix("roster/a.xlsx!二村!") for each in intake.set_aside]
    assert (intake.people, intake.fit, len(set(refs))) == (5, 1, 4)
    assert refs == ["1", "A1", "B1", "2"]
    [issue] = intake.issues
    assert issue.message == "row 1–2: 4 people outside every table with headings; they are not read"
    assert issue.value == ""


def test_a_slipped_line_of_a_table_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "fleet.csv").write_text(
        "车型,核定载客,起步价,每公里\n大客,49,1,000,10.5\n中客,37,800,9\n", encoding="utf-8"
    )
    issues: list[Issue] = []
    rows = read_table(tmp_path, FLEET, issues)
    assert [row.text("vehicle_type") for row in rows] == ["中客"]
    assert [(each.code, each.row) for each in issues] == [("R106", 2)]
