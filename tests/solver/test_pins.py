"""The solver obeys pins, and its bound is one of the plans that obey them: against the exact optimum."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from scheduler.commitments import Commitments
from scheduler.errors import InputError
from scheduler.pins import PinKind
from scheduler.plan import Run
from scheduler.problem import Problem
from scheduler.solver.params import SolveParams
from scheduler.solver.solve import solve_with_trace
from scheduler.verify import verify
from tests.arbitrary_pins import LINKS, SINGLE, with_pins
from tests.arbitrary_replans import arbitrary_replan
from tests.arbitrary_seasons import arbitrary_season
from tests.exact_model import NoPlanError, Optimum, optimum
from tests.solver.search_only import SEARCH_ONLY

KINDS: dict[str, tuple[PinKind, ...]] = {"single": SINGLE, "links": LINKS, "all": SINGLE + LINKS}
REPLANS: dict[str, dict[str, bool]] = {"told": {}, "frozen": {"frozen": True}, "capped": {"capped": True}}


def pinned_season(seed: int, kinds: Sequence[PinKind], most: int = 3) -> Problem:
    """Return a tiny season with pins."""
    season = arbitrary_season(seed)
    return with_pins(replace(season, parties=season.parties[:5]), random.Random(seed), kinds, most)


def best_of(asked: Problem, commitments: Commitments | None, frozen: tuple[Run, ...]) -> Optimum | None:
    """Return the exact optimum, None where no plan obeys the pins."""
    told = commitments.told if commitments is not None else ()
    most = commitments.max_moved if commitments is not None else None
    present = commitments.present if commitments is not None else None
    try:
        return optimum(asked, told, most, frozen, present)
    except NoPlanError:
        return None


def faults(
    asked: Problem,
    commitments: Commitments | None = None,
    frozen: tuple[Run, ...] = (),
    params: SolveParams | None = None,
) -> list[str]:
    """Return what is wrong with the plan of a season with pins; with `params` it need not be the optimum."""
    best = best_of(asked, commitments, frozen)
    try:
        result = solve_with_trace(asked, iterations=4, workers=1, commitments=commitments, params=params)
    except InputError as error:
        return [] if best is None or params is not None else [f"refused: {error}"]
    plan = result.plan
    if best is None:
        return ["a plan where there is none"]
    found = [f"{v.code} {v.where}" for v in verify(asked, plan, frozen)]
    if plan.bound is None or plan.bound > best.total_fen:
        found.append(f"bound {plan.bound} of {best.total_fen}")
    if plan.cost.total != best.total_fen and params is None:
        found.append(f"{plan.cost.total} of {best.total_fen}")
    return found


@pytest.mark.parametrize("kinds", KINDS)
@pytest.mark.parametrize("first", range(0, 100, 10))
def test_a_plan_with_pins_is_the_exact_optimum(kinds: str, first: int) -> None:
    for seed in range(first, first + 10):
        assert faults(pinned_season(seed, KINDS[kinds])) == [], seed


@pytest.mark.parametrize("kind", REPLANS)
@pytest.mark.parametrize("first", range(0, 40, 10))
def test_so_is_a_replan(kind: str, first: int) -> None:
    for seed in range(first, first + 10):
        asked = arbitrary_replan(seed, **REPLANS[kind])
        pinned = with_pins(asked.problem, random.Random(seed), KINDS["all"], 3, asked.commitments.present)
        assert faults(pinned, asked.commitments, asked.frozen) == [], seed


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_the_search_alone_breaks_no_pin(first: int) -> None:
    for seed in range(first, first + 20):
        assert faults(pinned_season(seed, KINDS["all"]), params=SEARCH_ONLY) == [], seed
