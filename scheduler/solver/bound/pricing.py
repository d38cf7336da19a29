"""Pricing for the bound: given a price a person of each group may pay, which coach would earn more than it costs?

A **group** is people who are interchangeable when parties may be cut up: same origin, signature of work stops, window,
preferred date, train wish and unserved cost a head. With group prices y (fen a person), prices mu (fen a coach and day)
and nu (fen a fen of the budget), a service s = (day, home set, work set, vehicle type) is worth

    value(s) = max { sum_g (y_g - access_gs - shift_gs) x_g :  min_load <= sum_g x_g <= seats_s,  0 <= x_g <= people_g }

(a fractional knapsack: fill by gain a head, at 0 or below only as far as min_load asks), and its reduced cost is
(1 + nu) cost_s + mu held - value(s).

All services of a **pair** (day, work set) are priced together. An origin has only a few different access costs, so the
gains of its groups are sorted once for all home sets. Two relaxations tell most services apart unpriced: everybody at
the closest access and the cheapest coach (settles a pair), and the knapsack's own dual (settles a home set),

    value(s) <= seats_s m + sum_g people_g max(0, y_g - access_gs - shift_gs - m)     for any margin m >= 0,

tight when m is the gain of the last passenger, which changes little from one round to the next.

**Repair.** Pairs are priced one after another, and prices that make a service worth more than it costs are lowered at
once, so that later pairs see them lower. value(s) never rises when a price falls; hence at the end no service whatever
is worth more than it costs, and the prices left are proven (see `bound`). A pair's worst service is mended by shrinking
what people gain above the last passenger: that costs the bound only the excess of this service. After a few such cuts,
each a column, the remaining excess is scaled away: with r <= min cost / value over the pair's services, prices r y_g
make a service worth at most sum (r y_g - a_g) x_g <= r sum (y_g - a_g) x_g <= cost, because a_g >= 0 (Farley 1990).
Prices below 0 are left as they are, which makes it worth no more.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scheduler.solver.bound.coach_prices import Market, Shared, cheap_homes, cheapest_by_type
from scheduler.solver.bound.pricing_numba import MORE_COLUMNS, NOT_PRICED, Loads, load_services, price_pairs
from scheduler.solver.bound.service_cover import Reach
from scheduler.solver.model.instance import CLOSED, Floats, Instance, Ints

CUTS = 25
"""Services of a pair that are mended one by one in a round; then the pair's prices are scaled, which loses more."""

TOLERANCE = 1e-4
"""An excess of this share of a service's cost is scaled away at once."""

ROUGH_STOPS = 2
"""Sets of at most this many stops an end are priced while prices are still far off."""

MOST_COLUMNS = 60_000
"""Columns a round may give; pairs beyond them are only scaled."""


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
    of_class: Ints
    """The group of each class of the instance."""

    def __len__(self) -> int:
        return len(self.origin)


@dataclass(frozen=True, slots=True)
class Surcharges:
    """Fen that coaches cost more: of a pair and type (pairs, types), of a pair with a home set (pairs, home sets)."""

    by_type: Floats
    by_home: Floats | None = None


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
        of_class=member.ravel(),
    )


