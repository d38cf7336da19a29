"""The bound is valid: never above the optimum found by enumeration, on any small problem, at any step."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from scipy.optimize import linprog

from scheduler.evaluate import Evaluator
from scheduler.example.season import synthetic_problem
from scheduler.problem import Leg, Problem
from scheduler.settings import Direction
from scheduler.solver.bound.column_generation import DEFAULT_PARAMS, ProvenDual, proven_fen
from scheduler.solver.bound.groups import build_groups
from scheduler.solver.bound.master import DualPoint, TrainRiders
from scheduler.solver.bound.params import BoundParams, CoverParams, PricingParams
from scheduler.solver.bound.pricing import knapsack_numba, pricer, pricing_numba
from scheduler.solver.bound.pricing.coach_prices import coach_price_fen, days_held, least_prices_fen
from scheduler.solver.bound.pricing.pricer import Pricer, Surcharges
from scheduler.solver.bound.pricing.service_cover import build_cover
from scheduler.solver.bound.quick import quick_bound
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from tests.builders import DONGGUAN, GUXIAN, LUODU, SHENZHEN, day, distances, party, problem, train, vehicle
from tests.exact_model import optimum
from tests.solver.bound.raising import raise_bound
from tests.strategies import tiny_problems

ANCHORED = CoverParams(most_home_sets=1, most_work_sets=0)
"""No set of several stops is listed."""

RUN_FEN = 100_000 + 1_500 * 1_000
"""A coach of the builders' default type to 深圳."""


def bounds(asked: Problem, params: BoundParams = DEFAULT_PARAMS) -> list[int]:
    """Return every bound proven on the way, in fen. The first call of all compiles, which may take its time."""
    instance = build_instance(asked, Evaluator(asked))
    steps = raise_bound(instance, Services(instance), time.monotonic() + 120.0, params)
    return [proven_fen(prices) for prices in steps]


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(tiny_problems())
def test_no_bound_is_above_the_optimum(asked: Problem) -> None:
    best = optimum(asked).total_fen
    for bound in bounds(asked):
        assert bound <= best


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tiny_problems())
def test_anchored_sets_of_stops_miss_no_service(asked: Problem) -> None:
    best = optimum(asked).total_fen
    for bound in bounds(asked, BoundParams(cover=ANCHORED)):
        assert bound <= best


def test_a_full_coach_is_bounded_at_its_cost() -> None:
    # 45 people fill a 49-seat coach with 3 drivers and an escort: nothing is cheaper than that one run.
    asked = problem(*(party(5) for _ in range(9)))
    assert RUN_FEN * 0.999 <= bounds(asked)[-1] <= RUN_FEN


def test_a_scarce_fleet_costs_the_people_it_leaves() -> None:
    # One coach, held for all five days, and 90 people: half of them stay, at 3,000 yuan each.
    asked = problem(*(party(5) for _ in range(18)), vehicle_types=(vehicle(number=1),))
    exact = RUN_FEN + 45 * 300_000
    assert exact * 0.999 <= bounds(asked)[-1] <= exact


def test_a_scarce_budget_costs_the_people_it_leaves() -> None:
    # The budget pays one coach of 45 seats; parts of a second one would be bought with its change.
    asked = problem(*(party(5) for _ in range(18)), policy={"budget": RUN_FEN / 100})
    exact = RUN_FEN + 45 * 300_000
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


def test_coaches_come_whole() -> None:
    # 60 people and 45 seats: the relaxation buys a coach and a third; whole coaches cost two, or one and 15 left.
    asked = problem(*(party(5) for _ in range(12)))
    exact = 2 * RUN_FEN
    assert exact * 0.998 <= bounds(asked)[-1] <= exact


@pytest.mark.parametrize(("start", "end"), [(GUXIAN, LUODU), (LUODU, GUXIAN)])
def test_of_tied_paths_one_within_the_detour_is_enough(start: str, end: str) -> None:
    # Both ways are 1,100 km long; only the one from `start` is within 1.05 times the direct way of its ends.
    legs = {(start, end): 100, (end, start): 50, (start, SHENZHEN): 1_050, (end, SHENZHEN): 1_000}
    asked = problem(
        party(),
        party(origin="罗渡镇"),
        distances=distances() | {pair: Leg(float(km), None) for pair, km in legs.items()},
        policy={"home_radius_km": 150, "max_detour": 1.05},
    )
    instance = build_instance(asked, Evaluator(asked))
    services = Services(instance)
    both = services.home_id[tuple(sorted(instance.homes.index(name) for name in (start, end)))]
    assert build_cover(services, CoverParams()).path_m[0, both] == 1_100_000


def test_nobody_needs_no_bound() -> None:
    assert bounds(problem()) == []


def test_more_time_never_gives_less() -> None:
    asked = problem(
        *(party(2, preferred=day(i % 5), origin="罗渡镇" if i % 3 else "顾县镇") for i in range(30)),
        *(party(1, work_stop=SHENZHEN, preferred=day(i % 5)) for i in range(20)),
    )
    steps = bounds(asked)
    assert steps == sorted(steps)


def test_the_same_rounds_prove_the_same() -> None:
    asked = problem(*(party(3, preferred=day(i % 4)) for i in range(40)), vehicle_types=(vehicle(number=2),))
    assert bounds(asked) == bounds(asked)


