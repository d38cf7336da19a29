"""Processes beside the main one: a pool that repairs blocks or solves the whole problem, and one that raises the bound.

They get the instance once; `scheduler.processes` says how they follow this one and what Ctrl-C means to them.
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from queue import Empty, SimpleQueue

import numpy as np

from scheduler.processes import LostProcessError, Pool, give_way, packed_call
from scheduler.solver.bound.column_generation import (
    ProvenDual,
    Relaxation,
    proven_fen,
    rounded_down,
    whole_coaches,
    with_move_price,
)
from scheduler.solver.bound.diving import dive, guide, named, near_services
from scheduler.solver.bound.params import BoundParams
from scheduler.solver.bound.pricing.coach_prices import ServiceIndex
from scheduler.solver.location.branching import ROUNDS_A_WALK, Branching
from scheduler.solver.location.lagrangian import LocationPrices, excess_of, raised
from scheduler.solver.location.local_search import WALKS, improved
from scheduler.solver.location.problem import Location, loads_of, location_of, total_fen
from scheduler.solver.location.restricted import by_class
from scheduler.solver.mip.kernel import Kernel
from scheduler.solver.mip.params import MipParams
from scheduler.solver.mip.whole_problem import Exact, every_service, whole_block
from scheduler.solver.model.guidance import Guide, TrainGuide
from scheduler.solver.model.instance import Instance
from scheduler.solver.model.services import Services, ServiceStops
from scheduler.solver.model.solution import Solution
from scheduler.solver.search.tasks import number_alike, solve_whole_in_worker, start_worker, worker_services

GUIDE_GAIN = 5e-3
"""The relaxation guides the search once a dozen rounds gain less than this share."""

GUIDE_SHARE = 0.3
"""It guides at this part of the time at the latest."""

TELL_SHARE = 0.02
"""The search is told the services that branching uses at most once each such part of the time: the first few lead to a
plan in a second, all of them to the best."""

TELL_GROWTH = 1.15
"""It is told when they are so many times more than last time."""

SOLVED_SHARE = 0.4
"""It is dived into again once it is solved, or at this part of the time: the first dive comes to 0.6 % more."""

MORE_DIVES = 3
"""So often, but for the first time not after that part of the time."""

BOUND_GAINS = 40
"""Where work is counted instead of time, the bound is raised so many times before the search."""

POLL_S = 0.2
"""Seconds between looks at what another process has told."""

FIRST_ROUNDS = 5
"""Rounds of the local search whose plan the bound's steps aim at, where trains run alone."""

FIRST_SEED = 2
"""And its seed, one that walks over solutions which leave nobody behind."""

COUNTED_NODES = 20
"""Where work is counted instead of time, branching stops after so many nodes."""

MOVE_PRICES = (0.0, 0.1, 1.0)
"""Where no more than so many people may be moved: what moving one more is worth, in unserved_cost; the best is kept."""

TRIAL_SHARE = 0.05
"""Each of these prices is tried for this part of the time."""

TRIAL_GAINS = 5
"""Where work is counted, so many gains of the bound."""


def whole_beside(
    pool: Pool,
    services: Services,
    whole: tuple[float, int, int | None, Solution, MipParams],
    over: Callable[[], bool],
) -> Exact | None:
    """Solve the whole problem in another process, which can be left alone when somebody asks for an end.

    `whole` is what `solve_whole` takes: seconds, seed, nodes, the solution to start with, parameters.
    """
    if every_service(Kernel(services, whole_block(services)), whole[-1]) is None:
        return None
    future = pool.submit(solve_whole_in_worker, services.work_sets, *whole)
    while not over():
        if wait([future], POLL_S).done:
            try:
                return future.result()
            except LostProcessError:
                return None  # as if nothing had been found in the time; the search goes on
    return None


class CappedBound(int):
    """A bound in fen on the cost of every plan that moves no more people than may be moved."""


News = int | Guide | TrainGuide
"""What the relaxation tells: a bound in fen, or a guide."""


def worker_pool(workers: int, instance: Instance) -> Pool:
    """Return a pool of processes for tasks of the search; as a context it ends without waiting for those in flight."""
    return Pool(workers, packed_call(start_worker, instance))


