"""The last seats of what was found, and of the plan that stands beside it: planning again never ends with a worse one.

A season of which a plan stands, and of which little has changed since, may be planned in less time than that plan had,
or the search may take another turn. So what stands is mended as far as the season has changed, takes the last seats,
and is taken where it costs less than what was found.
"""

from __future__ import annotations

import time

from scheduler.plan import Plan
from scheduler.solver.construction.start import start_from
from scheduler.solver.ending.last_seats import with_last_seats
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import Solution, SolutionCosts
from scheduler.solver.plan_builder import Assembler
from scheduler.solver.reasons.ways import MOST_WORK


def finished(
    assembler: Assembler, services: Services, found: Solution, stands: Plan | None, seconds: float
) -> Solution:
    """Return the better one of a solution and the plan that stands, their last seats taken.

    Parameters
    ----------
    assembler : Assembler
        Of the problem.
    services : Services
        `ways.with_raw_seats` of the assembler's.
    found : Solution
        What the search has found.
    stands : Plan or None
        Its runs may name anybody and anything that is gone.
    seconds : float
        For the last seats of each.
    """
    found = with_last_seats(assembler, services, found, MOST_WORK, time.monotonic() + seconds)
    if stands is None:
        return found
    costs = assembler.costs
    begun = start_from(costs, assembler.problem, stands).solution
    if begun is None or costs.total(begun) - _left_fen(costs, begun) > costs.total(found):
        return found
    filled = with_last_seats(assembler, services, begun, MOST_WORK, time.monotonic() + seconds)
    return filled if _rank(costs, filled) < _rank(costs, found) else found


def _left_fen(costs: SolutionCosts, solution: Solution) -> int:
    """Return what leaving all who are left costs: no last seats save more."""
    return int((solution.left * costs.instance.leave_fen).sum())


def _rank(costs: SolutionCosts, solution: Solution) -> tuple[int, int, int]:
    return costs.broken(solution), costs.excess(solution), costs.total(solution)
