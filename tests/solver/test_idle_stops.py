"""No stop of a coach is idle, ties are free, and what is said to be optimal is: hand-made cases where distances lie."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.evaluate import Evaluator
from scheduler.plan import Stop
from scheduler.problem import AccessRow, Leg, Place, Problem, TrainStop
from scheduler.settings import Direction
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services as ServiceTables
from scheduler.solver.model.solution import Coach, SolutionCosts
from scheduler.solver.model.stops.cover import calling, cheapest_callers
from scheduler.solver.solve import solve
from scheduler.verify import verify
from tests.builders import (
    DONGGUAN,
    FIRST,
    GUXIAN,
    HUB,
    LUODU,
    SHENZHEN,
    STATION,
    Service,
    costed,
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
from tests.exact_model import optimum
from tests.solver.search_only import SEARCH_ONLY

OWN_STOP = {"access_max_km": 0}


def both_ways(changes: dict[tuple[str, str], float]) -> dict[tuple[str, str], Leg]:
    """Return the usual distances but for some, the same both ways."""
    rows = {pair: Leg(km) for (a, b), km in changes.items() for pair in ((a, b), (b, a))}
    return distances() | rows


def solved(asked: Problem) -> int:
    """Solve in both ways; return the total, which is the optimum, proven."""
    exact = optimum(asked).total_fen
    searched = solve(asked, iterations=6, workers=1, params=SEARCH_ONLY)
    plan = solve(asked, iterations=6, workers=1)
    for each in (plan, searched):
        assert verify(asked, each) == []
        assert each.bound is not None
        assert each.bound <= exact <= each.cost.total
    assert (plan.cost.total, plan.bound) == (exact, exact)
    return exact


# A stop on the way makes a path shorter -----------------------------------------------------------------------------


@pytest.mark.parametrize("direction", ["to_work", "to_home"])
def test_a_shorter_way_past_a_stop_of_nobody_is_not_taken(direction: Direction) -> None:
    """By 罗渡 it is 1,420 km to 深圳, straight from 顾县 1,500; but nobody of 罗渡 rides."""
    legs = both_ways({(GUXIAN, LUODU): 20, (LUODU, SHENZHEN): 1400})
    riders = [party(9), party(2, origin="罗渡镇", mode="train")]
    asked = problem(*riders, direction=direction, distances=legs, policy=OWN_STOP)
    assert solved(asked) == 1_600_000 + 2 * 300_000


def test_the_only_people_of_the_other_stop_ride_another_day() -> None:
    legs = both_ways({(LUODU, SHENZHEN): 1400})
    riders = [party(20, latest=FIRST), party(20, origin="罗渡镇", earliest=day(3))]
    assert solved(problem(*riders, distances=legs, policy=OWN_STOP)) == 1_600_000 + 1_500_000


@pytest.mark.parametrize("direction", ["to_work", "to_home"])
def test_a_shorter_way_past_a_city_of_nobody_is_not_taken(direction: Direction) -> None:
    legs = both_ways({(GUXIAN, DONGGUAN): 1300, (DONGGUAN, SHENZHEN): 70})
    riders = [party(9), party(2, work_stop=DONGGUAN, destination="441900", mode="train")]
    asked = problem(*riders, direction=direction, distances=legs, policy=OWN_STOP)
    assert solved(asked) == 1_600_000 + 2 * 300_000


def test_somebody_walks_to_the_hub_where_that_makes_the_way_shorter() -> None:
    """By the hub it is 100 km shorter. Where it is dear to get there one of ten does, for no stop is idle."""
    legs = both_ways({(HUB, SHENZHEN): 1390})
    asked = problem(party(10), distances=legs, policy={"access_max_km": 10})
    # All of them at the hub pay 130 yuan; one alone leaves the coach 10 km more and the other stop, 237 yuan.
    assert solved(asked) == 100_000 + 1_390_000 + 10 * 1_300
    dear = problem(party(10), distances=legs, policy={"access_max_km": 10, "access_fixed_cost": 100})
    assert solved(dear) == 100_000 + 1_400_000 + 15_000 + 10_500


def test_a_path_without_the_idle_stop_needs_one_driver_more() -> None:
    """600 km by 罗渡, 601 straight: the seat is a second driver's, and two of the ten must stay."""
    legs = both_ways({(GUXIAN, LUODU): 5, (LUODU, SHENZHEN): 595, (GUXIAN, SHENZHEN): 601})
    riders = [party(2, latest=FIRST) for _ in range(5)]
    asked = problem(*riders, distances=legs, vehicle_types=(vehicle(12, 1),), policy=OWN_STOP)
    assert solved(asked) == 100_000 + 601_000 + 2 * 300_000


