"""Run the suite: each case in a process of its own, so that time and memory are its own; rivals beside it.

A case is a synthetic season (people, seed, direction) or an instance of a public set. What is measured: cost, bound,
gap, the gap over the cost less its unserved part, seconds to the first plan and to the end, coach load factor, people
unserved, peak memory of the solver's processes; then the by-hand rule, and the naive model with the same time.
Every plan, ours and theirs, is verified again here; a plan with a violation is not a result.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, TypeVar

from scheduler.baselines.by_hand import plan_by_hand
from scheduler.baselines.naive import plan_naively
from scheduler.bench.memory import PeakMemory, watch_memory
from scheduler.bench.public_sets import PublicInstance, original_objective
from scheduler.i18n import _
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.processes import LostProcessError, Process, packed_call
from scheduler.settings import Direction
from scheduler.verify import verify

T = TypeVar("T")


@dataclass(frozen=True)
class BenchCase:
    """What to solve: a season of `people`, or an `instance` of a public set."""

    name: str
    people: int = 0
    seed: int = 0
    direction: Direction = "to_work"
    instance: PublicInstance | None = None

    def problem(self) -> Problem:
        """Return the problem."""
        if self.instance is not None:
            return self.instance.problem
        from scheduler.example.season import synthetic_problem

        return synthetic_problem(self.people, self.seed, self.direction)


@dataclass(frozen=True)
class Figures:
    """One plan's figures; costs in yuan, or in the units of the set's files. `cost` None: no plan."""

    cost: float | None
    seconds: float
    served: int = 0
    people: int = 0
    load_factor: float | None = None
    runs: int = 0
    violations: int = 0


@dataclass(frozen=True)
class Result:
    """One case, solved.

    Attributes
    ----------
    gap, gap_served : float or None
        (cost - bound) / cost; the same over the cost less its unserved part.
    first_s : float or None
        Seconds to the first plan.
    known : float or None
        The set's optimum or best known cost.
    trace : list of (seconds, cost, bound)
        Progress, in fen: a point for each plan that was better, and one at the end.
    error : str
        Why there is no result; empty when there is one.
    """

    name: str
    people: int
    seed: int
    direction: Direction
    plan: Figures
    bound: float | None = None
    gap: float | None = None
    gap_served: float | None = None
    first_s: float | None = None
    memory_mib: float | None = None
    known: float | None = None
    by_hand: Figures | None = None
    naive: Figures | None = None
    trace: list[tuple[float, int | None, int | None]] = field(default_factory=list)
    error: str = ""


def season_cases(sizes: list[int], seeds: list[int], directions: list[Direction]) -> Iterator[BenchCase]:
    """Yield the synthetic seasons, small ones first."""
    for people in sorted(sizes):
        for direction in directions:
            for seed in seeds:
                yield BenchCase(f"{people}/{direction}/{seed}", people, seed, direction)


def run_suite(
    cases: Iterator[BenchCase],
    time_limit_s: float,
    *,
    workers: int = 2,
    naive: bool = True,
    on_start: Callable[[str], None] = lambda _name: None,
) -> Iterator[Result]:
    """Yield the result of each case; a case that fails, or whose process dies, becomes a result with an `error`."""
    for case in cases:
        on_start(case.name)
        try:
            parts, memory = _in_own_process(_solve, case, time_limit_s, workers)
            by_hand, _memory = _in_own_process(_by_hand, case)
            beside = _in_own_process(_naive, case, time_limit_s, workers)[0] if naive else None
        except LostProcessError:
            yield _failed(case, _("its process was ended from outside; most likely memory ran out"))
        except Exception as failure:  # a suite of hours goes on; the failure is the case's result
            yield _failed(case, f"{type(failure).__name__}: {failure}")
        else:
            yield Result(**parts, memory_mib=memory.peak_mib, by_hand=by_hand, naive=beside)


def _failed(case: BenchCase, error: str) -> Result:
    return Result(case.name, case.people, case.seed, case.direction, Figures(None, 0.0), error=error)


def _in_own_process(work: Callable[..., T], *arguments: Any) -> tuple[T, PeakMemory]:
    with watch_memory() as memory, closing(Process()) as process:
        result: T = process.call(packed_call(work, *arguments))
        return result, memory


def _solve(case: BenchCase, time_limit_s: float, workers: int) -> dict[str, Any]:
    from scheduler.solver.solve import solve_with_trace

    problem = case.problem()
    result = solve_with_trace(problem, time_limit_s=time_limit_s, workers=workers)
    plan = result.plan
    figures = _figures(case, problem, plan, result.runtime_s)
    served_part = plan.cost.total - plan.cost.unserved
    gap_served = None if plan.bound is None or not served_part else (plan.cost.total - plan.bound) / served_part
    bound = None if plan.bound is None else plan.bound / 100
    gap = plan.gap
    if case.instance is not None:
        bound = case.instance.bound(plan.bound)
        gap = None if bound is None or not figures.cost else (figures.cost - bound) / figures.cost
        gap_served = gap
    return {
        "name": case.name,
        "people": problem.people,
        "seed": case.seed,
        "direction": case.direction,
        "plan": figures,
        "bound": bound,
        "gap": gap,
        "gap_served": gap_served,
        "first_s": result.first_plan_s,
        "known": case.instance.known if case.instance is not None else None,
        "trace": [(round(each.elapsed_s, 2), each.cost_fen, each.bound_fen) for each in result.trace],
    }


def _by_hand(case: BenchCase) -> Figures:
    problem = case.problem()
    started = time.monotonic()
    plan = plan_by_hand(problem)
    return _figures(case, problem, plan, time.monotonic() - started)


def _naive(case: BenchCase, time_limit_s: float, workers: int) -> Figures:
    problem = case.problem()
    started = time.monotonic()
    plan = plan_naively(problem, time_limit_s, workers)
    return _figures(case, problem, plan, time.monotonic() - started)


def _figures(case: BenchCase, problem: Problem, plan: Plan | None, seconds: float) -> Figures:
    if plan is None:
        return Figures(None, seconds, people=problem.people)
    coaches = [run for run in plan.runs if run.mode == "coach"]
    seats = sum(run.seats for run in coaches)
    return Figures(
        cost=plan.cost.total / 100 if case.instance is None else original_objective(case.instance, plan),
        seconds=seconds,
        served=sum(run.load for run in plan.runs),
        people=problem.people,
        load_factor=sum(run.load for run in coaches) / seats if seats else None,
        runs=len(plan.runs),
        violations=len(verify(problem, plan)),
    )
