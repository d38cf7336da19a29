"""Small files that unfold to more than any roster holds: refused before they take memory, and honest ones are not."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler.season.tables import PLACES
from scheduler.tabular.issues import Issue, issue
from scheduler.tabular.sheets import limits as guards
from scheduler.tabular.sheets import unfolding
from scheduler.tabular.sheets import workbook as sheets
from scheduler.tabular.sheets.compound_file import streams
from scheduler.tabular.sheets.unfolding import biff_string_sizes, damaged
from scheduler.tabular.sheets.workbook import SheetCells, Value, read_sheets
from scheduler.tabular.tables.blocks import find_tables, read_tables
from scheduler.tabular.tables.data_rows import LONGEST_TEXT
from tests.hostile.build import HEADINGS, csv_bytes, html, ods, person, repacked, table, xls, xlsx, zipped

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PEOPLE = table(*(person(n) for n in range(20)))


def workbook(*rows: str, shared: str | None = None, extra: dict[str, str | bytes] | None = None) -> bytes:
    """Return an .xlsx with one sheet for each text of rows, and the items of its shared strings."""
    numbers = range(1, len(rows) + 1)
    names = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    parts: dict[str, str | bytes] = {
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="r{n}" Type="{RELATIONS}/worksheet" Target="worksheets/s{n}.xml"/>' for n in numbers
        )
        + f'<Relationship Id="s" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    }
    for number, text in enumerate(rows, 1):
        parts[f"xl/worksheets/s{number}.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData>{text}</sheetData></worksheet>'
    if shared is not None:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared}</sst>'
    return zipped(parts | (extra or {}))


def naming(count: int, number: int = 0, cell: str = '<c r="A{row}" t="s"><v>{number}</v></c>') -> str:
    """Return rows of one cell each that names a shared string."""
    return "".join(f'<row r="{row}">{cell.format(row=row, number=number)}</row>' for row in range(1, count + 1))


def read(tmp_path: Path, content: bytes) -> tuple[list[SheetCells], list[Issue]]:
    """Return what a file holds and what is found."""
    (tmp_path / "a").write_bytes(content)
    issues: list[Issue] = []
    return read_sheets(tmp_path / "a", "roster/镇.xlsx", issues), issues


def assert_refused(tmp_path: Path, content: bytes) -> None:
    """Assert that a file is refused by its name, with a cure."""
    found, issues = read(tmp_path, content)
    assert not found
    assert [(each.code, each.file) for each in issues] == [("R101", "roster/镇.xlsx")]
    assert issues[0].cure != issue("R101", "").cure, "refused by the reader, not for its size"


def assert_damaged(tmp_path: Path, content: bytes) -> None:
    """Assert that a file is refused because it contradicts itself, before the reader sees it."""
    found, issues = read(tmp_path, content)
    assert not found
    assert [(each.code, each.message) for each in issues] == [("R101", damaged().reason)]


@pytest.mark.parametrize(
    "item",
    [
        f"<si><t>{'A' * 40_000}</t></si>",
        f"<si><t>{'字' * 32_768}</t></si>",
        f"<si>{'<r><t>AB</t></r>' * 20_000}</si>",
        f"<si><t>a</t></si><si><t>{'A' * 3_000_000}</t></si>",
    ],
    ids=["letters", "characters", "runs", "the second"],
)
def test_a_text_longer_than_a_cell_is_refused(tmp_path: Path, item: str) -> None:
    assert_refused(tmp_path, workbook(naming(3), shared=item))


def test_the_longest_text_of_a_cell_is_read(tmp_path: Path) -> None:
    found, issues = read(tmp_path, workbook(naming(2), shared=f"<si>{'<r><b/><t>字</t></r>' * 32_767}</si>"))
    assert not issues
    assert [len(str(row[0])) for row in found[0].cells] == [32_767] * 2


@pytest.mark.parametrize(
    "content",
    [
        workbook(naming(2_000), shared=f"<si><t>{'A' * 30_000}</t></si>"),
        workbook(naming(2_000, 1), shared=f"<si><t>a</t></si><si><t>{'字' * 10_000}</t></si>"),
        workbook(naming(2_000, 1), shared=f"<si/><si><t>{'A' * 30_000}</t></si>"),
        workbook(naming(1_000), naming(1_000), shared=f"<si><t>{'A' * 30_000}</t></si>"),
        workbook(
            naming(2_000, cell="<c t='s' r='A{row}'><v>{number}</v></c>"), shared=f"<si><t>{'A' * 30_000}</t></si>"
        ),
        workbook(
            naming(2_000, cell='<c r="A{row}" t="s"><v><!-- -->{number}</v></c>'),
            shared=f"<si><t>{'A' * 30_000}</t></si>",
        ),
    ],
    ids=[
        "one text",
        "the second text",
        "behind an empty one",
        "over sheets",
        "other quotes",
        "a comment before the number",
    ],
)
def test_texts_that_many_cells_name_are_counted(tmp_path: Path, content: bytes) -> None:
    assert len(content) < 100_000
    assert_refused(tmp_path, content)


@pytest.mark.parametrize(
    "content",
    [
        workbook(naming(2_000, 1), shared=f"<si><t>{'A' * 30_000}</t></si><si><t>是</t></si>"),
        workbook(naming(2_000, 7_000_000), shared=f"<si><t>{'A' * 30_000}</t></si>"),
        workbook(naming(2_000, cell='<c r="A{row}"><v>0</v></c>'), shared=f"<si><t>{'A' * 30_000}</t></si>"),
    ],
    ids=["the long one is not named", "numbers out of range", "numbers, not texts"],
)
def test_a_long_text_that_few_cells_name_is_no_bomb(tmp_path: Path, content: bytes) -> None:
    assert not [each for each in read(tmp_path, content)[1] if "unfolds" in each.message]


def test_texts_of_xls_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = xls([["A" * 30_000] * 10] * 10)
    assert len(read(tmp_path, content)[0][0].cells) == 10
    monkeypatch.setattr(unfolding, "LEAST_TEXT_BYTES", 2_000_000)
    monkeypatch.setattr(unfolding, "TEXT_RATIO", 1)
    assert_refused(tmp_path, content)
    assert not read(tmp_path, xls(PEOPLE))[1]


def test_shared_texts_of_xls_are_measured_over_their_records() -> None:
    texts = ["字" * 5_000, "A" * 9_000, "", "张三", "B" * 20_000, "省" * 30_000, "x"]
    stream = streams(xls([[each or " "] for each in texts]), "Workbook")["Workbook"]
    offset = 0
    while (record := struct.unpack_from("<HH", stream, offset))[0] != 0x00FC:
        offset += 4 + record[1]
    assert [*biff_string_sizes(stream, offset + 4, record[1])] == [len(each) or 1 for each in texts]


@pytest.mark.parametrize(
    "attributes",
    [
        lambda r, c: 'table:number-columns-repeated="500"' if r == 1 else "",
        lambda r, c: 'table:number-columns-repeated="9000"' if (r, c) == (5, 2) else "",
        lambda r, c: 'table:number-columns-repeated="2000"' if c == 8 else "",
    ],
    ids=["a row", "one cell", "a column"],
)
def test_texts_of_ods_are_counted_as_often_as_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attributes: Callable[[int, int], str]
) -> None:
    content = ods(table(*(person(n, note="晕车" * 20) for n in range(9))), attributes)
    assert read(tmp_path, content)[0]
    monkeypatch.setattr(unfolding, "LEAST_TEXT_BYTES", 100_000)
    monkeypatch.setattr(unfolding, "TEXT_RATIO", 1)
    assert_refused(tmp_path, content)
    assert not read(tmp_path, ods(PEOPLE))[1]


def test_repeated_rows_of_ods_are_counted(tmp_path: Path) -> None:
    def repeat_rows(name: str, content: bytes) -> bytes:
        return content.replace(b"<table:table-row>", b'<table:table-row table:number-rows-repeated="90000">', 2)

    assert_refused(tmp_path, repacked(ods(table(person(note="晕车" * 1_000))), repeat_rows))


@pytest.mark.parametrize("count", ["99999999", "+99999999", "99999999999999999"])
def test_spaces_of_ods_are_counted(tmp_path: Path, count: str) -> None:
    spaces = f'<text:p>a<text:s text:c="{count}"/>b'.encode()
    assert_refused(tmp_path, repacked(ods(PEOPLE), lambda name, content: content.replace(b"<text:p>", spaces, 1)))
    few = b'<text:p>a<text:s text:c="3"/>b'
    assert not read(tmp_path, repacked(ods(PEOPLE), lambda name, content: content.replace(b"<text:p>", few, 1)))[1]


@pytest.mark.parametrize("count", ["9999999999", "+9999999", "99999999999999999"])
def test_repeats_of_any_size_are_counted(tmp_path: Path, count: str) -> None:
    def repeat(r: int, c: int) -> str:
        return f'table:number-columns-repeated="{count}"' if r == 1 else ""

    assert_refused(tmp_path, ods(PEOPLE, repeat))


@pytest.mark.parametrize("count", [501, 3_000])
def test_thousands_of_sheets_are_refused(tmp_path: Path, count: int) -> None:
    assert_refused(tmp_path, workbook(*['<row r="1"><c r="A1"><v>1</v></c></row>'] * count))


def test_thousands_of_ods_tables_are_refused(tmp_path: Path) -> None:
    def repeat(name: str, content: bytes) -> bytes:
        begin, end = content.find(b"<table:table "), content.find(b"</office:spreadsheet>")
        return content[:end] + content[begin:end] * 500 + content[end:] if name == "content.xml" else content

    assert_refused(tmp_path, repacked(ods([["x"]]), repeat))


def test_one_part_is_no_two_sheets(tmp_path: Path) -> None:
    twice = workbook(naming(3), naming(3), shared="<si><t>a</t></si>")
    assert len(read(tmp_path, twice)[0]) == 2
    same_target = repacked(twice, lambda name, content: content.replace(b"worksheets/s2", b"/xl/worksheets/s1"))
    same_relation = repacked(twice, lambda name, content: content.replace(b'r:id="r2"', b'r:id="r1"'))
    assert_damaged(tmp_path, same_target)
    assert_damaged(tmp_path, same_relation)


def test_rectangles_of_all_sheets_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1000"><c r="J1000"><v>1</v></c></row>'
    content = workbook(*[far] * 5)
    assert len(read(tmp_path, content)[0]) == 5
    monkeypatch.setattr(sheets, "MAX_CELLS_SCANNED", 40_000)
    assert_refused(tmp_path, content)


@pytest.mark.parametrize(
    "cell",
    [
        '<c\nr="XFD1048576"><v>1</v></c>',
        '<c r="xfd1048576"><v>1</v></c>',
        '<c r="B999999999"><v>1</v></c>',
        '<c s="0" r="XFD1048576"><v>1</v></c>',
        "<c r='AAAAA99'><v>1</v></c>",
    ],
)
def test_far_cells_are_found_however_they_are_written(tmp_path: Path, cell: str) -> None:
    assert_refused(tmp_path, workbook(f'<row r="1"><c r="A1"><v>1</v></c>{cell}</row>'))


def _lying(content: bytes, part: str) -> bytes:
    """Return an archive whose directory says that a part is 100 bytes long, with the checksum of those."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in source.infolist():
            archive.writestr(info.filename, source.read(info))
        lie = archive.getinfo(part)
        lie.file_size, lie.CRC = 100, zipfile.crc32(source.read(part)[:100])
    return target.getvalue()


