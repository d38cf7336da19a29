"""What is said to contradict itself no plan holds; what is said to be at peace is planned: held against the planner."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.contradictions.sets import contradictions
from scheduler.errors import InputError
from scheduler.pinned import PinIndex
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.solver.solve import solve
from scheduler.verify import verify
from tests.contradictions.test_sets import ANY_PIN, Row, pinned, season


def planned(asked: Problem) -> Plan | None:
    """Return the plan of a season where everybody is worth a coach, None where no plan holds the pins."""
    try:
        plan = solve(asked, time_limit_s=20, iterations=1, workers=1)
    except InputError:
        return None
    assert verify(asked, plan) == []
    return plan


def rich() -> Problem:
    """Return the season of the other tests, with so dear a seat left that nobody stays who need not."""
    return season(policy={"unserved_cost": 100_000})[0]


def without_runs(rows: list[Row]) -> list[Row]:
    """Return the rows without coach runs, which only a plan that stands has."""
    return [row for row in rows if row[0] != "run" or row[1]["run"] == "K586"]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ANY_PIN, max_size=5).map(without_runs))
def test_contradictions_are_no_plan_and_peace_is_one(rows: list[Row]) -> None:
    asked = pinned(rich(), [(kind, dict(columns)) for kind, columns in rows])
    found = contradictions(asked)
    for each in found:
        of_set = replace(asked, pins=each.pins)
        plan = planned(of_set)
        if plan is None:
            continue
        index = PinIndex(of_set)
        bound = {party.id for pin in each.pins for party in index.parties(pin)}
        left = {entry.party for entry in plan.unserved}
        assert bound & left, f"{each.rule}: a plan holds them and everybody rides"
    peaceful = tuple(pin for pin in asked.pins if all(pin not in each.pins for each in found))
    assert planned(replace(asked, pins=peaceful)) is not None


@pytest.mark.parametrize("changes", [{"trains": ()}, {"vehicle_types": ()}])
def test_a_season_of_one_mode_is_held_alike(changes: dict[str, Any]) -> None:
    asked = replace(rich(), **changes)
    assert contradictions(asked) == []
