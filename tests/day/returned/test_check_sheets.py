"""The pack of a run: printed, ticked as an escort or a clerk does, recorded."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from scheduler.i18n import set_language
from scheduler.plan import Run
from scheduler.reports.book import Book
from scheduler.reports.formats.xlsx import write_workbook
from scheduler.reports.manifests.run_pack import handovers, passenger_list
from scheduler.reports.visibility import View
from scheduler.season.keyed import load_with_plan
from tests.day.week import comes, leaves
from tests.living import Living

PEOPLE = 6
ENGLISH = {"上车": "On", "姓名": "Name", "实点人数": "Counted", "报告时间": "Reported at"}


@pytest.fixture
def living(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Living:
    return Living(tmp_path, capsys, PEOPLE).begin()


class Pack:
    """The printed pack of the season's run, to be filled in."""

    def __init__(self, living: Living, language: str = "zh") -> None:
        intake, plan, _frozen = load_with_plan(living.folder)
        [self.run] = plan.runs
        book, view = Book(intake.problem, plan), View("escort")
        self.path = living.folder.parent / f"{self.run.id}.xlsx"
        set_language("zh" if language == "zh" else "en")
        write_workbook(self.path, [passenger_list(book, self.run, view), *handovers(book, self.run, view)])
        set_language("zh")
        self.titles = {zh: zh if language == "zh" else en for zh, en in ENGLISH.items()}
        self.workbook = openpyxl.load_workbook(self.path)
        self.sheet: Any = self.workbook[self.run.id]

    def _column(self, title: str) -> tuple[int, int]:
        for line in self.sheet.iter_rows():
            for cell in line:
                if cell.value == self.titles[title]:
                    return cell.row, cell.column
        raise AssertionError(title)

    def mark(self, *marks: str) -> Pack:
        """Write into the boxes of the list, from above; an empty text leaves the box as it is."""
        row, column = self._column("上车")
        for number, mark in enumerate(marks, row + 1):
            if mark:
                self.sheet.cell(number, column).value = mark
        return self

    def count(self, line: int, heads: object, told: object) -> Pack:
        """Write into a line of the timetable: from above, 0 the first; below 0 from its end."""
        row, column = self._column("实点人数")
        lines = [
            number for number in range(row + 1, self.sheet.max_row + 1) if self.sheet.cell(number, column - 1).value
        ]
        lines = [number for number in range(row + 1, row + 40) if self.sheet.cell(number, 3).value or number in lines]
        number = lines[line]
        self.sheet.cell(number, column).value = heads
        self.sheet.cell(number, self._column("报告时间")[1]).value = told
        return self

    def _aboard(self, row: int, column: int) -> object:
        """Return what the plan has on board at a line of the timetable, in the cell left of what is counted."""
        return next(
            (
                self.sheet.cell(row, c).value
                for c in range(column - 1, 3, -1)
                if self.sheet.cell(row, c).value is not None
            ),
            None,
        )

    def save(self) -> Path:
        self.workbook.save(self.path)
        return self.path


def record(living: Living, path: Path, run: Run, code: int = 0) -> dict[str, Any]:
    return living.answer("record", path, "--now", (comes(run) + timedelta(hours=1)).isoformat(), code=code)


def after(moment: datetime, minutes: int) -> str:
    return f"{moment + timedelta(minutes=minutes):%H:%M}"


def who(living: Living, kind: str) -> Counter[str]:
    return Counter(event.person for event in living.events(kind))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_whole_pack_is_read(living: Living, language: str) -> None:
    """Five of six are ticked, one is crossed; counted at the departure, once on the way, and at the end."""
    pack = Pack(living, language)
    start, end = leaves(pack.run), comes(pack.run)
    pack.mark("√", "☑", "×", "1", "✓", "v").count(0, 5, after(start, 4)).count(2, "5人", after(start, 245))
    path = pack.count(-1, 0, after(end, 9)).save()
    answered = record(living, path, pack.run)
    assert answered["issues"] == []
    [told] = answered["files"]
    assert (told["kind"], told["by_kind"]) == (
        "check_sheets",
        {"departed": 1, "reported": 1, "arrived": 1, "absent": 1},
    )
    [left], [heard], [came] = (living.events(kind) for kind in ("departed", "reported", "arrived"))
    assert (left.data.at, left.data.headcount) == (start + timedelta(minutes=4), 5)
    assert heard.data.headcount == 5
    assert (came.data.at, came.data.headcount) == (end + timedelta(minutes=9), 5)  # nobody on board: all handed over
    assert who(living, "absent") == Counter([pack.run.passengers[2].person])
    assert record(living, path, pack.run)["files"][0]["kind"] == "known"


