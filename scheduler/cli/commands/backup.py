"""`scheduler backup`: the ledger of a season, with its plans, in one file."""

from __future__ import annotations

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
from scheduler.cli.exporting import purpose_option
from scheduler.cli.help import Command
from scheduler.cli.outputs import refuse_over_season
from scheduler.i18n import _, ngettext


@click.command(
    "backup",
    cls=Command,
    help=_(
        "Copy the ledger of SEASON into FILE: all that happened, the key by which people are recognised, every plan. "
        "The rosters and tables are files; copy them as such."
    )
    + "\n\n"
    + _("A ledger that is not what was written is refused (exit code 2).")
    + example_text("scheduler backup demo demo-0215.db"),
)
@season_argument
@click.argument("file", type=click.Path(path_type=Path))
@purpose_option
@who_option
@db_option
@json_option
@language_option
def backup(season: Path, file: Path, purpose: str, who: str, db: str | None, as_json: bool) -> None:
    """Copy a ledger."""
    from scheduler.season.ledger.backup import back_up, require_sound
    from scheduler.season.ledger.exporting import announced
    from scheduler.season.ledger.ledger import open_ledger

    refuse_over_season(season, files=[file])
    with open_ledger(season, db, create=False) as ledger, ledger.writing():
        require_sound(ledger)
        # In the copy, too: one without this event could not be put back without losing it.
        ledger.append([announced(file, command="backup", reader="bureau", level="none", purpose=purpose)], who=who)
        events = back_up(ledger, file)
        last_hash = ledger.last[1]
    if as_json:
        print_json({"file": str(file), "events": events, "last_hash": last_hash})
    else:
        text = ngettext(
            "Copied: {n} event, to {file}. Keep it where only you can read it, on another disk.",
            "Copied: {n} events, to {file}. Keep it where only you can read it, on another disk.",
            events,
        )
        console().print(plain(text.format(n=events, file=file)), soft_wrap=True)
