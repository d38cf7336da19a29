"""Seat utilisation: figures, JSON, CSV, the offline page, the workbook."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.reports.book import Book
from scheduler.reports.utilisation import charts
from scheduler.reports.utilisation.figures import Baseline, insight
from scheduler.reports.utilisation.loads import GROUPS, of_book, shared, utilisation
from scheduler.reports.utilisation.page import page
from scheduler.reports.utilisation.workbook import write_figures
from tests.builders import (
    DONGGUAN,
    FIRST,
    GUXIAN,
    SHENZHEN,
    STATION,
    Service,
    day,
    party,
    plan_for,
    problem,
    train,
    vehicle,
)
from tests.reports_season import HOSTILE_NAMES, ids, season


@pytest.fixture
def mixed() -> Book:
    """Return two coaches and a train: 40 of 45 to 深圳, 10 + 5 of 45 to 深圳 and 东莞, 20 of 200 to 东莞."""
    to_shenzhen = [party(10, preferred=FIRST) for _ in range(4)]
    both = [party(10), party(5, destination="441900", work_stop=DONGGUAN)]
    by_train = [party(20, destination="441900", work_stop=DONGGUAN, origin="罗渡镇")]
    left = party(3, earliest=day(1), latest=day(1))
    asked = problem(*to_shenzhen, *both, *by_train, left, trains=(train(),))
    plan = plan_for(
        asked,
        (Service(day(1)), to_shenzhen),
        (Service(day(1), (GUXIAN,), (SHENZHEN, DONGGUAN)), both),
        (Service(FIRST, (STATION,), (DONGGUAN,), train="K586"), by_train),
    )
    return Book(asked, plan)


def test_figures_by_hand(mixed: Book) -> None:
    result = of_book(mixed).as_json()
    assert (result["runs"], result["people"], result["seats"]) == (3, 75, 45 + 45 + 200)
    assert result["load_factor"] == pytest.approx(75 / 290, abs=1e-4)
    assert result["coach_load_factor"] == pytest.approx(55 / 90, abs=1e-4)
    rows = {row["key"]: row for row in result["by_destination"]}
    assert (rows[SHENZHEN]["people"], rows[SHENZHEN]["seats"]) == (50, 45 + 30)
    assert (rows[DONGGUAN]["people"], rows[DONGGUAN]["seats"]) == (25, 15 + 200)
    assert rows[SHENZHEN]["runs"] == 2


def test_json_has_the_promised_keys(mixed: Book) -> None:
    result = utilisation(mixed.problem, mixed.plan).as_json()
    assert list(result) == ["runs", "people", "seats", "load_factor", "coach_load_factor", *GROUPS]
    for group in GROUPS:
        for row in result[group]:
            assert {"key", "runs", "people", "seats", "load_factor"} <= row.keys()
        assert sum(row["people"] for row in result[group]) == result["people"]
        assert sum(row["seats"] for row in result[group]) == result["seats"]


def test_csv_lists_all_groups(mixed: Book) -> None:
    text = of_book(mixed).as_csv()
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    assert {row["by"] for row in rows} == {group[3:] for group in GROUPS}
    assert sum(int(row["people"]) for row in rows if row["by"] == "run") == 75


def test_an_operator_with_a_formula_for_a_name() -> None:
    evil = vehicle(operator="=cmd|'/c calc'!A1")
    asked = problem(party(1), vehicle_types=(evil,))
    book = Book(asked, plan_for(asked, (Service(vehicle=evil.key), asked.parties)))
    rows = list(csv.reader(io.StringIO(of_book(book).as_csv()[1:])))
    assert not any(cell.startswith("=") for row in rows for cell in row)


@given(st.integers(0, 2000), st.dictionaries(st.text(max_size=3), st.integers(1, 500), min_size=1, max_size=6))
def test_shares_add_up_and_stay_near(total: int, weights: dict[str, int]) -> None:
    from collections import Counter

    result = shared(total, Counter(weights))
    assert sum(result.values()) == total
    for key, weight in weights.items():
        assert abs(result[key] - total * weight / sum(weights.values())) < 1


def test_an_empty_plan_has_no_load(mixed: Book) -> None:
    empty = Book(mixed.problem, mixed.plan.model_copy(update={"runs": ()}))
    assert of_book(empty).as_json()["load_factor"] == 0
    assert "<svg" not in page(empty, insight(empty, "x")).split("</h2>")[0]


def test_insight_by_hand(mixed: Book) -> None:
    found = insight(mixed, "ours")
    assert found.shifts == ((1, 40),)
    assert found.without_wish == 35
    assert [(row.free, row.run.id) for row in found.empty] == [(30, "R2"), (5, "R1")]
    assert all([candidate.size for candidate in row.candidates] == [3] for row in found.empty)
    assert [(u.code, u.parties, u.people) for u in found.unserved] == [("U299", 1, 3)]
    served_fen = mixed.plan.cost.total - mixed.plan.cost.unserved
    assert sum(cost.cost_fen for cost in found.cost) == pytest.approx(served_fen)
    [use] = found.fleet
    assert use.held[0] == 0
    assert use.held[1] == 2
    assert set(use.available) == {10}
    # Both coaches run full length with 40 and 15 people; R2's 5 leave 70 km before the others.
    assert found.seat_km_factor is not None
    assert 0.55 < found.seat_km_factor < 55 / 90


class _Page(HTMLParser):
    """Collects what a browser would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.urls: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attributes:
            if name in ("src", "href", "action", "data", "srcset", "xlink:href"):
                self.urls.append(value or "")
            if name.startswith("on"):
                self.handlers.append(name)


