"""`scheduler replan`: plan again after changes, with the least disturbance of those who have been told."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.answers.plan_summary import print_unread
from scheduler.cli.commands.pins import obeyed_line, refuse_contradictions
from scheduler.cli.common import (
    console,
    db_option,
    example_text,
    json_option,
    language_option,
    now_option,
    plain,
    print_issues,
    print_json,
    season_argument,
    who_option,
)
from scheduler.cli.help import Command
from scheduler.cli.next_steps import after_replan, print_steps
from scheduler.cli.progress import percent, telling, yuan
from scheduler.cli.search_options import as_solve_options, limit_s, search_options
from scheduler.i18n import _, ngettext
from scheduler.interrupt import Interrupt, interruptible

if TYPE_CHECKING:
    from scheduler.plan import Plan
    from scheduler.season.life.differences import PersonChange, Seat
    from scheduler.solver.result import Progress, SolveOptions
    from scheduler.tabular.issues import Issue

MAX_ROWS = 20
"""So many people are shown on a terminal; --json lists them all."""
MAX_FILES = 5


@click.command(
    "replan",
    cls=Command,
    help=_("Plan SEASON again after changes; whoever has been told a seat keeps it unless moving them is worth it.")
    + "\n\n"
    + _(
        "Changes are the differences between the rosters now and the plan, and the rows of --changes. Runs that have "
        "departed, and announced runs that depart within freeze_hours, stay as they are."
    )
    + "\n\n"
    + _("Exit code 1 when a row of the changes cannot be done: the others are done.")
    + example_text("scheduler replan demo --changes 变更.xlsx", "scheduler replan demo --max-moved 20"),
)
@season_argument
@click.option(
    "--changes",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=_("Cancellations, other dates or destinations, lost coaches, cancelled trains: a row each."),
)
@click.option(
    "--max-moved", type=click.IntRange(min=0), metavar="N", default=None, help=_("Move at most N people told a seat.")
)
@click.option("--compare", is_flag=True, help=_("Say what staying put costs: plan once more as if nobody was told."))
@search_options
@now_option
@who_option
@db_option
@json_option
@language_option
def replan(
    season: Path,
    changes: Path | None,
    max_moved: int | None,
    compare: bool,
    now: datetime,
    who: str,
    db: str | None,
    as_json: bool,
    **search: Any,
) -> int:
    """Plan a season again."""
    with interruptible() as interrupt:
        return _replan(season, changes, max_moved, compare, now, who, db, as_json, interrupt, search)


def _replan(
    season: Path,
    changes: Path | None,
    max_moved: int | None,
    compare: bool,
    now: datetime,
    who: str,
    db: str | None,
    as_json: bool,
    interrupt: Interrupt,
    search: dict[str, Any],
) -> int:
    started = time.monotonic()
    with telling(as_json, limit_s(search)) as told:
        told.say(_("reading the rosters"))
        from scheduler.season.ledger.ledger import open_ledger
        from scheduler.season.life.differences import differences
        from scheduler.season.life.record_changes import record_changes
        from scheduler.season.life.standing_season import read_season
        from scheduler.season.plans import read_plan, record_plan, require_writable, store_plan

        issues: list[Issue] = []
        present = read_plan(season)
        with open_ledger(season, db, create=False) as ledger:
            standing = read_season(season, ledger)
            if changes is not None:
                issues = record_changes(ledger, standing, present, changes, who, now)
                standing = standing.later(ledger)
        standing.refuse_unread()
        problem = standing.at(now)
        commitments = standing.commitments(present, now, max_moved)
        refuse_contradictions(problem, present, commitments.frozen)
        require_writable(season, problem.people)
        told.say(_("starting the search"))
        from scheduler.solver.solve import solve

        interrupt.ends_command = True

        def progress(found: Progress) -> None:
            interrupt.ends_command = found.cost_fen is None
            told.show(found)

        options: SolveOptions = {
            **as_solve_options(search),
            "stop": interrupt.is_asked,
            "on_progress": progress,
            "commitments": commitments,
        }
        result = solve(problem, **options)
        free = None
        if compare and not interrupt.is_asked():
            options["commitments"] = replace(commitments, told=(), max_moved=None)
            free = solve(problem, **options)
    store_plan(season, result)
    number = record_plan(season, result, db, who=who, now=now, frozen=commitments.frozen, command="replan")
    all_told = {each.person: each for each in standing.all_told()}
    found = differences(problem, present, result, all_told)
    figures = _figures(result, found, len(commitments.told), free)
    if as_json:
        rows = [_as_row(each) for each in found]
        print_json(figures | {"changes": rows, "issues": [each.as_json() for each in issues]})
    else:
        print_unread(standing.loaded.unread)
        print_issues(issues)
        if missing := standing.missing():
            form = ngettext(
                "{n} person who has been told a seat is in no roster any more: taken as cancelled ({files}).",
                "{n} people who have been told a seat are in no roster any more: taken as cancelled ({files}).",
                len(missing),
            )
            files = _files_of(present, missing)
            console().print(plain(form.format(n=f"{len(missing):,}", files=files)), soft_wrap=True)
        _print(number, figures, found, max_moved, time.monotonic() - started)
        if obeyed := obeyed_line(problem):
            console().print(obeyed, soft_wrap=True)
        print_steps(after_replan(season))
    is_refused = any(each.severity == "error" for each in issues)
    return 1 if is_refused or any(each.is_needed for each in standing.loaded.unread) else 0


def _files_of(present: Plan, missing: Collection[str]) -> str:
    """Return the files in which people stood when the plan that stands was made, and how many in each."""
    counts = Counter(rider.ref.split("!")[0] for _run, rider in present.passengers() if rider.person in missing)
    shown = [f"{name} {number}" for name, number in counts.most_common(MAX_FILES)]
    return _(", ").join(shown) + (" …" if len(counts) > MAX_FILES else "")


def _figures(result: Plan, found: Sequence[PersonChange], told: int, free: Plan | None) -> dict[str, Any]:
    kinds = Counter(each.kind for each in found)
    moved = sum(each.is_moved for each in found)
    return {
        "cost": result.cost.model_dump(),
        "bound": result.bound,
        "gap": result.gap,
        "moved": moved,
        "added": kinds["served"],
        "cancelled": kinds["cancelled"],
        "changed": kinds["changed"],
        "unserved": sum(len(entry.persons) for entry in result.unserved),
        "kept_share": round(1 - moved / told, 4) if told else 1.0,
        "free": None if free is None else {"cost": free.cost.total, "bound": free.bound},
    }


def _as_row(change: PersonChange) -> dict[str, Any]:
    return {
        "person": change.person,
        "kind": change.kind,
        "from": _as_seat(change.before),
        "to": _as_seat(change.after),
        "reason": reason_text(change),
    }


def _as_seat(seat: Seat | None) -> dict[str, Any] | None:
    if seat is None:
        return None
    return {
        "run": seat.run,
        "date": seat.date.isoformat(),
        "board": seat.board,
        "depart": None if seat.depart is None else seat.depart.strftime("%Y-%m-%dT%H:%M"),
        "alight": seat.alight,
    }


def reason_text(change: PersonChange) -> str:
    """Return in words why something changes for a person."""
    return {
        "train_cancelled": _("the train does not run"),
        "vehicle_lost": _("there are fewer coaches of this type than before"),
        "run_ended": _("the run does not take place any more"),
        "pinned": _("the dispatcher has decided so (pins.csv)"),
        "asked": _("the person asked for something else"),
        "cancelled": _("the person does not travel any more"),
        "new": _("registered since the last plan"),
        "seat_free": _("a seat has become free"),
        "cheaper": _("this costs less altogether, the disturbance included"),
        "no_seat": _("no seat is left at a cost below leaving them"),
    }[change.reason]


def _print(
    number: int, figures: dict[str, Any], found: Sequence[PersonChange], max_moved: int | None, seconds: float
) -> None:
    from rich.table import Table

    out = console()
    table = Table(title=_("Planned again"), show_header=False, title_justify="left", box=None, pad_edge=False)
    table.add_column(style="bold", overflow="fold")
    table.add_column(justify="right", overflow="fold")
    cost = figures["cost"]
    for label, text in (
        (_("Plan"), str(number)),
        (_("People told who must be told something else"), f"{figures['moved']:,}"),
        (_("People told who keep what they were told"), f"{figures['kept_share']:.1%}"),
        (_("New people with a seat"), f"{figures['added']:,}"),
        (_("People who do not travel any more"), f"{figures['cancelled']:,}"),
        (_("People who asked for something else"), f"{figures['changed']:,}"),
        (_("Left behind"), f"{figures['unserved']:,}"),
        (_("Total cost"), yuan(cost["total"])),
        (_("of it for moving people"), yuan(cost["moves"])),
        (_("Gap"), "-" if figures["gap"] is None else percent(figures["gap"])),
        (_("Verified"), _("every rule and every cost")),
        (_("Time"), _("{seconds:.0f} s").format(seconds=seconds)),
    ):
        table.add_row(label, text)
    if figures["free"]:
        table.add_row(_("Cost if nobody had been told"), yuan(figures["free"]["cost"]))
    out.print(table)
    if max_moved is not None and figures["moved"] > max_moved:
        form = ngettext(
            "No legal plan moves {most} person or fewer: {moved} have to be moved.",
            "No legal plan moves {most} people or fewer: {moved} have to be moved.",
            max_moved,
        )
        out.print(form.format(most=max_moved, moved=figures["moved"]), soft_wrap=True)
    told_anew = [each for each in found if each.is_moved]
    if told_anew:
        out.print()
        out.print(_changes_table(told_anew))
    out.print()


def _changes_table(found: Sequence[PersonChange]) -> Any:
    from rich.table import Table

    counts = Counter((each.before.run if each.before else "", reason_text(each)) for each in found)
    targets: dict[tuple[str, str], Counter[str]] = {}
    for each in found:
        key = each.before.run if each.before else "", reason_text(each)
        targets.setdefault(key, Counter())[each.after.run if each.after else _("no seat")] += 1
    table = Table(title=_("Who is moved, and why"), title_justify="left")
    table.add_column(_("From run"), overflow="fold")
    table.add_column(_("People"), justify="right")
    table.add_column(_("To run"), overflow="fold")
    table.add_column(_("Why"), overflow="fold")
    for (run, why), number in counts.most_common(MAX_ROWS):
        to = _(", ").join(f"{name} {count}" for name, count in targets[run, why].most_common(3))
        table.add_row(plain(run), str(number), plain(to), plain(why))
    if len(counts) > MAX_ROWS:
        table.caption = _("and {n} more").format(n=len(counts) - MAX_ROWS)
    return table
