"""Safety reports, group leaders, group tickets."""

from __future__ import annotations

from datetime import datetime

from scheduler.itinerary import group_leaders, group_tickets, report_times
from scheduler.plan import Passenger, Run, Stop
from scheduler.problem import Place
from scheduler.settings import CoachRules
from tests import builders
from tests.builders import DONGGUAN, FIRST, GUXIAN, LUODU, SHENZHEN, STATION


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 2, 10, hour, minute)


def run(name: str = "1", people: int = 0, **changes: object) -> Run:
    plain = Run(
        id=name,
        mode="coach",
        date=FIRST,
        seats=45,
        stops=(
            Stop(place=GUXIAN, kind="board", arrive=at(7, 40), depart=at(8)),
            Stop(place=LUODU, kind="board", arrive=at(8, 20), depart=at(8, 35)),
            Stop(place="服务区1", kind="rest", arrive=at(12), depart=at(12, 20)),
            Stop(place=DONGGUAN, kind="alight", arrive=at(14), depart=at(14, 10)),
            Stop(place=SHENZHEN, kind="alight", arrive=at(15, 10), depart=at(15, 20)),
        ),
        passengers=tuple(
            Passenger(person=key, ref=key, party=key, seat=None, board=GUXIAN, alight=SHENZHEN)
            for key in (f"{name}-{i}" for i in range(people))
        ),
    )
    return plain.model_copy(update=changes)


def test_reports_at_departure_stops_arrival_and_every_two_hours() -> None:
    assert [(f"{minute:%H:%M}", kind, place) for minute, kind, place in report_times(CoachRules(), run())] == [
        ("08:00", "departure", GUXIAN),
        ("08:20", "stop", LUODU),
        ("10:00", "regular", ""),
        ("12:00", "regular", "服务区1"),
        ("14:00", "stop", DONGGUAN),
        ("15:10", "arrival", SHENZHEN),
    ]


def test_a_run_without_times_has_no_reports() -> None:
    bare = run(stops=(Stop(place=GUXIAN, kind="board"), Stop(place=SHENZHEN, kind="alight")))
    assert report_times(CoachRules(), bare) == []
    assert report_times(CoachRules(), run(stops=())) == []


def test_two_coaches_to_one_city_share_a_leader_of_the_fullest() -> None:
    problem = builders.problem()
    runs = [run("1", 3, leader="1-0"), run("2", 5, leader="2-0"), run("3", 9, mode="train")]
    (found,) = group_leaders(problem, runs)
    assert (found.place, found.runs, found.leads_on, found.escort, found.person) == (
        SHENZHEN,
        ("1", "2"),
        "2",
        None,
        "2-0",
    )
    (found,) = group_leaders(problem, [*runs, run("4", 1, escorts=("甲",))])
    assert (found.leads_on, found.escort, found.person) == ("4", "甲", None)
    assert group_leaders(problem, runs[:1]) == []


def test_an_employer_and_a_county_belong_to_their_city() -> None:
    names = {
        "富士康": "440306",
        "宝安": "440306",
        "浦东": "310115",
        "闵行": "310112",
        "仙桃": "429004",
        "潜江": "429005",
    }
    places = builders.places() | {name: Place(name, "division", division=code) for name, code in names.items()}
    problem = builders.problem(places=places, distances={})

    def to(name: str, place: str) -> Run:
        people = tuple(each.model_copy(update={"alight": place}) for each in run(name, 2).passengers)
        return run(name, passengers=people, leader=f"{name}-0")

    ends = (SHENZHEN, "富士康", "宝安", DONGGUAN, "浦东", "闵行", "仙桃", "潜江")
    groups = group_leaders(problem, [to(str(i), place) for i, place in enumerate(ends)])
    assert sorted(group.runs for group in groups) == [("0", "1", "2"), ("4", "5")]


def test_a_stop_where_people_only_board_a_train_is_reported() -> None:
    boards = Stop(place=LUODU, kind="board", depart=at(8, 35))
    train = run(mode="train", stops=(run().stops[0], boards, run().stops[-1]))
    assert [report.kind for report in report_times(CoachRules(), train)][:2] == ["departure", "stop"]


def test_tickets_of_a_train_come_in_batches_by_where_they_lead() -> None:
    def rider(number: int, alight: str) -> Passenger:
        key = str(number)
        return Passenger(person=key, ref=key, party=key, seat=None, board=STATION, alight=alight)

    passengers = tuple(rider(i, SHENZHEN if i < 5 else DONGGUAN) for i in range(9))
    train = run("T", mode="train", train="K586", passengers=passengers)
    few, many = group_tickets([run("1", 9), train.model_copy(update={"leader": "7"})])
    assert (few.alight, len(few.refs), few.handler_person) == (DONGGUAN, 4, "7")
    assert (many.alight, len(many.refs), many.handler_person) == (SHENZHEN, 5, "7")
    # A child who happens to stand first handles no tickets.
    assert {batch.handler_person for batch in group_tickets([train])} == {None}
    (first, _second) = group_tickets([train.model_copy(update={"escorts": ("甲",)})])
    assert (first.handler, first.handler_person) == ("甲", None)
