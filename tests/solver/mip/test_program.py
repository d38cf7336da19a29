"""Programs over given services."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.evaluate import Evaluator
from scheduler.solver.mip.formulation import Program, Relaxed
from scheduler.solver.mip.kernel import Kernel
from scheduler.solver.mip.kernel_search import solve_block
from scheduler.solver.mip.whole_problem import every_service, solution_of, whole_block
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import SolutionCosts
from tests.builders import DONGGUAN, day, party, problem
from tests.exact_model import optimum


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
    keys = every_service(Kernel(services, block))
    assert keys is not None
    seeds = tuple(services.stops_of(key) for key in keys)
    loads = solve_block(services, replace(block, seeds=seeds), 10.0, None)
    assert loads is not None
    assert set(broken) == {0}
    assert SolutionCosts(services).total(solution_of(SolutionCosts(services), loads)) == optimum(asked).total_fen
