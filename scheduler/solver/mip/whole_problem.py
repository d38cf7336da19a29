"""The whole problem as one program, where it is small enough: every service that could carry anybody, no kernel.

The optimum of that program is the optimum of the problem, so its dual bound is a bound for the problem. A service that
may run several times has one seats row for all its coaches. Where the parties of the optimum cannot be packed into
single coaches, few services with many coaches are a packing problem, for `patterns`; else each service is split into
single coaches and the program solved again. That no stop may be idle is asked only then too: where distances are a
metric it hardly ever matters, and without it the program is smaller and its bound a bound all the same.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scheduler.solver.mip.cutting_stock import Patterns
from scheduler.solver.mip.formulation import Program
from scheduler.solver.mip.kernel import Kernel
from scheduler.solver.mip.params import MipParams
from scheduler.solver.model.block import Block, Loads, OpenTrain
from scheduler.solver.model.instance import CLOSED, Ints
from scheduler.solver.model.services import Service, Services, subsets
from scheduler.solver.model.solution import Coach, Solution, SolutionCosts

DEFAULT_PARAMS = MipParams()

NO_LIMIT_S = 1e6
"""The seconds that are none."""

BOUND_SLACK_FEN = 0.9
"""HiGHS's bound is trusted to this; costs are whole fen, so the next whole fen above is a bound too."""

SECOND_SEED = 1
"""Of the run that has to prove the same (see `highs.solved`)."""


@dataclass
class Exact:
    """The outcome: a solution, its cost, and a lower bound in fen (None when there is none)."""

    solution: Solution
    cost_fen: int
    bound_fen: int | None
    excess: int = 0
    """How many more told people it moves than it may."""
    broken: int = 0
    """How many pins it breaks."""
    provable: bool = True
    """Whether every plan is one of the program's: not where coaches could run with fewer drivers, and a seat more."""

    @property
    def proven(self) -> bool:
        """Whether no plan costs less."""
        return not self.broken and self.bound_fen is not None and self.cost_fen <= self.bound_fen

    def prove(self, bound_fen: float) -> None:
        """Take a bound if it is better; one from HiGHS is trusted to BOUND_SLACK_FEN."""
        if self.provable and math.isfinite(bound_fen):
            whole = min(math.ceil(bound_fen - BOUND_SLACK_FEN), self.cost_fen)
            self.bound_fen = whole if self.bound_fen is None else max(self.bound_fen, whole)

    def offer(self, costs: SolutionCosts, loads: Loads) -> int:
        """Take a plan if it is cheaper; return its cost."""
        solution = solution_of(costs, loads)
        cost_fen, excess, broken = costs.total(solution), costs.excess(solution), costs.broken(solution)
        if (broken, excess, cost_fen) < (self.broken, self.excess, self.cost_fen):
            self.solution, self.cost_fen, self.excess, self.broken = solution, cost_fen, excess, broken
        return cost_fen


def whole_block(services: Services) -> Block:
    """Return the block that holds the whole problem."""
    instance = services.instance
    trains = tuple(
        OpenTrain(t, np.full(b.legs, b.seats, dtype=np.int64), b.fixed_fen, b.min_load, must_run=False)
        for t, b in enumerate(instance.trains)
    )
    return Block(
        classes=np.arange(instance.n_classes, dtype=np.int64),
        counts=instance.count.copy(),
        days=tuple(range(instance.n_days)),
        works=(),
        seeds=(),
        free=instance.fleet,
        trains=trains,
        budget_fen=instance.budget_fen,
        max_moved=instance.told.max_moved if instance.told is not None else None,
        opens=tuple(range(len(instance.links.opens))),
    )


