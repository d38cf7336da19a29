"""Runs are exchanged for others where opening or closing one alone leads nowhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scheduler.evaluate import Evaluator
from scheduler.problem import FleetRow, Problem
from scheduler.solver.mip.whole_problem import solution_of, whole_block
from scheduler.solver.model.block import Block, Loads
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services, ServiceStops
from scheduler.solver.model.solution import SolutionCosts
from scheduler.solver.search.exchanges import run_with_exchanges
from scheduler.solver.search.local_search import LocalSearch
from scheduler.solver.search.params import LocalSearchParams
from tests.builders import DONGGUAN, FIRST, GUXIAN, LAST, SHENZHEN, day, party, problem, train, vehicle

DONGGUAN_TOO = {"destination": "441900", "work_stop": DONGGUAN}
ONE_COACH = (vehicle(rows=(FleetRow(1, FIRST, LAST),)),)
APART = {"work_radius_km": 0}


def block_of(asked: Problem, *runs: tuple[int, str]) -> tuple[Services, Block]:
    """Return the whole problem, to begin with coaches of 顾县 on these days to these places."""
    services = Services(build_instance(asked, Evaluator(asked)))
    home, works = services.instance.homes.index(GUXIAN), services.instance.works
    seeds = tuple(ServiceStops(on, (home,), (works.index(place),), 0) for on, place in runs)
    return services, replace(whole_block(services), seeds=seeds)


def costs(asked: Problem, *runs: tuple[int, str]) -> tuple[int, int, Loads]:
    """Return what local search comes to from these runs, in fen, without exchanges and with them, and those loads."""
    services, block = block_of(asked, *runs)
    costs, params = SolutionCosts(services), LocalSearchParams()
    without = LocalSearch(services, block, params).run(lambda: False)
    exchanged = run_with_exchanges(LocalSearch(services, block, params), lambda: False)
    return costs.total(solution_of(costs, without)), costs.total(solution_of(costs, exchanged)), exchanged


def parties(number: int, size: int, **changes: Any) -> list[Any]:
    """Return so many parties."""
    return [party(size, **changes) for _ in range(number)]


def test_the_only_coach_goes_where_more_people_wait() -> None:
    asked = problem(*parties(4, 5, **DONGGUAN_TOO), *parties(8, 5), vehicle_types=ONE_COACH, policy=APART)
    without, exchanged, loads = costs(asked, (0, DONGGUAN))
    assert exchanged < without
    assert [sum(load.values()) for _stops, load in loads.coaches] == [8], "the forty ride, the twenty stay"


def test_the_only_coach_goes_on_the_day_that_suits_more() -> None:
    few = parties(4, 5, preferred=day(0), earliest=day(0), latest=day(0))
    many = parties(8, 5, preferred=day(3), earliest=day(3), latest=day(3))
    without, exchanged, loads = costs(problem(*few, *many, vehicle_types=ONE_COACH), (0, SHENZHEN))
    assert exchanged < without
    assert [stops.day for stops, _load in loads.coaches] == [3]


def test_a_coach_makes_room_for_a_train_and_is_used_elsewhere() -> None:
    trains = (train(seats=20, fixed_cost_fen=10_000),)
    asked = problem(*parties(4, 5), *parties(8, 5, **DONGGUAN_TOO), trains=trains, vehicle_types=ONE_COACH)
    _without, exchanged, loads = costs(asked, (0, SHENZHEN))
    assert sum(5 * n for _stops, load in loads.coaches for n in load.values()) >= 40
    assert exchanged < costs(problem(*asked.parties, vehicle_types=ONE_COACH), (0, SHENZHEN))[1]


def test_a_run_beside_more_like_it_than_are_seated_anew_is_closed_all_the_same() -> None:
    asked = problem(*parties(30, 5), vehicle_types=(vehicle(number=9),), policy={"min_load": 1})
    services, block = block_of(asked, *[(0, SHENZHEN)] * 6)
    search = LocalSearch(services, block, replace(LocalSearchParams(), near_runs=2))
    for run in list(search.runs):
        assert run in search.near(run)


@pytest.mark.parametrize("days", [(0,), (0, 0), (0, 4), (1, 2, 3)])
def test_exchanges_never_make_a_plan_dearer(days: tuple[int, ...]) -> None:
    wishes = [day(i % 5) for i in range(20)]
    asked = problem(*(party(3, preferred=wish, earliest=wish, latest=LAST) for wish in wishes), policy={"min_load": 20})
    without, exchanged, _loads = costs(asked, *((each, SHENZHEN) for each in days))
    assert exchanged <= without


def test_a_train_with_people_outside_the_block_runs_on() -> None:
    asked = problem(*parties(8, 5, mode="any"), trains=(train(seats=60, min_load=30, fixed_cost_fen=0),))
    services, block = block_of(asked)
    block = replace(block, trains=tuple(replace(each, must_run=True) for each in block.trains))
    loads = run_with_exchanges(LocalSearch(services, block, LocalSearchParams()), lambda: False)
    assert sum(5 * n for n in loads.trains[0].values()) >= 30


def test_nothing_is_exchanged_when_time_is_over() -> None:
    asked = problem(*parties(4, 5, **DONGGUAN_TOO), *parties(8, 5), vehicle_types=ONE_COACH, policy=APART)
    services, block = block_of(asked, (0, DONGGUAN))
    loads = run_with_exchanges(LocalSearch(services, block, LocalSearchParams()), lambda: True)
    assert [sum(load.values()) for _stops, load in loads.coaches] == [4]
