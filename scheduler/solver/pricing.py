"""Pricing for the bound: given a price a person of each group may pay, which coach would earn more than it costs?

A **group** is people who are interchangeable when parties may be cut up: same origin, signature of work stops, window,
preferred date, train wish and unserved cost a head. With group prices y (fen a person) and fleet prices mu (fen a coach
and day), a service s = (day, home set, work set, vehicle type) is worth

    value(s) = max { sum_g (y_g - access_gs - shift_gs) x_g :  min_load <= sum_g x_g <= seats_s,  0 <= x_g <= people_g }

(a fractional knapsack: fill by price density), and its reduced cost is cost_s + mu held - value(s). All home sets of a
(day, work set) are priced at once: rows are home sets, columns the groups in order of price before access.
A relaxation that pays each group's cheapest access anywhere, and the cheapest service, tells most pairs apart unseen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.solver.classes import CLOSED, Floats, Instance, Ints
from scheduler.solver.services import Services, WorkTable, subsets

PEOPLE_SEEN_PER_SEAT = 4
"""Groups are compared one by one until they hold this many people a seat; the rest count at the next best price."""

HOMES_NEAR = 48
"""Home sets of a pair that are priced exactly, the most promising ones; the others have the bound of `_screen`."""

CELLS_PRICED = 8_000
"""More home sets are priced exactly where that many (home set, group) cells allow it."""

BATCH_CELLS = 4_000_000
"""Home sets are priced in batches of at most this many (home set, group) cells, to bound memory."""


@dataclass(frozen=True, slots=True)
class Groups:
    """People by group: `people` counts them, `leave_fen` is the unserved cost a head."""

    origin: Ints
    signature: Ints
    first: Ints
    last: Ints
    preferred: Ints
    has_preferred: NDArray[np.bool_]
    by_coach: NDArray[np.bool_]
    by_train: NDArray[np.bool_]
    work_stop: Ints
    people: Floats
    leave_fen: Floats

    def __len__(self) -> int:
        return len(self.origin)


@dataclass(frozen=True, slots=True)
class Column:
    """One run of a service with its load: groups, people of each, cost without fleet prices, type and days held."""

    groups: Ints
    people: Floats
    cost_fen: float
    vehicle: int
    hold_first: int
    hold_last: int


@dataclass(frozen=True, slots=True)
class _Priced:
    """Home sets priced: least reduced cost of each, least cost-to-worth ratio, best column, gain of its last rider."""

    reduced: Floats
    ratio: float
    column: Column | None
    marginal: float


def build_groups(instance: Instance) -> Groups:
    """Pool the classes of an instance into groups."""
    columns = (
        instance.origin,
        instance.signature,
        instance.first,
        instance.last,
        np.where(instance.has_preferred, instance.preferred, 0),
        instance.has_preferred,
        instance.by_coach,
        instance.by_train,
        instance.work_stop,
        # The unserved cost a head as an exact fraction: weight over size in lowest terms.
        instance.weight // np.gcd(instance.weight, instance.size),
        instance.size // np.gcd(instance.weight, instance.size),
    )
    keys, member = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
    people = np.bincount(member.ravel(), (instance.size * instance.count).astype(float), len(keys)).astype(float)
    return Groups(
        origin=keys[:, 0],
        signature=keys[:, 1],
        first=keys[:, 2],
        last=keys[:, 3],
        preferred=keys[:, 4],
        has_preferred=keys[:, 5].astype(bool),
        by_coach=keys[:, 6].astype(bool),
        by_train=keys[:, 7].astype(bool),
        work_stop=keys[:, 8],
        people=people,
        leave_fen=keys[:, 9] * instance.unserved_fen / keys[:, 10],
    )


class Pricer:
    """Prices every service that could carry somebody."""

    def __init__(self, instance: Instance, services: Services, groups: Groups) -> None:
        self.instance, self.services, self.groups = instance, services, groups
        self.access = services.access.astype(float)
        closest = instance.access.min(axis=1, initial=CLOSED).astype(float)
        self.closest = closest[groups.origin]
        self.rated = sorted(set(instance.rated.tolist()))
        self.types_of = [np.flatnonzero(instance.rated == rated) for rated in self.rated]
        self.pairs = self._pairs()
        self._levels: dict[tuple[int, int], float] = {}

    def _pairs(self) -> list[tuple[int, int, Ints]]:
        """List (day, work set, groups that fit) wherever a coach may run and somebody would ride."""
        instance, groups = self.instance, self.groups
        riders = groups.by_coach & (self.closest < CLOSED)
        stops = np.arange(len(instance.works))
        pairs = []
        for work_set in self._work_sets(stops):
            work = self.services.work_id(work_set)
            table = self.services.table(work)
            if not (table.allowed.any() and table.seats.max(initial=0) > 0):
                continue
            fits = np.flatnonzero(riders & np.isin(groups.signature, self.services.signatures(work)))
            for day in range(instance.n_days):
                on_day = fits[(groups.first[fits] <= day) & (groups.last[fits] >= day)]
                if groups.people[on_day].sum() >= instance.min_load:
                    pairs.append((day, work, on_day))
        return pairs

    def _work_sets(self, stops: Ints) -> list[tuple[int, ...]]:
        """List every set of work stops within the radius."""
        found = []
        for stop in stops.tolist():
            later = [other for other in self.services.neighbours(stop).tolist() if other > stop]
            for rest in [(), *subsets(later, self.instance.work_stops - 1)]:
                if all(self.services.close[a, b] for a in rest for b in rest):
                    found.append((stop, *rest))
        return found

    def price(self, pairs: Ints, y: Floats, mu: Floats) -> tuple[list[Column], Floats]:
        """Price every service of some (day, work set) pairs.

        Parameters
        ----------
        pairs : array
            Numbers of pairs.
        y : array (groups)
            Fen a person.
        mu : array (vehicle types, days)
            Fen a coach and day.

        Returns
        -------
        columns : list of Column
            The service of each pair whose worth most exceeds its cost.
        scale : array (groups)
            Factors in 0..1: with prices `scale * y` no service of the pairs is worth more than it costs (see `bound`).
        """
        scale = np.ones(len(self.groups))
        columns: list[Column] = []
        held = np.concatenate([np.zeros((len(mu), 1)), np.cumsum(mu, axis=1)], axis=1)
        for number in pairs:
            day, work, fits = self.pairs[number]
            column, ratio = self._price_pair(day, work, fits, y, held)
            if ratio < 1:
                scale[fits] = np.minimum(scale[fits], ratio)
            if column is not None:
                columns.append(column)
        return columns, scale

    def _price_pair(self, day: int, work: int, fits: Ints, y: Floats, held: Floats) -> tuple[Column | None, float]:
        """Price one (day, work set): its best column, and the least cost-to-worth ratio."""
        groups, table = self.groups, self.services.table(work)
        nothing = None, 1.0
        away = np.abs(groups.preferred[fits] - day) * groups.has_preferred[fits]
        shift = away * float(self.instance.shift_fen)
        density = y[fits] - shift
        reach = density - self.closest[fits]
        if not (reach > 0).any():
            return nothing
        order = np.argsort(-reach, kind="stable")
        fits, shift, density, reach = fits[order], shift[order], density[order], reach[order]
        people = groups.people[fits]
        filled = np.cumsum(people)
        cost = self._cost(table, day, held)
        if self._settled_by_relaxation(table, cost, people, filled, reach):
            return nothing
        most_seats = int(table.seats.max())
        # Those who gain nothing matter only to reach min_load.
        needed = max(int((reach > 0).sum()), int(np.searchsorted(filled, self.instance.min_load)) + 1)
        seen = min(len(fits), needed, int(np.searchsorted(filled, PEOPLE_SEEN_PER_SEAT * most_seats)) + 1)
        tail = float(reach[seen]) if seen < len(fits) else -math.inf
        fits, shift, density, people = fits[:seen], shift[:seen], density[:seen], people[:seen]
        homes = np.flatnonzero(table.seats.max(axis=1) > 0)
        marginal = float(reach[min(int(np.searchsorted(filled, most_seats)), seen - 1)])
        level = max(tail, 0.0, self._levels.get((day, work), marginal))
        excess, ratios = self._screen(homes, table, cost, density, people, groups.origin[fits], level)
        ranked = np.argsort(-excess)
        exact = max(HOMES_NEAR, CELLS_PRICED // seen)
        priced = self._price_homes(homes[ranked[:exact]], day, table, cost, fits, shift, density, people, tail)
        self._levels[day, work] = priced.marginal
        unpriced = ratios[ranked[exact:]]
        return priced.column, min(priced.ratio, float(unpriced.min(initial=1.0)))

    def _screen(
        self, homes: Ints, table: WorkTable, cost: Floats, density: Floats, people: Floats, origins: Ints, level: float
    ) -> tuple[Floats, Floats]:
        """Bound what each home set is worth, without sorting: seats at `level` each, and what groups pay above it.

        By duality of the knapsack this holds for every level; near the price of the marginal passenger it is tight.
        Returns by how much the bound exceeds the cost at most, and the least cost-to-bound ratio, over the types.
        """
        excess, ratios = np.full(len(homes), -np.inf), np.ones(len(homes))
        above = np.zeros(len(homes))
        rows = max(1, BATCH_CELLS // len(origins))
        for start in range(0, len(homes), rows):
            batch = homes[start : start + rows]
            gain = (density - level)[None, :] - self.access[batch][:, origins]
            above[start : start + rows] = np.maximum(gain, 0, out=gain) @ people
        for types in self.types_of:
            seats = table.seats[np.ix_(homes, types)]
            least = np.where(seats > 0, cost[np.ix_(homes, types)], np.inf).min(axis=1)
            worth = np.maximum(seats.max(axis=1) * level + above, 1e-9)
            excess = np.maximum(excess, worth - least)
            ratios = np.minimum(ratios, least / worth)
        return excess, ratios

    def _cost(self, table: WorkTable, day: int, held: Floats) -> Floats:
        """Return the cost of each (home set, type) with fleet prices for the days of the season it is held."""
        first, last = self._hold(table, day)
        return np.asarray(table.cost - 0.5 + (held[:, last + 1] - held[:, first]).T)

    def _hold(self, table: WorkTable, day: int) -> tuple[Ints, Ints]:
        last_day = self.instance.n_days - 1
        first = np.clip(day + table.hold_from, 0, last_day)
        return first, np.clip(day + table.hold_to, 0, last_day)

    def _settled_by_relaxation(
        self, table: WorkTable, cost: Floats, people: Floats, filled: Floats, reach: Floats
    ) -> bool:
        """Tell whether even the best load at everyone's closest access is worth less than the cheapest service."""
        gain = np.concatenate([[0.0], np.cumsum(reach * people)])
        taken = np.concatenate([[0.0], filled])
        for types in self.types_of:
            seats = table.seats[:, types]
            if seats.max(initial=0) == 0:
                continue
            value = float(np.interp(seats.max(), taken, gain))
            if value > np.where(seats > 0, cost[:, types], np.inf).min():
                return False
        return True

    def _price_homes(
        self,
        homes: Ints,
        day: int,
        table: WorkTable,
        cost: Floats,
        fits: Ints,
        shift: Floats,
        density: Floats,
        people: Floats,
        tail: float,
    ) -> _Priced:
        """Price a batch of home sets; groups beyond `fits` may fill seats at price `tail`."""
        access = self.access[homes][:, self.groups.origin[fits]]
        gain = density[None, :] - access
        order = np.argsort(-gain, axis=1)
        gain = np.take_along_axis(gain, order, axis=1)
        sizes = people[order]
        before = np.cumsum(sizes, axis=1) - sizes
        known = before[:, -1] + sizes[:, -1]
        reduced, ratio = np.full(len(homes), np.inf), 1.0
        best: tuple[int, int, Floats] | None = None
        for types in self.types_of:
            seats = table.seats[np.ix_(homes, types)]
            capacity = seats.max(axis=1).astype(float)
            # Fill the seats with those who gain; others come only as far as min_load asks.
            wanted = np.where(gain > 0, capacity[:, None], self.instance.min_load)
            take = np.clip(wanted - before, 0, sizes)
            value = (take * np.maximum(gain, tail)).sum(axis=1)
            if tail > -math.inf:
                beyond = capacity if tail > 0 else np.full(len(homes), float(self.instance.min_load))
                value += tail * np.maximum(beyond - known, 0)
            # Seats may be 0 for a type that cannot run there; types of one rated size otherwise seat the same.
            type_cost = np.where(seats > 0, cost[np.ix_(homes, types)], np.inf)
            cheapest = type_cost.argmin(axis=1)
            least = type_cost[np.arange(len(homes)), cheapest]
            over = least < value
            if over.any():
                ratio = min(ratio, float((least[over] / value[over]).min()))
            row = int((least - value).argmin())
            if least[row] - value[row] < reduced.min():
                best = row, int(types[cheapest[row]]), take[row]
            reduced = np.minimum(reduced, least - value)
        column, marginal = None, 0.0
        if best is not None and reduced.min() < 0:
            row, vehicle, take_row = best
            loaded = take_row > 1e-9
            chosen, load = order[row][loaded], take_row[loaded]
            first, last = self._hold(table, day)
            home = int(homes[row])
            way = float(((shift[chosen] + access[row][chosen]) * load).sum())
            column = Column(
                groups=fits[chosen],
                people=load,
                cost_fen=float(table.cost[home, vehicle]) + way,
                vehicle=vehicle,
                hold_first=int(first[home]),
                hold_last=int(last[home]),
            )
            marginal = max(0.0, float(gain[row][loaded][-1]))
        return _Priced(reduced, max(ratio, 0.0), column, marginal)
