"""Branching on which trains run: bounds that hold, against every plan, and that rise."""

from __future__ import annotations

import random

import numpy as np
import pytest

from scheduler.solver.location.branching import Branching
from scheduler.solver.location.lagrangian import either_way_of, excess_of
from scheduler.solver.location.problem import Location, total_fen
from tests.solver.location.test_location import SEEDS, every_plan, generated, is_allowed, last_prices

A_FEN = 1e-6
"""For rounding errors."""


def branched(location: Location, at: np.ndarray, most_nodes: int) -> tuple[float, float, int]:
    """Return the bound before branching and the last one, which only rises, and what the best plan costs."""
    upper_fen = total_fen(location, at)
    prices = last_prices(location, upper_fen)
    branching = Branching(location, prices, excess_of(location, prices), at)
    told = list(branching.bounds(lambda: False, most_nodes))
    assert told == sorted(told)
    assert is_allowed(location, branching.at)
    return prices.bound_fen, max([prices.bound_fen, *told]), total_fen(location, branching.at)


@pytest.mark.parametrize("seed", SEEDS)
def test_branching_ends_at_the_optimum_from_any_plan(seed: int) -> None:
    location = generated(seed)
    plans = every_plan(location)
    optimum_fen = min(total_fen(location, at) for at in plans)
    for at in random.Random(seed).sample(plans, 3):
        _before, bound_fen, plan_fen = branched(location, at, 200)
        assert plan_fen == optimum_fen
        assert bound_fen == pytest.approx(optimum_fen)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_costs_less_than_a_few_nodes_prove(seed: int) -> None:
    location = generated(seed)
    plans = every_plan(location)
    at = random.Random(seed).choice(plans)
    before_fen, bound_fen, _plan_fen = branched(location, at, 4)
    assert before_fen <= bound_fen <= min(total_fen(location, each) for each in plans) + A_FEN


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_costs_less_than_prices_say_of_a_train_that_runs_or_does_not(seed: int) -> None:
    location = generated(seed)
    plans = every_plan(location)
    prices = last_prices(location, min(total_fen(location, at) for at in plans))
    if_runs, if_not = either_way_of(location, prices)
    for at in plans:
        runs = np.isin(np.arange(len(location.seats)), at)
        assert (np.where(runs, if_runs, if_not) <= total_fen(location, at) + A_FEN).all()
