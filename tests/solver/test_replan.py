"""A later plan pays for whom it moves, begins with the one that stands, and leaves frozen runs as they are."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from scheduler.commitments import Commitments
from scheduler.errors import InputError
from scheduler.evaluate import Evaluator
from scheduler.plan import Plan
from scheduler.problem import Escort, FleetRow, Problem
from scheduler.settings import Settings
from scheduler.solver.bound.column_generation import proven_fen, with_move_price
from scheduler.solver.bound.params import BoundParams, CoverParams
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from scheduler.solver.solve import solve, solve_with_trace
from scheduler.verify import verify
from tests.arbitrary_replans import Replan, arbitrary_replan, told_as_planned
from tests.builders import DONGGUAN, HUB, LUODU, Service, day, party, person, plan_for, problem, train, vehicle
from tests.exact_model import optimum
from tests.solver.bound.raising import raise_bound

ANCHORED = BoundParams(cover=CoverParams(most_home_sets=1, most_work_sets=0))
"""No set of several stops is listed."""

KINDS: dict[str, dict[str, bool]] = {"told": {}, "frozen": {"frozen": True}, "capped": {"capped": True}}


def faults(asked: Replan) -> list[str]:
    """Return what is wrong with the replan of a season."""
    commitments = asked.commitments
    best = optimum(asked.problem, commitments.told, commitments.max_moved, asked.frozen)
    result = solve_with_trace(asked.problem, iterations=4, workers=1, commitments=commitments)
    plan, found = result.plan, []
    if verify(asked.problem, plan, asked.frozen):
        found.append("verify")
    if plan.bound is None or plan.bound > best.total_fen:
        found.append(f"bound {plan.bound} of {best.total_fen}")
    if (result.moved, plan.cost.total) != (best.moved, best.total_fen) and plan.cost.total != best.total_fen:
        found.append(f"{plan.cost.total} of {best.total_fen}")
    if commitments.max_moved is not None and result.moved > max(commitments.max_moved, best.moved):
        found.append(f"moved {result.moved}")
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", range(0, 60, 10))
def test_a_replan_is_the_exact_optimum(kind: str, first: int) -> None:
    for seed in range(first, first + 10):
        assert faults(arbitrary_replan(seed, **KINDS[kind])) == [], seed


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_no_bound_is_above_the_optimum_of_a_replan(first: int) -> None:
    for seed in range(first, first + 20):
        asked = arbitrary_replan(seed)
        told = asked.commitments.told
        best = optimum(asked.problem, told).total_fen
        instance = build_instance(asked.problem, Evaluator(asked.problem), told)
        for prices in raise_bound(instance, Services(instance), time.monotonic() + 4.0):
            assert proven_fen(prices) <= best, seed


@pytest.mark.parametrize("first", range(0, 40, 20))
def test_anchored_sets_of_stops_miss_no_way_to_stay(first: int) -> None:
    for seed in range(first, first + 20):
        asked = arbitrary_replan(seed)
        told = asked.commitments.told
        best = optimum(asked.problem, told).total_fen
        instance = build_instance(asked.problem, Evaluator(asked.problem), told)
        for prices in raise_bound(instance, Services(instance), time.monotonic() + 4.0, ANCHORED):
            assert proven_fen(prices) <= best, seed


@pytest.mark.parametrize("first", range(0, 40, 20))
def test_no_bound_of_few_moves_is_above_their_optimum(first: int) -> None:
    """Whatever the price of moving somebody: less that price for each who may be moved, it is a bound."""
    for seed in range(first, first + 20):
        asked = arbitrary_replan(seed, capped=True)
        told, most = asked.commitments.told, asked.commitments.max_moved
        best = optimum(asked.problem, told, most)
        for price_fen in (3_000, 100_000):
            instance = build_instance(asked.problem, Evaluator(asked.problem), told, most)
            dearer = with_move_price(instance, price_fen)
            for prices in raise_bound(dearer, Services(instance), time.monotonic() + 2.0):
                assert proven_fen(prices) - price_fen * best.moved <= best.total_fen, seed


# By hand ---------------------------------------------------------------------------------------------------------


def replanned(asked: Problem, present: Plan, **binding: Any) -> Plan:
    """Return the next plan of a season of which everybody has been told the present one, unless `binding` says else."""
    commitments = Commitments(**{"present": present, "told": told_as_planned(present)} | binding)
    plan = solve(asked, iterations=4, workers=1, commitments=commitments)
    assert plan.told == commitments.told
    return plan


def seats(plan: Plan) -> dict[str, tuple[str, str | None]]:
    """Return each rider's run and seat."""
    return {rider.person: (run.id, rider.seat) for run, rider in plan.passengers()}


