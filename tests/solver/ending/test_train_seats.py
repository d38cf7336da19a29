"""Seats more on a train: who is offered how many, and that they are enough; nobody is offered what does not help."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.plan import Unserved
from scheduler.problem import Problem, Train, TrainStop
from tests.arbitrary_seasons import arbitrary_season
from tests.builders import DONGGUAN, SHENZHEN, STATION, day, party, person, problem, train, vehicle
from tests.solver.ending.test_remedies import applied, people, planned

pytestmark = pytest.mark.usefixtures("english")

TRAIN_ONLY: dict[str, Any] = {"mode": "train", "earliest": day(0)}
HOMEWARD = (TrainStop(SHENZHEN, None, 600, None, True), TrainStop(STATION, 2_000, None, 18_000, False))


@pytest.fixture(params=[True, False])
def anew(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Let remedies be tried by planning anew, or as in large seasons, around the plan; tell which."""
    if not request.param:
        monkeypatch.setattr("scheduler.solver.ending.tried.MOST_AGAIN", 0)
    return bool(request.param)


def offered(asked: Problem) -> list[Unserved]:
    """Return the entries of those left behind by the best plan, each of which its remedy helps."""
    plan = planned(asked)
    assert plan.gap == 0
    for arguments in {entry.remedy_args for entry in plan.unserved if entry.remedy_args}:
        again = {each.party for each in planned(applied(asked, arguments)).unserved}
        assert not again & {entry.party for entry in plan.unserved if entry.remedy_args == arguments}
    return list(plan.unserved)


def seats(entries: list[Unserved]) -> list[tuple[str, ...]]:
    """Return the arguments of the entries, each once, in order."""
    return sorted({entry.remedy_args for entry in entries})


def small(**changes: Any) -> Train:
    """Return a train of three seats."""
    return train(**{"seats": 3} | changes)


@pytest.mark.usefixtures("anew")
@pytest.mark.parametrize(("direction", "stops"), [("to_work", train().stops), ("to_home", HOMEWARD)])
@pytest.mark.parametrize("resell", [False, True])
def test_who_waits_for_a_full_train_is_offered_seats_for_all_who_do(direction: Any, stops: Any, resell: bool) -> None:
    asked = problem(*people(8, **TRAIN_ONLY), trains=(small(stops=stops, resell=resell),), direction=direction)
    entries = offered(asked)
    assert len(entries) == 5
    assert seats(entries) == [("--add-seats", "K586:5@2027-02-10")]
    assert {entry.remedy for entry in entries} == {
        "raise the seats of K586 on 2027-02-10 by 5, enough for all who would take them"
    }
    assert {(entry.code, entry.proof) for entry in entries} == {("U204", "conflict")}


@pytest.mark.usefixtures("anew")
def test_a_few_seats_ask_less_than_a_coach() -> None:
    """Four are left of those for whom the only coach and the train have no room."""
    alike = people(52, earliest=day(0), latest=day(0))
    entries = offered(problem(*alike, trains=(small(),), vehicle_types=(vehicle(49, 1),)))
    assert [entry.code for entry in entries] == ["U207"] * 4
    assert seats(entries) == [("--add-seats", "K586:4@2027-02-10")]


def test_who_comes_first_is_offered_fewer_seats(anew: bool) -> None:
    first = [party(people=(person(priority=2),), **TRAIN_ONLY) for _ in range(5)]
    entries = offered(problem(*first, *people(4, **TRAIN_ONLY), trains=(small(),)))
    ahead = {each.id for each in first}
    assert seats([entry for entry in entries if entry.party not in ahead]) == [("--add-seats", "K586:6@2027-02-10")]
    enough = 2 if anew else 6  # around a plan that is not proven nobody is sure to come first
    assert seats([e for e in entries if e.party in ahead]) == [("--add-seats", f"K586:{enough}@2027-02-10")]


@pytest.mark.usefixtures("anew")
def test_a_party_larger_than_the_train() -> None:
    (entry,) = offered(problem(party(5, mode="train"), trains=(small(),)))
    assert (entry.code, entry.proof, entry.remedy_args) == ("U203", "no_option", ("--add-seats", "K586:2@2027-02-10"))


@pytest.mark.usefixtures("anew")
def test_seats_sold_again_are_counted_leg_by_leg() -> None:
    """Three alight on the way: beyond there seats are free, and those who go farther need them before."""
    near = people(3, **TRAIN_ONLY | {"destination": "441900", "work_stop": DONGGUAN})
    entries = offered(problem(*near, *people(2, **TRAIN_ONLY), trains=(small(resell=True),)))
    assert seats(entries) == [("--add-seats", "K586:2@2027-02-10")]


@pytest.mark.usefixtures("anew")
def test_of_two_trains_the_one_that_lacks_fewer_seats() -> None:
    """A party of four is too large for both."""
    trains = small(), small(train="K588", seats=2)
    (entry,) = offered(problem(party(4, mode="train"), trains=trains))
    assert entry.remedy_args == ("--add-seats", "K586:1@2027-02-10")


@pytest.mark.usefixtures("anew")
@pytest.mark.parametrize(
    "asked",
    [
        problem(*people(5, mode="coach"), trains=(small(),), vehicle_types=()),
        problem(*people(5, **TRAIN_ONLY), trains=(small(date=day(4)),)),
        problem(*people(5, **TRAIN_ONLY), trains=(small(), small(train="K588", seats=2))),
    ],
)
def test_seats_are_offered_only_where_they_are_wanting(asked: Problem) -> None:
    assert not any(entry.remedy_args[:1] == ("--add-seats",) for entry in offered(asked))


@pytest.mark.parametrize("seed", [103, 108, 115, 116, 122, 129, 136, 141, 152, 154])
def test_seats_that_would_help_are_offered(seed: int) -> None:
    """Who has no remedy has no seat on a train of as many as there are people, either."""
    asked = arbitrary_season(seed)
    without = {entry.party for entry in offered(asked) if not entry.remedy_args}
    for each in asked.trains:
        many = ("--add-seats", f"{each.train}:{asked.people}@{each.date}")
        assert without <= {entry.party for entry in planned(applied(asked, many)).unserved}
