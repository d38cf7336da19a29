"""The rows of a table as they are printed: a line above each group, rows abreast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from scheduler.i18n import ngettext
from scheduler.reports.formats.document import Cell, Table, labelled, spaced


@dataclass(frozen=True, slots=True)
class GroupLine:
    """What stands above the rows of a group: all of it, at the top of a page; and below another group."""

    whole: str
    short: str


def printed_rows(table: Table) -> Iterator[tuple[Cell, ...] | GroupLine]:
    """Yield the rows of a table as they are printed, `abreast` of a group as one, after the line of their group."""
    groups = [column for column in table.columns if column.group]
    size = len(table.columns) - len(groups)
    above: tuple[Cell, ...] = ("",) * len(groups)
    for values, members in groupby(table.rows, key=lambda row: row[: len(groups)]):
        rows = [row[len(groups) :] for row in members]
        if groups:
            texts = [
                str(value) if column.is_bare or value == "" else f"{labelled(column.heading)}{value}"
                for column, value in zip(groups, values, strict=True)
            ]
            differs = next((i for i, (old, new) in enumerate(zip(above, values, strict=True)) if old != new), 0)
            count = (
                ngettext("{count} person", "{count} people", len(rows)).format(count=len(rows)) if table.counted else ""
            )
            yield GroupLine(spaced(*texts, count), spaced(*texts[differs if table.nested else 0 :], count))
            above = values
        for i in range(0, len(rows), table.abreast):
            line = tuple(cell for row in rows[i : i + table.abreast] for cell in row)
            yield line + ("",) * (size * table.abreast - len(line))
