"""Every rule: a plan that passes, and one that breaks only it. Most bad plans are a good one under a tightened problem.

Each function below builds one such pair; its decorator names the code the second plan must get, and no other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduler.pins import Pin
from scheduler.plan import Feeder, FeederStop, Passenger, Plan, Run, SetAsideRow, Stop
from scheduler.problem import Escort, FleetRow, Leg, Place, Problem, SetAside, TrainStop
from scheduler.verify import MESSAGES, verify
from tests.arbitrary_replans import told_as_planned
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
    costed,
    day,
    distances,
    party,
    person,
    places,
    plan_for,
    problem,
    timed,
    train,
    unserved,
    vehicle,
)

Case = tuple[Problem, Plan]
FrozenCase = tuple[Problem, Plan, tuple[Run, ...]]
Pair = tuple[Case, Case] | tuple[FrozenCase, FrozenCase]

PAIRS: list[tuple[str, Callable[[], Pair]]] = []


def breaks(code: str) -> Callable[[Callable[[], Pair]], Callable[[], Pair]]:
    """Register a pair under the code that its second plan breaks."""

    def register(build: Callable[[], Pair]) -> Callable[[], Pair]:
        PAIRS.append((code, build))
        return build

    return register


@pytest.mark.parametrize(("code", "build"), PAIRS, ids=[f"{code}-{build.__name__}" for code, build in PAIRS])
def test_one_plan_passes_and_one_breaks_only_the_rule(code: str, build: Callable[[], Pair]) -> None:
    good, bad = build()
    assert verify(*good) == []
    found = verify(*bad)
    assert {violation.code for violation in found} == {code}
    assert all(v.where and v.expected and v.actual and v.message for v in found)


def test_every_code_has_its_pair() -> None:
    assert {code for code, _build in PAIRS} == MESSAGES.keys() - {"V100"}


# What pairs are made of ---------------------------------------------------------------------------------------------


def edit(plan: Plan, **changes: Any) -> Plan:
    """Return the plan with other fields."""
    return plan.model_copy(update=changes)


def edit_run(plan: Plan, number: int = 0, **changes: Any) -> Plan:
    """Return the plan with other fields of one run."""
    runs = list(plan.runs)
    runs[number] = runs[number].model_copy(update=changes)
    return edit(plan, runs=tuple(runs))


def edit_passenger(plan: Plan, index: int, **changes: Any) -> Plan:
    """Return the plan with other fields of one passenger of the first run."""
    passengers = list(plan.runs[0].passengers)
    passengers[index] = passengers[index].model_copy(update=changes)
    return edit_run(plan, passengers=tuple(passengers))


def edit_stop(plan: Plan, index: int, **changes: Any) -> Plan:
    """Return the plan with other fields of one stop of the first run."""
    stops = list(plan.runs[0].stops)
    stops[index] = stops[index].model_copy(update=changes)
    return edit_run(plan, stops=tuple(stops))


def served_stops(plan: Plan) -> tuple[Stop, ...]:
    """Return the first run's stops without rests and times."""
    return tuple(Stop(place=stop.place, kind=stop.kind) for stop in plan.runs[0].stops if stop.kind != "rest")


def with_stops(asked: Problem, plan: Plan, *stops: Stop) -> Plan:
    """Return the plan with other stops of the first run, at legal times."""
    run = plan.runs[0].model_copy(update={"stops": stops})
    return edit_run(plan, stops=timed(asked, run).stops)


def edit_policy(asked: Problem, **changes: Any) -> Problem:
    """Return the problem with another policy."""
    settings = asked.settings
    return replace(asked, settings=settings.model_copy(update={"policy": settings.policy.model_copy(update=changes)}))


def edit_party(asked: Problem, index: int, **changes: Any) -> Problem:
    """Return the problem with other wishes of one party."""
    parties = list(asked.parties)
    parties[index] = replace(parties[index], **changes)
    return replace(asked, parties=tuple(parties))


def two_parties(**changes: Any) -> Case:
    """Return three people of 顾县 and two of 罗渡 on one coach to 深圳, and one person left behind."""
    first, second, left = party(3), party(2, origin="罗渡镇"), party(1)
    asked = problem(first, second, left, **changes)
    return asked, plan_for(asked, (Service(day(1), (GUXIAN, LUODU)), [first, second]))


def two_coaches(**changes: Any) -> Case:
    """Return two coaches to 深圳, on days 0 and 1, of one party each."""
    parties = party(3), party(2)
    asked = problem(*parties, **changes)
    return asked, plan_for(asked, *((Service(day(i)), [each]) for i, each in enumerate(parties)))


def to_east(**changes: Any) -> Case:
    """Return one coach from 顾县 by 东莞 to 深圳."""
    far, near = party(3), party(2, destination="441900", work_stop=DONGGUAN)
    asked = problem(far, near, **changes)
    return asked, plan_for(asked, (Service(work=(SHENZHEN, DONGGUAN)), [far, near]))


def on_train(**changes: Any) -> Case:
    """Return two parties on a train, to 东莞 and 深圳."""
    parties = party(3), party(2, destination="441900", work_stop=DONGGUAN)
    asked = problem(*parties, trains=(train(**changes),))
    return asked, plan_for(asked, (Service(train="K586"), parties))


# The plan as a whole ------------------------------------------------------------------------------------------------


@breaks("V101")
def another_schema() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit(plan, schema_=1))


@breaks("V102")
def another_season() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit(plan, season="去年"))


@breaks("V103")
def another_direction() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit(plan, direction="to_home"))


@breaks("V106")
def another_row() -> Pair:
    asked, plan = two_parties()
    sorted_anew = replace(asked, inputs_sha256="1" * 64)
    moved = edit_passenger(plan, 0, ref="roster/顾县镇.xlsx!Sheet1!99")
    return (sorted_anew, moved), (asked, moved)


@breaks("V106")
def two_people_of_one_row() -> Pair:
    asked, plan = two_parties()
    sorted_anew = replace(asked, inputs_sha256="1" * 64)
    return (sorted_anew, plan), (sorted_anew, edit_passenger(plan, 0, ref=plan.runs[0].passengers[1].ref))


@breaks("V107")
def told_twice() -> Pair:
    asked, plan = two_parties()
    told = told_as_planned(plan)
    return (asked, edit(plan, told=told)), (asked, edit(plan, told=(*told, told[0])))


@breaks("V108")
def frozen_run_of_another_seat() -> Pair:
    asked, plan = two_coaches()
    before = plan.runs[:1]
    return (asked, plan, before), (asked, edit_passenger(plan, 0, seat="30"), before)


