"""Runs that do not take place are neither due nor overdue, and what is left to do about them is said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler.day.erasing import require_nobody_under_way
from scheduler.day.not_running import not_running
from scheduler.day.on_the_way import Said
from scheduler.day.status import not_reported, overdue, status_of
from scheduler.plan import Plan, Run
from scheduler.problem import Problem
from scheduler.season.ledger.events import Cancelled, Confirmed, Declined, Entry, SeatTold
from tests.day.week import PEOPLE_A_RUN, Ledger, boarded, comes, leaves, season
from tests.living import BEFORE, TRAINS, Living
from tests.season_folders import person

HOURS = (-24, 0, 1, 30, 100, 1000)


@pytest.fixture(scope="module")
def week() -> tuple[Problem, Plan]:
    return season()


def told_all(ledger: Ledger, run: Run) -> None:
    ledger.append(
        [Entry(SeatTold(date=run.date, board=p.board, alight=p.alight), p.person, run.id) for p in riders(run)]
    )


def riders(run: Run) -> list:  # type: ignore[type-arg]
    return list(run.passengers)


@pytest.mark.parametrize("is_told", [False, True])
@pytest.mark.parametrize("data", [Cancelled, Declined])
def test_a_run_that_all_have_left_is_never_due(
    week: tuple[Problem, Plan], data: Callable[[], object], is_told: bool
) -> None:
    asked, plan = week
    run, other = plan.runs[:2]
    ledger = Ledger()
    if is_told:
        told_all(ledger, run)
    for passenger in run.passengers[:-1]:
        ledger.append([Entry(data(), passenger.person)])  # type: ignore[arg-type]
    assert not not_running(asked, plan, ledger.events, leaves(run))
    ledger.append([Entry(data(), run.passengers[-1].person)])  # type: ignore[arg-type]
    for hours in HOURS:
        now = leaves(run) + dt.timedelta(hours=hours)
        found = {each.id: each for each in status_of(asked, plan, ledger.events, now)}
        assert (found[run.id].state, found[run.id].next_report) == ("planned", None)
        assert run.id not in [*overdue(list(found.values())), *not_reported(list(found.values()))]
        assert found[other.id].state != "planned" or found[other.id].next_report or hours > 48
    [off] = not_running(asked, plan, ledger.events, leaves(run)).values()
    assert (off.run, off.why, off.people) == (run.id, "cancelled", PEOPLE_A_RUN)


def test_who_comes_after_all_brings_the_run_back(week: tuple[Problem, Plan]) -> None:
    asked, plan = week
    run, ledger = plan.runs[0], Ledger()
    told_all(ledger, run)
    ledger.append([Entry(Declined(), p.person) for p in run.passengers])
    assert not_running(asked, plan, ledger.events, leaves(run))
    ledger.append([Entry(Confirmed(), run.passengers[1].person)])
    assert not not_running(asked, plan, ledger.events, leaves(run))


def test_what_left_all_the_same_is_on_its_way(week: tuple[Problem, Plan]) -> None:
    asked, plan = week
    run, ledger = plan.runs[0], Ledger()
    ledger.append([Entry(Cancelled(), p.person) for p in run.passengers])
    ledger.say(plan, Said("depart", run.id, 1, leaves(run)))
    assert not not_running(asked, plan, ledger.events, leaves(run))
    found = next(each for each in status_of(asked, plan, ledger.events, leaves(run)) if each.id == run.id)
    assert (found.state, found.on_board) == ("departed", 1)


def test_who_left_with_nobody_on_board_need_not_report(week: tuple[Problem, Plan]) -> None:
    asked, plan = week
    run, ledger = plan.runs[0], Ledger()
    people = tuple(p.person for p in run.passengers)
    ledger.say(plan, Said("depart", run.id, 0, leaves(run), absent=people))
    for hours in HOURS[1:]:
        now = leaves(run) + dt.timedelta(hours=hours)
        found = status_of(asked, plan, ledger.events, now)
        assert run.id not in [*overdue(found), *not_reported(found)]
        require_nobody_under_way(ledger.events, plan, now)
    assert not_running(asked, plan, ledger.events, leaves(run))[run.id].why == "nobody_came"
    ledger.append([boarded(run, people[0], leaves(run))])
    assert not not_running(asked, plan, ledger.events, leaves(run))
    assert run.id in overdue(status_of(asked, plan, ledger.events, comes(run) + dt.timedelta(hours=3)))


def test_trains_that_do_not_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    living = Living(tmp_path, capsys, **{"trains.csv": TRAINS})
    living.roster(*(person(serial, 出行方式="火车") for serial in (1, 2, 3)))
    living.begin()
    [train] = living.plan.runs
    file = living.changes("变更,车次", f"列车停运,{train.train}")
    assert living.run("record", file, "--now", BEFORE) == 0
    late = f"{train.date}T20:00"
    answered = living.answer("status", "--now", late)
    assert answered["overdue"] == []
    assert answered["not_running"] == [{"run": train.id, "why": "train_cancelled", "people": 3}]
    _code, out, _err = living.said("status", "--now", late)
    assert "列车停运" in out
    assert "不开行" in out


def test_who_was_told_of_a_run_that_is_no_more_has_to_be_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    living = Living(tmp_path, capsys)
    living.begin()
    [before] = living.plan.runs
    living.roster(*(person(serial, 出行日期="2027-02-14") for serial in range(1, 7)))
    living.replan()
    [after] = living.plan.runs
    assert after.id != before.id
    answered = living.answer("status", "--now", BEFORE)
    assert [each["id"] for each in answered["runs"]] == [after.id]
    assert answered["not_running"] == [{"run": before.id, "why": "replaced", "people": 6}]
    assert "announce" in living.said("status", "--now", BEFORE)[1]
    long_after = living.answer("status", "--now", f"{after.date + dt.timedelta(days=9)}T09:00")
    assert long_after["not_running"] == []
    living.announce()
    assert living.answer("status", "--now", BEFORE)["not_running"] == []
