"""Files that come back, as clerks return them: replies, SMS results, day workbooks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from scheduler.day.returned.files import ReturnedFiles
from scheduler.plan import Plan
from scheduler.problem import Problem
from tests.builders import plan_for
from tests.season_folders import csv_text, id_number, person, problem_of, write

NOW = dt.datetime(2027, 2, 1, 9)
PEOPLE = [
    person(1),
    person(2),
    person(3, 姓名="张三甲", 乡镇="罗渡镇"),  # the namesake of serial 2
    person(4, 联系电话="13800000005"),
    person(5),
]


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    folder = tmp_path_factory.mktemp("returned")
    return problem_of(write(folder / "s", {"roster/顾县镇.csv": csv_text(*PEOPLE)}))


@pytest.fixture
def returned(problem: Problem, tmp_path: Path) -> ReturnedFiles:
    plan: Plan = plan_for(problem)
    return ReturnedFiles(problem, problem, plan, (), NOW, tmp_path)


def key(problem: Problem, serial: int) -> str:
    wanted = id_number(serial)
    return next(each.key for party in problem.parties for each in party.people if each.id_number == wanted)


def file(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "回复.csv"
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def said(returned: ReturnedFiles, path: Path) -> dict[str, str]:
    _kind, entries = returned.read(path)
    return {entry.person: entry.data.kind for entry in entries}


WAYS = {
    "by ID": ("身份证号,回复", f"{id_number(1)},1", f"{id_number(2)},2", f"{id_number(3)},"),
    "by ID, small x and spaces": (
        "姓名,身份证号码,是否参加",
        f"张二甲,{id_number(1)} ,是",
        f"张三甲, {id_number(2).lower()},不去了",
    ),
    "by telephone": ("联系电话,姓名,答复", "13800000001,张二甲,去", "138-0000-0002,张三甲,不去"),
    "by name and township": ("姓名,乡镇,回执", "张二甲,顾县镇,参加", "张三甲,顾县镇,放弃"),
    "below a title, with a footer": ("顾县镇乘车确认表,,", "姓名,乡镇,是否乘车", "张二甲,顾县,√", "张三甲,顾县镇,×"),
    "numbers as Excel writes them": ("身份证号,回复", f"{id_number(1)},1.0", f"{id_number(2)},2.0"),
    "full width": ("身份证号,回复", f"{id_number(1)},１", f"{id_number(2)},２"),
    "words with a full stop": ("身份证号,回复结果", f"{id_number(1)},好的。", f"{id_number(2)},不参加。"),
    "English": ("身份证号,reply", f"{id_number(1)},Yes", f"{id_number(2)},No"),
}


@pytest.mark.parametrize("lines", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_replies_as_clerks_write_them(
    returned: ReturnedFiles, tmp_path: Path, lines: tuple[str, ...], encoding: str
) -> None:
    found = said(returned, file(tmp_path, *lines, encoding=encoding))
    assert [each.as_json() for each in returned.issues if each.severity == "error"] == []
    assert found == {key(returned.problem, 1): "confirmed", key(returned.problem, 2): "declined"}


def test_a_workbook_of_numbers(returned: ReturnedFiles, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (("身份证号", "姓名", "回复"), (id_number(1), "张二甲", 1), (id_number(2), "张三甲", "关机")):
        sheet.append(row)
    book.save(tmp_path / "回复.xlsx")
    found = said(returned, tmp_path / "回复.xlsx")
    assert found == {key(returned.problem, 1): "confirmed", key(returned.problem, 2): "unreached"}


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        (f"{id_number(40)},王五,顾县镇,1", "R501", "A"),
        (",查无此人,顾县镇,1", "R501", "B"),
        (",张三甲,,1", "R501", "B"),  # two have this name
        (",张二甲,罗渡镇,1", "R501", "B"),  # that name is of another township
        (f"{id_number(1)},李四,顾县镇,2", "R503", "B"),  # the number is one person's, the name another's
        (",,,1", "R504", "B"),
        (f"{id_number(1)},,,大概吧", "R504", "D"),
    ],
)
def test_what_cannot_be_used_is_said_where_it_stands(
    returned: ReturnedFiles, tmp_path: Path, line: str, code: str, column: str
) -> None:
    found = said(returned, file(tmp_path, "身份证号,姓名,乡镇,回复", line, f"{id_number(5)},,,1"))
    assert found == {key(returned.problem, 5): "confirmed"}
    (issue,) = (each.as_json() for each in returned.issues)
    assert (issue["code"], issue["file"], issue["row"], issue["column"]) == (code, "回复.csv", 2, column)


def test_failed_messages_by_number(returned: ReturnedFiles, tmp_path: Path) -> None:
    lines = ("手机号,发送状态", "13800000001,成功", "13800000002,失败", "+86 138 0000 0005,空号", "13911112222,失败")
    found = said(returned, file(tmp_path, *lines, "13800000003,也许"))
    assert found == {key(returned.problem, serial): "sms_failed" for serial in (2, 4, 5)}
    assert [(each.code, each.row) for each in returned.issues] == [("R501", 5), ("R504", 6)]


@pytest.mark.parametrize("township", ["顾县", "顾县镇", "岳池县顾县镇", " 顾县镇 "])
@pytest.mark.parametrize("name", ["张三甲", "张 三甲", "张*甲"])
def test_spellings_of_name_and_township_beside_a_telephone(
    returned: ReturnedFiles, tmp_path: Path, township: str, name: str
) -> None:
    found = said(returned, file(tmp_path, "手机号,姓名,乡镇,回复", f"13800000002,{name},{township},1"))
    assert found == {key(returned.problem, 2): "confirmed"}
    assert not returned.issues
