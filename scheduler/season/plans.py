"""plan/plan.json of a season: stored whole or not at all, the earlier plan kept beside it as plan-<n>.json."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from pydantic import ValidationError

from scheduler.errors import OutputError, PlanError
from scheduler.files import locked, unwritable, whole_file, write_whole
from scheduler.i18n import _
from scheduler.plan import PLAN_SCHEMA, Plan
from scheduler.season.folder import SeasonFolder

_LEAST_BYTES = 1_000
_LEAST_BYTES_A_PERSON = 80
"""A plan is larger than that for sure: who has no room for it need not begin."""


def require_writable(season: Path, people: int) -> None:
    """Find out whether a plan for so many people could be stored, before anybody waits for it.

    Raises
    ------
    OutputError
        When it could not.
    """
    path = SeasonFolder(season).plan
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        _require_replaceable(path)
        with tempfile.NamedTemporaryFile(prefix=".plan-", dir=path.parent) as probe:
            probe.write(bytes(_LEAST_BYTES + _LEAST_BYTES_A_PERSON * people))
            probe.flush()
    except OSError as error:
        raise unwritable(path, error) from error


def _require_replaceable(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_RDWR))
    except FileNotFoundError:
        pass
    except PermissionError as error:
        # On POSIX a file without the right to write can be replaced, one that is locked (chattr +i) cannot.
        if error.errno != errno.EACCES or os.name == "nt":
            raise


def store_plan(season: Path, plan: Plan) -> Path:
    """Store a plan as the current one; the one before becomes plan-<n>.json, n counting up from 1.

    Of several runs that end at once each stores its plan, one after the other.

    Raises
    ------
    OutputError
        When it cannot be written; then the earlier plan is still the current one, and the new one stands in the
        folder for temporary files, or the home folder, if one of them has room: the error says where.
    """
    folder, data = SeasonFolder(season), plan.to_json().encode()
    path = folder.plan
    try:
        _store(folder, data)
    except OutputError as error:
        kept = _keep_elsewhere(data)
        if kept is None:
            raise
        cure = _("the plan is not lost, it stands in {kept}: make room, then copy it to {path}")
        raise OutputError(error.what, error.where, cure.format(kept=kept, path=path)) from error
    return path


def _store(folder: SeasonFolder, data: bytes) -> None:
    path = folder.plan
    kept: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.parent / ".lock"), whole_file(path) as temporary:
            temporary.write_bytes(data)
            kept = _keep_earlier(folder)
    except OSError as error:
        raise unwritable(path, error) from error
    except OutputError:
        if kept is not None:
            kept.unlink(missing_ok=True)
        raise


def _keep_earlier(folder: SeasonFolder) -> Path | None:
    """Give the current plan a second name, plan-<n>.json, which no plan has yet; None where there is no plan."""
    path = folder.plan
    if not path.exists():
        return None
    number = folder.number_of_earlier_plans() + 1
    while True:
        kept = folder.earlier_plan(number)
        try:
            os.link(path, kept)
        except FileExistsError:
            number += 1
        except OSError:  # a file system without links; the lock keeps others from this number
            write_whole(kept, path.read_bytes())
            return kept
        else:
            return kept


def _keep_elsewhere(data: bytes) -> Path | None:
    """Write a plan that its season has no room for to where there is room, for its owner only."""
    for folder in (None, Path("~").expanduser()):
        try:
            handle, name = tempfile.mkstemp(prefix="scheduler-plan-", suffix=".json", dir=folder)
        except OSError:
            continue
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
        except OSError:
            Path(name).unlink(missing_ok=True)
        else:
            return Path(name)
    return None


def earlier_plan(season: Path) -> Path | None:
    """Return the plan that the current one replaced; None when it is the season's first."""
    folder = SeasonFolder(season)
    number = folder.number_of_earlier_plans()
    return folder.earlier_plan(number) if number else None


def read_plan(season: Path) -> Plan:
    """Read the current plan.

    Raises
    ------
    PlanError
        When there is none, or the file is not a plan of the schema that this program knows.
    """
    path = SeasonFolder(season).plan
    try:
        return Plan.from_json(path.read_bytes())
    except FileNotFoundError as error:
        raise PlanError(_("there is no plan yet"), str(path), _("run scheduler plan first")) from error
    except OSError as error:
        raise PlanError(_("cannot be read: {reason}").format(reason=error.strerror), str(path)) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        cure = _("plan again, or put back an earlier plan-<n>.json")
        if where == "schema":
            message = _("is a plan of schema {found}; this program knows schema {known}")
            what = message.format(found="-" if first["input"] is None else first["input"], known=PLAN_SCHEMA)
            is_older = isinstance(first["input"], int) and first["input"] < PLAN_SCHEMA
            cure = _("plan again") if is_older else _("use the program that made it, or plan again")
        elif first["type"] == "missing":
            what = _("is not a whole plan: {where} is missing").format(where=where)
        else:
            what = _("is not a plan: {where}: {reason}").format(where=where or "-", reason=first["msg"])
        raise PlanError(what, str(path), cure) from error
