"""Remedies applied: those with arguments as `whatif` does, those in words as they are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from scheduler.plan import Plan, Run
from scheduler.problem import FleetRow, Problem
from scheduler.season.ask.scenario import ScenarioArguments

OPTIONS = {
    "--party": "wishes",
    "--set": "settings",
    "--add-coaches": "coaches",
    "--open-hub": "opened",
    "--add-seats": "seats",
}


def applied(asked: Problem, arguments: tuple[str, ...]) -> Problem:
    """Return the season with a remedy, as `whatif` makes it."""
    taken = ScenarioArguments()
    for option, value in zip(arguments[::2], arguments[1::2], strict=True):
        taken.take(OPTIONS[option], value)
    (scenario,) = taken.scenarios()
    return scenario.change_problem(replace(asked, settings=scenario.change_settings(asked.settings)))


def lifted(asked: Problem, plan: Plan, remedy: str) -> Problem | None:
    """Return the season of a plan with all that a remedy in English says, None where it says what this cannot make."""
    for part in remedy.split(", and "):
        changed = _part(asked, plan, part)
        if changed is None:
            return None
        asked = changed
    return asked


def _part(asked: Problem, plan: Plan, text: str) -> Problem | None:
    if found := re.fullmatch(r"charter one more (.+?) (\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)(?: for .+)?", text):
        name, first, last = found.groups()
        return _chartered(asked, name, FleetRow(1, date.fromisoformat(first), date.fromisoformat(last)))
    if found := re.fullmatch(r"lower min_load to (\d+)", text):
        return _with_policy(asked, {"min_load": int(found[1])})
    if found := re.fullmatch(r"raise unserved_cost to ([\d,]+) yuan", text):
        return _with_policy(asked, {"unserved_cost": _number(found[1])})
    if found := re.fullmatch(r"raise the budget by ([\d,]+) yuan", text):
        return _with_policy(asked, {"budget": asked.settings.policy.budget + _number(found[1])})
    if found := re.fullmatch(r"agree on a min_load of (\d+) for (\S+) on (\S+)", text):
        return _with_train(asked, (found[2], found[3]), least=int(found[1]))
    if found := re.fullmatch(r"book more seats on (\S+) on (\S+), (\d+) for this party", text):
        return _with_train(asked, (found[1], found[2]), more=int(found[3]))
    if found := re.fullmatch(r"put a coach with (\d+) seats more on (\S+)", text):
        (run,) = (each for each in plan.runs if each.id == found[2])
        return _with_larger(asked, run, int(found[1]))
    return None


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _with_policy(asked: Problem, changes: Mapping[str, float]) -> Problem:
    settings = asked.settings
    policy = settings.policy.model_copy(update=dict(changes))
    return replace(asked, settings=settings.model_copy(update={"policy": policy}))


def _chartered(asked: Problem, name: str, row: FleetRow) -> Problem:
    types = tuple(
        replace(each, rows=(*each.rows, row)) if f"{each.vehicle_type} {each.operator}".strip() == name else each
        for each in asked.vehicle_types
    )
    return replace(asked, vehicle_types=types)


def _with_larger(asked: Problem, run: Run, seats: int) -> Problem:
    """Return the season with a coach like a run's, and `seats` seats more, on all days."""
    key, days = (run.vehicle_type, run.operator), asked.settings.days
    (like,) = (each for each in asked.vehicle_types if each.key == key)
    rows = (FleetRow(1, days[0], days[-1]),)
    larger = replace(like, vehicle_type=f"{like.vehicle_type}+{seats}", rated_seats=like.rated_seats + seats, rows=rows)
    return replace(asked, vehicle_types=(*asked.vehicle_types, larger))


def _with_train(asked: Problem, which: tuple[str, str], least: int | None = None, more: int = 0) -> Problem:
    trains = tuple(
        replace(each, seats=each.seats + more, min_load=each.min_load if least is None else least)
        if (each.train, each.date.isoformat()) == which
        else each
        for each in asked.trains
    )
    return replace(asked, trains=trains)
