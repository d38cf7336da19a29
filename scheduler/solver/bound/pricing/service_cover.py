"""Every service that any plan could run, in arrays small enough to price them all; never one too few.

The bound must not miss a service, so each doubt is settled in the plan's favour:

- Of several shortest paths a plan may take any (ties are free): a service may run when one of them keeps the detour
  rule.
- A coach has the drivers that path km ask for. Measured minutes may ask for more, and the planner names those; but with
  a long rest on the way fewer drivers are legal too, and leave a seat more.
- A stop may be idle here, which no plan's may be: a set of stops that carries the same people is a service the more.
- Where there are too many sets of stops, one **anchored** set stands for many. A work set is anchored at its member of
  highest rank (least way from home, farthest first) and carries everybody whose stops lie within the radius of the
  anchor and rank no higher; its path leads from the home set to the anchor, by way of other work stops if that is
  shorter. A home set of more stops than are listed is anchored at its first stop: it is as near to everybody as
  the nearest of the stops within the radius, and its path is the shortest from any of them. Both cost no more, seat no
  fewer and carry everyone that a set they stand for could.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, permutations, product

import numpy as np
from numpy.typing import NDArray

from scheduler.evaluate import (
    HOUR_TOLERANCE,
    KM_TOLERANCE,
    ONE_DRIVER_MAX_H,
    ONE_DRIVER_MAX_M,
    TWO_DRIVERS_MAX_H,
)
from scheduler.solver.bound.params import CoverParams
from scheduler.solver.model.instance import CLOSED, Floats, Instance, Ints
from scheduler.solver.model.party_sizes import fillable
from scheduler.solver.model.services import Services

TIE_KM = 1e-6
"""Paths this close in length may be ties."""

ROUNDING = 1e-6
"""Of 0.1 km: how far summation in another order may move a path."""


@dataclass(frozen=True, slots=True)
class HomeSets:
    """The listed home sets, `stops` padded with -1, and for each anchored one the stops it may have.

    `way_km[s, i, j]` is the shortest way through set s that links to the other end at member i and has its far end at
    member j, infinite where there is none.
    """

    stops: Ints
    way_km: Floats
    anchored: tuple[Ints, ...]

    def __len__(self) -> int:
        return len(self.stops) + len(self.anchored)

    def least(self, onward: Floats) -> Floats:
        """Return for each set the least km through it and `onward` (by home stop) from its link."""
        onward_km = np.where(self.stops >= 0, onward[self.stops], np.inf)
        listed = (self.way_km.min(axis=2, initial=np.inf) + onward_km).min(axis=1, initial=np.inf)
        return np.append(listed, [onward[near].min(initial=np.inf) for near in self.anchored])


@dataclass(frozen=True, slots=True)
class ServiceCover:
    """All services. `path_m` (work sets, home sets) is -1 where no coach may run; `seats_of` (same shape) numbers a
    row of `seats` (kinds, vehicle types), people each type may carry, 0 where it may not run."""

    path_m: Ints
    seats_of: Ints
    seats: Ints
    home_access: Ints
    home_extra: Ints
    work_extra: Ints
    stops: tuple[frozenset[int], ...]
    riders: tuple[Ints, ...]
    """Work stops of each work set (for an anchored one: those it may carry people of), and signatures it can carry."""
    home_stops: Ints
    listed_works: int
    """Stops of the listed home sets, padded with -1, and how many work sets are listed; the anchored come behind."""
    anchored_homes: tuple[Ints, ...]
    """The stops that each anchored home set may have."""

    def calls_at(self, home_stop: int) -> NDArray[np.bool_]:
        """Tell which home sets have, or may have, a stop."""
        listed = (self.home_stops == home_stop).any(axis=1)
        return np.append(listed, [bool((near == home_stop).any()) for near in self.anchored_homes]).astype(bool)

    def is_service(self, work: Ints, home: Ints) -> NDArray[np.bool_]:
        """Tell which pairs of sets are services, and neither set anchored."""
        return np.asarray((work < self.listed_works) & (home < len(self.home_stops)))

    def service(self, work: int, home: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the home stops and work stops of a service."""
        stops = self.home_stops[home]
        return tuple(stops[stops >= 0].tolist()), tuple(sorted(self.stops[work]))