@breaks("V108")
def frozen_run_on_another_day() -> Pair:
    asked, plan = two_coaches()
    before = plan.runs[0].model_copy(update={"plate": "川X12345"})
    return (asked, plan, plan.runs), (asked, plan, (before, *plan.runs[1:]))


@breaks("V108")
def frozen_run_that_is_gone() -> Pair:
    asked, plan = two_coaches()
    return (asked, plan, plan.runs[:1]), (asked, plan, (plan.runs[0].model_copy(update={"id": "R9"}),))


@breaks("V105")
def same_id() -> Pair:
    asked, plan = two_coaches()
    return (asked, plan), (asked, edit_run(plan, 1, id="R1"))


# People and parties -------------------------------------------------------------------------------------------------


@breaks("V104")
def stranger_on_board() -> Pair:
    asked, plan = two_parties()
    stranger = Passenger(person="x", ref="x!!1", party="x", seat="6", board=GUXIAN, alight=SHENZHEN)
    return (asked, plan), (asked, edit_run(plan, passengers=(*plan.runs[0].passengers, stranger)))


@breaks("V111")
def stranger_unserved() -> Pair:
    asked, plan = two_parties()
    stranger = plan.unserved[0].model_copy(update={"party": "x", "persons": ("x",), "refs": ("x!!1",)})
    return (asked, plan), (asked, edit(plan, unserved=(*plan.unserved, stranger)))


@breaks("V112")
def twice_on_board() -> Pair:
    asked, plan = two_parties()
    again = plan.runs[0].passengers[-1].model_copy(update={"seat": "6"})
    return (asked, plan), (asked, edit_run(plan, passengers=(*plan.runs[0].passengers, again)))


@breaks("V112")
def twice_unserved() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit(plan, unserved=plan.unserved * 2))


@breaks("V113")
def forgotten() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit(plan, unserved=()))


@breaks("V114")
def party_on_two_coaches() -> Pair:
    asked, plan = two_coaches()
    one = replace(asked.parties[0], people=asked.parties[0].people + asked.parties[1].people)
    asked_as_one = replace(asked, parties=(one,))
    moved = tuple(p.model_copy(update={"party": one.id}) for p in plan.runs[1].passengers)
    return (asked, plan), (asked_as_one, edit_run(plan, 1, passengers=moved))


@breaks("V115")
def one_left_at_home() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit_run(plan, passengers=plan.runs[0].passengers[:-1]))


@breaks("V116")
def riding_and_unserved() -> Pair:
    asked, plan = two_parties()
    rider = asked.parties[1]
    persons, refs = tuple(p.key for p in rider.people), tuple(p.ref for p in rider.people)
    entry = plan.unserved[0].model_copy(update={"party": rider.id, "persons": persons, "refs": refs})
    return (asked, plan), (asked, edit(plan, unserved=(*plan.unserved, entry)))


@breaks("V117")
def listed_under_another_party() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit_passenger(plan, 2, party=asked.parties[1].id))


@breaks("V118")
def unserved_in_part() -> Pair:
    left = party(2)
    asked = problem(left)
    plan = plan_for(asked)
    entry = plan.unserved[0]
    entry = entry.model_copy(update={"persons": entry.persons[:1], "refs": entry.refs[:1]})
    return (asked, plan), (asked, edit(plan, unserved=(entry,)))


@breaks("V119")
def row_not_set_aside() -> Pair:
    asked, plan = two_parties(set_aside=(SetAside("roster/a.csv!!7", ("R203", "R207")),))
    return (asked, plan), (asked, edit(plan, set_aside=()))


@breaks("V119")
def row_set_aside_for_another_reason() -> Pair:
    asked, plan = two_parties(set_aside=(SetAside("roster/a.csv!!7", ("R203",)),))
    return (asked, plan), (asked, edit(plan, set_aside=(SetAsideRow(ref="roster/a.csv!!7", codes=("R207",)),)))


@breaks("V120")
def unserved_without_a_code() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit(plan, unserved=(plan.unserved[0].model_copy(update={"code": "R203"}),)))


@breaks("V120")
def unserved_without_a_reason() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit(plan, unserved=(plan.unserved[0].model_copy(update={"reason": " "}),)))


@breaks("V121")
def outside_the_season() -> Pair:
    rider = party(3, latest=LAST + timedelta(days=1))
    asked = problem(rider)
    return tuple((asked, plan_for(asked, (Service(day(i)), [rider]))) for i in (4, 5))  # type: ignore[return-value]


@breaks("V122")
def outside_the_window() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (edit_party(asked, 0, earliest=day(2)), plan)


@breaks("V123")
def coach_for_a_train_party() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (edit_party(asked, 1, mode="train"), plan)


@breaks("V123")
def train_for_a_coach_party() -> Pair:
    asked, plan = on_train()
    return (asked, plan), (edit_party(asked, 1, mode="coach"), plan)


def said_without_option(asked: Problem) -> Case:
    """Return everybody left behind, and nobody said to have an option."""
    plan = plan_for(asked)
    entries = tuple(entry.model_copy(update={"proof": "no_option"}) for entry in plan.unserved)
    return asked, edit(plan, unserved=entries)


@breaks("V124")
def coach_could_carry() -> Pair:
    """1,500 km hold a coach to 深圳 for days 0 to 4; it is not there on the last of them."""
    scarce = vehicle(rows=(FleetRow(1, FIRST, day(3)),))
    rider = party(45)
    asked = problem(rider, vehicle_types=(scarce,))
    return said_without_option(asked), said_without_option(replace(asked, vehicle_types=(vehicle(),)))


@breaks("V124")
def train_could_carry() -> Pair:
    asked = problem(party(3, mode="train"), trains=(train(seats=2),))
    return said_without_option(asked), said_without_option(replace(asked, trains=(train(seats=3),)))


def said(proof: str, asked: Problem, *assignments: Any) -> Case:
    """Return a plan that says so of everybody it leaves behind."""
    plan = plan_for(asked, *assignments)
    entries = tuple(entry.model_copy(update={"proof": proof}) for entry in plan.unserved)
    return asked, edit(plan, unserved=entries)


@breaks("V125")
def coach_of_the_plan_has_room() -> Pair:
    aboard, full, waits = party(43), party(45), party(2)
    run = Service()
    return (
        said("conflict", problem(full, waits, vehicle_types=(vehicle(number=1),)), (run, [full])),
        said("conflict", problem(aboard, waits, vehicle_types=(vehicle(number=1),)), (run, [aboard])),
    )


