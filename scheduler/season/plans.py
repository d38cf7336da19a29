"""plan/plan.json of a season: stored whole or not at all, the earlier plan kept beside it as plan-<n>.json."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import ValidationError

from scheduler.errors import OutputError, PlanError
from scheduler.files import write_whole
from scheduler.i18n import _
from scheduler.plan import Plan


def plan_path(season: Path) -> Path:
    """Return where the current plan stands."""
    return season / "plan" / "plan.json"


def store_plan(season: Path, plan: Plan) -> Path:
    """Store a plan as the current one; the one before becomes plan-<n>.json, n counting up from 1.

    Raises
    ------
    OutputError
        When it cannot be written; then the earlier plan is still the current one.
    """
    path = plan_path(season)
    if path.exists():
        try:
            earlier = path.read_bytes()
        except OSError as error:
            raise OutputError(_("the earlier plan cannot be kept: {reason}").format(reason=error), str(path)) from error
        write_whole(path.with_name(f"plan-{_last_number(path.parent) + 1}.json"), earlier)
    write_whole(path, plan.to_json())
    return path


def earlier_plan(season: Path) -> Path | None:
    """Return the plan that the current one replaced; None when it is the season's first."""
    folder = plan_path(season).parent
    number = _last_number(folder)
    return folder / f"plan-{number}.json" if number else None


def _last_number(folder: Path) -> int:
    numbers = (re.fullmatch(r"plan-(\d+)", path.stem) for path in folder.glob("plan-*.json"))
    return max((int(number[1]) for number in numbers if number), default=0)


def read_plan(season: Path) -> Plan:
    """Read the current plan.

    Raises
    ------
    PlanError
        When there is none, or the file is not a plan.
    """
    path = plan_path(season)
    try:
        return Plan.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise PlanError(_("there is no plan yet"), str(path), _("run scheduler plan first")) from error
    except OSError as error:
        raise PlanError(_("cannot be read: {reason}").format(reason=error.strerror), str(path)) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PlanError(
            _("is not a plan: {where}: {reason}").format(where=where or "-", reason=first["msg"]),
            str(path),
            _("plan again, or put back an earlier plan-<n>.json"),
        ) from error
