"""Pins that cannot all hold: each kind of contradiction, the smallest set of it, and pins that are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.contradictions.sets import contradictions
from scheduler.pins import Pin
from scheduler.plan import Plan
from scheduler.problem import FleetRow, Problem
from tests.builders import (
    DONGGUAN,
    FIRST,
    GUXIAN,
    HUB,
    LAST,
    LUODU,
    STATION,
    Service,
    day,
    party,
    plan_for,
    problem,
    train,
    vehicle,
)

A, B, C, D, E = range(5)
"""Parties: three of 顾县, two of 罗渡, one, one to 东莞 by any means, one by train only."""


def season(**changes: Any) -> tuple[Problem, Plan]:
    """Return five parties, a train on the first day, and a plan of two coaches (R1, R2) and the train (R3)."""
    parties = [
        party(3),
        party(2, origin="罗渡镇"),
        party(1, latest=day(1)),
        party(1, destination="441900", work_stop=DONGGUAN),
        party(1, mode="train"),
    ]
    asked = problem(*parties, trains=(train(),), **changes)
    coaches = [(Service(day(0)), [parties[A]]), (Service(day(1), (LUODU,)), [parties[B]])]
    return asked, plan_for(asked, *coaches, (Service(train="K586"), [parties[E]]))


def key(asked: Problem, index: int, person: int = 0) -> str:
    """Return the key of a person of a party."""
    return asked.parties[index].people[person].key


Row = tuple[str, dict[str, Any]]


def pin(kind: str, person: int | None = None, with_: int | None = None, **columns: Any) -> Row:
    """Return a row: parties by number."""
    people = {"person": person, "with_": with_}
    return kind, columns | {name: number for name, number in people.items() if number is not None}


def pinned(asked: Problem, rows: Sequence[Row]) -> Problem:
    """Return the problem with these pins, rows from 2 on."""
    pins = []
    for number, (kind, columns) in enumerate(rows, 2):
        who = columns.pop("who", 0) if isinstance(columns, dict) else 0
        cells = {
            n: key(asked, v, who if n == "person" else 0) if n in ("person", "with_") else v for n, v in columns.items()
        }
        pins.append(Pin(kind, ref=f"pins.csv!!{number}", **cells))  # type: ignore[arg-type]
    return replace(asked, pins=tuple(pins))


def rows_of(asked: Problem, plan: Plan | None, frozen: Sequence[str] = ()) -> list[list[int]]:
    """Return the rows of each contradiction."""
    found = contradictions(asked, plan, frozen)
    assert all(each.rule for each in found)
    return [[int(pin.ref.rsplit("!", 1)[1]) for pin in each.pins] for each in found]


def k586(**columns: Any) -> dict[str, Any]:
    return {"run": "K586", "date": FIRST} | columns


CASES: dict[str, tuple[list[Row], list[list[int]]]] = {
    "none": ([], []),
    "all at peace": (
        [
            pin("together", A, B),
            pin("apart", A, C),
            pin("date", A, date=day(1)),
            pin("board", C, board=HUB),
            pin("mode", B, mode="coach"),
            pin("leave", D),
            pin("open", date=day(1), destination="440300"),
            pin("closed", date=day(3)),
        ],
        [],
    ),
    "two dates": ([pin("date", A, date=day(0)), pin("date", A, date=day(1))], [[2, 3]]),
    "one date twice": ([pin("date", A, date=day(0)), pin("date", A, date=day(0), reason="again")], []),
    "two dates of one company": (
        [pin("date", A, date=day(0)), pin("date", B, date=day(1)), pin("together", A, B)],
        [[2, 3, 4]],
    ),
    "together and apart": ([pin("together", A, B), pin("apart", B, A)], [[2, 3]]),
    "together by a chain and apart": (
        [pin("together", A, B), pin("date", D, date=day(1)), pin("together", B, C), pin("apart", C, A)],
        [[2, 4, 5]],
    ),
    "apart within a party": ([pin("apart", A, A)], [[2]]),
    "stays and travels": ([pin("leave", A), pin("run", A, run="R1", date=day(0))], [[2, 3]]),
    "stays and has a date": ([pin("leave", A), pin("date", A, date=day(0))], [[2, 3]]),
    "stays, and who is with them travels": (
        [pin("leave", A), pin("together", A, B), pin("mode", B, mode="coach")],
        [[2, 3, 4]],
    ),
    "both stay together": ([pin("leave", A), pin("together", A, B)], []),
    "two runs": ([pin("run", A, run="R1", date=day(0)), pin("run", A, run="R2", date=day(1))], [[2, 3]]),
    "a run and another date": ([pin("run", A, run="R1", date=day(0)), pin("date", A, date=day(1))], [[2, 3]]),
    "a coach and by train": ([pin("run", A, run="R1", date=day(0)), pin("mode", A, mode="train")], [[2, 3]]),
    "a train and by coach": ([pin("run", A, **k586()), pin("mode", A, mode="coach")], [[2, 3]]),
    "two modes": ([pin("mode", A, mode="train"), pin("mode", A, mode="coach")], [[2, 3]]),
    "two places": ([pin("board", A, board=GUXIAN), pin("board", A, board=HUB)], [[2, 3]]),
    "two places of two parties": ([pin("board", A, board=GUXIAN), pin("board", B, board=LUODU)], []),
    "apart on one run": (
        [pin("run", A, run="R1", date=day(0)), pin("run", B, run="R1", date=day(0)), pin("apart", A, B)],
        [[2, 3, 4]],
    ),
    "together on two runs": (
        [pin("run", A, run="R1", date=day(0)), pin("together", A, B), pin("run", B, run="R2", date=day(1))],
        [[2, 3, 4]],
    ),
    "one seat for two": (
        [pin("run", A, run="R1", date=day(0), seat="5"), pin("run", B, run="R1", date=day(0), seat="5")],
        [[2, 3]],
    ),
    "a party's seats far apart": (
        [pin("run", A, run="R1", date=day(0), seat="5"), pin("run", A, who=1, run="R1", date=day(0), seat="8")],
        [[2, 3]],
    ),
    "a party's seats in a row": (
        [pin("run", A, run="R1", date=day(0), seat="5"), pin("run", A, who=1, run="R1", date=day(0), seat="7")],
        [],
    ),
    # Against rosters, fleet and rules
    "a date outside the window": ([pin("date", C, date=day(3))], [[2]]),
    "a run outside the window": ([pin("run", C, run="R9", date=day(3))], [[2]]),
    "by coach who asked for a train": ([pin("mode", E, mode="coach")], [[2]]),
    "a coach for who asked for a train": ([pin("run", E, run="R1", date=day(0))], [[2]]),
    "together, one by train and one pinned to a coach": (
        [pin("together", A, E), pin("mode", A, mode="coach")],
        [[2, 3]],
    ),
    "a place closed to the township": ([pin("board", A, board=LUODU)], [[2]]),
    "by train on a day without one": ([pin("date", A, date=day(2)), pin("mode", A, mode="train")], [[2, 3]]),
    "a train closed": ([pin("run", A, **k586()), pin("closed", **k586())], [[2, 3]]),
    "by train, and it is closed": ([pin("mode", A, mode="train"), pin("closed", run="K586", date=FIRST)], [[2, 3]]),
    "a train to where none may go": ([pin("run", A, **k586()), pin("closed", destination="440300")], [[2, 3]]),
    "a train that may go elsewhere": ([pin("run", D, **k586()), pin("closed", destination="440300")], []),
    "a train from where none may start": (
        [pin("mode", A, mode="train"), pin("closed", date=FIRST, board=STATION)],
        [[2, 3]],
    ),
    "a date on which nothing goes": ([pin("date", A, date=day(2)), pin("closed", date=day(2))], [[2, 3]]),
    "a run of a type that is closed": (
        [pin("run", A, run="R1", date=day(0)), pin("closed", date=day(0), vehicle_type="49座", destination="440000")],
        [[2, 3]],
    ),
    "a run of another day is closed": (
        [pin("run", A, run="R1", date=day(0)), pin("closed", date=day(1), vehicle_type="49座", destination="440300")],
        [],
    ),
    # Runs
    "open and closed": ([pin("open", **k586()), pin("closed", **k586())], [[2, 3]]),
    "open within closed": (
        [pin("open", date=day(1), destination="440300"), pin("closed", destination="440000")],
        [[2, 3]],
    ),
    "closed within open": ([pin("open", destination="440000"), pin("closed", date=day(1), destination="440300")], []),
    "nobody goes there": ([pin("open", date=day(1), destination="330100")], [[2]]),
    "no such place to board": ([pin("open", date=day(1), board="天边")], [[2]]),
    "no such coach that day": ([pin("open", date=day(1), vehicle_type="38座")], [[2]]),
    # Two contradictions at once
    "two by two": (
        [
            pin("date", A, date=day(0)),
            pin("mode", B, mode="train"),
            pin("date", A, date=day(1)),
            pin("mode", B, mode="coach"),
        ],
        [[2, 4], [3, 5]],
    ),
}


@pytest.mark.parametrize(("rows", "expected"), CASES.values(), ids=CASES.keys())
def test_the_smallest_sets_are_named(rows: list[Row], expected: list[list[int]]) -> None:
    asked, plan = season()
    asked = pinned(asked, [(kind, dict(columns)) for kind, columns in rows])
    assert rows_of(asked, plan) == expected
    for each in contradictions(asked, plan):
        for pin in each.pins:
            rest = tuple(other for other in each.pins if other != pin)
            assert contradictions(replace(asked, pins=rest), plan) == [], "each of its pins is needed"


def test_a_company_larger_than_every_coach_is_too_large() -> None:
    parties = [party(20), party(20), party(20)]
    asked = problem(*parties)
    both = pinned(asked, [pin("together", 0, 1), pin("together", 1, 2)])
    assert rows_of(both, None) == [[2, 3]]
    assert rows_of(pinned(asked, [pin("together", 0, 1)]), None) == []
    run = pinned(asked, [pin("run", each, run="R1", date=FIRST) for each in range(3)])
    assert rows_of(run, None) == [[2, 3, 4]]
    assert "60" in contradictions(run)[0].rule


def test_a_company_of_destinations_too_far_apart_has_no_coach() -> None:
    parties = [party(2), party(2, destination="441900", work_stop=DONGGUAN)]
    asked = problem(*parties, policy={"work_stops": 1})
    (found,) = contradictions(pinned(asked, [pin("together", 0, 1)]))
    assert DONGGUAN in found.rule
    assert contradictions(pinned(problem(*parties), [pin("together", 0, 1)])) == []


def test_parties_without_a_day_in_common_are_not_together() -> None:
    parties = [party(1, latest=day(1)), party(1, earliest=day(2)), party(1)]
    asked = problem(*parties)
    assert rows_of(pinned(asked, [pin("together", 0, 1)]), None) == [[2]]
    assert rows_of(pinned(asked, [pin("together", 0, 2), pin("together", 2, 1)]), None) == [[2, 3]]


def test_a_party_without_any_way_contradicts_only_a_run() -> None:
    asked = problem(party(1), vehicle_types=())
    assert rows_of(pinned(asked, [pin("date", 0, date=day(1)), pin("board", 0, board=GUXIAN)]), None) == []
    assert rows_of(pinned(asked, [pin("run", 0, run="R1", date=day(1))]), None) == [[2]]


def test_more_runs_than_coaches_of_a_day() -> None:
    few = vehicle(rows=(FleetRow(1, FIRST, LAST),))
    asked, plan = season(vehicle_types=(few,))
    rows = [pin("open", run=name, date=day(1)) for name in ("R7", "R8")]
    assert rows_of(pinned(asked, rows), plan) == [[2, 3]]
    assert rows_of(pinned(asked, [rows[0], pin("open", run="R7", date=day(2))]), plan) == []


def test_more_coaches_of_a_type_than_there_are() -> None:
    one = vehicle(rows=(FleetRow(1, FIRST, LAST),))
    rows = [
        pin("open", date=day(1), vehicle_type="49座", destination="440300"),
        pin("open", date=day(1), vehicle_type="49座", destination="441900"),
    ]
    asked, plan = season(vehicle_types=(one,))
    assert rows_of(pinned(asked, rows), plan) == [], "one coach goes to both"
    asked, plan = season(vehicle_types=(one,), policy={"work_radius_km": 50})
    assert rows_of(pinned(asked, rows), plan) == [[2, 3]]
    asked, plan = season(vehicle_types=(one,), policy={"work_stops": 1})
    assert rows_of(pinned(asked, rows), plan) == [[2, 3]]
    asked, plan = season(vehicle_types=(one, vehicle(38)), policy={"work_stops": 1})
    assert rows_of(pinned(asked, rows), plan) == [[2, 3]], "the other type is of no use"
    other = [rows[0], pin("open", date=day(1), vehicle_type="38座", destination="441900")]
    assert rows_of(pinned(asked, other), plan) == []


def test_frozen_runs_are_as_they_are() -> None:
    asked, plan = season()
    to_frozen = pinned(asked, [pin("run", B, run="R1", date=day(0))])
    assert rows_of(to_frozen, plan) == []
    assert rows_of(to_frozen, plan, ["R1"]) == [[2]]
    of_riders = pinned(asked, [pin("date", A, date=day(1)), pin("date", A, date=day(2)), pin("together", A, B)])
    assert rows_of(of_riders, plan) == [[2, 3]]
    assert rows_of(of_riders, plan, ["R1"]) == []


def test_pins_of_strangers_contradict_nothing() -> None:
    asked, plan = season()
    pins = tuple(Pin("date", "f" * 16, date=day(number), ref=f"pins.csv!!{number}") for number in (0, 1))
    assert contradictions(replace(asked, pins=pins), plan) == []


@pytest.mark.parametrize("direction", ["to_home"])
def test_in_to_home_people_board_at_their_work_place(direction: Any) -> None:
    asked = problem(party(2), direction=direction)
    assert rows_of(pinned(asked, [pin("board", 0, board=DONGGUAN)]), None) == [[2]]
    assert rows_of(pinned(asked, [pin("board", 0, board=asked.parties[0].work_stop)]), None) == []
    assert rows_of(pinned(asked, [pin("board", 0, board=GUXIAN)]), None) == [[2]]


def test_a_train_boards_where_it_stops() -> None:
    asked, plan = season()
    rows = [pin("run", A, **k586()), pin("board", A, board=STATION)]
    assert rows_of(pinned(asked, rows), plan) == []
    rows = [pin("run", A, **k586()), pin("board", A, board=GUXIAN)]
    assert rows_of(pinned(asked, rows), plan) == [[2, 3]]


ANY_PIN = st.one_of(
    st.builds(lambda a, b: pin("together", a, b), st.integers(0, 4), st.integers(0, 4)),
    st.builds(lambda a, b: pin("apart", a, b), st.integers(0, 4), st.integers(0, 4)),
    st.builds(lambda a, d: pin("date", a, date=day(d)), st.integers(0, 4), st.integers(0, 4)),
    st.builds(lambda a, p: pin("board", a, board=p), st.integers(0, 4), st.sampled_from([GUXIAN, LUODU, HUB, STATION])),
    st.builds(lambda a, m: pin("mode", a, mode=m), st.integers(0, 4), st.sampled_from(["coach", "train"])),
    st.builds(lambda a: pin("leave", a), st.integers(0, 4)),
    st.builds(lambda a, n: pin("run", a, run=f"R{n}", date=day(n - 1)), st.integers(0, 4), st.integers(1, 2)),
    st.builds(lambda a: pin("run", a, **k586()), st.integers(0, 4)),
    st.builds(lambda k, d: pin(k, date=day(d)), st.sampled_from(["open", "closed"]), st.integers(0, 4)),
    st.builds(
        lambda k, c: pin(k, destination=c), st.sampled_from(["open", "closed"]), st.sampled_from(["440300", "441900"])
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ANY_PIN, max_size=7))
def test_every_set_needs_each_of_its_pins_and_the_rest_is_at_peace(rows: list[Row]) -> None:
    asked, plan = season()
    asked = pinned(asked, [(kind, dict(columns)) for kind, columns in rows])
    found = contradictions(asked, plan)
    named = [pin for each in found for pin in each.pins]
    assert len(named) == len(set(named))
    for each in found:
        for pin in each.pins:
            rest = tuple(other for other in each.pins if other != pin)
            assert contradictions(replace(asked, pins=rest), plan) == []
    peaceful = tuple(pin for pin in asked.pins if pin not in named)
    assert contradictions(replace(asked, pins=peaceful), plan) == []
