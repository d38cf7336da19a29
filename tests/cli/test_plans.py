"""`scheduler plans`, `diff`, `use` and `plan --replace`, as a dispatcher runs them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from scheduler.plan import Plan
from scheduler.season.folder import SeasonFolder
from scheduler.season.ledger.events import Entry, Frozen
from scheduler.season.ledger.ledger import open_ledger
from scheduler.season.plans import store_plan
from tests.living import FLEET, WORK, Living
from tests.season_folders import person


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a season with two plans: in the first all have a seat, in the second, of dearer coaches, nobody."""
    living = Living(tmp_path_factory.mktemp("made"), None)
    living.run("plan", *WORK)
    living.file("fleet.csv", FLEET.replace(",10,100,1,", ",10,100000,1,"))
    living.run("plan", *WORK)
    living.file("fleet.csv", FLEET)
    return living.folder


@pytest.fixture
def season(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Living:
    """Return a copy of it."""
    living = Living(tmp_path, capsys)
    shutil.copytree(made, living.folder, dirs_exist_ok=True)
    return living


def rows(season: Living) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = season.answer("plans")["plans"]
    return listed


def current(season: Living) -> list[int]:
    return [each["number"] for each in rows(season) if each["current"]]


# plans -------------------------------------------------------------------------------------------------------------


def test_plans_are_listed_with_what_is_known_of_them(season: Living) -> None:
    first, second = rows(season)
    assert (first["number"], first["people"], first["unserved"], first["command"]) == (1, 6, 0, "plan")
    assert (second["people"], second["unserved"], second["current"], first["current"]) == (0, 6, True, False)
    assert second["gap"] == pytest.approx((second["cost"] - second["bound"]) / second["cost"])
    code, said, _err = season.said("plans")
    assert code == 0
    assert "当前" in said
    assert "已通知" not in said


def test_a_plan_that_was_announced_says_how_many_were_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    living = Living(tmp_path, capsys).begin()
    living.roster(*(person(serial) for serial in range(1, 8)))
    living.replan()
    assert [(each["told"], each["command"], each["current"]) for each in rows(living)] == [
        (6, "plan", False),
        (0, "replan", True),
    ]
    assert "已通知 6 人" in "".join(living.said("plans")[1].split("\n"))


def test_a_plan_that_was_edited_is_none_of_those_kept(season: Living) -> None:
    store_plan(season.folder, season.plan.model_copy(update={"seed": 77}))
    assert current(season) == []
    assert "不是其中任何一个" in season.said("plans")[1]


def test_the_list_is_there_without_a_plan_that_can_be_read(season: Living) -> None:
    SeasonFolder(season.folder).plan.write_text("{", encoding="utf-8")
    assert len(rows(season)) == 2
    assert "换回一个" in season.said("plans")[1]


def test_a_season_without_plans_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    living = Living(tmp_path, capsys)
    code, _said, error = living.said("plans")
    assert code == 2
    assert "scheduler plan" in error
    with open_ledger(living.folder):
        pass
    assert living.said("plans")[:2] == (0, "还没有方案：请先运行 scheduler plan。\n")


def test_many_plans_are_listed_from_the_last(season: Living) -> None:
    with open_ledger(season.folder) as ledger:
        for seed in range(100, 130):
            ledger.store_plan(season.plan.model_copy(update={"seed": seed}), who="")
    said = season.said("plans")[1]
    assert "共 32 个方案" in said
    assert said.count("\n│") <= 41
    assert len(rows(season)) == 32


# diff --------------------------------------------------------------------------------------------------------------


def test_two_plans_side_by_side(season: Living) -> None:
    answered = season.answer("diff", 2, 1)
    assert (answered["served"], answered["left"], answered["moved"], answered["same"]) == (6, 0, 0, 0)
    assert [run["people"] for run in answered["runs"]["new"]] == [6]
    assert answered["runs"]["gone"] == []
    first, second = answered["plans"]
    assert answered["cost"]["total"] == second["cost"]["total"] - first["cost"]["total"] < 0
    assert answered["cost"]["unserved"] == -first["cost"]["unserved"]
    assert {each["person"] for each in answered["people"]} == {season.key(serial) for serial in range(1, 7)}
    assert all(each["name"].split()[0].endswith("*") for each in answered["people"])


def test_a_plan_beside_the_current_one(season: Living) -> None:
    assert season.answer("diff", 1) == season.answer("diff", 1, 2)
    code, said, _error = season.said("diff", 1)
    assert code == 0
    assert "6 人没了座位" in said
    assert season.said("diff", 2, 2)[1].endswith("人员：-\n")


def test_who_rides_on_another_date_is_named_with_both_seats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    living = Living(tmp_path, capsys)
    living.run("plan", *WORK)
    (before,) = living.plan.runs
    moved = [{**person(serial), "出行日期": "2027-02-15"} for serial in range(1, 4)]
    living.roster(*moved, *(person(serial) for serial in range(4, 7)))
    living.run("plan", *WORK)
    answered = living.answer("diff", 1)
    of_the_moved = [each for each in answered["people"] if "date" in each["differs"]]
    assert {each["person"] for each in of_the_moved} == {living.key(serial) for serial in range(1, 4)}
    assert {each["from"]["run"] for each in of_the_moved} == {before.id}
    assert {each["to"]["date"] for each in of_the_moved} == {
        run.date.isoformat() for run in living.plan.runs if run.id != before.id
    }
    assert "3 人换日期" in living.said("diff", 1)[1]


@pytest.mark.parametrize("numbers", [(9,), (1, 9), (9, 1)])
def test_a_number_that_no_plan_has_is_named(season: Living, numbers: tuple[int, ...]) -> None:
    code, _said, error = season.said("diff", *numbers)
    assert code == 2
    assert "没有第 9 号方案" in error
    assert "scheduler plans" in error


# use ---------------------------------------------------------------------------------------------------------------


def test_an_earlier_plan_is_the_current_one_again(season: Living) -> None:
    answered = season.answer("use", 1)
    assert (answered["number"], answered["before"], answered["people"]) == (1, 2, 6)
    assert current(season) == [1]
    assert season.plan.runs
    assert season.answer("verify")["violations"] == []
    assert (season.events("note")[-1].plan, season.events("note")[-1].data.change) == (1, "use")
    assert "当前方案就是第 1 号" in season.said("use", 1)[1]
    assert len(season.events("note")) == 1


def test_of_two_plans_that_are_the_same_the_one_taken_back_is_current(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    living = Living(tmp_path, capsys)
    for _turn in range(2):
        living.run("plan", *WORK)
    assert current(living) == [2]
    living.answer("use", 1)
    assert current(living) == [1]


def test_a_copy_brings_back_the_plan_that_was_taken_back(season: Living, tmp_path: Path) -> None:
    season.answer("use", 1)
    assert season.run("backup", tmp_path / "copy.db") == 0
    season.answer("use", 1)
    SeasonFolder(season.folder).plan.unlink()
    assert season.answer("restore", tmp_path / "copy.db", "--yes")["plan"] == 1


@pytest.mark.parametrize(
    ("roster", "code_named"),
    [
        ([person(serial) for serial in range(1, 6)], "V104"),  # one is gone
        ([person(serial) for serial in range(1, 8)], "V113"),  # one is new
        ([{**person(1), "目的地": "佛山"}, *(person(serial) for serial in range(2, 7))], "V"),  # one goes elsewhere
    ],
)
def test_a_plan_that_does_not_fit_the_rosters_is_refused(
    season: Living, roster: list[dict[str, str]], code_named: str
) -> None:
    season.roster(*roster)
    stood = SeasonFolder(season.folder).plan.read_bytes()
    code, said, error = season.said("use", 1)
    assert (code, said) == (1, "")
    assert code_named in error
    assert "scheduler plan" in error
    assert error.count("\n") == 1
    assert SeasonFolder(season.folder).plan.read_bytes() == stood


def test_a_plan_without_the_coaches_of_today_is_refused(season: Living) -> None:
    season.file("fleet.csv", FLEET.replace("49座,49,10", "19座,19,10"))
    assert season.said("use", 1)[0] == 1


def test_who_cancelled_since_is_not_taken_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    living = Living(tmp_path, capsys).begin()
    living.replan("--changes", living.changes("变更,身份证号", f"退出,{person(1)['身份证号']}"))
    code, _said, error = living.said("use", 1)
    assert code == 1
    assert "对不上" in error


def test_a_plan_made_before_another_one_was_announced_is_refused(season: Living) -> None:
    season.answer("use", 1)
    season.announce()
    code, _said, error = season.said("use", 2)
    assert code == 1
    assert "第 1 号方案已经公布" in error
    assert "scheduler replan" in error
    assert current(season) == [1]


def test_a_replan_that_nobody_heard_of_may_be_undone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    living = Living(tmp_path, capsys).begin()
    living.replan("--max-moved", 0)
    living.answer("use", 1)
    assert current(living) == [1]
    assert living.announce()["told"] == 0


def test_a_damaged_plan_is_cured_by_taking_one_back(season: Living) -> None:
    SeasonFolder(season.folder).plan.write_text("{", encoding="utf-8")
    assert season.answer("use", 1)["before"] is None
    assert current(season) == [1]


# plan --replace -------------------------------------------------------------------------------------------------------


def worse_than(plan: Plan, more_fen: int) -> Plan:
    """A plan that is the same but for its cost: what a shorter search might have found."""
    return plan.model_copy(update={"cost": plan.cost.model_copy(update={"total": plan.cost.total + more_fen})})


def find(monkeypatch: pytest.MonkeyPatch, plan: Plan) -> None:
    monkeypatch.setattr("scheduler.solver.solve.solve", lambda *_problem, **_options: plan)


def test_a_worse_plan_of_the_same_rosters_does_not_replace_the_better_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    living = Living(tmp_path, capsys)
    living.run("plan", *WORK)
    better = living.plan
    find(monkeypatch, worse_than(better, 1_234_00))
    answered = living.answer("plan", *WORK)
    assert (answered["stored"], answered["number"], answered["cost"]["total"]) == (False, 1, better.cost.total)
    assert answered["found"]["number"] == 2
    assert answered["found"]["cost"] == better.cost.total + 1_234_00
    assert living.plan == better
    assert current(living) == [1]
    said = " ".join(living.said("plan", *WORK)[1].split())
    assert "贵 1,234 元" in said
    assert "scheduler use" in said


def test_of_plans_that_cost_the_same_the_one_that_proves_more_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    living = Living(tmp_path, capsys)
    living.run("plan", *WORK)
    better = living.plan
    find(monkeypatch, better.model_copy(update={"bound": (better.bound or 0) // 2}))
    assert not living.answer("plan", *WORK)["stored"]
    assert "证明较弱" in living.said("plan", *WORK)[1]
    find(monkeypatch, better)
    assert living.answer("plan", *WORK)["stored"]


def test_a_plan_of_other_rosters_is_kept_though_it_costs_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    living = Living(tmp_path, capsys)
    living.run("plan", *WORK)
    living.roster(*(person(serial) for serial in range(1, 80)))
    assert living.answer("plan", *WORK)["stored"]
    assert current(living) == [2]


def test_a_better_plan_than_one_made_worse_by_hand_is_kept(season: Living) -> None:
    season.run("plan", *WORK)
    best = season.plan
    cost = best.cost.model_copy(update={"total": best.cost.total - 100})
    store_plan(season.folder, best.model_copy(update={"cost": cost}))  # a lie: it does not stand
    assert season.answer("plan", *WORK)["stored"]


def test_a_worse_plan_says_so_and_how_to_go_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    living = Living(tmp_path, capsys, people=60)
    living.run("plan", *WORK)
    better = living.plan
    living.file("fleet.csv", FLEET.replace(",10,100,1,", ",1,100,1,"))
    living.run("plan", *WORK)
    worse = living.plan
    living.file("fleet.csv", FLEET)
    worse = worse.model_copy(update={"inputs_sha256": better.inputs_sha256})
    assert worse.cost.total > better.cost.total
    store_plan(living.folder, better)
    find(monkeypatch, worse)
    said = " ".join(living.said("plan", *WORK, "--replace")[1].split())
    assert "比同样数据的第" in said
    assert "scheduler use" in said
    assert living.plan == worse


# use, once runs have left --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["departed", "frozen"])
def test_a_plan_without_a_run_that_is_not_changed_any_more_is_refused(season: Living, kind: str) -> None:
    season.answer("use", 1)
    assert "有 6 处" in season.said("use", 2)[2]
    (run,) = season.plan.runs
    if kind == "departed":
        leaves = f"{run.date}T08:00"
        season.answer("depart", run.id, "--headcount", 6, "--at", leaves, "--now", leaves)
    else:
        with open_ledger(season.folder) as ledger:
            ledger.append([Entry(Frozen(), run=run.id)], who="")
    code, _said, error = season.said("use", 2, "--now", f"{run.date}T09:00")
    assert code == 1
    assert "有 7 处" in error  # the run, beside the six whose reasons are those of the dear coaches
    assert current(season) == [1]


def test_what_was_decided_since_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    living = Living(tmp_path, capsys)
    living.run("plan", *WORK)
    living.file("pins.csv", f"决定,人员\n不乘,{person(1)['身份证号']}\n")
    assert living.answer("plan", *WORK)["stored"]
    assert living.key(1) not in living.riders()
    code, _said, error = living.said("use", 1)
    assert code == 1
    assert "V6" in error
    assert current(living) == [2]


# What stands beside a new plan ---------------------------------------------------------------------------------------

BY_TIME = ("--time-limit", 3, "--workers", 1)


@pytest.mark.parametrize(
    ("arguments", "is_given"),
    [(BY_TIME, True), (WORK, False), ((*BY_TIME, "--replace"), False), ((*BY_TIME, "--anew"), False)],
)
def test_the_plan_that_stands_is_set_beside_a_new_one(
    season: Living, monkeypatch: pytest.MonkeyPatch, arguments: tuple[Any, ...], is_given: bool
) -> None:
    """By counted work a plan is the same whatever stands; who asks for another one gets another one."""
    from scheduler.solver import solve as solver

    heard: list[Any] = []
    solve = solver.solve

    def listening(problem: Any, **options: Any) -> Plan:
        heard.append(options["stands"])
        return solve(problem, **options)

    monkeypatch.setattr(solver, "solve", listening)
    stood = season.plan
    season.run("plan", *arguments)
    assert heard == [stood if is_given else None]


def test_a_plan_of_other_rules_is_no_worse_than_what_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    living = Living(tmp_path, capsys)
    assert living.run("plan", *WORK) == 0
    stood = living.plan
    living.file("fleet.csv", FLEET.replace("49座,49,10", "49座,49,11"))
    assert living.run("plan", *BY_TIME) == 0
    assert living.plan.inputs_sha256 != stood.inputs_sha256
    assert living.plan.cost.total <= stood.cost.total
