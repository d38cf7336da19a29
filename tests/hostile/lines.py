"""Lines of text files that would swallow others, or whose cells slip below other headings."""

from __future__ import annotations

from tests.hostile.build import HEADINGS, csv_text, html, id_number, person, table
from tests.hostile.case import Content, case

PEOPLE = [person(number) for number in range(12)]
SIX, MORE = PEOPLE[:6], PEOPLE[6:]
COMMA_FOR_ALL = (
    "姓名,身份证号,乡镇,目的地,用工单位,出行日期,家庭情况,备注\n"
    f"张三,{id_number(1)},顾县镇,深圳市,宝安区,,2027-02-15,,\n"
    f"李四,{id_number(2)},顾县镇,深圳市,龙岗区,,2027-02-15,,\n"
)


def broken(old: str, new: str, people: int = 6) -> dict[str, Content]:
    """Return a CSV of some people; in the line of the third one a text is another."""
    lines = csv_text(table(*PEOPLE[:people])).splitlines()
    assert old in lines[3]
    lines[3] = lines[3].replace(old, new, 1)
    return {"a.csv": "\n".join(lines) + "\n"}


LINES = (
    case("stray mark before a name", broken("张三", '"张三'), "R217 a.csv!!A4", "6 6 0 0"),
    case("stray mark before a destination", broken("广东", '"广东'), "R217 a.csv!!A4", "6 6 0 0"),
    case("stray mark before the headings", {"a.csv": '"' + csv_text(table(*SIX))}, "R217 a.csv!!A1", "6 6 0 0"),
    case(
        "two stray marks",
        {"a.csv": csv_text(table(*SIX)).replace("张二", '"张二').replace("张四", '"张四')},
        "R217 a.csv!!A3\nR217 a.csv!!A5",
        "6 6 0 0",
    ),
    case(
        "stray marks that look like a pair",
        {"a.csv": csv_text(table(*SIX)).replace("138" + "1".zfill(8), '"138' + "1".zfill(8)).replace("张四", '张四"')},
        "R217 a.csv!!A3",
        "6 6 0 0",
    ),
    case(
        "stray mark between tabs, old Mac line ends",
        {"a.csv": csv_text(table(*SIX), separator="\t", line_end="\r").replace("张二", '"张二')},
        "R217 a.csv!!A3",
        "6 6 0 0",
    ),
    case("a mark within a cell", broken("汽车,", '汽车,,靠窗"前"'), "", "6 6 0 0"),
    case(
        "honest line breaks in every place",
        {
            "a.csv": csv_text(
                table(
                    person(1, note="晕车，\n靠前坐, 带小孩"),
                    person(2, destination="广东省深圳市\n宝安区"),
                    person(3, note='他说"行"\n\n好'),
                    person(4),
                    headings=[
                        "姓名",
                        "身份证号",
                        "手机号",
                        "乡镇",
                        "目的地",
                        "出行日期",
                        "出行方式",
                        "组号",
                        "备注\n（可不填）",
                    ],
                )
            )
        },
        "",
        "4 4 0 0",
    ),
    case(
        "all cells in marks, a name over two lines",
        {
            "a.csv": "".join(
                ",".join(f'"{c}"' for c in row) + "\r\n" for row in table(person(1, name="张\r\n三"), person(2))
            )
        },
        "R217 a.csv!!A2",
        "2 2 0 0",
    ),
    case(
        "unquoted comma in a cell",
        broken("深圳市", "深圳市,"),
        "R106 a.csv!!A4\nR206 a.csv!!F4\nR209 a.csv!!G4",
        "6 5 1 0",
    ),
    case(
        "one comma too many, the surplus empty", broken(",2027", ",,2027"), "R106 a.csv!!A4\nR209 a.csv!!G4", "6 5 1 0"
    ),
    case(
        "a comma is missing",
        broken("市宝安区,2027-02-15,汽车,,", "市宝安区,汽车,,"),
        "R106 a.csv!!A4\nR206 a.csv!!F4",
        "6 5 1 0",
    ),
    case("a row broken over two lines", broken("深圳市", "\n深圳市"), "R106 a.csv!!A4\nR208 a.csv!!E4", "6 5 1 0"),
    case(
        "a web page's row with a cell too many",
        {"a.xls": html([*table(*SIX), [*MORE[0][:4], "深圳", *MORE[0][4:]]])},
        "R106 a.xls!!A8\nR206 a.xls!!F8\nR209 a.xls!!G8",
        "7 6 1 0",
    ),
    case("one person, unquoted comma", {"a.csv": COMMA_FOR_ALL.partition("\n李")[0]}, "R106 a.csv!!A2", "1 0 1 0"),
    case(
        "unquoted comma in every line, the date slips into a free column",
        {"a.csv": COMMA_FOR_ALL},
        "R106 a.csv!!A2\nR106 a.csv!!A3",
        "2 0 2 0",
    ),
    case("a trailing comma on one line", broken("汽车,,", "汽车,,,"), "", "6 6 0 0"),
    case("trailing commas on all lines", {"a.csv": csv_text([[*row, "", ""] for row in table(*SIX)])}, "", "6 6 0 0"),
    case(
        "trailing commas below the headings",
        {"a.csv": csv_text([HEADINGS, *([*row, ""] for row in SIX)])},
        "",
        "6 6 0 0",
    ),
    case(
        "empty cells at the end left out",
        {"a.csv": csv_text([HEADINGS, *(row[:7] for row in SIX), ["合计", "6人"]])},
        "",
        "6 6 0 0",
    ),
    case(
        "a remark beside the headings, filled up as Excel does",
        {
            "a.csv": csv_text(
                [
                    HEADINGS,
                    *SIX,
                    *([*row, "已确认" if n == 3 else ""] for n, row in enumerate(map(person, range(20, 36)))),
                ]
            )
        },
        "",
        "22 22 0 0",
    ),
    case(
        "zero bytes in a text",
        {"a.csv": csv_text(table(*SIX)).encode().replace(b"138", b"13\0", 1)},
        "R101 a.csv!!",
        "0 0 0 0",
    ),
)
