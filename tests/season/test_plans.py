"""plan/plan.json: every plan kept, none lost, and only a whole plan of this schema read."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

from scheduler import files
from scheduler.cli import top
from scheduler.cli.common import run_command_line
from scheduler.errors import OutputError, PlanError
from scheduler.plan import Plan
from scheduler.season.folder import SeasonFolder
from scheduler.season.plans import read_plan, require_writable, store_if_better, store_plan
from tests.builders import plan_for
from tests.season_folders import problem_of, write


def run(*arguments: object) -> int:
    return run_command_line(top(), [str(argument) for argument in arguments])


@pytest.fixture
def season(tmp_path: Path) -> Path:
    return write(tmp_path / "season")


@pytest.fixture
def plan(season: Path) -> Plan:
    return plan_for(problem_of(season))


def seeds(season: Path) -> dict[str, int]:
    folder = SeasonFolder(season).plan.parent
    return {path.name: json.loads(path.read_text(encoding="utf-8"))["seed"] for path in folder.iterdir()}


def stored(season: Path, plan: Plan, seed: int) -> None:
    store_plan(season, plan.model_copy(update={"seed": seed}))


# Storing ------------------------------------------------------------------------------------------------------------


def test_each_plan_becomes_the_next_earlier_one(season: Path, plan: Plan) -> None:
    for seed in range(3):
        stored(season, plan, seed)
    assert seeds(season) == {"plan.json": 2, "plan-2.json": 1, "plan-1.json": 0}
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in SeasonFolder(season).plan.parent.iterdir()} == {0o600}


def _no_link(*_paths: object) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")


def test_a_file_system_without_links_keeps_the_earlier_plan(
    season: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", _no_link)
    for seed in range(3):
        stored(season, plan, seed)
    assert seeds(season) == {"plan.json": 2, "plan-2.json": 1, "plan-1.json": 0}


def test_a_number_taken_meanwhile_is_not_written_over(
    season: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(3):
        stored(season, plan, seed)
    monkeypatch.setattr(SeasonFolder, "number_of_earlier_plans", lambda _folder: 0)
    stored(season, plan, 3)
    assert seeds(season) == {"plan.json": 3, "plan-3.json": 2, "plan-2.json": 1, "plan-1.json": 0}


@pytest.mark.parametrize("can_link", [True, False])
def test_plans_stored_at_once_are_all_kept(
    season: Path, plan: Plan, can_link: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not can_link:
        monkeypatch.setattr(os, "link", _no_link)
    threads = [threading.Thread(target=stored, args=(season, plan, seed)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seeds(season).values()) == list(range(8))


def test_processes_that_store_at_once_keep_all_plans(season: Path, plan: Plan) -> None:
    stored(season, plan, 0)
    code = (
        "import sys; from pathlib import Path; from scheduler.season.plans import read_plan, store_plan;"
        "s = Path(sys.argv[1]); p = read_plan(s);"
        "[store_plan(s, p.model_copy(update={'seed': int(sys.argv[2]) + i})) for i in range(5)]"
    )
    runs = [subprocess.Popen([sys.executable, "-c", code, str(season), str(first)]) for first in (10, 20, 30)]
    assert [each.wait() for each in runs] == [0, 0, 0]
    assert sorted(seeds(season).values()) == [0, *range(10, 15), *range(20, 25), *range(30, 35)]


def test_the_best_of_plans_stored_at_once_is_the_current_one_and_all_are_kept(season: Path, plan: Plan) -> None:
    def store(seed: int) -> None:
        store_if_better(season, plan.model_copy(update={"seed": seed}), lambda stands: stands.seed > seed)

    threads = [threading.Thread(target=store, args=(seed,)) for seed in (3, 7, 1, 5, 2, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seeds(season).values()) == [1, 2, 3, 5, 6, 7]
    assert seeds(season)["plan.json"] == 7


def test_a_plan_kept_beside_the_better_one_writes_over_nothing(
    season: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(3):
        stored(season, plan, seed)
    monkeypatch.setattr(SeasonFolder, "number_of_earlier_plans", lambda _folder: 0)
    worse = plan.model_copy(update={"seed": 3})
    assert store_if_better(season, worse, lambda _stands: True) == (read_plan(season), False)
    assert seeds(season) == {"plan.json": 2, "plan-3.json": 3, "plan-2.json": 1, "plan-1.json": 0}
    assert store_if_better(season, worse, lambda _stands: False).is_current
    assert seeds(season)["plan.json"] == 3


def test_a_lock_left_by_a_killed_run_holds_nobody(season: Path, plan: Plan) -> None:
    SeasonFolder(season).plan.parent.mkdir()
    (SeasonFolder(season).plan.parent / ".lock").touch()
    stored(season, plan, 1)
    assert seeds(season) == {"plan.json": 1}


def test_a_lock_held_too_long_is_told(season: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_WAIT_S", 0.0)
    folder = SeasonFolder(season).plan.parent
    folder.mkdir()
    with files.locked(folder / ".lock"), pytest.raises(OutputError, match="另一个正在运行"):
        stored(season, plan, 1)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_a_plan_that_cannot_be_stored_is_kept_elsewhere(
    number: int, season: Path, plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(season, plan, 0)
    spare = tmp_path / "spare"
    spare.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spare))

    def refuse(self: Path, target: Path) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError) as error:
        stored(season, plan, 1)
    assert error.value.exit_code == 2
    [kept] = spare.iterdir()
    assert str(kept) in str(error.value)
    assert json.loads(kept.read_text(encoding="utf-8"))["seed"] == 1
    if os.name == "posix":
        assert kept.stat().st_mode & 0o777 == 0o600
    assert seeds(season) == {"plan.json": 0}, "the earlier plan is the current one, and nothing lies beside it"


def test_plan_finds_out_before_the_search_that_it_cannot_write(
    season: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def search(*_arguments: object, **_options: object) -> Plan:
        raise AssertionError("searched all the same")

    monkeypatch.setattr("scheduler.solver.solve.solve", search)
    (season / "plan").write_text("a file where the folder should be")
    assert run("plan", season) == 2
    (season / "plan").unlink()
    SeasonFolder(season).plan.mkdir(parents=True)
    assert run("plan", season) == 2
    SeasonFolder(season).plan.rmdir()

    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", full)
    assert run("plan", season) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert all("plan.json" in line for line in lines)


def test_the_probe_leaves_nothing(season: Path) -> None:
    require_writable(season, 1_000)
    assert list(SeasonFolder(season).plan.parent.iterdir()) == []


# Reading ------------------------------------------------------------------------------------------------------------


def change(season: Path, **changes: Any) -> None:
    whole = json.loads(SeasonFolder(season).plan.read_text(encoding="utf-8"))
    whole.update(changes)
    SeasonFolder(season).plan.write_text(
        json.dumps({key: each for key, each in whole.items() if each != "gone"}), "utf-8"
    )


OTHER_SCHEMA = (
    {"schema": 3},
    {"schema": 1},
    {"schema": 0},
    {"schema": "1"},
    {"schema": True},
    {"schema": 1.5},
    {"schema": "gone"},
)
NOT_WHOLE: tuple[dict[str, Any], ...] = (
    *({name: "gone"} for name in ("runs", "unserved", "cost", "set_aside", "feeders", "bound", "gap", "seed")),
    {"cost": {"total": 0}},
    {"cost": {}},
    {"runs": None},
    {"gap": float("nan")},
    {"bound": float("inf")},
    {"seed": "7"},
)


@pytest.mark.parametrize("changes", [*OTHER_SCHEMA, *NOT_WHOLE], ids=str)
def test_a_plan_not_of_this_schema_or_not_whole_is_refused(
    season: Path, plan: Plan, tmp_path: Path, changes: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    store_plan(season, plan)
    change(season, **changes)
    for command in (["manifests", season, "-o", tmp_path / "out"], ["utilisation", season]):
        assert run(*command) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") == 1
        assert re.search(r"plan\.json", err)
    assert not (tmp_path / "out").exists()
    assert run("verify", season, "--json") == 1
    codes = {each["code"] for each in json.loads(capsys.readouterr().out)["violations"]}
    assert codes == {"V101" if changes in OTHER_SCHEMA else "V100"}


def test_a_newer_plan_with_new_keys_is_of_another_schema_and_nothing_else(season: Path, plan: Plan) -> None:
    store_plan(season, plan)
    change(season, schema=3, bounds=[], runs=[{"id": "R1", "rider": "x"}])
    with pytest.raises(PlanError, match="版本是 3，本程序只认版本 2"):
        read_plan(season)


def test_an_older_plan_is_to_be_made_again(season: Path, plan: Plan) -> None:
    store_plan(season, plan)
    change(season, schema=1)
    with pytest.raises(PlanError, match=r"版本是 1，本程序只认版本 2 -> 请重新排班$"):
        read_plan(season)


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"7", b'{"schema": 1', b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_no_plan_is_refused(season: Path, plan: Plan, content: bytes) -> None:
    store_plan(season, plan).write_bytes(content)
    with pytest.raises(PlanError) as error:
        read_plan(season)
    assert "\n" not in str(error.value)


def test_a_cut_plan_is_refused_wherever_it_ends(season: Path, plan: Plan) -> None:
    path = store_plan(season, plan)
    whole = path.read_bytes()
    for end in range(0, len(whole) - 1, 37):
        path.write_bytes(whole[:end])
        with pytest.raises(PlanError):
            read_plan(season)
