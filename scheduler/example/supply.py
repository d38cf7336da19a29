"""What can carry them: seat blocks on trains, coaches, minibuses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from scheduler.example import county
from scheduler.example.dates import DATE_WEIGHTS, FIRST_PREFERRED, shares
from scheduler.example.description import TownshipSheet, city, window
from scheduler.problem import FleetRow, Train, TrainStop, VehicleType
from scheduler.settings import Direction, Settings
from scheduler.units import FEN_PER_YUAN, great_circle_km, round_half_up

TRAIN_SHARE = 0.09
TRAIN_SEATS = 200
PEOPLE_PER_COACH = 44
SCARCITY = 1.02
"""Coaches over those out on the busiest day, were all of them full and departures spread over the wished windows."""


def trains(
    rng: np.random.Generator, people: int, direction: Direction, cities: tuple[county.City, ...]
) -> Iterator[Train]:
    """Yield the seat blocks: a share of the people, on the lines and dates where most of them travel."""
    seats = max(12, min(TRAIN_SEATS, people // 10))
    count = max(1, round(TRAIN_SHARE * people / seats))
    weight = {city.code: city.weight for city in cities}
    line_shares = shares([sum(weight.get(code, 0) for _name, code, *_rest in line.work) for line in county.TRAIN_LINES])
    per_line = np.zeros(len(line_shares), int)
    for _block in range(count):
        per_line[np.argmax(line_shares / (per_line + 1))] += 1
    dates = shares(DATE_WEIGHTS[direction])
    for line, blocks in zip(county.TRAIN_LINES, per_line, strict=True):
        running = np.zeros(len(dates))
        for block in range(int(blocks)):
            # The next block goes where the line is thinnest against the wish; ties are broken by the seed.
            day = int(np.argmax(dates * (block + 1) - running + rng.random(len(dates)) * 1e-3))
            running[day] += 1
            turn = int(running[day]) - 1
            yield _train(line, turn, FIRST_PREFERRED[direction] + timedelta(days=day), seats, direction)


def _train(line: county.TrainLine, turn: int, day: date, seats: int, direction: Direction) -> Train:
    """Return a seat block; in to_home the line runs backwards, with one fare to the county."""
    leaves = 8 * 60 + 47 * (turn % 12) + 10 * line.number
    hours = line.work[-1][2]
    stops: list[TrainStop] = []
    if direction == "to_work":
        for index, name in enumerate(line.home):
            at = leaves - 35 * (len(line.home) - 1 - index)
            stops.append(TrainStop(name, at - 5 if index else None, at, None, True))
        for name, _code, ride_h, fare, *_at in line.work:
            at = leaves + round(ride_h * 60)
            stops.append(TrainStop(name, at, None if ride_h == hours else at + 6, fare * FEN_PER_YUAN, False))
    else:
        for name, _code, ride_h, *_rest in reversed(line.work):
            at = leaves + round((hours - ride_h) * 60)
            stops.append(TrainStop(name, None if ride_h == hours else at - 6, at, None, True))
        fare = round(sum(row[3] for row in line.work) / len(line.work))
        for index, name in enumerate(reversed(line.home)):
            at = leaves + round(hours * 60) + 35 * index
            end = index == len(line.home) - 1
            stops.append(TrainStop(name, at, None if end else at + 5, fare * FEN_PER_YUAN, False))
    number = 900 + 2 * (line.number * 40 + turn) - (direction == "to_home")
    return Train(
        train=f"L{number}",
        date=day,
        seats=seats,
        stops=tuple(stops),
        fixed_cost_fen=60 * seats * FEN_PER_YUAN,
        min_load=seats // 2,
    )


def fleet(settings: Settings, sheets: tuple[TownshipSheet, ...], train_seats: int) -> tuple[VehicleType, ...]:
    """Return the coaches: SCARCITY times those out on the busiest day, by operator and type.

    The third operator lists every coach by its plate, and has none in the first two days and the last two.
    """
    total = max(2, math.ceil(SCARCITY * _peak_held(settings, sheets, train_seats)))
    first, last = settings.first_date, settings.last_date
    types: list[VehicleType] = []
    for (operator, price), part in zip(county.OPERATORS, (0.5, 0.3, 0.2), strict=True):
        for vehicle_type, seats, fixed, per_km, share in county.COACH_TYPES:
            count = round_half_up(total * part * share)
            if operator == county.OPERATORS[0][0] and seats == 49:
                count = max(count, 2)
            if not count:
                continue
            if operator == county.OPERATORS[-1][0]:
                span = first + timedelta(days=2), last - timedelta(days=2)
                serial = sum(len(each.rows) for each in types if each.rows[0].plate)
                rows = tuple(FleetRow(1, *span, plate=f"川XI{serial + i:04d}") for i in range(count))
            else:
                rows = (FleetRow(count, first, last),)
            fixed_fen, km_fen = fixed * price * FEN_PER_YUAN, per_km * price * FEN_PER_YUAN
            types.append(
                VehicleType(vehicle_type, operator, seats, round_half_up(fixed_fen), round_half_up(km_fen), rows)
            )
    return tuple(types)


def _peak_held(settings: Settings, sheets: tuple[TownshipSheet, ...], train_seats: int) -> float:
    """Return how many coaches the busiest day would hold with everyone spread evenly over the window."""
    per_day = settings.policy.turnaround_km_per_day
    days_out: dict[str, int] = {}
    held = np.zeros(len(settings.days) + 60)
    people = sum(len(sheet.rows) for sheet in sheets)
    by_coach = max(0.0, 1 - train_seats / people)
    for sheet in sheets:
        for row in sheet.rows:
            work = city(row.destination)
            if work.code not in days_out:
                km = great_circle_km(*county.SEAT, work.lat, work.lon) * settings.policy.road_factor
                days_out[work.code] = math.ceil(2 * km / per_day) + 1
            earliest, latest = window(settings, row)
            dates = (latest - earliest).days + 1
            start = (earliest - settings.first_date).days
            for offset in range(dates):
                held[start + offset : start + offset + days_out[work.code]] += 1 / dates
    return float(held.max()) * by_coach / PEOPLE_PER_COACH


def feeder(people: int, first: date, last: date) -> VehicleType:
    vehicle_type, seats, fixed, per_km = county.FEEDER_TYPE
    # Most people board a hub at 08:00 of the same few days, and a minibus makes one or two rounds before that.
    count = 2 + people // 250
    return VehicleType(
        vehicle_type,
        county.OPERATORS[0][0],
        seats,
        fixed * FEN_PER_YUAN,
        round_half_up(per_km * FEN_PER_YUAN),
        (FleetRow(count, first, last),),
    )
