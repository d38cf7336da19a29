"""Is every figure true? Solve seasons whose distances obey nothing, and compare with their exact optimum.

    python -m tools.soundness --seasons 500

Each season (`tests/arbitrary_seasons.py`) is planned three ways: as users do; by the search alone, without the exact
program; and its bound is raised by column generation alone, with all sets of stops listed and with anchored ones. The
exact optimum comes from `tests/exact_model.py`. Told are crashes, plans that `verify` refuses, totals below it,
totals said to be optimal that are not, and bounds above the optimum. Exit code 1 when there is any.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable

from scheduler.evaluate import Evaluator
from scheduler.problem import Problem
from scheduler.solver.bound.column_generation import DEFAULT_PARAMS, proven_fen
from scheduler.solver.bound.params import BoundParams, CoverParams
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from scheduler.solver.params import SolveParams
from scheduler.solver.solve import solve
from scheduler.verify import verify
from tests.arbitrary_seasons import arbitrary_season
from tests.exact_model import optimum
from tests.solver.bound.raising import raise_bound
from tests.solver.search_only import SEARCH_ONLY

BOUND_S = 4.0
"""Seconds of raising a bound; a season is so small that little is left to gain after one."""

PROGRESS = 20
"""Seasons between two lines of progress."""


def planned(problem: Problem, least_fen: int, params: SolveParams | None = None) -> list[str]:
    """Return the faults of a plan, and in brackets what is good to know."""
    plan = solve(problem, iterations=4, workers=1, params=params)
    faults = [f"verify {each.code}" for each in verify(problem, plan)]
    if plan.cost.total < least_fen:
        faults.append("total below the optimum")
    if plan.bound is not None and plan.bound > least_fen:
        faults.append("bound above the optimum")
    if plan.gap == 0 and plan.cost.total > least_fen:
        faults.append("false optimum")
    if plan.gap == 0:
        faults.append("(proven optimal)")
    if plan.cost.total == least_fen:
        faults.append("(optimal)")
    return faults


def searched(problem: Problem, least_fen: int) -> list[str]:
    """Return the faults of a plan of the search alone."""
    return planned(problem, least_fen, SEARCH_ONLY)


def bounded(problem: Problem, least_fen: int, params: BoundParams = DEFAULT_PARAMS) -> list[str]:
    """Return the faults of the bound by itself."""
    instance = build_instance(problem, Evaluator(problem))
    steps = raise_bound(instance, Services(instance), time.monotonic() + BOUND_S, params)
    return ["bound above the optimum" for prices in steps if proven_fen(prices) > least_fen][:1]


def bounded_by_anchors(problem: Problem, least_fen: int) -> list[str]:
    """Return the faults of the bound where sets of stops are not listed."""
    return bounded(problem, least_fen, BoundParams(cover=CoverParams(most_home_sets=1, most_work_sets=0)))


def is_fault(told: str) -> bool:
    """Tell a fault from what is only counted."""
    return not told.startswith("(")


WAYS: dict[str, Callable[[Problem, int], list[str]]] = {
    "plan": planned,
    "search": searched,
    "bound": bounded,
    "anchored": bounded_by_anchors,
}


def main() -> int:
    """Run, print, return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seasons", type=int, default=500)
    parser.add_argument("--first", type=int, default=0, help="seed of the first season")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    asked = parser.parse_args()
    counts: Counter[str] = Counter()
    started = time.monotonic()
    for seed in range(asked.first, asked.first + asked.seasons):
        problem = arbitrary_season(seed)
        least_fen = optimum(problem).total_fen
        for way in asked.ways:
            try:
                faults = WAYS[way](problem, least_fen)
            except Exception as error:  # what a crash is, is what is looked for
                faults = [f"crash {type(error).__name__}"]
                print(f"season {seed}, {way}: {type(error).__name__}: {str(error)[:200]}", flush=True)
            for fault in faults:
                counts[f"{way}: {fault}"] += 1
                if is_fault(fault) and not fault.startswith("crash"):
                    print(f"season {seed}, {way}: {fault}", flush=True)
        if (seed - asked.first) % PROGRESS == PROGRESS - 1:
            print(f"after {seed - asked.first + 1}: {dict(counts)}", file=sys.stderr, flush=True)
    print(f"{asked.seasons} seasons in {time.monotonic() - started:.0f} s")
    for name, number in sorted(counts.items()):
        print(f"{number:6} {name}")
    return int(any(is_fault(name.split(": ", 1)[1]) for name in counts))


if __name__ == "__main__":
    sys.exit(main())
