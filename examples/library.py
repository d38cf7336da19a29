"""Plan a season from Python: read it, solve, verify, ask, try another rule, write what each hand needs on the day.

python examples/library.py examples/first-steps out
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from scheduler import Evaluator, Plan, Problem, load_season, solve, verify_plan, write_manifests


def main(season: Path, out: Path, time_limit_s: float = 10) -> Plan:
    """Print what is found and planned, and write the manifests below `out`; return the plan."""
    intake = load_season(season)  # makes season.db where there is none: people are known by keys, which it can tell
    for issue in intake.issues:
        print(issue.where, issue.code, issue.message, issue.cure)
    problem = intake.problem

    plan = solve(problem, time_limit_s=time_limit_s, seed=0)
    violations = verify_plan(problem, plan)  # always none: solve returns verified plans only
    print(f"{plan.cost.total / 100:,.2f} yuan, at least {(plan.bound or 0) / 100:,.2f}; {len(violations)} violations")

    evaluator = Evaluator(problem)  # the arithmetic of every figure, for asking
    for run in plan.runs:
        print(f"{run.id}: {run.load} of {run.seats} seats, {evaluator.run_fen(run) / 100:,.2f} yuan")
    for left in plan.unserved:
        print(f"{left.party} stays: {left.reason}; {left.remedy}")

    cheaper = solve(with_min_load(problem, 10), time_limit_s=time_limit_s, seed=0)
    print(f"with smaller loads allowed: {cheaper.cost.total / 100:,.2f} yuan")

    written = write_manifests(problem, plan, out)
    print(f"{written.files} files in {out}")
    return plan


def with_min_load(problem: Problem, people: int) -> Problem:
    """Return the problem with another least load of a coach; models are frozen, so a change is a copy."""
    policy = problem.settings.policy.model_copy(update={"min_load": people})
    return replace(problem, settings=problem.settings.model_copy(update={"policy": policy}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