def test_pricing_keeps_within_its_arrays_when_people_are_gone() -> None:
    # A dive takes everybody of some groups away. Compiled code does not notice an index out of its array, Python does.
    asked = synthetic_problem(500, 0, "to_work")
    instance = build_instance(asked, Evaluator(asked))
    groups, services = build_groups(instance), build_cover(Services(instance), CoverParams())
    people = np.where(np.arange(len(groups)) % 2, groups.people, 0.0)
    y, mu = groups.leave_fen, np.zeros(instance.fleet.shape)
    compiled, interpreted = (
        Pricer(instance, services, groups, PricingParams()).left_with(people, instance.fleet) for _ in range(2)
    )
    largest = np.argsort(-np.diff(compiled.coaches.fit_start))[:2]
    with pytest.MonkeyPatch.context() as patch:
        for module in (knapsack_numba, pricing_numba):
            for name, kernel in vars(module).copy().items():
                if hasattr(kernel, "py_func"):
                    patch.setattr(module, name, kernel.py_func)
        patch.setattr(pricer, "price_pairs", pricing_numba.price_pairs)
        again, found = interpreted.price(y, mu, 0.0, largest)
    prices, columns = compiled.price(y, mu, 0.0, largest)
    assert len(columns) == len(found) > 0
    assert again == pytest.approx(prices)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(tiny_problems())
def test_the_first_bound_is_no_less_than_the_quick_one(asked: Problem) -> None:
    instance = build_instance(asked, Evaluator(asked))
    services = Services(instance)
    for prices in islice(raise_bound(instance, services, time.monotonic() + 5), 1):
        assert prices.bound_fen >= quick_bound(services) - 1


def test_a_bound_is_rounded_down_past_any_float_error() -> None:
    prices = next(iter(_prices(problem(party(5)))))
    assert proven_fen(prices) < prices.bound_fen


def _prices(asked: Problem) -> list[ProvenDual]:
    instance = build_instance(asked, Evaluator(asked))
    return list(raise_bound(instance, Services(instance), time.monotonic() + 20))


@pytest.mark.parametrize("seed", range(30))
def test_a_train_is_worth_its_best_load(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, people = 8, rng.integers(1, 4, 8).astype(float)
    train = TrainRiders(
        groups=rng.permutation(n)[:6],
        cost_fen=rng.uniform(50, 100, 6),
        fare_fen=rng.uniform(0, 50, 6),
        seats=float(rng.integers(4, 20)),
        min_load=float(rng.integers(1, 5)),
        fixed_fen=0.0,
    )
    point = DualPoint(rng.uniform(0, 200, n), np.zeros((1, 1)), 0.2)
    gain = point.y[train.groups] - train.cost_fen - point.nu * train.fare_fen
    sums = np.stack([np.ones(6), -np.ones(6)])
    bounds = [(0, each) for each in people[train.groups]]
    best = linprog(-gain, A_ub=sums, b_ub=[train.seats, -train.min_load], bounds=bounds)
    assert train.worth(point, people) == pytest.approx(-best.fun)


def test_a_train_runs_for_no_fewer_than_its_min_load() -> None:
    # Eight people want the train; two, who would rather stay than ride four days off, must come along.
    trip = {"work_stop": DONGGUAN, "destination": "441900"}
    asked = problem(
        *(party(1, preferred=day(0), **trip) for _ in range(8)),
        *(party(1, preferred=day(4), **trip) for _ in range(2)),
        vehicle_types=(),
        trains=(train(min_load=10),),
        policy={"date_shift_cost": 1_000},
    )
    exact = 10 * 16_800 + 2 * 4 * 100_000
    assert 0.99 * exact <= bounds(asked)[-1] <= exact


@pytest.mark.parametrize("direction", ["to_work", "to_home"])
@pytest.mark.parametrize("turnaround_m", [90_000, 700_000])
def test_the_cheapest_coach_is_among_the_cheap_home_sets(direction: Direction, turnaround_m: int) -> None:
    asked = synthetic_problem(60, 0, direction)
    instance = replace(build_instance(asked, Evaluator(asked)), turnaround_m=turnaround_m)
    own = Pricer(instance, build_cover(Services(instance), CoverParams()), build_groups(instance), PricingParams())
    rng = np.random.default_rng(0)
    mu, nu = rng.uniform(0, 2e5, instance.fleet.shape), 0.3
    surcharge = rng.uniform(-1e5, 1e5, (len(own.margins_fen), len(mu)))
    duals, coaches = own._resource_duals(mu, nu, Surcharges(surcharge)), own.coaches
    for pair in rng.permutation(len(own.margins_fen))[:20]:
        work = coaches.pair_work[pair]
        by_type = np.full(len(mu), np.inf)
        for home in np.flatnonzero(coaches.path_m[work] >= 0):
            first, last = days_held(coaches, pair, home)
            for v in np.flatnonzero(coaches.level_of[coaches.seats_of[work, home]] >= 0):
                fen = coach_price_fen(coaches, duals, pair, home, v, first, last)
                by_type[v] = min(by_type[v], fen)
        assert least_prices_fen(coaches, duals, pair)[1] == pytest.approx(by_type)
