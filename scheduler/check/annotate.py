"""Workbooks to give back: a copy of each file with its bad cells coloured and explained, a summary in front.

A clerk mends the coloured cells and sends the copy back as it is: the summary holds no table, marks do not count, and
every marked cell is set to text, so that what is typed stays as typed. An .xlsx keeps all that it has, formulas too:
the marks are written into its own XML. A CSV, an .xls or .ods, or an .xlsx of an unusual kind becomes an .xlsx with
its values (xlsxwriter).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from scheduler.check.summary import worst_first
from scheduler.check.xlsx_marks import (
    EMPTY_STYLES,
    Cell,
    Styles,
    UnusualWorkbookError,
    column_number,
    plain_names,
    reference,
    restyle,
    uncovered,
)
from scheduler.check.xlsx_notes import EMPTY_DRAWING, EMPTY_NOTES, Notes, with_drawing
from scheduler.check.xlsx_package import Package
from scheduler.files import whole_file
from scheduler.i18n import _, ngettext
from scheduler.season.folder import SeasonFolder, below_roster
from scheduler.tabular.issues import Issue
from scheduler.tabular.sheets.workbook import SheetCells, read_sheets, text_of
from scheduler.tabular.sheets.xlsx_parts import WORKBOOK
from scheduler.text_cells import cell_text, write_cell, xml_text

SUMMARY = "检查结果"
"""Name of the summary sheet, in every language: it is how a copy that comes back is known."""
AUTHOR = "scheduler"
COLOURS = {"error": "FFFF9999", "warning": "FFFFE699"}
_WIDTHS = (6, 16, 9, 8, 26, 44, 44)
_TITLE_HEIGHT, _LINE_HEIGHT = 24.0, 16.5  # points; not every program finds the height that a font needs
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
    season: Path,
    issues: Iterable[Issue],
    folder: Path,
    progress: Callable[[int, int], None] | None = None,
    on_file: Callable[[str, Path], None] | None = None,
) -> list[Path]:
    """Write an annotated copy of every file of the season that has errors or warnings; return their paths.

    Parameters
    ----------
    issues : iterable of Issue
        Of the whole season; infos are not marked, files without a readable sheet are not copied.
    folder : Path
        Where the copies go, below their path in the roster folder.
    progress : callable, optional
        Told (files done, files in all) after each file.
    on_file : callable, optional
        Told the name of each file as issues give it, and its copy, once that stands.

    Raises
    ------
    OutputError
        When a copy cannot be written.
    """
    by_file: dict[str, list[Issue]] = {}
    for each in issues:
        if each.severity in COLOURS:
            by_file.setdefault(each.file, []).append(each)
    sources = SeasonFolder(season).sheets()
    files = [file for file in sources if file in by_file]
    written: list[Path] = []
    for number, file in enumerate(files, 1):
        copy = _Copy(sources[file], file, by_file[file], _marks(by_file[file]))
        sheets = read_sheets(copy.source, file, [])
        if sheets:
            package = _marked(copy)
            target = _target(folder, file, written, ".xlsm" if package and package.has_macros() else ".xlsx")
            with whole_file(target) as temporary:
                if package:
                    package.save(temporary)
                else:
                    _rewrite(copy, sheets, temporary)
            written.append(target)
            if on_file:
                on_file(file, target)
        if progress:
            progress(number, len(files))
    return written


def _target(folder: Path, file: str, taken: Sequence[Path], suffix: str) -> Path:
    path = folder / (below_roster(file) or file)
    renamed = path.with_suffix(suffix)
    return renamed if renamed not in taken else path.with_name(path.name + suffix)


def _marks(issues: Iterable[Issue]) -> dict[str, dict[tuple[int, int], _Mark]]:
    marks: dict[str, dict[tuple[int, int], _Mark]] = {}
    for each in worst_first(issues):
        if each.row is None:
            continue
        cells = marks.setdefault(each.sheet, {})
        cell = each.row, column_number(each.column) or 1  # 1: a finding about a whole row
        text = cell_text(f"{each.code} {each.message}\n-> {each.cure}")
        known = cells.get(cell)
        if known is not None:
            text = f"{known.text}\n\n{text}"
        cells[cell] = _Mark(known.severity if known else each.severity, text[:_COMMENT_CHARACTERS])
    return marks


def _summary_lines(copy: _Copy, rewritten: bool = False) -> tuple[str, list[str]]:
    errors = sum(each.severity == "error" for each in copy.issues)
    title = ngettext(
        "{file}: {errors} cell to mend, {warnings} to look at",
        "{file}: {errors} cells to mend, {warnings} to look at",
        errors,
    ).format(file=Path(copy.file).name, errors=errors, warnings=len(copy.issues) - errors)
    rules = [
        _("Red cells must be mended: their rows cannot be planned. Yellow cells: please check them."),
        _("Mend the cell itself; the note on it says what is wrong and how to put it right."),
        _("Then send this workbook back as it is, in place of the old file: colours, notes and this sheet do no harm."),
    ]
    if rewritten and Path(copy.file).suffix.lower() not in (".csv", ".tsv"):
        rules.append(
            _("This copy holds the values of {file}, not its formulas and layout.").format(file=Path(copy.file).name)
        )
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


# A workbook that keeps all it has ----------------------------------------------------------------------------------


def _marked(copy: _Copy) -> Package | None:
    """Return the package of an .xlsx with its marks and the summary in front, None for a file of another kind."""
    try:
        package = Package(zipfile.ZipFile(io.BytesIO(copy.source.read_bytes())))
        style_part = package.related(WORKBOOK, "styles")
        styles = Styles(package.read(style_part) if style_part else EMPTY_STYLES, COLOURS.values())
        for name, part in package.sheets.items():
            if name != SUMMARY:
                _mark_sheet(package, part, copy.marks.get(name, {}), styles)
        package.add_first_sheet(SUMMARY, _summary_sheet(copy, frozenset(package.sheets), styles))
        if style_part:
            package.replace(style_part, styles.xml())
        else:
            package.add(WORKBOOK, "styles", "xl/styles.xml", styles.xml())
    except (zipfile.BadZipFile, UnusualWorkbookError, ElementTree.ParseError):
        return None
    return package


def _mark_sheet(package: Package, part: str, marks: Mapping[Cell, _Mark], styles: Styles) -> None:
    """Colour the marked cells of a sheet and write their notes; take those of an earlier round away."""
    comments, drawing = package.related(part, "comments"), package.related(part, "vmlDrawing")
    if not marks and not comments:
        return
    notes = Notes(
        plain_names(package.read(comments)) if comments else EMPTY_NOTES,
        package.read(drawing) if drawing else EMPTY_DRAWING,
        AUTHOR,
    )
    cleared = notes.clear()
    if not marks and not cleared:
        return
    sheet = plain_names(package.read(part))
    shown: dict[Cell, _Mark] = {}
    for cell, at in uncovered(sheet, marks).items():
        known = shown.get(at)
        text = f"{known.text}\n\n{marks[cell].text}" if known else marks[cell].text
        shown[at] = _Mark(known.severity if known else marks[cell].severity, text[:_COMMENT_CHARACTERS])
    colours = {cell: COLOURS[mark.severity] for cell, mark in shown.items()}
    sheet = restyle(sheet, colours, cleared, styles)
    notes.add({cell: mark.text for cell, mark in shown.items()})
    written, boxes = notes.parts()
    if comments:
        package.replace(comments, written)
    else:
        package.add(part, "comments", "xl/comments.xml", written)
    if drawing:
        package.replace(drawing, boxes)
    else:
        sheet = with_drawing(sheet, package.add(part, "vmlDrawing", "xl/drawings/vmlDrawing.vml", boxes))
    package.replace(part, sheet)


def _summary_sheet(copy: _Copy, sheets: Collection[str], styles: Styles) -> str:
    """Return the XML of the summary sheet."""
    title, rules = _summary_lines(copy)
    bold = '<font><b/><sz val="11"/></font>'
    plain, wrapped = styles.add(), styles.add(wrap=True)
    head = styles.add(bold, wrap=True)
    link = styles.add('<font><u/><sz val="11"/><color rgb="FF0563C1"/></font>')
    severities = {severity: styles.add(colour=colour, wrap=True) for severity, colour in COLOURS.items()}
    rows = [_xml_row(1, [title], [styles.add('<font><b/><sz val="14"/></font>')], _TITLE_HEIGHT)]
    rows += [_xml_row(number, [text], [plain], _LINE_HEIGHT) for number, text in enumerate(rules, 2)]
    top = len(rules) + 3
    rows.append(_xml_row(top, _summary_headings(), [head] * len(_WIDTHS)))
    links = []
    for number, each in enumerate(copy.issues, 1):
        texts = _summary_row(number, each)
        leads = bool(texts[2]) and each.sheet in sheets and number <= _LINK_ROWS
        look = [wrapped, wrapped, link if leads else wrapped, severities[each.severity], wrapped, wrapped, wrapped]
        rows.append(_xml_row(top + number, texts, look, _height(texts)))
        if leads:
            place = quoteattr(_link(each.sheet, texts[2])[1:])
            links.append(f'<hyperlink ref="C{top + number}" location={place} display={quoteattr(texts[2])}/>')
    columns = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(_WIDTHS, 1))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView tabSelected="1" workbookViewId="0">'
        f'<pane ySplit="{top}" topLeftCell="A{top + 1}" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{columns}</cols><sheetData>{''.join(rows)}</sheetData>"
        + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _xml_row(number: int, texts: Sequence[str], styles: Sequence[int], height: float | None = None) -> str:
    cells = "".join(
        f'<c r="{reference((number, column))}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
        f"{xml_text(text)}</t></is></c>"
        for column, (text, style) in enumerate(zip(texts, styles, strict=True), 1)
    )
    high = f' ht="{height}" customHeight="1"' if height else ""
    return f'<row r="{number}"{high}>{cells}</row>'


# A workbook of values ----------------------------------------------------------------------------------------------


def _rewrite(copy: _Copy, sheets: Sequence[SheetCells], target: Path) -> None:
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


def _sheet_names(sheets: Sequence[SheetCells]) -> list[str]:
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


def _rewrite_sheet(page: Any, sheet: SheetCells, marks: dict[tuple[int, int], _Mark], formats: dict[str, Any]) -> None:
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
    title, rules = _summary_lines(copy, rewritten=True)
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
