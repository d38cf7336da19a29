"""solve(problem) -> Plan: a first verified plan at once, then the best that the time allows.

Read it from the top: `_Solver.run` is the whole way, a method a step.

1. `first_plan`: the greedy plan (`greedy`), put together and verified: from here on there is something to keep.
2. `whole_problem`: where it is small enough, one program over every service (`mip`); often that is the optimum.
3. `improve_by_time`, `improve_by_work`: blocks of the plan remade as kernel programs (`search`), beside the relaxation
   that raises the bound and guides it (`bound`), each in worker processes where there are any.
4. `ending`: the `last_seats`, runs with seats, plates and times (`plan_builder`), escorts and leaders, minibuses to the
   hubs (`operations`), reasons for those left behind (`reasons`).

No plan leaves unless `verify` finds no fault with it. `verify` derives every rule and figure from the plan's decisions
again; the arithmetic of a single coach is the Evaluator's for both.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import replace
from typing import Unpack

import numpy as np

from scheduler.commitments import Commitments
from scheduler.evaluate import Evaluator
from scheduler.keys import require_keys
from scheduler.operations import crews
from scheduler.operations.feeders.plan import plan_feeders
from scheduler.plan import Plan, relative_gap
from scheduler.problem import Problem
from scheduler.processes import Pool
from scheduler.solver.bound.quick import quick_bound
from scheduler.solver.bound_process import (
    POLL_S,
    CappedBound,
    SolvedRelaxation,
    bound_beside,
    counted_news,
    counted_news_beside,
    whole_beside,
    worker_pool,
)
from scheduler.solver.construction.greedy import Greedy
from scheduler.solver.construction.start import Start, home_sets, start_from
from scheduler.solver.decided import decide
from scheduler.solver.ending.sound import require_sound
from scheduler.solver.ending.stood import finished
from scheduler.solver.ending.tried import AGAIN_S, MOST_GAP, Trials
from scheduler.solver.frozen import take_out
from scheduler.solver.mip.whole_problem import solve_whole
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.pins.asked import not_obeyed, read_pins
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import Solution, SolutionCosts
from scheduler.solver.params import EndingTimes, Limits, SolveParams, ending_times
from scheduler.solver.plan_builder import Assembler, costless_plan
from scheduler.solver.reasons.remedies import with_remedies
from scheduler.solver.reasons.unserved import Explainer
from scheduler.solver.reasons.ways import HASTY_WORK, MOST_WORK
from scheduler.solver.result import Bounds, Phase, Progress, SolveOptions, SolveResult, status_of
from scheduler.solver.search.lns import Search


def solve(problem: Problem, **options: Unpack[SolveOptions]) -> Plan:
    """Return the best plan found, verified, with a proven lower bound on the cost of every plan.

    Parameters
    ----------
    problem : Problem
        What is asked. It may be anything that loads: nobody, no fleet, a single date.
    time_limit_s : float
        Wall seconds, ending included; 60 by default.
    gap : float
        Stop when (total - bound) / total is proven to be at most this; 0 by default.
    seed : int
        Of every random choice; 0 by default.
    iterations : int or None
        Number of blocks to remake instead of a time limit; then the same seed gives the same plan.
    workers : int
        Processes to search with, 2 by default; 1 searches in this process, unless there is a `stop`. The bound has one
        more under a time limit.
    on_progress : callable or None
        Told a `Progress` at the first plan, after every improvement, and at the end.
    stop : callable or None
        Asked often; once it returns True the best plan so far is returned, within seconds: what takes long runs in
        other processes, which can be ended. KeyboardInterrupt is another way to ask, once there is a first plan.
    params : SolveParams or None
        How the time is shared out and what steers the search; None: the defaults. `load_params` reads them from a file.
    commitments : Commitments or None
        What an earlier plan binds this one to: where the search begins, what people have been told, which runs are not
        changed any more; None for a first plan.
    stands : Plan or None
        Another plan, of which people know nothing: mended, it is returned where no better one is found.

    Returns
    -------
    Plan
        Of `plan.cost.total` fen; no plan costs less than `plan.bound`. `verify_plan` finds no violation in it.

    Raises
    ------
    InputError
        When somebody has no key, or two people have the same.
    UnsoundPlanError
        When the plan breaks a rule: a defect of the program, never of the problem.
    KeyboardInterrupt
        When Ctrl-C comes before there is a first plan.
    scheduler.processes.LostProcessError
        When `iterations` is given and a worker process is killed; under a time limit the search goes on without it.

    Notes
    -----
    Kernel search (Angelelli, Mansini, Speranza 2010) and column generation: docs/solver.md, docs/bound.md.
    """
    return solve_with_trace(problem, **options).plan


def solve_with_trace(
    problem: Problem,
    *,
    time_limit_s: float = 60,
    gap: float = 0.0,
    seed: int = 0,
    iterations: int | None = None,
    workers: int = 2,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    params: SolveParams | None = None,
    commitments: Commitments | None = None,
    stands: Plan | None = None,
) -> SolveResult:
    """Do what `solve` does, and say how: what ended the search, the seconds, cost and bound over time.

    Parameters
    ----------
    problem, time_limit_s, gap, seed, iterations, workers, on_progress, stop, params, commitments, stands
        As those of `solve`.

    Returns
    -------
    SolveResult
        The plan that `solve` would have returned, its status, the seconds, the trace.

    Raises
    ------
    InputError, UnsoundPlanError, KeyboardInterrupt, scheduler.processes.LostProcessError
        When `solve` does.
    """
    require_keys(problem)
    started = time.monotonic()
    limits = Limits(started, time_limit_s, gap, iterations, workers, stop or (lambda: False))
    solver = _Solver(problem, seed, limits, on_progress, params or SolveParams(), commitments, stands)
    beside = workers > 1 or stop is not None
    with worker_pool(workers, solver.instance) if beside else nullcontext() as pool:
        return solver.run(pool)


class _Solver:
    """One call of solve: the model, the best plan and bound so far, the limits."""

    def __init__(
        self,
        problem: Problem,
        seed: int,
        limits: Limits,
        on_progress: Callable[[Progress], None] | None,
        params: SolveParams,
        commitments: Commitments | None,
        stands: Plan | None = None,
        *,
        explains: bool = True,
    ) -> None:
        self.asked, self.commitments, self.explains = problem, commitments, explains
        self.frozen = take_out(problem, commitments)
        self.present = commitments.present if commitments is not None else None
        self.stands = self.present or stands
        self.told = commitments.told if commitments is not None else ()
        pinned = read_pins(self.frozen.rest, self.present, self.frozen.runs)
        self.decided = decide(self.frozen.rest, pinned, self.told)
        self.problem = problem = self.decided.rest
        # What frozen runs, and those whom pins leave behind, cost in every plan.
        self.fixed_fen = self.frozen.cost_fen + self.decided.cost_fen
        self.fixed_moved = self.frozen.moved + self.decided.moved
        most = commitments.max_moved if commitments is not None else None
        self.max_moved = None if most is None else max(0, most - self.fixed_moved)
        self.seed, self.limits, self.params = seed, limits, params
        self.on_progress = on_progress
        self.trace: list[Progress] = []
        self.evaluator = Evaluator(problem)
        self.instance = build_instance(problem, self.evaluator, self.told, self.max_moved, pinned)
        if self.stands is not None:
            self.instance.more_home_sets = home_sets(self.instance, self.stands)
        self.services = Services(self.instance)
        self.costs = SolutionCosts(self.services)
        present, told, capped = self.present, self.told, self.max_moved is not None
        self.assembler = Assembler(problem, self.evaluator, self.services, present, told, pinned, keep_stops=capped)
        self.explainer = Explainer(problem, self.services, self.asked if self.frozen.runs else None, pinned)
        known_fen = self.frozen.rest_bound_fen
        # Of the problem without frozen runs, and without those whom pins leave behind.
        known_fen = known_fen - self.decided.cost_fen if known_fen is not None else None
        self.bounds = Bounds(quick_bound(self.services), known_fen)
        self.built_s: float | None = None

    def run(self, pool: Pool | None) -> SolveResult:
        """Go the whole way; after the first plan Ctrl-C only ends the search."""
        first = self.first_plan()
        first_plan_s = time.monotonic() - self.limits.started
        interrupted = False
        try:
            if not self.is_good_enough():
                self.whole_problem(pool)
            if not self.is_good_enough() and time.monotonic() < self.times.search_until:
                if self.limits.iterations is None:
                    self.improve_by_time(pool)
                else:
                    self.improve_by_work(pool, self.limits.iterations)
        except KeyboardInterrupt:
            interrupted = True
            self.search.restore()
        interrupted = interrupted or self.limits.stopped()
        out_of_time = time.monotonic() > self.times.search_until - self.params.last_task_s
        if pool is not None:
            pool.shutdown()  # the ending wants the cores for itself
        plan = self.ending(first)
        runtime_s = time.monotonic() - self.limits.started
        status, moved = status_of(plan, interrupted, out_of_time), len(Evaluator(self.asked).moved(plan))
        return SolveResult(plan, status, runtime_s, first_plan_s, tuple(self.trace), moved)

    @property
    def times(self) -> EndingTimes:
        """How the ending shares out its time: the fewer are left behind by now, the longer the search may go on."""
        left = 0 if self.built_s is None else int(np.count_nonzero(self.search.solution.left))
        return ending_times(self.limits, self.params, self.built_s, left, feeders=bool(self.problem.feeder_types))

    # The steps ---------------------------------------------------------------------------------------------------

    def first_plan(self) -> Plan | None:
        """Return the verified greedy plan, if it obeys pins; begin with it."""
        self.report("first_plan", None, None)
        begun = start_from(self.costs, self.problem, self.present) if self.present is not None else Start()
        cut_off = self.limits.moment(self.params.first_plan_share)
        solution = Greedy(self.costs, begun.solution).run(cut_off, self.limits.stopped)
        self.begun = deepcopy(solution)
        building = time.monotonic()
        # The first plan seldom is the last: its reasons must not take the time of the search.
        obeys = not self.costs.broken(solution)
        plan = self.verified_plan(solution, feeders=False, reasons_work=HASTY_WORK) if obeys else None
        self.built_s = time.monotonic() - building
        self.search = self.search_from(solution, begun.touched)
        self.report("first_plan", solution, self.search.cost_fen)
        return plan

    def whole_problem(self, pool: Pool | None) -> None:
        """Solve the whole problem as one program, where it is small enough; take its plan and its bound."""
        most_s = self.params.whole_limit_s if self.search.opens_coaches else self.params.whole_trains_limit_s
        limit_s = min(most_s, self.params.whole_share * (self.times.search_until - time.monotonic()))
        if limit_s <= 0:
            return
        nodes = None if self.limits.iterations is None else self.params.search.whole_problem_nodes
        start, mip = self.search.solution, self.params.search.mip
        if pool is None or self.times.search_until - time.monotonic() < self.params.whole_here_s:
            exact = solve_whole(self.costs, limit_s, self.seed, nodes, start, mip)
        else:
            exact = whole_beside(pool, self.services, (limit_s, self.seed, nodes, start, mip), self.is_over)
        present = self.costs.broken(start), self.costs.excess(start), self.search.cost_fen
        if exact is not None and (exact.broken, exact.excess, exact.cost_fen) < present:
            self.search = self.search_from(exact.solution)
        if exact is not None and exact.bound_fen is not None:
            self.bounds.lift(exact.bound_fen, None if self.max_moved is None else self.max_moved + exact.excess)

    def improve_by_work(self, pool: Pool | None, iterations: int) -> None:
        """Raise the bound by counted work, then remake so many blocks: nothing depends on the clock."""
        relaxation = SolvedRelaxation()
        services, params, good_enough = self.services, self.params.bound, self.is_good_enough
        news = counted_news(services, params) if pool is None else counted_news_beside(services, params, good_enough)
        for step in news:
            if isinstance(step, int):
                self.bounds.lift(step, self.max_moved if isinstance(step, CappedBound) else None)
            else:
                relaxation.ready = step
            if good_enough():
                break
        workers, report = self.limits.workers, self.report_improvement
        self.search.improve(pool, workers, lambda: self.times.search_until, iterations, good_enough, report, relaxation)

    def improve_by_time(self, pool: Pool | None) -> None:
        """Search until the deadline while another process raises the bound; then wait for the bound alone."""
        # The bound has a process of its own even then: what it compiles at its first use must not hold up the plan.
        executor = pool if self.times.search_until - time.monotonic() > self.params.short_s else None
        seconds, workers = self.limits.moment(1) - time.monotonic(), self.limits.workers
        with bound_beside(self.instance, seconds, self.params.bound) as relaxation:

            def is_proven_enough() -> bool:
                self.bounds.lift(relaxation.bound_fen)
                if relaxation.capped_bound_fen:
                    self.bounds.lift(relaxation.capped_bound_fen, self.max_moved)
                if time.monotonic() - self.limits.started > self.trace[-1].elapsed_s + self.params.tell_s:
                    self.report_improvement()
                return self.is_good_enough()

            report, until = self.report_improvement, lambda: self.times.search_until
            self.search.improve(executor, workers, until, None, is_proven_enough, report, relaxation)
            while not is_proven_enough() and time.monotonic() < self.times.search_until - 1 and relaxation.alive:
                time.sleep(POLL_S)

    def ending(self, first: Plan | None) -> Plan:
        """Return the best plan with all that the first one lacks, or the first where it is no worse and time is up."""
        if self.costs.broken(self.search.solution):
            raise not_obeyed(self.problem)
        plan, cost_fen = first, self.search.cost_fen + self.fixed_fen
        solution = self.search.solution
        if plan is None or time.monotonic() < self.limits.moment(1) or cost_fen < plan.cost.total:
            # Who asked for an end waits for it: what its reasons leave open is said to be open.
            reasons_work = HASTY_WORK if self.limits.stopped() or not self.explains else MOST_WORK
            if not self.limits.stopped():
                around = self.assembler, self.explainer.services
                solution = finished(*around, solution, self.stands, self.times.last_seats_s)
            plan = self.verified_plan(solution, feeders=True, reasons_work=reasons_work)
            if first is not None and self._rank(plan) > self._rank(first):
                # The search guesses when coaches leave their later stops, and may have guessed wrong.
                plan = self.verified_plan(self.begun, feeders=True, reasons_work=reasons_work)
        self.report("done", solution, plan.cost.total - self.fixed_fen)
        return plan

    def _rank(self, plan: Plan) -> tuple[int, int]:
        """Return how many more people a plan moves than it may, and what it costs."""
        moved = len(Evaluator(self.asked).moved(plan)) - self.fixed_moved
        return 0 if self.max_moved is None else max(0, moved - self.max_moved), plan.cost.total

    # What the steps share ----------------------------------------------------------------------------------------

    def search_from(self, solution: Solution, touched: Iterable[tuple[int, int]] = ()) -> Search:
        """Return a search that begins with a plan, at what a change has touched; the same seed each time."""
        by_work, rng = self.limits.iterations is not None, random.Random(self.seed)
        return Search(self.costs, solution, rng, self.params.search, by_work=by_work, touched=touched)

    def is_good_enough(self) -> bool:
        """Tell whether the search may end: the gap is proven, or somebody asks for it."""
        self.bounds.lift(self.search.proven_fen)
        cost_fen = self.search.cost_fen
        moved = 0 if self.max_moved is None else self.costs.moved(self.search.solution)
        proven = cost_fen - self.bounds.of(moved) <= self.limits.gap * cost_fen
        proven = proven and not self.costs.broken(self.search.solution)
        return self.limits.stopped() or (proven and moved <= max(self.bounds.capped, default=self.max_moved or 0))

    def is_over(self) -> bool:
        """Tell whether the time of the search is over, or somebody asks for an end."""
        return self.limits.stopped() or time.monotonic() >= self.times.search_until

    def report_improvement(self) -> None:
        self.report("search", self.search.solution, self.search.cost_fen)

    def report(self, phase: Phase, solution: Solution | None, cost_fen: int | None) -> None:
        """Note how far the search is, and tell the caller; frozen runs are in what is told."""
        coaches, trains = (solution.coaches, solution.trains) if solution is not None else ([], [])
        served = sum(run.load for run in self.frozen.runs) + (self.costs.served(solution) if solution else 0)
        runs = len(self.frozen.runs) + len(coaches) + sum(bool(load) for load in trains)
        total_fen = None if cost_fen is None else cost_fen + self.fixed_fen
        moved = self.costs.moved(solution) if solution is not None and self.bounds.capped else 0
        bound_fen = self.bounds.of(moved) + self.fixed_fen
        gap = relative_gap(total_fen, bound_fen) if total_fen is not None else None
        elapsed_s = time.monotonic() - self.limits.started
        progress = Progress(elapsed_s, phase, total_fen, bound_fen, gap, runs, served, self.asked.people)
        self.trace.append(progress)
        if self.on_progress is not None:
            self.on_progress(progress)

    def verified_plan(self, solution: Solution, *, feeders: bool, reasons_work: int) -> Plan:
        """Return the verified plan of a solution, with its feeders or without; so much work goes into its reasons."""
        problem, asked, frozen = self.problem, self.asked, self.frozen
        runs, left = self.assembler.runs(solution)
        crewed = crews.assign(problem, runs, self.present.runs if self.present is not None else ())
        minibuses = plan_feeders(problem, crewed, self.present) if feeders else ()
        head = costless_plan(asked, self.seed, self.told, (*frozen.runs, *crewed), (*frozen.feeders, *minibuses))
        cost = Evaluator(asked).cost(head)
        # Where the time is over some are looked at all the same.
        deadline = max(self.times.reasons_until, time.monotonic() + self.params.least_reasons_s)
        reasons = self.explainer.unserved(crewed, left, reasons_work, deadline)
        unserved = (*frozen.joiners(), *self.decided.unserved(), *reasons)
        if reasons_work == MOST_WORK:
            unserved = with_remedies(asked, head.model_copy(update={"cost": cost}), unserved, frozen.runs)
        bound_fen = self.bounds.of(len(Evaluator(asked).moved(head)) - self.fixed_moved) + self.fixed_fen
        gap = relative_gap(cost.total, bound_fen)
        if reasons_work == MOST_WORK and gap is not None and gap <= MOST_GAP:
            again = self.planned_again if gap == 0 else None
            trials = Trials(self.assembler, solution, asked, again, deadline + self.params.least_reasons_s)
            unserved = trials.tried(unserved, self.explainer.lifts)
        plan = head.model_copy(update={"cost": cost, "bound": bound_fen, "gap": gap, "unserved": unserved})
        require_sound(asked, plan, frozen.runs)
        return plan

    def planned_again(self, problem: Problem) -> Plan:
        """Return the best plan of a changed problem, of which nothing is proven yet, without reasons."""
        limits = replace(self.limits, started=time.monotonic(), time_limit_s=AGAIN_S, workers=1)
        held = replace(self.commitments, bound_fen=None) if self.commitments is not None else None
        return _Solver(problem, self.seed, limits, None, self.params, held, explains=False).run(None).plan
