"""What is answered: the plan, as plan/plan.json stores it.

The plan stores decisions: which runs, who rides them, in which seat, from where to where, when. Loads, distances
and costs come from `evaluate`; the figures a run claims (`seats`, `path_km`, `drivers`) and `cost` stand here only so
that a reader of plan.json need not compute them, and `verify` checks every one.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NaiveDatetime,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from scheduler.settings import Direction

PLAN_SCHEMA = 2

Minute = Annotated[
    NaiveDatetime,
    PlainSerializer(lambda moment: moment.strftime("%Y-%m-%dT%H:%M"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$"}),
]
"""A local time to the minute, written 2027-02-15T08:00."""


Scope = Literal["all_plans", "rest_as_planned"]


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


Fen = Annotated[int, Field(ge=-(10**18), le=10**18)]


class Cost(_Closed):
    """A plan's cost in fen.

    Attributes
    ----------
    total : int
        The sum of the rest.
    runs : int
        Coaches, and trains in use.
    seats : int
        Fares.
    date_shift : int
        People x days away from the preferred date.
    access : int
        Ways to hubs and stations outside the own township.
    unserved : int
        Parties left behind, by weight.
    moves : int
        People who were told something that this plan does not keep.
    """

    total: Fen = 0
    runs: Fen = 0
    seats: Fen = 0
    date_shift: Fen = 0
    access: Fen = 0
    unserved: Fen = 0
    moves: Fen = 0


class Stop(_Closed):
    """A stop of a run: where people board or alight, or the driver rests.

    Attributes
    ----------
    place : str
        Name of a place of the problem; of a rest, 服务区 and a number.
    kind : {"board", "alight", "rest"}
        What happens there.
    arrive, depart : datetime or None
        Local, to the minute; None where nobody gave them.
    """

    place: str
    kind: Literal["board", "alight", "rest"]
    arrive: Minute | None = None
    depart: Minute | None = None


class Passenger(_Closed):
    """One person on one run.

    Attributes
    ----------
    person : str
        The person's key: all that is joined to a plan joins by it.
    ref : str
        Where the person's row stood when the plan was made, for reading only.
    party : str
        The party's id.
    seat : str or None
        Seat number; None where a train gives none.
    board, alight : str
        Names of stops of the run.
    """

    person: str
    ref: str
    party: str
    seat: str | None
    board: str
    alight: str


class Run(_Closed):
    """One dated departure of a coach or a train.

    Attributes
    ----------
    id : str
        Unique in the plan.
    mode : {"coach", "train"}
        What runs.
    date : date
        Of the departure from the first stop.
    vehicle_type, operator : str or None
        Of a coach; None for trains.
    plate : str or None
        Of the coach, where the fleet lists plates.
    train : str or None
        The train's number; None for coaches.
    seats : int
        Passenger seats before reserve_seats; of a train its block.
    path_km : float or None
        Rounded to 0.1 km; None for trains.
    drivers : int or None
        Of a coach.
    escorts : tuple of str
        Names of staff who ride along.
    leader, deputy : str or None
        Keys of passengers who lead a coach without an escort.
    stops : tuple of Stop
        In order of travel, rests among them.
    passengers : tuple of Passenger
        In order of seats.
    """

    id: str
    mode: Literal["coach", "train"]
    date: dt.date
    vehicle_type: str | None = None
    operator: str | None = None
    plate: str | None = None
    train: str | None = None
    seats: int
    path_km: float | None = None
    drivers: int | None = None
    escorts: tuple[str, ...] = ()
    leader: str | None = None
    deputy: str | None = None
    stops: tuple[Stop, ...]
    passengers: tuple[Passenger, ...]

    @property
    def load(self) -> int:
        """How many people ride."""
        return len(self.passengers)

    def places(self, kind: str) -> tuple[str, ...]:
        """Return the names of the stops of one `kind`, in order."""
        return tuple(stop.place for stop in self.stops if stop.kind == kind)

    def departure(self, place: str) -> dt.datetime | None:
        """Return when the run leaves a `place` where it takes people up; None where it does not, or has no time."""
        return next((stop.depart for stop in self.stops if stop.place == place and stop.kind == "board"), None)


class FeederStop(_Closed):
    """A stop of a feeder round; `refs` are the people who board or alight there, as the run's passengers list them."""

    place: str
    kind: Literal["board", "alight"]
    arrive: Minute | None = None
    depart: Minute | None = None
    refs: tuple[str, ...] = ()


class Feeder(_Closed):
    """One round of a minibus between township stops and a run's hub or station.

    Attributes
    ----------
    id : str
        Unique in the plan.
    serves : str
        The run's id.
    vehicle_type : str
        Of the minibus.
    stops : tuple of FeederStop
        In order of travel, each with who boards or alights.
    """

    id: str
    serves: str
    vehicle_type: str
    stops: tuple[FeederStop, ...]


class SetAsideRow(_Closed):
    """A roster row that was not planned, and the codes of its errors."""

    ref: str
    codes: tuple[str, ...]


