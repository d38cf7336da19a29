"""Where, when and how a rider gathers (集合): worked out here alone, so that every document says the same.

To work, who is fetched by a minibus gathers at the township's own stop when it comes; everybody else where the run is
boarded. Going home all gather where they board, and a minibus is the way on from there, not the way to it. The time is
the one to be there by: when the vehicle comes, of a train `train_check_in_min` before it leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from scheduler.i18n import _
from scheduler.plan import Feeder, FeederStop, Run
from scheduler.problem import Problem
from scheduler.reports.formats.document import clock, short_day


@dataclass(frozen=True, slots=True)
class Gather:
    """A rider's gathering.

    Attributes
    ----------
    place : str
        Where: a name of the season's places.
    when, leaves : datetime or None
        To be there by, and when the vehicle leaves; None where the plan has no times.
    by : {"feeder", "own", "near"}
        A minibus comes there; the rider comes on their own, to another township's hub, a station, or the stop where the
        way home begins; or it is the own township's stop.
    feeder, onward : str
        The minibus round that fetches there; going home, the one that goes on from where the run is left.
    onward_place : str
        Where that round ends for the rider.
    onward_when : datetime or None
        When it is there.
    """

    place: str
    when: datetime | None
    leaves: datetime | None
    by: Literal["feeder", "own", "near"]
    feeder: str = ""
    onward: str = ""
    onward_place: str = ""
    onward_when: datetime | None = None

    def day(self, run: Run) -> date:
        """Return the day of gathering; the run's where the plan has no times."""
        moment = self.when or self.leaves
        return moment.date() if moment else run.date

    def how(self, run: Run) -> str:
        """Return how one comes there, in words; a minibus of another day than its run's says so, and when."""
        if self.by == "feeder":
            if self.leaves is None or self.leaves.date() == run.date:
                return _("minibus {id}").format(id=self.feeder)
            moment = f"{clock(self.leaves, run.date)} {self.place}"
            form = _("minibus {id} {moment}, for the run of {day}")
            return form.format(id=self.feeder, moment=moment, day=short_day(run.date))
        return _("own way") if self.by == "own" else _("nearby")

    def further(self, day: date) -> str:
        """Return the minibus home: which, from when on where; empty without one."""
        moment = clock(self.onward_when, day)
        return " ".join(part for part in (self.onward, moment, self.onward_place) if part)


def at_stop(problem: Problem, run: Run, board: str) -> tuple[datetime | None, datetime | None]:
    """Return when one has to be where a run is boarded, and when it leaves there; None where the plan has no times."""
    stop = next((each for each in run.stops if each.kind == "board" and each.place == board), None)
    if stop is None:
        return None, None
    leaves = stop.depart or stop.arrive
    if run.mode == "train" and leaves is not None:
        return leaves - timedelta(minutes=problem.settings.coach_rules.train_check_in_min), leaves
    return stop.arrive or stop.depart, leaves


def gather(problem: Problem, run: Run, board: str, origin: str, fetched: tuple[Feeder, FeederStop] | None) -> Gather:
    """Return the gathering of a rider of `run` from the township `origin` who boards at `board`.

    Parameters
    ----------
    fetched : tuple of Feeder and FeederStop, optional
        The round that carries the rider, and its stop in the township.
    """
    to_work = problem.settings.direction == "to_work"
    if fetched is not None and to_work:
        feeder, at = fetched
        return Gather(at.place, at.arrive or at.depart, at.depart or at.arrive, "feeder", feeder.id)
    comes, leaves = at_stop(problem, run, board)
    place = problem.places.get(board)
    by: Literal["own", "near"] = "near" if to_work and place is not None and place.township == origin else "own"
    if fetched is None:
        return Gather(board, comes, leaves, by)
    feeder, at = fetched
    home = at.arrive or at.depart
    return Gather(board, comes, leaves, by, onward=feeder.id, onward_place=at.place, onward_when=home)
