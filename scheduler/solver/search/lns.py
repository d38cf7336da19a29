"""Improvement by remaking parts of the plan: take a block of runs out, solve it as a kernel MIP, keep what is cheaper.

A **block** is a few runs close in date and destination, those left behind who could ride with them, and the train
passengers who could change (see `workbench`). Regions (destinations that can share a coach) meet only in fleet, trains
and budget, so a region of few parties is one block.

Once the relaxation is solved it leads (`dive`): its plan is taken if it is cheaper, few parties are one program over
its near services, and blocks begin with those near to them.

Blocks go to an executor (worker processes) or are solved on the spot. By work, results are taken in the order of
submission, and every random choice comes from one generator, so a fixed number of blocks gives the same plan for the
same seed.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from itertools import chain
from typing import Protocol

import numpy as np

from scheduler.processes import LostProcessError
from scheduler.solver.mip.whole_problem import whole_block
from scheduler.solver.model.block import Loads
from scheduler.solver.model.guidance import Guide
from scheduler.solver.model.instance import Ints
from scheduler.solver.model.services import Services, ServiceStops
from scheduler.solver.model.solution import Coach, Solution, SolutionCosts
from scheduler.solver.search.destroy_repair import Choice, Workbench
from scheduler.solver.search.neighbourhoods import BlockChoice
from scheduler.solver.search.tasks import Task, solve_in_worker, solve_task

SMALL_REGION = 450
"""People of a region that is remade as one block."""

BLOCK_LIMIT_S = 12.0
"""Seconds of one block."""

PROGRAM_LIMIT_S = 25.0
PROGRAM_SHARE = 0.3
"""A program over near services has this share of the seconds left, and so many at least: HiGHS needs 5 to 20 for a
first good plan."""

ZONE_LIMIT_S = 15.0
ZONE_PEOPLE_PER_S = 2_500
"""Seconds of one go at a zone, one more for so many people. One that got better has another go."""

PROGRAM_PARTIES = 1_500
REGION_PARTIES = 500
"""A season, and a region of a larger one, of so few parties is one program over the near services: beside regions that
are larger, blocks save more in the time."""

BLOCK_NEAR = 60
"""Near services that a block is given."""

ALONE_SHARE = 0.3
"""A task has this share of the time left at most where there is no process beside to receive a guide."""

POLL_S = 0.2

MOST_MISSES = 50
"""After so many choices that hold nobody the search is over."""


class Guiding(Protocol):
    """Where guides come from; `guide_to_come` until the first is there."""

    guide_to_come: bool

    def guide(self) -> Guide | None:
        """Return a guide that has come, each once."""
        ...


@dataclass
class Search:
    """The state of the improvement: a draft, its books, what is in flight."""

    books: SolutionCosts
    draft: Solution
    rng: random.Random
    deterministic: bool = False

    def __post_init__(self) -> None:
        self.instance = self.books.instance
        self.services: Services = self.books.services
        self.region = self.services.regions()
        self.bench = Workbench(self.books, self.draft, self.rng)
        self._blocks = BlockChoice(self.books, self.draft, self.region, self.rng)
        self._tick = 0
        self._plans: set[int] = set()
        self._programmed: list[ServiceStops] = []
        self._near: dict[int, list[tuple[int, ServiceStops]]] = {}
        self._near_then: dict[int, list[ServiceStops]] = {}

    @property
    def cost(self) -> int:
        """What the plan costs now, in fen."""
        return self.bench.cost

    # The loop ----------------------------------------------------------------------------------------------------

    def improve(
        self,
        executor: Executor | None,
        workers: int,
        deadline: float,
        iterations: int | None,
        stopped: Callable[[], bool],
        improved: Callable[[], None],
        relaxation: Guiding,
    ) -> None:
        """Remake blocks until the deadline, the number of iterations or `stopped`; take a guide when it comes."""
        flying: dict[int, Future[Loads | None] | Task] = {}
        # Opening knows no budget: under one it would only waste its time.
        zones = self._zones() if self.instance.budget_fen is None else []
        small = self._small_regions()
        first: list[Choice] = []
        guided = False
        turn = misses = 0
        while True:
            guide = relaxation.guide()
            if guide is not None:
                choices = self._guided(guide)
                if any(choice.program for choice in choices):
                    first = [choice for choice in first if not choice.program]  # the new one knows more
                first += choices
                guided, zones, small = True, [], self._regions_of_few()
            # Until the guide comes a core is better spent on it; the program of a small season needs one for itself.
            spared = relaxation.guide_to_come or (guided and self._is_few)
            room = max(1, workers - spared) if executor is not None else 1
            while len(flying) < room and not stopped() and misses < MOST_MISSES:
                left_s = deadline - time.monotonic()
                if left_s < 1.5 or (iterations is not None and turn >= iterations):
                    break
                if first:
                    if first[0].program and self.bench.pieces:
                        break  # it wants everybody, and takes nobody out of a block in flight
                    choice = replace(first.pop(0), runs=list(range(len(self.draft.coaches))))
                elif zones:
                    choice = self._whole(zones.pop())
                elif (region := self._grounded(small)) is not None:
                    small.remove(region)
                    choice = self._region_block(region, guided)
                else:
                    choice = self._blocks.near()
                turn += 1
                task = self._task(choice, left_s * (0.85 if executor is not None else ALONE_SHARE) - 0.5)
                if task is None:
                    misses += 1
                    continue
                misses = 0
                flying[self._tick] = task if executor is None else executor.submit(solve_in_worker, task)
            if flying:
                landed = self._landed(flying, deadline)
                if landed is not None:
                    misses = 0
                    number, loads = landed
                    zone = self.bench.pieces[number].zone if number in self.bench.pieces else []
                    if self._take_back(number, loads):
                        improved()
                        if zone and not guided:
                            zones.insert(0, zone)
                        elif number in self._plans:
                            self._near_then = {}
                            small = self._regions_of_few()
            elif relaxation.guide_to_come and not stopped():
                time.sleep(POLL_S)
            else:
                return
            if stopped() or time.monotonic() > deadline:
                self.bench.restore()
                return

    def _landed(
        self, flying: dict[int, Future[Loads | None] | Task], deadline: float
    ) -> tuple[int, Loads | None] | None:
        """Return number and result of what is done: by work the first, by the clock whichever comes first, if any."""
        number, work = next(iter(flying.items()))
        if isinstance(work, Task):
            del flying[number]
            return number, solve_task(self.services, work)
        futures = {future: n for n, future in flying.items() if isinstance(future, Future)}
        if self.deterministic:
            futures = {work: number}
        for future in wait(futures, min(POLL_S, max(0.0, deadline - time.monotonic())), FIRST_COMPLETED).done:
            del flying[futures[future]]
            try:
                return futures[future], future.result()
            except LostProcessError:
                if self.deterministic:
                    raise
                return futures[future], None  # as if it had found nothing in its time
        return None

    def _task(self, choice: Choice, most_s: float) -> Task | None:
        """Take a block out and make a task of it, or of a plan of the guide; None when the block holds nobody."""
        if choice.plan is not None:
            block = replace(whole_block(self.services), seeds=choice.plan)
            self._tick += 1
            self._plans.add(self._tick)
        else:
            near: list[ServiceStops] = []
            if choice.program or not choice.whole:
                near = self._near_seeds(choice.days, choice.stops, None if choice.whole else BLOCK_NEAR)
            piece = self.bench.take(self._tick + 1, choice, near)
            if piece is None:
                return None
            block = piece.block
            self._tick += 1
        limit_s = BLOCK_LIMIT_S
        if choice.program:
            limit_s = max(PROGRAM_LIMIT_S, PROGRAM_SHARE * most_s) if choice.whole else BLOCK_LIMIT_S
        elif choice.whole:
            people = self.books.people(zip(block.classes, block.counts, strict=True))
            limit_s = ZONE_LIMIT_S + people / ZONE_PEOPLE_PER_S
        opening = choice.whole and not choice.program
        return Task(block, opening, min(limit_s, max(0.5, most_s)), self.deterministic)

    def _take_back(self, number: int, loads: Loads | None) -> bool:
        """Take a result; tell whether the plan got cheaper. A block of a plan given up since is nobody's any more."""
        if number in self._plans:
            return loads is not None and self.bench.replace(loads)
        return self.bench.put(number, loads)

    # What the relaxation says ----------------------------------------------------------------------------------------

    def _guided(self, guide: Guide) -> list[Choice]:
        """Return what to do first with a guide: its own plan, and for few people a program over its near services."""
        self._blocks.price_fen = guide.price_fen
        days, stops = list(range(self.instance.n_days)), list(range(len(self.instance.works)))
        runs = tuple(guide.runs)
        choices = []
        if runs and self.instance.budget_fen is None:
            choices.append(Choice([], stops, days, whole=True, plan=runs))
        fresh = len(guide.near) > 0 and guide.near != self._programmed
        known = [] if self._is_few else [run for _rank, run in sorted(chain(*self._near.values()))]
        self._near = _by_day(list(dict.fromkeys([*guide.near, *known])))
        if fresh and self._is_few:
            self._programmed = guide.near
            choices.append(Choice([], stops, days, whole=True, program=True))
        return choices

    # Choosing blocks ---------------------------------------------------------------------------------------------

    def _people_of(self, group: Ints) -> dict[int, int]:
        """Return the people of each group of work stops."""
        instance = self.instance
        people: dict[int, int] = {}
        for stop, q in zip(instance.work_stop, instance.size * instance.count, strict=True):
            people[int(group[stop])] = people.get(int(group[stop]), 0) + int(q)
        return people

    def _zones(self) -> list[list[int]]:
        """Return regions joined by the trains that serve them, as work stops, those with most people last."""
        zone = self.region.copy()
        for block in self.instance.trains:
            met = sorted({int(zone[stop]) for _, stop in block.options})
            for other in met[1:]:
                zone[zone == other] = met[0]
        people = sorted((q, z) for z, q in self._people_of(zone).items())
        return [np.flatnonzero(zone == z).tolist() for _, z in people]

    def _whole(self, stops: list[int]) -> Choice:
        regions = {int(self.region[stop]) for stop in stops}
        runs = [i for i, coach in enumerate(self.draft.coaches) if self._region_of(coach) in regions]
        return Choice(runs, stops, list(range(self.instance.n_days)), whole=True)

    @property
    def _is_few(self) -> bool:
        """Whether the whole season is one program."""
        return int(self.instance.count.sum()) <= PROGRAM_PARTIES

    def _regions_of_few(self) -> list[int]:
        """Return the regions of few parties whose near services are not those they were last remade with.

        Each is one program over them; the smallest come last, that is first.
        """
        if self._is_few:
            return []
        parties = np.bincount(self.region[self.instance.work_stop], self.instance.count)
        few = np.flatnonzero((parties > 0) & (parties <= REGION_PARTIES)).tolist()
        fresh = [region for region in few if self._near_of(region) != self._near_then.get(region)]
        return sorted(fresh, key=lambda region: -parties[region])

    def _near_of(self, region: int) -> list[ServiceStops]:
        """Return the near services of a region."""
        runs = (run for ranked in self._near.values() for _rank, run in ranked)
        return sorted(run for run in runs if self.region[run.work_stops[0]] == region)

    def _small_regions(self) -> list[int]:
        people = sorted((q, region) for region, q in self._people_of(self.region).items() if q <= SMALL_REGION)
        return [region for _, region in people]

    def _grounded(self, regions: list[int]) -> int | None:
        """Return the last of the regions whose people are not in flight with a zone."""
        flying = {int(self.region[stop]) for piece in self.bench.pieces.values() for stop in piece.zone}
        return next((region for region in reversed(regions) if region not in flying), None)

    def _region_block(self, region: int, guided: bool) -> Choice:
        """Return a whole region, as a program over its near services once there are some."""
        if guided:
            self._near_then[region] = self._near_of(region)
        runs = [i for i, coach in enumerate(self.draft.coaches) if self._region_of(coach) == region]
        stops = [i for i in range(len(self.region)) if self.region[i] == region]
        return Choice(runs, stops, list(range(self.instance.n_days)), whole=guided, program=True)

    def _region_of(self, coach: Coach) -> int:
        return int(self.region[self.services.work_sets[coach.work][0]])

    def _near_seeds(self, days: list[int], stops: list[int], most: int | None) -> list[ServiceStops]:
        """Return near services within days and stops, the nearest of all of them."""
        inside = set(stops)
        found = [
            ranked for day in days for ranked in self._near.get(day, []) if inside.issuperset(ranked[1].work_stops)
        ]
        return [run for _rank, run in sorted(found)[:most]]


def _by_day(near: list[ServiceStops]) -> dict[int, list[tuple[int, ServiceStops]]]:
    """Return services by day, each with its rank."""
    table: dict[int, list[tuple[int, ServiceStops]]] = {}
    for rank, run in enumerate(near):
        table.setdefault(run.day, []).append((rank, run))
    return table