def test_what_was_telephoned_already_adds_nothing(living: Living) -> None:
    pack = Pack(living)
    start = leaves(pack.run)
    assert living.run("depart", pack.run.id, "--headcount", 5, "--now", start.isoformat()) == 0
    answered = record(living, pack.mark("√", "√", "√", "√", "√").count(0, 5, after(start, 3)).save(), pack.run)
    assert (answered["issues"], answered["files"][0]["by_kind"]) == ([], {"absent": 1})
    assert who(living, "absent") == Counter([pack.run.passengers[5].person])  # its box is empty: five of five ticked


def test_crosses_alone_say_who_stayed_away(living: Living) -> None:
    pack = Pack(living)
    assert living.run("depart", pack.run.id, "--headcount", 4, "--now", leaves(pack.run).isoformat()) == 0
    record(living, pack.mark("", "未到", "", "", "×").save(), pack.run)
    assert who(living, "absent") == Counter(pack.run.passengers[n].person for n in (1, 4))


def test_who_is_ticked_was_not_absent(living: Living) -> None:
    pack = Pack(living)
    one, other = (pack.run.passengers[n].person for n in (0, 1))
    at = leaves(pack.run).isoformat()
    assert living.run("depart", pack.run.id, "--headcount", 5, "--absent", one, "--now", at) == 0
    record(living, pack.mark("√", "×", "√", "√", "√", "√").save(), pack.run)
    assert (who(living, "absent"), who(living, "boarded")) == (Counter([one, other]), Counter([one]))


@pytest.mark.parametrize(
    ("marks", "heads", "code", "column"),
    [
        (("√", "√", "√", "√"), 5, "R503", False),  # four ticked, five counted: who of the other two?
        (("√",) * 6, 5, "R503", False),
        (("?",) + ("√",) * 5, 6, "R504", True),
        (("√",) * 6, "", "R502", False),  # nobody counted: it has not departed
        ((), 700, "R504", True),
        ((), "五", "R504", True),
    ],
)
def test_what_contradicts_is_said_and_names_nobody(
    living: Living, marks: tuple[str, ...], heads: object, code: str, column: bool
) -> None:
    pack = Pack(living)
    pack.mark(*marks).count(0, heads, after(leaves(pack.run), 2) if heads else "")
    [found] = record(living, pack.save(), pack.run, code=1)["issues"]
    assert (found["code"], found["file"], found["sheet"]) == (code, pack.path.name, pack.run.id)
    assert bool(found["column"]) == column
    assert who(living, "absent") == Counter()


def test_a_count_without_a_time_and_one_that_contradicts_are_refused(living: Living) -> None:
    pack = Pack(living)
    start = leaves(pack.run)
    path = pack.count(0, 6, after(start, 1)).count(1, 6, "").count(2, 60, after(start, 240)).save()
    answered = record(living, path, pack.run, code=1)
    assert [each["code"] for each in answered["issues"]] == ["R504", "R504"]
    assert answered["files"][0]["by_kind"] == {"departed": 1}


def test_a_sheet_of_no_run_and_a_rider_of_another_are_refused(living: Living) -> None:
    pack = Pack(living).mark(*["√"] * PEOPLE)
    pack.sheet.title = "别的"
    other = pack.path.with_name("别的.xlsx")
    pack.workbook.save(other)
    [found] = record(living, other, pack.run, code=1)["issues"]
    assert (found["code"], found["sheet"]) == ("R501", "别的")


def test_an_empty_pack_says_nothing(living: Living) -> None:
    answered = record(living, Pack(living).save(), living.plan.runs[0])
    assert (answered["issues"], answered["files"][0]["recorded"]) == ([], 0)
