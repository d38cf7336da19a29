"""Is what is said of those left behind true, and do the remedies help? Plan scarce seasons, and look for oneself.

    python -m tools.check_reasons
    python -m tools.check_reasons --seasons half budget --directions to_home --parties 20 --from-nothing

Seasons are synthetic, with half the coaches (half), a quarter of them beside one train (train), windows of one day
(oneday), a budget of 80 % of what their plan takes (budget), or, for where money alone decides, no min_load and little
that leaving somebody costs (dear). Of each plan so many parties left behind are drawn, and
`tests/season_oracle.py`, which knows nothing of the solver, enumerates their ways with everybody else as planned:

- no_option: no service could carry the party, whatever is planned; and all others have one
- conflict: the limits named are as few as shut any way, and lifted together they open one
- cost: the cheapest way that nothing shuts costs what the plan says, to the fen
- remedies in words: with all they say, and nobody else moved, a way is open that costs less than leaving
- remedies with arguments: the season is planned anew as `whatif` does, from the plan that stands (with --from-nothing
  from none as well) for as long as the first plan, and the party rides

What disagrees is printed, then a row for each season. Exit code 1 when there is any disagreement.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from scheduler.commitments import Commitments
from scheduler.example.season import synthetic_problem
from scheduler.i18n import set_language
from scheduler.plan import Plan, Unserved
from scheduler.problem import Party, Problem
from scheduler.settings import Direction
from scheduler.solver.solve import solve
from tests.remedies import applied, lifted
from tests.season_oracle import SeasonOracle, Unsettled

SEASONS = ("half", "train", "oneday", "budget", "dear")
DIRECTIONS: tuple[Direction, ...] = ("to_work", "to_home")
SAID = {
    r"no coach is free on all days": "FLEET",
    r"the coaches that go there are full, and no larger one": "FLEET",
    r"the coaches that go there on their dates are full": "FULL",
    r"yuan of the budget are left": "BUDGET",
    r"too few people are left for one more coach": "MIN_LOAD",
    r"too few people are left for train": "TRAIN_LOAD",
    r"train \S+ on \S+ is full": "TRAIN_SEATS",
    r"no departure of depart_at": "TIMETABLE",
}
"""The limits as reasons name them."""
COLUMNS = (
    "left", "open", "checked", "no_option", "conflict", "cost", "not settled", "in words", "with arguments", "disagree",
)  # fmt: skip


# Scarce seasons -------------------------------------------------------------------------------------------------------


def season(kind: str, people: int, direction: Direction, seed: int, seconds: float) -> Problem:
    """Return a season that is scarce in one way."""
    asked = synthetic_problem(people, seed, direction)
    if kind == "half":
        return _with_fleet(asked, 0.5)
    if kind == "train":
        return replace(_with_fleet(asked, 0.25), trains=asked.trains[:1])
    if kind == "oneday":
        return replace(asked, parties=tuple(map(_on_one_day, asked.parties)))
    if kind == "dear":
        return _with_policy(asked, min_load=1, unserved_cost=600)
    plan = solve(asked, time_limit_s=seconds)
    return _with_policy(asked, budget=round((plan.cost.runs + plan.cost.seats) * 0.8 / 100))


def _with_fleet(asked: Problem, share: float) -> Problem:
    types, seen = [], 0
    for vehicle in asked.vehicle_types:
        rows = []
        for row in vehicle.rows:
            number = int((seen + row.count) * share) - int(seen * share)
            seen += row.count
            if number:
                rows.append(replace(row, count=number))
        types.append(replace(vehicle, rows=tuple(rows)))
    return replace(asked, vehicle_types=tuple(types))


def _on_one_day(party: Party) -> Party:
    day = party.preferred or party.earliest
    return replace(party, earliest=day, latest=day)


def _with_policy(asked: Problem, **changes: int) -> Problem:
    settings = asked.settings
    policy = settings.policy.model_copy(update=changes)
    return replace(asked, settings=settings.model_copy(update={"policy": policy}))


# What is said of one party --------------------------------------------------------------------------------------------


def named(reason: str) -> frozenset[str]:
    """Return the limits that a reason in English names."""
    return frozenset(limit for words, limit in SAID.items() if re.search(words, reason))


def faults(oracle: SeasonOracle, entry: Unserved, party: Party) -> Iterator[str]:
    """Yield what is not true of a party's reason.

    Raises
    ------
    Unsettled
        When the oracle cannot tell.
    """
    exists = oracle.exists(party)
    if (entry.proof == "no_option") == exists:
        yield f"{'some' if exists else 'no'} service could carry it"
    if (entry.proof == "no_option") != (entry.scope == "all_plans"):
        yield f"proof {entry.proof} of scope {entry.scope}"
    if entry.proof in ("no_option", "open"):
        return
    ways = oracle.fewest(party)
    if entry.proof == "cost" and ways != {frozenset(): entry.extra_cost}:
        yield f"cost {entry.extra_cost}, found {told(ways)}"
    if entry.proof == "conflict" and named(entry.reason) not in ways:
        yield f"conflict {sorted(named(entry.reason))}, found {told(ways)}"
    if entry.proof == "cost" and (entry.extra_cost is None or entry.extra_cost < 0):
        yield f"cost {entry.extra_cost}"
    if entry.proof == "conflict" and frozenset() in ways:
        yield f"conflict, but a way is open: {told(ways)}"


def told(ways: Mapping[frozenset[str], int]) -> str:
    """Return ways in words."""
    return ", ".join(f"{'+'.join(sorted(shut)) or 'open'} {fen} fen" for shut, fen in ways.items()) or "no way"


def word_faults(oracle: SeasonOracle, plan: Plan, entry: Unserved, party: Party) -> Iterator[str]:
    """Yield what is not true of a remedy in words, with nobody moved who rides."""
    changed = lifted(oracle.problem, plan, entry.remedy)
    if changed is None:
        yield f"not understood: {entry.remedy}"
        return
    ways = SeasonOracle(changed, plan, oracle).fewest(party)
    if set(ways) != {frozenset()} or ways[frozenset()] >= 0:
        yield f"once done ({entry.remedy}): {told(ways)}"


# A season -------------------------------------------------------------------------------------------------------------


@dataclass
class Checked:
    """What came of one season."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def note(self, entry: Unserved, found: Iterable[str]) -> None:
        """Keep what disagrees about a party."""
        for fault in found:
            self.counts["disagree"] += 1
            self.faults.append(f"{entry.party} ({entry.proof}: {entry.reason}): {fault}")


