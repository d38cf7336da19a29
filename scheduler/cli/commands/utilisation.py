"""`scheduler utilisation`: how full the seats are, as a table, JSON, CSV, a workbook or one offline page."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.cli.common import (
    console,
    db_option,
    example_text,
    json_option,
    language_option,
    open_option,
    open_page,
    plain,
    print_json,
    season_argument,
)
from scheduler.cli.help import Command
from scheduler.cli.outputs import refuse_over_season
from scheduler.i18n import _, ngettext
from scheduler.mask import without_ids

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from scheduler.reports.book import Book
    from scheduler.reports.money import Money
    from scheduler.reports.utilisation.loads import Load, Utilisation

TABLE_ROWS = 40
FIRST_ROWS = 10
"""Of destinations on the first screen."""
PAGE = "utilisation.html"
"""In the season folder: the page that --open alone writes."""
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    "utilisation",
    cls=Command,
    help=_("Show how full the seats of SEASON's plan are, by date, destination, vehicle type, operator and run.")
    + example_text(
        "scheduler utilisation demo --open", "scheduler utilisation demo --html demo/load.html --csv demo/load.csv"
    ),
)
@season_argument
@click.option(
    "--html", "html_file", type=_FILE, metavar="FILE", help=_("Write one offline page with charts to this file.")
)
@click.option("--csv", "csv_file", type=_FILE, metavar="FILE", help=_("Write all groups to this CSV file."))
@click.option("--xlsx", "xlsx_file", type=_FILE, metavar="FILE", help=_("Write a workbook with charts to this file."))
@open_option
@click.option("--full", is_flag=True, help=_("Print all groups, not only the first screen."))
@db_option
@json_option
@language_option
def utilisation(
    season: Path,
    html_file: Path | None,
    csv_file: Path | None,
    xlsx_file: Path | None,
    opens: bool,
    full: bool,
    db: str | None,
    as_json: bool,
) -> None:
    """Show how full the seats are."""
    from scheduler.files import write_whole
    from scheduler.reports.book import Book
    from scheduler.reports.money import money
    from scheduler.reports.utilisation.loads import of_book
    from scheduler.season.keyed import load_with_plan, plan_number

    if opens and html_file is None:
        html_file = season / PAGE
    refuse_over_season(season, files=(html_file, csv_file, xlsx_file))
    intake, plan, _frozen = load_with_plan(season, db)
    book = Book(intake.problem, plan)
    figures = of_book(book)
    if csv_file is not None:
        write_whole(csv_file, figures.as_csv())
    if html_file is not None:
        write_whole(html_file, _page(book, plan_number(season, plan, db)))
    if xlsx_file is not None:
        _write_workbook(book, xlsx_file)
    if opens and html_file is not None:
        open_page(html_file)
    paid = money(book.problem, book.plan)
    if as_json:
        print_json(figures.as_json() | {"paid": paid.paid_fen})
        return
    _print_tables(figures, paid, full, book.to_work)
    for path in (html_file, csv_file, xlsx_file):
        if path is not None:
            click.echo(_("written: {path}").format(path=path))


def _page(book: Book, number: int | None) -> str:
    """Return the offline page, the by-hand rule's plan of the same season beside this one."""
    from scheduler.baselines.by_hand import plan_by_hand
    from scheduler.reports.book import Book
    from scheduler.reports.utilisation.figures import baseline, insight
    from scheduler.reports.utilisation.page import page

    by_hand = Book(book.problem, plan_by_hand(book.problem))
    others = [baseline(by_hand, _("The by-hand rule"))]
    return page(book, insight(book, _("This plan")), others, str(number or ""), date.today())


def _write_workbook(book: Book, path: Path) -> None:
    from scheduler.reports.utilisation.figures import insight
    from scheduler.reports.utilisation.workbook import write_figures

    title = f"{book.problem.settings.name} {_('Seat utilisation')}"
    write_figures(path, title, insight(book, _("This plan")), to_work=book.to_work)


def _print_tables(figures: Utilisation, paid: Money, full: bool, to_work: bool) -> None:
    from rich.table import Table

    out = console()
    total, coaches = figures.total, figures.coaches
    if not total.runs:
        out.print(_("The plan has no runs: nobody travels yet."), soft_wrap=True)
        return
    head = Table(title=_("Seat utilisation"), title_justify="left", show_header=False, box=None, pad_edge=False)
    head.add_column(style="bold")
    head.add_column(justify="right")
    head.add_row(_("Runs"), f"{total.runs:,}")
    head.add_row(_("People"), f"{total.people:,}")
    head.add_row(_("Seats"), f"{total.seats:,}")
    head.add_row(_("Load factor"), f"{total.load_factor:.1%}")
    head.add_row(_("Load factor of coaches"), f"{coaches.load_factor:.1%}")
    if coaches.runs:
        head.add_row(_("People a coach run"), f"{coaches.people / coaches.runs:.1f}")
    if paid.a_head_yuan is not None:
        head.add_row(_("To pay a head (yuan)"), f"{paid.a_head_yuan:,.0f}")
    out.print(head)
    if not full:
        _print_cities(out, figures.by_destination, to_work)
        return
    titles = {
        "by_date": _("By date"),
        "by_destination": _("By destination") if to_work else _("By place of work"),
        "by_vehicle_type": _("By vehicle type"),
        "by_operator": _("By operator"),
        "by_run": _("By run, emptiest first"),
    }
    for name, title in titles.items():
        loads = figures.group(name)
        if name == "by_run":
            loads = tuple(sorted(loads, key=lambda load: load.load_factor))
        out.print()
        out.print(_load_table(title, loads))


def _print_cities(out: Console, loads: tuple[Load, ...], to_work: bool) -> None:
    title = _("By destination, most people first:") if to_work else _("By place of work, most people first:")
    out.print(title, style="bold")
    for load in loads[:FIRST_ROWS]:
        form = ngettext(
            "{people:>7,} / {seats:,} seat, {share:.1%}  {place}",
            "{people:>7,} / {seats:,} seats, {share:.1%}  {place}",
            load.seats,
        )
        text = form.format(people=load.people, seats=load.seats, share=load.load_factor, place=without_ids(load.key))
        out.print(plain(text), soft_wrap=True)
    if more := max(0, len(loads) - FIRST_ROWS):
        out.print(_("and {n} more").format(n=more))
    out.print(_("By date, vehicle, operator and run as well: --full"))


def _load_table(title: str, loads: tuple[Load, ...]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left")
    table.add_column("", overflow="fold")
    for heading in (_("Runs"), _("People"), _("Seats"), _("Load factor")):
        table.add_column(heading, justify="right")
    for load in loads[:TABLE_ROWS]:
        key = Text(without_ids(load.key))
        table.add_row(key, f"{load.runs:,}", f"{load.people:,}", f"{load.seats:,}", f"{load.load_factor:.1%}")
    if len(loads) > TABLE_ROWS:
        table.caption = _("and {n} more; --csv and --json list all").format(n=len(loads) - TABLE_ROWS)
    return table