def test_the_page_asks_for_nothing_and_runs_nothing(mixed: Book) -> None:
    text = page(mixed, insight(mixed, "本方案"), [Baseline("手工排班", 3, 60, 135, 60, 100)])
    read = _Page()
    read.feed(text)
    assert read.urls == ["data:,"]
    assert "script" not in read.tags
    assert read.handlers == []
    assert not re.search(r"https?://|//[a-z]|@import|url\(", text)
    assert "default-src 'none'" in text
    assert "手工排班" in text
    assert "33.6" in text


def test_every_chart_has_a_name_and_a_table(mixed: Book) -> None:
    text = page(mixed, insight(mixed, "本方案"))
    for section in text.split("<section")[2:]:
        if "<svg" in section:
            assert 'role="img" aria-label="' in section
        assert "<table><caption>" in section
    assert text.count("<section") == 11


def test_the_page_escapes_and_names_nobody() -> None:
    asked, plan = season()
    renamed = replace(asked, settings=asked.settings.model_copy(update={"name": "<img src=x onerror=alert(1)>"}))
    book = Book(renamed, plan)
    text = page(book, insight(book, "<b>ours</b>"))
    assert "<img" not in text
    assert "<b>ours" not in text
    assert not any(number in text for number in ids(asked))
    assert not any(name in text for name in HOSTILE_NAMES if len(name) > 3)
    assert "13800000000" not in text


def test_the_page_in_english(mixed: Book, english: None) -> None:
    text = page(mixed, insight(mixed, "This plan"))
    assert '<html lang="en">' in text
    words = re.sub(r"<[^>]+>|广东省|深圳市|东莞市|顾县镇?|测试季|岳运|\d+座", "", text.split("</style>")[1])
    assert not re.findall(r"[\u4e00-\u9fff]+", words)


def test_charts_of_one_day_are_not_blown_up() -> None:
    day = date(2027, 2, 15)
    few = [
        charts.heatmap("t", [day], ["深圳"], {(day, "深圳"): (9, 9)}),
        charts.run_bars("t", [(day, "R1", 0.9, False)]),
    ]
    for chart in few:
        assert f'viewBox="0 0 {charts.WIDE} ' in chart
        assert max(float(width) for width in re.findall(r'<rect [^>]* width="([\d.]+)"', chart)) <= 48


def test_shades_darken_with_the_share() -> None:
    def light(fill: str) -> int:
        return sum(int(fill[i : i + 2], 16) for i in (1, 3, 5))

    fills = [charts.shade(share / 10)[0] for share in range(11)]
    assert [light(fill) for fill in fills] == sorted((light(fill) for fill in fills), reverse=True)


def test_the_workbook_has_tables_and_charts(mixed: Book, tmp_path: Path) -> None:
    write_figures(tmp_path / "u.xlsx", "<r>=title</b></r>", insight(mixed, "x"))
    book = openpyxl.load_workbook(tmp_path / "u.xlsx")
    assert book.sheetnames[:2] == ["汇总", "按日期"]
    assert book["汇总"]["A1"].value == "<r>=title</b></r>"
    assert book["按目的地"]["C2"].value == 50
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert len(book["按目的地"]._charts) == 1
