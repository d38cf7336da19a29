"""A plan made by hand -> its rows: who rides which run, from where to where. One workbook or CSV file, a row a person.

Nothing is guessed: a cell that cannot be used is an issue with its file, sheet, row and column, and the row is left
out; a boarding or alighting place, a date or a vehicle type may be empty where another row of the run, or the person's
own wish, says it (`baselines.hand_made` fills those).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from scheduler.i18n import _
from scheduler.problem import Person, Problem
from scheduler.roster.dates import DateReader
from scheduler.season.ask.find_person import find_people
from scheduler.season.table_rows import TableRow
from scheduler.season.tables import TableKind, table_rows
from scheduler.tabular.issues import Issue
from scheduler.tabular.tables.headings import Headings

HAND_PLAN = TableKind(
    "score",
    Headings(
        {
            "person": ("人员", "身份证号", "身份证号码", "证件号码", "人员标识"),
            "name": ("姓名", "乘客"),
            "township": ("乡镇", "街道", "乡镇街道"),
            "run": ("班次", "车次", "班次号", "车号"),
            "date": ("日期", "出发日期", "发车日期", "开行日期"),
            "board": ("上车点", "乘车点", "上车地点", "上车站"),
            "alight": ("下车点", "下车地点", "目的地", "下车站"),
            "vehicle_type": ("车型", "车辆类型"),
            "operator": ("企业", "客运企业", "运输企业", "承运企业", "公司"),
        },
        required=("run",),
        anchors=("run", "person", "name"),
    ),
)


@dataclass(frozen=True, slots=True)
class HandRow:
    """One person on one run, as written: "" or None where the cell is empty. `where` is file, sheet and row."""

    person: Person
    run: str
    day: date | None
    board: str
    alight: str
    vehicle_type: str
    operator: str
    where: str


def read_hand_plan(path: Path, problem: Problem, issues: list[Issue]) -> list[HandRow]:
    """Return the rows of a plan made by hand; what is wrong is added to `issues`.

    Parameters
    ----------
    path : Path
        A workbook or CSV file with the columns person (or name and township), run, date, board, alight, vehicle_type.
    problem : Problem
        Whose people are meant.
    issues : list of Issue
        Grows: R501 a person nobody knows, R504 a cell that cannot be read.
    """
    dates = DateReader(problem.settings.first_date, problem.settings.last_date)
    found = []
    own: list[Issue] = []
    for row in table_rows(path, HAND_PLAN, own):
        run = row.needed("run", _("the run"))
        person = _person(row, problem)
        day = row.day("date", _("the date"), dates)
        if row.ok and person is not None:
            found.append(
                HandRow(
                    person,
                    run,
                    day,
                    row.text("board"),
                    row.text("alight"),
                    row.text("vehicle_type"),
                    row.text("operator"),
                    row.where,
                )
            )
    # R401 is of the season's own tables; this file is none of them.
    issues += [replace(each, code="R504") if each.code == "R401" else each for each in own]
    return found


def _person(row: TableRow, problem: Problem) -> Person | None:
    """Return who is meant, by ID number or key where there is one, else by name and township."""
    field = "person" if row.text("person") else "name"
    text = row.needed(field, _("the person"))
    if not text:
        return None
    people = find_people(problem, text)
    if len(people) > 1 and row.text("township"):
        people = [person for person in people if row.text("township") in person.township]
    if len(people) == 1:
        return people[0]
    if people:
        message = _("{n} people have this name").format(n=len(people))
        row.fault(field, message, _("give the ID number, or the township as well"), code="R501")
    else:
        row.fault(field, _("nobody in the rosters is this"), _("correct the cell, or add the person"), code="R501")
    return None
