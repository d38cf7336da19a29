"""Seasons side by side: a line for each, from its plan alone."""

from __future__ import annotations

from scheduler.plan import Plan
from scheduler.reports.money import money


def season_line(plan: Plan) -> dict[str, str | int | float | None]:
    """Return the figures of one season; shares and means are None where nobody travelled.

    `people_a_run` and `load_factor` are of all runs, `cost_a_head` is yuan for vehicles and fares, minibuses apart.
    """
    runs, people = len(plan.runs), sum(run.load for run in plan.runs)
    seats, a_head_yuan = sum(run.seats for run in plan.runs), money(plan).a_head_yuan
    return {
        "season": plan.season,
        "runs": runs,
        "people": people,
        "people_a_run": round(people / runs, 2) if runs else None,
        "load_factor": round(people / seats, 4) if seats else None,
        "cost_a_head": None if a_head_yuan is None else round(a_head_yuan, 2),
    }
