"""Where, when and how a rider gathers is the same on every document, whoever reads it."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from scheduler.itinerary import minibus_days
from scheduler.operations.feeders.plan import plan_feeders
from scheduler.problem import Party
from scheduler.reports.book import Book, Rider
from scheduler.reports.formats.document import Sheet, Table, clock, public_day
from scheduler.reports.manifests import feeder_sheets, home_lists
from scheduler.reports.manifests.day_book import day_passengers
from scheduler.reports.manifests.jobs import Jobs
from scheduler.reports.manifests.messages import message, messages
from scheduler.reports.manifests.run_pack import passenger_list
from scheduler.reports.visibility import View
from scheduler.settings import Direction
from tests.builders import (
    DONGGUAN,
    FIRST,
    GUXIAN,
    HUB,
    LUODU,
    STATION,
    Service,
    party,
    plan_for,
    problem,
    train,
    vehicle,
)

Row = dict[str, str]


@cache
def season(direction: Direction = "to_work", minibuses: int = 2) -> Book:
    """Return a coach from the hub, one from two townships, and a train, with two minibuses for six of their rounds."""
    number = iter(range(100, 1000))

    def some(count: int, origin: str, size: int = 1, **changes: str) -> list[Party]:
        made = []
        for _each in range(count):
            one = party(size, origin=origin, **changes)
            people = tuple(replace(p, name=f"李{(n := next(number))}", phone=f"13900{n:06d}") for p in one.people)
            made.append(replace(one, people=people))
        return made

    by_hub = some(6, "顾县镇") + some(3, "罗渡镇", 2)
    own = some(4, "顾县镇") + some(4, "罗渡镇")
    rail = some(5, "罗渡镇", destination="441900", work_stop=DONGGUAN)
    asked = problem(*by_hub, *own, *rail, direction=direction, trains=(train(),) if direction == "to_work" else ())
    small = vehicle(rated_seats=8, number=minibuses, vehicle_type="8座")
    asked = replace(asked, feeder_types=(small,))
    services = [(Service(FIRST, (HUB,)), by_hub), (Service(FIRST, (GUXIAN, LUODU)), own)]
    if direction == "to_work":
        services.append((Service(FIRST, (STATION,), (DONGGUAN,), train="K586"), rail))
    plan = plan_for(asked, *services)
    return Book(asked, plan.model_copy(update={"feeders": plan_feeders(asked, plan.runs)}))


def everybody(book: Book) -> list[Rider]:
    return [rider for riders in book.riders.values() for rider in riders]


def rows_of(sheet: Sheet) -> Iterator[Row]:
    """Yield the rows of a sheet's first table by their headings."""
    table = next(block for block in sheet.blocks if isinstance(block, Table))
    for row in table.rows:
        yield {column.heading: str(cell) for column, cell in zip(table.columns, row, strict=True)}


@pytest.mark.parametrize("minibuses", [0, 1, 3])
def test_every_document_says_the_same_of_every_rider(minibuses: int) -> None:
    book = season(minibuses=minibuses)
    jobs = {(job.view.reader, job.path.stem): job for job in Jobs(book, "masked").all if job.path.suffix == ".xlsx"}
    texts = dict(csv.reader(messages(book, View("message")).riders.removeprefix("\ufeff").splitlines()))
    seen = 0
    for rider in everybody(book):
        own, run, person = book.gather(rider), rider.run, rider.person
        day = own.day(run)
        said = (public_day(day), clock(own.when, day), own.place, own.how(run), clock(own.leaves, day))
        where = ("日期", "集合时间", "集合地点", "前往方式", "开车")
        lists = {
            "township": jobs["township", person.township].sheets()[0],
            "public": jobs["public", person.township].sheets()[0],
        }
        masked = {"township": person.phone, "public": View("public").phone(person)}
        for reader, sheet in lists.items():
            row = next(row for row in rows_of(sheet) if row["联系电话"] == masked[reader])
            assert tuple(row[heading] for heading in where) == said, reader
        on_day = day_passengers(book, [run], View("bureau"))
        row = next(row for row in rows_of(on_day) if row["联系电话"] == person.phone)
        assert (row["集合时间"], row["集合地点"], row["前往方式"]) == (clock(own.when, run.date), *said[2:4])
        pack = next(
            row for row in rows_of(passenger_list(book, run, View("escort"))) if row["联系电话"] == person.phone
        )
        if own.by == "feeder":
            assert pack["接驳车"] == f"{own.feeder} {clock(own.when, run.date)} {own.place}"
        else:
            assert pack["上车点"].startswith(f"{own.place} {clock(own.when, run.date)}")
            assert pack["接驳车"] == ""
        text = texts[person.phone]
        assert f"{said[0]}{said[1]}到{own.place}" in text
        assert own.feeder in text
        seen += 1
    assert seen == len(everybody(book)) == 25
    ways = {book.gather(rider).by for rider in everybody(book)}
    assert ways == {0: {"own", "near"}, 1: {"feeder", "own", "near"}, 3: {"feeder", "near"}}[minibuses]


