"""What a pin costs is the difference of two plans: the one that obeys it, and the best one beside it without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from scheduler.alternatives.pin_prices import Price, pin_prices
from scheduler.pins import Pin
from scheduler.plan import Plan
from scheduler.problem import Party, Problem
from scheduler.verify import verify
from tests.builders import FIRST, GUXIAN, HUB, LUODU, STATION, Service, costed, day, party, plan_for, problem, train

R1, R2 = Service(day(0)), Service(day(1))


def price(asked: Problem, plan: Plan, *pins: Pin, frozen: Sequence[str] = ()) -> Price:
    """Return the price of the first of these pins, which the plan holds."""
    pinned = replace(asked, pins=pins)
    assert [each for each in verify(pinned, plan) if each.code.startswith("V6")] == []
    return pin_prices(pinned, plan, frozen)[0]


def difference(plan: Plan, free: Plan, asked: Problem) -> int:
    """Return what a plan costs more than a legal other one."""
    assert verify(asked, free) == []
    return plan.cost.total - free.cost.total


def three(**changes: Any) -> tuple[Problem, list[Party]]:
    """Return three of 顾县, two of 顾县, and one that would rather go on the first day."""
    parties = [party(3), party(2), party(1, preferred=FIRST)]
    return problem(*parties, **changes), parties


@pytest.mark.parametrize("kind", ["date", "run"])
def test_a_date_and_a_run_cost_the_shift_of_the_date(kind: str) -> None:
    asked, (a, b, c) = three()
    plan = plan_for(asked, (R1, [a]), (R2, [b, c]))
    columns: dict[str, Any] = {"date": {"date": day(1)}, "run": {"run": "R2", "date": day(1)}}[kind]
    found = price(asked, plan, Pin("date" if kind == "date" else "run", c.id, **columns))
    assert (found.fen, found.is_exact) == (difference(plan, plan_for(asked, (R1, [a, c]), (R2, [b])), asked), True)
    assert found.fen == 2500


def test_who_has_to_stay_costs_the_seat_that_is_free() -> None:
    asked, (a, b, c) = three()
    plan = plan_for(asked, (R1, [a]), (R2, [b]))
    found = price(asked, plan, Pin("leave", c.id))
    assert found == Price(
        Pin("leave", c.id), difference(plan, plan_for(asked, (R1, [a, c]), (R2, [b])), asked), is_exact=True
    )


def test_another_boarding_place_costs_the_way_to_it() -> None:
    asked, (a, b, c) = three()
    near = plan_for(asked, (Service(day(0), (GUXIAN, HUB)), [a, b, c]))
    there = [
        each.model_copy(update={"board": HUB}) if each.person == c.id else each for each in near.runs[0].passengers
    ]
    others = [each.model_copy(update={"board": HUB}) if each.party == b.id else each for each in there]
    run = near.runs[0].model_copy(update={"passengers": tuple(others)})
    plan = costed(asked, near.model_copy(update={"runs": (run,)}))
    found = price(asked, plan, Pin("board", c.id, board=HUB))
    assert (found.fen, found.is_exact) == (800 + 50 * 10, True)


def test_a_mode_costs_what_the_other_one_saves() -> None:
    asked, (a, b, c) = three(trains=(train(),))
    plan = plan_for(asked, (R1, [a, b]), (Service(train="K586"), [c]))
    found = price(asked, plan, Pin("mode", c.id, mode="train"))
    assert (found.fen, found.is_exact) == (difference(plan, plan_for(asked, (R1, [a, b, c])), asked), True)


@pytest.mark.parametrize("kind", ["date", "mode", "board", "run", "together"])
def test_a_pin_that_binds_nothing_costs_nothing(kind: str) -> None:
    asked, (a, b, c) = three()
    plan = plan_for(asked, (R1, [a, c]), (R2, [b]))
    pins = {
        "date": Pin("date", c.id, date=FIRST),
        "mode": Pin("mode", c.id, mode="coach"),
        "board": Pin("board", c.id, board=GUXIAN),
        "run": Pin("run", c.id, run="R1", date=FIRST, seat="4"),
        "together": Pin("together", c.id, with_=a.id),
    }
    assert price(asked, plan, pins[kind]).fen == 0


def test_together_and_apart_cost_at_least_what_one_party_saves() -> None:
    asked, (a, b, c) = three(policy={"unserved_cost": 10_000})
    plan = plan_for(asked, (R1, [a]), (R2, [b, c]))
    free = plan_for(asked, (R1, [a, c]), (R2, [b]))
    found = price(asked, plan, Pin("together", c.id, with_=b.id))
    assert (found.fen, found.is_exact) == (difference(plan, free, asked), False)
    found = price(asked, plan, Pin("apart", a.id, with_=c.id))
    all_on_one = plan_for(asked, (R2, [a, b, c]))
    assert (found.fen, found.is_exact) == (difference(plan, all_on_one, asked), False), "one coach is enough without it"


def test_another_pin_still_holds_while_one_is_priced() -> None:
    asked, (a, b, c) = three()
    plan = plan_for(asked, (R1, [a]), (R2, [b, c]))
    assert price(asked, plan, Pin("date", c.id, date=day(1)), Pin("together", b.id, with_=c.id)).fen == 0
    assert price(asked, plan, Pin("date", c.id, date=day(1)), Pin("apart", a.id, with_=c.id)).fen == 0


def test_a_run_that_must_go_costs_what_it_costs_to_put_its_people_elsewhere() -> None:
    asked, (a, b, c) = three()
    plan = plan_for(asked, (R1, [a]), (R2, [b, c]))
    free = plan_for(asked, (R1, [a, b, c]))
    found = price(asked, plan, Pin("open", date=day(1), destination="440300"))
    assert (found.fen, found.is_exact) == (difference(plan, free, asked), False)
    assert price(asked, plan, Pin("open", destination="440300")).fen == 0, "the other run holds it as well"
    assert price(asked, plan, Pin("open", date=day(1)), Pin("run", b.id, run="R2", date=day(1))).fen == 0


def test_a_run_that_must_not_go_costs_who_would_fill_it() -> None:
    many = party(30)
    asked = problem(many, party(1))
    plan = plan_for(asked)
    free = plan_for(asked, (R1, [many]))
    found = price(asked, plan, Pin("closed", destination="440300"))
    assert (found.fen, found.is_exact) == (difference(plan, free, asked), False)
    assert price(asked, plan, Pin("closed", date=day(3))).fen == 0, "another day is as good"


def test_frozen_runs_and_strangers_cost_nothing() -> None:
    asked, (a, b, c) = three()
    plan = plan_for(asked, (R1, [a]), (R2, [b, c]))
    assert price(asked, plan, Pin("date", c.id, date=day(1)), frozen=["R2"]).fen == 0
    assert price(asked, plan, Pin("date", "f" * 16, date=day(1))).fen == 0


def test_in_a_season_of_trains_alone_a_closed_train_costs_the_seats() -> None:
    one = party(2, origin="罗渡镇")
    asked = problem(one, trains=(train(),), vehicle_types=())
    plan = plan_for(asked)
    found = price(asked, plan, Pin("closed", run="K586", date=FIRST))
    free = plan_for(asked, (Service(train="K586"), [one]))
    assert found.fen == difference(plan, free, asked)
    assert STATION in free.runs[0].places("board")
    assert LUODU not in free.runs[0].places("board")
