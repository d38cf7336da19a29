"""What a worker process does for the search: solve one task, that is a block or a whole zone, or the whole problem.

A task is limited by seconds, or by steps and nodes where the result must not depend on the clock.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scheduler.solver.mip.kernel_search import solve_block
from scheduler.solver.mip.whole_problem import NO_LIMIT_S, Exact, solve_whole
from scheduler.solver.model.block import Block, Loads
from scheduler.solver.model.instance import Instance
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import SolutionCosts
from scheduler.solver.search.local_search import open_block

NODES = 100
WHOLE_NODES = 500
ZONE_STEPS = 20
"""Limits by work: nodes of a block's MIP and of the whole problem's, steps of a zone."""


@dataclass(frozen=True)
class Task:
    """Work for one process; `by_work`: limited by steps and nodes, not by seconds."""

    block: Block
    whole: bool
    limit_s: float
    by_work: bool


_worker_services: Services | None = None


def start_worker(instance: Instance) -> None:
    """Give a worker process its instance."""
    global _worker_services
    _worker_services = Services(instance)


def worker_services() -> Services:
    """Return the services of this worker process."""
    assert _worker_services is not None
    return _worker_services


def number_alike(services: Services, work_sets: list[tuple[int, ...]]) -> None:
    """Number the sets of work stops as they are numbered elsewhere, so that results are the same, and mean the same."""
    for stops in work_sets:
        services.work_id(stops)


def solve_in_worker(task: Task) -> Loads | None:
    """Solve a task in a worker process."""
    return solve_task(worker_services(), task)


def solve_whole_in_worker(
    work_sets: list[tuple[int, ...]], time_limit_s: float, seed: int, nodes: int | None
) -> Exact | None:
    """Solve the whole problem in a worker process that has solved nothing else yet."""
    number_alike(worker_services(), work_sets)
    return solve_whole(SolutionCosts(worker_services()), time_limit_s, seed, nodes)


def solve_task(services: Services, task: Task) -> Loads | None:
    """Remake a block: a whole zone run by run, a small block as a kernel program."""
    if task.whole:
        steps = ZONE_STEPS if task.by_work else None
        return open_block(services, task.block, math.inf if task.by_work else task.limit_s, steps)
    if task.by_work:
        return solve_block(services, task.block, NO_LIMIT_S, NODES)
    return solve_block(services, task.block, task.limit_s, None)
