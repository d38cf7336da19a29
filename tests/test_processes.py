"""Processes beside the main one: they answer, they follow their parent, and signals are not theirs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scheduler.processes import LostProcessError, Pool, give_way, packed_call

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals between processes")
PATIENCE_S = 120.0


def begin() -> None:
    """Begin nothing."""


def count_to(number: int) -> Iterator[int]:
    yield from range(number)


def fail() -> None:
    raise OSError(28, "full")


def end() -> None:
    os._exit(3)


def until(condition: Callable[[], bool]) -> bool:
    """Wait for a condition for as long as the slowest machine may need."""
    end_s = time.monotonic() + PATIENCE_S
    while not condition() and time.monotonic() < end_s:
        time.sleep(0.02)
    return condition()


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended but was not asked for its code does not."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip()[:1] not in ("", "Z")


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(1, packed_call(begin)) as pool:
        yield pool


def test_a_result_comes_back_and_parts_before_it(pool: Pool) -> None:
    parts: list[int] = []
    assert pool.submit(divmod, 17, 5).result(PATIENCE_S) == (3, 2)
    assert pool.submit_packed(packed_call(count_to, 3), parts.append).result(PATIENCE_S) is None
    assert parts == [0, 1, 2]


def test_what_a_call_raises_is_raised_here_and_the_process_goes_on(pool: Pool) -> None:
    pid = pool.submit(os.getpid).result(PATIENCE_S)
    with pytest.raises(OSError, match="full"):
        pool.submit(fail).result(PATIENCE_S)
    assert pool.submit(os.getpid).result(PATIENCE_S) == pid


def test_a_lost_process_is_replaced(pool: Pool) -> None:
    with pytest.raises(LostProcessError):
        pool.submit(end).result(PATIENCE_S)
    assert pool.submit(divmod, 17, 5).result(PATIENCE_S) == (3, 2)


def test_a_process_that_cannot_begin_is_an_error_of_every_call() -> None:
    with Pool(1, packed_call(fail)) as pool:
        for _ in range(2):
            with pytest.raises(OSError, match="full"):
                pool.submit(os.getpid).result(PATIENCE_S)


def test_the_end_of_a_pool_waits_for_nothing() -> None:
    with Pool(2, packed_call(begin)) as pool:
        running = [pool.submit(time.sleep, 10 * PATIENCE_S) for _ in range(2)]
        assert until(lambda: all(future.running() for future in running))
        later = pool.submit(os.getpid)
    assert later.cancelled()
    assert all(isinstance(future.exception(PATIENCE_S), LostProcessError) for future in running)


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_do_not_reach_a_process(pool: Pool, number: signal.Signals) -> None:
    pid = pool.submit(os.getpid).result(PATIENCE_S)
    os.kill(pid, number)
    assert pool.submit(os.getpid).result(PATIENCE_S) == pid


PARENT = """
import os, sys, time
from scheduler.processes import Pool, packed_call
pool = Pool(1, packed_call(time.sleep, {begins_s}))
pool.submit(time.sleep, 10000)
while not pool._processes:
    time.sleep(0.001)
print(*(process._popen.pid for process in pool._processes), flush=True)
time.sleep({lives_s})
os.kill(os.getpid(), 9)
"""


@posix
@pytest.mark.parametrize("lives_s", [0, 0.05, 0.2, 1])
@pytest.mark.parametrize("begins_s", [0, 10000])
def test_a_process_ends_with_a_parent_that_is_killed_at_whatever_moment(lives_s: float, begins_s: int) -> None:
    code = PARENT.format(begins_s=begins_s, lives_s=lives_s)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert until(lambda: not is_alive(int(done.stdout)))
    assert done.stderr == ""


def test_a_script_without_a_main_guard_may_use_processes(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from scheduler.processes import Pool, packed_call\n"
        "with Pool(1, packed_call(int)) as pool: print(pool.submit(divmod, 17, 5).result())\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("(3, 2)", "")


def niceness() -> int:
    return os.nice(0)


@posix
def test_a_process_that_gives_way_does_so_alone() -> None:
    before = os.nice(0)
    with Pool(1, packed_call(begin)) as pool:
        pool.submit(give_way).result()
        assert pool.submit(niceness).result() > before
    assert os.nice(0) == before
