"""Every coach there is, in flat arrays, and its price at given duals: the part of pricing that loads nobody."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from scheduler.solver.bound.compiled import compiled
from scheduler.solver.model.instance import Floats, Ints

CHEAPER_FEN = 0.501
"""A coach's cost is rounded to a fen; the bound takes it this much cheaper."""


class ServiceIndex(NamedTuple):
    """A coach service by numbers: its (day, work set) pair, home set and vehicle type."""

    pair: int
    home: int
    vehicle: int


class CoachPrices(NamedTuple):
    """What coaches cost and whom they could carry: pairs (day, work set), groups, home sets, types. Read only.

    The groups that fit pair p are `fits[fit_start[p] : fit_start[p + 1]]`. Where people have been told something,
    `fit_column` says whose access costs each of these pays there, and `fit_fen` what a head pays more (see
    `move_columns`); else both are empty, and everybody pays the access costs of the `origin`. `variant` and the like
    are by origin, or by these columns.

    `cheap` (work sets, types, n) lists home sets among which there is a cheapest coach at any duals; see `cheap_homes`.
    `dearer_fen` (work sets, home sets) is what a coach of a home set costs more than that at least.
    `variant` (home sets, origins) numbers the access costs of an origin, listed in `variant_fen` (origins, variants),
    -1 where closed; `variant_of` (origins, home sets) is the same to be read by origin. `levels` (kinds of seats, n)
    lists the different numbers of seats the types have, 0 behind the last; `level_of` (kinds, types) says which a type
    has, -1 where it may not run.
    """

    n_days: int
    pair_day: Ints
    pair_work: Ints
    fit_start: Ints
    fits: Ints
    fit_column: Ints
    fit_fen: Floats
    origin: Ints
    people: Floats
    preferred: Ints
    has_preferred: Any
    closest_fen: Floats
    shift_fen: float
    path_m: Ints
    cheap: Ints
    dearer_fen: Floats
    seats_of: Ints
    levels: Floats
    level_of: Ints
    fixed_fen: Floats
    per_km_fen: Floats
    stop_fen: float
    home_extra: Ints
    work_extra: Ints
    turnaround_m: int
    to_work: bool
    variant: Ints
    variant_of: Ints
    variants: Ints
    variant_fen: Floats
    min_load: float


class ResourceDuals(NamedTuple):
    """Duals of what coaches share, as a coach pays them.

    `held_fen` is mu summed over days (types, days + 1), `closed` counts the days without a coach alike, `nu` is the
    budget's. Branching adds surcharges: `pair_fen` (pairs, types) is paid by every coach of a pair and type,
    `call_fen` (pairs, home sets) by every coach of a pair with a home set, `least_call_fen` (pairs) at least; both are
    empty where nobody pays.
    """

    held_fen: Floats
    closed: Ints
    nu: float
    pair_fen: Floats
    call_fen: Floats
    least_call_fen: Floats


class CheapestCoaches(NamedTuple):
    """The cheapest coaches of a pair by (home set, level of seats): price and type, where they are `known` already."""

    known: Any
    price_fen: Floats
    vehicle: Ints


@compiled
def coach_fen(coaches: CoachPrices, work: int, home: int, vehicle: int) -> Any:
    """Return what a coach costs."""
    extra = coaches.home_extra[home] + coaches.work_extra[work]
    km_fen = coaches.per_km_fen[vehicle] * coaches.path_m[work, home] / 1000.0
    return max(0.0, coaches.fixed_fen[vehicle] + km_fen + coaches.stop_fen * extra - CHEAPER_FEN)