class Pricer:
    """Prices every service that could carry somebody."""

    def __init__(self, instance: Instance, reach: Reach, groups: Groups, seed: int = 0) -> None:
        self.instance = instance
        self.groups = groups
        self.reach = reach
        self.market = _market(instance, reach, groups)
        n_pairs = len(self.market.pair_day)
        few = int(np.searchsorted(reach.home_extra, ROUGH_STOPS))  # home sets come smallest first
        rough = self.market._replace(
            path_m=self.market.path_m[:, :few].copy(), seats_of=self.market.seats_of[:, :few].copy()
        )
        self.rough_market = rough._replace(cheap=cheap_homes(rough, instance.n_days))
        self.rough_pairs = np.flatnonzero(reach.work_extra[self.market.pair_work] < ROUGH_STOPS)
        self.margins = np.full(n_pairs, NOT_PRICED)
        self.rng = np.random.default_rng(seed)
        columns = min(MOST_COLUMNS, n_pairs * (CUTS + MORE_COLUMNS))
        # A column has no more groups than seats, and none more than fit; the kernel asks for room for all who fit.
        widest = int(np.diff(self.market.fit_start).max(initial=0))
        entries = columns * int(self.market.levels.max(initial=0)) + widest
        self.loads = Loads(
            start=np.zeros(columns + 2, dtype=np.int64),
            group=np.zeros(entries, dtype=np.int64),
            people=np.zeros(entries),
            way_fen=np.zeros(columns + 1),
            coach_fen=np.zeros(columns + 1),
            pair=np.zeros(columns + 1, dtype=np.int64),
            home=np.zeros(columns + 1, dtype=np.int64),
            vehicle=np.zeros(columns + 1, dtype=np.int64),
            first=np.zeros(columns + 1, dtype=np.int64),
            last=np.zeros(columns + 1, dtype=np.int64),
        )

    def price(
        self,
        y: Floats,
        mu: Floats,
        nu: float,
        pairs: Ints | None = None,
        surcharges: Surcharges | None = None,
        *,
        rough: bool = False,
    ) -> tuple[Floats, Columns]:
        """Price every service, or those of some pairs; `rough`: only those of few stops, which proves nothing.

        Parameters
        ----------
        y : array (groups)
            Fen a person.
        mu : array (vehicle types, days)
            Fen a coach and day.
        nu : float
            Fen a fen of the budget.
        pairs : array or None
            Numbers of the pairs to price.
        surcharges : Surcharges or None
            What coaches cost more; their prices must stay above 0.

        Returns
        -------
        y : array (groups)
            Prices no higher than those given, at which no service is worth more than it costs.
        columns : Columns
            The services that were worth more, with their best loads.
        """
        y = y.copy()
        shared = self._shared(mu, nu, surcharges)
        if rough:
            pairs = self.rough_pairs
        order = self.rng.permutation(len(self.margins) if pairs is None else pairs)
        n = price_pairs(
            self.rough_market if rough else self.market, shared, order, y, self.margins, self.loads, CUTS, TOLERANCE
        )
        return y, self._columns(n)

    def load(self, services: Ints, y: Floats, mu: Floats, nu: float, surcharges: Surcharges) -> Columns:
        """Return the best loads of those among some services that are worth more than they cost.

        `services` has a column (pair, home set, vehicle type) each, sorted by pair.
        """
        shared = self._shared(mu, nu, surcharges)
        pairs, homes, vehicles = services
        return self._columns(load_services(self.market, shared, pairs, homes, vehicles, y, self.loads, TOLERANCE))

    def _columns(self, n: int) -> Columns:
        """Return the first columns that a kernel wrote."""
        loads, end = self.loads, int(self.loads.start[n])
        return Columns(
            start=loads.start[: n + 1].copy(),
            group=loads.group[:end].copy(),
            people=loads.people[:end].copy(),
            way_fen=loads.way_fen[:n].copy(),
            coach_fen=loads.coach_fen[:n].copy(),
            pair=loads.pair[:n].copy(),
            home=loads.home[:n].copy(),
            vehicle=loads.vehicle[:n].copy(),
            first=loads.first[:n].copy(),
            last=loads.last[:n].copy(),
        )

    def left_with(self, people: Floats, fleet: Ints) -> Pricer:
        """Return a pricer of what is left: so many people of each group, and a smaller fleet. It shares its buffers."""
        rest = copy(self)
        rest.instance = replace(self.instance, fleet=fleet)
        rest.groups = replace(self.groups, people=people)
        rest.market = self.market._replace(people=people)
        rest.rough_market = self.rough_market._replace(people=people)
        return rest

    def way_each(self, columns: Columns) -> Floats:
        """Return access and date shift of a person, in fen, for each entry of some columns."""
        market, owner = self.market, np.repeat(np.arange(len(columns)), np.diff(columns.start))
        origin = market.origin[columns.group]
        access = market.variant_fen[origin, market.variant[columns.home[owner], origin]]
        day = market.pair_day[columns.pair[owner]]
        away = np.abs(market.preferred[columns.group] - day) * market.has_preferred[columns.group]
        return np.asarray(access + market.shift_fen * away)

    def cheapest(self, pairs: Ints, mu: Floats, nu: float) -> Floats:
        """Return the price of the cheapest coach of some pairs by (pair, type), infinite where none runs."""
        return np.asarray(cheapest_by_type(self.market, self._shared(mu, nu, None), pairs))

    def _shared(self, mu: Floats, nu: float, surcharges: Surcharges | None) -> Shared:
        own = Surcharges(np.zeros((len(self.margins), len(mu)))) if surcharges is None else surcharges
        zero = np.zeros((len(mu), 1))
        return Shared(
            held=np.concatenate([zero, np.cumsum(mu, axis=1)], axis=1),
            closed=np.concatenate([zero, np.cumsum(self.instance.fleet < 1, axis=1)], axis=1).astype(np.int64),
            nu=nu,
            surcharge=own.by_type,
            call_fen=np.zeros((0, 0)) if own.by_home is None else own.by_home,
            least_call_fen=np.zeros(0) if own.by_home is None else own.by_home.min(axis=1),
        )


