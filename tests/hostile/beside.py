"""People beside, above and below the first table, and numbers of people in titles and footers."""

from __future__ import annotations

from tests.hostile.build import HEADINGS, Row, csv_text, html, id_number, person, table, xlsx
from tests.hostile.case import Case, Content, case, one

PEOPLE = [person(number) for number in range(12)]
SIX, MORE = PEOPLE[:6], PEOPLE[6:]
WITHOUT_ID = ("姓名", "手机号", "乡镇", "目的地")


def side_by_side(gap: int = 0, headings: Row = HEADINGS) -> list[Row]:
    """Return two tables of six people side by side."""
    rows = [[*row, *[""] * gap, *other] for row, other in zip(SIX, MORE, strict=True)]
    return [[*HEADINGS, *[""] * gap, *headings], *rows]


def second(name: str, *rows: Row) -> dict[str, Content]:
    """Return a workbook with six people on its first sheet and these rows on its second."""
    return {"a.xlsx": xlsx(("S", table(*SIX)), (name, rows))}


def below(*rows: Row, above: tuple[Row, ...] = ()) -> dict[str, Content]:
    """Return a workbook of six people and these rows below them."""
    return one(*SIX, *rows, above=above)


def across(*without: str) -> list[Row]:
    """Return people in columns, their fields in rows."""
    return [list(row) for row in zip(HEADINGS, *MORE, strict=True) if row[0] not in without]


def stated(name: str, found: str, *rows: Row, above: tuple[Row, ...] = ()) -> Case:
    """Return a case of six people with a number of people above or below them."""
    return case(f"stated: {name}", below(*rows, above=above), found, "6 6 0 0")


TABLES = (
    case("two tables side by side", {"a.xlsx": xlsx(("S", side_by_side()))}, "", "12 12 0 0"),
    case("two tables side by side in a csv", {"a.csv": csv_text(side_by_side())}, "", "12 12 0 0"),
    case("two tables with a gap, in a web page", {"a.xls": html(side_by_side(2))}, "", "12 12 0 0"),
    case(
        "three tables with running numbers",
        one(
            *([1, *PEOPLE[n], 2, *PEOPLE[n + 4], 3, *PEOPLE[n + 8]] for n in range(4)), headings=["序号", *HEADINGS] * 3
        ),
        "",
        "12 12 0 0",
    ),
    case(
        "the right table has its columns in another order",
        one(
            *([*row, *other[::-1]] for row, other in zip(SIX, MORE, strict=True)), headings=[*HEADINGS, *HEADINGS[::-1]]
        ),
        "",
        "12 12 0 0",
    ),
    case(
        "the right table starts a row lower",
        one([*SIX[0], "", *HEADINGS], *([*row, "", *other] for row, other in zip(SIX[1:], MORE, strict=False))),
        "",
        "11 11 0 0",
    ),
    case(
        "both tables of two lack a column",
        one(
            *(["张三", id_number(n), "深圳", "李四", id_number(n + 50), "深圳"] for n in range(3)),
            headings=["姓名", "身份证号", "目的地"] * 2,
        ),
        "R103 a.xlsx!S!1\nR103 a.xlsx!S!1",
        "6 0 6 0",
    ),
    case(
        "repeated headings of two tables", {"a.xlsx": xlsx(("S", side_by_side() + side_by_side()[:1]))}, "", "12 12 0 0"
    ),
    case(
        "headings that come twice in one table",
        one(
            *(["张三", id_number(n), "顾县镇", "深圳", "李四", id_number(n + 50)] for n in range(3)),
            headings=["姓名", "身份证号", "乡镇", "目的地", "姓名", "身份证号"],
        ),
        "R107 a.xlsx!S!A1\nR107 a.xlsx!S!B1",
        "3 0 3 0",
    ),
    case(
        "the householder's columns are no table",
        one(
            *([*person(n), "王五", id_number(n + 50)] for n in range(3)),
            headings=(*HEADINGS, "户主姓名", "户主身份证号"),
        ),
        "",
        "3 3 0 0",
    ),
    case(
        "a second table below, columns in another order",
        below(["二、石垭镇"], HEADINGS[::-1], *(row[::-1] for row in MORE)),
        "",
        "12 12 0 0",
    ),
    case(
        "a second table below, soon and with more headings",
        one(person(1), person(2), ["二、石垭镇名单"], [*HEADINGS, "性别"], [*person(3), "女"]),
        "",
        "3 3 0 0",
    ),
    case(
        "a second table below lacks a column",
        below(["姓名", "身份证号", "务工地"], *([row[0], row[1], row[4]] for row in MORE)),
        "R103 a.xlsx!S!8",
        "12 6 6 0",
    ),
    case(
        "two heading rows twice",
        one(
            *(["张三", id_number(n), "顾县镇", "广东", "深圳"] for n in range(2)),
            ["姓名", "身份证号", "乡镇", "务工地", ""],
            ["", "", "", "省", "市"],
            *(["李四", id_number(n), "顾县镇", "广东", "深圳"] for n in range(2, 4)),
            headings=("", "", "", "省", "市"),
            above=(["姓名", "身份证号", "乡镇", "务工地", ""],),
        ),
        "",
        "4 4 0 0",
    ),
)

