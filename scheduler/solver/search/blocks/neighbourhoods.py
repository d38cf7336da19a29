"""The neighbourhoods: each a kind of block, what it takes out of the solution and how it is repaired.

    GuidePlan      the relaxation's own plan, instead of the whole solution       local search
    WholeSeason    everybody, where parties are few                               program over the near services
    Zone           regions joined by trains, everybody                            local search
    SmallRegion    a region of few people, before the relaxation guides           program over priced services
    AroundLoss     some runs and people around where the solution loses money     program over priced services
    AroundChange   the same around what was changed from outside                  local search

A region is the work stops whose stops can share a coach: regions meet only in fleet, trains and budget. `regions` has
the kinds that are a whole region once the relaxation guides, `trains` those where trains run alone, and `selection`
says when each has its turn; only `AroundLoss` is drawn by chance, and it can be drawn for ever.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scheduler.solver.mip.params import MipParams
from scheduler.solver.mip.whole_problem import whole_block
from scheduler.solver.model.block import Block, Loads
from scheduler.solver.model.guidance import NearServices
from scheduler.solver.model.instance import Floats, Instance, Ints
from scheduler.solver.model.services import ServiceStops
from scheduler.solver.model.solution import Coach
from scheduler.solver.search.destroy_repair import DestroyRepair, Removal
from scheduler.solver.search.params import SearchParams
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

    def long_program(self, block: Block, most_s: float, limit_s: float | None = None) -> Task:
        """Return the task to repair a block as one program over all its near services, mostly over those in use."""
        if limit_s is None:
            limit_s = max(self.params.program_s, self.params.program_share * most_s)
        mip = replace(self.params.mip, used_share=self.params.long_used_share)
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
    First thing after each guide that has a plan.
    """

    runs: tuple[ServiceStops, ...]

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
    """Everybody, as one program over the solution's services and the near ones.

    Where parties are few that is the best there is: no block sees what all together can save. It waits until nobody is
    in flight. After each guide that brings near services not tried yet; a newer one takes the place of one that waits.
    Over what branching uses it is solved in seconds, over what the relaxation uses it often is not in a minute: so long
    as that is all that is known it is tried for a while only (`is_first`).
    """

    is_first: bool = False

    needs_all = True

    def removal(self, context: Context) -> Removal:
        """Return all runs and all people."""
        stops = list(range(len(context.current.instance.works)))
        return Removal(list(range(len(context.current.solution.coaches))), stops, context.all_days(), None)

    def seeds(self, context: Context, removal: Removal) -> tuple[ServiceStops, ...]:
        """Return all near services."""
        return context.near.seeds(removal.days, removal.stops, None)

    def repair(self, context: Context, block: Block, most_s: float) -> Task:
        """One long program, a shorter one before branching has told."""
        return context.long_program(block, most_s, context.params.first_program_s if self.is_first else None)


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


