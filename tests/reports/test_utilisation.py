"""Seat utilisation: figures, JSON, CSV, the offline page, the workbook."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.plan import SetAsideRow
from scheduler.problem import FleetRow
from scheduler.reports.book import Book
from scheduler.reports.utilisation import charts
from scheduler.reports.utilisation.brief import brief
from scheduler.reports.utilisation.figures import Baseline, insight
from scheduler.reports.utilisation.loads import GROUPS, of_book, shared, utilisation
from scheduler.reports.utilisation.page import page
from scheduler.reports.utilisation.workbook import write_figures
from scheduler.settings import Direction, History
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
    paid_fen = mixed.plan.cost.runs + mixed.plan.cost.seats
    assert found.money.paid_fen == found.mine.paid_fen == paid_fen
    assert sum(cost.cost_fen for cost in found.cost) == pytest.approx(paid_fen)
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


def test_every_chart_has_a_name_and_a_table(mixed: Book) -> None:
    text = page(mixed, insight(mixed, "本方案"))
    charted = [section for section in text.split("<section")[1:] if "<svg" in section]
    assert len(charted) == 8
    for section in charted:
        assert 'role="img" aria-label="' in section
        assert "<table><caption>" in section


def test_runs_and_their_dates_are_not_broken_on_a_phone(mixed: Book) -> None:
    html = page(mixed, insight(mixed, "x"))
    assert ".whole { white-space: nowrap; }" in html
    cells = re.findall(r"<td([^>]*)>([^<]*)</td>", html)
    ids = {run.id for run in mixed.plan.runs}
    assert {text for how, text in cells if text in ids and 'class="whole"' in how} == ids
    assert not any(text in ids for how, text in cells if not how)


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
    chart = charts.heatmap("t", [day], ["深圳"], {(day, "深圳"): (9, 9)})
    assert f'viewBox="0 0 {charts.WIDE} ' in chart
    assert max(float(width) for width in re.findall(r'<rect [^>]* width="([\d.]+)"', chart)) <= 48


def test_shades_darken_with_the_share() -> None:
    def light(fill: str) -> int:
        return sum(int(fill[i : i + 2], 16) for i in (1, 3, 5))

    fills = [charts.shade(share / 10)[0] for share in range(11)]
    assert [light(fill) for fill in fills] == sorted((light(fill) for fill in fills), reverse=True)


@pytest.mark.parametrize("draw", [charts.heatmap, charts.narrow_heatmap])
def test_number_and_shade_of_a_cell_are_the_same_quantity(draw: Callable[..., str]) -> None:
    """Ever fuller coaches with ever fewer people: the shade follows the people."""
    days = [day(i) for i in range(13)]
    cells = {(each, "深圳"): (130 - 10 * i, 400 - 33 * i) for i, each in enumerate(days)}
    chart = draw("t", days, ["深圳"], cells)
    shown = re.findall(r'fill="(#[0-9a-f]{6})" stroke="none"><title>深圳 \S+ (\d+) / ', chart)
    assert [int(people) for _fill, people in shown] == [people for people, _seats in cells.values()]
    light = [sum(int(fill[i : i + 2], 16) for i in (1, 3, 5)) for fill, _people in shown]
    assert light == sorted(light)
    assert len(set(light)) == len(light)


@pytest.mark.parametrize("count", [1, 19, 40])
def test_the_map_for_a_phone_is_no_wider_than_it(count: int) -> None:
    days = [day(i) for i in range(count)]
    chart = charts.narrow_heatmap("t", days, ["深圳", "广州"], {(days[-1], "广州"): (9, 9)})
    assert f'viewBox="0 0 {charts.NARROW} ' in chart
    spots = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', chart)
    assert len(spots) == 2 * count
    assert max(float(x) + float(width) for x, width in spots) <= charts.NARROW


def test_bars_of_seats_differ_though_all_are_full() -> None:
    chart = charts.seat_bars("t", [("a", 1990, 2000), ("b", 45, 45), ("c", 0, 45)])
    widths = [float(width) for width in re.findall(r'<rect [^>]* width="([\d.]+)"', chart)]
    assert widths[0] == charts.NARROW
    assert widths[1] == pytest.approx(charts.NARROW * 1990 / 2000, abs=0.01)
    assert widths[2] == widths[3] == pytest.approx(charts.NARROW * 45 / 2000, abs=0.01)
    assert widths[5] == 0


# The brief -----------------------------------------------------------------------------------------------------------


def told(book: Book) -> str:
    """Return the first page as text."""
    text = page(book, insight(book, "本方案"), [Baseline("手工排班", 3, 60, 135, 60, 100)])
    return re.sub(r"<[^>]+>", " ", text.partition("</style>")[2].partition("<svg")[0])


def changed(book: Book, **updates: object) -> Book:
    return Book(book.problem, book.plan.model_copy(update=updates))


def test_the_brief_comes_before_the_charts(mixed: Book) -> None:
    text = told(mixed)
    assert [text.index(word) for word in ("已安排人数", "方案有多好", "谁没排上", "风险", "费用", "对比")] == sorted(
        text.index(word) for word in ("已安排人数", "方案有多好", "谁没排上", "风险", "费用", "对比")
    )
    assert f"{mixed.plan.cost.runs / 100:,.0f} 元" in text
    assert "只作比较的折算：未安排的人" in text


@pytest.mark.parametrize(("bound", "word"), [(None, "尚未证明"), ("same", "没有比本方案更省的"), (1, "最多还能省")])
def test_the_proof_is_a_sentence(mixed: Book, bound: object, word: str) -> None:
    total = mixed.plan.cost.total
    found = total if bound == "same" else bound
    gap = None if found is None else (total - int(str(found))) / total
    assert word in told(changed(mixed, bound=found, gap=gap))


def test_earlier_years_are_a_setting_and_else_not_shown(mixed: Book) -> None:
    assert "往年" not in told(mixed)
    assert "33.6" not in told(mixed)
    settings = mixed.problem.settings.model_copy(update={"history": History(people_per_run=25, cost_per_head=1e5)})
    text = told(Book(replace(mixed.problem, settings=settings), mixed.plan))
    assert "往年 25.0，+10%" in text
    assert "往年 100,000，-" in text


def test_risks_are_said_only_where_they_hold(mixed: Book) -> None:
    policy = mixed.problem.settings.policy.model_copy(update={"min_load": 14})
    settings = mixed.problem.settings.model_copy(update={"policy": policy})
    mixed = Book(replace(mixed.problem, settings=settings), mixed.plan)
    text = told(mixed)
    assert "1 个客车班次刚够开行下限 14 人" in text
    assert "3 个班次没有随车人员，也没有车长" in text
    assert "接驳车：" not in text
    assert "名单中有" not in text
    rows = (SetAsideRow(ref="a.xlsx!!2", codes=("R203",)),)
    runs = tuple(run.model_copy(update={"leader": run.passengers[0].ref}) for run in mixed.runs if run.load > 22)
    text = told(changed(mixed, set_aside=rows, runs=runs))
    assert "名单中有 1 行有错" in text
    assert "刚够" not in text
    assert "没有车长" not in text


def test_a_day_without_a_spare_coach_is_a_risk() -> None:
    few = vehicle(rows=(FleetRow(1, FIRST, day(18)),))
    riders = party(40)
    asked = problem(riders, vehicle_types=(few,))
    book = Book(asked, plan_for(asked, (Service(vehicle=few.key), [riders])))
    assert "坏一辆就没有车替换" in told(book)


def test_what_is_left_is_told_with_its_cure(mixed: Book) -> None:
    update = {"code": "U205", "proof": "conflict", "reason": "不够 min_load", "remedy": "把 min_load 降到 5"}
    left = mixed.plan.unserved[0].model_copy(update=update)
    text = told(changed(mixed, unserved=(left,)))
    assert "这几天同路的人太少，开不成车" in text
    assert "允许人少时也开车" in text
    assert "min_load" not in text  # nor any other key: who reads the brief has never seen season.toml
    assert "没有，全部排上了" in told(changed(mixed, unserved=()))


def test_the_workbook_has_tables_and_charts(mixed: Book, tmp_path: Path) -> None:
    write_figures(tmp_path / "u.xlsx", "<r>=title</b></r>", insight(mixed, "x"))
    book = openpyxl.load_workbook(tmp_path / "u.xlsx")
    assert book.sheetnames[:2] == ["汇总", "按日期"]
    assert book["汇总"]["A1"].value == "<r>=title</b></r>"
    assert book["按目的地"]["C2"].value == 50
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert len(book["按目的地"]._charts) == 1
    summary = {row[0].value: row[1].value for row in book["汇总"].iter_rows(min_row=3)}
    assert summary["要付的钱合计（元）"] == round(mixed.plan.cost.runs / 100 + mixed.plan.cost.seats / 100)
    compared = mixed.plan.cost.total - mixed.plan.cost.runs - mixed.plan.cost.seats
    assert summary["只作比较的折算（元）"] == round(compared / 100)


def test_the_workbook_of_a_season_homeward_speaks_of_places_of_work(mixed: Book, tmp_path: Path) -> None:
    write_figures(tmp_path / "u.xlsx", "x", insight(mixed, "x"), to_work=False)
    book = openpyxl.load_workbook(tmp_path / "u.xlsx")
    assert "按务工地" in book.sheetnames
    assert all("目的地" not in str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("code", ["U201", "U202", "U203", "U204", "U205", "U206", "U207", "U208", "U209"])
@pytest.mark.parametrize("proof", ["no_option", "conflict", "cost", "open"])
def test_no_reason_of_the_brief_names_a_setting(mixed: Book, code: str, proof: str) -> None:
    update = {"code": code, "proof": proof, "reason": "min_load", "remedy": "unserved_cost, policy.budget"}
    left = mixed.plan.unserved[0].model_copy(update=update)
    (row,) = brief(changed(mixed, unserved=(left,)), insight(mixed, "x"), ()).left
    assert not re.search(r"[a-z_]{3,}", "".join(row))


def test_the_page_says_of_which_plan_it_is_and_who_issues_it(mixed: Book) -> None:
    settings = mixed.problem.settings.model_copy(update={"office": "岳池县人社局", "duty_phone": "0826-5220000"})
    book = Book(replace(mixed.problem, settings=settings), mixed.plan)
    text = page(book, insight(book, "本方案"), (), "8", date(2027, 2, 1))
    assert "方案 8　2027-02-01 打印　岳池县人社局　值班电话 0826-5220000" in text


@pytest.mark.parametrize(
    ("direction", "said", "not_said"), [("to_work", "目的地", "务工地"), ("to_home", "务工地", "目的地")]
)
def test_the_page_knows_the_way(direction: Direction, said: str, not_said: str) -> None:
    asked = problem(*(party(10) for _ in range(3)), direction=direction)
    book = Book(asked, plan_for(asked, (Service(day(1)), asked.parties)))
    text = page(book, insight(book, "本方案"))
    assert said in text
    assert not_said not in text
