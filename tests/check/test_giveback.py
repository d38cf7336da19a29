"""Annotated copies: what is marked, what stays, and that a mended copy just works; the page for the head."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment

from scheduler.check.annotate import AUTHOR, COLOURS, SUMMARY, _sheet_names, write_annotated
from scheduler.check.page import check_page
from scheduler.season.load import Intake, load
from scheduler.tabular.issues import Issue
from scheduler.tabular.sheets.workbook import SheetCells
from tests.season_folders import HEADINGS, csv_text, id_number, person, write

BAD = {"身份证号": "123"}
ODD = {"联系电话": "12"}


def workbook(path: Path, *rows: dict[str, str], title: str = "2027年返岗名单") -> None:
    """Write a township's workbook: a merged title, headings in row 2, people from row 3, widths and a colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("花名册")
        sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, title, book.add_format({"bold": True, "bg_color": "#CCFFCC"}))
        sheet.set_column(1, 1, 33)
        sheet.write_row(1, 0, HEADINGS)
        for number, row in enumerate(rows, 2):
            for column, heading in enumerate(HEADINGS):
                sheet.write_string(number, column, row.get(heading, ""))
        sheet.freeze_panes(2, 0)


def season(folder: Path, *rows: dict[str, str]) -> Path:
    write(folder, {"roster/顾县镇.csv": ""})
    workbook(folder / "roster" / "顾县镇.xlsx", *rows)
    return folder


def annotate(folder: Path, target: Path) -> tuple[Intake, list[Path]]:
    intake = load(folder)
    return intake, write_annotated(folder, intake.issues, target)


def found(intake: Intake) -> list[tuple[str, str, int | None, str]]:
    return [(issue.code, issue.sheet, issue.row, issue.column) for issue in intake.issues]


def test_cells_are_coloured_explained_and_listed_and_the_layout_stays(tmp_path: Path) -> None:
    home = season(tmp_path / "s", person(1), person(2, **BAD), person(3, **ODD))
    _intake, paths = annotate(home, tmp_path / "back")
    assert paths == [tmp_path / "back" / "顾县镇.xlsx"]
    assert paths[0].stat().st_mode & 0o777 == 0o600
    book = openpyxl.load_workbook(paths[0])
    assert book.sheetnames == [SUMMARY, "花名册"]
    assert book.active.title == SUMMARY
    sheet = book["花名册"]
    for cell, severity, code in (("B4", "error", "R203"), ("E5", "warning", "R205")):
        assert sheet[cell].fill.fgColor.rgb == COLOURS[severity]
        assert sheet[cell].comment.text.startswith(code)
        assert sheet[cell].number_format == "@"
    assert [cell.coordinate for row in sheet for cell in row if cell.comment] == ["B4", "E5"]
    assert sheet["B4"].value == "123"
    assert sheet.column_dimensions["B"].width == pytest.approx(33, abs=1)
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:I1"]
    assert sheet["A1"].fill.fgColor.rgb == "FFCCFFCC"
    assert sheet.freeze_panes == "A3"
    lines = [[cell.value for cell in row] for row in book[SUMMARY].iter_rows(min_row=7)]
    assert [line[1:3] for line in lines] == [["花名册", "B4"], ["花名册", "E5"]]
    assert book[SUMMARY]["C7"].hyperlink.location or book[SUMMARY]["C7"].hyperlink.target


def test_a_mended_copy_dropped_in_again_just_works(tmp_path: Path) -> None:
    home = season(tmp_path / "s", person(1), person(2, **BAD), person(3, **ODD))
    before, paths = annotate(home, tmp_path / "back")
    (home / "roster" / "顾县镇.xlsx").write_bytes(paths[0].read_bytes())
    assert found(load(home)) == found(before)
    book = openpyxl.load_workbook(paths[0])
    book["花名册"]["B4"] = id_number(2)
    book.save(home / "roster" / "顾县镇.xlsx")
    again, paths = annotate(home, tmp_path / "again")
    assert [code for code, *_cell in found(again)] == ["R205"]
    assert again.fit == 3
    sheet = openpyxl.load_workbook(paths[0])["花名册"]
    assert sheet["B4"].comment is None
    assert sheet["B4"].fill.fgColor.rgb not in COLOURS.values()
    assert sheet["E5"].comment is not None


