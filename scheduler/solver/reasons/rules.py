"""Rules that keep a party off a coach with room for it, and the value with which each would not.

A coach of the plan may stop once more for a party, or take it up where it stops, if a single rule of the season were a
little wider: how many stops, how far apart, how long a way round, how far people go to a hub, or who may board there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from scheduler.evaluate import KM_TOLERANCE, Evaluator
from scheduler.plan import Run
from scheduler.problem import Party, Problem, is_work_end
from scheduler.solver.reasons.lift import Lift

MOST_STOPS = 4
"""More stops at an end no season allows."""
DETOUR_STEP = 100
"""max_detour is asked for in hundredths."""


def wider_rules(problem: Problem, evaluator: Evaluator, runs: Sequence[Run], party: Party) -> list[Lift]:
    """Return the least changes of one rule each with which a coach among `runs` could take a party.

    Whether the coach then costs less than leaving the party is for others to try. `access_max_km` and hubs come first:
    they ask nothing more of the coach.
    """
    if party.mode == "train":
        return []
    reserve = problem.settings.policy.reserve_seats
    near: list[Lift] = []
    far: list[Lift] = []
    for run in runs:
        if run.seats - reserve - run.load >= party.size and party.earliest <= run.date <= party.latest:
            ends = run.places("board"), run.places("alight")
            home, work = ends if evaluator.to_work else ends[::-1]
            works = sorted({*work, party.work_stop})
            if evaluator.allowed(home, works):
                near += _boarding(problem, evaluator, home, party)
            for stop in evaluator.access_fen(party.origin):
                if problem.places[stop].kind in ("stop", "hub", "station") and not is_work_end(problem.places[stop]):
                    far += _stops(evaluator, sorted({*home, stop}), works)
    least: dict[str, Lift] = {}
    for lift in (*near, *far):
        key = next(iter(lift.policy), lift.opened)
        if key not in least or (lift.policy and lift.policy[key] < least[key].policy[key]):
            least[key] = lift
    return list(least.values())


def _boarding(problem: Problem, evaluator: Evaluator, home: Sequence[str], party: Party) -> Iterator[Lift]:
    """Yield what would let a party board where a coach stops."""
    if problem.access.get(party.origin) or party.origin not in problem.township_stop:
        return
    policy, access = problem.settings.policy, evaluator.access_fen(party.origin)
    for name in home:
        km = problem.km(problem.township_stop[party.origin], name)
        if name in access or not math.isfinite(km):
            continue
        is_near = km <= policy.access_max_km + KM_TOLERANCE
        if problem.places[name].kind == "stop" and is_near:
            yield Lift(opened=name)
        elif problem.places[name].kind in ("hub", "station") and not is_near:
            yield Lift(policy={"access_max_km": math.ceil(km)})


def _stops(evaluator: Evaluator, home: Sequence[str], work: Sequence[str]) -> Iterator[Lift]:
    """Yield what would let a coach have these stops, where a single rule forbids it."""
    policy = evaluator.policy
    wanted: dict[str, float] = {}
    if len(home) > policy.home_stops:
        wanted["home_stops"] = len(home)
    if len(work) > policy.work_stops:
        wanted["work_stops"] = len(work)
    spreads = {"home_radius_km": evaluator.spread_km(home), "work_radius_km": evaluator.spread_km(work)}
    limits = {"home_radius_km": policy.home_radius_km, "work_radius_km": policy.work_radius_km}
    wanted |= {key: math.ceil(km) for key, km in spreads.items() if km > limits[key] + KM_TOLERANCE}
    path = evaluator.path(home, work)
    if not evaluator.detour_ok(path):
        direct_km = evaluator.problem.km(path.stops[0], path.stops[-1])
        if not 0 < direct_km < math.inf:
            return
        wanted["max_detour"] = math.ceil(path.km / direct_km * DETOUR_STEP) / DETOUR_STEP
    if max(len(home), len(work)) > MOST_STOPS:
        return
    if len(wanted) == 1 and math.isfinite(next(iter(wanted.values()))):
        yield Lift(policy=wanted)
