"""`scheduler log`: who took which personal data out, or all that happened, and whether anybody changed it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
)
from scheduler.cli.help import Command
from scheduler.errors import SeasonError
from scheduler.i18n import _, ngettext

if TYPE_CHECKING:
    from scheduler.season.ledger.chain import Break
    from scheduler.season.ledger.events import Event
    from scheduler.season.ledger.ledger import Ledger

_UNSAID = {"paths"}
"""Where files lay is for `erase`; they may be thousands."""
MAX_ROWS = 200
"""So many events are shown on a terminal, the last ones; --json lists them all."""


@click.command(
    "log",
    cls=Command,
    help=_("Show who took which personal data out of SEASON, when and what for; with --all everything that happened.")
    + "\n\n"
    + _("Exit code 1 when --check finds an event that was changed or is missing.")
    + example_text("scheduler log demo", "scheduler log demo --check"),
)
@season_argument
@click.option("--all", "everything", is_flag=True, help=_("Every event, people masked; --json has their keys."))
@click.option("--check", is_flag=True, help=_("Find out whether any event was changed or is missing."))
@db_option
@json_option
@language_option
def log(season: Path, everything: bool, check: bool, db: str | None, as_json: bool) -> int:
    """Show the ledger of a season, or check it."""
    from scheduler.season.ledger.ledger import open_ledger

    with open_ledger(season, db, create=False) as ledger:
        if check:
            return _check(ledger, as_json)
        events, salt = ledger.events(*(() if everything else ("exported", "erased"))), ledger.salt
    if as_json:
        print_json({"events": [_as_json(event) for event in events]})
    else:
        is_about_people = any(event.person for event in events[-MAX_ROWS:])
        _print_events(events, everything, _names(season, salt) if is_about_people else {})
    return 0


def _check(ledger: Ledger, as_json: bool) -> int:
    with ledger.reading():
        found = ledger.check_chain()
        number, last_hash = ledger.last
    if as_json:
        broken = {"number": found.number, "fault": found.fault} if found else None
        print_json({"events": number, "last_hash": last_hash, "broken": broken})
    elif found:
        console().print(plain(_fault(found)), soft_wrap=True)
    else:
        text = ngettext(
            "The ledger is what was written: {n} event, with hash {hash}.",
            "The ledger is what was written: {n} events, the last with hash {hash}.",
            number,
        )
        console().print(plain(text.format(n=number, hash=last_hash)), soft_wrap=True)
    return 1 if found else 0


def _fault(found: Break) -> str:
    texts = {
        "changed": _("event {number} was changed"),
        "missing": _("event {number} is missing"),
        "cut": _("event {number} and all after it are missing"),
        "added": _("event {number} was added by something else than this program"),
        "text": _("what was typed with event {number} was changed or removed"),
        "plan": _("the plan that event {number} stored was changed or removed"),
    }
    cure = _("put back a copy: scheduler restore SEASON FILE")
    return f"{texts[found.fault].format(number=found.number)} -> {cure}"


def _as_json(event: Event) -> dict[str, Any]:
    return {
        "number": event.number,
        "at": event.at.isoformat(timespec="seconds"),
        "who": event.who,
        "kind": event.kind,
        "person": event.person,
        "run": event.run,
        "plan": event.plan,
        "data": event.data.model_dump(mode="json", exclude=_UNSAID),
        "hash": event.hash,
    }


def _print_events(events: tuple[Event, ...], everything: bool, names: Mapping[str, str]) -> None:
    from rich.table import Table

    from scheduler.cli.answers.event_text import event_text

    out = console()
    if not events:
        said = _("Nothing has happened yet.") if everything else _("No personal data were taken out so far.")
        out.print(plain(said), soft_wrap=True)
        return
    if len(events) > MAX_ROWS:
        text = _("{n} events; the last {shown} are shown, --json lists all.")
        out.print(plain(text.format(n=len(events), shown=MAX_ROWS)), soft_wrap=True)
    table = Table(title=None if everything else _("Personal data taken out"), title_justify="left")
    table.add_column(_("No."), justify="right", no_wrap=True)
    for heading in (_("When"), _("Who"), _("What happened")):
        table.add_column(heading, overflow="fold", no_wrap=heading == _("When"))
    for event in events[-MAX_ROWS:]:
        at = event.at.astimezone().strftime("%Y-%m-%d %H:%M")
        said = event_text(event, lambda person: names.get(person, person))
        table.add_row(str(event.number), *(plain(cell) for cell in (at, event.who, said)))
    out.print(table)


def _names(season: Path, salt: bytes) -> dict[str, str]:
    """Return masked names by key, of those who are in the rosters; of no one where the season cannot be read.

    What happened is to be read also when season.toml is wrong or the rosters have gone: people keep their keys then.
    """
    from scheduler.mask import mask_name
    from scheduler.season.load import load

    try:
        parties = load(season, salt=salt).problem.parties
    except SeasonError:
        return {}
    people = (person for party in parties for person in party.people)
    return {person.key: f"{mask_name(person.name)} {person.township}".strip() for person in people}
