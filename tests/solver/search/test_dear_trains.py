"""Local search closes and opens trains like coaches: by what their people are worth elsewhere."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from scheduler.evaluate import Evaluator
from scheduler.problem import Problem
from scheduler.solver.mip.whole_problem import whole_block
from scheduler.solver.model.block import Loads
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services, ServiceStops
from scheduler.solver.search.blocks.losses import AroundLoss, Losses
from scheduler.solver.search.local_search import LocalSearch
from scheduler.solver.search.params import LocalSearchParams
from tests.builders import SHENZHEN, party, problem, train
from tests.solver.search.test_neighbourhoods import context_for


def searched(asked: Problem, coaches: int) -> Loads:
    """Return where local search leads from so many coaches of 顾县 to 深圳 on the first day, and all trains."""
    services = Services(build_instance(asked, Evaluator(asked)))
    coach = ServiceStops(0, (services.instance.homes.index("顾县"),), (services.instance.works.index(SHENZHEN),), 0)
    block = replace(whole_block(services), seeds=(coach,) * coaches)
    return LocalSearch(services, block, LocalSearchParams()).run(lambda: False)


def people(number: int, **changes: object) -> list[object]:
    """Return so many single travellers."""
    return [party(1, **changes) for _ in range(number)]


@pytest.mark.parametrize("fixed_yuan", [30_000, 60_000, 500_000])
def test_a_train_dearer_than_the_coaches_of_its_people_is_closed(fixed_yuan: int) -> None:
    asked = problem(*people(60), trains=(train(fixed_cost_fen=fixed_yuan * 100),))  # type: ignore[arg-type]
    loads = searched(asked, 2)
    assert loads.trains == {}
    assert len(loads.coaches) == 2


def test_a_train_cheaper_than_coaches_runs_and_they_do_not() -> None:
    asked = problem(*people(60), trains=(train(fixed_cost_fen=500_000),))  # type: ignore[arg-type]
    loads = searched(asked, 2)
    assert sum(loads.trains[0].values()) == 60
    assert loads.coaches == []


def test_of_two_trains_for_one_train_full_only_the_cheaper_runs() -> None:
    dear, cheap = train(train="K1", fixed_cost_fen=3_000_000), train(train="K2", fixed_cost_fen=1_000_000)
    asked = problem(*people(60, mode="train"), trains=(dear, cheap))  # type: ignore[arg-type]
    assert set(searched(asked, 0).trains) == {1}


def test_a_train_that_few_may_ride_is_left_alone() -> None:
    asked = problem(*people(5, mode="train"), trains=(train(fixed_cost_fen=10_000_000),))  # type: ignore[arg-type]
    assert searched(asked, 0).trains == {}


@pytest.mark.parametrize(
    ("asked", "begins"),
    [
        (problem(*people(9, mode="train"), trains=(train(),)), True),  # type: ignore[arg-type]
        (problem(*people(9, mode="train"), trains=(train(resell=True),)), True),  # type: ignore[arg-type]
        (problem(*people(9, mode="train"), trains=(train(min_load=10),)), True),  # type: ignore[arg-type]
        (problem(*people(9, mode="train")), False),  # type: ignore[arg-type]
    ],
)
def test_blocks_begin_with_trains_where_no_coach_runs(asked: Problem, begins: bool) -> None:
    context = context_for(asked)
    assert bool(AroundLoss(Losses(random.Random(0))).removal(context).stops) is begins
