"""The timetable's reader: each rule broken once is named with its place and minute; what the builder makes is legal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.evaluate import Evaluator
from scheduler.itinerary import Breach, breaches, timetable
from scheduler.plan import Passenger, Run, Stop
from scheduler.problem import Leg, Problem
from tests import builders
from tests.builders import DONGGUAN, FIRST, GUXIAN, LUODU, SHENZHEN

pytestmark = pytest.mark.usefixtures("english")


def moment(text: str) -> datetime:
    """Return a time of the run's first day, or of the next days after 24:00."""
    hour, minute = int(text[:2]), int(text[3:])
    return datetime(2027, 2, 10 + hour // 24, hour % 24, minute)


def run_of(*stops: tuple[str, str, str, str], drivers: int = 1) -> Run:
    """Return a coach run with these (place, kind, arrive, depart)."""
    return Run(
        id="C0210-深圳-01",
        mode="coach",
        date=FIRST,
        vehicle_type="49座",
        operator="岳运",
        seats=45,
        drivers=drivers,
        stops=tuple(
            Stop(place=place, kind=kind, arrive=moment(arrive), depart=moment(depart))
            for place, kind, arrive, depart in stops
        ),
        passengers=(),
    )


def problem_of(minutes: float, km: float = 300, **rules: Any) -> Problem:
    """Return a problem with one road from 顾县 to 深圳."""
    return builders.problem(rules=rules, distances={(GUXIAN, SHENZHEN): Leg(km, minutes)})


def start(depart: str = "08:00", arrive: str = "07:40") -> tuple[str, str, str, str]:
    return (GUXIAN, "board", arrive, depart)


def end(arrive: str) -> tuple[str, str, str, str]:
    return (SHENZHEN, "alight", arrive, arrive)


def only(found: list[Breach], rule: str) -> Breach:
    """Return the only breach, which must be of this rule."""
    assert [rule in breach.rule for breach in found] == [True], found
    return found[0]


def test_a_legal_run_breaks_nothing() -> None:
    rest = ("服务区1", "rest", "12:00", "12:20")
    assert breaches(problem_of(300), run_of(start(), rest, end("13:20"))) == []


def test_too_long_by_day() -> None:
    breach = only(breaches(problem_of(300), run_of(start(), end("13:00"))), "by day")
    assert breach[1:] == (
        f"{GUXIAN} → {SHENZHEN}",
        moment("12:00"),
        "<= 240 min, then 20 min of rest",
        "300 min",
    )


def test_a_rest_too_short_is_no_rest() -> None:
    rest = ("服务区1", "rest", "12:00", "12:19")
    breach = only(breaches(problem_of(300), run_of(start(), rest, end("13:19"))), "by day")
    assert (breach.place, breach.minute) == (f"服务区1 → {SHENZHEN}", moment("12:19"))


def test_too_long_by_night() -> None:
    problem = problem_of(180, depart_at="20:30")
    breach = only(breaches(problem, run_of(start("20:30", "20:10"), end("23:30"))), "night")
    assert (breach.minute, breach.actual) == (moment("22:30"), "180 min")


def test_driving_between_two_and_five() -> None:
    problem = problem_of(60, depart_at="01:30")
    breach = only(breaches(problem, run_of(start("01:30", "01:10"), end("02:30"))), "no driving")
    assert (breach.minute, breach.actual) == (moment("02:00"), "30 min")


def test_driving_between_two_and_five_is_free_up_to_200_km() -> None:
    run = run_of(start("01:30", "01:10"), end("02:30"))
    assert breaches(problem_of(60, km=200, depart_at="01:30"), run) == []
    assert breaches(problem_of(60, km=200.1, depart_at="01:30"), run)


def test_a_leg_driven_too_fast() -> None:
    breach = only(breaches(problem_of(121), run_of(start(), end("10:00"))), "faster")
    assert (breach.place, breach.expected, breach.actual) == (f"{GUXIAN} → {SHENZHEN}", ">= 121 min", "120 min")
    assert breaches(problem_of(120.4), run_of(start(), end("10:00"))) == []


def test_one_driver_for_more_than_eight_hours() -> None:
    rests = ("服务区1", "rest", "12:00", "12:20"), ("服务区2", "rest", "16:20", "16:40")
    run = run_of(start(), *rests, end("18:40"))
    breach = only(breaches(problem_of(600), run), "24 h")
    assert (breach.expected, breach.actual) == ("<= 480 min with 1 driver", "600 min")
    assert breaches(problem_of(600), run.model_copy(update={"drivers": 2})) == []


def test_two_drivers_who_cannot_share_whole_drives() -> None:
    # 5 x 180 min: two drivers may drive 960 together, but each only two of the five.
    clock, stops = 300, [start("05:00", "04:40")]
    for number in range(4):
        clock += 185
        stops.append((f"服务区{number}", "rest", hhmm(clock), hhmm(clock + 20)))
        clock += 20
    stops.append(end(hhmm(clock + 185)))
    problem = problem_of(925, depart_at="05:00", max_drive_night_min=240)
    breach = only(breaches(problem, run_of(*stops, drivers=2)), "24 h")
    assert breach.actual == "2 drivers cannot share it"
    assert breaches(problem, run_of(*stops, drivers=3)) == []


def hhmm(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def test_seven_days() -> None:
    run = run_of(start(), ("服务区1", "rest", "12:00", "12:20"), end("16:20"))
    assert "7 days" in only(breaches(problem_of(480, driver_week_min=479), run), "7 days").rule


def test_departure_at_another_time_or_date() -> None:
    problem = problem_of(60)
    assert only(breaches(problem, run_of(start("09:00"), end("10:00"))), "depart_at").actual == "09:00"
    breach = only(breaches(problem, run_of(start("32:00", "31:40"), end("33:00"))), "run's date")
    assert (breach.expected, breach.actual) == ("2027-02-10", "2027-02-11")


def test_a_departure_put_off_to_the_end_of_the_hours_without_driving() -> None:
    run = run_of(start("05:00", "04:40"), end("06:00"))
    assert breaches(problem_of(60, depart_at="03:00"), run) == []
    assert only(breaches(problem_of(60, km=150, depart_at="03:00"), run), "depart_at").expected == "03:00"


def test_times_missing_or_out_of_order() -> None:
    problem = problem_of(60)
    run = run_of(start(), end("09:00"))
    untimed = run.model_copy(update={"stops": (run.stops[0], Stop(place=SHENZHEN, kind="alight"))})
    assert only(breaches(problem, untimed), "has its times").place == SHENZHEN
    assert only(breaches(problem, run_of(start(), end("07:59"))), "follow").minute == moment("07:59")
    assert only(breaches(problem, run_of(start("08:00", "08:10"), end("09:10"))), "follow").place == GUXIAN


def test_a_train_is_not_held_to_the_rules_of_the_road() -> None:
    run = run_of(start(), end("23:00")).model_copy(update={"mode": "train"})
    assert breaches(problem_of(300), run) == []


clocks = st.integers(0, 1439).map(hhmm)


@settings(max_examples=60, deadline=None)
@given(
    km=st.tuples(st.floats(1, 60), st.floats(1, 3600), st.floats(1, 200)),
    slow=st.floats(1, 4),
    people=st.integers(0, 60),
    departs=st.lists(clocks, min_size=1, max_size=3),
    night=st.tuples(clocks, clocks),
    closed=st.tuples(clocks, clocks),
    longest=st.tuples(st.integers(20, 600), st.integers(20, 600)),
    rest=st.integers(0, 90),
    day_min=st.integers(60, 700),
)
def test_what_the_builder_makes_is_legal(
    km: tuple[float, float, float],
    slow: float,
    people: int,
    departs: list[str],
    night: tuple[str, str],
    closed: tuple[str, str],
    longest: tuple[int, int],
    rest: int,
    day_min: int,
) -> None:
    names = [GUXIAN, LUODU, DONGGUAN, SHENZHEN]
    problem = builders.problem(
        distances={(a, b): Leg(d, d / 78 * 60 * slow) for a, b, d in zip(names, names[1:], km, strict=False)},
        rules={
            "depart_at": departs,
            "night_from": night[0],
            "night_to": night[1],
            "no_drive_from": closed[0],
            "no_drive_to": closed[1],
            "max_drive_day_min": longest[0],
            "max_drive_night_min": longest[1],
            "rest_min": rest,
            "driver_day_min": day_min,
        },
    )
    evaluator = Evaluator(problem)
    path = evaluator.path_of((GUXIAN, LUODU), (DONGGUAN, SHENZHEN))
    run = run_of(drivers=evaluator.drivers(path)).model_copy(
        update={
            "stops": tuple(Stop(place=n, kind="board" if n in (GUXIAN, LUODU) else "alight") for n in names),
            "passengers": tuple(
                Passenger(
                    person=str(i),
                    ref=str(i),
                    party=str(i),
                    seat=None,
                    board=names[i % 2],
                    alight=names[2 + i % 2],
                )
                for i in range(people)
            ),
        }
    )
    stops = timetable(evaluator, run)
    if stops is not None:
        assert breaches(problem, run.model_copy(update={"stops": stops})) == []