def every_service(kernel: Kernel, params: MipParams) -> list[Service] | None:
    """List all services that could carry at least min_load people, or None when there are too many."""
    services, instance = kernel.services, kernel.instance
    if not services.home.complete:
        return None
    useful = list(range(len(instance.works)))
    if math.comb(len(useful) + 1, 2) * instance.n_days > 50 * params.whole_services:
        return None
    open_to: NDArray[np.bool_] = instance.access < CLOSED
    found: list[Service] = []
    pairs = 0
    for stops in subsets(useful, min(instance.work_stops, len(useful))):
        if not all(services.close[a, b] for a in stops for b in stops):
            continue
        work = services.work_id(stops)
        table = services.table(work)
        homes = np.flatnonzero(table.seats.max(axis=1, initial=0) > 0)
        if not len(homes):
            continue
        for day in range(instance.n_days):
            riders = kernel.eligible.riders(day, work)
            people = int((kernel.size[riders] * kernel.block.counts[riders]).sum())
            if people < max(1, instance.min_load) or not _all_wanted(services, stops, riders):
                continue
            reached = np.any(open_to[kernel.origin[riders]], axis=0)
            for home in homes:
                if all(reached[stop] for stop in services.home.sets[home]):
                    here = [Service(day, int(home), work, int(v)) for v in np.flatnonzero(table.seats[home] > 0)]
                    found += here
                    pairs += len(here) * len(riders)
            if len(found) > params.whole_services or pairs > params.whole_pairs:
                return None
    return found


def _all_wanted(services: Services, stops: tuple[int, ...], riders: Ints) -> bool:
    wishes = services.instance.wishes
    wanted = {stop for k in set(services.instance.wish[riders].tolist()) for choice, _n in wishes[k] for stop in choice}
    return wanted.issuperset(stops)


def solve_whole(
    costs: SolutionCosts,
    time_limit_s: float,
    seed: int = 0,
    nodes: int | None = None,
    start: Solution | None = None,
    params: MipParams = DEFAULT_PARAMS,
) -> Exact | None:
    """Solve the problem as one program; None when it is too large for the time, or HiGHS finds nothing in it.

    `start` is a plan to begin with.

    With `nodes`, each program is limited by nodes and nothing depends on the clock; the time then only says how large a
    program is tried.
    """
    clock_s = time_limit_s if nodes is None else NO_LIMIT_S
    deadline = time.monotonic() + clock_s
    kernel = Kernel(costs.services, whole_block(costs.services), certain=True)
    services = every_service(kernel, params)
    if services is None:
        return None
    for service in services:
        kernel.add(service)
    packing = not costs.instance.links.bind and Patterns.suits(kernel, params)
    pairs = sum(len(each.at) for each in kernel.candidates) + sum(len(each.at) for each in kernel.trains)
    if not packing and pairs > params.whole_pairs_per_s * time_limit_s:
        return None
    program_s = min(clock_s, params.packing_program_s) if packing and nodes is None else clock_s
    present = loads_of(costs.services, start) if start is not None else None
    loads = _fewest_moved(kernel, program_s, nodes, present)
    if loads is None:
        return None
    tables = map(costs.services.table, range(len(costs.services.work_sets)))
    best = Exact(solution_of(costs, loads), 0, None, provable=not any(table.slow.any() for table in tables))
    best.cost_fen, best.excess = costs.total(best.solution), costs.excess(best.solution)
    best.broken = costs.broken(best.solution)
    best.provable &= not loads.excess and not _may_split_on_trains(costs) and not costs.instance.links.is_vague
    best.prove(_proven_twice(kernel, costs, best, loads, deadline, nodes))
    if packing and not best.proven:

        def found(candidate: Loads) -> int:
            return best.offer(costs, candidate)

        best.prove(Patterns(kernel, params).run(deadline, seed, nodes, found))
    copies = sum(service.most * len(service.at) for service in kernel.candidates)
    # One that was cut off may have proven nothing yet: then its bound is infinite.
    dearer = best.cost_fen > math.ceil(loads.bound_fen - BOUND_SLACK_FEN)
    if loads.optimal and not best.proven and (dearer or best.broken):
        if copies <= params.whole_copies:
            kernel.candidates = [one for service in kernel.candidates for one in service.single()]
        present, left_s = loads_of(costs.services, best.solution), max(0.1, deadline - time.monotonic())
        again = _fewest_moved(kernel, left_s, nodes, present, no_idle_stops=True)
        if again is not None:
            best.offer(costs, again)
            best.provable &= not again.excess
            best.prove(_proven_twice(kernel, costs, best, again, deadline, nodes, no_idle_stops=True))
    return best