def build_cover(services: Services, params: CoverParams) -> ServiceCover:
    """List the services of an instance."""
    instance = services.instance
    homes, home_extra = _home_sets(services, params)
    sets, anchors = _work_sets(services, params)
    rows = [_rounded(instance, _paths(instance, homes, stops)) for stops in sets]
    ways_km = _ways_to(instance)
    rows += [_rounded(instance, homes.least(ways_km[:, anchor])) for anchor, _near in anchors]
    shape = len(rows), len(homes)
    stops_of = [frozenset(stops) for stops in [*sets, *(near for _anchor, near in anchors)]]
    return ServiceCover(
        path_m=np.array([path_m for path_m, _drivers in rows], dtype=np.int64).reshape(shape),
        seats_of=np.array([drivers for _path_m, drivers in rows], dtype=np.int64).reshape(shape),
        seats=_seat_rows(instance),
        home_access=_home_access(instance, homes),
        home_extra=home_extra,
        work_extra=np.array([len(stops) - 1 for stops in sets] + [0] * len(anchors), dtype=np.int64),
        stops=tuple(stops_of),
        riders=tuple(_carried(instance, stops) for stops in stops_of),
        home_stops=homes.stops,
        listed_works=len(sets),
        anchored_homes=homes.anchored,
    )


def _carried(instance: Instance, stops: frozenset[int]) -> Ints:
    fits = [i for i, signature in enumerate(instance.signatures) if all(stops & need for need in signature)]
    return np.array(fits, dtype=np.int64)


def _seat_rows(instance: Instance) -> Ints:
    """Return people by (drivers - 1, vehicle type), 0 where min_load is out of reach."""
    rows = []
    for drivers in (1, 2, 3):
        crew = drivers + instance.crew if instance.crew_in_seats else 0
        seats = fillable(instance, np.maximum(0, instance.rated - crew) - instance.reserve)
        rows.append(np.where(seats >= max(1, instance.min_load), seats, 0))
    return np.array(rows, dtype=np.int64)


def _rounded(instance: Instance, km: Floats) -> tuple[Ints, Ints]:
    """Return path_m (-1: none) and drivers - 1, both as small as rounding allows."""
    runs = np.isfinite(km)
    path_m = np.floor(np.where(runs, km, 0) * 10 + 0.5 - ROUNDING).astype(np.int64) * 100
    hours = path_m / 1000 / instance.km_per_h - 2 * HOUR_TOLERANCE
    one = (hours <= ONE_DRIVER_MAX_H) & (path_m <= ONE_DRIVER_MAX_M)
    return np.where(runs, path_m, -1), np.where(one, 0, np.where(hours <= TWO_DRIVERS_MAX_H, 1, 2))


# Home sets ---------------------------------------------------------------------------------------------------------


def _home_sets(services: Services, params: CoverParams) -> tuple[HomeSets, Ints]:
    """Return the home sets and the stops of each beyond the first."""
    instance = services.instance
    n = len(instance.homes)
    spread = np.maximum(instance.home_km, instance.home_km.T)
    close = spread <= instance.home_radius_km + KM_TOLERANCE
    sets: list[tuple[int, ...]] = []
    size = 0
    while size < instance.home_stops:
        layer = [stops for stops in services.home.sets if len(stops) == size + 1]
        if not layer or (size and len(sets) + len(layer) > params.most_home_sets):
            break
        sets += layer
        size += 1
    whole = size == instance.home_stops or not _can_grow(sets, size, close)
    anchored = () if whole else tuple(np.flatnonzero(close[a] & (np.arange(n) >= a)) for a in range(n))
    stops_of = np.full((len(sets), max(1, size)), -1, dtype=np.int64)
    for row, stops in enumerate(sets):
        stops_of[row, : len(stops)] = stops
    way_km = _ways(sets, instance.home_km, towards_last=instance.to_work)
    extra = [len(stops) - 1 for stops in sets] + [size] * len(anchored)
    return HomeSets(stops_of, way_km, anchored), np.array(extra, dtype=np.int64)


def _home_access(instance: Instance, homes: HomeSets) -> Ints:
    """Return the fen a person of each origin pays with each home set (sets, origins)."""
    access = np.full((len(homes), len(instance.origins)), CLOSED, dtype=np.int64)
    for row, stops in enumerate([*homes.stops, *homes.anchored]):
        access[row] = instance.access[:, stops[stops >= 0]].min(axis=1, initial=CLOSED)
    return access


def _can_grow(sets: list[tuple[int, ...]], size: int, close: NDArray[np.bool_]) -> bool:
    """Tell whether some set of `size` stops has another one near to all of them."""
    return any(np.logical_and.reduce(close[list(stops)])[stops[-1] + 1 :].any() for stops in sets if len(stops) == size)


