"""Remedies that a plan states with arguments: applied as written, planning again seats the party."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from scheduler.problem import Problem
from scheduler.season.ask.scenario import Scenario
from scheduler.solver.solve import solve
from tests.builders import SHENZHEN, day, party, problem, train, vehicle
from tests.strategies import tiny_problems


def each_helps(asked: Problem) -> list[tuple[str, ...]]:
    """Plan, apply each remedy with arguments, plan again: the party rides. Return the arguments."""
    plan = solve(asked, iterations=3, workers=1)
    given_args = [entry.remedy_args for entry in plan.unserved if entry.remedy_args]
    for entry in plan.unserved:
        if entry.remedy_args and plan.gap == 0:
            option, wish = entry.remedy_args
            assert option == "--party"
            again = solve(Scenario("x", wishes=(wish,)).change_problem(asked), iterations=3, workers=1)
            assert entry.party not in {each.party for each in again.unserved}, entry
            assert again.cost.total < plan.cost.total
    return given_args


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
    alone = party(1)
    assert each_helps(problem(alone)) == []
