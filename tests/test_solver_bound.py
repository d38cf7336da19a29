"""The bound is valid: never above the optimum found by enumeration, on any small problem, at any step."""

from __future__ import annotations

import time

from hypothesis import HealthCheck, given, settings

from scheduler.evaluate import Evaluator
from scheduler.problem import Problem
from scheduler.solver.bound import improve_bound, proven_fen
from scheduler.solver.classes import build_instance
from scheduler.solver.services import Services
from tests.brute_force import optimum
from tests.builders import DONGGUAN, LUODU, SHENZHEN, day, party, problem, train, vehicle
from tests.strategies import tiny_problems


def bounds(asked: Problem, seconds: float = 5.0) -> list[int]:
    """Return every bound proven on the way, in fen."""
    instance = build_instance(asked, Evaluator(asked))
    steps = improve_bound(instance, Services(instance), time.monotonic() + seconds)
    return [proven_fen(prices) for prices in steps]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tiny_problems())
def test_no_bound_is_above_the_optimum(asked: Problem) -> None:
    best = optimum(asked).total_fen
    for bound in bounds(asked):
        assert bound <= best


def test_a_full_coach_is_bounded_at_its_cost() -> None:
    # 45 people fill a 49-seat coach with 3 drivers and an escort: nothing is cheaper than that one run.
    asked = problem(*(party(5) for _ in range(9)))
    run_fen = 100_000 + 1_500 * 1_000
    assert run_fen * 0.999 <= bounds(asked)[-1] <= run_fen


def test_a_scarce_fleet_costs_the_people_it_leaves() -> None:
    # One coach, held for all five days, and 90 people: half of them stay, at 3,000 yuan each.
    asked = problem(*(party(5) for _ in range(18)), vehicle_types=(vehicle(number=1),))
    exact = 100_000 + 1_500 * 1_000 + 45 * 300_000
    assert exact * 0.999 <= bounds(asked)[-1] <= exact


def test_train_seats_are_priced() -> None:
    # Ten seats at 150 yuan + access for 20 people without coaches: ten ride, ten stay.
    asked = problem(
        *(party(1, work_stop=DONGGUAN, destination="441900", preferred=day(0)) for _ in range(20)),
        vehicle_types=(),
        trains=(train(seats=10),),
    )
    exact = 10 * (15_000 + 1_800) + 10 * 300_000
    assert exact * 0.999 <= bounds(asked)[-1] <= exact


def test_nobody_needs_no_bound() -> None:
    assert bounds(problem()) == []


def test_more_time_never_gives_less() -> None:
    asked = problem(
        *(party(2, preferred=day(i % 5), origin="罗渡镇" if i % 3 else "顾县镇") for i in range(30)),
        *(party(1, work_stop=SHENZHEN, preferred=day(i % 5)) for i in range(20)),
    )
    steps = bounds(asked)
    assert steps == sorted(steps)
    assert LUODU in asked.places
