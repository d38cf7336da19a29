"""`scheduler plan`: load the season, solve, store plan/plan.json, print a summary a person can read."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.common import (
    MAX_SECONDS,
    Number,
    console,
    example_text,
    json_option,
    language_option,
    plain,
    print_json,
    season_argument,
)
from scheduler.cli.help import Command
from scheduler.cli.interrupt import Interrupt, interruptible
from scheduler.errors import InputError
from scheduler.i18n import _

if TYPE_CHECKING:
    from datetime import date

    from rich.table import Table

    from scheduler.itinerary import FeederSummary
    from scheduler.plan import Plan
    from scheduler.problem import Problem
    from scheduler.season.load import Intake, Unread
    from scheduler.solver.result import Phase, Progress


UNREAD_SHOWN = 10


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
) -> int:
    """Plan a season."""
    with interruptible() as interrupt:
        return _plan(season, time_limit, gap, seed, iterations, workers, strict, as_json, interrupt)


def _plan(
    season: Path,
    time_limit: float,
    gap: float,
    seed: int,
    iterations: int | None,
    workers: int,
    strict: bool,
    as_json: bool,
    interrupt: Interrupt,
) -> int:
    started = time.monotonic()
    from scheduler.season.load import load

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

    from scheduler.season.plans import earlier_plan, require_writable, store_plan
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
    seconds = time.monotonic() - started
    if as_json:
        print_json(_as_json(intake, result, seconds))
    else:
        _print(intake, result, seconds, path, earlier_plan(season))
    return 1 if any(each.is_needed for each in intake.unread) else 0


def _print(intake: Intake, result: Plan, seconds: float, path: Path, earlier: Path | None) -> None:
    _print_unread(intake.unread)
    for found in intake.issues:
        if found.code == "R402":
            console().print(plain(f"{found.code} {found.file}: {found.message} -> {found.cure}"), soft_wrap=True)
    if not intake.problem.parties:
        click.echo(_nobody(intake))
    else:
        _print_summary(intake, result, seconds)
        out = console()
        out.print(_("Plan: {path}").format(path=path), soft_wrap=True, markup=False)
        if earlier:
            out.print(_("The earlier plan is kept: {path}").format(path=earlier), soft_wrap=True, markup=False)


def _print_unread(unread: tuple[Unread, ...]) -> None:
    """Say first what the plan is without: it may look whole, and a township be missing."""
    if not unread:
        return
    out = console()
    heading = _("Not everything could be read; the plan is without it (scheduler check says where and what to do):")
    out.print(plain(heading, "bold red"), soft_wrap=True)
    for each in unread[:UNREAD_SHOWN]:
        where = " ".join(filter(None, (each.file, each.sheet)))
        if each.rows:
            form = _("{where}: {n} rows, the first is row {row}: {message}")
            text = form.format(where=where, n=len(each.rows), row=each.rows[0], message=each.message)
        else:
            text = f"{where}: {each.message}"
        out.print(plain(f"  {each.code} {text}"), soft_wrap=True)
    if len(unread) > UNREAD_SHOWN:
        out.print(_("and {n} more").format(n=len(unread) - UNREAD_SHOWN))
    out.print()


def _as_json(intake: Intake, result: Plan, seconds: float) -> dict[str, Any]:
    escorted, led, neither = _crews(result)
    feeders = _feeder_summary(intake.problem, result)
    return {
        "unread": [asdict(each) for each in intake.unread],
        "cost": result.cost.model_dump(),
        "bound": result.bound,
        "gap": result.gap,
        "runs": len(result.runs),
        "people": sum(run.load for run in result.runs),
        "unserved": sum(len(entry.refs) for entry in result.unserved),
        "set_aside": len(result.set_aside),
        "crews": {"escorted": escorted, "led": led, "neither": neither},
        "feeders": feeders
        and {
            "rounds": feeders.rounds,
            "km": feeders.km,
            "cost": feeders.cost_fen,
            "seats": feeders.seats,
            "carried": feeders.carried,
            "left": feeders.left_people,
        },
        "seconds": round(seconds, 1),
    }


def _crews(result: Plan) -> tuple[int, int, int]:
    """Return how many runs have an escort, a coach leader instead, neither."""
    escorted = sum(bool(run.escorts) for run in result.runs)
    led = sum(not run.escorts and run.leader is not None for run in result.runs)
    return escorted, led, len(result.runs) - escorted - led


def _feeder_summary(problem: Problem, result: Plan) -> FeederSummary | None:
    """Return all feeders in figures, None where the fleet has none."""
    if not problem.feeder_types:
        return None
    from scheduler.itinerary import feeder_summary

    return feeder_summary(problem, result.runs, result.feeders)


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
    cost = yuan(progress.cost_fen) if progress.cost_fen is not None else "-"
    bound = yuan(progress.bound_fen) if progress.bound_fen is not None else "-"
    gap = _percent(progress.gap) if progress.gap is not None else "-"
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


def yuan(fen: int) -> str:
    """Return fen as whole yuan with thousands separators."""
    return f"{fen / 100:,.0f}"


def _percent(gap: float) -> str:
    """Return a gap, never rounded down to none."""
    return "<0.01%" if 0 < gap < 0.0001 else f"{gap:.2%}"


def _amount(fen: int) -> str:
    return _("{amount} yuan").format(amount=yuan(fen))


def _nobody(intake: Intake) -> str:
    if intake.set_aside:
        text = _("Nobody can be planned: all {n} rows are set aside; scheduler check says why.")
        return text.format(n=f"{intake.set_aside:,}")
    return _("There are no people in the rosters yet: fill in the workbooks in the folder roster.")


def _print_summary(intake: Intake, result: Plan, seconds: float) -> None:
    from rich.table import Table

    table = Table(title=plain(result.season), show_header=False, title_justify="left", box=None, pad_edge=False)
    table.add_column(style="bold", overflow="fold")
    table.add_column(justify="right", overflow="fold")
    feeders = _feeder_summary(intake.problem, result)
    for rows in (_people_rows(result), cost_rows(result), _feeder_rows(feeders) if feeders else ()):
        for number, row in enumerate(rows):
            if not number and table.row_count:
                table.add_row()
            table.add_row(*row)
    table.add_row()
    table.add_row(_("Verified"), _("every rule and every cost"))
    table.add_row(_("Time"), _("{seconds:.0f} s").format(seconds=seconds))
    out = console()
    out.print(table)
    out.print()
    if result.unserved:
        out.print(_unserved_table(result))
        out.print()
    if feeders and feeders.left:
        out.print(_without_feeder_table(intake.problem, result, feeders))
        out.print()


def _people_rows(result: Plan) -> Iterator[tuple[str, str]]:
    served = sum(run.load for run in result.runs)
    left = sum(len(entry.refs) for entry in result.unserved)
    people = served + left
    yield _("People with a seat"), f"{served:,} / {people:,} ({served / people:.1%})"
    yield _("Left behind"), f"{left:,}"
    if result.set_aside:
        yield _("Rows set aside (scheduler check says why)"), f"{len(result.set_aside):,}"
    coaches = [run for run in result.runs if run.mode == "coach"]
    yield _("Coach runs"), f"{len(coaches):,}"
    yield _("Trains"), f"{len(result.runs) - len(coaches):,}"
    if coaches:
        seats, riders = sum(run.seats for run in coaches), sum(run.load for run in coaches)
        yield _("Coach load factor"), f"{riders / seats:.1%}"
        yield _("People a coach run"), f"{riders / len(coaches):.1f}"
    escorted, led, neither = _crews(result)
    yield _("Runs with an escort"), f"{escorted:,}"
    yield _("Runs with a coach leader instead"), f"{led:,}"
    if neither:
        yield _("Runs with neither: nobody on board can lead"), f"{neither:,}"


def cost_rows(result: Plan) -> Iterator[tuple[str, str]]:
    """Yield what the plan costs and what is proven of it, label and figure."""
    cost = result.cost
    yield _("Coaches and trains"), _amount(cost.runs)
    yield _("Train fares"), _amount(cost.seats)
    yield _("Date shifts"), _amount(cost.date_shift)
    yield _("Ways to the boarding points"), _amount(cost.access)
    yield _("People left behind"), _amount(cost.unserved)
    yield _("Total cost"), _amount(cost.total)
    if result.bound is None or result.gap is None:
        yield _("Proven: no plan costs less than"), _("not proven")
        return
    yield _("Proven: no plan costs less than"), _amount(result.bound)
    if result.bound == cost.total:
        yield _("Gap"), _("0 (proven optimal)")
        return
    yield _("Gap"), _percent(result.gap)
    if 0 < cost.unserved < cost.total:
        yield (
            _("Gap over cost less the unserved part"),
            _percent((cost.total - result.bound) / (cost.total - cost.unserved)),
        )


def _unserved_table(result: Plan) -> Table:
    from rich.table import Table

    people: Counter[tuple[str, str]] = Counter()
    said: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    for entry in result.unserved:
        key = str(entry.code), str(entry.proof)
        people[key] += len(entry.refs)
        said.setdefault(key, Counter())[entry.reason, entry.remedy] += len(entry.refs)
    table = Table(title=_("Why people are left behind"), title_justify="left")
    table.add_column(_("Code"), no_wrap=True)
    table.add_column(_("People"), justify="right")
    table.add_column(_("Reason"), overflow="fold")  # Chinese has no spaces to break at
    table.add_column(_("What would help"), overflow="fold")
    for key, count in people.most_common():
        ((reason, remedy), alike), *others = said[key].most_common()
        if others:  # the figures differ from party to party
            reason = _("{n} of them: {reason}").format(n=f"{alike:,}", reason=reason)
        table.add_row(key[0], f"{count:,}", plain(reason), plain(remedy))
    table.caption = _("The reason of each party stands in plan.json and on the list of its township.")
    table.caption_justify = "left"
    return table


def _feeder_rows(feeders: FeederSummary) -> Iterator[tuple[str, str]]:
    yield _("Beside the total: feeders"), _amount(feeders.cost_fen)
    km = _("{rounds} / {km} km").format(rounds=f"{feeders.rounds:,}", km=f"{feeders.km:,.0f}")
    yield _("Feeder rounds / their way"), km
    share = feeders.carried / feeders.seats if feeders.seats else 0
    yield _("Feeder seats used"), f"{feeders.carried:,} / {feeders.seats:,} ({share:.1%})"
    yield _("People without a feeder"), f"{feeders.left_people:,}"


def _without_feeder_table(problem: Problem, result: Plan, feeders: FeederSummary) -> Table:
    """Return who has no feeder, by date and reason: they come to the hub (go home from it) on their own."""
    from rich.table import Table

    from scheduler.operations.feeders.plan import minibuses_short

    short = minibuses_short(problem, result.runs, result.feeders)
    people: Counter[tuple[date, str, str]] = Counter()
    for left in feeders.left:
        day, remedy = left.need.date, left.remedy
        if left.is_scarce:
            remedy = _("{n} more minibuses suffice").format(n=short[day])
        people[day, left.reason, remedy] += len(left.need.refs)
    table = Table(title=_("Who has no feeder between township and hub"), title_justify="left")
    if any(left.is_scarce for left in feeders.left):
        table.caption = _("Longer waits at the hub (feeder_max_wait_min) need fewer minibuses.")
        table.caption_justify = "left"
    table.add_column(_("Date"), no_wrap=True)
    table.add_column(_("People"), justify="right")
    table.add_column(_("Reason"), overflow="fold")
    table.add_column(_("What would help"), overflow="fold")
    for (day, reason, remedy), count in sorted(people.items()):
        table.add_row(day.isoformat(), f"{count:,}", reason, remedy)
    return table
