"""`scheduler bench`: run the benchmark suite with gaps and bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from scheduler.cli.common import (
    MAX_SECONDS,
    Number,
    console,
    example_text,
    json_option,
    language_option,
    print_json,
)
from scheduler.cli.help import Command
from scheduler.errors import UsageError
from scheduler.i18n import _, ngettext

if TYPE_CHECKING:
    from scheduler.bench.public_sets import SetName
    from scheduler.bench.run import Result
    from scheduler.settings import Direction


def _numbers(least: int) -> Callable[[click.Context, click.Parameter, str], list[int]]:
    """Return a callback that reads whole numbers from `least` up, separated by commas."""

    def read(_context: click.Context, _parameter: click.Parameter, value: str) -> list[int]:
        try:
            numbers = [int(part) for part in value.split(",")]
        except ValueError:
            numbers = []
        if not numbers or min(numbers) < least:
            message = _("{value} is not a list of numbers from {least} up, such as 500,1000")
            raise click.BadParameter(message.format(value=value, least=least))
        return numbers

    return read


@click.command(
    "bench",
    cls=Command,
    help=_("Plan seeded county seasons, or a folder of public instances, and show cost, bound, gap, time and memory.")
    + "\n\n"
    + _("Beside each stand the by-hand rule and a naive CP-SAT model with the same time.")
    + example_text(
        "scheduler bench --sizes 500,1000 --seeds 0,1,2 --time-limit 60",
        "scheduler bench --set vsbpp path/to/vsbpp --time-limit 60",
    ),
)
@click.option(
    "--sizes",
    metavar="N,N",
    callback=_numbers(1),
    default="500,1000",
    help=_("People of the seasons (default: 500,1000)."),
)
@click.option(
    "--seeds", metavar="N,N", callback=_numbers(0), default="0", help=_("Seeds; their medians are shown (default: 0).")
)
@click.option(
    "--direction",
    type=click.Choice(["to_work", "to_home", "both"]),
    default="to_work",
    help=_("Direction of the seasons (default: to_work)."),
)
@click.option(
    "--set",
    "public_set",
    metavar="KIND DIR",
    type=(click.Choice(["vsbpp", "sscflp", "bpp"]), click.Path(path_type=Path)),
    default=None,
    help=_("Run a public set instead: its kind, and the folder (or a file) of its instances."),
)
@click.option(
    "--time-limit", type=Number(0, MAX_SECONDS), metavar="S", default=60.0, help=_("Seconds a case (default: 60).")
)
@click.option(
    "--workers", type=click.IntRange(1, 64), metavar="N", default=2, help=_("Processes to search with (default: 2).")
)
@click.option("--naive/--no-naive", default=True, help=_("Run the naive model too (default: yes)."))
@json_option
@language_option
def bench(
    sizes: list[int],
    seeds: list[int],
    direction: Literal["to_work", "to_home", "both"],
    public_set: tuple[SetName, Path] | None,
    time_limit: float,
    workers: int,
    naive: bool,
    as_json: bool,
) -> None:
    """Run the suite."""
    from scheduler.bench.public_sets import read_set
    from scheduler.bench.run import BenchCase, run_suite, season_cases
    from scheduler.example.season import MAX_PEOPLE

    if max(sizes) > MAX_PEOPLE:
        raise UsageError(_("at most {most} people can be made up").format(most=MAX_PEOPLE), "--sizes")
    if public_set is not None:
        instances = list(read_set(*public_set))
        cases = iter([BenchCase(each.name, each.problem.people, instance=each) for each in instances])
    else:
        directions: list[Direction] = ["to_work", "to_home"] if direction == "both" else [direction]
        cases = season_cases(sizes, seeds, directions)

    results = []
    for result in run_suite(
        cases,
        time_limit,
        workers=workers,
        naive=naive,
        on_start=lambda name: click.echo(_("running {name}").format(name=name), err=True),
    ):
        results.append(result)
        click.echo(_line(result), err=True)
    if as_json:
        print_json([asdict(result) for result in results])
    else:
        _print(results, public_set is not None)
    if any(result.error or result.plan.violations for result in results):
        raise click.exceptions.Exit(1)


def _line(result: Result) -> str:
    """Return a result in one line, for those who watch a long suite."""
    if result.error:
        return f"{result.name}: {result.error}"
    if result.plan.violations:
        text = ngettext(
            "{name}: the plan has {n} violation and is no result",
            "{name}: the plan has {n} violations and is no result",
            result.plan.violations,
        )
        return text.format(name=result.name, n=result.plan.violations)
    gap = "-" if result.gap is None else f"{result.gap:.2%}"
    text = _("{name}: cost {cost}, gap {gap}, {seconds:.0f} s")
    return text.format(name=result.name, cost=result.plan.cost, gap=gap, seconds=result.plan.seconds)


def _print(results: list[Result], instances: bool) -> None:
    from rich.box import MARKDOWN
    from rich.table import Table

    from scheduler.bench.table import instance_table, season_table

    headings, rows = instance_table(results) if instances else season_table(results)
    table = Table(box=MARKDOWN)
    for index, heading in enumerate(headings):
        table.add_column(heading, justify="right" if index else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    out = console(width=10_000)  # Markdown: a row must stay one line
    with out.capture() as capture:
        out.print(table)
    click.echo("\n".join(line.strip() for line in capture.get().splitlines() if line.strip()))
