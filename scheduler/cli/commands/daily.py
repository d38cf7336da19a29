"""`scheduler daily`: the day's report upward, in figures and one paragraph."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from scheduler.cli.common import (
    console,
    db_option,
    example_text,
    json_option,
    language_option,
    plain,
    print_json,
    season_argument,
    who_option,
)
from scheduler.cli.exporting import exporting, moment, purpose_option
from scheduler.cli.help import Command
from scheduler.cli.outputs import refuse_over_season
from scheduler.i18n import _

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    "daily",
    cls=Command,
    help=_("Report a day of SEASON upward: planned and actual, by mode, destination and township, and what happened.")
    + "\n\n"
    + _("With --map the workbook has the county's own headings: a table of two columns, field and heading.")
    + example_text("scheduler daily demo 2027-02-16", "scheduler daily demo 2027-02-16 -o 日报.xlsx --map 表头.csv"),
)
@season_argument
@click.argument("day", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]))
@click.option("-o", "--output", type=_FILE, metavar="FILE", help=_("Write a workbook to this file."))
@click.option("--map", "map_file", type=_FILE, metavar="FILE", help=_("The county's own headings; needs -o."))
@purpose_option
@who_option
@db_option
@json_option
@language_option
def daily(
    season: Path,
    day: datetime,
    output: Path | None,
    map_file: Path | None,
    purpose: str,
    who: str,
    db: str | None,
    as_json: bool,
) -> None:
    """Report a day."""
    from scheduler.day.county_headings import headed
    from scheduler.day.daily import DailyFigures
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.life.standing_season import read_season
    from scheduler.season.plans import read_plan

    if map_file is not None and output is None:
        raise click.UsageError(_("--map needs -o FILE"))
    refuse_over_season(season, files=(output,))
    with open_ledger(season, db, create=False) as ledger:
        standing = read_season(season, ledger)
    figures = DailyFigures(standing.problem, read_plan(season), standing.events, day.date()).as_json()
    if output is not None:
        from scheduler.files import PersonalFile
        from scheduler.reports.daily import county_sheets, standard_sheets
        from scheduler.reports.formats.document import Imprint, Taken
        from scheduler.reports.formats.xlsx import write_workbook

        name = standing.problem.settings.name
        if map_file is None:
            sheets = standard_sheets(figures, name)
        else:
            sheets = county_sheets(figures, name, headed(figures, map_file))
        with exporting(season, db, command="daily", who=who, purpose=purpose) as export:
            settings, today = standing.problem.settings, moment()
            taken = Taken(who, today, export.number)
            imprint = Imprint(settings.office, settings.duty_phone, printed=today.date(), taken=taken)
            write_workbook(output, sheets, imprint)
            export.add(PersonalFile(output, "superior", "none", 0))  # incidents are as somebody typed them
    if as_json:
        print_json(figures)
        return
    out = console()
    out.print(plain(figures["text"]), soft_wrap=True)
    if figures["unnamed"]:
        from scheduler.reports.daily import unnamed_text

        click.echo(unnamed_text(figures["unnamed"]))
        click.echo(_("Name them: scheduler report SEASON RUN --headcount N --absent PERSON"))
    for incident in figures["incidents"]:
        at = incident["at"].replace("T", " ")
        out.print(plain(f"{incident['run']} {at} {incident['what']}".strip()), soft_wrap=True)
    if output is not None:
        click.echo(_("written: {path}").format(path=output))
