"""What is to be said of a table's columns: which are missing, which not clear, which of another journey."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.i18n import _
from scheduler.tabular.issues import Issue, issue
from scheduler.tabular.sheets.unreadable_cells import why_unreadable
from scheduler.tabular.sheets.workbook import SheetCells, Value, column_letter, text_of
from scheduler.tabular.tables.heading_rows import Header
from scheduler.tabular.tables.headings import Headings, SheetTable


def settle(sheet: SheetCells, table: SheetTable, header: Header, headings: Headings) -> None:
    """Decide by their cells what the headings leave open: columns that never differ are one, each filling the gaps.

    The cells of a broken row stand below any headings: they decide nothing, as little as cells that cannot be read.
    """
    choice = headings.choice
    if choice is None:
        return
    for name, candidates in header.ties.items():
        for row in table.rows:
            if row.broken:
                continue
            cells = sheet.cells[row.number - 1]
            said = [
                value
                for each in candidates
                if not choice.says_nothing(name, value := _joined(cells, (each.column, *each.more)))
            ]
            readable = [value for value in said if not why_unreadable(value)]
            if any(not choice.agree(name, readable[0], other) for other in readable[1:]):
                table.unclear[name] = [each.column for each in candidates]
                break
            if said:
                row.values[name] = (readable or said)[0]


def _joined(cells: Sequence[Value], columns: Sequence[int]) -> Value:
    """Return the value of the cells that together are one."""
    values = [cells[column] for column in columns if column < len(cells) and cells[column] != ""]
    return values[0] if len(values) == 1 else "".join(map(text_of, values))


def report_columns(table: SheetTable, headings: Headings) -> Iterator[Issue]:
    """Yield the findings about a table's columns: R103, R107 and R108."""
    yield from (_missing(table, name, headings) for name in table.missing)
    yield from (_unclear(table, name, headings) for name in table.unclear)
    yield from (_passed(table, name, headings) for name in ("date", "mode") if _is_passed(table, name))


def _missing(table: SheetTable, name: str, headings: Headings) -> Issue:
    title = headings.title(name)
    message = _("the column {title} is missing; the whole table is set aside")
    if name in table.passed:
        message = _(
            "the column {title} is missing, {columns} being somebody else's or of another time; "
            "the whole table is set aside"
        )
    shown = table.described(table.passed.get(name, ()))
    return issue(
        "R103",
        table.file,
        sheet=table.sheet,
        row=table.header_row,
        value=title,
        message=message.format(title=title, columns=shown),
    )


def _unclear(table: SheetTable, name: str, headings: Headings) -> Issue:
    columns = table.unclear[name]
    message = _("{columns}: each may be the {title}, and their cells differ; the whole table is set aside")
    return issue(
        "R107",
        table.file,
        sheet=table.sheet,
        row=table.header_row,
        column=column_letter(columns[0]),
        value=table.titles[columns[0]],
        message=message.format(columns=table.described(sorted(columns)), title=headings.title(name)),
    )


def _is_passed(table: SheetTable, name: str) -> bool:
    return name in table.passed and name not in table.columns


def _passed(table: SheetTable, name: str, headings: Headings) -> Issue:
    columns = table.passed[name]
    message = _("{columns} is of another journey, and not read as the {title}")
    return issue(
        "R108",
        table.file,
        sheet=table.sheet,
        row=table.header_row,
        column=column_letter(columns[0]),
        value=table.titles[columns[0]],
        message=message.format(columns=table.described(columns), title=headings.title(name)),
    )
