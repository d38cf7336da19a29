"""Hypothesis strategies for whole small problems, both directions, with everything a season can hold.

The county is small and the vehicles smaller, so that coaches fill, thresholds are met and missed, and nearly every rule
binds in some example. Distances are the great circle's unless a directed row overrides them; in every fourth problem
all rows are arbitrary: other ways are longer or shorter there and back, and no triangle inequality holds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

from hypothesis import strategies as st

from scheduler.problem import (
    AccessRow,
    Escort,
    FleetRow,
    Leg,
    Party,
    Person,
    Place,
    Problem,
    SetAside,
    Train,
    TrainStop,
    VehicleType,
)
from scheduler.settings import Direction, Settings
from tests.arbitrary_seasons import LONG_KM
from tests.builders import FIRST, day, person

TOWNSHIPS = ("顾县镇", "罗渡镇", "石垭镇")
HUBS = ("县城集散点", "北站")
CITIES = {
    "广东省深圳市": ("440300", 22.54, 114.06),
    "广东省东莞市": ("441900", 23.02, 113.75),
    "广东省广州市": ("440100", 23.13, 113.26),
    "贵州省贵阳市": ("520100", 26.65, 106.63),
    "重庆市": ("500000", 29.56, 106.55),
}
COUNTIES = {
    "广东省深圳市宝安区": ("440306", 22.56, 113.88),
    "广东省深圳市龙岗区": ("440307", 22.72, 114.25),
    "广东省东莞市": CITIES["广东省东莞市"],
    "贵州省贵阳市南明区": ("520102", 26.57, 106.71),
    "贵州省遵义市仁怀市": ("520382", 27.79, 106.40),
}
FACTORY = "富士康"


def _near(value: float, spread: float) -> st.SearchStrategy[float]:
    return st.integers(-100, 100).map(lambda step: round(value + spread * step / 100, 4))


def _home_places() -> st.SearchStrategy[dict[str, Place]]:
    """Townships with a stop each (the last sometimes without), a hub of the first township, a station of nobody's."""

    @st.composite
    def build(draw: st.DrawFn) -> dict[str, Place]:
        rows = []
        with_stop = TOWNSHIPS if draw(st.integers(0, 5)) else TOWNSHIPS[:-1]
        for township in with_stop:
            rows.append(_place(draw, township.removesuffix("镇"), "stop", township=township))
        if draw(st.booleans()):
            rows.append(_place(draw, "顾县二号", "stop", township=TOWNSHIPS[0]))
        owner = draw(st.sampled_from((TOWNSHIPS[0], "九龙街道")))
        rows.append(_place(draw, HUBS[0], "hub", township=owner))
        if draw(st.booleans()):
            rows.append(_place(draw, HUBS[1], "station"))
        return {place.name: place for place in rows}

    return build()


def _place(draw: st.DrawFn, name: str, kind: Any, **where: Any) -> Place:
    lat, lon = draw(_near(30.5, 0.2)), draw(_near(106.5, 0.2))
    return Place(name, kind, lat, lon, **where)


def _work_places(level: str) -> st.SearchStrategy[dict[str, Place]]:
    """Two to four cities or counties, perhaps a listed employer in the first."""
    known = CITIES if level == "city" else COUNTIES

    @st.composite
    def build(draw: st.DrawFn) -> dict[str, Place]:
        names = draw(st.lists(st.sampled_from(sorted(known)), min_size=1, max_size=3, unique=True))
        rows = [Place(name, "division", known[name][1], known[name][2], division=known[name][0]) for name in names]
        if draw(st.booleans()):
            code, lat, lon = known[names[0]]
            rows.append(Place(FACTORY, "employer", lat + 0.05, lon, division=code))
        return {place.name: place for place in rows}

    return build()


