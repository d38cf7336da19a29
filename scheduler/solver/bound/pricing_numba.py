"""The compiled part of pricing: see `pricing` for what is computed and why it is right, `market` for the arrays.

`Loads` receives the columns.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from scheduler.solver.bound.coach_prices import (
    Market,
    Shared,
    cheapest_coaches,
    coach_fen,
    coach_price,
    compiled,
    days_held,
    least_prices,
)
from scheduler.solver.model.instance import Floats, Ints

NOT_PRICED = -1.0

MORE_COLUMNS = 12
LEAST_WORTH = 0.9
"""Where many people would ride a service, so many coachfuls become columns, while they are worth this share of their
price: one a round would take hundreds of rounds for a large city."""

CROWD = MORE_COLUMNS + 2
"""Only those who gain most are sorted, so many coachfuls of them where everybody boards as close as can be; should a
service not be full with these, all are."""


class Loads(NamedTuple):
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
def relaxed_margin(market: Market, fits: Ints, reach: Floats, least: Floats) -> Any:
    """Return the gain of the last passenger when everybody boards at the closest access; -1 if no coach pays then.

    And the gain of the last one of a crowd of CROWD coachfuls; minus infinite where there are fewer people.
    """
    order = np.argsort(-reach)
    pays, margin, most_seats = False, 0.0, 0.0
    for level in range(len(least)):
        if least[level] == np.inf:
            continue
        left = market.levels[:, level].max()
        most_seats = max(most_seats, left)
        worth, last = 0.0, 0.0
        for i in order:
            if reach[i] <= 0 or left <= 0:
                break
            load = min(left, market.people[fits[i]])
            worth += load * reach[i]
            left -= load
            last = reach[i]
        if worth > least[level]:
            pays = True
            margin = 0.0 if left > 0 else last
    crowd, people = -np.inf, 0.0
    for i in order:
        people += market.people[fits[i]]
        if people >= CROWD * most_seats:
            crowd = reach[i]
            break
    return margin if pays else NOT_PRICED, crowd


@compiled
def list_offers(
    market: Market, fits: Ints, density: Floats, gain: Floats, who: Ints, variant: Ints, floor: float
) -> Any:
    """Write what each group gains a head by each of its access costs where it is `floor` or more.

    Returns the order, best first.
    """
    n = 0
    for i in range(len(fits)):
        origin = market.origin[fits[i]]
        for j in range(market.variants[origin]):
            here = density[i] - market.variant_fen[origin, j]
            if here < floor:
                continue
            gain[n] = here
            who[n] = i
            variant[n] = j
            n += 1
    return np.argsort(-gain[:n])


@compiled
def clears(surplus: float, margin: float, seats: Floats, price: Floats) -> bool:
    """Tell whether no coach can be worth more than its price by the knapsack's dual at a margin."""
    cleared = True
    for level in range(len(seats)):
        cleared = cleared and surplus + margin * seats[level] <= price[level]
    return cleared


@compiled
def price_homes(
    market: Market,
    shared: Shared,
    pair: int,
    fits: Ints,
    least: Floats,
    known: Any,
    price: Floats,
    vehicle: Ints,
    gain: Floats,
    who: Ints,
    variant: Ints,
    order: Ints,
    margin: float,
    floor: float,
) -> Any:
    """Price all home sets of a pair, with the offers of `floor` or more, which is no more than `margin`.

    Home sets that the knapsack's dual at `margin` clears are passed over: seats x margin + what people gain above it
    is no less than the worth of any load. Most are cleared by `least`, the cheapest coaches of all; the others' `price`
    and `vehicle` by level are written where they are not `known`. Returns the least price-to-worth ratio (1 at most),
    home set and level with the greatest loss (-1: none), the last passenger's gain where worth comes nearest to the
    price, and whether offers below the floor are wanted, when the rest means nothing.
    """
    work, n_levels = market.pair_work[pair], market.levels.shape[1]
    above = np.zeros(market.variant_fen.shape)
    gains, gaining, n_gaining = np.zeros(len(above), np.bool_), np.empty(len(above), np.int64), 0
    for e in order:
        if gain[e] <= margin:
            break
        group = fits[who[e]]
        origin = market.origin[group]
        if not gains[origin]:
            gains[origin] = True
            gaining[n_gaining] = origin
            n_gaining += 1
        above[origin, variant[e]] += market.people[group] * (gain[e] - margin)
    ratio, worst, worst_home, worst_level = 1.0, 0.0, -1, -1
    nearest, next_margin = -np.inf, margin
    for home in range(market.path_m.shape[1]):
        if market.path_m[work, home] < 0:
            continue
        seats = market.levels[market.seats_of[work, home]]
        surplus = 0.0
        for origin in gaining[:n_gaining]:
            if market.variant[home, origin] >= 0:
                surplus += above[origin, market.variant[home, origin]]
        if clears(surplus, margin, seats, least):
            continue
        if not known[home]:
            cheapest_coaches(market, shared, pair, home, price[home], vehicle[home])
            known[home] = True
        if clears(surplus, margin, seats, price[home]):
            continue
        filled, worth, level, more = 0.0, 0.0, 0, floor > -np.inf
        for e in order:
            group = fits[who[e]]
            if market.variant[home, market.origin[group]] != variant[e]:
                continue
            if gain[e] <= 0 and filled >= market.min_load:
                more = False
                break
            load = market.people[group]
            if gain[e] <= 0:
                load = min(load, market.min_load - filled)
            while level < n_levels and filled + load >= seats[level]:
                if seats[level] > 0:
                    full = worth + (seats[level] - filled) * gain[e]
                    if full - price[home, level] > nearest:
                        nearest, next_margin = full - price[home, level], max(gain[e], 0.0)
                    if full > price[home, level]:
                        ratio = min(ratio, price[home, level] / full)
                        if full - price[home, level] > worst:
                            worst, worst_home, worst_level = full - price[home, level], home, level
                level += 1
            filled += load
            worth += load * gain[e]
            if level >= n_levels:
                more = False
                break
        if more:
            return ratio, worst_home, worst_level, next_margin, True
        if filled < market.min_load:
            continue
        while level < n_levels:
            if seats[level] > 0:
                if worth - price[home, level] > nearest:
                    nearest, next_margin = worth - price[home, level], 0.0
                if worth > price[home, level]:
                    ratio = min(ratio, price[home, level] / worth)
                    if worth - price[home, level] > worst:
                        worst, worst_home, worst_level = worth - price[home, level], home, level
            level += 1
    return ratio, worst_home, worst_level, next_margin, False