class BoundProcess:
    """The relaxation as it is solved in a process of its own: the bound, and guides for the search."""

    def __init__(self, news: SimpleQueue[News], running: Future[None]) -> None:
        self._news = news
        self._running = running
        self._bound_fen = self._capped_fen = 0
        self._guides: list[Guide | TrainGuide] = []
        self.guide_to_come = True
        self.alive = True

    def _receive(self) -> None:
        ended = self._running.done()  # asked first: all it has told is in the queue then
        for news in _all_of(self._news):
            if isinstance(news, Guide | TrainGuide):
                self._guides.append(news)
            elif isinstance(news, CappedBound):
                self._capped_fen = max(self._capped_fen, news)
            else:
                self._bound_fen = max(self._bound_fen, news)
        if ended and self.alive:
            self.alive = self.guide_to_come = False  # it has proven all it can
            if (error := self._running.exception()) is not None:
                # What it has proven holds, and the search can do without the rest.
                warnings.warn(f"the bound was given up: {error!r}", RuntimeWarning, stacklevel=2)

    @property
    def bound_fen(self) -> int:
        """The best bound proven so far, 0 at first."""
        self._receive()
        return self._bound_fen

    @property
    def capped_bound_fen(self) -> int:
        """The best bound proven so far for plans that move no more people than may be moved, 0 at first."""
        self._receive()
        return self._capped_fen

    def guide(self) -> Guide | TrainGuide | None:
        """Return a guide that has come, each once."""
        self._receive()
        self.guide_to_come = self.guide_to_come and not self._guides
        return self._guides.pop(0) if self._guides else None


def _all_of(news: SimpleQueue[News]) -> Iterator[News]:
    while not news.empty():
        yield news.get()


@contextmanager
def bound_beside(instance: Instance, seconds: float, params: BoundParams) -> Iterator[BoundProcess]:
    """Raise the bound beside the search, for at most so many seconds."""
    news: SimpleQueue[News] = SimpleQueue()
    with worker_pool(1, instance) as pool:
        yield BoundProcess(news, pool.submit_packed(packed_call(_timed_news_in_worker, seconds, params), news.put))


def _timed_news_in_worker(seconds: float, params: BoundParams) -> Iterator[News]:
    services = worker_services()
    started = time.monotonic()
    deadline = started + seconds
    if not services.instance.n_classes:
        return
    if (location := location_of(services.instance)) is not None:
        yield from _train_news(location, lambda: time.monotonic() > deadline)
        return
    relaxation, said = _priced_relaxation(services, params, TRIAL_SHARE * seconds)
    for prices in relaxation.improve(started + GUIDE_SHARE * seconds, least_gain=GUIDE_GAIN):
        yield said(prices)

    def dived(turn: int, near: list[ServiceStops]) -> Guide:
        return guide(relaxation, dive(relaxation, lambda: time.monotonic() > deadline, turn), near)

    yield dived(0, near_services(relaxation))
    solved_until = started + SOLVED_SHARE * seconds
    for prices in relaxation.improve(solved_until):
        yield said(prices)
    near = near_services(relaxation)
    for turn in range(1, 1 + MORE_DIVES):
        if turn == 1 or time.monotonic() < solved_until:
            yield dived(turn, near)
    for prices in relaxation.improve(deadline):
        yield said(prices)
    used: set[ServiceIndex] = set()
    told, tell_at = 0, time.monotonic() + TELL_SHARE * seconds
    give_way()  # blocks of the search lower the cost by more than trees now raise the bound, on the same cores
    for prices in whole_coaches(relaxation, deadline, used):
        yield said(prices)
        if len(used) > TELL_GROWTH * told and time.monotonic() > tell_at:
            told, tell_at = len(used), time.monotonic() + TELL_SHARE * seconds
            yield guide(relaxation, [], named(relaxation.pricer, sorted(used)))
    if len(used) > told:
        yield guide(relaxation, [], named(relaxation.pricer, sorted(used)))


