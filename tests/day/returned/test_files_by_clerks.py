"""Files that come back through the command, as clerks would return them: replies, SMS results, edited day workbooks."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from scheduler.season.ledger import states
from tests.living import BEFORE, Living
from tests.season_folders import id_number, person


@pytest.fixture
def living(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Living:
    """Return a season of eight people who were told their seats; the first two share a telephone."""
    made = Living(tmp_path, capsys, people=8)
    made.roster(person(1, 联系电话="13800000002"), *(person(serial) for serial in range(2, 9)))
    return made.begin()


def record(
    living: Living, text: str | bytes, code: int = 0, name: str = "回来.csv", now: str = BEFORE
) -> dict[str, Any]:
    """Record a file beside the season, and return what is said of it."""
    path = living.folder.parent / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    answered = living.answer("record", path, "--now", now, code=code)
    return {**answered["files"][0], "issues": answered["issues"]}


def workbook(*rows: tuple[Any, ...], title_rows: int = 0) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number in range(title_rows):
        sheet.append([f"标题{number}"])
    for each in rows:
        sheet.append(each)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def codes(answered: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(each["code"], each["row"], each["column"]) for each in answered["issues"]]


# Replies -----------------------------------------------------------------------------------------------------------

NAME_3, NAME_4 = person(3)["姓名"], person(4)["姓名"]

REPLIES: dict[str, tuple[str | bytes, dict[int, str]]] = {
    "numbers": (
        f"身份证号,回复\n{id_number(3)},1\n{id_number(4)},2\n{id_number(5)},\n",
        {3: "confirmed", 4: "declined"},
    ),
    "words": (f"身份证号,是否参加\n{id_number(3)},参加\n{id_number(4)},不去了\n", {3: "confirmed", 4: "declined"}),
    "telephone": ("手机号,回复\n138 0000 0003,是\n+8613800000004,否\n", {3: "confirmed", 4: "declined"}),
    "name and township": (f"姓名,乡镇,回复\n{NAME_3},顾县,1\n{NAME_4},顾县镇,不来\n", {3: "confirmed", 4: "declined"}),
    "masked": (
        f"姓名,身份证号,回执\n{NAME_3},{'*' * 14}{id_number(3)[-4:]},√\n{NAME_4},{'*' * 14}{id_number(4)[-4:]},×\n",
        {3: "confirmed", 4: "declined"},
    ),
    "shared telephone": (f"姓名,手机号,回复\n{person(1)['姓名']},13800000002,2\n", {1: "declined"}),
    "unreached": (f"身份证号,回复结果\n{id_number(3)},未接\n{id_number(4)},空号\n", {3: "unreached", 4: "unreached"}),
    "numbers of a workbook": (
        workbook(("身份证号", "回复"), (id_number(3), 1), (id_number(4), 2.0), title_rows=2),
        {3: "confirmed", 4: "declined"},
    ),
    "lower case": (f"身份证号,回复\n{id_number(3).lower()},OK\n{id_number(4)},No\n", {3: "confirmed", 4: "declined"}),
    "twice the same": (f"身份证号,回复\n{id_number(3)},1\n{id_number(3)},是\n", {3: "confirmed"}),
}


@pytest.mark.parametrize("name", REPLIES)
def test_replies_are_read_as_clerks_write_them(living: Living, name: str) -> None:
    text, expected = REPLIES[name]
    answered = record(living, text, name="回复.xlsx" if isinstance(text, bytes) else "回复.csv")
    assert (answered["issues"], answered["kind"], answered["recorded"]) == ([], "replies", len(expected))
    given = states.replies(living.events())
    assert {key: event.kind for key, event in given.items()} == {living.key(n): kind for n, kind in expected.items()}


def test_a_number_masked_otherwise_is_warned_about_and_names_whom_its_row_names(living: Living) -> None:
    rows = [f"{NAME_3},{id_number(3)[:6]}********{id_number(3)[-4:]},1", f"{NAME_4},****{id_number(4)[-4:]},2"]
    answered = record(living, "姓名,身份证号,回复\n" + "\n".join(rows) + "\n")
    [warned] = answered["issues"]
    assert (warned["code"], warned["severity"], warned["row"], warned["column"]) == ("R308", "warning", 2, "B")
    assert "前 6 位和后 4 位" in warned["message"]
    given = states.replies(living.events())
    assert {key: event.kind for key, event in given.items()} == {living.key(3): "confirmed", living.key(4): "declined"}


@pytest.mark.parametrize(
    "row",
    [
        f",,{'*' * 14}{id_number(3)[-4:]},1",  # nobody says whose it is
        f"{NAME_4},,{'*' * 14}{id_number(3)[-4:]},1",  # another's
        f"{NAME_3},罗渡镇,{'*' * 14}{id_number(3)[-4:]},1",  # of another township
        f"{NAME_3},,{'*' * 14}9999,1",
    ],
)
def test_nobody_is_guessed_from_a_masked_number(living: Living, row: str) -> None:
    answered = record(living, f"姓名,乡镇,身份证号,回复\n{row}\n", code=1)
    assert [each["code"] for each in answered["issues"]] in (["R501"], ["R503"])
    assert answered["recorded"] == 0


def test_a_changes_file_is_warned_about_too(living: Living) -> None:
    masked = f"{id_number(3)[:6]}********{id_number(3)[-4:]}"
    answered = record(living, f"变更,身份证号,姓名\n退出,{masked},{NAME_3}\n退出,{id_number(4)},{NAME_4}\n", code=1)
    assert codes(answered) == [("R308", 2, "B"), ("R501", 2, "B")]
    assert answered["recorded"] == 1


def test_a_reply_file_twice_adds_nothing(living: Living) -> None:
    text = f"身份证号,回复\n{id_number(3)},1\n"
    record(living, text)
    again = record(living, text, name="又一次.csv")
    assert (again["kind"], again["recorded"]) == ("known", 0)


def test_replies_that_nobody_can_use_are_named_and_the_others_are_kept(living: Living) -> None:
    rows = (
        "姓名,身份证号,手机号,回复",
        f",{id_number(99)},,1",  # nobody
        f"{NAME_4},{id_number(3)},,1",  # the number of one, the name of another
        f"{NAME_4},,13800000003,2",
        ",,13800000002,1",  # two people have it
        f",{id_number(5)},,看情况",
        ",,,1",
        f",{id_number(6)},,1",
        f",{id_number(6)},,2",
    )
    answered = record(living, "\n".join(rows) + "\n", code=1)
    assert codes(answered) == [
        ("R501", 2, "B"),
        ("R503", 3, "A"),
        ("R503", 4, "A"),
        ("R501", 5, "C"),
        ("R504", 6, "D"),
        ("R504", 7, "A"),
        ("R503", 9, "D"),
    ]
    assert answered["recorded"] == 1


def test_who_declines_gives_the_seat_back_at_the_next_plan(living: Living) -> None:
    record(living, f"身份证号,回复\n{id_number(3)},2\n")
    answered = living.replan()
    assert (answered["cancelled"], answered["moved"]) == (1, 0)
    assert living.announce()["gone"] == 1
    assert living.key(3) not in living.riders()


def test_a_reply_after_departure_or_after_a_cancellation_contradicts(living: Living) -> None:
    text = f"身份证号,回复\n{id_number(3)},2\n"
    assert codes(record(living, text, code=1, now="2027-02-14T12:00")) == [("R502", 2, "B")]
    living.replan("--changes", living.changes("变更,身份证号", f"退出,{id_number(4)}"))
    text = f"身份证号,回复\n{id_number(4)},1\n"
    assert codes(record(living, text, code=1)) == [("R503", 2, "B")]
    living.replan("--changes", living.changes("变更,身份证号", f"恢复,{id_number(4)}"))
    assert living.key(4) in living.riders()


# SMS results -------------------------------------------------------------------------------------------------------


def test_failed_messages_are_recorded_for_everybody_of_the_number(living: Living) -> None:
    results = {2: "失败", 3: "成功", 4: "DELIVRD", 5: "空号", 99: "失败", 6: "哈"}
    text = "手机号,发送状态\n" + "".join(f"138{number:08d},{result}\n" for number, result in results.items())
    answered = record(living, text, code=1)
    assert (answered["kind"], answered["recorded"]) == ("sms", 3)
    assert codes(answered) == [("R501", 6, "A"), ("R504", 7, "B")]
    assert states.unreached(living.events()) == {living.key(serial) for serial in (1, 2, 5)}


# Day workbooks -----------------------------------------------------------------------------------------------------


def test_locked_and_moved_rows_of_a_day_workbook_become_pins(living: Living) -> None:
    (run,) = living.plan.runs
    seats = {passenger.person: passenger.seat for passenger in run.passengers}
    rows = [("班次", "座位", "姓名", "身份证号", "锁定")]
    rows += [
        (run.id, seats[living.key(n)] or "", person(n)["姓名"], id_number(n), "是" if n == 3 else "")
        for n in range(1, 9)
    ]
    answered = record(living, workbook(*rows, title_rows=1), name="当日.xlsx")
    assert (answered["issues"], answered["kind"], answered["recorded"]) == ([], "day", 1)
    (pin,) = states.pins(living.events()).values()
    assert (pin.person, pin.run, pin.data.seat) == (living.key(3), run.id, seats[living.key(3)])


def test_a_day_workbook_with_faults_names_each_cell(living: Living) -> None:
    (run,) = living.plan.runs
    rows = [
        ("班次", "座位", "身份证号", "锁定"),
        ("C9999-火星-01", 1, id_number(1), "是"),
        (run.id, 1, id_number(99), "是"),
        (run.id, 1, id_number(2), "也许"),
        ("", 1, id_number(3), "是"),
    ]
    answered = record(living, workbook(*rows), name="当日.xlsx", code=1)
    assert codes(answered) == [("R501", 2, "A"), ("R501", 3, "C"), ("R504", 4, "D"), ("R504", 5, "A")]
    assert {each["sheet"] for each in answered["issues"]} == {"Sheet"}


# What is none of these ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "甲,乙\n1,2\n", b"PK\x03\x04 broken", b"\xff\xfe\x00\x01"])
def test_what_cannot_be_read_is_one_issue_and_adds_nothing(living: Living, text: str | bytes) -> None:
    before = len(living.events())
    answered = record(living, text, code=1, name="坏.xlsx")
    assert len(answered["issues"]) == 1
    assert len(living.events()) == before


def test_one_line_messages_are_read_from_a_text(living: Living) -> None:
    (run,) = living.plan.runs
    now = f"{run.date}T09:00"
    text = f"{run.id} 7 1\n哈哈\nC9999-火星-01 5\n"
    answered = record(living, text, code=1, name="群.txt", now=now)
    assert answered["kind"] == "messages"
    assert [each["row"] for each in answered["issues"]] == [2, 3]
    assert run.id in states.departed(living.events())
