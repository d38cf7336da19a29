"""`scheduler init`: a new season folder with its settings and template workbooks."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from scheduler.cli.common import console, example_text, language_option, plain, season_argument
from scheduler.cli.help import Command
from scheduler.cli.next_steps import command_line
from scheduler.cli.outputs import refuse_over_season
from scheduler.cli.values import read_county, read_day, read_direction, reading
from scheduler.cli.wizard import Answers, ask_direction_and_home, ask_name_and_dates, ask_office, ask_policy, ask_spots
from scheduler.errors import OutputError, UsageError
from scheduler.i18n import _, ngettext
from scheduler.settings import Direction

DEFAULT_HOME = "511621"
TOWNS_NAMED = 6


@click.command(
    "init",
    cls=Command,
    help=_("Make the new season folder SEASON: season.toml, an empty roster and empty tables, ready to fill in.")
    + "\n\n"
    + _("Places are filled in with the county's townships. On a terminal it asks for what is not said, one by one.")
    + "\n\n"
    + _("Nothing that exists is overwritten.")
    + example_text("scheduler init 2027返岗", "scheduler init 2028 --home 武胜 --direction 返乡"),
)
@season_argument
@click.option("--name", metavar="NAME", help=_("Name of the season (default: county, year and direction)."))
@click.option(
    "--home",
    callback=reading(read_county),
    metavar="CODE",
    help=_("The county: its GB/T 2260 code or its name (default: 511621, Yuechi)."),
)
@click.option(
    "--direction",
    callback=reading(read_direction),
    metavar="[to_work|to_home]",
    help=_("After the festival back to work, or before it home (default: to_work)."),
)
@click.option(
    "--first-date",
    callback=reading(read_day),
    metavar="DATE",
    help=_("First day of travel (default: by the next festival)."),
)
@click.option(
    "--last-date",
    callback=reading(read_day),
    metavar="DATE",
    help=_("Last day of travel (default: by the next festival)."),
)
@click.option("--yes", is_flag=True, help=_("Ask nothing on a terminal: what is not said has its default."))
@language_option
def init(
    season: Path,
    name: str | None,
    home: str | None,
    direction: Direction | None,
    first_date: date | None,
    last_date: date | None,
    yes: bool,
) -> None:
    """Make a new season folder."""
    from scheduler.places import townships
    from scheduler.season.new import season_toml

    refuse_over_season(folders=(season,))
    _refuse_taken(season)
    answers = Answers(direction, home, name, first_date, last_date)
    head = _complete(answers, asks=not yes and sys.stdin.isatty() and sys.stdout.isatty())
    _name, _direction, home, first, last = head
    text = season_toml(*head, answers.values)
    _make(season, text, answers.spots)
    out = console()
    out.print(_("New season: {path}, {first} to {last}").format(path=season, first=first, last=last), markup=False)
    towns = townships(home)
    built_in = sum(town.lat is not None for town in towns)
    lacking = [town.name for town in towns if town.lat is None and town.name not in answers.spots]
    if towns:
        listed = ngettext(
            "places.xlsx lists the {n} township of the county.",
            "places.xlsx lists the {n} townships of the county.",
            len(towns),
        ).format(n=len(towns))
        out.print(listed, markup=False, soft_wrap=True)
    if built_in:
        about = _("Coordinates are built in for {n} of them. They are approximate: compare them with a map.")
        out.print(about.format(n=built_in), markup=False, soft_wrap=True)
    if lacking:
        form = _("No coordinates are built in for {n} of them: look them up on a map and fill them in ({towns}).")
        named = _(", ").join(lacking[:TOWNS_NAMED]) + (" …" if len(lacking) > TOWNS_NAMED else "")
        out.print(plain(form.format(n=len(lacking), towns=named), "bold"), soft_wrap=True)
    out.print(_("Next: fill in the workbooks, put the townships' lists into the folder roster, then:"), markup=False)
    out.print(f"  {command_line('check', season)}", markup=False, soft_wrap=True)


def _complete(answers: Answers, asks: bool) -> tuple[str, Direction, str, date, date]:
    """Ask for what is not said, or take its default; return name, direction, home, first and last date."""
    from scheduler.places import division, reach_km, townships
    from scheduler.season.new import travel_days
    from scheduler.settings import CoachRules, History, Policy

    if asks:
        ask_direction_and_home(answers, "to_work", DEFAULT_HOME)
    direction, home = answers.direction or "to_work", answers.home or DEFAULT_HOME
    first, last = travel_days(direction, date.today())
    if asks:
        name = _usual_name(home, direction, answers.last_date or last)
        ask_name_and_dates(answers, name, answers.first_date or first, answers.last_date or last)
        ask_policy(answers, Policy().model_dump() | CoachRules().model_dump() | History().model_dump())
        seat = division(home)
        assert seat is not None, "CountyName knows it"
        towns = [town.name for town in townships(home) if town.lat is None]
        ask_spots(answers, towns, (seat.lat, seat.lon), reach_km(seat.code))
        ask_office(answers)
    first, last = answers.first_date or first, answers.last_date or last
    return answers.name or _usual_name(home, direction, last), direction, home, first, last


def _usual_name(home: str, direction: Direction, last: date) -> str:
    from scheduler.places import division

    county = division(home)
    way = "返岗" if direction == "to_work" else "返乡"
    return f"{county.name if county else home}{last.year}年春节{way}"


def _refuse_taken(season: Path) -> None:
    if season.exists() and (not season.is_dir() or any(season.iterdir())):
        raise UsageError(_("is there already and not empty"), str(season), _("name a new folder"))


def _make(season: Path, text: str, spots: Mapping[str, tuple[float, float]]) -> None:
    """Make the folder whole or not at all: it is written beside its place, then moved there."""
    from scheduler.files import unwritable, write_whole
    from scheduler.season.folder import SeasonFolder
    from scheduler.season.settings import read_settings
    from scheduler.season.templates import write_templates

    try:
        season.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".scheduler-", dir=season.parent) as temporary:
            folder = Path(temporary) / "season"
            folder.mkdir()
            write_whole(SeasonFolder(folder).settings, text)
            settings, _slips = read_settings(folder)
            write_templates(folder, settings, spots)
            if season.exists():
                season.rmdir()
            folder.rename(season)
    except OutputError as error:
        raise OutputError(error.what, str(season), error.cure) from error  # not the name it is written under
    except OSError as error:
        raise unwritable(season, error) from error