def test_a_second_round_has_one_summary(tmp_path: Path) -> None:
    home = season(tmp_path / "s", person(2, **BAD))
    _intake, paths = annotate(home, tmp_path / "back")
    (home / "roster" / "顾县镇.xlsx").write_bytes(paths[0].read_bytes())
    _intake, paths = annotate(home, tmp_path / "again")
    book = openpyxl.load_workbook(paths[0])
    assert book.sheetnames == [SUMMARY, "花名册"]
    assert book["花名册"]["B3"].comment.text.count("R203") == 1


def test_the_clerks_own_notes_stay(tmp_path: Path) -> None:
    home = season(tmp_path / "s", person(2, **BAD))
    path = home / "roster" / "顾县镇.xlsx"
    book = openpyxl.load_workbook(path)
    book["花名册"]["B3"].comment = Comment("向村里核实", "李四")
    book["花名册"]["A3"].comment = Comment("老王", "李四")
    book.save(path)
    _intake, paths = annotate(home, tmp_path / "back")
    sheet = openpyxl.load_workbook(paths[0])["花名册"]
    assert sheet["A3"].comment.text == "老王"
    assert sheet["B3"].comment.text.startswith("向村里核实")
    assert "R203" in sheet["B3"].comment.text


def test_formulas_stay_with_their_results(tmp_path: Path) -> None:
    home = season(tmp_path / "s", person(1), person(2, **BAD))
    path = home / "roster" / "顾县镇.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("花名册")
        sheet.write_row(0, 0, HEADINGS)
        date_format = book.add_format({"num_format": "yyyy/m/d"})
        for number, row in enumerate((person(1, 姓名="=1+1"), person(2, **BAD)), 1):
            for column, heading in enumerate(HEADINGS):
                sheet.write_string(number, column, row.get(heading, ""))
            sheet.write_formula(number, 2, '="顾县"&"镇"', None, "顾县镇")
        sheet.write_formula(2, 5, "=DATE(2028,2,12)", date_format, 46795)
    before, paths = annotate(home, tmp_path / "back")
    assert ("R305", "花名册", 3, "F") in found(before)
    sheet = openpyxl.load_workbook(paths[0])["花名册"]
    assert sheet["C2"].value == '="顾县"&"镇"'
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")
    assert (sheet["F3"].value, sheet["F3"].number_format) == ("=DATE(2028,2,12)", "yyyy/m/d")
    assert sheet["F3"].fill.fgColor.rgb == COLOURS["error"]
    values = openpyxl.load_workbook(paths[0], data_only=True)["花名册"]
    assert values["C2"].value == "顾县镇"
    path.write_bytes(paths[0].read_bytes())
    assert found(load(home)) == found(before)