def test_an_employer_on_the_way_is_used_by_one_of_its_people() -> None:
    """The factory's road saves 200 km; of two who work there one must alight at it, the other need not."""
    gate = Place("富士康", "employer", division="440300")
    legs = both_ways({(GUXIAN, gate.name): 1200, (gate.name, SHENZHEN): 50})
    people = (person(employer_stop=gate.name), *(person() for _ in range(7)))
    rider = party(8, people=people, id=people[0].key)
    asked = problem(rider, places=places() | {gate.name: gate}, distances=legs, policy=OWN_STOP)
    assert solved(asked) == 100_000 + 1_250_000 + 15_000


@pytest.mark.parametrize(("budget", "settled"), [(0, True), (10**6, False)])
def test_a_coach_gives_up_an_idle_stop_that_made_it_cheaper_unless_money_is_counted(budget: int, settled: bool) -> None:
    """By 东莞 it is 1,370 km, straight 1,500; a search that thought nobody's stop served loses no coach over it."""
    legs = both_ways({(GUXIAN, DONGGUAN): 1300, (DONGGUAN, SHENZHEN): 70})
    parties = party(9), party(9, work_stop=DONGGUAN, destination="441900")
    asked = problem(*parties, distances=legs, policy={"budget": budget})
    costs = SolutionCosts(ServiceTables(build_instance(asked, Evaluator(asked))))
    instance, services = costs.instance, costs.services
    [k] = [k for k in range(instance.n_classes) if instance.works[instance.work_stop[k]] == SHENZHEN]
    own = next(h for h, stops in enumerate(services.home.sets) if [instance.homes[s] for s in stops] == [GUXIAN])
    coach = Coach(0, own, services.work_id(range(len(instance.works))), 0, {k: 1})
    straight = costs.settled(coach)
    assert (straight is not None) == settled
    if straight is not None:
        assert [instance.works[s] for s in services.work_sets[straight.work]] == [SHENZHEN]
        assert (costs.coach_fixed(coach), costs.coach_fixed(straight)) == (1_485_000, 1_600_000)


# Ties -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", ["to_work", "to_home"])
@pytest.mark.parametrize(("start", "middle"), [(GUXIAN, LUODU), (LUODU, GUXIAN)])
def test_of_ties_within_an_end_any_may_be_the_legal_one(direction: Direction, start: str, middle: str) -> None:
    """From both townships to the hub it is as far in either order; only from one of them the detour is short enough."""
    legs = both_ways(
        {(GUXIAN, LUODU): 10, (GUXIAN, HUB): 10, (LUODU, HUB): 10, (HUB, SHENZHEN): 1480}
        | {(start, SHENZHEN): 1500, (middle, SHENZHEN): 1490}
    )
    riders = [party(5), party(5, origin="罗渡镇"), party(5, origin="九龙街道")]
    hub = replace(places()[HUB], kind="stop")
    asked = problem(
        *riders,
        direction=direction,
        places=places() | {HUB: hub},
        distances=legs,
        policy=OWN_STOP | {"max_detour": 1.0},
        vehicle_types=(vehicle(number=1),),
    )
    assert solved(asked) == 100_000 + 1_500_000 + 2 * 15_000


