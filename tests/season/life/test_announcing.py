"""What an announcement is about: whose seat or minibus is another one, and which lists say something new."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from scheduler.plan import Feeder, FeederStop, Plan
from scheduler.problem import Problem
from scheduler.season.ledger.events import Entry, Event, SeatTold
from scheduler.season.life.announcing import announcement, content_sha256
from tests import builders
from tests.builders import FIRST, GUXIAN, SHENZHEN, STATION, Service, party, plan_for

PARTIES = [party(2), party(), party()]
PROBLEM = builders.problem(*PARTIES)
SIX = dt.datetime.combine(FIRST, dt.time(6))


def minibus(plan: Plan, at: dt.datetime = SIX, place: str = GUXIAN, people: int = 2, name: str = "F0210-01") -> Feeder:
    """Return a round that fetches the first people of the plan's first run."""
    run = plan.runs[0]
    refs = tuple(passenger.ref for passenger in run.passengers[:people])
    stops = (
        FeederStop(place=place, kind="board", arrive=at, depart=at, refs=refs),
        FeederStop(place=STATION, kind="alight", arrive=at + dt.timedelta(hours=1), refs=refs),
    )
    return Feeder(id=name, serves=run.id, vehicle_type="19座", stops=stops)


def plan_with(*feeders: Feeder, **changes: object) -> Plan:
    service = Service(FIRST, (GUXIAN,), (SHENZHEN,))
    return plan_for(PROBLEM, (service, PARTIES), feeders=feeders, **changes)


def happened(entries: Sequence[Entry]) -> list[Event]:
    """Return entries as the ledger holds them."""
    now = dt.datetime(2027, 2, 1, tzinfo=dt.UTC)
    return [
        Event(number, now, "", entry.data, entry.person, entry.run, entry.plan, "", "")
        for number, entry in enumerate(entries, 1)
    ]


def heard(before: Plan, after: Plan, problem: Problem = PROBLEM) -> tuple[int, int, int]:
    """Return how many must be told something else, how many lose the seat, and how many lists are new."""
    events = happened(announcement(problem, before, (), 1).entries)
    found = announcement(problem, after, events, 2)
    assert found.told == ()
    return len(found.changed), len(found.withdrawn), len(found.lists)


def test_the_same_plan_tells_nothing_anew() -> None:
    plan = plan_with(minibus(plan_with()))
    assert heard(plan, plan) == (0, 0, 0)


@pytest.mark.parametrize("minutes", [-31, 31, 600])
def test_a_minibus_at_another_time_is_told_to_those_whom_it_fetches(minutes: int) -> None:
    plan = plan_with()
    later = plan_with(minibus(plan, SIX + dt.timedelta(minutes=minutes)))
    assert heard(plan_with(minibus(plan)), later) == (2, 0, 1)


@pytest.mark.parametrize("minutes", [-30, 1, 30])
def test_a_few_minutes_are_printed_but_told_to_nobody(minutes: int) -> None:
    plan = plan_with()
    later = plan_with(minibus(plan, SIX + dt.timedelta(minutes=minutes)))
    assert heard(plan_with(minibus(plan)), later) == (0, 0, 1)


def test_a_minibus_from_elsewhere_a_first_one_and_none_any_more_are_told() -> None:
    plan = plan_with()
    assert heard(plan_with(minibus(plan)), plan_with(minibus(plan, place=STATION))) == (2, 0, 1)
    assert heard(plan, plan_with(minibus(plan))) == (2, 0, 1)
    assert heard(plan_with(minibus(plan)), plan) == (2, 0, 1)
    assert heard(plan_with(minibus(plan)), plan_with(minibus(plan, people=4))) == (2, 0, 1)


def test_going_home_a_minibus_fetches_nobody_to_the_run() -> None:
    plan = plan_with()
    home = plan_with(minibus(plan)).model_copy(update={"direction": "to_home"})
    found = announcement(PROBLEM, home, (), 1)
    assert {entry.data.pickup for entry in found.entries if isinstance(entry.data, SeatTold)} == {""}


def test_a_list_is_what_it_says_not_how_the_plan_holds_it() -> None:
    """Rows may be sorted, files renamed, and another one of a party's people stand first."""
    (run,) = plan_with().runs
    reordered = run.model_copy(update={"passengers": run.passengers[::-1]})
    moved = [each.model_copy(update={"ref": f"roster/新.xlsx!S!{n}"}) for n, each in enumerate(run.passengers)]
    renamed = [each.model_copy(update={"party": f"名{each.party}"}) for each in run.passengers]
    for same in (reordered, *(run.model_copy(update={"passengers": tuple(each)}) for each in (moved, renamed))):
        assert content_sha256(same) == content_sha256(run)
    first, *others = run.passengers
    for other in (
        run.model_copy(update={"passengers": tuple(others)}),
        run.model_copy(update={"passengers": (first.model_copy(update={"seat": "44"}), *others)}),
        run.model_copy(update={"passengers": (first.model_copy(update={"party": "另"}), *others)}),
        run.model_copy(update={"plate": "川X12345"}),
        run.model_copy(update={"escorts": ("李四",)}),
    ):
        assert content_sha256(other) != content_sha256(run)
    bus = minibus(plan_with())
    assert content_sha256(run, [bus]) != content_sha256(run)
    assert content_sha256(run, [bus]) != content_sha256(run, [bus.model_copy(update={"id": "F0210-02"})])
