"""Seasons that are odd but legal, of any size: where a search or a bound made for ordinary counties may be poor.

Each is a synthetic season changed in one thing, the same for the same seed; `ODD_SEASONS` has them by name.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

from scheduler.evaluate import Evaluator
from scheduler.example.season import synthetic_problem
from scheduler.problem import FleetRow, Leg, Party, Place, Problem, VehicleType
from scheduler.settings import Policy
from scheduler.solver.construction.greedy import Greedy
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import SolutionCosts
from scheduler.units import great_circle_km

CITIES_IN_A_ROW, PEOPLE_PER_CITY = 21, 40
"""Some 115 km of great circle apart, 150 by road: each can share a coach with the next, and all are one region. A
smaller season has the farthest of them, one for so many people."""

FIRST_CITY, STEP = (31.3, 108.5), (0.55, 1.05)
"""Degrees north and east, of the first city and from each to the next; the last is some 3,000 km of road away."""

SEATS_KEPT = 9


def with_policy(problem: Problem, **changes: object) -> Problem:
    """Return the problem under another policy."""
    policy = Policy(**{**problem.settings.policy.model_dump(), **changes})
    return replace(problem, settings=problem.settings.model_copy(update={"policy": policy}))


def long_region(people: int, seed: int) -> Problem:
    """Return a season whose destinations stand in a row of 3,000 km, none far from the next; coaches enough."""
    problem = synthetic_problem(people, seed)
    rng = random.Random(seed)
    cities = []
    for i in range(max(0, CITIES_IN_A_ROW - people // PEOPLE_PER_CITY), CITIES_IN_A_ROW):
        lat, lon = (round(first + i * step, 3) for first, step in zip(FIRST_CITY, STEP, strict=True))
        cities.append(Place(f"第{i + 1}市", "division", lat, lon, division=f"{610_100 + 100 * i}"))
    homes = [place for place in problem.places.values() if place.kind not in ("division", "employer")]
    places = {place.name: place for place in [*homes, *cities]}
    parties = tuple(_to_city(party, rng.choice(cities)) for party in problem.parties)
    return replace(_with_fleet(problem, 4.0), places=places, parties=parties, trains=(), distances={})


def _to_city(party: Party, city: Place) -> Party:
    people = tuple(replace(person, employer="", employer_stop=None) for person in party.people)
    return replace(party, people=people, destination=city.division or "", work_stop=city.name)


def _with_fleet(problem: Problem, factor: float) -> Problem:
    """Return the problem with so many times as many coaches of each kind, all the season, one at least."""
    days = problem.settings.days
    fleet: list[VehicleType] = []
    for each in problem.vehicle_types:
        count = max(1, round(factor * sum(row.count for row in each.rows)))
        fleet.append(replace(each, rows=(FleetRow(count, days[0], days[-1]),)))
    return replace(problem, vehicle_types=tuple(fleet))


def alike(people: int, seed: int) -> Problem:
    """Return a season where every party is like every other: two people, one township, one city, one window."""
    problem = synthetic_problem(people, seed)
    first = problem.parties[0]
    folk = [replace(p, employer_stop=None, priority=1) for party in problem.parties for p in party.people]
    pairs = [tuple(folk[i : i + 2]) for i in range(0, len(folk) - 1, 2)]
    parties = tuple(replace(first, id=min(p.key for p in pair), people=pair, mode="any") for pair in pairs)
    return replace(problem, parties=parties)


def one_date(people: int, seed: int) -> Problem:
    """Return a season in which everybody wants to leave on the same single day, and coaches are enough."""
    problem = _with_fleet(synthetic_problem(people, seed), 2.0)
    day = problem.settings.days[len(problem.settings.days) // 2]
    parties = tuple(replace(party, earliest=day, latest=day, preferred=day) for party in problem.parties)
    trains = tuple(replace(train, date=day) for train in problem.trains)
    return replace(problem, parties=parties, trains=trains)


def no_fleet(people: int, seed: int) -> Problem:
    """Return a season of trains alone."""
    return replace(synthetic_problem(people, seed), vehicle_types=())


def one_coach(people: int, seed: int) -> Problem:
    """Return a season with a fleet of one and no train."""
    problem = synthetic_problem(people, seed)
    days = problem.settings.days
    only = replace(problem.vehicle_types[0], rows=(FleetRow(1, days[0], days[-1]),))
    return replace(problem, vehicle_types=(only,), trains=())


def nonmetric(people: int, seed: int) -> Problem:
    """Return a season whose distances differ there and back and are longer than ways by third places."""
    problem = synthetic_problem(people, seed)
    rng = random.Random(seed)
    rows: dict[tuple[str, str], Leg] = {}
    spots = [(each.name, each.lat or 0.0, each.lon or 0.0) for each in problem.places.values()]
    for (here, *a), (there, *b) in permutations(spots, 2):
        rows[here, there] = Leg(round(1.3 * great_circle_km(*a, *b) * rng.uniform(0.6, 1.8), 1))
    return replace(problem, distances=rows)


def tight_budget(people: int, seed: int) -> Problem:
    """Return a season whose budget is half of what the coaches and fares of a greedy plan cost."""
    problem = synthetic_problem(people, seed)
    costs = SolutionCosts(Services(build_instance(problem, Evaluator(problem))))
    spent_fen = costs.spent(Greedy(costs).run(float("inf"), lambda: False))
    return with_policy(problem, budget=round(spent_fen / 200))


def reserved_seats(people: int, seed: int) -> Problem:
    """Return a season that keeps many seats of each coach free."""
    return with_policy(synthetic_problem(people, seed), reserve_seats=SEATS_KEPT)


def day_windows(people: int, seed: int) -> Problem:
    """Return a season in which nobody can travel on another day than the own."""
    problem = synthetic_problem(people, seed)
    parties = [(party, party.preferred or party.earliest) for party in problem.parties]
    return replace(
        problem, parties=tuple(replace(party, earliest=day, latest=day, preferred=day) for party, day in parties)
    )


def few_coaches(people: int, seed: int) -> Problem:
    """Return a season with a third of its coaches."""
    return _with_fleet(synthetic_problem(people, seed), 1 / 3)


ODD_SEASONS: dict[str, Callable[[int, int], Problem]] = {
    each.__name__: each
    for each in (
        long_region,
        alike,
        one_date,
        no_fleet,
        one_coach,
        nonmetric,
        tight_budget,
        reserved_seats,
        day_windows,
        few_coaches,
    )
}
