"""Signals at random moments of `scheduler plan` and `scheduler manifests`: does everything end well?

    python tools/stress_signals.py SEASON... --times 100 --commands plan,manifests --signals INT,TERM,KILL

Each time a command is started on a fresh copy of a season, in a process group of its own, and after a random number of
seconds the group gets SIGINT or SIGTERM (as from a terminal), or the first process alone gets SIGKILL. A trial fails
when the command or a process of its group lives on `--within` seconds later, when a traceback was printed, or when a
plan that was reported to exist is not in plan/plan.json. Three of ten times the signal comes three times. POSIX only;
prints one line a failure and one a kind, exit 1 when any failed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMANDS = {
    "plan": ["plan", "--time-limit", "30"],
    "plan-1": ["plan", "--time-limit", "30", "--workers", "1"],
    "plan-work": ["plan", "--iterations", "1000"],
    "manifests": ["manifests", "-o", "out"],
}


def living(group: int) -> list[str]:
    """Return the processes of a group that are not zombies."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat=,pid=,args="], capture_output=True, text=True, check=True)
    rows = (line.split(None, 3) for line in listed.stdout.splitlines())
    return [f"{pid} {args[:60]}" for pgid, stat, pid, args in rows if int(pgid) == group and stat[0] != "Z"]


def trial(season: Path, command: str, number: signal.Signals, moment_s: float, within_s: float, repeat: bool) -> str:
    """Signal a command once it has run so long; return how many seconds it took to end, or what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "season"
        shutil.copytree(season, copy)
        if command.startswith("plan"):
            shutil.rmtree(copy / "plan", ignore_errors=True)
        name, *options = COMMANDS[command]
        log = Path(folder) / "stderr"
        with log.open("w") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "scheduler", "--lang", "en", name, str(copy), *options],
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
                cwd=folder,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        time.sleep(moment_s)
        planned = "cost" in log.read_text() and "cost -" not in log.read_text().splitlines()[-1]
        ended = process.poll() is not None
        started = time.monotonic()
        for _ in range(3 if repeat else 1):
            if process.poll() is None:
                process.kill() if number == signal.SIGKILL else os.killpg(process.pid, number)
            time.sleep(0.2 if repeat else 0)
        while (left := living(process.pid) if process.poll() is not None else ["main"]) and (
            time.monotonic() - started < within_s
        ):
            time.sleep(0.05)
        seconds = time.monotonic() - started
        left = living(process.pid)
        if left:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        said = log.read_text()
        plan = copy / "plan" / "plan.json"
        faults = []
        if left:
            faults.append(f"alive after {within_s} s: {'; '.join(left)}")
        if "Traceback" in said or "fault of the program" in said:
            faults.append(f"said: {said[-2000:]}")
        if name == "plan" and number != signal.SIGKILL:
            if planned and not (plan.exists() and json.loads(plan.read_bytes())["runs"]):
                faults.append("the plan is lost")
            if process.returncode not in (0, 1, -number):
                faults.append(f"exit {process.returncode}")
            if not plan.exists() and process.returncode == 0:
                faults.append("exit 0 without a plan")
        state = "after its end" if ended else "planned" if planned else "no plan yet"
        return f"FAILED {' | '.join(faults)} ({state}, exit {process.returncode})" if faults else f"{seconds:.2f}"


def main() -> int:
    """Run the trials and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seasons", nargs="+", type=Path)
    parser.add_argument("--times", type=int, default=100, help="trials of each command and signal (100)")
    parser.add_argument("--commands", default="plan,manifests", help=", ".join(COMMANDS))
    parser.add_argument("--signals", default="INT,TERM,KILL")
    parser.add_argument("--from", dest="first", type=float, default=0.3, help="earliest moment, s (0.3)")
    parser.add_argument("--to", dest="last", type=float, default=12.0, help="latest moment, s (12)")
    parser.add_argument("--within", type=float, default=3.0, help="all must have ended so many seconds later (3)")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    rng = random.Random(chosen.seed)
    failed = 0
    for command in chosen.commands.split(","):
        for name in chosen.signals.split(","):
            times = []
            for turn in range(chosen.times):
                season = chosen.seasons[turn % len(chosen.seasons)]
                moment_s = rng.uniform(chosen.first, chosen.last)
                repeat = name != "KILL" and rng.random() < 0.3
                said = trial(season, command, signal.Signals[f"SIG{name}"], moment_s, chosen.within, repeat)
                if said.startswith("FAILED"):
                    failed += 1
                    print(f"{command} {name} at {moment_s:.2f} s{' x3' if repeat else ''} on {season.name}: {said}")
                else:
                    times.append(float(said))
            load = os.getloadavg()[0]
            slowest = f"slowest {max(times):.2f} s, median {sorted(times)[len(times) // 2]:.2f} s" if times else ""
            print(f"{command} {name}: {len(times)} of {chosen.times} well; {slowest}; load {load:.1f}", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
