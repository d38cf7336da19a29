"""What access costs people who have been told something: a column of costs by home set for each who keep to a stop.

A group's people cost their access, and beside it move_cost where the day or the work stop is another than they were
told; the same for every home set, so it comes off their price. On their own day to their own work stop they pay
move_cost only where their own stop is not called at, or is dearer by more than that: that is an access cost of their
own, and they have a column of these beside their origin's. Nobody pays for a departure here: whether it can be kept
depends on the load.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from scheduler.solver.bound.groups import Groups
from scheduler.solver.bound.pricing.service_cover import ServiceCover
from scheduler.solver.model.instance import CLOSED, Floats, Instance, Ints

T = TypeVar("T")

Kept = tuple[tuple[int, float], ...]
"""Home stops told and the share of a group's people told it, of those whom a pair of day and work set may not move."""


class MoveColumns:
    """Columns of access costs of the groups of an instance, whose people may have been told something."""

    def __init__(self, instance: Instance, cover: ServiceCover, groups: Groups) -> None:
        assert instance.told is not None
        self._move_fen = float(instance.told.move_fen)
        self._origin = groups.origin
        self._told = groups.told
        self._calls = np.zeros((len(cover.stops), len(instance.works)), dtype=bool)
        for work, stops in enumerate(cover.stops):
            self._calls[work, list(stops)] = True
        shares = [sum(share for _word, share in told) for told in groups.told]
        self._all_moved_fen = self._move_fen * np.array(shares, dtype=np.float64)
        self._columns: dict[tuple[int, Kept], int] = {}
        self._one: dict[int, int] = {}
        n = len(groups)
        self._day, self._work = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
        self._column, self._kept_fen = groups.origin.copy(), np.zeros(n)
        self._many = np.zeros(n, dtype=bool)
        first = len(instance.origins)
        for g, told in enumerate(groups.told):
            self._many[g] = len(told) > 1
            for subset in _subsets(told):
                kept = tuple((word.home, share) for word, share in subset if word.home >= 0)
                if kept:
                    self._columns.setdefault((int(groups.origin[g]), kept), first + len(self._columns))
            if len(told) == 1 and told[0][0].home >= 0:
                word, share = told[0]
                self._day[g], self._work[g] = word.day, word.work
                self._column[g] = self._columns[int(groups.origin[g]), ((word.home, share),)]
        self._access = [self._access_of(instance, cover, origin, kept) for origin, kept in self._columns]

    def _access_of(self, instance: Instance, cover: ServiceCover, origin: int, kept: Kept) -> Floats:
        """Return what access costs a person by home set, and moving on average."""
        fen = cover.home_access[:, origin].astype(float)
        extra = np.zeros(len(fen))
        for home, share in kept:
            dearer = np.minimum(float(instance.access[origin, home]) - fen, self._move_fen)
            extra += share * np.where(cover.calls_at(home), dearer, self._move_fen)
        return np.where(fen < CLOSED, fen + np.maximum(extra, 0.0), float(CLOSED))

    def access(self, home_access: Ints) -> Floats:
        """Return the access costs by (home set, column): those of the origins, then those of people told something."""
        return np.column_stack([home_access.astype(float), *self._access])

    def of(self, day: Ints, work: Ints, group: Ints) -> tuple[Ints, Floats]:
        """Return the column of each of some groups on a day with a work set, and what it costs a person beside that."""
        keeps = (self._day[group] == day) & (self._work[group] >= 0) & self._calls[work, self._work[group]]
        column = np.where(keeps, self._column[group], self._origin[group])
        fen = np.where(keeps, 0.0, self._all_moved_fen[group])
        for i in np.flatnonzero(self._many[group]).tolist():
            column[i], fen[i] = self._of_many(int(day[i]), int(work[i]), int(group[i]))
        return column, fen

    def _of_many(self, day: int, work: int, group: int) -> tuple[int, float]:
        """Return the same for people of a group who were told different things."""
        kept: list[tuple[int, float]] = []
        for word, share in self._told[group]:
            if word.home >= 0 and word.day == day and word.work >= 0 and self._calls[work, word.work]:
                kept.append((word.home, share))
        origin = int(self._origin[group])
        fen = self._all_moved_fen[group] - self._move_fen * sum(share for _home, share in kept)
        return (self._columns[origin, tuple(kept)] if kept else origin), float(max(0.0, fen))


def _subsets(told: tuple[T, ...]) -> list[tuple[T, ...]]:
    found: list[tuple[T, ...]] = [()]
    for entry in told:
        found += [(*each, entry) for each in found]
    return found
