"""`scheduler history`: seasons side by side."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.cli.common import console, example_text, json_option, language_option, plain, print_json
from scheduler.cli.help import Command
from scheduler.cli.outputs import refuse_over_season
from scheduler.i18n import _


@click.command(
    "history",
    cls=Command,
    help=_("Set seasons side by side: runs, people, people a run, load factor, cost a head.")
    + example_text("scheduler history 2026 2027 --csv history.csv"),
)
@click.argument("seasons", metavar="SEASON...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--csv",
    "csv_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=_("Write the table to this CSV file."),
)
@json_option
@language_option
def history(seasons: tuple[Path, ...], csv_file: Path | None, as_json: bool) -> None:
    """Set seasons side by side."""
    from scheduler.files import write_whole
    from scheduler.mask import without_ids
    from scheduler.reports.history import season_line
    from scheduler.season.plans import read_plan
    from scheduler.text_cells import csv_text

    for season in seasons:
        refuse_over_season(season, files=(csv_file,))
    lines = [season_line(read_plan(season)) for season in seasons]
    if csv_file is not None:
        rows = [["" if value is None else value for value in line.values()] for line in lines]
        write_whole(csv_file, csv_text([tuple(lines[0]), *rows]))
    if as_json:
        print_json({"seasons": lines})
        return
    from rich.table import Table

    table = Table()
    table.add_column(_("Season"), overflow="fold")
    for heading in (_("Runs"), _("People"), _("People a run"), _("Load factor"), _("Cost a head (yuan)")):
        table.add_column(heading, justify="right")
    for line in lines:
        name, *figures = line.values()
        table.add_row(plain(without_ids(str(name))), *("-" if each is None else f"{each:,}" for each in figures))
    console().print(table)
    if csv_file is not None:
        click.echo(_("written: {path}").format(path=csv_file))
