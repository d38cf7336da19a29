"""The model itself: its optimum is a plan that verify accepts, at the cost it says, and hand-costed cases."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from scheduler.problem import FleetRow, Problem
from scheduler.verify import verify
from tests.arbitrary_seasons import arbitrary_season
from tests.builders import FIRST, SHENZHEN, day, party, problem, train, vehicle
from tests.exact_model import optimum, plan_of
from tests.strategies import tiny_problems


@given(tiny_problems())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_optimum_is_a_legal_plan_of_that_cost(asked: Problem) -> None:
    best = optimum(asked)
    plan = plan_of(asked, best)
    assert verify(asked, plan) == []
    assert plan.cost.total == best.total_fen


@pytest.mark.parametrize("first", range(0, 100, 10))
def test_so_it_is_with_arbitrary_distances(first: int) -> None:
    for seed in range(first, first + 10):
        asked = arbitrary_season(seed)
        best = optimum(asked)
        plan = plan_of(asked, best)
        assert verify(asked, plan) == []
        assert plan.cost.total == best.total_fen


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
    assert len(best.options) == 1


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
