"""The solver obeys pins, and its bound is one of the plans that obey them: against the exact optimum."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from scheduler.baselines.naive import plan_naively
from scheduler.commitments import Commitments
from scheduler.errors import InputError
from scheduler.example.season import synthetic_problem
from scheduler.pins import Pin, PinKind
from scheduler.plan import Plan, Run
from scheduler.problem import Problem
from scheduler.settings import Direction
from scheduler.solver.params import SolveParams
from scheduler.solver.solve import solve, solve_with_trace
from scheduler.verify import verify
from tests.arbitrary_pins import LINKS, SINGLE, with_pins
from tests.arbitrary_replans import arbitrary_replan
from tests.arbitrary_seasons import arbitrary_season
from tests.builders import FIRST, Service, day, party, plan_for, problem, train
from tests.exact_model import NoPlanError, Optimum, optimum
from tests.solver.search_only import SEARCH_ONLY

KINDS: dict[str, tuple[PinKind, ...]] = {"single": SINGLE, "links": LINKS, "all": SINGLE + LINKS}
REPLANS: dict[str, dict[str, bool]] = {"told": {}, "frozen": {"frozen": True}, "capped": {"capped": True}}


def pinned_season(seed: int, kinds: Sequence[PinKind], most: int = 3) -> Problem:
    """Return a tiny season with pins."""
    season = arbitrary_season(seed)
    return with_pins(replace(season, parties=season.parties[:5]), random.Random(seed), kinds, most)


def best_of(asked: Problem, commitments: Commitments | None, frozen: tuple[Run, ...]) -> Optimum | None:
    """Return the exact optimum, None where no plan obeys the pins."""
    told = commitments.told if commitments is not None else ()
    most = commitments.max_moved if commitments is not None else None
    present = commitments.present if commitments is not None else None
    try:
        return optimum(asked, told, most, frozen, present)
    except NoPlanError:
        return None


def faults(
    asked: Problem,
    commitments: Commitments | None = None,
    frozen: tuple[Run, ...] = (),
    params: SolveParams | None = None,
) -> list[str]:
    """Return what is wrong with the plan of a season with pins; with `params` it need not be the optimum."""
    best = best_of(asked, commitments, frozen)
    try:
        result = solve_with_trace(asked, iterations=4, workers=1, commitments=commitments, params=params)
    except InputError as error:
        return [] if best is None or params is not None else [f"refused: {error}"]
    plan = result.plan
    if best is None:
        return ["a plan where there is none"]
    found = [f"{v.code} {v.where}" for v in verify(asked, plan, frozen)]
    if plan.bound is None or plan.bound > best.total_fen:
        found.append(f"bound {plan.bound} of {best.total_fen}")
    if plan.cost.total != best.total_fen and params is None:
        found.append(f"{plan.cost.total} of {best.total_fen}")
    return found


@pytest.mark.parametrize("kinds", KINDS)
@pytest.mark.parametrize("first", range(0, 100, 10))
def test_a_plan_with_pins_is_the_exact_optimum(kinds: str, first: int) -> None:
    for seed in range(first, first + 10):
        assert faults(pinned_season(seed, KINDS[kinds])) == [], seed


@pytest.mark.parametrize("kind", REPLANS)
@pytest.mark.parametrize("first", range(0, 40, 10))
def test_so_is_a_replan(kind: str, first: int) -> None:
    for seed in range(first, first + 10):
        asked = arbitrary_replan(seed, **REPLANS[kind])
        pinned = with_pins(asked.problem, random.Random(seed), KINDS["all"], 3, asked.commitments.present)
        assert faults(pinned, asked.commitments, asked.frozen) == [], seed


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_the_search_alone_breaks_no_pin(first: int) -> None:
    for seed in range(first, first + 20):
        assert faults(pinned_season(seed, KINDS["all"]), params=SEARCH_ONLY) == [], seed


def rides(plan: Plan) -> dict[str, tuple[Run, str | None]]:
    """Return everybody's run and seat."""
    return {rider.person: (run, rider.seat) for run, rider in plan.passengers()}


def test_the_pinned_coach_keeps_its_id_and_the_seats_that_are_pinned() -> None:
    one, two = party(3), party(4, preferred=day(1))
    asked = problem(one, two, policy={"unserved_cost": 9000})
    present = plan_for(asked, (Service(), [one]), (Service(date=day(1)), [two]))
    pins = (
        Pin("run", person=two.people[2].key, run="R1", seat="5", ref="pins.csv!!2"),
        Pin("run", person=one.people[0].key, run="R1", seat="9", ref="pins.csv!!3"),
    )
    pinned = replace(asked, pins=pins)
    plan = solve(pinned, iterations=2, workers=1, commitments=Commitments(present))
    assert verify(pinned, plan) == []
    assert [(rides(plan)[pin.person][0].id, rides(plan)[pin.person][1]) for pin in pins] == [("R1", "5"), ("R1", "9")]


