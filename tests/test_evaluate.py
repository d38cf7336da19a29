"""Every figure of the contract, worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.evaluate import Evaluator
from scheduler.plan import Cost, relative_gap
from scheduler.problem import AccessRow, FleetRow, Leg, Place, Problem, TrainStop
from scheduler.units import great_circle_km, round_half_up
from tests.builders import (
    DONGGUAN,
    FIRST,
    GUXIAN,
    HUB,
    LAST,
    LUODU,
    SHENZHEN,
    STATION,
    Service,
    day,
    distances,
    party,
    person,
    places,
    plan_for,
    problem,
    train,
    vehicle,
)


def evaluator(**changes: Any) -> Evaluator:
    """Return an evaluator of the tiny county."""
    return Evaluator(problem(**changes))


def over(km: float, minutes: float | None = None, **changes: Any) -> Evaluator:
    """Return an evaluator in which 顾县 lies so far from 深圳."""
    return evaluator(distances=distances() | {(GUXIAN, SHENZHEN): Leg(km, minutes)}, **changes)


# Rounding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"), [(0.5, 1), (1.5, 2), (2.5, 3), (2.4999, 2), (0.0, 0), (-0.5, 0), (1.005 * 100, 101)]
)
def test_halves_go_up_even_where_binary_lies_a_hair_below(value: float, expected: int) -> None:
    assert round_half_up(value) == expected


@given(st.integers(0, 10**9))
def test_every_decimal_half_goes_up(tenths_of_fen: int) -> None:
    assert round_half_up(tenths_of_fen / 10) == (tenths_of_fen + 5) // 10


def test_path_km_is_rounded_once_after_the_sum() -> None:
    """1.04 + 1.04 + 1500.04 = 1502.12 is 1502.1; leg by leg it would be 1502.0."""
    legs = {(GUXIAN, LUODU): Leg(1.04), (LUODU, HUB): Leg(1.04), (HUB, SHENZHEN): Leg(1500.04)}
    path = evaluator(distances=legs).path_of((GUXIAN, LUODU, HUB), (SHENZHEN,))
    assert path.path_m == 1_502_100
    assert path.km == pytest.approx(1502.12)


@pytest.mark.parametrize(("km", "path_m"), [(1500.05, 1_500_100), (1500.049, 1_500_000), (0.05, 100)])
def test_path_km_is_rounded_half_up(km: float, path_m: int) -> None:
    assert over(km).path((GUXIAN,), (SHENZHEN,)).path_m == path_m


# Distances ----------------------------------------------------------------------------------------------------------


def test_great_circle() -> None:
    """A degree of the equator is 2 pi 6,371 / 360 km; the county's seat to 深圳 by the law of cosines."""
    here, there, along = (math.radians(degrees) for degrees in (30.544, 22.54, 114.06 - 106.446))
    cosine = math.sin(here) * math.sin(there) + math.cos(here) * math.cos(there) * math.cos(along)
    by_law_of_cosines_km = 6371 * math.acos(cosine)
    assert great_circle_km(0, 0, 0, 1) == pytest.approx(2 * math.pi * 6371 / 360)
    assert great_circle_km(30, 106, 30, 106) == 0
    assert great_circle_km(0, 0, 0, 180) == pytest.approx(math.pi * 6371)
    assert great_circle_km(30.544, 106.446, 22.54, 114.06) == pytest.approx(by_law_of_cosines_km)


def test_road_km_are_given_else_great_circle_times_the_factor() -> None:
    asked = problem(distances={(GUXIAN, SHENZHEN): Leg(1500.0)})
    assert asked.km(GUXIAN, SHENZHEN) == 1500
    assert asked.km(SHENZHEN, GUXIAN) == 1.3 * great_circle_km(22.54, 114.06, 30.50, 106.50)
    assert asked.km(GUXIAN, GUXIAN) == 0


def test_a_place_without_coordinates_has_only_given_distances() -> None:
    asked = problem(
        places=places() | {GUXIAN: Place(GUXIAN, "stop", township="顾县镇")},
        distances={(GUXIAN, SHENZHEN): Leg(1500.0)},
    )
    assert asked.km(GUXIAN, SHENZHEN) == 1500
    assert asked.km(GUXIAN, LUODU) == math.inf
    assert not Evaluator(asked).allowed((GUXIAN, LUODU), (SHENZHEN,))