@compiled
def days_held(coaches: CoachPrices, pair: int, home: int) -> Any:
    """Return the first and last day of the season on which a coach is held."""
    day, path_m = coaches.pair_day[pair], coaches.path_m[coaches.pair_work[pair], home]
    back = 0 if coaches.to_work else -(-path_m // coaches.turnaround_m)
    first = min(max(day - back, 0), coaches.n_days - 1)
    return first, min(max(day - back - (-(2 * path_m) // coaches.turnaround_m), 0), coaches.n_days - 1)


@compiled
def coach_price_fen(
    coaches: CoachPrices, duals: ResourceDuals, pair: int, home: int, vehicle: int, first: int, last: int
) -> Any:
    """Return the price of a coach held from `first` to `last`, without `call_fen`; infinite when none is there."""
    if duals.closed[vehicle, last + 1] > duals.closed[vehicle, first]:
        return np.inf
    held_fen = duals.held_fen[vehicle, last + 1] - duals.held_fen[vehicle, first]
    fen = coach_fen(coaches, coaches.pair_work[pair], home, vehicle)
    return fen * (1 + duals.nu) + held_fen + duals.pair_fen[pair, vehicle]


@compiled
def service_price_fen(coaches: CoachPrices, duals: ResourceDuals, service: ServiceIndex) -> Any:
    """Return the whole price of a service's coach; infinite when none is there."""
    first, last = days_held(coaches, service.pair, service.home)
    fen = coach_price_fen(coaches, duals, service.pair, service.home, service.vehicle, first, last)
    if len(duals.call_fen):
        fen += duals.call_fen[service.pair, service.home]
    return fen


@compiled
def seats_of_service(coaches: CoachPrices, service: ServiceIndex) -> Any:
    """Return how many people a service may carry."""
    kind = coaches.seats_of[coaches.pair_work[service.pair], service.home]
    return coaches.levels[kind, coaches.level_of[kind, service.vehicle]]


@compiled
def cheap_homes(coaches: CoachPrices) -> Any:
    """List for each (work set, type) the cheapest home set of each number of drivers and of days held, then -1.

    Coaches of one type, held for as long, cost the same beside `coach_fen`, so one of these is the cheapest whatever
    the duals and surcharges are. Which days those are follows from ceil(2 path / turnaround), for half of it, rounded
    up, is ceil(path / turnaround); of more than twice the season's days all are the same.

    Returned beside them: what a coach of each (work set, home set) costs more at least than the one listed for the same
    type, number of drivers and of days held.
    """
    n_works, n_homes = coaches.path_m.shape
    n_types, n_kinds = len(coaches.fixed_fen), len(coaches.levels)
    longest = 0
    for work in range(n_works):
        for home in range(n_homes):
            longest = max(longest, -(-(2 * coaches.path_m[work, home]) // coaches.turnaround_m))
    n_spans = min(longest, 2 * coaches.n_days) + 1
    found = np.full((n_works, n_types, n_kinds * n_spans), -1)
    dearer_fen = np.full((n_works, n_homes), np.inf)
    widest = 1
    for work in range(n_works):
        for v in range(n_types):
            best, at = np.full(n_kinds * n_spans, np.inf), np.full(n_kinds * n_spans, -1)
            for home in range(n_homes):
                kind = coaches.seats_of[work, home]
                if coaches.path_m[work, home] < 0 or coaches.level_of[kind, v] < 0:
                    continue
                span = -(-(2 * coaches.path_m[work, home]) // coaches.turnaround_m)
                slot = kind * n_spans + min(span, n_spans - 1)
                fen = coach_fen(coaches, work, home, v)
                if fen < best[slot]:
                    best[slot], at[slot] = fen, home
            n = 0
            for home in at:
                if home >= 0:
                    found[work, v, n] = home
                    n += 1
            widest = max(widest, n)
            for home in range(n_homes):
                kind = coaches.seats_of[work, home]
                if coaches.path_m[work, home] < 0 or coaches.level_of[kind, v] < 0:
                    continue
                span = -(-(2 * coaches.path_m[work, home]) // coaches.turnaround_m)
                more_fen = coach_fen(coaches, work, home, v) - best[kind * n_spans + min(span, n_spans - 1)]
                dearer_fen[work, home] = min(dearer_fen[work, home], more_fen)
    return found[:, :, :widest].copy(), dearer_fen


@compiled
def least_prices_fen(coaches: CoachPrices, duals: ResourceDuals, pair: int) -> Any:
    """Return the price of a pair's cheapest coach by level of seats, and by type (infinite: none); or less."""
    work = coaches.pair_work[pair]
    by_level, by_type = np.full(coaches.levels.shape[1], np.inf), np.full(len(coaches.fixed_fen), np.inf)
    for v in range(len(by_type)):
        for home in coaches.cheap[work, v]:
            if home < 0:
                break
            first, last = days_held(coaches, pair, home)
            fen = coach_price_fen(coaches, duals, pair, home, v, first, last)
            if len(duals.least_call_fen):
                fen += duals.least_call_fen[pair]
            level = coaches.level_of[coaches.seats_of[work, home], v]
            by_level[level] = min(by_level[level], fen)
            by_type[v] = min(by_type[v], fen)
    return by_level, by_type


@compiled
def find_cheapest(coaches: CoachPrices, duals: ResourceDuals, pair: int, home: int, cheapest: CheapestCoaches) -> None:
    """Write the cheapest coach of each level of seats, and its price, unless they are known."""
    if cheapest.known[home]:
        return
    cheapest.known[home] = True
    first, last = days_held(coaches, pair, home)
    levels = coaches.level_of[coaches.seats_of[coaches.pair_work[pair], home]]
    price_fen, vehicle = cheapest.price_fen[home], cheapest.vehicle[home]
    price_fen[:] = np.inf
    for v in range(len(levels)):
        if levels[v] < 0:
            continue
        fen = coach_price_fen(coaches, duals, pair, home, v, first, last)
        if len(duals.call_fen):
            fen += duals.call_fen[pair, home]
        if fen < price_fen[levels[v]]:
            price_fen[levels[v]] = fen
            vehicle[levels[v]] = v


@compiled
def cheapest_by_type_fen(coaches: CoachPrices, duals: ResourceDuals, pairs: Ints) -> Any:
    """Return the price of the cheapest coach of each pair and type (infinite: none), or less."""
    least_fen = np.empty((len(pairs), len(coaches.fixed_fen)))
    for i in range(len(pairs)):
        least_fen[i] = least_prices_fen(coaches, duals, pairs[i])[1]
    return least_fen
