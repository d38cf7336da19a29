"""How a season is planned: its name, direction and dates, the bureau's policy, the rules of the road.

The models mirror season.toml; `season.settings` reads the file, and the rest of the program asks only these.
"""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from scheduler.mask import IdMask
from scheduler.units import FEN_PER_YUAN, round_half_up

Direction = Literal["to_work", "to_home"]


def _as_list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
ClockTimeOrNone = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]


_DIRECTIONS: dict[Direction, tuple[str, ...]] = {
    "to_work": ("to_work", "towork", "work", "返岗", "返工", "节后", "节后返岗", "务工"),
    "to_home": ("to_home", "tohome", "home", "返乡", "回乡", "回家", "节前", "节前返乡"),
}


def direction_of(text: str) -> Direction | None:
    """Return the direction that a word means, None where it means none."""
    word = "".join(unicodedata.normalize("NFKC", text).lower().replace("-", "_").split())
    return next((direction for direction, words in _DIRECTIONS.items() if word in words), None)


class Policy(BaseModel):
    """The bureau's choices, by the keys of season.toml's [policy]; money in yuan, as the dispatcher writes it.

    Attributes
    ----------
    unserved_cost : float
        Yuan for a person left behind, times the person's priority.
    date_shift_cost : float
        Yuan for a person and day away from the preferred date.
    flexible_days : int
        Days either side, where a roster gives only a preferred date.
    min_load : int
        People, to open a coach run.
    home_stops, work_stops : int
        Most stops of a coach run at that end.
    home_radius_km, work_radius_km : float
        Most road km between two of them.
    work_level : {"city", "county"}
        Which divisions are stops at the work end.
    max_detour : float
        Most of path km over the direct distance of the path's ends.
    stop_cost : float
        Yuan for each stop beyond the first at either end.
    access_fixed_cost : float
        Yuan a person who boards at a hub or station outside the own township.
    access_cost_per_km : float
        And yuan for each km there, from the township's stop.
    access_max_km : float
        How far such a place may be.
    road_factor : float
        Road km over great circle, where no distance is given.
    turnaround_km_per_day : float
        A coach is away ceil(2 x path km / this) + 1 days.
    reserve_seats : int
        Seats kept free on every coach run for late comers.
    gift_pack : tuple of str
        Items that each passenger gets.
    budget : float
        Hard cap on runs + seats in yuan; 0: none.
    move_cost : float
        Yuan for a told person who would have to be told something new.
    notice_tolerance_min : int
        A departure off by no more minutes than this need not be told again.
    freeze_hours : float
        A told run that departs within so many hours is not changed any more.
    retention_days : int
        Personal data are kept so many days after last_date.
    id_mask : {"tail4", "head6tail4"}
        How ID numbers are masked on every list.
    note_columns : tuple of str
        Headings of columns that no field knows, to be printed as notes.
    """

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
    move_cost: float = Field(200, ge=0, le=1_000_000)
    notice_tolerance_min: int = Field(30, ge=0, le=1440)
    freeze_hours: float = Field(24, ge=0, le=720)
    retention_days: int = Field(365, ge=0, le=36_500)
    id_mask: IdMask = "tail4"
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
    def move_cost_fen(self) -> int:
        """Cost of one person who was told something and would have to be told something else."""
        return round_half_up(self.move_cost * FEN_PER_YUAN)

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
    hub, longest ride with more than one stop, the hour before which nobody is fetched.

    Attributes
    ----------
    crew_in_rated_seats : bool
        Rated seats hold drivers and escorts too.
    escorts_per_run : int
        Seats kept for them on every coach run.
    moving_km_per_h : float
        Mean speed while moving.
    depart_at : tuple of str
        HH:MM at which a coach may leave its first stop.
    night_from, night_to : str
        HH:MM between which it is night.
    max_drive_day_min, max_drive_night_min : int
        Most minutes of driving without a rest, by day and by night.
    rest_min : int
        Least minutes of a rest.
    no_drive_from, no_drive_to : str
        HH:MM between which coaches stand still.
    no_drive_exempt_km : float
        Except on runs of at most so many km one way.
    driver_day_min, driver_week_min : int
        Most minutes a driver drives in 24 hours, and in 7 days.
    board_base_min : int
        Minutes of a stop, whoever boards.
    board_min_per_person : float
        And for each person who boards or alights.
    late_from, late_to : str
        HH:MM between which nobody should arrive, where that can be helped.
    report_every_min : int
        Minutes between two safety reports.
    feeder_km_per_h : float
        Mean speed of feeders on county roads.
    feeder_margin_min : int
        Minutes between a feeder and its run.
    train_check_in_min : int
        Minutes at the station before a train leaves.
    feeder_max_wait_min : int
        Longest wait at the hub.
    feeder_max_ride_min : int
        Longest ride of a round with several stops.
    feeder_earliest : str
        HH:MM before which nobody is fetched; empty: at any hour.
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


class History(BaseModel):
    """What the county reached in earlier years, by the keys of season.toml's [history], to compare with; 0: unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    people_per_run: float = Field(0, ge=0, le=1000)
    cost_per_head: float = Field(0, ge=0, le=1_000_000)


class Settlement(BaseModel):
    """What employers may claim for coaches, by the keys of season.toml's [settlement].

    Attributes
    ----------
    min_boarded : int
        People whom a coach must have carried.
    share : float
        Of its price.
    cap_per_coach : float
        Yuan, at most, for each coach and employer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    min_boarded: int = Field(20, ge=0, le=10_000)
    share: float = Field(0.5, ge=0, le=1)
    cap_per_coach: float = Field(10_000, ge=0, le=1_000_000)


class Settings(BaseModel):
    """season.toml, checked.

    Attributes
    ----------
    name : str
        Of the season.
    direction : {"to_work", "to_home"}
        Back to work, or home for the festival.
    home : str
        GB/T 2260 code of the county.
    first_date, last_date : date
        Days of travel, both included.
    office, duty_phone, signature : str
        What stands on all that is printed and sent: who issues it, whom to phone, who signs a message (its marks 【】
        are added).
    policy : Policy
        The bureau's choices.
    coach_rules : CoachRules
        The rules of the road.
    history : History
        What earlier seasons were like.
    settlement : Settlement
        What employers may claim.
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
    history: History = History()
    settlement: Settlement = Settlement()

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
