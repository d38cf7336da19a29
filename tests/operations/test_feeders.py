"""Feeder rounds: planned, read for breaches, and summed up, in the tiny county.

顾县 lies 10 km (15 min at 40 km/h) from the hub, 罗渡 20 km (30 min), the two 20 km from each other. Boarding takes 10
minutes for any number here, and a coach that leaves the hub at 08:00 wants its feeders there at 07:45.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.itinerary import feeder_breaches, feeder_summary
from scheduler.operations.feeders.plan import minibuses_short, plan_feeders
from scheduler.plan import Cost, Feeder, Passenger, Plan, Run, Stop
from scheduler.problem import FleetRow, Leg, Party, Place, Problem, VehicleType
from scheduler.verify import verify
from tests import builders
from tests.builders import DONGGUAN, FIRST, GUXIAN, HUB, LAST, LUODU, SHENZHEN, STATION, day, party

pytestmark = pytest.mark.usefixtures("english")


def minibus(rated_seats: int = 11, number: int = 1, **changes: Any) -> VehicleType:
    """Return a feeder type: 100 yuan + 4 yuan a km."""
    return builders.vehicle(rated_seats, number, **{"fixed_cost_fen": 10_000, "cost_per_km_fen": 400.0} | changes)


def county(*parties: Party, fleet: tuple[VehicleType, ...] = (), **changes: Any) -> Problem:
    rules = {"board_min_per_person": 0} | changes.pop("rules", {})
    changes.setdefault("trains", (builders.train(),))
    return builders.problem(*parties, rules=rules, feeder_types=fleet or (minibus(),), **changes)


def coach(*parties: Party, hub: str = HUB, to_work: bool = True, name: str = "C1", on: date = FIRST) -> Run:
    """Return a run between the hub (08:00 there, to work and to home) and 深圳."""
    board, alight = (hub, SHENZHEN) if to_work else (SHENZHEN, hub)
    at = datetime(on.year, on.month, on.day, 8)
    return Run(
        id=name,
        mode="coach",
        date=on,
        seats=45,
        stops=(
            Stop(place=board, kind="board", depart=at) if to_work else Stop(place=board, kind="board"),
            Stop(place=alight, kind="alight") if to_work else Stop(place=alight, kind="alight", arrive=at),
        ),
        passengers=tuple(
            Passenger(person=each.key, ref=each.ref, party=p.id, seat=None, board=board, alight=alight)
            for p in parties
            for each in p.people
        ),
    )


def seen(feeder: Feeder) -> list[tuple[str, str, str, str, int]]:
    """Return a round as (place, kind, arrive, depart, people)."""
    return [(s.place, s.kind, f"{s.arrive:%H:%M}", f"{s.depart:%H:%M}", len(s.refs)) for s in feeder.stops]


def test_a_round_collects_and_meets_the_coach() -> None:
    near, far = party(2), party(3, origin="罗渡镇")
    problem = county(near, far, rules={"feeder_max_ride_min": 120})
    (feeder,) = plan_feeders(problem, [coach(near, far)])
    assert (feeder.id, feeder.serves, feeder.vehicle_type) == ("F0210-01", "C1", "11座")
    assert seen(feeder) in (
        [
            (LUODU, "board", "06:40", "06:50", 3),
            (GUXIAN, "board", "07:20", "07:30", 2),
            (HUB, "alight", "07:45", "07:55", 5),
        ],
        [
            (GUXIAN, "board", "06:25", "06:35", 2),
            (LUODU, "board", "07:05", "07:15", 3),
            (HUB, "alight", "07:45", "07:55", 5),
        ],
    )
    summary = feeder_summary(problem, [coach(near, far)], [feeder])
    assert (summary.rounds, summary.km, summary.cost_fen, summary.seats) == (1, 50.0, 30_000, 10)
    assert (summary.carried, summary.left) == (5, ())


def test_a_round_waits_for_the_coach_and_takes_people_home() -> None:
    near, far = party(2), party(3, origin="罗渡镇")
    problem = county(near, far, direction="to_home", rules={"feeder_max_ride_min": 120})
    (feeder,) = plan_feeders(problem, [coach(near, far, to_work=False)])
    assert seen(feeder)[0] == (HUB, "board", "08:05", "08:15", 5)
    assert sorted(row[0] for row in seen(feeder)[1:]) == sorted([GUXIAN, LUODU])
    assert feeder_breaches(problem, plan_of(problem, [coach(near, far, to_work=False)], [feeder])) == []


def test_a_longest_ride_makes_two_rounds() -> None:
    near, far = party(2), party(3, origin="罗渡镇")
    problem = county(near, far, fleet=(minibus(number=2),), rules={"feeder_max_ride_min": 40})
    assert len(plan_feeders(problem, [coach(near, far)])) == 2


def test_one_minibus_goes_several_rounds() -> None:
    people = [party(8), party(8)]
    problem = county(*people)
    rounds = plan_feeders(problem, [coach(*people)])
    # From one arrival to the next: 20 min of rest and unloading, 15 min empty, 10 min to board, 15 min to the hub.
    assert [seen(feeder)[-1][2] for feeder in rounds] == ["06:45", "07:45"]


def test_a_far_round_rests_between_its_ways_and_a_near_one_does_not() -> None:
    people = [party(8), party(8)]
    # At 8 km/h 75 min each way: 150 min are more than the night allows without a break.
    problem = county(*people, rules={"feeder_km_per_h": 8, "feeder_max_wait_min": 300})
    rounds = plan_feeders(problem, [coach(*people)])
    # From one arrival to the next: 20 min at the hub, 75 min empty, 20 min of rest and boarding, 75 min to the hub.
    assert [seen(feeder)[-1][2] for feeder in rounds] == ["04:35", "07:45"]
    assert feeder_breaches(problem, plan_of(problem, [coach(*people)], rounds)) == []


def test_a_minibus_changes_hubs_with_a_rest() -> None:
    here, there = party(8), party(8)
    places = builders.places() | {"二号": Place("二号", "hub", 30.6, 106.4, township="九龙街道")}
    distances = builders.distances() | {(a, b): Leg(10.0, 15) for a in (GUXIAN, HUB) for b in ("二号",)}
    distances |= {("二号", GUXIAN): Leg(10.0, 15), ("二号", HUB): Leg(10.0, 15)}
    problem = county(here, there, places=places, distances=distances)
    runs = [coach(here), coach(there, hub="二号", name="C2")]
    rounds = plan_feeders(problem, runs)
    # 20 min at the first hub, 15 min to the other, 20 min of rest, 15 min empty, 10 min to board, 15 min to the hub.
    assert sorted(seen(feeder)[-1][2] for feeder in rounds) == ["06:10", "07:45"]


@pytest.mark.parametrize(("week_min", "carried"), [(180, 24), (179, 17)])
def test_a_driver_keeps_the_hours_of_a_week(week_min: int, carried: int) -> None:
    people = [party(size) for size in (9, 8, 7)]
    # Each round drives an hour: 30 min empty, 30 min loaded, a day apart.
    problem = county(*people, rules={"feeder_km_per_h": 20, "driver_week_min": week_min, "driver_day_min": 60})
    runs = [coach(who, name=f"C{i}", on=day(i)) for i, who in enumerate(people)]
    assert feeder_summary(problem, runs, plan_feeders(problem, runs)).carried == carried


def test_where_minibuses_are_scarce_short_full_rounds_come_first() -> None:
    near, far = party(8), party(9, origin="罗渡镇")
    problem = county(near, far, rules={"feeder_max_wait_min": 0, "feeder_max_ride_min": 30})
    (feeder,) = plan_feeders(problem, [coach(near, far)])
    assert seen(feeder)[0][0] == GUXIAN


def test_a_fleet_too_small_leaves_people_and_says_what_helps() -> None:
    people = [party(9) for _ in range(4)]
    problem = county(*people)
    runs = [coach(*people)]
    rounds = plan_feeders(problem, runs)
    summary = feeder_summary(problem, runs, rounds)
    assert (summary.carried, summary.left_people) == (27, 9)
    (left,) = summary.left
    assert (left.need.run, left.need.township, left.reason) == ("C1", "顾县镇", "no minibus is free then")
    assert left.remedy == "charter more minibuses for 2027-02-10, or raise feeder_max_wait_min"
    short = minibuses_short(problem, runs, rounds)
    assert short == {FIRST: 1}
    enough = county(*people, fleet=(minibus(number=1 + short[FIRST]),))
    assert feeder_summary(enough, runs, plan_feeders(enough, runs)).left == ()
    longer = county(*people, rules={"feeder_max_wait_min": 180})
    assert feeder_summary(longer, runs, plan_feeders(longer, runs)).left == ()


def test_a_round_too_large_for_what_is_free_is_cut() -> None:
    people = party(9)
    large = minibus(11, rows=(FleetRow(1, FIRST, FIRST),))
    busy = party(10)
    problem = county(people, busy, fleet=(large, minibus(6, 2)), rules={"feeder_max_wait_min": 0})
    rounds = plan_feeders(problem, [coach(busy, people)])
    assert sorted((each.vehicle_type, len(each.stops[-1].refs)) for each in rounds) == [
        ("11座", 10),
        ("6座", 4),
        ("6座", 5),
    ]


def test_without_a_feeder_fleet_there_are_none() -> None:
    people = party(3)
    problem = builders.problem(people)
    assert plan_feeders(problem, [coach(people)]) == ()
    assert feeder_summary(problem, [coach(people)], ()).left == ()


def test_people_of_the_hubs_own_township_need_none() -> None:
    people = party(3, origin="九龙街道")
    assert plan_feeders(county(people), [coach(people)]) == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"places": {k: v for k, v in builders.places().items() if k != GUXIAN}}, "the township has no stop"),
        ({"fleet": (minibus(rows=(FleetRow(1, day(1), LAST),)),)}, "no minibus on that date"),
        ({"rules": {"feeder_km_per_h": 4}}, "too far to drive without a rest"),
        (
            {"rules": {"no_drive_exempt_km": 5, "no_drive_from": "04:00", "no_drive_to": "08:00"}},
            "it would be driven in the hours without driving",
        ),
    ],
)
def test_who_cannot_be_fetched_is_told_why(changes: dict[str, Any], reason: str) -> None:
    people = party(3)
    problem = county(people, **changes)
    assert plan_feeders(problem, [coach(people)]) == ()
    (left,) = feeder_summary(problem, [coach(people)], ()).left
    assert left.reason == reason
    assert left.remedy


@pytest.mark.parametrize("fleet_from", [0, 1])
def test_a_train_before_the_first_minibus_is_there(fleet_from: int) -> None:
    people = party(3)
    stops = (Stop(place=STATION, kind="board", depart=datetime(2027, 2, 11, 1)), Stop(place=SHENZHEN, kind="alight"))
    passengers = tuple(p.model_copy(update={"board": STATION}) for p in coach(people).passengers)
    run = coach(people, on=day(1)).model_copy(update={"mode": "train", "stops": stops, "passengers": passengers})
    problem = county(people, fleet=(minibus(rows=(FleetRow(1, day(fleet_from), LAST),)),))
    feeders = plan_feeders(problem, [run])
    summary = feeder_summary(problem, [run], feeders)
    if fleet_from == 0:  # the evening before
        assert summary.left == ()
    else:
        assert feeders == ()
        (left,) = summary.left
        assert (left.reason, left.remedy) == ("no minibus on that date", "charter minibuses for 2027-02-10")


def test_a_run_without_times_gets_no_feeder() -> None:
    people = party(3)
    run = coach(people).model_copy(
        update={"stops": (Stop(place=HUB, kind="board"), Stop(place=SHENZHEN, kind="alight"))}
    )
    assert plan_feeders(county(people), [run]) == ()
    assert feeder_summary(county(people), [run], ()).left[0].reason == "the run has no times"


def test_a_train_is_met_an_hour_before() -> None:
    people = party(3)
    stops = (Stop(place=STATION, kind="board", depart=datetime(2027, 2, 10, 10)), Stop(place=SHENZHEN, kind="alight"))
    passengers = tuple(p.model_copy(update={"board": STATION}) for p in coach(people).passengers)
    run = coach(people).model_copy(update={"mode": "train", "stops": stops, "passengers": passengers})
    (feeder,) = plan_feeders(county(people), [run])
    assert seen(feeder)[-1][:3] == (STATION, "alight", "09:00")


def test_a_coach_home_is_met_on_the_day_it_arrives() -> None:
    """It leaves 深圳 the day before: no minibus of that day counts, and none is missed then."""
    people = party(3)
    run = coach(people, to_work=False)
    late = run.stops[1].model_copy(update={"arrive": datetime(2027, 2, 11, 8)})
    run = run.model_copy(update={"stops": (run.stops[0], late)})
    arrival, before = (minibus(rows=(FleetRow(1, day(i), day(i)),)) for i in (1, 0))
    problem = county(people, fleet=(arrival,), direction="to_home")
    (feeder,) = plan_feeders(problem, [run])
    assert (feeder.id, f"{feeder.stops[0].depart:%d %H:%M}") == ("F0211-01", "11 08:15")
    problem = county(people, fleet=(before,), direction="to_home")
    (left,) = feeder_summary(problem, [run], plan_feeders(problem, [run])).left
    assert (left.need.date, left.remedy) == (day(1), "charter minibuses for 2027-02-11")


def test_people_wait_no_hour_after_their_train_home() -> None:
    people = party(3)
    stops = (Stop(place=SHENZHEN, kind="board"), Stop(place=STATION, kind="alight", arrive=datetime(2027, 2, 10, 10)))
    passengers = tuple(p.model_copy(update={"alight": STATION}) for p in coach(people, to_work=False).passengers)
    run = coach(people, to_work=False).model_copy(update={"mode": "train", "stops": stops, "passengers": passengers})
    problem = county(people, direction="to_home")
    (feeder,) = plan_feeders(problem, [run])
    assert seen(feeder)[0] == (STATION, "board", "10:05", "10:15", 3)
    assert feeder_breaches(problem, plan_of(problem, [run], [feeder])) == []


def test_a_train_at_night_is_met_by_a_feeder_of_the_evening_before() -> None:
    people = party(3)
    at = datetime(2027, 2, 10, 0, 40)
    stops = (Stop(place=STATION, kind="board", depart=at), Stop(place=SHENZHEN, kind="alight"))
    passengers = tuple(p.model_copy(update={"board": STATION}) for p in coach(people).passengers)
    run = coach(people).model_copy(update={"mode": "train", "stops": stops, "passengers": passengers})
    problem = county(people)
    (feeder,) = plan_feeders(problem, [run])
    assert f"{feeder.stops[0].arrive:%m-%d %H:%M}" == "02-09 23:00"
    assert feeder_breaches(problem, plan_of(problem, [run], [feeder])) == []


# Reading -------------------------------------------------------------------------------------------------------------


def plan_of(problem: Problem, runs: list[Run], feeders: list[Feeder] | tuple[Feeder, ...]) -> Plan:
    return Plan.model_validate(
        {
            "season": problem.settings.name,
            "direction": problem.settings.direction,
            "version": "0",
            "inputs_sha256": problem.inputs_sha256,
            "cost": Cost(),
            "runs": runs,
            "feeders": feeders,
        }
    )


def broken(stop: int, times: int = 1, **changes: Any) -> list[str]:
    """Plan one round, change one of its stops, store it so many times, and return the rules it breaks."""
    people = party(3)
    problem = county(people)
    (feeder,) = plan_feeders(problem, [coach(people)])
    stops = list(feeder.stops)
    stops[stop] = stops[stop].model_copy(update=changes)
    copies = [feeder.model_copy(update={"stops": tuple(stops), "id": f"F{i}"}) for i in range(times)]
    return [breach.rule for _id, breach in feeder_breaches(problem, plan_of(problem, [coach(people)], copies))]


def test_each_rule_of_the_clock_is_read() -> None:
    assert broken(0) == []
    assert broken(0, depart=None) == ["every stop of a feeder has its times"]
    assert broken(0, depart=datetime(2027, 2, 10, 7, 32)) == ["no leg is driven faster than its minutes"]
    assert broken(1, arrive=datetime(2027, 2, 10, 7, 46)) == ["a feeder meets its run with the margin"]
    assert broken(0, times=2) == ["no more feeders of a type at once than there are"]


def test_driving_too_long_is_read() -> None:
    early = datetime(2027, 2, 10, 4, 30)  # then 195 min to the hub, partly by night
    rule = "continuous driving touching the night (Passenger Transport Safety Rules art. 38)"
    assert broken(0, arrive=early, depart=early) == [rule]


def test_driving_in_the_hours_without_is_read() -> None:
    people = party(3)
    problem = county(people)
    feeders = plan_feeders(problem, [coach(people)])
    plan = plan_of(problem, [coach(people)], feeders)
    hours = {"no_drive_from": "07:35", "no_drive_to": "09:00"}
    for exempt_km, found in ((10, 0), (9, 1)):
        strict = replace(problem, settings=builders.settings(rules=hours | {"no_drive_exempt_km": exempt_km}))
        assert [breach.actual for _id, breach in feeder_breaches(strict, plan)] == ["10 min"] * found


def test_a_fleet_that_shrinks_overnight_is_read() -> None:
    people = party(3)
    problem = county(people, fleet=(minibus(rows=(FleetRow(1, day(1), LAST),)),))
    (feeder,) = plan_feeders(county(people), [coach(people)])
    ((_id, breach),) = feeder_breaches(problem, plan_of(problem, [coach(people)], [feeder]))
    assert (breach.expected, breach.actual) == ("<= 0", "1")


@settings(max_examples=60, deadline=None)
@given(
    runs=st.lists(
        st.tuples(
            st.integers(0, 4),
            st.sampled_from([HUB, STATION]),
            st.lists(st.tuples(st.sampled_from(["顾县镇", "罗渡镇", "九龙街道"]), st.integers(1, 9)), max_size=7),
        ),
        max_size=4,
    ),
    fleet=st.lists(st.tuples(st.integers(2, 20), st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=3),
    to_work=st.booleans(),
    rules=st.fixed_dictionaries(
        {
            "board_base_min": st.integers(0, 12),
            "board_min_per_person": st.floats(0, 2),
            "rest_min": st.integers(0, 40),
            "feeder_km_per_h": st.floats(10, 80),
            "feeder_max_wait_min": st.integers(0, 300),
            "feeder_max_ride_min": st.integers(1, 200),
            "driver_day_min": st.integers(60, 480),
        }
    ),
)
def test_what_is_planned_can_be_driven(
    runs: list[tuple[int, str, list[tuple[str, int]]]],
    fleet: list[tuple[int, int, int]],
    to_work: bool,
    rules: dict[str, Any],
) -> None:
    groups = [[party(size, origin=origin) for origin, size in parties] for _day, _hub, parties in runs]
    types = tuple(
        minibus(seats, rows=(FleetRow(number, day(first), LAST),), vehicle_type=f"{seats}-{i}")
        for i, (seats, number, first) in enumerate(fleet)
    )
    problem = county(
        *(p for group in groups for p in group),
        fleet=types,
        direction="to_work" if to_work else "to_home",
        rules=rules,
        places=builders.places() | {"九龙": Place("九龙", "stop", 30.54, 106.44, township="九龙街道")},
        distances={(a, b): leg for (a, b), leg in builders.distances().items() if DONGGUAN not in (a, b)},
    )
    planned = [
        coach(*group, hub=hub, to_work=to_work, name=f"C{i}", on=day(on))
        for i, ((on, hub, _parties), group) in enumerate(zip(runs, groups, strict=True))
    ]
    feeders = plan_feeders(problem, planned)
    plan = plan_of(problem, planned, feeders)
    assert feeder_breaches(problem, plan) == []
    assert [v for v in verify(problem, plan) if v.code.startswith("V23")] == []
    summary = feeder_summary(problem, planned, feeders)
    away = sum(p.size for (_on, hub, _p), g in zip(runs, groups, strict=True) for p in g if needs(hub, p))
    assert summary.carried + summary.left_people == away
    assert plan_feeders(problem, planned) == feeders


def needs(hub: str, who: Party) -> bool:
    """Tell whether a party boards away from its own township: the station belongs to none."""
    return hub == STATION or who.origin != "九龙街道"


def test_operators_of_one_type_count_as_one() -> None:
    people = [party(9), party(9)]
    types = (minibus(), minibus(operator="二公司", rated_seats=10, vehicle_type="11座", fixed_cost_fen=12_000))
    problem = county(*people, fleet=types, rules={"feeder_max_wait_min": 0})
    runs = [coach(*people)]
    feeders = plan_feeders(problem, runs)
    assert [len(each.stops[-1].refs) for each in feeders] == [9, 9]
    assert feeder_summary(problem, runs, feeders).cost_fen == 2 * (12_000 + 8_000)


def minutes(feeder: Feeder) -> str:
    begin = feeder.stops[0].arrive
    assert begin is not None
    return f"{begin:%H:%M}"


def test_nobody_is_fetched_before_the_hour_and_the_lists_say_so() -> None:
    near, far = party(2), party(3, origin="罗渡镇")
    rules = {"feeder_max_ride_min": 120}
    free = county(near, far, rules=rules)
    (whole,) = plan_feeders(free, [coach(near, far)])
    assert minutes(whole) < "07:00"
    # A round that begins too early is cut: who can be fetched in time is.
    later = county(near, far, fleet=(minibus(number=2),), rules=rules | {"feeder_earliest": "07:00"})
    rounds = plan_feeders(later, [coach(near, far)])
    assert [minutes(each) >= "07:00" for each in rounds] == [True] * len(rounds)
    carried = {ref for each in rounds for stop in each.stops for ref in stop.refs}
    everybody = {person.ref for one in (near, far) for person in one.people}
    summary = feeder_summary(later, [coach(near, far)], rounds)
    left = {ref for each in summary.left for ref in each.need.refs}
    assert carried | left == everybody
    assert carried
    # At eight nobody can be brought any more.
    never = county(near, far, rules=rules | {"feeder_earliest": "08:00"})
    assert plan_feeders(never, [coach(near, far)]) == ()
    summary = feeder_summary(never, [coach(near, far)], ())
    assert {each.reason for each in summary.left} == {"they would be fetched before 08:00"}
    assert not any(each.is_scarce for each in summary.left)


def test_a_stored_round_before_the_hour_breaks_the_rule() -> None:
    near = party(2)
    free = county(near)
    run = coach(near)
    feeders = plan_feeders(free, [run])
    assert feeder_breaches(free, plan_of(free, [run], feeders)) == []
    for hour, found in (("05:00", 0), (minutes(feeders[0]), 0), ("07:59", 1)):
        strict = county(near, rules={"feeder_earliest": hour})
        strict = replace(strict, parties=free.parties)
        breaches = feeder_breaches(strict, plan_of(strict, [run], feeders))
        assert len(breaches) == found, hour


def test_the_hour_does_not_bind_the_way_home() -> None:
    near = party(2)
    home = county(near, direction="to_home", rules={"feeder_earliest": "23:59"})
    assert len(plan_feeders(home, [coach(near, to_work=False)])) == 1


def test_early_rounds_are_counted() -> None:
    near, far = party(2), party(3, origin="罗渡镇")
    asked = county(near, far, rules={"feeder_max_ride_min": 120, "night_to": "06:45"})
    run = coach(near, far)
    summary = feeder_summary(asked, [run], plan_feeders(asked, [run]))
    assert (summary.early_rounds, summary.early_people) == (1, 5)
    assert summary.earliest is not None
    assert f"{summary.earliest:%H:%M}" < "06:45"
    late = county(near, far, rules={"feeder_max_ride_min": 120, "night_to": "05:00"})
    summary = feeder_summary(late, [run], plan_feeders(late, [run]))
    assert (summary.early_rounds, summary.early_people, summary.earliest) == (0, 0, None)


# A plan made again -------------------------------------------------------------------------------------------------


def stood(problem: Problem, *runs: Run) -> Plan:
    """Return the plan of these runs with their feeders."""
    return replace_feeders(builders.plan_for(problem), runs, plan_feeders(problem, runs))


def replace_feeders(plan: Plan, runs: tuple[Run, ...], feeders: tuple[Feeder, ...]) -> Plan:
    return plan.model_copy(update={"runs": runs, "feeders": feeders})


@pytest.mark.parametrize("to_work", [True, False])
def test_rounds_stay_at_their_times_with_their_ids_whoever_comes_beside(to_work: bool) -> None:
    """Two coaches share two minibuses; a fuller third one would be served first."""
    mine, others, full = party(2), party(2, origin="罗渡镇"), party(9)
    direction = "to_work" if to_work else "to_home"
    problem = county(mine, others, full, fleet=(minibus(number=2),), direction=direction)
    runs = [coach(mine, to_work=to_work), coach(others, name="C2", to_work=to_work)]
    before = stood(problem, *runs)
    assert len(before.feeders) == 2
    more = [coach(full, name="C0", to_work=to_work), *runs]
    after = plan_feeders(problem, more, before)
    kept = {each.id: each for each in after if each.serves != "C0"}
    assert kept == {each.id: each for each in before.feeders}
    assert len({each.id for each in after}) == len(after)
    assert list(feeder_breaches(problem, replace_feeders(before, tuple(more), after))) == []


def test_who_is_gone_leaves_the_round_and_who_comes_gets_on_it() -> None:
    stays, goes, comes = party(2), party(3), party(4)
    problem = county(stays, goes, comes)
    before = stood(problem, coach(stays, goes))
    (old,) = before.feeders
    (after,) = plan_feeders(problem, [coach(stays, comes)], before)
    assert (after.id, after.stops[0].arrive) == (old.id, old.stops[0].arrive)
    assert set(after.stops[0].refs) == {each.ref for each in (*stays.people, *comes.people)}


def test_too_many_for_the_round_get_another_one() -> None:
    stays, comes = party(6), party(6)
    problem = county(stays, comes, fleet=(minibus(number=2),))
    before = stood(problem, coach(stays))
    after = plan_feeders(problem, [coach(stays, comes)], before)
    assert sorted(sum(len(s.refs) for s in each.stops if s.kind == "board") for each in after) in ([2, 10], [6, 6])
    assert before.feeders[0].id in {each.id for each in after}


def test_rows_may_stand_elsewhere_when_the_plan_is_made_again() -> None:
    people = party(3)
    problem = county(people)
    before = stood(problem, coach(people))
    sent = replace(people, people=tuple(replace(p, ref=f"roster/新.xlsx!S!{n}") for n, p in enumerate(people.people)))
    (after,) = plan_feeders(county(sent), [coach(sent)], before)
    assert (after.id, set(after.stops[0].refs)) == (before.feeders[0].id, {each.ref for each in sent.people})


@pytest.mark.parametrize("fleet", [(minibus(number=1, rated_seats=19),), (minibus(3, 2),)])
def test_without_its_minibus_a_round_is_planned_anew(fleet: tuple[VehicleType, ...]) -> None:
    people = [party(2), party(2)]
    before = stood(county(*people), coach(*people))
    changed = county(*people, fleet=fleet)
    after = plan_feeders(changed, [coach(*people)], before)
    assert {each.vehicle_type for each in after} == {fleet[0].vehicle_type}
    assert not {each.id for each in after} & {each.id for each in before.feeders}
    carried = [ref for each in after for stop in each.stops if stop.kind == "board" for ref in stop.refs]
    assert len(carried) == 4


def test_a_run_that_leaves_at_another_time_has_its_minibus_then() -> None:
    people = party(2)
    problem = county(people)
    before = stood(problem, coach(people))
    late = coach(people)
    late = late.model_copy(
        update={"stops": (late.stops[0].model_copy(update={"depart": datetime(2027, 2, 10, 14)}), late.stops[1])}
    )
    (after,) = plan_feeders(problem, [late], before)
    assert f"{after.stops[-1].arrive:%H:%M}" == "13:45"


@pytest.mark.parametrize("to_work", [True, False])
def test_on_a_frozen_run_a_minibus_stays_though_a_row_names_another_township(to_work: bool) -> None:
    """The roster was mended after they had been told where they are fetched."""
    people, beside = party(2), party(2)
    run, other = coach(people, beside, to_work=to_work), coach(party(1), name="C9", to_work=to_work)
    direction = "to_work" if to_work else "to_home"
    before = stood(county(people, beside, direction=direction), run)
    now = county(replace(people, origin="罗渡镇"), beside, direction=direction)
    assert "V232" in {each.code for each in verify(now, before)}
    assert "V232" not in {each.code for each in verify(now, before, (run,))}
    assert "V232" in {each.code for each in verify(now, before, (other,))}
