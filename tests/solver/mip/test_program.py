"""Programs over given services."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from scheduler.evaluate import Evaluator
from scheduler.problem import Problem
from scheduler.solver.construction.greedy import Greedy
from scheduler.solver.mip.formulation import Program, Relaxed
from scheduler.solver.mip.heuristic_pricing import YUAN
from scheduler.solver.mip.kernel import Kernel
from scheduler.solver.mip.kernel_search import solve_block
from scheduler.solver.mip.params import MipParams
from scheduler.solver.mip.whole_problem import every_service, loads_of, solution_of, whole_block
from scheduler.solver.model.block import Loads
from scheduler.solver.model.instance import CLOSED, build_instance
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import SolutionCosts
from tests.builders import DONGGUAN, day, party, problem
from tests.exact_model import optimum
from tests.strategies import problems

FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
LUODU_TOWN = "罗渡镇"


def test_a_program_over_given_services_lacks_no_strong_row(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = []
    relax = Program.relax

    def noted(program: Program, time_limit_s: float) -> Relaxed | None:
        relaxed = relax(program, time_limit_s)
        assert relaxed is not None
        broken.append(relaxed.broken)
        return relaxed

    monkeypatch.setattr(Program, "relax", noted)
    asked = problem(
        party(3, preferred=day(0)),
        party(2, preferred=day(1)),
        party(1, work_stop=DONGGUAN, destination="441900"),
        policy={"min_load": 2},
    )
    services = Services(build_instance(asked, Evaluator(asked)))
    block = whole_block(services)
    keys = every_service(Kernel(services, block), MipParams())
    assert keys is not None
    seeds = tuple(services.stops_of(key) for key in keys)
    loads = solve_block(services, replace(block, seeds=seeds), 10.0, None, MipParams())
    assert loads is not None
    assert set(broken) == {0}
    assert SolutionCosts(services).total(solution_of(SolutionCosts(services), loads)) == optimum(asked).total_fen


def test_costs_of_opening_are_off_by_a_share_and_the_same_seed_draws_the_same() -> None:
    asked = problem(party(3, preferred=day(0)), party(2, preferred=day(1)), policy={"min_load": 1})
    services = Services(build_instance(asked, Evaluator(asked)))

    def opening_fen(noise: float, seed: int) -> list[int]:
        kernel = Kernel(services, replace(whole_block(services), noise=noise, noise_seed=seed))
        for service in every_service(Kernel(services, whole_block(services)), MipParams()) or ():
            kernel.add(service)
        return [candidate.opening_fen for candidate in kernel.candidates]

    true_fen, off_fen = opening_fen(0.0, 1), opening_fen(0.05, 1)
    assert off_fen == opening_fen(0.05, 1)
    assert off_fen not in (true_fen, opening_fen(0.05, 2))
    assert all(abs(off - true) <= 0.05 * true + 1 for off, true in zip(off_fen, true_fen, strict=True))


def whole_program(asked: Problem) -> tuple[Program, SolutionCosts] | None:
    """Return the program over every service, None where there are too many."""
    costs = SolutionCosts(Services(build_instance(asked, Evaluator(asked))))
    kernel = Kernel(costs.services, whole_block(costs.services))
    services = every_service(kernel, MipParams())
    for service in services or ():
        kernel.add(service)
    return (Program(kernel), costs) if services is not None else None


@FEW
@given(problems())
def test_a_plan_is_a_solution_of_its_program(asked: Problem) -> None:
    """Trains, budgets, fleets, parties: whatever the greedy plan runs, at what it costs but for detours to call."""
    made = whole_program(asked)
    if made is None:
        return
    program, costs = made
    plan = Greedy(costs).run(math.inf, lambda: False)
    x = program.start(loads_of(costs.services, plan))
    assert x is not None
    rows = program.rows
    assert (rows.lower <= x).all()
    assert (x <= rows.upper).all()
    assert (rows.low - 1e-6 <= rows.matrix @ x).all()
    assert (rows.matrix @ x <= rows.high + 1e-6).all()
    detours = sum(costs.callers_fen(coach) or 0 for coach in plan.coaches)
    assert round(float(rows.cost @ x) * YUAN) == costs.total(plan) - detours


def test_a_service_that_runs_twice_and_one_that_is_unknown() -> None:
    asked = problem(*(party(1) for _ in range(40)), policy={"min_load": 2, "home_stops": 1})
    made = whole_program(asked)
    assert made is not None
    program, costs = made
    service = max(program.kernel.candidates, key=lambda each: (each.most, each.seats))
    stops = costs.services.stops_of(service.service)
    twice = program.start(Loads([(stops, {0: 20}), (stops, {0: 15})]))
    assert twice is not None
    s = program.kernel.candidates.index(service)
    assert len(program.block.classes) == 1
    assert (twice[s], twice[program.z0]) == (2, 5)
    assert program.start(Loads([(stops._replace(day=10_000), {0: 20})])) is None
    none, once = Loads(), Loads([(stops, {0: 20})])
    assert program.cheapest([none, once]) is once
    assert program.cheapest([]) is None
    program.rows.upper[s] = 0
    assert program.cheapest([none, once]) is none, "what breaks a limit is no better for being cheaper"


def test_a_block_that_ran_something_is_never_made_worse() -> None:
    """With no node and no service but its own a block comes back as it was, or better seated."""
    asked = problem(party(9), party(8, origin=LUODU_TOWN, preferred=day(1)), party(7, preferred=day(3)))
    costs = SolutionCosts(Services(build_instance(asked, Evaluator(asked))))
    plan = Greedy(costs).run(math.inf, lambda: False)
    assert plan.coaches
    seeds = tuple(costs.services.stops_of(coach.service) for coach in plan.coaches)
    block = replace(whole_block(costs.services), seeds=seeds, start=loads_of(costs.services, plan))
    loads = solve_block(costs.services, block, 10.0, 0, MipParams())
    assert loads is not None
    assert costs.total(solution_of(costs, loads)) <= costs.total(plan)


@FEW
@given(problems())
def test_a_block_is_the_best_of_its_kernel_whatever_number_of_runs_it_is_tried_with_first(asked: Problem) -> None:
    costs = SolutionCosts(Services(build_instance(asked, Evaluator(asked))))
    plan = Greedy(costs).run(math.inf, lambda: False)
    block = replace(whole_block(costs.services), works=(), start=loads_of(costs.services, plan))
    seeds = every_service(Kernel(costs.services, block), MipParams())
    if seeds is None:
        return
    block = replace(block, seeds=tuple(costs.services.stops_of(each) for each in seeds))
    found = []
    for slack in (-9.0, 0.1, 9.0):  # many runs are tried first, then as many as the LP has, then any number
        params = MipParams(whole_runs_slack=slack, spare_services_of_few=len(seeds))
        loads = solve_block(costs.services, block, 10.0, None, params)
        assert loads is not None
        found.append(costs.total(solution_of(costs, loads)))
    assert len(set(found)) == 1


def test_what_a_block_ran_stays_in_its_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """However dear: else its plan could not be the start."""
    kernels = []
    solve_program = Program.solve

    def noted(program: Program, *limits: float, **more: object) -> Loads | None:
        kernels.append({each.service for each in program.kernel.candidates})
        assert more["start"] is not None
        return solve_program(program, *limits, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Program, "solve", noted)
    asked = problem(party(30, origin=LUODU_TOWN), party(9), policy={"min_load": 1})
    services = Services(build_instance(asked, Evaluator(asked)))
    block = whole_block(services)
    everything = every_service(Kernel(services, block), MipParams())
    assert everything is not None
    dear = max(everything, key=lambda each: int(services.table(each.work_set).cost[each.home_set, each.vehicle_type]))
    named = services.stops_of(dear)
    able = next(
        k for k in block.classes.tolist() if services.access[dear.home_set, services.instance.origin[k]] < CLOSED
    )
    seeds = tuple(services.stops_of(each) for each in everything)
    few = MipParams(spare_services_of_few=0)
    solve_block(services, replace(block, seeds=seeds, start=Loads([(named, {able: 1})])), 10.0, None, few)
    assert kernels
    assert all(dear in kernel for kernel in kernels)


@pytest.mark.parametrize(("cut_up_share", "first"), [(0.5, [True]), (0.0, [])])
def test_given_services_are_tried_among_those_in_use_first(
    monkeypatch: pytest.MonkeyPatch, cut_up_share: float, first: list[bool]
) -> None:
    kernels, starts, cut_up = [], [], []
    solve_program = Program.solve

    def noted(program: Program, *limits: float, **more: object) -> Loads | None:
        kernels.append({each.service for each in program.kernel.candidates})
        starts.append(more["start"] is not None)
        cut_up.append(more["split"])
        return solve_program(program, *limits, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Program, "solve", noted)
    asked = problem(party(30, origin=LUODU_TOWN), party(9), party(7, preferred=day(2)))
    costs = SolutionCosts(Services(build_instance(asked, Evaluator(asked))))
    block = whole_block(costs.services)
    everything = every_service(Kernel(costs.services, block), MipParams())
    assert everything is not None
    seeds = tuple(costs.services.stops_of(each) for each in everything)
    all_spare = MipParams(spare_services_of_few=len(seeds), cut_up_share=cut_up_share)
    loads = solve_block(costs.services, replace(block, seeds=seeds), 10.0, None, all_spare)
    assert loads is not None
    assert kernels[0] == kernels[-2] < kernels[-1]
    assert starts == [False, True, True][: len(starts)]  # each begins with what the last came to
    assert cut_up == [*first, False, False]
    assert costs.total(solution_of(costs, loads)) == optimum(asked).total_fen
