"""Escorts on runs, and coach leaders where the staff runs out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.evaluate import Evaluator
from scheduler.operations.crews import assign, leaders
from scheduler.operations.vehicles import assign_plates
from scheduler.plan import Passenger, Run, Stop
from scheduler.problem import Escort, FleetRow, Party, Person, Problem
from tests import builders
from tests.builders import FIRST, GUXIAN, LAST, SHENZHEN, STATION, day, party, person

# A run to 深圳 (1,500 km) is away 5 days, one to 罗渡 as a work end would be 2; the season lasts 5 days.


def escort(name: str, first: date = FIRST, last: date = LAST) -> Escort:
    return Escort(name, "13900000000", "人社局", first, last)


def coach(name: str, on: date = FIRST, *parties: Party, work: str = SHENZHEN) -> Run:
    """Return a coach run with everyone of the parties from 顾县 to the work end."""
    return Run(
        id=name,
        mode="coach",
        date=on,
        vehicle_type="49座",
        operator="岳运",
        seats=45,
        stops=(Stop(place=GUXIAN, kind="board"), Stop(place=work, kind="alight")),
        passengers=tuple(
            Passenger(person=each.key, ref=each.ref, party=p.id, seat=None, board=GUXIAN, alight=work)
            for p in parties
            for each in p.people
        ),
    )


def problem_with(*escorts: Escort, parties: tuple[Party, ...] = (), **changes: object) -> Problem:
    return replace(builders.problem(*parties, trains=(builders.train(),)), escorts=escorts, **changes)


def names(problem: Problem, *runs: Run) -> list[tuple[str, ...]]:
    return [run.escorts for run in assign(problem, runs)]


def test_each_run_gets_an_escort_of_its_own() -> None:
    assert sorted(names(problem_with(escort("甲"), escort("乙")), coach("1"), coach("2"))) == [("乙",), ("甲",)]


def test_nobody_is_in_two_places_at_once() -> None:
    assert sorted(names(problem_with(escort("甲")), coach("1"), coach("2", day(4)))) == [(), ("甲",)]


def test_an_escort_is_back_before_going_again() -> None:
    problem = problem_with(escort("甲"), distances={(GUXIAN, SHENZHEN): builders.Leg(400.0)})  # away 2 days
    assert names(problem, coach("1"), coach("2", day(2)), coach("3", day(4))) == [("甲",)] * 3
    assert sorted(names(problem, coach("1"), coach("2", day(1)))) == [(), ("甲",)]


@pytest.mark.parametrize("direction", ["to_work", "to_home"])
def test_an_escort_and_a_plate_are_away_as_long_as_the_timetable_says(direction: builders.Direction) -> None:
    """With a coach held two days by its km: it arrives on the second day and can be back on the third."""
    asked = problem_with(
        escort("甲"),
        settings=builders.settings(direction=direction, policy={"turnaround_km_per_day": 100_000}),
        vehicle_types=(builders.vehicle(49, rows=(FleetRow(1, FIRST, LAST, "川X1"),)),),
    )

    def timed(name: str, on: date) -> Run:
        run = coach(name, on)
        if direction == "to_home":
            ends = (Stop(place=SHENZHEN, kind="board"), Stop(place=GUXIAN, kind="alight"))
            run = run.model_copy(update={"stops": ends})
        return builders.timed(asked, run)

    evaluator = Evaluator(asked)
    for later, both in ((2, False), (3, True)):
        runs = [timed("1", day(1)), timed("2", day(1 + later))]
        assert sorted(names(asked, *runs)) == ([("甲",)] * 2 if both else [(), ("甲",)])
        assert [run.plate for run in assign_plates(evaluator, runs)] == ["川X1", "川X1" if both else None]


def test_an_escort_must_be_available_until_back() -> None:
    assert names(problem_with(escort("甲", last=day(3))), coach("1")) == [()]
    assert names(problem_with(escort("甲", last=day(4))), coach("1")) == [("甲",)]
    # Days after the season are not limited.
    assert names(problem_with(escort("甲", first=day(3))), coach("1", day(3))) == [("甲",)]


def test_the_work_is_spread_evenly() -> None:
    problem = problem_with(
        escort("甲"), escort("乙", last=LAST.replace(day=13)), distances={(GUXIAN, SHENZHEN): builders.Leg(10.0)}
    )
    given_names = [run[0] for run in names(problem, *(coach(str(i), day(i)) for i in (0, 2)))]
    assert sorted(given_names) == ["乙", "甲"]


def test_coaches_come_before_trains_and_first_escorts_before_second_ones() -> None:
    train = Run(
        id="T",
        mode="train",
        date=FIRST,
        train="K586",
        seats=200,
        stops=(Stop(place=STATION, kind="board"), Stop(place=SHENZHEN, kind="alight")),
        passengers=(),
    )
    problem = problem_with(escort("甲"), escort("乙"), settings=builders.settings(rules={"escorts_per_run": 2}))
    assert sorted(map(len, names(problem, train, coach("1"), coach("2")))) == [0, 1, 1]
    assert list(map(len, names(problem, train, coach("1")))) == [1, 1]
    assert list(map(len, names(problem, coach("1")))) == [2]


def test_no_escorts_when_none_may_ride() -> None:
    problem = problem_with(escort("甲"), settings=builders.settings(rules={"escorts_per_run": 0}))
    assert names(problem, coach("1")) == [()]


def test_rows_of_one_name_are_one_person() -> None:
    assert sorted(names(problem_with(escort("甲"), escort("甲")), coach("1"), coach("2"))) == [(), ("甲",)]


@settings(max_examples=40, deadline=None)
@given(
    starts=st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=4),
    windows=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=3),
)
def test_as_many_coaches_have_an_escort_as_can(starts: list[tuple[int, bool]], windows: list[tuple[int, int]]) -> None:
    lengths = {SHENZHEN: 2, builders.DONGGUAN: 3}
    distances = {(GUXIAN, SHENZHEN): builders.Leg(100.0), (GUXIAN, builders.DONGGUAN): builders.Leg(700.0)}
    escorts = [escort(str(i), day(first), day(last)) for i, (first, last) in enumerate(windows)]
    works = [SHENZHEN if near else builders.DONGGUAN for _day, near in starts]
    runs = [coach(str(i), day(d), work=work) for i, ((d, _near), work) in enumerate(zip(starts, works, strict=True))]
    spans = [range(d, min(d + lengths[work], 5)) for (d, _near), work in zip(starts, works, strict=True)]
    given_names = names(problem_with(*escorts, distances=distances), *runs)

    def legal(who: tuple[int | None, ...]) -> bool:
        at = [(name, d) for name, span in zip(who, spans, strict=True) if name is not None for d in span]
        return len(set(at)) == len(at) and all(windows[name][0] <= d <= windows[name][1] for name, d in at)

    choices = product([None, *range(len(escorts))], repeat=len(runs))
    most = max(sum(name is not None for name in who) for who in choices if legal(who))
    assert legal(tuple(int(each[0]) if each else None for each in given_names))
    assert sum(map(len, given_names)) == most


# Leaders -------------------------------------------------------------------------------------------------------------


def lead(*parties: Party) -> tuple[str | None, str | None]:
    """Return leader and deputy of a coach that nobody escorts."""
    run = assign(problem_with(parties=parties), [coach("1", FIRST, *parties)])[0]
    return run.leader, run.deputy


def named(key: str, **changes: object) -> Person:
    return person(key, key=key, **changes)


def one(key: str, **changes: object) -> Party:
    return replace(party(), id=key, people=(named(key, **changes),))


def test_leader_and_deputy_are_adults_with_a_phone() -> None:
    child, old = one("1", birth=date(2010, 1, 1)), one("2", birth=date(1960, 1, 1))
    assert lead(child, old, one("3", phone=""), one("4", birth=None)) == (None, None)
    assert lead(child, one("5"), one("6")) == ("5", "6")
    assert lead(one("7", birth=date(2009, 2, 10)), one("8", birth=date(1966, 2, 11))) == ("7", "8")
    assert lead(one("7", birth=date(2009, 2, 11)), one("8", birth=date(1966, 2, 11))) == ("8", None)


def test_the_only_adult_with_children_is_left_alone() -> None:
    mother, child = named("1"), named("2", birth=date(2020, 1, 1))
    family = replace(party(), id="1", people=(mother, child))
    assert lead(family) == (None, None)
    assert lead(replace(family, people=(mother, child, named("3")))) == ("1", "3")


def test_the_deputy_is_of_another_party_and_the_other_sex_where_that_can_be() -> None:
    pair = replace(party(), id="1", people=(named("1", sex="女"), named("2", sex="男")))
    assert lead(pair, one("3", sex="女"), one("4", sex="男")) == ("1", "4")
    assert lead(pair, one("3", sex="女")) == ("1", "3")
    assert lead(pair) == ("1", "2")


def test_a_run_with_an_escort_needs_no_leader() -> None:
    alone = one("1")
    run = assign(problem_with(escort("甲"), parties=(alone,)), [coach("1", FIRST, alone)])[0]
    assert (run.escorts, run.leader, run.deputy) == (("甲",), None, None)


def test_who_rides_the_whole_way_comes_first() -> None:
    short, whole = one("1"), one("2")
    run = coach("1", FIRST, short, whole)
    stops = (run.stops[0], Stop(place=builders.DONGGUAN, kind="alight"), run.stops[1])
    passengers = (run.passengers[0].model_copy(update={"alight": builders.DONGGUAN}), run.passengers[1])
    people = {"1": (short, short.people[0]), "2": (whole, whole.people[0])}
    assert leaders(run.model_copy(update={"stops": stops, "passengers": passengers}), people) == ("2", "1")


# A plan made again -------------------------------------------------------------------------------------------------


def test_a_run_that_stood_keeps_its_escort_whoever_comes_before_it_now() -> None:
    staff = problem_with(escort("甲"), escort("乙"), escort("丙"))
    before = [coach("1").model_copy(update={"escorts": ("丙",)})]
    runs = [coach("0"), coach("1"), coach("2")]
    assert sorted(run.escorts for run in assign(staff, runs)) == [("丙",), ("乙",), ("甲",)]
    again = assign(staff, runs, before)
    assert again[1].escorts == ("丙",)
    assert {again[0].escorts, again[2].escorts} == {("甲",), ("乙",)}


@pytest.mark.parametrize("had", [("走了的人",), ("短",), ("乙", "丙")])
def test_an_escort_who_cannot_any_more_or_is_one_too_many_is_replaced(had: tuple[str, ...]) -> None:
    staff = problem_with(escort("甲"), escort("短", FIRST, FIRST))
    before = [coach("1").model_copy(update={"escorts": had})]
    assert [run.escorts for run in assign(staff, [coach("1")], before)] == [("甲",)]


def test_no_coach_goes_without_an_escort_because_a_train_keeps_its_own() -> None:
    staff, train = problem_with(escort("甲")), builders.train()
    by_train = Run(id="T", mode="train", date=train.date, train=train.train, seats=train.seats, stops=(), passengers=())
    before = [by_train.model_copy(update={"escorts": ("甲",)})]
    assert [run.escorts for run in assign(staff, [by_train], before)] == [("甲",)]
    assert [run.escorts for run in assign(staff, [by_train, coach("C", train.date)], before)] == [(), ("甲",)]


def test_leader_and_deputy_stay_while_they_ride() -> None:
    people = [party() for _each in range(3)]
    staff = problem_with(parties=tuple(people))
    run = coach("1", FIRST, *people)
    (fresh,) = assign(staff, [run])
    keys = [each.person for each in run.passengers]
    other = [key for key in keys if key != fresh.leader]
    before = run.model_copy(update={"leader": other[1], "deputy": other[0]})
    (again,) = assign(staff, [run], [before])
    assert (again.leader, again.deputy) == (other[1], other[0])
    gone = run.model_copy(update={"passengers": tuple(p for p in run.passengers if p.person != other[1])})
    (without,) = assign(staff, [gone], [before])
    assert without.leader is not None
    assert other[1] not in (without.leader, without.deputy)
    assert without.deputy is not None
