"""The coach of a run and the seats in it: who sits where, and which vehicle it is, where the fleet lists plates.

The fleet's daily counts admit the plan, but a plate is one coach with its own days: a run wants one that is available
and free on every day of the season it holds. Plates are given by interval colouring, type by type: runs are served in
order of their first day; each takes, of the plates that can, the one that becomes unavailable first, which is optimal
when all plates serve the same days. A run that finds none keeps no plate (null), as when the fleet gives counts only. A
run that had a plate before keeps it if it can.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from scheduler.evaluate import Evaluator
from scheduler.itinerary import days_away
from scheduler.plan import Passenger, Run


def number_seats(passengers: Sequence[Passenger], stops: Sequence[str]) -> tuple[Passenger, ...]:
    """Return the passengers in boarding order with seats "1", "2", ...

    Parameters
    ----------
    passengers : sequence of Passenger
        The people of a party stand together.
    stops : sequence of str
        Every stop of the run in order of travel.

    Notes
    -----
    The order is by boarding stop, then by alighting stop; a party goes by its first member's. So those who
    board together fill the coach from the front, and the driver finds those who leave together side by side.
    """
    at = {place: i for i, place in enumerate(stops)}
    parties: dict[str, list[Passenger]] = {}
    for passenger in passengers:
        parties.setdefault(passenger.party, []).append(passenger)
    ordered = sorted(parties.values(), key=lambda party: (at[party[0].board], at[party[0].alight]))
    people = [passenger for party in ordered for passenger in party]
    return tuple(each.model_copy(update={"seat": str(seat)}) for seat, each in enumerate(people, 1))


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
