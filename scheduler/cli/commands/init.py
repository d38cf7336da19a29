"""`scheduler init`: a new season folder with its settings and template workbooks."""

from __future__ import annotations

import re
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import click

from scheduler.cli.common import console, example_text, language_option, season_argument
from scheduler.cli.help import Command
from scheduler.cli.outputs import refuse_over_season
from scheduler.errors import OutputError, UsageError
from scheduler.i18n import _
from scheduler.settings import Direction

DEFAULT_HOME = "511621"


def _read_day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    """Read a day as people write it: 2027-02-01, 2027/2/1, 2027.2.1, 20270201, 2027年2月1日."""
    if value is None:
        return None
    text = value.strip()
    parts = re.fullmatch(r"(\d{4})[-/.年](\d\d?)[-/.月](\d\d?)日?", text) or re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text)
    if parts is not None:
        with suppress(ValueError):  # such as 2027-02-30
            return date(*map(int, parts.groups()))
    raise click.BadParameter(_("{value} is not a date, such as 2027-02-15").format(value=value))


@click.command(
    "init",
    cls=Command,
    help=_("Make the new season folder SEASON: season.toml, an empty roster and empty tables, ready to fill in.")
    + "\n\n"
    + _("Nothing that exists is overwritten.")
    + example_text("scheduler init 2027返岗", "scheduler init 2028 --home 511622 --name 武胜返乡 --direction to_home"),
)
@season_argument
@click.option("--name", metavar="NAME", help=_("Name of the season (default: county, year and direction)."))
@click.option(
    "--home", metavar="CODE", default=DEFAULT_HOME, help=_("GB/T 2260 code of the county (default: 511621, Yuechi).")
)
@click.option(
    "--direction",
    type=click.Choice(["to_work", "to_home"]),
    default="to_work",
    help=_("After the festival back to work, or before it home (default: to_work)."),
)
@click.option(
    "--first-date",
    callback=_read_day,
    metavar="DATE",
    help=_("First day of travel (default: by the next festival)."),
)
@click.option(
    "--last-date",
    callback=_read_day,
    metavar="DATE",
    help=_("Last day of travel (default: by the next festival)."),
)
@language_option
def init(
    season: Path,
    name: str | None,
    home: str,
    direction: Direction,
    first_date: date | None,
    last_date: date | None,
) -> None:
    """Make a new season folder."""
    from scheduler.places import children, division
    from scheduler.season.new import season_toml, travel_days

    refuse_over_season(folders=(season,))
    county = division(home)
    if county is None or county.level == "province" or children(home):
        cure = _('write the six-digit code of the county, as in: home = "511621"')
        raise UsageError(_("home {code} is not a county of the built-in divisions").format(code=home), "--home", cure)
    usual_first, usual_last = travel_days(direction, date.today())
    first, last = first_date or usual_first, last_date or usual_last
    way = "返岗" if direction == "to_work" else "返乡"
    text = season_toml(name or f"{county.name}{last.year}年春节{way}", direction, home, first, last)
    _make(season, text)
    out = console()
    out.print(_("New season: {path}, {first} to {last}").format(path=season, first=first, last=last), markup=False)
    out.print(_("Next: fill in the workbooks, put the townships' lists into the folder roster, then:"), markup=False)
    out.print(f"  scheduler check {season}", markup=False, soft_wrap=True)


def _make(season: Path, text: str) -> None:
    """Make the folder whole or not at all: it is written beside its place, then moved there."""
    from scheduler.files import unwritable, write_whole
    from scheduler.season.folder import SeasonFolder
    from scheduler.season.settings import read_settings
    from scheduler.season.templates import write_templates

    try:
        if season.exists() and (not season.is_dir() or any(season.iterdir())):
            raise UsageError(_("is there already and not empty"), str(season), _("name a new folder"))
        season.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".scheduler-", dir=season.parent) as temporary:
            folder = Path(temporary) / "season"
            folder.mkdir()
            write_whole(SeasonFolder(folder).settings, text)
            settings, _slips = read_settings(folder)
            write_templates(folder, settings)
            if season.exists():
                season.rmdir()
            folder.rename(season)
    except OutputError as error:
        raise OutputError(error.what, str(season), error.cure) from error  # not the name it is written under
    except OSError as error:
        raise unwritable(season, error) from error
