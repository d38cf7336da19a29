"""`scheduler score`: a plan made by hand, held to the same rules and costed by the same arithmetic, beside ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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
    plain,
    print_json,
    season_argument,
)
from scheduler.cli.help import Command
from scheduler.errors import InputError, PlanError
from scheduler.i18n import _

if TYPE_CHECKING:
    from scheduler.alternatives.mends import Mend
    from scheduler.plan import Plan
    from scheduler.problem import Problem
    from scheduler.tabular.issues import Issue
    from scheduler.verify import Violation

MOST_MENDS = 100
"""So many breaches of one rule are looked at for a mend."""
MAX_ROWS = 5
"""So many breaches of a rule, and so many issues, are shown on a terminal; --json lists them all."""


@click.command(
    "score",
    cls=Command,
    help=_("Verify and cost a plan made by hand by the same rules as ours, and set it beside the plan of SEASON.")
    + "\n\n"
    + _(
        "FILE is a plan.json, or a workbook or CSV file with a row a person: person (ID number, or name and "
        "township), run, date, board, alight, vehicle type."
    )
    + "\n\n"
    + _("Exit code 1 when the plan breaks a rule, or a row of it cannot be read.")
    + example_text("scheduler score demo by-hand.xlsx", "scheduler score demo by-hand.xlsx --json"),
)
@season_argument
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@db_option
@json_option
@language_option
def score(season: Path, file: Path, db: str | None, as_json: bool) -> int:
    """Score a plan made by hand."""
    from scheduler.season.keyed import load_to_ask
    from scheduler.season.plans import read_plan
    from scheduler.verify import derived_cost
    from scheduler.verify import verify as violations_of

    loaded = load_to_ask(season, db)
    loaded.refuse_slips()
    problem = loaded.problem
    issues: list[Issue] = []
    by_hand = _plan_of(file, problem, issues)
    cost = derived_cost(problem, by_hand)
    if None not in cost.values():
        by_hand = by_hand.model_copy(update={"cost": by_hand.cost.model_validate(cost)})
    # The figures that only our own plans state are not the hand-made plan's fault.
    violations = [found for found in violations_of(problem, by_hand) if not found.code.startswith("V19")]
    mends = [None] * len(violations) if None in cost.values() else _mends(problem, by_hand, violations)
    try:
        ours = read_plan(season)
    except PlanError:
        ours = None
    if as_json:
        rows = {"by_hand": _figures(by_hand, cost)} | ({"ours": _figures(ours, ours.cost.model_dump())} if ours else {})
        print_json(
            rows
            | {
                "cost": cost,
                "violations": [
                    asdict(found) | {"mend": _mend_row(mend) if mend is not None else None}
                    for found, mend in zip(violations, mends, strict=True)
                ],
                "issues": [each.as_json() for each in issues],
            }
        )
    else:
        _print_issues(issues)
        _print_figures(by_hand, cost, ours)
        people = _people(problem)
        _print_violations(violations, people)
        _print_mends(violations, mends, people)
    return 1 if violations or issues else 0


def _mend_row(mend: Mend) -> dict[str, Any]:
    return {"moves": [asdict(move) for move in mend.moves], "extra_cost": mend.extra_fen}


def _mends(problem: Problem, plan: Plan, violations: Sequence[Violation]) -> list[Mend | None]:
    """Return the cheapest mend of each breach, None where none is known; of many of one rule only the first."""
    from scheduler.alternatives.mends import Mends

    mends, asked = Mends(problem, plan), Counter[str]()
    found = []
    for each in violations:
        asked[each.code] += 1
        found.append(mends.of(each.code, each.where) if asked[each.code] <= MOST_MENDS else None)
    return found


def _plan_of(file: Path, problem: Problem, issues: list[Issue]) -> Plan:
    """Return the plan that a file holds: plan.json as it stands, else made of rows."""
    from pydantic import ValidationError

    from scheduler.baselines.hand_made import hand_made
    from scheduler.evaluate import Evaluator
    from scheduler.plan import Plan
    from scheduler.season.ask.hand_plan import read_hand_plan
    from scheduler.tabular.issues import issue

    if not file.exists():
        raise InputError(_("there is no such file"), str(file), _("give the workbook, CSV file or plan.json"))
    if file.suffix.lower() == ".json":
        try:
            return Plan.from_json(file.read_bytes())
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            what = _("is not a plan: {where}: {reason}").format(where=where or "-", reason=first["msg"])
            raise InputError(what, str(file), _("give a plan.json of this program, or a workbook")) from error
    rows = read_hand_plan(file, problem, issues)
    if not rows:
        first_issue = issues[0].message if issues else _("it has no rows of people")
        cure = _("columns: person (or name and township), run, date, board, alight, vehicle type")
        raise InputError(_("no plan can be read: {reason}").format(reason=first_issue), str(file), cure)
    made = hand_made(Evaluator(problem), rows)
    for fault in made.faults:
        code, message, cure = _FAULTS[fault.what]
        issues.append(issue(code, fault.where, value=fault.value, message=_(message), cure=_(cure)))
    return made.plan


_FAULTS = {
    "twice": ("R503", "the person is on another run already", "keep one of the two rows"),
    "dates": ("R503", "the run has another date in other rows", "give all rows of the run one date"),
    "no_date": ("R504", "the run has no date in any row", "fill in the date"),
    "vehicles": ("R503", "the run has another vehicle type in other rows", "give all rows of the run one type"),
    "no_vehicle": ("R501", "the season has no such vehicle type, and no such train on that date", "correct the cell"),
    "place": ("R501", "the season has no such place", "write the name of a stop, hub, station or city"),
    "way": ("R501", "the distances between the stops of the run are not known", "correct the places of its rows"),
}


def _figures(plan: Plan, cost: dict[str, int | None] | dict[str, int]) -> dict[str, Any]:
    coaches = [run for run in plan.runs if run.mode == "coach"]
    seats = sum(run.seats for run in coaches)
    people = sum(run.load for run in plan.runs)
    return {
        "people": people,
        "unserved": sum(len(entry.refs) for entry in plan.unserved),
        "runs": len(plan.runs),
        "load_factor": round(sum(run.load for run in coaches) / seats, 4) if seats else None,
        "cost": cost,
        "bound": plan.bound,
        "gap": plan.gap,
    }


def _print_issues(issues: Sequence[Issue]) -> None:
    out = console()
    for each in issues[:MAX_ROWS]:
        out.print(plain(f"{each.code} {each.where}: {each.value} {each.message} -> {each.cure}"), soft_wrap=True)
    if len(issues) > MAX_ROWS:
        out.print(_("and {n} more").format(n=len(issues) - MAX_ROWS))


def _print_figures(by_hand: Plan, cost: dict[str, int | None], ours: Plan | None) -> None:
    from rich.table import Table

    from scheduler.cli.progress import percent, yuan

    figures = [_figures(by_hand, cost)] + ([_figures(ours, ours.cost.model_dump())] if ours else [])
    table = Table(title=_("A plan made by hand, by the same rules (yuan)"), title_justify="left")
    table.add_column("", overflow="fold")
    table.add_column(_("by hand"), justify="right")
    if ours:
        table.add_column(_("the season's plan"), justify="right")

    def money(key: str) -> list[str]:
        return ["-" if each["cost"][key] is None else yuan(each["cost"][key]) for each in figures]

    rows: list[tuple[str, list[str]]] = [
        (_("People with a seat"), [f"{each['people']:,}" for each in figures]),
        (_("Left behind"), [f"{each['unserved']:,}" for each in figures]),
        (_("Runs"), [f"{each['runs']:,}" for each in figures]),
        (
            _("Coach load factor"),
            ["-" if each["load_factor"] is None else f"{each['load_factor']:.1%}" for each in figures],
        ),
        (_("Coaches and trains"), money("runs")),
        (_("Train fares"), money("seats")),
        (_("Date shifts"), money("date_shift")),
        (_("Ways to the boarding points"), money("access")),
        (_("People left behind"), money("unserved")),
        *([(_("People to be told anew"), money("moves"))] if any(each["cost"]["moves"] for each in figures) else []),
        (_("Total cost"), money("total")),
    ]
    for label, cells in rows:
        table.add_row(label, *cells)
    out = console()
    out.print(table)
    total = cost["total"]
    if ours is not None and ours.bound is not None and total:
        form = _("No plan costs less than {bound} yuan: the plan made by hand is at most {gap} above the best.")
        out.print(form.format(bound=yuan(ours.bound), gap=percent((total - ours.bound) / total)), soft_wrap=True)


def _print_violations(violations: Sequence[Violation], people: Mapping[str, str]) -> None:
    from rich.table import Table

    out = console()
    if not violations:
        out.print(_("It breaks no rule."))
        return
    shown: Counter[str] = Counter()
    table = Table(title=_("Rules that it breaks: {n}").format(n=len(violations)), title_justify="left")
    table.add_column(_("Code"), no_wrap=True)
    for heading in (_("Where"), _("Rule broken"), _("Expected"), _("Found")):
        table.add_column(heading, overflow="fold")
    for each in violations:
        shown[each.code] += 1
        if shown[each.code] <= MAX_ROWS:
            texts = people.get(each.where, each.where), each.message, each.expected, each.actual
            table.add_row(each.code, *map(plain, texts))
    out.print(table)
    for code, number in sorted(shown.items()):
        if number > MAX_ROWS:
            out.print(_("... and {n} more of {code}; --json lists all.").format(n=number - MAX_ROWS, code=code))


def _people(problem: Problem) -> dict[str, str]:
    """Return who stands behind each key of a person or party, as a dispatcher knows them."""
    from scheduler.mask import mask_name

    parties = problem.parties
    who = {person.key: f"{mask_name(person.name)} {person.township}" for party in parties for person in party.people}
    return who | {party.id: who[party.people[0].key] for party in parties}


def _print_mends(violations: Sequence[Violation], mends: Sequence[Mend | None], people: Mapping[str, str]) -> None:
    from rich.table import Table

    from scheduler.cli.progress import yuan

    known = [(found, mend) for found, mend in zip(violations, mends, strict=True) if mend is not None and mend.moves]
    if not known:
        return
    table = Table(title=_("Cheapest mend of each (yuan)"), title_justify="left")
    table.add_column(_("Code"), no_wrap=True)
    table.add_column(_("Where"), overflow="fold")
    table.add_column(_("Who goes where"), overflow="fold")
    table.add_column(_("Costs more"), justify="right")
    shown: Counter[str] = Counter()
    for found, mend in known:
        shown[found.code] += 1
        if shown[found.code] > MAX_ROWS:
            continue
        lines = [
            _("{who}: {run}").format(who=people[move.party], run=move.run or _("stays behind"))
            for move in mend.moves[:MAX_ROWS]
        ]
        if len(mend.moves) > MAX_ROWS:
            lines.append(_("and {n} more").format(n=len(mend.moves) - MAX_ROWS))
        where = people.get(found.where, found.where)
        table.add_row(found.code, plain(where), plain("\n".join(lines)), yuan(mend.extra_fen))
    console().print(table)
    console().print(
        _("Each mend is costed by itself, the rest as it is; who is moved goes with the party."), soft_wrap=True
    )
