"""Whatever bytes or cells come in: no exception but the readable one, no hang, and the counts always add up."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, time, timedelta
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scheduler.roster import intake as intake_module
from scheduler.roster.fields import roster_headings
from scheduler.roster.intake import Roster, read_roster
from scheduler.roster.row_reader import Lookups, RowReader
from scheduler.settings import Settings
from scheduler.tabular.issues import CODES, Issue
from scheduler.tabular.sheets.unfolding import UnreadableError
from scheduler.tabular.sheets.workbook import SheetCells, Value, read_bytes
from scheduler.tabular.tables.blocks import find_tables
from tests.hostile.build import HEADINGS, csv_bytes, html, ods, person, table, xls, xlsx

SEASON = Settings(
    name="测试", direction="to_work", home="511621", first_date=date(2027, 2, 10), last_date=date(2027, 2, 28)
)
READER = RowReader(Lookups(SEASON))
ROWS = table(person(1), person(2, group="1"), person(3, group="1"))
FILES = (xlsx(("S", ROWS)), xls(ROWS), ods(ROWS), csv_bytes(ROWS), csv_bytes(ROWS, "utf-16"), html(ROWS).encode())

texts = st.text(max_size=20) | st.sampled_from(
    [
        "正月初八",
        "廿六以后",
        "2月15日-18日",
        "张三、李四",
        "同张三一起",
        "深圳/东莞",
        "顾县",
        "示例",
        "合计",
        "1/0",
        "5.1E+17",
        "姓名",
    ]
)
values: st.SearchStrategy[Value] = st.one_of(
    texts,
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.just(""),
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good file with some bytes changed, cut out or put in."""
    data = bytearray(draw(st.sampled_from(FILES)))
    for _turn in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        data[at : at + draw(st.integers(0, 40))] = draw(st.binary(max_size=40))
    return bytes(data)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | damaged())
@example(b"PK\x03\x04")
@example(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000)
def test_any_bytes(data: bytes) -> None:
    with contextlib.suppress(UnreadableError):
        sheets = read_bytes(data, "a", [])
        assert all(isinstance(row, list) for sheet in sheets for row in sheet.cells)


def _run(cells: list[list[Value]]) -> Roster:
    """Read one sheet of cells as the only file of a season."""
    issues: list[Issue] = []
    tables = find_tables([SheetCells("roster/a.xlsx", "S", cells)], "roster/a.xlsx", roster_headings("to_work"), issues)
    result = intake_module.FileResult("roster/a.xlsx")
    intake_module.read_entries(READER, tables, result)
    return intake_module.combine([result], Lookups(SEASON), {})


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(values, min_size=len(HEADINGS), max_size=len(HEADINGS)), max_size=6), st.booleans())
def test_any_cells(rows: list[list[Value]], good: bool) -> None:
    intake = _run([list(HEADINGS), *rows, *([list(person())] if good else [])])
    assert intake.people == intake.fit + len(intake.set_aside) + intake.dropped
    assert {each.code for each in intake.issues} <= set(CODES)
    assert all(each.row and each.column and each.message and each.cure for each in intake.issues)
    refs = [person.ref for party in intake.parties for person in party.people]
    assert len(set(refs)) == len(refs)
    for party in intake.parties:
        assert SEASON.first_date <= party.earliest <= party.latest <= SEASON.last_date


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(values, max_size=12), max_size=8))
def test_any_sheet(rows: list[list[Value]]) -> None:
    _run(rows)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["a.xlsx", "b.xls", "c.ods", "d.csv", "e.et"]), damaged(), max_size=3))
def test_any_season(tmp_path: Path, files: dict[str, bytes]) -> None:
    folder = tmp_path / "roster"
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    intake = read_roster(tmp_path / "roster", Lookups(SEASON))
    assert intake.people == intake.fit + len(intake.set_aside) + intake.dropped
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files


def test_all_kinds_of_cells_are_covered() -> None:
    kinds = (1, 1.0, True, "", date(2027, 1, 1), datetime(2027, 1, 1), time(8), timedelta(1))
    assert all(isinstance(kind, Value) for kind in kinds)
