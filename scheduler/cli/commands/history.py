"""`scheduler history`: seasons side by side, who came, and a season kept without anybody in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.common import console, db_option, example_text, json_option, language_option, plain, print_json
from scheduler.cli.help import Command
from scheduler.cli.outputs import refuse_over_season
from scheduler.errors import UsageError
from scheduler.i18n import _, ngettext

if TYPE_CHECKING:
    from scheduler.day.archive import Archive
    from scheduler.day.who_came import Advice, Rate, RunShow
    from scheduler.plan import Plan
    from scheduler.problem import Problem

_FILE = click.Path(path_type=Path, dir_okay=False)
GROUPS_SHOWN = 10


@click.command(
    "history",
    cls=Command,
    help=_("Set seasons side by side: runs, people, people a run, load factor, cost a head; and who came.")
    + "\n\n"
    + _("A season is a folder, or a file that --archive wrote: without names, ID numbers and telephones, to be kept.")
    + example_text(
        "scheduler history 2026.json 2027 --html history.html", "scheduler history 2027 --archive 2027.json"
    ),
)
@click.argument("seasons", metavar="SEASON...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--csv", "csv_file", type=_FILE, metavar="FILE", help=_("Write the table to this CSV file."))
@click.option(
    "--html", "html_file", type=_FILE, metavar="FILE", help=_("Write one offline page with charts to this file.")
)
@click.option(
    "--archive",
    "archive_file",
    type=_FILE,
    metavar="FILE",
    help=_("Write the season to this file without anybody in it; scheduler verify takes it."),
)
@db_option
@json_option
@language_option
def history(
    seasons: tuple[Path, ...],
    csv_file: Path | None,
    html_file: Path | None,
    archive_file: Path | None,
    db: str | None,
    as_json: bool,
) -> None:
    """Set seasons side by side."""
    from scheduler.day.who_came import advice, rates
    from scheduler.files import write_whole
    from scheduler.reports.history import history_page, season_line
    from scheduler.text_cells import csv_text

    if archive_file is not None and len(seasons) > 1:
        raise UsageError(_("one season has one archive"), "--archive", _("name one season"))
    outputs = [file for file in (csv_file, html_file, archive_file) if file is not None]
    for season in seasons:
        refuse_over_season(season, files=outputs)
        if season in outputs:
            raise UsageError(_("two outputs have the same name"), str(season), _("name another folder or file"))
    lines: list[dict[str, Any]] = []
    shows: list[RunShow] = []
    for season in seasons:
        problem, plan, came = _read(season, db)
        lines.append(season_line(problem, plan))
        shows += came
    found = advice(shows)
    townships, destinations = (rates(shows, key) for key in (lambda g: g.township, lambda g: g.destination))
    figures = {
        "seasons": lines,
        "by_township": _as_json(townships),
        "by_destination": _as_json(destinations),
        "advice": None if found is None else _advice_json(found),
    }
    if csv_file is not None:
        rows = [["" if value is None else value for value in line.values()] for line in lines]
        write_whole(csv_file, csv_text([tuple(lines[0]), *rows]))
    if html_file is not None:
        write_whole(html_file, history_page(figures, "" if found is None else advice_text(found), date.today()))
    if archive_file is not None:
        from scheduler.day.archive import write_archive

        write_archive(archive_file, _whole(seasons[0], db))
    if as_json:
        print_json(figures)
        return
    _print(lines, townships, destinations, found)
    for path in outputs:
        click.echo(_("written: {path}").format(path=path))


def _read(season: Path, db: str | None) -> tuple[Problem, Plan, tuple[RunShow, ...]]:
    """Return a season with its plan, and what became of its seats where anything has left."""
    from scheduler.day.archive import is_archive
    from scheduler.season.load import load
    from scheduler.season.plans import read_plan

    if not is_archive(season):
        plan = read_plan(season)
        if not _has_left(season, db):
            return load(season).problem, plan, ()
    whole = _whole(season, db)
    return whole.problem, whole.plan, whole.shows


def _has_left(season: Path, db: str | None) -> bool:
    """Tell whether any run has left; none has where there is no ledger to say so."""
    from scheduler.season.folder import SeasonFolder
    from scheduler.season.ledger.ledger import open_ledger

    if db is None and not SeasonFolder(season).database.exists():
        return False
    with open_ledger(season, db, create=False) as ledger:
        return bool(ledger.events("departed"))


def _whole(season: Path, db: str | None) -> Archive:
    """Return a season with all that an archive holds."""
    from scheduler.day.archive import Archive, is_archive, read_archive
    from scheduler.day.who_came import run_shows
    from scheduler.season.keyed import load_with_plan
    from scheduler.season.ledger.ledger import open_ledger

    if is_archive(season):
        return read_archive(season)
    intake, plan, frozen = load_with_plan(season, db)
    with open_ledger(season, db, create=False) as ledger:
        events = ledger.events()
    return Archive(intake.problem, plan, frozen, run_shows(intake.problem, plan, events))


def _as_json(found: dict[str, Rate]) -> dict[str, dict[str, Any]]:
    return {
        name: {"planned": each.planned, "came": each.came, "share": round(each.share, 4)}
        for name, each in found.items()
    }


def _advice_json(found: Advice) -> dict[str, Any]:
    return {
        "reserve_seats": found.reserve_seats,
        "coaches": found.coaches,
        "late_a_coach": round(found.late_a_coach, 2),
        "free_anyhow": found.free_anyhow,
    }


def advice_text(found: Advice) -> str:
    """Return how many seats to keep free, and why."""
    form = ngettext(
        "reserve_seats = {n}: of the coach that left, {late:.1f} people got their seat late, and {free} with a seat "
        "did not come.",
        "reserve_seats = {n}: of {coaches} coaches that left, {late:.1f} people a coach got their seat late, and on "
        "four of five at least {free} with a seat did not come.",
        found.coaches,
    )
    return form.format(n=found.reserve_seats, coaches=found.coaches, late=found.late_a_coach, free=found.free_anyhow)


_FORMS = ("{:,}", "{:,}", "{:.1f}", "{:.1%}", "{:,.0f}")
"""Of a season's figures, in the order of `season_line`."""


def _print(
    lines: Sequence[dict[str, Any]],
    townships: dict[str, Rate],
    destinations: dict[str, Rate],
    found: Advice | None,
) -> None:
    from rich.table import Table

    from scheduler.mask import without_ids

    out = console()
    table = Table()
    table.add_column(_("Season"), overflow="fold")
    for heading in (_("Runs"), _("People"), _("People a run"), _("Load factor"), _("To pay a head (yuan)")):
        table.add_column(heading, justify="right")
    for line in lines:
        name, *figures = line.values()
        cells = ("-" if each is None else form.format(each) for form, each in zip(_FORMS, figures, strict=True))
        table.add_row(plain(without_ids(str(name))), *cells)
    out.print(table)
    for title, groups in ((_("Who came, by township"), townships), (_("Who came, by destination"), destinations)):
        if groups:
            shown = Table(title=title, title_justify="left")
            shown.add_column("", overflow="fold")
            for heading in (_("Had a seat"), _("Came"), _("Share")):
                shown.add_column(heading, justify="right")
            for name, each in list(groups.items())[:GROUPS_SHOWN]:
                shown.add_row(plain(without_ids(name)), f"{each.planned:,}", f"{each.came:,}", f"{each.share:.1%}")
            if len(groups) > GROUPS_SHOWN:
                shown.caption = _("and {n} more").format(n=len(groups) - GROUPS_SHOWN)
            out.print(shown)
    if found is not None:
        out.print(plain(advice_text(found)), soft_wrap=True)
