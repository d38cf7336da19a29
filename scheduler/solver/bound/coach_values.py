"""What one coach more is worth, by type and date: the prices of coaches at which the bound is proven.

The bound's dual has a price for each coach-day (`bound.column_generation`, mu): by so much the bound falls, at most,
for one coach more of the type on that day. A run holds its coach for some days, so a coach for a run of a date is worth
the prices of those days. That is the margin of the relaxation, in which coaches may run in part: what a plan gains by a
whole coach is found by planning again.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from datetime import date
from itertools import islice
from statistics import median

from scheduler.evaluate import Evaluator
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.solver.bound.column_generation import Relaxation
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services

COUNTED_GAINS = 12
"""Rounds that better the bound where work is counted and not time."""


@dataclass(frozen=True, slots=True)
class CoachValue:
    """What a coach more of a type is worth for a run of a date, in fen."""

    vehicle_type: str
    operator: str
    day: date
    fen: int


def coach_values(problem: Problem, plan: Plan, seconds: float | None) -> tuple[CoachValue, ...]:
    """Return the value of one coach more for each type and date of a season, types in its order.

    Parameters
    ----------
    problem : Problem
    plan : Plan
        A plan of it: a coach is held as long as its runs are, half of them longer, half of them less.
    seconds : float or None
        To raise the bound; None: counted work, the same prices each time.
    """
    instance = build_instance(problem, Evaluator(problem), plan.told)
    if not len(instance.rated) or not instance.by_coach.any():
        return ()
    relaxation = Relaxation(instance, Services(instance))
    deadline = math.inf if seconds is None else time.monotonic() + seconds
    for _prices in islice(relaxation.improve(deadline), COUNTED_GAINS if seconds is None else None):
        pass
    prices_fen, days = relaxation.best.mu, problem.settings.days
    evaluator, path_m = Evaluator(problem), _usual_path_m(problem, plan)
    values = []
    for number, kind in enumerate(problem.vehicle_types):
        for day in days:
            first, last = evaluator.days_held(day, path_m)
            held = [i for i, each in enumerate(days) if first <= each <= last]
            fen = round(float(prices_fen[number, held].sum()))
            values.append(CoachValue(kind.vehicle_type, kind.operator, day, fen))
    return tuple(values)


def _usual_path_m(problem: Problem, plan: Plan) -> int:
    """Return the length of a usual coach run: the median of the plan's, else of the parties' own ways."""
    evaluator = Evaluator(problem)
    paths = [evaluator.run_path(run).path_m for run in plan.runs if run.mode == "coach"]
    if not paths:
        ends = {(place, party.work_stop) for party in problem.parties for place in evaluator.access_fen(party.origin)}
        paths = [evaluator.path([home], [work]).path_m for home, work in ends if evaluator.allowed([home], [work])]
    return int(median(paths)) if paths else 0
