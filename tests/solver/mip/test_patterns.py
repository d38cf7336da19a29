"""Packing problems: few services, large parties. Known optima of small ones, and the bound against brute force."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.problem import Problem
from scheduler.solver.solve import solve
from tests import builders as b


def packing(sizes: list[int], coaches: list[tuple[int, int]]) -> Problem:
    """Return a problem of one day and one way: parties of these sizes, coaches of (seats, yuan)."""
    types = tuple(
        b.vehicle(seats, len(sizes), fixed_cost_fen=yuan * 100, cost_per_km_fen=0.0) for seats, yuan in coaches
    )
    parties = [b.party(size, earliest=b.day(0), latest=b.day(0)) for size in sizes]
    rules = {"crew_in_rated_seats": False}
    return b.problem(*parties, vehicle_types=types, rules=rules, policy={"unserved_cost": 100_000})


def least_bins(sizes: list[int], capacity: int) -> int:
    """Return the least number of bins by exhaustive placing."""
    best = len(sizes)

    def place(at: int, rooms: tuple[int, ...]) -> None:
        nonlocal best
        if len(rooms) >= best:
            return
        if at == len(sizes):
            best = len(rooms)
            return
        for i, room in enumerate(rooms):
            if room >= sizes[at] and room not in rooms[:i]:
                place(at + 1, (*rooms[:i], room - sizes[at], *rooms[i + 1 :]))
        place(at + 1, (*rooms, capacity - sizes[at]))

    place(0, ())
    return best


@pytest.mark.parametrize(
    ("sizes", "seats", "bins"),
    [
        ([26, 24, 27, 23, 30, 20, 40, 5, 5], 50, 4),
        ([34, 33, 33] * 4, 100, 4),
        ([51] * 5, 60, 5),
        ([17, 17, 16] * 6, 50, 6),
    ],
)
def test_identical_coaches_are_packed_at_the_optimum(sizes: list[int], seats: int, bins: int) -> None:
    plan = solve(packing(sizes, [(seats, 100)]), iterations=2, workers=1)
    assert plan.cost.total == plan.bound
    assert len(plan.runs) == bins


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(4, 30), min_size=6, max_size=11))
def test_packing_agrees_with_exhaustive_placing(sizes: list[int]) -> None:
    plan = solve(packing(sizes, [(40, 100)]), iterations=2, workers=1)
    best = least_bins(sizes, 40) * 100 * 100
    assert plan.bound is not None
    assert plan.bound <= best == plan.cost.runs


def test_the_cheaper_mix_of_coach_sizes_is_found() -> None:
    # 60 people in parties of 20: two 30-seaters waste seats, one 60-seater is dearer than one of 40 and one of 20.
    plan = solve(packing([20, 20, 20], [(20, 30), (40, 50), (60, 90)]), iterations=2, workers=1)
    assert plan.cost.total == plan.bound == 8_000
