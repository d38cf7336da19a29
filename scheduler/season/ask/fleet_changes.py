"""Coaches of one type fewer on some days: one breaks down, or somebody asks what the season would be without it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from scheduler.problem import FleetRow, VehicleType


def least_available(vehicle: VehicleType, first: date, last: date) -> int:
    """Return how many coaches of a type there are on the day from `first` to `last` that has fewest."""
    return min(vehicle.available(day) for day in _days(first, last))


def fewer(vehicle: VehicleType, number: int, first: date, last: date, plate: str = "") -> tuple[FleetRow, ...]:
    """Return the rows of a type without `number` coaches on each day from `first` to `last`.

    Coaches with the plate go first, then those without any; on a day that has fewer than `number`, none is left.
    """
    missing = dict.fromkeys(_days(first, last), number)
    rows: dict[int, list[FleetRow]] = {}
    order = sorted(range(len(vehicle.rows)), key=lambda i: _turn(vehicle.rows[i], plate))
    for i in order:
        row = vehicle.rows[i]
        rows[i] = []
        for day in _days(row.first, row.last):
            taken = min(row.count, missing.get(day, 0))
            if taken:
                missing[day] -= taken
            _add(rows[i], row, day, row.count - taken)
    return tuple(piece for i in range(len(vehicle.rows)) for piece in rows[i] if piece.count)


def _turn(row: FleetRow, plate: str) -> int:
    if plate and row.plate == plate:
        return 0
    return 1 if row.plate is None else 2


def _add(pieces: list[FleetRow], row: FleetRow, day: date, count: int) -> None:
    """Add a day of a row to its pieces: a stretch of days with equal counts is one."""
    if pieces and pieces[-1].count == count:
        pieces[-1] = replace(pieces[-1], last=day)
    else:
        pieces.append(replace(row, count=count, first=day, last=day))


def _days(first: date, last: date) -> list[date]:
    return [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
