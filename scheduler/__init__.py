"""Return-trip transport scheduler: rosters in, verified coach and train plans with a proven bound, manifests out.

The public API, in the order of a season's work::

    from scheduler import load_season, solve, store_plan, verify_plan

    intake = load_season(Path("demo"))  # .problem, and .issues with their file, sheet, row, column
    plan = solve(intake.problem, time_limit_s=60)
    assert verify_plan(intake.problem, plan) == []
    store_plan(Path("demo"), plan)

Each name is imported when it is first asked for: `import scheduler` itself loads nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from scheduler._version import __version__ as __version__

if TYPE_CHECKING:
    from scheduler.errors import (
        InputError,
        OutputError,
        PlanError,
        SchedulerError,
        SeasonError,
        UnsoundPlanError,
        UsageError,
    )
    from scheduler.evaluate import Evaluator
    from scheduler.i18n import set_language
    from scheduler.plan import Cost, Feeder, Passenger, Plan, Run, Stop, Unserved
    from scheduler.problem import (
        AccessRow,
        Escort,
        FleetRow,
        Leg,
        Party,
        Person,
        Place,
        Problem,
        Train,
        TrainStop,
        VehicleType,
    )
    from scheduler.season.load import Intake
    from scheduler.season.load import load as load_season
    from scheduler.season.plans import read_plan, store_plan
    from scheduler.settings import CoachRules, Policy, Settings
    from scheduler.solver.params import SolveParams
    from scheduler.solver.result import Progress, SolveResult
    from scheduler.solver.solve import solve, solve_with_trace
    from scheduler.tabular.issues import Issue
    from scheduler.verify import Violation
    from scheduler.verify import verify as verify_plan


__all__ = [
    "AccessRow",
    "CoachRules",
    "Cost",
    "Escort",
    "Evaluator",
    "Feeder",
    "FleetRow",
    "InputError",
    "Intake",
    "Issue",
    "Leg",
    "OutputError",
    "Party",
    "Passenger",
    "Person",
    "Place",
    "Plan",
    "PlanError",
    "Policy",
    "Problem",
    "Progress",
    "Run",
    "SchedulerError",
    "SeasonError",
    "Settings",
    "SolveParams",
    "SolveResult",
    "Stop",
    "Train",
    "TrainStop",
    "Unserved",
    "UnsoundPlanError",
    "UsageError",
    "VehicleType",
    "Violation",
    "__version__",
    "load_season",
    "read_plan",
    "set_language",
    "solve",
    "solve_with_trace",
    "store_plan",
    "verify_plan",
]

_HOMES = {
    "errors": (
        *("InputError", "OutputError", "PlanError", "SchedulerError", "SeasonError", "UnsoundPlanError", "UsageError"),
    ),
    "problem": (
        *("AccessRow", "Escort", "FleetRow", "Leg", "Party", "Person", "Place", "Problem"),
        *("Train", "TrainStop", "VehicleType"),
    ),
    "settings": ("CoachRules", "Policy", "Settings"),
    "plan": ("Cost", "Feeder", "Passenger", "Plan", "Run", "Stop", "Unserved"),
    "evaluate": ("Evaluator",),
    "i18n": ("set_language",),
    "tabular.issues": ("Issue",),
    "season.load": ("Intake", "load_season"),
    "season.plans": ("read_plan", "store_plan"),
    "solver.params": ("SolveParams",),
    "solver.result": ("Progress", "SolveResult"),
    "solver.solve": ("solve", "solve_with_trace"),
    "verify": ("Violation", "verify_plan"),
}
# scheduler.season.load and scheduler.verify are modules; their main functions go by names of their own here.
_RENAMED = {"load_season": "load", "verify_plan": "verify"}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for."""
    for home, names in _HOMES.items():
        if name in names:
            found: object = getattr(import_module(f"scheduler.{home}"), _RENAMED.get(name, name))
            globals()[name] = found
            return found
    raise AttributeError(f"module 'scheduler' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
