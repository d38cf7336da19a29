"""The loads of a pair's services, compiled: a fractional knapsack each; see `pricer` for why it is right.

Who may ride is listed as **offers** once for all home sets of a pair: a group and one of the access costs of its
column (its origin's, where nobody has been told anything). A home set takes the offers with its own access costs, best
first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from scheduler.solver.bound.compiled import compiled
from scheduler.solver.bound.pricing.coach_prices import (
    CheapestCoaches,
    CoachPrices,
    ResourceDuals,
    ServiceIndex,
    coach_fen,
    days_held,
    find_cheapest,
    seats_of_service,
)
from scheduler.solver.model.instance import Floats, Ints


class Offers(NamedTuple):
    """Groups by access cost (number `variant` of a `column` of these), what a head gains then; `order`: the best first.

    The first four are buffers: only the entries named by `order` mean something.
    """

    gain_fen: Floats
    group: Ints
    column: Ints
    variant: Ints
    order: Ints


class SeatWorths(NamedTuple):
    """What the best load of each level of seats of a home set is worth, and the gain of its last passenger."""

    worth_fen: Floats
    margin_fen: Floats


class WorstService(NamedTuple):
    """The service of a pair that is worth most more than it costs: `home` and `level` of seats, -1 where none is.

    `ratio` is the least price-to-worth ratio of all services, 1 at most; `margin_fen` the last passenger's gain where
    worth comes nearest to the price.
    """

    ratio: float
    home: int
    level: int
    margin_fen: float


class ColumnBuffers(NamedTuple):
    """Room for columns: group and people of each entry, where each column's entries start, and the column's figures."""

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


@compiled
def no_offers(coaches: CoachPrices, pairs: Ints) -> Offers:
    """Return room for the offers of any of some pairs, and none of them."""
    room = most_fits(coaches, pairs) * coaches.variant_fen.shape[1]
    names = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    return Offers(np.empty(room), names[0], names[1], names[2], np.empty(0, np.int64))


@compiled
def most_fits(coaches: CoachPrices, pairs: Ints) -> int:
    """Return how many groups fit a pair at most."""
    most = 0
    for pair in pairs:
        most = max(most, coaches.fit_start[pair + 1] - coaches.fit_start[pair])
    return most


@compiled
def column_of(coaches: CoachPrices, pair: int, i: int) -> Any:
    """Return the column of access costs of the i-th group that fits a pair."""
    at = coaches.fit_start[pair] + i
    return coaches.fit_column[at] if len(coaches.fit_column) else coaches.origin[coaches.fits[at]]


@compiled
def list_offers(coaches: CoachPrices, pair: int, fits: Ints, net_fen: Floats, floor_fen: float, offers: Offers) -> int:
    """Write what each group gains a head by each of its access costs where it is `floor_fen` or more; return how many.

    `net_fen` is the price of each of `fits` less its date shift and moves.
    """
    n = 0
    for i in range(len(fits)):
        column = column_of(coaches, pair, i)
        for j in range(coaches.variants[column]):
            here_fen = net_fen[i] - coaches.variant_fen[column, j]
            if here_fen < floor_fen:
                continue
            offers.gain_fen[n] = here_fen
            offers.group[n] = fits[i]
            offers.column[n] = column
            offers.variant[n] = j
            n += 1
    return n


@compiled
def in_order(offers: Offers, n: int) -> Offers:
    """Return the first `n` offers in their order, the best first."""
    order = np.argsort(-offers.gain_fen[:n])
    return Offers(offers.gain_fen, offers.group, offers.column, offers.variant, order)


@compiled
def clears(surplus_fen: float, margin_fen: float, seats: Floats, price_fen: Floats) -> bool:
    """Tell whether no coach can be worth more than its price by the knapsack's dual at a margin."""
    cleared = True
    for level in range(len(seats)):
        cleared = cleared and surplus_fen + margin_fen * seats[level] <= price_fen[level]
    return cleared


@compiled
def fill_seats(coaches: CoachPrices, offers: Offers, home: int, seats: Floats, found: SeatWorths) -> bool:
    """Write the worth of the best load for each number of seats, minus infinite where none reaches `min_load`.

    Returns whether the offers were enough to tell: every seat is taken, or the next offer gains nothing.
    """
    found.worth_fen[:] = -np.inf
    filled, worth_fen, level, enough = 0.0, 0.0, 0, False
    for e in offers.order:
        group, gain_fen = offers.group[e], offers.gain_fen[e]
        if coaches.variant[home, offers.column[e]] != offers.variant[e]:
            continue
        if gain_fen <= 0 and filled >= coaches.min_load:
            enough = True
            break
        load = coaches.people[group]
        if gain_fen <= 0:
            load = min(load, coaches.min_load - filled)
        while level < len(seats) and filled + load >= seats[level]:
            if seats[level] > 0:
                found.worth_fen[level] = worth_fen + (seats[level] - filled) * gain_fen
                found.margin_fen[level] = max(gain_fen, 0.0)
            level += 1
        filled += load
        worth_fen += load * gain_fen
        if level >= len(seats):
            enough = True
            break
    if filled >= coaches.min_load:
        while level < len(seats):
            if seats[level] > 0:
                found.worth_fen[level] = worth_fen
                found.margin_fen[level] = 0.0
            level += 1
    return enough