def checked(problem: Problem, plan: Plan, drawn: Iterable[Unserved]) -> Checked:
    """Hold what a plan says of some parties against an enumeration of their ways."""
    oracle, result = SeasonOracle(problem, plan), Checked()
    parties = {party.id: party for party in problem.parties}
    for entry in drawn:
        party = parties[entry.party]
        result.counts.update(["checked", entry.proof] if entry.proof != "open" else ["checked"])
        try:
            result.note(entry, faults(oracle, entry, party))
            if entry.proof in ("conflict", "cost") and not entry.remedy_args:
                result.counts["in words"] += 1
                result.note(entry, word_faults(oracle, plan, entry, party))
        except Unsettled:
            result.counts["not settled"] += 1
    return result


def replanned(
    problem: Problem, plan: Plan, drawn: Iterable[Unserved], seconds: float, result: Checked, *, from_nothing: bool
) -> None:
    """Apply the remedies with arguments, plan again, and keep which parties are left all the same."""
    by_arguments: dict[tuple[str, ...], list[Unserved]] = {}
    for entry in drawn:
        if entry.remedy_args:
            by_arguments.setdefault(entry.remedy_args, []).append(entry)
    starts = {"from the plan that stands": Commitments(plan, plan.told)} | (
        {"from nothing": None} if from_nothing else {}
    )
    for arguments, entries in by_arguments.items():
        result.counts["with arguments"] += len(entries)
        for name, held in starts.items():
            again = solve(applied(problem, arguments), time_limit_s=seconds, commitments=held)
            left = {each.party for each in again.unserved}
            note = (
                f"left all the same {name} (gap {plan.gap}, total {plan.cost.total} -> {again.cost.total}): {arguments}"
            )
            for entry in entries:
                result.note(entry, [note] if entry.party in left else [])


def main() -> int:
    """Run, print, return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--parties", type=int, default=13, help="drawn of each season")
    parser.add_argument("--seed", type=int, default=1, help="of the seasons and of what is drawn")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each plan")
    parser.add_argument("--seasons", nargs="+", choices=SEASONS, default=SEASONS)
    parser.add_argument("--directions", nargs="+", choices=DIRECTIONS, default=DIRECTIONS)
    parser.add_argument("--from-nothing", action="store_true")
    parser.add_argument("--no-replan", action="store_true", help="leave the remedies with arguments alone")
    asked = parser.parse_args()
    set_language("en")
    rows = []
    for kind in asked.seasons:
        for direction in asked.directions:
            began = time.monotonic()
            problem = season(kind, asked.people, direction, asked.seed, asked.seconds)
            plan = solve(problem, time_limit_s=asked.seconds)
            drawn = random.Random(asked.seed).sample(plan.unserved, min(asked.parties, len(plan.unserved)))
            result = checked(problem, plan, drawn)
            if not asked.no_replan:
                replanned(problem, plan, drawn, asked.seconds, result, from_nothing=asked.from_nothing)
            result.counts["left"] = len(plan.unserved)
            result.counts["open"] = sum(entry.proof == "open" for entry in plan.unserved)
            for fault in result.faults:
                print(f"{kind} {direction}: {fault}", flush=True)
            rows.append((kind, direction, plan.gap, result.counts))
            print(f"{kind} {direction}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print("| season | direction | gap |", " | ".join(COLUMNS), "|")
    print("|---" * (len(COLUMNS) + 3) + "|")
    for kind, direction, gap, counts in rows:
        shown = "-" if gap is None else f"{gap:.1%}"
        print(f"| {kind} | {direction} | {shown} |", " | ".join(str(counts[name]) for name in COLUMNS), "|")
    return int(any(counts["disagree"] for *_others, counts in rows))


if __name__ == "__main__":
    sys.exit(main())
