"""Pricing for the bound: given a price a person of each group may pay, which coach would earn more than it costs?

With group prices y (fen a person), prices mu (fen a coach and day) and nu (fen a fen of the budget), a service s =
(day, home set, work set, vehicle type) is worth

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
is worth more than it costs, and the prices left are proven (see `column_generation`). A pair's worst service is mended
by shrinking what people gain above the last passenger: that costs the bound only the excess of this service. After a
few such cuts, each a column, the remaining excess is scaled away: with r <= min cost / value over the pair's services,
prices r y_g make a service worth at most sum (r y_g - a_g) x_g <= r sum (y_g - a_g) x_g <= cost, because a_g >= 0
(Farley 1990). Prices below 0 are left as they are, which makes it worth no more.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scheduler.solver.bound.groups import Groups
from scheduler.solver.bound.params import PricingParams
from scheduler.solver.bound.pricing.coach_prices import CoachPrices, ResourceDuals, cheap_homes, cheapest_by_type_fen
from scheduler.solver.bound.pricing.columns import Columns
from scheduler.solver.bound.pricing.knapsack_numba import ColumnBuffers
from scheduler.solver.bound.pricing.move_columns import MoveColumns
from scheduler.solver.bound.pricing.pricing_numba import NOT_PRICED, load_services, price_pairs
from scheduler.solver.bound.pricing.service_cover import ServiceCover
from scheduler.solver.model.instance import CLOSED, Floats, Instance, Ints


@dataclass(frozen=True, slots=True)
class Surcharges:
    """Fen that coaches cost more: of a pair and type (pairs, types), of a pair with a home set (pairs, home sets)."""

    by_type_fen: Floats
    by_home_fen: Floats | None = None


class Pricer:
    """Prices every service that could carry somebody."""

    def __init__(self, instance: Instance, cover: ServiceCover, groups: Groups, params: PricingParams) -> None:
        self.instance = instance
        self.params = params
        self.groups = groups
        self.cover = cover
        self.moves = MoveColumns(instance, cover, groups) if instance.told is not None else None
        self.coaches = _coach_prices(instance, cover, groups, self.moves)
        n_pairs = len(self.coaches.pair_day)
        few = int(np.searchsorted(cover.home_extra, params.rough_stops))  # home sets come smallest first
        rough = self.coaches._replace(
            path_m=self.coaches.path_m[:, :few].copy(), seats_of=self.coaches.seats_of[:, :few].copy()
        )
        self.rough_coaches = _with_cheap_homes(rough)
        self.rough_pairs = np.flatnonzero(cover.work_extra[self.coaches.pair_work] < params.rough_stops)
        self.margins_fen = np.full(n_pairs, NOT_PRICED)
        self.rng = np.random.default_rng(0)
        columns = min(params.most_columns, n_pairs * (params.cuts + params.more_columns))
        # A column has no more groups than seats, and none more than fit; the kernel asks for room for all who fit.
        widest = int(np.diff(self.coaches.fit_start).max(initial=0))
        entries = columns * int(self.coaches.levels.max(initial=0)) + widest
        self.buffers = ColumnBuffers(
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
            The services that were worth more, with their best buffers.
        """
        y = y.copy()
        duals = self._resource_duals(mu, nu, surcharges)
        if rough:
            pairs = self.rough_pairs
        order = self.rng.permutation(len(self.margins_fen) if pairs is None else pairs)
        n = price_pairs(
            self.rough_coaches if rough else self.coaches, duals, order, y, self.margins_fen, self.buffers, self.params
        )
        return y, self._columns(n)

    def load(self, services: Ints, y: Floats, mu: Floats, nu: float, surcharges: Surcharges) -> Columns:
        """Return the best loads of those among some services that are worth more than they cost.

        `services` has a column (pair, home set, vehicle type) each, sorted by pair.
        """
        duals = self._resource_duals(mu, nu, surcharges)
        return self._columns(load_services(self.coaches, duals, services, y, self.buffers, self.params))

    def _columns(self, n: int) -> Columns:
        """Return the first columns that a kernel wrote."""
        buffers, end = self.buffers, int(self.buffers.start[n])
        return Columns(
            start=buffers.start[: n + 1].copy(),
            group=buffers.group[:end].copy(),
            people=buffers.people[:end].copy(),
            way_fen=buffers.way_fen[:n].copy(),
            coach_fen=buffers.coach_fen[:n].copy(),
            pair=buffers.pair[:n].copy(),
            home=buffers.home[:n].copy(),
            vehicle=buffers.vehicle[:n].copy(),
            first=buffers.first[:n].copy(),
            last=buffers.last[:n].copy(),
        )

    def left_with(self, people: Floats, fleet: Ints) -> Pricer:
        """Return a pricer of what is left: so many people of each group, and a smaller fleet. It shares its buffers."""
        rest = copy(self)
        rest.instance = replace(self.instance, fleet=fleet)
        rest.groups = replace(self.groups, people=people)
        rest.coaches = self.coaches._replace(people=people)
        rest.rough_coaches = self.rough_coaches._replace(people=people)
        return rest

    def way_fen(self, columns: Columns) -> Floats:
        """Return access, date shift and moves of a person, in fen, for each entry of some columns."""
        coaches, owner = self.coaches, np.repeat(np.arange(len(columns)), np.diff(columns.start))
        day, column = coaches.pair_day[columns.pair[owner]], coaches.origin[columns.group]
        moves_fen = np.zeros(len(column))
        if self.moves is not None:
            column, moves_fen = self.moves.of(day, coaches.pair_work[columns.pair[owner]], columns.group)
        access = coaches.variant_fen[column, coaches.variant[columns.home[owner], column]]
        away = np.abs(coaches.preferred[columns.group] - day) * coaches.has_preferred[columns.group]
        return np.asarray(access + coaches.shift_fen * away + moves_fen)

    def cheapest_fen(self, pairs: Ints, mu: Floats, nu: float) -> Floats:
        """Return the price of the cheapest coach of some pairs by (pair, type), infinite where none runs."""
        return np.asarray(cheapest_by_type_fen(self.coaches, self._resource_duals(mu, nu, None), pairs))

    def _resource_duals(self, mu: Floats, nu: float, surcharges: Surcharges | None) -> ResourceDuals:
        own = Surcharges(np.zeros((len(self.margins_fen), len(mu)))) if surcharges is None else surcharges
        zero = np.zeros((len(mu), 1))
        return ResourceDuals(
            held_fen=np.concatenate([zero, np.cumsum(mu, axis=1)], axis=1),
            closed=np.concatenate([zero, np.cumsum(self.instance.fleet < 1, axis=1)], axis=1).astype(np.int64),
            nu=nu,
            pair_fen=own.by_type_fen,
            call_fen=np.zeros((0, 0)) if own.by_home_fen is None else own.by_home_fen,
            least_call_fen=np.zeros(0) if own.by_home_fen is None else own.by_home_fen.min(axis=1),
        )


