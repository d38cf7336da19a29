"""`scheduler explain`: why this run, why not another; or why there is no seat, and what would help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from scheduler.errors import InputError
from scheduler.i18n import _

if TYPE_CHECKING:
    from scheduler.alternatives.ways import Alternative, Alternatives
    from scheduler.plan import Plan, Unserved
    from scheduler.problem import Party, Person, SetAside
    from scheduler.season.load import Intake

MAX_ROWS = 12


@click.command(
    "explain",
    cls=Command,
    help=_("Say why a person rides this run and not another, or why there is no seat and what would help.")
    + "\n\n"
    + _(
        "PERSON is a key, an ID number, the end of a telephone number, or a name, with the township where needed. "
        "Costs are exact, with everybody else as planned."
    )
    + "\n\n"
    + _("Exit code 1 when nobody, or more than one person, is meant: those are listed, masked.")
    + example_text("scheduler explain demo 张三 罗渡镇", "scheduler explain demo 8888 --json"),
)
@season_argument
@click.argument("person", nargs=-1, required=True, metavar="PERSON")
@now_option
@db_option
@json_option
@language_option
def explain(season: Path, person: tuple[str, ...], now: datetime, db: str | None, as_json: bool) -> None:
    """Explain one person's seat."""
    from scheduler.alternatives.ways import Alternatives
    from scheduler.season.ask.find_person import described, find_people
    from scheduler.season.ask.find_set_aside import find_set_aside
    from scheduler.season.keyed import load_with_plan
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.life.standing import frozen_runs

    intake, plan, _frozen = load_with_plan(season, db)
    problem = intake.problem
    asked = " ".join(person)  # a name and a township, as people write them
    found = find_people(problem, asked)
    aside = [] if found else find_set_aside(season, problem.set_aside, asked)
    if len(found) + len(aside) != 1:
        _refuse(asked, [described(each) for each in found] + [row.ref for row in aside])
    if aside:
        answer, possible = _of_set_aside(intake, aside[0]), []
    else:
        with open_ledger(season, db, create=False) as ledger:
            events = ledger.events()
        ways = Alternatives(problem, plan, frozen_runs(problem, plan, events, now))
        party = next(party for party in problem.parties if found[0] in party.people)
        possible = ways.of(party)
        answer = _of_person(plan, ways, party, found[0], possible)
    if as_json:
        print_json(answer)
    else:
        names = {each.id: _company(each) for each in problem.parties}
        _print(described(found[0]) if found else aside[0].ref, answer, possible, names)


def _refuse(text: str, listed: Sequence[str]) -> None:
    from scheduler.season.ask.find_person import SHOWN, shown_text

    cure = _("give the key, the ID number, the end of the telephone number, or name and township")
    if not listed:
        raise InputError(_("nobody in the rosters is {text}").format(text=shown_text(text)), "explain", cure)
    form = _("{n} people may be meant by {text}: {listed}")
    what = form.format(n=len(listed), text=shown_text(text), listed="; ".join(listed[:SHOWN]))
    raise InputError(what, "explain", _("give the key (the first of each), or name and township"))


# Answers -------------------------------------------------------------------------------------------------------------


def _of_person(
    plan: Plan, ways: Alternatives, party: Party, person: Person, possible: Sequence[Alternative]
) -> dict[str, Any]:
    from scheduler.cli.answers.explanation import of_rider, of_waiting

    run = ways.run_of(party)
    rider = next((each for each in run.passengers if each.person == person.key), None) if run is not None else None
    entry = next((entry for entry in plan.unserved if person.key in entry.persons), None)
    answer: dict[str, Any] = {"person": person.key, "party": party.id, "run": None}
    if run is not None and rider is not None:
        departs = run.departure(rider.board)
        answer["run"] = {
            "id": run.id,
            "mode": run.mode,
            "date": run.date.isoformat(),
            "vehicle_type": run.vehicle_type,
            "operator": run.operator,
            "train": run.train,
            "seat": rider.seat,
            "board": rider.board,
            "depart": departs.isoformat(timespec="minutes") if departs else None,
            "alight": rider.alight,
        }
        text = of_rider(party, run, rider, possible)
    else:
        text = of_waiting(party, entry, possible)
    return answer | {
        "cost_share": ways.share_fen(party),
        "alternatives": [
            {
                "run": each.run,
                "date": each.day.isoformat(),
                "extra_cost": each.extra_fen,
                "rule": each.rule,
                "displaces": list(each.displaces),
            }
            for each in possible
        ],
        "unserved": _entry(entry) if entry is not None else None,
        "text": text,
    }


def _entry(entry: Unserved) -> dict[str, Any]:
    names = ("code", "reason", "proof", "scope", "extra_cost", "remedy", "remedy_args")
    row: dict[str, Any] = entry.model_dump(mode="json", include=set(names))
    return {name: row[name] for name in names}


