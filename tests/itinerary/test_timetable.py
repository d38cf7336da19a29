"""The timetable's builder: legal for any path, and as early as an exhaustive search on a grid of ten minutes."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.evaluate import Evaluator
from scheduler.itinerary import timetable
from scheduler.itinerary.driving import Stand, clock_minute, stands
from scheduler.itinerary.timetable import leg_minutes
from scheduler.plan import Passenger, Run, Stop
from scheduler.problem import Leg
from scheduler.settings import CoachRules
from tests import builders
from tests.builders import DONGGUAN, FIRST, GUXIAN, HUB, LUODU, SHENZHEN, STATION

RULES = CoachRules()


def inside(minute: int, begin: int, end: int) -> bool:
    """Tell whether a minute lies in a daily span that may go over midnight."""
    return (minute - begin) % 1440 < (end - begin) % 1440


def simulate(way: tuple[Stand, ...], rules: CoachRules, exempt: bool) -> list[str]:
    """Follow the coach minute by minute and return what it breaks, by arithmetic of its own."""
    driving = [False] * (way[-1].arrive + 1)
    for here, there in pairwise(way):
        driving[here.depart : there.arrive] = [True] * (there.arrive - here.depart)
    begin = way[0].depart
    night = clock_minute(rules.night_from), clock_minute(rules.night_to)
    closed = clock_minute(rules.no_drive_from), clock_minute(rules.no_drive_to)
    wrong, drove, stood, touched = [], 0, rules.rest_min, False
    for minute in range(begin, way[-1].arrive):
        if not driving[minute]:
            stood += 1
            continue
        if stood >= rules.rest_min:
            drove, touched = 0, False
        stood, drove, touched = 0, drove + 1, touched or inside(minute, *night)
        if drove > (rules.max_drive_night_min if touched else rules.max_drive_day_min):
            wrong.append(f"{drove} min without a break at {minute}")
        if not exempt and inside(minute, *closed):
            wrong.append(f"driving at {minute}")
    return wrong


def earliest(rules: CoachRules, legs: list[int], dwells: list[int], depart: int, exempt: bool) -> int:
    """Return the earliest arrival by following every choice of driving or standing in steps of ten minutes."""
    night = clock_minute(rules.night_from), clock_minute(rules.night_to)
    closed = clock_minute(rules.no_drive_from), clock_minute(rules.no_drive_to)
    # A state: leg, minutes left of it, minutes still to stand at the stop, driven since the break, night, stood.
    states = {(0, legs[0], 0, 0, False, 0)}
    for now in range(depart, depart + 20_000, 10):
        following = set()
        for leg, left, dwell, drove, touched, stood in states:
            rested = stood + 10 >= rules.rest_min
            if now > depart:
                after = 0 if rested else drove, touched and not rested, min(stood + 10, 1440)
                following.add((leg, left, max(0, dwell - 10), *after))
            touching = touched or inside(now, *night)
            limit = rules.max_drive_night_min if touching else rules.max_drive_day_min
            if dwell or drove + 10 > limit or (not exempt and inside(now, *closed)):
                continue
            if left > 10:
                following.add((leg, left - 10, 0, drove + 10, touching, 0))
            elif leg == len(legs) - 1:
                return now + 10
            else:
                following.add((leg + 1, legs[leg + 1], dwells[leg + 1], drove + 10, touching, 0))
        states = following
    raise AssertionError("no way found")


def arrival(
    legs: list[int], dwells: list[int] | None = None, depart: str = "08:00", drivers: int = 3, **rules: Any
) -> str:
    """Return the arrival as day+clock."""
    way = stands(CoachRules(**rules), legs, dwells or [10] * (len(legs) + 1), clock_minute(depart), drivers, False)
    assert way is not None
    day, minute = divmod(way[-1].arrive, 1440)
    return f"{day}+{minute // 60:02}:{minute % 60:02}"


def test_four_hours_need_no_rest() -> None:
    assert arrival([240]) == "0+12:00"


def test_a_minute_more_needs_one() -> None:
    assert arrival([241]) == "0+12:21"


def test_a_stop_of_twenty_minutes_is_a_break_and_a_shorter_one_is_prolonged_when_that_pays() -> None:
    assert arrival([200, 200], [10, 20, 10]) == "0+15:00"
    assert arrival([200, 200], [10, 15, 10]) == "0+15:00"


def test_a_stretch_that_touches_the_night_is_held_to_two_hours() -> None:
    # 20:00-22:00, rest, 22:20-00:20, rest, 00:40-01:00
    assert arrival([260], depart="20:00") == "1+01:00"
    # 21:00-23:00 touches the night
    assert arrival([121], depart="21:00") == "0+23:21"
    # 19:00-22:00 stays out of it, then two hours of night
    assert arrival([181], depart="19:00") == "0+22:21"


def test_the_coach_parks_from_two_to_five() -> None:
    assert arrival([60], depart="01:30") == "0+05:30"


def test_a_break_that_ends_shortly_before_the_night_does_waits_for_it() -> None:
    # Standing from 05:32 to 05:52; at 06:00 four hours may be driven, at 05:52 only two before the next break.
    assert arrival([32, 240], [10, 20, 10], depart="05:00") == "0+10:00"


def test_rounding_to_the_minute_does_not_cost_a_driver_his_hours() -> None:
    assert leg_minutes([100.4, 379.6], 480) == [101, 379]
    assert leg_minutes([100.4, 379.6], 960) == [101, 380]


def test_drivers_who_are_out_of_hours_rest_the_coach() -> None:
    way = stands(RULES, [600], [10, 10], 480, 1, False)
    assert way is not None
    assert way[-1].arrive > 1440
    assert not simulate(way, RULES, False)


def test_a_drive_no_fortnight_suffices_for_has_no_timetable() -> None:
    assert stands(CoachRules(no_drive_from="05:00", no_drive_to="04:50"), [600], [10, 10], 480, 3, False) is None


def test_rests_of_no_minutes_are_legal() -> None:
    assert arrival([90], max_drive_day_min=30, rest_min=0) == "0+09:30"


tens = st.integers(1, 30).map(lambda number: number * 10)


@settings(max_examples=40, deadline=None)
@given(
    legs=st.lists(tens, min_size=1, max_size=3),
    depart=st.integers(0, 143).map(lambda number: number * 10),
    dwell=st.sampled_from([0, 10, 20, 30]),
    rest=st.sampled_from([10, 20, 30, 50]),
    longest=st.sampled_from([(240, 120), (120, 60), (100, 100), (60, 30)]),
    night=st.sampled_from([("22:00", "06:00"), ("00:00", "04:30"), ("05:00", "05:00")]),
    exempt=st.booleans(),
)
def test_nothing_is_earlier_on_a_grid(
    legs: list[int], depart: int, dwell: int, rest: int, longest: tuple[int, int], night: tuple[str, str], exempt: bool
) -> None:
    rules = CoachRules(
        max_drive_day_min=longest[0],
        max_drive_night_min=longest[1],
        rest_min=rest,
        night_from=night[0],
        night_to=night[1],
        driver_day_min=1440,
        driver_week_min=10_080,
    )
    if not exempt and inside(depart, 120, 300):
        depart = 300
    dwells = [dwell] * (len(legs) + 1)
    way = stands(rules, legs, dwells, depart, 3, exempt)
    assert way is not None
    assert not simulate(way, rules, exempt)
    assert way[-1].arrive == earliest(rules, legs, dwells, depart, exempt)


def one_run(problem: Any, stops: list[tuple[str, str]], drivers: int | None = None, people: int = 0) -> Run:
    """Return a coach run of FIRST without times, everyone from the first to the last stop."""
    first, last = stops[0][0], stops[-1][0]
    return Run(
        id="C0210-深圳-01",
        mode="coach",
        date=FIRST,
        vehicle_type="49座",
        operator="岳运",
        seats=45,
        drivers=drivers,
        stops=tuple(Stop(place=place, kind=kind) for place, kind in stops),
        passengers=tuple(
            Passenger(person=key, ref=key, party=key, seat=None, board=first, alight=last)
            for key in map(str, range(people))
        ),
    )


def timed(km: float, minutes: float | None = None, people: int = 0, **rules: Any) -> tuple[Stop, ...] | None:
    """Return the timetable of a run of so many km from 顾县 to 深圳."""
    problem = builders.problem(rules=rules, distances={(GUXIAN, SHENZHEN): Leg(km, minutes)})
    return timetable(Evaluator(problem), one_run(problem, [(GUXIAN, "board"), (SHENZHEN, "alight")], people=people))


@settings(max_examples=200, deadline=None)
@given(
    km=st.floats(10, 4000),
    near=st.tuples(st.floats(0, 25), st.floats(0, 220)),
    speed=st.floats(20, 120),
    depart=st.integers(0, 1439),
    people=st.integers(0, 59),
    to_work=st.booleans(),
)
def test_any_path_has_a_legal_timetable(
    km: float, near: tuple[float, float], speed: float, depart: int, people: int, to_work: bool
) -> None:
    """Two stops at either end, any speed and departure: followed minute by minute, shared out among its drivers."""
    names = [GUXIAN, LUODU, DONGGUAN, SHENZHEN] if to_work else [SHENZHEN, DONGGUAN, LUODU, GUXIAN]
    legs_km = (near[0], km, near[1]) if to_work else (near[1], km, near[0])
    problem = builders.problem(
        direction="to_work" if to_work else "to_home",
        rules={"depart_at": f"{depart // 60:02}:{depart % 60:02}"},
        distances={pair: Leg(leg, leg / speed * 60) for pair, leg in zip(pairwise(names), legs_km, strict=True)},
    )
    run = one_run(problem, list(zip(names, ("board", "board", "alight", "alight"), strict=True)), people=people)
    stops = timetable(Evaluator(problem), run)
    assert stops is not None
    midnight = datetime(FIRST.year, FIRST.month, FIRST.day)
    way = tuple(
        Stand(minute(stop.arrive, midnight), minute(stop.depart, midnight), i if stop.kind != "rest" else None)
        for i, stop in enumerate(stops)
    )
    exempt = round(sum(legs_km), 1) <= 200
    assert not simulate(way, RULES, exempt)
    assert way[0].depart == (300 if not exempt and 120 <= depart < 300 else depart)
    assert all(stand.depart - stand.arrive >= 20 for stand in way if stand.stop is None)
    heads = iter((people, 0, 0, people))
    assert all(stand.depart - stand.arrive >= 10 + next(heads) / 4 for stand in way if stand.stop is not None)
    drives = [(here.depart, there.arrive) for here, there in pairwise(way)]
    served = [i for i, stand in enumerate(way) if stand.stop is not None]
    for (first, last), leg in zip(pairwise(served), legs_km, strict=True):
        assert sum(end - begin for begin, end in drives[first:last]) >= leg / speed * 60 - 1
    assert sum(end - begin for begin, end in drives) >= sum(legs_km) / speed * 60 - 1e-5
    hours = max(sum(legs_km) / 78, sum(legs_km) / speed)
    drivers = 1 if hours <= 8 and sum(legs_km) <= 600 else 2 if hours <= 16 else 3
    for days, most in ((1, 480), (7, 2640)):  # of all drivers together; the most ends with a drive
        for _begin, until in drives:
            begins = until - days * 1440
            assert sum(max(0, min(end, until) - max(begin, begins)) for begin, end in drives) <= most * drivers
    if sum(end - begin for begin, end in drives) <= 2640:  # the week binds nobody: then a sharing is soon found
        assert shared(drives, [()] * drivers)


def minute(moment: datetime | None, midnight: datetime) -> int:
    assert moment is not None
    return round((moment - midnight).total_seconds() / 60)


def test_times_stand_at_stops_and_rests() -> None:
    stops = timed(78 * 5, people=45)
    assert stops is not None
    assert [(s.place, s.kind, f"{s.arrive:%H:%M}", f"{s.depart:%H:%M}") for s in stops] == [
        (GUXIAN, "board", "07:38", "08:00"),
        ("服务区1", "rest", "12:00", "12:20"),
        (SHENZHEN, "alight", "13:20", "13:42"),
    ]


def test_a_departure_is_chosen_that_arrives_at_a_sane_hour() -> None:
    stops = timed(78 * 14, people=40, depart_at=["08:00", "14:00"])
    assert stops is not None
    assert f"{stops[0].depart:%H:%M}" == "14:00"
    stops = timed(78 * 4, people=40, depart_at=["08:00", "14:00"])
    assert stops is not None
    assert f"{stops[0].depart:%H:%M}" == "08:00"


def test_the_hours_to_arrive_at_are_a_setting() -> None:
    for late, departure in (
        (("23:00", "05:00"), "14:00"),
        (("12:00", "18:00"), "08:00"),
        (("05:00", "05:00"), "08:00"),
    ):
        stops = timed(78 * 14, people=40, depart_at=["08:00", "14:00"], late_from=late[0], late_to=late[1])
        assert stops is not None
        assert f"{stops[0].depart:%H:%M}" == departure


def test_a_departure_in_the_hours_without_driving_is_put_off() -> None:
    long, short = timed(1500, depart_at="03:00"), timed(150, depart_at="03:00")
    assert long is not None
    assert short is not None
    assert (f"{long[0].depart:%H:%M}", f"{short[0].depart:%H:%M}") == ("05:00", "03:00")


def test_a_departure_put_off_to_the_next_day_is_none() -> None:
    assert timed(1500, depart_at="23:30", no_drive_from="23:00") is None


def test_a_leg_without_a_distance_has_no_timetable() -> None:
    problem = builders.problem(
        places=builders.places() | {SHENZHEN: builders.Place(SHENZHEN, "division")}, distances={}
    )
    assert timetable(Evaluator(problem), one_run(problem, [(GUXIAN, "board"), (SHENZHEN, "alight")])) is None


def test_rests_already_in_a_run_are_ignored() -> None:
    problem = builders.problem()
    run = one_run(problem, [(GUXIAN, "board"), (HUB, "board"), (SHENZHEN, "alight")])
    once = timetable(Evaluator(problem), run)
    assert once is not None
    assert timetable(Evaluator(problem), run.model_copy(update={"stops": once})) == once


def test_a_train_has_its_listed_times() -> None:
    problem = builders.problem(trains=(builders.train(),))
    run = Run(
        id="T",
        mode="train",
        date=FIRST,
        train="K586",
        seats=200,
        stops=(Stop(place=STATION, kind="board"), Stop(place=SHENZHEN, kind="alight")),
        passengers=(),
    )
    stops = timetable(Evaluator(problem), run)
    assert stops is not None
    assert [(stop.arrive, stop.depart) for stop in stops] == [
        (None, datetime(2027, 2, 10, 10, 0)),
        (datetime(2027, 2, 11, 9, 20), None),
    ]


@pytest.mark.parametrize("drivers", [1, 2, 3])
@pytest.mark.parametrize("drive_min", [480, 481, 960, 961, 1440, 2400])
def test_the_drivers_can_share_it(drivers: int, drive_min: int) -> None:
    way = stands(RULES, [drive_min], [20, 20], 480, drivers, False)
    assert way is not None
    assert not simulate(way, RULES, False)
    drives = [(here.depart, there.arrive) for here, there in pairwise(way)]
    assert sum(end - begin for begin, end in drives) == drive_min
    assert shared(drives, [()] * drivers)


@settings(max_examples=100, deadline=None)
@given(legs=st.lists(st.integers(5, 90), max_size=5), long=st.integers(10, 3200), depart=st.integers(300, 1559))
def test_with_the_default_limits_drivers_cost_the_coach_no_more_than_a_rest(
    legs: list[int], long: int, depart: int
) -> None:
    legs = [*legs[:2], long, *legs[2:]]
    drivers = 1 if sum(legs) <= 480 else 2 if sum(legs) <= 960 else 3
    unlimited = CoachRules(driver_day_min=1440, driver_week_min=10_080)
    dwells = [15] * (len(legs) + 1)
    way, free = (stands(rules, legs, dwells, depart, drivers, False) for rules in (RULES, unlimited))
    assert way is not None
    assert free is not None
    assert way[-1].arrive <= free[-1].arrive + RULES.rest_min


def shared(drives: list[tuple[int, int]], logs: list[tuple[tuple[int, int], ...]]) -> bool:
    """Try every way to give whole drives to drivers with at most 8 h in any 24 h, the most rested first."""
    if not drives:
        return True
    (begin, end), rest = drives[0], drives[1:]

    def hours(log: tuple[tuple[int, int], ...]) -> int:
        return sum(max(0, done - max(start, end - 1440)) for start, done in log) + end - begin

    for log in sorted(set(logs), key=hours):
        number = logs.index(log)
        if hours(log) <= 480 and shared(rest, [*logs[:number], (*log, (begin, end)), *logs[number + 1 :]]):
            return True
    return False
