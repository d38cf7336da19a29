"""A season with its ledger: inputs as they stand, and what a plan made now is bound to. Most commands begin here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scheduler.commitments import Commitments
from scheduler.plan import Plan, Told
from scheduler.problem import Problem
from scheduler.season.ledger import states
from scheduler.season.ledger.events import Event
from scheduler.season.ledger.ledger import Ledger
from scheduler.season.life.standing import as_told, frozen_runs, standing_problem, told_of
from scheduler.season.load import Intake, load


@dataclass(frozen=True)
class StandingSeason:
    """One season at one moment.

    Attributes
    ----------
    loaded : Intake
        The folder as read.
    problem : Problem
        Its inputs as the events have changed them.
    events : tuple of Event
        The whole ledger.
    """

    loaded: Intake
    problem: Problem
    events: tuple[Event, ...]

    def at(self, now: dt.datetime) -> Problem:
        """Return the problem without the dates that are over."""
        return standing_problem(self.loaded.problem, self.events, self.loaded.resolve, now)

    def all_told(self) -> tuple[Told, ...]:
        """Return what everybody has been told, those included who asked for something else since."""
        seats = (as_told(event) for event in states.told(self.events).values())
        return tuple(seat for seat in seats if seat is not None)

    def commitments(self, present: Plan, now: dt.datetime, max_moved: int | None = None) -> Commitments:
        """Return what a plan made now is bound to."""
        problem = self.at(now)
        return Commitments(
            present=present,
            told=told_of(problem, self.problem, self.events),
            frozen=frozen_runs(problem, present, self.events, now),
            max_moved=max_moved,
        )


def stand(loaded: Intake, events: Sequence[Event]) -> StandingSeason:
    """Return a season as it stands after some events."""
    problem = standing_problem(loaded.problem, events, loaded.resolve, None)
    return StandingSeason(loaded, problem, tuple(events))


def read_season(folder: Path, ledger: Ledger) -> StandingSeason:
    """Read a season folder and its ledger.

    Raises
    ------
    SeasonError, LedgerError
        When one of them cannot be read.
    """
    loaded = load(folder, salt=ledger.salt)
    loaded.refuse_slips()
    return stand(loaded, ledger.events())


def announced(events: Sequence[Event]) -> bool:
    """Tell whether somebody has been told a seat."""
    return any(event.data.kind == "told" for event in events)