def _train_news(location: Location, over: Callable[[], bool], most_nodes: int | None = None) -> Iterator[News]:
    """Yield bounds where trains run alone, and guides: plans, and which pairs a better one may use."""
    at = improved(location, np.full(len(location.size), -1, dtype=np.int64), FIRST_SEED, over, FIRST_ROUNDS)
    best: LocationPrices | None = None
    for best in raised(location, total_fen(location, at), over):
        yield rounded_down(best.bound_fen)
    if best is None:
        return
    excess = excess_of(location, best)
    near_fen = by_class(excess, location.of_class)
    yield TrainGuide(loads_of(location, at), best.bound_fen, near_fen)
    for walk in range(len(WALKS)):
        at = improved(location, at, walk, over, ROUNDS_A_WALK)
    # Branching proves nothing better than this plan may be left, so the search has to have it.
    yield TrainGuide(loads_of(location, at), best.bound_fen, near_fen)
    branching = Branching(location, best, excess, at)
    for bound_fen in branching.bounds(over, most_nodes):
        if branching.at is not at:
            at = branching.at
            yield TrainGuide(loads_of(location, at), best.bound_fen, near_fen)
        plan_fen = total_fen(location, at)
        yield plan_fen if bound_fen >= plan_fen else rounded_down(bound_fen)


def _priced_relaxation(
    services: Services, params: BoundParams, trial_s: float | None
) -> tuple[Relaxation, Callable[[ProvenDual], int]]:
    """Return the relaxation, and what its prices prove.

    Where no more than so many people may be moved, that has a price, too: of a few prices the one at which most is
    proven in a short trial, of so many seconds or where that is None of counted work.
    """
    instance = services.instance
    if instance.told is None or instance.told.max_moved is None:
        return Relaxation(instance, services, params), proven_fen
    best: tuple[int, Relaxation, Callable[[ProvenDual], int]] | None = None
    for share in MOVE_PRICES:
        said = _capped(round(share * instance.unserved_fen), instance.told.max_moved)
        relaxation = Relaxation(with_move_price(instance, round(share * instance.unserved_fen)), services, params)
        deadline = math.inf if trial_s is None else time.monotonic() + trial_s
        proven = max((said(p) for p in islice(relaxation.improve(deadline), TRIAL_GAINS)), default=0)
        if best is None or proven > best[0]:
            best = proven, relaxation, said
    assert best is not None
    return best[1:]


def _capped(price_fen: int, most: int) -> Callable[[ProvenDual], int]:
    """Return what prices prove when moving somebody costs so much more, and no more than so many may be moved."""
    if not price_fen:
        return proven_fen
    return lambda prices: CappedBound(max(0, proven_fen(prices) - price_fen * most))


def counted_news(services: Services, params: BoundParams) -> Iterator[News]:
    """Yield the bounds and at last the guide of so much work, the same ones each time."""
    if not services.instance.n_classes:
        return
    if (location := location_of(services.instance)) is not None:
        yield from _train_news(location, lambda: False, COUNTED_NODES)
        return
    relaxation, said = _priced_relaxation(services, params, None)
    for prices in islice(relaxation.improve(math.inf), BOUND_GAINS):
        yield said(prices)
    yield guide(relaxation, dive(relaxation, lambda: False), near_services(relaxation))


def _counted_news_in_worker(work_sets: list[tuple[int, ...]], params: BoundParams) -> Iterator[News]:
    number_alike(worker_services(), work_sets)
    yield from counted_news(worker_services(), params)


def _work_sets_of_worker() -> list[tuple[int, ...]]:
    return worker_services().work_sets


def counted_news_beside(services: Services, params: BoundParams, stopped: Callable[[], bool]) -> Iterator[News]:
    """Yield the same from a process of its own until `stopped`: to the last bit, so the sets are numbered alike too."""
    news: SimpleQueue[News] = SimpleQueue()
    with worker_pool(1, services.instance) as pool:
        running = pool.submit_packed(packed_call(_counted_news_in_worker, services.work_sets, params), news.put)
        while not stopped():
            ended = running.done()
            try:
                yield news.get(timeout=0 if ended else POLL_S)
            except Empty:
                if ended:
                    running.result()
                    number_alike(services, pool.submit(_work_sets_of_worker).result())
                    return


@dataclass
class SolvedRelaxation:
    """A relaxation that is solved already: its guide is there or never comes."""

    ready: Guide | TrainGuide | None = None
    guide_to_come: bool = False

    def guide(self) -> Guide | TrainGuide | None:
        """Return the guide, once."""
        guide, self.ready = self.ready, None
        return guide
