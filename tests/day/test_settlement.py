"""The settlement beside a reckoning by hand: prices of coaches that left, claims on people who boarded."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from scheduler.day.on_the_way import Said
from scheduler.day.settlement import settle_season
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.reports.formats.document import Table
from scheduler.reports.settlement import carrier_sheet
from scheduler.season.ledger.events import Absent, Departed, Entry
from scheduler.settings import Settlement
from tests.day.week import PEOPLE_A_RUN, Ledger, boarded, leaves, season

STAYED, NO_SHOW, CAME_LATE = 4, 0, 1
GROUP = "川粤电子厂"
AFTER = dt.datetime(2027, 6, 1)


@pytest.fixture(scope="module")
def settled() -> tuple[Problem, Plan, Ledger]:
    asked, plan = season()
    parties = [
        replace(one, people=(replace(one.people[0], employer=GROUP), *one.people[1:])) for one in asked.parties[:3]
    ]
    asked = replace(asked, parties=(*parties, *asked.parties[3:]))
    ledger = Ledger()
    for i, run in enumerate(plan.runs):
        if i != STAYED:
            absent = (run.passengers[0].person,) if i in (NO_SHOW, CAME_LATE) else ()
            ledger.say(plan, Said("depart", run.id, PEOPLE_A_RUN - len(absent), leaves(run), absent=absent))
    late = plan.runs[CAME_LATE]
    ledger.append([boarded(late, late.passengers[0].person, leaves(late))])
    return asked, plan, ledger


def with_rules(problem: Problem, **rules: float) -> Problem:
    changed = problem.settings.model_copy(update={"settlement": Settlement(**rules)})  # type: ignore[arg-type]
    return replace(problem, settings=changed)


def test_carriers_are_paid_for_coaches_that_left(settled: tuple[Problem, Plan, Ledger]) -> None:
    asked, plan, ledger = settled
    found = settle_season(asked, plan, ledger.events, AFTER)
    assert len(found.carriers) == len(plan.runs)
    assert sum(each.price_fen for each in found.carriers) == plan.cost.runs
    for each in found.carriers:
        i = [run.id for run in plan.runs].index(each.run)
        assert each.boarded == (0 if i == STAYED else PEOPLE_A_RUN - (i == NO_SHOW))
        assert each.deduction_fen == (each.price_fen if i == STAYED else 0)
        assert (each.planned, each.path_km) == (PEOPLE_A_RUN, plan.runs[i].path_km)


def test_who_rode_is_who_was_there(settled: tuple[Problem, Plan, Ledger]) -> None:
    asked, plan, ledger = settled
    expected = {
        (passenger.person, run.id)
        for i, run in enumerate(plan.runs)
        if i != STAYED
        for n, passenger in enumerate(run.passengers)
        if not (i == NO_SHOW and n == 0)
    }
    assert {(each.person, each.run) for each in settle_season(asked, plan, ledger.events, AFTER).rode} == expected


@pytest.mark.parametrize(
    ("rules", "part"),
    [
        ({"min_boarded": 3}, 1 / 6),
        ({"min_boarded": 3, "share": 0.25}, 1 / 12),
        ({"min_boarded": 4}, 0),
        ({}, 0),  # 20 people a coach
    ],
)
def test_a_claim_is_the_own_heads_part(
    settled: tuple[Problem, Plan, Ledger], rules: dict[str, float], part: float
) -> None:
    """The employer's rider of the first coach stayed at home; those of the next two are one of three."""
    asked, plan, ledger = settled
    found = settle_season(with_rules(asked, **rules), plan, ledger.events, AFTER).claims
    assert [(each.employer, each.run, each.people) for each in found] == [
        (GROUP, plan.runs[i].id, 1) for i in (CAME_LATE, 2)
    ]
    for each in found:
        assert abs(each.claim_fen - each.price_fen * part) <= 1