def test_nothing_changed_changes_nothing() -> None:
    asked = problem(*(party(3) for _ in range(12)), party(9, origin="罗渡镇"))
    present = solve(asked, iterations=4, workers=1)
    again = replanned(asked, present)
    assert again.runs == present.runs
    assert (again.cost, again.cost.moves) == (present.cost, 0)


def test_a_late_comer_takes_the_seat_of_who_is_gone() -> None:
    parties = [party(5) for _ in range(9)]
    asked = problem(*parties, vehicle_types=(vehicle(number=1),))
    present = solve(asked, iterations=4, workers=1)
    late = party(5)
    again = replanned(replace(asked, parties=(*parties[1:], late)), present)
    assert [run.id for run in again.runs] == [run.id for run in present.runs]
    stay = {person.key for each in parties[1:] for person in each.people}
    assert {key: seat for key, seat in seats(again).items() if key in stay} == {
        key: seat for key, seat in seats(present).items() if key in stay
    }
    freed = {seats(present)[person.key] for person in parties[0].people}
    assert {seats(again)[person.key] for person in late.people} == freed
    assert again.cost.moves == 0


def test_another_coach_of_the_day_moves_nobody() -> None:
    small = vehicle(number=1), vehicle(55, number=1, fixed_cost_fen=200_000)
    asked = problem(*(party(5) for _ in range(9)), vehicle_types=small)
    present = solve(asked, iterations=4, workers=1)
    assert present.runs[0].vehicle_type == "49座"
    again = replanned(replace(asked, vehicle_types=small[1:]), present)
    assert (again.runs[0].vehicle_type, again.runs[0].id) == ("55座", present.runs[0].id)
    assert again.cost.moves == 0


def test_who_is_told_another_day_stays_there_for_less_than_move_cost() -> None:
    # A day's shift costs 25 yuan, a move 200: the day preferred is worth no move.
    mates = [party(9, preferred=day(0)) for _ in range(2)]
    asked = problem(*mates)
    present = plan_for(asked, (Service(day(1)), mates))
    assert solve(asked, iterations=4, workers=1).runs[0].date == day(0)
    assert replanned(asked, present).runs[0].date == day(1)
    cheap = problem(*mates, policy={"move_cost": 20})
    assert replanned(cheap, present).runs[0].date == day(0)
    assert replanned(cheap, present, max_moved=17).runs[0].date == day(1)


def test_a_cancelled_train_moves_its_people_and_they_are_counted() -> None:
    riders = [party(10, mode="any") for _ in range(3)]
    asked = problem(*riders, trains=(train(),))
    present = plan_for(asked, (Service(train="K586"), riders))
    result = solve_with_trace(
        replace(asked, trains=()),
        iterations=4,
        workers=1,
        commitments=Commitments(present, told_as_planned(present), max_moved=5),
    )
    assert result.moved == 30
    assert result.plan.cost.moves == 30 * 20_000


def test_a_run_too_thin_after_cancellations_is_given_up_or_filled() -> None:
    parties = [party(7), party(7), party(7)]
    asked = problem(*parties, policy={"min_load": 20})
    present = solve(asked, iterations=4, workers=1)
    thin = replanned(replace(asked, parties=tuple(parties[:2])), present)
    assert (thin.runs, thin.cost.moves) == ((), 14 * 20_000)
    filled = replanned(replace(asked, parties=(*parties[:2], party(6))), present)
    assert ([run.id for run in filled.runs], filled.cost.moves) == ([present.runs[0].id], 0)