def _market(instance: Instance, reach: Reach, groups: Groups) -> Market:
    closest = instance.access.min(axis=1, initial=CLOSED).astype(float)[groups.origin]
    pairs = _pairs(instance, reach, groups, groups.by_coach & (closest < CLOSED))
    fits = [fit for _day, _work, fit in pairs]
    levels = [np.unique(row[row > 0]) for row in reach.seats]
    table = np.zeros((len(levels), max([1, *map(len, levels)])))
    level_of = np.full(reach.seats.shape, -1, dtype=np.int64)
    for kind, each in enumerate(levels):
        table[kind, : len(each)] = each
        runs = reach.seats[kind] > 0
        level_of[kind, runs] = np.searchsorted(each, reach.seats[kind, runs])
    variant, variants, variant_fen = _variants(reach.home_access)
    market = Market(
        pair_day=np.array([day for day, _work, _fits in pairs], dtype=np.int64),
        pair_work=np.array([work for _day, work, _fits in pairs], dtype=np.int64),
        fit_start=np.cumsum([0, *map(len, fits)]),
        fits=np.concatenate([np.zeros(0, dtype=np.int64), *fits]),
        origin=groups.origin,
        people=groups.people,
        preferred=groups.preferred,
        has_preferred=groups.has_preferred,
        closest=closest,
        shift_fen=float(instance.shift_fen),
        path_m=reach.path_m,
        cheap=np.zeros((0, 0, 0), dtype=np.int64),
        seats_of=reach.seats_of,
        levels=table,
        level_of=level_of,
        fixed_fen=instance.fixed_fen.astype(float),
        per_km_fen=instance.per_km_fen,
        stop_fen=float(instance.stop_fen),
        home_extra=reach.home_extra,
        work_extra=reach.work_extra,
        turnaround_m=instance.turnaround_m,
        to_work=instance.to_work,
        variant=variant,
        variants=variants,
        variant_fen=variant_fen,
        min_load=float(instance.min_load),
    )
    return market._replace(cheap=cheap_homes(market, instance.n_days))


def _pairs(instance: Instance, reach: Reach, groups: Groups, riders: NDArray[np.bool_]) -> list[tuple[int, int, Ints]]:
    """List (day, work set, groups that fit) wherever a coach may run and enough people would ride."""
    pairs = []
    for work, carried in enumerate(reach.riders):
        if (reach.path_m[work] < 0).all():
            continue
        fits = np.flatnonzero(riders & np.isin(groups.signature, carried))
        for day in range(instance.n_days):
            on_day = fits[(groups.first[fits] <= day) & (groups.last[fits] >= day)]
            if groups.people[on_day].sum() >= max(1, instance.min_load):
                pairs.append((day, work, on_day))
    return pairs


def _variants(access: Ints) -> tuple[Ints, Ints, Floats]:
    """Return the access costs of each (home set, origin) by number, how many an origin has, and what they are."""
    n_origins = access.shape[1]
    costs = [np.unique(access[access[:, o] < CLOSED, o]) for o in range(n_origins)]
    variants = np.array([len(each) for each in costs], dtype=np.int64)
    variant = np.full(access.shape, -1, dtype=np.int64)
    variant_fen = np.full((n_origins, int(variants.max(initial=1))), float(CLOSED))
    for o, each in enumerate(costs):
        is_open = access[:, o] < CLOSED
        variant[is_open, o] = np.searchsorted(each, access[is_open, o])
        variant_fen[o, : len(each)] = each
    return variant, variants, variant_fen
