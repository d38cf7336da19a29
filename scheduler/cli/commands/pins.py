"""`scheduler pins`: what the dispatcher has decided, whether it holds together, what each decision costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
    print_issues,
    print_json,
    season_argument,
)
from scheduler.cli.help import Command
from scheduler.errors import InputError, PlanError
from scheduler.i18n import _

if TYPE_CHECKING:
    from scheduler.alternatives.pin_prices import Price
    from scheduler.contradictions.sets import Contradiction
    from scheduler.pins import Pin
    from scheduler.plan import Plan, Run
    from scheduler.problem import Person, Problem
    from scheduler.season.load import Intake


@click.command(
    "pins",
    cls=Command,
    help=_("List what is decided in SEASON's pins.csv: whom it binds, whether it holds together, what it costs.")
    + "\n\n"
    + _("--price says what the present plan costs more because of each decision, everybody else as planned.")
    + "\n\n"
    + _("Exit code 1 when decisions contradict each other, or a row cannot be used.")
    + example_text("scheduler pins demo", "scheduler pins demo --price"),
)
@season_argument
@click.option("--price", "with_price", is_flag=True, help=_("Say what each decision costs."))
@now_option
@db_option
@json_option
@language_option
def pins(season: Path, with_price: bool, now: datetime, db: str | None, as_json: bool) -> int:
    """List pins."""
    from scheduler.alternatives.pin_prices import pin_prices
    from scheduler.contradictions.sets import contradictions
    from scheduler.season.plans import standing_plan
    from scheduler.verify.pins import unheld

    plan = standing_plan(season)
    intake, problem, frozen = _read(season, db, plan, now)
    issues = [found for found in intake.issues if found.file.lower().startswith("pins.")]
    found = contradictions(problem, plan, [run.id for run in frozen])
    broken = unheld(problem, plan, frozen) if plan is not None else {}
    prices: Mapping[Pin, Price] = {}
    if with_price and plan is None:
        raise PlanError(_("there is no plan yet whose price could be told"), str(season), _("run scheduler plan first"))
    if with_price and plan is not None and not found:
        prices = {each.pin: each for each in pin_prices(problem, plan, [run.id for run in frozen])}
    rows = [_row(pin, problem, plan, broken, prices) for pin in problem.pins]
    if as_json:
        sets = [{"pins": [pin.ref for pin in each.pins], "rule": each.rule} for each in found]
        print_json({"pins": rows, "contradictions": sets, "issues": [each.as_json() for each in issues]})
    else:
        _print(rows, plan is not None, with_price and not found)
        for each in found:
            click.echo(_("contradiction: {what}").format(what=contradiction_text(each)))
        print_issues(issues)
    return 1 if found or any(each.severity == "error" for each in issues) else 0


def _read(season: Path, db: str | None, plan: Plan | None, now: datetime) -> tuple[Intake, Problem, tuple[Run, ...]]:
    """Return the season as it stands, and the runs of its plan that are not changed any more."""
    from scheduler.season.folder import DATABASE
    from scheduler.season.keyed import load_to_ask
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.life.standing_season import read_season

    if plan is None or (db is None and not (season / DATABASE).exists()):
        intake = load_to_ask(season, db)
        return intake, intake.problem, ()
    with open_ledger(season, db, create=False) as ledger:
        standing = read_season(season, ledger)
        frozen = standing.commitments(plan, now).frozen
        return standing.loaded, standing.at(now), tuple(run for run in plan.runs if run.id in frozen)


def refuse_contradictions(problem: Problem, plan: Plan | None, frozen: Collection[str] = ()) -> None:
    """Refuse to plan while pins cannot all hold: a line for each smallest set that contradicts itself.

    Raises
    ------
    InputError
        With the last of the lines; the others are printed.
    """
    if not problem.pins:
        return
    from scheduler.contradictions.sets import contradictions

    found = contradictions(problem, plan, frozen)
    cure = _("correct or delete one of them; scheduler pins lists all")
    for number, each in enumerate(found, 1):
        error = InputError(contradiction_text(each), "", cure)
        if number == len(found):
            raise error
        click.echo(_("error: {message}").format(message=error), err=True)


def refuse_contradictions_beside(season: Path, problem: Problem) -> None:
    """Do the same beside the season's plan, where it has one."""
    from scheduler.season.plans import standing_plan

    refuse_contradictions(problem, standing_plan(season) if problem.pins else None)


