"""solve(problem) -> Plan: a first verified plan at once, then the best that the time allows.

The way: parties to classes (`classes`), what could run (`services`), a greedy plan (`greedy`), a better one from the
relaxation (`bound`, `dive`), blocks of it remade as kernel MIPs in worker processes (`search`, `program`), runs with
seats, plates and times (`assemble`), escorts and leaders (`crews`), minibuses to the hubs (`feeders`), reasons for
those left behind (`explain`). Nothing leaves unless `verify`, which shares no code with the search, finds no fault.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import wait
from contextlib import nullcontext
from dataclasses import dataclass

from scheduler._version import __version__
from scheduler.evaluate import Evaluator
from scheduler.i18n import _
from scheduler.operations import crews
from scheduler.operations.feeders.plan import plan_feeders
from scheduler.plan import Plan, SetAsideRow, relative_gap
from scheduler.problem import Problem
from scheduler.processes import LostProcessError, Pool
from scheduler.solver.bound.quick import quick_bound
from scheduler.solver.bound_process import POLL_S, raised_beside, raised_by_work, start_bound_process, worker_pool
from scheduler.solver.greedy import Greedy
from scheduler.solver.mip.kernel import Kernel
from scheduler.solver.mip.whole_problem import Exact, every_service, solve_whole, whole_block
from scheduler.solver.model.guidance import Guide
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import Books, Draft
from scheduler.solver.plan_builder import Assembler
from scheduler.solver.reasons.unserved import Explainer
from scheduler.solver.reasons.ways import HASTY_WORK, MOST_WORK
from scheduler.solver.search.lns import Search
from scheduler.solver.search.tasks import WHOLE_NODES, solve_whole_in_worker
from scheduler.verify import verify

ENDING_SHARE = 0.04
MOST_ENDING_SHARE = 0.5
"""Least and greatest part of the time limit kept for the ending: seats, timetables, crews, feeders, verify."""

ENDING = 1.5
ENDING_WITH_FEEDERS = 3.5
"""The ending's time over that of the first plan, which has no feeders."""

EXACT_SHARE = 0.4
EXACT_LIMIT_S = 30.0
"""Time for the whole problem as one program, where it is small enough."""

EXACT_HERE_S = 5.0
"""With less time than this it is solved in this process: it is over in 2 s, and starting another takes about one."""

SHORT_S = 10.0
"""With less time than this the search stays in this process: starting others takes seconds."""


class UnsoundPlanError(RuntimeError):
    """The solver made a plan that verify refuses: a defect of the program, never of the input."""


