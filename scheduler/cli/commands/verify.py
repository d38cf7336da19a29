"""`scheduler verify`: hold plan/plan.json to every rule and every cost, re-derived from the season's inputs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.common import (
    console,
    db_option,
    example_text,
    json_option,
    language_option,
    print_json,
    season_argument,
)
from scheduler.cli.help import Command
from scheduler.errors import PlanError
from scheduler.i18n import _, count_text

if TYPE_CHECKING:
    from scheduler.plan import Plan, Run
    from scheduler.problem import Problem
    from scheduler.verify import Violation

MAX_ROWS = 5
"""So many violations of a code are shown on a terminal; --json lists them all."""

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)")


@click.command(
    "verify",
    cls=Command,
    help=_(
        "Re-derive every rule and every cost of the plan of SEASON, without the planner's code, and list violations."
    )
    + "\n\n"
    + _("SEASON may be a file that scheduler history --archive wrote.")
    + "\n\n"
    + _("Exit code 0: none, 1: violations, 2: the season cannot be read. docs/rules.md explains the codes.")
    + example_text("scheduler verify demo", "scheduler verify demo --json"),
)
@season_argument
@db_option
@json_option
@language_option
def verify(season: Path, db: str | None, as_json: bool) -> None:
    """Verify a season's plan."""
    from pydantic import ValidationError

    from scheduler.day.archive import is_archive
    from scheduler.plan import Cost
    from scheduler.verify import derived_cost, schema_violations
    from scheduler.verify import verify as violations_of

    plan, is_of_these_inputs = None, True
    cost: dict[str, int | None] = dict.fromkeys(Cost.model_fields)
    read = _of_archive if is_archive(season) else _of_folder
    try:
        problem, plan, frozen = read(season, db)
    except PlanError as error:
        if not isinstance(error.__cause__, ValidationError):
            raise
        violations = schema_violations(error.__cause__)
    else:
        violations = violations_of(problem, plan, frozen)
        cost = derived_cost(problem, plan)
        is_of_these_inputs = plan.inputs_sha256 == problem.inputs_sha256
    if as_json:
        print_json({"violations": [asdict(violation) for violation in violations], "cost": cost})
    elif violations:
        _print_violations(violations)
    elif plan is not None:
        _print_success(plan)
    if not as_json and not is_of_these_inputs:
        click.echo(_("The season's files have changed since this plan was made; it was held to them as they are now."))
    if violations:
        click.get_current_context().exit(1)


def _of_folder(season: Path, db: str | None) -> tuple[Problem, Plan, tuple[Run, ...]]:
    from scheduler.season.keyed import load_with_plan

    intake, plan, frozen = load_with_plan(season, db)
    return intake.problem, plan, frozen


def _of_archive(file: Path, _db: str | None) -> tuple[Problem, Plan, tuple[Run, ...]]:
    from scheduler.day.archive import read_archive

    kept = read_archive(file)
    return kept.problem, kept.plan, kept.frozen


def _print_success(plan: Plan) -> None:
    text = _("No violation: {runs}, {people}, total cost {amount} yuan; every rule and every cost holds.")
    runs = count_text("{n} run", "{n} runs", len(plan.runs))
    people = count_text("{n} person", "{n} people", sum(run.load for run in plan.runs))
    amount = f"{plan.cost.total / 100:,.2f}"
    console().print(text.format(runs=runs, people=people, amount=amount), soft_wrap=True)


def _print_violations(violations: list[Violation]) -> None:
    from rich.table import Table

    title = _("Violations: {n}").format(n=len(violations))
    table = Table(title=title, title_justify="left")
    table.add_column(_("Code"), no_wrap=True)
    for heading in (_("Where"), _("Rule broken"), _("Expected"), _("Found")):
        table.add_column(heading, overflow="fold")
    shown: Counter[str] = Counter()
    for each in violations:
        shown[each.code] += 1
        if shown[each.code] <= MAX_ROWS:
            table.add_row(each.code, *(_cell(text) for text in (each.where, each.message, each.expected, each.actual)))
    out = console()
    out.print(table)
    more = {code: number - MAX_ROWS for code, number in sorted(shown.items()) if number > MAX_ROWS}
    for code, number in more.items():
        out.print(_("... and {n} more of {code}; --json lists all.").format(n=number, code=code))


def _cell(text: str) -> Any:
    """Return text as it stands: no markup, no control characters, for a plan may hold anything.

    Only a moment's T is a space: a column of 80 breaks there, not within the minute.
    """
    from rich.text import Text

    text = _MOMENT.sub(r"\1 \2", text)
    return Text("".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text))
