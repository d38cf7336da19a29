"""Which vehicle runs which run, where the fleet lists plates: interval colouring, type by type.

The fleet's daily counts admit the plan, but a plate is one coach with its own days: a run wants one that is available
and free on every day of the season it holds. Runs are served in order of their first day; each takes, of the plates
that can, the one that becomes unavailable first, which is optimal when all plates serve the same days. A run that finds
none keeps no plate (null), as when the fleet gives counts only. A run that had a plate before keeps it if it can.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from scheduler.evaluate import Evaluator
from scheduler.itinerary import days_away
from scheduler.plan import Run


def assign_plates(evaluator: Evaluator, runs: Sequence[Run], before: Sequence[str | None] = ()) -> list[Run]:
    """Return the runs with a plate wherever the fleet lists one that is free; `before` are those they had, if any."""
    settings = evaluator.problem.settings
    result = list(runs)
    spans: dict[tuple[str, str], list[tuple[date, date, int]]] = {}
    for number, run in enumerate(runs):
        if run.mode == "coach":
            first, last = days_away(evaluator, run)
            span = max(first, settings.first_date), min(last, settings.last_date), number
            spans.setdefault((run.vehicle_type or "", run.operator or ""), []).append(span)
    for key, wanted in spans.items():
        rows = [row for row in evaluator.types[key].rows if row.plate is not None]
        busy: dict[int, list[tuple[date, date]]] = {}
        plates: dict[int, str | None] = {}
        for keeping in (True, False) if before else (False,):
            for first, last, number in sorted(wanted):
                able = [
                    (row.last, i)
                    for i, row in enumerate(rows)
                    if row.first <= first
                    and last <= row.last
                    and (not keeping or row.plate == before[number])
                    and all(until < first or last < since for since, until in busy.get(i, ()))
                ]
                if able and number not in plates:
                    _, chosen = min(able)
                    busy.setdefault(chosen, []).append((first, last))
                    plates[number] = rows[chosen].plate
        for number, plate in plates.items():
            result[number] = runs[number].model_copy(update={"plate": plate})
    return result
