"""What is asked: the season's people in parties, the places, and the vehicles that could carry them.

Nothing here knows of files, solvers or plans. Places are named as the plan names them: the name given in the
season's places file, else the division's full name. The **home end** is the county, the **work end** the
destinations; people board at home and alight at work in ``to_work``, and the other way round in ``to_home``.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from scheduler.pins import Pin
from scheduler.settings import Settings
from scheduler.units import great_circle_km

Mode = Literal["coach", "train", "any"]
PlaceKind = Literal["stop", "hub", "station", "employer", "division"]


@dataclass(frozen=True, slots=True)
class Person:
    """One row of a roster, after cleaning.

    Attributes
    ----------
    ref : str
        file!sheet!row as Excel shows it: where the row stands today.
    name, id_number : str
        As the ID card has them; the number in 18 characters.
    township : str
        Where the person comes from, by its canonical name.
    birth : date or None
        From the ID number.
    sex : str
        男, 女 or empty.
    phone, village, employer, emergency_contact, emergency_phone, luggage : str
        Empty when not given.
    employer_stop : str or None
        The listed employer's place, where this person may also alight (board).
    priority : int
        1 to 3: what multiplies unserved_cost.
    note : str
        The roster's note, and the cells of the columns that policy.note_columns lists.
    other_columns : tuple of (heading, text)
        Other columns that no field knows: kept, never printed.
    key : str
        Who the person is (`keys.person_key`); empty where the roster was read without the season's salt.
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
    priority: int = 1
    emergency_contact: str = ""
    emergency_phone: str = ""
    luggage: str = ""
    note: str = ""
    other_columns: tuple[tuple[str, str], ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """People who travel together, on one run or not at all; same origin, destination, window, preferred date, mode.

    Attributes
    ----------
    id : str
        The least key of its people; the first one's ref where they have no keys.
    people : tuple of Person
        At least one, in the order of their rows.
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
    mode : {"coach", "train", "any"}
        What the party accepts.
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

    Attributes
    ----------
    name : str
        Unique in the problem.
    kind : {"stop", "hub", "station", "employer", "division"}
        What may happen there.
    lat, lon : float or None
        Degrees; None: the place has only the distances that distances.csv gives.
    township : str or None
        Where it lies, at the home end.
    division : str or None
        GB/T 2260 code of where it lies, at the work end.
    contact, phone : str
        Whom to ask there; empty when not given.
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
    """`count` coaches that may be chartered on every day from `first` to `last`, both included.

    Attributes
    ----------
    count : int
        How many.
    first, last : date
        The days, both included.
    plate : str or None
        Of the one vehicle, where rows are vehicles.
    """

    count: int
    first: date
    last: date
    plate: str | None = None


@dataclass(frozen=True, slots=True)
class VehicleType:
    """Coaches of one type and operator: they share seats and costs.

    Attributes
    ----------
    vehicle_type, operator : str
        The type's identity, see `key`.
    rated_seats : int
        Seats by the vehicle's licence, crew included.
    fixed_cost_fen : int
        Fen a run, however far.
    cost_per_km_fen : float
        Fen a km of path; may have a fraction.
    rows : tuple of FleetRow
        How many there are on which days.
    """

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
        """Return how many may be held on a `day`."""
        return sum(row.count for row in self.rows if row.first <= day <= row.last)


@dataclass(frozen=True, slots=True)
class TrainStop:
    """One stop of a train.

    Attributes
    ----------
    place : str
        Name of a station or division.
    arrive_min, depart_min : int or None
        Minutes after midnight of the train's date; None: not given.
    fare_fen : int or None
        Fen a person, from where boarding is possible to here; None: nobody alights here.
    boards : bool
        Whether people may board.
    """

    place: str
    arrive_min: int | None = None
    depart_min: int | None = None
    fare_fen: int | None = None
    boards: bool = False


@dataclass(frozen=True, slots=True)
class Train:
    """A special train, or a block of seats on a scheduled one. (train, date) is at most one run.

    Attributes
    ----------
    train : str
        Its number.
    date : date
        Of the departure from the first stop.
    seats : int
        Of the block.
    stops : tuple of TrainStop
        In order of travel.
    fixed_cost_fen : int
        Fen once it is used at all.
    min_load : int
        People, to use it.
    resell : bool
        Whether a seat freed on the way may be taken by another passenger.
    """

    train: str
    date: dt.date
    seats: int
    stops: tuple[TrainStop, ...]
    fixed_cost_fen: int = 0
    min_load: int = 1
    resell: bool = False


@dataclass(frozen=True, slots=True)
class AccessRow:
    """What it costs one person, and takes, to come from an origin to a boarding point.

    Attributes
    ----------
    boarding : str
        Name of the place.
    cost_fen : int
        Fen a person.
    minutes : int or None
        On the way; None: not given.
    """

    boarding: str
    cost_fen: int
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """Road distance and time between two places, one direction.

    Attributes
    ----------
    km : float
        By road.
    minutes : float or None
        Of driving; None: km over the moving speed.
    """

    km: float
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Escort:
    """A member of staff who can ride along on the days from `first` to `last`, both included.

    Attributes
    ----------
    name, phone, unit : str
        Who it is, of which office.
    first, last : date
        Days on which the person is free, both included.
    """

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
    """Everything a plan is made from.

    Attributes
    ----------
    settings : Settings
        season.toml.
    parties : tuple of Party
        Who asks to travel; nobody twice.
    places : mapping of str to Place
        By name: every place that anything else names.
    vehicle_types, feeder_types : tuple of VehicleType
        Coaches that may be chartered; minibuses between townships and hubs.
    trains : tuple of Train
        Trains and seat blocks.
    access : mapping of str to tuple of AccessRow
        By township; a township without rows goes by the formula.
    distances : mapping of (str, str) to Leg
        By (from, to), directed; other legs go by great circle x road_factor.
    escorts : tuple of Escort
        Staff who can ride along.
    set_aside : tuple of SetAside
        Rows of the rosters that cannot be planned.
    pins : tuple of Pin
        What the dispatcher has decided.
    inputs_sha256 : str
        Digest of the files it was read from; empty where there are none.
    """

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
    pins: tuple[Pin, ...] = ()
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
        """Return the road km from `origin` to `target`: distances.csv, else great circle x road_factor, or infinity."""
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
        """Return the driving minutes from `origin` to `target`: distances.csv, else km over the moving speed."""
        leg = self.distances.get((origin, target))
        if leg is not None and leg.minutes is not None:
            return leg.minutes
        return self.km(origin, target) / self.settings.coach_rules.moving_km_per_h * 60


def is_work_end(place: Place) -> bool:
    """Tell whether a place lies at the work end: it has a division and no township."""
    return place.division is not None and place.township is None
