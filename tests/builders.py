"""Builders of small problems with sane defaults. Every argument can be overridden; nothing is read from disk.

A plan is built from what it decides, `plan_for(problem, (service, parties), ...)`; its figures come from the Evaluator.

The `tiny` county: townships 顾县镇 (stop 顾县) and 罗渡镇 (stop 罗渡), a hub 县城集散点, a station 广安站;
work ends 深圳 and 东莞.
Distances are given, round, and the same both ways, so costs can be worked out by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from scheduler.evaluate import Evaluator
from scheduler.itinerary import timetable
from scheduler.plan import Cost, Passenger, Plan, Run, SetAsideRow, Stop, Unserved, relative_gap
from scheduler.problem import FleetRow, Leg, Mode, Party, Person, Place, Problem, Train, TrainStop, VehicleType
from scheduler.settings import CoachRules, Direction, Policy, Settings

FIRST = date(2027, 2, 10)
LAST = date(2027, 2, 14)
SHENZHEN, DONGGUAN = "广东省深圳市", "广东省东莞市"
GUXIAN, LUODU, HUB, STATION = "顾县", "罗渡", "县城集散点", "广安站"

_serial = count(1)


def day(offset: int) -> date:
    """Return FIRST plus `offset` days."""
    return FIRST + timedelta(days=offset)


def person(ref: str | None = None, **changes: Any) -> Person:
    """Return a person with a unique ref."""
    number = next(_serial)
    defaults: dict[str, Any] = {
        "ref": ref or f"roster/顾县镇.xlsx!Sheet1!{number}",
        "name": f"张{number}",
        "id_number": "51162119900101000X",
        "township": "顾县镇",
        "birth": date(1990, 1, 1),
        "sex": "女",
        "phone": "13800000000",
        "key": f"{number:016x}",
    }
    return Person(**defaults | changes)


def party(size: int = 1, *, id: str | None = None, **changes: Any) -> Party:
    """Return a party of `size` from 顾县镇 to 深圳, any day, any mode."""
    origin = changes.get("origin", "顾县镇")
    people = tuple(person(township=origin) for _ in range(size))
    defaults: dict[str, Any] = {
        "id": id or people[0].key,
        "people": people,
        "origin": origin,
        "destination": "440300",
        "work_stop": SHENZHEN,
        "earliest": FIRST,
        "latest": LAST,
        "preferred": None,
        "mode": "any",
    }
    return Party(**defaults | changes)


def vehicle(rated_seats: int = 49, number: int = 10, **changes: Any) -> VehicleType:
    """Return a coach type: 1,000 yuan + 10 yuan a km, `number` of them all season."""
    defaults: dict[str, Any] = {
        "vehicle_type": f"{rated_seats}座",
        "operator": "岳运",
        "rated_seats": rated_seats,
        "fixed_cost_fen": 100_000,
        "cost_per_km_fen": 1_000.0,
        "rows": (FleetRow(number, FIRST, LAST),),
    }
    return VehicleType(**defaults | changes)


def train(**changes: Any) -> Train:
    """Return a block of 200 seats on K586 from 广安站 to 东莞 and 深圳 on FIRST: 150 and 180 yuan a person."""
    defaults: dict[str, Any] = {
        "train": "K586",
        "date": FIRST,
        "seats": 200,
        "fixed_cost_fen": 0,
        "min_load": 1,
        "stops": (
            TrainStop(STATION, None, 600, None, True),
            TrainStop(DONGGUAN, 1_900, 1_905, 15_000, False),
            TrainStop(SHENZHEN, 2_000, None, 18_000, False),
        ),
    }
    return Train(**defaults | changes)


def places() -> dict[str, Place]:
    """Return the places of the tiny county."""
    rows = (
        Place(GUXIAN, "stop", 30.50, 106.50, township="顾县镇"),
        Place(LUODU, "stop", 30.40, 106.60, township="罗渡镇"),
        Place(HUB, "hub", 30.544, 106.446, township="九龙街道"),
        Place(STATION, "station", 30.47, 106.63),
        Place(SHENZHEN, "division", 22.54, 114.06, division="440300"),
        Place(DONGGUAN, "division", 23.02, 113.75, division="441900"),
    )
    return {place.name: place for place in rows}


def distances() -> dict[tuple[str, str], Leg]:
    """Return round road distances between all places of the tiny county, the same both ways."""
    km = {
        (GUXIAN, LUODU): 20,
        (GUXIAN, HUB): 10,
        (LUODU, HUB): 20,
        (GUXIAN, STATION): 20,
        (LUODU, STATION): 10,
        (HUB, STATION): 20,
        (GUXIAN, SHENZHEN): 1500,
        (LUODU, SHENZHEN): 1490,
        (HUB, SHENZHEN): 1505,
        (GUXIAN, DONGGUAN): 1430,
        (LUODU, DONGGUAN): 1420,
        (HUB, DONGGUAN): 1435,
        (SHENZHEN, DONGGUAN): 70,
    }
    return {pair: Leg(float(d)) for (a, b), d in km.items() for pair in ((a, b), (b, a))}


def settings(
    direction: Direction = "to_work", policy: dict[str, Any] | None = None, rules: dict[str, Any] | None = None
) -> Settings:
    """Return a five-day season; min_load is 1 unless `policy` says otherwise."""
    return Settings(
        name="测试季",
        direction=direction,
        home="511621",
        first_date=FIRST,
        last_date=LAST,
        policy=Policy(**{"min_load": 1} | (policy or {})),
        coach_rules=CoachRules(**rules or {}),
    )


def problem(
    *parties: Party,
    direction: Direction = "to_work",
    policy: dict[str, Any] | None = None,
    rules: dict[str, Any] | None = None,
    **changes: Any,
) -> Problem:
    """Return the tiny county with these parties, and ten 49-seat coaches unless `vehicle_types` says otherwise."""
    defaults: dict[str, Any] = {
        "settings": settings(direction, policy, rules),
        "parties": parties,
        "places": places(),
        "vehicle_types": (vehicle(),),
        "distances": distances(),
        "inputs_sha256": "0" * 64,
    }
    return Problem(**defaults | changes)


def with_mode(party: Party, mode: Mode) -> Party:
    """Return the party with another mode."""
    return replace(party, mode=mode)


@dataclass(frozen=True)
class Service:
    """What could run: a coach type on a date with home and work stops, or a train (then its date only)."""

    date: date = FIRST
    home: tuple[str, ...] = (GUXIAN,)
    work: tuple[str, ...] = (SHENZHEN,)
    vehicle: tuple[str, str] = ("49座", "岳运")
    train: str | None = None


def plan_for(problem: Problem, *assignments: tuple[Service, Sequence[Party]], **changes: Any) -> Plan:
    """Return the whole plan in which each service carries its parties and everybody else is unserved.

    Everyone boards at the cheapest open place and rides to the own destination; seats are numbered from 1, party by
    party; the times are the itinerary's, the cost is the Evaluator's. A place nobody should use, a load too great,
    a window missed are built as asked: verify must find them. Call only with services of the problem.
    """
    evaluator = Evaluator(problem)
    runs = tuple(
        (_train_run if service.train else _coach_run)(evaluator, service, parties, f"R{number}")
        for number, (service, parties) in enumerate(assignments, 1)
    )
    served = {party.id for _service, parties in assignments for party in parties}
    defaults: dict[str, Any] = {
        "season": problem.settings.name,
        "direction": problem.settings.direction,
        "version": "0.1.0",
        "inputs_sha256": problem.inputs_sha256,
        "runs": runs,
        "set_aside": tuple(SetAsideRow(ref=row.ref, codes=row.codes) for row in problem.set_aside),
        "unserved": tuple(unserved(party) for party in problem.parties if party.id not in served),
        "cost": Cost(),
    }
    return costed(problem, Plan(**defaults | changes))


def costed(problem: Problem, plan: Plan) -> Plan:
    """Return the plan with its right cost, and the gap to its bound."""
    cost = Evaluator(problem).cost(plan)
    return plan.model_copy(update={"cost": cost, "gap": relative_gap(cost.total, plan.bound)})


def timed(problem: Problem, run: Run) -> Run:
    """Return the run with the times of its stops, and rests; as it is when no timetable is legal."""
    return run.model_copy(update={"stops": timetable(Evaluator(problem), run) or run.stops})


def unserved(party: Party) -> Unserved:
    """Return the entry of a party left behind."""
    return Unserved(
        party=party.id,
        persons=tuple(person.key for person in party.people),
        refs=tuple(person.ref for person in party.people),
        code="U299",
        reason="test",
        proof="open",
        scope="rest_as_planned",
        extra_cost=None,
        remedy="none",
    )


def _coach_run(evaluator: Evaluator, service: Service, parties: Sequence[Party], id: str) -> Run:
    path = evaluator.path(service.home, service.work)
    drivers = evaluator.drivers(path)
    passengers: list[Passenger] = []
    for party in parties:
        access = evaluator.access_fen(party.origin)
        home = min(service.home, key=lambda name: (access.get(name, 10**9), name))
        for person in party.people:
            own = evaluator.coach_work_stops(party, person)
            work = min(service.work, key=lambda name: (name not in own, name != person.employer_stop, name))
            passengers.append(_passenger(evaluator, party, person, str(len(passengers) + 1), home, work))
    run = Run(
        id=id,
        mode="coach",
        date=service.date,
        vehicle_type=service.vehicle[0],
        operator=service.vehicle[1],
        seats=evaluator.seats(evaluator.types[service.vehicle].rated_seats, drivers),
        path_km=path.path_km,
        drivers=drivers,
        stops=tuple(Stop(place=name, kind="board") for name in path.boarding)
        + tuple(Stop(place=name, kind="alight") for name in path.alighting),
        passengers=tuple(passengers),
    )
    return timed(evaluator.problem, run)


def _train_run(evaluator: Evaluator, service: Service, parties: Sequence[Party], id: str) -> Run:
    train = evaluator.trains[service.train or "", service.date]
    stops = []
    for stop in train.stops:
        if stop.fare_fen is not None:
            stops.append(Stop(place=stop.place, kind="alight"))
        if stop.boards:
            stops.append(Stop(place=stop.place, kind="board"))
    passengers: list[Passenger] = []
    for party in parties:
        i, j, _fen = evaluator.train_options(train, party)[0]
        ends = train.stops[i].place, train.stops[j].place
        home, work = ends if evaluator.to_work else ends[::-1]
        passengers += [_passenger(evaluator, party, person, None, home, work) for person in party.people]
    run = Run(
        id=id,
        mode="train",
        date=service.date,
        train=train.train,
        seats=train.seats,
        stops=tuple(stops),
        passengers=tuple(passengers),
    )
    return timed(evaluator.problem, run)


def _passenger(evaluator: Evaluator, party: Party, person: Person, seat: str | None, home: str, work: str) -> Passenger:
    board, alight = (home, work) if evaluator.to_work else (work, home)
    return Passenger(person=person.key, ref=person.ref, party=party.id, seat=seat, board=board, alight=alight)