def contradiction_text(found: Contradiction) -> str:
    """Return a contradiction in one line: the rows, what each decides, and the rule."""
    from scheduler.season.pins.reading import KINDS

    rows = ", ".join(f"{place_text(pin.ref)} ({KINDS[pin.kind][0]} {pin.kind})" for pin in found.pins)
    return f"{rows}: {found.rule}"


def place_text(ref: str) -> str:
    """Return where a row stands as people say it: pins.csv 5, or pins.xlsx Sheet1 5."""
    return " ".join(filter(None, ref.split("!")))


def obeyed_line(problem: Problem) -> str:
    """Return how many decisions a plan obeys, empty where nothing is decided."""
    from scheduler.pinned import PinIndex

    index = PinIndex(problem)
    number = sum(pin.kind in ("open", "closed") or bool(index.parties(pin)) for pin in problem.pins)
    return _("Decisions of pins.csv obeyed: {n}").format(n=f"{number:,}") if number else ""


def _row(
    pin: Pin, problem: Problem, plan: Plan | None, broken: Mapping[Pin, str], prices: Mapping[Pin, Price]
) -> dict[str, Any]:
    from scheduler.season.ask.find_person import described

    people = {person.key: person for party in problem.parties for person in party.people}
    price = prices.get(pin)
    return {
        "pin": pin.kind,
        "ref": pin.ref,
        "person": pin.person,
        "with": pin.with_,
        "who": [described(people[key]) if key in people else key for key in (pin.person, pin.with_) if key],
        "run": pin.run,
        "seat": pin.seat,
        "date": None if pin.date is None else pin.date.isoformat(),
        "board": pin.board,
        "destination": pin.destination,
        "vehicle_type": pin.vehicle_type,
        "mode": pin.mode,
        "reason": pin.reason,
        "asks": _asks(pin, people),
        "held": None if plan is None else pin not in broken,
        "price": None if price is None else price.fen,
        "exact": None if price is None else price.is_exact,
    }


def _asks(pin: Pin, people: Mapping[str, Person]) -> bool:
    """Tell whether a pin asks something: of nobody who does not travel."""
    return all(key in people for key in (pin.person, pin.with_) if key)


def _print(rows: Sequence[Mapping[str, Any]], has_plan: bool, with_price: bool) -> None:
    from rich.table import Table

    from scheduler.cli.answers.event_text import pin_text
    from scheduler.cli.progress import yuan
    from scheduler.places import division

    if not rows:
        click.echo(_("Nothing is decided: there is no row in pins.csv."))
        return
    table = Table(title=_("Decisions: {n}").format(n=f"{len(rows):,}"), title_justify="left")
    for title in (_("Row"), _("Decision"), _("Whom"), _("What"), _("Why")):
        table.add_column(title, overflow="fold")
    if has_plan:
        table.add_column(_("In the plan"), overflow="fold")
    if with_price:
        table.add_column(_("Costs (yuan)"), justify="right", overflow="fold")
    for row in rows:
        here = division(row["destination"]) if row["destination"] else None
        mode = {"coach": _("coach"), "train": _("train"), "": ""}[row["mode"]]
        what = (row["run"], row["seat"], row["date"], row["board"], here.full_name if here else "", row["vehicle_type"])
        cells = [
            place_text(row["ref"]),
            pin_text(row["pin"]),
            "; ".join(each.partition(" ")[2] or each for each in row["who"]),  # keys are for programs
            " ".join(each for each in (*what, mode) if each),
            row["reason"],
        ]
        if has_plan:
            cells.append(_("asks nothing") if not row["asks"] else _("held") if row["held"] else _("not held"))
        if with_price:
            least = "" if row["exact"] else "≥ "
            cells.append(least + yuan(row["price"]) if row["price"] is not None else "-")
        table.add_row(*(plain(cell) for cell in cells))
    console().print(table)
    if has_plan and any(row["asks"] and not row["held"] for row in rows):
        click.echo(_("Not held: decided after the plan was made; plan again (scheduler replan, or plan)."))
