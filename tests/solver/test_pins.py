"""The solver obeys pins, and its bound is one of the plans that obey them: against the exact optimum."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from scheduler.commitments import Commitments
from scheduler.errors import InputError
from scheduler.pins import PinKind
from scheduler.plan import Run
from scheduler.problem import Problem
from scheduler.solver.solve import solve_with_trace
from scheduler.verify import verify
from tests.arbitrary_pins import SINGLE, with_pins
from tests.arbitrary_seasons import arbitrary_season
from tests.exact_model import NoPlanError, optimum


def pinned_season(seed: int, kinds: tuple[PinKind, ...], most: int = 3) -> Problem:
    """Return a tiny season with pins."""
    season = arbitrary_season(seed)
    return with_pins(replace(season, parties=season.parties[:5]), random.Random(seed), kinds, most)


def faults(asked: Problem, commitments: Commitments | None = None, frozen: tuple[Run, ...] = ()) -> list[str]:
    """Return what is wrong with the plan of a season with pins."""
    told = commitments.told if commitments is not None else ()
    most = commitments.max_moved if commitments is not None else None
    present = commitments.present if commitments is not None else None
    try:
        best = optimum(asked, told, most, frozen, present)
    except NoPlanError:
        best = None
    try:
        result = solve_with_trace(asked, iterations=4, workers=1, commitments=commitments)
    except InputError as error:
        return [] if best is None else [f"refused: {error}"]
    plan, found = result.plan, []
    if best is None:
        return ["a plan where there is none"]
    found += [f"{v.code} {v.where}" for v in verify(asked, plan, frozen)]
    if plan.bound is None or plan.bound > best.total_fen:
        found.append(f"bound {plan.bound} of {best.total_fen}")
    if plan.cost.total != best.total_fen:
        found.append(f"{plan.cost.total} of {best.total_fen}")
    return found


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_what_is_pinned_of_single_parties_and_services_is_obeyed_at_the_least_cost(first: int) -> None:
    for seed in range(first, first + 20):
        assert faults(pinned_season(seed, SINGLE)) == [], seed
