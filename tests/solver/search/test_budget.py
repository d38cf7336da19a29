"""Local search spends no more than the budget, and spends it where it carries most."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.problem import Problem
from scheduler.solver.mip.whole_problem import solution_of
from scheduler.solver.model.solution import Solution, SolutionCosts
from scheduler.solver.search.exchanges import run_with_exchanges
from scheduler.solver.search.local_search import LocalSearch
from scheduler.solver.search.params import LocalSearchParams
from scheduler.solver.solve import solve
from scheduler.verify import verify
from tests.builders import DONGGUAN, SHENZHEN, party, problem, train, vehicle
from tests.solver.search.test_exchanges import DONGGUAN_TOO, block_of, parties
from tests.solver.search_only import SEARCH_ONLY

COACH_YUAN = 16_000
"""What a coach of 1,500 km costs: 1,000 yuan and 10 a km."""


def searched(asked: Problem, *runs: tuple[int, str]) -> tuple[SolutionCosts, Solution]:
    """Return where local search with exchanges leads from these runs."""
    services, block = block_of(asked, *runs)
    search = LocalSearch(services, block, LocalSearchParams())
    costs = SolutionCosts(services)
    return costs, solution_of(costs, run_with_exchanges(search, lambda: False))


def under(yuan: int, **policy: Any) -> dict[str, Any]:
    """Return a policy of so large a budget."""
    return {"min_load": 1, "budget": yuan, **policy}


@pytest.mark.parametrize("coaches", [0, 1, 2, 3])
def test_no_more_is_spent_than_the_budget(coaches: int) -> None:
    yuan = coaches * COACH_YUAN + 1
    asked = problem(*parties(40, 5), policy=under(yuan))
    costs, found = searched(asked, *[(0, SHENZHEN)] * 4)
    assert costs.spent(found) <= yuan * 100
    assert len(found.coaches) == coaches


def test_fares_are_of_the_budget_too() -> None:
    asked = problem(*parties(40, 5, mode="train"), trains=(train(),), policy=under(9_100))
    costs, found = searched(asked)
    assert costs.spent(found) <= 910_000
    assert costs.served(found) == 0, "the train of all is dearer, and part of it is not thought of"


def test_the_coach_of_few_gives_way_to_that_of_many() -> None:
    few_first = problem(*parties(4, 5, **DONGGUAN_TOO), *parties(9, 5), policy=under(COACH_YUAN + 1, work_radius_km=0))
    costs, found = searched(few_first, (0, DONGGUAN))
    assert costs.served(found) == 45
    assert costs.spent(found) <= (COACH_YUAN + 1) * 100


@pytest.mark.parametrize("yuan", [15_000, 40_000, 90_000, 1_000_000])
def test_the_search_alone_keeps_to_the_budget(yuan: int) -> None:
    cities = ({}, DONGGUAN_TOO)
    asked = problem(
        *(party(1 + i % 4, **cities[i % 2]) for i in range(60)),  # type: ignore[arg-type]
        trains=(train(seats=40, fixed_cost_fen=100_000),),
        vehicle_types=(vehicle(49), vehicle(39, fixed_cost_fen=80_000)),
        policy=under(yuan),
    )
    plan = solve(asked, iterations=4, workers=1, params=SEARCH_ONLY)
    assert verify(asked, plan) == []
    assert plan.cost.runs + plan.cost.seats <= yuan * 100
