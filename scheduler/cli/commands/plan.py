"""`scheduler plan`: load the season, solve, store plan/plan.json, print a summary a person can read."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.commands import plan_summary
from scheduler.cli.common import (
    MAX_SECONDS,
    Number,
    console,
    db_option,
    example_text,
    json_option,
    language_option,
    print_json,
    season_argument,
    user_name,
)
from scheduler.cli.help import Command
from scheduler.errors import InputError
from scheduler.i18n import _
from scheduler.interrupt import Interrupt, interruptible

if TYPE_CHECKING:
    from scheduler.solver.result import Phase, Progress


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
@click.option("--gap", type=Number(0, 1), metavar="G", default=0.0, help=_("Stop at this proven gap, such as 0.02."))
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
@click.option("--strict", is_flag=True, help=_("Refuse to plan while the rosters or tables hold errors."))
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
    strict: bool,
    db: str | None,
    as_json: bool,
) -> int:
    """Plan a season."""
    with interruptible() as interrupt:
        return _plan(season, time_limit, gap, seed, iterations, workers, strict, db, as_json, interrupt)


def _plan(
    season: Path,
    time_limit: float,
    gap: float,
    seed: int,
    iterations: int | None,
    workers: int,
    strict: bool,
    db: str | None,
    as_json: bool,
    interrupt: Interrupt,
) -> int:
    started = time.monotonic()
    from scheduler.season.keyed import load_to_plan

    # Whoever cannot record the plan in the ledger is told now, not after the search.
    intake = load_to_plan(season, db)
    intake.refuse_slips()
    errors = [issue for issue in intake.issues if issue.severity == "error"]
    if errors and strict:
        first = errors[0]
        raise InputError(
            _("{n} errors in the season; --strict refuses to plan. The first: {message}").format(
                n=len(errors), message=first.message
            ),
            str(season),
            _("mend them (scheduler check lists all), or plan without --strict"),
        )

    from scheduler.season.plans import earlier_plan, record_plan, require_writable, store_plan
    from scheduler.solver.solve import solve

    require_writable(season, intake.problem.people)
    with _progress_display(as_json) as show:

        def progress(progress: Progress) -> None:
            interrupt.ends_command = progress.cost_fen is None  # there is no plan to keep yet
            if show is not None:
                show(progress)

        result = solve(
            intake.problem,
            time_limit_s=time_limit,
            gap=gap,
            seed=seed,
            iterations=iterations,
            workers=workers,
            on_progress=progress,
            stop=interrupt.is_asked,
        )
    if not result.runs and result.unserved and (intake.unread or not intake.problem.vehicle_types):
        # A bound on the cost of carrying nobody, for want of input, would be taken for praise of the plan.
        result = result.model_copy(update={"bound": None, "gap": None})
    path = store_plan(season, result)
    record_plan(season, result, db, who=user_name())
    seconds = time.monotonic() - started
    if as_json:
        print_json(plan_summary.as_json(intake, result, seconds))
    else:
        plan_summary.print_plan(intake, result, seconds, path, earlier_plan(season))
    return 1 if any(each.is_needed for each in intake.unread) else 0


@contextmanager
def _progress_display(quiet: bool) -> Iterator[Any]:
    """Show time, cost, bound, gap, runs and people served: one live line on a terminal, else a line now and then."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        from rich.live import Live

        with Live(console=console(stderr=True), transient=True, refresh_per_second=4) as live:
            yield lambda progress: live.update(_progress_line(progress))
    else:
        last_s, has_plan = -10.0, False

        def show(progress: Progress) -> None:
            nonlocal last_s, has_plan
            is_first = progress.cost_fen is not None and not has_plan
            if is_first or progress.elapsed_s - last_s >= 10:
                last_s, has_plan = progress.elapsed_s, has_plan or is_first
                with suppress(OSError):  # nobody reads it any more, but somebody wants the plan
                    click.echo(_progress_line(progress), err=True)

        yield show


def _progress_line(progress: Progress) -> str:
    cost = plan_summary.yuan(progress.cost_fen) if progress.cost_fen is not None else "-"
    bound = plan_summary.yuan(progress.bound_fen) if progress.bound_fen is not None else "-"
    gap = plan_summary.percent(progress.gap) if progress.gap is not None else "-"
    return _(
        "{elapsed:5.0f} s  {phase}  cost {cost}  bound {bound}  gap {gap}  runs {runs}  people {served}/{people}"
    ).format(
        elapsed=progress.elapsed_s,
        phase=_phase(progress.phase),
        cost=cost,
        bound=bound,
        gap=gap,
        runs=progress.runs,
        served=progress.served,
        people=progress.people,
    )


def _phase(phase: Phase) -> str:
    return {"first_plan": _("first plan"), "search": _("search"), "done": _("done")}[phase]
