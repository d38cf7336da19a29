"""`scheduler use`: an earlier plan is the current one again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.cli.common import (
    console,
    db_option,
    example_text,
    json_option,
    language_option,
    now_option,
    plain,
    print_json,
    season_argument,
    who_option,
)
from scheduler.cli.help import Command
from scheduler.cli.progress import yuan
from scheduler.errors import PlanError
from scheduler.i18n import _, count_text, ngettext

if TYPE_CHECKING:
    from scheduler.plan import Plan
    from scheduler.season.ledger.ledger import Ledger
    from scheduler.season.life.standing_season import StandingSeason
    from scheduler.verify import Violation


@click.command(
    "use",
    cls=Command,
    help=_("Make plan N of SEASON the current plan/plan.json again; scheduler plans lists the numbers.")
    + "\n\n"
    + _(
        "It is held to the rosters and tables of today first. Exit code 1, and nothing changes, when it does not fit "
        "them any more, or when another plan was announced since it was made."
    )
    + example_text("scheduler use demo 3"),
)
@season_argument
@click.argument("number", type=click.IntRange(min=1), metavar="N")
@now_option
@who_option
@db_option
@json_option
@language_option
def use(season: Path, number: int, now: datetime, who: str, db: str | None, as_json: bool) -> None:
    """Take a plan back."""
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.life.kept_plans import require_untold_since, take_back
    from scheduler.season.life.standing_season import read_season
    from scheduler.season.plans import standing_plan
    from scheduler.season.settings import read_settings

    read_settings(season)
    current = standing_plan(season)
    with open_ledger(season, db, create=False) as ledger:
        plan = ledger.plan(number)
        before = None if current is None else ledger.number_of(current)
        if before != number:
            standing = read_season(season, ledger)
            require_untold_since(standing.events, number, season)
            _require_fit(season, standing, ledger, plan, number, current, now)
            with ledger.writing():
                # Nobody has announced another one meanwhile.
                require_untold_since(standing.later(ledger).events, number, season)
                take_back(season, ledger, number, who=who)
    people, left = sum(run.load for run in plan.runs), sum(len(entry.persons) for entry in plan.unserved)
    if as_json:
        figures = {"cost": plan.cost.total, "people": people, "unserved": left, "runs": len(plan.runs)}
        print_json({"number": number, "before": before} | figures)
        return
    out = console()
    if before == number:
        out.print(_("Plan {number} is the current plan already.").format(number=number), soft_wrap=True)
        return
    text = _("Plan {number} is the current plan again: {people} in {runs}, {left} left, cost {cost} yuan.")
    figures_said = {
        "people": count_text("{n} person", "{n} people", people),
        "runs": count_text("{n} run", "{n} runs", len(plan.runs)),
        "left": f"{left:,}",
    }
    out.print(text.format(number=number, cost=yuan(plan.cost.total), **figures_said), soft_wrap=True)
    text = _("Lists printed of another plan hold no more: scheduler manifests prints those of this one.")
    out.print(text, soft_wrap=True)


def _require_fit(
    season: Path, standing: StandingSeason, ledger: Ledger, plan: Plan, number: int, current: Plan | None, now: datetime
) -> None:
    """Refuse a plan that breaks a rule today, or changes a run of the current one that is not changed any more.

    Raises
    ------
    PlanError
    """
    from scheduler.season.life.standing import frozen_runs
    from scheduler.season.life.standing_season import as_planned
    from scheduler.verify import verify

    fixed = {run.id: run for run in as_planned(standing.loaded, plan, ledger, standing.events)[1]}
    if current is not None:
        names = frozen_runs(standing.problem, current, standing.events, now)
        fixed.update({run.id: run for run in current.runs if run.id in names})
    violations = verify(standing.problem, plan, tuple(fixed.values()))
    if violations:
        raise PlanError(_unfit(number, violations), str(season), _("scheduler plan or scheduler replan plans again"))


def _unfit(number: int, violations: Sequence[Violation]) -> str:
    what = ngettext(
        "plan {number} does not fit the season of today any more, in {n} point: {code} {where}: {message}",
        "plan {number} does not fit the season of today any more, in {n} points; the first: {code} {where}: {message}",
        len(violations),
    )
    first = violations[0]
    where = plain(first.where).plain
    return what.format(number=number, n=f"{len(violations):,}", code=first.code, where=where, message=first.message)
