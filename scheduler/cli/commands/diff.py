"""`scheduler diff`: two plans of a season side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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
from scheduler.cli.progress import yuan
from scheduler.i18n import _, ngettext

if TYPE_CHECKING:
    from scheduler.plan import Plan, Run
    from scheduler.season.life.comparison import Comparison, SeatChange
    from scheduler.season.life.differences import Seat

MAX_ROWS = 10
"""So many people are shown on a terminal; --json lists them all."""
MAX_RUNS = 10
"""So many runs are named on a terminal."""


@click.command(
    "diff",
    cls=Command,
    help=_("Set plans A and B of SEASON side by side: people who ride otherwise, runs that come and go, cost by kind.")
    + "\n\n"
    + _("Without B it is the current plan. scheduler plans lists the numbers; names are masked.")
    + example_text("scheduler diff demo 7 8", "scheduler diff demo 7 --json"),
)
@season_argument
@click.argument("first", type=click.IntRange(min=1), metavar="A")
@click.argument("second", type=click.IntRange(min=1), metavar="[B]", required=False)
@db_option
@json_option
@language_option
def diff(season: Path, first: int, second: int | None, db: str | None, as_json: bool) -> None:
    """Compare two plans."""
    from scheduler.mask import mask_name
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.life.comparison import compare
    from scheduler.season.load import load
    from scheduler.season.plans import read_plan
    from scheduler.season.settings import read_settings

    read_settings(season)
    with open_ledger(season, db, create=False) as ledger:
        one = ledger.plan(first)
        other = read_plan(season) if second is None else ledger.plan(second)
        number = ledger.number_of(other) if second is None else second
        salt = ledger.salt
    found = compare(one, other)
    people = [person for party in load(season, salt=salt).problem.parties for person in party.people]
    names = {person.key: f"{mask_name(person.name)} {person.township}" for person in people}
    if as_json:
        print_json(_as_json(found, (first, one), (number, other), names))
    else:
        _print(found, (first, one), (number, other), names)


Numbered = tuple[int | None, "Plan"]
"""A plan and its number; None: it stands in plan.json and the ledger does not know it."""


def _as_json(found: Comparison, one: Numbered, other: Numbered, names: Mapping[str, str]) -> dict[str, Any]:
    costs = one[1].cost.model_dump(), other[1].cost.model_dump()
    kinds = Counter(each.kind for each in found.people)
    return {
        "plans": [
            {"number": number, **_figures(plan), "cost": plan.cost.model_dump()} for number, plan in (one, other)
        ],
        "cost": {kind: costs[1][kind] - costs[0][kind] for kind in costs[0]},
        "moved": kinds["moved"],
        "served": kinds["served"],
        "left": kinds["left"],
        "same": found.same,
        "people": [
            {
                "person": each.person,
                "name": names.get(each.person, ""),
                "kind": each.kind,
                "differs": each.differs,
                "from": _seat_json(each.before),
                "to": _seat_json(each.after),
            }
            for each in found.people
        ],
        "runs": {
            kind: [{"id": run.id, "date": run.date, "people": run.load, "mode": run.mode} for run in runs]
            for kind, runs in (("gone", found.gone), ("new", found.new), ("changed", found.changed))
        },
    }


def _figures(plan: Plan) -> dict[str, int]:
    return {
        "runs": len(plan.runs),
        "people": sum(run.load for run in plan.runs),
        "unserved": sum(len(entry.persons) for entry in plan.unserved),
    }


def _seat_json(seat: Seat | None) -> dict[str, Any] | None:
    if seat is None:
        return None
    depart = None if seat.depart is None else seat.depart.strftime("%Y-%m-%dT%H:%M")
    return {"run": seat.run, "date": seat.date, "board": seat.board, "depart": depart, "alight": seat.alight}


# On a terminal -----------------------------------------------------------------------------------------------------


def _print(found: Comparison, one: Numbered, other: Numbered, names: Mapping[str, str]) -> None:
    out = console()
    out.print(_figures_table(one, other))
    for label, runs in (
        (_("Runs that go"), found.gone),
        (_("Runs that come"), found.new),
        (_("Runs with another vehicle, stops or times"), found.changed),
    ):
        if runs:
            text = _("{label}, {n}: {runs}").format(label=label, n=len(runs), runs=_runs_text(runs))
            out.print(plain(text), soft_wrap=True)
    out.print(_people_text(found), soft_wrap=True)
    if found.people:
        out.print(_people_table(found.people, names))


def _figures_table(one: Numbered, other: Numbered) -> Any:
    from rich.table import Table

    table = Table(pad_edge=False)
    table.add_column("", overflow="fold")
    for number, _plan in (one, other):
        heading = _("edited") if number is None else _("Plan {number}").format(number=number)
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(_("Difference"), justify="right", no_wrap=True)
    figures = _figures(one[1]), _figures(other[1])
    labels = {"runs": _("Runs"), "people": _("People with a seat"), "unserved": _("Left behind")}
    for name, label in labels.items():
        was, now = figures[0][name], figures[1][name]
        table.add_row(label, f"{was:,}", f"{now:,}", f"{now - was:+,}" if now != was else "=")
    costs = one[1].cost.model_dump(), other[1].cost.model_dump()
    for kind, label in _cost_labels().items():
        was, now = costs[0][kind], costs[1][kind]
        if was or now:
            difference = f"{'+' if now > was else ''}{yuan(now - was)}" if now != was else "="
            table.add_row(label, yuan(was), yuan(now), difference)
    return table


def _cost_labels() -> dict[str, str]:
    return {
        "total": _("Total cost (yuan)"),
        "runs": _("of it vehicles"),
        "seats": _("of it fares"),
        "access": _("of it ways to the stop"),
        "date_shift": _("of it other dates"),
        "unserved": _("of it people left"),
        "moves": _("of it for moving people"),
    }


def _runs_text(runs: Sequence[Run]) -> str:
    named = _(", ").join(f"{run.id} ({run.load})" for run in runs[:MAX_RUNS])
    more = len(runs) - MAX_RUNS
    return named + (" " + _("and {n} more").format(n=more) if more > 0 else "")


def _people_text(found: Comparison) -> str:
    moved = [each for each in found.people if each.kind == "moved"]
    kinds = Counter(each.kind for each in found.people)
    differ = Counter(what for each in moved for what in each.differs)
    parts = [
        (ngettext("{n} rides as before", "{n} ride as before", found.same), found.same),
        (ngettext("{n} gets a seat", "{n} get a seat", kinds["served"]), kinds["served"]),
        (ngettext("{n} loses their seat", "{n} lose their seat", kinds["left"]), kinds["left"]),
        (_("{n} on another date"), differ["date"]),
        (ngettext("{n} boards elsewhere", "{n} board elsewhere", differ["board"]), differ["board"]),
        (ngettext("{n} alights elsewhere", "{n} alight elsewhere", differ["alight"]), differ["alight"]),
        (_("{n} at another time of the day"), sum(_is_other_time(each) for each in moved)),
        (_("{n} only on another run"), sum(each.differs == ("run",) for each in moved)),
    ]
    said = [form.format(n=f"{number:,}") for form, number in parts if number]
    return _("People: {parts}").format(parts=_(", ").join(said) or "-")


def _is_other_time(change: SeatChange) -> bool:
    return "depart" in change.differs and not {"date", "board"} & set(change.differs)


def _people_table(people: Sequence[SeatChange], names: Mapping[str, str]) -> Any:
    from rich.table import Table

    table = Table(pad_edge=False)
    for heading in (_("Who"), _("Before"), _("After")):
        table.add_column(heading, overflow="fold")
    for each in people[:MAX_ROWS]:
        cells = (names.get(each.person, each.person), _seat_text(each.before), _seat_text(each.after))
        table.add_row(*(plain(cell) for cell in cells))
    if len(people) > MAX_ROWS:
        table.caption = _("and {n} more; --json lists all").format(n=f"{len(people) - MAX_ROWS:,}")
    return table


def _seat_text(seat: Seat | None) -> str:
    from scheduler.reports.formats.document import short_place

    if seat is None:
        return _("no seat")
    when = f"{seat.depart:%H:%M}" if seat.depart else ""
    return " ".join(
        filter(None, (seat.run, f"{seat.date:%m-%d}", when, f"{short_place(seat.board)}→{short_place(seat.alight)}"))
    )
