"""Cells that hold an error or a formula without its result, in every kind of file: named, never taken for empty."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwt

from scheduler.tabular.sheets.unreadable_cells import Uncalculated, in_zip, why_unreadable
from scheduler.tabular.sheets.workbook import read_bytes
from tests.hostile.build import HEADINGS, person, table, xlsx
from tests.roster.test_intake import read

FORMULAS = {
    "F2": "=DATE(2027,2,15)",
    "G3": '=IF(LEN(B3)=18,"火车","")',
    "H4": "=1+0",
    "D5": '="顾县"&"镇"',
    "I6": "=B6",
    "B7": "=名单!B7",
}
PEOPLE = table(*(person(serial, date="2027-02-15") for serial in range(1, 8)))


def with_formulas(book: openpyxl.Workbook) -> None:
    for cell, formula in FORMULAS.items():
        book["S"][cell] = formula


def edited(data: bytes, edit: Callable[[str], str], part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """Return a zip file with one part's text changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, edit(content.decode()).encode() if name == part else content)
    return buffer.getvalue()


def found(folder: Path, name: str, data: bytes) -> list[tuple[str, str]]:
    intake = read(folder, {name: data})
    return [(each.code, f"{each.column}{each.row}") for each in intake.issues]


def test_formulas_without_a_result_are_named(tmp_path: Path) -> None:
    data = xlsx(("S", PEOPLE), edit=with_formulas)
    named = [("R219", cell) for cell in ("F2", "G3", "H4", "D5")] + [("R220", "I6"), ("R219", "B7")]
    assert found(tmp_path, "a.xlsx", data) == named
    intake = read(tmp_path, {"a.xlsx": data})
    assert (intake.people, intake.fit) == (7, 2)
    assert intake.issues[0].value == FORMULAS["F2"]
    assert intake.issues[0].cure


@pytest.mark.parametrize(
    "edit",
    [
        lambda xml: re.sub(r"<v\s*/>", "", xml),
        lambda xml: re.sub(r"<v\s*/>", "<v></v>", xml),
        lambda xml: re.sub(r"(</?)(?=[a-z])", r"\1x:", xml).replace("xmlns=", "xmlns:x="),
        lambda xml: re.sub(r' r="[A-Z]*\d+"', "", xml),
        lambda xml: xml.replace('"', "'"),
    ],
)
def test_the_many_ways_to_write_a_sheet(edit: Callable[[str], str]) -> None:
    def plain(book: openpyxl.Workbook) -> None:
        for row in range(2, 9):
            book["S"][f"F{row}"] = "=DATE(2027,2,15)"

    full = [row if number == 0 else [*row[:7], "1", "x"] for number, row in enumerate(PEOPLE)]
    data = edited(xlsx(("S", full), edit=plain), edit)
    assert in_zip(data) == {"S": {(row, 5): "=DATE(2027,2,15)" for row in range(1, 8)}}
    sheet = read_bytes(data, "a.xlsx", [])[0]
    assert [row[5] for row in sheet.cells[1:]] == ["=DATE(2027,2,15)"] * 7


def test_a_result_that_is_an_empty_text_is_an_empty_cell(tmp_path: Path) -> None:
    def calculated(xml: str) -> str:
        return re.sub(r'<c r="([GHI]\d)"( s="\d")?><f>(.*?)</f><v\s*/>', r'<c r="\1" t="str"><f>\3</f><v></v>', xml)

    def formulas(book: openpyxl.Workbook) -> None:
        for cell in ("G2", "H2", "I9"):
            book["S"][cell] = '=IF(1=2,1,"")'

    assert found(tmp_path, "a.xlsx", edited(xlsx(("S", PEOPLE), edit=formulas), calculated)) == []


def test_shared_formulas(tmp_path: Path) -> None:
    def shared(xml: str) -> str:
        first, rest = '<f t="shared" ref="F2:F8" si="0">E2+1</f><v/>', '<f t="shared" si="0"/>'
        cells = iter([first, *[rest + "<v/>"] * 3, *[rest + "<v>46433</v>"] * 3])
        return re.sub(r"<f>.*?</f><v\s*/>", lambda _found: next(cells), xml)

    def plain(book: openpyxl.Workbook) -> None:
        for row in range(2, 9):
            book["S"][f"F{row}"] = "=E2+1"

    data = edited(xlsx(("S", PEOPLE), edit=plain), shared)
    assert found(tmp_path, "a.xlsx", data) == [("R219", f"F{row}") for row in range(2, 6)]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!"])