def full_workbook(path: Path) -> None:
    """Write a workbook with most of what a township's may hold."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, old, sums = (book.add_worksheet(name) for name in ("花名册", "旧表", "统计"))
        old.hide()
        old.write_column(0, 0, ["顾县镇", "罗渡镇"])
        sheet.write_row(0, 0, HEADINGS)
        for number, row in enumerate((person(1), person(2, **BAD), person(3), person(4, **ODD)), 1):
            sheet.write_row(number, 0, [row.get(heading, "") for heading in HEADINGS])
        sheet.data_validation("G2:G100", {"validate": "list", "source": ["汽车", "火车"]})
        sheet.data_validation("C2:C100", {"validate": "list", "source": "=旧表!$A$1:$A$2"})
        sheet.autofilter("A1:I5")
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.write_comment("B3", "镇上批注", {"author": "王"})
        sheet.conditional_format("F2:F20", {"type": "duplicate", "format": book.add_format({"bold": True})})
        sheet.print_area("A1:I5")
        sheet.insert_textbox("K3", "说明")
        sums.write_formula("A1", "=COUNTA(花名册!A2:A5)", None, 4)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=统计!$A$1:$A$1"})
        sums.insert_chart("C3", chart)
        book.define_name("乡镇", "=旧表!$A$1:$A$2")


def test_the_township_gets_its_own_workbook_back(tmp_path: Path) -> None:
    home = season(tmp_path / "s")
    path = home / "roster" / "顾县镇.xlsx"
    full_workbook(path)
    before, paths = annotate(home, tmp_path / "back")
    book = openpyxl.load_workbook(paths[0])
    assert book.sheetnames == [SUMMARY, "花名册", "旧表", "统计"]
    assert book["旧表"].sheet_state == "hidden"
    assert book["统计"]["A1"].value == "=COUNTA(花名册!A2:A5)"
    sheet = book["花名册"]
    assert [each.formula1 for each in sheet.data_validations.dataValidation] == ['"汽车,火车"', "旧表!$A$1:$A$2"]
    assert sheet.auto_filter.ref == "A1:I5"
    assert sheet.print_area == "'花名册'!$A$1:$I$5"
    assert sheet.row_dimensions[4].hidden
    assert sheet.conditional_formatting
    assert sheet["B3"].comment.text.startswith("镇上批注")
    assert {cell.coordinate for row in sheet for cell in row if cell.comment} == {"B3", "E5"}
    assert "乡镇" in book.defined_names
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(paths[0]) as new:
        untouched = {"xl/charts/chart1.xml", "xl/drawings/drawing1.xml", "xl/sharedStrings.xml", "xl/theme/theme1.xml"}
        assert untouched <= {*old.namelist()}
        assert all(old.read(name) == new.read(name) for name in untouched)
        for name in new.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                ElementTree.fromstring(new.read(name))
    path.write_bytes(paths[0].read_bytes())
    again, paths = annotate(home, tmp_path / "again")
    assert found(again) == found(before)
    second = openpyxl.load_workbook(paths[0])
    assert second.sheetnames == book.sheetnames
    assert second["花名册"]["B3"].comment.text == sheet["B3"].comment.text


def test_a_note_is_ours_even_when_its_author_was_forgotten(tmp_path: Path) -> None:
    home = season(tmp_path / "s")
    path = home / "roster" / "顾县镇.xlsx"
    full_workbook(path)
    _before, paths = annotate(home, tmp_path / "back")
    book = openpyxl.load_workbook(paths[0])
    for cell in ("B3", "E5"):
        book["花名册"][cell].comment = Comment(book["花名册"][cell].comment.text, " ")
    book.save(path)
    _again, paths = annotate(home, tmp_path / "again")
    sheet = openpyxl.load_workbook(paths[0])["花名册"]
    assert [sheet[cell].comment.text.count("R20") for cell in ("B3", "E5")] == [1, 1]


def repacked(path: Path, edit: Callable[[str, str], str | None]) -> None:
    """Change the parts of a zip file; None leaves one out."""
    with zipfile.ZipFile(path) as source:
        parts = {name: edit(name, source.read(name).decode()) for name in source.namelist()}
    with zipfile.ZipFile(path, "w") as target:
        for name, text in parts.items():
            if text is not None:
                target.writestr(name, text)


def without_styles(name: str, text: str) -> str | None:
    if name == "xl/styles.xml":
        return None
    return re.sub(r'<(?:Relationship|Override)\b[^>]*styles[^>]*/>|(?<=<c r="..") s="\d+"', "", text)


def with_prefix(name: str, text: str) -> str:
    if name.startswith("xl/worksheets/sheet"):
        return re.sub(r"(</?)(?=[a-zA-Z])", r"\1x:", text).replace("xmlns=", "xmlns:x=")
    return text


@pytest.mark.parametrize("edit", [without_styles, with_prefix])
def test_workbooks_as_other_programs_write_them(tmp_path: Path, edit: Callable[[str, str], str | None]) -> None:
    home = season(tmp_path / "s", person(1), person(2, **BAD))
    path = home / "roster" / "顾县镇.xlsx"
    workbook(path, person(1), person(2, **BAD))
    repacked(path, edit)
    before, paths = annotate(home, tmp_path / "back")
    assert openpyxl.load_workbook(paths[0])["花名册"]["B4"].comment.text.startswith("R203")
    path.write_bytes(paths[0].read_bytes())
    assert found(load(home)) == found(before)


def test_a_workbook_with_macros_keeps_them_and_its_name(tmp_path: Path) -> None:
    home = season(tmp_path / "s", person(1), person(2, **BAD))
    path = home / "roster" / "顾县镇.xlsx"

    def macros(name: str, text: str) -> str:
        main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        return text.replace(main, "application/vnd.ms-excel.sheet.macroEnabled.main+xml")

    repacked(path, macros)
    path.rename(path.with_suffix(".xlsm"))
    _intake, paths = annotate(home, tmp_path / "back")
    assert [each.name for each in paths] == ["顾县镇.xlsm"]
    with zipfile.ZipFile(paths[0]) as archive:
        assert "macroEnabled" in archive.read("[Content_Types].xml").decode()


def test_an_empty_row_and_a_missing_cell_are_made(tmp_path: Path) -> None:
    home = season(tmp_path / "s")
    with xlsxwriter.Workbook(str(home / "roster" / "顾县镇.xlsx")) as book:
        sheet = book.add_worksheet("花名册")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["张三"])
        sheet.write_row(1, 2, ["顾县镇", "深圳", "13800000001"])
    _intake, paths = annotate(home, tmp_path / "back")
    sheet = openpyxl.load_workbook(paths[0])["花名册"]
    assert sheet["B2"].comment.text.startswith("R201")
    assert [sheet.cell(2, column).value for column in (1, 3, 4)] == ["张三", "顾县镇", "深圳"]


def test_a_cell_covered_by_a_merged_one_is_marked_on_it(tmp_path: Path) -> None:
    home = season(tmp_path / "s")
    with xlsxwriter.Workbook(str(home / "roster" / "顾县镇.xlsx")) as book:
        sheet = book.add_worksheet("花名册")
        sheet.write_row(0, 0, HEADINGS)
        for number in (1, 2):
            sheet.write_row(number, 0, [person(number).get(heading, "") for heading in HEADINGS])
        sheet.merge_range(1, 3, 2, 3, "哪里")
    _intake, paths = annotate(home, tmp_path / "back")
    sheet = openpyxl.load_workbook(paths[0])["花名册"]
    assert sheet["D2"].comment.text.count("R207") == 2
    assert sheet["D2"].value == "哪里"


@pytest.mark.parametrize("name", ["顾县镇.csv", "顾县镇.XLS", "下面/顾县镇.csv"])
def test_other_kinds_become_workbooks_with_their_values(tmp_path: Path, name: str) -> None:
    home = write(tmp_path / "s", {"roster/顾县镇.csv": ""})
    path = home / "roster" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [person(1, 姓名="=1+1"), person(2, **BAD), person(3, **ODD)]
    if name.endswith("XLS"):
        import xlwt

        book = xlwt.Workbook()
        sheet = book.add_sheet("花名册")
        for column, heading in enumerate(HEADINGS):
            sheet.write(0, column, heading)
            for number, row in enumerate(rows, 1):
                sheet.write(number, column, row.get(heading, ""))
        book.save(str(path))
    else:
        path.write_text(csv_text(*rows), encoding="gb18030")
    before, paths = annotate(home, tmp_path / "back")
    assert [found.relative_to(tmp_path / "back").as_posix() for found in paths] == [name[:-4] + ".xlsx"]
    book = openpyxl.load_workbook(paths[0])
    assert book.sheetnames[0] == SUMMARY
    sheet = book.worksheets[1]
    assert sheet["B3"].fill.fgColor.rgb == COLOURS["error"]
    assert sheet["B3"].comment.author == AUTHOR
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")
    path.unlink()
    path.with_suffix(".xlsx").write_bytes(paths[0].read_bytes())
    again = load(home)
    assert [(code, row, column) for code, _sheet, row, column in found(again)] == [
        (code, row, column) for code, _sheet, row, column in found(before)
    ]
    assert [p.people[0].name for p in again.problem.parties] == [p.people[0].name for p in before.problem.parties]


def test_tables_are_given_back_too_and_clean_files_are_not(tmp_path: Path) -> None:
    home = write(tmp_path / "s", {"fleet.csv": "车型,核定载客,每公里\n49座,0,9\n"})
    _intake, paths = annotate(home, tmp_path / "back")
    assert paths == [tmp_path / "back" / "fleet.xlsx"]
    assert openpyxl.load_workbook(paths[0]).worksheets[1]["B2"].comment.text.startswith("R401")


def test_same_name_in_two_kinds(tmp_path: Path) -> None:
    home = season(tmp_path / "s", person(1, **BAD))
    (home / "roster" / "顾县镇.csv").write_text(csv_text(person(2, **BAD)), encoding="utf-8")
    _intake, paths = annotate(home, tmp_path / "back")
    assert sorted(path.name for path in paths) == ["顾县镇.xlsx", "顾县镇.xlsx.xlsx"]


def test_files_that_cannot_be_read_or_lack_headings(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "roster/a.xlsx": b"PK\x03\x04broken",
        "roster/b.csv": "没有表头\n张三,1\n",
        "roster/c.csv": "姓名,身份证号,乡镇\n张三,1,顾县镇\n",
        "roster/顾县镇.csv": "",
    }
    intake, paths = annotate(write(tmp_path / "s", files), tmp_path / "back")
    assert [issue.code for issue in intake.issues] == ["R101", "R102", "R103"]
    assert [path.name for path in paths] == ["b.xlsx", "c.xlsx"]
    assert openpyxl.load_workbook(paths[1]).worksheets[1]["A1"].comment.text.startswith("R103")


def test_inputs_stay_as_they_are(tmp_path: Path) -> None:
    home = season(tmp_path / "s", person(1, **BAD))
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    annotate(home, tmp_path / "back")
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


def test_odd_sheets_of_values(tmp_path: Path) -> None:
    cells = "姓名,身份证号,乡镇,目的地,备注\n" + f'张\x07三,1,顾县镇,深圳,"{"长" * 40_000}"\n'
    home = write(tmp_path / "s", {"roster/顾县镇.csv": cells})
    _intake, paths = annotate(home, tmp_path / "back")
    assert openpyxl.load_workbook(paths[0]).worksheets[1]["B2"].comment is not None


def test_sheet_names_that_excel_refuses() -> None:
    names = ["", "a/b", "A b", "长" * 40, "长" * 40, SUMMARY, "'x'", "History"]
    made = _sheet_names([SheetCells("f", name, []) for name in names])
    assert made[:3] == ["Sheet1", "a b", "A b 2"]
    assert len({name.lower() for name in made} | {SUMMARY}) == len(names) + 1
    assert max(map(len, made)) <= 31


# The page ----------------------------------------------------------------------------------------------------------


def page_of(intake: Intake) -> str:
    return check_page(intake.issues, intake.problem, {"人": intake.people}, date(2027, 1, 5))


def test_page_shows_files_and_kinds_worst_first(tmp_path: Path) -> None:
    home = season(tmp_path / "s", person(1), person(2, **BAD), person(3, **ODD))
    roster = csv_text(person(11, 目的地="哪里", 乡镇="罗渡镇"), person(12, 乡镇="罗渡镇", **BAD))
    (home / "roster" / "罗渡镇.csv").write_text(roster, encoding="utf-8")
    html = page_of(load(home))
    assert html.index("<h3>罗渡镇</h3>") < html.index("<h3>顾县镇</h3>")
    assert html.index("R203") < html.index("R205")
    assert "哪里" in html
    assert "2027-01-05" in html


def test_page_has_no_personal_data_and_asks_nothing_of_the_network(tmp_path: Path) -> None:
    twice = [person(21, 姓名="欧阳建国"), person(21, 姓名="欧阳建国", 目的地="杭州")]
    home = season(tmp_path / "s", *twice, person(22, 身份证号="51162119900101"), person(23, 联系电话="138123"))
    html = page_of(load(home))
    for secret in ("欧阳", id_number(21), "51162119900101", "138123", "甲"):
        assert secret not in html
    assert not re.search(r"https?://|<script", html)


def test_page_masks_numbers_that_slipped_into_another_column(tmp_path: Path) -> None:
    html = page_of(load(season(tmp_path / "s", person(21, 目的地=id_number(21)), person(22, 目的地="13800001234"))))
    assert id_number(21) not in html
    assert "13800001234" not in html


def test_page_escapes_names(tmp_path: Path) -> None:
    home = write(tmp_path / "s", {"roster/<b>顾县镇.csv": csv_text(person(5, 目的地="<script>alert(1)</script>"))})
    html = page_of(load(home))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<b>顾县镇" not in html


def test_page_of_a_clean_season(tmp_path: Path) -> None:
    html = page_of(load(write(tmp_path)))
    assert "没有发现问题" in html
    assert "<h3>" not in html


def test_long_lists_are_cut_and_say_so(tmp_path: Path) -> None:
    intake = load(write(tmp_path))
    many = [Issue("error", "R201", "roster/顾县镇.csv", row=i, column="A") for i in range(150)]
    assert "50" in check_page(many, intake.problem, {}, date(2027, 1, 5)).rpartition("</table>")[2]
