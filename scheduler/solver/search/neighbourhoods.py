"""Which runs to remake together next.

A block begins where the plan loses most, and takes runs near to that. What it loses is known once the relaxation has
prices: there a run that costs as much as its people are worth is as good as any in the bound, so the gap is about the
sum of what runs cost more than that, and of what those left behind cost more than they are worth. Before, a block
begins with a thin run or somebody left behind.
"""

from __future__ import annotations

import random

import numpy as np

from scheduler.solver.model.instance import Floats, Ints
from scheduler.solver.model.solution import Coach, Solution, SolutionCosts
from scheduler.solver.search.destroy_repair import BLOCK_PEOPLE, Choice

MOST_STOPS = 6
"""Work stops whose combinations a block tries; with n stops there are n + n(n-1)/2 + ... work sets."""

DAY_WEIGHTS = (0.3, 0.7, 1.5)
"""What a day away counts beside half a work radius, one or another for each block."""

LOSS_FEN = 100_000
"""A run that loses so much or more counts as half a work radius nearer."""


class BlockChoice:
    """Chooses blocks of a draft; `price_fen` is what a person of each class is worth, None before it is known."""

    def __init__(self, books: SolutionCosts, draft: Solution, region: Ints, rng: random.Random) -> None:
        self._books, self._draft, self._region, self._rng = books, draft, region, rng
        self._instance, self._work_sets = books.instance, books.services.work_sets
        self.price_fen: Floats | None = None

    def near(self) -> Choice:
        """Return a block of runs near each other in date and destination; an empty one when there is nothing to do."""
        instance, coaches = self._instance, self._draft.coaches
        losses = self.losses()
        start = self._start(losses)
        if start is None:
            return Choice([], [], [])
        stop, day = start
        km = np.maximum(instance.work_km[stop], instance.work_km[:, stop])
        near_km = max(1.0, instance.work_radius_km)
        day_weight = self._rng.choice(DAY_WEIGHTS)
        ranked = []
        for i, coach in enumerate(coaches):
            works = self._work_sets[coach.work]
            if self._region[works[0]] != self._region[stop]:
                continue
            away = min(float(km[w]) for w in works) / near_km
            nearer = min(1.0, losses[i] / LOSS_FEN) if losses is not None else 0.0
            ranked.append((away * 2 + abs(coach.day - day) * day_weight + self._rng.random() * 0.5 - nearer, i))
        ranked.sort()
        runs, people = [], 0
        for _, i in ranked:
            runs.append(i)
            people += self._books.people(coaches[i].load.items())
            if people >= BLOCK_PEOPLE:
                break
        weight: dict[int, int] = {stop: 1 << 30}
        for i in runs:
            for w in self._work_sets[coaches[i].work]:
                weight[w] = weight.get(w, 0) + 1
        stops = sorted(weight, key=lambda w: -weight[w])[:MOST_STOPS]
        days = {coaches[i].day for i in runs} | {day}
        if self._rng.random() < 0.5:
            days |= {each + step for each in days for step in (-1, 1)}
        return Choice(runs, stops, sorted(days & set(range(instance.n_days))))

    def losses(self) -> Floats | None:
        """Return what each coach costs more than its people are worth, in fen; None before prices are known."""
        if self.price_fen is None:
            return None
        return np.array([max(0.0, self._loss(coach, self.price_fen)) for coach in self._draft.coaches])

    def _loss(self, coach: Coach, price_fen: Floats) -> float:
        size = self._instance.size
        return self._books.coach_fen(coach) - sum(float(price_fen[k]) * int(size[k]) * n for k, n in coach.load.items())

    def _start(self, losses: Floats | None) -> tuple[int, int] | None:
        """Return a work stop and a day to begin with."""
        coaches, rng = self._draft.coaches, self._rng
        left = (self._draft.left * self._instance.by_coach).astype(float)
        if losses is not None and self.price_fen is not None:
            left *= np.maximum(0.0, self._instance.leave_fen - self.price_fen * self._instance.size)
            behind = rng.random() * (left.sum() + losses.sum()) < left.sum()
        else:
            behind = bool(left.any()) and (not coaches or rng.random() < 0.5)
        if behind:
            k = rng.choices(range(len(left)), left.tolist())[0]
            first, last = int(self._instance.first[k]), int(self._instance.last[k])
            return int(self._instance.work_stop[k]), rng.randint(first, last)
        if not coaches:
            return None
        if losses is None or not losses.any():
            coach = coaches[self._thin_run()]
        else:
            coach = coaches[rng.choices(range(len(coaches)), losses.tolist())[0]]
        return rng.choice(self._work_sets[coach.work]), coach.day

    def _thin_run(self) -> int:
        """Return a run, most likely one that is thin."""
        best, at = -1.0, 0
        for _ in range(4):
            i = self._rng.randrange(len(self._draft.coaches))
            coach = self._draft.coaches[i]
            table = self._books.services.table(coach.work)
            people = self._books.people(coach.load.items())
            worth = 1 - people / max(1, int(table.seats[coach.home, coach.vehicle])) + self._rng.random() * 0.1
            if worth > best:
                best, at = worth, i
        return at
