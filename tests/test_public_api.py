"""What `import scheduler` promises: the names, their order, and that it loads nothing."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import scheduler
from scheduler.solver.result import SolveOptions

NAMES = [
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


def test_the_names_are_pinned_and_sorted() -> None:
    assert scheduler.__all__ == NAMES == sorted(NAMES)
    assert dir(scheduler) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_there_and_explained(name: str) -> None:
    found = getattr(scheduler, name)
    if name != "__version__":
        assert inspect.isclass(found) or inspect.isfunction(found)
        assert (found.__doc__ or "").strip(), "a public name has a docstring"


def test_solve_takes_and_explains_what_solve_with_trace_takes() -> None:
    (_problem, *taken) = inspect.signature(scheduler.solve_with_trace).parameters.values()
    explained = re.findall(r"^    (\w+) : .*\n        (.*)", scheduler.solve.__doc__ or "", re.MULTILINE)
    assert list(SolveOptions.__annotations__) == [each.name for each in taken]
    assert [name for name, _meaning in explained if name != "problem"] == [each.name for each in taken]
    assert all(each.kind is each.KEYWORD_ONLY for each in taken)


def test_names_are_those_of_their_modules() -> None:
    """The names of functions stay functions though modules of like name are imported first."""
    import scheduler.season.keyed
    import scheduler.verify

    assert scheduler.load_season is scheduler.season.keyed.load_to_plan
    assert scheduler.verify_plan is scheduler.verify.verify
    assert inspect.ismodule(scheduler.season.load)
    assert inspect.ismodule(scheduler.verify)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nix"):
        scheduler.nix  # noqa: B018


def test_importing_is_quick_and_quiet() -> None:
    """Nothing but scheduler itself is loaded beyond what Python's own importlib and typing need; no warning."""
    code = "import sys; import scheduler; print(*sorted(m for m in sys.modules if not m.startswith('_')))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
    loaded = set(done.stdout.split())
    assert {name for name in loaded if name.startswith("scheduler")} == {"scheduler", "scheduler._version"}
    assert not loaded & {"ortools", "scipy", "numpy", "pydantic", "click", "rich"}


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(scheduler.__file__).parent / "py.typed").is_file()
