"""Hubs opened and closed for a what-if: who may board there then, and names that make no sense."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.errors import UsageError
from scheduler.evaluate import Evaluator
from scheduler.problem import AccessRow, Problem
from scheduler.season.ask.scenario import Scenario
from tests.builders import GUXIAN, HUB, LUODU, party, problem

pytestmark = pytest.mark.usefixtures("english")


def asked() -> Problem:
    return problem(party(1), party(1, origin="罗渡镇"))


def places_of(changed: Problem, origin: str) -> set[str]:
    return set(Evaluator(changed).access_fen(origin))


@pytest.mark.parametrize("name", [GUXIAN, "顾县镇"])
def test_an_open_hub_takes_people_of_other_townships(name: str) -> None:
    assert GUXIAN not in places_of(asked(), "罗渡镇")
    changed = Scenario("x", opened=(name,)).change_problem(asked())
    assert GUXIAN in places_of(changed, "罗渡镇")


@pytest.mark.parametrize(("stop", "township"), [(GUXIAN, "顾县镇"), (LUODU, "罗渡镇")])
@pytest.mark.parametrize("rows", [(), (AccessRow(HUB, 700),)])
def test_an_open_hub_is_free_to_its_own_people_still(stop: str, township: str, rows: tuple[AccessRow, ...]) -> None:
    before = replace(asked(), access={township: rows} if rows else {})
    changed = Scenario("x", opened=(stop,)).change_problem(before)
    assert Evaluator(changed).access_fen(township) == Evaluator(before).access_fen(township)
    assert Evaluator(changed).access_fen(township)[stop] == 0


def test_a_closed_hub_takes_its_own_people_alone() -> None:
    assert HUB in places_of(asked(), "罗渡镇")
    changed = Scenario("x", closed=(HUB,)).change_problem(asked())
    assert HUB not in places_of(changed, "罗渡镇")
    assert HUB in Evaluator(changed).access_fen("九龙街道")


def test_several_at_once() -> None:
    changed = Scenario("x", opened=(LUODU,), closed=(HUB,)).change_problem(asked())
    assert places_of(changed, "顾县镇") & {LUODU, HUB} == {LUODU}


@pytest.mark.parametrize(
    ("scenario", "what", "cure"),
    [
        (Scenario("x", opened=("火星",)), "no boarding point 火星", GUXIAN),
        (Scenario("x", opened=(HUB,)), "is a hub already", GUXIAN),
        (Scenario("x", closed=(GUXIAN,)), "is no hub", HUB),
        (Scenario("x", closed=("",)), "no boarding point", HUB),
    ],
)
def test_names_that_make_no_sense(scenario: Scenario, what: str, cure: str) -> None:
    with pytest.raises(UsageError) as caught:
        scenario.change_problem(asked())
    assert what in str(caught.value)
    assert cure in caught.value.cure
