"""Who came, by what was counted: reckoned by hand for a coach that boards at two stops."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scheduler.day import headcounts
from scheduler.day.daily import DailyFigures
from scheduler.day.on_the_way import RefusedError, Said
from scheduler.day.settlement import settle_season
from scheduler.plan import Plan, Run
from scheduler.problem import Problem
from tests.builders import GUXIAN, LUODU, Service, party, plan_for, problem
from tests.day.test_commands import answer, planned, run  # noqa: F401
from tests.day.week import Ledger, boarded, comes, leaves

FIRST_STOP, SECOND_STOP = 3, 2
ALL = FIRST_STOP + SECOND_STOP
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def ridden() -> tuple[Problem, Plan, Run]:
    """Return a coach that boards three people, then two."""
    people = [party(FIRST_STOP, origin="顾县镇"), party(SECOND_STOP, origin="罗渡镇")]
    asked = problem(*people)
    plan = plan_for(asked, (Service(home=(GUXIAN, LUODU)), people))
    [coach] = plan.runs
    counts = [sum(each.board == place for each in coach.passengers) for place in coach.places("board")]
    assert sorted(counts) == [SECOND_STOP, FIRST_STOP]
    return asked, plan, coach


def of_stop(coach: Run, number: int) -> list[str]:
    return [each.person for each in coach.passengers if each.board == coach.places("board")[number]]


def second_departs(coach: Run) -> dt.datetime:
    at = [stop.depart for stop in coach.stops if stop.kind == "board"][1]
    assert at is not None
    return at


def test_a_run_carries_the_most_that_were_counted(ridden: tuple[Problem, Plan, Run]) -> None:
    _asked, plan, coach = ridden
    first = len(of_stop(coach, 0))
    ledger = Ledger()
    assert (headcounts.carried([], coach.id), headcounts.missing([], coach)) == (0, 0)
    ledger.say(plan, Said("depart", coach.id, first - 1, leaves(coach)))
    assert headcounts.carried(ledger.events, coach.id) == first - 1
    assert headcounts.missing(ledger.events, coach) == 1  # of those of the first stop; the others come later
    ledger.say(plan, Said("report", coach.id, ALL - 1, second_departs(coach)))
    assert (headcounts.carried(ledger.events, coach.id), headcounts.missing(ledger.events, coach)) == (ALL - 1, 1)
    ledger.say(plan, Said("arrive", coach.id, 2, comes(coach)))  # the others got off before
    assert (headcounts.carried(ledger.events, coach.id), headcounts.missing(ledger.events, coach)) == (ALL - 1, 1)


def test_a_late_departure_makes_the_later_stops_late(ridden: tuple[Problem, Plan, Run]) -> None:
    _asked, plan, coach = ridden
    first, ledger = len(of_stop(coach, 0)), Ledger()
    late = second_departs(coach) + HOUR - leaves(coach)
    ledger.say(plan, Said("depart", coach.id, first, leaves(coach) + late))
    assert headcounts.missing(ledger.events, coach) == 0
    ledger.say(plan, Said("report", coach.id, first, second_departs(coach) + late))
    assert headcounts.missing(ledger.events, coach) == ALL - first


@pytest.mark.parametrize("names", [0, 1, 2])
def test_those_whom_nobody_named_are_missing_too(ridden: tuple[Problem, Plan, Run], names: int) -> None:
    """Two of five did not come, none, one or both named: two are missing; the day and the carrier's sheet say so."""
    asked, plan, coach = ridden
    gone = tuple(each.person for each in coach.passengers[:names])
    ledger = Ledger()
    ledger.say(
        plan,
        Said("depart", coach.id, ALL - 2, leaves(coach), absent=gone),
        Said("arrive", coach.id, ALL - 2, comes(coach)),
    )
    assert headcounts.missing(ledger.events, coach) == 2
    day = DailyFigures(asked, plan, ledger.events, coach.date).as_json()["day"]
    assert day == {"planned": {"runs": 1, "people": ALL}, "actual": {"runs": 1, "people": ALL - 2, "absent": 2}}
    [line] = settle_season(asked, plan, ledger.events, comes(coach)).carriers
    assert (line.planned, line.boarded) == (ALL, ALL - 2)