class AroundLoss(PartOfSolution):
    """Runs near each other in date and destination, around a place where the solution loses money.

    What it loses is known once the relaxation has prices: there a run that costs as much as its people are worth is as
    good as any in the bound, so the gap is about the sum of what runs cost more than that, and of what those left
    behind cost more than they are worth; a run, a train or a class is drawn with a chance in proportion to it. Before,
    half of the blocks begin with somebody left behind, if there is anybody, and the others with a thin run or somebody
    in a train. Whenever nothing else is due.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.price_fen: Floats | None = None
        """What a person of each class is worth, None before it is known."""

    def removal(self, context: Context) -> Removal:
        """Return runs near each other and some people around them; nothing when there is nothing to do."""
        current, params = context.current, context.params
        instance, coaches, work_sets = current.instance, current.solution.coaches, current.services.work_sets
        losses = self.losses(current)
        start = self._start(current, losses)
        if start is None:
            return Removal([], [], [], params.block_people)
        most_people = self._rng.choice(params.loss_people)
        stop, day = start
        km = np.maximum(instance.work_km[stop], instance.work_km[:, stop])
        near_km = max(1.0, instance.work_radius_km)
        day_weight = self._rng.choice(params.day_weights)
        ranked = []
        for i, coach in enumerate(coaches):
            stops_of_run = work_sets[coach.work]
            if context.region_of_stop[stops_of_run[0]] != context.region_of_stop[stop]:
                continue
            away = min(float(km[w]) for w in stops_of_run) / near_km
            nearer = min(1.0, losses[i] / params.loss_fen) if losses is not None else 0.0
            ranked.append((away * 2 + abs(coach.day - day) * day_weight + self._rng.random() * 0.5 - nearer, i))
        ranked.sort()
        runs, people = [], 0
        for _, i in ranked:
            runs.append(i)
            people += current.costs.people(coaches[i].load.items())
            if people >= most_people:
                break
        weight: dict[int, int] = {stop: 1 << 30}
        for i in runs:
            for w in work_sets[coaches[i].work]:
                weight[w] = weight.get(w, 0) + 1
        stops = sorted(weight, key=lambda w: -weight[w])[: params.block_stops]
        days = {coaches[i].day for i in runs} | {day}
        if self._rng.random() < 0.5:
            days |= {each + step for each in days for step in (-1, 1)}
        return Removal(runs, stops, sorted(days & set(range(instance.n_days))), most_people)

    def seeds(self, context: Context, removal: Removal) -> tuple[ServiceStops, ...]:
        """Return the nearest of the near services."""
        return context.near.seeds(removal.days, removal.stops, context.params.block_near_services)

    def repair(self, context: Context, block: Block, most_s: float) -> Task:
        """A program that prices services."""
        return context.program(block, context.params.block_s, most_s)

    def losses(self, current: DestroyRepair) -> Floats | None:
        """Return what each coach costs more than its people are worth, in fen; None before prices are known."""
        price_fen, size = self.price_fen, current.instance.size
        if price_fen is None:
            return None
        losses = []
        for coach in current.solution.coaches:
            worth_fen = sum(float(price_fen[k]) * int(size[k]) * n for k, n in coach.load.items())
            losses.append(max(0.0, current.costs.coach_fen(coach) - worth_fen))
        return np.array(losses)

    def train_losses(self, current: DestroyRepair) -> Floats:
        """Return what each train costs more than its people are worth, in fen; 0 before prices are known."""
        price_fen, size, trains = self.price_fen, current.instance.size, current.solution.trains
        losses = np.zeros(len(trains))
        for t, load in enumerate(trains):
            if load and price_fen is not None:
                worth_fen = sum(float(price_fen[k]) * int(size[k]) * n for (k, _), n in load.items())
                losses[t] = max(0.0, current.costs.train_fen(t, load) - worth_fen)
        return losses

    def _start(self, current: DestroyRepair, losses: Floats | None) -> tuple[int, int] | None:
        """Return a work stop and a day to begin with: of somebody left behind, a coach or a train."""
        instance, coaches, rng = current.instance, current.solution.coaches, self._rng
        left = (current.solution.left * (instance.by_coach | _rides_a_train(instance))).astype(float)
        by_train = self.train_losses(current)
        running = [t for t, load in enumerate(current.solution.trains) if load]
        if losses is not None and self.price_fen is not None:
            left *= np.maximum(0.0, instance.leave_fen - self.price_fen * instance.size)
            behind = rng.random() * (left.sum() + losses.sum() + by_train.sum()) < left.sum()
        else:
            behind = bool(left.any()) and (not (coaches or running) or rng.random() < 0.5)
        if behind and left.any():
            k = rng.choices(range(len(left)), left.tolist())[0]
            return int(instance.work_stop[k]), rng.randint(int(instance.first[k]), int(instance.last[k]))
        of_coaches = float(losses.sum()) if losses is not None else 0.0
        if running and (not coaches or rng.random() * (of_coaches + by_train.sum()) < by_train.sum()):
            t = rng.choices(range(len(by_train)), by_train.tolist())[0] if by_train.any() else rng.choice(running)
            k, _option = rng.choice(list(current.solution.trains[t]))
            return int(instance.work_stop[k]), instance.trains[t].day
        if not coaches:
            return None
        if losses is None or not losses.any():
            coach = coaches[self._thin_run(current)]
        else:
            coach = coaches[rng.choices(range(len(coaches)), losses.tolist())[0]]
        return rng.choice(current.services.work_sets[coach.work]), coach.day

    def _thin_run(self, current: DestroyRepair) -> int:
        """Return a run by index, most likely one that is thin."""
        best, at = -1.0, 0
        for _ in range(4):
            i = self._rng.randrange(len(current.solution.coaches))
            coach = current.solution.coaches[i]
            table = current.services.table(coach.work)
            people = current.costs.people(coach.load.items())
            empty_share = 1 - people / max(1, int(table.seats[coach.home, coach.vehicle])) + self._rng.random() * 0.1
            if empty_share > best:
                best, at = empty_share, i
        return at


class AroundChange(AroundLoss):
    """The same around what has been changed from outside since the plan that stands was made.

    Small changes are mended quickly: local search opens what they touch, before anything else; once each.
    """

    def __init__(self, rng: random.Random, touched: Iterable[tuple[int, int]]) -> None:
        super().__init__(rng)
        self.touched = list(touched)
        """Work stops and days not looked at yet."""

    def is_program(self, context: Context) -> bool:
        """Tell whether there is a budget: a program weighs at once what else the money could be spent on."""
        return context.current.instance.budget_fen is not None

    def repair(self, context: Context, block: Block, most_s: float) -> Task:
        """Local search, but under a budget a program."""
        if block.budget_fen is not None:
            return super().repair(context, block, most_s)
        return context.local_search(block, most_s)

    def _start(self, current: DestroyRepair, losses: Floats | None) -> tuple[int, int] | None:
        return self.touched.pop(0)


@lru_cache(maxsize=1)
def _rides_a_train(instance: Instance) -> NDArray[np.bool_]:
    """Return which classes may ride some train."""
    rides = np.zeros(instance.n_classes, dtype=bool)
    ends = list(zip(instance.origin.tolist(), instance.work_stop.tolist(), strict=True))
    for train in instance.trains:
        fits = np.array([end in train.options for end in ends], dtype=bool)
        rides |= fits & instance.by_train & (instance.first <= train.day) & (instance.last >= train.day)
    return rides