def _proven_twice(
    kernel: Kernel,
    costs: SolutionCosts,
    best: Exact,
    loads: Loads,
    deadline: float,
    nodes: int | None,
    *,
    no_idle_stops: bool = False,
) -> float:
    """Return what the program that gave `loads`, if it was solved, proves by a second run too.

    Nothing where the two contradict each other. A better solution of the second run is offered.
    """
    if not best.provable or not loads.optimal:
        return -math.inf
    program = Program(kernel, no_idle_stops=no_idle_stops)
    left_s, start = max(0.1, deadline - time.monotonic()), program.start(loads)
    again = program.solve(left_s, nodes, 0.0, start=start, seed=SECOND_SEED)
    if again is None:
        return -math.inf
    best.offer(costs, again)
    if again.optimal and again.bound_fen < loads.bound_fen - BOUND_SLACK_FEN:
        return -math.inf
    return min(loads.bound_fen, again.bound_fen)


def _fewest_moved(
    kernel: Kernel, limit_s: float, nodes: int | None, present: Loads | None, *, no_idle_stops: bool = False
) -> Loads | None:
    """Solve a program, from the present plan; where more people have to be moved than may be, again for the fewest that
    was found."""
    program = Program(kernel, no_idle_stops=no_idle_stops)
    loads = program.solve(limit_s, nodes, 0.0, start=None if present is None else program.start(present))
    if loads is None or not (loads.excess and loads.optimal) or kernel.block.max_moved is None:
        return loads
    kernel.block = replace(kernel.block, max_moved=kernel.block.max_moved + loads.excess)
    program = Program(kernel, no_idle_stops=no_idle_stops)
    fewest = program.solve(limit_s, nodes, 0.0, start=program.start(loads))
    return fewest if fewest is not None else loads


def _may_split_on_trains(costs: SolutionCosts) -> bool:
    """Tell whether people of one party, told different things, could each ride a train in a way of their own."""
    instance, told = costs.instance, costs.instance.told
    if told is None or not instance.trains:
        return False
    return any(instance.by_train[k] and len({w for w, _c, _n in told.of(k)}) > 1 for k in range(instance.n_classes))


def settled_coaches(costs: SolutionCosts, loads: Loads) -> list[Coach]:
    """Return the coaches of loads, none with an idle stop; people of one that cannot do without are left behind."""
    coaches = (Coach(*costs.services.service_of(named), load) for named, load in loads.coaches)
    settled = (costs.settled(coach) for coach in coaches)
    return [coach for coach in settled if coach is not None]


def loads_of(services: Services, solution: Solution) -> Loads:
    """Return a solution as loads of the whole problem."""
    coaches = [(services.stops_of(coach.service), dict(coach.load)) for coach in solution.coaches]
    return Loads(coaches, {t: dict(load) for t, load in enumerate(solution.trains) if load})


def solution_of(costs: SolutionCosts, loads: Loads) -> Solution:
    """Return loads of the whole problem as a solution."""
    instance = costs.instance
    left = instance.count.copy()
    coaches = settled_coaches(costs, loads)
    for coach in coaches:
        for k, n in coach.load.items():
            left[k] -= n
    trains: list[dict[tuple[int, int], int]] = [dict(loads.trains.get(t, {})) for t in range(len(instance.trains))]
    for load in trains:
        for (k, _), n in load.items():
            left[k] -= n
    return Solution(coaches, trains, left)