def test_minutes_are_given_else_from_the_moving_speed() -> None:
    assert over(780.0).problem.minutes(GUXIAN, SHENZHEN) == pytest.approx(600)
    assert over(780.0, 700).problem.minutes(GUXIAN, SHENZHEN) == 700


# Access -------------------------------------------------------------------------------------------------------------


def test_access_by_the_formula() -> None:
    """Own stop free; the hub 10 km off 8 + 0.5 x 10 = 13 yuan, the station 20 km off 18; no other township's stop."""
    assert evaluator().access_fen("顾县镇") == {GUXIAN: 0, HUB: 1_300, STATION: 1_800}


def test_access_ends_at_the_limit() -> None:
    assert set(evaluator(policy={"access_max_km": 20}).access_fen("顾县镇")) == {GUXIAN, HUB, STATION}
    assert set(evaluator(policy={"access_max_km": 19.99}).access_fen("顾县镇")) == {GUXIAN, HUB}


def test_access_is_measured_from_the_townships_stop() -> None:
    legs = distances() | {(GUXIAN, HUB): Leg(11.0), (HUB, GUXIAN): Leg(99.0)}
    assert evaluator(distances=legs).access_fen("顾县镇")[HUB] == 800 + 550
    assert evaluator(distances=legs, direction="to_home").access_fen("顾县镇")[HUB] == 800 + 550


def test_each_persons_access_is_rounded_half_up() -> None:
    legs = distances() | {(GUXIAN, HUB): Leg(10.01)}
    policy = {"access_fixed_cost": 0, "access_cost_per_km": 0.5}  # 5.005 yuan
    assert evaluator(distances=legs, policy=policy).access_fen("顾县镇")[HUB] == 501


def test_own_hub_and_station_are_free() -> None:
    own = places() | {HUB: replace(places()[HUB], township="顾县镇")}
    assert evaluator(places=own).access_fen("顾县镇")[HUB] == 0


def test_access_rows_replace_the_formula() -> None:
    rows = {"顾县镇": (AccessRow(HUB, 250, 20),)}
    assert evaluator(access=rows).access_fen("顾县镇") == {GUXIAN: 0, HUB: 250}
    listed = {"顾县镇": (AccessRow(GUXIAN, 100), AccessRow(STATION, 900))}
    assert evaluator(access=listed).access_fen("顾县镇") == {GUXIAN: 100, STATION: 900}
    assert evaluator(access=listed).access_fen("罗渡镇") == {LUODU: 0, HUB: 1_800, STATION: 1_300}


def test_access_rows_open_no_stop_of_another_township() -> None:
    assert evaluator(access={"顾县镇": (AccessRow(LUODU, 100),)}).access_fen("顾县镇") == {GUXIAN: 0}


def test_a_township_without_a_stop_needs_access_rows() -> None:
    assert evaluator().access_fen("石垭镇") == {}
    assert evaluator(access={"石垭镇": (AccessRow(HUB, 700),)}).access_fen("石垭镇") == {HUB: 700}
    hub_only = places() | {HUB: replace(places()[HUB], township="石垭镇")}
    assert evaluator(places=hub_only).access_fen("石垭镇") == {}


def test_a_station_at_the_work_end_is_no_boarding_point_at_home() -> None:
    near = places() | {"北站": Place("北站", "station", 30.5, 106.5, division="440300")}
    assert "北站" not in evaluator(places=near).access_fen("顾县镇")


# Coaches: path, radius, detour, drivers, seats, days, cost ----------------------------------------------------------


def test_the_path_is_the_shortest_over_all_boarding_then_all_alighting_stops() -> None:
    path = evaluator().path((LUODU, GUXIAN), (SHENZHEN, DONGGUAN))
    # 顾县 20 罗渡 1,420 东莞 70 深圳 = 1,510; by the other order of the county 1,520, by 深圳 first 1,580.
    assert path.stops == (GUXIAN, LUODU, DONGGUAN, SHENZHEN)
    assert path.path_km == 1510


def test_going_home_the_path_begins_at_the_work_end() -> None:
    path = evaluator(direction="to_home").path((LUODU, GUXIAN), (SHENZHEN, DONGGUAN))
    assert path.boarding == (SHENZHEN, DONGGUAN)
    assert path.alighting == (LUODU, GUXIAN)
    assert path.path_km == 70 + 1420 + 20


