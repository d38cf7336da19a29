"""`scheduler plans`: the plans that the season keeps, by number."""

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
    from scheduler.season.life.kept_plans import KeptPlan

MAX_ROWS = 20
"""So many plans are shown on a terminal, the last ones; --json lists them all."""


@click.command(
    "plans",
    cls=Command,
    help=_("List the plans that SEASON keeps: number, time, who made it, people, cost, gap, whether people were told.")
    + "\n\n"
    + _("scheduler diff sets two of them side by side, scheduler use takes one back.")
    + example_text("scheduler plans demo", "scheduler plans demo --json"),
)
@season_argument
@db_option
@json_option
@language_option
def plans(season: Path, db: str | None, as_json: bool) -> None:
    """List the plans of a season."""
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.life.kept_plans import kept_plans
    from scheduler.season.plans import standing_plan
    from scheduler.season.settings import read_settings

    read_settings(season)
    current = standing_plan(season)
    with open_ledger(season, db, create=False) as ledger:
        found = kept_plans(ledger, current)
    if as_json:
        print_json({"plans": [as_row(each) for each in found]})
    else:
        _print(found, current is not None)


def as_row(kept: KeptPlan) -> dict[str, Any]:
    """Return what is known of a plan, for programs."""
    return {
        "number": kept.number,
        "at": kept.at.isoformat(timespec="seconds"),
        "by": kept.who,
        "command": kept.command,
        "cost": kept.total,
        "bound": kept.bound,
        "gap": kept.gap,
        "people": kept.people,
        "unserved": kept.unserved,
        "told": kept.told,
        "current": kept.is_current,
        "erased": not kept.is_kept,
    }


def _print(found: tuple[KeptPlan, ...], has_plan: bool) -> None:
    from rich.table import Table

    from scheduler.cli.progress import percent, yuan

    out = console()
    if not found:
        out.print(_("There is no plan yet: run scheduler plan first."), soft_wrap=True)
        return
    if len(found) > MAX_ROWS:
        text = _("{n} plans; the last {shown} are shown, --json lists all.")
        out.print(text.format(n=len(found), shown=MAX_ROWS), soft_wrap=True)
    table = Table(pad_edge=False)
    table.add_column(_("Plan"), justify="right", no_wrap=True)
    table.add_column(_("Made"), overflow="fold")
    table.add_column(_("Rides"), justify="right", no_wrap=True)
    table.add_column(_("Left"), justify="right", no_wrap=True)
    table.add_column(_("Cost (yuan)"), justify="right", no_wrap=True)
    table.add_column(_("Proven gap"), justify="right", no_wrap=True)
    table.add_column(_("Stands"), overflow="fold")
    for each in found[-MAX_ROWS:]:
        made = " ".join(filter(None, (f"{each.at.astimezone():%m-%d %H:%M}", each.command, each.who)))
        gap = "-" if each.gap is None else percent(each.gap)
        cells = (str(each.number), made, f"{each.people:,}", f"{each.unserved:,}", yuan(each.total), gap)
        table.add_row(*(plain(cell) for cell in (*cells, _stands(each))), style="bold" if each.is_current else "")
    out.print(table)
    if not any(each.is_current for each in found):
        text = _("plan.json is none of these: it was changed by other means; scheduler verify checks it.")
        text = text if has_plan else _("There is no plan.json that can be read: scheduler use SEASON N takes one back.")
        out.print(text, soft_wrap=True)


def _stands(kept: KeptPlan) -> str:
    said = []
    if kept.is_current:
        said.append(_("current"))
    if kept.told:
        said.append(_("{n} told").format(n=f"{kept.told:,}"))
    if not kept.is_kept:
        said.append(_("erased"))
    return _(", ").join(said)
