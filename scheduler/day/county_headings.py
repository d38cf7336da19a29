"""The county's own headings for the day's report: a map file of two columns, field and heading.

A field is a figure of `daily --json` by its path, such as `day.actual.people`; under the same path it stands in the
file. A field without a heading keeps its path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scheduler.errors import InputError
from scheduler.i18n import _
from scheduler.season.tables import TableKind, table_rows
from scheduler.tabular.issues import Issue
from scheduler.tabular.tables.headings import Headings

MAP = TableKind(
    "map",
    Headings(
        {"field": ("字段", "指标"), "heading": ("表头", "标题", "栏目")},
        required=("field", "heading"),
        anchors=("field", "heading"),
    ),
)

GROUPED = ("by_destination", "by_township")
"""Groups whose names are the day's: one that had nobody today is no slip."""


def figures_by_path(figures: Mapping[str, Any]) -> dict[str, int | str]:
    """Return every figure by its path; incidents are their texts, one after the other."""
    found: dict[str, int | str] = {}
    for name, value in figures.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{path}": each for path, each in figures_by_path(value).items()}
        elif isinstance(value, Sequence) and not isinstance(value, str):
            found[name] = "；".join(f"{each['run']} {each['what']}".strip() for each in value)
        else:
            found[name] = value
    return found


def headed(figures: Mapping[str, Any], map_file: Path) -> tuple[tuple[str, int | str], ...]:
    """Return the county's headings in their order, each with its figure.

    Raises
    ------
    InputError
        Where the file is no such map, or asks for a figure that there is not.
    """
    issues: list[Issue] = []
    rows = table_rows(map_file, MAP, issues)
    if issues:
        raise InputError(issues[0].message, issues[0].where, issues[0].cure)
    if not rows:
        raise InputError(_("the map names no figure"), map_file.name, _("a column field and a column heading"))
    values = figures_by_path(figures)
    found = []
    for row in rows:
        path = row.text("field")
        value = values.get(path, 0 if _may_be_nobody(path) else None)
        if value is None:
            what = _("there is no figure {field}").format(field=path)
            raise InputError(what, row.where, _("scheduler daily --json lists them, such as day.actual.people"))
        found.append((row.text("heading") or path, value))
    return tuple(found)


def _may_be_nobody(path: str) -> bool:
    return path.startswith(tuple(f"{group}." for group in GROUPED)) and path.endswith((".planned", ".actual"))
