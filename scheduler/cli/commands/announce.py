"""`scheduler announce`: the current plan becomes what people have been told."""

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
    print_json,
    season_argument,
    who_option,
)
from scheduler.cli.exporting import ids_option, noting, purpose_option, require_purpose
from scheduler.cli.help import Command
from scheduler.cli.older_lists import move_aside
from scheduler.cli.outputs import refuse_over_season
from scheduler.errors import UsageError
from scheduler.i18n import _, ngettext

if TYPE_CHECKING:
    from scheduler.cli.exporting import Export
    from scheduler.files import PersonalFile
    from scheduler.plan import Plan
    from scheduler.reports.announcement import Hearing, NewList, What
    from scheduler.reports.visibility import IdChoice
    from scheduler.season.ledger.events import Event
    from scheduler.season.ledger.ledger import Ledger
    from scheduler.season.life.announcing import Announcement


@click.command(
    "announce",
    cls=Command,
    help=_("Make the current plan of SEASON what people have been told: a later replan keeps to it.")
    + "\n\n"
    + _("With -o only what changed is printed and texted; each list has a number and names the one it replaces.")
    + "\n\n"
    + _("Exit code 1 when the rosters no longer fit the plan.")
    + example_text("scheduler announce demo -o demo/told", "scheduler announce demo --run C0216-深圳-03 -o demo/told"),
)
@season_argument
@click.option(
    "-o", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help=_("Where to write.")
)
@click.option("--run", "runs", multiple=True, metavar="ID", help=_("Only this run; may be repeated."))
@ids_option
@purpose_option
@now_option
@who_option
@db_option
@json_option
@language_option
def announce(
    season: Path,
    folder: Path | None,
    runs: tuple[str, ...],
    ids: IdChoice,
    purpose: str,
    now: datetime,
    who: str,
    db: str | None,
    as_json: bool,
) -> None:
    """Announce the current plan."""
    from scheduler.reports.book import Book
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.life.announcing import announcement
    from scheduler.season.life.standing_season import as_planned
    from scheduler.season.load import load
    from scheduler.season.plans import current_number, read_plan

    require_purpose(ids, purpose)
    refuse_over_season(season, folders=(folder,))
    with open_ledger(season, db, create=False) as ledger:
        plan = read_plan(season)
        loaded = load(season, salt=ledger.salt)
        problem, _frozen = as_planned(loaded, plan, ledger)
        book = Book(problem, plan)  # refuses a plan whose riders the rosters do not have any more
        unknown = set(runs) - {run.id for run in plan.runs}
        if unknown:
            cure = _("write the run as on its list")
            raise UsageError(_("the plan has no run {run}").format(run=min(unknown)), "--run", cure)
        number = current_number(plan, ledger, who=who)
        # Outermost: files that stand are noted also where another one cannot be written and nothing is announced.
        with noting(ledger, command="announce", who=who, purpose=purpose, plan=number) as export, ledger.writing():
            found = announcement(problem, plan, ledger.events(), number, runs)
            if folder is not None:
                from scheduler.reports.announcement import NewList, write_announcement
                from scheduler.reports.formats.document import Taken

                lists = [NewList(each.run, each.number, each.replaces) for each in found.lists]
                taken = Taken(who, now, export.number)
                heard = hearings(found, ledger.events())
                if heard or lists:
                    _move_void(ledger, folder, lists, plan, export)
                write_announcement(folder, book, heard, lists, number, taken, ids, export.add)
            ledger.append(found.entries, who=who)
    if as_json:
        print_json(
            {
                "told": len(found.told),
                "changed": len(found.changed),
                "withdrawn": len(found.withdrawn),
                "gone": len(found.gone),
                "runs": [each.run for each in found.lists],
                "lists": [{"run": e.run, "number": e.number, "replaces": e.replaces} for e in found.lists],
            }
        )
    else:
        _print(found, folder)


def _move_void(ledger: Ledger, folder: Path, lists: Sequence[NewList], plan: Plan, export: Export) -> None:
    """Move aside what the last announcement wrote for once, and the lists of runs that have ended."""
    from scheduler.reports.announcement import stem_of

    ended = {stem_of(each.run) for each in lists} - {stem_of(run.id) for run in plan.runs}

    def is_void(file: PersonalFile) -> bool:
        return file.reader in ("message", "township") or file.path.stem in ended

    move_aside(ledger.events("exported"), folder, "announce", (), export.add, is_void)


def hearings(found: Announcement, events: Sequence[Event]) -> list[Hearing]:
    """Return who must be told what, with what they knew before."""
    from scheduler.reports.announcement import Hearing
    from scheduler.season.ledger import states
    from scheduler.season.ledger.events import SeatTold
    from scheduler.season.life.standing import as_told

    known = states.told(events)
    rows = [Hearing(person, "told", None) for person in found.told]
    later: tuple[tuple[tuple[str, ...], What], ...] = ((found.changed, "changed"), (found.withdrawn, "withdrawn"))
    for people, what in later:
        for person in people:
            event = known[person]
            data = event.data if isinstance(event.data, SeatTold) else SeatTold()
            rows.append(Hearing(person, what, as_told(event), data.pickup, data.pickup_at))
    return rows


def _print(found: Announcement, folder: Path | None) -> None:
    out = console()
    if not found.hearing and not found.lists:
        out.print(_("Nothing to tell: everybody knows the current plan."))
        return
    for label, number in (
        (_("told a seat for the first time"), len(found.told)),
        (_("told another date, place or time"), len(found.changed)),
        (_("told that the seat is taken back"), len(found.withdrawn)),
        (_("in no roster any more, taken as cancelled"), len(found.gone)),
    ):
        if number:
            out.print(
                ngettext("{n} person {what}", "{n} people {what}", number).format(n=f"{number:,}", what=label),
                soft_wrap=True,
            )
    replaced = sum(bool(each.replaces) for each in found.lists)
    text = ngettext(
        "{n} list is new, {replaced} in place of an earlier one; the others hold.",
        "{n} lists are new, {replaced} in place of an earlier one; the others hold.",
        len(found.lists),
    )
    out.print(text.format(n=f"{len(found.lists):,}", replaced=f"{replaced:,}"), soft_wrap=True)
    if folder is not None:
        out.print(_("Written: {path}").format(path=folder), soft_wrap=True, markup=False)
    else:
        out.print(_("Nothing is printed without -o DIR."), soft_wrap=True)
