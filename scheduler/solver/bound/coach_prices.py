"""What is for sale, in flat arrays, and the price of every coach: the part of compiled pricing that knows no people.

Compiled by numba on first use and kept beside the source, or in the user's cache folder.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np

from scheduler.solver.model.instance import Floats, Ints

F = TypeVar("F", bound=Callable[..., Any])

CHEAPER_FEN = 0.501
"""A coach's cost is rounded to a fen; the bound takes it this much cheaper."""


def compiled(function: F) -> F:
    """Compile a function, with a cache on disk where there is a place for it.

    It runs without the interpreter's lock, so that a process whose parent has gone can end meanwhile.
    """
    try:
        fast = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to write to: compiled anew by each process
        fast = numba.njit(nogil=True)(function)
    return cast(F, fast)


class Market(NamedTuple):
    """What is sold: pairs (day, work set) with the groups that fit, groups, home sets, types. Read only.

    `cheap` (work sets, types, n) lists home sets among which there is a cheapest coach at any price; see `cheap_homes`.
    `variant` (home sets, origins) numbers the access costs of an origin, listed in `variant_fen` (origins, variants),
    -1 where closed. `levels` (kinds of seats, n) lists the different numbers of seats the types have, 0 behind the
    last; `level_of` (kinds, types) says which a type has, -1 where it may not run.
    """

    pair_day: Ints
    pair_work: Ints
    fit_start: Ints
    fits: Ints
    origin: Ints
    people: Floats
    preferred: Ints
    has_preferred: Any
    closest: Floats
    shift_fen: float
    path_m: Ints
    cheap: Ints
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
    variants: Ints
    variant_fen: Floats
    min_load: float


class Shared(NamedTuple):
    """Prices of what regions share: mu summed over days (types, days + 1), days without a coach summed alike, nu.

    `surcharge` (pairs, types) is paid by every coach of a pair and type, `call_fen` (pairs, home sets) by every coach
    of a pair with a home set, `least_call_fen` (pairs) at least; both are empty where nobody pays. See `branch`.
    """

    held: Floats
    closed: Ints
    nu: float
    surcharge: Floats
    call_fen: Floats
    least_call_fen: Floats


@compiled
def coach_fen(market: Market, work: int, home: int, vehicle: int) -> Any:
    """Return what a coach costs."""
    extra = market.home_extra[home] + market.work_extra[work]
    km_fen = market.per_km_fen[vehicle] * market.path_m[work, home] / 1000.0
    return max(0.0, market.fixed_fen[vehicle] + km_fen + market.stop_fen * extra - CHEAPER_FEN)


@compiled
def days_held(market: Market, shared: Shared, day: int, work: int, home: int) -> Any:
    """Return the first and last day of the season on which a coach is held."""
    path_m, n_days = market.path_m[work, home], shared.held.shape[1] - 1
    back = 0 if market.to_work else -(-path_m // market.turnaround_m)
    first = min(max(day - back, 0), n_days - 1)
    return first, min(max(day - back - (-(2 * path_m) // market.turnaround_m), 0), n_days - 1)


@compiled
def coach_price(
    market: Market, shared: Shared, pair: int, work: int, home: int, vehicle: int, first: int, last: int
) -> Any:
    """Return the price of a coach held from `first` to `last`, without `call_fen`; infinite when none is there."""
    if shared.closed[vehicle, last + 1] > shared.closed[vehicle, first]:
        return np.inf
    held_fen = shared.held[vehicle, last + 1] - shared.held[vehicle, first]
    return coach_fen(market, work, home, vehicle) * (1 + shared.nu) + held_fen + shared.surcharge[pair, vehicle]


@compiled
def cheap_homes(market: Market, n_days: int) -> Ints:
    """List for each (work set, type) the cheapest home set of each number of drivers and of days held, then -1.

    Coaches of one type, held for as long, cost the same beside `coach_fen`, so one of these is the cheapest whatever
    mu, nu and surcharges are. Which days those are follows from ceil(2 path / turnaround), for half of it, rounded up,
    is ceil(path / turnaround); of more than twice the season's days all are the same.
    """
    n_works, n_homes = market.path_m.shape
    n_types, n_kinds = len(market.fixed_fen), len(market.levels)
    longest = 0
    for work in range(n_works):
        for home in range(n_homes):
            longest = max(longest, -(-(2 * market.path_m[work, home]) // market.turnaround_m))
    n_spans = min(longest, 2 * n_days) + 1
    found = np.full((n_works, n_types, n_kinds * n_spans), -1)
    widest = 1
    for work in range(n_works):
        for v in range(n_types):
            best, at = np.full(n_kinds * n_spans, np.inf), np.full(n_kinds * n_spans, -1)
            for home in range(n_homes):
                kind = market.seats_of[work, home]
                if market.path_m[work, home] < 0 or market.level_of[kind, v] < 0:
                    continue
                span = -(-(2 * market.path_m[work, home]) // market.turnaround_m)
                slot = kind * n_spans + min(span, n_spans - 1)
                fen = coach_fen(market, work, home, v)
                if fen < best[slot]:
                    best[slot], at[slot] = fen, home
            n = 0
            for home in at:
                if home >= 0:
                    found[work, v, n] = home
                    n += 1
            widest = max(widest, n)
    return found[:, :, :widest].copy()


@compiled
def least_prices(market: Market, shared: Shared, pair: int) -> Any:
    """Return the price of a pair's cheapest coach by level of seats, and by type (infinite: none); or less."""
    day, work = market.pair_day[pair], market.pair_work[pair]
    by_level, by_type = np.full(market.levels.shape[1], np.inf), np.full(len(market.fixed_fen), np.inf)
    for v in range(len(by_type)):
        for home in market.cheap[work, v]:
            if home < 0:
                break
            first, last = days_held(market, shared, day, work, home)
            fen = coach_price(market, shared, pair, work, home, v, first, last)
            if len(shared.least_call_fen):
                fen += shared.least_call_fen[pair]
            level = market.level_of[market.seats_of[work, home], v]
            by_level[level] = min(by_level[level], fen)
            by_type[v] = min(by_type[v], fen)
    return by_level, by_type


@compiled
def cheapest_coaches(market: Market, shared: Shared, pair: int, home: int, price: Floats, vehicle: Ints) -> None:
    """Write the cheapest coach of each level of seats, and its price."""
    work = market.pair_work[pair]
    first, last = days_held(market, shared, market.pair_day[pair], work, home)
    levels = market.level_of[market.seats_of[work, home]]
    price[:] = np.inf
    for v in range(len(levels)):
        if levels[v] < 0:
            continue
        fen = coach_price(market, shared, pair, work, home, v, first, last)
        if len(shared.call_fen):
            fen += shared.call_fen[pair, home]
        if fen < price[levels[v]]:
            price[levels[v]] = fen
            vehicle[levels[v]] = v


@compiled
def cheapest_by_type(market: Market, shared: Shared, pairs: Ints) -> Any:
    """Return the price of the cheapest coach of each pair and type (infinite: none), or less."""
    least = np.empty((len(pairs), len(market.fixed_fen)))
    for i in range(len(pairs)):
        least[i] = least_prices(market, shared, pairs[i])[1]
    return least
