"""Workbooks to give back: a copy of each file with its bad cells coloured and explained, a summary in front.

A clerk mends the coloured cells and sends the copy back as it is: the summary holds no table, marks do not count, and
every marked cell is set to text, so that what is typed stays as typed. A workbook keeps its layout (openpyxl); a
CSV, an old .xls or a workbook that openpyxl cannot read becomes an .xlsx with its values (xlsxwriter).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from scheduler.files import whole_file
from scheduler.i18n import _
from scheduler.roster.intake import FOLDER
from scheduler.roster.issues import Issue
from scheduler.roster.sheets import Sheet, column_letter, list_files, read_sheets, text_of
from scheduler.roster.summary import worst_first
from scheduler.roster.tables import TABLES, table_files
from scheduler.text_cells import cell_text, set_cell, write_cell

SUMMARY = "检查结果"
"""Name of the summary sheet, in every language: it is how a copy that comes back is known."""
AUTHOR = "scheduler"
COLOURS = {"error": "FFFF9999", "warning": "FFFFE699"}
_WIDTHS = (6, 16, 9, 8, 26, 44, 44)
_LINK_ROWS = 5_000
_COMMENT_CHARACTERS = 1_000
_MAX_ROW = 1_048_576
_ROWS_MEASURED = 200


@dataclass(frozen=True, slots=True)
class _Mark:
    """What is wrong with one cell."""

    severity: str
    text: str


@dataclass(frozen=True, slots=True)
class _Copy:
    """A file to give back: its issues in the order of the sheet, its marks by sheet and (row, column) from 1."""

    source: Path
    file: str
    issues: Sequence[Issue]
    marks: dict[str, dict[tuple[int, int], _Mark]]


def write_annotated(
    season: Path, issues: Iterable[Issue], folder: Path, progress: Callable[[int, int], None] | None = None
) -> list[Path]:
    """Write an annotated copy of every file of the season that has errors or warnings; return their paths.

    Parameters
    ----------
    issues : iterable of Issue
        Of the whole season; infos are not marked, files without a readable sheet are not copied.
    folder : Path
        Where the copies go, below their path in the roster folder.

    Raises
    ------
    OutputError
        When a copy cannot be written.
    """
    by_file: dict[str, list[Issue]] = {}
    for each in issues:
        if each.severity in COLOURS:
            by_file.setdefault(each.file, []).append(each)
    sources = {path.name: path for kind in TABLES for path in table_files(season, kind)}
    sources |= {file: path for path, file in list_files(season / FOLDER, season)}
    files = [file for file in sources if file in by_file]
    written: list[Path] = []
    for number, file in enumerate(files, 1):
        copy = _Copy(sources[file], file, by_file[file], _marks(by_file[file]))
        sheets = read_sheets(copy.source, file, [])
        if sheets:
            target = _target(folder, file, written)
            with whole_file(target) as temporary:
                if not _annotate_workbook(copy, sheets, temporary):
                    _rewrite(copy, sheets, temporary)
            written.append(target)
        if progress:
            progress(number, len(files))
    return written


def _target(folder: Path, file: str, taken: Sequence[Path]) -> Path:
    path = folder / file.removeprefix(f"{FOLDER}/")
    renamed = path.with_suffix(".xlsx")
    return renamed if renamed not in taken else path.with_name(path.name + ".xlsx")


def _marks(issues: Iterable[Issue]) -> dict[str, dict[tuple[int, int], _Mark]]:
    marks: dict[str, dict[tuple[int, int], _Mark]] = {}
    for each in worst_first(issues):
        if each.row is None:
            continue
        cells = marks.setdefault(each.sheet, {})
        cell = each.row, _column_number(each.column)
        text = cell_text(f"{each.code} {each.message}\n-> {each.cure}")
        known = cells.get(cell)
        if known is not None:
            text = f"{known.text}\n\n{text}"
        cells[cell] = _Mark(known.severity if known else each.severity, text[:_COMMENT_CHARACTERS])
    return marks


def _column_number(letters: str) -> int:
    """Return 1 for A, 27 for AA; 1 for a finding about a whole row."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number or 1


def _summary_lines(copy: _Copy) -> tuple[str, list[str]]:
    errors = sum(each.severity == "error" for each in copy.issues)
    title = _("{file}: {errors} cells to mend, {warnings} to look at").format(
        file=Path(copy.file).name, errors=errors, warnings=len(copy.issues) - errors
    )
    rules = [
        _("Red cells must be mended: their rows cannot be planned. Yellow cells: please check them."),
        _("Mend the cell itself; the note on it says what is wrong and how to put it right."),
        _("Then send this workbook back as it is, in place of the old file: colours, notes and this sheet do no harm."),
    ]
    return title, rules


def _summary_headings() -> tuple[str, ...]:
    return (_("No."), _("Sheet"), _("Cell"), _("Severity"), _("Content"), _("What is wrong"), _("What to do"))


