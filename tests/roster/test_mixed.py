"""Tables side by side and below each other that also have groups of columns, unreadable cells or several people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from scheduler.roster.intake import Roster
from tests.hostile.build import HEADINGS, Row, csv_text, id_number, person, table, xlsx
from tests.roster.test_hostile import findings
from tests.roster.test_intake import read

GROUPS = ["户主", "", "务工人员", "", "", ""]
GROUPED = ["姓名", "身份证号", "姓名", "身份证号", "乡镇", "目的地"]
PLAIN = ["姓名", "身份证号", "乡镇", "目的地"]
WORKERS, OTHERS = "张一张二张三张四", "李一李二李三李四"


def household(number: int) -> Row:
    name = WORKERS[2 * number : 2 * number + 2]
    return ["王五", id_number(number + 100), name, id_number(number), "顾县镇", "深圳"]


def other(number: int) -> Row:
    return [OTHERS[2 * number : 2 * number + 2], id_number(number + 50), "顾县镇", "广州"]


def merge(row: int, start: int) -> Callable[[openpyxl.Workbook], None]:
    """Merge the groups of columns from `start` on, as people do."""

    def edit(book: openpyxl.Workbook) -> None:
        for left, right in ((start, start + 1), (start + 2, start + 5)):
            book.worksheets[0].merge_cells(start_row=row, end_row=row, start_column=left, end_column=right)

    return edit


def intake_of(
    folder: Path, rows: Sequence[Row], kind: str = "xlsx", edit: Callable[[openpyxl.Workbook], None] | None = None
) -> Roster:
    content = csv_text(rows) if kind == "csv" else xlsx(("S", rows), edit=edit)
    return read(folder, {f"a.{kind}": content.encode() if isinstance(content, str) else content})


def travellers(intake: Roster) -> list[str]:
    return sorted(each.name for party in intake.parties for each in party.people)


def found_in(intake: Roster) -> list[str]:
    return [each.replace("a.xlsx!S!", "").replace("a.csv!!", "") for each in findings(intake)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("gap", [0, 1])
@pytest.mark.parametrize("above", ["", "外出人员名单", "务工人员"])
def test_householders_in_the_left_of_two_tables_do_not_travel(kind: str, gap: int, above: str, tmp_path: Path) -> None:
    space = [""] * gap
    rows = [
        [*GROUPS, *space, above, "", "", ""],
        [*GROUPED, *space, *PLAIN],
        *([*household(n), *space, *other(n)] for n in range(3)),
    ]
    intake = intake_of(tmp_path, rows, kind, merge(1, 1))
    assert found_in(intake) == []
    assert travellers(intake) == ["张一", "张三", "张二", "李一", "李三", "李二"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("gap", [0, 1])
def test_householders_in_the_right_of_two_tables_do_not_travel(kind: str, gap: int, tmp_path: Path) -> None:
    space = [""] * gap
    rows = [
        ["", "", "", "", *space, *GROUPS],
        [*PLAIN, *space, *GROUPED],
        *([*other(n), *space, *household(n)] for n in range(3)),
    ]
    intake = intake_of(tmp_path, rows, kind, merge(1, 5 + gap))
    assert found_in(intake) == []
    assert travellers(intake) == ["张一", "张三", "张二", "李一", "李三", "李二"]
    right = [each.ref.rpartition("!")[2] for party in intake.parties for each in party.people if each.name[0] == "张"]
    assert right == ["F3", "F4", "F5"] if gap else ["E3", "E4", "E5"]


@pytest.mark.parametrize("gap", [0, 1])
def test_both_of_two_tables_have_householders(gap: int, tmp_path: Path) -> None:
    rows = [
        [*GROUPS, *[""] * gap, *GROUPS],
        [*GROUPED, *[""] * gap, *GROUPED],
        *([*household(n), *[""] * gap, "赵六", id_number(n + 200), *other(n)] for n in range(3)),
    ]
    intake = intake_of(tmp_path, rows, "csv")
    assert found_in(intake) == []
    assert travellers(intake) == ["张一", "张三", "张二", "李一", "李三", "李二"]


@pytest.mark.parametrize("first", [["", "", "", ""], other(3)])
def test_the_right_table_has_fewer_heading_rows(first: Row, tmp_path: Path) -> None:
    """As a CSV keeps cells merged down, and where its people begin beside the other's headings."""
    rows = [[*GROUPS, *PLAIN], [*GROUPED, *first], *([*household(n), *other(n)] for n in range(3))]
    intake = intake_of(tmp_path, rows, "csv")
    assert found_in(intake) == []
    assert len(travellers(intake)) == 6 + bool(first[0])
    assert not {"王五", "户主"} & set(travellers(intake))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_below_has_householders(kind: str, tmp_path: Path) -> None:
    rows = [PLAIN, *(other(n) for n in range(2)), [], GROUPS, GROUPED, *(household(n) for n in range(3))]
    intake = intake_of(tmp_path, rows, kind, merge(5, 1))
    assert found_in(intake) == []
    assert travellers(intake) == ["张一", "张三", "张二", "李一", "李二"]


