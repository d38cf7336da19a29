"""Any cells in the season's tables: never an exception, every issue with its place and cure, every object in range."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.season.load import load
from scheduler.season.tables import TABLES, TableKind
from tests.season_folders import write

TOKENS = [
    "顾县",
    "顾县镇",
    "罗渡",
    "县城集散点",
    "广安站",
    "深圳",
    "广东省",
    "深圳北站",
    "K586",
    "示例",
    "合计",
    "长途",
    "接驳",
    "上车点",
    "车站",
    "企业",
    "stop",
    "hub",
    "是",
    "否",
    "49",
    "0",
    "-1",
    "1e9",
    "nan",
    "inf",
    "4９.5",
    "1,000元",
    "30.5",
    "106.5",
    "2027-02-12",
    "正月初八",
    "2月31日",
    "08:00",
    "07:40+1",
    "25:99",
    "46430",
    "=1+1",
    "𠅤",
    "、",
]
cells = st.just("") | st.sampled_from(TOKENS) | st.text(max_size=8) | st.floats().map(str)


def table_text(kind: TableKind, rows: list[list[str]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([names[0] for names in kind.headings.aliases.values()])
    writer.writerows(rows)
    return buffer.getvalue().replace("\x00", "")


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.stem)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_cells_of_a_table(tmp_path: Path, kind: TableKind, data: st.DataObject) -> None:
    width = len(kind.headings.aliases)
    rows = data.draw(st.lists(st.lists(cells, min_size=width, max_size=width), max_size=5))
    season = write(tmp_path, {f"{kind.stem}.csv": table_text(kind, rows)})
    intake = load(season)
    for issue in intake.issues:
        assert issue.message
        assert issue.cure
        assert issue.file
        if issue.code == "R401" and issue.row is not None:
            assert issue.row >= 2
    problem = intake.problem
    assert all(leg.km > 0 and math.isfinite(leg.km) for leg in problem.distances.values())
    assert all(first in problem.places and second in problem.places for first, second in problem.distances)
    assert all(row.boarding in problem.places for rows in problem.access.values() for row in rows)
    assert all(stop.place in problem.places for train in problem.trains for stop in train.stops)
    for vehicle in problem.vehicle_types + problem.feeder_types:
        assert vehicle.rated_seats >= 1
        assert all(row.count >= 0 and row.first <= row.last for row in vehicle.rows)
    for place in problem.places.values():
        assert (place.lat is None) == (place.lon is None)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(TABLES), st.binary(max_size=300), st.sampled_from(["csv", "xlsx", "xls", "ods", "et"]))
def test_any_bytes_of_a_table(tmp_path: Path, kind: TableKind, data: bytes, suffix: str) -> None:
    season = write(tmp_path, {"places.csv": "", "fleet.csv": ""})
    for path in season.iterdir():
        if path.stem in {each.stem for each in TABLES}:
            path.unlink()
    (season / f"{kind.stem}.{suffix}").write_bytes(data)
    assert load(season).fit == 2
