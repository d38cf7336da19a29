"""The neighbourhoods: each a kind of block, what it takes out of the solution and how it is repaired.

    GuidePlan      the relaxation's own plan, instead of the whole solution       local search
    WholeSeason    everybody, where parties are few                               program over the near services
    Zone           regions joined by trains, everybody                            local search
    SmallRegion    a region of few people, before the relaxation guides           program over priced services

A region is the work stops whose stops can share a coach: regions meet only in fleet, trains and budget. `losses` has
the kinds around a place where the solution loses money or was changed, `regions` those that are a whole region once
the relaxation guides, `trains` those where trains run alone, and `selection` says when each has its turn.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

import numpy as np

from scheduler.solver.mip.params import MipParams
from scheduler.solver.mip.whole_problem import whole_block
from scheduler.solver.model.block import Block, Loads
from scheduler.solver.model.guidance import NearServices
from scheduler.solver.model.instance import Ints
from scheduler.solver.model.services import ServiceStops
from scheduler.solver.model.solution import Coach
from scheduler.solver.search.destroy_repair import DestroyRepair
from scheduler.solver.search.params import SearchParams
from scheduler.solver.search.portions import Removal
from scheduler.solver.search.tasks import LocalSearchTask, ProgramTask, Task


@dataclass(frozen=True)
class Context:
    """What every neighbourhood may ask: the owner of the current solution, near services, regions, what steers."""

    current: DestroyRepair
    near: NearServices
    region_of_stop: Ints
    params: SearchParams
    by_work: bool

    def runs_of(self, regions: set[int]) -> list[int]:
        """Return the runs of the current solution within regions, by index."""
        return [i for i, coach in enumerate(self.current.solution.coaches) if self._region_of(coach) in regions]

    def _region_of(self, coach: Coach) -> int:
        return int(self.region_of_stop[self.current.services.work_sets[coach.work][0]])

    def all_days(self) -> list[int]:
        """Return every day of the season."""
        return list(range(self.current.instance.n_days))

    def local_search(self, block: Block, most_s: float, *, exchanges: bool = False) -> Task:
        """Return the task to repair a block run by run, quick, for thousands of people too; deeper with exchanges."""
        params = self.params
        people = self.current.costs.people(zip(block.classes, block.counts, strict=True))
        quick_s = params.zone_s + people / params.zone_people_per_s
        deep_s = params.exchange_s + people / params.exchange_people_per_s
        limit_s = min(deep_s if exchanges else quick_s, max(params.margin_s, most_s))
        steps = params.zone_steps if self.by_work else None
        return LocalSearchTask(block, limit_s, steps, params.local_search, exchanges)

    def program(self, block: Block, limit_s: float, most_s: float, mip: MipParams | None = None) -> Task:
        """Return the task to repair a block as one program: good for some hundred parties."""
        limit_s = min(limit_s, max(self.params.margin_s, most_s))
        return ProgramTask(block, limit_s, self.params.block_nodes if self.by_work else None, mip or self.params.mip)

    def long_program(
        self,
        block: Block,
        most_s: float,
        limit_s: float | None = None,
        spares: int | None = None,
        cut_up_share: float = 1.0,
        used_share: float | None = None,
    ) -> Task:
        """Return the task to repair a block as one program over its near services, mostly over those in use.

        `spares` are how many others come in at last; None: as many as for few parties. After the share of its time that
        parties are cut up they ride whole. Those in use have `used_share` of what is left; None: as in a region.
        """
        if limit_s is None:
            limit_s = max(self.params.program_s, self.params.program_share * most_s)
        used_share = self.params.long_used_share if used_share is None else used_share
        mip = replace(self.params.mip, used_share=used_share, cut_up_share=cut_up_share)
        if spares is not None:
            mip = replace(mip, spare_services_of_few=spares)
        return self.program(block, limit_s, most_s, mip)


class Neighbourhood(ABC):
    """A block to remake next: `destroy`, then the task of `repair` in another process or here, then `accept`."""

    needs_all = False
    """Whether it waits until no block is in flight, since it wants everybody."""

    @abstractmethod
    def destroy(self, context: Context, number: int) -> Block | None:
        """Return the block, to be known by this number; None when it holds nobody."""

    @abstractmethod
    def repair(self, context: Context, block: Block, most_s: float) -> Task:
        """Return the task that repairs the block within so many seconds."""

    @abstractmethod
    def accept(self, context: Context, number: int, loads: Loads | None) -> bool:
        """Take the repaired block, if there is one and it is cheaper; tell whether it was."""


class PartOfSolution(Neighbourhood):
    """A neighbourhood that takes its block out of the current solution, and puts it back."""

    @abstractmethod
    def removal(self, context: Context) -> Removal:
        """Return what to take out of the current solution."""

    def seeds(self, context: Context, removal: Removal) -> tuple[ServiceStops, ...]:
        """Return the services to begin with beside the block's own."""
        return ()

    def is_program(self, context: Context) -> bool:
        """Tell whether a program repairs the block, which knows of pins, and not local search."""
        return True

    def destroy(self, context: Context, number: int) -> Block | None:
        """Take the block out."""
        removal = self.removal(context)
        seeds, by_program = self.seeds(context, removal), self.is_program(context)
        return context.current.destroy(number, removal, seeds, moves_linked=by_program)

    def accept(self, context: Context, number: int, loads: Loads | None) -> bool:
        """Put the block back, repaired if that is cheaper."""
        return context.current.accept(number, loads)


