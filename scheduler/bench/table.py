"""Results as the rows of a table: one a case, and medians over the seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from scheduler.bench.run import Figures, Result
from scheduler.i18n import _

Table = tuple[list[str], list[list[str]]]
"""Headings, and rows of texts; the first column names the row, the others are numbers."""


def season_table(results: Sequence[Result]) -> Table:
    """Return the table of synthetic seasons; medians stand below the seeds of one size and direction."""
    headings = [
        _("people / direction / seed"),
        _("cost"),
        _("bound"),
        _("gap"),
        _("gap of served"),
        _("first s"),
        _("end s"),
        _("load factor"),
        _("unserved"),
        _("MiB"),
        _("by hand"),
        _("served by hand"),
        _("naive"),
        _("served naively"),
    ]
    rows = []
    for group in _groups(results):
        rows += [_season_row(each.name, [each]) for each in group]
        if len(group) > 1:
            name = f"{group[0].people}/{group[0].direction}/" + _("median of {n}").format(n=len(group))
            rows.append(_season_row(name, group))
    return headings, rows


def instance_table(results: Sequence[Result]) -> Table:
    """Return the table of a public set, in the units of its files."""
    headings = [_("instance"), _("cost"), _("bound"), _("gap"), _("known"), _("over known")]
    headings += [_("first s"), _("end s"), _("MiB"), _("by hand"), _("naive")]
    rows = []
    for each in results:
        over = (each.plan.cost - each.known) / each.known if each.plan.cost is not None and each.known else None
        rows.append(
            [
                each.name,
                _plain(_cost(each.plan)),
                _plain(each.bound),
                _percent(each.gap, 3),
                _plain(each.known),
                _percent(over, 3),
                _number(each.first_s, 1),
                _number(each.plan.seconds, 0),
                _number(each.memory_mib, 0),
                _plain(_cost(each.by_hand)),
                _plain(_cost(each.naive)),
            ]
        )
    return headings, rows


def _groups(results: Sequence[Result]) -> list[list[Result]]:
    groups: dict[tuple[int, str], list[Result]] = {}
    for each in results:
        groups.setdefault((each.people, each.direction), []).append(each)
    return list(groups.values())


def _season_row(name: str, group: Sequence[Result]) -> list[str]:
    """Return one row: the medians of a group of one or more results, over those that have the figure."""

    def middle(value: Callable[[Result], float | None]) -> float | None:
        values = [found for each in group if not each.error and (found := value(each)) is not None]
        return median(values) if values else None

    return [
        name,
        _number(middle(lambda r: _cost(r.plan)), 0),
        _number(middle(lambda r: r.bound), 0),
        _percent(middle(lambda r: r.gap)),
        _percent(middle(lambda r: r.gap_served)),
        _number(middle(lambda r: r.first_s), 1),
        _number(middle(lambda r: r.plan.seconds), 0),
        _percent(middle(lambda r: r.plan.load_factor), 1),
        _percent(middle(lambda r: 1 - r.plan.served / r.people if _cost(r.plan) is not None else None)),
        _number(middle(lambda r: r.memory_mib), 0),
        _number(middle(lambda r: _cost(r.by_hand)), 0),
        _percent(middle(lambda r: _served(r.by_hand)), 1),
        _number(middle(lambda r: _cost(r.naive)), 0),
        _percent(middle(lambda r: _served(r.naive)), 1),
    ]


def _cost(figures: Figures | None) -> float | None:
    """Return a plan's cost; a plan with violations has none."""
    return None if figures is None or figures.violations else figures.cost


def _served(figures: Figures | None) -> float | None:
    if figures is None or _cost(figures) is None or not figures.people:
        return None
    return figures.served / figures.people


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:,.10g}"


def _percent(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:.{digits}%}"
