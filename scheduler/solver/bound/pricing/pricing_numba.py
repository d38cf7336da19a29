"""The pairs of a round priced one after another, compiled: see `pricer` for what is computed and why it is right."""

from __future__ import annotations

from typing import Any

import numpy as np

from scheduler.solver.bound.compiled import compiled
from scheduler.solver.bound.params import PricingParams
from scheduler.solver.bound.pricing.coach_prices import (
    CheapestCoaches,
    CoachPrices,
    ResourceDuals,
    ServiceIndex,
    least_prices_fen,
    seats_of_service,
    service_price_fen,
)
from scheduler.solver.bound.pricing.knapsack_numba import (
    ColumnBuffers,
    Offers,
    WorstService,
    column_of,
    doubtful_homes,
    has_room,
    in_order,
    list_offers,
    most_fits,
    no_offers,
    price_homes,
    write_column,
)
from scheduler.solver.model.instance import Floats, Ints

NOT_PRICED = -1.0


@compiled
def relaxed_margin_fen(
    coaches: CoachPrices, fits: Ints, closest_gain_fen: Floats, least_fen: Floats, crowd: int
) -> Any:
    """Return the gain of the last passenger when everybody boards at the closest access; -1 if no coach pays then.

    And the gain of the last one of so many coachfuls; minus infinite where there are fewer people.
    """
    order = np.argsort(-closest_gain_fen)
    pays, margin_fen, most_seats = False, 0.0, 0.0
    for level in range(len(least_fen)):
        if least_fen[level] == np.inf:
            continue
        left = coaches.levels[:, level].max()
        most_seats = max(most_seats, left)
        worth_fen, last_fen = 0.0, 0.0
        for i in order:
            if closest_gain_fen[i] <= 0 or left <= 0:
                break
            load = min(left, coaches.people[fits[i]])
            worth_fen += load * closest_gain_fen[i]
            left -= load
            last_fen = closest_gain_fen[i]
        if worth_fen > least_fen[level]:
            pays = True
            margin_fen = 0.0 if left > 0 else last_fen
    crowd_fen, people = -np.inf, 0.0
    for i in order:
        people += coaches.people[fits[i]]
        if people >= crowd * most_seats:
            crowd_fen = closest_gain_fen[i]
            break
    return margin_fen if pays else NOT_PRICED, crowd_fen


@compiled
def net_prices_fen(coaches: CoachPrices, pair: int, fits: Ints, y: Floats, net_fen: Floats) -> None:
    """Write the price of each group that fits a pair, less its date shift and moves."""
    day = coaches.pair_day[pair]
    for i in range(len(fits)):
        group = fits[i]
        away = abs(coaches.preferred[group] - day) if coaches.has_preferred[group] else 0
        net_fen[i] = y[group] - coaches.shift_fen * away
        if len(coaches.fit_fen):
            net_fen[i] -= coaches.fit_fen[coaches.fit_start[pair] + i]


@compiled
def lower_prices(
    coaches: CoachPrices,
    pair: int,
    fits: Ints,
    home: int,
    y: Floats,
    net_fen: Floats,
    margin_fen: float,
    excess_fen: float,
    most_fen: float,
) -> None:
    """Lower prices until a service with seats for `most_fen` a seat is worth `excess_fen` less.

    What people gain above the margin shrinks evenly, which costs the bound no more than the excess; where that is not
    enough, nobody may gain more than `most_fen`.
    """
    above_fen = 0.0
    for i in range(len(fits)):
        column = column_of(coaches, pair, i)
        if coaches.variant[home, column] >= 0:
            gain_fen = net_fen[i] - coaches.variant_fen[column, coaches.variant[home, column]]
            above_fen += coaches.people[fits[i]] * max(0.0, gain_fen - margin_fen)
    share = excess_fen / above_fen if above_fen > 1.02 * excess_fen else 1.0
    for i in range(len(fits)):
        column = column_of(coaches, pair, i)
        if coaches.variant[home, column] < 0:
            continue
        gain_fen = net_fen[i] - coaches.variant_fen[column, coaches.variant[home, column]]
        down_fen = share * max(0.0, gain_fen - margin_fen) if share < 1 else max(0.0, gain_fen - most_fen)
        y[fits[i]] -= down_fen
        net_fen[i] -= down_fen


@compiled
def scale_prices(fits: Ints, y: Floats, ratio: float) -> None:
    """Scale the prices of all who fit a pair; those below 0 stay, for no price may rise."""
    for group in fits:
        if y[group] > 0:
            y[group] *= ratio


@compiled
def find_worst(
    coaches: CoachPrices,
    duals: ResourceDuals,
    pair: int,
    fits: Ints,
    net_fen: Floats,
    least_fen: Floats,
    cheapest: CheapestCoaches,
    room: Offers,
    doubtful: Ints,
    margin_fen: float,
    crowd_fen: float,
) -> Any:
    """Return the worst service of a pair, and the offers that told: a crowd's, or all where these are not enough.

    They are sorted only where home sets are left that the knapsack's dual does not clear.
    """
    floor_fen = min(crowd_fen, margin_fen)
    n = list_offers(coaches, pair, fits, net_fen, floor_fen, room)
    n_homes = doubtful_homes(coaches, duals, pair, least_fen, cheapest, room, n, margin_fen, doubtful)
    if not n_homes:
        return WorstService(1.0, -1, -1, margin_fen), room
    homes, offers = doubtful[:n_homes], in_order(room, n)
    enough, worst = price_homes(coaches, pair, homes, cheapest, offers, margin_fen, floor_fen == -np.inf)
    if not enough:
        offers = in_order(room, list_offers(coaches, pair, fits, net_fen, -np.inf, room))
        _enough, worst = price_homes(coaches, pair, homes, cheapest, offers, margin_fen, True)
    return worst, offers


