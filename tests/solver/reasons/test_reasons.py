"""Why somebody is left behind: each code with siblings, and every proof true by an enumeration of all ways."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from scheduler.evaluate import Evaluator
from scheduler.plan import Plan, Unserved
from scheduler.problem import AccessRow, FleetRow, Party, Place, Problem, TrainStop
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from scheduler.solver.reasons.standing import Standing
from scheduler.solver.reasons.unserved import Explainer
from scheduler.solver.reasons.way import Undecided
from scheduler.solver.reasons.ways import Ways, with_raw_seats
from scheduler.solver.solve import solve
from scheduler.verify import verify
from tests.builders import (
    DONGGUAN,
    GUXIAN,
    HUB,
    LUODU,
    SHENZHEN,
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
from tests.reasons_oracle import Oracle
from tests.strategies import tiny_problems

pytestmark = pytest.mark.usefixtures("english")


def singles(n: int, **changes: Any) -> list[Party]:
    """Return `n` people, each a party."""
    return [party(1, **changes) for _ in range(n)]


def left(asked: Problem) -> list[Unserved]:
    """Return who is left behind by the best plan, which is proven the best and without violations."""
    plan = solve(asked, iterations=3, workers=1)
    assert plan.gap == 0
    assert verify(asked, plan) == []
    return list(plan.unserved)


def one(asked: Problem) -> tuple[str, str, str, str]:
    """Return code, proof, reason and remedy, one for all who are left behind."""
    (found,) = {(u.code, u.proof, u.reason, u.remedy) for u in left(asked)}
    return found


def fleet(number: int, first: int = 0, last: int = 4, rated: int = 49) -> tuple[Any, ...]:
    """Return a fleet of one type that may be had from `first` to `last`."""
    return (vehicle(rated, rows=(FleetRow(number, day(first), day(last)),)),)


def without(name: str) -> dict[str, Any]:
    """Return the tiny county where a place has neither coordinates nor distances."""
    known = places()
    known[name] = replace(known[name], lat=None, lon=None)
    return {"places": known, "distances": {pair: leg for pair, leg in distances().items() if name not in pair}}


# No service can exist ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", ["to_work", "to_home"])
def test_no_boarding_point(direction: Any) -> None:
    code, proof, reason, remedy = one(problem(party(2, origin="鱼峰乡"), direction=direction))
    assert (code, proof) == ("U201", "no_option")
    assert reason == "鱼峰乡 has no boarding point: no stop in places, no row in access"
    assert "stop in places" in remedy


@pytest.mark.parametrize("direction", ["to_work", "to_home"])
def test_a_hub_of_their_own_is_no_boarding_point_until_it_is_listed(direction: Any) -> None:
    """It takes up other townships; its own people need a stop, which may be there too, or a row of access."""
    asked = problem(party(40, origin="九龙街道"), direction=direction)
    code, proof, reason, remedy = one(asked)
    assert (code, proof) == ("U201", "no_option")
    assert reason == f"九龙街道 has only {HUB}, no stop in places and no row in access: its people may board nowhere"
    assert remedy == f"give the township a stop in places, which may be at {HUB}, or list {HUB} for it in access"
    assert left(replace(asked, access={"九龙街道": (AccessRow(HUB, 0),)})) == []
    stop = replace(asked.places[HUB], name="街道口", kind="stop")
    assert left(replace(asked, places={**asked.places, stop.name: stop})) == []


def test_no_boarding_point_though_trains_run() -> None:
    asked = problem(party(1, origin="鱼峰乡"), party(1, origin="白庙镇", mode="train"), trains=(train(),))
    assert {u.code for u in left(asked)} == {"U201"}


@pytest.mark.parametrize(
    ("changes", "reason", "remedy"),
    [
        ({"vehicle_types": ()}, "there is no coach in fleet", "add coaches to fleet"),
        (without(SHENZHEN), f"no coordinates for {SHENZHEN}", f"give {SHENZHEN} coordinates in places"),
        (
            {"vehicle_types": (vehicle(20),), "policy": {"reserve_seats": 16}},
            "reserve_seats keeps 16 of the 16 passenger seats of 20座 岳运 free: 0 are left",
            "lower reserve_seats to 15, or add a vehicle with at least 17 seats",
        ),
        (
            {"vehicle_types": (vehicle(4),)},
            "drivers and escorts take all 4 seats of 4座 岳运",
            "add a vehicle with at least 1",
        ),
    ],
)
def test_no_coach_gets_there(changes: dict[str, Any], reason: str, remedy: str) -> None:
    code, proof, said, helps = one(problem(party(1, earliest=day(1), latest=day(1)), **changes))
    assert (code, proof) == ("U202", "no_option")
    assert reason in said
    assert remedy in helps
    assert "detour" not in helps


def test_lowering_reserve_seats_as_said_helps() -> None:
    policy = {"min_load": 1, "reserve_seats": 20, "unserved_cost": 100_000}
    asked = problem(party(2), vehicle_types=(vehicle(20),), policy=policy, rules={"crew_in_rated_seats": False})
    assert "lower reserve_seats to 18" in one(asked)[3]
    lower = problem(
        *asked.parties,
        vehicle_types=(vehicle(20),),
        policy=policy | {"reserve_seats": 18},
        rules={"crew_in_rated_seats": False},
    )
    assert left(lower) == []


def test_a_boarding_point_where_no_coach_may_stop() -> None:
    far = Place("深圳北站", "station", 22.6, 114.0, division="440300")
    access = {"鱼峰乡": (AccessRow("深圳北站", 0),)}
    code, proof, reason, _remedy = one(
        problem(party(1, origin="鱼峰乡"), places=places() | {far.name: far}, access=access)
    )
    assert (code, proof) == ("U202", "no_option")
    assert "鱼峰乡" in reason


@pytest.mark.parametrize(
    ("asked", "most"),
    [
        (problem(party(46)), 45),
        (problem(party(30), vehicle_types=(vehicle(20), vehicle(33))), 29),
        (problem(party(44), policy={"reserve_seats": 2}), 43),
    ],
)
def test_larger_than_any_vehicle(asked: Problem, most: int) -> None:
    code, proof, reason, remedy = one(asked)
    assert (code, proof) == ("U203", "no_option")
    assert str(most) in reason
    assert "seats for passengers" in remedy


@pytest.mark.parametrize(
    ("trains", "reason"),
    [
        ((), "there is none in trains"),
        ((train(date=day(3)),), "run on 2027-02-13, they can travel 2027-02-10..2027-02-11"),
        ((train(stops=(TrainStop(HUB, None, 600, None, True), TrainStop(DONGGUAN, 900, None, 1, False))),), "no train"),
        ((train(min_load=300),), "runs from 300 people, and has 200 seats"),
    ],
)
def test_no_train_for_those_who_ask_for_one(trains: tuple[Any, ...], reason: str) -> None:
    asked = problem(party(2, mode="train", latest=day(1)), trains=trains)
    code, proof, said, _remedy = one(asked)
    assert (code, proof) == ("U204", "no_option")
    assert reason in said


@pytest.mark.parametrize(
    ("asked", "remedy"),
    [
        (problem(party(3), policy={"min_load": 46}), "lower min_load to 45"),
        (problem(party(3), policy={"min_load": 20}, vehicle_types=(vehicle(20),)), "lower min_load to 16"),
        (problem(*singles(60), policy={"min_load": 50}, vehicle_types=(vehicle(49),)), "lower min_load to 45"),
    ],
)
def test_min_load_above_all_seats(asked: Problem, remedy: str) -> None:
    code, proof, _reason, said = one(asked)
    assert (code, proof) == ("U205", "no_option")
    assert remedy in said


@pytest.mark.parametrize(
    ("types", "window", "charter"),
    [
        (fleet(5, 3, 4), (0, 1), "2027-02-10..2027-02-14"),
        (fleet(5, 2, 2), (2, 2), "2027-02-12..2027-02-14"),
        (fleet(0), (3, 4), "2027-02-13..2027-02-14"),
    ],
)
def test_no_coach_on_all_days_of_a_run(types: Any, window: tuple[int, int], charter: str) -> None:
    first, last = map(day, window)
    code, proof, _reason, remedy = one(problem(*singles(30, earliest=first, latest=last), vehicle_types=types))
    assert (code, proof) == ("U207", "no_option")
    assert remedy == f"charter 49座 岳运 for {charter}"


# Everything is shut -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (problem(*singles(5, mode="train"), trains=(train(seats=3),)), "train K586 on 2027-02-10 is full"),
        (problem(*singles(30, mode="train"), trains=(train(min_load=50),)), "it runs from 50"),
        (problem(party(4, mode="train"), party(3, mode="train"), trains=(train(seats=5),)), "is full"),
        (problem(*singles(9), trains=(train(seats=4),), vehicle_types=()), "is full"),
    ],
)
def test_trains_full_or_too_empty(asked: Problem, reason: str) -> None:
    code, proof, said, _remedy = one(asked)
    assert (code, proof) == ("U204", "conflict")
    assert reason in said


def test_the_min_load_agreed_as_said_helps() -> None:
    asked = problem(*singles(30, mode="train"), trains=(train(min_load=50),))
    assert one(asked)[3] == "agree on a min_load of 30 for K586 on 2027-02-10"
    assert left(replace(asked, trains=(train(min_load=30),))) == []


DAY = {"earliest": day(2), "latest": day(2)}


@pytest.mark.parametrize(
    ("asked", "remedy"),
    [
        (problem(*singles(55, **DAY), policy={"min_load": 30}), "lower min_load to 10"),
        (problem(*singles(12), policy={"min_load": 20}), "lower min_load to 12"),
        (problem(*singles(3), policy={"min_load": 20}), "lower min_load to 3, and raise unserved_cost to 5,"),
        (
            problem(*singles(8, earliest=day(4)), *singles(9, latest=day(1)), policy={"min_load": 10}),
            "lower min_load to",
        ),
    ],
)
def test_too_few_for_one_more_coach(asked: Problem, remedy: str) -> None:
    found = {(u.code, u.proof) for u in left(asked)}
    assert found == {("U205", "conflict")}
    assert all(remedy in u.remedy for u in left(asked))


@pytest.mark.parametrize("direction", ["to_work", "to_home"])
@pytest.mark.parametrize("number", [60, 90])
def test_the_coaches_are_all_away(direction: Any, number: int) -> None:
    asked = problem(*singles(number, **DAY), vehicle_types=(vehicle(49, 1),), direction=direction)
    code, proof, _reason, remedy = one(asked)
    assert (code, proof) == ("U207", "conflict")
    assert "charter one more 49座 岳运 2027-02-1" in remedy
    assert len(left(replace(asked, vehicle_types=(vehicle(49, 2),)))) == 0


def test_no_larger_coach_is_free() -> None:
    """Ten are left, too few for a coach of their own: a coach of 60 seats would do, and stands elsewhere."""
    types = (vehicle(33, 1), replace(vehicle(60, 1), cost_per_km_fen=1_001.0))
    parties = singles(40, **DAY) + singles(56, destination="441900", work_stop=DONGGUAN, **DAY)
    asked = problem(*parties, vehicle_types=types, policy={"min_load": 20, "work_stops": 1})
    found = {(u.code, u.proof) for u in left(asked)}
    assert found == {("U207", "conflict")}


@pytest.mark.parametrize("budget", [20_000, 17_000, 100])
def test_the_budget_is_spent(budget: int) -> None:
    asked = problem(*singles(80, **DAY), policy={"budget": budget, "access_max_km": 0})
    code, proof, reason, remedy = one(asked)
    assert (code, proof) == ("U208", "conflict")
    # 1,000 yuan + 10 yuan x 1,500 km a coach
    spare = budget % 16_000
    assert f"{spare:,} yuan of the budget are left" in reason
    assert remedy == f"raise the budget by {16_000 - spare:,} yuan"


def test_the_budget_shuts_a_train() -> None:
    asked = problem(*singles(3, mode="train", origin="罗渡镇"), trains=(train(),), policy={"budget": 400})
    code, proof, reason, remedy = one(asked)
    assert (code, proof) == ("U208", "conflict")
    assert (reason.split()[0], remedy) == ("40", "raise the budget by 140 yuan")


@pytest.mark.parametrize(
    "rules",
    [
        {"depart_at": "23:30", "no_drive_from": "23:00"},
        {"max_drive_day_min": 1, "max_drive_night_min": 1, "driver_day_min": 30},
        {"depart_at": ("22:30", "23:30"), "no_drive_from": "22:00"},
    ],
)
def test_no_legal_timetable(rules: dict[str, Any]) -> None:
    plan = solve(problem(party(40), rules=rules), iterations=2, workers=1)
    assert {(u.code, u.proof) for u in plan.unserved} == {("U209", "conflict")}


def test_two_limits_are_both_named() -> None:
    """Five to 东莞: the only coach goes to 深圳, and they would be too few for another one."""
    apart = {"min_load": 20, "work_stops": 1, "unserved_cost": 10_000}
    few = singles(5, destination="441900", work_stop=DONGGUAN, **DAY)
    code, proof, reason, remedy = one(problem(*singles(45, **DAY), *few, vehicle_types=(vehicle(49, 1),), policy=apart))
    assert (code, proof) == ("U207", "conflict")
    assert reason == (
        "no coach is free on all days of a run there (2027-02-12..2027-02-14); "
        "too few people are left for one more coach: 5 could share it, min_load is 20"
    )
    assert remedy == "charter one more 49座 岳运 2027-02-12..2027-02-14, and lower min_load to 5"


def test_a_limit_and_the_cost_are_both_named() -> None:
    policy = {"min_load": 4, "access_max_km": 0}
    remedy = one(problem(*singles(2), policy=policy))[3]
    assert remedy == "lower min_load to 2, and raise unserved_cost to 8,001 yuan"
    raised = problem(*singles(2), policy=policy | {"min_load": 2, "unserved_cost": 8_001})
    assert left(raised) == []


# Dearer than leaving ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "extra"),
    [
        # 顾县 to 深圳 1,000 + 15,000 yuan; 3,000 yuan a person left.
        (problem(party(5), policy={"access_max_km": 0}), "1,000"),
        (problem(*singles(3), policy={"access_max_km": 0}), "7,000"),
        (problem(party(2), party(1, origin="罗渡镇"), policy={"access_max_km": 0, "home_stops": 1}), "10,000"),
        (problem(party(1, mode="train", origin="罗渡镇"), trains=(train(fixed_cost_fen=400_000),)), "1,193"),
    ],
)
def test_dearer_than_leaving(asked: Problem, extra: str) -> None:
    entries = left(asked)
    assert {(u.code, u.proof) for u in entries} == {("U206", "cost")}
    assert any(f"costs {extra} yuan more than leaving them" in u.reason for u in entries)


@pytest.mark.parametrize("parties", [[party(5)], singles(3), [party(2), party(1, origin="罗渡镇")]])
def test_raising_unserved_cost_as_said_carries_them(parties: list[Party]) -> None:
    (remedy,) = {u.remedy for u in left(problem(*parties))}
    yuan = int(remedy.removeprefix("raise unserved_cost to ").removesuffix(" yuan").replace(",", ""))
    assert left(problem(*parties, policy={"unserved_cost": yuan})) == []


def test_a_plan_that_is_not_the_best_says_so() -> None:
    asked = problem(*singles(20))
    index = list(range(20))
    instance = build_instance(asked, Evaluator(asked))
    entries = Explainer(asked, Services(instance)).unserved((), index)
    assert {(u.code, u.proof) for u in entries} == {("U206", "open")}
    assert "20 people left behind could ride for 44," in entries[0].reason


def test_what_was_too_much_work_is_not_decided() -> None:
    asked = problem(*singles(20))
    instance = build_instance(asked, Evaluator(asked))
    entries = Explainer(asked, Services(instance)).unserved((), [0, 1], most_work=0)
    assert {(u.code, u.proof, u.reason.partition(":")[0]) for u in entries} == {("U206", "open", "not decided")}


# All of them, by enumeration --------------------------------------------------------------------------------------


def held_true(asked: Problem, plan: Plan) -> None:
    """Check each reason of a plan against all ways there are."""
    oracle = Oracle(asked, plan)
    number = {each.id: i for i, each in enumerate(asked.parties)}
    instance = build_instance(asked, Evaluator(asked))
    services = with_raw_seats(Services(instance))
    ways = Ways(Standing(asked, instance, services, plan.runs, [number[u.party] for u in plan.unserved]))
    for entry in plan.unserved:
        i = number[entry.party]
        assert (entry.proof == "no_option") == (not oracle.exists(asked.parties[i])), entry
        if entry.proof == "no_option":
            continue
        try:
            way = ways.best(i)
        except Undecided:
            assert entry.proof == "open"
            continue
        truth = oracle.ways(asked.parties[i])
        if way is None:
            assert not truth
            continue
        named = frozenset(limit.name or "" for limit in way.shut)
        assert named in truth, entry
        assert len(named) == min(map(len, truth)), entry
        if named:
            assert entry.proof == "conflict"
        elif way.extra_fen >= 0:
            assert (entry.proof, way.extra_fen) == ("cost", truth[named])
        else:
            assert entry.proof == "open"
            assert plan.gap != 0


@given(tiny_problems())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_reason_is_true(asked: Problem) -> None:
    held_true(asked, solve(asked, iterations=3, workers=1))


@given(tiny_problems())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_reason_of_a_first_plan_is_true(asked: Problem) -> None:
    held_true(asked, solve(asked, workers=1, stop=lambda: True))


def test_only_with_a_stop_that_somebody_else_uses_is_the_way_open() -> None:
    """From 顾县 there is no road; by 罗渡 there is, and the way needs somebody of 罗渡 aboard."""
    far = {pair: leg for pair, leg in distances().items() if set(pair) != {GUXIAN, SHENZHEN}}
    known = {name: replace(place, lat=None, lon=None) for name, place in places().items()}
    access = {"顾县镇": (AccessRow(GUXIAN, 0),), "罗渡镇": (AccessRow(LUODU, 0),)}
    parties = party(2), party(1, origin="罗渡镇")
    asked = problem(*parties, places=known, distances=far, access=access, policy={"max_detour": 3})
    plan = plan_for(asked, (Service(home=(LUODU,)), [parties[1]]))
    held_true(asked, replace_unserved(asked, plan))


def replace_unserved(asked: Problem, plan: Plan) -> Plan:
    """Return the plan with the reasons of this program."""
    number = {each.id: i for i, each in enumerate(asked.parties)}
    services = Services(build_instance(asked, Evaluator(asked)))
    entries = Explainer(asked, services).unserved(plan.runs, [number[u.party] for u in plan.unserved])
    return plan.model_copy(update={"unserved": entries})


def test_an_employer_at_a_gate_of_its_own() -> None:
    gate = Place("富士康", "employer", 22.6, 114.0, division="440300")
    people = (person(employer_stop=gate.name), person())
    parties = replace(party(2), people=people), party(1)
    asked = problem(*parties, places=places() | {gate.name: gate})
    held_true(asked, solve(asked, iterations=3, workers=1))
