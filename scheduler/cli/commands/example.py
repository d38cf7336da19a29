"""`scheduler example`: write a synthetic season to try the program on."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from scheduler.cli.common import example_text, json_option, language_option, print_json, season_argument
from scheduler.cli.help import Command
from scheduler.cli.outputs import refuse_over_season
from scheduler.cli.values import Share, read_direction, reading
from scheduler.i18n import _, count_text, ngettext


@click.command(
    "example",
    cls=Command,
    help=_("Write a synthetic season of Yuechi county into the new folder SEASON: every name and number is made up.")
    + "\n\n"
    + _("With --dirty, errors as townships really make them are planted, and planted.csv lists them.")
    + example_text(
        "scheduler example demo --people 500 --seed 1", "scheduler example demo --people 15500 --dirty 0.02"
    ),
)
@season_argument
@click.option(
    "--people", type=click.IntRange(min=1), metavar="N", default=500, help=_("How many people travel (default: 500).")
)
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="N", default=0, help=_("Same seed, same season (default: 0).")
)
@click.option(
    "--direction",
    callback=reading(read_direction),
    metavar="[to_work|to_home]",
    default="to_work",
    help=_("After the festival back to work, or before it home (default: to_work)."),
)
@click.option(
    "--dirty",
    type=Share(),
    metavar="RATE",
    default=0.0,
    help=_("Errors to plant, over people, such as 0.02 or 2%."),
)
@click.option(
    "--format",
    "roster_format",
    type=click.Choice(["xlsx", "csv"]),
    default="xlsx",
    help=_("Files of the township rosters (default: xlsx)."),
)
@json_option
@language_option
def example(
    season: Path,
    people: int,
    seed: int,
    direction: Literal["to_work", "to_home"],
    dirty: float,
    roster_format: Literal["xlsx", "csv"],
    as_json: bool,
) -> None:
    """Write a synthetic season."""
    from scheduler.example.season import synthetic_season
    from scheduler.example.write import write_season

    refuse_over_season(folders=(season,))
    description = synthetic_season(people, seed, direction)
    planted = write_season(description, season, dirty=dirty, seed=seed, roster_format=roster_format)
    coaches = sum(row.count for each in description.vehicle_types for row in each.rows)
    if as_json:
        print_json(
            {
                "season": str(season),
                "people": people,
                "townships": len(description.sheets),
                "coaches": coaches,
                "trains": len(description.trains),
                "planted": len(planted),
                "synthetic": True,
            }
        )
        return
    click.echo(
        _("{season}: {people} of {townships}, {coaches}, {trains}").format(
            season=season,
            people=count_text("{n} person", "{n} people", people),
            townships=count_text("{n} township", "{n} townships", len(description.sheets)),
            coaches=count_text("{n} coach", "{n} coaches", coaches),
            trains=count_text("{n} train", "{n} trains", len(description.trains)),
        )
    )
    click.echo(_("All data are synthetic: names, ID numbers, phones and employers are made up."))
    if planted:
        click.echo(
            ngettext(
                "{n} error is planted; planted.csv lists it.",
                "{n} errors are planted; planted.csv lists them.",
                len(planted),
            ).format(n=len(planted))
        )
    click.echo(_("Next: {command}").format(command=f"scheduler check {season}"))
