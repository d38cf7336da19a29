"""The options of a search for a plan, the same for every command that searches once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.common import MAX_SECONDS, F, Number
from scheduler.cli.values import Share
from scheduler.i18n import _

if TYPE_CHECKING:
    from scheduler.solver.result import SolveOptions


def search_options(command: F) -> F:
    """Add --time-limit, --gap, --seed, --iterations and --workers, by these names."""
    limit, share, count = Number(0, MAX_SECONDS), Share(), click.IntRange(min=0)
    work = _(
        "Remake N parts of the plan, seconds each, whatever --time-limit says; the same seed and N give the same plan."
    )
    processes = _("Processes to search with (default: 2).")
    for option in (  # the last one stands first in the help
        click.option("--workers", type=click.IntRange(1, 64), metavar="N", default=2, help=processes),
        click.option("--iterations", type=count, metavar="N", default=None, help=work),
        click.option("--seed", type=count, metavar="N", default=0, help=_("Seed of the search (default: 0).")),
        click.option(
            "--gap", type=share, metavar="G", default=0.0, help=_("Stop at this proven gap, such as 0.02 or 2%.")
        ),
        click.option("--time-limit", type=limit, metavar="S", default=60.0, help=_("Seconds to search (default: 60).")),
    ):
        command = option(command)
    return command


def as_solve_options(search: Mapping[str, Any]) -> SolveOptions:
    """Return what was asked for as `solve` takes it."""
    return {
        "time_limit_s": search["time_limit"],
        "gap": search["gap"],
        "seed": search["seed"],
        "iterations": search["iterations"],
        "workers": search["workers"],
    }


def limit_s(search: Mapping[str, Any]) -> float | None:
    """Return how long the search may take; None where it is told how much work to do instead."""
    return None if search["iterations"] is not None else float(search["time_limit"])