def _of_set_aside(intake: Intake, row: SetAside) -> dict[str, Any]:
    """Return why a row of the roster could not be planned: its errors are the reason."""
    from scheduler.cli.answers.explanation import of_set_aside

    errors = [found for found in intake.errors if found.code in row.codes and _is_of(row.ref, found)]
    reasons = [found.message for found in errors] or list(row.codes)
    cure = errors[0].cure if errors else _("run scheduler check")
    entry: dict[str, Any] = {
        "code": row.codes[0],
        "reason": "; ".join(reasons),
        "proof": "no_option",
        "scope": "all_plans",
        "extra_cost": None,
        "remedy": cure,
        "remedy_args": [],
    }
    return {
        "person": None,
        "party": None,
        "run": None,
        "cost_share": 0,
        "alternatives": [],
        "unserved": entry,
        "text": of_set_aside(reasons, cure),
    }


def _is_of(ref: str, found: Any) -> bool:
    file, sheet, row = ref.rsplit("!", 2)
    number = row.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").partition("/")[0]
    return (file, sheet, number) == (found.file, found.sheet, str(found.row))


# On the screen -------------------------------------------------------------------------------------------------------


def _print(who: str, answer: dict[str, Any], possible: Sequence[Alternative], names: Mapping[str, str]) -> None:
    from scheduler.cli.progress import yuan

    out = console()
    out.print(plain(who), soft_wrap=True)
    run, entry = answer["run"], answer["unserved"]
    if run is not None:
        form = _("{run} on {date}, seat {seat}: from {board} to {alight}; their share of the cost is {amount} yuan")
        seat = run["seat"] or "-"
        amount = yuan(answer["cost_share"])
        told = form.format(
            run=run["id"], date=run["date"], seat=seat, board=run["board"], alight=run["alight"], amount=amount
        )
        out.print(plain(told), soft_wrap=True)
    if entry is not None:
        is_roster = entry["code"].startswith("R")
        known = "" if is_roster else _(" ({proof})").format(proof=_proof(entry["proof"], entry["scope"]))
        out.print(plain(f"{entry['code']} {entry['reason']}{known}"), soft_wrap=True)
        out.print(plain(_helps(entry)), soft_wrap=True)
    if possible:
        _print_table(possible, names)
    out.print(_("To read out: {text}").format(text=answer["text"]), markup=False, soft_wrap=True)


def _helps(entry: dict[str, Any]) -> str:
    """Return what would help; what nobody tried is not promised."""
    if entry["remedy_args"]:
        remedy = " ".join([entry["remedy"], "-> scheduler whatif SEASON", *entry["remedy_args"]])
        return _("What would help: {remedy}").format(remedy=remedy)
    is_roster = entry["code"].startswith("R")
    form = _("What would help: {remedy}") if is_roster else _("May help (not tried): {remedy}")
    return form.format(remedy=entry["remedy"])


def _proof(proof: str, scope: str) -> str:
    """Return how sure the reason is, in words."""
    if proof == "open":
        return _("not decided in the time given")
    said = {
        "no_option": _("nothing fits them"),
        "conflict": _("no seat is left for them"),
        "cost": _("there is a way, it costs more than leaving them"),
    }[proof]
    extent = _("proven for every plan") if scope == "all_plans" else _("the rest as planned")
    return _("{proof}; {scope}").format(proof=said, scope=extent)


def _company(party: Party) -> str:
    """Return a party as a list on the wall names it."""
    from scheduler.mask import mask_name

    name = f"{mask_name(party.people[0].name)} {party.origin}"
    return name if party.size == 1 else _("{name} and {n} more").format(name=name, n=party.size - 1)


def _print_table(possible: Sequence[Alternative], names: Mapping[str, str]) -> None:
    from rich.table import Table

    from scheduler.cli.progress import yuan

    out = console()
    table = Table(title=_("Other ways, the rest as planned (yuan more than now)"), title_justify="left")
    table.add_column(_("Run"), overflow="fold")
    table.add_column(_("Date"), no_wrap=True)
    table.add_column(_("Yuan"), justify="right")
    table.add_column(_("Who would stay behind, or the rule that forbids it"), overflow="fold")
    for each in possible[:MAX_ROWS]:
        name = _("one of their own") if each.run == "new" else each.run
        cost = "-" if each.extra_fen is None else yuan(each.extra_fen)
        table.add_row(plain(name), each.day.isoformat(), cost, plain(_beside(each, names)))
    out.print(table)
    if len(possible) > MAX_ROWS:
        out.print(_("and {n} more; --json lists all").format(n=len(possible) - MAX_ROWS))


def _beside(each: Alternative, names: Mapping[str, str]) -> str:
    """Return what comes with another way, or what forbids it."""
    if each.adds:
        return _("it would stop at {places} as well").format(places=" ".join(each.adds))
    return each.rule or _(", ").join(names.get(party, party) for party in each.displaces)
