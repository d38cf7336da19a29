"""The neighbourhoods of a whole region, everybody in it, once the relaxation guides.

RegionProgram  a region of few parties, everybody, once it guides             program over its near services
RegionExchange a region, everybody, once a guide's plan was taken            local search with exchanges
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scheduler.solver.model.block import Block
from scheduler.solver.model.services import ServiceStops
from scheduler.solver.search.blocks.neighbourhoods import Context, PartOfSolution
from scheduler.solver.search.portions import Removal
from scheduler.solver.search.tasks import Task


@dataclass(frozen=True)
class EverybodyOfRegion(PartOfSolution):
    """A region with everybody in it."""

    region: int

    def removal(self, context: Context) -> Removal:
        """Return the runs and all people of the region."""
        stops = np.flatnonzero(context.region_of_stop == self.region).tolist()
        return Removal(context.runs_of({self.region}), stops, context.all_days(), None)


class RegionProgram(EverybodyOfRegion):
    """A region of few parties, as one program over its near services.

    The same as `WholeSeason` for a part of a larger season. After each guide that brings near services which the region
    was not remade with, and after a guide's plan was taken, the region with the fewest parties first.
    """

    def seeds(self, context: Context, removal: Removal) -> tuple[ServiceStops, ...]:
        """Return all near services of the region."""
        return context.near.seeds(removal.days, removal.stops, None)

    def repair(self, context: Context, block: Block, most_s: float) -> Task:
        """One long program, most of the time over the services in use: of a large region these alone take it."""
        params = context.params
        return context.long_program(block, most_s, min(params.region_s, params.region_share * most_s))


class RegionExchange(EverybodyOfRegion):
    """A region of a larger season, its runs exchanged for others one by one.

    Of many parties no program ends in time, and blocks see few of the runs. Once a guide's plan was taken; one that got
    better has another go.
    """

    def is_program(self, context: Context) -> bool:
        """Tell that it is local search."""
        return False

    def repair(self, context: Context, block: Block, most_s: float) -> Task:
        """Local search with exchanges."""
        return context.local_search(block, most_s, exchanges=True)
