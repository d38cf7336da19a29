"""Blocks around a pin that the solution does not obey yet: a run that must go, or people who must ride.

Where coaches or people are all taken by others, the first plan cannot place them; a program over the runs around can,
since it knows what must be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from scheduler.solver.construction.linked_start import NEAR_STOPS, services_for
from scheduler.solver.model.block import Block
from scheduler.solver.model.services import ServiceStops
from scheduler.solver.search.blocks.neighbourhoods import Context, PartOfSolution
from scheduler.solver.search.destroy_repair import DestroyRepair
from scheduler.solver.search.portions import Removal
from scheduler.solver.search.tasks import Task

SIZES = (1, 4)
"""People in a block, as a multiple of what blocks hold else: the second where the first was too small."""

MOST_SEEDS = 200
"""Services that agree which a block begins with."""


@dataclass(frozen=True)
class AroundPin(PartOfSolution):
    """The runs around what a pin asks: a run that must go, by its number (`wanted`), or a group that must ride."""

    group: tuple[int, ...]
    wanted: int | None
    size: int

    def destroy(self, context: Context, number: int) -> Block | None:
        """Take the block out; one run of it must agree. Nothing is priced: what is known to agree is soon settled."""
        removal = self.removal(context)
        wanted = () if self.wanted is None else (self.wanted,)
        block = context.current.destroy(number, removal, self.seeds(context, removal), wanted=wanted)
        return replace(block, works=()) if block is not None else None

    def removal(self, context: Context) -> Removal:
        """Return the runs nearest to where the run must go; nothing once it goes."""
        current = context.current
        most_people = self.size * context.params.block_people
        if not self._is_broken(current):
            return Removal([], [], [], most_people)
        stops, days = self._stops_and_days(current)
        instance, work_sets = current.instance, current.services.work_sets
        km = np.maximum(instance.work_km, instance.work_km.T)[stops].min(axis=0)
        ranked = []
        for i, coach in enumerate(current.solution.coaches):
            away = min(float(km[stop]) for stop in work_sets[coach.work]) / max(1.0, instance.work_radius_km)
            ranked.append((2 * away + min(abs(coach.day - day) for day in days), i))
        runs, people = [], 0
        for _away, i in sorted(ranked):
            if people >= most_people:
                break
            runs.append(i)
            people += current.costs.people(current.solution.coaches[i].load.items())
        coaches = [current.solution.coaches[i] for i in runs]
        own = [stop for coach in coaches for stop in work_sets[coach.work]]
        known = list(dict.fromkeys([*stops[: context.params.block_stops], *own]))
        around = sorted({*days, *(coach.day for coach in coaches)})
        return Removal(runs, known[: self.size * context.params.block_stops], around, most_people)

    def _is_broken(self, current: DestroyRepair) -> bool:
        if self.wanted is not None:
            return bool(current.costs.not_open(current.solution, [self.wanted]))
        return all(current.solution.left[k] > 0 for k in self.group)

    def _stops_and_days(self, current: DestroyRepair) -> tuple[list[int], list[int]]:
        instance, every_day = current.instance, list(range(current.instance.n_days))
        if self.wanted is not None:
            pattern = instance.links.opens[self.wanted]
            stops = sorted(set().union(*pattern.works)) or list(range(len(instance.works)))
            return _with_near(current, stops), every_day if pattern.day is None else [pattern.day]
        who = list(self.group)
        days = [day for day in every_day if instance.first[who].max() <= day <= instance.last[who].min()]
        return _with_near(current, sorted(set(instance.work_stop[who].tolist()))), days or every_day

    def seeds(self, context: Context, removal: Removal) -> tuple[ServiceStops, ...]:
        """Return services that agree, the cheapest of each day and set of work stops."""
        costs = context.current.costs
        found = services_for(costs, self.group, self.wanted)
        return tuple(costs.services.stops_of(service) for service in islice(found, MOST_SEEDS))

    def repair(self, context: Context, block: Block, most_s: float) -> Task:
        """A program over the services that agree and those that ran."""
        return context.program(block, self.size * context.params.block_s, most_s)


def _with_near(current: DestroyRepair, stops: list[int]) -> list[int]:
    """Return stops with those near them, whose people may share a coach."""
    near = [int(other) for stop in stops for other in current.services.neighbours(stop)[:NEAR_STOPS]]
    return list(dict.fromkeys([*stops, *near]))


def mendings(current: DestroyRepair) -> list[AroundPin]:
    """Return the blocks around every pin that the solution does not obey."""
    links, left = current.instance.links, current.solution.left
    groups: list[Sequence[int]] = [links.groups[n] for n in sorted(links.forced)]
    behind = [tuple(group) for group in groups if all(left[k] > 0 for k in group)]
    shut = current.costs.not_open(current.solution, range(len(links.opens)))
    return [
        block
        for size in SIZES
        for block in [*(AroundPin(group, None, size) for group in behind), *(AroundPin((), n, size) for n in shut)]
    ]
