"""What is asked: the season's settings, its people in parties, the places, and the vehicles that could carry them.

Nothing here knows of files, solvers or plans. Places are named as the plan names them: the name given in the
season's places file, else the division's full name. The **home end** is the county, the **work end** the
destinations; people board at home and alight at work in ``to_work``, and the other way round in ``to_home``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Direction = Literal["to_work", "to_home"]
Mode = Literal["coach", "train", "any"]
PlaceKind = Literal["stop", "hub", "station", "employer", "division"]

EARTH_RADIUS_KM = 6371.0
FEN_PER_YUAN = 100


def round_half_up(value: float) -> int:
    """Round to the nearest integer, halves up; a hair below a half (decimals in binary) counts as a half."""
    return math.floor(value + 0.5 + 1e-7)


def _as_list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
ClockTimeOrNone = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]


class Policy(BaseModel):
    """The bureau's choices, by the keys of season.toml's [policy]; money in yuan, as the dispatcher writes it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    unserved_cost: float = Field(3000, ge=0, le=1_000_000)
    date_shift_cost: float = Field(25, ge=0, le=1_000_000)
    flexible_days: int = Field(1, ge=0, le=366)
    min_load: int = Field(20, ge=1, le=10_000)
    home_stops: int = Field(3, ge=1, le=4)
    home_radius_km: float = Field(25, ge=0)
    work_stops: int = Field(3, ge=1, le=4)
    work_radius_km: float = Field(220, ge=0)
    work_level: Literal["city", "county"] = "city"
    max_detour: float = Field(1.2, ge=1)
    stop_cost: float = Field(150, ge=0, le=1_000_000)
    access_fixed_cost: float = Field(8, ge=0, le=1_000_000)
    access_cost_per_km: float = Field(0.5, ge=0, le=1_000_000)
    access_max_km: float = Field(40, ge=0)
    road_factor: float = Field(1.3, ge=1, le=10)
    turnaround_km_per_day: float = Field(900, ge=1, le=100_000)
    reserve_seats: int = Field(0, ge=0, le=1000)
    gift_pack: tuple[str, ...] = ()
    budget: float = Field(0, ge=0)
    note_columns: tuple[str, ...] = ()

    @property
    def unserved_cost_fen(self) -> int:
        """Cost of leaving one person of priority 1 unserved."""
        return round_half_up(self.unserved_cost * FEN_PER_YUAN)

    @property
    def date_shift_cost_fen(self) -> int:
        """Cost of one person and day away from the preferred date."""
        return round_half_up(self.date_shift_cost * FEN_PER_YUAN)

    @property
    def stop_cost_fen(self) -> float:
        """Cost of each stop beyond the first at either end; may have a fraction, for a coach is rounded as a whole."""
        return self.stop_cost * FEN_PER_YUAN

    @property
    def budget_fen(self) -> int | None:
        """Hard cap on runs + seats, or None."""
        return round_half_up(self.budget * FEN_PER_YUAN) if self.budget else None


class CoachRules(BaseModel):
    """Rules of the road for charter coaches, by the keys of season.toml's [coach_rules].

    The defaults are the national rules: 道路旅客运输企业安全管理规范 art. 38 (driving, breaks, drivers' hours) and
    交运规〔2023〕2号 (no driving 02:00-05:00 unless the run is at most 200 km one way). Between late_from and late_to
    nobody should arrive where another depart_at can help it. The last six are practice, for feeders and trains: speed
    on county roads, minutes between feeder and run, minutes at the station before a train leaves, longest wait at the
    hub, longest ride with more than one stop, the hour before which nobody is fetched (empty: none).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    crew_in_rated_seats: bool = True
    escorts_per_run: int = Field(1, ge=0, le=10)
    moving_km_per_h: float = Field(78, gt=0, le=200)
    depart_at: Annotated[tuple[ClockTime, ...], BeforeValidator(_as_list), Field(min_length=1)] = ("08:00",)
    night_from: ClockTime = "22:00"
    night_to: ClockTime = "06:00"
    max_drive_day_min: int = Field(240, gt=0)
    max_drive_night_min: int = Field(120, gt=0)
    rest_min: int = Field(20, ge=0)
    no_drive_from: ClockTime = "02:00"
    no_drive_to: ClockTime = "05:00"
    no_drive_exempt_km: float = Field(200, ge=0)
    driver_day_min: int = Field(480, gt=0)
    driver_week_min: int = Field(2640, gt=0)
    board_base_min: int = Field(10, ge=0)
    board_min_per_person: float = Field(0.25, ge=0)
    late_from: ClockTime = "23:00"
    late_to: ClockTime = "05:00"
    report_every_min: int = Field(120, gt=0)
    feeder_km_per_h: float = Field(40, gt=0, le=200)
    feeder_margin_min: int = Field(15, ge=0, le=1440)
    train_check_in_min: int = Field(60, ge=0, le=1440)
    feeder_max_wait_min: int = Field(120, ge=0, le=1440)
    feeder_max_ride_min: int = Field(90, gt=0, le=1440)
    feeder_earliest: ClockTimeOrNone = ""


class Settings(BaseModel):
    """season.toml, checked.

    office, duty_phone and signature stand on what is printed and sent: who issues it, whom to phone, who signs a
    message (【岳池就业】, the marks added).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    direction: Direction
    home: str = Field(pattern=r"^\d{6}$")
    first_date: date
    last_date: date
    office: str = Field("", max_length=60)
    duty_phone: str = Field("", max_length=30)
    signature: str = Field("", max_length=20)
    policy: Policy = Policy()
    coach_rules: CoachRules = CoachRules()

    @model_validator(mode="after")
    def _dates_in_order(self) -> Settings:
        if self.first_date > self.last_date:
            raise ValueError("first_date is after last_date")
        if (self.last_date - self.first_date).days > 366:
            raise ValueError("first_date and last_date are more than a year apart")
        return self

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Every date of the season, in order."""
        count = (self.last_date - self.first_date).days + 1
        return tuple(self.first_date + timedelta(days=i) for i in range(count))


@dataclass(frozen=True, slots=True)
class Person:
    """One row of a roster, after cleaning. `ref` is file!sheet!row as Excel shows it."""

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


@dataclass(frozen=True, slots=True)
class Party:
    """People who travel together, on one run or not at all; same origin, destination, window, preferred date, mode.

    Attributes
    ----------
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
