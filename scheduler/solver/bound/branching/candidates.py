"""The counts a node of the tree may be split at: those its relaxation makes fractional, the likeliest first.

What a count is worth is how far it is from whole, times what splits of its kind gained before, as a share of the bound:
numbers of coaches of a region or up to a day gain most and come first, single pairs, vehicle types, and people left
behind are for when those are whole.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from scheduler.solver.bound.branching.node import Count, Shares
from scheduler.solver.bound.params import BranchingParams
from scheduler.solver.bound.pricing.pricer import Pricer
from scheduler.solver.model.instance import Ints

Mask = NDArray[np.bool_]


class Candidates:
    """The counts of some regions, given as (pairs, groups), and of trains."""

    def __init__(
        self, pricer: Pricer, regions: list[tuple[Ints, Ints]], n_trains: int, params: BranchingParams
    ) -> None:
        self._params = params
        self._coaches, self._groups, self._n_trains = pricer.coaches, pricer.groups, n_trains
        self._n_pairs, self._n_types = len(pricer.margins_fen), len(pricer.coaches.fixed_fen)
        self._regions = [
            (_mask(self._n_pairs, pairs), _mask(len(pricer.groups), members)) for pairs, members in regions
        ]
        self._scope = np.logical_or.reduce([_mask(self._n_pairs), *(pairs for pairs, _members in self._regions)])
        carried = [pricer.cover.stops[work] for work in pricer.coaches.pair_work]
        stops = sorted({stop for pair in np.flatnonzero(self._scope) for stop in carried[pair]})
        self._calls = [self._scope & np.array([stop in each for each in carried]) for stop in stops]
        self._stops = pricer.cover.home_stops
        self._n_homes = self._coaches.path_m.shape[1]
        self._gains = {kind: [gain] for kind, gain in self._params.first_gains.items()}
        self._most: dict[bytes, float] = {}

    def learn(self, kind: str, gain: float) -> None:
        """Remember what a split gained, as a share of the bound."""
        self._gains[kind].append(gain)

    def most(self, count: Count) -> float:
        """Return how large a count may be in any plan: so many coaches could reach min_load together."""
        if count.left.any() or count.trains.any():
            return np.inf
        if count.key not in self._most:
            coaches = self._coaches
            fits = [coaches.fits[coaches.fit_start[p] : coaches.fit_start[p + 1]] for p in np.flatnonzero(count.pairs)]
            people = float(self._groups.people[np.unique(np.concatenate(fits))].sum())
            self._most[count.key] = float(people // max(1.0, coaches.min_load))
        return self._most[count.key]

    def excessive(self, shares: Shares) -> list[Count]:
        """Return the counts that are larger than they can be in any plan."""
        return [
            count for _kind, count in self._all(shares) if shares.of(count) > self.most(count) + self._params.excess
        ]

    def fractional(self, shares: Shares) -> list[tuple[str, Count, float]]:
        """Return (kind, count, number) of the counts that are not whole, the likeliest first, none of them twice."""
        found: dict[bytes, tuple[float, str, Count, float]] = {}
        for kind, count in self._all(shares):
            number = shares.of(count)
            away = abs(number - round(number))
            if away > self._params.whole and count.key not in found:
                worth = away * sum(self._gains[kind]) / len(self._gains[kind])
                found[count.key] = worth, kind, count, number
        # Counts of a kind with the same number mostly hold the same coaches.
        different: dict[tuple[str, float], tuple[str, Count, float]] = {}
        for _worth, kind, count, number in sorted(found.values(), key=lambda each: -each[0]):
            different.setdefault((kind, round(number, 2)), (kind, count, number))
        return list(different.values())

    def _all(self, shares: Shares) -> Iterator[tuple[str, Count]]:
        coaches, groups = self._coaches, self._groups
        day, every_type = coaches.pair_day, np.ones(self._n_types, dtype=bool)
        runs = shares.runs > self._params.present
        running = self._scope & runs.any(axis=1)
        for k in range(self._n_trains):
            yield "train", self._count(trains=_mask(self._n_trains, k))
        for pairs, members in self._regions:
            yield "region", self._count(pairs, every_type)
            days = np.unique(day[pairs & running])
            for i, first in enumerate(days):
                yield "days", self._count(pairs & (day <= first), every_type)
                for last in days[i : i + self._params.span]:
                    yield "days", self._count(pairs & (day >= first) & (day <= last), every_type)
            yield "left", self._count(left=members)
        for calls in self._calls:
            yield "stop", self._count(calls, every_type)
            for at in np.unique(day[calls & running]):
                yield "stop and days", self._count(calls & (day == at), every_type)
                yield "stop and days", self._count(calls & (day <= at), every_type)
        for pair in np.flatnonzero(running):
            single = _mask(self._n_pairs, pair)
            yield "pair", self._count(single, every_type)
            for v in np.flatnonzero(runs[pair]).tolist():
                yield "type", self._count(single, _mask(self._n_types, v))
        if len(self._stops) == self._n_homes:  # none is anchored, where it calls may be anywhere
            yield from self._by_home(shares)
        for v in range(self._n_types):
            one_type = _mask(self._n_types, v)
            yield "type", self._count(self._scope, one_type)
            for at in np.unique(day[self._scope & runs[:, v]]):
                yield "type", self._count(self._scope & (day <= at), one_type)
                yield "type", self._count(self._scope & (day == at), one_type)
        ours = np.logical_or.reduce([_mask(len(groups)), *(members for _pairs, members in self._regions)])
        for stop in np.unique(groups.work_stop[ours]):
            yield "left", self._count(left=ours & (groups.work_stop == stop))
        for group in np.flatnonzero(ours & (shares.left > self._params.whole)):
            yield "left", self._count(left=_mask(len(groups), group))

    def _by_home(self, shares: Shares) -> Iterator[tuple[str, Count]]:
        """Yield the coaches that call at a home stop, of each pair and of all."""
        used = shares.parts > self._params.present
        every_type = np.ones(self._n_types, dtype=bool)
        for stop in np.unique(self._stops[shares.home[used]]):
            if stop < 0:
                continue
            calls = (self._stops == stop).any(axis=1)
            yield "home", self._count(self._scope, every_type, homes=calls)
            for pair in np.unique(shares.pair[used & calls[shares.home]]):
                yield "home", self._count(_mask(self._n_pairs, pair), every_type, homes=calls)

    def _count(
        self,
        pairs: Mask | None = None,
        types: Mask | None = None,
        left: Mask | None = None,
        trains: Mask | None = None,
        homes: Mask | None = None,
    ) -> Count:
        return Count(
            _mask(self._n_pairs) if pairs is None else pairs,
            _mask(self._n_types) if types is None else types,
            np.ones(self._n_homes, dtype=bool) if homes is None else homes,
            _mask(len(self._groups)) if left is None else left,
            _mask(self._n_trains) if trains is None else trains,
        )


def _mask(n: int, at: Ints | int | np.int64 | None = None) -> Mask:
    mask = np.zeros(n, dtype=bool)
    if at is not None:
        mask[at] = True
    return mask
