"""A season's people by their keys: loaded to be planned, or loaded beside the plan that stands.

The salt that makes the keys stands in the season's ledger and nowhere else. Only planning makes one: a plan without its
ledger is a plan of people whom nobody can find in the rosters again, and that is said instead.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from scheduler.errors import LedgerError, OutputError, PlanError
from scheduler.i18n import _
from scheduler.keys import SALT_BYTES
from scheduler.plan import Plan, Run
from scheduler.problem import Problem
from scheduler.roster.intake import Progress
from scheduler.season.folder import DATABASE, PINS, SeasonFolder
from scheduler.season.life.standing_season import as_planned, stand
from scheduler.season.load import Intake, load
from scheduler.season.plans import read_plan
from scheduler.season.settings import read_settings
from scheduler.settings import Settings


def load_to_plan(season: Path, db: str | None = None) -> Intake:
    """Read a season folder to plan it; its ledger, with a salt, is made where there is none.

    Parameters
    ----------
    season : Path
    db : str, optional
        The ledger's server where it does not stand in season.db.

    Returns
    -------
    Intake
        Everybody in its problem has a key.

    Raises
    ------
    SeasonError
        When the folder or its season.toml cannot be read.
    LedgerError, OutputError
        When the ledger cannot be read or made.
    """
    from scheduler.season.ledger.ledger import open_ledger  # SQLAlchemy takes its time

    read_settings(season)  # nothing is written into a folder that is no season
    with open_ledger(season, db) as ledger:
        salt, events = ledger.salt, ledger.events()
    loaded = load(season, salt=salt)
    return replace(loaded, problem=stand(loaded, events).problem)


def load_to_check(season: Path, progress: Progress | None = None, db: str | None = None) -> Intake:
    """Read a season folder to find what is wrong with it; nothing is written.

    The ledger is asked for the salt only where pins may name people by their keys. One that cannot be read leaves the
    keys unchecked: it is no fault of the rosters.

    Raises
    ------
    SeasonError
        When the folder or its season.toml cannot be read.
    """
    salt = None
    read_settings(season)
    if (db is not None or (season / DATABASE).exists()) and SeasonFolder(season).table_files(PINS):
        from scheduler.season.ledger.ledger import open_ledger

        with suppress(LedgerError, OutputError), open_ledger(season, db, create=False) as ledger:
            salt = ledger.salt
    return load(season, progress, salt=salt)


def load_to_ask(season: Path, db: str | None = None, change: Callable[[Settings], Settings] | None = None) -> Intake:
    """Read a season folder to plan it without keeping anything: nothing is written, not even a ledger.

    Parameters
    ----------
    season : Path
    db : str, optional
        The ledger's server where it does not stand in season.db.
    change : callable, optional
        Applied to the settings, as `load` says.

    Returns
    -------
    Intake
        As recorded events have changed it; everybody has the key that the plans know, or, in a season without a
        ledger, one that holds for this reading only.

    Raises
    ------
    SeasonError
        When the folder or its season.toml cannot be read.
    LedgerError
        When the ledger is there and cannot be read.
    """
    from scheduler.season.ledger.ledger import open_ledger

    if db is None and not (season / DATABASE).exists():
        return load(season, salt=secrets.token_bytes(SALT_BYTES), change=change)
    read_settings(season)
    with open_ledger(season, db, create=False) as ledger:
        salt, events = ledger.salt, ledger.events()
    loaded = load(season, salt=salt, change=change)
    return replace(loaded, problem=stand(loaded, events).problem)


def load_with_plan(season: Path, db: str | None = None) -> tuple[Intake, Plan, tuple[Run, ...]]:
    """Read a season folder and the plan that stands, whose passengers the rosters' people have the keys of.

    Returns
    -------
    intake : Intake
        Its problem is what the plan was made from (`as_planned`), with today's rosters and tables.
    plan : Plan
    frozen : tuple of Run
        The runs that the plan could not change, as they were.

    Raises
    ------
    SeasonError
        When the folder or its season.toml cannot be read.
    PlanError
        When there is no plan, or it cannot be read; or nobody can be told who its passengers are, for want of the
        ledger that it was made with.
    LedgerError
        When the ledger is there and cannot be read.
    """
    from scheduler.season.ledger.ledger import open_ledger

    read_settings(season)
    plan = read_plan(season)
    if db is None and not (season / DATABASE).exists():
        raise _unknown_passengers(season, _("season.db is missing: nobody can tell who the plan's passengers are"))
    with open_ledger(season, db, create=False) as ledger:
        intake = load(season, salt=ledger.salt)
        problem, frozen = as_planned(intake, plan, ledger)
        is_another_season = _are_strangers(plan, intake.problem) and ledger.number_of(plan) is None
    if is_another_season:
        what = _("season.db is not the one that the plan was made with: it knows none of the plan's passengers")
        raise _unknown_passengers(season, what)
    return replace(intake, problem=problem), plan, frozen


def plan_number(season: Path, plan: Plan, db: str | None = None) -> int | None:
    """Return the number under which a season's ledger has a plan; None where it was never recorded."""
    from scheduler.season.ledger.ledger import open_ledger

    with open_ledger(season, db, create=False) as ledger:
        return ledger.number_of(plan)


def _are_strangers(plan: Plan, problem: Problem) -> bool:
    """Tell whether a plan names people, and not one of them is in the rosters."""
    named = {passenger.person for _run, passenger in plan.passengers()}
    named.update(person for entry in plan.unserved for person in entry.persons)
    return bool(named) and not any(person.key in named for party in problem.parties for person in party.people)


def _unknown_passengers(season: Path, what: str) -> PlanError:
    cure = _("put back the season.db that belongs to it (scheduler restore), or plan again")
    return PlanError(what, str(SeasonFolder(season).plan), cure)
