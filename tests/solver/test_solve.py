"""solve(): every plan verified, optimal where that can be checked, robust at the edges."""

from __future__ import annotations

import signal
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from scheduler.errors import SchedulerError, UnsoundPlanError
from scheduler.evaluate import Evaluator
from scheduler.problem import Escort, Problem
from scheduler.solver.mip import whole_problem as exact
from scheduler.solver.mip.kernel import Kernel
from scheduler.solver.mip.whole_problem import solve_whole
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import SolutionCosts
from scheduler.solver.params import SolveParams
from scheduler.solver.result import Progress, SolveResult
from scheduler.solver.solve import solve, solve_with_trace
from scheduler.verify import Violation, verify
from tests import builders as b
from tests.exact_model import optimum
from tests.solver.search_only import SEARCH_ONLY
from tests.strategies import problems, tiny_problems

FEW = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


def test_any_problem_gives_a_verified_plan() -> None:
    """Timetables, crews and feeders included: and enough of the problems lead to each of them, in both directions."""
    seen: Counter[str] = Counter()

    @FEW
    @given(problems())
    def solved_and_verified(problem: Problem) -> None:
        plan = solve(problem, iterations=6, workers=1)
        assert verify(problem, plan) == []
        modes, direction = {run.id: run.mode for run in plan.runs}, problem.settings.direction
        seen.update({f"feeder to a {modes[feeder.serves]}" for feeder in plan.feeders})
        seen.update({f"{direction} with feeders" for _feeder in plan.feeders[:1]})
        seen.update({f"{direction} by {mode}" for mode in modes.values()})
        seen.update({"escort" for run in plan.runs if run.escorts} | {"leader" for run in plan.runs if run.leader})
        seen.update({"rest" for run in plan.runs for stop in run.stops if stop.kind == "rest"})

    solved_and_verified()
    ways = [f"{way} {by}" for way in ("to_work", "to_home") for by in ("by coach", "by train", "with feeders")]
    wanted = {*ways, "feeder to a coach", "feeder to a train", "escort", "leader", "rest"}
    assert {what for what in wanted if seen[what] < 3} == set()


@FEW
@given(problems())
def test_the_search_alone_gives_a_verified_plan(problem: Problem) -> None:
    plan = solve(problem, iterations=6, workers=1, params=SEARCH_ONLY)
    assert verify(problem, plan) == []


@FEW
@given(tiny_problems())
def test_brute_force_agrees(problem: Problem) -> None:
    best = optimum(problem).total_fen
    plan = solve(problem, iterations=6, workers=1)
    assert plan.cost.total == best
    assert plan.bound is not None
    assert plan.bound <= best


@pytest.mark.parametrize("direction", ["to_work", "to_home"])
def test_nobody(direction: b.Direction) -> None:
    plan = solve(b.problem(direction=direction), iterations=1, workers=1)
    assert (plan.cost.total, plan.gap, plan.runs, plan.unserved) == (0, 0.0, (), ())


def test_no_fleet_and_no_train_leaves_everybody_with_a_proof() -> None:
    plan = solve(b.problem(b.party(3), vehicle_types=()), iterations=1, workers=1)
    assert [(u.code, u.proof) for u in plan.unserved] == [("U202", "no_option")]
    assert plan.gap == 0.0


def test_a_fleet_of_no_coaches_is_proven_useless() -> None:
    plan = solve(b.problem(b.party(3), b.party(5), vehicle_types=(b.vehicle(49, 0),)), iterations=1, workers=1)
    assert plan.gap == 0.0


def test_same_seed_and_work_give_the_same_plan() -> None:
    parties = [b.party(size, preferred=b.day(size % 5)) for size in (1, 2, 3, 4, 1, 2, 5, 1, 2, 3)]
    problem = b.problem(*parties)
    first, second = (solve(problem, iterations=3, workers=1, seed=7) for _ in range(2))
    assert first == second


def test_a_party_larger_than_any_coach_stays_behind() -> None:
    problem = b.problem(b.party(200), b.party(10))
    plan = solve(problem, iterations=2, workers=1)
    assert [(u.code, u.proof, len(u.refs)) for u in plan.unserved] == [("U203", "no_option", 200)]


def test_alike_parties_fill_coach_after_coach() -> None:
    one = b.party()
    parties = [replace(one, id=f"P{i}", people=(b.person(f"r!s!{i}"),)) for i in range(300)]
    plan = solve(b.problem(*parties, vehicle_types=(b.vehicle(49, 20),)), iterations=3, workers=1)
    assert sum(run.load for run in plan.runs) == 300
    assert len(plan.runs) == 7


def test_stop_keeps_the_first_plan() -> None:
    heard: list[Progress] = []
    problem = b.problem(b.party(3))
    plan = solve(problem, workers=1, stop=lambda: True, on_progress=heard.append)
    assert verify(problem, plan) == []
    assert heard[-1].cost_fen == plan.cost.total


