"""Tiny seasons whose distances obey nothing: directed, no triangle inequality, next to nothing or enormous.

`arbitrary_season(seed)` is the same season for the same seed. It is small enough for `exact_model.optimum`, and its
coaches small enough that seats, least loads, fleet and budget bind.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import permutations

from scheduler.problem import AccessRow, FleetRow, Leg, Party, Person, Place, Problem, Train, TrainStop, VehicleType
from scheduler.settings import CoachRules, Policy, Settings

FIRST = date(2027, 2, 10)
TOWNSHIPS = ("顾县镇", "罗渡镇", "石垭镇")
CITIES = {"广东省深圳市": "440300", "广东省东莞市": "441900", "贵州省贵阳市": "520100"}
FACTORY = "富士康"

SHORT_KM = (0.0, 0.05, 1.0, 5.5, 12.0, 24.95, 25.0, 40.0, 60.0, 300.0)
LONG_KM = (0.1, 30.0, 120.0, 400.0, 599.95, 600.0, 623.95, 624.0, 899.95, 900.0, 1247.95, 1300.0, 1500.0, 3000.0)


def arbitrary_season(seed: int) -> Problem:
    """Return the season of a seed."""
    rng = random.Random(seed)
    direction = rng.choice(("to_work", "to_home"))
    days = [FIRST + timedelta(days=i) for i in range(rng.randint(1, 3))]
    places = _places(rng)
    at_home = [place for place in places.values() if place.division is None]
    works = [place for place in places.values() if place.kind in ("division", "employer")]
    cities = [place for place in works if place.kind == "division"]
    parties = tuple(_party(rng, number, days, cities, FACTORY in places) for number in range(rng.randint(3, 6)))
    hubs = [place.name for place in at_home if place.kind != "stop"]
    trains = [_train(rng, f"K{i}", direction == "to_work", days, hubs, cities) for i in range(rng.choice((0, 0, 1, 2)))]
    access = {}
    if rng.random() < 0.3:
        access[rng.choice(TOWNSHIPS)] = tuple(
            AccessRow(name, rng.choice((0, 500, 1234, 90_000))) for name in rng.sample(hubs, 1)
        )
    return Problem(
        settings=_settings(rng, direction, days),
        parties=parties,
        places=places,
        vehicle_types=tuple(_vehicle(rng, kind, days) for kind in rng.sample(("大巴", "中巴"), rng.choice((1, 1, 2)))),
        trains=tuple(trains),
        access=access,
        distances=_distances(rng, [place.name for place in at_home], [place.name for place in works]),
        inputs_sha256="0" * 64,
    )


def _places(rng: random.Random) -> dict[str, Place]:
    """Return two or three townships with stops, a hub, perhaps a station; one to three cities, perhaps a factory."""
    towns = TOWNSHIPS[: rng.randint(2, 3)]
    rows = [Place(town.removesuffix("镇"), "stop", *_spot(rng, 30.5, 106.5), township=town) for town in towns]
    if rng.random() < 0.4:
        rows.append(Place("顾县二号", "stop", *_spot(rng, 30.5, 106.5), township=TOWNSHIPS[0]))
    rows.append(Place("集散点", "hub", *_spot(rng, 30.5, 106.5), township=rng.choice((TOWNSHIPS[0], "九龙街道"))))
    if rng.random() < 0.3:
        rows.append(Place("北站", "station", *_spot(rng, 30.5, 106.5)))
    cities = rng.sample(sorted(CITIES), rng.choice((1, 2, 2, 3)))
    rows += [Place(name, "division", *_spot(rng, 23.0, 113.0), division=CITIES[name]) for name in cities]
    if rng.random() < 0.4:
        rows.append(Place(FACTORY, "employer", *_spot(rng, 23.0, 113.0), division=CITIES[cities[0]]))
    return {place.name: place for place in rows}


def _spot(rng: random.Random, lat: float, lon: float) -> tuple[float, float]:
    return round(lat + rng.uniform(-0.2, 0.2), 3), round(lon + rng.uniform(-0.2, 0.2), 3)


def _distances(rng: random.Random, homes: list[str], works: list[str]) -> dict[tuple[str, str], Leg]:
    """Return rows for all pairs but a few: drawn freely, or a road network with some wrong rows."""
    wild = rng.random() < 0.7
    lengths = rng.sample(LONG_KM, rng.randint(2, len(LONG_KM)))
    rows = {}
    for here, there in permutations(homes + works, 2):
        far = (here in homes) != (there in homes)
        if wild or rng.random() < 0.3:
            km = rng.choice(lengths if far else SHORT_KM)
        else:
            km = round(1500 + rng.uniform(-30, 30), 2) if far else round(rng.uniform(5, 30), 2)
        if rng.random() < 0.9:
            rows[here, there] = Leg(km)
    return rows


def _settings(rng: random.Random, direction: str, days: list[date]) -> Settings:
    policy = Policy(
        unserved_cost=rng.choice((3000, 800.5, 300, 9000)),
        date_shift_cost=rng.choice((25, 0, 12.345)),
        min_load=rng.choice((1, 1, 2, 4)),
        home_stops=rng.choice((3, 3, 2, 1)),
        home_radius_km=rng.choice((5000, 60, 25)),
        work_stops=rng.choice((2, 2, 3, 1)),
        work_radius_km=rng.choice((5000, 300, 60)),
        max_detour=rng.choice((100, 10, 2, 1.2, 1)),
        stop_cost=rng.choice((150, 0, 33.333)),
        access_fixed_cost=rng.choice((8, 0, 1.115)),
        access_max_km=rng.choice((40, 500, 0)),
        turnaround_km_per_day=rng.choice((900, 450, 3000)),
        reserve_seats=rng.choice((0, 0, 1)),
        budget=rng.choice((0, 0, 0, 4_000, 12_000.5)),
    )
    rules = CoachRules(crew_in_rated_seats=rng.random() < 0.6, escorts_per_run=rng.choice((0, 1)))
    return Settings(
        name="任意季",
        direction=direction,  # type: ignore[arg-type]
        home="511621",
        first_date=days[0],
        last_date=days[-1],
        policy=policy,
        coach_rules=rules,
    )


def _vehicle(rng: random.Random, kind: str, days: list[date]) -> VehicleType:
    rows = []
    for _ in range(rng.choice((1, 1, 2))):
        first, last = sorted(rng.choices(days, k=2)) if rng.random() < 0.4 else (days[0], days[-1])
        rows.append(FleetRow(rng.choice((1, 1, 2, 3)), first, last))
    rated = rng.randint(7, 16) if kind == "大巴" else rng.randint(5, 9)
    return VehicleType(
        kind, "岳运", rated, rng.choice((0, 50_000, 123_456)), rng.choice((120.0, 215.5, 500.0)), tuple(rows)
    )


def _party(rng: random.Random, number: int, days: list[date], cities: list[Place], has_factory: bool) -> Party:
    origin, city = rng.choice(TOWNSHIPS), rng.choice(cities)
    people = tuple(
        Person(
            ref=f"roster/a.csv!!{10 * number + i}",
            name=f"张{number}{i}",
            id_number="51162119900101000X",
            township=origin,
            employer_stop=FACTORY if has_factory and rng.random() < 0.5 else None,
            priority=rng.choice((1, 1, 2, 3)),
            key=f"{10 * number + i:016x}",
        )
        for i in range(rng.choice((1, 1, 2, 3, 4)))
    )
    first, last = sorted(rng.choices(days, k=2)) if rng.random() < 0.3 else (days[0], days[-1])
    return Party(
        id=people[0].key,
        people=people,
        origin=origin,
        destination=city.division or "",
        work_stop=city.name,
        earliest=first,
        latest=last,
        preferred=rng.choice((None, first, last)),
        mode=rng.choice(("any", "any", "any", "coach", "train")),
    )


def _train(
    rng: random.Random, name: str, to_work: bool, days: list[date], hubs: list[str], cities: list[Place]
) -> Train:
    near = rng.sample(hubs, rng.randint(1, len(hubs)))
    far = rng.sample([city.name for city in cities], rng.randint(1, min(2, len(cities))))
    boarding, alighting = (near, far) if to_work else (far, near)
    stops = [TrainStop(stop, None, 480 + 60 * i, None, True) for i, stop in enumerate(boarding)]
    stops += [
        TrainStop(stop, 1500 + 60 * i, None, rng.choice((15_000, 18_050, 0, 90_000)))
        for i, stop in enumerate(alighting)
    ]
    return Train(
        train=name,
        date=rng.choice(days),
        seats=rng.randint(1, 8),
        stops=tuple(stops),
        fixed_cost_fen=rng.choice((0, 0, 88_000)),
        min_load=rng.choice((1, 1, 3)),
        resell=rng.random() < 0.5,
    )
