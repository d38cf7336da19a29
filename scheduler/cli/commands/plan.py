"""`scheduler plan`: load the season, solve, store plan/plan.json, print a summary a person can read."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.cli import plan_summary
from scheduler.cli.common import (
    MAX_SECONDS,
    Number,
    console,
    db_option,
    example_text,
    json_option,
    language_option,
    plain,
    print_json,
    season_argument,
    user_name,
)
from scheduler.cli.help import Command
from scheduler.cli.next_steps import print_steps
from scheduler.cli.plan_brief import Outcome, print_brief, print_missing
from scheduler.cli.progress import telling
from scheduler.cli.values import Share
from scheduler.errors import InputError
from scheduler.i18n import _
from scheduler.interrupt import Interrupt, interruptible

if TYPE_CHECKING:
    from scheduler.season.load import Intake
    from scheduler.solver.result import Progress

UNREAD_FIRST = 3
"""Of what could not be read, so much is named on the first screen."""


@click.command(
    "plan",
    cls=Command,
    help=_("Assign every party of SEASON to a coach or a train at the least cost, and store plan/plan.json.")
    + "\n\n"
    + _("Ctrl-C ends the search and keeps the best plan found so far.")
    + "\n\n"
    + _(
        "Exit code 1 when a file or table, or a row of fleet, trains or places could not be used: "
        "the rest is planned. Rows of people set aside are none of these."
    )
    + example_text("scheduler plan demo --time-limit 120"),
)
@season_argument
@click.option(
    "--time-limit", type=Number(0, MAX_SECONDS), metavar="S", default=60.0, help=_("Seconds to search (default: 60).")
)
@click.option("--gap", type=Share(), metavar="G", default=0.0, help=_("Stop at this proven gap, such as 0.02 or 2%."))
@click.option("--seed", type=click.IntRange(min=0), metavar="N", default=0, help=_("Seed of the search (default: 0)."))
@click.option(
    "--iterations",
    type=click.IntRange(min=0),
    metavar="N",
    default=None,
    help=_("Stop after this much work; the same seed and work give the same plan."),
)
@click.option(
    "--workers", type=click.IntRange(1, 64), metavar="N", default=2, help=_("Processes to search with (default: 2).")
)
@click.option(
    "--params",
    "params_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    default=None,
    help=_("TOML file with parameters of the solver, for experiments."),
)
@click.option("--strict", is_flag=True, help=_("Refuse to plan while the rosters or tables hold errors."))
@click.option("--anew", is_flag=True, help=_("Plan from nothing although people have been told their seats."))
@click.option("--full", is_flag=True, help=_("Print all figures and reasons, not only the first screen."))
@db_option
@json_option
@language_option
def plan(
    season: Path,
    time_limit: float,
    gap: float,
    seed: int,
    iterations: int | None,
    workers: int,
    params_file: Path | None,
    strict: bool,
    anew: bool,
    db: str | None,
    full: bool,
    as_json: bool,
) -> int:
    """Plan a season."""
    with interruptible() as interrupt:
        return _plan(
            season, time_limit, gap, seed, iterations, workers, params_file, strict, anew, db, full, as_json, interrupt
        )


def _plan(
    season: Path,
    time_limit: float,
    gap: float,
    seed: int,
    iterations: int | None,
    workers: int,
    params_file: Path | None,
    strict: bool,
    anew: bool,
    db: str | None,
    full: bool,
    as_json: bool,
    interrupt: Interrupt,
) -> int:
    started = time.monotonic()
    with telling(as_json, None if iterations is not None else time_limit) as told:
        told.say(_("reading the rosters"))
        from scheduler.season.keyed import load_to_plan
        from scheduler.season.plans import earlier_plan, record_plan, require_writable, store_plan
        from scheduler.solver.params_file import load_params

        params = load_params(params_file) if params_file is not None else None
        # Whoever cannot record the plan in the ledger is told now, not after the search.
        intake = load_to_plan(season, db)
        if not anew:
            _refuse_announced(season, db)
        intake.refuse_slips()
        if strict:
            _refuse_errors(intake, season)
        require_writable(season, intake.problem.people)
        told.say(_("starting the search"))
        from scheduler.solver.solve import solve

        def progress(progress: Progress) -> None:
            interrupt.ends_command = progress.cost_fen is None  # there is no plan to keep yet
            told.show(progress)

        result = solve(
            intake.problem,
            time_limit_s=time_limit,
            gap=gap,
            seed=seed,
            iterations=iterations,
            workers=workers,
            on_progress=progress,
            stop=interrupt.is_asked,
            params=params,
        )
    if not result.runs and result.unserved and (intake.unread or not intake.problem.vehicle_types):
        # A bound on the cost of carrying nobody, for want of input, would be taken for praise of the plan.
        result = result.model_copy(update={"bound": None, "gap": None})
    path = store_plan(season, result)
    record_plan(season, result, db, who=user_name())
    from scheduler.reports.money import feeders_of, money

    feeders = feeders_of(intake.problem, result)
    paid = money(result, feeders)
    outcome = Outcome(season, intake, result, paid, feeders, time.monotonic() - started, time_limit)
    if as_json:
        print_json(plan_summary.as_json(intake, result, paid, feeders, outcome.seconds))
    else:
        _print(outcome, path, earlier_plan(season), full)
    return 1 if any(each.is_needed for each in intake.unread) else 0


def _refuse_announced(season: Path, db: str | None) -> None:
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.life.standing_season import require_unannounced

    with open_ledger(season, db) as ledger:
        require_unannounced(ledger)


def _refuse_errors(intake: Intake, season: Path) -> None:
    errors = intake.errors
    if errors:
        raise InputError(
            _("{n} errors in the season; --strict refuses to plan. The first: {message}").format(
                n=len(errors), message=errors[0].message
            ),
            str(season),
            _("mend them (scheduler check lists all), or plan without --strict"),
        )


def _print(outcome: Outcome, path: Path, earlier: Path | None, full: bool) -> None:
    """Print what the plan is without, who rides, what is paid, what next: one screen, or all of it."""
    intake = outcome.intake
    plan_summary.print_unread(intake.unread, plan_summary.UNREAD_SHOWN if full else UNREAD_FIRST)
    for found in intake.issues:
        if found.code == "R402":
            console().print(plain(f"{found.code} {found.file}: {found.message} -> {found.cure}"), soft_wrap=True)
    if not intake.problem.parties:
        click.echo(plan_summary.nobody(intake))
        return
    print_missing(outcome)
    if full:
        plan_summary.print_full(intake, outcome.plan, outcome.money, outcome.feeders, outcome.seconds)
    else:
        print_brief(outcome)
    out = console()
    out.print(_("Plan: {path}").format(path=path), soft_wrap=True, markup=False)
    if earlier:
        out.print(_("The earlier plan is kept: {path}").format(path=earlier), soft_wrap=True, markup=False)
    print_steps(outcome.steps())
