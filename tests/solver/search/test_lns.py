"""The loop: choose, destroy, repair, accept, until there is nothing to do or no time."""

from __future__ import annotations

import math
import random
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any

import pytest

from scheduler.evaluate import Evaluator
from scheduler.problem import Problem
from scheduler.processes import LostProcessError
from scheduler.solver.model.guidance import Guide
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import SolutionCosts, empty_solution
from scheduler.solver.search.lns import Search
from scheduler.solver.search.params import SearchParams
from tests.builders import problem
from tests.solver.search.test_neighbourhoods import two_regions


@dataclass
class NoGuide:
    """No guide, and none to come."""

    guide_to_come: bool = False

    def guide(self) -> Guide | None:
        """Return none."""
        return None


class Here(Executor):
    """An executor without processes: each task is done at once, or its process is lost."""

    def __init__(self, services: Services, *, lost: bool = False) -> None:
        self.services = services
        self.lost = lost
        self.asked = 0

    def submit(self, _function: Any, task: Any, /, *_args: Any, **_kwargs: Any) -> Future[Any]:
        """Return the future of a task that is done already."""
        self.asked += 1
        future: Future[Any] = Future()
        if self.lost:
            future.set_exception(LostProcessError())
        else:
            future.set_result(task.solve(self.services))
        return future


def search_for(asked: Problem, *, by_work: bool = True, **params: Any) -> tuple[Search, SolutionCosts]:
    """Return a search that begins with nobody served."""
    costs = SolutionCosts(Services(build_instance(asked, Evaluator(asked))))
    search = Search(costs, empty_solution(costs.instance), random.Random(0), SearchParams(**params), by_work=by_work)
    return search, costs


def improve(search: Search, *, executor: Executor | None = None, iterations: int | None = 6) -> list[int]:
    """Improve by so many blocks; return the cost after each that was better."""
    costs: list[int] = []
    search.improve(
        executor, 2, lambda: math.inf, iterations, lambda: False, lambda: costs.append(search.cost_fen), NoGuide()
    )
    return costs


def test_every_step_that_is_taken_is_cheaper_and_the_cost_is_the_solutions() -> None:
    search, costs = search_for(two_regions())
    course = [search.cost_fen, *improve(search)]
    assert len(course) > 1
    assert course == sorted(set(course), reverse=True)
    assert search.cost_fen == course[-1] == costs.total(search.solution)


def test_the_same_seed_takes_the_same_steps_with_processes_or_without() -> None:
    found = []
    for _ in range(2):
        search, costs = search_for(two_regions())
        found.append((improve(search, executor=Here(costs.services)), str(search.solution)))
    assert found[0] == found[1]
    search, _books = search_for(two_regions())
    assert improve(search)[-1] == found[0][0][-1]


def test_where_nobody_is_the_search_ends_by_itself() -> None:
    search, _books = search_for(problem())
    assert improve(search, iterations=None) == []
    assert search.cost_fen == 0


def test_a_lost_process_found_nothing_by_the_clock_and_is_an_error_by_work() -> None:
    search, costs = search_for(two_regions(), by_work=False)
    here = Here(costs.services, lost=True)
    assert improve(search, executor=here) == []
    assert here.asked == 6
    assert search.cost_fen == costs.total(search.solution)
    search, costs = search_for(two_regions())
    with pytest.raises(LostProcessError):
        improve(search, executor=Here(costs.services, lost=True))
    search.restore()
    assert search.cost_fen == costs.total(search.solution)


def test_who_stops_gets_a_whole_solution() -> None:
    search, costs = search_for(two_regions())
    asked = 0

    def stopped() -> bool:
        nonlocal asked
        asked += 1
        return asked > 2

    search.improve(Here(costs.services), 2, lambda: math.inf, None, stopped, lambda: None, NoGuide(guide_to_come=True))
    assert search.cost_fen == costs.total(search.solution)
