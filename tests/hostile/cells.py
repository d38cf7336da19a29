"""What people write into one cell."""

from __future__ import annotations

from datetime import date, datetime

import openpyxl
from openpyxl.styles import numbers
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.hostile.build import HEADINGS, csv_bytes, id_number, person, table, xls
from tests.hostile.case import case, one


def _epoch_1904(book: openpyxl.Workbook) -> None:
    book.epoch = CALENDAR_MAC_1904
    book["S"]["F2"] = date(2027, 2, 15)
    book["S"]["F3"] = 44971  # the same day, as a plain number counted from 1904


def _chinese_date_format(book: openpyxl.Workbook) -> None:
    book["S"]["F2"] = 46433
    book["S"]["F2"].number_format = '[$-804]yyyy"年"m"月"d"日";@'
    book["S"]["F3"] = 46433.75
    book["S"]["F3"].number_format = numbers.FORMAT_GENERAL


CELLS = (
    case(
        "required cells empty",
        one(["", *person(1)[1:]], person(2, id_number=""), person(3, township=""), person(4, destination="  ")),
        "R201 a.xlsx!S!A2\nR201 a.xlsx!S!B3\nR201 a.xlsx!S!D4\nR201 a.xlsx!S!E5",
        "4 0 4 0",
    ),
    case("a name alone", one(["张三"]), "R201 a.xlsx!S!B2\nR201 a.xlsx!S!D2\nR201 a.xlsx!S!E2", "1 0 1 0"),
    case("ID as a number", one(person(id_number=int(id_number(1)[:17] + "0"))), "R202 a.xlsx!S!B2", "1 0 1 0"),
    case(
        "ID as a number in xls",
        {"a.xls": xls(table(person(id_number=5.11621198001020e17)))},
        "R202 a.xls!Sheet1!B2",
        "1 0 1 0",
    ),
    case(
        "ID in scientific notation",
        {"a.csv": csv_bytes(table(person(id_number="5.11621E+17")))},
        "R202 a.csv!!B2",
        "1 0 1 0",
    ),
    case("15-digit ID as a number is whole", one(person(id_number=511621800102001)), "R217 a.xlsx!S!B2"),
    case("15-digit ID", one(person(id_number="511621800102001")), "R217 a.xlsx!S!B2"),
    case(
        "ID too short, wrong check digit",
        one(
            person(id_number="51162119800102"),
            person(2, id_number=id_number(2)[:17] + ("1" if id_number(2)[17] != "1" else "2")),
        ),
        "R203 a.xlsx!S!B2\nR203 a.xlsx!S!B3",
        "2 0 2 0",
    ),
    case(
        "ID masked in another way than lists are",
        one(person(id_number="511621********0012"), person(2)),
        "R203 a.xlsx!S!B2\nR308 a.xlsx!S!B2",
        "2 1 1 0",
    ),
    case("ID of letters", one(person(id_number="身份证在办")), "R203 a.xlsx!S!B2", "1 0 1 0"),
    case(
        "ID with an impossible birth date", one(person(id_number="511621199013010002")), "R204 a.xlsx!S!B2", "1 0 1 0"
    ),
    case("ID of somebody not born yet", one(person(id_number="511621209901010007")), "R204 a.xlsx!S!B2", "1 0 1 0"),
    case(
        "ID with apostrophe, spaces, small x, full width",
        one(
            person(1, id_number="'" + id_number(1)),
            person(2, id_number=id_number(2)[:6] + " " + id_number(2)[6:]),
            person(3, id_number="11010519491231002x"),
            person(4, id_number="５" + id_number(4)[1:]),
        ),
        "R217 a.xlsx!S!B2\nR217 a.xlsx!S!B3\nR217 a.xlsx!S!B4\nR217 a.xlsx!S!B5",
        "4 4 0 0",
    ),
    case(
        "phones",
        one(
            person(1, phone="1380000"),
            person(2, phone="0826-5221234"),
            person(3, phone="+86 138-0000-0003"),
            person(4, phone=13800000004),
            person(5, phone="无"),
        ),
        "R205 a.xlsx!S!C2\nR217 a.xlsx!S!C3\nR217 a.xlsx!S!C4",
        "5 5 0 0",
    ),
    case(
        "dates nobody can read",
        one(person(1, date="下个月"), person(2, date="2月30日"), person(3, date="待定")),
        "R206 a.xlsx!S!F2\nR206 a.xlsx!S!F3\nR206 a.xlsx!S!F4",
        "3 0 3 0",
    ),
    case(
        "dates as people write them",
        one(
            *(
                person(n, date=each)
                for n, each in enumerate(
                    (
                        "2027/2/15",
                        "2027.2.15",
                        "20270215",
                        20270215,
                        "2027年2月15日",
                        "2月15日",
                        "2/15",
                        46433,
                        44971,
                        date(2027, 2, 15),
                        datetime(2027, 2, 15, 8, 30),
                        "正月初十",
                        "初十",
                        "农历正月初十",
                        "正月初十以后",
                        "2月20日以前",
                        "2月15日-2月18日",
                        "",
                    ),
                    1,
                )
            )
        ),
        "",
        "18 18 0 0",
    ),
    case("counted from 1904", one(person(1), person(2), edit=_epoch_1904), "", "2 2 0 0"),
    case("Chinese date format, time of day", one(person(1), person(2), edit=_chinese_date_format), "", "2 2 0 0"),
    case(
        "outside the season, empty window",
        one(
            [*person(1, date="2027-03-20"), "", ""],
            [*person(2, date=""), "2月20日", "2月15日"],
            headings=(*HEADINGS, "最早日期", "最晚日期"),
        ),
        "R305 a.xlsx!S!F2\nR305 a.xlsx!S!J3",
        "2 0 2 0",
    ),
    case(
        "unknown destination, with and without a proposal",
        one(
            person(1, destination="波白县"), person(2, destination="厂里"), person(3, destination="广东省深圳市保安区")
        ),
        "R207 a.xlsx!S!E2\nR207 a.xlsx!S!E3\nR207 a.xlsx!S!E4",
        "3 0 3 0",
    ),
    case(
        "ambiguous destination, only a province",
        one(person(1, destination="朝阳区"), person(2, destination="广东")),
        "R208 a.xlsx!S!E2\nR208 a.xlsx!S!E3",
        "2 0 2 0",
    ),
    case("unknown mode", one(person(mode="骑摩托车")), "R209 a.xlsx!S!G2"),
    case(
        "private-use and replacement characters",
        one(person(1, name="张\ue123"), person(2, note="\ufffd")),
        "R210 a.xlsx!S!A2\nR210 a.xlsx!S!I3",
        "2 2 0 0",
    ),
    case(
        "an old 䶮, a middle dot, spaces in a name",
        one(
            person(1, name="龙\ue863"),
            person(2, name="阿依古丽•买买提"),
            person(3, name="张 三"),
            person(4, name="　李四 "),
        ),
        "R217 a.xlsx!S!A2\nR217 a.xlsx!S!A3\nR217 a.xlsx!S!A4\nR217 a.xlsx!S!A5",
        "4 4 0 0",
    ),
    case(
        "rare characters stay",
        one(person(1, name="龙䶮"), person(2, name="㛃𠅤"), person(3, name="𬱖㐱"), person(4, name="吉克·阿合")),
        "",
        "4 4 0 0",
    ),
    case(
        "formulas and HTML as names",
        one(person(1, name="'=1+1"), person(2, name="<b>张三</b>"), person(3, name="+cmd|' /C calc'!A0")),
        "R214 a.xlsx!S!A2\nR214 a.xlsx!S!A4",
        "3 3 0 0",
    ),
    case(
        "several people, nobody's name, damaged names",
        one(
            person(1, name="张三、李四"),
            person(2, name="张三夫妻2人"),
            person(3, name="测试"),
            person(4, name="顾县镇"),
            person(5, name="张□"),
            person(6, name="ÕÅÈý"),
            person(7, name="张&#13425;"),
            person(8, id_number=f"{id_number(8)}/{id_number(9)}"),
        ),
        "R213 a.xlsx!S!A2\nR213 a.xlsx!S!A3\nR214 a.xlsx!S!A4\nR214 a.xlsx!S!A5\nR210 a.xlsx!S!A6\nR210 a.xlsx!S!A7"
        "\nR217 a.xlsx!S!A8\nR203 a.xlsx!S!B9",
        "8 7 1 0",
    ),
    case(
        "destinations at home",
        one(
            person(1, destination="岳池县"),
            person(2, destination="四川省广安市岳池县"),
            person(3, destination="四川省广安市岳池县顾县镇"),
            person(4, destination="广安市武胜县"),
        ),
        "R215 a.xlsx!S!E2\nR215 a.xlsx!S!E3\nR215 a.xlsx!S!E4",
        "4 1 3 0",
    ),
    case(
        "errors and formulas as text",
        {
            "a.csv": csv_bytes(
                table(
                    person(1, date="#N/A"),
                    person(2, mode="#REF!"),
                    person(3, group="=VLOOKUP(B4,名单!A:B,2,0)"),
                    person(4, note="#NAME?"),
                    person(5, id_number="#VALUE!"),
                    person(6, phone="#DIV/0!"),
                    person(7, id_number=f'="{id_number(7)}"'),
                )
            )
        },
        "R219 a.csv!!F2\nR219 a.csv!!G3\nR219 a.csv!!H4\nR220 a.csv!!I5\nR219 a.csv!!B6\nR220 a.csv!!C7"
        "\nR217 a.csv!!B8",
        "7 3 4 0",
    ),
    case(
        "times of another zone",
        one(
            person(1, date="2027-02-14T16:00:00.000Z"),
            person(2, date="2027-02-15T00:00:00+08:00"),
            person(3, date=1802620800000),
            person(4, date="1802620800"),
        ),
        "R217 a.xlsx!S!F2\nR206 a.xlsx!S!F4\nR206 a.xlsx!S!F5",
        "4 2 2 0",
    ),
    case(
        "unknown township",
        one(person(1, township="顾先镇"), person(2, township="成都")),
        "R211 a.xlsx!S!D2\nR211 a.xlsx!S!D3",
        "2 0 2 0",
    ),
    case(
        "township short, with the county, with spaces",
        one(person(1, township="顾县"), person(2, township="岳池县顾县镇"), person(3, township="顾县镇 ")),
        "R217 a.xlsx!S!D2\nR217 a.xlsx!S!D3\nR217 a.xlsx!S!D4",
        "3 3 0 0",
    ),
    case(
        "sex and birth against the ID",
        one(
            [*person(1), "男", ""],
            [*person(2), "女", "1999-01-01"],
            [*person(3), "女", "1980-01"],
            headings=(*HEADINGS, "性别", "出生日期"),
        ),
        "R218 a.xlsx!S!J2\nR218 a.xlsx!S!K3",
        "3 3 0 0",
    ),
)
