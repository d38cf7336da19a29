"""Other ways to ride: each cost is what the plan made so costs more; what is forbidden breaks a rule when done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from scheduler.alternatives.ways import NEW, Alternative, Alternatives
from scheduler.evaluate import Evaluator
from scheduler.i18n import set_language
from scheduler.plan import Passenger, Plan, Run, Stop, Told
from scheduler.problem import Party, Problem
from scheduler.solver.solve import solve
from scheduler.verify import verify
from tests.builders import (
    DONGGUAN,
    SHENZHEN,
    Service,
    costed,
    day,
    distances,
    party,
    places,
    plan_for,
    problem,
    timed,
    train,
    unserved,
    vehicle,
)
from tests.strategies import tiny_problems

MOST_PARTIES = 3

CLAIMS = ("V124", "V125", "V126", "V19")
"""Codes of what a plan says of itself: cost, bound, reasons. A plan made by a test states none right."""


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


def breaches(asked: Problem, plan: Plan) -> list[str]:
    found = [each.code for each in verify(asked, plan)]
    return [code for code in found if not code.startswith(CLAIMS) or code == "V197"]


def riders_of(asked: Problem, chosen: Party, board: str, alight: str, work: tuple[str, ...]) -> list[Passenger]:
    to_work = asked.settings.direction == "to_work"
    riders = []
    for person in chosen.people:
        there = person.employer_stop if person.employer_stop in work else alight if to_work else board
        ends = (board, there) if to_work else (there, alight)
        riders.append(
            Passenger(person=person.key, ref=person.ref, party=chosen.id, seat=None, board=ends[0], alight=ends[1])
        )
    return riders


def with_party(
    asked: Problem, plan: Plan, chosen: Party, run_id: str, riders: list[Passenger], *, gone: tuple[str, ...] = ()
) -> Plan:
    """Return the plan with a party on another run, or on none, and some parties left behind."""
    evaluator, runs = Evaluator(asked), []
    for run in plan.runs:
        people = [each for each in run.passengers if each.party not in (chosen.id, *gone)]
        people += riders if run.id == run_id else []
        if people == list(run.passengers):
            runs.append(run)
        elif people:
            runs.append(timed(asked, seated(evaluator, run, people)))
    return rest_left(asked, plan, runs)


def seated(evaluator: Evaluator, run: Run, people: list[Passenger]) -> Run:
    boards, alights = {each.board for each in people}, {each.alight for each in people}
    numbered = tuple(
        each.model_copy(update={"seat": str(n) if run.mode == "coach" else None}) for n, each in enumerate(people, 1)
    )
    if run.mode == "train":
        stops = []
        for stop in evaluator.trains[run.train or "", run.date].stops:
            stops += [Stop(place=stop.place, kind="alight")] if stop.place in alights else []
            stops += [Stop(place=stop.place, kind="board")] if stop.place in boards else []
        return run.model_copy(update={"passengers": numbered, "stops": tuple(stops)})
    if (boards, alights) == (set(run.places("board")), set(run.places("alight"))):
        return run.model_copy(update={"passengers": numbered})
    path = evaluator.path(*((boards, alights) if evaluator.to_work else (alights, boards)))
    drivers = evaluator.drivers(path)
    rated = evaluator.types[run.vehicle_type or "", run.operator or ""].rated_seats
    stops = [Stop(place=place, kind="board") for place in path.boarding]
    stops += [Stop(place=place, kind="alight") for place in path.alighting]
    changed = {"stops": tuple(stops), "drivers": drivers, "seats": evaluator.seats(rated, drivers)}
    return run.model_copy(update=changed | {"path_km": path.path_km, "passengers": numbered})


def rest_left(asked: Problem, plan: Plan, runs: list[Run]) -> Plan:
    served = {each.party for run in runs for each in run.passengers}
    left = tuple(unserved(each) for each in asked.parties if each.id not in served)
    crewless = [run.model_copy(update={"escorts": (), "leader": None, "deputy": None}) for run in runs]
    changed = {"runs": tuple(crewless), "unserved": left, "bound": None, "gap": None, "feeders": ()}
    return costed(asked, plan.model_copy(update=changed))


def of_their_own(asked: Problem, plan: Plan, chosen: Party, found: Alternative) -> Iterator[Plan]:
    """Yield the plans with a coach for the party alone that day."""
    evaluator = Evaluator(asked)
    without = with_party(asked, plan, chosen, "", [])
    for home in evaluator.access_fen(chosen.origin):
        if not evaluator.allowed([home], [chosen.work_stop]):
            continue
        for kind in asked.vehicle_types:
            service = Service(found.day, (home,), (chosen.work_stop,), kind.key)
            run = plan_for(asked, (service, [chosen])).runs[0].model_copy(update={"id": NEW})
            yield rest_left(asked, plan, [*without.runs, run])


def held_true(asked: Problem, plan: Plan) -> None:
    """Check the other ways of every party by making each plan and costing it whole."""
    ways, by_id = Alternatives(asked, plan, ()), {run.id: run for run in plan.runs}
    for chosen in asked.parties[:MOST_PARTIES]:
        for found in ways.of(chosen):
            if found.run == NEW:
                if found.mode == "coach":
                    made = [each for each in of_their_own(asked, plan, chosen, found) if not breaches(asked, each)]
                    costs = [each.cost.total - plan.cost.total for each in made]
                    assert found.extra_fen == min(costs, default=None), (chosen.id, found)
                continue
            run = by_id[found.run]
            work_is_last = asked.settings.direction == "to_work"
            work, access = run.places("alight" if work_is_last else "board"), ways.evaluator.access_fen(chosen.origin)
            if found.extra_fen is not None:
                riders = riders_of(asked, chosen, found.board, found.alight, work)
                made_so = with_party(asked, plan, chosen, run.id, riders, gone=found.displaces)
                assert breaches(asked, made_so) == [], (chosen.id, found)
                assert made_so.cost.total - plan.cost.total == found.extra_fen, (chosen.id, found)
            elif run.mode == "coach":
                for board in run.places("board"):
                    for alight in run.places("alight"):
                        if (board if work_is_last else alight) not in access:
                            continue
                        riders = riders_of(asked, chosen, board, alight, work)
                        with_them = with_party(asked, plan, chosen, run.id, riders)
                        assert breaches(asked, with_them), (chosen.id, found)


@given(tiny_problems())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_other_way_costs_what_is_said(asked: Problem) -> None:
    held_true(asked, solve(asked, iterations=3, workers=1))


def two_runs(**policy: object) -> tuple[Problem, Plan, list[Party]]:
    """Two coaches to 深圳, a day apart; the second has two seats left."""
    parties = [party(40, id="a"), party(43, id="b"), party(2, id="c", preferred=day(0), latest=day(1))]
    asked = problem(*parties, policy=policy)
    first, second = (Service(day(n)) for n in (0, 1))
    return asked, plan_for(asked, (first, [parties[0], parties[2]]), (second, [parties[1]])), parties


def on(found: list[Alternative], run: str) -> Alternative:
    return next(each for each in found if each.run == run)


def test_a_day_later_costs_the_shift() -> None:
    asked, plan, parties = two_runs()
    found = on(Alternatives(asked, plan, ()).of(parties[2]), "R2")
    assert (found.extra_fen, found.rule, found.displaces) == (2 * 25 * 100, None, ())


def test_who_was_told_costs_a_move_more() -> None:
    asked, plan, parties = two_runs()
    told = tuple(
        Told(person=each.person, run="R1", date=day(0), board=each.board, depart=None, alight=each.alight)
        for each in plan.runs[0].passengers
        if each.party == "c"
    )
    plan = costed(asked, plan.model_copy(update={"told": told}))
    found = on(Alternatives(asked, plan, ()).of(parties[2]), "R2")
    assert found.extra_fen == 2 * (25 + 200) * 100


@pytest.mark.parametrize(
    ("change", "policy", "frozen", "rule"),
    [
        ({"latest": day(0)}, {}, (), "they can travel on 2027-02-10 only"),
        ({"mode": "train"}, {}, (), "they asked for a train only"),
        ({"work_stop": DONGGUAN, "destination": "441900"}, {"work_stops": 1}, (), f"it does not stop at {DONGGUAN}"),
        ({}, {}, ("R2",), "R2 is not changed any more"),
        ({}, {}, ("R1",), "R1 is not changed any more"),
        ({}, {"min_load": 41}, (), "without them R1 has 40 people; it runs from 41"),
    ],
)
def test_the_rule_that_forbids(
    change: dict[str, object], policy: dict[str, object], frozen: tuple[str, ...], rule: str
) -> None:
    asked, plan, parties = two_runs(**policy)
    chosen = replace(parties[2], **change)  # type: ignore[arg-type]
    found = on(Alternatives(asked, plan, frozen).of(chosen), "R2")
    assert (found.extra_fen, found.rule) == (None, rule)


@pytest.mark.parametrize(
    ("change", "policy", "rule"),
    [
        ({"origin": "鱼峰乡"}, {}, "鱼峰乡 has no boarding point"),
        ({"origin": "九龙街道"}, {}, "九龙街道 has no boarding point"),  # it has a hub, and no stop
        ({}, {"reserve_seats": 45}, "no coach has 2 seats for passengers"),
        ({"work_stop": DONGGUAN}, {}, f"no coach may go between 顾县镇 and {DONGGUAN}"),
        ({}, {}, "no coach is free on all days of such a run"),
    ],
)
def test_why_there_is_no_coach_of_their_own(change: dict[str, object], policy: dict[str, object], rule: str) -> None:
    """Nobody knows the way to 东莞."""
    known = {name: replace(each, lat=None) if name == DONGGUAN else each for name, each in places().items()}
    legs = {pair: leg for pair, leg in distances().items() if DONGGUAN not in pair}
    parties, there = (party(40, id="others"), party(2, id="asker")), {"places": known, "distances": legs}
    asked = problem(*parties, vehicle_types=(vehicle(49, 1),), policy=policy, **there)
    plan = plan_for(asked, (Service(day(0)), parties[:1]))
    chosen = replace(parties[1], latest=day(0), **change)  # type: ignore[arg-type]
    (found,) = [each for each in Alternatives(asked, plan, ()).of(chosen) if each.run == NEW]
    assert (found.extra_fen, found.rule) == (None, rule)


def test_a_coach_that_does_not_stop_for_them_is_asked_with_a_stop_more() -> None:
    asked, plan, parties = two_runs()
    chosen = replace(parties[2], work_stop=DONGGUAN, destination="441900")
    found = on(Alternatives(asked, plan, ()).of(chosen), "R2")
    assert (found.alight, found.adds, found.rule) == (DONGGUAN, (DONGGUAN,), None)
    assert on(Alternatives(asked, plan, ()).of(parties[2]), "R2").adds == ()


def test_a_full_run_says_who_would_stay_behind() -> None:
    """Of a lone old man with priority 3, a couple and one more person the last costs least to leave."""
    first = [party(42, id="many"), party(2, id="two"), party(1, id="cheap")]
    asker = party(1, id="asker")
    asked = problem(*first, asker, vehicle_types=(vehicle(49, 1),))
    plan = plan_for(asked, (Service(day(0)), first))
    found = on(Alternatives(asked, plan, ()).of(asker), "R1")
    assert (found.extra_fen, found.displaces) == (0, ("cheap",))


def test_a_train_that_does_not_run_yet() -> None:
    one, other = party(1, id="one", origin="罗渡镇"), party(40, id="other")
    asked = problem(one, other, trains=(train(),))
    plan = plan_for(asked, (Service(day(0)), [other]))
    found = [each for each in Alternatives(asked, plan, ()).of(one) if each.mode == "train"]
    assert [(each.run, each.day, each.extra_fen) for each in found] == [(NEW, day(0), 1_300 + 18_000 - 300_000)]
    assert found[0].alight == SHENZHEN
