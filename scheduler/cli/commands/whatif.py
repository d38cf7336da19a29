"""`scheduler whatif`: the season as it is and with some things otherwise, plans side by side; nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.commands.pins import refuse_contradictions_beside
from scheduler.cli.common import (
    MAX_SECONDS,
    Number,
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
from scheduler.errors import UsageError
from scheduler.i18n import _

if TYPE_CHECKING:
    from scheduler.plan import Plan
    from scheduler.problem import Problem
    from scheduler.season.ask.scenario import Scenario

_LISTS = {
    **{"change": "settings", "coaches": "coaches", "trains": "trains", "seats": "seats", "wishes": "wishes"},
    **{"label": "label", "opened": "opened", "closed": "closed"},
}
"""Options that belong to a scenario, by parameter name, and the field of Scenario each fills."""


class ScenarioCommand(Command):
    """A command that knows in which order its options came: `--label` begins another scenario."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and keep the scenarios as `ctx.obj`."""
        from scheduler.season.ask.scenario import ScenarioArguments

        given, _arguments, order = self.make_parser(ctx).parse_args(args=list(args))
        arguments = ScenarioArguments()
        taken: dict[str, int] = {}
        for parameter in order:
            name = parameter.name or ""
            if name == "reserve" and name in given:
                values = given[name]
                arguments.take("settings", f"reserve_seats={values[taken.get(name, 0)]}")
            elif name in _LISTS:
                arguments.take(_LISTS[name], given[name][taken.get(name, 0)])
            taken[name] = taken.get(name, 0) + 1
        ctx.obj = arguments.scenarios()
        return super().parse_args(ctx, args)


@click.command(
    "whatif",
    cls=ScenarioCommand,
    help=_("Plan SEASON as it is and with some things otherwise, and set the plans side by side. Nothing is stored.")
    + "\n\n"
    + _("Options up to the next --label belong to one plan; a --label begins another.")
    + example_text(
        "scheduler whatif demo --add-coaches 49座客车:2",
        "scheduler whatif demo --label A --set min_load=25 --label B --reserve 2",
        "scheduler whatif demo --value-of-coaches --picture worth.svg",
    ),
)
@season_argument
@click.option("--set", "change", multiple=True, metavar="KEY=VALUE", help=_("Another value of a key of season.toml."))
@click.option(
    "--add-coaches",
    "coaches",
    multiple=True,
    metavar="TYPE:N[@DATE]",
    help=_("N coaches of a type more (fewer: below 0), all season or for runs from DATE on."),
)
@click.option("--drop-train", "trains", multiple=True, metavar="T[@DATE]", help=_("A train does not run."))
@click.option(
    "--add-seats",
    "seats",
    multiple=True,
    metavar="T:N[@DATE]",
    help=_("N seats more on a train (fewer: below 0), on all its dates or on DATE."),
)
@click.option(
    "--reserve", multiple=True, type=click.IntRange(0, 1000), metavar="N", help=_("Seats kept free on every coach.")
)
@click.option(
    "--party",
    "wishes",
    multiple=True,
    metavar="PERSON:FIELD=VALUE",
    help=_("Another wish of a person's party: earliest, latest, date or mode."),
)
@click.option(
    "--open-hub", "opened", multiple=True, metavar="NAME", help=_("People of other townships may board at a stop too.")
)
@click.option("--close-hub", "closed", multiple=True, metavar="NAME", help=_("They may not board at a hub."))
@click.option("--label", multiple=True, metavar="L", help=_("Begin another plan of this name."))
@click.option(
    "--value-of-coaches", is_flag=True, help=_("What one coach more is worth, by type and date; nothing else is asked.")
)
@click.option(
    "--picture",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=_("With --value-of-coaches: write it as a picture (SVG)."),
)
@click.option(
    "--time-limit",
    type=Number(0, MAX_SECONDS),
    metavar="S",
    default=30.0,
    help=_("Seconds to search for each plan (default: 30)."),
)
@click.option("--seed", type=click.IntRange(min=0), metavar="N", default=0, help=_("Seed of the search (default: 0)."))
@click.option(
    "--iterations",
    type=click.IntRange(min=0),
    metavar="N",
    default=None,
    help=_("Remake N parts of each plan, some seconds each, whatever --time-limit says."),
)
@db_option
@json_option
@language_option
def whatif(
    season: Path,
    value_of_coaches: bool,
    picture: Path | None,
    time_limit: float,
    seed: int,
    iterations: int | None,
    db: str | None,
    as_json: bool,
    **_scenarios: Any,
) -> None:
    """Plan scenarios side by side."""
    from scheduler.cli.outputs import refuse_over_season
    from scheduler.commitments import Commitments
    from scheduler.season.keyed import load_to_ask
    from scheduler.solver.solve import solve

    scenarios: tuple[Scenario, ...] = click.get_current_context().obj
    _require_sense(scenarios, value_of_coaches, picture)
    refuse_over_season(season, files=(picture,))
    present = load_to_ask(season, db)
    present.refuse_slips()
    problems: list[tuple[str, Problem]] = []
    for scenario in scenarios:
        loaded = load_to_ask(season, db, scenario.change_settings).problem if scenario.settings else present.problem
        problems.append((scenario.label, scenario.change_problem(loaded)))
    for _label, problem in (("", present.problem), *problems):
        refuse_contradictions_beside(season, problem)
    standing = _standing_plan(season, present.problem)
    # Where a plan stands the others begin with it: what they cost less is not what a longer search would have found.
    held = Commitments(standing, standing.told) if standing is not None else None

    def planned(problem: Problem) -> Plan:
        return solve(problem, time_limit_s=time_limit, seed=seed, iterations=iterations, commitments=held)

    if standing is not None:
        _tell(_("{label}: the plan that stands, not planned again").format(label=_("as it is")), as_json)
        first = standing
    else:
        _tell(_turn(0, len(problems) + 1, _("as it is")), as_json)
        first = planned(present.problem)
    rows = [_row(_("as it is"), first, None) | {"stored": standing is not None}]
    if value_of_coaches:
        _value_of_coaches(present.problem, first, planned, rows, None if iterations else time_limit, picture, as_json)
        return
    for number, (label, problem) in enumerate(problems, start=1):
        _tell(_turn(number, len(problems) + 1, label), as_json)
        rows.append(_row(label, planned(problem), rows[0]) | {"stored": False})
    if as_json:
        print_json({"plans": rows, "verdict": rows[-1]["verdict"], "margin_fen": rows[-1]["margin_fen"]})
    else:
        _print(rows)