@st.composite
def _settings(draw: st.DrawFn, direction: Direction, days: int, level: str) -> Settings:
    policy = {
        "unserved_cost": draw(st.sampled_from((9000, 3000, 30_000, 800.5, 0))),
        "date_shift_cost": draw(st.sampled_from((25, 0, 12.345))),
        "min_load": draw(st.sampled_from((1, 1, 2, 4))),
        "home_stops": draw(st.integers(1, 3)),
        "home_radius_km": draw(st.sampled_from((60, 25, 10, 0))),
        "work_stops": draw(st.integers(1, 2)),
        "work_radius_km": draw(st.sampled_from((220, 220, 90, 0))),
        "work_level": level,
        "max_detour": draw(st.sampled_from((1.2, 1.2, 2.0, 1.02, 1.0))),
        "stop_cost": draw(st.sampled_from((150, 0, 33.333))),
        "access_fixed_cost": draw(st.sampled_from((8, 0, 1.115))),
        "access_max_km": draw(st.sampled_from((40, 80, 15, 0))),
        "turnaround_km_per_day": draw(st.sampled_from((900, 450, 1800.5))),
        "reserve_seats": draw(st.sampled_from((0, 0, 1))),
        "budget": draw(st.sampled_from((0, 0, 0, 4_000, 12_000.5))),
    }
    rules = {
        "crew_in_rated_seats": draw(st.sampled_from((True, True, False))),
        "escorts_per_run": draw(st.sampled_from((1, 0))),
        "depart_at": draw(st.sampled_from(("08:00", ("07:30", "13:00")))),
    }
    return Settings(
        name="任意季",
        direction=direction,
        home="511621",
        first_date=FIRST,
        last_date=day(days - 1),
        policy=policy,
        coach_rules=rules,
    )


@st.composite
def _vehicle_types(draw: st.DrawFn, days: int) -> tuple[VehicleType, ...]:
    known = (("大巴", "岳运"), ("中巴", "岳运"), ("大巴", "广运"))
    fewest = draw(st.sampled_from((1, 1, 1, 1, 0)))  # now and then no fleet at all: trains only
    keys = draw(st.lists(st.sampled_from(known), min_size=fewest, max_size=2, unique=True))
    types = []
    for kind, operator in keys:
        rated = draw(st.integers(5, 9) if kind == "中巴" else st.integers(7, 14))
        rows = []
        for number in range(draw(st.integers(1, 2))):
            first, last = sorted((draw(st.integers(0, days - 1)), draw(st.integers(0, days - 1))))
            whole = draw(st.booleans())
            window = (FIRST, day(days - 1)) if whole else (day(first), day(last))
            plate = f"川X{kind}{operator}{number}" if draw(st.booleans()) else None
            rows.append(FleetRow(1 if plate else draw(st.sampled_from((1, 2, 1, 0))), *window, plate))
        km_fen = draw(st.sampled_from((120.0, 315.5, 900.0)))
        fixed_fen = draw(st.sampled_from((0, 50_000, 123_456)))
        types.append(VehicleType(kind, operator, rated, fixed_fen, km_fen, tuple(rows)))
    return tuple(types)


def _minibus(days: int) -> VehicleType:
    return VehicleType("7座接驳", "岳运", 7, 5_000, 300.0, (FleetRow(2, FIRST, day(days - 1)),))


@st.composite
def _train(draw: st.DrawFn, number: int, direction: Direction, days: int, home: list[str], work: list[str]) -> Train:
    """A train over one or two home stops and one or two work stops, in either direction, with resell or without."""
    near = draw(st.lists(st.sampled_from(home), min_size=1, max_size=2, unique=True))
    far = draw(st.lists(st.sampled_from(work), min_size=1, max_size=2, unique=True))
    boarding, alighting = (near, far) if direction == "to_work" else (far, near)
    stops = [TrainStop(name, None, 480 + 60 * i, None, True) for i, name in enumerate(boarding)]
    fares = [draw(st.sampled_from((15_000, 18_050, 0, 21_000))) for _name in alighting]
    stops += [
        TrainStop(name, 1500 + 60 * i, None, fare) for i, (name, fare) in enumerate(zip(alighting, fares, strict=True))
    ]
    return Train(
        train=f"K{586 + number}",
        date=day(draw(st.integers(0, days - 1))),
        seats=draw(st.integers(1, 8)),
        stops=tuple(stops),
        fixed_cost_fen=draw(st.sampled_from((0, 0, 88_000))),
        min_load=draw(st.sampled_from((1, 1, 3))),
        resell=draw(st.booleans()),
    )


@st.composite
def _party(draw: st.DrawFn, days: int, work: list[str], codes: dict[str, str], has_factory: bool) -> Party:
    origin = draw(st.sampled_from(TOWNSHIPS))
    stop = draw(st.sampled_from(work))
    at_factory = has_factory and draw(st.booleans())
    people = tuple(_person(draw, origin, FACTORY if at_factory else None) for _ in range(draw(st.integers(1, 4))))
    first, last = sorted((draw(st.integers(0, days - 1)), draw(st.integers(0, days - 1))))
    if draw(st.booleans()):
        first, last = 0, days - 1
    preferred = draw(st.sampled_from((None, first, last)))
    return Party(
        id=people[0].key,
        people=people,
        origin=origin,
        destination=codes[stop],
        work_stop=stop,
        earliest=day(first),
        latest=day(last),
        preferred=None if preferred is None else day(preferred),
        mode=draw(st.sampled_from(("any", "any", "any", "coach", "train"))),
    )


