"""`scheduler restore`: a copy of the ledger in the place of what there is, and its plan in plan.json."""

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
)
from scheduler.cli.help import Command
from scheduler.i18n import _, ngettext


@click.command(
    "restore",
    cls=Command,
    help=_("Put FILE, which scheduler backup wrote, in the place of the ledger of SEASON; plan/plan.json follows it.")
    + "\n\n"
    + _("Refused when the ledger holds events that the copy does not, unless --yes says that they may be lost.")
    + example_text("scheduler restore demo demo-0215.db"),
)
@season_argument
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help=_("Also where events that the copy does not hold are lost."))
@db_option
@json_option
@language_option
def restore(season: Path, file: Path, yes: bool, db: str | None, as_json: bool) -> None:
    """Put a copy back."""
    from scheduler.season.ledger import backup
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.plans import put_back_plan

    done = backup.restore(season, file, db, replace=yes)
    with open_ledger(season, db, create=False) as ledger:
        plan = put_back_plan(season, ledger)
    if as_json:
        aside = str(done.aside) if done.aside else None
        print_json({"events": done.events, "lost": done.lost, "plan": plan, "damaged": aside})
        return
    lines = [
        ngettext("Put back: {n} event; lost: {lost}.", "Put back: {n} events; lost: {lost}.", done.events).format(
            n=done.events, lost=done.lost
        )
    ]
    if plan is not None:
        lines.append(_("plan.json is plan {number}.").format(number=plan))
    if done.aside is not None:
        lines.append(_("The damaged ledger is kept as {file}.").format(file=done.aside))
    console().print(plain("\n".join(lines)), soft_wrap=True)
