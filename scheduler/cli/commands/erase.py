"""`scheduler erase`: the personal data of a season go, counts and a certificate stay."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

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
from scheduler.i18n import _


@click.command(
    "erase",
    cls=Command,
    help=_(
        "Remove the rosters, plans and lists of SEASON and empty its ledger of people; counts and a certificate stay."
    )
    + "\n\n"
    + _("Refused while a run is under way. Files elsewhere are yours to remove.")
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
        erasing.require_nobody_under_way(events)
        plan = read_plan(season) if SeasonFolder(season).plan.exists() else None
        if not yes:
            n = len(erasing.personal_files(season, events))
            text = _("{n} files with people's data will be removed, the ledger emptied of people. Go on?")
            click.confirm(text.format(n=n), abort=True, err=True)
            click.confirm(_("Nothing of it can be brought back. Erase?"), abort=True, err=True)
        erased = erasing.erase(season, ledger, plan, who=who, reason=purpose)
        others = erasing.left_alone(season)
        path = erasing.certificate(season, ledger, erased, now)
    if as_json:
        print_json({"people": erased.people, "files": erased.files, "counts": erased.counts, "certificate": str(path)})
    else:
        click.echo(
            _("Erased: {n} people, {files} files. Certificate: {path}").format(
                n=erased.people, files=erased.files, path=path
            )
        )
    if others:
        text = _("{n} other files lie in the folder, such as {file}: look whether they hold people, and remove them.")
        click.echo(text.format(n=len(others), file=others[0].relative_to(season)), err=True)
