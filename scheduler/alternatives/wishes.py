"""The smallest change of a party's wish that gives it a seat: another day, or another mode.

Only what can be proven is offered: a run of the plan takes the party as it is, with a legal timetable and for less than
leaving it costs. Nobody else's wish changes, so a plan that still leaves the party is a plan of before: where this plan
was the best, one that seats the party is better now than any that leaves it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduler.alternatives.ways import Alternatives
from scheduler.problem import Party


@dataclass(frozen=True, slots=True)
class WishChange:
    """A changed wish.

    Attributes
    ----------
    field : {"latest", "earliest", "mode"}
        What of the party's wish changes.
    value : str
        To what: a date, or `any`.
    run : str
        The run of the plan that takes the party then.
    extra_fen : int
        What the plan costs more than leaving the party: less than 0.
    """

    field: str
    value: str
    run: str
    extra_fen: int


def least_change(ways: Alternatives, party: Party) -> WishChange | None:
    """Return the change that asks least of a party without a seat: another mode, else the nearest day."""
    for changed, field, value, day in _changes(ways, party):
        on_the_day = [run for run in ways.runs_of(day) if run.id not in ways.frozen]
        taken = [each for each in ways.free_seats(changed, on_the_day) if each.extra_fen is not None]
        if taken and taken[0].extra_fen is not None and taken[0].extra_fen < 0:
            return WishChange(field, value, taken[0].run, taken[0].extra_fen)
    return None


def _changes(ways: Alternatives, party: Party) -> Iterator[tuple[Party, str, str, date]]:
    """Yield the party with other wishes, what is other, and the day that this opens."""
    settings = ways.problem.settings
    if party.mode != "any":
        for day in settings.days:
            if party.earliest <= day <= party.latest:
                yield replace(party, mode="any"), "mode", "any", day
    for away in range(1, len(settings.days)):
        later, earlier = party.latest + timedelta(days=away), party.earliest - timedelta(days=away)
        if later <= settings.last_date:
            yield replace(party, latest=later), "latest", later.isoformat(), later
        if earlier >= settings.first_date:
            yield replace(party, earliest=earlier), "earliest", earlier.isoformat(), earlier
