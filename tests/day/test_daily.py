"""The day's report: every figure beside one counted by hand from what was said."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scheduler.day.county_headings import figures_by_path, headed
from scheduler.day.daily import DailyFigures
from scheduler.day.on_the_way import Said
from scheduler.day.who_came import city_of
from scheduler.errors import InputError
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.reports.daily import county_sheets, standard_sheets
from scheduler.reports.formats.xlsx import write_workbook
from scheduler.season.ledger.events import Entry, Note
from tests.builders import DONGGUAN, FIRST, party
from tests.day.week import PEOPLE_A_RUN, RUNS_A_DAY, Ledger, boarded, leaves, season

STAYED = (4, 9)
NO_SHOWS = (0, 6, 7)
BOARDED_LATER = 7
POOR = (0, 5, 6)
"""Indexes of runs: that did not leave; whose first rider did not come; who came later; whose riders are 脱贫户."""
SAID_UNTIL = 12
"""The runs of two days and a half."""


@pytest.fixture(scope="module")
def days() -> tuple[Problem, Plan, Ledger]:
    asked, plan = season()
    parties = [
        replace(one, people=tuple(replace(each, priority=2) for each in one.people)) if i in POOR else one
        for i, one in enumerate(asked.parties)
    ]
    asked = replace(asked, parties=tuple(parties))
    ledger = Ledger()
    for i, run in enumerate(plan.runs[:SAID_UNTIL]):
        if i not in STAYED:
            absent = (run.passengers[0].person,) if i in NO_SHOWS else ()
            note = "爆胎，换胎" if i == 6 else ""
            ledger.say(plan, Said("depart", run.id, PEOPLE_A_RUN - len(absent), leaves(run), absent=absent, note=note))
    late = plan.runs[BOARDED_LATER]
    ledger.append([boarded(late, late.passengers[0].person, leaves(late))])
    day = plan.runs[RUNS_A_DAY].date
    broken = Note(change="vehicle_lost", plate="川X00001", first=day, last=day, text="发动机")
    ledger.append([Entry(broken, run=plan.runs[9].id)])
    return asked, plan, ledger


def figures_of(days: tuple[Problem, Plan, Ledger], number: int) -> dict[str, Any]:
    asked, plan, ledger = days
    return DailyFigures(asked, plan, ledger.events, FIRST + dt.timedelta(days=number)).as_json()


def by_hand(indexes: range) -> dict[str, dict[str, int]]:
    left = [i for i in indexes if i < SAID_UNTIL and i not in STAYED]
    return {
        "planned": {"runs": len(indexes), "people": PEOPLE_A_RUN * len(indexes)},
        "actual": {
            "runs": len(left),
            "people": PEOPLE_A_RUN * len(left) - sum(i in NO_SHOWS and i != BOARDED_LATER for i in left),
            "absent": sum(i in NO_SHOWS and i != BOARDED_LATER for i in left),
        },
    }


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_every_figure(days: tuple[Problem, Plan, Ledger], number: int) -> None:
    asked, _plan, _ledger = days
    figures = figures_of(days, number)
    today = range(number * RUNS_A_DAY, (number + 1) * RUNS_A_DAY)
    assert figures["day"] == figures["by_mode"]["coach"] == by_hand(today)
    assert figures["so_far"] == by_hand(range((number + 1) * RUNS_A_DAY))
    assert figures["by_mode"]["train"]["planned"] == {"runs": 0, "people": 0}
    planned: dict[str, Counter[str]] = {"place": Counter(), "township": Counter(), "poor": Counter()}
    actual: dict[str, Counter[str]] = {"place": Counter(), "township": Counter(), "poor": Counter()}
    for i in today:
        names = {
            "place": asked.parties[i].work_stop,
            "township": "罗渡镇" if i % 2 else "顾县镇",
            "poor": str(i in POOR),
        }
        missing = i in NO_SHOWS and i != BOARDED_LATER
        rode = 0 if i in STAYED or i >= SAID_UNTIL else PEOPLE_A_RUN - missing
        for kind, name in names.items():
            planned[kind][name] += PEOPLE_A_RUN
            actual[kind][name] += rode
    for key, kind in (("by_destination", "place"), ("by_township", "township")):
        expected = {name: {"planned": n, "actual": actual[kind][name]} for name, n in planned[kind].items()}
        assert figures[key] == expected
    assert figures["priority"] == {"planned": planned["poor"]["True"], "actual": actual["poor"]["True"]}
    assert figures["in_province"] == {"planned": 0, "actual": 0}
    assert figures["cross_province"]["planned"] == PEOPLE_A_RUN * RUNS_A_DAY


def test_what_happened_stands_on_its_day(days: tuple[Problem, Plan, Ledger]) -> None:
    _asked, plan, _ledger = days
    assert figures_of(days, 0)["incidents"] == []
    first, second = figures_of(days, 1)["incidents"]
    assert (first["run"], first["what"]) == (plan.runs[6].id, "爆胎，换胎")
    assert second["run"] == plan.runs[9].id
    assert "川X00001" in second["what"]
    assert "发动机" in second["what"]


def test_the_paragraph_says_the_figures(days: tuple[Problem, Plan, Ledger]) -> None:
    text, counts = figures_of(days, 1)["text"], by_hand(range(RUNS_A_DAY, 2 * RUNS_A_DAY))["actual"]
    for number in (counts["runs"], counts["people"], 15, by_hand(range(2 * RUNS_A_DAY))["actual"]["people"]):
        assert str(number) in text


# The county's own headings ------------------------------------------------------------------------------------------


def map_file(folder: Path, *lines: str) -> Path:
    path = folder / "表头.csv"
    path.write_text("\n".join(("字段,表头", *lines)) + "\n", encoding="utf-8")
    return path


def test_headings_stand_in_the_order_of_the_map(days: tuple[Problem, Plan, Ledger], tmp_path: Path) -> None:
    figures = figures_of(days, 1)
    path = map_file(
        tmp_path,
        "so_far.actual.people,累计输送",
        "day.actual.runs,当日发车",
        "by_township.罗渡镇.planned,罗渡",
        "by_township.某某镇.actual,某某",
        "date,日期",
    )
    assert headed(figures, path) == (
        ("累计输送", figures["so_far"]["actual"]["people"]),
        ("当日发车", figures["day"]["actual"]["runs"]),
        ("罗渡", figures["by_township"]["罗渡镇"]["planned"]),
        ("某某", 0),
        ("日期", figures["date"]),
    )


@pytest.mark.parametrize("line", ["day.actual.poeple,x", "day,x", "by_township.罗渡镇,x", "name,x"])
def test_a_figure_that_there_is_not_is_named_with_its_row(
    days: tuple[Problem, Plan, Ledger], tmp_path: Path, line: str
) -> None:
    with pytest.raises(InputError) as refused:
        headed(figures_of(days, 1), map_file(tmp_path, "date,日期", line))
    assert line.split(",")[0] in refused.value.what
    assert "3" in refused.value.where


@pytest.mark.parametrize("text", ["", "字段,表头\n", "a,b\n1,2\n"])
def test_what_is_no_map_is_refused(days: tuple[Problem, Plan, Ledger], tmp_path: Path, text: str) -> None:
    path = tmp_path / "map.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        headed(figures_of(days, 1), path)


def test_workbooks_hold_the_figures_and_nobody(days: tuple[Problem, Plan, Ledger], tmp_path: Path) -> None:
    asked, _plan, _ledger = days
    figures = figures_of(days, 1)
    for name, sheets in (
        ("standard.xlsx", standard_sheets(figures, "测试季")),
        ("county.xlsx", county_sheets(figures, "测试季", (("累计输送", 41), ("地市", "广东省东莞市")))),
    ):
        write_workbook(tmp_path / name, sheets)
        with zipfile.ZipFile(tmp_path / name) as book:
            content = "".join(book.read(each).decode() for each in book.namelist() if each.endswith(".xml"))
        assert "测试季" in content
        assert DONGGUAN in content
        assert not any(each.id_number in content for one in asked.parties for each in one.people)


def test_paths_are_those_of_the_json(days: tuple[Problem, Plan, Ledger]) -> None:
    figures = figures_of(days, 1)
    paths = figures_by_path(figures)
    assert paths["day.planned.people"] == figures["day"]["planned"]["people"]
    assert paths["by_mode.coach.actual.absent"] == figures["by_mode"]["coach"]["actual"]["absent"]
    assert "爆胎" in str(paths["incidents"])


@pytest.mark.parametrize(
    ("destination", "city"),
    [
        ("310104", "上海市"),
        ("310000", "上海市"),
        ("500101", "重庆市"),
        ("440305", "广东省深圳市"),
        ("440300", "广东省深圳市"),
        ("441900", "广东省东莞市"),
        ("429004", "湖北省仙桃市"),
    ],
)
def test_a_destination_counts_with_its_city(destination: str, city: str) -> None:
    assert city_of(party(1, destination=destination)) == city


@pytest.mark.parametrize(("direction", "said"), [("to_work", "主要去往广东省"), ("to_home", "主要来自广东省")])
def test_the_paragraph_knows_the_way(days: tuple[Problem, Plan, Ledger], direction: str, said: str) -> None:
    asked, plan, ledger = days
    settings = asked.settings.model_copy(update={"direction": direction})
    figures = DailyFigures(replace(asked, settings=settings), plan, ledger.events, FIRST)
    assert said in figures.as_json()["text"]