# Bounds that everybody must believe -----------------------------------------------------------------------------------


def test_fewer_drivers_than_minutes_ask_for_are_within_the_bound() -> None:
    """7 hours by km, 10 by the clock: two drivers drive through, one rests for a night and leaves a seat more."""
    legs = distances() | {(GUXIAN, SHENZHEN): Leg(546.0, 600.0)}
    riders = [party(5, latest=FIRST) for _ in range(2)]
    asked = problem(*riders, distances=legs, vehicle_types=(vehicle(12, 1),), policy=OWN_STOP)
    plan = solve(asked, iterations=4, workers=1)
    assert plan.cost.total == 100_000 + 546_000 + 5 * 300_000
    rested = plan_for(asked, (Service(vehicle=("12座", "岳运")), riders))
    stops = [
        (GUXIAN, "board", "10T07:47", "10T08:00"),
        ("服务区1", "rest", "10T12:00", "10T12:20"),
        ("服务区2", "rest", "10T16:20", "11T08:00"),
        (SHENZHEN, "alight", "11T10:00", "11T10:13"),
    ]
    timed_stops = tuple(
        Stop.model_validate({"place": name, "kind": kind, "arrive": f"2027-02-{arrive}", "depart": f"2027-02-{depart}"})
        for name, kind, arrive, depart in stops
    )
    run = rested.runs[0].model_copy(update={"drivers": 1, "seats": 10, "stops": timed_stops})
    rested = costed(asked, rested.model_copy(update={"runs": (run,)}))
    assert verify(asked, rested) == []
    assert plan.bound is not None
    assert plan.bound <= rested.cost.total == 100_000 + 546_000


def test_under_a_budget_a_lower_fare_is_worth_a_dearer_way_home() -> None:
    """To the hub 100 yuan and 90 for the way from there, to 广安站 180 and nothing: the budget is for the fares.

    顾县站, 185 yuan, comes between them by cost and helps nobody.
    """
    stops = (
        TrainStop(SHENZHEN, None, 600, None, True),
        TrainStop("顾县站", 1_800, 1_805, 18_500),
        TrainStop(HUB, 1_900, 1_905, 10_000),
        TrainStop(STATION, 2_000, None, 18_000),
    )
    asked = problem(
        party(2, mode="train"),
        direction="to_home",
        trains=(train(stops=stops),),
        places=places() | {"顾县站": Place("顾县站", "station", 30.5, 106.5)},
        access={"顾县镇": (AccessRow(HUB, 9_000), AccessRow(STATION, 0), AccessRow("顾县站", 0))},
        policy={"budget": 300},
    )
    assert solved(asked) == 2 * 19_000


# The pieces ---------------------------------------------------------------------------------------------------------


def test_callers_are_found_at_the_least_cost() -> None:
    found = cheapest_callers([1, 2], [({1: 0}, 3), ({1: 0, 2: 50}, 1)])
    assert found is not None
    assert (found[0], sorted(found[1])) == (50, [(0, 1), (1, 2)])
    assert cheapest_callers([1, 2], [({1: 0, 2: 50}, 1)]) is None
    found = cheapest_callers([1, 2, 3], [({1: 0, 2: 50, 3: 70}, 2), ({2: 0, 3: 10}, 1)])
    assert found is not None
    assert found[0] == 60
    assert cheapest_callers([1], [({1: 0}, 1)]) == (0, ((0, 1),))


def test_a_party_stays_together_where_calling_costs_nothing() -> None:
    people = [{"a": 0, "b": 0}] * 3 + [{"a": 0}]
    assert calling(["a", "b"], people, ["p", "p", "p", "q"]) == ["b", "b", "b", "a"]
    assert calling(["a", "b"], [{"a": 0, "b": 0}] * 2, ["p", "p"]) in (["a", "b"], ["b", "a"])
    assert sorted(calling(["a", "b"], [{"a": 0, "b": 9}] * 3, ["p"] * 3)) == ["a", "a", "b"]