def test_a_claim_is_capped(settled: tuple[Problem, Plan, Ledger]) -> None:
    asked, plan, ledger = settled
    rules = with_rules(asked, min_boarded=1, share=1.0, cap_per_coach=123.45)
    assert [each.claim_fen for each in settle_season(rules, plan, ledger.events, AFTER).claims] == [12345, 12345]


def test_heads_that_nobody_named_missing_do_not_raise_a_claim(settled: tuple[Problem, Plan, Ledger]) -> None:
    """Two of three are counted on board, none is named absent: the employer's one stays one of three."""
    asked, plan, _ledger = settled
    run, ledger = plan.runs[2], Ledger()
    ledger.append([Entry(Departed(at=leaves(run), headcount=2, absent=1), run=run.id)])
    [claim] = settle_season(with_rules(asked, min_boarded=1), plan, ledger.events, AFTER).claims
    assert (claim.people, claim.boarded) == (1, 2)
    assert abs(claim.claim_fen - claim.price_fen / 6) <= 1
    ledger.append([Entry(Absent(at=leaves(run)), run.passengers[0].person, run.id)])
    assert settle_season(asked, plan, ledger.events, AFTER).claims == ()


def test_the_last_row_of_a_sheet_is_its_total() -> None:
    line = {"run": "R1", "date": "2027-02-10", "route": "a-b", "plate": "", "km": 1500.5, "due": True}
    lines = [
        line | {"price": 1_600_000, "planned": 40, "boarded": 38, "deduction": 0, "to_pay": 1_600_000},
        line | {"price": 1_500_050, "planned": 30, "boarded": 0, "deduction": 1_500_050, "to_pay": 0},
        line | {"price": 100, "planned": 1, "boarded": 0, "deduction": 0, "to_pay": 0, "due": False},
    ]
    table = carrier_sheet("岳运", "测试季", lines).blocks[0]
    assert isinstance(table, Table)
    assert table.rows[-1][4:-1] == ("31,001.50", 71, 38, "4,501.5", "15,000.50", "16,000.00")
    assert [row[-2:] for row in table.rows[:-1]] == [
        ("16,000.00", ""),
        ("0.00", "无发车记录，不付"),
        ("", "尚未发车，暂不结算"),
    ]


@pytest.mark.parametrize(
    ("minutes", "said", "expected"),
    [
        (-60, False, (False, 0, 0)),  # its time has not come: neither paid nor deducted
        (30, False, (False, 0, 0)),  # it may be late
        (31, False, (True, 1, 0)),  # it never left
        (-60, True, (True, 0, 1)),  # left before its time
        (31, True, (True, 0, 1)),
    ],
)
def test_a_run_is_settled_once_its_time_has_come(minutes: int, said: bool, expected: tuple[bool, int, int]) -> None:
    asked, plan = season()
    run, ledger = plan.runs[0], Ledger()
    now = leaves(run) + dt.timedelta(minutes=minutes)
    if said:
        ledger.say(plan, Said("depart", run.id, PEOPLE_A_RUN, now))
    line = next(each for each in settle_season(asked, plan, ledger.events, now).carriers if each.run == run.id)
    part = line.price_fen
    assert (line.is_due, line.deduction_fen // part, line.to_pay_fen // part) == expected


def test_what_was_recorded_is_past_whatever_the_clock_says() -> None:
    """Settled with the clock of another year: a run before one that has left is due, one after it is not."""
    asked, plan = season()
    early, late, last = plan.runs[0], plan.runs[6], plan.runs[-1]
    ledger = Ledger()
    ledger.say(plan, Said("depart", late.id, PEOPLE_A_RUN, leaves(late)))
    found = {each.run: each for each in settle_season(asked, plan, ledger.events, dt.datetime(2020, 1, 1)).carriers}
    assert (found[early.id].is_due, found[late.id].is_due, found[last.id].is_due) == (True, True, False)
    assert found[early.id].deduction_fen == found[early.id].price_fen
