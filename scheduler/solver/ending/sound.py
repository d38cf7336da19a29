"""The one gate: no plan leaves the solver with which `verify` finds a fault."""

from __future__ import annotations

from scheduler.errors import UnsoundPlanError
from scheduler.i18n import _, ngettext
from scheduler.plan import Plan, Run
from scheduler.problem import Problem
from scheduler.solver.model.pins.asked import not_obeyed
from scheduler.verify import verify

VIOLATIONS_TOLD, PIN_RULES = 5, "V6"


def require_sound(problem: Problem, plan: Plan, frozen: tuple[Run, ...]) -> None:
    """Refuse a plan that breaks a rule.

    Raises
    ------
    InputError
        When all that it breaks are pins: they cannot be obeyed.
    UnsoundPlanError
        When it breaks anything else, which is a defect of the program.
    """
    if not (violations := verify(problem, plan, frozen)):
        return
    if all(each.code.startswith(PIN_RULES) for each in violations):
        raise not_obeyed(problem)
    listed = "; ".join(f"{v.code} {v.where}: {v.expected} / {v.actual}" for v in violations[:VIOLATIONS_TOLD])
    what = ngettext(
        "the plan made breaks {n} rule: {listed}", "the plan made breaks {n} rules: {listed}", len(violations)
    ).format(n=len(violations), listed=listed)
    raise UnsoundPlanError(what, cure=_("this is a fault of the program, please report it"))
