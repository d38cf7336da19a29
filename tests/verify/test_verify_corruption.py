"""One rich plan, damaged in every way a file or a program can damage it; and plans that are nothing but noise."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scheduler.plan import Feeder, FeederStop, Plan
from scheduler.problem import Escort, FleetRow, Problem, SetAside, TrainStop
from scheduler.verify import derived_cost, schema_violations, verify
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
    party,
    plan_for,
    problem,
    train,
    vehicle,
)
from tests.exact_model import optimum, plan_of
from tests.strategies import tiny_problems

Json = dict[str, Any]


def rich(direction: str) -> tuple[Problem, Plan]:
    """Return two coaches (one by two stops at both ends, with plate and escort), a train, a feeder, people left."""
    to_work = direction == "to_work"
    far, near = party(3, preferred=day(1)), party(2, origin="罗渡镇", destination="441900", work_stop=DONGGUAN)
    hub, rail, left = party(4, origin="罗渡镇"), party(3, mode="train"), party(2, mode="coach", latest=FIRST)
    stops = (TrainStop(STATION, None, 600, None, True), TrainStop(SHENZHEN, 2_000, None, 18_000))
    if not to_work:
        stops = (TrainStop(SHENZHEN, None, 600, None, True), TrainStop(STATION, 2_000, None, 18_000))
    asked = problem(
        *(far, near, hub, rail, left),
        direction=direction,  # type: ignore[arg-type]
        policy={"min_load": 3},
        vehicle_types=(
            vehicle(rows=(FleetRow(1, FIRST, LAST, "川X12345"), FleetRow(1, FIRST, LAST, "川X54321"))),
            vehicle(39, 1),
        ),
        trains=(train(stops=stops),),
        feeder_types=(vehicle(7),),
        escorts=(Escort("王老师", "", "", FIRST, LAST), Escort("李老师", "", "", FIRST, LAST)),
        set_aside=(SetAside("roster/a.csv!!9", ("R203",)),),
    )
    plan = plan_for(
        asked,
        (Service(day(2), (GUXIAN, LUODU), (SHENZHEN, DONGGUAN)), [far, near]),
        (Service(day(2), (HUB,)), [hub]),
        (Service(train="K586"), [rail]),
    )
    runs = []
    for number, run in enumerate(plan.runs):
        crew: Json = (
            {"plate": ("川X12345", "川X54321")[number], "escorts": (("王老师", "李老师")[number],)}
            if number < 2
            else {}
        )
        runs.append(run.model_copy(update=crew))
    meet = next(stop for stop in runs[1].stops if stop.place == HUB)
    at_hub = meet.depart if to_work else meet.arrive
    assert at_hub is not None
    margin, drive, wait = timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=10)
    # To work the round ends at the hub a quarter before the coach leaves; going home it begins there a quarter after.
    places, leaves = ((LUODU, HUB), at_hub - margin - drive) if to_work else ((HUB, LUODU), at_hub + margin)
    refs = tuple(person.ref for person in hub.people)
    arrives = leaves + drive
    ride = (
        FeederStop(place=places[0], kind="board", arrive=leaves - wait, depart=leaves, refs=refs),
        FeederStop(place=places[1], kind="alight", arrive=arrives, depart=arrives + wait, refs=refs),
    )
    feeder = Feeder(id="F1", serves="R2", vehicle_type="7座", stops=ride)
    bound = plan.cost.total // 2
    gap = (plan.cost.total - bound) / plan.cost.total
    return asked, plan.model_copy(update={"runs": tuple(runs), "feeders": (feeder,), "bound": bound, "gap": gap})


def shifted(moment: str, minutes: int) -> str:
    """Return a plan's time, so many minutes later."""
    return (datetime.fromisoformat(moment) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")


def _swap_vehicle(plan: Json) -> None:
    plan["runs"][0].update(vehicle_type="39座")


def _swap_both_vehicles(plan: Json) -> None:
    """There is one coach of 39 seats."""
    for run in plan["runs"][:2]:
        run.update(vehicle_type="39座", plate=None, seats=35)


def _drop_party(plan: Json) -> None:
    plan["runs"][0]["passengers"] = plan["runs"][0]["passengers"][:3]


def _drop_person(plan: Json) -> None:
    plan["runs"][1]["passengers"].pop()


def _drop_run(plan: Json) -> None:
    plan["runs"].pop(1)


def _copy_run(plan: Json) -> None:
    plan["runs"].append(plan["runs"][0])


def _shift_departure(plan: Json) -> None:
    stop = plan["runs"][0]["stops"][0]
    stop["depart"] = shifted(stop["depart"], 7)


def _shift_arrival(plan: Json) -> None:
    stop = plan["runs"][0]["stops"][1]
    stop["arrive"] = shifted(stop["arrive"], -600)


def _shift_train(plan: Json) -> None:
    stop = plan["runs"][2]["stops"][0]
    stop["depart"] = shifted(stop["depart"], 1)


def _shift_date(plan: Json) -> None:
    plan["runs"][0]["date"] = "2027-02-11"


def _other_year(plan: Json) -> None:
    plan["runs"][0]["date"] = "2026-02-11"


def _swap_destinations(plan: Json) -> None:
    for passenger in plan["runs"][0]["passengers"]:
        end = "alight" if plan["direction"] == "to_work" else "board"
        passenger[end] = DONGGUAN if passenger[end] == SHENZHEN else SHENZHEN


def _swap_home_places(plan: Json) -> None:
    for passenger in plan["runs"][0]["passengers"]:
        end = "board" if plan["direction"] == "to_work" else "alight"
        passenger[end] = LUODU if passenger[end] == GUXIAN else GUXIAN


def _reverse_stops(plan: Json) -> None:
    plan["runs"][0]["stops"].reverse()


def _one_more_stop(plan: Json) -> None:
    plan["runs"][0]["stops"].append({"place": "月亮", "kind": "alight", "arrive": None, "depart": None})


def _no_stops(plan: Json) -> None:
    plan["runs"][0]["stops"] = []


def _same_seat(plan: Json) -> None:
    plan["runs"][0]["passengers"][1]["seat"] = plan["runs"][0]["passengers"][0]["seat"]


def _overbook(plan: Json) -> None:
    plan["runs"][0]["seats"] += 1


def _one_driver(plan: Json) -> None:
    plan["runs"][0]["drivers"] = 1


def _shorter(plan: Json) -> None:
    plan["runs"][0]["path_km"] -= 100


def _one_plate(plan: Json) -> None:
    plan["runs"][1]["plate"] = plan["runs"][0]["plate"]


def _one_escort(plan: Json) -> None:
    plan["runs"][1]["escorts"] = plan["runs"][0]["escorts"]


def _another_train(plan: Json) -> None:
    plan["runs"][2]["train"] = "G1"


def _cheaper(plan: Json) -> None:
    plan["cost"]["runs"] -= 100_000
    plan["cost"]["total"] -= 100_000


def _cheaper_in_total(plan: Json) -> None:
    plan["cost"]["total"] -= 100_000


def _bolder_bound(plan: Json) -> None:
    plan["bound"] = plan["cost"]["total"] + 1


def _smaller_gap(plan: Json) -> None:
    plan["gap"] = 0.0


def _unserved_rides(plan: Json) -> None:
    passenger = plan["runs"][0]["passengers"][0]
    members = [p for p in plan["runs"][0]["passengers"] if p["party"] == passenger["party"]]
    named = {"persons": [p["person"] for p in members], "refs": [p["ref"] for p in members]}
    plan["unserved"].append(plan["unserved"][0] | {"party": passenger["party"]} | named)


def _forget_unserved(plan: Json) -> None:
    plan["unserved"] = []


def _forget_set_aside(plan: Json) -> None:
    plan["set_aside"] = []


def _feeder_misses(plan: Json) -> None:
    for stop in plan["feeders"][0]["stops"]:
        for key in ("arrive", "depart"):
            if stop[key]:
                stop[key] = shifted(stop[key], 1 if plan["direction"] == "to_work" else -1)


def _feeder_leaves_people(plan: Json) -> None:
    for stop in plan["feeders"][0]["stops"]:
        stop["refs"] = [*stop["refs"], "roster/x.csv!!1"]


CORRUPTIONS: dict[Callable[[Json], None], str] = {
    _swap_vehicle: "V154",
    _swap_both_vehicles: "V171",
    _drop_party: "V113",
    _drop_person: "V115",
    _drop_run: "V113",
    _copy_run: "V112",
    _shift_departure: "V224",
    _shift_arrival: "V221",
    _shift_train: "V222",
    _shift_date: "V193",
    _other_year: "V121",
    _swap_destinations: "V133",
    _swap_home_places: "V131",
    _reverse_stops: "V145",
    _one_more_stop: "V141",
    _no_stops: "V132",
    _same_seat: "V162",
    _overbook: "V154",
    _one_driver: "V153",
    _shorter: "V152",
    _one_plate: "V174",
    _one_escort: "V213",
    _another_train: "V181",
    _cheaper: "V191",
    _cheaper_in_total: "V196",
    _bolder_bound: "V198",
    _smaller_gap: "V199",
    _unserved_rides: "V116",
    _forget_unserved: "V113",
    _forget_set_aside: "V119",
    _feeder_misses: "V234",
    _feeder_leaves_people: "V232",
}


@pytest.mark.parametrize("direction", ["to_work", "to_home"])
@pytest.mark.parametrize("corrupt", CORRUPTIONS, ids=lambda corrupt: corrupt.__name__.strip("_"))
def test_a_damaged_plan_gets_its_code(corrupt: Callable[[Json], None], direction: str) -> None:
    asked, plan = rich(direction)
    assert verify(asked, plan) == []
    damaged = json.loads(plan.to_json())
    corrupt(damaged)
    codes = {violation.code for violation in verify(asked, Plan.model_validate(damaged))}
    assert CORRUPTIONS[corrupt] in codes


def test_a_file_that_is_no_plan_is_told_by_place() -> None:
    _asked, plan = rich("to_work")
    damaged = json.loads(plan.to_json())
    damaged["runs"][1]["mode"] = "ship"
    damaged["runs"][0]["stops"][0]["depart"] = "2027-02-12T08:00+08:00"
    del damaged["cost"]
    damaged["comment"] = "mine"
    with pytest.raises(ValidationError) as error:
        Plan.model_validate(damaged)
    found = {(violation.code, violation.where) for violation in schema_violations(error.value)}
    assert found == {("V100", "runs.1.mode"), ("V100", "runs.0.stops.0.depart"), ("V100", "cost"), ("V100", "comment")}


# Noise --------------------------------------------------------------------------------------------------------------

PLACES_AND_WORDS = ["", "无此地", "R1", "K586", SHENZHEN, GUXIAN, "board", "alight", "rest", "coach", "train", "²"]
DATES = ["0001-01-01", "9999-12-31", "0001-01-01T00:00", "9999-12-31T23:59"]
NUMBERS = [-1, 0, 10**18, 1e308, float("nan"), float("inf"), "9" * 5000]
HOSTILE = st.sampled_from([*PLACES_AND_WORDS, *DATES, *NUMBERS, None, []])


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of everything in a JSON value, lists and objects too."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [leaf for key, child in inner for leaf in leaves(child, (*path, key))]


def put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    """Replace what stands at a path, where the path still exists."""
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = new


@given(st.sampled_from(("to_work", "to_home")), st.data())
@settings(max_examples=150, deadline=None)
def test_noise_never_raises(direction: str, data: st.DataObject) -> None:
    """Values are replaced, copied and removed at random; whatever still is a plan is judged, and costs are told."""
    asked, plan = RICH[direction]
    damaged = copy.deepcopy(JSON[direction])
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(leaves(damaged)))
        kind = data.draw(st.sampled_from(("replace", "copy", "double")))
        if kind == "replace":
            put(damaged, path, data.draw(HOSTILE))
        elif kind == "copy":
            source: Any = damaged
            for key in data.draw(st.sampled_from(leaves(damaged))):
                source = source[key]
            put(damaged, path, copy.deepcopy(source))
        else:
            parent: Any = damaged
            for key in path[:-1]:
                parent = parent[key]
            if isinstance(parent, list):
                parent.append(copy.deepcopy(parent[path[-1]]))
    try:
        damaged_plan = Plan.model_validate_json(json.dumps(damaged))
    except ValidationError as error:
        schema_violations(error)
        return
    found = verify(asked, damaged_plan)
    derived_cost(asked, damaged_plan)
    if damaged_plan == plan:
        assert found == []


RICH = {direction: rich(direction) for direction in ("to_work", "to_home")}
JSON = {direction: json.loads(plan.to_json()) for direction, (_asked, plan) in RICH.items()}


@given(tiny_problems(), st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_plan_for_another_problem_never_raises(asked: Problem, data: st.DataObject) -> None:
    plan = plan_of(asked, optimum(asked))
    other = data.draw(tiny_problems())
    verify(other, plan)
    assert verify(replace(other, inputs_sha256="1" * 64), plan)
