"""The bound of an earlier plan holds where a season only loses something, and is not used where it gains anything."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scheduler.pins import Pin
from scheduler.problem import Party, Problem
from scheduler.season.ledger.ledger import open_ledger
from scheduler.season.life.carried_bound import left_more_fen
from scheduler.season.life.standing_season import read_season
from tests import builders
from tests.arbitrary_replans import MOST_PARTIES
from tests.arbitrary_seasons import arbitrary_season
from tests.builders import FIRST, LAST, party, person
from tests.exact_model import optimum
from tests.living import BEFORE, FLEET, WORK, Living
from tests.season_folders import id_number
from tests.season_folders import person as row


def narrowed(season: Problem, rng: random.Random) -> Problem:
    """Return a season with whole parties, days, coaches and trains less."""
    day = timedelta(days=1)
    parties = [
        replace(each, earliest=each.earliest + day) if rng.random() < 0.2 and each.earliest < each.latest else each
        for each in season.parties
        if rng.random() < 0.7
    ]
    types = tuple(
        replace(each, rows=tuple(replace(row, count=max(0, row.count - rng.randint(0, 1))) for row in each.rows))
        for each in season.vehicle_types
    )
    trains = tuple(each for each in season.trains if rng.random() < 0.6)
    return replace(season, parties=tuple(parties), vehicle_types=types, trains=trains)


@pytest.mark.parametrize("seed", range(40))
def test_a_season_that_only_loses_something_is_cheaper_by_no_more_than_who_is_gone(seed: int) -> None:
    season = arbitrary_season(seed)
    season = replace(season, parties=season.parties[:MOST_PARTIES])
    now = narrowed(season, random.Random(seed))
    lost_fen = left_more_fen(season, now)
    assert lost_fen is not None
    assert optimum(now).total_fen >= optimum(season).total_fen - lost_fen


PARTIES = [party(2), party()]
SEASON = builders.problem(*PARTIES, trains=(builders.train(),))


def first_party(**changes: object) -> Problem:
    return replace(SEASON, parties=(replace(PARTIES[0], **changes), PARTIES[1]))  # type: ignore[arg-type]


MORE: dict[str, Callable[[], Problem]] = {
    "somebody new": lambda: replace(SEASON, parties=(*PARTIES, party())),
    "one of a party gone": lambda: first_party(people=PARTIES[0].people[:1]),
    "one more in a party": lambda: first_party(people=(*PARTIES[0].people, person())),
    "another destination": lambda: first_party(destination="441900"),
    "another mode": lambda: first_party(mode="train"),
    "another preferred date": lambda: first_party(preferred=FIRST),
    "a longer window": lambda: first_party(latest=LAST + timedelta(days=1)),
    "a higher priority": lambda: first_party(people=tuple(replace(p, priority=2) for p in PARTIES[0].people)),
    "a coach more": lambda: replace(SEASON, vehicle_types=(builders.vehicle(number=11),)),
    "a cheaper coach": lambda: replace(SEASON, vehicle_types=(builders.vehicle(fixed_cost_fen=1),)),
    "another type": lambda: replace(SEASON, vehicle_types=(*SEASON.vehicle_types, builders.vehicle(33))),
    "another train": lambda: replace(SEASON, trains=(builders.train(train="K1"),)),
    "a cheaper train": lambda: replace(SEASON, trains=(builders.train(seats=201),)),
    "another policy": lambda: replace(SEASON, settings=SEASON.settings.model_copy(update={"name": "另一季"})),
}


@pytest.mark.parametrize("what", MORE)
def test_what_adds_anything_proves_nothing(what: str) -> None:
    assert left_more_fen(SEASON, MORE[what]()) is None


def test_who_is_gone_is_counted_by_what_leaving_them_costs() -> None:
    heavy: Party = replace(PARTIES[0], people=tuple(replace(each, priority=3) for each in PARTIES[0].people))
    season = replace(SEASON, parties=(heavy, PARTIES[1]))
    unserved_fen = season.settings.policy.unserved_cost_fen
    assert left_more_fen(season, replace(season, parties=PARTIES[1:])) == 6 * unserved_fen  # type: ignore[arg-type]
    assert left_more_fen(season, replace(season, parties=())) == 7 * unserved_fen
    assert left_more_fen(season, season) == 0


def test_with_pins_nobody_may_be_gone() -> None:
    key = PARTIES[0].people[0].key
    season = replace(SEASON, pins=(Pin("together", key, PARTIES[1].people[0].key),))
    assert left_more_fen(season, replace(season, parties=PARTIES[1:])) is None  # type: ignore[arg-type]
    assert left_more_fen(season, season) == 0
    assert left_more_fen(SEASON, season) == 0


# By the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def living(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Living:
    return Living(tmp_path, capsys, people=30, **{"fleet.csv": FLEET.replace(",10,", ",2,")}).begin()


def bound_after(living: Living, *rows: str, now: str = BEFORE) -> int | None:
    """Return the bound that a replan knows before it searches."""
    if rows:
        file = living.changes("变更,身份证号,车型,日期", *rows)
        living.answer("record", file, "--now", now)
    with open_ledger(living.folder, create=False) as ledger:
        season = read_season(living.folder, ledger)
    return season.commitments(living.plan, datetime.fromisoformat(now)).bound_fen


def test_a_lost_coach_keeps_the_bound_and_the_plan_says_so(living: Living) -> None:
    first = living.plan
    assert first.bound is not None
    assert bound_after(living) == first.bound
    assert bound_after(living, "车辆故障,,49座,") == first.bound
    answered = living.replan()
    assert answered["bound"] >= first.bound
    assert bound_after(living) == first.bound  # the first plan's still: of the second one people had been told


def test_a_cancellation_lowers_the_bound_and_freezing_voids_it(living: Living) -> None:
    first = living.plan
    lower = bound_after(living, f"退出,{id_number(1)},,")
    assert lower == (first.bound or 0) - 300_000
    (run, *_rest) = first.runs
    assert bound_after(living, now=f"{run.date}T07:00") is None


def test_a_changed_wish_voids_it(living: Living) -> None:
    assert bound_after(living, f"改期,{id_number(1)},,2027-02-13") is None


def test_another_roster_and_a_plan_put_there_by_hand_void_it(living: Living) -> None:
    """The ledger takes a plan.json that it does not know for what it is: its bound is anybody's word."""
    path = living.folder / "plan" / "plan.json"
    path.write_text(living.plan.model_copy(update={"seed": 9, "bound": living.plan.cost.total}).to_json(), "utf-8")
    living.announce()
    assert bound_after(living) != living.plan.cost.total or living.plan.gap == 0
    living.roster(*(row(serial) for serial in range(1, 32)))
    assert bound_after(living) is None
    assert living.run("plan", *WORK, "--anew") == 0
    assert bound_after(living) == living.plan.bound
