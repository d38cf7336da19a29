"""Empty workbooks a season starts from: headings, drop-downs, text columns, hints, a worked example, instructions.

They are forms of Chinese bureaus, so they are in Chinese whatever the language of the program. What each column
says stands in `template_columns`; this module lays it out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scheduler.files import whole_file
from scheduler.places import townships
from scheduler.season.template_columns import Template, TemplateColumn, templates
from scheduler.settings import Settings
from scheduler.text_cells import merge_cells, write_cell

ROWS = 2000
"""Rows below the headings that carry formats, drop-downs and hints."""
_TABLE_SHEET_ROWS = 3  # title, headings, worked example
_LIST_COLUMN = 6  # of the instruction sheet: where the long lists of the drop-downs stand


def write_templates(
    season: Path, settings: Settings, spots: Mapping[str, tuple[float, float]] | None = None
) -> list[Path]:
    """Write the roster template and the seven tables of an empty season; return their paths.

    Parameters
    ----------
    season : Path
    settings : Settings
    spots : mapping of str to (float, float), optional
        Latitude and longitude of townships, besides those built in.

    Raises
    ------
    OutputError
        When one cannot be written.
    """
    paths = []
    for template in templates(settings, spots or {}):
        path = season / template.path
        with whole_file(path) as temporary:
            _write(temporary, template, [town.name for town in townships(settings.home)])
        paths.append(path)
    return paths


def _write(path: Path, template: Template, town_names: Sequence[str]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        formats = _formats(book)
        table = book.add_worksheet(template.title)
        guide = book.add_worksheet("填写说明")
        lists = {"乡镇": town_names} if any(column.choices == ("乡镇",) for column in template.columns) else {}
        _write_table(table, template, formats, len(town_names))
        _write_guide(guide, template, lists, formats)


def _formats(book: Any) -> dict[str, Any]:
    def made(**properties: Any) -> Any:
        return book.add_format({"font_name": "宋体", "font_size": 11, "valign": "vcenter"} | properties)

    heading = {"bold": True, "border": 1, "align": "center", "text_wrap": True}
    return {
        "title": made(bold=True, font_size=16, align="center"),
        "needed": made(**heading, bg_color="#FFE699"),
        "free": made(**heading, bg_color="#DDEBF7"),
        "example": made(num_format="@", italic=True, font_color="#7F7F7F", bg_color="#F2F2F2", border=1),
        "text": made(num_format="@"),
        "number": made(num_format="General"),
        "plain": made(text_wrap=True, valign="top"),
        "bold": made(bold=True, text_wrap=True, valign="top"),
        "head": made(**heading, bg_color="#E2EFDA"),
        "cell": made(text_wrap=True, border=1, valign="top"),
    }


def _write_table(sheet: Any, template: Template, formats: dict[str, Any], town_count: int) -> None:
    columns = template.columns
    merge_cells(sheet, 0, 0, 0, len(columns) - 1, template.heading, formats["title"])
    sheet.set_row(0, 30)
    sheet.set_row(1, 34)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width, formats["number" if column.number else "text"])
        write_cell(sheet, 1, index, column.heading, formats["needed" if column.needed else "free"])
        write_cell(sheet, 2, index, column.example, formats["example"])
        _validate(sheet, index, column, town_count)
    for number, row in enumerate(template.rows, _TABLE_SHEET_ROWS):
        for index, value in enumerate(row):
            if value == "":
                continue
            if isinstance(value, str):
                write_cell(sheet, number, index, value, formats["text"])
            else:
                sheet.write_number(number, index, value, formats["number"])
    sheet.freeze_panes(2, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    free = _TABLE_SHEET_ROWS + len(template.rows)
    sheet.set_selection(free, 0, free, 0)


def _validate(sheet: Any, index: int, column: TemplateColumn, town_count: int) -> None:
    """Give a column its hint, and its drop-down as far as it has one; no entry is refused outright."""
    options: dict[str, Any] = {
        "validate": "any",
        "input_title": column.heading.rstrip("*")[:32],
        "input_message": column.hint[:255],
        "error_type": "warning",
        "error_title": "请核对",
        "error_message": column.hint[:255],
    }
    if column.choices == ("乡镇",):
        if town_count:
            options |= {"validate": "list", "source": f"=填写说明!$G$2:$G${town_count + 1}"}
    elif column.choices:
        options |= {"validate": "list", "source": list(column.choices)}
    elif column.number:
        options |= {"validate": "decimal", "criteria": ">=", "value": 0}
    elif column.characters:
        options |= {"validate": "length", "criteria": "==", "value": column.characters}
    sheet.data_validation(_TABLE_SHEET_ROWS, index, _TABLE_SHEET_ROWS + ROWS - 1, index, options)


def _write_guide(sheet: Any, template: Template, lists: dict[str, Sequence[str]], formats: dict[str, Any]) -> None:
    sheet.hide_gridlines(2)
    for index, width in enumerate((16, 8, 62, 26)):
        sheet.set_column(index, index, width)
    write_cell(sheet, 0, 0, f"{template.title}填写说明", formats["bold"])
    row = 1
    for line in template.rules:
        merge_cells(sheet, row, 0, row, 3, line, formats["plain"])
        sheet.set_row(row, 17 * (1 + len(line) // 56))
        row += 1
    row += 1
    for index, text in enumerate(("列名", "必填", "怎么填", "例子")):
        write_cell(sheet, row, index, text, formats["head"])
    for column in template.columns:
        row += 1
        texts = (column.heading.rstrip("*"), "必填" if column.needed else "", column.hint, column.example)
        for index, text in enumerate(texts):
            write_cell(sheet, row, index, text, formats["cell"])
        sheet.set_row(row, 17 * (1 + max(len(column.hint) // 30, len(column.example) // 12)))
    for name, values in lists.items():
        sheet.set_column(_LIST_COLUMN, _LIST_COLUMN, 16)
        for index, text in enumerate((f"本县{name}一览", *values)):
            write_cell(sheet, index, _LIST_COLUMN, text, formats["head" if index == 0 else "cell"])
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
