"""Trees of whole numbers: limits bound what they should, splits lose no plan, trees of regions are valid too."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from scheduler.evaluate import Evaluator
from scheduler.problem import Problem
from scheduler.solver.bound.branching import tree
from scheduler.solver.bound.branching.candidates import Candidates
from scheduler.solver.bound.branching.node import Count, Limits, NodeDual
from scheduler.solver.bound.branching.tree import Tree
from scheduler.solver.bound.column_generation import DEFAULT_PARAMS, proven_fen, train_riders
from scheduler.solver.bound.groups import build_groups
from scheduler.solver.bound.master import DualPoint
from scheduler.solver.bound.params import BoundParams, BranchingParams
from scheduler.solver.bound.pricing.coach_prices import ServiceIndex
from scheduler.solver.bound.pricing.pricer import Pricer
from scheduler.solver.bound.pricing.service_cover import build_cover
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from tests.builders import DONGGUAN, SHENZHEN, day, party, problem, train, vehicle
from tests.exact_model import optimum
from tests.solver.bound.raising import raise_bound
from tests.strategies import tiny_problems

RUN_FEN = 100_000 + 1_500 * 1_000
"""A coach of the builders' default type to 深圳."""

LEFT_FEN = 300_000


class Bench:
    """The dual of a problem's nodes, from prices of 0."""

    def __init__(self, asked: Problem) -> None:
        self.instance = build_instance(asked, Evaluator(asked))
        groups = build_groups(self.instance)
        self.trains = train_riders(self.instance, groups)
        self.pricer = Pricer(
            self.instance, build_cover(Services(self.instance), DEFAULT_PARAMS.cover), groups, DEFAULT_PARAMS.pricing
        )
        nothing = DualPoint(np.zeros(len(groups)), np.zeros(self.instance.fleet.shape), 0.0)
        self.dual = NodeDual(self.instance, self.pricer, self.trains, nothing, groups.leave_fen, DEFAULT_PARAMS)

    def count(
        self, *, coaches: bool = False, calling: int | None = None, left: bool = False, trains: bool = False
    ) -> int:
        """Number the count of all coaches, or those calling at a home stop, all people left behind or all trains."""
        homes = self.pricer.cover.home_stops
        return self.dual.number(
            Count(
                np.full(len(self.pricer.margins_fen), coaches),
                np.full(len(self.instance.rated), coaches),
                np.ones(len(homes), dtype=bool) if calling is None else (homes == calling).any(axis=1),
                np.full(len(self.pricer.groups), left),
                np.full(len(self.trains), trains),
            )
        )

    def bound(self, limits: Limits, rounds: int = 60) -> float:
        """Return what so many rounds prove of a node."""
        state, proven = self.dual.root()
        for _ in range(rounds):
            state, found, _shares = self.dual.round(limits, state, proven)
            proven = max(proven, found, key=lambda each: each.fen)
        return proven.fen


def sixty() -> Problem:
    """60 people of one wish: two coaches of 45 seats, or one and 15 people left."""
    return problem(*(party(5) for _ in range(12)))


@pytest.mark.parametrize(
    ("low", "high", "exact"),
    [(0, 0, 60 * LEFT_FEN), (0, 1, RUN_FEN + 15 * LEFT_FEN), (2, np.inf, 2 * RUN_FEN), (2, 2, 2 * RUN_FEN)],
)
def test_a_limit_on_coaches_bounds_what_is_within(low: float, high: float, exact: float) -> None:
    bench = Bench(sixty())
    assert 0.998 * exact <= bench.bound({bench.count(coaches=True): (low, high)}) <= exact


@pytest.mark.parametrize(
    ("number", "exact"),
    # All go to the next hub for 13 yuan, from where coaches drive 5 km more; or those do who are not on the one coach.
    [(0, 60 / 45 * (RUN_FEN + 5_000) + 60 * 1_300), (1, RUN_FEN + 15 / 45 * (RUN_FEN + 5_000) + 15 * 1_300)],
)
def test_a_limit_on_coaches_that_call_at_a_home_stop_bounds_what_is_within(number: int, exact: float) -> None:
    bench = Bench(sixty())
    own = bench.instance.homes.index("顾县")
    assert 0.999 * exact <= bench.bound({bench.count(coaches=True, calling=own): (number, number)}) <= exact