@breaks("V125")
def coach_could_carry_it_alone() -> Pair:
    waits = party(20)
    return (
        said("conflict", problem(waits, policy={"min_load": 21})),
        said("conflict", problem(waits, policy={"min_load": 20})),
    )


@breaks("V125")
def coach_for_it_alone_is_within_the_budget() -> Pair:
    """1,000 yuan and 10 yuan x 1,500 km."""
    waits = party(20)
    near: dict[str, Any] = {"access_max_km": 0}
    return (
        said("conflict", problem(waits, policy=near | {"budget": 15_999})),
        said("conflict", problem(waits, policy=near | {"budget": 16_000})),
    )


@breaks("V125")
def coach_for_it_alone_is_free() -> Pair:
    aboard, waits = party(45), party(20)
    first = Service(date=day(4))
    scarce, enough = (
        problem(aboard, replace(waits, earliest=day(4)), vehicle_types=(vehicle(number=n),)) for n in (1, 2)
    )
    return said("conflict", scarce, (first, [aboard])), said("conflict", enough, (first, [aboard]))


@breaks("V125")
def train_of_the_plan_has_room() -> Pair:
    aboard, waits = party(3, mode="train"), party(2, mode="train")
    run = Service(train="K586")
    return (
        said("conflict", problem(aboard, waits, trains=(train(seats=4),)), (run, [aboard])),
        said("conflict", problem(aboard, waits, trains=(train(seats=5),)), (run, [aboard])),
    )


@breaks("V125")
def train_of_the_plan_has_room_on_their_legs() -> Pair:
    """With resell, whoever rides to 东莞 leaves the seat for the rest of the way alone."""
    far, waits = party(3, mode="train"), party(2, mode="train", destination="441900", work_stop=DONGGUAN)
    run = Service(train="K586")
    full, free = (problem(far, waits, trains=(train(seats=n, resell=True),)) for n in (4, 5))
    return said("conflict", full, (run, [far])), said("conflict", free, (run, [far]))


@breaks("V126")
def seat_costs_less_than_leaving() -> Pair:
    """A seat is free of charge at the own stop; two days away from the wish cost 50 yuan."""
    aboard, waits = party(3), party(2, preferred=day(2))
    dear, cheap = (problem(aboard, waits, policy={"unserved_cost": yuan}) for yuan in (50, 51))
    return said("cost", dear, (Service(), [aboard])), said("cost", cheap, (Service(), [aboard]))


@breaks("V126")
def coach_alone_costs_less_than_leaving() -> Pair:
    waits = party(5)
    dear, cheap = (problem(waits, policy={"access_max_km": 0, "unserved_cost": yuan}) for yuan in (3_200, 3_201))
    return said("cost", dear), said("cost", cheap)


@breaks("V126")
def train_costs_less_than_leaving() -> Pair:
    """180 yuan a fare, 8 + 0.5 x 20 yuan to the station."""
    aboard, waits = party(3, mode="train"), party(2, mode="train")
    dear, cheap = (problem(aboard, waits, trains=(train(),), policy={"unserved_cost": yuan}) for yuan in (198, 199))
    run = Service(train="K586")
    return said("cost", dear, (run, [aboard])), said("cost", cheap, (run, [aboard]))


# Boarding and alighting ---------------------------------------------------------------------------------------------


@breaks("V131")
def hub_too_far() -> Pair:
    rider = party(3, origin="罗渡镇")
    asked = problem(rider)
    plan = plan_for(asked, (Service(home=(HUB,)), [rider]))
    return (asked, plan), (edit_policy(asked, access_max_km=19.9), plan)


@breaks("V131")
def stop_of_another_township() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit_passenger(plan, 4, board=GUXIAN))


@breaks("V131")
def alighting_at_another_township_going_home() -> Pair:
    asked, plan = two_parties(direction="to_home")
    return (asked, plan), (asked, edit_passenger(plan, 4, alight=GUXIAN))


@breaks("V132")
def boarding_where_the_run_does_not_stop() -> Pair:
    rider = party(3)
    asked = problem(rider)
    plan = plan_for(asked, (Service(), [rider]))
    moved = edit_run(plan, stops=plan_for(asked, (Service(home=(HUB,)), [])).runs[0].stops, path_km=1505.0)
    return (asked, plan), (asked, costed(asked, moved))


@breaks("V132")
def alighting_before_boarding() -> Pair:
    """The train boards at 广安站, then at the hub; who boards at the hub cannot alight at a stop before it."""
    both = {
        "stops": (
            TrainStop(STATION, None, 600, None, True),
            TrainStop(SHENZHEN, 700, 705, 18_000, False),
            TrainStop(HUB, 800, 805, None, True),
            TrainStop(DONGGUAN, 900, None, 15_000, False),
        )
    }
    asked, plan = on_train(**both)
    riders = tuple(p.model_copy(update={"board": HUB}) for p in plan.runs[0].passengers)
    return (asked, plan), (asked, costed(asked, edit_run(plan, passengers=riders)))


@breaks("V133")
def anothers_destination() -> Pair:
    asked, plan = to_east()
    return (asked, plan), (asked, edit_passenger(plan, 3, alight=SHENZHEN))


@breaks("V133")
def train_stop_outside_the_destination() -> Pair:
    asked, plan = on_train()
    return (asked, plan), (asked, costed(asked, edit_passenger(plan, 4, alight=SHENZHEN)))


# Stops of a coach ---------------------------------------------------------------------------------------------------


@breaks("V141")
def stop_nowhere() -> Pair:
    asked, plan = two_parties()
    stops = (*plan.runs[0].stops, Stop(place="无此地", kind="alight"))
    return (asked, plan), (asked, edit_run(plan, stops=stops))


@breaks("V142")
def too_many_home_stops() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (edit_policy(asked, home_stops=1), plan)


@breaks("V142")
def too_many_work_stops() -> Pair:
    asked, plan = to_east()
    return (asked, plan), (edit_policy(asked, work_stops=1), plan)


def by_a_second_work_place(place: Place, **changes: Any) -> Case:
    """Return a coach to 深圳 and on to another place 30 km away, where one rider alights if that may be."""
    legs = distances() | {(SHENZHEN, place.name): Leg(30.0), (place.name, SHENZHEN): Leg(30.0)}
    legs |= {(GUXIAN, place.name): Leg(1525.0)}
    riders = [party(3)]
    if place.kind == "employer":
        riders.append(party(1, people=(person(employer_stop=place.name),)))
    elif changes:
        riders.append(party(1, destination=place.division, work_stop=place.name))
    riders = [replace(one, id=one.people[0].key) for one in riders]
    asked = problem(*riders, places=places() | {place.name: place}, distances=legs, **changes)
    return asked, plan_for(asked, (Service(work=(SHENZHEN, place.name)), riders))


