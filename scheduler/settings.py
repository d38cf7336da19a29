"""How a season is planned: its name, direction and dates, the bureau's policy, the rules of the road.

The models mirror season.toml; `season.settings` reads the file, and the rest of the program asks only these.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from scheduler.units import FEN_PER_YUAN, round_half_up

Direction = Literal["to_work", "to_home"]


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
    move_cost: float = Field(200, ge=0, le=1_000_000)
    notice_tolerance_min: int = Field(30, ge=0, le=1440)
    freeze_hours: float = Field(24, ge=0, le=720)
    retention_days: int = Field(365, ge=0, le=36_500)
    id_mask: Literal["tail4", "head6tail4"] = "tail4"
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