def test_a_program_too_large_for_the_time_is_left_to_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiGHS looks at the clock only between steps: what it cannot finish would take the time of the search."""

    def started(_kernel: Kernel, *, no_idle_stops: bool) -> None:
        raise AssertionError("a program was begun")

    problem = b.problem(*(b.party(1 + i % 3, preferred=b.day(i % 5)) for i in range(60)))
    costs = SolutionCosts(Services(build_instance(problem, Evaluator(problem))))
    monkeypatch.setattr(exact, "Program", started)
    assert solve_whole(costs, 0.001) is None
    with pytest.raises(AssertionError):
        solve_whole(costs, 10)


def test_a_short_search_waits_for_no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers need seconds to start; in five of them nothing but the first plan was left of a season."""

    def asked(*_: object) -> None:
        raise AssertionError("a process was asked")

    monkeypatch.setattr("scheduler.processes.Pool.submit", asked)
    monkeypatch.setattr("scheduler.solver.solve._Solver.whole_problem", lambda *_: None)
    problem = b.problem(*(b.party(1 + i % 3, preferred=b.day(i % 5)) for i in range(30)))
    assert sum(run.load for run in solve(problem, time_limit_s=3, workers=2).runs) > 0


def test_ctrl_c_is_still_python_s_after_a_plan() -> None:
    # A shell starts its background jobs with Ctrl-C ignored, and Python leaves it so.
    outside = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        before = signal.getsignal(signal.SIGINT)
        escort = Escort("王", "", "", b.FIRST, b.LAST)
        solve(b.problem(b.party(3), escorts=(escort,)), iterations=1, workers=1)
        assert signal.getsignal(signal.SIGINT) is before
        # CP-SAT replaces the handler below Python, which getsignal does not see.
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, outside)


# How it ended ------------------------------------------------------------------------------------------------------


def thirty_parties() -> Problem:
    """Return a problem whose optimum takes more than the first plan."""
    return b.problem(*(b.party(1 + i % 3, preferred=b.day(i % 5)) for i in range(30)))


def test_a_result_holds_the_plan_and_the_way_to_it() -> None:
    heard: list[Progress] = []
    problem = b.problem(b.party(3))
    result = solve_with_trace(problem, iterations=1, workers=1, on_progress=heard.append)
    assert result.plan == solve(problem, iterations=1, workers=1)
    assert result.status == "optimal"
    assert result.trace == tuple(heard)
    assert [each.phase for each in heard] == ["first_plan", "first_plan", "done"]
    assert [each.cost_fen is None for each in heard] == [True, False, False]
    assert heard[-1].cost_fen == result.plan.cost.total
    assert 0 < result.first_plan_s <= result.runtime_s


def without_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.solver.solve.quick_bound", lambda _services: 0)
    monkeypatch.setattr("scheduler.solver.solve._Solver.whole_problem", lambda *_: None)
    monkeypatch.setattr("scheduler.solver.solve.counted_news", lambda *_: iter(()))


def test_counted_work_that_proves_nothing_is_feasible(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proof(monkeypatch)
    result = solve_with_trace(thirty_parties(), iterations=1, workers=1)
    assert result.status == "feasible"
    assert {"first_plan", "done"} <= {each.phase for each in result.trace}


def test_a_gap_that_is_proven_is_feasible() -> None:
    result = solve_with_trace(thirty_parties(), gap=1.0, workers=1)
    assert result.status == "feasible"
    assert result.plan.gap is not None


@pytest.mark.parametrize("by_key", [False, True])
def test_who_asks_for_an_end_has_interrupted(monkeypatch: pytest.MonkeyPatch, by_key: bool) -> None:
    without_proof(monkeypatch)
    if by_key:

        def pressed(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("scheduler.solver.solve._Solver.improve_by_work", pressed)
    result = solve_with_trace(thirty_parties(), iterations=1, workers=1, stop=None if by_key else lambda: True)
    assert result.status == "interrupted"
    assert result.trace[-1].phase == "done"


def test_time_that_is_over_is_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proof(monkeypatch)
    result: SolveResult = solve_with_trace(thirty_parties(), time_limit_s=0.01, workers=1)
    assert result.status == "time_limit"


def test_params_share_out_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no part of the time for it, the whole problem is not tried."""

    def tried(*_: object) -> None:
        raise AssertionError("the whole problem was tried")

    monkeypatch.setattr("scheduler.solver.solve.solve_whole", tried)
    with pytest.raises(AssertionError):
        solve_with_trace(thirty_parties(), time_limit_s=3, workers=1)
    assert solve(thirty_parties(), time_limit_s=3, workers=1, params=SolveParams(whole_share=0.0)).runs


def test_an_unsound_plan_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Violation("V114", "C1", "one run", "two", "")
    monkeypatch.setattr("scheduler.solver.ending.sound.verify", lambda *_: [found])
    with pytest.raises(UnsoundPlanError, match="V114 C1") as refused:
        solve(b.problem(b.party(3)), iterations=1, workers=1)
    assert isinstance(refused.value, SchedulerError)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("parties", "size", "seats", "min_load"), [(6, 4, 11, 9), (2, 3, 5, 4), (5, 2, 5, 5)])
def test_a_coach_that_whole_parties_cannot_fill_is_no_option(
    parties: int, size: int, seats: int, min_load: int
) -> None:
    season = b.problem(
        *(b.party(size) for _ in range(parties)),
        vehicle_types=(b.vehicle(seats, 2),),
        policy={"min_load": min_load},
        rules={"crew_in_rated_seats": False},
    )
    plan = solve(season, iterations=2, workers=1)
    assert {entry.proof for entry in plan.unserved} == {"no_option"}
    assert verify(season, plan) == []