@breaks("V143")
def work_stop_at_a_station() -> Pair:
    employer = by_a_second_work_place(Place("富士康", "employer", division="440309"))
    return employer, by_a_second_work_place(Place("深圳北站", "station", division="440309"))


@breaks("V143")
def work_stop_at_a_county() -> Pair:
    county = Place("广东省深圳市宝安区", "division", division="440306")
    return by_a_second_work_place(county, policy={"work_level": "county"}), by_a_second_work_place(county)


@breaks("V143")
def home_stop_at_the_work_end() -> Pair:
    asked, good = two_parties()
    moved = places() | {LUODU: replace(places()[LUODU], kind="employer")}
    # People of 罗渡 have no place of their own any more; here only the stop is at issue.
    riders = good.runs[0].passengers[:3]
    left = plan_for(asked).unserved
    bad = costed(asked, edit(edit_run(good, passengers=riders), unserved=tuple(e for e in left if len(e.refs) < 3)))
    return (asked, good), (replace(asked, places=moved), bad)


@breaks("V144")
def twice_at_one_place() -> Pair:
    asked, plan = two_parties()
    first, second, last = served_stops(plan)
    again = with_stops(asked, plan, first, first, second, last)
    return (asked, plan), (asked, costed(asked, again))


@breaks("V145")
def boarding_after_alighting() -> Pair:
    far, near = party(3, origin="罗渡镇"), party(2, destination="441900", work_stop=DONGGUAN)
    asked = problem(far, near)
    plan = plan_for(asked, (Service(home=(GUXIAN, LUODU), work=(SHENZHEN, DONGGUAN)), [far, near]))
    guxian, luodu, dongguan, shenzhen = served_stops(plan)
    return (asked, plan), (asked, with_stops(asked, plan, guxian, dongguan, luodu, shenzhen))


@breaks("V146")
def home_stops_far_apart() -> Pair:
    asked, plan = two_parties(policy={"home_radius_km": 20})
    return (asked, plan), (edit_policy(asked, home_radius_km=19.99), plan)


@breaks("V146")
def home_stops_far_apart_one_way() -> Pair:
    asked, plan = two_parties()
    legs = {**asked.distances, (LUODU, GUXIAN): Leg(25.1)}
    return (asked, plan), (replace(asked, distances=legs), plan)


@breaks("V147")
def work_stops_far_apart() -> Pair:
    asked, plan = to_east(policy={"work_radius_km": 70})
    return (asked, plan), (edit_policy(asked, work_radius_km=69.9), plan)


@breaks("V148")
def longer_order() -> Pair:
    asked, plan = two_parties()
    guxian, luodu, shenzhen = served_stops(plan)
    longer = edit_run(with_stops(asked, plan, luodu, guxian, shenzhen), path_km=1520.0)
    return (asked, plan), (asked, costed(asked, longer))


@breaks("V149")
def long_way_round() -> Pair:
    asked, plan = two_parties(policy={"max_detour": 1.0067})
    return (asked, plan), (edit_policy(asked, max_detour=1.0066), plan)


@breaks("V149")
def no_distance() -> Pair:
    asked, plan = two_parties()
    unplaced = {name: replace(place, lat=None, lon=None) for name, place in places().items()}
    legs = {pair: leg for pair, leg in asked.distances.items() if pair != (LUODU, SHENZHEN)}
    return (asked, plan), (replace(asked, places=unplaced, distances=legs), plan)


@breaks("V150")
def idle_boarding_stop() -> Pair:
    """The two of 罗渡 are not on the coach, but it comes by."""
    asked, plan = two_parties()
    first = asked.parties[0]
    return (asked, plan), (asked, plan_for(asked, (Service(day(1), (GUXIAN, LUODU)), [first])))


@breaks("V150")
def idle_alighting_stop() -> Pair:
    asked, plan = to_east()
    return (asked, plan), (asked, plan_for(asked, (Service(work=(SHENZHEN, DONGGUAN)), [asked.parties[0]])))


@breaks("V150")
def idle_hub_on_the_way_home() -> Pair:
    """Everybody alights at the own stop, though the coach calls at the hub too."""
    riders = party(3), party(2)
    asked = problem(*riders, direction="to_home")
    idle = plan_for(asked, (Service(home=(GUXIAN, HUB)), riders))
    return (asked, costed(asked, edit_passenger(idle, 4, alight=HUB))), (asked, idle)


# Vehicle and load ---------------------------------------------------------------------------------------------------


@breaks("V151")
def unknown_vehicle() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (replace(asked, vehicle_types=(vehicle(55),)), plan)


@breaks("V151")
def coach_and_train_at_once() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit_run(plan, train="K586"))


@breaks("V151")
def train_with_a_plate() -> Pair:
    asked, plan = on_train()
    return (asked, plan), (asked, edit_run(plan, plate="川X12345"))


@breaks("V152")
def wrong_path_km() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit_run(plan, path_km=1510.1))


@breaks("V152")
def path_km_not_a_number() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit_run(plan, path_km=float("nan")))


@breaks("V153")
def too_few_drivers() -> Pair:
    """610 km take 7.8 hours, which one driver may drive, but over 600 km there are two."""
    rider = party(3)
    asked = problem(rider, distances=distances() | {(GUXIAN, SHENZHEN): Leg(610.0)})
    plan = plan_for(asked, (Service(), [rider]))
    return (asked, plan), (asked, edit_run(plan, drivers=1, seats=47))


@breaks("V154")
def wrong_seats() -> Pair:
    asked, plan = two_parties()
    more_drivers = edit_run(plan, drivers=4, seats=44)
    return (asked, more_drivers), (asked, edit_run(plan, seats=46))


@breaks("V155")
def too_few_people() -> Pair:
    asked, plan = two_parties()
    return (edit_policy(asked, min_load=5), plan), (edit_policy(asked, min_load=6), plan)


@breaks("V156")
def reserve_seats_used() -> Pair:
    asked, plan = two_parties()
    return (edit_policy(asked, reserve_seats=40), plan), (edit_policy(asked, reserve_seats=41), plan)