def _require_sense(scenarios: Sequence[Scenario], value_of_coaches: bool, picture: Path | None) -> None:
    if not scenarios and not value_of_coaches:
        cure = _("say what is otherwise, as in: {example}").format(example="--add-coaches 49座客车:2")
        raise UsageError(_("nothing is otherwise"), "whatif", cure)
    if scenarios and value_of_coaches:
        cure = _("ask one after the other")
        raise UsageError(_("the value of coaches is that of the season as it is"), "--value-of-coaches", cure)
    if picture is not None and not value_of_coaches:
        raise UsageError(_("there is nothing to draw"), "--picture", _("give --value-of-coaches as well"))


def _standing_plan(season: Path, problem: Problem) -> Plan | None:
    """Return the stored plan where it is a plan of the season as it is now."""
    from scheduler.errors import PlanError
    from scheduler.season.plans import read_plan
    from scheduler.verify import verify

    try:
        plan = read_plan(season)
    except PlanError:
        return None
    fits = plan.inputs_sha256 == problem.inputs_sha256 and not verify(problem, plan)
    return plan if fits else None


def _tell(text: str, as_json: bool) -> None:
    if not as_json:
        click.echo(text, err=True)


def _turn(number: int, total: int, label: str) -> str:
    return _("plan {n} of {total}: {label}").format(n=number + 1, total=total, label=label)