@pytest.mark.parametrize("part", ["xl/worksheets/s1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_a_directory_that_lies_about_a_size_is_found(tmp_path: Path, part: str) -> None:
    content = _lying(workbook(naming(500), shared=f"<si><t>{'A' * 300}</t></si>"), part)
    assert_damaged(tmp_path, content)


@pytest.mark.parametrize("name", ["xl/worksheets/s1.xml", "xl/media/image1.png", "docProps/app.xml"])
def test_an_archive_of_almost_nothing_but_one_byte_is_refused(tmp_path: Path, name: str) -> None:
    assert_refused(tmp_path, workbook(naming(1), shared="<si/>", extra={name: b" " * 21_000_000}))


def test_an_archive_of_very_many_parts_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "MAX_PARTS", 30)
    assert_refused(tmp_path, workbook(naming(1), extra={f"xl/media/{n}.png": b"" for n in range(30)}))
    assert not read(tmp_path, workbook(naming(1), shared="<si><t>a</t></si>"))[1]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_entities_are_refused_in_every_part(tmp_path: Path, part: str) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "AAAAAAAAAA"><!ENTITY b "&a;&a;&a;">]>'
    plain = workbook(naming(1), shared="<si><t>a</t></si>", extra={"xl/styles.xml": "<styleSheet/>"})
    content = repacked(plain, lambda name, content: bomb.encode() + content if name == part else content)
    assert_damaged(tmp_path, content)


