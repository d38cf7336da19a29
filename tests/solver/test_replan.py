"""A later plan pays for whom it moves, begins with the one that stands, and leaves frozen runs as they are."""

from __future__ import annotations

import time

import pytest

from scheduler.evaluate import Evaluator
from scheduler.solver.bound.column_generation import proven_fen
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from scheduler.solver.solve import solve_with_trace
from scheduler.verify import verify
from tests.arbitrary_replans import Replan, arbitrary_replan
from tests.exact_model import optimum
from tests.solver.bound.raising import raise_bound

KINDS = {"told": {}, "frozen": {"frozen": True}, "capped": {"capped": True}}


def faults(asked: Replan) -> list[str]:
    """Return what is wrong with the replan of a season."""
    commitments = asked.commitments
    best = optimum(asked.problem, commitments.told, commitments.max_moved, asked.frozen)
    result = solve_with_trace(asked.problem, iterations=4, workers=1, commitments=commitments)
    plan, found = result.plan, []
    if verify(asked.problem, plan, asked.frozen):
        found.append("verify")
    if plan.bound is None or plan.bound > best.total_fen:
        found.append(f"bound {plan.bound} of {best.total_fen}")
    if (result.moved, plan.cost.total) != (best.moved, best.total_fen) and plan.cost.total != best.total_fen:
        found.append(f"{plan.cost.total} of {best.total_fen}")
    if commitments.max_moved is not None and result.moved > max(commitments.max_moved, best.moved):
        found.append(f"moved {result.moved}")
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", range(0, 60, 10))
def test_a_replan_is_the_exact_optimum(kind: str, first: int) -> None:
    for seed in range(first, first + 10):
        assert faults(arbitrary_replan(seed, **KINDS[kind])) == [], seed


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_no_bound_is_above_the_optimum_of_a_replan(first: int) -> None:
    for seed in range(first, first + 20):
        asked = arbitrary_replan(seed)
        told = asked.commitments.told
        best = optimum(asked.problem, told).total_fen
        instance = build_instance(asked.problem, Evaluator(asked.problem), told)
        for prices in raise_bound(instance, Services(instance), time.monotonic() + 4.0):
            assert proven_fen(prices) <= best, seed