@compiled
def write_coachfuls(
    coaches: CoachPrices,
    service: ServiceIndex,
    y: Floats,
    offers: Offers,
    buffers: ColumnBuffers,
    column: int,
    most: int,
    least_fen: float,
    entries: int,
) -> int:
    """Write more coachfuls of a service, `most` in all, while they are worth `least_fen`; return the columns so far."""
    seats = seats_of_service(coaches, service)
    for again in range(1, most):
        if not has_room(buffers, column, entries):
            break
        worth_fen, _margin = write_column(coaches, service, y, offers, buffers, column, again * seats)
        if worth_fen < least_fen:
            break
        column += 1
    return column


@compiled
def price_pairs(
    coaches: CoachPrices,
    duals: ResourceDuals,
    pairs: Ints,
    y: Floats,
    margins_fen: Floats,
    buffers: ColumnBuffers,
    params: PricingParams,
) -> int:
    """Price pairs one after another, lowering y until no service of theirs is worth more than it costs.

    `margins_fen` (pairs) remembers the gain of the last passenger. Returns the number of columns written to `buffers`.
    """
    n_homes, n_levels = coaches.path_m.shape[1], coaches.levels.shape[1]
    widest = most_fits(coaches, pairs)
    room = no_offers(coaches, pairs)
    net_fen, closest_gain_fen = np.empty(widest), np.empty(widest)
    doubtful = np.empty(n_homes, np.int64)
    cheapest = CheapestCoaches(
        np.zeros(n_homes, np.bool_), np.empty((n_homes, n_levels)), np.zeros((n_homes, n_levels), np.int64)
    )
    columns = 0
    for pair in pairs:
        fits = coaches.fits[coaches.fit_start[pair] : coaches.fit_start[pair + 1]]
        n = len(fits)
        net_prices_fen(coaches, pair, fits, y, net_fen)
        gains = False
        for i in range(n):
            closest_gain_fen[i] = net_fen[i] - coaches.closest_fen[fits[i]]
            gains = gains or closest_gain_fen[i] > 0
        if not gains:
            continue
        least_fen = least_prices_fen(coaches, duals, pair)[0]
        margin_fen, crowd_fen = relaxed_margin_fen(coaches, fits, closest_gain_fen[:n], least_fen, params.crowd)
        if margin_fen == NOT_PRICED:
            continue
        cheapest.known[:] = False
        if margins_fen[pair] == NOT_PRICED:
            margins_fen[pair] = margin_fen
        for cut in range(params.cuts):
            worst, offers = find_worst(
                coaches, duals, pair, fits, net_fen, least_fen, cheapest, room, doubtful, margins_fen[pair], crowd_fen
            )
            margins_fen[pair] = worst.margin_fen
            if worst.home < 0:
                break
            if cut == params.cuts - 1 or not has_room(buffers, columns, n):
                scale_prices(fits, y, worst.ratio)
                break
            service = ServiceIndex(pair, worst.home, cheapest.vehicle[worst.home, worst.level])
            fen = cheapest.price_fen[worst.home, worst.level]
            worth_fen, last_fen = write_column(coaches, service, y, offers, buffers, columns, 0.0)
            columns += 1
            margins_fen[pair] = last_fen
            if cut == 0:
                most, each_fen = params.more_columns, params.least_worth * fen
                columns = write_coachfuls(coaches, service, y, offers, buffers, columns, most, each_fen, n)
            if worth_fen - fen <= params.tolerance * fen:
                scale_prices(fits, y, worst.ratio)
                break
            seats = seats_of_service(coaches, service)
            lower_prices(coaches, pair, fits, worst.home, y, net_fen, last_fen, worth_fen - fen, fen / seats)
    return columns


@compiled
def load_services(
    coaches: CoachPrices,
    duals: ResourceDuals,
    services: Ints,
    y: Floats,
    buffers: ColumnBuffers,
    params: PricingParams,
) -> int:
    """Write the best load of each of some services, sorted by pair, that is worth more than it costs.

    `services` has a column (pair, home set, vehicle type) each. Returns the number of columns written to `buffers`.
    """
    offers = no_offers(coaches, services[0])
    net_fen = np.empty(most_fits(coaches, services[0]))
    columns, last = 0, -1
    for i in range(services.shape[1]):
        service = ServiceIndex(services[0, i], services[1, i], services[2, i])
        fits = coaches.fits[coaches.fit_start[service.pair] : coaches.fit_start[service.pair + 1]]
        if not has_room(buffers, columns, len(fits)):
            break
        if service.pair != last:
            net_prices_fen(coaches, service.pair, fits, y, net_fen)
            offers = in_order(offers, list_offers(coaches, service.pair, fits, net_fen, -np.inf, offers))
            last = service.pair
        worth_fen, _margin = write_column(coaches, service, y, offers, buffers, columns, 0.0)
        if worth_fen > service_price_fen(coaches, duals, service) * (1 + params.tolerance):
            columns += 1
    return columns