def test_directed_distances_are_taken_in_the_direction_of_travel() -> None:
    legs = distances() | {(SHENZHEN, GUXIAN): Leg(1600.0)}
    assert evaluator(distances=legs).path((GUXIAN,), (SHENZHEN,)).path_km == 1500
    assert evaluator(distances=legs, direction="to_home").path((GUXIAN,), (SHENZHEN,)).path_km == 1600


def test_spread_takes_the_longer_direction() -> None:
    legs = distances() | {(LUODU, GUXIAN): Leg(26.0)}
    assert evaluator(distances=legs).spread_km((GUXIAN, LUODU)) == 26
    assert evaluator(distances=legs).spread_km((GUXIAN,)) == 0


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        ({}, True),
        ({"home_radius_km": 20}, True),
        ({"home_radius_km": 19.9}, False),
        ({"work_radius_km": 70}, True),
        ({"work_radius_km": 69.9}, False),
        ({"home_stops": 1}, False),
        ({"work_stops": 1}, False),
        ({"max_detour": 1510 / 1500}, True),
        ({"max_detour": 1.0066}, False),
    ],
)
def test_where_a_coach_may_stop(policy: dict[str, Any], allowed: bool) -> None:
    assert evaluator(policy=policy).allowed((GUXIAN, LUODU), (SHENZHEN, DONGGUAN)) is allowed


def test_of_tied_orders_the_one_the_detour_rule_allows_is_taken() -> None:
    """顾县-罗渡-深圳 and 罗渡-顾县-深圳 are 1,020 km both; their ends lie 1,000 and 700 km apart."""
    ties = {(GUXIAN, LUODU): 20.0, (LUODU, GUXIAN): 320.0, (LUODU, SHENZHEN): 1000.0, (GUXIAN, SHENZHEN): 700.0}
    for name, other in ((GUXIAN, LUODU), (LUODU, GUXIAN)):
        renamed = {tuple({GUXIAN: name, LUODU: other}.get(end, end) for end in pair): km for pair, km in ties.items()}
        legs = {(a, b): Leg(km) for (a, b), km in renamed.items()}
        here = evaluator(distances=legs, policy={"home_radius_km": 400, "max_detour": 1.1})
        assert here.path({GUXIAN, LUODU}, {SHENZHEN}).boarding == (other, name)
        assert here.allowed({GUXIAN, LUODU}, {SHENZHEN})


def test_no_coach_runs_where_the_direct_distance_of_its_ends_is_unknown() -> None:
    """Neither 罗渡 nor 深圳 has coordinates: only the leg by 顾县 has a distance."""
    legs = {(LUODU, GUXIAN): Leg(20.0), (GUXIAN, LUODU): Leg(20.0), (GUXIAN, SHENZHEN): Leg(1500.0)}
    nowhere = {name: replace(place, lat=None, lon=None) for name, place in places().items()}
    here = evaluator(distances=legs, places=nowhere)
    assert here.path({GUXIAN, LUODU}, {SHENZHEN}).km == 1520
    assert not here.allowed({GUXIAN, LUODU}, {SHENZHEN})


@pytest.mark.parametrize(
    ("km", "speed", "drivers"),
    [
        (600.0, 78, 1),
        (600.04, 78, 1),  # path km 600.0
        (600.05, 78, 2),  # path km 600.1
        (480.0, 60, 1),  # 8 h
        (480.1, 60, 2),
        (1248.0, 78, 2),  # 16 h
        (1248.04, 78, 2),
        (1248.1, 78, 3),
        (621.6, 77.7, 2),  # 8 h, but over 600 km
        (1243.2, 77.7, 2),  # 16 h, where binary division is a hair over
        (4000.0, 78, 3),
    ],
)
def test_drivers(km: float, speed: float, drivers: int) -> None:
    figures = over(km, rules={"moving_km_per_h": speed})
    path = figures.path((GUXIAN,), (SHENZHEN,))
    assert figures.drivers(path) == drivers
    assert figures.least_drivers(path.path_m) == drivers


def test_longer_driving_minutes_ask_for_more_drivers_but_the_least_stays() -> None:
    figures = over(500.0, 8 * 60 + 1)
    path = figures.path((GUXIAN,), (SHENZHEN,))
    assert (figures.drivers(path), figures.least_drivers(path.path_m)) == (2, 1)
    quick = over(1300.0, 10 * 60)
    assert quick.drivers(quick.path((GUXIAN,), (SHENZHEN,))) == 3


