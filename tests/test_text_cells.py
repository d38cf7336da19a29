"""Texts in cells: hostile names come back from every kind of file as they were, and act as nothing."""

from __future__ import annotations

import ast
import csv
import io
import re
import unicodedata
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

import scheduler
from scheduler.check.annotate import write_annotated
from scheduler.check.county_roster import write_merged
from scheduler.reports.formats.document import printable
from scheduler.reports.formats.xlsx_file import Style, XlsxFile
from scheduler.season.load import load
from scheduler.text_cells import MAX_CELL, cell_text, csv_text, escaped, merge_cells, visible, write_cell
from tests.hostile.build import HEADINGS, csv_bytes, person, table, xlsx
from tests.roster.test_intake import read
from tests.season_folders import write

HOSTILE = [
    "<r>张三</r>",
    "<r></r>",
    "<r><t>a</t></r>",
    "<r> _x000D_ </r>",
    "<r>&amp;_xD842_b_x0041_</r>",
    "<r>",
    "</r><r>",
    "<r/>",
    "=1+1",
    "+86",
    "-1",
    "@A1",
    '=HYPERLINK("http://a")',
    "{=1}",
    "http://example.com",
    "mailto:a@b",
    "internal:Sheet1!A1",
    "external:c:\\a.xlsx",
    "007",
    "511621198001020006",
    "1E5",
    "TRUE",
    "#N/A",
    "_x0041_",
    "_xD842_",
    "_x005F_x0041_",
    "a_x0041_x0042_x0043_b_x0044_",
    "<r>_x0041_x0042_</r>",
    "&lt;]]>\"'",
    " 两边 ",
    "第一行\n第二行",
    "𠅤䶮",
    "'",
]


def read_back(data: bytes) -> list[str]:
    return [row[0] for row in CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()]


