"""Blocks around a place where the solution loses money, or where it was changed from outside.

    AroundLoss     some runs and people around a loss                 program over priced services
    NearLoss       more of them, once the relaxation has guided       program over the near services alone
    AroundChange   the same around what was changed from outside      local search

They alone are drawn by chance, and can be drawn for ever.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scheduler.solver.model.block import Block, Loads
from scheduler.solver.model.guidance import Guide
from scheduler.solver.model.instance import Floats, Instance
from scheduler.solver.model.services import ServiceStops
from scheduler.solver.search.blocks.kinds import FIRST_NEAR, Kinds, Runs
from scheduler.solver.search.blocks.neighbourhoods import Context, PartOfSolution
from scheduler.solver.search.destroy_repair import DestroyRepair
from scheduler.solver.search.portions import Removal
from scheduler.solver.search.tasks import Task


class Losses:
    """What the solution loses, and where: what blocks are drawn by.

    It is known once the relaxation has prices: there a run that costs as much, with what its coach is worth elsewhere,
    as its people are worth is as good as any in the bound, so the gap is about the sum of what runs cost more than
    that, and of what those left behind cost more than they are worth; a run, a train or a class is drawn with a chance
    in proportion to it. Before, half of the blocks begin with somebody left behind, if there is anybody, and the others
    with a thin run or somebody in a train.
    """

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.guide: Guide | None = None
        """The last one that came, whose prices count."""

    def of_coaches(self, current: DestroyRepair) -> Floats | None:
        """Return what each coach costs more than its people are worth, in fen; None before prices are known."""
        if self.guide is None:
            return None
        price_fen, held_fen, size = self.guide.price_fen, self.guide.held_fen, current.instance.size
        losses = []
        for coach in current.solution.coaches:
            worth_fen = sum(float(price_fen[k]) * int(size[k]) * n for k, n in coach.load.items())
            days = current.services.held_days(coach.day, coach.home, coach.work)
            own_fen = current.costs.coach_fen(coach) + float(held_fen[coach.vehicle, days].sum())
            losses.append(max(0.0, own_fen - worth_fen))
        return np.array(losses)

    def of_trains(self, current: DestroyRepair) -> Floats:
        """Return what each train costs more than its people are worth, in fen; 0 before prices are known."""
        size, trains = current.instance.size, current.solution.trains
        losses = np.zeros(len(trains))
        for t, load in enumerate(trains):
            if load and self.guide is not None:
                worth_fen = sum(float(self.guide.price_fen[k]) * int(size[k]) * n for (k, _), n in load.items())
                losses[t] = max(0.0, current.costs.train_fen(t, load) - worth_fen)
        return losses

    def start(self, current: DestroyRepair, losses: Floats | None) -> tuple[int, int] | None:
        """Return a work stop and a day to begin with: of somebody left behind, a coach or a train."""
        instance, coaches, rng = current.instance, current.solution.coaches, self.rng
        left = (current.solution.left * (instance.by_coach | _rides_a_train(instance))).astype(float)
        by_train = self.of_trains(current)
        running = [t for t, load in enumerate(current.solution.trains) if load]
        if losses is not None and self.guide is not None:
            left *= np.maximum(0.0, instance.leave_fen - self.guide.price_fen * instance.size)
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
            i = self.rng.randrange(len(current.solution.coaches))
            coach = current.solution.coaches[i]
            table = current.services.table(coach.work)
            people = current.costs.people(coach.load.items())
            empty_share = 1 - people / max(1, int(table.seats[coach.home, coach.vehicle])) + self.rng.random() * 0.1
            if empty_share > best:
                best, at = empty_share, i
        return at


class AroundLoss(PartOfSolution):
    """Runs near each other in date and destination, around a place where the solution loses money.

    Whenever nothing else is due, before the relaxation guides and where the whole season is one program; else in turn
    with the next: it prices services, and so finds those that no guide names.
    """

    def __init__(self, losses: Losses, kinds: Kinds | None = None, kind: int = 0) -> None:
        self._losses = losses
        self._kinds = kinds
        self._kind = kind
        self._begun_s = time.monotonic()
        self._runs: Runs = frozenset()
        self._is_off = False
        """Whether it is remade at costs that are a little off."""
        self._was_in_vain = False
        """Whether a block of much the same runs came to nothing, and they still stand."""

    def removal(self, context: Context) -> Removal:
        """Return runs near each other and some people around them; nothing when there is nothing to do."""
        params = context.params
        return self._around(context, params.loss_people, params.block_stops, params.draws)

    def _around(self, context: Context, people: tuple[int, ...], most_stops: int, draws: int) -> Removal:
        """Return a block of other runs than those lately in vain, where there is one in so many draws."""
        coaches = context.current.solution.coaches
        for _ in range(max(1, draws)):
            removal = self._drawn(context, people, most_stops)
            self._runs = frozenset((coaches[i].service, *sorted(coaches[i].load.items())) for i in removal.runs)
            self._was_in_vain = self._kinds is not None and self._kinds.was_in_vain(self._kind, self._runs)
            if not self._was_in_vain:
                break
        return removal

    def _drawn(self, context: Context, people: tuple[int, ...], most_stops: int) -> Removal:
        current, params, rng = context.current, context.params, self._losses.rng
        instance, coaches, work_sets = current.instance, current.solution.coaches, current.services.work_sets
        losses = self._losses.of_coaches(current)
        start = self._start(current, losses)
        if start is None:
            return Removal([], [], [], params.block_people)
        most_people = rng.choice(people)
        stop, day = start
        km = np.maximum(instance.work_km[stop], instance.work_km[:, stop])
        near_km = max(1.0, instance.work_radius_km)
        day_weight = rng.choice(params.day_weights)
        ranked = []
        for i, coach in enumerate(coaches):
            stops_of_run = work_sets[coach.work]
            if context.region_of_stop[stops_of_run[0]] != context.region_of_stop[stop]:
                continue
            away = min(float(km[w]) for w in stops_of_run) / near_km
            nearer = min(1.0, losses[i] / params.loss_fen) if losses is not None else 0.0
            ranked.append((away * 2 + abs(coach.day - day) * day_weight + rng.random() * 0.5 - nearer, i))
        ranked.sort()
        runs, held = [], 0
        for _, i in ranked:
            runs.append(i)
            held += current.costs.people(coaches[i].load.items())
            if held >= most_people:
                break
        weight: dict[int, int] = {stop: 1 << 30}
        for i in runs:
            for w in work_sets[coaches[i].work]:
                weight[w] = weight.get(w, 0) + 1
        stops = sorted(weight, key=lambda w: -weight[w])[:most_stops]
        days = {coaches[i].day for i in runs} | {day}
        if rng.random() < 0.5:
            days |= {each + step for each in days for step in (-1, 1)}
        return Removal(runs, stops, sorted(days & set(range(instance.n_days))), most_people)

    def _start(self, current: DestroyRepair, losses: Floats | None) -> tuple[int, int] | None:
        """Return the work stop and day to begin with."""
        return self._losses.start(current, losses)

    def seeds(self, context: Context, removal: Removal) -> tuple[ServiceStops, ...]:
        """Return the nearest of the near services."""
        return context.near.seeds(removal.days, removal.stops, context.params.block_near_services)

    def repair(self, context: Context, block: Block, most_s: float) -> Task:
        """A program that prices services."""
        self._note_begun()
        return context.program(block, context.params.block_s, most_s)

    def _note_begun(self) -> None:
        if self._kinds is not None:
            self._kinds.begun(self._kind)

    def accept(self, context: Context, number: int, loads: Loads | None) -> bool:
        """Put the block back, repaired if that is cheaper, and note what came of it."""
        before_fen = context.current.cost_fen
        cheaper = context.current.accept(number, loads, may_be_worse=self._is_off)
        if self._kinds is not None:
            self._kinds.ended(self._kind, before_fen - context.current.cost_fen, time.monotonic() - self._begun_s)
            if not cheaper and not self._was_in_vain:
                self._kinds.note_in_vain(self._kind, self._runs)
        return cheaper


class NearLoss(AroundLoss):
    """The same with more people, over the runs' own and the near services alone.

    Most services that a good plan runs are near, and a program over these alone is solved in a second for 300 people,
    where one that prices services takes that long for 100. One in vain before is remade at costs that are a little off
    (Charon and Hudry 1993), while the solution may be worse: it leads elsewhere.
    """

    def __init__(self, losses: Losses, kinds: Kinds, kind: int) -> None:
        super().__init__(losses, kinds, kind)
        self._size = kind - FIRST_NEAR

    def removal(self, context: Context) -> Removal:
        """Return runs near each other and some people around them; nothing when there is nothing to do."""
        params = context.params
        draws = 1 if self._may_be_off(context) else params.draws
        around = self._around(context, (params.near_people[self._size],), params.near_stops, draws)
        return replace(around, prices=False)

    def seeds(self, context: Context, removal: Removal) -> tuple[ServiceStops, ...]:
        """Return all near services."""
        return context.near.seeds(removal.days, removal.stops, None)

    def repair(self, context: Context, block: Block, most_s: float) -> Task:
        """A program over given services, few of them beside those in use."""
        params = context.params
        self._note_begun()
        self._is_off = self._was_in_vain and self._may_be_off(context)
        if self._is_off:
            block = replace(block, noise=params.noise, noise_seed=self._losses.rng.randrange(1 << 30))
        return context.long_program(block, most_s, params.near_s[self._size], params.near_spares[self._size])

    def _may_be_off(self, context: Context) -> bool:
        return context.current.allowed_fen > 0 and context.params.noise > 0


class AroundChange(AroundLoss):
    """The same around what has been changed from outside since the plan that stands was made.

    Small changes are mended quickly: local search opens what they touch, before anything else; once each.
    """

    def __init__(self, losses: Losses, touched: Iterable[tuple[int, int]]) -> None:
        super().__init__(losses)
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
