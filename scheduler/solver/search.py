"""Improvement by remaking parts of the plan: take a block of runs out, solve it as a kernel MIP, keep what is cheaper.

A **block** is a few runs close in date and destination, those left behind who could ride with them, and the train
passengers who could change. It is given the coaches it holds, half of what is free, and the free train seats, so
that blocks in flight never meet; its parties are out of the draft while it is being solved. Regions (destinations that
can share a coach) meet only in fleet, trains and budget, so a small region is one block.

Once the relaxation is solved it leads (`dive`): its plan is taken if it is cheaper, few parties are one program over
its near services, and blocks begin with those near to them.

Blocks go to an executor (worker processes) or are solved on the spot. By work, results are taken in the order of
submission, and every random choice comes from one generator, so a fixed number of blocks gives the same plan for the
same seed.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Protocol

import numpy as np

from scheduler.solver.classes import Ints
from scheduler.solver.dive import Guide, GuideRun
from scheduler.solver.draft import Books, Coach, Draft
from scheduler.solver.exact import draft_of, whole_block
from scheduler.solver.kernel import Block, Loads, OpenTrain, Seed, solve_block
from scheduler.solver.opening import open_block
from scheduler.solver.services import Services, subsets

SMALL_REGION = 450
"""People of a region that is remade as one block."""

MOST_STOPS = 6
"""Work stops whose combinations a block tries; with n stops there are n + n(n-1)/2 + ... work sets."""

BLOCK_LIMIT_S = 12.0
NODES = 100
NO_LIMIT_S = 1e6
"""Limits of one block: seconds, or nodes of the MIP where the work must not depend on the clock."""

REGION_SHARE = 0.3
"""A small region, remade once as a whole, has this share of the seconds left."""

ZONE_LIMIT_S = 15.0
ZONE_PEOPLE_PER_S = 2_500
ZONE_STEPS = 20
"""Limits of one go at a zone: seconds, one more for so many people; or steps. One that got better has another go."""

PROGRAM_PARTIES = 1_500
"""So few parties are one program over the near services."""

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


@dataclass(frozen=True)
class Task:
    """Work for one process; `by_work`: limited by steps and nodes, not by seconds."""

    block: Block
    whole: bool
    limit_s: float
    by_work: bool


@dataclass
class _Piece:
    """What a block took out of the draft: runs, train loads, left parties; and what it was granted."""

    coaches: list[Coach]
    trains: dict[int, dict[tuple[int, int], int]]
    left: dict[int, int]
    granted: Ints
    granted_seats: dict[int, Ints]
    granted_fen: int
    cost_fen: int
    block: Block
    zone: list[int]


@dataclass(frozen=True)
class _Choice:
    """What to remake: runs by index, work stops, days.

    A `whole` zone takes everybody, and is changed run by run unless it is one `program`. A `plan` is not taken from the
    draft: its runs are a plan of their own.
    """

    runs: list[int]
    stops: list[int]
    days: list[int]
    whole: bool = False
    program: bool = False
    plan: tuple[Seed, ...] | None = None


@dataclass
class Search:
    """The state of the improvement: a draft, its books, what is in flight."""

    books: Books
    draft: Draft
    rng: random.Random
    deterministic: bool = False
    pieces: dict[int, _Piece] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.instance = self.books.instance
        self.services: Services = self.books.services
        self.region = self.services.regions()
        self.cost = self.books.total(self.draft)
        self.target = 220
        self._tick = 0
        self._plans: set[int] = set()
        self._programmed: list[GuideRun] = []
        self._near: dict[int, list[tuple[int, GuideRun]]] = {}
        self._near_then: dict[int, list[GuideRun]] = {}

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
        first: list[_Choice] = []
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
            # Until the guide comes a core is better spent on it.
            room = max(1, workers - relaxation.guide_to_come) if executor is not None else 1
            while len(flying) < room and not stopped() and misses < MOST_MISSES:
                left_s = deadline - time.monotonic()
                if left_s < 1.5 or (iterations is not None and turn >= iterations):
                    break
                if first:
                    if first[0].program and self.pieces:
                        break  # it wants everybody, and takes nobody out of a block in flight
                    choice = replace(first.pop(0), runs=list(range(len(self.draft.coaches))))
                elif zones:
                    choice = self._whole(zones.pop())
                elif (region := self._grounded(small)) is not None:
                    small.remove(region)
                    choice = self._region_block(region, guided)
                else:
                    choice = self._near_block()
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
                    zone = self.pieces[number].zone if number in self.pieces else []
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
                self.restore()
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
            return futures[future], future.result()
        return None

    def _task(self, choice: _Choice, most_s: float) -> Task | None:
        """Take a block out and make a task of it, or of a plan of the guide; None when the block holds nobody."""
        if choice.plan is not None:
            block = replace(whole_block(self.services), seeds=choice.plan)
            self._tick += 1
            self._plans.add(self._tick)
        else:
            piece = self._take(choice)
            if piece is None:
                return None
            block = piece.block
            self._tick += 1
            self.pieces[self._tick] = piece
        limit_s = BLOCK_LIMIT_S
        if choice.program:
            limit_s = max(BLOCK_LIMIT_S, REGION_SHARE * most_s)
        elif choice.whole:
            people = self.books.people(zip(block.classes, block.counts, strict=True))
            limit_s = ZONE_LIMIT_S + people / ZONE_PEOPLE_PER_S
        opening = choice.whole and not choice.program
        return Task(block, opening, min(limit_s, max(0.5, most_s)), self.deterministic)

    def _take_back(self, number: int, loads: Loads | None) -> bool:
        """Take a result; tell whether the plan got cheaper. A block of a plan given up since is nobody's any more."""
        if number in self._plans:
            return loads is not None and self._replace(loads)
        piece = self.pieces.pop(number, None)
        return piece is not None and self._put(piece, loads)

    # What the relaxation says ----------------------------------------------------------------------------------------

    def _guided(self, guide: Guide) -> list[_Choice]:
        """Return what to do first with a guide: its own plan, and for few people a program over its near services."""
        days, stops = list(range(self.instance.n_days)), list(range(len(self.instance.works)))
        runs = tuple(self._seed(run) for run in guide.runs)
        choices = []
        if runs and self.instance.budget_fen is None:
            choices.append(_Choice([], stops, days, whole=True, plan=runs))
        fresh = len(guide.near) > 0 and guide.near != self._programmed
        known = [] if self._is_few else [run for _rank, run in sorted(chain(*self._near.values()))]
        self._near = _by_day(list(dict.fromkeys([*guide.near, *known])))
        if fresh and self._is_few:
            self._programmed = guide.near
            choices.append(_Choice([], stops, days, whole=True, program=True))
        return choices

    def _seed(self, run: GuideRun) -> Seed:
        day, home, work, vehicle = run
        return day, self.services.home_id[home], work, vehicle

    def _replace(self, loads: Loads) -> bool:
        """Give up the plan, blocks in flight and all, for a cheaper one; tell whether it is."""
        fresh = draft_of(self.books, loads)
        cost = self.books.total(fresh)
        if cost >= self.cost:
            return False
        self.restore()
        self.draft.coaches, self.draft.trains, self.draft.left = fresh.coaches, fresh.trains, fresh.left
        self.cost = cost
        return True

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

    def _whole(self, stops: list[int]) -> _Choice:
        regions = {int(self.region[stop]) for stop in stops}
        runs = [i for i, coach in enumerate(self.draft.coaches) if self._region_of(coach) in regions]
        return _Choice(runs, stops, list(range(self.instance.n_days)), whole=True)

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
        few = np.flatnonzero((parties > 0) & (parties <= PROGRAM_PARTIES)).tolist()
        fresh = [region for region in few if self._near_of(region) != self._near_then.get(region)]
        return sorted(fresh, key=lambda region: -parties[region])

    def _near_of(self, region: int) -> list[GuideRun]:
        """Return the near services of a region."""
        runs = (run for ranked in self._near.values() for _rank, run in ranked)
        return sorted(run for run in runs if self.region[run[2][0]] == region)

    def _small_regions(self) -> list[int]:
        people = sorted((q, region) for region, q in self._people_of(self.region).items() if q <= SMALL_REGION)
        return [region for _, region in people]

    def _grounded(self, regions: list[int]) -> int | None:
        """Return the last of the regions whose people are not in flight with a zone."""
        flying = {int(self.region[stop]) for piece in self.pieces.values() for stop in piece.zone}
        return next((region for region in reversed(regions) if region not in flying), None)

    def _region_block(self, region: int, guided: bool) -> _Choice:
        """Return a whole region, as a program over its near services once there are some."""
        if guided:
            self._near_then[region] = self._near_of(region)
        runs = [i for i, coach in enumerate(self.draft.coaches) if self._region_of(coach) == region]
        stops = [i for i in range(len(self.region)) if self.region[i] == region]
        return _Choice(runs, stops, list(range(self.instance.n_days)), whole=guided, program=True)

    def _region_of(self, coach: Coach) -> int:
        return int(self.region[self.services.work_sets[coach.work][0]])

    def _near_block(self) -> _Choice:
        """Return a block around a run, or around somebody left behind."""
        instance, rng, coaches = self.instance, self.rng, self.draft.coaches
        left = np.flatnonzero(self.draft.left * instance.by_coach)
        if len(left) and (not coaches or rng.random() < 0.5):
            k = int(left[rng.randrange(len(left))])
            stop, day = int(instance.work_stop[k]), rng.randint(int(instance.first[k]), int(instance.last[k]))
        elif coaches:
            coach = coaches[self._thin_run()]
            stop, day = rng.choice(self.services.work_sets[coach.work]), coach.day
        else:
            return _Choice([], [], [])
        km = np.maximum(instance.work_km[stop], instance.work_km[:, stop])
        near_km = max(1.0, instance.work_radius_km)
        day_weight = rng.choice((0.3, 0.7, 1.5))
        ranked = []
        for i, coach in enumerate(coaches):
            if self._region_of(coach) != self.region[stop]:
                continue
            away = min(float(km[w]) for w in self.services.work_sets[coach.work]) / near_km
            ranked.append((away * 2 + abs(coach.day - day) * day_weight + rng.random() * 0.5, i))
        ranked.sort()
        runs, people = [], 0
        for _, i in ranked:
            runs.append(i)
            people += self.books.people(coaches[i].load.items())
            if people >= self.target:
                break
        weight: dict[int, int] = {stop: 1 << 30}
        for i in runs:
            for w in self.services.work_sets[coaches[i].work]:
                weight[w] = weight.get(w, 0) + 1
        stops = sorted(weight, key=lambda w: -weight[w])[:MOST_STOPS]
        days = {coaches[i].day for i in runs} | {day}
        if rng.random() < 0.5:
            days |= {each + step for each in days for step in (-1, 1)}
        return _Choice(runs, stops, sorted(days & set(range(instance.n_days))))

    def _thin_run(self) -> int:
        """Return a run, most likely one that is thin or dear for its people."""
        best, at = -1.0, 0
        for _ in range(4):
            i = self.rng.randrange(len(self.draft.coaches))
            coach = self.draft.coaches[i]
            table = self.services.table(coach.work)
            people = self.books.people(coach.load.items())
            worth = 1 - people / max(1, int(table.seats[coach.home, coach.vehicle])) + self.rng.random() * 0.1
            if worth > best:
                best, at = worth, i
        return at

    # Taking out and putting back ---------------------------------------------------------------------------------

    def _take(self, choice: _Choice) -> _Piece | None:
        """Take a block out of the draft; None when it holds nobody."""
        runs, stops, days = choice.runs, choice.stops, choice.days
        if not stops:
            return None
        instance, books, draft = self.instance, self.books, self.draft
        chosen = set(runs)
        coaches = [coach for i, coach in enumerate(draft.coaches) if i in chosen]
        first, last = min(days), max(days)
        stop_set = np.isin(instance.work_stop, stops)
        meets = stop_set & (instance.first <= last) & (instance.last >= first)
        counts: dict[int, int] = {}
        for coach in coaches:
            for k, n in coach.load.items():
                counts[k] = counts.get(k, 0) + n
        left: dict[int, int] = {}
        most = int((instance.size * instance.count).sum()) + 1 if choice.whole else self.target
        room = 2 * most
        waiting = np.flatnonzero((draft.left > 0) & meets)
        order = list(waiting)
        if int((draft.left[waiting] * instance.size[waiting]).sum()) > room:
            self.rng.shuffle(order)
        for k in map(int, order):
            if room <= 0:
                break
            n = min(int(draft.left[k]), max(1, room // int(instance.size[k])))
            left[k] = n
            room -= int(n * instance.size[k])
        trains, train_parts, granted_seats = self._take_trains(meets, most)
        old_trains = sum(
            books.train_fen(t, part | draft.trains[t]) - books.train_fen(t, draft.trains[t])
            for t, part in train_parts.items()
        )
        for part in train_parts.values():
            for (k, _), n in part.items():
                counts[k] = counts.get(k, 0) + n
        for k, n in left.items():
            counts[k] = counts.get(k, 0) + n
        if not counts:
            self._put_trains(train_parts)
            return None
        held = books.held(coaches)
        free = instance.fleet - books.held(draft.coaches) - sum(p.granted for p in self.pieces.values())
        granted = held + (free + 1) // 2 if self.pieces else held + free
        cost = sum(books.coach_fen(coach) for coach in coaches) + old_trains
        cost += sum(int(instance.leave_fen[k]) * n for k, n in left.items())
        draft.coaches = [coach for i, coach in enumerate(draft.coaches) if i not in chosen]
        granted_fen, budget = 0, None
        if instance.budget_fen is not None:
            whole = self._spent_of(coaches, train_parts)
            spare = instance.budget_fen - books.spent(draft) - sum(p.granted_fen for p in self.pieces.values()) - whole
            granted_fen = budget = whole + max(0, spare) // (2 if self.pieces else 1)
        for k, n in left.items():
            draft.left[k] -= n
        classes = np.array(sorted(counts), dtype=np.int64)
        works = [] if choice.whole else [w for w in subsets(stops, instance.work_stops) if self._together(w)]
        seeds = [(c.day, c.home, self.services.work_sets[c.work], c.vehicle) for c in coaches]
        if choice.program or not choice.whole:
            seeds += self._near_seeds(days, stops, None if choice.whole else BLOCK_NEAR)
        block = Block(
            classes=classes,
            counts=np.array([counts[int(k)] for k in classes], dtype=np.int64),
            days=tuple(days),
            works=tuple(works),
            seeds=tuple(seeds),
            free=granted,
            trains=tuple(trains),
            budget_fen=budget,
        )
        zone = stops if choice.whole else []
        return _Piece(coaches, train_parts, left, granted, granted_seats, granted_fen, cost, block, zone)

    def _near_seeds(self, days: list[int], stops: list[int], most: int | None) -> list[Seed]:
        """Return near services within days and stops, the nearest of all of them."""
        inside = set(stops)
        found = [ranked for day in days for ranked in self._near.get(day, []) if inside.issuperset(ranked[1][2])]
        return [self._seed(run) for _rank, run in sorted(found)[:most]]

    def _together(self, stops: tuple[int, ...]) -> bool:
        return all(self.services.close[a, b] for a in stops for b in stops)

    def _spent_of(self, coaches: list[Coach], trains: dict[int, dict[tuple[int, int], int]]) -> int:
        fixed = sum(self.books.coach_fixed(coach) for coach in coaches)
        for t, part in trains.items():
            rest = self.draft.trains[t]
            fixed += self.books.train_fixed(t, _sum(rest, part)) - self.books.train_fixed(t, rest)
        return fixed

    def _take_trains(
        self, meets: np.ndarray, most: int
    ) -> tuple[list[OpenTrain], dict[int, dict[tuple[int, int], int]], dict[int, Ints]]:
        """Take out of the trains who could ride with the block, `most` people of each; grant it the free seats."""
        instance, books, draft = self.instance, self.books, self.draft
        trains, parts, seats_of = [], {}, {}
        for t, block in enumerate(instance.trains):
            if any(t in piece.granted_seats for piece in self.pieces.values()):
                continue
            can = meets & instance.by_train & (instance.first <= block.day) & (instance.last >= block.day)
            keys = set(zip(instance.origin[can].tolist(), instance.work_stop[can].tolist(), strict=True))
            if not any(key in block.options for key in keys):
                continue
            load = draft.trains[t]
            movable = [(key, n) for key, n in load.items() if can[key[0]]]
            self.rng.shuffle(movable)
            part: dict[tuple[int, int], int] = {}
            room = most
            for key, n in movable:
                if room <= 0:
                    break
                part[key] = n
                room -= n * int(instance.size[key[0]])
            rest = {key: n for key, n in load.items() if key not in part}
            taken = books.leg_loads(t, rest)
            staying = books.people((k, n) for (k, _), n in rest.items())
            draft.trains[t] = rest
            parts[t] = part
            seats_of[t] = block.seats - taken
            trains.append(
                OpenTrain(
                    train=t,
                    seats=block.seats - taken,
                    fixed_fen=0 if rest else block.fixed_fen,
                    min_load=max(0, block.min_load - staying),
                    must_run=bool(rest),
                )
            )
        return trains, parts, seats_of

    def _put_trains(self, parts: dict[int, dict[tuple[int, int], int]]) -> None:
        for t, part in parts.items():
            self.draft.trains[t] = _sum(self.draft.trains[t], part)

    def _put(self, piece: _Piece, loads: Loads | None) -> bool:
        """Put a block back, remade if that is cheaper; tell whether it was."""
        draft, instance, books = self.draft, self.instance, self.books
        if loads is not None:
            coaches = [Coach(d, h, self.services.work_id(w), v, load) for (d, h, w, v), load in loads.named]
            left = dict(zip((int(k) for k in piece.block.classes), (int(n) for n in piece.block.counts), strict=True))
            for coach in coaches:
                for k, n in coach.load.items():
                    left[k] -= n
            for part in loads.trains.values():
                for (k, _), n in part.items():
                    left[k] -= n
            cost = sum(books.coach_fen(coach) for coach in coaches)
            cost += sum(int(instance.leave_fen[k]) * n for k, n in left.items())
            for t in piece.trains:
                rest = draft.trains[t]
                cost += books.train_fen(t, _sum(rest, loads.trains.get(t, {}))) - books.train_fen(t, rest)
            if cost < piece.cost_fen and min(left.values()) >= 0 and self._within(piece, coaches, loads):
                draft.coaches += coaches
                for k, n in left.items():
                    draft.left[k] += n
                self._put_trains(loads.trains)
                self.cost += cost - piece.cost_fen
                return True
        draft.coaches += piece.coaches
        for k, n in piece.left.items():
            draft.left[k] += n
        self._put_trains(piece.trains)
        return False

    def restore(self) -> None:
        """Put back everything in flight, as it was: after an interruption the draft is whole again."""
        while self.pieces:
            self._put(self.pieces.popitem()[1], None)

    def _within(self, piece: _Piece, coaches: list[Coach], loads: Loads) -> bool:
        """Tell whether a remade block keeps to what it was granted: floats decided it, integers check it."""
        if (self.books.held(coaches) > np.maximum(piece.granted, 0)).any():
            return False
        for t, part in loads.trains.items():
            whole = _sum(self.draft.trains[t], part)
            block = self.instance.trains[t]
            people = self.books.people((k, n) for (k, _), n in whole.items())
            if (self.books.leg_loads(t, whole) > block.seats).any() or people < block.min_load:
                return False
        if self.instance.budget_fen is not None and self._spent_of(coaches, loads.trains) > piece.granted_fen:
            return False
        for t in piece.trains:
            rest = self.draft.trains[t]
            people = self.books.people((k, n) for (k, _), n in _sum(rest, loads.trains.get(t, {})).items())
            if 0 < people < self.instance.trains[t].min_load:
                return False
        return True


def _sum(a: dict[tuple[int, int], int], b: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    total = dict(a)
    for key, n in b.items():
        total[key] = total.get(key, 0) + n
    return total


_worker_services: Services | None = None


def start_worker(instance: object) -> None:
    """Give a worker process its instance."""
    from scheduler.solver.classes import Instance

    global _worker_services
    assert isinstance(instance, Instance)
    _worker_services = Services(instance)


def solve_in_worker(task: Task) -> Loads | None:
    """Solve a task in a worker process."""
    assert _worker_services is not None
    return solve_task(_worker_services, task)


def solve_task(services: Services, task: Task) -> Loads | None:
    """Remake a block: a whole zone run by run, a small block as a kernel program."""
    if task.whole:
        steps = ZONE_STEPS if task.by_work else None
        return open_block(services, task.block, math.inf if task.by_work else task.limit_s, steps)
    if task.by_work:
        return solve_block(services, task.block, NO_LIMIT_S, NODES)
    return solve_block(services, task.block, task.limit_s, None)


def _by_day(near: list[GuideRun]) -> dict[int, list[tuple[int, GuideRun]]]:
    """Return services by day, each with its rank."""
    table: dict[int, list[tuple[int, GuideRun]]] = {}
    for rank, run in enumerate(near):
        table.setdefault(run[0], []).append((rank, run))
    return table