class Unserved(_Closed):
    """A party left behind: why (`code`, `reason`), how sure that is (`proof`), and what would help (`remedy`).

    Attributes
    ----------
    party : str
        The party's id.
    persons, refs : tuple of str
        The keys of its people, and where their rows stood.
    code, reason : str
        Why, as a code (docs/codes.md) and in words.
    proof : {"no_option", "conflict", "cost", "open"}
        `no_option` nothing could ever carry it; `conflict` options exist but rules or scarcity shut them all; `cost`
        carrying it would cost more than leaving it; `open` not proven.
    scope : {"all_plans", "rest_as_planned"}
        Whether the proof holds for every plan, or with everybody else as planned.
    extra_cost : int or None
        What carrying it costs more than leaving it, in fen, the rest as planned; None where that is not known.
    remedy : str
        The smallest change that would help, in words.
    remedy_args : tuple of str
        Arguments of `scheduler whatif` that apply the remedy; empty where there are none.
    """

    party: str
    persons: tuple[str, ...]
    refs: tuple[str, ...]
    code: str
    reason: str
    proof: Literal["no_option", "conflict", "cost", "open"]
    scope: Scope
    extra_cost: Fen | None
    remedy: str
    remedy_args: tuple[str, ...] = ()


class Told(_Closed):
    """What a person had been told.

    Attributes
    ----------
    person : str
        Key.
    run : str
        Id, for reading only: another run that keeps all else is no move.
    date : date
        Of the run.
    board : str
        Where the person boards.
    depart : datetime or None
        When the run leaves there; None where no time was told.
    alight : str
        Where the person alights.
    """

    person: str
    run: str
    date: dt.date
    board: str
    depart: Minute | None
    alight: str


class Plan(_Closed):
    """plan.json: what is decided, and what that is claimed to cost.

    Attributes
    ----------
    schema_ : int
        Version of the file's form; ``schema`` in the file.
    season, direction : str
        As in the problem's settings.
    version : str
        Of the program that made it.
    seed : int
        It was made with.
    inputs_sha256 : str
        Digest of the files it was made from.
    cost : Cost
        A claim, which `verify_plan` derives again.
    bound : int or None
        Fen: no plan that obeys the rules costs less, which is proven; None when unproven.
    gap : float or None
        (total - bound) / total, 0 when total is 0; None without a bound.
    runs : tuple of Run
        Coaches and trains.
    feeders : tuple of Feeder
        Rounds of minibuses.
    set_aside : tuple of SetAsideRow
        Roster rows that were not planned, with the codes of their errors.
    unserved : tuple of Unserved
        Parties left behind.
    told : tuple of Told
        What people had been told before it was made, which binds it.
    """

    schema_: int = Field(PLAN_SCHEMA, alias="schema")
    season: str
    direction: Direction
    version: str
    seed: int = 0
    inputs_sha256: str
    cost: Cost
    bound: Fen | None = None
    gap: float | None = None
    runs: tuple[Run, ...] = ()
    feeders: tuple[Feeder, ...] = ()
    set_aside: tuple[SetAsideRow, ...] = ()
    unserved: tuple[Unserved, ...] = ()
    told: tuple[Told, ...] = ()

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, validate_by_name=True, validate_by_alias=True
    )

    @classmethod
    def from_json(cls, data: bytes) -> Plan:
        """Return the plan that plan.json's `data` hold: of this program's schema, with every part of it.

        Raises
        ------
        pydantic.ValidationError
            Where the file is not such a plan; that it is of another schema is then the only error.
        """
        try:
            plan = cls.model_validate_json(data, strict=True)
        except ValidationError as error:
            if other := _other_schema(data):
                raise other from error
            raise
        given = {"schema" if name == "schema_" else name for name in plan.model_fields_set}
        if "schema" not in given or plan.schema_ != PLAN_SCHEMA:
            raise _invalid(_schema_error(plan.schema_ if "schema" in given else None))
        missing: list[tuple[str, ...]] = [(name,) for name in cls.model_fields if name not in {*given, "schema_"}]
        missing += [("cost", name) for name in Cost.model_fields if name not in plan.cost.model_fields_set]
        if missing:
            raise _invalid(*(InitErrorDetails(type="missing", loc=loc, input=None) for loc in missing))
        return plan

    def passengers(self) -> Iterator[tuple[Run, Passenger]]:
        """Iterate over everyone who rides, with the run."""
        for run in self.runs:
            for passenger in run.passengers:
                yield run, passenger

    def to_json(self) -> str:
        """Return plan.json's text."""
        return self.model_dump_json(by_alias=True, indent=1)


def relative_gap(total: int, bound: int | None) -> float | None:
    """Return (total - bound) / total, 0 when total is 0, None without a bound."""
    if bound is None:
        return None
    return (total - bound) / total if total else 0.0


def _other_schema(data: bytes) -> ValidationError | None:
    """Return the error of a plan.json of another schema, None for one of this schema and for what is no JSON object."""
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError):
        return None
    found = raw.get("schema") if isinstance(raw, dict) else PLAN_SCHEMA
    return None if type(found) is int and found == PLAN_SCHEMA else _invalid(_schema_error(found))


def _schema_error(found: object) -> InitErrorDetails:
    shown = found if isinstance(found, int | str) else None
    kind = PydanticCustomError("plan_schema", "only schema {known} is known", {"known": PLAN_SCHEMA})
    return {"type": kind, "loc": ("schema",), "input": shown}


def _invalid(*errors: InitErrorDetails) -> ValidationError:
    return ValidationError.from_exception_data("Plan", list(errors))