def _coach_prices(instance: Instance, cover: ServiceCover, groups: Groups, moves: MoveColumns | None) -> CoachPrices:
    closest_fen = instance.access.min(axis=1, initial=CLOSED).astype(float)[groups.origin]
    pairs = _pairs(instance, cover, groups, groups.by_coach & (closest_fen < CLOSED))
    fits = [fit for _day, _work, fit in pairs]
    levels = [np.unique(row[row > 0]) for row in cover.seats]
    table = np.zeros((len(levels), max([1, *map(len, levels)])))
    level_of = np.full(cover.seats.shape, -1, dtype=np.int64)
    for kind, each in enumerate(levels):
        table[kind, : len(each)] = each
        runs = cover.seats[kind] > 0
        level_of[kind, runs] = np.searchsorted(each, cover.seats[kind, runs])
    columns, moves_fen = _fit_columns(pairs, moves)
    variant, variants, variant_fen = _variants(cover.home_access if moves is None else moves.access(cover.home_access))
    coaches = CoachPrices(
        n_days=instance.n_days,
        pair_day=np.array([day for day, _work, _fits in pairs], dtype=np.int64),
        pair_work=np.array([work for _day, work, _fits in pairs], dtype=np.int64),
        fit_start=np.cumsum([0, *map(len, fits)]),
        fits=np.concatenate([np.zeros(0, dtype=np.int64), *fits]),
        fit_column=columns,
        fit_fen=moves_fen,
        origin=groups.origin,
        people=groups.people,
        preferred=groups.preferred,
        has_preferred=groups.has_preferred,
        closest_fen=closest_fen,
        shift_fen=float(instance.shift_fen),
        path_m=cover.path_m,
        cheap=np.zeros((0, 0, 0), dtype=np.int64),
        dearer_fen=np.zeros((0, 0)),
        seats_of=cover.seats_of,
        levels=table,
        level_of=level_of,
        fixed_fen=instance.fixed_fen.astype(float),
        per_km_fen=instance.per_km_fen,
        stop_fen=float(instance.stop_fen),
        home_extra=cover.home_extra,
        work_extra=cover.work_extra,
        turnaround_m=instance.turnaround_m,
        to_work=instance.to_work,
        variant=variant,
        variant_of=variant.T.copy(),
        variants=variants,
        variant_fen=variant_fen,
        min_load=float(instance.min_load),
    )
    return _with_cheap_homes(coaches)