def test_the_minibus_sheets_name_whom_they_fetch_where_the_lists_send_them() -> None:
    book = season()
    fetched = {}
    for day in minibus_days(book.problem, book.plan.feeders):
        stop = time = ""
        sheet = feeder_sheets.minibus_sheet(book, day, View("feeder"))
        for row in next(block for block in sheet.blocks if isinstance(block, Table)).rows:
            place, arrives = str(row[5]), str(row[3])
            stop, time = (place, arrives) if place else (stop, time)
            for phone in (str(row[8]), str(row[11])):
                if phone:
                    fetched[phone] = str(row[0]), stop, time
    told = {
        rider.person.phone: (own.feeder, own.place, clock(own.when, FIRST))
        for rider in everybody(book)
        if (own := book.gather(rider)).by == "feeder"
    }
    assert fetched == told
    assert len(told) > 5


def test_who_comes_to_a_hub_without_a_minibus_is_told_the_hub_and_listed() -> None:
    book = season(minibuses=1)
    jobs = Jobs(book, "masked")
    left = {key for each in jobs.left for key in book.keys_at(each.need.run, each.need.refs)}
    own = {rider.person.key for rider in everybody(book) if book.gather(rider).by == "own"}
    assert left == own
    assert left
    [township] = [job for job in jobs.all if job.path.name == "罗渡镇.xlsx" and job.view.reader == "township"]
    [table] = [b for b in township.sheets()[0].blocks if isinstance(b, Table) and "没有接驳车" in b.title]
    listed = {str(row[6]) for row in table.rows}
    assert listed == {
        rider.person.phone for rider in everybody(book) if rider.person.key in own and rider.person.township == "罗渡镇"
    }
    [overview] = [job for job in jobs.all if job.path.name == "没有接驳车的人.xlsx"]
    assert sum(int(row["人数"]) for row in rows_of(overview.sheets()[0])) == len(left)
    for rider in everybody(book):
        if rider.person.key in own:
            assert f"到{rider.board}集合" in message(book, rider, View("message"))


def test_a_train_is_to_be_reached_before_it_leaves() -> None:
    book = season(minibuses=0)
    rider = next(r for r in everybody(book) if r.run.mode == "train" and book.gather(r).by == "own")
    own = book.gather(rider)
    assert own.when is not None
    assert own.leaves is not None
    assert own.leaves - own.when == dt.timedelta(minutes=60)


def test_going_home_all_gather_where_they_board_and_are_told_the_way_on() -> None:
    book = season("to_home")
    by_minibus = [rider for rider in everybody(book) if book.gather(rider).onward]
    assert by_minibus
    for rider in everybody(book):
        assert book.gather(rider).place == rider.board
        assert book.gather(rider).by == "own"
    rider = by_minibus[0]
    own = book.gather(rider)
    text = message(book, rider, View("message"))
    assert own.onward in text
    assert own.onward_place in text
    sheet = home_lists.township_list(book, rider.person.township, by_minibus, View("township"))
    row = next(row for row in rows_of(sheet) if row["联系电话"] == rider.person.phone)
    assert own.onward in row["回家接驳车"]


def test_a_plan_without_times_still_says_where() -> None:
    book = season()
    runs = tuple(
        run.model_copy(
            update={"stops": tuple(s.model_copy(update={"arrive": None, "depart": None}) for s in run.stops)}
        )
        for run in book.plan.runs
    )
    bare = Book(book.problem, book.plan.model_copy(update={"runs": runs, "feeders": ()}))
    for rider in everybody(bare):
        own = bare.gather(rider)
        assert (own.place, own.when, own.day(rider.run)) == (rider.board, None, FIRST)
        assert rider.board in message(bare, rider, View("message"))


@pytest.mark.parametrize("minibuses", [1, 2, 3])
def test_no_more_minibuses_are_sent_out_than_there_are(minibuses: int) -> None:
    book = season(minibuses=minibuses)
    days = minibus_days(book.problem, book.plan.feeders)
    assert max(day.number for day in days) <= minibuses
    driven = [feeder.id for day in days for feeder in day.rounds]
    assert sorted(driven) == sorted(feeder.id for feeder in book.plan.feeders)
    for day in days:
        begins = [feeder.stops[0].arrive for feeder in day.rounds]
        assert begins == sorted(begins, key=str)