LEFTOVERS = (
    case(
        "people right of the table",
        one(*([*row, "", *other] for row, other in zip(SIX, MORE, strict=True))),
        "R104 a.xlsx!S!L2",
        "12 6 6 0",
    ),
    case("people above the headings", one(*SIX, above=(MORE[0], MORE[1], [])), "R104 a.xlsx!S!B1", "8 6 2 0"),
    case(
        "people below in other columns",
        below([], [], *([""] * 10 + row for row in MORE)),
        "R104 a.xlsx!S!L10",
        "12 6 6 0",
    ),
    case("a second sheet without headings", second("二村", *MORE), "R104 a.xlsx!二村!B1", "12 6 6 0"),
    case("people across, fields down", second("二村", *across()), "R104 a.xlsx!二村!B2", "12 6 6 0"),
    case("people across without ID numbers", second("二村", *across("身份证号")), "R104 a.xlsx!二村!B2", "12 6 6 0"),
    case(
        "names and phones without headings",
        second("二村", *([r[0], r[2], r[3]] for r in MORE)),
        "R104 a.xlsx!二村!B1",
        "12 6 6 0",
    ),
    case(
        "ID numbers stored as numbers",
        second("二村", ["李四", 511621199001010000.0], ["王五", 511621199001020000.0]),
        "R104 a.xlsx!二村!B1",
        "8 6 2 0",
    ),
    case(
        "two people in one cell",
        second("二村", [f"张三{id_number(98)}、李四{id_number(97)}"]),
        "R104 a.xlsx!二村!A1",
        "8 6 2 0",
    ),
    case(
        "a line with another separator",
        {"a.csv": csv_text(table(*SIX)) + csv_text(MORE[:1], separator=";")},
        "R104 a.csv!!A8",
        "7 6 1 0",
    ),
    case(
        "two blocks, two findings",
        second("二村", MORE[0], [], [], [], [], MORE[1]),
        "R104 a.xlsx!二村!B1\nR104 a.xlsx!二村!B6",
        "8 6 2 0",
    ),
    case("a sheet that repeats names and numbers", second("打印", *(row[:3] for row in SIX)), "", "6 6 0 0"),
    case(
        "drivers and their coaches",
        second("车辆", ["司机", "车牌", "电话"], ["王五", "川X1", "13900000001"], ["王六", "川X2", "13900000002"]),
        "R105 a.xlsx!车辆!C2",
        "6 6 0 0",
    ),
    case("a sheet that repeats the ID numbers", second("核对", *([row[1]] for row in SIX)), "", "6 6 0 0"),
    case(
        "an instruction sheet with an example",
        second(
            "填表说明",
            ["填表说明"],
            [f"1. 身份证号按18位填写，如 {id_number(99)}"],
            ["身份证号", "18位", id_number(98)],
            ["手机号", "11位", "13800000001"],
            ["姓名", "与身份证一致", "张三"],
        ),
        "",
        "6 6 0 0",
    ),
    case(
        "an example column",
        second("怎样填", ["项目", "示例"], ["姓名", "张三"], ["身份证号", id_number(99)]),
        "",
        "6 6 0 0",
    ),
    case(
        "a statistics sheet",
        second("统计", ["村", "人数"], ["羊山村", 5], ["合计", 6], ["填表人", "张三", "电话", 13900000000]),
        "",
        "6 6 0 0",
    ),
    case("a signature with a phone", below([], ["填表人：", "张三", "", "联系电话：", "13900000000"]), "", "6 6 0 0"),
    case("a lone contact", second("其他", ["李四", "13900000001"]), "R105 a.xlsx!其他!B1", "6 6 0 0"),
    case(
        "cadres without headings",
        second("村干部通讯录", ["张一", "村支书", "13900000001"], ["张二", "主任", "13900000002"]),
        "R105 a.xlsx!村干部通讯录!C1",
        "6 6 0 0",
    ),
    case(
        "cadres with headings",
        second("Sheet2", ["村", "姓名", "职务", "联系电话"], ["羊山村", "张二", "主任", "13900000002"]),
        "R105 a.xlsx!Sheet2!D2",
        "6 6 0 0",
    ),
    case(
        "a roster without ID numbers is no list of contacts",
        second("二村", WITHOUT_ID, ["李四", "13900000001", "顾县镇", "深圳"]),
        "R103 a.xlsx!二村!1",
        "7 6 1 0",
    ),
    case(
        "relatives right of the table",
        one(*([*row, "李四", f"139{n:08d}"] for n, row in enumerate(SIX))),
        "R105 a.xlsx!S!K2",
        "6 6 0 0",
    ),
)

