"""Seats that nobody can fill, since parties ride whole, are sold neither by a bound nor by a program."""

from __future__ import annotations

import time

import pytest

from scheduler.evaluate import Evaluator
from scheduler.plan import Plan
from scheduler.problem import FleetRow, Problem
from scheduler.solver.bound.column_generation import proven_fen
from scheduler.solver.bound.quick import quick_bound
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.party_sizes import common_size, fillable
from scheduler.solver.model.services import Services
from scheduler.solver.solve import solve
from scheduler.verify import verify
from tests.builders import FIRST, LAST, party, problem, train, vehicle
from tests.solver.bound.raising import raise_bound
from tests.solver.search_only import SEARCH_ONLY


def of_sizes(*sizes: int, **changes: object) -> Problem:
    """Return a season of parties of these sizes."""
    return problem(*map(party, sizes), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sizes", "divisor"), [((), 1), ((1, 2, 2), 1), ((2, 2), 2), ((2, 4, 6), 2), ((3, 6), 3), ((2, 3), 1), ((5,), 5)]
)
def test_what_divides_all_sizes(sizes: tuple[int, ...], divisor: int) -> None:
    asked = of_sizes(*sizes)
    instance = build_instance(asked, Evaluator(asked))
    assert common_size(instance) == divisor
    assert [fillable(instance, seats) % divisor for seats in (0, 44, 45, 46)] == [0] * 4
    assert 45 - divisor < fillable(instance, 45) <= 45


@pytest.mark.parametrize(("size", "rated", "least"), [(2, 7, 5), (3, 9, 7), (5, 8, 1), (4, 11, 8)])
def test_small_coaches_and_parties_near_their_size_are_planned(size: int, rated: int, least: int) -> None:
    few = (vehicle(rated, 2, rows=(FleetRow(2, FIRST, LAST),)),)
    asked = of_sizes(*[size] * 6, vehicle_types=few, policy={"min_load": least}, rules={"crew_in_rated_seats": False})
    planned(asked)


def planned(asked: Problem) -> Plan:
    plan = solve(asked, iterations=2, workers=1)
    assert verify(asked, plan) == []
    return plan


@pytest.mark.parametrize(("size", "number"), [(1, 400), (2, 300), (3, 300), (4, 200)])
def test_parties_all_alike_are_planned_at_the_optimum_at_once(size: int, number: int) -> None:
    few = (vehicle(49, 5, rows=(FleetRow(5, FIRST, LAST),)), vehicle(39, 3, rows=(FleetRow(3, FIRST, LAST),)))
    assert planned(of_sizes(*[size] * number, vehicle_types=few)).gap == 0


@pytest.mark.parametrize("size", [2, 4, 7])
def test_bounds_know_of_seats_that_stay_empty(size: int) -> None:
    """Three coaches of 45 passengers' seats, where 45 is no multiple: each has some that nobody can fill."""
    one_day = (vehicle(49, 3, rows=(FleetRow(3, FIRST, FIRST),)),)
    alone = {"earliest": FIRST, "latest": FIRST}
    asked = problem(*(party(size, **alone) for _ in range(80)), vehicle_types=one_day, trains=(train(seats=size + 1),))
    best = planned(asked)
    assert best.gap == 0
    services = Services(build_instance(asked, Evaluator(asked)))
    *_, last = raise_bound(services.instance, services, time.monotonic() + 60.0)
    assert quick_bound(services) <= best.cost.total
    assert best.cost.total * 0.999 <= proven_fen(last) <= best.cost.total


def test_the_search_alone_fills_no_seat_with_half_a_party() -> None:
    asked = of_sizes(*[2] * 90, *[4] * 20)
    plan = solve(asked, iterations=4, workers=1, params=SEARCH_ONLY)
    assert verify(asked, plan) == []
