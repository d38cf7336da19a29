"""Decisions that come back from outside, written into pins.csv beside those that stand there.

The file is written whole: its cells stay as they are, whatever its encoding and separator were, in the columns that it
has. People are named by key alone. A pins.xlsx is left as it is: both files are read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from scheduler.errors import InputError
from scheduler.files import locked, write_whole
from scheduler.i18n import _
from scheduler.pins import Pin
from scheduler.season.folder import SeasonFolder
from scheduler.season.pins.reading import KINDS
from scheduler.season.tables import PINS
from scheduler.tabular.issues import Issue
from scheduler.tabular.sheets.workbook import read_sheets, text_of
from scheduler.tabular.tables.blocks import find_tables
from scheduler.text_cells import csv_text

_NEW = ("pin", "person", "run", "seat", "date", "reason")
_PERSON_HEADING = "人员"


def pins_file(season: Path) -> Path:
    """Return the .csv file of a season's pins, whether it is there or not."""
    found = SeasonFolder(season).table_files(PINS.stem)
    return next((path for path in found if path.suffix.lower() == ".csv"), season / f"{PINS.stem}.csv")


def is_written_here(season: Path, pin: Pin) -> bool:
    """Tell whether a pin stands in the file that is written."""
    return pin.ref.startswith(f"{pins_file(season).name}!")


def write_pins(season: Path, added: Sequence[Pin], lifted: Collection[Pin] = ()) -> None:
    """Add pins at the end of pins.csv, and take the rows of others out of it.

    Parameters
    ----------
    season : Path
    added : sequence of Pin
    lifted : collection of Pin
        As read from the file: each is known by its row.

    Raises
    ------
    InputError
        When the file cannot be read, or nobody can tell its columns.
    OutputError
        When it cannot be written; it stands as it did then.
    """
    path = pins_file(season)
    with locked(path.with_name(f".{path.name}.lock")):
        cells, columns, header_row = _present(path)
        heads = cells[header_row - 1]
        gone = {int(pin.ref.rsplit("!", 1)[1]) for pin in lifted if is_written_here(season, pin)}
        for pin in added:
            row: dict[int, str] = {}
            for field, text in _texts(pin).items():
                if text and field not in columns:
                    # Beside everything that stands there: what has no heading must not get this one.
                    heads += [""] * (max(map(len, cells)) - len(heads))
                    columns[field] = len(heads)
                    heads.append(_heading(field))
                if text:
                    row[columns[field]] = text
            cells.append([row.get(column, "") for column in range(len(heads))])
        kept = [line for number, line in enumerate(cells, 1) if number not in gone]
        write_whole(path, csv_text(kept))


def _present(path: Path) -> tuple[list[list[str]], dict[str, int], int]:
    """Return the cells of the file, its columns by field, and its heading row, counted from 1."""
    if not path.exists() or not path.read_bytes().strip(b"\xef\xbb\xbf\r\n\t ,;|"):
        return [[_heading(field) for field in _NEW]], {field: i for i, field in enumerate(_NEW)}, 1
    issues: list[Issue] = []
    sheets = read_sheets(path, path.name, issues)
    tables = [table for table in find_tables(sheets, path.name, PINS.headings, issues) if not table.codes]
    if len(sheets) != 1 or not tables:
        what = issues[0].message if issues else _("no heading row found")
        raise InputError(what, path.name, _("mend the file first (scheduler check), then record again"))
    table = tables[-1]
    cells = [[text_of(value) for value in line] for line in sheets[0].cells]
    return cells, dict(table.columns), table.header_row


def _heading(field: str) -> str:
    return _PERSON_HEADING if field == "person" else PINS.headings.title(field)


def _texts(pin: Pin) -> dict[str, str]:
    return {
        "pin": KINDS[pin.kind][0],
        "person": pin.person,
        "with": pin.with_,
        "run": pin.run,
        "seat": pin.seat,
        "date": pin.date.isoformat() if pin.date is not None else "",
        "board": pin.board,
        "destination": pin.destination,
        "vehicle_type": pin.vehicle_type,
        "mode": pin.mode,
        "reason": pin.reason,
    }
