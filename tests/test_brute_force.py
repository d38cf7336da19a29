"""The enumeration itself: its optimum is a plan that verify accepts, at the cost it says, and hand-costed cases."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from scheduler.problem import FleetRow, Problem
from scheduler.verify import verify
from tests.brute_force import optimum
from tests.builders import FIRST, SHENZHEN, day, party, plan_for, problem, train, vehicle
from tests.strategies import tiny_problems


@given(tiny_problems())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_optimum_is_a_legal_plan_of_that_cost(asked: Problem) -> None:
    best = optimum(asked)
    if any(
        service.train and asked_train.resell for service, _parties in best.assignments for asked_train in asked.trains
    ):
        return  # plan_for seats everyone by the cheapest way, which may overfill a leg that the optimum does not
    plan = plan_for(asked, *best.assignments)
    assert verify(asked, plan) == []
    assert plan.cost.total == best.total_fen
    assert optimum(asked, empty_stops=True).total_fen <= best.total_fen


OWN_STOP = {"access_max_km": 0}
"""Everybody boards in the own township, so that the sums are short."""


def test_leaving_people_behind_is_cheaper_than_a_coach_for_them() -> None:
    """A coach to 深圳 costs 16,000 yuan, five people left cost 15,000, six 18,000."""
    assert optimum(problem(party(5), policy=OWN_STOP)).total_fen == 1_500_000
    assert optimum(problem(party(6), policy=OWN_STOP)).total_fen == 1_600_000


def test_one_coach_with_a_date_shift_beats_two() -> None:
    parties = party(4, preferred=day(0)), party(4, preferred=day(2), origin="罗渡镇")
    best = optimum(problem(*parties, policy=OWN_STOP))
    # 1,000 + 10 x 1,510 km + one more stop 150 yuan; four people shifted by two days at 25 yuan.
    assert best.total_fen == 1_625_000 + 4 * 2 * 2_500
    assert len(best.assignments) == 1


def test_one_vehicle_serves_one_of_two() -> None:
    parties = party(10, latest=FIRST), party(9, earliest=day(1))
    one = vehicle(rows=(FleetRow(1, FIRST, day(4)),))
    assert optimum(problem(*parties, vehicle_types=(one,), policy=OWN_STOP)).total_fen == 1_600_000 + 9 * 300_000


def test_budget_and_train() -> None:
    """Train: 180 yuan a fare and access 罗渡 -> 广安站 8 + 0.5 x 10 = 13 yuan."""
    rider = party(2, origin="罗渡镇", work_stop=SHENZHEN)
    asked = problem(rider, trains=(train(),))
    assert optimum(asked).total_fen == 2 * (18_000 + 1_300)
    tight = problem(rider, trains=(train(),), policy={"budget": 359.99})
    assert optimum(tight).total_fen == 600_000
