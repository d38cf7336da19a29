"""Every hard rule and every cost, re-derived from a plan and its problem without the solver's code.

One function a rule family; each goes on after the first violation. No plan that follows the schema makes it raise.
The time is linear in people, runs and days held. In reading order:

- `violation`: what a violation is, and the text of each code.
- `context`: what the rules look things up in.
- `parties`: the plan's head, and everyone on one run or left behind with a reason.
- `boarding`: who may board and alight where, and seat numbers.
- `coaches`: stops, detours, vehicles, seats, loads.
- `trains`: the listed times, blocks of seats, fares.
- `resources`: coaches, plates and staff, held on days.
- `times`: timetables and feeders.
- `cost`: each part of the cost, the total, the budget, the bound and the gap.
- `proofs`: reasons that claim nothing could have been done.
- `frozen`: runs that are not changed any more.
- `pins`: what the dispatcher has decided.
"""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.plan import Plan, Run
from scheduler.problem import Problem
from scheduler.verify import boarding, coaches, cost, parties, pins, proofs, resources, times, trains
from scheduler.verify.context import Case
from scheduler.verify.frozen import is_excused, unchanged
from scheduler.verify.violation import MESSAGES, Violation, schema_violations

__all__ = ["MESSAGES", "Violation", "derived_cost", "schema_violations", "verify"]

RULES = (
    parties.head,
    parties.everyone_once,
    parties.rows,
    parties.unserved,
    parties.set_aside,
    parties.dates_and_modes,
    proofs.no_option,
    proofs.shut_out,
    boarding.boarding,
    coaches.stops,
    coaches.vehicles,
    boarding.seat_labels,
    resources.fleet,
    resources.plates,
    trains.trains,
    cost.cost,
    resources.escorts,
    resources.leaders,
    times.times,
    times.feeders,
    pins.pins,
)


def verify(problem: Problem, plan: Plan, frozen: Sequence[Run] = ()) -> list[Violation]:
    """Return every violation of every rule, empty when the plan obeys them all and its figures are right.

    Parameters
    ----------
    problem : Problem
        What was asked.
    plan : Plan
        What is to be checked; it may name anything.
    frozen : sequence of Run
        Runs of the plan before that must stand in this one as they were.

    Returns
    -------
    list of Violation
        In the order of the rules; each rule goes on after its first violation.

    Notes
    -----
    The rules are those of docs/cost.md, explained one by one in docs/rules.md.
    """
    case = Case(problem, plan, (run.id for run in frozen))
    violations = [found for rule in RULES for found in rule(case)]
    if not frozen:
        return violations
    violations = [found for found in violations if not is_excused(found, case, frozen)]
    return [*violations, *unchanged(case, frozen)]


def derived_cost(problem: Problem, plan: Plan) -> dict[str, int | None]:
    """Return the plan's cost in fen from its decisions alone, None for a part that depends on something unknown."""
    return cost.derived_cost(Case(problem, plan))
