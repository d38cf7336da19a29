"""Return-trip transport scheduler: rosters in, verified coach and train plans with a proven bound, manifests out.

The public API, in the order of a season's work::

    from scheduler import load_season, solve, store_plan, verify_plan

    season = Path("demo")
    intake = load_season(season)  # .problem, and .issues with their place
    plan = solve(intake.problem, time_limit_s=60)
    assert verify_plan(intake.problem, plan) == []
    store_plan(season, plan)

Each name is imported when it is first asked for: `import scheduler` itself loads nothing.

What stands where, in the order of imports; docs/architecture.md says where a given change begins.

The foundation, which knows nothing of travel:

- `_version`: of the program.
- `interrupt`: Ctrl-C and SIGTERM, asked for and waited for.
- `processes`: processes that work for this one and never outlive it.
- `i18n`: the language of messages.
- `errors`: what is raised on purpose: what, where, what to do.
- `files`: written whole or not at all.
- `mask`: what of names, IDs and telephones may be seen.
- `text_cells`: texts in cells are never formulas.

The domain, without solver, file or screen:

- `units`: fen and yuan, rounding, great circles.
- `settings`: season.toml as the program knows it.
- `pins`: what the dispatcher has decided.
- `problem`: what is asked: people, parties, places, vehicles.
- `keys`: one person, one key.
- `plan`: what is answered; plan.json is this model.
- `commitments`: what earlier plans bind a later one to.
- `evaluate`: paths, drivers, seats, days held, access, cost: one meaning of each figure.
- `pinned`: what pins mean of one problem.
- `contradictions/`: pins that cannot all hold, the smallest sets.
- `itinerary/`: times on the way.
- `alternatives/`: how else a party could ride.
- `verify/`: every rule and every cost, derived again.

From files to a problem, and what becomes of it:

- `places/`: the divisions of China, and what a text means by one.
- `tabular/`: files, sheets, tables.
- `roster/`: tables to people and parties.
- `season/`: a season folder, its ledger and its life.
- `day/`: the day itself, and the books.
- `check/`: what goes back to townships.

From a problem to a plan, and from a plan to paper:

- `operations/`: vehicles, crews, feeders.
- `solver/`: solve.
- `reports/`: lists, messages, pages.
- `baselines/`: the rivals.
- `example/`: synthetic seasons.
- `bench/`: measurements.
- `cli/`: the commands.
- `__main__`: where the program begins.
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
    from scheduler.pins import Pin
    from scheduler.plan import Cost, Feeder, Passenger, Plan, Run, Stop, Told, Unserved
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
    from scheduler.reports.manifests.write import Written
    from scheduler.reports.manifests.write import write_all as write_manifests
    from scheduler.season.keyed import load_to_plan as load_season
    from scheduler.season.load import Intake
    from scheduler.season.plans import read_plan, store_plan
    from scheduler.settings import CoachRules, Policy, Settings
    from scheduler.solver.params import SolveParams
    from scheduler.solver.params_file import load_params
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
    "Pin",
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
    "Told",
    "Train",
    "TrainStop",
    "Unserved",
    "UnsoundPlanError",
    "UsageError",
    "VehicleType",
    "Violation",
    "Written",
    "__version__",
    "load_params",
    "load_season",
    "read_plan",
    "set_language",
    "solve",
    "solve_with_trace",
    "store_plan",
    "verify_plan",
    "write_manifests",
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
    "pins": ("Pin",),
    "plan": ("Cost", "Feeder", "Passenger", "Plan", "Run", "Stop", "Told", "Unserved"),
    "evaluate": ("Evaluator",),
    "i18n": ("set_language",),
    "reports.manifests.write": ("Written", "write_manifests"),
    "tabular.issues": ("Issue",),
    "season.load": ("Intake",),
    "season.keyed": ("load_season",),
    "season.plans": ("read_plan", "store_plan"),
    "solver.params": ("SolveParams",),
    "solver.params_file": ("load_params",),
    "solver.result": ("Progress", "SolveResult"),
    "solver.solve": ("solve", "solve_with_trace"),
    "verify": ("Violation", "verify_plan"),
}
# scheduler.verify is a module; main functions go by names that say of what.
_RENAMED = {"load_season": "load_to_plan", "verify_plan": "verify", "write_manifests": "write_all"}


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