@pytest.mark.parametrize(
    ("rules", "drivers", "seats"),
    [({}, 3, 45), ({}, 1, 47), ({"escorts_per_run": 0}, 2, 47), ({"crew_in_rated_seats": False}, 3, 49), ({}, 60, 0)],
)
def test_seats(rules: dict[str, Any], drivers: int, seats: int) -> None:
    assert evaluator(rules=rules).seats(49, drivers) == seats


@pytest.mark.parametrize(
    ("path_m", "to_work", "to_home"),
    [
        # n = ceil(2 x km / 900) + 1 days; going home the coach sets out ceil(km / 900) days before.
        (1_500_000, (0, 4), (-2, 2)),  # 5 days
        (900_000, (0, 2), (-1, 1)),
        (900_100, (0, 3), (-2, 1)),
        (450_000, (0, 1), (-1, 0)),
        (450_100, (0, 2), (-1, 1)),
        (1_350_000, (0, 3), (-2, 1)),
    ],
)
def test_days_held(path_m: int, to_work: tuple[int, int], to_home: tuple[int, int]) -> None:
    assert evaluator().days_held(FIRST, path_m) == (day(to_work[0]), day(to_work[1]))
    assert evaluator(direction="to_home").days_held(FIRST, path_m) == (day(to_home[0]), day(to_home[1]))


def test_days_held_with_a_fraction_of_a_km_a_day() -> None:
    assert evaluator(policy={"turnaround_km_per_day": 1500.5}).days_held(FIRST, 1_500_500) == (FIRST, day(2))


def test_fleet_rows_add_up_by_day() -> None:
    coaches = vehicle(rows=(FleetRow(2, FIRST, day(1)), FleetRow(1, day(1), LAST)))
    assert [coaches.available(day(i)) for i in range(-1, 4)] == [0, 2, 3, 1, 1]


def test_coach_cost() -> None:
    """1,000 yuan + 9.355 yuan x 1,510.1 km + 2 more stops x 150 yuan = 15,426.9855 yuan, half up to a fen."""
    figures = over(1500.0)
    path = figures.path_of((GUXIAN, LUODU), (DONGGUAN, SHENZHEN))
    exact = replace(path, path_m=1_510_100)
    assert figures.coach_fen(vehicle(cost_per_km_fen=935.5), exact) == 1_542_699
    single = figures.path((GUXIAN,), (SHENZHEN,))
    assert figures.coach_fen(vehicle(), single) == 100_000 + 1_500_000


def test_a_coach_is_rounded_as_a_whole() -> None:
    """1,000 + 10 x 1,510 + 2 x 33.335 yuan: rounding each stop first would make 66.68 of 66.67."""
    here = evaluator(policy={"stop_cost": 33.335})
    path = here.path((GUXIAN, LUODU), (SHENZHEN, DONGGUAN))
    assert here.coach_fen(vehicle(), path) == 1_616_667


def test_rest_stops_count_neither_as_stops_nor_in_km() -> None:
    rider = party(2)
    asked = problem(rider)
    run = plan_for(asked, (Service(), [rider])).runs[0]
    assert "rest" in {stop.kind for stop in run.stops}
    driven_through = run.model_copy(update={"stops": tuple(stop for stop in run.stops if stop.kind != "rest")})
    assert Evaluator(asked).run_fen(run) == Evaluator(asked).run_fen(driven_through) == 1_600_000


# Who may alight where, trains ---------------------------------------------------------------------------------------


def test_a_coach_brings_people_to_their_destination_or_their_listed_employer() -> None:
    rider = party(1)
    figures = evaluator()
    assert figures.coach_work_stops(rider, rider.people[0]) == {SHENZHEN}
    assert figures.coach_work_stops(rider, person(employer_stop="富士康")) == {SHENZHEN, "富士康"}


@pytest.mark.parametrize(
    ("division", "serves"),
    [("440300", True), ("440306", True), ("441900", False), ("440000", False), (None, False)],
)
def test_a_train_stop_serves_the_destination_it_is_or_belongs_to(division: str | None, serves: bool) -> None:
    station = Place("北站", "station", division=division)
    figures = evaluator(places=places() | {"北站": station})
    assert figures.serves_destination(TrainStop("北站", fare_fen=0), party(1)) is serves


