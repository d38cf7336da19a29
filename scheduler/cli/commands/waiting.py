"""`scheduler waiting`: who waits for a seat, in which order, and whom the free seats could take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.cli.common import (
    console,
    db_option,
    example_text,
    json_option,
    language_option,
    now_option,
    plain,
    print_json,
    season_argument,
)
from scheduler.cli.help import Command
from scheduler.i18n import _, count_text

if TYPE_CHECKING:
    from scheduler.day.waiting import Waiting

MAX_ROWS = 15
MAX_OFFERS = 3


@click.command(
    "waiting",
    cls=Command,
    help=_(
        "Show the waiting list of SEASON: whole parties, by priority, then by registration; and free seats for each."
    )
    + "\n\n"
    + _("Nobody else is told anything when a party takes such seats; scheduler replan gives them out.")
    + example_text("scheduler waiting demo", "scheduler waiting demo --json"),
)
@season_argument
@now_option
@db_option
@json_option
@language_option
def waiting(season: Path, now: datetime, db: str | None, as_json: bool) -> None:
    """Show the waiting list."""
    from scheduler.day.waiting import waiting_list
    from scheduler.mask import mask_name
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.life.standing_season import read_season
    from scheduler.season.plans import read_plan

    with open_ledger(season, db, create=False) as ledger:
        standing = read_season(season, ledger)
    plan = read_plan(season)
    frozen = standing.commitments(plan, now).frozen
    order = {person.key: i for i, person in enumerate(p for party in standing.problem.parties for p in party.people)}
    found = waiting_list(standing.at(now), plan, frozen, order)
    if as_json:
        print_json(
            {
                "parties": len(found),
                "people": sum(each.party.size for each in found),
                "waiting": [
                    {
                        "place": each.place,
                        "party": each.party.id,
                        "persons": [person.key for person in each.party.people],
                        "names": [mask_name(person.name) for person in each.party.people],
                        "township": each.party.origin,
                        "destination": each.party.work_stop,
                        "size": each.party.size,
                        "priority": each.priority,
                        "reason": each.reason,
                        "offers": [
                            {
                                "run": offer.run,
                                "free": offer.free,
                                "board": offer.board,
                                "alight": offer.alight,
                                "extra_cost": offer.extra_fen,
                            }
                            for offer in each.offers
                        ],
                    }
                    for each in found
                ],
            }
        )
    else:
        _print(found, to_work=standing.problem.settings.direction == "to_work")


def _print(found: Sequence[Waiting], *, to_work: bool) -> None:
    from rich.table import Table

    from scheduler.cli.progress import yuan
    from scheduler.mask import mask_name

    out = console()
    if not found:
        out.print(_("Nobody waits for a seat."))
        return
    people = sum(each.party.size for each in found)
    title = _("Waiting: {people} in {parties}").format(
        people=count_text("{n} person", "{n} people", people),
        parties=count_text("{n} party", "{n} parties", len(found)),
    )
    table = Table(title=title, title_justify="left")
    table.add_column("#", justify="right")
    table.add_column(_("Who"), overflow="fold")
    table.add_column(_("People"), justify="right")
    table.add_column(_("To") if to_work else _("From"), overflow="fold")
    table.add_column(_("Free seats for all of them (yuan more)"), overflow="fold")
    for each in found[:MAX_ROWS]:
        offers = [f"{offer.run} ({yuan(offer.extra_fen)})" for offer in each.offers[:MAX_OFFERS]]
        names = "、".join(mask_name(person.name) for person in each.party.people[:3])
        cells = (f"{names} {each.party.origin}", str(each.party.size), each.party.work_stop, "\n".join(offers) or "-")
        table.add_row(str(each.place), *(plain(cell) for cell in cells[:3]), cells[3])
    if len(found) > MAX_ROWS:
        table.caption = _("and {n} more").format(n=len(found) - MAX_ROWS)
    out.print(table)
