"""What could run: sets of home stops, sets of work stops, and what each pair costs with each vehicle type.

A **service** is (day, home set, work set, vehicle type). Home sets are listed once, work sets are numbered when first
asked for, so each process numbers them differently: a `Service` has numbers, a `ServiceStops` has stops, and
`Services.service_of` and `Services.stops_of` are the only way between them. Each work set gets a `WorkTable`: for every
home set at once, the shortest path, whether the rules allow it, drivers, seats, cost and days held. The figures follow
the Evaluator's arithmetic step by step, so that they agree to the fen; the plan that leaves the solver is costed by the
Evaluator all the same.

The shortest path over all boarding, then all alighting stops splits at the link between the ends: for each stop of a
set, `inner` is the shortest way through the set that touches the other end there, and `outer` where it then starts
or stops; where distances tie there is such a way for each far end. With at most 4 stops a side every pair is a minimum
over 16 links, and those ties, for all home sets at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from scheduler.evaluate import (
    HALF_STEP_KM,
    HOUR_TOLERANCE,
    KM_TOLERANCE,
    ONE_DRIVER_MAX_H,
    ONE_DRIVER_MAX_M,
    TWO_DRIVERS_MAX_H,
)
from scheduler.solver.model.instance import CLOSED, Floats, Instance, Ints
from scheduler.solver.model.party_sizes import fillable
from scheduler.solver.model.stops.departures import Departures
from scheduler.solver.model.stops.sets import stop_set_rows, stop_sets
from scheduler.solver.model.told import NO_TIME, ToldClasses


class Service(NamedTuple):
    """A service by numbers: `home_set` and `work_set` as one `Services` numbers them, so good in one process only."""

    day: int
    home_set: int
    work_set: int
    vehicle_type: int


class ServiceStops(NamedTuple):
    """A service by its stops, which mean the same in every process: what a block, its loads or a guide names."""

    day: int
    home_stops: tuple[int, ...]
    work_stops: tuple[int, ...]
    vehicle_type: int


@dataclass(frozen=True, slots=True)
class WorkTable:
    """Every home set with one work set. Arrays have an entry (a row) a home set; `cost`, `seats` a column a type.

    `seats` is what may be loaded (after reserve_seats), 0 where a coach may not run or cannot reach min_load.
    `slow` says where measured minutes ask for more drivers, who take seats, than path km do.
    `hold_from`, `hold_to` are the days held, relative to the run's day, both included.
    """

    allowed: NDArray[np.bool_]
    path_m: Ints
    cost: Ints
    seats: Ints
    hold_from: Ints
    hold_to: Ints
    slow: NDArray[np.bool_]


class Services:
    """Lazy tables of services for one instance."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.home = stop_sets(
            instance.home_km,
            instance.home_min,
            instance.home_stops,
            instance.home_radius_km,
            instance.more_home_sets,
            towards_last=instance.to_work,
        )
        self.home_id = {stops: i for i, stops in enumerate(self.home.sets)}
        self.access = _set_access(instance, self.home.sets)
        self.work_sets: list[tuple[int, ...]] = []
        self._work_id: dict[tuple[int, ...], int] = {}
        self._tables: dict[int, WorkTable] = {}
        self._eligible: dict[int, Ints] = {}
        self._wider: list[list[int]] | None = None
        self._neighbours: list[Ints] | None = None
        self.departures = Departures(instance, self.home)
        self._calls: NDArray[np.bool_] | None = None
        spread = np.maximum(instance.work_km, instance.work_km.T)
        self.close = spread <= instance.work_radius_km + KM_TOLERANCE

    def work_id(self, stops: Iterable[int]) -> int:
        """Return the number of a set of work stops."""
        key = tuple(sorted(stops))
        if key not in self._work_id:
            self._work_id[key] = len(self.work_sets)
            self.work_sets.append(key)
        return self._work_id[key]

    def service_of(self, named: ServiceStops) -> Service:
        """Return a service by numbers, those of this process; a work set met first is numbered now."""
        return Service(named.day, self.home_id[named.home_stops], self.work_id(named.work_stops), named.vehicle_type)

    def stops_of(self, service: Service) -> ServiceStops:
        """Return a service by its stops, as other processes know it."""
        home_stops, work_stops = self.home.sets[service.home_set], self.work_sets[service.work_set]
        return ServiceStops(service.day, home_stops, work_stops, service.vehicle_type)

    def is_closed(self, service: Service) -> bool:
        """Tell whether a pin closes a service."""
        if not self.instance.links.closed:
            return False
        day, home, work, vehicle = service
        return self.instance.links.is_closed(day, self.home.sets[home], self.work_sets[work], vehicle)

    @property
    def single_homes(self) -> Ints:
        """Return the home sets of one stop: they come first."""
        return np.arange(len(self.instance.homes), dtype=np.int64)

    def wider(self, home: int) -> list[int]:
        """Return the home sets with one stop more."""
        if self._wider is None:
            self._wider = [[] for _ in self.home.sets]
            for number, stops in enumerate(self.home.sets):
                for left_out in range(len(stops) if len(stops) > 1 else 0):
                    self._wider[self.home_id[stops[:left_out] + stops[left_out + 1 :]]].append(number)
        return self._wider[home]

    def signatures(self, work: int) -> Ints:
        """Return the signatures a run with this work set can carry."""
        if work not in self._eligible:
            stops = set(self.work_sets[work])
            fits = [i for i, sig in enumerate(self.instance.signatures) if all(stops & need for need in sig)]
            self._eligible[work] = np.array(fits, dtype=np.int64)
        return self._eligible[work]

    def table(self, work: int) -> WorkTable:
        """Return the services of one work set."""
        if work not in self._tables:
            self._tables[work] = self._build(self.work_sets[work])
        return self._tables[work]

    def _build(self, stops: tuple[int, ...]) -> WorkTable:
        instance, home = self.instance, self.home
        n_sets, n_types = len(home.sets), len(instance.rated)
        close = all(self.close[a, b] for a in stops for b in stops)
        if not close or len(stops) > instance.work_stops or not n_sets:
            empty = np.zeros(n_sets, dtype=np.int64)
            none = np.zeros((n_sets, n_types), dtype=np.int64)
            return WorkTable(empty.astype(bool), empty, none, none, empty, empty, empty.astype(bool))
        work = stop_set_rows([stops], instance.work_km, instance.work_min, towards_last=not instance.to_work)
        link_km = np.where(np.isfinite(instance.link_km), instance.link_km, -np.inf)  # an unknown one allows nothing
        ways = []
        for h, w in product(range(home.link.shape[1]), range(work.link.shape[1])):
            here, there = home.link[:, h], work.link[0, w]
            total = home.inner_km[:, h] + instance.link_km[here, there] + work.inner_km[0, w]
            ways.append((total, h, w))
        km = np.min([total for total, _h, _w in ways], axis=0)
        finite = np.isfinite(km)
        allowed, minutes = np.zeros(n_sets, dtype=bool), np.full(n_sets, np.inf)
        for total, h, w in ways:
            # Ties are free: of equally short ways the quickest that the detour rule allows, as the Evaluator's path.
            ok = finite & (total <= km + KM_TOLERANCE)
            ok &= total <= instance.max_detour * link_km[home.outer[:, h], work.outer[0, w]] + KM_TOLERANCE
            allowed |= ok
            whole = home.inner_min[:, h] + instance.link_min[home.link[:, h], work.link[0, w]] + work.inner_min[0, w]
            minutes = np.where(ok, np.minimum(minutes, whole), minutes)
        path_m = np.where(finite, np.floor(np.where(finite, km, 0) * 10 + 0.5 + 1e-7), 0).astype(np.int64) * 100
        minutes_h = np.where(allowed, minutes, 0) / 60 - HALF_STEP_KM / instance.km_per_h
        by_km = _drivers(path_m / 1000 / instance.km_per_h, path_m)
        drivers = np.maximum(by_km, _drivers(minutes_h, path_m))
        crew = (drivers + instance.crew) if instance.crew_in_seats else np.zeros_like(drivers)
        seats = np.maximum(0, instance.rated[None, :] - crew[:, None]) - instance.reserve
        seats = fillable(instance, seats)
        seats = np.where(allowed[:, None] & (seats >= instance.min_load), seats, 0)
        extra = np.array([len(each) for each in home.sets]) + len(stops) - 2
        yuan = instance.per_km_fen[None, :] * path_m[:, None] / 1000
        cost = instance.fixed_fen[None, :] + yuan + (instance.stop_fen * extra)[:, None]
        back = 0 if instance.to_work else -(-path_m // instance.turnaround_m)
        held = -(-2 * path_m // instance.turnaround_m) + 1
        hold_from = -back + np.zeros_like(path_m)
        return WorkTable(
            allowed=allowed,
            path_m=path_m,
            cost=np.floor(cost + 0.5 + 1e-7).astype(np.int64),
            seats=seats,
            hold_from=hold_from,
            hold_to=hold_from + held - 1,
            slow=allowed & (drivers > by_km) & instance.crew_in_seats,
        )

    def held_days(self, day: int, home: int, work: int) -> slice:
        """Return the season's days on which a run of `day` holds its coach."""
        table = self.table(work)
        start = max(0, day + int(table.hold_from[home]))
        return slice(start, max(start, min(self.instance.n_days, day + int(table.hold_to[home]) + 1)))

    # Who is moved ------------------------------------------------------------------------------------------------

    def moves_fen(self, classes: Ints, day: int, work: int, homes: Ints, *, certain: bool = False) -> Ints:
        """Return what people told something cost more beside access and shift: (home sets, classes), fen a party.

        That is move_cost for each who is moved, or the dearer access of their stop where that is less. Where it is in
        doubt whether a departure can be kept, the likely time tells; with `certain` nobody pays for a doubt. Where no
        more than so many people may be moved, all stay whom a coach need not move.
        """
        told = self.instance.told
        if told is None:
            return np.zeros((1, 1), dtype=np.int64)
        entries, owner = told.entries(classes)
        works = list(self.work_sets[work])
        same = (told.day[entries] == day) & np.isin(told.work[entries], works) & (told.home[entries] >= 0)
        fen = np.zeros((len(homes), len(classes)), dtype=np.int64)
        away, staying = ~same, np.flatnonzero(same)
        fen += np.bincount(owner[away], told.people[entries[away]], len(classes)).astype(np.int64) * told.move_fen
        if len(staying):
            at, who = entries[staying], owner[staying]
            each = self._own_stop_fen(told, at, classes[who], work, homes, certain) * told.people[at]
            moves = np.zeros((len(classes), len(homes)), dtype=np.int64)
            np.add.at(moves, who, each.T)
            fen += moves.T
        return fen

    def moved(self, classes: Ints, service: Service, *, certain: bool = False) -> Ints:
        """Return how many people of a party of each class are moved by a coach, whatever they pay to stay."""
        told, (day, home, work, _vehicle) = self.instance.told, service
        if told is None:
            return np.zeros(len(classes), dtype=np.int64)
        entries, owner = told.entries(classes)
        same = (told.day[entries] == day) & np.isin(told.work[entries], list(self.work_sets[work]))
        staying = np.flatnonzero(same & (told.home[entries] >= 0))
        at, who = entries[staying], owner[staying]
        kept = self._kept(told, at, classes[who], work, np.array([home]), certain)[0]
        stay = np.bincount(who, kept * told.people[at], len(classes)).astype(np.int64)
        return np.asarray(told.of_class[classes] - stay)

    @property
    def move_fen(self) -> int:
        """What it costs to move a person who was told something."""
        return self.instance.told.move_fen if self.instance.told is not None else 0

    def stayers(
        self, k: int, service: Service, *, certain: bool = False
    ) -> list[tuple[tuple[int, int], tuple[int, ...], int]]:
        """Return whom of a party of a class a coach need not move: (stops told, own work stops, people).

        The work stop is -1 where another one costs nothing: for those who are moved at the home end, or may be.
        """
        return [stayer for _k, stayer in self.all_stayers([k], service, certain=certain)]

    def all_stayers(
        self, classes: Iterable[int], service: Service, *, certain: bool = False
    ) -> list[tuple[int, tuple[tuple[int, int], tuple[int, ...], int]]]:
        """Return `stayers` of several classes, each with its class: at once, for each call takes its time."""
        told, (day, home, work, _vehicle) = self.instance.told, service
        if told is None:
            return []
        asked = np.array(list(classes), dtype=np.int64)
        entries, owner = told.entries(asked)
        same = (told.day[entries] == day) & np.isin(told.work[entries], list(self.work_sets[work]))
        same &= told.home[entries] >= 0
        entries, owner = entries[same], owner[same]
        if not len(entries):
            return []
        at_home = np.array([home])
        kept = self._kept(told, entries, asked[owner], work, at_home, certain)[0]
        entries, who = entries[kept], asked[owner[kept]]
        each = self._dearer_stop_fen(told, entries, who, at_home, certain)[0]
        works = np.where((each < told.move_fen) & (len(self.home.sets[home]) == 1), told.work[entries], -1)
        return [
            (int(k), ((int(told.home[e]), int(own)), told.choices[e], int(told.people[e])))
            for k, e, own in zip(who, entries, works, strict=True)
        ]

    def _kept(
        self, told: ToldClasses, entries: Ints, classes: Ints, work: int, homes: Ints, certain: bool
    ) -> NDArray[np.bool_]:
        """Tell which home sets need not move the people of each entry, whose day and work stop are right."""
        if self._calls is None:
            self._calls = np.zeros((len(self.home.sets), len(self.instance.homes)), dtype=bool)
            for row, stops in enumerate(self.home.sets):
                self._calls[row, list(stops)] = True
        stop = told.home[entries]
        kept = self._calls[np.ix_(homes, stop)]
        kept &= self.instance.access[self.instance.origin[classes], stop] < CLOSED
        return np.asarray(kept & self._keeps_departure(told, entries, work, homes, certain))

    def _own_stop_fen(
        self, told: ToldClasses, entries: Ints, classes: Ints, work: int, homes: Ints, certain: bool
    ) -> Ints:
        """Return what it costs one person of each entry more to be told nothing new, at most move_cost."""
        dearer = self._dearer_stop_fen(told, entries, classes, homes, certain)
        return np.where(self._kept(told, entries, classes, work, homes, certain), dearer, told.move_fen)

    def _dearer_stop_fen(self, told: ToldClasses, entries: Ints, classes: Ints, homes: Ints, certain: bool) -> Ints:
        """Return what the stop that people of each entry were told costs one of them more than the nearest."""
        origin, stop = self.instance.origin[classes], told.home[entries]
        nearest = self.access[np.ix_(homes, origin)]
        dearer = self.instance.access[origin, stop][None, :] - nearest
        if certain or told.max_moved is None:
            dearer = np.minimum(dearer, told.move_fen)
        return dearer

    def _keeps_departure(
        self, told: ToldClasses, entries: Ints, work: int, homes: Ints, certain: bool
    ) -> NDArray[np.bool_]:
        """Tell which home sets leave the stop of each entry when its people were told."""
        stop = told.home[entries] if self.instance.to_work else told.work[entries]
        low, high = self.departures.spans(self.work_sets[work], homes, stop, certain=certain)
        depart_min = told.depart_min[entries]
        kept = np.broadcast_to(depart_min == NO_TIME, (len(homes), len(entries))).copy()
        for start in self.instance.starts_min:
            kept |= (start + low <= depart_min + told.tolerance_min) & (start + high >= depart_min - told.tolerance_min)
        return kept

    def neighbours(self, stop: int) -> Ints:
        """Return the work stops that may share a coach with `stop`, nearest first, itself excluded."""
        if self._neighbours is None:
            km = np.maximum(self.instance.work_km, self.instance.work_km.T)
            order = np.argsort(km, axis=1, kind="stable")
            self._neighbours = [row[self.close[i, row] & (row != i)] for i, row in enumerate(order)]
        return self._neighbours[stop]

    def regions(self) -> Ints:
        """Return the region of each work stop: stops that could share a coach, directly or through others."""
        _count, region = connected_components(sparse.csr_array(self.close), directed=False)
        return np.asarray(region, dtype=np.int64)


def _drivers(hours: Floats, path_m: Ints) -> Ints:
    hours = hours - HOUR_TOLERANCE
    one = (hours <= ONE_DRIVER_MAX_H) & (path_m <= ONE_DRIVER_MAX_M)
    return np.where(one, 1, np.where(hours <= TWO_DRIVERS_MAX_H, 2, 3))


def _set_access(instance: Instance, sets: tuple[tuple[int, ...], ...]) -> Ints:
    """Return the fen a person of each origin pays with each home set (sets, origins): its cheapest open stop."""
    access = np.full((len(sets), len(instance.origins)), CLOSED, dtype=np.int64)
    for row, stops in enumerate(sets):
        access[row] = instance.access[:, list(stops)].min(axis=1)
    return access


def subsets(stops: Iterable[int], most: int) -> list[tuple[int, ...]]:
    """Return all non-empty subsets of up to `most` stops."""
    names = sorted(stops)
    return [each for size in range(1, most + 1) for each in combinations(names, size)]
