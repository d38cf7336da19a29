"""The workbook of a day: printed, edited, recorded; what it decides stands in pins.csv and is printed again."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from scheduler.i18n import set_language
from scheduler.pins import Pin
from scheduler.reports.book import Book
from scheduler.reports.formats.xlsx import write_workbook
from scheduler.reports.manifests.day_book import day_index, day_passengers
from scheduler.reports.visibility import View
from scheduler.season.keyed import load_to_check, load_with_plan
from scheduler.season.ledger.events import Pinned, Unpinned
from tests.living import TRAINS, Living
from tests.season_folders import csv_text, id_number, person

HEADINGS = ("班次", "座位", "姓名", "身份证号", "锁定")
Cells = dict[str, Any]
Edit = Callable[[dict[int, Cells], dict[str, str]], None]
"""Changes the rows of a printed workbook, by serial number; given what the runs are called."""


@pytest.fixture
def living(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Living:
    """Return a season of coaches on two days and a train: serials 1-3 and 4-5, a party, by coach, 6-7 by train."""
    season = Living(tmp_path, capsys, **{"trains.csv": TRAINS})
    rows = [person(n, 出行日期="2027-02-11") for n in (1, 2, 3)]
    rows += [person(n, 出行日期="2027-02-13", 组号="7") for n in (4, 5)]
    rows += [person(n, 出行日期="2027-02-13", 出行方式="火车") for n in (6, 7)]
    season.roster(*(each | {"出行方式": each.get("出行方式", "汽车")} for each in rows))
    season.file("season.toml", (season.folder / "season.toml").read_text() + "flexible_days = 0\n")
    season.begin()
    assert [(run.mode, run.date.day, run.load) for run in season.plan.runs] == [
        ("coach", 11, 3),
        ("coach", 13, 2),
        ("train", 13, 2),
    ]
    return season


def printed(living: Living, folder: str = "out") -> list[Path]:
    """Print the workbooks of the season's days, as `manifests` does."""
    intake, plan, _frozen = load_with_plan(living.folder)
    book = Book(intake.problem, plan)
    paths = []
    for day in sorted({run.date for run in plan.runs}):
        runs = [run for run in plan.runs if run.date == day]
        path = living.folder.parent / folder / f"{day}.xlsx"
        path.parent.mkdir(exist_ok=True)
        set_language("zh")
        write_workbook(path, [day_index(book, runs), day_passengers(book, runs, View("bureau"))])
        paths.append(path)
    return paths


def rows_of(path: Path) -> tuple[Any, Any, dict[str, int], int] | None:
    """Return the workbook, the sheet of its passengers, the columns by heading, and the heading row."""
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for number, line in enumerate(sheet.iter_rows(values_only=True), 1):
            titles = {str(cell).replace("\n", "").strip(): i for i, cell in enumerate(line, 1) if cell}
            if "锁定" in titles and "班次" in titles:
                return book, sheet, titles, number
    return None


def edited(living: Living, edit: Edit, folder: str = "out") -> list[Path]:
    """Print the days' workbooks, edit them as a clerk does, and return them saved."""
    names = {person(n)["姓名"]: n for n in range(1, 8)}
    books = [(path, found) for path in printed(living, folder) if (found := rows_of(path)) is not None]
    assert books
    people: dict[int, Cells] = {}
    places: dict[int, tuple[Any, int, dict[str, int]]] = {}
    for _path, (_book, sheet, titles, heading) in books:
        for number in range(heading + 1, sheet.max_row + 1):
            serial = names.get(str(sheet.cell(number, titles["姓名"]).value))
            if serial is not None:
                people[serial] = {h: sheet.cell(number, titles[h]).value for h in ("班次", "座位", "锁定")}
                places[serial] = sheet, number, titles
    runs = {f"{run.mode}{run.date.day}": run.id for run in living.plan.runs}
    edit(people, runs)
    for serial, cells in people.items():
        sheet, number, titles = places[serial]
        for heading, value in cells.items():
            sheet.cell(number, titles[heading]).value = value
    for path, (book, *_rest) in books:
        book.save(path)
    return [path for path, _found in books]


def pins(living: Living) -> list[tuple[int, str, str]]:
    """Return whom pins.csv pins to which run and seat, by serial number."""
    serials = {living.key(n): n for n in range(1, 8)}
    found = load_to_check(living.folder)
    assert [each for each in found.issues if each.file == "pins.csv"] == []
    return [(serials[pin.person], pin.run, pin.seat) for pin in found.problem.pins if isinstance(pin, Pin)]


def lock(*serials: int) -> Edit:
    def edit(people: dict[int, Cells], _runs: dict[str, str]) -> None:
        for serial in serials:
            people[serial]["锁定"] = "是"

    return edit


def move(serial: int, to: str, **cells: str) -> Edit:
    def edit(people: dict[int, Cells], runs: dict[str, str]) -> None:
        people[serial] |= {"班次": runs[to]} | cells

    return edit


def both(*edits: Edit) -> Edit:
    def edit(people: dict[int, Cells], runs: dict[str, str]) -> None:
        for each in edits:
            each(people, runs)

    return edit


def own_seats(living: Living) -> dict[int, tuple[str, str]]:
    """Return each one's run and seat in the plan, as a pin names them."""
    found = {}
    for run, rider in living.plan.passengers():
        serial = next(n for n in range(1, 8) if living.key(n) == rider.person)
        found[serial] = (run.train or run.id, rider.seat or "")
    return found


def test_nothing_edited_pins_nobody(living: Living) -> None:
    for path in edited(living, both()):
        assert living.answer("record", path)["issues"] == []
    assert not (living.folder / "pins.csv").exists()
    assert living.events("pinned") == []