@dataclass(frozen=True)
class GuidePlan(Neighbourhood):
    """The runs of the plan that the relaxation was dived to, instead of the whole solution.

    Nothing is taken out: the runs are improved by local search for themselves, and the result replaces the solution if
    it is cheaper. The relaxation sees the whole season at once, and no sum of small blocks leads to where it stands.
    First thing after each guide that has a plan. The first one is awaited in a larger season: what else is begun beside
    it is in vain.
    """

    runs: tuple[ServiceStops, ...]
    is_awaited: bool = False

    def destroy(self, context: Context, number: int) -> Block | None:
        """Return everybody, as if no pin linked them, to begin with the plan's runs."""
        price_fen, block = context.current.move_price_fen(number), whole_block(context.current.services)
        return replace(block, opens=(), seeds=self.runs, move_price_fen=price_fen)

    def repair(self, context: Context, block: Block, most_s: float) -> Task:
        """Local search."""
        return context.local_search(block, most_s)

    def accept(self, context: Context, number: int, loads: Loads | None) -> bool:
        """Replace the solution, blocks in flight and all, if the plan is cheaper with those seated whom pins link."""
        return loads is not None and context.current.replace(loads)


@dataclass(frozen=True)
class WholeSeason(PartOfSolution):
    """Everybody, as one program over the solution's services and a guide's near ones.

    Where parties are few that is the best there is: no block sees what all together can save. It waits until nobody is
    in flight. After each guide that brings near services not tried yet, once blocks have had as long as the
    last one; a newer one takes the place of one that waits. Those of older guides are left to blocks.
    Over what branching uses it is solved in seconds, over what the relaxation uses it often is not in a minute: so long
    as that is all that is known it is tried for a while only (`is_first`).
    """

    most: int
    """How many near services it is over, the nearest."""
    is_first: bool = False
    """Whether branching has not told yet."""

    needs_all = True

    def removal(self, context: Context) -> Removal:
        """Return all runs and all people."""
        stops = list(range(len(context.current.instance.works)))
        return Removal(list(range(len(context.current.solution.coaches))), stops, context.all_days(), None)

    def seeds(self, context: Context, removal: Removal) -> tuple[ServiceStops, ...]:
        """Return the nearest of the near services."""
        return context.near.seeds(removal.days, removal.stops, self.most)

    def repair(self, context: Context, block: Block, most_s: float) -> Task:
        """One long program; a shorter one before branching has told, in which parties are cut up at first."""
        params = context.params
        if self.is_first:
            return context.long_program(block, most_s, params.first_program_s, cut_up_share=params.first_cut_up_share)
        return context.long_program(block, most_s, cut_up_share=0.0, used_share=params.season_used_share)


@dataclass(frozen=True)
class Zone(PartOfSolution):
    """Everybody of the regions that are joined by trains which serve several of them.

    A greedy plan is far from good everywhere, and local search betters thousands of people at once. Zone by zone at the
    beginning, the largest first, again while it gets better, until the relaxation guides.
    """

    stops: list[int]

    def removal(self, context: Context) -> Removal:
        """Return the runs and all people of the zone."""
        regions = {int(context.region_of_stop[stop]) for stop in self.stops}
        return Removal(context.runs_of(regions), self.stops, context.all_days(), None)

    def is_program(self, context: Context) -> bool:
        """Tell that it is local search."""
        return False

    def repair(self, context: Context, block: Block, most_s: float) -> Task:
        """Local search."""
        return context.local_search(block, most_s)


@dataclass(frozen=True)
class SmallRegion(PartOfSolution):
    """A region of few people, all its days.

    It is hardly larger than a block, so no choice among its runs is needed. Once each, after the zones, until the
    relaxation guides.
    """

    region: int

    def removal(self, context: Context) -> Removal:
        """Return the runs of the region and some people around them."""
        stops = np.flatnonzero(context.region_of_stop == self.region).tolist()
        return Removal(context.runs_of({self.region}), stops, context.all_days(), context.params.block_people)

    def repair(self, context: Context, block: Block, most_s: float) -> Task:
        """A program that prices services."""
        return context.program(block, context.params.block_s, most_s)
