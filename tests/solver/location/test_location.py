"""Where trains run alone: bounds that hold, pairs that are rightly left out, plans that obey, against enumeration."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import product
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from scheduler.evaluate import Evaluator
from scheduler.problem import Problem, TrainStop
from scheduler.solver.location.lagrangian import LocationPrices, excess_of, raised
from scheduler.solver.location.local_search import improved
from scheduler.solver.location.problem import NEVER, Location, loads_of, location_of, riding, total_fen
from scheduler.solver.location.restricted import by_class, solve_restricted
from scheduler.solver.mip.highs import LinearRows, MipAnswer, WorkLimits, solved
from scheduler.solver.mip.whole_problem import solution_of, solve_whole
from scheduler.solver.model.block import Loads
from scheduler.solver.model.guidance import TrainGuide
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import SolutionCosts
from scheduler.solver.params import SolveParams
from scheduler.solver.search.blocks.neighbourhoods import Context
from scheduler.solver.search.blocks.trains import NearPairs, TrainSelection
from scheduler.solver.search.params import SearchParams
from scheduler.solver.solve import solve, solve_with_trace
from scheduler.verify import verify
from tests.builders import DONGGUAN, FIRST, SHENZHEN, STATION, party, problem, train, vehicle
from tests.exact_model import optimum

SEEDS = range(40)


def generated(seed: int) -> Location:
    """Return five parties and three trains, some of which must fill up, some pairs closed."""
    rng = np.random.default_rng(seed)
    n, m = 5, 3
    size = rng.integers(1, 6, n)
    cost = rng.integers(0, 100, (m, n)) * size
    cost[rng.random((m, n)) < 0.15] = NEVER
    seats = rng.integers(4, 12, m)
    cost[size[None, :] > seats[:, None]] = NEVER
    least = np.where(rng.random(m) < 0.4, rng.integers(2, 7, m), rng.integers(0, 2, m))
    leave = np.where(rng.random(n) < 0.5, 400, 60) * size
    return Location(size, leave, np.arange(n), cost, seats, least, rng.integers(0, 300, m))


def is_allowed(location: Location, at: np.ndarray) -> bool:
    """Tell whether each train runs within its seats and with enough people, and everybody may ride it."""
    if any(location.cost[k, j] >= NEVER for j, k in enumerate(at) if k >= 0):
        return False
    load = np.bincount(at[at >= 0], location.size[at >= 0], len(location.seats))
    return bool(np.all((load == 0) | ((load <= location.seats) & (load >= location.least))))


def every_plan(location: Location) -> list[np.ndarray]:
    """Return all that is allowed."""
    ways = product(range(-1, len(location.seats)), repeat=len(location.size))
    return [at for way in ways if is_allowed(location, at := np.array(way, dtype=np.int64))]


def last_prices(location: Location, upper_fen: int) -> LocationPrices:
    """Return the best prices."""
    *_, best = raised(location, upper_fen, lambda: False)
    return best


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_costs_less_than_the_bound_nor_than_the_excess_of_its_pairs(seed: int) -> None:
    location = generated(seed)
    plans = every_plan(location)
    costs = [total_fen(location, at) for at in plans]
    prices = last_prices(location, min(costs) + 50)
    excess = excess_of(location, prices)
    assert prices.bound_fen <= min(costs) + 1e-6
    for at, fen in zip(plans, costs, strict=True):
        for j in np.flatnonzero(at >= 0):
            assert prices.bound_fen + excess[at[j], j] <= fen + 1e-6


def test_moves_obey_every_train_and_nearly_always_lead_to_the_optimum() -> None:
    optimal = 0
    for seed in SEEDS:
        location = generated(seed)
        at = np.full(5, -1, dtype=np.int64)
        for walk in range(3):
            at = improved(location, at, walk, lambda: False, 40)
        assert is_allowed(location, at)
        optimal += total_fen(location, at) == min(total_fen(location, each) for each in every_plan(location))
    assert optimal >= 0.9 * len(SEEDS)


def test_bounds_are_tight_where_parties_ride_whole() -> None:
    """Two trains of five seats and two parties of three: cut up, one train and a bit would do."""
    cost = np.zeros((2, 2), dtype=np.int64)
    three, five = np.array([3, 3]), np.array([5, 5])
    location = Location(
        three, np.array([9_000, 9_000]), np.arange(2), cost, five, np.zeros(2, int), np.array([100, 100])
    )
    assert last_prices(location, 200).bound_fen == pytest.approx(200)


# From a problem and back ----------------------------------------------------------------------------------------------


def by_train(number: int, seed: int, trains: int = 4, **changes: object) -> Problem:
    """Return parties of one to five from three townships who ride dear trains of few seats, to two cities."""
    rng = random.Random(seed)
    ends = [{"destination": "440300", "work_stop": SHENZHEN}, {"destination": "441900", "work_stop": DONGGUAN}]
    parties = [party(rng.randint(1, 5), mode="train", **rng.choice(ends)) for _ in range(number)]
    runs = [
        train(
            train=f"K{i}",
            date=FIRST + timedelta(days=rng.randint(0, 4)),
            seats=rng.randint(6, 14),
            fixed_cost_fen=rng.randint(0, 400_000),
            min_load=rng.randint(0, 6),
            stops=(
                TrainStop(STATION, None, 600, None, True),
                TrainStop(DONGGUAN, 1_900, 1_905, rng.randint(5_000, 30_000), False),
                TrainStop(SHENZHEN, 2_000, None, rng.randint(5_000, 30_000), False),
            ),
        )
        for i in range(trains)
    ]
    return problem(*parties, trains=tuple(runs), **changes)  # type: ignore[arg-type]


def services_of(asked: Problem) -> Services:
    """Return the services of a problem."""
    return Services(build_instance(asked, Evaluator(asked)))


def test_a_solution_goes_there_and_back() -> None:
    services = services_of(by_train(8, 1))
    location = location_of(services.instance)
    assert location is not None
    at = improved(location, np.full(8, -1, dtype=np.int64), 0, lambda: False, 20)
    solution = solution_of(SolutionCosts(services), loads_of(location, at))
    assert SolutionCosts(services).total(solution) == total_fen(location, at)
    assert total_fen(location, riding(location, solution)) == total_fen(location, at)


@pytest.mark.parametrize("seed", range(6))
def test_the_program_over_the_pairs_within_the_gap_finds_the_optimum(seed: int) -> None:
    asked = by_train(5, seed)
    services = services_of(asked)
    location = location_of(services.instance)
    assert location is not None
    upper = total_fen(location, improved(location, np.full(5, -1, dtype=np.int64), 0, lambda: False, 1))
    prices = last_prices(location, upper)
    a_fen = 1.0  # for rounding errors
    kept = by_class(excess_of(location, prices), location.of_class) <= upper - prices.bound_fen + a_fen
    loads = solve_restricted(services, kept, None, 10.0, None)
    assert loads is not None
    best = SolutionCosts(services).total(solution_of(SolutionCosts(services), loads))
    assert best == optimum(asked).total_fen


@pytest.mark.parametrize("seed", range(6))
def test_a_season_of_trains_alone_is_solved_without_the_whole_program(seed: int) -> None:
    asked = by_train(5, seed, 3)
    plan = solve(asked, iterations=12, workers=1, params=SolveParams(whole_trains_limit_s=0.0))
    assert verify(asked, plan) == []
    assert plan.cost.total == optimum(asked).total_fen == plan.bound


def one_that_lies(monkeypatch: pytest.MonkeyPatch, lying_seed: int) -> list[int]:
    """Let HiGHS call the start optimal with one seed; return the seeds of all runs, as they come."""
    seeds: list[int] = []

    def lying(rows: LinearRows, whole: np.ndarray, limits: WorkLimits, start: np.ndarray | None = None) -> MipAnswer:
        seeds.append(limits.seed)
        if start is None or limits.seed != lying_seed:
            return solved(rows, whole, limits, start)
        value = float(rows.cost @ start)
        return MipAnswer("optimal", start, value, value, 1, 1)

    monkeypatch.setattr("scheduler.solver.mip.formulation.solved", lying)
    return seeds


def test_what_one_program_alone_says_proves_nothing_where_trains_run_alone() -> None:
    """It is solved again over the same pairs, with another seed, until two prove the cost of the plan."""
    location = location_of(services_of(by_train(5, 1)).instance)
    assert location is not None
    current = SimpleNamespace(cost_fen=1_000, replace=lambda loads: False)
    context = SimpleNamespace(current=current, params=SearchParams())
    selection = TrainSelection(cast(Context, context), location, random.Random(0))
    selection.take_guide(TrainGuide(Loads(), 500.0, np.zeros((4, 1))))
    seeds = []
    for proven in (0, 1_000, 700):
        assert selection.proven_fen == 0
        program = selection.next()
        assert isinstance(program, NearPairs)
        seeds.append(program.seed)
        program.back, program.solved, program.whole, program.proven_fen = True, True, True, proven
    assert selection.proven_fen == 700
    again = selection.next()
    assert isinstance(again, NearPairs)
    assert len({*seeds, again.seed}) == 4
    again.back, again.solved, again.whole, again.proven_fen = True, True, True, 1_000
    assert not isinstance(selection.next(), NearPairs)
    current.cost_fen = 900  # what moves found gives two of them the lie
    assert selection.proven_fen == 0
    assert isinstance(selection.next(), NearPairs)


@pytest.mark.parametrize("lying_seed", [0, 1])
def test_one_run_that_lies_proves_nothing_for_the_whole_season(
    lying_seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = by_train(5, 1)
    seeds = one_that_lies(monkeypatch, lying_seed)
    costs = SolutionCosts(services_of(asked))
    nobody = solution_of(costs, Loads())
    exact = solve_whole(costs, 10.0, start=nobody)
    assert exact is not None
    assert set(seeds) >= {0, 1}
    assert exact.cost_fen == optimum(asked).total_fen
    # A start that is the optimum is no lie, so what is said of it by the second seed counts.
    assert exact.bound_fen == (exact.cost_fen if lying_seed else None)


@pytest.mark.parametrize(
    ("changes", "suits"),
    [
        ({}, True),
        ({"vehicle_types": ()}, True),
        ({"policy": {"budget": 50_000}}, False),
    ],
)
def test_where_trains_run_alone(changes: dict[str, object], suits: bool) -> None:
    assert (location_of(services_of(by_train(5, 0, **changes)).instance) is not None) is suits


def test_coaches_one_train_and_seats_sold_twice_are_for_others() -> None:
    anybody = [party(3), party(2)]
    two = (train(), train(train="K2"))
    assert location_of(services_of(problem(*anybody, trains=two)).instance) is None
    assert location_of(services_of(problem(*anybody, trains=two, vehicle_types=())).instance) is not None
    assert location_of(services_of(problem(*anybody, trains=two[:1], vehicle_types=())).instance) is None
    resold = (train(resell=True), train(train="K2"))
    assert location_of(services_of(problem(*anybody, trains=resold, vehicle_types=())).instance) is None
    assert vehicle().rows, "the first has coaches"


def test_the_time_is_used_while_the_gap_is_open() -> None:
    result = solve_with_trace(by_train(40, 3, 12), time_limit_s=8, workers=2)
    assert result.status in ("optimal", "time_limit")


@pytest.mark.parametrize("limit_s", [0.001, 0.01, 0.05])
def test_a_program_of_trains_too_large_for_the_time_is_left_to_the_search(limit_s: float) -> None:
    """Their pairs count too: it was begun, cut off before it had a bound, and the plan lost with an OverflowError."""
    costs = SolutionCosts(services_of(by_train(60, 1, 30)))
    assert solve_whole(costs, limit_s) is None
