"""No command writes over what a season reads or keeps, and what the system refuses is one line."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from scheduler.cli import top
from scheduler.cli.common import run_command_line
from scheduler.season.folder import SeasonFolder
from scheduler.season.plans import store_plan
from tests.builders import plan_for
from tests.season_folders import problem_of, write


def run(*arguments: object) -> int:
    return run_command_line(top(), [str(argument) for argument in arguments])


@pytest.fixture
def season(tmp_path: Path) -> Path:
    folder = write(tmp_path / "season")
    store_plan(folder, plan_for(problem_of(folder)))
    return folder


def state(folder: Path) -> dict[str, bytes]:
    return {path.as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


FILE_OUTPUTS = (
    ("check", "--html"),
    ("check", "--merged"),
    ("utilisation", "--csv"),
    ("utilisation", "--html"),
    ("utilisation", "--xlsx"),
)
OWN = (
    "roster/顾县镇.csv",
    "roster/new.csv",
    "roster/deep/new.xlsx",
    "ROSTER/new.csv",
    "plan/plan.json",
    "plan/new.html",
    "plan/../roster/new.csv",
    "out/../season.toml",
    "Season.TOML",
    "season.db",
    "season.db-wal",
    "fleet.csv",
    "Fleet.xlsx",
    "trains.ods",
    "pins.csv",
    "season.toml.",
)


@pytest.mark.parametrize("command", FILE_OUTPUTS, ids=" ".join)
@pytest.mark.parametrize("name", OWN)
def test_a_file_of_the_season_is_no_output(
    season: Path, command: tuple[str, str], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(season)
    assert run(command[0], season, command[1], f"{season}/{name}") == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert name in err
    assert state(season) == before


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("manifests", ["-o", "{season}/roster"]),
        ("manifests", ["-o", "{season}/roster/out"]),
        ("manifests", ["-o", "{season}/Plan"]),
        ("check", ["--annotate", "{season}"]),
        ("check", ["--annotate", "{season}/roster/back"]),
        ("check", ["--annotate", "{season}/out/../plan"]),
        ("check", ["--merged", "{season}/a.csv", "--html", "{season}/out/../A.csv"]),
        ("utilisation", ["--csv", "{season}/a", "--xlsx", "{season}/a"]),
    ],
)
def test_a_folder_of_the_season_is_no_output(season: Path, command: str, options: list[str]) -> None:
    before = state(season)
    assert run(command, season, *(option.format(season=season) for option in options)) == 2
    assert state(season) == before


@pytest.mark.parametrize("command", ["init", "example"])
@pytest.mark.parametrize("name", ["roster/new", "plan/new"])
def test_no_season_is_made_within_the_folders_of_another(season: Path, command: str, name: str) -> None:
    before = state(season)
    assert run(command, season / name) == 2
    assert state(season) == before


def test_another_season_is_safe_as_well(season: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other")
    before = state(other)
    for name in ("roster/顾县镇.csv", "fleet.csv", "season.toml"):
        assert run("utilisation", season, "--csv", other / name) == 2
    assert run("check", season, "--annotate", other) == 2
    assert run("manifests", season, "-o", other / "roster") == 2
    assert state(other) == before


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
def test_links_and_second_names_lead_to_the_same_file(season: Path, tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(season / "fleet.csv")
    (tmp_path / "lists").symlink_to(season / "roster")
    (tmp_path / "again").symlink_to(season)
    os.link(season / "roster" / "顾县镇.csv", tmp_path / "second.csv")
    os.link(season / "plan" / "plan.json", tmp_path / "second.json")
    before = state(season)
    for name in ("link.csv", "lists/new.csv", "again/season.toml", "again/plan/x.csv", "second.csv", "second.json"):
        assert run("utilisation", season, "--csv", tmp_path / name) == 2, name
    assert run("manifests", tmp_path / "again", "-o", season / "roster") == 2
    assert state(season) == before


def test_a_relative_path_is_the_same_file(season: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state(season)
    monkeypatch.chdir(season / "roster")
    assert run("utilisation", "..", "--csv", "顾县镇.csv") == 2
    assert run("utilisation", season, "--html", "../season.toml") == 2
    assert state(season) == before


@pytest.mark.parametrize("name", ["load.csv", "out/load.csv", "roster.csv", "plan.csv", "fleet-load.csv", "rosters/x"])
def test_other_files_in_the_season_folder_are_fine(season: Path, name: str) -> None:
    before = state(season)
    assert run("utilisation", season, "--csv", season / name) == 0
    assert run("utilisation", season, "--csv", f"{season}/roster/../{name}") == 0, "written over: it is an output"
    assert state(season).items() > before.items()


def test_the_seasons_own_files_are_not_called_old_lists(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # The ledger alone is another: it notes what was taken out.
    before = {path: content for path, content in state(season).items() if "season.db" not in path}
    for _time in range(2):
        assert run("manifests", season, "-o", season, "--lang", "en") == 0
        assert "remove them" not in capsys.readouterr().out
    assert state(season).items() >= before.items()


# What the system refuses --------------------------------------------------------------------------------------------


def _raising(error: OSError) -> click.Command:
    def boom() -> None:
        raise error

    return click.Command("boom", callback=boom)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO, errno.EISDIR, errno.EMFILE])
def test_a_refusal_of_the_system_is_no_fault_of_the_program(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(_raising(OSError(number, os.strerror(number), "list.csv")), []) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "list.csv" in err
    assert "程序出错" not in err


def test_a_reader_who_has_gone_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(_raising(BrokenPipeError(errno.EPIPE, "Broken pipe")), []) == 0
    assert capsys.readouterr().err == ""


def test_a_lost_process_of_our_own_is_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    from multiprocessing import Pipe

    here, there = Pipe()

    def boom() -> None:
        there.close()
        here.send("work")

    assert run_command_line(click.Command("boom", callback=boom), []) == 1
    assert "BrokenPipeError" in capsys.readouterr().err


def scheduler(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scheduler", "--lang", "en", *map(str, arguments)]
    return subprocess.run(command, check=False, text=True, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload, no-any-return]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["check"], ["check", "--json"], ["verify"], ["utilisation"], ["--help"]])
def test_a_full_output_is_one_line(season: Path, arguments: list[str]) -> None:
    command = arguments if arguments == ["--help"] else [arguments[0], str(season), *arguments[1:]]
    with Path("/dev/full").open("w") as full:
        done = scheduler(*command, stdout=full)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "disk is full" in done.stderr


@pytest.mark.parametrize("arguments", [["check"], ["check", "--json"], ["utilisation"], ["--help"]])
def test_a_closed_pipe_is_silent(season: Path, arguments: list[str]) -> None:
    command = arguments if arguments == ["--help"] else [arguments[0], str(season), *arguments[1:]]
    reading, writing = os.pipe()
    os.close(reading)
    done = scheduler(*command, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "arguments",
    [["check"], ["check", "--json"], ["plan", "--time-limit", "1"], ["plan", "--time-limit", "1", "--json"]],
)
def test_a_command_whose_reader_has_gone_ends_as_it_would_have(season: Path, arguments: list[str]) -> None:
    (season / "roster" / "罗渡镇.xlsx").write_bytes(b"PK cut off")
    SeasonFolder(season).plan.unlink()
    reading, writing = os.pipe()
    os.close(reading)
    done = scheduler(arguments[0], season, *arguments[1:], stdout=writing)
    os.close(writing)
    assert done.returncode == 1
    assert "rror" not in done.stderr
    assert SeasonFolder(season).plan.exists() == (arguments[0] == "plan")


def test_a_half_workbook_is_told_once(season: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """xlsxwriter hands the system's error on in one of its own."""
    from xlsxwriter.exceptions import FileCreateError
    from xlsxwriter.workbook import Workbook

    whole = Workbook.close

    def full(book: Workbook) -> None:
        whole(book)
        raise FileCreateError(OSError(errno.ENOSPC, "No space left on device"))

    monkeypatch.setattr(Workbook, "close", full)
    for arguments in (["check", season, "--merged", tmp_path / "m.xlsx"], ["example", tmp_path / "e", "--people", 5]):
        assert run(*arguments) == 2
    assert run("init", tmp_path / "i") == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["season"], "and nothing is left half"


# Numbers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-0", "-0.0", "1e400", "NaN", "Infinity", "x", "1e300"])
@pytest.mark.parametrize(
    "command",
    [["plan", "s", "--gap"], ["plan", "s", "--time-limit"], ["bench", "--time-limit"], ["example", "s", "--dirty"]],
)
def test_a_number_that_is_none_is_refused(command: list[str], value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*command, value) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert command[-1] in err
