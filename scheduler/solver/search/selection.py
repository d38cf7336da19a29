"""Which neighbourhood comes next: what a guide brings first, zones, regions, and around losses for the rest of time."""

from __future__ import annotations

import time

import numpy as np

from scheduler.solver.model.guidance import Guide, TrainGuide
from scheduler.solver.model.instance import Floats, Ints
from scheduler.solver.model.services import ServiceStops
from scheduler.solver.search.blocks.kinds import FIRST_NEAR, Kinds
from scheduler.solver.search.blocks.losses import AroundChange, AroundLoss, Losses, NearLoss
from scheduler.solver.search.blocks.mending import mendings
from scheduler.solver.search.blocks.neighbourhoods import (
    Context,
    GuidePlan,
    Neighbourhood,
    SmallRegion,
    WholeSeason,
    Zone,
)
from scheduler.solver.search.blocks.regions import RegionExchange, RegionProgram

_Region = SmallRegion | RegionProgram | RegionExchange


class Selection:
    """The neighbourhoods that are due, in the order of their turns."""

    proven_fen = 0
    """What they prove for the season: nothing."""

    def __init__(self, context: Context, losses: Losses, around_change: AroundChange) -> None:
        self._context = context
        self._instance = context.current.instance
        self._losses = losses
        self._kinds = Kinds(context.params)
        self._around_change = around_change
        self.guided = False
        self._mendings = mendings(context.current)
        self._of_guides: list[GuidePlan | WholeSeason] = []
        self._awaited: GuidePlan | None = None
        """The first plan of a guide while it is improved: what else is done by then is in vain, and takes its core."""
        self._zones = self._all_zones()
        self._regions: list[_Region] = self._small_regions()
        self._season_made_with: list[ServiceStops] | None = None
        self._region_made_with: dict[int, list[ServiceStops]] = {}
        self._season_begun_s = self._season_rests_until_s = 0.0
        """When the last program of the season was begun, and when another may be."""
        self._programs_in_vain = 0
        """How often in a row the program of the season has found nothing."""
        self._in_vain: dict[int, int] = {}
        """How often in a row the program of a region has found nothing."""

    @property
    def is_small_season(self) -> bool:
        """Whether the whole season is one program."""
        return int(self._instance.count.sum()) <= self._context.params.whole_season_parties

    def next(self) -> Neighbourhood | None:
        """Return the neighbourhood whose turn it is, each but the last once; None while one waits for blocks in
        flight, or all for one."""
        if self._awaited is not None:
            return None
        if self._mendings:
            return self._mendings.pop(0)
        if self._around_change.touched:
            return self._around_change
        first = next((each for each in self._of_guides if not self._rests(each)), None)
        if first is not None:
            if first.needs_all and self._context.current.in_flight:
                return None
            self._of_guides.remove(first)
            if isinstance(first, WholeSeason):
                self._season_begun_s = time.monotonic()
            elif first.is_awaited:
                self._awaited = first
            return first
        if self._zones:
            return self._zones.pop()
        emptied = {int(self._context.region_of_stop[stop]) for stop in self._context.current.emptied_stops}
        free = next((each for each in reversed(self._regions) if each.region not in emptied), None)
        if free is None:
            return self._loss()
        self._regions.remove(free)
        if isinstance(free, RegionProgram):
            self._region_made_with[free.region] = self._near_of(free.region)
        return free

    def _rests(self, neighbourhood: Neighbourhood) -> bool:
        """Tell whether it is a program of the season while blocks have their share of the time."""
        by_clock = isinstance(neighbourhood, WholeSeason) and not self._context.by_work
        return by_clock and time.monotonic() < self._season_rests_until_s

    def _loss(self) -> AroundLoss:
        """Return a block around a loss: one that prices services, or one over near ones where those are known."""
        losses, kind = self._losses, 0
        if self.guided:
            if self._context.by_work:  # what kinds gain a second depends on the clock
                kind = FIRST_NEAR * (losses.rng.random() < self._context.params.near_share)
            else:
                kind = self._kinds.best()
        return NearLoss(losses, self._kinds, kind) if kind >= FIRST_NEAR else AroundLoss(losses, self._kinds)

    def landed(self, neighbourhood: Neighbourhood, *, gain_fen: int) -> None:
        """Draw the conclusions from a result, which lowered the cost by so much."""
        if neighbourhood is self._awaited:
            self._awaited = None
        if isinstance(neighbourhood, RegionProgram):
            region = neighbourhood.region
            self._in_vain[region] = 0 if gain_fen > 0 else self._in_vain.get(region, 0) + 1
        if isinstance(neighbourhood, WholeSeason):
            if not neighbourhood.is_first:
                self._programs_in_vain = 0 if gain_fen > 0 else self._programs_in_vain + 1
            now_s = time.monotonic()
            rest = self._context.params.season_rest * 2.0**self._programs_in_vain
            self._season_rests_until_s = now_s + rest * (now_s - self._season_begun_s)
        if gain_fen <= 0:
            return
        if isinstance(neighbourhood, Zone) and not self.guided:
            self._zones.insert(0, neighbourhood)
        elif isinstance(neighbourhood, RegionExchange):
            parties = self._parties_of_regions()
            share = float(parties[neighbourhood.region] / parties.sum())
            if gain_fen >= self._context.params.exchange_again * share * self._context.current.cost_fen:
                self._regions.insert(0, neighbourhood)
        elif isinstance(neighbourhood, GuidePlan):
            self._region_made_with = {}
            self._regions = self._region_programs() + self._region_exchanges()

    def take_guide(self, guide: Guide | TrainGuide) -> None:
        """Let a guide lead: its plan and the whole season come first, zones are over, regions begin anew."""
        assert isinstance(guide, Guide)
        context, small = self._context, self.is_small_season
        # The first plan of a guide is so much better than what stands that programs before it are in vain.
        awaited = bool(guide.runs) and not self.guided
        self._losses.guide = guide
        self._kinds.forget_in_vain()
        fresh = bool(guide.near or self._instance.trains) and guide.near != self._season_made_with
        context.near.update(guide.near)
        if fresh and small:
            # The new one knows more than one that waits.
            self._of_guides = [each for each in self._of_guides if not isinstance(each, WholeSeason)]
        if guide.runs:
            self._of_guides.append(GuidePlan(tuple(guide.runs), is_awaited=awaited and not small))
        if fresh and small:
            self._season_made_with = guide.near
            if guide.runs and not context.by_work:
                self._of_guides.append(WholeSeason(len(guide.near), is_first=True))
            self._of_guides.append(WholeSeason(len(guide.near)))
        exchanges: list[_Region] = [each for each in self._regions if isinstance(each, RegionExchange)]
        self._regions = exchanges if awaited else self._region_programs() + exchanges
        self.guided, self._zones = True, []

    def _all_zones(self) -> list[Zone]:
        """Return regions joined by the trains that serve them, those with most people last."""
        zone = self._context.region_of_stop.copy()
        for train in self._instance.trains:
            met = sorted({int(zone[stop]) for _, stop in train.options})
            for other in met[1:]:
                zone[zone == other] = met[0]
        people = sorted((people, z) for z, people in self._people_of(zone).items())
        return [Zone(np.flatnonzero(zone == z).tolist()) for _, z in people]

    def _small_regions(self) -> list[_Region]:
        """Return the regions of few people, those with most people last."""
        of_region = self._people_of(self._context.region_of_stop)
        few = self._context.params.small_region_people
        return [SmallRegion(region) for q, region in sorted((q, r) for r, q in of_region.items()) if q <= few]

    def _region_programs(self) -> list[_Region]:
        """Return the regions of few parties whose near services are not those they were last remade with.

        The smallest come last, that is first.
        """
        if self.is_small_season:
            return []
        parties = self._parties_of_regions()
        few = np.flatnonzero((parties > 0) & (parties <= self._context.params.region_parties)).tolist()
        fresh = [region for region in few if self._is_fresh(region, parties[region])]
        return [RegionProgram(region) for region in sorted(fresh, key=lambda region: -parties[region])]

    def _is_fresh(self, region: int, parties: float) -> bool:
        """Tell whether a region has near services that make another program of it worth its time."""
        made, near = self._region_made_with.get(region), self._near_of(region)
        if made is None or parties <= self._context.params.quick_region_parties:
            return near != made
        news = self._context.params.region_news * 2.0 ** self._in_vain.get(region, 0)
        return len(set(near) - set(made)) > news * len(made)

    def _region_exchanges(self) -> list[_Region]:
        """Return the regions of a larger season but the largest; those with few parties come last, that is first, for
        they are exchanged in no time."""
        if self.is_small_season:
            return []
        parties = self._parties_of_regions()
        some = np.flatnonzero((parties > 0) & (parties <= self._context.params.exchange_parties)).tolist()
        return [RegionExchange(region) for region in sorted(some, key=lambda region: -parties[region])]

    def _parties_of_regions(self) -> Floats:
        region = self._context.region_of_stop[self._instance.work_stop]
        return np.bincount(region, self._instance.count).astype(np.float64)

    def _near_of(self, region: int) -> list[ServiceStops]:
        return self._context.near.of_region(region, self._context.region_of_stop)

    def _people_of(self, group: Ints) -> dict[int, int]:
        """Return the people of each group of work stops."""
        instance = self._instance
        people: dict[int, int] = {}
        for stop, q in zip(instance.work_stop, instance.size * instance.count, strict=True):
            people[int(group[stop])] = people.get(int(group[stop]), 0) + int(q)
        return people
