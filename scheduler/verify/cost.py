"""Every cost, re-derived from the plan's decisions; budget, bound and gap."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.plan import relative_gap
from scheduler.verify.context import Case
from scheduler.verify.violation import Violation, violation

GAP_TOLERANCE = 1e-6
PARTS = {"runs": "V191", "seats": "V192", "date_shift": "V193", "access": "V194", "unserved": "V195", "moves": "V190"}


def derived_cost(case: Case) -> dict[str, int | None]:
    """Return the cost in fen, by part and in total; None for a part that depends on something unknown."""
    parts: dict[str, int | None] = {
        "runs": _runs(case),
        "seats": _seats(case),
        "date_shift": _date_shift(case),
        "access": _access(case),
        "unserved": _unserved(case),
        "moves": case.policy.move_cost_fen * len(case.evaluator.moved(case.plan)),
    }
    known = [part for part in parts.values() if part is not None]
    return {"total": sum(known) if len(known) == len(parts) else None} | parts


def cost(case: Case) -> Iterator[Violation]:
    """Check each part of the cost, the total, the budget, the bound and the gap."""
    claimed, derived, plan = case.plan.cost, derived_cost(case), case.plan
    for part, code in PARTS.items():
        expected, actual = derived[part], getattr(claimed, part)
        if expected is not None and expected != actual:
            yield violation(code, f"cost.{part}", expected, actual)
    total = sum(getattr(claimed, part) for part in PARTS)
    if claimed.total != total:
        yield violation("V196", "cost.total", total, claimed.total)
    budget, runs, seats = case.policy.budget_fen, derived["runs"], derived["seats"]
    if budget is not None and runs is not None and seats is not None and runs + seats > budget:
        yield violation("V197", "cost", f"<= {budget}", runs + seats)
    if plan.bound is not None and plan.bound > claimed.total:
        yield violation("V198", "bound", f"<= {claimed.total}", plan.bound)
    gap = relative_gap(claimed.total, plan.bound)
    if not _same(gap, plan.gap):
        yield violation("V199", "gap", gap, plan.gap)


def _same(gap: float | None, claimed: float | None) -> bool:
    if gap is None or claimed is None:
        return gap is claimed
    return abs(gap - claimed) <= GAP_TOLERANCE


def _runs(case: Case) -> int | None:
    fen = 0
    for coach in case.coaches:
        if coach.vehicle is None or coach.path is None:
            return None
        fen += case.evaluator.coach_fen(coach.vehicle, coach.path)
    for _run, train in case.train_runs:
        if train is None:
            return None
        fen += train.fixed_cost_fen
    return fen


def _seats(case: Case) -> int | None:
    fen = 0
    for run, train in case.train_runs:
        if train is None:
            return None
        fares = {stop.place: stop.fare_fen for stop in train.stops}
        for passenger in run.passengers:
            fare_fen = fares.get(passenger.alight)
            if fare_fen is None:
                return None
            fen += fare_fen
    return fen


def _date_shift(case: Case) -> int | None:
    days = 0
    for run, passenger in case.plan.passengers():
        if passenger.person not in case.people:
            return None
        preferred = case.people[passenger.person][0].preferred
        if preferred is not None:
            days += abs((run.date - preferred).days)
    return days * case.policy.date_shift_cost_fen


def _access(case: Case) -> int | None:
    fen = 0
    for _run, passenger in case.plan.passengers():
        if passenger.person not in case.people:
            return None
        access_fen = case.evaluator.access_fen(case.people[passenger.person][0].origin).get(case.home_place(passenger))
        if access_fen is None:
            return None
        fen += access_fen
    return fen


def _unserved(case: Case) -> int:
    riding = {passenger.person for _run, passenger in case.plan.passengers()}
    weight = 0
    for party in case.problem.parties:
        if not any(person.key in riding for person in party.people):
            weight += party.weight
    return weight * case.policy.unserved_cost_fen
