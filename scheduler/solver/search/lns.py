"""Large neighbourhood search: choose a neighbourhood, destroy, repair, accept what is cheaper.

A **block** is a few runs close in date and destination, those left behind who could ride with them, and the train
passengers who could change (see `destroy_repair`); `neighbourhoods` has its kinds, `selection` their turns. Once the
relaxation is solved it leads.

Blocks go to an executor (worker processes) or are repaired on the spot. By work, results are taken in the order of
submission, and every random choice comes from one generator, so a fixed number of blocks gives the same plan for the
same seed.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import Protocol

from scheduler.processes import LostProcessError
from scheduler.solver.location.problem import location_of
from scheduler.solver.model.block import Loads
from scheduler.solver.model.guidance import Guide, NearServices, TrainGuide
from scheduler.solver.model.solution import Solution, SolutionCosts
from scheduler.solver.search.blocks.losses import AroundChange, Losses
from scheduler.solver.search.blocks.neighbourhoods import Context, Neighbourhood
from scheduler.solver.search.blocks.trains import TrainSelection
from scheduler.solver.search.destroy_repair import DestroyRepair
from scheduler.solver.search.params import SearchParams
from scheduler.solver.search.selection import Selection
from scheduler.solver.search.tasks import Task, solve_in_worker


class GuideSource(Protocol):
    """Where guides come from; `guide_to_come` until the first is there."""

    guide_to_come: bool

    def guide(self) -> Guide | TrainGuide | None:
        """Return a guide that has come, each once."""
        ...


@dataclass(frozen=True)
class _Repairing:
    """A block in repair: in a worker process (a future), or a task still to be done here."""

    neighbourhood: Neighbourhood
    work: Future[Loads | None] | Task


class Search:
    """Improves a solution, which is its own from now on.

    Parameters
    ----------
    costs : SolutionCosts
        Costs and resources of the instance.
    solution : Solution
        What to begin with.
    rng : random.Random
        The source of every random choice.
    params : SearchParams
        What steers the search.
    by_work : bool
        Whether repairs are limited by work instead of time, so that the same seed gives the same solution.
    touched : iterable of (int, int)
        Work stops and days where the search begins: around which the solution has been changed from outside.
    """

    def __init__(
        self,
        costs: SolutionCosts,
        solution: Solution,
        rng: random.Random,
        params: SearchParams,
        *,
        by_work: bool = False,
        touched: Iterable[tuple[int, int]] = (),
    ) -> None:
        self._params = params
        self._by_work = by_work
        self._current = DestroyRepair(costs, solution, rng)
        near = NearServices()
        self._context = Context(self._current, near, costs.services.regions(), params, by_work)
        location, losses = location_of(costs.instance), Losses(rng)
        self._selection: Selection | TrainSelection = (
            Selection(self._context, losses, AroundChange(losses, touched))
            if location is None
            else TrainSelection(self._context, location, rng)
        )
        self._repairing: dict[int, _Repairing] = {}
        self._number = 0

    @property
    def solution(self) -> Solution:
        """The best solution; while `improve` runs, without the blocks in flight."""
        return self._current.best

    @property
    def cost_fen(self) -> int:
        """What the best solution costs, blocks in flight as they were."""
        return self._current.best_fen

    @property
    def opens_coaches(self) -> bool:
        """Whether there is more to search than who rides which train."""
        return isinstance(self._selection, Selection)

    @property
    def proven_fen(self) -> int:
        """A bound on every plan's cost that the search has proven on its way; 0 where it proves nothing."""
        return self._selection.proven_fen

    def restore(self) -> None:
        """Put back what is in flight: after an interruption the solution is whole again."""
        self._current.restore()

    def improve(
        self,
        executor: Executor | None,
        workers: int,
        deadline: Callable[[], float],
        iterations: int | None,
        stopped: Callable[[], bool],
        improved: Callable[[], None],
        guides: GuideSource,
    ) -> None:
        """Repair blocks until the deadline as it moves, so many iterations or `stopped`; take a guide when it comes."""
        selection = self._selection
        begun = misses = 0
        begun_s = time.monotonic()
        while True:
            if not self._by_work:
                left = (deadline() - time.monotonic()) / max(self._params.least_s, deadline() - begun_s)
                self._current.allow_worse(self._params.worse_share * max(0.0, left))
            if (guide := guides.guide()) is not None:
                before_fen = self.cost_fen
                selection.take_guide(guide)
                if self.cost_fen < before_fen:
                    improved()
            # Until the guide comes a core is better spent on it; the program of a small season needs one for itself.
            spared = guides.guide_to_come or (selection.guided and selection.is_small_season)
            room = max(1, workers - spared) if executor is not None else 1
            while len(self._repairing) < room and not stopped() and misses < self._params.most_misses:
                left_s = deadline() - time.monotonic()
                if left_s < self._params.least_s or (iterations is not None and begun >= iterations):
                    break
                neighbourhood = selection.next()
                if neighbourhood is None:
                    break
                begun += 1
                misses = 0 if self._begin(neighbourhood, executor, left_s) else misses + 1
            if self._repairing:
                landed = self._landed(deadline())
                if landed is not None:
                    misses = 0
                    number, neighbourhood, loads = landed
                    before_fen = self._current.cost_fen
                    if neighbourhood.accept(self._context, number, loads):
                        improved()
                    selection.landed(neighbourhood, gain_fen=before_fen - self._current.cost_fen)
            elif guides.guide_to_come and not stopped():
                time.sleep(self._params.poll_s)
            else:
                return
            if stopped() or time.monotonic() > deadline():
                self.restore()
                return

    def _begin(self, neighbourhood: Neighbourhood, executor: Executor | None, left_s: float) -> bool:
        """Take a block out and have it repaired; tell whether it holds anybody."""
        number = self._number = self._number + 1
        block = neighbourhood.destroy(self._context, number)
        if block is None:
            return False
        share = self._params.beside_share if executor is not None else self._params.here_share
        task = neighbourhood.repair(self._context, block, share * left_s - self._params.margin_s)
        work = task if executor is None else executor.submit(solve_in_worker, task)
        self._repairing[number] = _Repairing(neighbourhood, work)
        return True

    def _landed(self, deadline: float) -> tuple[int, Neighbourhood, Loads | None] | None:
        """Return number and result of what is done: by work the first, by the clock whichever comes first, if any."""
        number, first = next(iter(self._repairing.items()))
        if not isinstance(first.work, Future):
            del self._repairing[number]
            return number, first.neighbourhood, first.work.solve(self._context.current.services)
        futures = {each.work: n for n, each in self._repairing.items() if isinstance(each.work, Future)}
        if self._by_work:
            futures = {first.work: number}
        poll_s = min(self._params.poll_s, max(0.0, deadline - time.monotonic()))
        for future in wait(futures, poll_s, FIRST_COMPLETED).done:
            number = futures[future]
            neighbourhood = self._repairing.pop(number).neighbourhood
            try:
                return number, neighbourhood, future.result()
            except LostProcessError:
                if self._by_work:
                    raise
                return number, neighbourhood, None  # as if it had found nothing in its time
        return None
