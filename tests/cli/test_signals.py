"""Ctrl-C and SIGTERM during `scheduler plan`: the plan is kept, everything ends, nothing is complained of."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scheduler.interrupt import Interrupt, interruptible
from scheduler.season.plans import read_plan

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals to a process group")
PATIENCE_S = 120.0


def _scheduler(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "scheduler", "--lang", "en", *map(str, arguments)]


@pytest.fixture(scope="module")
def people_300(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signals") / "season"
    subprocess.run(_scheduler("example", folder, "--people", 300), check=True, capture_output=True)
    return folder


def _group_ends(group: int) -> bool:
    """Wait until no process of a group runs, for as long as the slowest machine may need."""
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        listed = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
        rows = [line.split() for line in listed.splitlines()]
        if not any(int(pgid) == group and not stat.startswith("Z") for pgid, stat in rows):
            return True
        time.sleep(0.05)
    return False


@posix
@pytest.mark.parametrize(
    ("number", "times", "later_s", "options"),
    [
        (signal.SIGINT, 1, 0, ("--time-limit", 3600)),
        (signal.SIGINT, 3, 0.5, ("--time-limit", 3600)),
        (signal.SIGINT, 1, 0, ("--time-limit", 3600, "--workers", 1)),
        (signal.SIGTERM, 1, 1, ("--time-limit", 3600)),
        (signal.SIGTERM, 1, 1, ("--iterations", 1_000_000)),
    ],
)
def test_a_signal_keeps_the_first_plan_and_ends_everything(
    people_300: Path, number: signal.Signals, times: int, later_s: float, options: tuple[object, ...]
) -> None:
    (people_300 / "plan" / "plan.json").unlink(missing_ok=True)
    process = subprocess.Popen(
        _scheduler("plan", people_300, *options),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    said = ""
    while "cost" not in said or "cost -" in said.splitlines()[-1]:
        line = process.stderr.readline()
        assert line, said
        said += line
    time.sleep(later_s)
    for _ in range(times):
        os.killpg(process.pid, number)
        time.sleep(0.05)
    try:
        said += process.communicate(timeout=PATIENCE_S)[1]
        assert process.returncode == 0
        assert _group_ends(process.pid)
    finally:
        process.kill()
    assert "Traceback" not in said
    assert read_plan(people_300).runs


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_before_the_first_plan_a_signal_ends_the_command_with_one_line(
    people_300: Path, number: signal.Signals
) -> None:
    (people_300 / "plan" / "plan.json").unlink(missing_ok=True)
    code = (
        "import os, sys, scheduler.season.load as load, scheduler.cli as cli\n"
        f"load.load = lambda *_, **__: os.kill(os.getpid(), {int(number)})\n"
        "cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--lang", "en", "plan", people_300], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == ["error: interrupted; what was stored before is whole"]
    assert not (people_300 / "plan" / "plan.json").exists()


def test_with_something_to_keep_signals_only_ask() -> None:
    with interruptible() as interrupt:
        interrupt.ends_command = False
        for _ in range(3):
            signal.raise_signal(signal.SIGINT)
        assert interrupt.is_asked()


def test_an_interrupt_that_a_library_swallowed_is_not_lost() -> None:
    interrupt = Interrupt()
    with pytest.raises(KeyboardInterrupt):
        interrupt.ask(signal.SIGINT, None)
    with pytest.raises(KeyboardInterrupt):
        interrupt.is_asked()


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
@pytest.mark.parametrize("swallow", ["pass", "raise RuntimeError"])
def test_an_interrupt_that_a_library_swallows_ends_the_command_all_the_same(swallow: str) -> None:
    code = f"""
import os, signal, sys, time, click
from scheduler.cli.common import run_command_line
from scheduler.interrupt import end_on_signals, ignore_signals

@click.command()
def lose():
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(60)
    except KeyboardInterrupt:
        {swallow}
    time.sleep(60)

end_on_signals()
code = run_command_line(lose, [])
ignore_signals()
sys.exit(code)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_an_interrupt_in_code_made_from_a_string_keeps_the_exit_code() -> None:
    code = """
import os, signal, sys
from scheduler import cli, interrupt
from scheduler.cli import common
import click

@click.command()
def made():
    exec("os.kill(os.getpid(), signal.SIGINT)\\nwhile True: pass", {"os": os, "signal": signal})

cli.top = lambda: made
sys.argv = ["scheduler"]
interrupt.end_on_signals()
cli.main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
