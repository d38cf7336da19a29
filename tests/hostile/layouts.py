"""Where the table stands on its sheet, and what stands around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import openpyxl

from tests.hostile.build import HEADINGS, Row, id_number, person, table, xlsx
from tests.hostile.case import case, one

NO_DESTINATION = [heading for heading in HEADINGS if heading != "目的地"]


def _hide(*names: str, state: str = "hidden") -> Callable[[openpyxl.Workbook], None]:
    def edit(book: openpyxl.Workbook) -> None:
        for name in names:
            book[name].sheet_state = state

    return edit


def _merge(*ranges: str) -> Callable[[openpyxl.Workbook], None]:
    def edit(book: openpyxl.Workbook) -> None:
        for cells in ranges:
            book["S"].merge_cells(cells)

    return edit


def _hide_rows_and_columns(book: openpyxl.Workbook) -> None:
    book["S"].row_dimensions[3].hidden = True
    book["S"].column_dimensions["B"].hidden = True
    book["S"].auto_filter.ref = "A1:I3"


def _errors_in_cells(book: openpyxl.Workbook) -> None:
    for cell in ("C2", "I2", "H2"):
        book["S"][cell] = "#N/A"
        book["S"][cell].data_type = "e"


def without(column: str, *rows: Row) -> list[list[Any]]:
    """Return rows without the cell under a heading."""
    index = HEADINGS.index(column)
    return [[cell for at, cell in enumerate(row) if at != index] for row in rows]


LAYOUTS = (
    case(
        "title rows",
        one(
            person(), above=(["岳池县顾县镇返岗人员花名册"], [], ["填报单位：", "顾县镇", "联系电话：", "13800000000"])
        ),
    ),
    case(
        "blank rows and columns",
        one([""] * 2 + person(), [], [""] * 2 + person(2), headings=["", "", *HEADINGS], above=([], [])),
        "",
        "2 2 0 0",
    ),
    case(
        "headings with stars, brackets, spaces and line breaks",
        one(
            person(),
            headings=(
                "*姓 名",
                "身份证\n号码（必填）",
                "【联系电话】",
                "乡镇(街道)",
                "务工地★",
                "返岗时间：",
                "出行 方式（汽车/火车）",
                "同行组",
                "备 注",
            ),
        ),
    ),
    case(
        "English headings",
        one(
            person(),
            headings=("Name", "ID Number", "PHONE", "township", "Destination", "date", "mode", "group", "note"),
        ),
    ),
    case(
        "two heading rows",
        one(
            ["张三", id_number(1), "顾县镇", "深圳", "李四", "13900000000"],
            headings=("", "", "", "", "姓名", "电话"),
            above=(["姓名", "身份证号", "乡镇", "目的地", "紧急联系人", ""],),
            edit=_merge("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1"),
        ),
    ),
    case(
        "hidden sheet",
        {"a.xlsx": xlsx(("S", table(person())), ("旧", table(person(2))), edit=_hide("旧"))},
        "R110 a.xlsx!旧!",
    ),
    case(
        "very hidden sheet",
        {"a.xlsx": xlsx(("S", table(person())), ("旧", table(person(2))), edit=_hide("旧", state="veryHidden"))},
        "R110 a.xlsx!旧!",
    ),
    case("hidden rows and columns are read", one(person(), person(2), edit=_hide_rows_and_columns), "", "2 2 0 0"),
    case(
        "merged township",
        one(person(1), person(2, township=""), person(3, township=""), edit=_merge("D2:D4")),
        "",
        "3 3 0 0",
    ),
    case("merged beyond the people", one(person(1), person(2, township=""), edit=_merge("D2:D900")), "", "2 2 0 0"),
    case(
        "several sheets",
        {"a.xlsx": xlsx(("一村", table(person(1))), ("二村", table(person(2, destination=""))))},
        "R201 a.xlsx!二村!E2",
        "2 1 1 0",
    ),
    case(
        "instruction sheet",
        {"a.xlsx": xlsx(("说明", [["填表说明"], ["姓名", "必填"], ["身份证号", "18位"]]), ("S", table(person())))},
    ),
    case("no headings", one(headings=person(1)), "R102 a.xlsx!!\nR104 a.xlsx!S!B1", "1 0 1 0"),
    case(
        "no headings in any sheet", {"a.xlsx": xlsx(("甲", [["通知"]]), ("乙", [[1, 2]]))}, "R102 a.xlsx!!", "0 0 0 0"
    ),
    case(
        "a required column is missing",
        one(*without("目的地", person(1), person(2)), headings=NO_DESTINATION),
        "R103 a.xlsx!S!1",
        "2 0 2 0",
    ),
    case(
        "totals and signatures",
        one(
            person(),
            ["合计", "1人"],
            [],
            ["制表人：李四", "", "审核人：王五"],
            ["填表日期：2027年1月5日"],
            ["", "", "", "", "", "岳池县人社局（盖章）"],
            ["（以下空白）"],
            ["备注：以上人员由各村上报，请于1月20日前核对。"],
            edit=_merge("A9:I9"),
        ),
    ),
    case("repeated headings", one(person(), HEADINGS, person(2)), "", "2 2 0 0"),
    case("running numbers only", one([1, *person()], [2], [3], headings=("序号", *HEADINGS))),
    case("prefilled rows", one(person(), ["", "", "", "顾县镇", "", "", "不限"], ["", "", "", "顾县镇"])),
    case("the template's example", one(person(0, name="示例：张三"), ["示例", *person(3)[1:]], person(2))),
    case("unknown columns", one([*person(), "甲"], headings=(*HEADINGS, "家庭人口"))),
    case(
        "errors in cells",
        one(person(), edit=_errors_in_cells),
        "R220 a.xlsx!S!C2\nR219 a.xlsx!S!H2\nR220 a.xlsx!S!I2",
        "1 0 1 0",
    ),
    case("500 rows of blanks", one(person(), *[[" ", "　", ""] for _ in range(500)])),
    case(
        "two columns for one field",
        one(
            [*person(1), "李四"],
            [*person(2), "王五"],
            headings=(*HEADINGS, "名字"),
        ),
        "R107 a.xlsx!S!A1",
        "2 0 2 0",
    ),
    case("two columns that agree", one([*person(), "13800000001"], headings=(*HEADINGS, "移动电话"))),
    case(
        "only the date of the other journey",
        one(person(), headings=["返乡时间" if heading == "出行日期" else heading for heading in HEADINGS]),
        "R108 a.xlsx!S!F1",
    ),
    case("a cell that reads like a heading", one([*person(), "村委会", "新厂"], headings=(*HEADINGS, "单位", "企业"))),
    case("numbers before the people", one(person(), above=([1, 2, 3, 4, 5, 6, 7, 8, 9],))),
)
