"""Remedies that a plan states with arguments: applied as written, planning again seats the party."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from scheduler.problem import Party, Problem
from scheduler.solver.solve import solve
from tests.builders import DONGGUAN, SHENZHEN, day, party, problem, train, vehicle
from tests.solver.ending.test_remedies import applied
from tests.strategies import tiny_problems


def each_helps(asked: Problem) -> list[tuple[str, ...]]:
    """Plan, apply each remedy with arguments, plan again: the party rides. Return the arguments."""
    plan = solve(asked, iterations=3, workers=1)
    for entry in plan.unserved:
        if entry.remedy_args and plan.gap == 0:
            again = solve(applied(asked, entry.remedy_args), iterations=3, workers=1)
            assert entry.party not in {each.party for each in again.unserved}, entry
    return [entry.remedy_args for entry in plan.unserved if entry.remedy_args]


@given(tiny_problems())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_remedies_of_any_season_help(asked: Problem) -> None:
    each_helps(asked)


@pytest.mark.parametrize(
    ("change", "wish"),
    [
        ({"earliest": day(0), "latest": day(0)}, "latest=2027-02-12"),
        ({"earliest": day(4), "latest": day(4)}, "earliest=2027-02-12"),
        ({"mode": "train"}, "mode=any"),
    ],
)
def test_a_day_more_or_another_mode(change: dict[str, object], wish: str) -> None:
    many = party(40, id="many", earliest=day(2), latest=day(2))
    alone = party(1, **change)  # type: ignore[arg-type]
    (args,) = each_helps(problem(many, alone, vehicle_types=(vehicle(49, 5),)))
    assert args == ("--party", f"{alone.people[0].key}:{wish}")


def test_a_train_that_would_do() -> None:
    coach = party(1, id="coach", mode="coach", origin="罗渡镇")
    other = party(3, id="other", mode="train", origin="罗渡镇", work_stop=SHENZHEN)
    (args,) = each_helps(problem(coach, other, trains=(train(),)))
    assert args == ("--party", f"{coach.people[0].key}:mode=any")


def test_nothing_is_promised_where_no_run_goes() -> None:
    alone = party(1, origin="鱼峰乡")
    assert each_helps(problem(alone)) == []


ALONE = {"min_load": 1, "unserved_cost": 100_000}


def crowd(number: int, **changes: Any) -> list[Party]:
    """Return people on day 1, each a party."""
    return [party(1, earliest=day(1), latest=day(1), preferred=day(1), **changes) for _ in range(number)]


@pytest.mark.parametrize(
    ("asked", "argument"),
    [
        (problem(*crowd(60), vehicle_types=(vehicle(49, 1),)), "49座:1@2027-02-11"),
        (problem(*crowd(60), vehicle_types=(vehicle(49, 1),), direction="to_home"), "49座:1@2027-02-11"),
        (problem(*crowd(8), policy={"min_load": 10, "unserved_cost": 30_000}), "min_load=8"),
        (problem(*crowd(5), policy={"min_load": 1, "unserved_cost": 1_000}), "unserved_cost=3201"),
        (problem(*crowd(60), policy={"min_load": 10, "budget": 18_000}), "budget=32000"),
        (problem(*crowd(1), vehicle_types=(vehicle(20),), policy=ALONE | {"reserve_seats": 18}), "reserve_seats=15"),
        (problem(*crowd(12), vehicle_types=(vehicle(15),), policy=ALONE | {"min_load": 20}), "min_load=11"),
    ],
)
def test_money_and_vehicles_help_as_they_are_written(asked: Problem, argument: str) -> None:
    given_args = each_helps(asked)
    assert {args[-1] for args in given_args} == {argument}


def test_a_coach_more_names_the_operator_where_two_have_the_type() -> None:
    types = vehicle(49, 1), vehicle(49, 1, operator="广运", fixed_cost_fen=200_000)
    given_args = each_helps(problem(*crowd(120), vehicle_types=types))
    assert {args[1] for args in given_args} == {"49座/岳运:1@2027-02-11"}


def test_a_coach_more_is_not_promised_to_those_whom_others_would_keep_out() -> None:
    dear = crowd(1, origin="罗渡镇", work_stop=DONGGUAN)
    asked = problem(*crowd(90), *dear, vehicle_types=(vehicle(49, 1),), policy={"min_load": 20})
    each_helps(asked)


def test_two_who_are_a_day_apart_share_a_coach() -> None:
    early = [party(1, earliest=day(1), latest=day(1)) for _ in range(10)]
    later = party(9, id="later", earliest=day(2), latest=day(2))
    asked = problem(*early, later, policy={"min_load": 19, "unserved_cost": 3_000})
    plan = solve(asked, iterations=3, workers=1)
    assert {entry.party for entry in plan.unserved if entry.remedy_args} == {each.id for each in (*early, later)}
    each_helps(asked)