@compiled
def write_column(
    market: Market,
    shared: Shared,
    pair: int,
    home: int,
    vehicle: int,
    seats: float,
    fits: Ints,
    y: Floats,
    gain: Floats,
    who: Ints,
    variant: Ints,
    order: Ints,
    loads: Loads,
    column: int,
    skip: float,
) -> Any:
    """Write the best load of a service as a column, of all but the best `skip` people.

    Returns its worth and the gain of its last passenger.
    """
    day, work = market.pair_day[pair], market.pair_work[pair]
    first, last_day = days_held(market, shared, day, work, home)
    at = loads.start[column]
    filled, worth, way_fen, margin, passed = 0.0, 0.0, 0.0, 0.0, 0.0
    for e in order:
        group = fits[who[e]]
        if market.variant[home, market.origin[group]] != variant[e]:
            continue
        if filled >= seats or (gain[e] <= 0 and filled >= market.min_load):
            break
        here = market.people[group]
        over = min(here, skip - passed)
        passed += over
        load = min(here - over, seats - filled)
        if gain[e] <= 0:
            load = min(load, market.min_load - filled)
        if load <= 0:
            continue
        filled += load
        worth += load * gain[e]
        way_fen += load * (y[group] - gain[e])
        margin = gain[e]
        loads.group[at] = group
        loads.people[at] = load
        at += 1
    loads.start[column + 1] = at
    loads.way_fen[column] = way_fen
    loads.coach_fen[column] = coach_fen(market, work, home, vehicle)
    loads.pair[column] = pair
    loads.home[column] = home
    loads.vehicle[column] = vehicle
    loads.first[column] = first
    loads.last[column] = last_day
    return worth, margin if filled >= seats and margin > 0 else 0.0


@compiled
def lower_prices(
    market: Market, fits: Ints, home: int, y: Floats, density: Floats, margin: float, excess: float, most: float
) -> None:
    """Lower prices until a service with seats for `most` fen a seat is worth `excess` less.

    What people gain above the margin shrinks evenly, which costs the bound no more than the excess; where that is not
    enough, nobody may gain more than `most`.
    """
    above = 0.0
    for i in range(len(fits)):
        origin = market.origin[fits[i]]
        if market.variant[home, origin] >= 0:
            gain = density[i] - market.variant_fen[origin, market.variant[home, origin]]
            above += market.people[fits[i]] * max(0.0, gain - margin)
    share = excess / above if above > 1.02 * excess else 1.0
    for i in range(len(fits)):
        origin = market.origin[fits[i]]
        if market.variant[home, origin] < 0:
            continue
        gain = density[i] - market.variant_fen[origin, market.variant[home, origin]]
        down = share * max(0.0, gain - margin) if share < 1 else max(0.0, gain - most)
        y[fits[i]] -= down
        density[i] -= down


@compiled
def scale_prices(fits: Ints, y: Floats, ratio: float) -> None:
    """Scale the prices of all who fit a pair; those below 0 stay, for no price may rise."""
    for group in fits:
        if y[group] > 0:
            y[group] *= ratio


