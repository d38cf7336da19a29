"""`scheduler erase`: the personal data of a season go, counts and a certificate stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.cli.common import (
    db_option,
    example_text,
    json_option,
    language_option,
    now_option,
    print_json,
    season_argument,
    who_option,
)
from scheduler.cli.help import Command
from scheduler.i18n import _, count_text, ngettext

if TYPE_CHECKING:
    from scheduler.day.erasing import PersonalFiles


@click.command(
    "erase",
    cls=Command,
    help=_(
        "Remove the rosters, plans and lists of SEASON and empty its ledger of people; counts and a certificate stay."
    )
    + "\n\n"
    + _(
        "Refused while a run is under way. Lists and copies that the program wrote elsewhere go, too; those that have "
        "been changed since are named."
    )
    + example_text("scheduler erase demo"),
)
@season_argument
@click.option("--yes", is_flag=True, help=_("Do not ask."))
@click.option("--for", "purpose", metavar="PURPOSE", default="", help=_("Why it is erased."))
@who_option
@now_option
@db_option
@json_option
@language_option
def erase(season: Path, yes: bool, purpose: str, who: str, now: datetime, db: str | None, as_json: bool) -> None:
    """Erase a season."""
    from scheduler.day import erasing
    from scheduler.season.folder import SeasonFolder
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.plans import read_plan

    with open_ledger(season, db, create=False) as ledger:
        events = ledger.events()
        plan = read_plan(season) if SeasonFolder(season).plan.exists() else None
        erasing.require_nobody_under_way(events, plan, now)
        files = erasing.personal_files(season, ledger)
        if not yes:
            _say(season, files, _time_is_over(season, now))
            text = ngettext(
                "{n} file with people's data will be removed, the ledger emptied of people. Go on?",
                "{n} files with people's data will be removed, the ledger emptied of people. Go on?",
                len(files.all),
            )
            click.confirm(text.format(n=len(files.all)), abort=True, err=True)
            click.confirm(_("Nothing of it can be brought back. Erase?"), abort=True, err=True)
        erased, tables = erasing.erase(season, ledger, plan, files, who=who, reason=purpose)
        others = erasing.left_alone(season)
        path = erasing.certificate(season, ledger, erased, files, tables, now)
    if as_json:
        figures = {"people": erased.people, "files": erased.files, "counts": erased.counts}
        print_json(figures | {"kept": tables.kept, "certificate": str(path)})
    else:
        click.echo(
            _("Erased: {people}, {files}. Certificate: {path}").format(
                people=count_text("{n} person", "{n} people", erased.people),
                files=count_text("{n} file", "{n} files", erased.files),
                path=path,
            )
        )
    for each in files.changed:
        click.echo(
            _("{file} has been changed since it was written, and stays: remove it yourself.").format(file=each),
            err=True,
        )
    if others:
        text = ngettext(
            "{n} other file lies in the folder, {file}: look whether it holds people, and remove it.",
            "{n} other files lie in the folder, such as {file}: look whether they hold people, and remove them.",
            len(others),
        )
        click.echo(text.format(n=len(others), file=others[0].relative_to(season)), err=True)


def _time_is_over(season: Path, now: datetime) -> str:
    """Return until when the season's data may be kept, in words."""
    from scheduler.season.settings import read_settings

    settings, _problems = read_settings(season)
    until = settings.last_date + timedelta(days=settings.policy.retention_days)
    if now.date() > until:
        return _("They were to be kept until {day} (retention_days): their time is over.").format(day=until)
    return _("They may be kept until {day} (retention_days).").format(day=until)


def _say(season: Path, files: PersonalFiles, kept: str) -> None:
    """Say on stderr what goes and what stays, before anybody is asked."""
    from scheduler.day.erasing import counted
    from scheduler.day.erasing_tables import table_files

    for label, number in counted(files):
        click.echo(f"{number:>7,}  {label}", err=True)
    if tables := table_files(season):
        text = _("These tables stay, as .csv without contacts, telephones and notes: {files}")
        click.echo(text.format(files="、".join(path.name for path in tables)), err=True)
    click.echo(kept, err=True)
    if files.lost:
        text = ngettext(
            "{n} list is not where it was written any more: whoever has it must remove it.",
            "{n} lists are not where they were written any more: whoever has them must remove them.",
            files.lost,
        )
        click.echo(text.format(n=files.lost), err=True)
