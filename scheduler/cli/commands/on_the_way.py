"""`scheduler depart`, `report`, `arrive`: what the escort says of a run on its way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.common import (
    Moment,
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
from scheduler.errors import InputError
from scheduler.i18n import _, ngettext

if TYPE_CHECKING:
    from scheduler.day.on_the_way import What
    from scheduler.plan import Plan
    from scheduler.season.ledger.events import Event


def _shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what the three commands have in common."""
    for add in (
        language_option,
        json_option,
        db_option,
        who_option,
        now_option,
        click.option("--note", metavar="S", default="", help=_("What else is to be written down.")),
        click.option("--place", metavar="P", default="", help=_("Where it was said.")),
        click.option("--at", type=Moment(), metavar="T", default=None, help=_("When it was (default: now).")),
        click.option(
            "--headcount",
            type=click.IntRange(min=0),
            metavar="N",
            required=True,
            help=_("People on board."),
        ),
        click.argument("runs", metavar="RUN...", nargs=-1, required=True),
        season_argument,
    ):
        command = add(command)
    return command


_absent_option = click.option("--absent", multiple=True, metavar="PERSON", help=_("Who did not come; may be repeated."))


@click.command(
    "depart",
    cls=Command,
    help=_("Record that a run of SEASON left, with how many on board and who did not come.")
    + example_text("scheduler depart demo C0216-深圳-03 --headcount 51 --absent 13800001234"),
)
@_shared
@_absent_option
def depart(**given: Any) -> None:
    """Record a departure."""
    _record("depart", given)


@click.command(
    "report",
    cls=Command,
    help=_("Record a safety report of a run of SEASON; several runs of one leader may be named, each with N on board.")
    + example_text("scheduler report demo C0216-深圳-03 --headcount 51 --place 服务区"),
)
@_shared
@_absent_option
@click.option("--boarded", multiple=True, metavar="PERSON", help=_("Who came after all; may be repeated."))
def report(**given: Any) -> None:
    """Record a safety report."""
    _record("report", given)


@click.command(
    "arrive",
    cls=Command,
    help=_("Record that a run of SEASON arrived, and who signed for its people.")
    + example_text("scheduler arrive demo C0216-深圳-03 --headcount 51 --signed-by 王主任"),
)
@_shared
@click.option("--signed-by", metavar="NAME", default="", help=_("Who signed for the people at the destination."))
def arrive(**given: Any) -> None:
    """Record an arrival."""
    _record("arrive", given)


def _record(what: What, given: dict[str, Any]) -> None:
    from scheduler.day.on_the_way import OnTheWay, RefusedError, Said
    from scheduler.season.ask.find_person import one_person
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.life.standing_season import read_season
    from scheduler.season.plans import read_plan

    season: Path = given["season"]
    now: datetime = given["now"]
    with open_ledger(season, given["db"], create=False) as ledger:
        named: dict[str, tuple[str, ...]] = {"absent": (), "boarded": ()}
        if any(given.get(option) for option in named):
            problem = read_season(season, ledger).problem
            for option in named:
                texts = given.get(option, ())
                named[option] = tuple(one_person(problem, text, f"--{option}").key for text in texts)
        plan = read_plan(season)
        with ledger.writing():
            on_the_way = OnTheWay(plan, ledger.events(), now)
            entries = []
            for run in given["runs"]:
                said = Said(
                    what=what,
                    run=run,
                    headcount=given["headcount"],
                    at=given["at"] or now,
                    absent=named["absent"],
                    boarded=named["boarded"],
                    place=given["place"],
                    note=given["note"],
                    signed_by=given.get("signed_by", ""),
                )
                try:
                    entries += on_the_way.take(said)
                except RefusedError as refused:
                    raise InputError(refused.message, refused.code, refused.cure) from refused
            ledger.append(entries, who=given["who"])
            unnamed = _unnamed(plan, ledger.events(), given["runs"]) if what == "depart" else {}
    if given["as_json"]:
        print_json({"recorded": len(entries), "runs": list(given["runs"])})
    else:
        text = _("Recorded: {runs}, {n} on board.")
        click.echo(text.format(runs=_(", ").join(given["runs"]), n=given["headcount"]))
        for run, number in unnamed.items():
            text = ngettext(
                "{run}: {n} person of its list is missing and not named.",
                "{run}: {n} people of its list are missing and not named.",
                number,
            )
            click.echo(text.format(run=run, n=number))
        if unnamed:
            click.echo(_("Name them: scheduler report SEASON RUN --headcount N --absent PERSON"))


def _unnamed(plan: Plan, events: Sequence[Event], runs: Sequence[str]) -> dict[str, int]:
    """Return, by run, how many of those who did not come nobody has named."""
    from scheduler.day import headcounts

    found = {run.id: headcounts.unnamed(events, run) for run in plan.runs if run.id in runs}
    return {run: number for run, number in found.items() if number > 0}
