"""One-line messages as people write them: right, or refused with the reason."""

from __future__ import annotations

import datetime as dt

import pytest

from scheduler.day.on_the_way import RefusedError, Said
from scheduler.day.returned.one_liners import MessageReader, lines_of
from scheduler.plan import Cost, Plan, Run

NOW = dt.datetime(2027, 2, 16, 13, 5)
LOAD = 53


def plan(*names: str) -> Plan:
    runs = tuple(
        Run(id=name, mode="coach", date=dt.date(2027, 2, 16), seats=55, stops=(), passengers=()) for name in names
    )
    return Plan(season="x", direction="to_work", version="0", inputs_sha256="", cost=Cost(), runs=runs)


PLAN = plan("C0216-深圳-03", "C0216-深圳-13", "C0216-东莞-01", "T0216-广州南-01")


def read(text: str, departed: bool = True, last: int | None = LOAD) -> Said:
    (line,) = lines_of(text)
    return MessageReader(PLAN, NOW).read(line.text, departed, last)


@pytest.mark.parametrize(
    ("text", "departed", "what", "headcount", "missing"),
    [
        ("C0216-深圳-03 51 2", False, "depart", 51, 2),
        ("C0216-深圳-03 51 0", False, "depart", 51, 0),
        ("C0216-深圳-03 51", False, "depart", 51, None),
        ("C0216-深圳-03 51", True, "report", 51, None),
        ("Ｃ０２１６－深圳－０３　５１　２", False, "depart", 51, 2),
        ("C0216—深圳—03 51 2", False, "depart", 51, 2),
        ("C0216深圳03 51 2", False, "depart", 51, 2),
        ("c0216-深圳-03 51 2", False, "depart", 51, 2),
        ("C0216 - 深圳 - 03  51  2", False, "depart", 51, 2),
        ("C0216_深圳_03，51，2", False, "depart", 51, 2),
        ("C0216-深圳-03 51人 缺2人", False, "depart", 51, 2),
        ("C0216-深圳-03 实到51人，未到2人", False, "depart", 51, 2),
        ("C0216-深圳-03 已发车 51 2", False, "depart", 51, 2),
        ("C0216-深圳-03 发车51人", False, "depart", 51, None),
        ("C0216-深圳-03 到达 51", True, "arrive", 51, None),
        ("C0216-深圳-03 到达51人", True, "arrive", 51, None),
        ("C0216-深圳-03 已安全到达 51", True, "arrive", 51, None),
        ("C0216-深圳-03 到了 51", True, "arrive", 51, None),
        ("C0216-深圳-03 全员到达", True, "arrive", LOAD, None),
        ("C0216-深圳-03 全部安全抵达", True, "arrive", LOAD, None),
        ("C0216-深圳-03 抵达目的地，51人", True, "arrive", 51, None),
        ("C0216-深圳-03 人齐", True, "report", LOAD, None),
        ("C0216-深圳-03 51人 服务区休息", True, "report", 51, None),
        ("T0216-广州南-01 480 3", False, "depart", 480, 3),
        ("C0216-东莞-01：51", True, "report", 51, None),
    ],
)
def test_what_is_said(text: str, departed: bool, what: str, headcount: int, missing: int | None) -> None:
    said = read(text, departed)
    assert (said.what, said.headcount, said.missing) == (what, headcount, missing)
    assert said.at == NOW


def test_runs_with_like_names_are_told_apart() -> None:
    assert read("C0216深圳13 51").run == "C0216-深圳-13"
    assert read("C0216-深圳-03 13").run == "C0216-深圳-03"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("C0216-深圳-03 12:40 51", dt.datetime(2027, 2, 16, 12, 40)),
        ("C0216-深圳-03 51 12：40", dt.datetime(2027, 2, 16, 12, 40)),
        ("C0216-深圳-03 12点40分 51人", dt.datetime(2027, 2, 16, 12, 40)),
        ("C0216-深圳-03 2/15 23:50 51", dt.datetime(2027, 2, 15, 23, 50)),
    ],
)
def test_a_time_beside_it(text: str, at: dt.datetime) -> None:
    said = read(text)
    assert (said.at, said.headcount) == (at, 51)


def test_the_evening_before_is_meant_after_midnight() -> None:
    after_midnight = dt.datetime(2027, 2, 17, 0, 10)
    said = MessageReader(PLAN, after_midnight).read("C0216-深圳-03 23:50 51", True, LOAD)
    assert said.at == dt.datetime(2027, 2, 16, 23, 50)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("C0217-深圳-03 51 2", "R501"),
        ("深圳 51 2", "R501"),
        ("51 2", "R501"),
        ("C0216-深圳 51", "R501"),
        ("C0216-深圳-03", "R504"),
        ("C0216-深圳-03 一切正常", "R504"),
        ("C0216-深圳-03 51 2 3", "R504"),
        ("C0216-深圳-03 已发车已到达 51", "R504"),
        ("C0216-深圳-03 fifty", "R504"),
        ("C0216-深圳-03 到达", "R504"),
        ("C0216-深圳-03 2/31 08:00 51", "R504"),
    ],
)
def test_what_could_mean_two_things_is_refused(text: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read(text)
    assert refused.value.code == code


def test_empty_lines_and_remarks_are_nothing() -> None:
    assert [line.number for line in lines_of("\n# 2月16日\nC0216-深圳-03 51\n\n　\n")] == [3]
