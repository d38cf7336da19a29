"""What `whatif --value-of-coaches` finds and says: the value of one coach more, the best ones planned again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scheduler.cli.common import console, plain
from scheduler.i18n import _
from scheduler.problem import Problem

if TYPE_CHECKING:
    from scheduler.plan import Plan
    from scheduler.solver.bound.coach_values import CoachValue

MOST_AGAIN = 5
MOST_ROWS = 12


@dataclass(frozen=True, slots=True)
class Worth:
    """A coach more: its price in the bound, and what planning again with it has saved (None: not planned)."""

    value: CoachValue
    saved_fen: int | None = None

    @property
    def name(self) -> str:
        """The type, with its operator."""
        return f"{self.value.vehicle_type}/{self.value.operator}".rstrip("/")

    def row(self) -> dict[str, Any]:
        """Return it for JSON; money in fen."""
        value = self.value
        return {
            "vehicle_type": value.vehicle_type,
            "operator": value.operator,
            "date": value.day.isoformat(),
            "value": value.fen,
            "saved": self.saved_fen,
            "argument": f"--add-coaches {self.name}:1@{value.day}",
        }


def worths(
    problem: Problem,
    values: Sequence[CoachValue],
    total_fen: int,
    again: Callable[[Problem], Plan],
    tell: Callable[[str], None],
) -> list[Worth]:
    """Return the values, the best first; of the five best, those that are worth anything, with what they save.

    `again` plans a changed problem, which `tell` says before; `total_fen` is what the season costs without.
    """
    from scheduler.season.ask.scenario import Scenario

    ordered = sorted(values, key=lambda each: (-each.fen, each.day, each.vehicle_type, each.operator))
    found = []
    for number, value in enumerate(ordered):
        worth = Worth(value)
        if number < MOST_AGAIN and value.fen > 0:
            tell(_("plan with one {name} more on {day}").format(name=worth.name, day=value.day))
            changed = Scenario("", coaches=(f"{worth.name}:1@{value.day}",)).change_problem(problem)
            worth = Worth(value, total_fen - again(changed).cost.total)
        found.append(worth)
    return found


def picture(found: Sequence[Worth], season: str) -> str:
    """Return the values as an SVG file."""
    from scheduler.reports.utilisation.value_map import value_map

    days = sorted({each.value.day for each in found})
    names = sorted({each.name for each in found})
    title = _("What one coach more is worth (yuan): {season}").format(season=season)
    note = _("By type and date of the run; prices of the proven bound, so what a plan gains may be less or more.")
    return value_map(title, note, days, names, {(each.name, each.value.day): each.value.fen for each in found})


def print_worths(found: Sequence[Worth]) -> None:
    """Print the best ones as a table."""
    from rich.table import Table

    from scheduler.cli.progress import yuan

    out, worth = console(), [each for each in found if each.value.fen > 0]
    if not worth:
        out.print(_("No coach more is worth anything: on each date there are enough of each type."), soft_wrap=True)
        return
    table = Table(title=_("What one coach more is worth (yuan)"), title_justify="left")
    table.add_column(_("Vehicle type"), overflow="fold")
    table.add_column(_("Date of the run"), no_wrap=True)
    table.add_column(_("Price in the bound"), justify="right")
    table.add_column(_("Saved, planned again"), justify="right")
    for each in worth[:MOST_ROWS]:
        saved = "-" if each.saved_fen is None else yuan(each.saved_fen) if each.saved_fen > 0 else _("nothing found")
        table.add_row(plain(each.name), each.value.day.isoformat(), yuan(each.value.fen), saved)
    out.print(table)
    if len(worth) > MOST_ROWS:
        out.print(_("and {n} more; --json lists all").format(n=len(worth) - MOST_ROWS))
    out.print(
        _(
            "The price is what the proven bound falls by; what is saved is what planning again has found so far "
            "(nothing found: give more --time-limit)."
        ),
        soft_wrap=True,
    )
