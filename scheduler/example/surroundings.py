"""Where it all is: the rows of places and distances; and the staff who ride along."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import islice

import numpy as np

from scheduler.example import county
from scheduler.example.description import city
from scheduler.example.people import ESCORT_PHONES, draw_names, phone
from scheduler.problem import Escort, Leg, Place, Train
from scheduler.settings import Direction


def places(townships: Collection[str], cities: Collection[str], trains: Iterable[Train]) -> tuple[Place, ...]:
    """Return the rows of places.csv: stops of the townships, hubs, stations at both ends, employers of the cities."""
    called = {stop.place for train in trains for stop in train.stops}
    stops = [
        Place(stop_name(name), "stop", lat, lon, township=name)
        for name, lat, lon, _size in county.TOWNSHIPS
        if name in townships
    ]
    hubs = [Place(name, "hub", lat, lon, township=township) for name, township, lat, lon, _alias in county.HUBS]
    home = [Place(name, "station", lat, lon, township=township) for name, township, lat, lon in county.HOME_STATIONS]
    work = [
        Place(name, "station", lat, lon, division=code)
        for line in county.TRAIN_LINES
        for name, code, _hours, _fare, lat, lon in line.work
        if name in called
    ]
    employers = []
    for name, code, dlat, dlon in county.EMPLOYERS:
        if code in cities:
            seat = city(code)
            at = round(seat.lat + dlat, 4), round(seat.lon + dlon, 4)
            employers.append(Place(name, "employer", *at, division=code, contact="虚构联系人", phone=phone(5_999_999)))
    return (*stops, *hubs, *home, *work, *employers)


def stop_name(township: str) -> str:
    """Return the name of a township's own stop."""
    return f"{township}上车点"


def distances(direction: Direction, cities: Collection[str]) -> Iterator[tuple[str, str, Leg]]:
    """Yield the road km between the county town's hub and the corridor cities, in the season's direction."""
    hub = county.HUBS[0][0]
    for code, km in county.CORRIDORS:
        if code in cities:
            ends = (hub, city(code).full_name)
            origin, target = ends if direction == "to_work" else ends[::-1]
            yield origin, target, Leg(float(km))


def escorts(rng: np.random.Generator, count: int, first: date, last: date) -> Iterator[Escort]:
    """Yield staff, no two of one name; one in five can go only in one half of the season."""
    names: dict[str, None] = {}
    while len(names) < count:
        names |= dict.fromkeys(draw_names(rng, count))
    middle = first + (last - first) / 2
    for turn, name in enumerate(islice(names, count)):
        unit = county.FIELD_STAFF_UNITS[turn % len(county.FIELD_STAFF_UNITS)]
        start = middle if turn % 10 == 3 else first
        end = middle if turn % 10 == 7 else last
        yield Escort(name, phone(ESCORT_PHONES + turn), unit, start, end)
