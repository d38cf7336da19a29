"""What the bound tells the search: runs of a plan near the relaxation's solution, near services, prices, pairs.

The services near the relaxation's solution are what programs are made over, and blocks begin with.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from scheduler.solver.model.block import Loads
from scheduler.solver.model.instance import Floats, Ints
from scheduler.solver.model.services import ServiceStops


@dataclass(frozen=True, slots=True)
class Guide:
    """Runs of a plan near the relaxation's solution, near services, nearest first, and its prices, in fen.

    These are what a person of each class is worth, and what a coach of each (type, day) is worth elsewhere.
    """

    runs: list[ServiceStops]
    near: list[ServiceStops]
    price_fen: Floats
    held_fen: Floats


@dataclass(frozen=True, slots=True)
class TrainGuide:
    """Where trains run alone: a plan, a bound, and by (train, class) how much more than it any plan costs that uses
    the pair; all in fen."""

    loads: Loads
    bound_fen: float
    excess_fen: Floats


class NearServices:
    """Services by day, each with its rank, the nearest first; none before the first guide."""

    def __init__(self) -> None:
        self._by_day: dict[int, list[tuple[int, ServiceStops]]] = {}

    def update(self, nearest: list[ServiceStops]) -> None:
        """Rank these services first, those known before after them."""
        known = [run for _rank, run in sorted(chain(*self._by_day.values()))]
        self._by_day = {}
        for rank, run in enumerate(dict.fromkeys([*nearest, *known])):
            self._by_day.setdefault(run.day, []).append((rank, run))

    def seeds(self, days: list[int], stops: list[int], most: int | None) -> tuple[ServiceStops, ...]:
        """Return the services within days and work stops, the nearest so many of them."""
        inside = set(stops)
        found = [
            ranked for day in days for ranked in self._by_day.get(day, []) if inside.issuperset(ranked[1].work_stops)
        ]
        return tuple(run for _rank, run in sorted(found)[:most])

    def of_region(self, region: int, region_of_stop: Ints) -> list[ServiceStops]:
        """Return the services of a region."""
        runs = (run for ranked in self._by_day.values() for _rank, run in ranked)
        return sorted(run for run in runs if region_of_stop[run.work_stops[0]] == region)
