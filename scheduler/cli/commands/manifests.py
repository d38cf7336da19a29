"""`scheduler manifests`: what each hand needs on the day, as PDF, workbooks and message texts."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.cli.common import console, db_option, example_text, language_option, season_argument, who_option
from scheduler.cli.exporting import exporting, ids_option, moment, purpose_option, require_purpose
from scheduler.cli.help import Command
from scheduler.cli.older_lists import move_aside
from scheduler.cli.outputs import refuse_over_season
from scheduler.errors import UsageError
from scheduler.i18n import _, ngettext

if TYPE_CHECKING:
    from scheduler.files import PersonalFile
    from scheduler.plan import Plan
    from scheduler.problem import Problem
    from scheduler.reports.manifests.guide import Extra
    from scheduler.reports.manifests.write import Written
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
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help=_("Folder to write into."))
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help=_("Only the runs of this day."))
@click.option(
    "--with",
    "extras",
    type=click.Choice(["labels", "charter", "cards"]),
    multiple=True,
    help=_("Also stickers and seat cards, charter filings, emergency cards; may be repeated."),
)
@click.option(
    "--zip",
    "pack",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=_("Write all of it into this zip file, with a password that is asked for (or SCHEDULER_ZIP_PASSWORD)."),
)
@ids_option
@purpose_option
@who_option
@click.option(
    "--workers", type=click.IntRange(1, 64), metavar="N", default=2, help=_("Processes to write with (default: 2).")
)
@db_option
@language_option
def manifests(
    season: Path,
    output: Path | None,
    day: datetime | None,
    extras: tuple[Extra, ...],
    pack: Path | None,
    ids: IdChoice,
    purpose: str,
    who: str,
    workers: int,
    db: str | None,
) -> None:
    """Write the manifests."""
    from scheduler.reports.formats.document import Taken
    from scheduler.reports.manifests.write import write_all
    from scheduler.season.keyed import load_with_plan, plan_number
    from scheduler.season.ledger.ledger import open_ledger

    if output is None and pack is None:
        context = click.get_current_context()
        [missing] = [each for each in context.command.params if each.name == "output"]
        raise click.MissingParameter(ctx=context, param=missing)
    if output is not None and pack is not None:
        raise UsageError(_("the files need one place"), "-o/--zip", _("name a folder with -o, or a file with --zip"))
    require_purpose(ids, purpose)
    refuse_over_season(season, folders=(output,), files=(pack,))
    password = "" if pack is None else _password()
    intake, plan, _frozen = load_with_plan(season, db)
    problem, number = intake.problem, plan_number(season, plan, db)
    with open_ledger(season, db, create=False) as ledger:
        earlier = ledger.events("exported")
    shown = plan if day is None else _of_day(plan, day.date())
    moved, aside = 0, Path()
    with (
        _progress() as show,
        exporting(season, db, command="manifests", who=who, purpose=purpose, plan=number) as export,
        _folder(output, pack) as folder,
    ):
        taken = Taken(who, moment(), export.number)
        files: list[PersonalFile] = []
        written = write_all(
            problem,
            shown,
            folder,
            ids,
            workers,
            show,
            plan_number=str(number or ""),
            taken=taken,
            on_file=export.add if pack is None else files.append,
            extras=extras,
        )
        if pack is not None:
            from scheduler.files import PersonalFile
            from scheduler.reports.day_pack import write_pack

            write_pack(pack, folder, password)
            export.add(PersonalFile(pack, "duty", ids, sum(file.people for file in files)))
        elif day is None:  # the lists of other days hold on
            now = [file.path for file in export.files]
            moved, aside = move_aside(earlier, folder, "manifests", now, export.add)
    click.echo(
        ngettext("{n} file written to {path}", "{n} files written to {path}", written.files).format(
            n=written.files, path=output or pack
        )
    )
    if pack is not None and not password:
        click.echo(_("The zip file has no password: whoever gets it can read it. SCHEDULER_ZIP_PASSWORD sets one."))
    if moved:
        line = ngettext(
            "{n} list of before that this plan does not have was moved to {path}: it holds no more.",
            "{n} lists of before that this plan does not have were moved to {path}: they hold no more.",
            moved,
        )
        click.echo(line.format(n=moved, path=aside))
    _say_what_to_know(written, problem, plan, ids, is_whole=pack is None and day is None)


def _say_what_to_know(written: Written, problem: Problem, plan: Plan, ids: IdChoice, is_whole: bool) -> None:
    """Say what whoever hands the files out has to know; of a whole plan also which files of the folders are old."""
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
        line = ngettext(
            "{n} person has no mobile number in their party, and stands in a file apart, to be phoned.",
            "{n} people have no mobile number in their party; they stand in a file of their own, to be phoned.",
            written.without_phone,
        )
        click.echo(line.format(n=written.without_phone))
    settings = problem.settings
    empty = [key for key in ("office", "duty_phone", "signature") if not getattr(settings, key)]
    if empty:
        line = _("season.toml has no {keys}: pages and messages do not say who issues them and whom to phone.")
        click.echo(line.format(keys=", ".join(empty)))
    if is_whole and (older := [path for path in written.older if path.exists()]):
        line = ngettext(
            "{n} file in these folders is not of this plan: remove it, so that nobody uses an old list: {path}",
            "{n} files in these folders are not of this plan: remove them, so that nobody uses an old list: {path}",
            len(older),
        )
        click.echo(line.format(n=len(older), path=older[0]) + (" …" if len(older) > 1 else ""))
    for character, ref in written.without_glyph[:MISSING_SHOWN]:
        line = _("No font has {code}; the PDF shows 〓 instead: {ref}")
        click.echo(line.format(code=f"U+{ord(character):04X}", ref=ref or "-"))
    if len(written.without_glyph) > MISSING_SHOWN:
        click.echo(_("and {n} more").format(n=len(written.without_glyph) - MISSING_SHOWN))


def _of_day(plan: Plan, day: date) -> Plan:
    """Return what of a plan is of one day: its runs and their minibuses."""
    runs = tuple(run for run in plan.runs if run.date == day)
    if not runs:
        days = sorted({run.date.isoformat() for run in plan.runs})
        cure = _("the plan has runs from {first} to {last}").format(first=days[0], last=days[-1]) if days else ""
        raise UsageError(_("no run leaves on this day"), day.isoformat(), cure or _("plan first"))
    kept = {run.id for run in runs}
    feeders = tuple(feeder for feeder in plan.feeders if feeder.serves in kept)
    return plan.model_copy(update={"runs": runs, "feeders": feeders, "unserved": ()})


def _password() -> str:
    """Return the password of the zip: from the environment, else asked for on a terminal; empty for none."""
    from scheduler.reports.day_pack import require_encryption

    password = os.environ.get("SCHEDULER_ZIP_PASSWORD", "")
    if not password and sys.stdin.isatty():
        asked = _("Password of the zip file (empty: none)")
        again = _("Once more")
        password = click.prompt(
            asked, default="", hide_input=True, show_default=False, confirmation_prompt=again, err=True
        )
    if password:
        require_encryption()
    return password


@contextmanager
def _folder(output: Path | None, pack: Path | None) -> Iterator[Path]:
    """Yield the folder to write into: a hidden one beside the zip file, gone afterwards, where there is one."""
    if output is not None or pack is None:
        yield output or Path()
        return
    pack.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".pack-", dir=pack.parent) as folder:
        yield Path(folder)


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