def _with_cheap_homes(coaches: CoachPrices) -> CoachPrices:
    cheap, dearer_fen = cheap_homes(coaches)
    return coaches._replace(cheap=cheap, dearer_fen=dearer_fen)


def _pairs(
    instance: Instance, cover: ServiceCover, groups: Groups, riders: NDArray[np.bool_]
) -> list[tuple[int, int, Ints]]:
    """List (day, work set, groups that fit) wherever a coach may run and enough people would ride."""
    pairs = []
    for work, carried in enumerate(cover.riders):
        if (cover.path_m[work] < 0).all():
            continue
        fits = np.flatnonzero(riders & np.isin(groups.signature, carried))
        for day in range(instance.n_days):
            on_day = fits[(groups.first[fits] <= day) & (groups.last[fits] >= day)]
            if groups.people[on_day].sum() >= max(1, instance.min_load):
                pairs.append((day, work, on_day))
    return pairs


def _fit_columns(pairs: list[tuple[int, int, Ints]], moves: MoveColumns | None) -> tuple[Ints, Floats]:
    """Return the column of access costs of each group that fits each pair, and what a head pays beside; or nothing."""
    columns, fen = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    for day, work, fits in pairs if moves is not None else ():
        assert moves is not None
        column, moves_fen = moves.of(np.full(len(fits), day), np.full(len(fits), work), fits)
        columns.append(column)
        fen.append(moves_fen)
    return np.concatenate(columns), np.concatenate(fen)


def _variants(access: Ints | Floats) -> tuple[Ints, Ints, Floats]:
    """Return the access costs of each (home set, column) by number, how many a column has, and what they are."""
    n_origins = access.shape[1]
    costs = [np.unique(access[access[:, o] < CLOSED, o]) for o in range(n_origins)]
    variants = np.array([len(each) for each in costs], dtype=np.int64)
    # A few bytes a home set: pricing reads all of them for each pair.
    small = np.int8 if variants.max(initial=0) <= np.iinfo(np.int8).max else np.int64
    variant = np.full(access.shape, -1, dtype=small)
    variant_fen = np.full((n_origins, int(variants.max(initial=1))), float(CLOSED))
    for o, each in enumerate(costs):
        is_open = access[:, o] < CLOSED
        variant[is_open, o] = np.searchsorted(each, access[is_open, o])
        variant_fen[o, : len(each)] = each
    return variant, variants, variant_fen