def test_train_options_with_access_and_fare() -> None:
    """顾县 to 广安站 20 km: 18 yuan; fares 150 to 东莞, 180 to 深圳."""
    figures = evaluator(trains=(train(),))
    block = figures.problem.trains[0]
    assert figures.train_options(block, party(1)) == [(0, 2, 18_000 + 1_800)]
    assert figures.train_options(block, party(1, work_stop=DONGGUAN)) == [(0, 1, 15_000 + 1_800)]
    assert figures.train_options(block, party(1, origin="石垭镇")) == []


def test_train_options_going_home() -> None:
    stops = (TrainStop(SHENZHEN, boards=True), TrainStop(HUB, fare_fen=17_000), TrainStop(STATION, fare_fen=18_000))
    figures = evaluator(trains=(train(stops=stops),), direction="to_home")
    # 10 km from the hub cost 13 yuan, 20 km from the station 18.
    assert figures.train_options(figures.problem.trains[0], party(1)) == [(0, 1, 18_300), (0, 2, 19_800)]


def test_nobody_boards_where_a_train_does_not_take_people_or_alights_without_a_fare() -> None:
    stops = (TrainStop(STATION, boards=False), TrainStop(HUB, boards=True), TrainStop(SHENZHEN, fare_fen=None))
    figures = evaluator(trains=(train(stops=stops),))
    assert figures.train_options(figures.problem.trains[0], party(1)) == []


# A whole plan -------------------------------------------------------------------------------------------------------


def test_cost_of_a_plan_term_by_term() -> None:
    coach = party(3, preferred=day(0))
    hub = party(2, origin="罗渡镇", preferred=day(3))
    rail = party(4, work_stop=DONGGUAN, preferred=None)
    poor = replace(party(2), people=(person(priority=2), person(priority=3)))
    asked = problem(coach, hub, rail, poor, trains=(train(fixed_cost_fen=50_050),))
    plan = plan_for(asked, (Service(day(1), (GUXIAN, HUB)), [coach, hub]), (Service(train="K586"), [rail]))
    # 顾县 10 hub 1,505 = 1,515 km; hub first: 10 + 1,500 = 1,510 km.
    assert plan.runs[0].path_km == 1510
    assert plan.cost == Cost(
        runs=100_000 + 1_510_000 + 15_000 + 50_050,
        seats=4 * 15_000,
        date_shift=3 * 1 * 2_500 + 2 * 2 * 2_500,
        access=2 * (800 + 1_000) + 4 * (800 + 1_000),
        unserved=(2 + 3) * 300_000,
        total=1_675_050 + 60_000 + 17_500 + 10_800 + 1_500_000,
    )


def test_cost_of_leaving_everybody() -> None:
    asked = problem(party(2), party(3))
    assert plan_for(asked).cost == Cost(total=1_500_000, unserved=1_500_000)


def test_cost_of_nobody() -> None:
    assert plan_for(problem()).cost == Cost()


def test_cost_going_home_counts_access_where_people_alight() -> None:
    rider = party(2, origin="罗渡镇")
    asked = problem(rider, direction="to_home")
    plan = plan_for(asked, (Service(home=(HUB,)), [rider]))
    assert plan.runs[0].passengers[0].alight == HUB
    assert plan.cost.access == 2 * 1_800
    assert plan.cost.runs == 100_000 + 1_505_000


def test_cost_names_what_it_does_not_know() -> None:
    asked = problem(party(2))
    plan = plan_for(asked, (Service(), asked.parties))
    with pytest.raises(KeyError):
        Evaluator(replace(asked, vehicle_types=())).cost(plan)


@pytest.mark.parametrize(
    ("total", "bound", "gap"), [(200, 150, 0.25), (0, 0, 0.0), (200, None, None), (0, None, None), (200, 200, 0.0)]
)
def test_gap(total: int, bound: int | None, gap: float | None) -> None:
    assert relative_gap(total, bound) == gap


def test_figures_never_change_the_problem() -> None:
    asked: Problem = problem(party(2), access={"顾县镇": (AccessRow(HUB, 250),)})
    before = repr(asked)
    Evaluator(asked).cost(plan_for(asked, (Service(), asked.parties)))
    assert repr(asked) == before
    assert asked.settings.days == tuple(date(2027, 2, 10 + i) for i in range(5))
