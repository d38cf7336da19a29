"""A file of any kind people send -> its visible sheets of cells, numbered as Excel shows them.

Files are recognised by content, not by name. Whatever cannot be read becomes an issue (R101) of that file.
"""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from scheduler.i18n import _
from scheduler.tabular.issues import Issue, issue
from scheduler.tabular.sheets.limits import MAX_FILE_BYTES, WorkbookFacts, inspect_xls, inspect_zip
from scheduler.tabular.sheets.unfolding import UnreadableError, unfolds
from scheduler.tabular.sheets.unreadable_cells import Cells, in_biff, in_zip
from scheduler.text_cells import visible

Value = str | int | float | bool | date | datetime | time | timedelta
"""What a cell may hold; an empty cell holds ''."""

T = TypeVar("T")

MAX_CELLS_SCANNED = 20_000_000
"""Of all sheets of a workbook together, empty ones among them."""

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".et", ".csv", ".tsv"})


@dataclass(slots=True)
class SheetCells:
    """The cells of one visible sheet.

    Attributes
    ----------
    file, name : str
        Path from the season folder; sheet name, '' for CSV.
    cells : list of list of Value
        ``cells[0][0]`` is A1. Rows may differ in length. The value of a merged cell stands in each of its rows.
    merged : list of (first row, first column, last row, last column)
        Counted from 0, last included.
    date1904 : bool
        Serial dates count from 1904 (workbooks from old Macs), not from 1900.
    filled : set of (row, column)
        The cells, counted from 0, whose value only comes from the merged cell that covers them.
    """

    file: str
    name: str
    cells: list[list[Value]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    date1904: bool = False
    filled: set[tuple[int, int]] = field(default_factory=set)


def column_letter(index: int) -> str:
    """Return the letter of a column counted from 0: A, B, ... Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def text_of(value: Value) -> str:
    """Return a cell as a person reads it: 3.0 -> '3', a date -> '2027-02-15'; nothing invisible, no space around."""
    if isinstance(value, str):
        return visible(value).strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d") if value.time() == time() else value.strftime("%Y-%m-%d %H:%M")
    return str(value)


def list_files(folder: Path, season: Path) -> Iterator[tuple[Path, str]]:
    """Yield every roster file below `folder`, in order of its path, with that path from the season folder.

    Names that start with ``.`` or ``~$`` are skipped, links that leave the season are not followed, and a file
    or folder that several links reach is read once.
    """
    home = season.resolve()
    seen: set[Path] = set()

    def walk(here: Path) -> Iterator[Path]:
        real = here.resolve()
        if real in seen or not real.is_relative_to(home):
            return
        seen.add(real)
        try:
            with os.scandir(here) as entries:
                names = sorted(entry.name for entry in entries if not entry.name.startswith((".", "~$")))
        except OSError:
            yield here  # a folder that cannot be opened: reading it will say why
            return
        for name in names:
            path = here / name
            if path.is_dir():
                yield from walk(path)
            elif _is_roster_file(path):
                target = path.resolve()
                if target not in seen and target.is_relative_to(home):
                    seen.add(target)
                    yield path

    if folder.is_dir():
        named = [(path, _display(path.relative_to(season))) for path in walk(folder)]
        yield from sorted(named, key=lambda pair: pair[1])


def read_sheets(path: Path, file: str, issues: list[Issue]) -> list[SheetCells]:
    """Return the visible sheets of a file; what cannot be read is added to `issues` (R101, R110).

    Parameters
    ----------
    path : Path
        Where the file lies.
    file : str
        How issues name it.
    issues : list of Issue
        Grows.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise UnreadableError(_("the file is larger than {limit} MB").format(limit=MAX_FILE_BYTES // 1_000_000))
        return read_bytes(path.read_bytes(), file, issues)
    except UnreadableError as error:
        issues.append(issue("R101", file, message=error.reason, cure=error.cure))
    except (OSError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        issues.append(issue("R101", file, message=_("the file cannot be read: {reason}").format(reason=reason)))
    return []


def read_bytes(data: bytes, file: str, issues: list[Issue]) -> list[SheetCells]:
    """Return the visible sheets of a file's content.

    Raises
    ------
    UnreadableError
        When it is empty, encrypted, damaged, too large or no table at all.
    """
    from scheduler.tabular.sheets.text_tables import read_csv, read_html

    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableError(_("the file is empty"))
    if data.startswith(b"PK"):
        facts = inspect_zip(data)
        return _read_workbook(data, file, facts, in_zip(data), issues)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        facts, workbook = inspect_xls(data)
        with _quiet():
            return _read_workbook(workbook, file, facts, in_biff(workbook), issues)
    page = read_html(data)
    if page is None:
        records = read_csv(data)
        page = records.rows, []
        issues += [_stray_mark(file, row, line) for row, line in records.strays]
    rows, merged = page
    sheet = SheetCells(file, "", [list(row) for row in rows], merged)
    _fill_merged(sheet)
    return [sheet]


def _stray_mark(file: str, row: int, line: int) -> Issue:
    message = _("corrected: the quotation mark in line {line} is never closed and is left out").format(line=line)
    return issue("R217", file, row=row, column="A", message=message)


def _is_roster_file(path: Path) -> bool:
    """Tell whether a path is a regular file that is a table by its suffix or, failing that, by its content."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        if path.suffix.lower() in SUFFIXES:
            return True
        with path.open("rb") as file:
            return _is_workbook(file.read(4096))
    except OSError:
        return path.suffix.lower() in SUFFIXES and not path.is_symlink()


def _is_workbook(head: bytes) -> bool:
    return head.startswith(b"PK") and (b"xl/" in head or b"opendocument.spreadsheet" in head)


def _display(path: Path) -> str:
    """Return a path as text: names from old zip tools, in GBK bytes, are decoded; control characters go."""
    raw = os.fsencode(path.as_posix())
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("gb18030", "replace")
    return "".join(character if character.isprintable() else "�" for character in text)


def _read_workbook(
    data: bytes, file: str, facts: WorkbookFacts, unreadable: Mapping[str, Cells], issues: list[Issue]
) -> list[SheetCells]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    sheets = []
    scanned = 0
    workbook = _calamine(lambda: CalamineWorkbook.from_filelike(io.BytesIO(data)))
    for index, meta in enumerate(workbook.sheets_metadata):
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        if meta.visible != SheetVisibleEnum.Visible:
            issues.append(issue("R110", file, sheet=meta.name))
            continue
        sheet = _calamine(partial(workbook.get_sheet_by_index, index))
        scanned += sheet.total_height * sheet.total_width
        if scanned > MAX_CELLS_SCANNED:
            raise unfolds()
        cells = _calamine(partial(sheet.to_python, skip_empty_area=False))
        cells = [row if row.count("") < len(row) else [] for row in cells]  # rows that only have borders
        ranges = [(r0, c0, r1, c1) for (r0, c0), (r1, c1) in sheet.merged_cell_ranges or ()]
        found = SheetCells(file, meta.name, cells, ranges or facts.merged.get(meta.name, []), facts.date1904)
        _show(found.cells, unreadable.get(meta.name, {}))
        _fill_merged(found)
        sheets.append(found)
    return sheets


def _show(cells: list[list[Value]], unreadable: Cells) -> None:
    """Put what a person sees in error cells and uncalculated formulas where the reader found nothing."""
    for (row, column), text in unreadable.items():
        while len(cells) <= row:
            cells.append([])
        cells[row].extend([""] * (column + 1 - len(cells[row])))
        if cells[row][column] == "":
            cells[row][column] = text


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the process's standard error: the reader of .xls prints there when its compiled code panics."""
    sys.stderr.flush()
    saved, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(null)


def _fill_merged(sheet: SheetCells) -> None:
    """Copy the value of each merged cell down its first column, as far as the sheet has rows."""
    cells = sheet.cells
    for first_row, column, last_row, _last_column in sheet.merged:
        if first_row >= len(cells) or column >= len(cells[first_row]) or cells[first_row][column] == "":
            continue
        for number in range(first_row + 1, min(last_row + 1, len(cells))):
            if (number, column) in sheet.filled:
                break  # ranges that overlap, as no real workbook has them
            row = cells[number]
            row.extend([""] * (column + 1 - len(row)))
            row[column] = cells[first_row][column]
            sheet.filled.add((number, column))


def _calamine(read: Callable[[], T]) -> T:
    """Call calamine; whatever it throws, a panic of its compiled code included, means an unreadable file."""
    try:
        return read()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise UnreadableError(_("the workbook is damaged or of a kind that cannot be read")) from error
