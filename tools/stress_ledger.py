"""SIGKILL at random moments of commands that write the ledger: is it the old state or the new one?

    python tools/stress_ledger.py --times 200 --acts append,backup,restore,plan [--db URL]

Each act is timed once, then started again and again on a copy of a small season and killed at a random moment of its
time. A trial fails when the ledger does not open, its chain does not hold, it holds part of what was to come in at
once, a copy is there but not whole, plan.json is no plan, or the ledger cannot be written afterwards. Prints one line
a failure and one an act, exit 1 when any failed.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scheduler.season.folder import SeasonFolder
from scheduler.season.ledger.backup import back_up, restore
from scheduler.season.ledger.events import Entry, Note
from scheduler.season.ledger.ledger import Ledger, open_ledger
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
MAIN = [sys.executable, "-m", "scheduler"]


def command(act: str, season: Path, db: str) -> list[str]:
    """Return what an act runs; `copy.db` stands beside the season."""
    copy = str(season.parent / "copy.db")
    url = ["--db", db] if db else []
    return {
        "append": [sys.executable, "-c", APPEND, str(season), db],
        "backup": [*MAIN, "backup", str(season), str(season.parent / "new.db"), *url],
        "restore": [*MAIN, "restore", str(season), copy, "--yes", *url],
        "plan": [*MAIN, "plan", str(season), "--iterations", "0", "--workers", "1", *url],
    }[act]


def begin(folder: Path, template: Path, db: str) -> Path:
    """Return a season with a batch of events, and beside it a copy from when it had none."""
    season = folder / "season"
    shutil.copytree(template, season)
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
        if notes % BATCH or planned > 1 or (notes == 0 and act != "restore"):
            found.append(f"holds {notes} notes and {planned} plans")
        append(ledger)
        if ledger.check_chain():
            found.append("the chain breaks with the next event")
    if SeasonFolder(season).plan.exists():
        read_plan(season)
    new = season.parent / "new.db"
    if new.exists():
        (season.parent / "other").mkdir()
        if restore(season.parent / "other", new).events != BATCH:
            found.append("the copy is not whole")
    return found


def trial(act: str, template: Path, db: str, moment_s: float) -> tuple[float, list[str]]:
    """Kill an act once it has run so long; return how long it ran, and what is wrong."""
    with tempfile.TemporaryDirectory(dir=template.parent) as folder:
        season = begin(Path(folder), template, db)
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        started = time.monotonic()
        process = subprocess.Popen(
            command(act, season, db), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
        )
        try:
            _out, said = process.communicate(timeout=moment_s)
        except subprocess.TimeoutExpired:
            process.kill()
            _out, said = process.communicate()
        seconds = time.monotonic() - started
        found = faults(act, season, db)
        if process.returncode not in (0, 1, -signal.SIGKILL) or b"Traceback" in said:
            found.append(f"exit {process.returncode}: {said.decode()[-500:]}")
        return seconds, found


def main() -> int:
    """Run the trials and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=50, help="trials of each act (50)")
    parser.add_argument("--acts", default="append,backup,restore,plan")
    parser.add_argument("--db", default="", help="a PostgreSQL server instead of season.db")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    rng = random.Random(chosen.seed)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template"
        subprocess.run([*MAIN, "example", str(template), "--people", "30"], check=True, stdout=subprocess.DEVNULL)
        for act in chosen.acts.split(","):
            whole_s, wrong = trial(act, template, chosen.db, 600)
            for turn in range(chosen.times):
                moment_s = rng.uniform(0.1 * whole_s, 1.05 * whole_s)
                if turn:
                    _seconds, wrong = trial(act, template, chosen.db, moment_s)
                if wrong:
                    failed += 1
                    print(f"{act} at {moment_s:.2f} s: {' | '.join(wrong)}")
            print(f"{act}: {chosen.times} trials within {whole_s:.2f} s each; failed so far {failed}", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
