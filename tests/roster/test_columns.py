"""Several columns for one field: whose it is, of which journey, how exact; where nothing tells, an error names both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from scheduler.i18n import set_language
from scheduler.problem import Party, Person
from scheduler.roster.intake import Roster
from scheduler.roster.row_reader import Lookups
from scheduler.settings import Direction
from tests.hostile.build import csv_bytes, id_number, xlsx
from tests.roster.test_intake import read, season

HOME_SEASON = Lookups(season("to_home"))
COMMON = {"姓名": "张三", "身份证号": id_number(1), "乡镇": "顾县镇", "目的地": "深圳"}


def rows_of(headings: list[str], *values: list[Any]) -> list[list[Any]]:
    return [headings, *values]


def of(folder: Path, columns: dict[str, Any], direction: Direction = "to_work") -> Roster:
    """Read one row, given as heading and cell, beside what every roster has (as far as it is not given: None)."""
    whole = {heading: cell for heading, cell in (COMMON | columns).items() if cell is not None}
    lookups = Lookups(season(direction))
    return read(folder, {"a.csv": csv_bytes([list(whole), list(whole.values())])}, lookups)


def party(intake: Roster) -> Party:
    assert [(each.code, each.message) for each in intake.issues] == []
    [found] = intake.parties
    return found


def person(intake: Roster) -> Person:
    return party(intake).people[0]


@pytest.mark.parametrize(
    "group",
    [
        "户主",
        "监护人",
        "包保干部",
        "负责人",
        "联系人",
        "户主信息",
        "村包保责任人",
        "家长（监护人）",
        "结对帮扶干部",
        "同行人员",
    ],
)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("all_below", [False, True])
def test_a_group_of_somebody_else_is_not_who_travels(group: str, kind: str, all_below: bool, tmp_path: Path) -> None:
    top = [group, "", "外出务工人员", "", "", "乡镇", "务工地", "返岗时间"]
    below = ["姓名", "身份证号", "姓名", "身份证号", "联系电话", "", "", ""]
    if all_below:
        top, below = [*top[:5], "外出情况", "", ""], [*below[:5], *top[5:]]
    rows = [
        ["岳池县顾县镇外出务工人员花名册", *[""] * 7],
        top,
        below,
        ["王五", id_number(9), "张三", id_number(1), "13800000001", "顾县镇", "深圳", "2027-02-15"],
        ["王六", id_number(8), "李四", id_number(2), "13800000002", "顾县镇", "深圳", "2027-02-15"],
    ]

    def merge(book: openpyxl.Workbook) -> None:
        for cells in ("A1:H1", "A2:B2", "C2:E2", *(["F2:H2"] if all_below else [])):
            book["S"].merge_cells(cells)

    file = xlsx(("S", rows), edit=merge) if kind == "xlsx" else csv_bytes(rows)
    intake = read(tmp_path, {f"a.{kind}": file})
    assert intake.issues == ()
    people = [each.people[0] for each in intake.parties]
    assert [(each.name, each.id_number, each.phone) for each in people] == [
        ("张三", id_number(1), "13800000001"),
        ("李四", id_number(2), "13800000002"),
    ]


def test_the_headings_of_the_next_page_change_nothing(tmp_path: Path) -> None:
    head = [
        ["户主", "", "外出务工人员", "", "基本情况", ""],
        ["姓名", "身份证号", "姓名", "身份证号", "乡镇", "务工地"],
    ]
    rows = [["王五", id_number(9), "张三", id_number(1), "顾县镇", "深圳"]]
    more = [["王六", id_number(8), "李四", id_number(2), "顾县镇", "深圳"]]
    intake = read(tmp_path, {"a.csv": csv_bytes([*head, *rows, *head, *more])})
    assert intake.issues == ()
    assert [each.people[0].name for each in intake.parties] == ["张三", "李四"]


@pytest.mark.parametrize(
    "columns",
    [
        {"户主姓名": "王五", "户主身份证号": id_number(9)},
        {"户主\n姓名": "王五", "户主\n身份证号": id_number(9)},
        {"姓名（户主）": "王五", "身份证号(户主)": id_number(9)},
        {"监护人 姓名": "王五", "监护人 联系电话": "13900000009"},
        {"包保干部姓名": "王五", "包保干部联系电话": "13900000009"},
        {"负责人": "王五", "负责人 电话": "13900000009"},
        {"联系人姓名": "王五", "联系人手机号": "13900000009"},
    ],
)
@pytest.mark.parametrize("first", [False, True])
def test_a_heading_that_names_somebody_else_is_a_note(columns: dict[str, str], first: bool, tmp_path: Path) -> None:
    columns = columns | COMMON if first else COMMON | columns
    found = person(read(tmp_path, {"a.csv": csv_bytes([list(columns), list(columns.values())])}))
    assert (found.name, found.id_number, found.phone) == ("张三", id_number(1), "")


def test_the_traveller_named_comes_before_the_bare_heading(tmp_path: Path) -> None:
    columns = {"务工人员姓名": "李四", "务工人员身份证号": id_number(2)}
    found = person(of(tmp_path, columns))
    assert (found.name, found.id_number) == ("李四", id_number(2))


@pytest.mark.parametrize("before", [True, False])
def test_a_number_right_behind_somebody_else_is_theirs(before: bool, tmp_path: Path) -> None:
    theirs, own = ["户主", "身份证号", "联系电话"], ["姓名", "身份证号", "联系电话"]
    cells = ["王五", id_number(9), "13900000009"], ["张三", id_number(1), "13800000001"]
    headings = [*(theirs + own if before else own + theirs), "乡镇", "目的地"]
    row = [*(cells[0] + cells[1] if before else cells[1] + cells[0]), "顾县镇", "深圳"]
    found = person(read(tmp_path, {"a.csv": csv_bytes([headings, row])}))
    assert (found.name, found.id_number, found.phone) == ("张三", id_number(1), "13800000001")


def test_a_phone_behind_the_emergency_contact_is_theirs_wherever_it_stands(tmp_path: Path) -> None:
    for number, order in enumerate((("紧急联系人", "电话", "联系电话"), ("联系电话", "紧急联系人", "电话"))):
        cells = {"紧急联系人": "王五", "电话": "13900000009", "联系电话": "13800000001"}
        found = person(of(tmp_path / str(number), {heading: cells[heading] for heading in order}))
        assert (found.phone, found.emergency_phone) == ("13800000001", "13900000009")


@pytest.mark.parametrize(
    ("headings", "mobile"),
    [
        (["电话（座机）", "手机"], 1),
        (["联系电话（固定电话）", "联系电话（手机）"], 1),
        (["手机号", "联系电话"], 0),
        (["联系电话", "手机"], 1),
        (["联系方式（家庭）", "联系方式"], 1),
    ],
)
def test_the_mobile_is_texted(headings: list[str], mobile: int, tmp_path: Path) -> None:
    numbers = ["0826-5221234", "0826-5221234"]
    numbers[mobile] = "13800000001"
    assert person(of(tmp_path, dict(zip(headings, numbers, strict=True)))).phone == "13800000001"


def test_a_landline_below_the_group_of_phones(tmp_path: Path) -> None:
    rows = [
        [*COMMON, "联系电话", ""],
        ["", "", "", "", "固定电话", "手机"],
        [*COMMON.values(), "0826-5221234", "13800000001"],
    ]
    for number, book in enumerate(
        (csv_bytes(rows), xlsx(("S", rows), edit=lambda book: book["S"].merge_cells("E1:F1")))
    ):
        assert person(read(tmp_path / str(number), {"a.xlsx": book})).phone == "13800000001"


def test_a_phone_of_the_firm_is_nobodys(tmp_path: Path) -> None:
    rows = [
        [*COMMON, "用工单位", "", "手机号"],
        ["", "", "", "", "名称", "联系电话", ""],
        [*COMMON.values(), "比亚迪", "0755-89888888", "13800000001"],
    ]
    assert person(read(tmp_path, {"a.csv": csv_bytes(rows)})).phone == "13800000001"


DAY, OTHER_DAY = "2027-02-15", "2027-02-20"


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize(
    ("direction", "wanted", "unwanted"),
    [
        ("to_work", "返岗时间", "返乡时间"),
        ("to_home", "返乡时间", "返岗时间"),
        ("to_home", "返乡日期", "计划离开时间"),
        ("to_work", "计划离开时间", "返乡时间"),
        ("to_work", "出行日期", "返乡日期"),
        ("to_work", "出行日期（返岗）", "出行日期（返乡）"),
        ("to_home", "节前 出行日期", "节后 出行日期"),
        ("to_work", "返岗时间", "登记日期"),
        ("to_work", "返岗时间", "日期"),
        ("to_work", "出发日期", "日期（填表）"),
    ],
)
def test_the_date_is_of_this_journey(
    direction: Direction, wanted: str, unwanted: str, first: bool, tmp_path: Path
) -> None:
    columns = {wanted: DAY, unwanted: OTHER_DAY}
    found = party(of(tmp_path, dict(reversed(columns.items())) if first else columns, direction))
    assert f"{found.preferred}" == DAY


@pytest.mark.parametrize(("direction", "group"), [("to_work", "返岗情况"), ("to_home", "返乡情况")])
def test_both_journeys_in_groups(direction: Direction, group: str, tmp_path: Path) -> None:
    rows = [
        [*COMMON, "返乡情况", "", "返岗情况", "", "核酸检测", ""],
        [*[""] * 4, "出行日期", "出行方式", "出行日期", "出行方式", "日期", "结果"],
        [*COMMON.values(), "2027-02-12", "火车", "2027-02-20", "汽车", "2027-02-27", "阴性"],
    ]
    if direction == "to_home":
        rows[0][3] = rows[0][3].replace("目的地", "务工地")
    found = party(read(tmp_path, {"a.csv": csv_bytes(rows)}, Lookups(season(direction))))
    expected = ("2027-02-20", "coach") if direction == "to_work" else ("2027-02-12", "train")
    assert (f"{found.preferred}", found.mode) == expected


@pytest.mark.parametrize(
    ("direction", "heading", "cell", "column"),
    [
        ("to_work", "返乡时间", OTHER_DAY, "E"),
        ("to_home", "返岗日期", OTHER_DAY, "E"),
        ("to_home", "返岗方式", "汽车", "E"),
        ("to_work", "返乡方式", "火车", "E"),
    ],
)
def test_only_the_other_journey_is_told_and_not_read(
    direction: Direction, heading: str, cell: str, column: str, tmp_path: Path
) -> None:
    intake = of(tmp_path, {heading: cell}, direction)
    assert [(each.code, each.row, each.column, each.value) for each in intake.issues] == [("R108", 1, column, heading)]
    [found] = intake.parties
    assert (found.preferred, found.mode, found.people[0].other_columns) == (None, "any", ((heading, cell),))


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize(
    ("direction", "wanted", "unwanted"),
    [
        ("to_work", "返岗地点", "务工地（去年）"),
        ("to_work", "意向务工地", "现务工地"),
        ("to_work", "目的地", "务工地"),
        ("to_work", "务工地", "去年 务工地"),
        ("to_work", "务工地", "务工详细地址"),
        ("to_home", "务工地", "返岗地点"),
        ("to_home", "出发地", "目的地"),
        ("to_home", "现务工地", "意向务工地"),
    ],
)
def test_the_work_end_of_this_journey(
    direction: Direction, wanted: str, unwanted: str, first: bool, tmp_path: Path
) -> None:
    columns = {wanted: "深圳", unwanted: "杭州"}
    columns = {"目的地": None} | (dict(reversed(columns.items())) if first else columns)
    assert party(of(tmp_path, columns, direction)).destination == "440300"


def test_last_year_and_this_year_in_groups(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "乡镇", "去年务工情况", "", "今年务工意向", ""],
        ["", "", "", "务工地", "用工单位", "务工地", "用工单位"],
        ["张三", id_number(1), "顾县镇", "杭州", "旧厂", "深圳", "新厂"],
    ]
    found = party(read(tmp_path, {"a.csv": csv_bytes(rows)}))
    assert (found.destination, found.people[0].employer) == ("440300", "新厂")


@pytest.mark.parametrize(
    ("direction", "wanted", "unwanted"),
    [("to_work", "出发乡镇", "户籍乡镇"), ("to_home", "返乡乡镇", "乡镇"), ("to_work", "乡镇", "现居住地")],
)
def test_the_township_of_this_journey(direction: Direction, wanted: str, unwanted: str, tmp_path: Path) -> None:
    columns = {"乡镇": None} | {unwanted: "罗渡镇", wanted: "顾县镇"}
    assert party(of(tmp_path, columns, direction)).origin == "顾县镇"


def test_the_present_employer(tmp_path: Path) -> None:
    assert person(of(tmp_path, {"用工单位（原）": "旧厂", "现用工单位": "新厂"})).employer == "新厂"
    assert person(of(tmp_path, {"单位": "村委会", "用工单位": "新厂"})).employer == "新厂"


TIES = [
    ({"姓名": "张三", "名字": "李四"}, "姓名"),
    ({"身份证号": id_number(1), "身份证号码": id_number(2)}, "身份证号"),
    ({"联系电话": "13800000001", "联系方式": "13800000002"}, "手机号"),
    ({"返岗时间": DAY, "出行日期": OTHER_DAY}, "出行日期"),
    ({"目的地": "深圳", "返岗地点": "杭州"}, "目的地"),
    ({"乡镇": "顾县镇", "户籍乡镇": "罗渡镇"}, "乡镇"),
    ({"出行方式": "汽车", "返岗方式": "火车"}, "出行方式"),
    ({"用工单位": "甲厂", "务工企业": "乙厂"}, "用工单位"),
]


@pytest.mark.parametrize(("columns", "title"), TIES)
def test_where_nothing_tells_an_error_names_both(columns: dict[str, str], title: str, tmp_path: Path) -> None:
    set_language("en")
    try:
        intake = of(tmp_path, columns)
    finally:
        set_language("zh")
    [found] = intake.issues
    whole = list(COMMON | columns)
    assert (found.code, found.severity, found.row, found.sheet) == ("R107", "error", 1, "")
    for heading in columns:
        assert f"{chr(ord('A') + whole.index(heading))} ({heading})" in found.message
    assert title in found.message
    assert [each.codes for each in intake.set_aside] == [("R107",)]
    assert intake.people == 1


def test_groups_of_people_nobody_knows_are_told_apart_by_nobody(tmp_path: Path) -> None:
    rows = [
        ["甲方", "", "乙方", "", "乡镇", "目的地"],
        ["姓名", "身份证号", "姓名", "身份证号", "", ""],
        ["王五", id_number(9), "张三", id_number(1), "顾县镇", "深圳"],
    ]
    intake = read(tmp_path, {"a.csv": csv_bytes(rows)})
    assert [(each.code, each.row, each.column) for each in intake.issues] == [("R107", 2, "A"), ("R107", 2, "B")]
    assert "A (甲方姓名)、C (乙方姓名)" in intake.issues[0].message


def test_only_somebody_else_is_missing_the_traveller(tmp_path: Path) -> None:
    rows = [
        ["户主", "", "基本情况", "", ""],
        ["姓名", "身份证号", "乡镇", "目的地", "手机号"],
        ["王五", id_number(9), "顾县镇", "深圳", "13800000001"],
    ]
    merged = xlsx(("S", rows), edit=lambda book: [book["S"].merge_cells(cells) for cells in ("A1:B1", "C1:E1")])
    intake = read(tmp_path, {"a.xlsx": merged})
    assert [(each.code, each.row) for each in intake.issues] == [("R103", 2), ("R103", 2)]
    assert "A (户主姓名)" in intake.issues[0].message
    assert intake.fit == 0


@pytest.mark.parametrize(
    "columns",
    [
        {"联系电话": "13800000001", "联系方式": "138-0000-0001"},
        {"联系电话": "", "电话": "13800000001"},
        {"联系电话": "13800000001", "电话": "无"},
        {"返岗时间": "2027-02-15", "出行日期": "2月15日", "手机": "13800000001"},
        {"出发日期": "2027-02-15", "出发时间": "08:30", "手机": "13800000001"},
        {"出发时间": "上午8:30", "出发日期": "2027-02-15", "手机": "13800000001"},
        {"返岗地点": "广东省深圳市", "手机": "13800000001"},
        {"户籍乡镇": "岳池县顾县镇", "手机": "13800000001"},
        {"用工单位": "比亚迪", "用工企业": "深圳市比亚迪有限公司", "手机": "13800000001"},
        {"出行方式": "汽车", "乘车方式": "大巴", "手机": "13800000001"},
        {"身份证号码": id_number(1).lower(), "手机": "13800000001"},
    ],
)
def test_columns_that_agree_are_harmless(columns: dict[str, str], tmp_path: Path) -> None:
    intake = of(tmp_path, columns)
    assert {each.code for each in intake.issues} <= {"R217"}
    assert intake.parties[0].people[0].phone == "13800000001"
    if any("日期" in heading for heading in columns):
        assert f"{intake.parties[0].preferred}" == DAY


def test_two_columns_may_each_fill_some_rows(tmp_path: Path) -> None:
    headings = [*COMMON, "返岗时间", "出行日期"]
    rows = [
        ["张三", id_number(1), "顾县镇", "深圳", DAY, ""],
        ["李四", id_number(2), "顾县镇", "深圳", "", OTHER_DAY],
    ]
    intake = read(tmp_path, {"a.csv": csv_bytes([headings, *rows])})
    assert intake.issues == ()
    assert [f"{each.preferred}" for each in intake.parties] == [DAY, OTHER_DAY]


@pytest.mark.parametrize(
    "headings",
    [
        ["与户主关系", "联系电话"],
        ["是否户主", "联系电话（本人或家属）"],
        ["脱贫状态", "手机号（请填务工人员本人号码）"],
        ["村组负责人", "手机号（11位）"],
        ["家庭人口", "乘车人员联系电话"],
    ],
)
def test_words_about_others_do_not_take_the_only_column_away(headings: list[str], tmp_path: Path) -> None:
    assert person(of(tmp_path, dict(zip(headings, ["1", "13800000001"], strict=True)))).phone == "13800000001"


def test_the_lines_above_a_form_name_nobody(tmp_path: Path) -> None:
    rows = [
        ["填报单位", "顾县镇", "负责人", "王五", "", ""],
        ["姓名", "身份证号", "手机号", "乡镇", "目的地", "出行日期"],
        ["张三", id_number(1), "13800000001", "顾县镇", "深圳", DAY],
    ]
    found = party(read(tmp_path, {"a.csv": csv_bytes(rows)}))
    assert (found.origin, found.people[0].phone) == ("顾县镇", "13800000001")
