"""The plan being improved, as a workbench: blocks are taken out of it, and put back remade or as they were.

A block is granted the coaches it holds, half of what is free, and the free train seats, so blocks in flight never meet;
its parties are out of the draft while it is being solved. Floats decide what a remade block looks like; whether it is
cheaper and keeps to what it was granted is counted in integers.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np

from scheduler.solver.mip.whole_problem import settled_coaches, solution_of
from scheduler.solver.model.block import Block, Loads, OpenTrain
from scheduler.solver.model.instance import Ints
from scheduler.solver.model.services import ServiceStops, subsets
from scheduler.solver.model.solution import Coach, Solution, SolutionCosts

BLOCK_PEOPLE = 220
"""People of a block that is not a whole zone, roughly."""


@dataclass
class Piece:
    """What a block took out of the draft: runs, train loads, left parties; and what it was granted."""

    coaches: list[Coach]
    trains: dict[int, dict[tuple[int, int], int]]
    left: dict[int, int]
    granted: Ints
    granted_fen: int
    cost_fen: int
    block: Block
    zone: list[int]


@dataclass(frozen=True)
class Choice:
    """What to remake: runs by index, work stops, days.

    A `whole` zone takes everybody, and is changed run by run unless it is one `program`. A `plan` is not taken from the
    draft: its runs are a plan of their own.
    """

    runs: list[int]
    stops: list[int]
    days: list[int]
    whole: bool = False
    program: bool = False
    plan: tuple[ServiceStops, ...] | None = None


@dataclass
class Workbench:
    """A draft, its cost in fen, and the pieces in flight by number."""

    books: SolutionCosts
    draft: Solution
    rng: random.Random
    pieces: dict[int, Piece] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.instance = self.books.instance
        self.services = self.books.services
        self.cost = self.books.total(self.draft)

    def take(self, number: int, choice: Choice, near: list[ServiceStops]) -> Piece | None:
        """Take a block out of the draft, `near` its services to begin with; None when it holds nobody."""
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
        most = int((instance.size * instance.count).sum()) + 1 if choice.whole else BLOCK_PEOPLE
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
        trains, train_parts = self._take_trains(meets, most)
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
        seeds = [self.services.stops_of(coach.service) for coach in coaches]
        seeds += near
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
        piece = Piece(coaches, train_parts, left, granted, granted_fen, cost, block, zone)
        self.pieces[number] = piece
        return piece

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
    ) -> tuple[list[OpenTrain], dict[int, dict[tuple[int, int], int]]]:
        """Take out of the trains who could ride with the block, `most` people of each; grant it the free seats."""
        instance, books, draft = self.instance, self.books, self.draft
        trains, parts = [], {}
        for t, block in enumerate(instance.trains):
            if any(t in piece.trains for piece in self.pieces.values()):
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
            trains.append(
                OpenTrain(
                    train=t,
                    seats=block.seats - taken,
                    fixed_fen=0 if rest else block.fixed_fen,
                    min_load=max(0, block.min_load - staying),
                    must_run=bool(rest),
                )
            )
        return trains, parts

    def _put_trains(self, parts: dict[int, dict[tuple[int, int], int]]) -> None:
        for t, part in parts.items():
            self.draft.trains[t] = _sum(self.draft.trains[t], part)

    def put(self, number: int, loads: Loads | None) -> bool:
        """Put a block back, remade if that is cheaper; tell whether it was. One given up since is nobody's any more."""
        piece = self.pieces.pop(number, None)
        if piece is None:
            return False
        draft, instance, books = self.draft, self.instance, self.books
        if loads is not None:
            coaches = settled_coaches(books, loads)
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
        for number in list(self.pieces):
            self.put(number, None)

    def replace(self, loads: Loads) -> bool:
        """Give up the plan, blocks in flight and all, for a cheaper one; tell whether it is."""
        fresh = solution_of(self.books, loads)
        cost = self.books.total(fresh)
        if cost >= self.cost:
            return False
        self.restore()
        self.draft.coaches, self.draft.trains, self.draft.left = fresh.coaches, fresh.trains, fresh.left
        self.cost = cost
        return True

    def _within(self, piece: Piece, coaches: list[Coach], loads: Loads) -> bool:
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