@breaks("V156")
def one_person_too_many() -> Pair:
    def full(size: int) -> Case:
        riders = party(size)
        asked = problem(riders)
        return asked, plan_for(asked, (Service(), [riders]))

    return full(45), full(46)


@breaks("V161")
def no_seat() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit_passenger(plan, 4, seat=None))


@breaks("V161")
def seat_outside_the_vehicle() -> Pair:
    asked, plan = two_parties()
    lone = edit_passenger(edit_passenger(plan, 3, seat="48"), 4, seat="49")
    return (asked, lone), (asked, edit_passenger(edit_passenger(plan, 3, seat="49"), 4, seat="50"))


@breaks("V162")
def same_seat() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit_passenger(plan, 2, seat="2"))


@breaks("V162")
def same_seat_on_a_train() -> Pair:
    asked, plan = on_train()
    seated = edit_passenger(edit_passenger(plan, 0, seat="03车12A"), 1, seat="03车12B")
    return (asked, seated), (asked, edit_passenger(seated, 1, seat="03车12A"))


@breaks("V163")
def party_apart() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit_passenger(plan, 0, seat="9"))


@breaks("V163")
def party_apart_on_a_train() -> Pair:
    asked, plan = on_train()
    seats = [edit_passenger(edit_passenger(plan, 0, seat="7"), 1, seat=seat) for seat in ("8", "9")]
    return (asked, seats[0]), (asked, seats[1])


# What is held over days ---------------------------------------------------------------------------------------------


@breaks("V171")
def fleet_exceeded() -> Pair:
    """A run of 1,500 km holds its coach for five days."""
    asked, plan = two_coaches()
    few, one = vehicle(number=2), vehicle(number=1)
    return (replace(asked, vehicle_types=(few,)), plan), (replace(asked, vehicle_types=(one,)), plan)


@breaks("V171")
def fleet_exceeded_before_departure_going_home() -> Pair:
    """Going home the coach leaves ceil(1,500 / 900) = 2 days before the run; on day 0 it is not there yet."""
    rider = party(3)
    rows = (FleetRow(1, day(0), LAST),)
    late = (FleetRow(1, day(1), LAST),)
    asked = problem(rider, direction="to_home", vehicle_types=(vehicle(rows=rows),))
    plan = plan_for(asked, (Service(day(2)), [rider]))
    return (asked, plan), (replace(asked, vehicle_types=(vehicle(rows=late),)), plan)


def plated(*rows: FleetRow) -> tuple[Any, ...]:
    return (vehicle(rows=rows),)


@breaks("V172")
def unlisted_plate() -> Pair:
    asked, plan = two_parties(vehicle_types=plated(FleetRow(1, FIRST, LAST, "川X12345")))
    return (asked, edit_run(plan, plate="川X12345")), (asked, edit_run(plan, plate="川X54321"))


@breaks("V173")
def plate_not_available() -> Pair:
    rows = FleetRow(1, FIRST, LAST, "川X12345"), FleetRow(1, FIRST, day(2), "川X54321")
    asked, plan = two_parties(vehicle_types=plated(*rows))
    return (asked, edit_run(plan, plate="川X12345")), (asked, edit_run(plan, plate="川X54321"))


@breaks("V174")
def plate_in_two_places() -> Pair:
    rows = FleetRow(1, FIRST, LAST, "川X12345"), FleetRow(1, FIRST, LAST, "川X54321")
    asked, plan = two_coaches(vehicle_types=plated(*rows))
    first = edit_run(plan, plate="川X12345")
    return (asked, edit_run(first, 1, plate="川X54321")), (asked, edit_run(first, 1, plate="川X12345"))


# Trains -------------------------------------------------------------------------------------------------------------


@breaks("V181")
def unknown_train() -> Pair:
    asked, plan = on_train()
    return (asked, plan), (replace(asked, trains=(train(date=day(1)),)), plan)


@breaks("V182")
def train_used_twice() -> Pair:
    parties = party(3), party(2)
    asked = problem(*parties, trains=(train(), train(train="K588")))
    good = plan_for(
        asked, *((Service(train=name), [each]) for name, each in zip(("K586", "K588"), parties, strict=True))
    )
    return (asked, good), (asked, edit_run(good, 1, train="K586"))


@breaks("V183")
def train_stops_in_another_order() -> Pair:
    asked, plan = on_train()
    first, second, third = served_stops(plan)
    return (asked, plan), (asked, edit_run(plan, stops=(first, third, second)))


@breaks("V184")
def train_closed_for_boarding() -> Pair:
    asked, plan = on_train()
    stops = (replace(train().stops[0], boards=False), *train().stops[1:])
    return (asked, plan), (replace(asked, trains=(train(stops=stops),)), plan)


@breaks("V185")
def train_too_full() -> Pair:
    asked, plan = on_train(seats=5)
    smaller = replace(asked, trains=(train(seats=4),))
    return (asked, plan), (smaller, edit_run(plan, seats=4))


@breaks("V185")
def seat_freed_on_the_way_not_sold_again() -> Pair:
    """Three people leave at 东莞, where three others board: three seats serve six people only with resell."""
    there = {
        "seats": 3,
        "stops": (
            TrainStop(STATION, None, 600, None, True),
            TrainStop(DONGGUAN, 1_900, 1_905, 15_000, False),
            TrainStop(HUB, 1_950, 1_955, None, True),
            TrainStop(SHENZHEN, 2_000, None, 18_000, False),
        ),
    }
    near, far = party(3, destination="441900", work_stop=DONGGUAN), party(3)
    asked = problem(near, far, trains=(train(**there, resell=True),))
    plan = plan_for(asked, (Service(train="K586"), [near, far]))
    riders = tuple(
        p.model_copy(update={"board": HUB if p.alight == SHENZHEN else STATION, "seat": str(i % 3 + 1)})
        for i, p in enumerate(plan.runs[0].passengers)
    )
    resold = costed(asked, edit_run(plan, passengers=riders))
    unseated = edit_run(resold, passengers=tuple(p.model_copy(update={"seat": None}) for p in riders))
    return (asked, resold), (replace(asked, trains=(train(**there),)), unseated)


@breaks("V186")
def train_too_empty() -> Pair:
    asked, plan = on_train(min_load=5)
    return (asked, plan), (replace(asked, trains=(train(min_load=6),)), plan)


@breaks("V187")
def wrong_train_seats() -> Pair:
    asked, plan = on_train()
    return (asked, plan), (asked, edit_run(plan, seats=201))


# Cost ---------------------------------------------------------------------------------------------------------------


