"""A season with some things otherwise: coaches, trains, settings, wishes; and changes that make no sense."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from scheduler.errors import UsageError
from scheduler.i18n import set_language
from scheduler.problem import Problem
from scheduler.season.ask.find_person import find_people
from scheduler.season.ask.scenario import Scenario, ScenarioArguments
from tests.builders import day, party, person, problem, settings, train, vehicle


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


def asked() -> Problem:
    coaches = vehicle(49, 5, vehicle_type="49座", operator="岳运")
    small = vehicle(19, 2, vehicle_type="19座", operator="岳运")
    one = person("a!!2", name="王一", township="顾县镇", phone="13800001234")
    two = person("a!!3", id_number="511621198101010008", name="王二", township="罗渡镇", phone="13900005678")
    parties = (
        party(people=(one,), id="P1", earliest=day(1), latest=day(2)),
        party(people=(two,), id="P2", earliest=day(1), latest=day(2)),
    )
    return problem(parties=parties, vehicle_types=(coaches, small), trains=(train(),))


def available(changed: Problem, kind: str) -> list[int]:
    chosen = next(each for each in changed.vehicle_types if each.vehicle_type == kind)
    return [chosen.available(each) for each in changed.settings.days]


def test_coaches_more_all_season() -> None:
    changed = Scenario("x", coaches=("49座:2",)).change_problem(asked())
    assert set(available(changed, "49座")) == {7}
    assert set(available(changed, "19座")) == {2}


@pytest.mark.parametrize(
    ("direction", "on", "more_on"),
    [
        ("to_work", 2, lambda i: i >= 2),
        ("to_home", 2, lambda i: True),  # it sets out two days before
        ("to_home", 4, lambda i: i >= 2),
    ],
)
def test_coaches_for_runs_of_a_date(direction: str, on: int, more_on: Callable[[int], bool]) -> None:
    base = replace(asked(), settings=settings(direction=direction))
    changed = Scenario("x", coaches=(f"49座/岳运:+1@{day(on)}",)).change_problem(base)
    days = range(len(base.settings.days))
    assert available(changed, "49座") == [6 if more_on(i) else 5 for i in days]


def test_coaches_fewer_are_taken_from_each_day() -> None:
    base = asked()
    coaches = base.vehicle_types[0]
    rows = (replace(coaches.rows[0], count=3), replace(coaches.rows[0], count=2, first=day(1), last=day(2)))
    base = replace(base, vehicle_types=(replace(coaches, rows=rows), *base.vehicle_types[1:]))
    before = available(base, "49座")
    changed = Scenario("x", coaches=("49座:-3",)).change_problem(base)
    assert available(changed, "49座") == [number - 3 for number in before]
    assert all(row.count > 0 for row in changed.vehicle_types[0].rows)


def test_a_train_less() -> None:
    base = asked()
    name, on = base.trains[0].train, base.trains[0].date
    assert Scenario("x", trains=(name,)).change_problem(base).trains == ()
    assert Scenario("x", trains=(f"{name}@{on}",)).change_problem(base).trains == ()


@pytest.mark.parametrize(
    ("asked_for", "expected"),
    [
        ("K586:12", [212, 212]),
        ("K586：+12@{first}", [212, 200]),
        ("K586:-199@{second}", [200, 1]),
        ("K586:0", [200, 200]),
    ],
)
def test_seats_more_on_a_train(asked_for: str, expected: list[int]) -> None:
    base = replace(asked(), trains=(train(), train(date=day(1)), train(train="K588")))
    changed = Scenario("x", seats=(asked_for.format(first=day(0), second=day(1)),)).change_problem(base)
    assert [each.seats for each in changed.trains] == [*expected, 200]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("王一:latest={last}", {"latest": day(3), "earliest": day(1)}),
        ("13800001234:earliest={first}", {"earliest": day(0)}),
        ("1234:mode=火车", {"mode": "train"}),
        ("王一 顾县镇:mode=any", {"mode": "any"}),
        ("王一：date={last}", {"preferred": day(3), "earliest": day(2), "latest": day(4)}),
    ],
)
def test_a_wish_of_a_party(wish: str, expected: dict[str, object]) -> None:
    text = wish.format(last=day(3), first=day(0))
    before = asked()
    changed = Scenario("x", wishes=(text,)).change_problem(before)
    assert {name: getattr(changed.parties[0], name) for name in expected} == expected
    assert changed.parties[1] == before.parties[1]


@pytest.mark.parametrize(
    ("scenario", "what"),
    [
        (Scenario("x", coaches=("49座:-6",)), "49座 has only 5 coaches"),
        (Scenario("x", coaches=("59座:1",)), "no vehicle type 59座"),
        (Scenario("x", coaches=("49座",)), "no TYPE:N"),
        (Scenario("x", coaches=("49座:1@tomorrow",)), "no date"),
        (Scenario("x", coaches=("49座:1@2031-01-01",)), "outside the season"),
        (Scenario("x", trains=("K9",)), "no train K9"),
        (Scenario("x", trains=("K586@",)), "no date"),
        (Scenario("x", seats=("K9:2",)), "no train K9"),
        (Scenario("x", seats=(f"K586:2@{day(3)}",)), f"no train K586@{day(3)}"),
        (Scenario("x", seats=("K586",)), "no TRAIN:N"),
        (Scenario("x", seats=("K586:-200",)), "its min_load is 1 -> take away at most 199 seats"),
        (Scenario("x", wishes=("王九:latest=2027-02-12",)), "nobody in the rosters"),
        (Scenario("x", wishes=("王一:seat=3",)), "no wish"),
        (Scenario("x", wishes=("王一:mode=plane",)), "no mode"),
        (Scenario("x", wishes=(f"王一:latest={day(0)}",)), "is empty"),
    ],
)
def test_what_makes_no_sense_is_said(scenario: Scenario, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        scenario.change_problem(asked())


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("min_lod=3", "min_lod: unknown key -> did you mean min_load"),
        ("coach_rules.min_load=3", "unknown key"),
        ("min_load=-1", "cannot be used"),
        ("min_load=many", "cannot be used"),
        ("min_load", "no key=value"),
    ],
)
def test_a_setting_that_makes_no_sense_is_said(text: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        Scenario("x", settings=(text,)).change_settings(settings())


def test_settings_are_changed_by_key_or_by_section_and_key() -> None:
    changed = Scenario("x", settings=("min_load=7", "coach_rules.moving_km_per_h=70", "work_level=county"))
    after = changed.change_settings(settings())
    assert (after.policy.min_load, after.coach_rules.moving_km_per_h, after.policy.work_level) == (7, 70, "county")


def test_a_label_begins_another_scenario() -> None:
    arguments = ScenarioArguments()
    arguments.take("coaches", "a:1")
    arguments.take("label", "B")
    arguments.take("settings", "min_load=3")
    arguments.take("settings", "reserve_seats=2")
    first, second = arguments.scenarios()
    assert first.coaches == ("a:1",)
    assert first.label
    assert second == Scenario("B", settings=("min_load=3", "reserve_seats=2"))


def test_people_are_found_as_they_are_asked_for() -> None:
    base = asked()
    one = base.parties[0].people[0]
    for text in (one.id_number.lower(), "13800001234", "1234", "王一", " 王 一 ", "王一 顾县镇", "顾县 王一"):
        assert find_people(base, text) == [one], text
    assert find_people(base, "王") == []
    assert find_people(base, "") == []
