"""Odd but legal seasons: planned, verified, bounded, and no further from the bound than an ordinary one."""

from __future__ import annotations

import pytest

from scheduler.solver.solve import solve
from scheduler.verify import verify
from tests.odd_seasons import ODD_SEASONS

MOST_GAPS = {"one_date": 0.17}
"""What a few blocks leave, at most, where it is more than that of others: by counted work no whole numbers are branched
on, and a day of 120 people is four coaches."""

MOST_GAP = 0.08


@pytest.mark.parametrize("name", ODD_SEASONS)
def test_an_odd_season_is_planned_close_to_its_bound(name: str) -> None:
    asked = ODD_SEASONS[name](120, 1)
    plan = solve(asked, iterations=3, workers=1)
    assert verify(asked, plan) == []
    assert plan.bound is not None
    assert plan.bound <= plan.cost.total
    assert plan.gap is not None
    assert plan.gap <= MOST_GAPS.get(name, MOST_GAP)