def test_groups_come_again_on_the_next_page_and_a_plain_table_follows(tmp_path: Path) -> None:
    page = [GROUPS, GROUPED, *(household(n) for n in range(2))]
    rows = [*page, ["第二页"], GROUPS, GROUPED, household(2), PLAIN, other(0)]
    intake = intake_of(tmp_path, rows, "csv")
    assert found_in(intake) == []
    assert travellers(intake) == ["张一", "张三", "张二", "李一"]


def side_by_side(changes: dict[tuple[int, str], Any]) -> list[Row]:
    """Return two tables of three people; `changes` by row (from 1) and field of the right one."""
    rows = []
    for number in range(3):
        changed = {name: value for (row, name), value in changes.items() if row == number + 1}
        rows.append([*person(number), *person(number + 3, **changed)])
    return table(*rows, headings=[*HEADINGS, *HEADINGS])


def test_a_formula_without_result_in_the_right_table_is_told_there(tmp_path: Path) -> None:
    rows = side_by_side({(1, "date"): "=F2+1", (2, "id_number"): "=VLOOKUP(A1,B:C,2,0)", (3, "phone"): "=A1"})
    intake = intake_of(tmp_path, rows)
    assert found_in(intake) == ["R219 K3", "R219 O2", "R220 L4"]
    assert [(each.ref.rpartition("!")[2], each.codes) for each in intake.set_aside] == [
        ("J2", ("R219",)),
        ("J3", ("R219",)),
    ]
    assert (intake.people, intake.fit) == (6, 4)


def test_error_values_in_the_right_table_are_nobody_outside_the_tables(tmp_path: Path) -> None:
    rows = side_by_side({(1, "name"): "#N/A", (1, "id_number"): "#N/A", (2, "date"): "#REF!"})
    intake = intake_of(tmp_path, rows, "csv")
    assert found_in(intake) == ["R219 J2", "R219 K2", "R219 O3"]
    assert (intake.people, intake.fit) == (6, 4)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "张三、李四"}, "R213 I5"),
        ({"name": "张三/李四/王五"}, "R213 I5"),
        ({"name": "岳池县"}, "R214 I5"),
        ({"id_number": f"{id_number(4)}、{id_number(5)}"}, "R203 H5"),
    ],
)
def test_several_people_in_a_cell_of_a_table_below(changes: dict[str, str], code: str, tmp_path: Path) -> None:
    rows = [HEADINGS, person(1), ["二、石垭镇"], HEADINGS[::-1], person(2, **changes)[::-1]]
    intake = intake_of(tmp_path, rows)
    assert found_in(intake) == [code]
    assert intake.people == 2


def test_several_people_in_a_cell_outside_the_tables_are_told_once(tmp_path: Path) -> None:
    rows = table(*([*person(n), "", "张三、李四", id_number(n + 30), "#N/A"] for n in range(3)))
    intake = intake_of(tmp_path, rows)
    assert found_in(intake) == ["R104 L2"]
    assert (intake.people, intake.fit) == (6, 3)


TWO_PHONES = ["姓名", "身份证号", "乡镇", "目的地", "联系电话", "联系电话", "备注"]


def with_two_phones(number: int, **changes: str) -> list[str]:
    phone = f"138{number:08d}"
    row = {"name": WORKERS[2 * number : 2 * number + 2], "id": id_number(number), "one": phone, "two": phone} | changes
    return [row["name"], row["id"], "顾县镇", "深圳", row["one"], row["two"], ""]


def test_a_slipped_line_decides_nothing_about_the_columns(tmp_path: Path) -> None:
    rows = [with_two_phones(n) for n in range(4)]
    rows[2][3:4] = ["深圳市", "宝安区"]
    intake = intake_of(tmp_path, [TWO_PHONES, *rows], "csv")
    assert [each.codes for each in intake.set_aside] == [("R106",)]
    assert "R107 A1" not in found_in(intake)
    assert travellers(intake) == ["张一", "张二", "张四"]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "=VLOOKUP(A2,B:C,2,0)"])
def test_of_two_columns_the_cell_that_can_be_read_counts(error: str, tmp_path: Path) -> None:
    rows = [
        with_two_phones(0, two=error),
        with_two_phones(1, one=error),
        with_two_phones(2, one=error, two=error),
        with_two_phones(3),
    ]
    intake = intake_of(tmp_path, [TWO_PHONES, *rows], "csv")
    assert found_in(intake) == ["R220 E4"]
    phones = [each.phone for party in intake.parties for each in party.people]
    assert phones == ["13800000000", "13800000001", "", "13800000003"]


def test_columns_that_differ_set_only_their_own_table_aside(tmp_path: Path) -> None:
    rows = [[*HEADINGS, *HEADINGS, "名字"], *([*person(n), *person(n + 3), "王五"] for n in range(3))]
    intake = intake_of(tmp_path, rows)
    assert found_in(intake) == ["R107 J1"]
    assert (intake.people, intake.fit) == (6, 3)


def test_the_date_of_another_journey_is_told_of_its_own_table(tmp_path: Path) -> None:
    right = ["返乡时间" if heading == "出行日期" else heading for heading in HEADINGS]
    intake = intake_of(tmp_path, [[*HEADINGS, *right], *([*person(n), *person(n + 3)] for n in range(3))])
    assert found_in(intake) == ["R108 O1"]
    assert intake.fit == 6
