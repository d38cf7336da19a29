"""Live through a season: plan, announce, then ten days of changes, each planned again and announced.

python tools/living_season.py SEASON [--people 500] [--time-limit 20] [--share 0.03]

A day: some cancel, some ask for another date or destination, some register late; on the fourth a coach is lost, on the
seventh a train does not run. Prints of each day whether the plan verifies, who moved and why, who is fetched by another
minibus only, the gap, the seconds by the clock and of the processors, as a row of a table; at the end what the plan
costs beside a free one.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import datetime as dt
import io
import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scheduler.cli import top
from scheduler.cli.common import run_command_line
from scheduler.problem import Party, Person
from scheduler.season.load import load
from scheduler.season.plans import read_plan

DAYS, COACH_LOST, TRAIN_CANCELLED = 10, 4, 7
DAYS_BEFORE = 5
"""The first changes come so many days before the season: in its last days runs depart and are frozen."""


@dataclass(frozen=True, slots=True)
class Day:
    """What a day's replan was."""

    number: int
    changes: int
    violations: int
    moved: int
    told: int
    minibus: int
    why: dict[str, int]
    gap: float | None
    seconds: float
    cpu_s: float
    issues: int

    def row(self) -> str:
        """Return it as a row of the table."""
        said = "yes" if not self.violations else f"{self.violations} VIOLATIONS"
        gap = "-" if self.gap is None else f"{self.gap:.2%}"
        why = ", ".join(f"{reason} {number}" for reason, number in self.why.items())
        cells = (self.number, self.changes, said, self.moved, why, self.told, self.minibus, gap)
        return "| " + " | ".join(map(str, cells)) + f" | {self.seconds:.0f} | {self.cpu_s:.0f} |"


HEADINGS = (
    "| day | changes | verified | moved | why | hear something | of them of a minibus only | gap | s | processor s |"
)


def answer(command: str, season: Path, *arguments: object) -> dict[str, Any]:
    """Return what a command prints as JSON."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        run_command_line(top(), [command, str(season), *(str(each) for each in arguments), "--json"])
    if not out.getvalue():
        raise RuntimeError(f"{command}: {errors.getvalue()}")
    answered: dict[str, Any] = json.loads(out.getvalue())
    return answered


def live(season: Path, people: int, share: float, search: Sequence[object], days: int = DAYS) -> Iterator[Day]:
    """Make a season and live through it."""
    answer("example", season, "--people", people, "--seed", 1)
    late = season.with_name(f"{season.name}-late")
    answer("example", late, "--people", max(20, people // 2), "--seed", 2)
    spare = [(person, party) for party in load(late).problem.parties for person in party.people]
    settings = load(season).problem.settings
    rng = random.Random(1)
    answer("plan", season, *search)
    morning = dt.datetime.combine(settings.first_date, dt.time(9)) - dt.timedelta(days=DAYS_BEFORE)
    answer("announce", season, "--now", morning.isoformat())
    for number in range(1, days + 1):
        now = morning + dt.timedelta(days=number)
        count = max(1, round(people * share))
        _register(season, number, [spare.pop() for _turn in range(max(1, count // 4))])
        file = season.with_name(f"{season.name}-{number}.csv")
        _write_changes(file, season, number, now, count - count // 4, rng)
        started, cpu_s = time.monotonic(), _cpu_s()
        found = answer("replan", season, *search, "--changes", file, "--now", now.isoformat())
        seconds, cpu_s = time.monotonic() - started, _cpu_s() - cpu_s
        violations = answer("verify", season)["violations"]
        told = answer("announce", season, "--now", now.isoformat())
        why = Counter(each["reason"] for each in found["changes"] if each["kind"] in ("moved", "left"))
        hearing = told["told"] + told["changed"] + told["withdrawn"]
        otherwise = sum(each["kind"] in ("moved", "changed") and each["to"] is not None for each in found["changes"])
        minibus = max(0, told["changed"] - otherwise)
        yield Day(
            *(number, count, len(violations), found["moved"], hearing, minibus, dict(why), found["gap"]),
            *(seconds, cpu_s, len(found["issues"])),
        )


def _cpu_s() -> float:
    """Return the processor seconds of this process and of those that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _register(season: Path, number: int, people: Sequence[tuple[Person, Party]]) -> None:
    with (season / "roster" / f"补报{number}.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("姓名", "身份证号", "乡镇", "目的地", "联系电话", "出行日期"))
        for person, party in people:
            day = party.preferred or party.earliest
            rows.writerow((person.name, person.id_number, person.township, party.work_stop, person.phone, day))


def _write_changes(path: Path, season: Path, number: int, now: dt.datetime, count: int, rng: random.Random) -> None:
    """Write a day's changes of people whose runs leave after the next day, and what happened to vehicles."""
    problem, plan = load(season).problem, read_plan(season)
    horizon = (now + dt.timedelta(days=2)).date()
    refs = {passenger.ref for run in plan.runs if run.date > horizon for passenger in run.passengers}
    people = sorted(person.id_number for party in problem.parties for person in party.people if person.ref in refs)
    rng.shuffle(people)
    last = problem.settings.last_date
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("变更", "身份证号", "日期", "目的地", "班次", "车次"))
        for turn, id_number in enumerate(people[:count]):
            day = min(last, horizon + dt.timedelta(days=rng.randint(0, 6)))
            kinds = (("退出", "", ""), ("改期", day, ""), ("改目的地", "", "广东省东莞市"))
            kind, date, destination = kinds[turn % 3]
            rows.writerow((kind, id_number, date, destination, "", ""))
        ahead = [run for run in plan.runs if run.date > horizon]
        for run in [run for run in ahead if run.mode == "coach"][:1] if number == COACH_LOST else ():
            rows.writerow(("车辆故障", "", "", "", run.id, ""))
        for run in [run for run in ahead if run.mode == "train"][:1] if number == TRAIN_CANCELLED else ():
            rows.writerow(("停运", "", run.date, "", "", run.train))


def main() -> None:
    """Print what became of a season."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("season", type=Path)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--time-limit", type=float, default=20)
    parser.add_argument("--share", type=float, default=0.03)
    asked = parser.parse_args()
    search = ("--time-limit", asked.time_limit)
    print(HEADINGS, "|---" * HEADINGS.count(" | ") + "|---|", sep="\n", flush=True)
    for day in live(asked.season, asked.people, asked.share, search):
        print(day.row(), flush=True)
    now = dt.datetime.combine(load(asked.season).problem.settings.first_date, dt.time(9)) + dt.timedelta(days=DAYS)
    end = answer("replan", asked.season, *search, "--compare", "--now", (now - dt.timedelta(days=4)).isoformat())
    print(f"cost {end['cost']['total'] / 100:,.0f} yuan, free {end['free']['cost'] / 100:,.0f} yuan")


if __name__ == "__main__":
    main()