def test_an_id_is_given_to_no_other_run() -> None:
    first, second = party(20, latest=day(0)), party(20, latest=day(0), work_stop=DONGGUAN, destination="441900")
    asked = problem(first, policy={"work_stops": 1})
    present = solve(asked, iterations=4, workers=1)
    assert present.runs[0].id == "C0210-深圳-01"
    other = party(20, latest=day(0))
    again = replanned(replace(asked, parties=(second, other)), present, told=())
    assert sorted(run.id for run in again.runs) == ["C0210-东莞-01", "C0210-深圳-02"]


def test_a_departure_told_is_kept_where_depart_at_can() -> None:
    asked = problem(party(20), rules={"depart_at": ["06:30", "08:00", "13:00"]})
    first = solve(asked, iterations=4, workers=1)
    told = told_as_planned(first)
    depart = told[0].depart
    assert depart is not None
    for clock in ("06:30", "08:00", "13:00"):
        hour, minute = map(int, clock.split(":"))
        promised = tuple(one.model_copy(update={"depart": depart.replace(hour=hour, minute=minute)}) for one in told)
        again = replanned(asked, first, told=promised)
        assert (again.runs[0].departure(told[0].board), again.cost.moves) == (promised[0].depart, 0)


def test_a_frozen_run_keeps_its_people_its_coach_and_its_days() -> None:
    parties = [party(5) for _ in range(9)]
    asked = problem(*parties, vehicle_types=(vehicle(number=1),))
    present = solve(asked, iterations=4, workers=1)
    ids = frozenset(run.id for run in present.runs)
    late, now = party(5), replace(asked, parties=(*parties[1:], party(5)))
    again = replanned(now, present, frozen=ids)
    assert len(again.runs) == 1
    assert {p.person for p in again.runs[0].passengers} < {p.person for p in present.runs[0].passengers}
    assert again.cost.unserved == 5 * 300_000
    assert again.bound == again.cost.total
    assert late not in now.parties


def test_who_joins_a_party_on_a_frozen_run_is_listed() -> None:
    riders = party(20)
    asked = problem(riders)
    present = solve(asked, iterations=4, workers=1)
    joined = replace(riders, people=(*riders.people, person()))
    again = replanned(replace(asked, parties=(joined,)), present, frozen=frozenset((present.runs[0].id,)))
    assert [(entry.persons, entry.proof) for entry in again.unserved] == [((joined.people[-1].key,), "conflict")]


def test_a_frozen_run_of_a_type_that_is_gone_is_told() -> None:
    asked = problem(party(20))
    present = solve(asked, iterations=4, workers=1)
    with pytest.raises(InputError, match="49座 岳运"):
        replanned(replace(asked, vehicle_types=()), present, frozen=frozenset((present.runs[0].id,)))


def test_a_frozen_run_that_somebody_s_township_cannot_board_any_more_is_told() -> None:
    """Costed as it was it asked what boarding there costs from there, and ended in a KeyError."""
    riders = party(20)
    asked = problem(riders)
    present = solve(asked, iterations=4, workers=1)
    moved = replace(asked, parties=(replace(riders, origin="别处"),))
    with pytest.raises(InputError, match=f"别处.*{present.runs[0].passengers[0].board}"):
        replanned(moved, present, frozen=frozenset((present.runs[0].id,)))


@pytest.mark.parametrize("mode", ["train", "coach"])
def test_more_seats_on_a_frozen_run_need_it_to_be_changed_again(mode: Any) -> None:
    parties = [party(1, mode=mode, latest=day(0)) for _ in range(20)]
    one = FleetRow(1, day(0), day(4))
    asked = problem(*parties, trains=(train(seats=3),), vehicle_types=(vehicle(20, rows=(one,)),))
    present = solve(asked, iterations=1, workers=1)
    larger = replace(asked.vehicle_types[0], rated_seats=49)
    now = replace(asked, trains=(train(seats=6),), vehicle_types=(larger,))
    with pytest.raises(InputError, match=r"(3|16) 个座位.*(6|45) 个"):
        replanned(now, present, frozen=frozenset(run.id for run in present.runs))
    assert len(replanned(now, present).unserved) < len(present.unserved)