@dataclass
class _Guided:
    """A guide that is there already."""

    ready: Guide | None = None
    guide_to_come: bool = False

    def guide(self) -> Guide | None:
        """Return the guide, once."""
        guide, self.ready = self.ready, None
        return guide


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the search is; bound and gap are None while nothing is proven."""

    elapsed_s: float
    phase: str
    cost_fen: int | None
    bound_fen: int | None
    gap: float | None
    runs: int
    served: int
    people: int


class _Solver:
    """One call of solve: the instance, the clock, the bound."""

    def __init__(
        self, problem: Problem, seed: int, on_progress: Callable[[Progress], None] | None, started: float
    ) -> None:
        self.problem = problem
        self.seed = seed
        self.on_progress = on_progress
        self.started = started
        self.evaluator = Evaluator(problem)
        self.instance = build_instance(problem, self.evaluator)
        self.services = Services(self.instance)
        self.books = Books(self.services)
        self.assembler = Assembler(problem, self.evaluator, self.services)
        self.explainer = Explainer(problem, self.services)
        self.bound: int = quick_bound(self.services)

    def plan(self, draft: Draft, *, feeders: bool, reasons_work: int) -> Plan:
        """Return the verified plan of a draft, with its feeders or without; so much work goes into its reasons.

        Raises
        ------
        UnsoundPlanError
            When verify finds a violation.
        """
        problem = self.problem
        runs, left = self.assembler.runs(draft)
        crewed = crews.assign(problem, runs)
        head = Plan.model_validate(
            {
                "season": problem.settings.name,
                "direction": problem.settings.direction,
                "version": __version__,
                "seed": self.seed,
                "inputs_sha256": problem.inputs_sha256,
                "cost": {},
                "runs": crewed,
                "feeders": plan_feeders(problem, crewed) if feeders else (),
                "set_aside": tuple(SetAsideRow(ref=row.ref, codes=row.codes) for row in problem.set_aside),
            }
        )
        cost = self.evaluator.cost(head)
        unserved = self.explainer.unserved(crewed, left, reasons_work)
        gap = relative_gap(cost.total, self.bound)
        plan = head.model_copy(update={"cost": cost, "bound": self.bound, "gap": gap, "unserved": unserved})
        violations = verify(problem, plan)
        if violations:
            listed = "; ".join(f"{v.code} {v.where}: {v.expected} / {v.actual}" for v in violations[:5])
            raise UnsoundPlanError(f"{len(violations)} violations: {listed}")
        return plan

    def report(self, phase: str, draft: Draft | None, cost_fen: int | None) -> None:
        """Tell the caller how far the search is."""
        if self.on_progress is None:
            return
        served = self.books.served(draft) if draft is not None else 0
        runs = len(draft.coaches) + sum(bool(load) for load in draft.trains) if draft is not None else 0
        gap = relative_gap(cost_fen, self.bound) if cost_fen is not None else None
        people = self.problem.people
        elapsed_s = time.monotonic() - self.started
        self.on_progress(Progress(elapsed_s, phase, cost_fen, self.bound, gap, runs, served, people))


def solve(
    problem: Problem,
    *,
    time_limit_s: float = 60,
    gap: float = 0.0,
    seed: int = 0,
    iterations: int | None = None,
    workers: int = 2,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Plan:
    """Return the best plan found, verified, with a proven lower bound on the cost of every plan.

    Parameters
    ----------
    problem : Problem
        What is asked. It may be anything that loads: nobody, no fleet, a single date.
    time_limit_s : float
        Wall seconds, ending included.
    gap : float
        Stop when (total - bound) / total is proven to be at most this.
    seed : int
        Of every random choice.
    iterations : int or None
        Number of blocks to remade instead of a time limit; then the same seed gives the same plan.
    workers : int
        Processes to search with; 1 searches in this process, unless there is a `stop`. The bound has one more under a
        time limit.
    on_progress : callable or None
        Told after every improvement.
    stop : callable or None
        Asked often; once it returns True the best plan so far is returned, within seconds: what takes long runs in
        other processes, which can be ended. KeyboardInterrupt is another way to ask, once there is a first plan.

    Raises
    ------
    UnsoundPlanError
        When the plan breaks a rule: a defect of the program.
    """
    started = time.monotonic()
    solver = _Solver(problem, seed, on_progress, started)
    beside = workers > 1 or stop is not None
    with worker_pool(workers, solver.instance) if beside else nullcontext() as pool:
        return _solve(solver, time_limit_s, gap, iterations, workers, stop or (lambda: False), pool)


def _solve(
    solver: _Solver,
    time_limit_s: float,
    gap: float,
    iterations: int | None,
    workers: int,
    stopped: Callable[[], bool],
    pool: Pool | None,
) -> Plan:
    problem, seed, started = solver.problem, solver.seed, solver.started
    hard_end = started + time_limit_s if iterations is None else float("inf")
    solver.report(_("first plan"), None, None)
    draft = Greedy(solver.books).run(started + 0.7 * time_limit_s if iterations is None else float("inf"), stopped)
    assembling = time.monotonic()
    # The first plan seldom is the last: its reasons must not take the time of the search.
    best = solver.plan(draft, feeders=False, reasons_work=HASTY_WORK)
    first_s = time.monotonic() - assembling
    ending_s = max(ENDING_SHARE * time_limit_s, first_s * (ENDING_WITH_FEEDERS if problem.feeder_types else ENDING))
    deadline = hard_end - min(ending_s, MOST_ENDING_SHARE * time_limit_s)
    search = Search(solver.books, draft, random.Random(seed), deterministic=iterations is not None)
    solver.report(_("first plan"), draft, search.cost)

    def good_enough() -> bool:
        return stopped() or search.cost - solver.bound <= gap * search.cost

    try:
        if not good_enough():
            limit_s = min(EXACT_LIMIT_S, EXACT_SHARE * (deadline - time.monotonic()))
            nodes = None if iterations is None else WHOLE_NODES
            exact = _solve_whole(solver, limit_s, nodes, deadline, stopped, pool) if limit_s > 0 else None
            if exact is not None and exact.cost_fen < search.cost:
                draft = exact.draft
                search = Search(solver.books, draft, random.Random(seed), deterministic=iterations is not None)
            if exact is not None and exact.bound_fen is not None:
                solver.bound = max(solver.bound, exact.bound_fen)
        if not good_enough() and time.monotonic() < deadline:
            _improve(solver, search, pool, workers, deadline, iterations, good_enough)
    except KeyboardInterrupt:
        search.bench.restore()
    if pool is not None:
        pool.shutdown()  # the ending wants the cores for itself
    if time.monotonic() < hard_end or search.cost < best.cost.total:
        # Who asked for an end waits for it: what its reasons leave open is said to be open.
        best = solver.plan(draft, feeders=True, reasons_work=HASTY_WORK if stopped() else MOST_WORK)
    solver.report(_("done"), draft, best.cost.total)
    return best


def _solve_whole(
    solver: _Solver, limit_s: float, nodes: int | None, deadline: float, stopped: Callable[[], bool], pool: Pool | None
) -> Exact | None:
    """Solve the whole problem as one program, where it is small enough, in another process if there is one."""
    services = solver.services
    if pool is None or deadline - time.monotonic() < EXACT_HERE_S:
        return solve_whole(solver.books, limit_s, solver.seed, nodes)
    if every_service(Kernel(services, whole_block(services))) is None:
        return None
    future = pool.submit(solve_whole_in_worker, services.work_sets, limit_s, solver.seed, nodes)
    while not stopped() and time.monotonic() < deadline:
        if wait([future], POLL_S).done:
            try:
                return future.result()
            except LostProcessError:
                return None  # as if nothing had been found in the time; the search goes on
    return None


def _improve(
    solver: _Solver,
    search: Search,
    pool: Pool | None,
    workers: int,
    deadline: float,
    iterations: int | None,
    good_enough: Callable[[], bool],
) -> None:
    """Improve the plan, and the bound beside it; by work alone where `iterations` asks for it."""

    def improved() -> None:
        solver.report(_("search"), search.draft, search.cost)

    instance, services = solver.instance, solver.services
    if iterations is not None:
        guided = _Guided()
        for news in raised_by_work(services) if pool is None else raised_beside(services, good_enough):
            if isinstance(news, Guide):
                guided.ready = news
            else:
                solver.bound = max(solver.bound, news)
            if good_enough():
                break
        search.improve(pool, workers, deadline, iterations, good_enough, improved, guided)
    else:
        seconds = deadline - time.monotonic()
        # The bound has a process of its own even then: what it compiles at its first use must not hold up the plan.
        executor = pool if seconds > SHORT_S else None
        with start_bound_process(instance, seconds) as rising:

            def proven_enough() -> bool:
                solver.bound = max(solver.bound, rising.bound_fen)
                return good_enough()

            search.improve(executor, workers, deadline, None, proven_enough, improved, rising)
            while not proven_enough() and time.monotonic() < deadline - 1 and rising.alive:
                time.sleep(POLL_S)
