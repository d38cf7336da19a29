"""`scheduler pins`, and what plan, replan and whatif say of decisions that cannot all hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.living import TRAINS, WORK, Living
from tests.season_folders import id_number, person

HEADINGS = "决定,人员,另一人,班次,日期,上车点,目的地,车型,方式,原因"


@pytest.fixture
def living(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Living:
    """Return a season of six people on one coach, with a train beside it."""
    season = Living(tmp_path, capsys, **{"trains.csv": TRAINS})
    season.roster(*(person(n, 出行方式="汽车" if n < 6 else "") for n in range(1, 7)))
    return season


def decide(living: Living, *rows: str) -> None:
    living.file("pins.csv", "\n".join((HEADINGS, *rows)) + "\n")


TWO_DATES = (f"日期,{id_number(1)},,,2月12日,,,,,", f"日期,{id_number(1)},,,2月11日,,,,,")
CONTRADICTIONS = {
    "two dates": (TWO_DATES, ["pins.csv!!2", "pins.csv!!3"]),
    "a train for who asked for a coach": ((f"方式,{id_number(1)},,,,,,,火车,",), ["pins.csv!!2"]),
    "together and apart": (
        (f"同车,{id_number(1)},{id_number(2)},,,,,,,", f"分开,{id_number(2)},{id_number(1)},,,,,,,"),
        ["pins.csv!!2", "pins.csv!!3"],
    ),
    "open and closed": (("开行,,,K586,2-13,,,,,", "不开,,,K586,2-13,,,,,"), ["pins.csv!!2", "pins.csv!!3"]),
    "a place of others": ((f"上车点,{id_number(1)},,,,罗渡,,,,",), ["pins.csv!!2"]),
}


@pytest.mark.parametrize(("rows", "refs"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_contradictions_are_named_and_nothing_is_planned(
    living: Living, rows: tuple[str, ...], refs: list[str]
) -> None:
    decide(living, *rows)
    answered = living.answer("pins", code=1)
    assert [each["pins"] for each in answered["contradictions"]] == [refs]
    code, out, err = living.said("plan", *WORK)
    assert (code, out) == (1, "")
    assert len(err.strip().splitlines()) == 1
    assert all(f"pins.csv {ref.rsplit('!', 1)[1]}" in err for ref in refs)
    assert not (living.folder / "plan/plan.json").exists()
    assert living.events("planned") == []
    assert living.run("whatif", "--add-coaches", "49座:1", "--iterations", 1) == 1


def test_replan_refuses_them_and_the_plan_stays(living: Living) -> None:
    living.begin()
    before = (living.folder / "plan/plan.json").read_bytes()
    decide(living, *TWO_DATES, f"不乘,{id_number(2)},,,,,,,,", f"日期,{id_number(2)},,,2-12,,,,,")
    code, out, err = living.said("replan", *WORK, "--now", "2027-02-01T09:00")
    assert (code, out) == (1, "")
    assert len(err.strip().splitlines()) == 2
    assert (living.folder / "plan/plan.json").read_bytes() == before


def test_pins_are_listed_by_masked_names_with_what_stands_of_them(living: Living) -> None:
    living.begin()
    (run,) = living.plan.runs
    decide(
        living,
        f"班次,{id_number(1)},,{run.id},,,,,,班长",
        f"不乘,{id_number(2)},,,,,,,,",
        f"日期,{id_number(99)},,,2-12,,,,,",
    )
    answered = living.answer("pins", "--now", "2027-02-01T09:00", code=1)
    assert [(row["pin"], row["ref"], row["held"], row["reason"]) for row in answered["pins"]] == [
        ("run", "pins.csv!!2", True, "班长"),
        ("leave", "pins.csv!!3", False, ""),
    ]
    assert [each["code"] for each in answered["issues"]] == ["R401"]
    _code, out, _err = living.said("pins", "--lang", "zh", "--now", "2027-02-01T09:00")
    assert person(1)["姓名"] not in out
    assert id_number(1) not in out
    assert "已照办" in out
    assert "未照办" in out


def test_a_season_without_decisions_says_so(living: Living) -> None:
    code, out, _err = living.said("pins", "--lang", "en")
    assert (code, out.strip()) == (0, "Nothing is decided: there is no row in pins.csv.")
    assert living.answer("pins") == {"pins": [], "contradictions": [], "issues": []}
    assert not (living.folder / "season.db").exists()


def test_what_binds_nothing_costs_nothing_and_what_binds_its_difference(living: Living) -> None:
    living.begin()
    (run,) = living.plan.runs
    decide(
        living,
        f"班次,{id_number(1)},,{run.id},,,,,,",
        f"日期,{id_number(2)},,,{run.date},,,,,",
        f"分开,{id_number(1)},{id_number(3)},,,,,,,",
    )
    answered = living.answer("pins", "--price", "--now", "2027-02-01T09:00")
    assert [(row["price"], row["exact"]) for row in answered["pins"][:2]] == [(0, True), (0, True)]
    assert answered["pins"][2]["exact"] is False


def test_a_price_needs_a_plan(living: Living) -> None:
    decide(living, f"不乘,{id_number(1)},,,,,,,,")
    code, _out, err = living.said("pins", "--price")
    assert code == 1
    assert len(err.strip().splitlines()) == 1


def test_one_train_number_on_two_days_is_two_runs(living: Living) -> None:
    living.file("season.toml", (living.folder / "season.toml").read_text(encoding="utf-8") + "flexible_days = 2\n")
    living.roster(*(person(n) for n in range(1, 7)))
    decide(living, *(f"班次,{id_number(n)},,K586,2-1{day},,,,," for n, day in ((1, 1), (2, 3), (3, 1))))
    assert living.run("plan", *WORK) == 0
    assert living.answer("verify")["violations"] == []
    days = {rider.person: run.date.day for run, rider in living.plan.passengers() if run.train == "K586"}
    assert [days[living.key(n)] for n in (1, 2, 3)] == [11, 13, 11]


@pytest.mark.parametrize("seed", range(4))
def test_what_is_decided_by_file_is_planned_and_holds(living: Living, seed: int) -> None:
    living.roster(*(person(n, 乡镇="罗渡镇" if n % 3 == 0 else "顾县镇") for n in range(1, 13)))
    rows = [
        f"同车,{id_number(1)},{id_number(6)},,,,,,,",
        f"分开,{id_number(2)},{id_number(5)},,,,,,,",
        f"日期,{id_number(7)},,,2-1{1 + seed % 3},,,,,",
        f"上车点,{id_number(8)},,,,县城集散点,,,,",
        f"不乘,{id_number(9)},,,,,,,,",
        f"方式,{id_number(10)},,,,,,,火车,",
        "不开,,,,2-12,,深圳,,," if seed == 3 else "开行,,,,2-13,,深圳,,,",
    ]
    decide(living, *rows)
    assert living.run("plan", *WORK, "--seed", seed) == 0
    assert living.answer("verify")["violations"] == []
    answered = living.answer("pins", "--price")
    assert all(row["held"] and row["price"] >= 0 for row in answered["pins"])
    assert living.key(9) not in living.riders()


@pytest.mark.parametrize("text", ["'=HYPERLINK(1)", "[bold]x[/bold]", "<b>x</b>", "\x1b[31mred"])
def test_hostile_reasons_are_only_text(living: Living, text: str) -> None:
    decide(living, f"不乘,{id_number(1)},,,,,,,,{text}")
    code, out, _err = living.said("pins")
    assert code == 0
    assert "\x1b[31m" not in out