STATED = (
    stated("title", "R307 a.xlsx!S!A1", above=(["顾县镇返岗人员花名册（共7人）"],)),
    stated("footer", "R307 a.xlsx!S!A8", ["合计：5人"]),
    stated("footer in two cells", "R307 a.xlsx!S!B8", ["合计", 7]),
    stated("number of people", "R307 a.xlsx!S!C1", above=(["填报单位：顾县镇", "", "人数:7"],)),
    stated("total and space", "R307 a.xlsx!S!A8", ["总计 7"]),
    stated("households and people", "R307 a.xlsx!S!A8", ["共3户7人"]),
    stated("right", "", ["合计：6人，其中男4人，女2人"], above=(["顾县镇返岗人员（共6人）", "2027年2月15日"],)),
    stated("right in two cells", "", ["总计", "", 6], ["共3户6人"]),
    stated("statistics in the footer", "", ["合计", 7, 4, 3, 25200]),
    stated("of others", "", above=(["全镇共12000人外出务工，本次计划共50人"],)),
    case(
        "stated: a part each", one(*SIX[:2], ["合计", "2人"], *SIX[2:], ["合计", "4人"], ["总计", "6人"]), "", "6 6 0 0"
    ),
    case(
        "stated: below each of two tables",
        {"a.xlsx": xlsx(("S", [*side_by_side(), ["合计", "6人", *[""] * 7, "合计", "7人"]]))},
        "R307 a.xlsx!S!K8",
        "12 12 0 0",
    ),
    case("stated: subtotals", one(*SIX[:2], ["小计", 9], *SIX[2:], ["小计", 9]), "", "6 6 0 0"),
    case(
        "stated: luggage added up", one(*(person(n, note=2) for n in range(6)), ["合计", *[""] * 7, 12]), "", "6 6 0 0"
    ),
    case("stated: one is listed twice", one(*SIX, SIX[0], ["合计：6人"]), "R301 a.xlsx!S!B8", "7 6 0 1"),
    case("stated: both of two tables", {"a.xlsx": xlsx(("S", [["共12人"], *side_by_side()]))}, "", "12 12 0 0"),
    case(
        "stated: neither of two tables",
        {"a.csv": csv_text([["共13人"], *side_by_side()])},
        "R307 a.csv!!A1",
        "12 12 0 0",
    ),
)

BESIDE = (*TABLES, *LEFTOVERS, *STATED)
