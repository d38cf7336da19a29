"""A way to ride that a party left behind could have, and what all searches for ways share: the plan and its limits."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag

import numpy as np

from scheduler.solver.model.instance import CLOSED, Ints
from scheduler.solver.model.services import Services, WorkTable
from scheduler.solver.reasons.company import Sharer
from scheduler.solver.reasons.standing import Riders, Standing


class Limit(IntFlag):
    """What can shut a way, where no rule forbids it."""

    MIN_LOAD = 1
    FLEET = 2
    BUDGET = 4
    FULL = 8
    TRAIN_SEATS = 16
    TRAIN_LOAD = 32
    TIMETABLE = 64


NONE = Limit(0)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to ride. `extra_fen`: what it costs more than leaving all who would ride it, `people` with `weight`.

    `held` are the first and last day on which the coach is held, as indices; `short` how many seats a full coach or
    train lacks; `spent_fen` what it takes of the budget. A coach has the stops of `home` and `work`; `riders` come
    aboard, of a train those with `option` alone are named.
    """

    shut: Limit
    extra_fen: int
    people: int
    weight: int
    spent_fen: int
    day: int
    vehicle: int | None = None
    held: tuple[int, int] = (0, 0)
    train: int | None = None
    aboard: str | None = None
    short: int = 0
    home: int = -1
    work: int = -1
    riders: Riders = ()
    option: int = 0


class Undecided(Exception):  # noqa: N818 - no error: the answer "not decided"
    """The work allowed is used up, or a way cannot be judged."""


class Question:
    """One plan, asked for ways: what they cost, who would share them, and how much work may still be spent."""

    def __init__(self, standing: Standing, most_work: int, deadline: float = math.inf) -> None:
        self.standing = standing
        self.services: Services = standing.services
        self.instance = standing.instance
        self.leave_fen = self.instance.leave_fen
        self.reachable = self.services.access < CLOSED
        self.most_work = most_work
        self.deadline = deadline
        self.work = 0

    def spend(self, work: int) -> None:
        """Count work, and give up when more is asked than allowed."""
        self.work += work
        if self.is_worn_out:
            raise Undecided

    @property
    def is_worn_out(self) -> bool:
        """Whether all the work allowed is done, or the time over (`time.monotonic`)."""
        return self.work > self.most_work or time.monotonic() > self.deadline

    def too_dear(self, spent: Ints) -> Ints:
        """Return Limit.BUDGET where an amount is more than the budget has left, else 0."""
        spare = self.standing.spare_fen
        return np.zeros(spent.shape, dtype=np.int64) if spare is None else (spent > spare) * int(Limit.BUDGET)

    def dear(self, spent_fen: int) -> Limit:
        """Return the limit that an amount breaks: the budget or none."""
        spare = self.standing.spare_fen
        return Limit.BUDGET if spare is not None and spent_fen > spare else NONE

    def own_fen(self, k: int, day: int, fen: int) -> int:
        """Return what a party of a class costs beside the run, less what leaving it costs; `fen` a person."""
        shift = int(self.instance.shift(np.array([k]), day)[0])
        moves = int(self.day_moves_fen(np.array([k]), day)[0])
        return int(self.instance.size[k]) * (fen + shift) + moves - int(self.leave_fen[k])

    def day_moves_fen(self, classes: Ints, day: int) -> Ints:
        """Return what moving those costs who were told another day, one party of each class.

        Who was told the day may be moved all the same, to another stop: then a way is dearer than is said.
        """
        told = self.instance.told
        if told is None:
            return np.zeros(len(classes), dtype=np.int64)
        return told.moved_on(classes, day) * told.move_fen

    def alike(self, k: int, party: int) -> list[int]:
        """Return those of the party's class who wait, the party first."""
        return [party, *(i for i in self.standing.left_of[k] if i != party)]

    def chosen(self, k: int, party: int, taken: Mapping[int, int]) -> list[int]:
        """Return a party of a class and who is `taken` beside it, so many of each class."""
        chosen = self.alike(k, party)[: taken.get(k, 0) + 1]
        return chosen + [i for c, n in taken.items() if c != k for i in self.standing.left_of[c][:n]]

    def sharers(self, k: int, classes: Sequence[int], worth: Sequence[int]) -> list[Sharer]:
        """Return those who wait beside one party of a class."""
        size, waiting = self.instance.size, self.standing.waiting
        return [
            Sharer(c, int(size[c]), value, int(waiting[c]) - (c == k)) for c, value in zip(classes, worth, strict=True)
        ]


def keep(found: dict[Limit, Way], way: Way) -> None:
    """Keep a way that is the cheapest of those which the same limits shut."""
    if way.shut not in found or way.extra_fen < found[way.shut].extra_fen:
        found[way.shut] = way


def shut_days(free: Ints) -> Ints:
    """Return for each type and day how many days before it have no coach free."""
    shut = np.zeros((free.shape[0], free.shape[1] + 1), dtype=np.int64)
    np.cumsum(free <= 0, axis=1, out=shut[:, 1:])
    return shut


def blocked(table: WorkTable, homes: Ints, day: int, n_days: int, shut_days: Ints) -> Ints:
    """Return 1 where no coach of a type (column) is free on all days that a home set (row) holds it, else 0."""
    hold_from, hold_to = table.hold_from[homes], table.hold_to[homes]
    if not len(homes):
        return np.zeros((0, len(shut_days)), dtype=np.int64)
    # Ways are of a few lengths in days only.
    least, width = int(hold_from.min()), int(hold_to.max()) + 1
    spans, row = np.unique((hold_from - least) * (width - least + 1) + hold_to - least, return_inverse=True)
    first, last = np.divmod(spans, width - least + 1)
    start = np.clip(day + first + least, 0, n_days)
    stop = np.clip(day + last + least + 1, start, n_days)
    return np.asarray(((shut_days[:, stop] - shut_days[:, start]) > 0).astype(np.int64).T[row.ravel()])


def held(table: WorkTable, home: int, day: int, n_days: int) -> tuple[int, int]:
    """Return the first and the last day on which a coach is held, as indices."""
    first = max(0, day + int(table.hold_from[home]))
    return first, max(first, min(n_days - 1, day + int(table.hold_to[home])))
