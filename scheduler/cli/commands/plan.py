"""`scheduler plan`: load the season, solve, store plan/plan.json, print a summary a person can read."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.answers import plan_summary
from scheduler.cli.answers.plan_brief import NOTHING_TO_RIDE, Outcome, print_brief, print_missing
from scheduler.cli.commands.pins import obeyed_line, refuse_contradictions
from scheduler.cli.common import (
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
from scheduler.cli.next_steps import command_line, print_steps
from scheduler.cli.progress import telling, yuan
from scheduler.cli.search_options import as_solve_options, limit_s, search_options
from scheduler.errors import InputError
from scheduler.i18n import _, ngettext
from scheduler.interrupt import Interrupt, interruptible
from scheduler.season.folder import SeasonFolder

if TYPE_CHECKING:
    from scheduler.plan import Plan
    from scheduler.season.load import Intake
    from scheduler.solver.result import Progress, SolveOptions

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
@search_options
@click.option(
    "--params",
    "params_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    default=None,
    help=_("TOML file with parameters of the solver, for experiments."),
)
@click.option("--strict", is_flag=True, help=_("Refuse to plan while the rosters or tables hold errors."))
@click.option(
    "--keep-best/--replace",
    default=True,
    help=_(
        "Of two plans of the same rosters and tables the better one stays the current one (default); "
        "with --replace the one found now takes its place."
    ),
)
@click.option("--anew", is_flag=True, help=_("Plan from nothing although people have been told their seats."))
@click.option("--full", is_flag=True, help=_("Print all figures and reasons, not only the first screen."))
@db_option
@json_option
@language_option
def plan(
    season: Path,
    params_file: Path | None,
    strict: bool,
    keep_best: bool,
    anew: bool,
    db: str | None,
    full: bool,
    as_json: bool,
    **search: Any,
) -> int:
    """Plan a season."""
    with interruptible() as interrupt:
        return _plan(season, search, params_file, strict, keep_best, anew, db, full, as_json, interrupt)


def _plan(
    season: Path,
    search: dict[str, Any],
    params_file: Path | None,
    strict: bool,
    keep_best: bool,
    anew: bool,
    db: str | None,
    full: bool,
    as_json: bool,
    interrupt: Interrupt,
) -> int:
    started = time.monotonic()
    with telling(as_json, limit_s(search)) as told:
        told.say(_("reading the rosters"))
        from scheduler.season.keyed import load_to_plan, plan_number
        from scheduler.season.plans import record_plan, require_writable, store_if_better
        from scheduler.solver.params_file import load_params

        params = load_params(params_file) if params_file is not None else None
        # Whoever cannot record the plan in the ledger is told now, not after the search.
        intake = load_to_plan(season, db)
        present, present_number = _look_at_ledger(season, db, anew)
        intake.refuse_slips()
        if strict:
            _refuse_errors(intake, season)
        refuse_contradictions(intake.problem, present)
        require_writable(season, intake.problem.people)
        told.say(_("starting the search"))
        from scheduler.solver.solve import solve

        def progress(progress: Progress) -> None:
            interrupt.ends_command = progress.cost_fen is None  # there is no plan to keep yet
            told.show(progress)

        options: SolveOptions = {
            **as_solve_options(search),
            "on_progress": progress,
            "stop": interrupt.is_asked,
            "params": params,
            # By counted work a plan depends on nothing else; with --replace what stands is not wanted.
            "stands": present if keep_best and not anew and search["iterations"] is None else None,
        }
        result = solve(intake.problem, **options)
    if not result.runs and result.unserved and (intake.unread or not intake.problem.vehicle_types):
        # A bound on the cost of carrying nobody, for want of input, would be taken for praise of the plan.
        result = result.model_copy(update={"bound": None, "gap": None})
    before, is_current = store_if_better(season, result, lambda one: keep_best and _is_better(one, result, intake))
    found = number = record_plan(season, result, db, who=user_name())
    # Another program may have planned meanwhile.
    before_number = present_number if before is None or before == present else plan_number(season, before, db)
    standing = result
    if before is not None and not is_current:
        standing, number = before, _stays(season, before, db)
    from scheduler.reports.money import feeders_of, money

    feeders = feeders_of(intake.problem, standing)
    paid = money(intake.problem, standing)
    outcome = Outcome(season, intake, standing, paid, feeders, time.monotonic() - started, search["time_limit"])
    if as_json:
        figures = plan_summary.as_json(intake, standing, paid, feeders, outcome.seconds)
        not_taken = None if standing is result else _figures(result) | {"number": found}
        print_json(figures | {"number": number, "stored": standing is result, "found": not_taken})
    else:
        _print(outcome, full)
        if intake.problem.parties:
            _print_stored(outcome, number)
            if standing is not result:
                _print_kept(outcome, result, found)
            elif before is not None:
                _print_replaced(outcome, before, before_number, _is_better(before, result, intake))
            print_steps(outcome.steps())
    return 1 if any(each.is_needed for each in intake.unread) else 0


def _is_better(before: Plan, result: Plan, intake: Intake) -> bool:
    """Tell whether an earlier plan of the same inputs is better than a new one, and obeys all rules today.

    The one that costs less is better; of the same cost, the one whose bound proves more.
    """
    from scheduler.verify import verify

    is_same = before.inputs_sha256 == result.inputs_sha256 and before.told == result.told
    ranks = [(plan.cost.total, -(plan.bound or 0)) for plan in (before, result)]
    return is_same and ranks[0] < ranks[1] and not verify(intake.problem, before)


def _stays(season: Path, better: Plan, db: str | None) -> int:
    """Say in the ledger that the better plan is the current one again, since plans count as current once recorded."""
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.life.kept_plans import record_use
    from scheduler.season.plans import current_number

    with open_ledger(season, db) as ledger, ledger.writing():
        number = current_number(better, ledger, who=user_name())
        record_use(ledger, number, who=user_name())
    return number


def _figures(plan: Plan) -> dict[str, Any]:
    return {"cost": plan.cost.total, "bound": plan.bound, "gap": plan.gap}


def _look_at_ledger(season: Path, db: str | None, anew: bool) -> tuple[Plan | None, int | None]:
    """Refuse to plan anew what people have been told; return the current plan and its number, a new one if edited."""
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.life.standing_season import require_unannounced
    from scheduler.season.plans import current_number, standing_plan

    present = standing_plan(season)
    with open_ledger(season, db) as ledger:
        if not anew:
            require_unannounced(ledger)
        return present, None if present is None else current_number(present, ledger, who=user_name())


def _refuse_errors(intake: Intake, season: Path) -> None:
    errors = intake.errors
    if errors:
        raise InputError(
            ngettext(
                "{n} error in the season; --strict refuses to plan: {message}",
                "{n} errors in the season; --strict refuses to plan. The first: {message}",
                len(errors),
            ).format(n=len(errors), message=errors[0].message),
            str(season),
            _("mend them (scheduler check lists all), or plan without --strict"),
        )


def _print(outcome: Outcome, full: bool) -> None:
    """Print what the plan is without, who rides, what is paid: one screen, or all of it."""
    intake = outcome.intake
    plan_summary.print_unread(intake.unread, plan_summary.UNREAD_SHOWN if full else UNREAD_FIRST)
    for found in intake.issues:
        if found.code == NOTHING_TO_RIDE:
            console().print(plain(f"{found.code} {found.file}: {found.message} -> {found.cure}"), soft_wrap=True)
    if not intake.problem.parties:
        click.echo(plan_summary.nobody(intake))
        return
    print_missing(outcome)
    if full:
        plan_summary.print_full(intake, outcome.plan, outcome.money, outcome.feeders, outcome.seconds)
    else:
        print_brief(outcome)
    if obeyed := obeyed_line(intake.problem):
        console().print(obeyed, soft_wrap=True)


def _print_stored(outcome: Outcome, number: int | None) -> None:
    path = SeasonFolder(outcome.season).plan
    console().print(_("Plan {number}: {path}").format(number=number, path=path), soft_wrap=True, markup=False)


def _print_kept(outcome: Outcome, found: Plan, number: int) -> None:
    """Say that the plan found now is not the one above, and how to take it all the same."""
    more = found.cost.total - outcome.plan.cost.total
    if more:
        form = _("The plan found now costs {more} yuan more, so the one above stays; to take it: {command}")
    else:
        form = _("The plan found now costs the same and proves less, so the one above stays; to take it: {command}")
    text = form.format(more=yuan(more), command=command_line("use", outcome.season, number))
    console().print(plain(text, "bold yellow"), soft_wrap=True)


def _print_replaced(outcome: Outcome, before: Plan, number: int | None, is_worse: bool) -> None:
    """Say which plan was replaced and how to take it back, and that it was the better one where it was."""
    more = outcome.plan.cost.total - before.cost.total
    form, style = _("Plan {number}, which it replaces, is kept: {command}"), ""
    if is_worse and more:
        form = _("It costs {more} yuan more than plan {number} of the same season; to take that back: {command}")
        style = "bold yellow"
    text = form.format(number=number, more=yuan(more), command=command_line("use", outcome.season, number))
    console().print(plain(text, style), soft_wrap=True)