@compiled
def price_pairs(
    market: Market, shared: Shared, pairs: Ints, y: Floats, margins: Floats, loads: Loads, cuts: int, tolerance: float
) -> int:
    """Price pairs one after another, lowering y until no service of theirs is worth more than it costs.

    `margins` (pairs) remembers the gain of the last passenger. Returns the number of columns written to `loads`.
    """
    n_homes, n_levels = market.path_m.shape[1], market.levels.shape[1]
    widest = 0
    for pair in pairs:
        widest = max(widest, market.fit_start[pair + 1] - market.fit_start[pair])
    offers = widest * market.variant_fen.shape[1]
    gain, who, variant = np.empty(offers), np.empty(offers, np.int64), np.empty(offers, np.int64)
    density, reach = np.empty(widest), np.empty(widest)
    known = np.zeros(n_homes, np.bool_)
    price, vehicle = np.empty((n_homes, n_levels)), np.zeros((n_homes, n_levels), np.int64)
    columns = 0
    for pair in pairs:
        day, work = market.pair_day[pair], market.pair_work[pair]
        fits = market.fits[market.fit_start[pair] : market.fit_start[pair + 1]]
        n = len(fits)
        gains = False
        for i in range(n):
            group = fits[i]
            away = abs(market.preferred[group] - day) if market.has_preferred[group] else 0
            density[i] = y[group] - market.shift_fen * away
            reach[i] = density[i] - market.closest[group]
            gains = gains or reach[i] > 0
        if not gains:
            continue
        least = least_prices(market, shared, pair)[0]
        margin, crowd = relaxed_margin(market, fits, reach[:n], least)
        if margin == NOT_PRICED:
            continue
        known[:] = False
        if margins[pair] == NOT_PRICED:
            margins[pair] = margin
        for cut in range(cuts):
            floor, last = min(crowd, margins[pair]), margins[pair]
            order = list_offers(market, fits, density, gain, who, variant, floor)
            ratio, home, level, margin, wanting = price_homes(
                market, shared, pair, fits, least, known, price, vehicle, gain, who, variant, order, last, floor
            )
            if wanting:
                order = list_offers(market, fits, density, gain, who, variant, -np.inf)
                ratio, home, level, margin, _ = price_homes(
                    market, shared, pair, fits, least, known, price, vehicle, gain, who, variant, order, last, -np.inf
                )
            margins[pair] = margin
            if home < 0:
                break
            seats = market.levels[market.seats_of[work, home], level]
            fen = price[home, level]
            room = columns + 1 < len(loads.start) and loads.start[columns] + n <= len(loads.group)
            if cut == cuts - 1 or not room:
                scale_prices(fits, y, ratio)
                break
            v = vehicle[home, level]
            worth, last = write_column(
                market, shared, pair, home, v, seats, fits, y, gain, who, variant, order, loads, columns, 0.0
            )
            columns += 1
            margins[pair] = last
            for again in range(1, MORE_COLUMNS if cut == 0 else 1):
                if columns + 1 >= len(loads.start) or loads.start[columns] + n > len(loads.group):
                    break
                skip = again * seats
                next_worth, _last = write_column(
                    market, shared, pair, home, v, seats, fits, y, gain, who, variant, order, loads, columns, skip
                )
                if next_worth < LEAST_WORTH * fen:
                    break
                columns += 1
            if worth - fen <= tolerance * fen:
                scale_prices(fits, y, ratio)
                break
            lower_prices(market, fits, home, y, density, last, worth - fen, fen / seats)
    return columns


@compiled
def load_services(
    market: Market, shared: Shared, pairs: Ints, homes: Ints, vehicles: Ints, y: Floats, loads: Loads, tolerance: float
) -> int:
    """Write the best load of each of some services, sorted by pair, that is worth more than it costs.

    Returns the number of columns written to `loads`.
    """
    widest = 0
    for pair in pairs:
        widest = max(widest, market.fit_start[pair + 1] - market.fit_start[pair])
    offers = widest * market.variant_fen.shape[1]
    gain, who, variant = np.empty(offers), np.empty(offers, np.int64), np.empty(offers, np.int64)
    density = np.empty(widest)
    order = np.empty(0, np.int64)
    columns, last = 0, -1
    for i in range(len(pairs)):
        pair, home, v = pairs[i], homes[i], vehicles[i]
        day, work = market.pair_day[pair], market.pair_work[pair]
        fits = market.fits[market.fit_start[pair] : market.fit_start[pair + 1]]
        if columns + 1 >= len(loads.start) or loads.start[columns] + len(fits) > len(loads.group):
            break
        if pair != last:
            for j in range(len(fits)):
                group = fits[j]
                away = abs(market.preferred[group] - day) if market.has_preferred[group] else 0
                density[j] = y[group] - market.shift_fen * away
            order = list_offers(market, fits, density, gain, who, variant, -np.inf)
            last = pair
        kind = market.seats_of[work, home]
        seats = market.levels[kind, market.level_of[kind, v]]
        first, last_day = days_held(market, shared, day, work, home)
        fen = coach_price(market, shared, pair, work, home, v, first, last_day)
        if len(shared.call_fen):
            fen += shared.call_fen[pair, home]
        worth, _margin = write_column(
            market, shared, pair, home, v, seats, fits, y, gain, who, variant, order, loads, columns, 0.0
        )
        if worth > fen * (1 + tolerance):
            columns += 1
    return columns
