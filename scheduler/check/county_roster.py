"""The clean county roster: everyone who can be planned, one row each, with what the program understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from scheduler.files import whole_file, write_whole
from scheduler.places import division
from scheduler.problem import Party
from scheduler.text_cells import csv_text, write_cell

COLUMNS = (
    "ref", "name", "id_number", "birth", "sex", "phone", "township", "village", "destination", "destination_code",
    "employer", "preferred", "earliest", "latest", "mode", "party", "priority",
)  # fmt: skip
_WIDTHS = (30, 12, 21, 12, 6, 14, 12, 14, 26, 12, 20, 12, 12, 12, 8, 30, 8)


def write_merged(parties: Iterable[Party], path: Path) -> int:
    """Write the county roster, members of a party together, to a .csv or .xlsx file; return the number of people.

    It holds full ID and phone numbers: it is the bureau's own list. Mode, window and preferred date are the party's.
    Every cell is text, and none can act as a formula.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    rows = list(_rows(parties))
    if path.suffix.lower() == ".csv":
        write_whole(path, csv_text([COLUMNS, *rows]).encode())
    else:
        _write_workbook(rows, path)
    return len(rows)


def _rows(parties: Iterable[Party]) -> Iterator[tuple[str, ...]]:
    for party in parties:
        here = division(party.destination)
        for person in party.people:
            yield (
                person.ref,
                person.name,
                person.id_number,
                f"{person.birth or ''}",
                person.sex,
                person.phone,
                person.township,
                person.village,
                here.full_name if here else party.work_stop,
                party.destination,
                person.employer,
                f"{party.preferred or ''}",
                f"{party.earliest}",
                f"{party.latest}",
                party.mode,
                party.id,
                f"{person.priority}",
            )


def _write_workbook(rows: Iterable[tuple[str, ...]], path: Path) -> None:
    import xlsxwriter

    with whole_file(path) as temporary, xlsxwriter.Workbook(str(temporary), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("county")
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"bold": True, "num_format": "@", "bottom": 1})
        for column, (title, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width, text)
            write_cell(sheet, 0, column, title, head)
        sheet.freeze_panes(1, 2)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                write_cell(sheet, number, column, value, text)
