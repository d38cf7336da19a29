"""`plan`, `announce`, `replan`, `announce` again: a season that lives, as a dispatcher runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.living import BEFORE, WORK, Living, changed
from tests.season_folders import csv_text, id_number, person


@pytest.fixture
def living(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Living:
    """Return a season of six people who have been told their seats."""
    return Living(tmp_path, capsys).begin()


# announce ----------------------------------------------------------------------------------------------------------


def test_only_what_changed_is_announced_again(living: Living) -> None:
    again = living.announce()
    assert (again["told"], again["changed"], again["withdrawn"], again["runs"]) == (0, 0, 0, [])
    living.roster(*(person(serial) for serial in range(1, 8)))
    assert living.replan()["added"] == 1
    told = living.announce()
    assert (told["told"], told["changed"], told["withdrawn"]) == (1, 0, 0)
    assert [(each["number"], each["replaces"]) for each in told["lists"]] == [(2, 1)]


def test_one_run_can_be_announced_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    living = Living(tmp_path, capsys)
    living.run("plan", *WORK)
    run = living.plan.runs[0].id
    assert living.said("announce", "--run", "C9999-火星-01")[0] == 2
    assert living.announce("--run", run)["told"] == 6
    assert living.announce()["told"] == 0


# plan on an announced season ---------------------------------------------------------------------------------------


def test_plan_refuses_what_has_been_announced_and_can_be_told_to(living: Living) -> None:
    before = living.plan
    code, _out, err = living.said("plan", *WORK)
    assert code == 2
    assert "replan" in err
    assert "--anew" in err
    assert len(err.strip().splitlines()) == 1
    assert living.plan == before
    assert living.run("plan", *WORK, "--anew") == 0


# replan ------------------------------------------------------------------------------------------------------------


def test_nothing_changes_when_nothing_has(living: Living) -> None:
    before = living.plan
    answered = living.replan("--compare")
    assert (answered["moved"], answered["changes"], answered["kept_share"]) == (0, [], 1.0)
    assert answered["free"]["cost"] == answered["cost"]["total"]
    assert living.plan.runs == before.runs


def test_replan_says_what_the_contract_names(living: Living) -> None:
    living.roster(*(person(serial) for serial in range(2, 8)))
    answered = living.replan()
    assert set(answered) == {
        *("cost", "bound", "gap", "moved", "added", "cancelled", "changed", "unserved", "kept_share", "free"),
        *("changes", "issues"),
    }
    assert answered["free"] is None
    gone = changed(answered, living.key(1))
    assert (gone["kind"], gone["to"]) == ("cancelled", None)
    assert set(gone["from"]) == {"run", "date", "board", "depart", "alight"}
    new = changed(answered, living.key(7))
    assert (new["kind"], new["from"], set(new["to"])) == ("served", None, set(gone["from"]))


def test_a_changed_wish_is_no_move(living: Living) -> None:
    file = living.changes("变更,身份证号,目的地", f"改目的地,{id_number(1)},东莞")
    answered = living.replan("--changes", file)
    assert changed(answered, living.key(1))["kind"] == "changed"
    assert (answered["moved"], answered["cost"]["moves"]) == (0, 0)


def test_max_moved_is_kept_or_said(living: Living) -> None:
    living.roster(*(person(serial, 出行日期="2027-02-14") for serial in (1,)), *(person(s) for s in range(2, 7)))
    assert living.replan("--max-moved", 0)["moved"] == 0


def test_the_screen_says_who_moves_and_why(living: Living) -> None:
    living.file("fleet.csv", "车型,核定载客,数量,起步价,每公里,企业\n33座,33,10,1000,9,岳运\n")
    code, out, _err = living.said("replan", *WORK, "--now", BEFORE)
    assert code == 0
    assert "不用改口" in out


# Changes that nobody can make --------------------------------------------------------------------------------------


def test_without_a_plan_there_is_nothing_to_announce_or_to_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    living = Living(tmp_path, capsys)
    for command in ("announce", "replan", "waiting"):
        code, _out, err = living.said(command)
        assert code in (1, 2)
        assert len(err.strip().splitlines()) == 1
        assert "scheduler plan" in err


def test_half_of_a_roster_gone_by_mistake_comes_back(living: Living) -> None:
    living.roster(*(person(serial) for serial in range(1, 4)))
    code, _out, err = living.said("announce", "--now", BEFORE)
    assert code == 1
    assert len(err.strip().splitlines()) == 1
    answered = living.replan()
    assert (answered["cancelled"], answered["moved"]) == (3, 0)
    assert living.announce()["gone"] == 3
    living.roster(*(person(serial) for serial in range(1, 7)))
    assert living.replan()["added"] == 3
    assert living.announce()["told"] == 3


def test_people_who_are_gone_are_said_with_the_files_in_which_they_stood(living: Living) -> None:
    (living.folder / "roster/顾县镇.csv").rename(living.folder.parent / "走了.csv")
    living.file("roster/新.csv", csv_text(*(person(serial) for serial in range(5, 7))))
    code, out, _err = living.said("replan", *WORK, "--now", BEFORE)
    assert code == 0
    assert "4 人不在任何名单里了" in out
    assert "roster/顾县镇.csv 4" in out


def test_a_roster_that_cannot_be_read_cancels_nobody_in_silence(living: Living) -> None:
    living.file("roster/顾县镇.csv", "")
    living.file("roster/罗渡镇.xlsx", "PK")
    code, _out, err = living.said("replan", *WORK, "--now", BEFORE, "--json")
    assert code == 1
    assert "罗渡镇.xlsx" in err


def test_who_cancels_after_the_plan_is_told_no_seat(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    living = Living(tmp_path, capsys)
    living.run("plan", *WORK)
    file = living.changes("变更,身份证号", f"退出,{id_number(1)}")
    assert living.answer("record", file, "--now", BEFORE)["files"][0]["kind"] == "changes"
    assert living.announce()["told"] == 5
    living.replan()
    assert living.key(1) not in living.riders()


def test_a_coach_lost_shortly_before_departure_takes_its_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    living = Living(tmp_path, capsys, **{"fleet.csv": "车型,核定载客,数量,起步价,每公里,企业\n49座,49,1,100,1,岳运\n"})
    living.begin()
    (run,) = living.plan.runs
    soon = f"{run.date}T06:00"
    answered = living.replan("--changes", living.changes("变更,班次", f"车辆故障,{run.id}"), now=soon)
    assert (living.plan.runs, answered["moved"]) == ((), 6)


def test_a_coach_lost_elsewhere_takes_no_run_that_has_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    living = Living(tmp_path, capsys, **{"fleet.csv": "车型,核定载客,数量,起步价,每公里,企业\n49座,49,1,100,1,岳运\n"})
    living.begin()
    (run,) = living.plan.runs
    later = f"{run.date}T12:00"
    answered = living.replan("--changes", living.changes("变更,车型", "车辆故障,49座"), now=later)
    assert [each.id for each in living.plan.runs] == [run.id]
    assert answered["moved"] == 0


def test_a_clock_that_goes_backwards_breaks_nothing(living: Living) -> None:
    living.replan(now="2027-02-05T09:00")
    living.replan(now="2027-02-03T09:00")
    assert living.announce(now="2027-02-01T09:00")["changed"] == 0


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + bytes(200)])
def test_a_damaged_ledger_is_said_in_one_line(living: Living, content: bytes) -> None:
    for name in ("season.db-wal", "season.db-shm"):
        (living.folder / name).unlink(missing_ok=True)
    (living.folder / "season.db").write_bytes(content)
    file = living.changes("变更,身份证号", f"退出,{id_number(1)}")
    for command in (("replan", *WORK), ("announce",), ("record", file), ("waiting",)):
        code, _out, err = living.said(*command)
        assert code == 2
        assert len(err.strip().splitlines()) == 1
    assert (living.folder / "season.db").read_bytes() == content


def test_two_replans_at_once_leave_two_whole_plans(living: Living) -> None:
    import os
    import subprocess
    import sys

    command = [sys.executable, "-m", "scheduler", "replan", str(living.folder), *map(str, WORK), "--now", BEFORE]
    with (
        subprocess.Popen(command, env=os.environ, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as first,
        subprocess.Popen(command, env=os.environ, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as second,
    ):
        ends = [each.communicate(timeout=120)[1].decode() for each in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), ends
    assert living.answer("verify")["violations"] == []
    assert [event.plan for event in living.events("planned")] == [1, 2, 3]


def test_who_is_left_until_all_their_dates_are_over_is_said_why(living: Living) -> None:
    living.roster(*(person(serial) for serial in range(1, 7)), person(7, 出行日期="2027-02-10"))
    answered = living.replan(now="2027-02-12T12:00")
    assert (answered["unserved"], answered["moved"]) == (1, 0)
    (left,) = living.plan.unserved
    assert (left.code, left.proof, left.persons) == ("U207", "no_option", (living.key(7),))


# Lists that hold no more ---------------------------------------------------------------------------------------------


def test_the_list_of_a_run_that_has_ended_is_named_once(living: Living, tmp_path: Path) -> None:
    (before,) = living.plan.runs
    file = living.changes("变更,车型,起始日期,截止日期,数量", f"车辆故障,49座,{before.date},{before.date},10")
    living.replan("--changes", file)
    told = living.announce("-o", tmp_path / "out")
    assert told["changed"] == 6
    assert told["runs"][-1] == before.id
    assert living.announce()["lists"] == []