def _summary_row(number: int, each: Issue) -> tuple[str, ...]:
    names = {"error": _("error"), "warning": _("warning")}
    cell = f"{each.column or 'A'}{each.row}" if each.row is not None else ""
    return (str(number), each.sheet, cell, names[each.severity], each.value, f"{each.code} {each.message}", each.cure)


def _height(texts: Sequence[str]) -> float:
    """Return the height of a summary row whose texts wrap: not every program finds it by itself."""
    lines = max(-(-_width(text) // (width - 2)) for text, width in zip(texts, _WIDTHS, strict=True))
    return 16.0 * max(1, min(lines, 20))


def _link(sheet: str, cell: str) -> str:
    quoted = sheet.replace("'", "''")
    return f"#'{quoted}'!{cell}"


# A workbook that keeps its layout ----------------------------------------------------------------------------------


def _annotate_workbook(copy: _Copy, sheets: Sequence[Sheet], target: Path) -> bool:
    """Write the annotated copy of an .xlsx with its layout; tell whether that could be done."""
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings(), copy.source.open("rb") as file:
            warnings.simplefilter("ignore")  # of extensions openpyxl does not keep
            if file.read(2) != b"PK":
                return False
            book = load_workbook(file)
            values = {sheet.name: sheet.cells for sheet in sheets}
            for sheet in book.worksheets:
                _clear_marks(sheet)
                _fix_values(sheet, values.get(sheet.title, []))
                for (row, column), mark in copy.marks.get(sheet.title, {}).items():
                    _mark(sheet, row, column, mark)
            if SUMMARY in book.sheetnames:
                del book[SUMMARY]
            _add_summary(book, copy)
            book.save(target)
    except Exception:
        # Whatever an odd workbook does to openpyxl, its values can still be given back.
        return False
    return True


def _clear_marks(sheet: Any) -> None:
    """Take away the marks of an earlier round."""
    from openpyxl.styles import PatternFill

    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment is not None and cell.comment.author == AUTHOR:
                cell.comment = None
                if cell.fill.fgColor.rgb in COLOURS.values():
                    cell.fill = PatternFill()


def _fix_values(sheet: Any, values: Sequence[Sequence[Any]]) -> None:
    """Put each formula's value in its place: a formula saved without Excel has none, and would read as empty."""
    for row in sheet.iter_rows():
        for cell in row:
            formula = cell.data_type == "f"
            # openpyxl neither decodes nor writes Excel's escapes (_x0041_) right: of such a text too, what was read.
            if formula or (isinstance(cell.value, str) and "_x" in cell.value):
                known = values[cell.row - 1] if cell.row <= len(values) else ()
                if cell.column <= len(known):
                    _set(cell, known[cell.column - 1])
                elif formula:
                    cell.value = None


def _set(cell: Any, value: Any) -> None:
    if isinstance(value, str):
        set_cell(cell, value)
    else:
        cell.value = value


def _mark(sheet: Any, row: int, column: int, mark: _Mark) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell = sheet.cell(row, column)
    for merged in sheet.merged_cells.ranges if type(cell).__name__ == "MergedCell" else ():
        if cell.coordinate in merged:
            cell = sheet.cell(merged.min_row, merged.min_col)
            break
    text = mark.text
    if cell.comment is not None:
        text = f"{cell.comment.text}\n\n{text}"
    cell.comment = Comment(text[:_COMMENT_CHARACTERS], AUTHOR, height=40 + 18 * (len(text) // 18 + 2), width=300)
    cell.fill = PatternFill("solid", fgColor=COLOURS[mark.severity])
    cell.number_format = "@"


def _add_summary(book: Any, copy: _Copy) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    sheet = book.create_sheet(SUMMARY, 0)
    wrap = Alignment(wrap_text=True, vertical="top")
    title, rules = _summary_lines(copy)
    for row, text in enumerate((title, *rules), 1):
        set_cell(sheet.cell(row, 1), text)
        sheet.cell(row, 1).font = Font(bold=row == 1, size=14 if row == 1 else 11)
    top = len(rules) + 3
    for column, (heading, width) in enumerate(zip(_summary_headings(), _WIDTHS, strict=True), 1):
        sheet.column_dimensions[column_letter(column - 1)].width = width
        cell = sheet.cell(top, column, heading)
        cell.font, cell.alignment = Font(bold=True), wrap
    for number, each in enumerate(copy.issues, 1):
        texts = _summary_row(number, each)
        sheet.row_dimensions[top + number].height = _height(texts)
        for column, text in enumerate(texts, 1):
            cell = sheet.cell(top + number, column)
            set_cell(cell, text)
            cell.alignment = wrap
        sheet.cell(top + number, 4).fill = PatternFill("solid", fgColor=COLOURS[each.severity])
        cell = sheet.cell(top + number, 3)
        if cell.value and each.sheet in book.sheetnames and number <= _LINK_ROWS:
            cell.hyperlink = _link(each.sheet, cell.value)
            cell.font = Font(underline="single", color="FF0563C1")
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    book.active = 0
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet


# A workbook of values ----------------------------------------------------------------------------------------------


def _rewrite(copy: _Copy, sheets: Sequence[Sheet], target: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(target)) as book:
        formats = {
            "plain": book.add_format({"valign": "top"}),
            "text": book.add_format({"num_format": "@"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "error": book.add_format({"num_format": "@", "bg_color": f"#{COLOURS['error'][2:]}"}),
            "warning": book.add_format({"num_format": "@", "bg_color": f"#{COLOURS['warning'][2:]}"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "bold": book.add_format({"bold": True, "text_wrap": True}),
            "title": book.add_format({"bold": True, "font_size": 14}),
        }
        summary = book.add_worksheet(SUMMARY)
        names = _sheet_names(sheets)
        for sheet, name in zip(sheets, names, strict=True):
            _rewrite_sheet(book.add_worksheet(name), sheet, copy.marks.get(sheet.name, {}), formats)
        links = {sheet.name: name for sheet, name in zip(sheets, names, strict=True)}
        _write_summary(summary, copy, links, formats)


def _sheet_names(sheets: Sequence[Sheet]) -> list[str]:
    """Return a name Excel takes for each sheet; a CSV has none of its own."""
    names: list[str] = []
    for sheet in sheets:
        bare = re.sub(r"[\[\]:*?/\\]", " ", cell_text(sheet.name)).strip("' \n\t")[:25] or "Sheet1"
        name, number = bare, 1
        while name.lower() in {SUMMARY, "history", *(each.lower() for each in names)}:
            number += 1
            name = f"{bare} {number}"
        names.append(name)
    return names


def _rewrite_sheet(page: Any, sheet: Sheet, marks: dict[tuple[int, int], _Mark], formats: dict[str, Any]) -> None:
    widths: dict[int, int] = {}
    for row, cells in enumerate(sheet.cells[:_MAX_ROW]):
        alone = sum(value != "" for value in cells) == 1  # a title says nothing about its column's width
        for column, value in enumerate(cells):
            covered = (row, column) in sheet.filled
            mark = marks.get((row + 1, column + 1))
            if not covered:
                _write_value(page, row, column, value, formats, mark)
            if row < _ROWS_MEASURED and not alone:
                widths[column] = max(widths.get(column, 8), min(40, 2 + _width(text_of(value))))
    for (row, column), mark in marks.items():
        if row > len(sheet.cells) or column > len(sheet.cells[row - 1]):
            page.write_blank(row - 1, column - 1, None, formats[mark.severity])
        page.write_comment(row - 1, column - 1, mark.text, {"author": AUTHOR, "x_scale": 2.4, "y_scale": 1.8})
    for column, width in widths.items():
        page.set_column(column, column, width, formats["text"])


def _write_value(page: Any, row: int, column: int, value: Any, formats: dict[str, Any], mark: _Mark | None) -> None:
    style = formats[mark.severity] if mark else None
    if value == "":
        if style:
            page.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, style)
    elif isinstance(value, int | float) and abs(value) < 1e15:
        page.write_number(row, column, value, style or formats["plain"])
    elif isinstance(value, datetime | date) and not mark and value.year >= 1900:
        page.write_datetime(row, column, value, formats["date"])
    elif isinstance(value, time | timedelta) and not mark:
        write_cell(page, row, column, text_of(value), formats["text"])
    else:
        write_cell(page, row, column, text_of(value), style or formats["text"])


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _write_summary(page: Any, copy: _Copy, links: dict[str, str], formats: dict[str, Any]) -> None:
    title, rules = _summary_lines(copy)
    for row, text in enumerate((title, *rules)):
        write_cell(page, row, 0, text, formats["title" if row == 0 else "plain"])
    top = len(rules) + 2
    for column, (heading, width) in enumerate(zip(_summary_headings(), _WIDTHS, strict=True)):
        page.set_column(column, column, width)
        write_cell(page, top, column, heading, formats["bold"])
    for number, each in enumerate(copy.issues, 1):
        texts = _summary_row(number, each)
        page.set_row(top + number, _height(texts))
        for column, text in enumerate(texts):
            style = formats[each.severity] if column == 3 else formats["wrap"]
            write_cell(page, top + number, column, text, style)
        if each.row is not None and each.sheet in links and number <= _LINK_ROWS:
            cell = f"{each.column or 'A'}{each.row}"
            page.write_url(top + number, 2, "internal:" + _link(links[each.sheet], cell)[1:], string=cell)
    page.freeze_panes(top + 1, 0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.activate()
