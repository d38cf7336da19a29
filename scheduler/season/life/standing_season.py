"""A season with its ledger: inputs as they stand, and what a plan made now is bound to. Most commands begin here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scheduler.commitments import Commitments
from scheduler.errors import InputError, UsageError
from scheduler.i18n import _, ngettext
from scheduler.plan import Plan, Run, Told
from scheduler.problem import Problem
from scheduler.season.ledger import states
from scheduler.season.ledger.events import Event, Planned, SeatTold
from scheduler.season.ledger.ledger import Ledger
from scheduler.season.life.carried_bound import carried_bound_fen
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

    def later(self, ledger: Ledger) -> StandingSeason:
        """Return the same folder after what its ledger has been told since."""
        last = self.events[-1].number if self.events else 0
        return stand(self.loaded, (*self.events, *ledger.events(after=last)))

    def at(self, now: dt.datetime) -> Problem:
        """Return the problem without the dates that are over."""
        return standing_problem(self.loaded.problem, self.events, self.loaded.resolve, now)

    def all_told(self) -> tuple[Told, ...]:
        """Return what everybody has been told, those included who asked for something else since."""
        seats = (as_told(event) for event in states.told(self.events).values())
        return tuple(seat for seat in seats if seat is not None)

    def missing(self) -> frozenset[str]:
        """Return who has been told a seat and is in no roster any more."""
        known = {person.key for party in self.loaded.problem.parties for person in party.people}
        return frozenset(each.person for each in self.all_told() if each.person not in known)

    def refuse_unread(self) -> None:
        """Refuse to plan without those who have been told a seat for want of a roster that cannot be read.

        Raises
        ------
        InputError
            When somebody told is missing, and a file or table too.
        """
        needed = [each for each in self.loaded.unread if each.is_needed and not each.is_of_pins]
        missing = self.missing()
        if needed and missing:
            what = ngettext(
                "{message}; {n} person who has been told a seat is in no roster, and would lose it",
                "{message}; {n} people who have been told a seat are in no roster, and would lose it",
                len(missing),
            )
            where = " ".join(filter(None, (needed[0].file, needed[0].sheet)))
            cure = _("mend the file (scheduler check), or take it out of the folder if they really do not travel")
            raise InputError(what.format(message=needed[0].message, n=f"{len(missing):,}"), where, cure)

    def commitments(self, present: Plan, now: dt.datetime, max_moved: int | None = None) -> Commitments:
        """Return what a plan made now is bound to."""
        problem = self.at(now)
        frozen = frozen_runs(problem, present, self.events, now)
        rosters, resolve = self.loaded.problem, self.loaded.resolve
        return Commitments(
            present=present,
            told=told_of(problem, self.problem, self.events),
            frozen=frozen,
            max_moved=max_moved,
            bound_fen=carried_bound_fen(rosters, problem, self.events, resolve, has_frozen=bool(frozen)),
        )


def stand(loaded: Intake, events: Sequence[Event]) -> StandingSeason:
    """Return a season as it stands after some events."""
    problem = standing_problem(loaded.problem, events, loaded.resolve, None)
    return StandingSeason(loaded, problem, tuple(events))


def read_season(folder: Path, ledger: Ledger) -> StandingSeason:
    """Read a season folder and its ledger, to plan it.

    Raises
    ------
    SeasonError, LedgerError
        When one of them cannot be read.
    """
    loaded = load(folder, salt=ledger.salt)
    loaded.refuse_slips()
    return stand(loaded, ledger.events())


def as_planned(
    loaded: Intake, plan: Plan, ledger: Ledger, events: Sequence[Event] | None = None
) -> tuple[Problem, tuple[Run, ...]]:
    """Return what a plan is held to: the inputs as they stood when it was made, and the runs that it could not change.

    `events` are all of the ledger where the caller has read them: in a large season that takes its time.

    What was recorded since (somebody cancels, a coach breaks down) is for the next plan: this one still says who was
    to ride. What the rosters and tables say is today's all the same. Of a plan that the ledger does not know, nothing
    is taken for recorded.
    """
    events = ledger.events() if events is None else events
    number = ledger.number_of(plan)
    made = next((each for each in reversed(events) if each.plan == number and isinstance(each.data, Planned)), None)
    if number is None or made is None or not isinstance(made.data, Planned):
        return loaded.problem, ()
    before = [event for event in events if event.number < made.number]
    problem = standing_problem(loaded.problem, before, loaded.resolve, made.data.now)
    frozen = set(made.data.frozen)
    for earlier in range(number - 1, 0, -1) if frozen else ():
        runs = tuple(run for run in ledger.plan(earlier).runs if run.id in frozen)
        if len(runs) == len(frozen):
            return problem, runs
    return problem, tuple(run for run in plan.runs if run.id in frozen)


def require_unannounced(ledger: Ledger) -> None:
    """Refuse to plan from nothing what people have been told.

    Raises
    ------
    UsageError
        When somebody has been told a seat.
    """
    told = states.told(ledger.events(SeatTold.kind, "cancelled"))
    if told:
        what = ngettext(
            "{n} person has been told their seat: a plan from nothing would move them at will",
            "{n} people have been told their seats: a plan from nothing would move them at will",
            len(told),
        )
        cure = _("use scheduler replan, which keeps to what they were told; or plan with --anew")
        raise UsageError(what.format(n=f"{len(told):,}"), "plan", cure)
