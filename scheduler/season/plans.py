"""plan/plan.json of a season: stored whole or not at all, the earlier plan kept beside it as plan-<n>.json."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from scheduler.errors import LedgerError, OutputError, PlanError
from scheduler.files import locked, unwritable, whole_file, write_whole
from scheduler.i18n import _
from scheduler.plan import PLAN_SCHEMA, Plan
from scheduler.season.folder import SeasonFolder

if TYPE_CHECKING:
    from scheduler.season.ledger.ledger import Ledger

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

    Parameters
    ----------
    season : Path
        The season folder.
    plan : Plan

    Returns
    -------
    Path
        Where it stands.

    Raises
    ------
    OutputError
        When it cannot be written; then the earlier plan is still the current one, and the new one stands in the
        folder for temporary files, or the home folder, if one of them has room: the error says where.
    """
    return store_plan_json(season, plan.to_json().encode())


def store_plan_json(season: Path, data: bytes) -> Path:
    """Store the JSON of a plan as `store_plan` does; raises as that does."""
    _store_or_keep(season, data, None)
    return SeasonFolder(season).plan


class Stored(NamedTuple):
    """What became of a plan that was to be stored.

    Attributes
    ----------
    before : Plan or None
        What stood in plan.json, None where nothing did that can be read.
    is_current : bool
        Whether the plan took its place, or stands beside it as plan-<n>.json.
    """

    before: Plan | None
    is_current: bool


def store_if_better(season: Path, plan: Plan, is_better: Callable[[Plan], bool]) -> Stored:
    """Store a plan as the current one unless `is_better` says so of the one that stands; then beside it.

    Several programs may do so at once: each looks at what stands when it is its turn. Raises as `store_plan` does.
    """
    return _store_or_keep(season, plan.to_json().encode(), is_better)


def _store_or_keep(season: Path, data: bytes, is_better: Callable[[Plan], bool] | None) -> Stored:
    folder = SeasonFolder(season)
    try:
        return _store(folder, data, is_better)
    except OutputError as error:
        kept = _keep_elsewhere(data)
        if kept is None:
            raise
        cure = _("the plan is not lost, it stands in {kept}: make room, then copy it to {path}")
        raise OutputError(error.what, error.where, cure.format(kept=kept, path=folder.plan)) from error


def record_plan(
    season: Path,
    plan: Plan,
    db: str | None,
    *,
    who: str,
    now: datetime | None = None,
    frozen: Collection[str] = (),
    command: str = "plan",
) -> int:
    """Append to the ledger that the plan in plan.json was made, and return its number.

    Of a plan made after changes it also says for which moment, and which runs it could not change.

    plan.json comes first: whoever is killed between the two leaves a plan that the ledger does not know, and
    `current_number` makes up for that. A server that does not answer any more after a long search loses no plan.

    Raises
    ------
    LedgerError
        When the ledger refuses; the plan stands in plan.json all the same, and the error says so.
    """
    from scheduler.season.ledger.ledger import open_ledger

    try:
        with open_ledger(season, db) as ledger:
            return ledger.store_plan(plan, who=who, now=now, frozen=frozen, command=command)
    except (LedgerError, OutputError) as error:
        cure = _("the plan itself is stored in {path}; {cure}").format(path=SeasonFolder(season).plan, cure=error.cure)
        raise LedgerError(error.what, error.where, cure) from error


def current_number(plan: Plan, ledger: Ledger, *, who: str) -> int:
    """Return the number of the plan that stands in plan.json, which may be an earlier one that was put back.

    A plan that the ledger does not know (it was edited, or its program was killed before it could say so) is
    recorded now.
    """
    with ledger.writing():
        return ledger.number_of(plan) or ledger.store_plan(plan, who=who)


def put_back_plan(season: Path, ledger: Ledger) -> int | None:
    """Let plan.json be the plan that the ledger holds as its last; return its number, None where it holds none.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    number = ledger.last_plan()
    if number is None:
        return None
    data = ledger.plan_json(number)
    path = SeasonFolder(season).plan
    if not path.exists() or path.read_bytes() != data:
        store_plan_json(season, data)
    return number


def _store(folder: SeasonFolder, data: bytes, is_better: Callable[[Plan], bool] | None = None) -> Stored:
    path = folder.plan
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.parent / ".lock"):
            before = standing_plan(folder.path) if is_better is not None else None
            if before is not None and is_better is not None and is_better(before):
                number = folder.number_of_earlier_plans() + 1
                while folder.earlier_plan(number).exists():  # written by a program without this lock
                    number += 1
                write_whole(folder.earlier_plan(number), data)
                return Stored(before, is_current=False)
            _replace(folder, data)
    except OSError as error:
        raise unwritable(path, error) from error
    return Stored(before, is_current=True)


def _replace(folder: SeasonFolder, data: bytes) -> None:
    kept: Path | None = None
    try:
        with whole_file(folder.plan) as temporary:
            temporary.write_bytes(data)
            kept = _keep_earlier(folder)
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


def standing_plan(season: Path) -> Plan | None:
    """Return the plan in plan.json, None where there is none that can be read."""
    try:
        return read_plan(season)
    except PlanError:  # to list the plans, or to take one back, is the cure
        return None


def read_plan(season: Path) -> Plan:
    """Read the current plan.

    Parameters
    ----------
    season : Path
        The season folder.

    Returns
    -------
    Plan

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