def test_errors_of_each_kind(error: str, tmp_path: Path) -> None:
    def set_error(book: openpyxl.Workbook) -> None:
        for cell in ("F2", "A3", "B4", "I5"):
            book["S"][cell] = error
            book["S"][cell].data_type = "e"

    data = xlsx(("S", PEOPLE), edit=set_error)
    assert found(tmp_path, "a.xlsx", data) == [("R219", "F2"), ("R219", "A3"), ("R219", "B4"), ("R220", "I5")]
    assert read(tmp_path, {"a.xlsx": data}).people == 7


def test_an_old_workbook(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    for number, row in enumerate(PEOPLE):
        for column, value in enumerate(row):
            if (number, column) not in ((1, 5), (2, 6), (3, 7)):
                sheet.write(number, column, value)
    sheet.write(1, 5, xlwt.Formula("DATE(2027,2,15)"))
    sheet.write(2, 6, xlwt.Formula('"汽车"'))
    sheet.row(3).set_cell_error(7, 0x2A)
    buffer = io.BytesIO()
    book.save(buffer)
    for name in ("a.xls", "a.et"):
        assert found(tmp_path / name, name, buffer.getvalue()) == [("R219", "F2"), ("R219", "G3"), ("R219", "H4")]


def ods(*cells: str) -> bytes:
    """Return an OpenDocument spreadsheet of one heading row and one person, whose date, mode and note are given."""
    namespaces = " ".join(
        f'xmlns:{prefix}="urn:{uri}"'
        for prefix, uri in (
            ("office", "oasis:names:tc:opendocument:xmlns:office:1.0"),
            ("table", "oasis:names:tc:opendocument:xmlns:table:1.0"),
            ("text", "oasis:names:tc:opendocument:xmlns:text:1.0"),
            ("calcext", "org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"),
        )
    )

    def text(value: object) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    headings = "".join(map(text, HEADINGS[:7]))
    row = "".join(map(text, person(1)[:5])) + "".join(cells)
    xml = (
        f"<office:document-content {namespaces}><office:body><office:spreadsheet><table:table table:name='S'>"
        f"<table:table-row>{headings}</table:table-row><table:table-row>{row}</table:table-row>"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", xml)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return buffer.getvalue()


def test_an_open_document_spreadsheet(tmp_path: Path) -> None:
    error = (
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    )
    bare = '<table:table-cell table:formula="of:=DATE(2027;2;15)"/>'
    empty = '<table:table-cell table:formula="of:=&quot;&quot;" office:value-type="string" office:string-value=""/>'
    assert found(tmp_path / "a", "a.ods", ods(error, bare)) == [("R219", "F2"), ("R219", "G2")]
    assert found(tmp_path / "b", "a.ods", ods(bare, empty)) == [("R219", "F2")]
    assert found(tmp_path / "c", "a.ods", ods(empty, empty)) == []


def test_rows_prepared_with_formulas_hold_nobody(tmp_path: Path) -> None:
    def prepared(book: openpyxl.Workbook) -> None:
        for row in range(9, 30):
            book["S"][f"F{row}"] = f"=E{row}"
            book["S"][f"I{row}"] = f"=MID(B{row},7,8)"

    intake = read(tmp_path, {"a.xlsx": xlsx(("S", PEOPLE), edit=prepared)})
    assert (intake.people, intake.fit, intake.issues) == (7, 7, ())


def test_a_roster_that_is_all_formulas_is_not_lost(tmp_path: Path) -> None:
    def linked(book: openpyxl.Workbook) -> None:
        for row in range(2, 9):
            for column in "ABCDEFG":
                book["S"][f"{column}{row}"] = f"=总表!{column}{row}"

    intake = read(tmp_path, {"a.xlsx": xlsx(("S", PEOPLE), edit=linked)})
    assert (intake.people, intake.fit) == (7, 0)
    assert {each.code for each in intake.issues} == {"R219", "R220"}


@pytest.mark.parametrize("text", ["#1", "#N/A 不详", "= 3", "=1+1", '="13800000000"', "=511621199001010000", "E3", "#"])
def test_texts_that_only_look_so(text: str) -> None:
    assert why_unreadable(text) is None


@pytest.mark.parametrize(
    "text", ["#n/a", "=?", " #REF! ", "Err:502", "=VLOOKUP(B2,X!A:B,2,0)", "=A2", "='甲 乙'!$A$2", '="顾县"&"镇"']
)
def test_texts_that_are_errors_and_formulas(text: str) -> None:
    assert why_unreadable(text)
    assert why_unreadable(Uncalculated("=1"))