def claim(plan: Plan, **more: int) -> Plan:
    """Return the plan with so much more claimed for parts of its cost, and in total."""
    cost = plan.cost.model_dump()
    changed = {part: cost[part] + fen for part, fen in more.items()}
    return edit(plan, cost=plan.cost.model_copy(update=changed | {"total": cost["total"] + sum(more.values())}))


def wrong_part(part: str) -> Callable[[], Pair]:
    def build() -> Pair:
        asked, plan = on_train() if part == "seats" else two_parties()
        return (asked, plan), (asked, claim(plan, **{part: 1}))

    build.__name__ = f"wrong_{part}"
    return build


for _code, _part in (
    ("V191", "runs"),
    ("V192", "seats"),
    ("V193", "date_shift"),
    ("V194", "access"),
    ("V195", "unserved"),
):
    breaks(_code)(wrong_part(_part))


@breaks("V190")
def wrong_moves() -> Pair:
    asked, plan = two_parties()
    first, *others = told_as_planned(plan)
    told = costed(asked, edit(plan, told=(first.model_copy(update={"date": day(0)}), *others)))
    assert told.cost.moves == 20_000
    cost = told.cost.model_copy(update={"moves": 0, "total": told.cost.total - 20_000})
    return (asked, told), (asked, edit(told, cost=cost))


@breaks("V196")
def wrong_total() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit(plan, cost=plan.cost.model_copy(update={"total": plan.cost.total - 1})))


@breaks("V197")
def over_budget() -> Pair:
    asked, plan = on_train()
    yuan = (plan.cost.runs + plan.cost.seats) / 100
    return (edit_policy(asked, budget=yuan), plan), (edit_policy(asked, budget=yuan - 0.01), plan)


@breaks("V198")
def bound_above_total() -> Pair:
    asked, plan = two_parties()
    total = plan.cost.total
    return (asked, edit(plan, bound=total, gap=0.0)), (asked, edit(plan, bound=total + 1, gap=-1 / total))


@breaks("V199")
def wrong_gap() -> Pair:
    asked, plan = two_parties()
    half = edit(plan, bound=plan.cost.total // 2)
    return (asked, edit(half, gap=0.5)), (asked, edit(half, gap=0.4))


@breaks("V199")
def gap_without_a_bound() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit(plan, gap=0.0))


# Crew ---------------------------------------------------------------------------------------------------------------


def escort(name: str = "王老师", **changes: Any) -> Escort:
    return replace(Escort(name, "13800000000", "人社局", FIRST, LAST), **changes)


@breaks("V211")
def unknown_escort() -> Pair:
    asked, plan = two_parties(escorts=(escort(),))
    return (asked, edit_run(plan, escorts=("王老师",))), (asked, edit_run(plan, escorts=("李老师",)))


@breaks("V212")
def escort_not_available() -> Pair:
    asked, plan = two_parties(escorts=(escort(),))
    plan = edit_run(plan, escorts=("王老师",))
    return (asked, plan), (replace(asked, escorts=(escort(last=day(3)),)), plan)


@breaks("V213")
def escort_in_two_places() -> Pair:
    asked, plan = two_coaches(escorts=(escort(), escort("李老师")))
    first = edit_run(plan, escorts=("王老师",))
    return (asked, edit_run(first, 1, escorts=("李老师",))), (asked, edit_run(first, 1, escorts=("王老师",)))


@breaks("V213")
def escort_still_on_the_road() -> Pair:
    """The km let the coach go after two days; it is in 深圳 on the second, and its escort back on the third."""
    first, second = party(3), party(2)
    asked = problem(first, second, escorts=(escort(),), policy={"turnaround_km_per_day": 100_000})

    def both(later: int) -> Case:
        plan = plan_for(asked, (Service(day(0)), [first]), (Service(day(later)), [second]))
        return asked, edit_run(edit_run(plan, escorts=("王老师",)), 1, escorts=("王老师",))

    return both(3), both(2)


@breaks("V213")
def escort_on_a_train_not_back_yet() -> Pair:
    """The train arrives on the second day; back on the third, the escort can leave again on the fourth."""
    rail, coach = party(3, mode="train"), party(2, mode="coach")
    asked = problem(rail, coach, trains=(train(),), escorts=(escort(),))

    def both(coach_day: int) -> Case:
        plan = plan_for(asked, (Service(train="K586"), [rail]), (Service(day(coach_day)), [coach]))
        return asked, edit_run(edit_run(plan, escorts=("王老师",)), 1, escorts=("王老师",))

    return both(3), both(2)


@breaks("V214")
def too_many_escorts() -> Pair:
    asked, plan = two_parties(escorts=(escort(), escort("李老师")))
    return (asked, edit_run(plan, escorts=("王老师",))), (asked, edit_run(plan, escorts=("王老师", "李老师")))


@breaks("V215")
def leader_stays_at_home() -> Pair:
    asked, plan = two_parties()
    keys = [passenger.person for passenger in plan.runs[0].passengers]
    led = edit_run(plan, leader=keys[0], deputy=keys[3])
    return (asked, led), (asked, edit_run(led, deputy=plan.unserved[0].persons[0]))


@breaks("V215")
def leader_is_the_deputy() -> Pair:
    asked, plan = two_parties()
    key = plan.runs[0].passengers[0].person
    return (asked, edit_run(plan, leader=key)), (asked, edit_run(plan, leader=key, deputy=key))


# Times --------------------------------------------------------------------------------------------------------------


@breaks("V221")
def arrival_before_departure() -> Pair:
    asked, plan = two_parties()
    arrive = plan.runs[0].stops[1].arrive
    assert arrive is not None
    return (asked, plan), (asked, edit_stop(plan, 1, depart=arrive - timedelta(minutes=1)))


@breaks("V222")
def another_time_than_the_train() -> Pair:
    asked, plan = on_train()
    return (asked, plan), (asked, edit_stop(plan, 0, depart=datetime(2027, 2, 10, 9, 59)))


@breaks("V223")
def year_mistyped() -> Pair:
    asked, plan = two_parties()
    arrive = plan.runs[0].stops[-1].arrive
    assert arrive is not None
    last = len(plan.runs[0].stops) - 1
    late = arrive.replace(year=2028)
    return (asked, plan), (asked, edit_stop(plan, last, arrive=late, depart=late))


@breaks("V224")
def no_rest() -> Pair:
    asked, plan = two_parties()
    driven_through = tuple(stop for stop in plan.runs[0].stops if stop.kind != "rest")
    return (asked, plan), (asked, edit_run(plan, stops=driven_through))