def test_what_nobody_can_know_is_not_said(ridden: tuple[Problem, Plan, Run]) -> None:
    """One of two is named: the day names its cities without figures; claims do not pass the heads; riders are told."""
    asked, plan, coach = ridden
    ledger = Ledger()
    one = coach.passengers[0].person
    ledger.say(plan, Said("depart", coach.id, ALL - 2, leaves(coach), absent=(one,)))
    assert headcounts.unnamed(ledger.events, coach) == 0  # the others may board at the second stop
    ledger.say(plan, Said("report", coach.id, ALL - 2, second_departs(coach)))
    assert headcounts.unnamed(ledger.events, coach) == 1
    figures = DailyFigures(asked, plan, ledger.events, coach.date).as_json()
    assert figures["unnamed"] == 1
    assert [each["actual"] for each in figures["by_destination"].values()] == [ALL - 1]
    assert str(ALL - 1) not in figures["text"]
    factory = tuple(
        replace(one, people=tuple(replace(each, employer="电子厂") for each in one.people)) for one in asked.parties
    )
    settled = settle_season(replace(asked, parties=factory), plan, ledger.events, comes(coach))
    assert dict(settled.unnamed) == {coach.id: 1}
    assert [(each.people, each.boarded, each.unnamed) for each in settled.claims] == [(ALL - 2, ALL - 2, 1)]
    ledger.say(plan, Said("arrive", coach.id, ALL - 2, comes(coach)))
    with pytest.raises(RefusedError, match="R1"):
        ledger.say(plan, Said("report", coach.id, ALL - 3, comes(coach), absent=(coach.passengers[1].person,)))
    naming = Said("report", coach.id, ALL - 2, comes(coach), absent=(coach.passengers[1].person,))
    with pytest.raises(RefusedError, match="R1"):  # naming somebody does not bring an arrived run back on the way
        ledger.say(plan, naming, Said("report", coach.id, ALL - 2, comes(coach)))
    ledger.say(plan, Said("report", coach.id, ALL - 2, comes(coach), absent=(coach.passengers[1].person,)))
    assert headcounts.unnamed(ledger.events, coach) == 0
    assert headcounts.carried(ledger.events, coach.id) == ALL - 2
    figures = DailyFigures(asked, plan, ledger.events, coach.date).as_json()
    assert [each["actual"] for each in figures["by_destination"].values()] == [ALL - 2]


def test_who_boards_after_all_is_carried_and_not_missing(ridden: tuple[Problem, Plan, Run]) -> None:
    _asked, plan, coach = ridden
    one = coach.passengers[0].person
    ledger = Ledger()
    ledger.say(plan, Said("depart", coach.id, ALL - 1, leaves(coach), absent=(one,)))
    ledger.append([boarded(coach, one, leaves(coach) + HOUR)])
    assert (headcounts.carried(ledger.events, coach.id), headcounts.missing(ledger.events, coach)) == (ALL, 0)


def test_a_report_names_who_came_after_all_and_who_did_not(ridden: tuple[Problem, Plan, Run]) -> None:
    _asked, plan, coach = ridden
    one, other = (each.person for each in coach.passengers[:2])
    ledger = Ledger()
    ledger.say(plan, Said("depart", coach.id, ALL - 1, leaves(coach), absent=(one,)))
    ledger.say(plan, Said("report", coach.id, ALL - 1, leaves(coach) + HOUR, absent=(other,), boarded=(one,)))
    assert [event.person for event in ledger.events if event.person] == [one, other, one]
    assert headcounts.missing(ledger.events, coach) == 1
    with pytest.raises(RefusedError, match="R1"):
        ledger.say(plan, Said("report", coach.id, ALL, leaves(coach) + HOUR, boarded=("0" * 16,)))


def test_the_dispatcher_is_asked_who_is_missing(
    planned: tuple[Path, Run],  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    season, coach = planned
    now: tuple[Any, ...] = ("--now", leaves(coach).isoformat(), "--lang", "en")
    assert run("depart", season, coach.id, "--headcount", coach.load - 2, *now) == 0
    assert f"{coach.id}: 2 people of its list are missing and not named.\n" in capsys.readouterr().out
    one, other = (each.person for each in coach.passengers[:2])
    now = ("--now", (leaves(coach) + HOUR).isoformat())
    assert run("report", season, coach.id, "--headcount", coach.load - 1, *now, "--absent", one, "--absent", other) == 0
    assert run("report", season, coach.id, "--headcount", coach.load - 1, *now, "--boarded", other) == 0
    _code, found = answer(capsys, "status", season, "--now", (leaves(coach) + HOUR).isoformat())
    assert (found["runs"][0]["on_board"], found["runs"][0]["absent"]) == (coach.load - 1, 1)