def _value_of_coaches(
    problem: Problem,
    first: Plan,
    planned: Callable[[Problem], Plan],
    rows: list[dict[str, Any]],
    seconds: float | None,
    file: Path | None,
    as_json: bool,
) -> None:
    from scheduler.cli.answers.coach_worth import picture, print_worths, worths
    from scheduler.files import write_whole
    from scheduler.solver.bound.coach_values import coach_values

    values = coach_values(problem, first, seconds)
    # What a search of the same length saves without a coach more is not the coach's.
    _tell(_("the season as it is, planned for as long"), as_json)
    total_fen = min(first.cost.total, planned(problem).cost.total)
    found = worths(problem, values, total_fen, planned, lambda text: _tell(text, as_json))
    if file is not None:
        write_whole(file, picture(found, problem.settings.name))
    if as_json:
        print_json({"plans": rows, "coaches": [each.row() for each in found]})
        return
    print_worths(found)
    if file is not None:
        console().print(_("written: {path}").format(path=plain(str(file))), soft_wrap=True)


def _row(label: str, plan: Plan, first: dict[str, Any] | None) -> dict[str, Any]:
    """Return one plan in figures, with its verdict beside the first one's."""
    coaches = [run for run in plan.runs if run.mode == "coach"]
    seats = sum(run.seats for run in coaches)
    row: dict[str, Any] = {
        "label": label,
        "people": sum(run.load for run in plan.runs),
        "unserved": sum(len(entry.refs) for entry in plan.unserved),
        "cost": plan.cost.model_dump(),
        "bound": plan.bound,
        "gap": plan.gap,
        "runs": len(plan.runs),
        "load_factor": round(sum(run.load for run in coaches) / seats, 4) if seats else None,
    }
    verdict, margin_fen = compared(row, first) if first is not None else ("", 0)
    return row | {"verdict": verdict, "margin_fen": margin_fen}


def compared(row: dict[str, Any], first: dict[str, Any]) -> tuple[str, int]:
    """Return whether a plan is proven better or worse than any plan of the first scenario, and by how much.

    Better: its cost is below what every plan of the other must cost; worse: the other way round. Where neither is
    proven the margin is the difference of the costs found, positive where this plan's is lower.
    """
    if first["bound"] is not None and row["cost"]["total"] < first["bound"]:
        return "better", first["bound"] - row["cost"]["total"]
    if row["bound"] is not None and first["cost"]["total"] < row["bound"]:
        return "worse", first["cost"]["total"] - row["bound"]
    return "not proven", first["cost"]["total"] - row["cost"]["total"]


def _print(rows: Sequence[dict[str, Any]]) -> None:
    from rich.table import Table

    from scheduler.cli.progress import percent, yuan

    table = Table(title=_("Plans side by side (yuan)"), title_justify="left")
    table.add_column("", overflow="fold")
    for row in rows:
        table.add_column(plain(row["label"]), justify="right", overflow="fold")
    lines: list[tuple[str, list[str]]] = [
        (_("People with a seat"), [f"{row['people']:,}" for row in rows]),
        (_("Left behind"), [f"{row['unserved']:,}" for row in rows]),
        (_("Runs"), [f"{row['runs']:,}" for row in rows]),
        (_("Coach load factor"), ["-" if row["load_factor"] is None else f"{row['load_factor']:.1%}" for row in rows]),
        (_("Paid: runs and fares"), [yuan(row["cost"]["runs"] + row["cost"]["seats"]) for row in rows]),
        (_("Total cost"), [yuan(row["cost"]["total"]) for row in rows]),
        (_("Proven: no plan costs less than"), ["-" if row["bound"] is None else yuan(row["bound"]) for row in rows]),
        (_("Gap"), ["-" if row["gap"] is None else percent(row["gap"]) for row in rows]),
        (_("Beside the first"), [_verdict(row) for row in rows]),
    ]
    for label, cells in lines:
        table.add_row(label, *cells)
    console().print(table)
    if any(row["verdict"] == "not proven" for row in rows):
        console().print(
            _("Not proven: the costs found differ by less than the plans may be off the best; give more --time-limit."),
            soft_wrap=True,
        )


def _verdict(row: dict[str, Any]) -> str:
    from scheduler.cli.progress import yuan

    if not row["verdict"]:
        return ""
    text = {
        "better": _("better by at least {amount}"),
        "worse": _("worse by at least {amount}"),
        "not proven": _("not proven ({amount})"),
    }[row["verdict"]]
    sign = "" if row["verdict"] != "not proven" else "-" if row["margin_fen"] > 0 else "+"
    return text.format(amount=sign + yuan(abs(row["margin_fen"])))