@breaks("V224")
def no_times() -> Pair:
    asked, plan = two_parties()
    return (asked, plan), (asked, edit_run(plan, stops=served_stops(plan)))


@breaks("V224")
def departure_at_another_time() -> Pair:
    asked, plan = two_parties()
    depart = plan.runs[0].stops[0].depart
    assert depart is not None
    return (asked, plan), (asked, edit_stop(plan, 0, depart=depart - timedelta(minutes=1)))


# Feeders ------------------------------------------------------------------------------------------------------------


def clock(hour: int, minute: int) -> datetime:
    """Return a time of the day after FIRST."""
    return datetime(2027, 2, 11, hour, minute)


def by_hub(feeder: Feeder | None = None, **changes: Any) -> Case:
    """Return two people of 罗渡 whom a feeder brings to the hub in half an hour, a quarter before the coach leaves."""
    rider = party(2, origin="罗渡镇")
    asked = problem(rider, feeder_types=(vehicle(7, vehicle_type="7座"),))
    plan = plan_for(asked, (Service(day(1), home=(HUB,)), [rider]))
    refs = tuple(p.ref for p in rider.people)
    stops = (
        FeederStop(place=LUODU, kind="board", arrive=clock(6, 50), depart=clock(7, 15), refs=refs),
        FeederStop(place=HUB, kind="alight", arrive=clock(7, 45), depart=clock(7, 46), refs=refs),
    )
    feeder = Feeder(id="F1", serves="R1", vehicle_type="7座", stops=stops)
    return asked, edit(plan, feeders=(feeder.model_copy(update=changes),))


@breaks("V231")
def feeder_for_no_run() -> Pair:
    return by_hub(), by_hub(serves="R2")


@breaks("V231")
def unknown_feeder_type() -> Pair:
    return by_hub(), by_hub(vehicle_type="49座")


@breaks("V232")
def left_on_the_feeder() -> Pair:
    asked, plan = by_hub()
    board, alight = plan.feeders[0].stops
    kept = alight.model_copy(update={"refs": alight.refs[:1]})
    return (asked, plan), (asked, edit(plan, feeders=(plan.feeders[0].model_copy(update={"stops": (board, kept)}),)))


@breaks("V232")
def fetched_at_another_township() -> Pair:
    asked, plan = by_hub()
    board, alight = plan.feeders[0].stops
    moved = board.model_copy(update={"place": GUXIAN})
    return (asked, plan), (asked, edit(plan, feeders=(plan.feeders[0].model_copy(update={"stops": (moved, alight)}),)))


@breaks("V232")
def fetched_to_the_own_hub() -> Pair:
    asked, plan = by_hub()
    own = {**asked.places, HUB: replace(asked.places[HUB], township="罗渡镇")}
    free = costed(replace(asked, places=own), plan)
    return (asked, plan), (replace(asked, places=own), free)


@breaks("V233")
def feeder_too_full() -> Pair:
    asked, plan = by_hub()
    small = replace(asked, feeder_types=(vehicle(2, vehicle_type="7座"),))
    return (asked, plan), (small, plan)


@breaks("V234")
def feeder_too_late() -> Pair:
    asked, plan = by_hub()
    board, alight = plan.feeders[0].stops
    late = alight.model_copy(update={"arrive": clock(7, 46)})
    return (asked, plan), (asked, edit(plan, feeders=(plan.feeders[0].model_copy(update={"stops": (board, late)}),)))


@breaks("V234")
def feeder_without_times() -> Pair:
    asked, plan = by_hub()
    board, alight = plan.feeders[0].stops
    untimed = board.model_copy(update={"arrive": None})
    return (asked, plan), (
        asked,
        edit(plan, feeders=(plan.feeders[0].model_copy(update={"stops": (untimed, alight)}),)),
    )


@breaks("V223")
def feeder_in_another_year() -> Pair:
    asked, plan = by_hub()
    stops = tuple(
        stop.model_copy(update={"arrive": datetime(2028, 2, 11, 7, 0), "depart": datetime(2028, 2, 11, 7, 0)})
        for stop in plan.feeders[0].stops
    )
    return (asked, plan), (asked, edit(plan, feeders=(plan.feeders[0].model_copy(update={"stops": stops}),)))


# Pins ---------------------------------------------------------------------------------------------------------------


def pinned(asked: Problem, **columns: Any) -> Problem:
    """Return the problem with one more pin."""
    return replace(asked, pins=(*asked.pins, Pin(**columns)))


def keys_of(asked: Problem) -> list[str]:
    """Return the key of the first person of each party."""
    return [each.people[0].key for each in asked.parties]


@breaks("V601")
def pinned_together_on_two_coaches() -> Pair:
    asked, plan = two_coaches()
    first, second = keys_of(asked)
    one = plan_for(asked, (Service(day(1)), asked.parties))
    both = pinned(asked, kind="together", person=first, with_=second)
    return (both, one), (both, plan)


@breaks("V601")
def pinned_together_and_one_left_behind() -> Pair:
    asked, plan = two_parties()
    first, second, left = keys_of(asked)
    return (
        (pinned(asked, kind="together", person=first, with_=second), plan),
        (pinned(asked, kind="together", person=first, with_=left), plan),
    )


@breaks("V602")
def pinned_apart_on_one_coach() -> Pair:
    asked, plan = two_parties()
    first, second, left = keys_of(asked)
    return (
        (pinned(asked, kind="apart", person=first, with_=left), plan),
        (pinned(asked, kind="apart", person=second, with_=first), plan),
    )


@breaks("V602")
def pinned_apart_within_a_party() -> Pair:
    asked, plan = two_parties()
    people = asked.parties[0].people
    apart = pinned(asked, kind="apart", person=people[0].key, with_=people[2].key)
    return (pinned(asked, kind="together", person=people[0].key, with_=people[2].key), plan), (apart, plan)


@breaks("V603")
def on_another_run_than_pinned() -> Pair:
    asked, plan = two_coaches()
    first, _second = keys_of(asked)
    return (
        (pinned(asked, kind="run", person=first, run="R1"), plan),
        (pinned(asked, kind="run", person=first, run="R2"), plan),
    )


@breaks("V603")
def pinned_to_a_run_and_left_behind() -> Pair:
    asked, plan = two_parties()
    first, _second, left = keys_of(asked)
    return (
        (pinned(asked, kind="run", person=first, run="R1", seat="01"), plan),
        (pinned(asked, kind="run", person=left, run="R1"), plan),
    )