def _person(draw: st.DrawFn, township: str, employer_stop: str | None) -> Person:
    employer = employer_stop if draw(st.booleans()) else None
    return person(township=township, priority=draw(st.sampled_from((1, 1, 2, 3))), employer_stop=employer)


@st.composite
def _overrides(draw: st.DrawFn, places: dict[str, Place]) -> dict[tuple[str, str], Leg]:
    """A few directed rows: odd kilometres, minutes or none, close to the great circle's so that rules stay near."""
    pairs = [(a, b) for a in sorted(places) for b in sorted(places) if a != b]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=4, unique=True))
    straight = Problem(settings=_plain_settings(), parties=(), places=places)
    rows = {}
    for pair in chosen:
        km = round(straight.km(*pair) * draw(st.sampled_from((1.0, 1.1, 1.25))), 2)
        rows[pair] = Leg(km, draw(st.sampled_from((None, round(km / 70 * 60)))))
    return rows


@st.composite
def _arbitrary(draw: st.DrawFn, places: dict[str, Place]) -> dict[tuple[str, str], Leg]:
    """Rows for all pairs but a few, of a few lengths: short ones within an end."""
    home = {name for name, place in places.items() if place.division is None}
    short = st.sampled_from((0.0, 0.05, 5.5, 10.0, 25.0, 60.0, 300.0))
    long = st.sampled_from(draw(st.lists(st.sampled_from(LONG_KM), min_size=2, max_size=5)))
    rows = {}
    for pair in permutations(sorted(places), 2):
        if draw(st.integers(0, 9)):
            rows[pair] = Leg(draw(long if (pair[0] in home) != (pair[1] in home) else short), None)
    return rows


def _plain_settings() -> Settings:
    return Settings(name="-", direction="to_work", home="511621", first_date=FIRST, last_date=date(2027, 2, 11))


@st.composite
def problems(draw: st.DrawFn, direction: Direction | None = None, max_parties: int = 8, max_days: int = 4) -> Problem:
    """Return a whole small problem; nothing guarantees that anybody can be served."""
    ways: tuple[Direction, ...] = ("to_work", "to_home") if direction is None else (direction,)
    heading = draw(st.sampled_from(ways))
    days = draw(st.integers(1, max_days))
    level = draw(st.sampled_from(("city", "city", "county")))
    home, work = draw(_home_places()), draw(_work_places(level))
    codes = {name: place.division or "" for name, place in work.items() if place.kind == "division"}
    stations = {
        f"{name}站": Place(f"{name}站", "station", work[name].lat, work[name].lon, division=code)
        for name, code in codes.items()
    }
    places = home | work | stations
    towns = sorted(codes)
    fewest = draw(st.sampled_from((2, 1, 3, 0)))
    parties = draw(st.lists(_party(days, towns, codes, FACTORY in work), min_size=fewest, max_size=max_parties))
    at_home = [name for name, place in home.items() if place.kind in ("hub", "station")]
    at_work = towns + sorted(stations)
    trains = [
        draw(_train(number, heading, days, at_home, at_work)) for number in range(draw(st.sampled_from((1, 2, 0))))
    ]
    access = {
        township: (AccessRow(HUBS[0], draw(st.sampled_from((0, 500, 1234))), 30),)
        for township in draw(st.lists(st.sampled_from(TOWNSHIPS), max_size=1))
    }
    return Problem(
        settings=draw(_settings(heading, days, level)),
        parties=tuple(parties),
        places=places,
        vehicle_types=draw(_vehicle_types(days)),
        trains=tuple(trains),
        access=access,
        distances=draw((_arbitrary if draw(st.integers(0, 3)) == 0 else _overrides)(places)),
        feeder_types=draw(st.sampled_from(((), (_minibus(days),)))),
        escorts=tuple(Escort(name, "", "", FIRST, day(days - 1)) for name in draw(st.sampled_from(((), ("王", "李"))))),
        set_aside=draw(st.sampled_from(((), (SetAside("roster/a.csv!!9", ("R203",)),)))),
        inputs_sha256="0" * 64,
    )


@st.composite
def tiny_problems(draw: st.DrawFn, direction: Direction | None = None) -> Problem:
    """Return a problem small enough for `exact_model.optimum`: five parties, two home places, three days."""
    asked = draw(problems(direction, max_parties=5, max_days=3))
    return replace(asked, vehicle_types=asked.vehicle_types[:2], trains=asked.trains[:1])