@compiled
def surplus_of_homes(coaches: CoachPrices, offers: Offers, n: int, margin_fen: float) -> Floats:
    """Return what people gain above a margin, all together, by home set."""
    n_columns, n_variants = coaches.variant_fen.shape
    # One variant more, whose number is -1: where access is closed nobody gains.
    above_fen = np.zeros((n_columns, n_variants + 1))
    gains = np.zeros(n_columns, np.bool_)
    for e in range(n):
        if offers.gain_fen[e] > margin_fen:
            over_fen = coaches.people[offers.group[e]] * (offers.gain_fen[e] - margin_fen)
            above_fen[offers.column[e], offers.variant[e]] += over_fen
            gains[offers.column[e]] = True
    surplus_fen = np.zeros(coaches.path_m.shape[1])
    for column in np.flatnonzero(gains):
        of_variant, variant = above_fen[column], coaches.variant_of[column]
        for home in range(len(surplus_fen)):
            surplus_fen[home] += of_variant[variant[home]]
    return surplus_fen


@compiled
def doubtful_homes(
    coaches: CoachPrices,
    duals: ResourceDuals,
    pair: int,
    least_fen: Floats,
    cheapest: CheapestCoaches,
    offers: Offers,
    n: int,
    margin_fen: float,
    doubtful: Ints,
) -> int:
    """Write the home sets of a pair that the knapsack's dual at a margin does not clear; return how many.

    It does where seats x margin + what people gain above it, no less than the worth of any load, is no more than the
    price. Most are cleared by `least_fen`, the cheapest coaches of all by level of seats, and what theirs cost more at
    least. The first `n` offers must be all that gain more than the margin.
    """
    work, found = coaches.pair_work[pair], 0
    surplus_fen = surplus_of_homes(coaches, offers, n, margin_fen)
    for home in range(coaches.path_m.shape[1]):
        if coaches.path_m[work, home] < 0:
            continue
        seats = coaches.levels[coaches.seats_of[work, home]]
        if clears(surplus_fen[home] - coaches.dearer_fen[work, home], margin_fen, seats, least_fen):
            continue
        find_cheapest(coaches, duals, pair, home, cheapest)
        if not clears(surplus_fen[home], margin_fen, seats, cheapest.price_fen[home]):
            doubtful[found] = home
            found += 1
    return found


@compiled
def price_homes(
    coaches: CoachPrices,
    pair: int,
    homes: Ints,
    cheapest: CheapestCoaches,
    offers: Offers,
    margin_fen: float,
    all_listed: bool,
) -> Any:
    """Price some home sets of a pair, whose cheapest coaches are known; return whether the offers were enough, and
    then the worst service."""
    work, n_levels = coaches.pair_work[pair], coaches.levels.shape[1]
    found = SeatWorths(np.empty(n_levels), np.empty(n_levels))
    ratio, worst_fen, worst_home, worst_level = 1.0, 0.0, -1, -1
    nearest_fen, next_margin_fen = -np.inf, margin_fen
    for home in homes:
        seats = coaches.levels[coaches.seats_of[work, home]]
        price_fen = cheapest.price_fen[home]
        if not fill_seats(coaches, offers, home, seats, found) and not all_listed:
            return False, WorstService(ratio, worst_home, worst_level, next_margin_fen)
        for level in range(n_levels):
            worth_fen = found.worth_fen[level]
            if worth_fen == -np.inf:
                continue
            excess_fen = worth_fen - price_fen[level]
            if excess_fen > nearest_fen:
                nearest_fen, next_margin_fen = excess_fen, found.margin_fen[level]
            if worth_fen > price_fen[level]:
                ratio = min(ratio, price_fen[level] / worth_fen)
                if excess_fen > worst_fen:
                    worst_fen, worst_home, worst_level = excess_fen, home, level
    return True, WorstService(ratio, worst_home, worst_level, next_margin_fen)


@compiled
def write_column(
    coaches: CoachPrices,
    service: ServiceIndex,
    y: Floats,
    offers: Offers,
    buffers: ColumnBuffers,
    column: int,
    skip: float,
) -> Any:
    """Write the best load of a service as a column, of all but the best `skip` people.

    Returns its worth and the gain of its last passenger.
    """
    first, last_day = days_held(coaches, service.pair, service.home)
    seats = seats_of_service(coaches, service)
    at = buffers.start[column]
    filled, worth_fen, way_fen, margin_fen, passed = 0.0, 0.0, 0.0, 0.0, 0.0
    for e in offers.order:
        group, gain_fen = offers.group[e], offers.gain_fen[e]
        if coaches.variant[service.home, offers.column[e]] != offers.variant[e]:
            continue
        if filled >= seats or (gain_fen <= 0 and filled >= coaches.min_load):
            break
        here = coaches.people[group]
        over = min(here, skip - passed)
        passed += over
        load = min(here - over, seats - filled)
        if gain_fen <= 0:
            load = min(load, coaches.min_load - filled)
        if load <= 0:
            continue
        filled += load
        worth_fen += load * gain_fen
        way_fen += load * (y[group] - gain_fen)
        margin_fen = gain_fen
        buffers.group[at] = group
        buffers.people[at] = load
        at += 1
    buffers.start[column + 1] = at
    buffers.way_fen[column] = way_fen
    buffers.coach_fen[column] = coach_fen(coaches, coaches.pair_work[service.pair], service.home, service.vehicle)
    buffers.pair[column] = service.pair
    buffers.home[column] = service.home
    buffers.vehicle[column] = service.vehicle
    buffers.first[column] = first
    buffers.last[column] = last_day
    return worth_fen, margin_fen if filled >= seats and margin_fen > 0 else 0.0


@compiled
def has_room(buffers: ColumnBuffers, column: int, entries: int) -> bool:
    """Tell whether a column of so many entries fits behind the first `column` ones."""
    return column + 1 < len(buffers.start) and buffers.start[column] + entries <= len(buffers.group)