def test_a_workbook_of_two_kinds_is_refused(tmp_path: Path) -> None:
    for name in ("xl/workbook.bin", "content.xml", "xl\\Workbook.bin"):
        assert_damaged(tmp_path, workbook(naming(1), extra={name: b"x"}))


@pytest.mark.parametrize("blank", ["", " "], ids=["borders only", "spaces"])
def test_blank_rows_around_the_table_change_nothing(tmp_path: Path, blank: str) -> None:
    rows = [[blank] * 9] * 200
    places = [["名称", "类型"], ["顾县镇客运站", "乡镇"], ["罗渡镇", "乡镇"]]
    (tmp_path / "places.xlsx").write_bytes(xlsx(("S", [*rows, *places[:2], *rows, places[2], *rows])))
    issues: list[Issue] = []
    (found,) = read_tables(tmp_path / "places.xlsx", "places.xlsx", PLACES.headings, issues)
    assert not issues
    assert [(row.number, row.values["name"]) for row in found.rows] == [(202, "顾县镇客运站"), (403, "罗渡镇")]


def test_html_cells_copied_far_to_the_right_are_counted(tmp_path: Path) -> None:
    wide = "<tr><td colspan=2000>x</td><td rowspan=9000>y</td></tr>"
    content = f"<html><table>{wide}{'<tr></tr>' * 9_000}</table></html>".encode()
    found, issues = read(tmp_path, content)
    assert not found
    assert [each.code for each in issues] == ["R101"]


