"""`scheduler plan`: load the season, solve, store plan/plan.json, print a summary a person can read."""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.common import console, example_text, json_option, language_option, print_json, season_argument
from scheduler.cli.help import Command
from scheduler.errors import InputError
from scheduler.i18n import _

if TYPE_CHECKING:
    from rich.table import Table

    from scheduler.load import Intake
    from scheduler.plan import Plan
    from scheduler.solver.solve import Progress


@click.command(
    "plan",
    cls=Command,
    help=_("Assign every party of SEASON to a coach or a train at the least cost, and store plan/plan.json.")
    + "\n\n"
    + _("Ctrl-C ends the search and keeps the best plan found so far.")
    + example_text("scheduler plan demo --time-limit 120"),
)
@season_argument
@click.option(
    "--time-limit", type=click.FloatRange(min=0), metavar="S", default=60.0, help=_("Seconds to search (default: 60).")
)
@click.option(
    "--gap", type=click.FloatRange(0, 1), metavar="G", default=0.0, help=_("Stop at this proven gap, such as 0.02.")
)
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
    as_json: bool,
) -> None:
    """Plan a season."""
    started = time.monotonic()
    from scheduler.load import load

    intake = load(season)
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

    from scheduler.season.plans import store_plan
    from scheduler.solver.solve import solve

    with _progress_display(as_json) as show, _interruptible() as interrupted:
        result = solve(
            intake.problem,
            time_limit_s=time_limit,
            gap=gap,
            seed=seed,
            iterations=iterations,
            workers=workers,
            on_progress=show,
            stop=interrupted,
        )
    path = store_plan(season, result)
    seconds = time.monotonic() - started
    if as_json:
        print_json(_as_json(result, seconds))
    else:
        _print_summary(intake, result, path, seconds)


def _as_json(result: Plan, seconds: float) -> dict[str, Any]:
    return {
        "cost": result.cost.model_dump(),
        "bound": result.bound,
        "gap": result.gap,
        "runs": len(result.runs),
        "people": sum(run.load for run in result.runs),
        "unserved": sum(len(entry.refs) for entry in result.unserved),
        "set_aside": len(result.set_aside),
        "seconds": round(seconds, 1),
    }


@contextmanager
def _interruptible() -> Iterator[Any]:
    """Turn the first Ctrl-C into a request to stop; a second one interrupts at once."""
    asked = False

    def ask(_signal: int, _frame: object) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    previous = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, previous)


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
        last_s = -10.0

        def show(progress: Progress) -> None:
            nonlocal last_s
            if progress.elapsed_s - last_s >= 10:
                last_s = progress.elapsed_s
                click.echo(_progress_line(progress), err=True)

        yield show


def _progress_line(progress: Progress) -> str:
    cost = yuan(progress.cost_fen) if progress.cost_fen is not None else "-"
    bound = yuan(progress.bound_fen) if progress.bound_fen is not None else "-"
    gap = f"{progress.gap:.2%}" if progress.gap is not None else "-"
    return _(
        "{elapsed:5.0f} s  {phase}  cost {cost}  bound {bound}  gap {gap}  runs {runs}  people {served}/{people}"
    ).format(
        elapsed=progress.elapsed_s,
        phase=progress.phase,
        cost=cost,
        bound=bound,
        gap=gap,
        runs=progress.runs,
        served=progress.served,
        people=progress.people,
    )


def yuan(fen: int) -> str:
    """Return fen as whole yuan with thousands separators."""
    return f"{fen / 100:,.0f}"


def _print_summary(intake: Intake, result: Plan, path: Path, seconds: float) -> None:
    from rich.table import Table

    out = console()
    served = sum(run.load for run in result.runs)
    left = sum(len(entry.refs) for entry in result.unserved)
    coaches = [run for run in result.runs if run.mode == "coach"]
    seats, riders = sum(run.seats for run in coaches), sum(run.load for run in coaches)
    table = Table(title=result.season, show_header=False, title_justify="left", box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    people = served + left
    share = f" ({served / people:.1%})" if people else ""
    table.add_row(_("People with a seat"), f"{served:,} / {people:,}{share}")
    table.add_row(_("Left behind"), f"{left:,}")
    table.add_row(_("Rows set aside (scheduler check says why)"), f"{len(result.set_aside):,}")
    table.add_row(_("Coach runs"), f"{len(coaches):,}")
    table.add_row(_("Trains"), f"{len(result.runs) - len(coaches):,}")
    if seats:
        table.add_row(_("Coach load factor"), f"{riders / seats:.1%}")
        table.add_row(_("People a coach run"), f"{riders / len(coaches):.1f}")
    table.add_section()
    parts = (
        ("runs", _("Coaches and trains")),
        ("seats", _("Train fares")),
        ("date_shift", _("Date shifts")),
        ("access", _("Ways to the boarding points")),
        ("unserved", _("People left behind")),
        ("total", _("Total cost")),
    )
    for key, label in parts:
        table.add_row(label, _("{amount} yuan").format(amount=yuan(getattr(result.cost, key))))
    table.add_row(_("Proven: no plan costs less than"), _bound_text(result))
    if result.gap is not None:
        optimal = result.bound == result.cost.total
        table.add_row(_("Gap"), _("0 (proven optimal)") if optimal else f"{result.gap:.2%}")
    table.add_section()
    table.add_row(_("Verified"), _("every rule and every cost"))
    table.add_row(_("Time"), _("{seconds:.0f} s").format(seconds=seconds))
    out.print(table)
    if result.unserved:
        out.print()
        out.print(_unserved_table(result))
    out.print()
    out.print(_("Plan: {path}").format(path=path), soft_wrap=True)


def _bound_text(result: Plan) -> str:
    return _("not proven") if result.bound is None else _("{amount} yuan").format(amount=yuan(result.bound))


def _unserved_table(result: Plan) -> Table:
    from rich.table import Table

    people: Counter[tuple[str, str]] = Counter()
    remedy: dict[tuple[str, str], str] = {}
    for entry in result.unserved:
        key = entry.code, entry.reason
        people[key] += len(entry.refs)
        remedy.setdefault(key, entry.remedy)
    table = Table(title=_("Why people are left behind"), title_justify="left")
    table.add_column(_("Code"), no_wrap=True)
    table.add_column(_("People"), justify="right")
    table.add_column(_("Reason"), overflow="fold")  # Chinese has no spaces to break at
    table.add_column(_("What would help"), overflow="fold")
    for (code, reason), count in people.most_common(12):
        table.add_row(code, str(count), reason, remedy[code, reason])
    return table
