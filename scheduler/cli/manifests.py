"""`scheduler manifests`: what each hand needs on the day, as workbooks, PDF and message texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.cli.common import console, example_text, language_option, season_argument
from scheduler.i18n import _

if TYPE_CHECKING:
    from scheduler.reports.readers import IdChoice


@click.command(
    "manifests",
    help=_("Write the manifests of SEASON's plan into a folder: a workbook a day, a printable sheet a run.")
    + example_text("scheduler manifests demo -o demo/out", "scheduler manifests demo -o carrier --ids full"),
)
@season_argument
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help=_("Folder to write into."))
@click.option(
    "--ids",
    type=click.Choice(["full", "masked", "none"]),
    default="masked",
    help=_("ID numbers: full only for those who need them, masked (the default), or none."),
)
@language_option
def manifests(season: Path, output: Path, ids: IdChoice) -> None:
    """Write the manifests."""
    from scheduler.load import load
    from scheduler.reports.people import Book
    from scheduler.reports.write import write_all
    from scheduler.season.plans import read_plan

    plan = read_plan(season)
    book = Book(load(season).problem, plan)
    with _progress() as show:
        paths = write_all(book, output, ids, show)
    out = console()
    out.print(_("{n} files written to {path}").format(n=len(paths), path=output), markup=False)
    if ids == "full":
        out.print(_("Full ID numbers were written: give these files only to carriers and ticketing, then delete them."))


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*bar, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task(_("writing"), total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
