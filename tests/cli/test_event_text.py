"""`scheduler log --all`: each event is a line that a clerk can read, people masked."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from scheduler.cli.answers.event_text import event_text
from scheduler.i18n import set_language
from scheduler.season.ledger import events as kinds
from scheduler.season.ledger.events import MODELS, Entry, Event, EventData
from tests.living import Living
from tests.season.ledger.builders import DAY, RUN, at, person

KEY = person(1)
SAID: dict[str, tuple[EventData, str]] = {
    "planned": (
        kinds.Planned(
            sha256="ab" * 32,
            inputs_sha256="cd" * 32,
            version="0.1.0",
            seed=0,
            total=12_345_600,
            bound=12_000_000,
            people=294,
            unserved=2,
            now=at(9),
            frozen=(RUN,),
            command="replan",
        ),
        "编制方案：第 2 号方案、replan、有座位 294 人、未安排 2 人、总费用 123,456 元、已证明至少 120,000 元、"
        "1 个班次原样保留、排班时点 2月15日 09:00",
    ),
    "told": (
        kinds.SeatTold(
            date=DAY,
            board="县城集散点",
            depart=at(8),
            alight="广东省深圳市",
            pickup="顾县",
            pickup_at=at(6),
            list_number=3,
            replaces=1,
        ),
        f"已告知座位：王* 顾县镇、{RUN}、2月15日 08:00 县城集散点 → 深圳市、接驳车 06:00 顾县、名单3号，替换1号",
    ),
    "confirmed": (kinds.Confirmed(text="晚到"), "已确认：王* 顾县镇、晚到"),
    "declined": (kinds.Declined(list_number=3), "不接受安排：王* 顾县镇、名单3号"),
    "unreached": (kinds.Unreached(at=at(9)), "联系不上：王* 顾县镇、2月15日 09:00"),
    "sms_failed": (kinds.SmsFailed(text="空号"), "短信未送达：王* 顾县镇、空号"),
    "cancelled": (kinds.Cancelled(reason="生病"), "退出：王* 顾县镇、原因：生病"),
    "pinned": (
        kinds.Pinned(pin="together", with_=person(2), reason="夫妻"),
        f"锁定（同车）：王* 顾县镇、{RUN}、与 李* 罗渡镇、原因：夫妻",
    ),
    "unpinned": (kinds.Unpinned(pinned=7), "解除锁定：王* 顾县镇、第 7 条记录的决定"),
    "frozen": (kinds.Frozen(reason="已签合同"), f"班次已冻结：{RUN}、原因：已签合同"),
    "departed": (
        kinds.Departed(at=at(8), headcount=51, absent=2, place="县城"),
        f"发车：{RUN}、2月15日 08:00、县城、车上 51 人、未到 2 人",
    ),
    "boarded": (kinds.Boarded(at=at(9)), f"上车：王* 顾县镇、{RUN}、2月15日 09:00"),
    "absent": (kinds.Absent(at=at(8)), f"未到：王* 顾县镇、{RUN}、2月15日 08:00"),
    "reported": (
        kinds.Reported(at=at(10), headcount=51, note="司机 13912345678"),
        f"途中报告：{RUN}、2月15日 10:00、车上 51 人、司机 139****5678",
    ),
    "arrived": (kinds.Arrived(at=at(20), headcount=51), f"到达：{RUN}、2月15日 20:00、车上 51 人"),
    "handed_over": (
        kinds.HandedOver(at=at(21), signed_by="赵六"),
        f"移交：{RUN}、2月15日 21:00、签收人 赵六",
    ),
    "exported": (
        kinds.Exported(command="manifests", reader="carrier", level="masked", rows=40, files=("ab" * 32,)),
        "导出个人信息：manifests、交承运企业、40 人次、1 个文件、身份证号脱敏、第 2 号方案",
    ),
    "erased": (
        kinds.Erased(people=296, files=30, counts={"runs": 8}, reason="到期"),
        "清除个人信息：296 人、文件 30 个、原因：到期",
    ),
    "note": (kinds.Note(text="桥断了"), "备注：桥断了"),
}
ABOUT_RUNS = {"frozen", "departed", "boarded", "absent", "reported", "arrived", "handed_over", "told", "pinned"}
ABOUT_NOBODY = {"planned", "exported", "erased", "note", "frozen", "departed", "reported", "arrived", "handed_over"}
NAMES = {KEY: "王* 顾县镇", person(2): "李* 罗渡镇"}


def event(data: EventData, who: str = "", run: str = "", plan: int | None = None) -> Event:
    entry = Entry(data, who, run, plan)
    moment = dt.datetime(2027, 2, 1, tzinfo=dt.UTC)
    return Event(1, moment, "李四", entry.data, entry.person, entry.run, entry.plan, source="", hash="")


def said(kind: str) -> str:
    data = SAID[kind][0]
    who, run = "" if kind in ABOUT_NOBODY else KEY, RUN if kind in ABOUT_RUNS else ""
    plan = 2 if kind in ("planned", "exported") else None
    return event_text(event(data, who, run, plan), lambda key: NAMES.get(key, key))


@pytest.fixture
def living(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Living:
    monkeypatch.setenv("COLUMNS", "80")
    return Living(tmp_path, capsys).begin()


@pytest.mark.parametrize("kind", sorted(MODELS))
def test_every_kind_of_event_is_said_in_words(kind: str) -> None:
    assert said(kind) == SAID[kind][1]


@pytest.mark.parametrize("kind", sorted(MODELS))
def test_in_english_as_well(kind: str) -> None:
    set_language("en")
    text = said(kind)
    assert not re.search(r"[_={}\[\]]", text)
    assert not re.search(r"[0-9a-f]{16}", text)


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        (kinds.Note(change="date", date=DAY, text="老板要求"), "本人改期：王* 顾县镇、2月15日、原因：老板要求"),
        (kinds.Note(change="destination", destination="440300"), "本人改目的地：王* 顾县镇、广东省深圳市"),
        (
            kinds.Note(change="vehicle_lost", vehicle_type="49座", operator="岳运", count=2, first=DAY, last=DAY),
            "车辆故障：王* 顾县镇、49座、岳运、2 辆、2月15日",
        ),
        (kinds.Note(change="train_cancelled", train="K586", date=DAY), "列车停运：王* 顾县镇、K586、2月15日"),
        (kinds.SeatTold(), "通知座位取消：王* 顾县镇"),
        (kinds.Frozen(frozen=False), "班次解除冻结：王* 顾县镇"),
    ],
)
def test_what_a_changes_file_or_a_second_announcement_says(note: EventData, expected: str) -> None:
    assert event_text(event(note, KEY), NAMES.__getitem__) == expected


def test_an_earlier_plan_taken_back() -> None:
    assert event_text(event(kinds.Note(change="use"), plan=3), str) == "换回以前的方案：第 3 号方案"


def test_people_are_masked_and_keep_their_keys_once_the_season_cannot_be_read(living: Living) -> None:
    out = re.sub(r"[\s│]", "", living.said("log", "--all")[1])
    assert "张*顾县镇" in out
    assert living.key(1) not in out
    living.file("season.toml", "name =")
    code, out, _err = living.said("log", "--all")
    assert code == 0
    assert living.key(1) in re.sub(r"[\s│]", "", out)
