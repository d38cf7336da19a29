"""`scheduler log`: who took which personal data out, or all that happened, and whether anybody changed it."""

from __future__ import annotations

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
from scheduler.i18n import _

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
@click.option("--all", "everything", is_flag=True, help=_("Every event, people by their keys."))
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
        events = ledger.events(*(() if everything else ("exported", "erased")))
    if as_json:
        print_json({"events": [_as_json(event) for event in events]})
    else:
        _print_events(events, everything)
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
        text = _("The ledger is what was written: {n} events, the last with hash {hash}.")
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


def _print_events(events: tuple[Event, ...], everything: bool) -> None:
    from rich.table import Table

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
    about = (_("What"), _("Person or run")) if everything else ()
    for heading in (_("When"), _("Who"), *about, _("Particulars")):
        table.add_column(heading, overflow="fold", no_wrap=heading == _("When"))
    for event in events[-MAX_ROWS:]:
        at = event.at.astimezone().strftime("%Y-%m-%d %H:%M")
        said = " ".join(filter(None, (event.person, event.run)))
        if everything:
            cells = [at, event.who, _kind(event.kind), said, _particulars(event)]
        else:
            kind = "" if event.kind == "exported" else _kind(event.kind)
            cells = [at, event.who, _(", ").join(filter(None, (kind, said, _particulars(event))))]
        table.add_row(str(event.number), *(plain(cell) for cell in cells))
    out.print(table)


def _kind(kind: str) -> str:
    return {
        "planned": _("a plan was made"),
        "told": _("seat told"),
        "confirmed": _("seat confirmed"),
        "declined": _("seat declined"),
        "unreached": _("could not be reached"),
        "cancelled": _("travels no more"),
        "pinned": _("decision pinned"),
        "unpinned": _("decision lifted"),
        "frozen": _("run frozen or freed"),
        "departed": _("run departed"),
        "boarded": _("boarded a run"),
        "absent": _("absent from a run"),
        "reported": _("report from a run"),
        "arrived": _("run arrived"),
        "handed_over": _("people handed over"),
        "sms_failed": _("message not delivered"),
        "exported": _("personal data taken out"),
        "erased": _("personal data erased"),
        "note": _("note of the office"),
    }[kind]


def _particulars(event: Event) -> str:
    """Return what was said beside the rest: the fields that are not as they always are."""
    if event.kind == "exported":
        return _taken_out(event)
    said = event.data.model_dump(mode="json", exclude_defaults=True, exclude=_UNSAID)
    parts = [f"plan={event.plan}"] if event.plan else []
    for name, value in said.items():
        if isinstance(value, list):
            value = len(value)
        elif isinstance(value, dict):
            value = " ".join(str(each) for each in value.values())
        elif name.endswith("sha256"):
            value = str(value)[:8]
        parts.append(f"{name}={value}")
    return ", ".join(parts)


def _taken_out(event: Event) -> str:
    """Return which list was taken out, for whom, how much it shows and what for, in words."""
    said = event.data.model_dump(mode="json")
    levels = {"full": _("ID numbers full"), "masked": _("ID numbers masked"), "none": _("no ID numbers")}
    number = said["list_number"]
    parts = [
        said["command"],
        _("for {reader}").format(reader=_reader(said["reader"])) if said["reader"] else "",
        _("list {number}").format(number=number) if number else "",
        _("in place of {number}").format(number=said["replaces"]) if said["replaces"] else "",
        _("{n} names").format(n=f"{said['rows']:,}") if said["rows"] else "",
        "" if number else _("{n} files").format(n=len(said["files"])),
        levels.get(said["level"], ""),
        _("plan {number}").format(number=event.plan) if event.plan else "",
        _("what for: {purpose}").format(purpose=said["purpose"]) if said["purpose"] else "",
    ]
    return _(", ").join(filter(None, parts))


def _reader(reader: str) -> str:
    from scheduler.reports.manifests.guide import reader_text
    from scheduler.reports.visibility import READERS

    others = {"run": _("the run's list"), "superior": _("the authority above"), "auditor": _("the auditor")}
    return reader_text(reader) if reader in READERS else others.get(reader, reader)