@breaks("V603")
def on_another_train_than_pinned() -> Pair:
    asked, plan = on_train()
    first, second = keys_of(asked)
    return (
        (pinned(asked, kind="run", person=first, run="K586", date=FIRST), plan),
        (pinned(asked, kind="run", person=second, run="K586", date=day(1)), plan),
    )


@breaks("V603")
def in_another_seat_than_pinned() -> Pair:
    asked, plan = two_parties()
    rider = plan.runs[0].passengers[1]
    return (
        (pinned(asked, kind="run", person=rider.person, run="R1", seat=rider.seat or ""), plan),
        (pinned(asked, kind="run", person=rider.person, run="R1", seat="40"), plan),
    )


@breaks("V604")
def on_another_date_than_pinned() -> Pair:
    asked, plan = two_coaches()
    first, _second = keys_of(asked)
    return (
        (pinned(asked, kind="date", person=first, date=day(0)), plan),
        (pinned(asked, kind="date", person=first, date=day(1)), plan),
    )


@breaks("V605")
def boards_elsewhere_than_pinned() -> Pair:
    asked, plan = two_parties()
    first, second, _left = keys_of(asked)
    return (
        (pinned(asked, kind="board", person=first, board=GUXIAN), plan),
        (pinned(asked, kind="board", person=second, board=HUB, ref="pins.csv!!2"), plan),
    )


@breaks("V606")
def another_mode_than_pinned() -> Pair:
    asked, plan = on_train()
    first, second = keys_of(asked)
    return (
        (pinned(asked, kind="mode", person=first, mode="train"), plan),
        (pinned(asked, kind="mode", person=second, mode="coach"), plan),
    )


@breaks("V607")
def rides_though_pinned_to_stay() -> Pair:
    asked, plan = two_parties()
    first, _second, left = keys_of(asked)
    return (pinned(asked, kind="leave", person=left), plan), (pinned(asked, kind="leave", person=first), plan)


@breaks("V608")
def pinned_run_that_does_not_go() -> Pair:
    asked, plan = to_east()
    return (
        (pinned(asked, kind="open", date=FIRST, destination="441900", board=GUXIAN), plan),
        (pinned(asked, kind="open", date=day(1), destination="441900"), plan),
    )


@breaks("V608")
def pinned_type_that_does_not_go() -> Pair:
    asked, plan = two_coaches()
    return (
        (pinned(asked, kind="open", vehicle_type="49座", destination="440000"), plan),
        (pinned(asked, kind="open", vehicle_type="38座", destination="440000"), plan),
    )


@breaks("V609")
def run_that_goes_though_pinned_not_to() -> Pair:
    asked, plan = two_coaches()
    return (
        (pinned(asked, kind="closed", date=day(2), destination="440300"), plan),
        (pinned(asked, kind="closed", date=day(1), destination="440300"), plan),
    )


@breaks("V609")
def train_that_goes_though_pinned_not_to() -> Pair:
    asked, plan = on_train()
    return (pinned(asked, kind="closed", run="R2"), plan), (pinned(asked, kind="closed", run="R1"), plan)


def test_a_pin_asks_nothing_of_strangers_nor_of_runs_that_are_not_changed_any_more() -> None:
    asked, plan = two_coaches()
    first, second = keys_of(asked)
    nobody = pinned(pinned(asked, kind="leave", person="x"), kind="together", person=first, with_="x")
    assert verify(nobody, plan) == []
    late = pinned(pinned(asked, kind="leave", person=first), kind="together", person=second, with_=first)
    late = pinned(late, kind="closed", run="R1")
    assert {each.code for each in verify(late, plan)} == {"V601", "V607", "V609"}
    assert verify(late, plan, plan.runs[:1]) == []


def test_a_party_that_a_pin_binds_may_be_shut_out_beside_a_free_seat() -> None:
    left = party(2)
    asked = problem(party(20), left)
    plan = plan_for(asked, (Service(), asked.parties[:1]))
    entry = plan.unserved[0].model_copy(update={"proof": "conflict"})
    plan = plan.model_copy(update={"unserved": (entry,)})
    assert {each.code for each in verify(asked, plan)} == {"V125"}
    assert verify(pinned(asked, kind="date", person=left.id, date=day(3)), plan) == []


def test_a_train_that_a_pin_keeps_from_a_place_is_no_seat_to_it() -> None:
    """The train goes to 东莞 already; with somebody to 深圳 on it, it would be a run that a pin forbids."""
    near, far = party(2, destination="441900", work_stop=DONGGUAN), party(1, mode="train")
    asked = problem(near, far, trains=(train(),))
    plan = plan_for(asked, (Service(train="K586"), [near]))
    entry = plan.unserved[0].model_copy(update={"proof": "conflict"})
    plan = plan.model_copy(update={"unserved": (entry,)})
    assert {each.code for each in verify(asked, plan)} == {"V125"}
    assert verify(pinned(asked, kind="closed", destination="440300"), plan) == []
    assert {each.code for each in verify(pinned(asked, kind="closed", destination="330000"), plan)} == {"V125"}


def test_a_coach_that_a_pin_forbids_is_no_seat_for_a_party() -> None:
    alone = party(20)
    asked = problem(alone)
    plan = plan_for(asked)
    entry = plan.unserved[0].model_copy(update={"proof": "conflict"})
    plan = plan.model_copy(update={"unserved": (entry,)})
    assert {each.code for each in verify(asked, plan)} == {"V125"}
    assert verify(pinned(asked, kind="closed", destination="440300"), plan) == []


def test_what_people_change_on_a_frozen_run_is_no_fault_of_the_plan() -> None:
    """Too few people, a stop where nobody boards any more, a gap among a party's seats, another wish, one who joins."""
    asked, plan = two_parties(policy={"min_load": 2})
    before = plan.runs
    three, _two, left = asked.parties
    gone = replace(asked, parties=(replace(three, people=(three.people[0], three.people[2])), left))
    riders = tuple(p for p in before[0].passengers if p.person in {each.key for each in gone.parties[0].people})
    fewer = plan_for(gone).model_copy(update={"runs": (before[0].model_copy(update={"passengers": riders}),)})
    fewer = costed(gone, fewer.model_copy(update={"unserved": tuple(unserved(each) for each in gone.parties[1:])}))
    assert {each.code for each in verify(gone, fewer)} == {"V150", "V163"}
    assert verify(gone, fewer, before) == []
    later = edit_party(asked, 0, earliest=day(2))
    assert {each.code for each in verify(later, costed(later, plan))} == {"V122"}
    assert verify(later, costed(later, plan), before) == []
