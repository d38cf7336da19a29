"""Why somebody who was told a seat does not keep it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from scheduler.pins import Pin
from scheduler.plan import Plan
from scheduler.problem import FleetRow, Problem
from scheduler.season.life.differences import differences
from tests import builders
from tests.arbitrary_replans import told_as_planned
from tests.builders import FIRST, GUXIAN, LAST, SHENZHEN, Service, day, party, plan_for

PARTIES = [party(2), party(2)]
SEASON = builders.problem(*PARTIES, vehicle_types=(builders.vehicle(number=2),))
PRESENT = plan_for(
    SEASON, *((Service(on, (GUXIAN,), (SHENZHEN,)), [each]) for on, each in zip((FIRST, day(1)), PARTIES, strict=True))
)
"""Two runs on two days, each away for days: both hold a coach on the second day."""


def reasons(now: Problem, *served: int) -> dict[str, str]:
    """Return why people lose their seats when only these parties keep theirs."""
    services = [(Service((FIRST, day(1))[i], (GUXIAN,), (SHENZHEN,)), [PARTIES[i]]) for i in served]
    told = told_as_planned(PRESENT)
    plan: Plan = plan_for(now, *services, told=told)
    ids = {rider.person: run.id for run, rider in PRESENT.passengers()}
    runs = tuple(run.model_copy(update={"id": ids[run.passengers[0].person]}) for run in plan.runs)
    plan = plan.model_copy(update={"runs": runs})
    return {each.person: each.reason for each in differences(now, PRESENT, plan, {one.person: one for one in told})}


@pytest.mark.parametrize("first", [0, 1, 2])
def test_one_of_two_coaches_on_the_road_together_is_lost_on_any_of_their_days(first: int) -> None:
    before = (FleetRow(2, FIRST, day(first - 1)),) if first else ()
    fleet = replace(builders.vehicle(number=2), rows=(*before, FleetRow(1, day(first), LAST)))
    now = replace(SEASON, vehicle_types=(fleet,))
    for served, left in ((0, 1), (1, 0)):
        assert reasons(now, served) == {person.key: "vehicle_lost" for person in PARTIES[left].people}


def test_a_run_that_ends_though_all_coaches_are_there_is_said_so() -> None:
    assert set(reasons(SEASON, 0).values()) == {"run_ended"}


def test_a_coach_lost_before_they_leave_is_no_reason() -> None:
    fewer = replace(builders.vehicle(number=2), rows=(FleetRow(1, FIRST, FIRST), FleetRow(2, day(1), LAST)))
    found = reasons(replace(SEASON, vehicle_types=(fewer,)), 0)
    assert set(found.values()) == {"run_ended"}


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda who, mate: (Pin("leave", who),), "pinned"),
        (lambda who, mate: (Pin("date", who, date=FIRST),), "pinned"),
        (lambda who, mate: (Pin("mode", who, mode="train"),), "pinned"),
        (lambda who, mate: (Pin("board", who, board="广安站"),), "pinned"),
        (lambda who, mate: (Pin("together", who, mate),), "pinned"),
        (lambda who, mate: (Pin("run", mate, run="R1"), Pin("run", who, run="R1")), "pinned"),
        (lambda who, mate: (Pin("closed", date=day(1)),), "pinned"),
        # What they had is as these ask, so it is not because of them that they lost it.
        (lambda who, mate: (Pin("apart", who, mate),), "run_ended"),
        (lambda who, mate: (Pin("date", who, date=day(1)), Pin("closed", date=FIRST)), "run_ended"),
    ],
)
def test_whom_a_pin_forbids_what_they_had_is_told_that(
    make: Callable[[str, str], tuple[Pin, ...]], reason: str
) -> None:
    mate, who = (each.people[0].key for each in PARTIES)
    found = reasons(replace(SEASON, pins=make(who, mate)), 0)
    assert set(found.values()) == {reason}
