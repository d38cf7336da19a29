"""What `make` runs at the end of an installation runs; what looks for untrue reasons finds one."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.solver.solve import solve
from tests.builders import day, party, problem, vehicle
from tests.remedies import lifted
from tools.check_reasons import checked, named, season
from tools.compile_bound import compile_bound


def test_the_bound_is_compiled() -> None:
    compile_bound()


def test_a_scarce_season_has_true_reasons(english: None) -> None:
    asked = season("half", 60, "to_home", 2, 1)
    plan = solve(asked, iterations=2, workers=1)
    result = checked(asked, plan, plan.unserved)
    assert result.faults == []
    assert result.counts["checked"] == len(plan.unserved) > 0


def one_left(**policy: Any) -> tuple[Problem, Plan]:
    """Return a season and its plan, which leaves two people: a coach is dearer, or they are too few for one."""
    people = party(2, earliest=day(1), latest=day(1))
    asked = problem(people, vehicle_types=(vehicle(49, 1),), policy={"access_max_km": 0, **policy})
    return asked, solve(asked, iterations=2, workers=1)


@pytest.mark.parametrize(
    ("policy", "untrue", "fault"),
    [
        ({}, {"extra_cost": 1_000_001}, "cost 1000001, found open 1000000 fen"),
        ({}, {"proof": "conflict", "reason": "12 yuan of the budget are left"}, "conflict ['BUDGET'], found open"),
        ({}, {"proof": "no_option", "scope": "all_plans"}, "some service could carry it"),
        ({}, {"remedy": "raise unserved_cost to 8,000 yuan"}, "once done"),
        ({"min_load": 3}, {"reason": "no coach is free on all days"}, "conflict ['FLEET'], found MIN_LOAD"),
        ({"min_load": 3}, {"remedy": "lower min_load to 2"}, "once done"),
    ],
)
def test_an_untrue_reason_is_found(english: None, policy: dict[str, Any], untrue: dict[str, Any], fault: str) -> None:
    asked, plan = one_left(**policy)
    assert checked(asked, plan, plan.unserved).faults == []
    (entry,) = plan.unserved
    changed = entry.model_copy(update={"remedy_args": (), **untrue})
    found = checked(asked, plan, [changed]).faults
    assert any(fault in each for each in found), found


def test_every_limit_of_a_reason_is_read() -> None:
    reason = "no coach is free on all days of a run there (2027-02-12..2027-02-14); 40 yuan of the budget are left, …"
    assert named(reason) == {"FLEET", "BUDGET"}


def test_every_part_of_a_remedy_is_made() -> None:
    asked, plan = one_left()
    parts = (
        "charter one more 49座 岳运 2027-02-12..2027-02-14",
        "lower min_load to 2",
        "raise unserved_cost to 8,001 yuan",
    )
    made = lifted(asked, plan, ", and ".join(parts))
    assert made is not None
    assert made.vehicle_types[0].available(day(2)) == 2
    assert (made.settings.policy.min_load, made.settings.policy.unserved_cost) == (2, 8_001)
    assert lifted(asked, plan, "let them travel by coach or train") is None


def test_a_larger_coach_has_the_seats_that_a_remedy_asks_for() -> None:
    asked = problem(party(40), party(6), vehicle_types=(vehicle(49, 1),))
    plan = solve(asked, iterations=2, workers=1)
    (run,) = plan.runs
    made = lifted(asked, plan, f"put a coach with 3 seats more on {run.id}")
    assert made is not None
    assert [each.rated_seats for each in made.vehicle_types] == [49, 52]
