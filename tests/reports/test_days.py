"""A time on paper that is of another day than its heading says so."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Literal

import pytest

from scheduler.itinerary import minibus_days
from scheduler.plan import Feeder, FeederStop
from scheduler.reports.book import Book
from scheduler.reports.formats.document import Facts, Sheet, Table, clock
from scheduler.reports.manifests import feeder_sheets, home_lists, lists
from scheduler.reports.manifests.day_book import day_index, day_passengers
from scheduler.reports.manifests.messages import message
from scheduler.reports.manifests.run_pack import handovers, passenger_list
from scheduler.reports.visibility import View
from scheduler.settings import Direction
from tests.builders import FIRST, GUXIAN, HUB, Service, party, plan_for, problem

EVE, NEXT = FIRST - dt.timedelta(days=1), FIRST + dt.timedelta(days=1)
_CLOCK = re.compile(r"(?:(\d+)月(\d+)日 )?(\d\d:\d\d)")
_DAY = re.compile(r"(?:2027年)?(\d+)月(\d+)日(?:（.*）)?")


def at(day: dt.date, hour: int, minute: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute))


Times = tuple[dt.datetime | None, dt.datetime | None]


def book_of(direction: Direction, moments: list[Times], *legs: dt.datetime) -> Book:
    """Return a run whose two stops have `moments`, with a feeder that calls at `legs` between township and hub."""
    one = party(1)
    asked = problem(one, direction=direction)
    plan = plan_for(asked, (Service(FIRST, (HUB,)), [one]))
    [run] = plan.runs
    calls = [stop for stop in run.stops if stop.kind != "rest"]
    stops = tuple(
        stop.model_copy(update={"arrive": arrive, "depart": depart})
        for stop, (arrive, depart) in zip(calls, moments, strict=True)
    )
    run = run.model_copy(update={"stops": stops})
    ref = one.people[0].ref
    places = (GUXIAN, HUB) if direction == "to_work" else (HUB, GUXIAN)
    kinds: tuple[Literal["board", "alight"], ...] = ("board", "alight")
    round_stops = tuple(
        FeederStop(place=place, kind=kind, arrive=leg, depart=leg, refs=(ref,))
        for place, kind, leg in zip(places, kinds, legs, strict=False)
    )
    feeder = Feeder(id="F1", serves=run.id, vehicle_type="中巴", stops=round_stops)
    return Book(asked, plan.model_copy(update={"runs": (run,), "feeders": (feeder,) if legs else ()}))


def over_midnight() -> Book:
    return book_of("to_work", [(None, at(FIRST, 0, 10)), (at(NEXT, 1, 5), None)], at(EVE, 22, 54), at(EVE, 23, 8))


def home_after_midnight() -> Book:
    moments: list[Times] = [(None, at(FIRST, 6, 0)), (at(NEXT, 0, 30), None)]
    return book_of("to_home", moments, at(NEXT, 0, 45), at(NEXT, 1, 1))


def late_boarding() -> Book:
    """Return a run that begins far away: it calls at our hub after midnight, a day after its date."""
    return book_of(
        "to_work", [(at(NEXT, 0, 20), at(NEXT, 0, 32)), (at(NEXT, 19, 0), None)], at(FIRST, 23, 30), at(NEXT, 0, 1)
    )


def sheets_of(book: Book) -> Iterator[tuple[Sheet, dt.date]]:
    """Yield every sheet that prints times, with the day that stands in its heading or in the row."""
    [run], riders = book.runs, book.riders["R1"]
    yield home_lists.township_list(book, "顾县镇", riders, View("township")), FIRST
    yield home_lists.public_notice(book, "顾县镇", riders, View("public")), FIRST
    yield lists.staff_sheet(book), FIRST
    yield lists.carrier_list(book, run, View("carrier")), FIRST
    yield passenger_list(book, run, View("escort")), FIRST
    yield from ((sheet, FIRST) for sheet in handovers(book, run, View("escort")))
    yield day_index(book, [run]), FIRST
    yield day_passengers(book, [run], View("bureau")), FIRST
    for each in minibus_days(book.problem, book.plan.feeders):
        yield feeder_sheets.minibus_sheet(book, each, View("feeder")), each.date


def printed(sheet: Sheet, heading: dt.date) -> Iterator[dt.datetime]:
    """Yield every time of a sheet as a reader takes it: of the day beside it, else of the row's, else the heading's."""
    rows: list[list[str]] = []
    for block in sheet.blocks:
        if isinstance(block, Table):
            rows += [[str(cell) for cell in row] for row in block.rows]
        elif isinstance(block, Facts):
            rows += [[value] for _label, value in block.pairs]
    for row in rows:
        days = (_DAY.fullmatch(cell) for cell in row)
        of_row = next((dt.date(heading.year, int(found[1]), int(found[2])) for found in days if found), heading)
        for month, day, hour in _CLOCK.findall(" ".join(row)):
            on = dt.date(heading.year, int(month), int(day)) if month else of_row
            yield dt.datetime.combine(on, dt.time.fromisoformat(hour))


@pytest.mark.parametrize("make", [over_midnight, home_after_midnight, late_boarding])
def test_no_time_is_read_as_of_another_day(make: Callable[[], Book]) -> None:
    book = make()
    true = {t for stop in book.runs[0].stops for t in (stop.arrive, stop.depart) if t}
    true |= {t for feeder in book.plan.feeders for stop in feeder.stops for t in (stop.arrive, stop.depart) if t}
    first, last = min(true), max(true)
    for sheet, heading in sheets_of(book):
        found = set(printed(sheet, heading))
        assert found, sheet.title
        # The reports on the way stand between the stops.
        assert all(t in true or first < t < last for t in found), (sheet.title, found)
        if sheet.title != "乘客信息登记表":
            assert found <= true, (sheet.title, found)


def test_the_township_list_and_the_message_name_the_eve() -> None:
    book = over_midnight()
    [rider] = book.riders["R1"]
    sheet = home_lists.township_list(book, "顾县镇", [rider], View("township"))
    table = next(block for block in sheet.blocks if isinstance(block, Table))
    minibus = f"接驳车 F1 2月9日 22:54 {GUXIAN}（乘2月10日的班次）"
    assert table.rows[0][:4] == ("2月9日（正月初四）", "22:54", GUXIAN, minibus)
    text = message(book, rider, View("message"))
    assert f"2月9日（正月初四）22:54到{GUXIAN}" in text
    assert "2月10日" not in text


def test_a_feeder_home_after_midnight_is_of_the_day_after() -> None:
    book = home_after_midnight()
    [rider] = book.riders["R1"]
    sheet = home_lists.township_list(book, "顾县镇", [rider], View("township"))
    table = next(block for block in sheet.blocks if isinstance(block, Table))
    assert f"F1 2月11日 01:01 {GUXIAN}" in table.rows[0]
    text = message(book, rider, View("message"))
    assert "2月10日（正月初五）06:00" in text
    assert f"接驳车 F1 2月11日 01:01 {GUXIAN}" in text


def test_who_boards_a_day_after_the_runs_date_is_told_the_day_of_boarding() -> None:
    moments: list[Times] = [(None, at(NEXT, 0, 32)), (at(NEXT, 19, 0), None)]
    book = book_of("to_work", moments)
    [rider] = book.riders["R1"]
    text = message(book, rider, View("message"))
    assert "2月11日（正月初六）00:32" in text
    assert "2月10日" not in text
    with_feeder = late_boarding()
    text = message(with_feeder, with_feeder.riders["R1"][0], View("message"))
    assert f"2月10日（正月初五）23:30到{GUXIAN}" in text


def test_a_time_without_a_heading_names_its_day() -> None:
    assert clock(at(FIRST, 8, 0)) == "2月10日 08:00"
    assert clock(at(FIRST, 8, 0), FIRST) == "08:00"
    assert clock(at(NEXT, 0, 0), FIRST) == "2月11日 00:00"
    assert clock(at(EVE, 23, 59), FIRST) == "2月9日 23:59"
    assert clock(None, FIRST) == ""
