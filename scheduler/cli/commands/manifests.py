"""`scheduler manifests`: what each hand needs on the day, as PDF, workbooks and message texts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.cli.common import console, db_option, example_text, language_option, season_argument, who_option
from scheduler.cli.exporting import exporting, ids_option, moment, purpose_option, require_purpose
from scheduler.cli.help import Command
from scheduler.cli.older_lists import move_aside
from scheduler.cli.outputs import refuse_over_season
from scheduler.i18n import _

if TYPE_CHECKING:
    from scheduler.reports.visibility import IdChoice

MISSING_SHOWN = 20


@click.command(
    "manifests",
    cls=Command,
    help=_("Write what each hand needs on the day of SEASON's plan, printable on A4, into a folder:")
    + "\n\n"
    + _(
        "per run a pack (passenger list, timetable with safety reports, handover sheets), per day workbooks, "
        "lists for carriers, railway, townships, employers, destination stations, public notices, escorts, "
        "feeders, and message texts."
    )
    + example_text(
        "scheduler manifests demo -o demo/out",
        "scheduler manifests demo -o carriers --ids full --for contracts",
    ),
)
@season_argument
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", required=True, help=_("Folder to write into.")
)
@ids_option
@purpose_option
@who_option
@click.option(
    "--workers", type=click.IntRange(1, 64), metavar="N", default=2, help=_("Processes to write with (default: 2).")
)
@db_option
@language_option
def manifests(season: Path, output: Path, ids: IdChoice, purpose: str, who: str, workers: int, db: str | None) -> None:
    """Write the manifests."""
    from scheduler.reports.formats.document import Taken
    from scheduler.reports.manifests.write import write_all
    from scheduler.season.keyed import load_with_plan, plan_number
    from scheduler.season.ledger.ledger import open_ledger

    require_purpose(ids, purpose)
    refuse_over_season(season, folders=(output,))
    intake, plan, _frozen = load_with_plan(season, db)
    problem, number = intake.problem, plan_number(season, plan, db)
    with open_ledger(season, db, create=False) as ledger:
        earlier = ledger.events("exported")
    with (
        _progress() as show,
        exporting(season, db, command="manifests", who=who, purpose=purpose, plan=number) as export,
    ):
        taken = Taken(who, moment(), export.number)
        written = write_all(
            problem, plan, output, ids, workers, show, plan_number=str(number or ""), taken=taken, on_file=export.add
        )
        now = [file.path for file in export.files]
        moved, aside = move_aside(earlier, output, "manifests", now, export.add)
    click.echo(_("{n} files written to {path}").format(n=written.files, path=output))
    if moved:
        line = _("{n} lists of before that this plan does not have were moved to {path}: they hold no more.")
        click.echo(line.format(n=moved, path=aside))
    if plan.inputs_sha256 != problem.inputs_sha256:
        click.echo(
            _(
                "The season's files have changed since this plan was made: people are printed as they stand there now; "
                "scheduler verify tells whether the plan still holds."
            )
        )
    if ids == "full":
        click.echo(
            _("Full ID numbers were written: give those files only to carriers and ticketing, then delete them.")
        )
    if written.without_phone:
        line = _("{n} people have no mobile number in their party; they stand in a file of their own, to be phoned.")
        click.echo(line.format(n=written.without_phone))
    settings = problem.settings
    empty = [key for key in ("office", "duty_phone", "signature") if not getattr(settings, key)]
    if empty:
        line = _("season.toml has no {keys}: pages and messages do not say who issues them and whom to phone.")
        click.echo(line.format(keys=", ".join(empty)))
    if older := [path for path in written.older if path.exists()]:
        line = _(
            "{n} files in these folders are not of this plan: remove them, so that nobody uses an old list: {path}"
        )
        click.echo(line.format(n=len(older), path=older[0]) + (" …" if len(older) > 1 else ""))
    for character, ref in written.without_glyph[:MISSING_SHOWN]:
        line = _("No font has {code}; the PDF shows 〓 instead: {ref}")
        click.echo(line.format(code=f"U+{ord(character):04X}", ref=ref or "-"))
    if len(written.without_glyph) > MISSING_SHOWN:
        click.echo(_("and {n} more").format(n=len(written.without_glyph) - MISSING_SHOWN))


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*bar, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task(_("writing"), total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
