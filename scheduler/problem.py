"""What is asked: the season's people in parties, the places, and the vehicles that could carry them.

Nothing here knows of files, solvers or plans. Places are named as the plan names them: the name given in the
season's places file, else the division's full name. The **home end** is the county, the **work end** the
destinations; people board at home and alight at work in ``to_work``, and the other way round in ``to_home``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from scheduler.settings import Settings

Mode = Literal["coach", "train", "any"]
PlaceKind = Literal["stop", "hub", "station", "employer", "division"]

EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Person:
    """One row of a roster, after cleaning.

    `ref` is file!sheet!row as Excel shows it: where the row stands today. `key` is who it is (`keys.person_key`), empty
    where the roster was read without the season's salt.
    """

    ref: str
    name: str
    id_number: str
    township: str
    birth: date | None = None
    sex: str = ""
    phone: str = ""
    village: str = ""
    employer: str = ""
    employer_stop: str | None = None
    """Name of the listed employer's place, where this person may also alight (board)."""
    priority: int = 1
    emergency_contact: str = ""
    emergency_phone: str = ""
    luggage: str = ""
    note: str = ""
    """The roster's note, and the cells of the columns that policy.note_columns lists."""
    other_columns: tuple[tuple[str, str], ...] = ()
    """(heading, text) of the other columns that no field knows: kept, never printed."""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """People who travel together, on one run or not at all; same origin, destination, window, preferred date, mode.

    Attributes
    ----------
    id : str
        The least key of its people; the first one's ref where they have no keys.
    origin : str
        The township all of them come from.
    destination : str
        GB/T 2260 code of the finest division recognised.
    work_stop : str
        Name of the destination's own stop (a city or county, by policy.work_level).
    earliest, latest : date
        The window, both included, inside the season.
    preferred : date or None
        None when the roster names no date; then no shift is ever counted.
    """

    id: str
    people: tuple[Person, ...]
    origin: str
    destination: str
    work_stop: str
    earliest: date
    latest: date
    preferred: date | None = None
    mode: Mode = "any"

    @property
    def size(self) -> int:
        """How many people."""
        return len(self.people)

    @property
    def weight(self) -> int:
        """Sum of the people's priorities: what multiplies unserved_cost."""
        return sum(person.priority for person in self.people)


@dataclass(frozen=True, slots=True)
class Place:
    """A stop, hub, station, employer or division; `township` says where at home, `division` where at the work end.

    Missing coordinates are None: such a place has only the distances that distances.csv gives.
    """

    name: str
    kind: PlaceKind
    lat: float | None = None
    lon: float | None = None
    township: str | None = None
    division: str | None = None
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class FleetRow:
    """`count` coaches that may be chartered on every day from `first` to `last`, both included."""

    count: int
    first: date
    last: date
    plate: str | None = None


@dataclass(frozen=True, slots=True)
class VehicleType:
    """Coaches of one type and operator: they share seats and costs. `cost_per_km_fen` may have a fraction."""

    vehicle_type: str
    operator: str
    rated_seats: int
    fixed_cost_fen: int
    cost_per_km_fen: float
    rows: tuple[FleetRow, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """The type's identity: (vehicle_type, operator)."""
        return self.vehicle_type, self.operator

    def available(self, day: date) -> int:
        """Return how many may be held on `day`."""
        return sum(row.count for row in self.rows if row.first <= day <= row.last)


@dataclass(frozen=True, slots=True)
class TrainStop:
    """One stop of a train. Times are minutes after midnight of the train's date; fare None = nobody alights here."""

    place: str
    arrive_min: int | None = None
    depart_min: int | None = None
    fare_fen: int | None = None
    boards: bool = False


@dataclass(frozen=True, slots=True)
class Train:
    """A special train, or a block of seats on a scheduled one. (train, date) is at most one run.

    `date` is the departure from the first stop. Without `resell` a seat serves one passenger for the whole way.
    """

    train: str
    date: date
    seats: int
    stops: tuple[TrainStop, ...]
    fixed_cost_fen: int = 0
    min_load: int = 1
    resell: bool = False


@dataclass(frozen=True, slots=True)
class AccessRow:
    """What it costs one person, and takes, to come from an origin to a boarding point."""

    boarding: str
    cost_fen: int
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """Road distance and time between two places, one direction; minutes None = from the moving speed."""

    km: float
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Escort:
    """A member of staff who can ride along on the days from `first` to `last`, both included."""

    name: str
    phone: str
    unit: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that could not be planned, with the codes of its errors."""

    ref: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """Everything a plan is made from. Places by name; `access` by township; `distances` by (from, to), directed."""

    settings: Settings
    parties: tuple[Party, ...]
    places: Mapping[str, Place]
    vehicle_types: tuple[VehicleType, ...] = ()
    trains: tuple[Train, ...] = ()
    access: Mapping[str, tuple[AccessRow, ...]] = field(default_factory=dict)
    distances: Mapping[tuple[str, str], Leg] = field(default_factory=dict)
    feeder_types: tuple[VehicleType, ...] = ()
    escorts: tuple[Escort, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    inputs_sha256: str = ""

    @property
    def people(self) -> int:
        """How many people ask to travel."""
        return sum(party.size for party in self.parties)

    @cached_property
    def township_stop(self) -> Mapping[str, str]:
        """The stop of each township: its first place of kind `stop`; access distances start there."""
        stops: dict[str, str] = {}
        for place in self.places.values():
            if place.kind == "stop" and place.township is not None:
                stops.setdefault(place.township, place.name)
        return stops

    def km(self, origin: str, target: str) -> float:
        """Return the road km of a leg: distances.csv, else great circle x road_factor, else infinity."""
        if origin == target:
            return 0.0
        leg = self.distances.get((origin, target))
        if leg is not None:
            return leg.km
        here, there = self.places[origin], self.places[target]
        if here.lat is None or here.lon is None or there.lat is None or there.lon is None:
            return math.inf
        return great_circle_km(here.lat, here.lon, there.lat, there.lon) * self.settings.policy.road_factor

    def minutes(self, origin: str, target: str) -> float:
        """Return the driving minutes of a leg: distances.csv, else its km over the moving speed."""
        leg = self.distances.get((origin, target))
        if leg is not None and leg.minutes is not None:
            return leg.minutes
        return self.km(origin, target) / self.settings.coach_rules.moving_km_per_h * 60


def great_circle_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the haversine distance in km between two points in degrees, on a sphere of EARTH_RADIUS_KM."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_dphi, half_dlambda = (phi2 - phi1) / 2, math.radians(lon2 - lon1) / 2
    chord = math.sin(half_dphi) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_dlambda) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


def is_work_end(place: Place) -> bool:
    """Tell whether a place lies at the work end: it has a division and no township."""
    return place.division is not None and place.township is None


def division_within(code: str, ancestor: str) -> bool:
    """Tell whether a GB/T 2260 division is, or lies within, another (440306 within 440300; 310115 within 310000)."""
    if ancestor.endswith("0000"):
        return code[:2] == ancestor[:2]
    if ancestor.endswith("00"):
        return code[:4] == ancestor[:4]
    return code == ancestor