@pytest.mark.parametrize(
    ("low", "high", "exact"), [(0, 0, RUN_FEN * 60 / 45), (30, np.inf, 30 * (LEFT_FEN + RUN_FEN / 45))]
)
def test_a_limit_on_people_left_behind_bounds_what_is_within(low: float, high: float, exact: float) -> None:
    bench = Bench(sixty())
    assert 0.99 * exact <= bench.bound({bench.count(left=True): (low, high)}) <= exact + 1


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_prices_they_prove_no_more_than_a_plan_costs(seed: int) -> None:
    # Two coaches with all 60 aboard, one with 15 left, and none: each is within its own limits.
    bench, rng = Bench(sixty()), np.random.default_rng(seed)
    coaches, left = bench.count(coaches=True), bench.count(left=True)
    plans = [(2.0, 0.0, 2 * RUN_FEN), (1.0, 15.0, RUN_FEN + 15 * LEFT_FEN), (0.0, 60.0, 60 * LEFT_FEN)]
    for n_coaches, n_left, fen in plans:
        limits = {coaches: (n_coaches, n_coaches), left: (n_left, n_left)}
        y = rng.uniform(-0.2, 1.5, len(bench.pricer.groups)) * LEFT_FEN
        mu = rng.uniform(0, 0.1, bench.instance.fleet.shape) * RUN_FEN * rng.integers(0, 2)
        delta = np.array([rng.normal() * 3 * RUN_FEN, rng.normal() * LEFT_FEN])
        proven, _columns = bench.dual._prove(limits, DualPoint(y, mu, 0.0), delta)
        assert proven.fen <= fen + 1


def test_limits_on_several_counts_add_up() -> None:
    bench = Bench(sixty())
    exact = RUN_FEN + 30 * LEFT_FEN
    limits = {bench.count(coaches=True): (0.0, 1.0), bench.count(left=True): (30.0, np.inf)}
    # The coach carries 30 of its 45 seats: two thirds of it are bought, unless it is told to run whole.
    assert bench.bound(limits) <= exact
    whole = limits | {bench.count(coaches=True): (1.0, 1.0)}
    assert 0.99 * exact <= bench.bound(whole) <= exact


@pytest.mark.parametrize(("low", "high", "exact"), [(0, 0, 10 * LEFT_FEN), (1, 1, 10 * 16_800 + 500_000)])
def test_a_limit_on_trains_bounds_what_is_within(low: float, high: float, exact: float) -> None:
    people = [party(1, work_stop=DONGGUAN, destination="441900", preferred=day(0)) for _ in range(10)]
    bench = Bench(problem(*people, vehicle_types=(), trains=(replace(train(seats=10), fixed_cost_fen=500_000),)))
    assert 0.99 * exact <= bench.bound({bench.count(trains=True): (low, high)}) <= exact + 1


def test_no_more_coaches_are_looked_for_than_can_reach_min_load() -> None:
    bench = Bench(problem(*(party(5) for _ in range(12)), policy={"min_load": 25}))
    candidates = Candidates(
        bench.pricer, [(np.arange(len(bench.pricer.margins_fen)), np.arange(1))], 0, DEFAULT_PARAMS.branching
    )
    coaches, left = (bench.dual.counts[number] for number in (bench.count(coaches=True), bench.count(left=True)))
    assert candidates.most(coaches) == 2
    assert candidates.most(left) == np.inf


def test_the_leaves_of_a_tree_hold_every_number() -> None:
    asked = problem(
        *(party(3, preferred=day(i % 5), origin="罗渡镇" if i % 3 else "顾县镇") for i in range(30)),
        *(party(2, work_stop=SHENZHEN, preferred=day(i % 5)) for i in range(20)),
    )
    bench = Bench(asked)
    everything = np.arange(len(bench.pricer.margins_fen)), np.arange(len(bench.pricer.groups))
    candidates = Candidates(bench.pricer, [everything], len(bench.trains), DEFAULT_PARAMS.branching)
    tree = Tree(bench.dual, candidates, lambda: False, DEFAULT_PARAMS.branching)
    for _ in range(60):
        if not tree.done:
            tree.step()
    leaves = [node.limits for node in tree._open]
    assert len(leaves) >= 2
    rng = np.random.default_rng(0)
    for _ in range(200):
        top = [min(candidates.most(count), 20) for count in bench.dual.counts]
        plan = [float(rng.integers(0, most + 1)) for most in top]
        within = [all(low <= plan[i] <= high for i, (low, high) in limits.items()) for limits in leaves]
        assert sum(within) == 1