@pytest.mark.parametrize("serials", [(1,), (1, 2), (4,), (6,), (1, 4, 6)])
def test_who_is_locked_is_pinned_where_they_are(living: Living, serials: tuple[int, ...]) -> None:
    seats = own_seats(living)
    paths = edited(living, lock(*serials))
    for path in paths:
        assert living.answer("record", path)["issues"] == []
    assert sorted(pins(living)) == sorted((n, *seats[n]) for n in serials)
    assert len(living.events("pinned")) == len(serials)
    before = (living.folder / "pins.csv").read_bytes()
    assert before.count(b"\xef\xbb\xbf") == 1
    for path in paths:
        assert living.answer("record", path)["files"][0]["recorded"] == 0
    assert (living.folder / "pins.csv").read_bytes() == before
    again = edited(living, both(), "again")
    locked = []
    for path in again:
        found = rows_of(path)
        assert found is not None
        _book, sheet, titles, heading = found
        for number in range(heading + 1, sheet.max_row + 1):
            if sheet.cell(number, titles["锁定"]).value == "是":
                locked.append(sheet.cell(number, titles["姓名"]).value)
        assert living.answer("record", path)["issues"] == []
    assert sorted(locked) == sorted(person(n)["姓名"] for n in serials)
    assert (living.folder / "pins.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("edit", "serial", "seat"),
    [
        (move(1, "coach13"), 1, ""),
        (move(1, "coach13", 座位="30"), 1, "30"),
        (move(4, "coach11"), 4, ""),
        (move(5, "coach11", 锁定="是"), 5, ""),
    ],
)
def test_who_is_written_on_another_run_is_pinned_to_it(living: Living, edit: Edit, serial: int, seat: str) -> None:
    runs = {f"{run.mode}{run.date.day}": run.id for run in living.plan.runs}
    wanted = runs["coach13" if serial == 1 else "coach11"]
    for path in edited(living, edit):
        assert living.answer("record", path)["issues"] == []
    assert pins(living) == [(serial, wanted, seat)]


def test_another_seat_alone_pins_it(living: Living) -> None:
    run = own_seats(living)[2][0]

    def edit(people: dict[int, Cells], _runs: dict[str, str]) -> None:
        people[2]["座位"] = "40"

    for path in edited(living, edit):
        living.answer("record", path)
    assert pins(living) == [(2, run, "40")]


def test_a_later_workbook_replaces_what_an_earlier_one_decided_and_no_takes_it_back(living: Living) -> None:
    seats = own_seats(living)
    for path in edited(living, lock(1, 2)):
        living.answer("record", path)
    for path in edited(living, move(1, "coach13"), "second"):
        living.answer("record", path)
    other = next(run.id for run in living.plan.runs if run.mode == "coach" and run.date.day == 13)
    assert sorted(pins(living)) == [(1, other, ""), (2, *seats[2])]

    def lift(people: dict[int, Cells], _runs: dict[str, str]) -> None:
        people[2]["锁定"] = "否"

    for path in edited(living, lift, "third"):
        living.answer("record", path)
    assert [serial for serial, _run, _seat in pins(living)] == [1]
    assert [event.data for event in living.events("unpinned")] != []
    assert all(isinstance(event.data, Unpinned | Pinned) for event in living.events("pinned", "unpinned"))


def test_a_party_is_not_written_on_two_runs(living: Living) -> None:
    paths = edited(living, both(move(4, "coach11"), lock(5)))
    codes = []
    for path in paths:
        code, out, _err = living.said("record", path)
        codes.append(code)
        assert "R503" in out or code == 0
    assert 1 in codes
    assert len(pins(living)) <= 1


def test_pins_written_by_hand_stay_as_they_are(living: Living) -> None:
    text = f"春运决定;;;\n决定;身份证号\n不乘;{id_number(7)};说明;=1+1\n"
    (living.folder / "pins.csv").write_bytes(text.encode("gbk"))
    for path in edited(living, lock(1)):
        assert living.answer("record", path)["issues"] == []
    with (living.folder / "pins.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert [line[:2] for line in lines[1:3]] == [["决定", "身份证号"], ["不乘", id_number(7)]]
    assert (7, "", "") in pins(living)
    assert 1 in [serial for serial, _run, _seat in pins(living)]
    assert person(1)["姓名"] not in (living.folder / "pins.csv").read_text(encoding="utf-8-sig")
    assert id_number(1) not in (living.folder / "pins.csv").read_text(encoding="utf-8-sig")


def test_a_pin_of_a_workbook_is_not_overruled(living: Living) -> None:
    other = next(run.id for run in living.plan.runs if run.mode == "coach" and run.date.day == 13)
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["决定", "身份证号", "班次"])
    book.active.append(["班次", id_number(1), other])
    book.save(living.folder / "pins.xlsx")
    path = living.file("../锁定.csv", f"班次,身份证号,锁定\n{own_seats(living)[1][0]},{id_number(1)},是\n")
    answered = living.answer("record", path, code=1)
    assert [(each["code"], each["column"]) for each in answered["issues"]] == [("R503", "A")]
    assert not (living.folder / "pins.csv").exists()


def test_rows_of_who_cancelled_and_of_nobody_pin_nobody(living: Living) -> None:
    run = own_seats(living)[1][0]
    path = living.file("../锁定.csv", f"班次,身份证号,锁定\n{run},{id_number(55)},是\n{run},{id_number(2)},是\n")
    answered = living.answer("record", path, code=1)
    assert [(each["code"], each["row"]) for each in answered["issues"]] == [("R501", 2)]
    assert [serial for serial, _run, _seat in pins(living)] == [2]
    assert csv_text(person(1))  # the rosters are as they were
