"""Builders of roster files of every kind, from rows of cells."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import xlwt

from scheduler.roster.cells import check_character

HEADINGS = ("姓名", "身份证号", "手机号", "乡镇", "目的地", "出行日期", "出行方式", "组号", "备注")
Row = Sequence[Any]


def id_number(serial: int, area: str = "511621") -> str:
    """Return a right ID number nobody can own (sequence 000, a woman by parity), another for each serial."""
    birth = date(1980, 1, 1) + timedelta(days=serial)
    body = f"{area}{birth:%Y%m%d}000"
    return body + check_character(body)


def person(serial: int = 1, **changes: Any) -> list[Any]:
    """Return a good row under HEADINGS; `changes` by English field name."""
    fields = {
        "name": "张" + "一二三四五六七八九十甲乙丙丁戊"[serial % 15],
        "id_number": id_number(serial),
        "phone": f"138{serial:08d}",
        "township": "顾县镇",
        "destination": "广东省深圳市宝安区",
        "date": "2027-02-15",
        "mode": "汽车",
        "group": "",
        "note": "",
    }
    return list((fields | changes).values())


def table(*rows: Row, headings: Row = HEADINGS, above: Sequence[Row] = ()) -> list[Row]:
    """Return title rows, headings and people."""
    return [*above, headings, *rows]


def csv_text(rows: Sequence[Row], separator: str = ",", line_end: str = "\n") -> str:
    """Return rows as CSV text; cells that hold a separator, quote or line break are quoted."""

    def cell(value: Any) -> str:
        text = str(value)
        if any(mark in text for mark in (separator, '"', "\n")):
            return '"' + text.replace('"', '""') + '"'
        return text

    return "".join(separator.join(map(cell, row)) + line_end for row in rows)


def csv_bytes(rows: Sequence[Row], encoding: str = "utf-8", **options: str) -> bytes:
    """Return rows as an encoded CSV file."""
    return csv_text(rows, **options).encode(encoding)


def xlsx(*sheets: tuple[str, Sequence[Row]], edit: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    """Return a workbook with sheets of (name, rows); `edit` may change it before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value not in ("", None):
                    sheet.cell(number, column, value)
    if edit:
        edit(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def xls(rows: Sequence[Row], name: str = "Sheet1", hidden: bool = False, dates_1904: bool = False) -> bytes:
    """Return an Excel 97-2003 workbook; with `hidden`, a second, hidden sheet holds the same."""
    book = xlwt.Workbook()
    book.dates_1904 = dates_1904
    for sheet_name in (name, "旧表")[: 1 + hidden]:
        sheet = book.add_sheet(sheet_name)
        sheet.visibility = int(sheet_name == "旧表")
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value != "":
                    sheet.write(r, c, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ods(rows: Sequence[Row], attributes: Callable[[int, int], str] = lambda r, c: "", name: str = "Sheet1") -> bytes:
    """Return an OpenDocument sheet; `attributes` may add XML attributes to the cell of row r, column c (from 0)."""
    lines = []
    for r, row in enumerate(rows):
        cells = []
        for c, value in enumerate(row):
            extra = attributes(r, c)
            if value == "":
                cells.append(f"<table:table-cell {extra}/>")
            elif isinstance(value, int | float):
                cells.append(f'<table:table-cell {extra} office:value-type="float" office:value="{value}"/>')
            else:
                text = f"<text:p>{escape(value)}</text:p>"
                cells.append(f'<table:table-cell {extra} office:value-type="string">{text}</table:table-cell>')
        lines.append("<table:table-row>" + "".join(cells) + "</table:table-row>")
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
        f"<office:body><office:spreadsheet><table:table table:name={quoteattr(name)}>{''.join(lines)}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": '<?xml version="1.0"?><manifest:manifest'
            ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        }
    )


def html(rows: Sequence[Row], head: str = '<html><head><meta charset="utf-8"></head>') -> str:
    """Return a web page with one table, as many systems export under the name .xls."""
    lines = ("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"{head}<body><table>{''.join(lines)}</table></body></html>"


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """Return a zip file of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def repacked(workbook: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return a zip file with each part passed through `change(name, content)`."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return zipped({name: change(name, archive.read(name)) for name in archive.namelist()})