def test_plates_and_escorts_of_a_frozen_run_are_not_free() -> None:
    rows = FleetRow(1, day(0), day(4), "川X00001"), FleetRow(1, day(0), day(4), "川X00002")
    asked = problem(
        party(20, latest=day(0)), vehicle_types=(vehicle(rows=rows),), escorts=(Escort("王", "", "", day(0), day(4)),)
    )
    present = solve(asked, iterations=4, workers=1)
    assert (present.runs[0].plate, present.runs[0].escorts) == ("川X00001", ("王",))
    again = replanned(
        replace(asked, parties=(*asked.parties, party(20, latest=day(0)))),
        present,
        frozen=frozenset(("C0210-深圳-01",)),
    )
    assert [(run.plate, run.escorts) for run in again.runs] == [("川X00001", ("王",)), ("川X00002", ())]


def test_changes_that_leave_little_behind() -> None:
    """Nobody left, half the roster gone, no coach left, no day of the plan left, an empty plan to begin with."""
    parties = [party(10), party(10, origin="罗渡镇"), party(10), party(10, origin="罗渡镇")]
    asked = problem(*parties, policy={"min_load": 20})
    present = solve(asked, iterations=4, workers=1)
    assert len(present.runs) == 1
    assert replanned(replace(asked, parties=()), present).runs == ()
    assert replanned(replace(asked, parties=tuple(parties[:2])), present).cost.moves == 0
    assert replanned(replace(asked, parties=tuple(parties[:1])), present).cost.unserved == 10 * 300_000
    assert replanned(replace(asked, vehicle_types=()), present, max_moved=3).cost.moves == 40 * 20_000
    later = Settings.model_validate(asked.settings.model_dump() | {"first_date": day(3), "last_date": day(4)})
    shifted = tuple(replace(each, earliest=day(3), latest=day(4)) for each in parties)
    assert replanned(replace(asked, settings=later, parties=shifted), present).cost.unserved == 0
    assert replanned(asked, plan_for(asked), told=()).cost == present.cost


def test_a_frozen_run_that_everybody_has_left_stays() -> None:
    asked = problem(party(20), party(20, latest=day(0)), policy={"work_stops": 1}, vehicle_types=(vehicle(24),))
    present = solve(asked, iterations=4, workers=1)
    left = next(run.id for run in present.runs if run.passengers[0].party == asked.parties[0].id)
    again = replanned(replace(asked, parties=asked.parties[1:]), present, frozen=frozenset((left,)))
    assert {run.id: run.load for run in again.runs}[left] == 0
    assert again.bound is not None
    assert again.cost.total >= again.bound


def test_a_party_told_different_things_is_counted_person_by_person() -> None:
    mates = party(4)
    asked = problem(mates, party(20))
    present = solve(asked, iterations=4, workers=1)
    told = told_as_planned(present)
    own = [one for one in told if one.person in {each.key for each in mates.people}]
    others = tuple(one for one in told if one not in own)
    another = own[0].model_copy(update={"date": own[0].date + (day(1) - day(0))})
    again = replanned(asked, present, told=(*others, another, *own[1:3]))
    assert again.cost.moves == 20_000
    assert again.bound == again.cost.total


def test_people_told_their_hub_stay_there_unless_that_costs_more_than_moving_them() -> None:
    """罗渡 people told 县城集散点 (18 yuan away) are moved to their own stop only where move_cost is less."""
    riders = party(20, origin="罗渡镇")
    for move_cost, home in ((200, HUB), (10, LUODU)):
        asked = problem(riders, policy={"move_cost": move_cost, "home_stops": 2})
        present = plan_for(asked, (Service(home=(HUB,)), [riders]))
        again = replanned(asked, present)
        assert {rider.board for rider in again.runs[0].passengers} == {home}
        assert again.bound == again.cost.total
