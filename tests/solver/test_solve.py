"""solve(): every plan verified, optimal where that can be checked, robust at the edges."""

from __future__ import annotations

import signal
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from scheduler.evaluate import Evaluator
from scheduler.problem import Escort, Problem
from scheduler.solver.mip import whole_problem as exact
from scheduler.solver.mip.kernel import Kernel
from scheduler.solver.mip.whole_problem import solve_whole
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import SolutionCosts
from scheduler.solver.solve import Progress, solve
from scheduler.verify import verify
from tests import builders as b
from tests.exact_model import optimum
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
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scheduler.solver.mip.whole_problem.MOST_SERVICES", -1)
        plan = solve(problem, iterations=6, workers=1)
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

    def started(_kernel: Kernel) -> None:
        raise AssertionError("a program was begun")

    problem = b.problem(*(b.party(1 + i % 3, preferred=b.day(i % 5)) for i in range(60)))
    books = SolutionCosts(Services(build_instance(problem, Evaluator(problem))))
    monkeypatch.setattr(exact, "Program", started)
    assert solve_whole(books, 0.001) is None
    with pytest.raises(AssertionError):
        solve_whole(books, 10)


def test_a_short_search_waits_for_no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers need seconds to start; in five of them nothing but the first plan was left of a season."""

    def asked(*_: object) -> None:
        raise AssertionError("a process was asked")

    monkeypatch.setattr("scheduler.processes.Pool.submit", asked)
    monkeypatch.setattr("scheduler.solver.solve._solve_whole", lambda *_: None)
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