@pytest.mark.parametrize("most_groups_together", [0, 1_000])
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=tiny_problems())
def test_no_bound_of_regions_is_above_the_optimum(most_groups_together: int, asked: Problem) -> None:
    best = optimum(asked).total_fen
    instance = build_instance(asked, Evaluator(asked))
    params = BoundParams(branching=BranchingParams(most_groups_together=most_groups_together, groups_apart=0))
    for prices in raise_bound(instance, Services(instance), time.monotonic() + 5, params):
        assert proven_fen(prices) <= best


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(tiny_problems())
def test_no_bound_of_hasty_trees_is_above_the_optimum(asked: Problem) -> None:
    # Nodes are split before they are raised: many more leaves, and prices far from the best.
    best = optimum(asked).total_fen
    instance = build_instance(asked, Evaluator(asked))
    params = BoundParams(branching=BranchingParams(rounds=1, trial_rounds=1, settled_gain=np.inf))
    for prices in raise_bound(instance, Services(instance), time.monotonic() + 5, params):
        assert proven_fen(prices) <= best


def scarce() -> Problem:
    """One large coach and many small ones on one day: the relaxation shares the large one between both ways."""
    return problem(
        *(party(5, preferred=day(0), earliest=day(0), latest=day(0)) for _ in range(9)),
        *(
            party(5, work_stop=DONGGUAN, destination="441900", preferred=day(0), earliest=day(0), latest=day(0))
            for _ in range(9)
        ),
        vehicle_types=(vehicle(number=1),),
        policy={"work_radius_km": 0},
    )


def test_scarce_types_are_bounded_too() -> None:
    instance = build_instance(scarce(), Evaluator(scarce()))
    *_earlier, last = raise_bound(instance, Services(instance), time.monotonic() + 60)
    assert last.bound_fen > 45 * LEFT_FEN


class Growing:
    """A forest that proves ever more, until it is done."""

    def __init__(self, fens: list[float], step_s: float) -> None:
        self.fens, self.step_s, self.spent_s, self.steps = fens, step_s, 0.0, 0

    @property
    def fen(self) -> float:
        return self.fens[self.steps]

    @property
    def done(self) -> bool:
        return self.steps == len(self.fens) - 1

    def step(self, used: set[ServiceIndex]) -> None:
        self.steps += 1
        self.spent_s += self.step_s


def test_the_common_tree_and_those_of_regions_share_the_time_and_the_higher_bound_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench(scarce())
    common, apart = Growing([1.0, 2.0, 9.0], 1.0), Growing([3.0, 4.0, 5.0, 6.0], 0.4)
    monkeypatch.setattr(tree._Roots, "together", lambda _roots: common)
    monkeypatch.setattr(tree._Roots, "apart", lambda _roots: apart)
    params = BoundParams(branching=BranchingParams(groups_apart=0))
    point = DualPoint(np.zeros(len(bench.pricer.groups)), np.zeros(bench.instance.fleet.shape), 0.0)
    until = time.monotonic() + 60
    found = tree.branch(bench.instance, bench.pricer, bench.trains, point, params, until, lambda: False, set())
    assert list(found) == [3.0, 3.0, 4.0, 5.0, 6.0, 9.0], "the common one, three times the others, the common one"


def test_a_tree_stops_when_told() -> None:
    asked = problem(*(party(3, preferred=day(i % 4)) for i in range(40)), vehicle_types=(vehicle(number=2),))
    instance = build_instance(asked, Evaluator(asked))
    list(raise_bound(instance, Services(instance), time.monotonic() + 1))
    started = time.monotonic()
    list(raise_bound(instance, Services(instance), started + 0.5))
    assert time.monotonic() - started < 2.0
