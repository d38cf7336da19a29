"""One person, one key; and what counts as moved once people have been told."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from scheduler.errors import InputError
from scheduler.evaluate import Evaluator, is_moved
from scheduler.keys import person_key, require_keys, with_keys
from scheduler.plan import Plan, Run, Told
from scheduler.problem import Problem
from scheduler.solver.solve import solve
from tests.builders import DONGGUAN, GUXIAN, LUODU, SHENZHEN, Service, day, party, person, plan_for, problem

SALT = bytes(range(32))
ID = "51162119900101000X"


def test_a_key_is_what_anybody_with_the_salt_can_work_out() -> None:
    expected = hmac.new(SALT, ID.encode(), hashlib.sha256).hexdigest()[:16]
    assert person_key(SALT, ID) == expected == person_key(SALT, ID.lower())


def test_another_salt_or_another_person_is_another_key() -> None:
    assert len({person_key(SALT, ID), person_key(bytes(32), ID), person_key(SALT, "511621199001020003")}) == 3


def test_a_party_is_the_same_however_its_rows_are_sorted() -> None:
    people = tuple(person(id_number=f"5116211990010{i:05d}") for i in range(4))
    [one] = with_keys([party(people=people)], SALT)
    [other] = with_keys([party(people=people[::-1])], SALT)
    assert one.id == other.id == min(each.key for each in one.people)
    assert {each.key for each in one.people} == {each.key for each in other.people}


def test_people_without_a_key_or_with_one_twice_are_not_planned() -> None:
    nobody = party(people=(person("a.csv!!2", key=""),))
    twice = party(people=(person("a.csv!!2", key="7"), person("a.csv!!3", key="7")))
    for one, where in ((nobody, "a.csv!!2"), (twice, "a.csv!!3")):
        with pytest.raises(InputError, match=where) as error:
            solve(problem(one), iterations=0, workers=1)
        assert "\n" not in str(error.value)
    require_keys(problem(party(3), party(2)))


# Moves ---------------------------------------------------------------------------------------------------------------


def planned() -> tuple[Problem, Plan, Run, Told]:
    """Return a coach of two stops with one party each, and what the first rider would be told of it."""
    asked = problem(party(1), party(1, origin="罗渡镇"), policy={"notice_tolerance_min": 30})
    plan = plan_for(asked, (Service(day(1), (GUXIAN, LUODU)), asked.parties))
    run = plan.runs[0]
    rider = run.passengers[0]
    told = Told(
        person=rider.person,
        run="an earlier id",
        date=run.date,
        board=rider.board,
        depart=run.departure(rider.board),
        alight=rider.alight,
    )
    return asked, plan, run, told


def later(told: Told, minutes: int) -> datetime:
    assert told.depart is not None
    return told.depart + timedelta(minutes=minutes)


def test_whoever_rides_as_told_is_not_moved_by_another_run_or_seat() -> None:
    _asked, _plan, run, told = planned()
    assert not is_moved(told, run, run.passengers[0], 30)
    assert not is_moved(told, run, run.passengers[0].model_copy(update={"seat": "40"}), 30)


@pytest.mark.parametrize(("minutes", "moved"), [(30, False), (-30, False), (31, True), (-31, True), (24 * 60, True)])
def test_a_departure_may_be_off_by_the_tolerance(minutes: int, moved: bool) -> None:
    _asked, _plan, run, told = planned()
    assert is_moved(told.model_copy(update={"depart": later(told, minutes)}), run, run.passengers[0], 30) == moved


def test_it_is_the_departure_at_the_own_boarding_place_that_counts() -> None:
    """The coach begins an hour earlier elsewhere and is at the told place as told."""
    _asked, _plan, run, told = planned()
    first = run.stops[0]
    assert first.place != told.board or run.stops[1].place != told.board
    early = [
        stop.model_copy(update={"depart": stop.depart - timedelta(hours=1)})
        if stop.kind == "board" and stop.place != told.board and stop.depart
        else stop
        for stop in run.stops
    ]
    assert not is_moved(told, run.model_copy(update={"stops": tuple(early)}), run.passengers[0], 0)


def test_another_day_another_place_or_no_seat_is_a_move() -> None:
    _asked, _plan, run, told = planned()
    rider = run.passengers[0]
    assert is_moved(told, None, None, 30)
    assert is_moved(told.model_copy(update={"date": day(2)}), run, rider, 30)
    assert is_moved(told.model_copy(update={"board": LUODU}), run, rider, 30)
    assert is_moved(told.model_copy(update={"alight": DONGGUAN}), run, rider, 30)


def test_a_time_that_was_not_told_moves_nobody_and_one_that_is_gone_does() -> None:
    _asked, _plan, run, told = planned()
    untimed = run.model_copy(update={"stops": tuple(s.model_copy(update={"depart": None}) for s in run.stops)})
    assert not is_moved(told.model_copy(update={"depart": None}), run, run.passengers[0], 0)
    assert is_moved(told, untimed, run.passengers[0], 0)


def test_moves_cost_a_price_for_each_person_of_the_problem_who_is_moved() -> None:
    asked, plan, _run, told = planned()
    elsewhere = told.model_copy(update={"alight": DONGGUAN})
    gone = told.model_copy(update={"person": "0" * 16, "alight": DONGGUAN})
    evaluator = Evaluator(asked)
    assert evaluator.cost(plan).moves == 0
    assert evaluator.cost(plan.model_copy(update={"told": (told,)})) == evaluator.cost(plan)
    moved = evaluator.cost(plan.model_copy(update={"told": (elsewhere, gone)}))
    assert (moved.moves, moved.total) == (20_000, evaluator.cost(plan).total + 20_000)
    left = plan.model_copy(update={"runs": (), "told": (told,)})
    assert evaluator.cost(left).moves == 20_000
    dear = replace(asked, settings=asked.settings.model_copy(update={"policy": _dear(asked)}))
    assert Evaluator(dear).cost(left).moves == 12_350


def _dear(asked: Problem) -> object:
    return asked.settings.policy.model_copy(update={"move_cost": 123.5})


def test_served_is_who_rides_whatever_the_plan_calls_the_party() -> None:
    asked, plan, run, _told = planned()
    renamed = tuple(rider.model_copy(update={"party": "x", "ref": "y!!1"}) for rider in run.passengers)
    changed = plan.model_copy(update={"runs": (run.model_copy(update={"passengers": renamed}),)})
    assert Evaluator(asked).cost(changed) == Evaluator(asked).cost(plan)
    assert run.passengers[0].alight == SHENZHEN