def test_html_rows_below_merged_cells_keep_their_columns(tmp_path: Path) -> None:
    page = html([["a", "b", "c"]]).replace(
        "</table>", "<tr><td rowspan=3>1<td>2<td rowspan=2>3<tr><td>4<tr><td>5<td>6</table>"
    )
    (found,), issues = read(tmp_path, page.encode())
    assert not issues
    assert found.cells[1:] == [["1", "2", "3"], ["1", "4", "3"], ["1", "5", "6"]]


@pytest.mark.parametrize("text", ["," * 300_000, "姓名;" + "字" * 200_000, "a" * 140_000 + "\n" + "a,b\n" * 9])
def test_a_csv_line_longer_than_any_field_is_no_traceback(tmp_path: Path, text: str) -> None:
    found, issues = read(tmp_path, text.encode())
    assert found or issues


def test_honest_workbooks_stay_far_below_the_limits(tmp_path: Path) -> None:
    note = "填表说明：" + "请逐项核对身份证号和手机号。" * 200
    rows = table(*(person(n % 5_000, note="同上") for n in range(3_000)), above=[[note]])
    for content in (xlsx(("S", rows)), xls(rows), ods(rows), csv_bytes(rows)):
        found, issues = read(tmp_path, content)
        assert not issues
        assert [len(sheet.cells) for sheet in found] == [3_002]
        assert found[0].cells[1][: len(HEADINGS)] == [*HEADINGS]


@pytest.mark.parametrize("text", ["1" * 9_000, "(9" * 5_000, "1-" * 5_000, "a 1 " * 5_000, "张三、" * 3_000])
def test_of_a_very_long_cell_only_the_beginning_is_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "places.xlsx").write_bytes(
        xlsx(("S", [["名称", "类型", "字"], ["顾县镇", text, text], [text, "乡镇", "x"]]))
    )
    issues: list[Issue] = []
    (found,) = read_tables(tmp_path / "places.xlsx", "places.xlsx", PLACES.headings, issues)
    cut = text[:LONGEST_TEXT].rstrip() + "…"
    assert not issues
    assert (found.rows[0].values["kind"], found.rows[0].notes["字"]) == (cut, cut)
    assert found.rows[1].values["name"] == cut


def test_merged_cells_that_overlap_by_the_thousand_do_not_hide_the_headings() -> None:
    ranges = [(0, 0, 0, 3), *[(0, 1, row, 16_000) for row in range(30_000)]]
    cells: list[list[Value]] = [["一览表", *[""] * 16_000], ["名称", "类型", *[""] * 16_000], ["罗渡镇", "乡镇"]]
    issues: list[Issue] = []
    (found,) = find_tables([SheetCells("a.xlsx", "S", cells, ranges)], "a.xlsx", PLACES.headings, issues)
    assert [row.values["name"] for row in found.rows] == ["罗渡镇"]