def _ways(sets: list[tuple[int, ...]], km: Floats, *, towards_last: bool) -> Floats:
    """Return the km of the shortest ways by (member at the link, member at the far end)."""
    sizes = np.array([len(stops) for stops in sets], dtype=np.int64)
    width = int(sizes.max(initial=1))
    way_km = np.full((len(sets), width, width), np.inf)
    for size in range(1, width + 1):
        rows = np.flatnonzero(sizes == size)
        stops = np.array([sets[row] for row in rows], dtype=np.int64).reshape(len(rows), size)
        for order in permutations(range(size)):
            length = sum((km[stops[:, a], stops[:, b]] for a, b in pairwise(order)), np.zeros(len(rows)))
            link, far = (order[-1], order[0]) if towards_last else (order[0], order[-1])
            way_km[rows, link, far] = np.minimum(length, way_km[rows, link, far])
    return way_km


# Work sets ---------------------------------------------------------------------------------------------------------


def _work_sets(services: Services, params: CoverParams) -> tuple[list[tuple[int, ...]], list[tuple[int, set[int]]]]:
    """Return sets of work stops within the radius, and (anchor, stops it may carry) where there are too many.

    Regions are listed whole or anchored whole, the smallest first as long as there is room.
    """
    instance, region = services.instance, services.regions()
    members = [np.flatnonzero(region == name) for name in np.unique(region)]
    sets: list[tuple[int, ...]] = []
    anchors: list[tuple[int, set[int]]] = []
    rank = np.argsort(np.argsort(_ways_to(instance).min(axis=0, initial=np.inf), kind="stable"))
    for stops in sorted(members, key=len):
        listed = _listed(services, stops.tolist(), params.most_work_sets - len(sets))
        if listed is not None:
            sets += listed
            continue
        for anchor in stops.tolist():
            near = stops[(services.close[anchor, stops] | (stops == anchor)) & (rank[stops] <= rank[anchor])]
            anchors.append((anchor, set(near.tolist())))
    return sets, anchors


def _listed(services: Services, stops: list[int], most: int) -> list[tuple[int, ...]] | None:
    """Return the sets of a region, None when there are more than `most`."""
    layer: list[tuple[int, ...]] = [(stop,) for stop in stops]
    found = list(layer)
    for _size in range(1, services.instance.work_stops):
        grown = []
        for chosen in layer:
            later = [other for other in stops if other > chosen[-1]]
            grown += [(*chosen, other) for other in later if all(services.close[stop, other] for stop in chosen)]
            if len(found) + len(grown) > most:
                return None
        layer = grown
        found += layer
    return found if len(found) <= most else None


def _ways_to(instance: Instance) -> Floats:
    """Return least km from each home stop to each work stop by way of up to work_stops - 1 others."""
    legs = instance.work_km if instance.to_work else instance.work_km.T
    ways = instance.link_km.copy()
    for _ in range(instance.work_stops - 1):
        for row in range(len(ways)):
            ways[row] = np.minimum(ways[row], (ways[row][:, None] + legs).min(axis=0, initial=np.inf))
    return ways


# Paths -------------------------------------------------------------------------------------------------------------


def _paths(instance: Instance, homes: HomeSets, stops: tuple[int, ...]) -> Floats:
    """Return km from every home set, infinite where the detour rule forbids all shortest paths."""
    own_km = _ways([stops], instance.work_km, towards_last=not instance.to_work)
    size, n = len(stops), len(homes.stops)
    ways: list[tuple[Floats, Floats]] = []
    for h, far in product(range(homes.stops.shape[1]), repeat=2):
        if not np.isfinite(homes.way_km[:, h, far]).any():
            continue
        here, start = homes.stops[:, h], homes.stops[:, far]
        for i, j in product(range(size), repeat=2):
            if np.isfinite(own_km[0, i, j]):
                km = homes.way_km[:, h, far] + instance.link_km[here, stops[i]] + own_km[0, i, j]
                ways.append((km, instance.link_km[start, stops[j]]))
    shortest = np.min([km for km, _direct in ways], axis=0, initial=np.inf)
    allowed = np.zeros(n, dtype=bool)
    for km, direct in ways:
        tied = np.isfinite(km) & (km <= shortest + TIE_KM)
        allowed |= tied & (km <= instance.max_detour * direct + TIE_KM)
    # An anchored home set's path is no shorter than from its nearest stop; its detour is not looked at.
    best_km = np.min([own_km[0, i].min() + instance.link_km[:, stop] for i, stop in enumerate(stops)], axis=0)
    for near in homes.anchored:
        shortest = np.append(shortest, best_km[near].min(initial=np.inf))
    allowed = np.append(allowed, np.ones(len(homes.anchored), dtype=bool))
    return np.where(allowed, shortest, np.inf)