def test_a_seat_that_the_coach_does_not_have_is_refused_in_one_line() -> None:
    one = party(3)
    asked = problem(one)
    present = plan_for(asked, (Service(), [one]))
    pin = Pin("run", person=one.people[0].key, run="R1", seat="99", ref="pins.csv!!2")
    with pytest.raises(InputError, match=r"pins\.csv!!2"):
        solve(replace(asked, pins=(pin,)), iterations=2, workers=1, commitments=Commitments(present))


def test_people_of_two_pinned_runs_never_share_one() -> None:
    one, two = party(3), party(3)
    asked = problem(one, two)
    present = plan_for(asked, (Service(), [one]), (Service(), [two]))
    pins = tuple(Pin("run", person=p.people[0].key, run=r, ref="pins.csv!!2") for p, r in ((one, "R1"), (two, "R2")))
    plan = solve(replace(asked, pins=pins), iterations=2, workers=1, commitments=Commitments(present))
    assert sorted(run.id for run in plan.runs) == ["R1", "R2"]


def test_whoever_stays_by_decision_is_said_to() -> None:
    one, two = party(5), party(20)
    pin = Pin("leave", person=one.people[1].key, ref="pins.csv!!2")
    plan = solve(problem(one, two, pins=(pin,)), iterations=2, workers=1)
    assert [(u.party, u.code, u.proof, u.scope) for u in plan.unserved] == [(one.id, "U210", "conflict", "all_plans")]
    assert "pins.csv!!2" in plan.unserved[0].reason
    assert plan.bound == plan.cost.total


def test_pins_that_contradict_each_other_are_refused() -> None:
    one, two = party(5), party(5)
    pins = (
        Pin("leave", person=one.people[0].key, ref="pins.csv!!2"),
        Pin("together", person=one.people[0].key, with_=two.people[0].key, ref="pins.csv!!3"),
        Pin("run", person=two.people[0].key, run="K586", date=FIRST, ref="pins.csv!!4"),
    )
    with pytest.raises(InputError, match="pins"):
        solve(problem(one, two, trains=(train(),), pins=pins), iterations=2, workers=1)


def test_the_naive_plan_obeys_what_is_pinned_of_single_parties() -> None:
    one, two = party(5, origin="罗渡镇"), party(20)
    pins = (
        Pin("leave", person=one.people[0].key, ref="pins.csv!!2"),
        Pin("date", person=two.people[0].key, date=day(2), ref="pins.csv!!3"),
    )
    asked = problem(one, two, trains=(train(),), pins=pins)
    plan = plan_naively(asked, 5.0, workers=1)
    assert plan is not None
    assert {run.date for run in plan.runs} <= {day(2)}
    assert all(rider.party != one.id for _run, rider in plan.passengers())


@pytest.mark.parametrize("direction", ["to_work", "to_home"])
def test_a_larger_season_obeys_pins_of_every_kind_by_search_alone(direction: Direction) -> None:
    asked = synthetic_problem(120, 5, direction)
    present = solve(asked, iterations=1, workers=1, params=SEARCH_ONLY)
    riders = [(run, rider.person) for run, rider in present.passengers()]
    (_run, a), (run_b, b), (run_c, c), *_rest = random.Random(1).sample(riders, 12)
    mate = next(p for run, p in reversed(riders) if run is run_c and p != c)
    pins = (
        Pin("leave", person=a, ref="pins.csv!!2"),
        Pin("date", person=b, date=run_b.date, ref="pins.csv!!3"),
        Pin("together", person=c, with_=mate, ref="pins.csv!!4"),
        Pin("mode", person=c, mode=run_c.mode, ref="pins.csv!!5"),
        Pin("open", date=run_b.date, ref="pins.csv!!6"),
        Pin("closed", date=asked.settings.days[0], destination="520000", ref="pins.csv!!7"),
    )
    pinned = replace(asked, pins=pins)
    plan = solve(pinned, iterations=3, workers=1, params=SEARCH_ONLY)
    assert verify(pinned, plan) == []
    again = solve(pinned, iterations=3, workers=1, params=SEARCH_ONLY, commitments=Commitments(present))
    assert verify(pinned, again) == []
