"""Several programs at one ledger, and programs that die in the middle."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scheduler.errors import LedgerError
from scheduler.season.ledger import engine
from tests.season.ledger.builders import note
from tests.season.ledger.conftest import Database

ROOT = Path(__file__).parents[3]

WRITER = """
import sys
from pathlib import Path
from scheduler.season.ledger.events import Entry, Note
from scheduler.season.ledger.ledger import open_ledger

folder, url, turns = Path(sys.argv[1]), sys.argv[2] or None, int(sys.argv[3])
print("ready", flush=True)
for turn in range(turns):
    with open_ledger(folder, url) as ledger:
        ledger.append([Entry(Note(text="x" * 2000))] * 5, who=f"writer {turn}")
"""


def writer(database: Database, turns: int) -> subprocess.Popen[str]:
    """Start a process that opens the ledger and appends five events, so many times."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(database.folder()), database.url or "", str(turns)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def test_two_writers_wait_for_each_other(database: Database) -> None:
    """They also make the ledger both at once."""
    writers = [writer(database, 10) for _ in range(2)]
    said = [each.communicate(timeout=120) for each in writers]
    assert [(each.returncode, err) for each, (_out, err) in zip(writers, said, strict=True)] == [(0, ""), (0, "")]
    with database.open(create=False) as ledger:
        assert len(ledger.events()) == 100
        assert ledger.check_chain() is None


def test_who_waits_too_long_is_told_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "WAIT_S", 0.1)
    with database.open() as first, database.open() as second:
        with first.writing():
            first.append([note()], who="")
            with pytest.raises(LedgerError, match="另一个程序正在写入"):
                second.append([note()], who="")
            assert second.events() == ()
        assert second.append([note()], who="") == 1
        assert [event.number for event in second.events()] == [1, 2]


def test_a_reader_sees_one_state_while_another_writes(database: Database) -> None:
    with database.open() as first, database.open() as second:
        first.append([note()], who="")
        with second.reading():
            assert second.last[0] == 1
            first.append([note()], who="")
            assert second.last[0] == 1
            assert len(second.events()) == 1
            assert second.check_chain() is None
        assert second.last[0] == 2


@pytest.mark.parametrize("seed", range(3))
def test_who_is_killed_leaves_the_old_state_or_the_new(database: Database, seed: int) -> None:
    """tools/stress_ledger.py tries it hundreds of times."""
    process = writer(database, 1000)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(random.Random(seed).uniform(0, 0.5))
    process.kill()
    process.communicate()
    with database.open() as ledger:
        assert len(ledger.events()) % 5 == 0
        assert ledger.check_chain() is None
        ledger.append([note()], who="")
        assert ledger.check_chain() is None
