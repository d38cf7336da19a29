"""What a worker process does for the search: a task repairs a block; the whole problem may be solved there too.

A task is limited by seconds, or by steps and nodes where the result must not depend on the clock.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import lru_cache

from scheduler.solver.location.local_search import improved
from scheduler.solver.location.problem import Location, loads_of, location_of
from scheduler.solver.location.restricted import PairMask, solve_restricted
from scheduler.solver.mip.kernel_search import solve_block
from scheduler.solver.mip.params import MipParams
from scheduler.solver.mip.whole_problem import NO_LIMIT_S, Exact, solve_whole
from scheduler.solver.model.block import Block, Loads
from scheduler.solver.model.instance import Instance, Ints
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import Solution, SolutionCosts
from scheduler.solver.search.exchanges import run_with_exchanges
from scheduler.solver.search.local_search import LocalSearch
from scheduler.solver.search.params import LocalSearchParams


@dataclass(frozen=True)
class LocalSearchTask:
    """Repair a block run by run, for so many seconds or, if they are given, steps; `exchanges`: by those too."""

    block: Block
    limit_s: float
    most_steps: int | None
    params: LocalSearchParams
    exchanges: bool = False

    def solve(self, services: Services) -> Loads | None:
        """Return the loads that the local search ends with."""
        deadline = time.monotonic() + self.limit_s if self.most_steps is None else math.inf
        local_search = LocalSearch(services, self.block, self.params)
        if self.exchanges:
            return run_with_exchanges(local_search, lambda: time.monotonic() > deadline, self.most_steps)
        return local_search.run(lambda: time.monotonic() > deadline, self.most_steps)


@dataclass(frozen=True)
class ProgramTask:
    """Repair a block as a program over a kernel of services, for so many seconds or, if they are given, nodes."""

    block: Block
    limit_s: float
    most_nodes: int | None
    params: MipParams

    def solve(self, services: Services) -> Loads | None:
        """Return the loads of the best solution found, None when there is none."""
        limit_s = self.limit_s if self.most_nodes is None else NO_LIMIT_S
        return solve_block(services, self.block, limit_s, self.most_nodes, self.params)


@dataclass(frozen=True)
class TrainSearchTask:
    """Move parties among trains, beginning with `at`, for so many seconds or, if they are given, rounds."""

    at: Ints
    seed: int
    limit_s: float
    most_rounds: int | None

    def solve(self, services: Services) -> Loads | None:
        """Return the loads of the best solution found."""
        location = _location_of(services.instance)
        assert location is not None, "coaches run too"
        deadline = time.monotonic() + self.limit_s if self.most_rounds is None else math.inf
        at = improved(location, self.at, self.seed, lambda: time.monotonic() > deadline, self.most_rounds)
        return loads_of(location, at)


@dataclass(frozen=True)
class TrainProgramTask:
    """Solve the whole season over some pairs of a train and a class, for so many seconds or, if given, nodes."""

    kept: PairMask
    known: Loads
    limit_s: float
    most_nodes: int | None
    seed: int

    def solve(self, services: Services) -> Loads | None:
        """Return the loads of the best solution found, None when there is none."""
        limit_s = self.limit_s if self.most_nodes is None else NO_LIMIT_S
        return solve_restricted(services, self.kept, self.known, limit_s, self.most_nodes, self.seed)


Task = LocalSearchTask | ProgramTask | TrainSearchTask | TrainProgramTask


@lru_cache(maxsize=1)
def _location_of(instance: Instance) -> Location | None:
    return location_of(instance)


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
    return task.solve(worker_services())


def solve_whole_in_worker(
    work_sets: list[tuple[int, ...]],
    time_limit_s: float,
    seed: int,
    nodes: int | None,
    start: Solution,
    params: MipParams,
) -> Exact | None:
    """Solve the whole problem in a worker process that has solved nothing else yet."""
    number_alike(worker_services(), work_sets)
    return solve_whole(SolutionCosts(worker_services()), time_limit_s, seed, nodes, start, params)
