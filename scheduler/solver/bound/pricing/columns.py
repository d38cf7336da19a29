"""Columns: runs of services, each with a load."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scheduler.solver.bound.pricing.coach_prices import ServiceIndex
from scheduler.solver.model.instance import Floats, Ints


@dataclass(frozen=True, slots=True)
class Columns:
    """Runs of services with their loads, in rows: column i has entries start[i] to start[i + 1] of `group`, `people`.

    `way_fen` is access and date shifts of the load, `coach_fen` the run itself; `pair` and `home` number its (day, work
    set) and home set; a coach of type `vehicle` is held from `first` to `last`, day indices within the season.
    """

    start: Ints
    group: Ints
    people: Floats
    way_fen: Floats
    coach_fen: Floats
    pair: Ints
    home: Ints
    vehicle: Ints
    first: Ints
    last: Ints

    def __len__(self) -> int:
        return len(self.way_fen)

    def services(self, rows: Ints) -> Iterator[ServiceIndex]:
        """Yield the services of some of the columns."""
        names = self.pair[rows].tolist(), self.home[rows].tolist(), self.vehicle[rows].tolist()
        return map(ServiceIndex._make, zip(*names, strict=True))

    def take(self, rows: Ints) -> Columns:
        """Return some of the columns."""
        sizes = np.diff(self.start)[rows]
        start = np.cumsum(np.append(0, sizes))
        at = np.arange(start[-1]) + np.repeat(self.start[:-1][rows] - start[:-1], sizes)
        figures = {name: getattr(self, name)[rows] for name in FIGURES}
        return Columns(start=start, group=self.group[at], people=self.people[at], **figures)

    def joined(self, more: Columns) -> Columns:
        """Return these columns and more of them."""
        figures = {name: np.append(getattr(self, name), getattr(more, name)) for name in FIGURES}
        return Columns(
            start=np.append(self.start, more.start[1:] + self.start[-1]),
            group=np.append(self.group, more.group),
            people=np.append(self.people, more.people),
            **figures,
        )


FIGURES = ("way_fen", "coach_fen", "pair", "home", "vehicle", "first", "last")

NO_COLUMNS = Columns(
    start=np.zeros(1, dtype=np.int64),
    group=np.zeros(0, dtype=np.int64),
    people=np.zeros(0),
    way_fen=np.zeros(0),
    coach_fen=np.zeros(0),
    pair=np.zeros(0, dtype=np.int64),
    home=np.zeros(0, dtype=np.int64),
    vehicle=np.zeros(0, dtype=np.int64),
    first=np.zeros(0, dtype=np.int64),
    last=np.zeros(0, dtype=np.int64),
)