@pytest.mark.parametrize("constant_memory", [False, True])
@pytest.mark.parametrize("styled", [False, True])
def test_a_workbook_holds_texts_and_nothing_else(constant_memory: bool, styled: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": constant_memory}) as book:
        sheet = book.add_worksheet()
        style = book.add_format({"num_format": "@"}) if styled else None
        for row, text in enumerate(HOSTILE):
            write_cell(sheet, row, 0, text, style)
    assert read_back(path.read_bytes()) == HOSTILE
    cells = [cell for (cell,) in openpyxl.load_workbook(path).worksheets[0].iter_rows()]
    assert all(cell.hyperlink is None for cell in cells)


def test_a_merged_cell_holds_a_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for row, text in enumerate(HOSTILE):
            merge_cells(sheet, row, 0, row, 1, text, book.add_format())
    assert read_back(path.read_bytes()) == HOSTILE


def test_our_own_workbook_holds_texts() -> None:
    file = XlsxFile((Style("宋体", 9),))
    sheet = file.add_sheet("甲", [10], False)
    for text in HOSTILE:
        sheet.add([(text, 0)])
    assert read_back(file.content()) == HOSTILE


def test_a_csv_holds_no_formulas() -> None:
    starts = ["=1+1", "+1", "-1", "@A1", "\t=1", "\n=1", "＝1", "\u200b=1", "\x00=1"]
    text = csv_text([[start, "x"] for start in [*starts, "a=1", "<r>x</r>"]])
    rows = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert [row[0] for row in rows] == [*(f"'{cell_text(text)}" for text in starts), "a=1", "<r>x</r>"]
    assert csv_text([[-3, 1.5, None]]) == "\ufeff-3,1.5,\r\n"


@pytest.mark.parametrize("text", ["a\x00b", "a\x1fb", "a\x85b", "a\ufffeb", "a\U0001ffffb", "a\ud842b", "a\ufdd0b"])
def test_what_no_file_can_hold_is_left_out(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        write_cell(book.add_worksheet(), 0, 0, text)
    file = XlsxFile((Style("宋体", 9),))
    file.add_sheet("甲", [10], False).add([(text, 0)])
    for data in (path.read_bytes(), file.content()):
        assert read_back(data)[0].replace("\x85", "") == "ab"
    csv_text([[text]]).encode()


@pytest.mark.parametrize("text", ["长" * 40_000, "𠅤" * 20_000, "a" * 32_768, "<r>" + "长" * 40_000 + "</r>"])
def test_a_text_too_long_for_a_cell_is_cut_and_says_so(text: str) -> None:
    cut = cell_text(text)
    assert len(cut.encode("utf-16-le")) // 2 in (MAX_CELL, MAX_CELL - 1)
    assert cut[-1] == "…"
    assert text.startswith(cut[:-1])


def test_a_text_that_just_fits_is_whole() -> None:
    assert all(cell_text(text) == text for text in ("a" * MAX_CELL, "𠅤" * (MAX_CELL // 2)))


# UnicodeData's categories hold for all but the variation selectors, fillers and what is not yet assigned.
IGNORABLE = [
    "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u180b", "\u180e",
    "\u200b", "\u200d", "\u200e", "\u202e",
    "\u2060", "\u2064", "\u2066", "\u206f", "\u3164", "\ufe00", "\ufe0f", "\ufeff", "\uffa0", "\ufff0", "\U0001bca0",
    "\U0001d173", "\U000e0001", "\U000e0041", "\U000e0100", "\U000e01ef", "\U000e0fff",
]  # fmt: skip


@pytest.mark.parametrize("mark", IGNORABLE)
def test_what_unicode_says_is_not_shown_is_not_there(mark: str) -> None:
    for text in (f"张{mark}三", f"{mark}张三", f"张三{mark}"):
        assert visible(text) == cell_text(text) == printable(text) == "张三"


def test_what_can_be_seen_stays() -> None:
    text = "张·三 阿依古丽·买买提 é e\u0301 ᠮᠣᠩ 𠅤 〓 １２ ไทย"
    assert visible(text) == cell_text(text) == text


def test_every_format_character_but_the_visible_ones_is_invisible() -> None:
    shown = {"Arabic", "ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN"}
    for code in range(0x110000):
        if unicodedata.category(chr(code)) == "Cf" and unicodedata.name(chr(code), "").split()[0] not in shown:
            assert visible(f"张{chr(code)}") == "张", hex(code)


def test_nobody_writes_texts_past_the_guard() -> None:
    """The example's rosters are dirty on purpose: they are spelled as people would."""
    root = Path(scheduler.__file__).parent
    past = re.compile(r"write_(?:string|rich_string|row|column|formula)|merge_range|writerows?|write")
    found = []
    for path in sorted(root.rglob("*.py")):
        if path.relative_to(root).as_posix() in ("text_cells.py", "example/write.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and past.fullmatch(node.func.attr):
                arguments = len(node.args)
                if node.func.attr != "write" or arguments > 1:
                    found.append(f"{path.relative_to(root)}:{node.lineno}")
    assert found == []


# The outputs of check ----------------------------------------------------------------------------------------------

NAMES = ["<r>张三</r>", "<r><t>张三</b></r>", "=1+1张", "_x0041_张三", "_xD842_张三", "http://张三.cn", "@张三"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_county_roster_holds_any_name(suffix: str, tmp_path: Path) -> None:
    rows = [person(number, name=name) for number, name in enumerate(NAMES)]
    intake = read(tmp_path, {"a.csv": csv_bytes(table(*rows))})
    path = tmp_path / f"merged.{suffix}"
    assert write_merged(intake.parties, path) == len(NAMES)
    if suffix == "xlsx":
        [sheet] = openpyxl.load_workbook(path).worksheets
        assert all(cell.data_type in "sn" for row in sheet.iter_rows() for cell in row)
        names = [row[1] for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()]
    else:
        names = [row[1] for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))]
        names = [name.removeprefix("'") for name in names]
    assert names[1:] == NAMES


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_annotated_copy_holds_any_name(kind: str, tmp_path: Path) -> None:
    rows = table(*(person(number, name=name, phone="12") for number, name in enumerate(NAMES)))

    def as_texts(book: openpyxl.Workbook) -> None:
        for row, name in enumerate(NAMES, 2):
            cell = book.worksheets[0].cell(row, 1, escaped(name))
            cell.data_type = "s"

    roster = csv_bytes(rows) if kind == "csv" else xlsx(("S", rows), edit=as_texts)
    home = write(tmp_path / "s", {"roster/顾县镇.csv": "", f"roster/a.{kind}": roster})
    [path] = write_annotated(home, load(home).issues, tmp_path / "back")
    copy = CalamineWorkbook.from_path(path)
    assert [row[0] for row in copy.get_sheet_by_index(1).to_python()][1:] == NAMES
    assert openpyxl.load_workbook(path).worksheets[1]["C2"].comment is not None


# Rosters -----------------------------------------------------------------------------------------------------------

MARKS = ["\ufe0f", "\U000e0100", "\u3164", "\u034f", "\u00ad", "\u2060", "\u180b", "\uffa0", "\u202e", "\u200b", "\x9f"]


@pytest.mark.parametrize("mark", MARKS)
def test_a_name_with_an_invisible_character_is_the_same_name(mark: str, tmp_path: Path) -> None:
    rows = [
        person(1),
        person(1, name=f"张{mark}二"),
        person(2, name="张三", group="张二"),
        person(3, group=f"张{mark}三"),
    ]
    intake = read(tmp_path, {"a.csv": csv_bytes(table(*rows))})
    assert sorted(each.code for each in intake.issues) == ["R217", "R301"]
    [party] = intake.parties
    assert [each.name for each in party.people] == ["张二", "张三", "张四"]


@pytest.mark.parametrize("mark", MARKS)
def test_any_cell_and_heading_may_hold_an_invisible_character(mark: str, tmp_path: Path) -> None:
    headings = [heading[:1] + mark + heading[1:] for heading in HEADINGS]
    row = [text and f"{text[:2]}{mark}{text[2:]}" for text in person(1, note="晕车药", group="1组")]
    intake = read(tmp_path, {"a.csv": csv_bytes([headings, row])})
    assert {each.code for each in intake.issues} <= {"R217"}
    [party] = intake.parties
    [found] = party.people
    assert (found.name, found.phone, found.township, found.note) == ("张二", "13800000001", "顾县镇", "晕车药")
    assert (party.destination, f"{party.preferred}", party.mode) == ("440306", "2027-02-15", "coach")


def test_a_table_of_the_season_may_hold_invisible_characters(tmp_path: Path) -> None:
    fleet = "车型,核定载客,数量,起步价,每公里\n大\u200b客,4\ufe0f9,\u20602,500,9\n"
    home = write(tmp_path, {"fleet.csv": fleet})
    [vehicle] = load(home).problem.vehicle_types
    assert (vehicle.vehicle_type, vehicle.rated_seats) == ("大客", 49)
