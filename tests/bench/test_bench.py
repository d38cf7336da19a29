"""The benchmark: rivals obey every rule, figures are right, the table and the command work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial

import pytest
from click.testing import CliRunner

from scheduler.baselines.by_hand import plan_by_hand
from scheduler.baselines.naive import plan_naively
from scheduler.bench import run
from scheduler.bench.memory import watch_memory
from scheduler.bench.run import BenchCase, Figures, Result, run_suite, season_cases
from scheduler.bench.table import instance_table, season_table
from scheduler.cli.commands.bench import bench
from scheduler.example.season import synthetic_problem
from scheduler.problem import FleetRow
from scheduler.processes import LostProcessError
from scheduler.verify import verify
from tests.builders import day, party, problem, train, vehicle


@pytest.mark.parametrize("direction", ["to_work", "to_home"])
@pytest.mark.parametrize("people", [60, 1500])
def test_by_hand_plans_obey_every_rule(people, direction):
    season = synthetic_problem(people, 2, direction)
    plan = plan_by_hand(season)
    assert verify(season, plan) == []
    assert plan.runs
    assert plan.bound is None


def test_by_hand_fills_coaches_of_a_date_and_destination_in_roster_order():
    # 49 rated - 3 drivers - 1 escort = 45 seats; 24 pairs: 22 on the first coach, 2 on the second.
    pairs = [party(2, preferred=day(1)) for _ in range(24)]
    season = problem(*pairs)
    plan = plan_by_hand(season)
    assert [run.load for run in plan.runs] == [44, 4]
    assert {run.date for run in plan.runs} == {day(1)}
    assert [p.party for p in plan.runs[0].passengers[:2]] == [pairs[0].id] * 2
    # Two coaches of 1,000 + 10 x 1,505 yuan, and 10 km to the hub at 8 + 5 yuan for 48 people.
    assert plan.cost.runs == 2 * (100_000 + 1_505_000)
    assert plan.cost.access == 48 * 1_300


def test_by_hand_leaves_a_coach_below_its_minimum_and_gives_it_back_to_the_fleet():
    thin = [party(5, preferred=day(0))]
    thick = [party(5, preferred=day(1)) for _ in range(4)]
    season = problem(*thin, *thick, policy={"min_load": 20}, vehicle_types=(vehicle(49, 1),))
    plan = plan_by_hand(season)
    assert [run.date for run in plan.runs] == [day(1)]
    assert [entry.party for entry in plan.unserved] == [thin[0].id]
    assert verify(season, plan) == []


def test_by_hand_takes_other_types_when_the_49_seaters_are_out_and_never_more_than_the_fleet():
    parties = [party(6, preferred=day(0)) for _ in range(30)]
    types = (vehicle(39, 1), vehicle(49, 1), vehicle(55, 1))
    season = problem(*parties, vehicle_types=types)
    plan = plan_by_hand(season)
    assert [run.vehicle_type for run in plan.runs] == ["49座", "55座", "39座"]
    assert verify(season, plan) == []


def test_by_hand_uses_trains_of_the_wished_date_only():
    now, later = party(3, mode="train", preferred=day(0)), party(3, mode="train", preferred=day(1))
    season = problem(now, later, trains=(train(min_load=3),))
    plan = plan_by_hand(season)
    assert [run.mode for run in plan.runs] == ["train"]
    assert [entry.party for entry in plan.unserved] == [later.id]
    assert verify(season, plan) == []


def test_by_hand_stays_within_the_budget():
    parties = [party(6, preferred=day(offset)) for offset in range(3) for _ in range(6)]
    season = problem(*parties, policy={"budget": 33_000})
    plan = plan_by_hand(season)
    assert len(plan.runs) == 2
    assert verify(season, plan) == []


@pytest.mark.parametrize("direction", ["to_work", "to_home"])
def test_naive_plans_obey_every_rule_and_find_the_obvious_optimum(direction):
    shared = [party(4, preferred=day(2), earliest=day(1), latest=day(3)) for _ in range(11)]
    season = problem(*shared, direction=direction, vehicle_types=(vehicle(49, 2),))
    plan = plan_naively(season, 10, workers=1)
    assert plan is not None
    assert verify(season, plan) == []
    assert plan.cost.unserved == plan.cost.date_shift == 0
    assert [run.load for run in plan.runs] == [44]


def test_naive_model_keeps_trains_fleet_and_budget():
    wishes = [party(5, mode="train") for _ in range(4)] + [party(5) for _ in range(20)]
    # Kept from day 0 to day 4 by any run; the second type is gone before a run could bring it back.
    types = (vehicle(49, 1), vehicle(55, 1, rows=(FleetRow(1, day(0), day(2)),)))
    season = problem(*wishes, trains=(train(seats=30, min_load=12),), vehicle_types=types, policy={"budget": 21_000})
    plan = plan_naively(season, 10, workers=1)
    assert plan is not None
    assert verify(season, plan) == []
    assert sorted(run.mode for run in plan.runs) == ["coach", "train"]


def test_a_naive_model_too_large_is_no_plan(monkeypatch):
    monkeypatch.setattr("scheduler.baselines.naive.MOST_BOOLEANS", 10)
    assert plan_naively(problem(*[party() for _ in range(30)]), 1) is None


def _figures(cost: float | None, **changes) -> Figures:
    return Figures(**{"cost": cost, "seconds": 10.0, "served": 90, "people": 100, "load_factor": 0.95} | changes)


def _result(seed: int, cost: float | None, **changes) -> Result:
    defaults = {"bound": 95.0, "gap": 0.05, "gap_served": 0.06, "first_s": 1.0, "by_hand": _figures(300.0)}
    return Result(f"100/to_work/{seed}", 100, seed, "to_work", _figures(cost), **defaults | changes)


def test_table_has_a_row_a_case_and_the_medians_of_the_seeds():
    headings, rows = season_table([_result(0, 100.0), _result(1, 104.0), _result(2, 130.0)])
    assert len(rows) == 4
    assert all(len(row) == len(headings) for row in rows)
    assert [row[1] for row in rows] == ["100", "104", "130", "104"]
    assert rows[3][8] == "10.00%"
    assert rows[3][12] == "-"  # the naive model did not run


def test_a_plan_with_violations_shows_no_cost():
    broken = _result(0, 1.0, naive=_figures(2.0, violations=3))
    _headings, rows = season_table([broken])
    assert rows[0][12] == rows[0][13] == "-"


def test_instance_table_holds_a_cost_against_the_known_one():
    headings, rows = instance_table([_result(0, 102.0, known=100.0)])
    assert len(headings) == len(rows[0])
    assert rows[0][5] == "2.000%"


def test_season_cases_come_small_ones_first():
    cases = list(season_cases([1000, 500], [0, 1], ["to_work", "to_home"]))
    assert [case.people for case in cases] == [500] * 4 + [1000] * 4
    assert cases[0].problem().people == 500


@pytest.mark.parametrize("failure", [LostProcessError(), ValueError("odd")])
def test_a_case_that_fails_is_a_result_with_an_error(monkeypatch, failure):
    def dies(*_arguments):
        raise failure

    monkeypatch.setattr(run, "_in_own_process", dies)
    (result,) = run_suite(season_cases([60], [0], ["to_work"]), 1)
    assert result.error
    assert result.plan.cost is None
    assert season_table([result])[1][0][1] == "-"


def test_a_case_whose_process_is_killed_is_a_result_with_an_error(monkeypatch):
    monkeypatch.setattr(run, "_solve", partial(os._exit, 3))
    monkeypatch.setattr(run, "_in_own_process", lambda work, *_arguments, own=run._in_own_process: own(work))
    (result,) = run_suite(season_cases([60], [0], ["to_work"]), 1)
    assert "被外部终止" in result.error


def test_memory_of_child_processes_is_seen():
    """The child says when it has begun: before, it may have no memory of its own yet."""
    child = subprocess.Popen(
        [sys.executable, "-c", "print('here', flush=True); input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with watch_memory() as memory, child:
        assert child.stdout.readline() == b"here\n"
        memory.look()
        child.communicate(b"\n")
    if sys.platform == "linux":
        assert memory.peak_mib > 1


@pytest.mark.parametrize("arguments", [["--sizes", "a"], ["--sizes", "0"], ["--seeds", "-1"], ["--set", "vsbpp"]])
def test_bad_arguments_are_refused(arguments):
    assert CliRunner().invoke(bench, arguments).exit_code == 2


def test_command_prints_json_and_a_markdown_table(monkeypatch):
    monkeypatch.setattr(run, "run_suite", lambda *_a, **_k: iter([_result(0, 100.0)]))
    (shown,) = json.loads(CliRunner().invoke(bench, ["--json"]).stdout)
    assert shown["plan"]["cost"] == 100.0
    table = CliRunner().invoke(bench, ["--lang", "en"]).stdout
    assert table.splitlines()[0].strip().startswith("| people / direction / seed")
    assert len({line.count("|") for line in table.strip().splitlines()}) == 1


def test_command_fails_when_a_plan_breaks_a_rule(monkeypatch):
    broken = Result("x", 100, 0, "to_work", _figures(1.0, violations=2))
    monkeypatch.setattr(run, "run_suite", lambda *_a, **_k: iter([broken]))
    assert CliRunner().invoke(bench, []).exit_code == 1
    assert BenchCase("x", 60).problem().people == 60
