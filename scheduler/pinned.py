"""What pins mean of one problem: whom each binds, which runs it speaks of, who travels together because of them.

`scheduler.pins` says what a pin is; whoever obeys pins or holds a plan to them asks here, so that there is one meaning.
A pin about somebody whom the problem does not know (set aside, cancelled) asks nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from scheduler.evaluate import division_within
from scheduler.pins import Pin, PinKind
from scheduler.plan import Run
from scheduler.problem import Party, Problem

OF_RUNS: tuple[PinKind, ...] = ("open", "closed")
"""Kinds that speak of runs and not of people."""
OF_TWO: tuple[PinKind, ...] = ("together", "apart")
"""Kinds that bind the parties of two people."""


class PinIndex:
    """The pins of a problem, by what they bind.

    Parameters
    ----------
    problem : Problem
        Its `pins` are looked up in its own parties and places.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.party_of: Mapping[str, Party] = {
            person.key: party for party in problem.parties for person in party.people if person.key
        }
        """Everybody's party, by the person's key."""

    @cached_property
    def by_party(self) -> Mapping[str, tuple[Pin, ...]]:
        """The pins that bind a party, by its id: those about any of its people, in the order of the rows."""
        found: dict[str, list[Pin]] = {}
        for pin in self.problem.pins:
            for party in self.parties(pin):
                found.setdefault(party.id, []).append(pin)
        return {name: tuple(pins) for name, pins in found.items()}

    @cached_property
    def of_runs(self) -> tuple[Pin, ...]:
        """The pins about runs: ``open`` and ``closed``."""
        return tuple(pin for pin in self.problem.pins if pin.kind in OF_RUNS)

    def parties(self, pin: Pin) -> tuple[Party, ...]:
        """Return the parties that a pin binds, none where it asks nothing of anybody here.

        A pin about two people asks nothing while one of them is not there; of one party it returns that one.
        """
        if pin.kind in OF_RUNS:
            return ()
        named = (pin.person, pin.with_) if pin.kind in OF_TWO else (pin.person,)
        if any(person not in self.party_of for person in named):
            return ()
        return tuple({party.id: party for party in (self.party_of[person] for person in named)}.values())

    @cached_property
    def companies(self) -> tuple[tuple[Party, ...], ...]:
        """Parties that ride one run or none because of ``together`` pins; only companies of two parties and more."""
        leader: dict[str, str] = {}

        def find(name: str) -> str:
            while leader.get(name, name) != name:
                name = leader[name]
            return name

        parties: dict[str, Party] = {}
        for pin in self.problem.pins:
            bound = self.parties(pin) if pin.kind == "together" else ()
            for party in bound:
                parties[party.id] = party
                leader[find(bound[0].id)] = find(party.id)
        companies: dict[str, list[Party]] = {}
        for name, party in parties.items():
            companies.setdefault(find(name), []).append(party)
        return tuple(tuple(company) for company in companies.values() if len(company) > 1)

    def allows(self, party: Party, run: Run, board: str) -> bool:
        """Tell whether what is pinned of a party lets it ride a run, boarding there; the others ride as they do."""
        aboard = {passenger.person for passenger in run.passengers}
        return all(self._lets(pin, party, run, board, aboard) for pin in self.by_party.get(party.id, ()))

    def _lets(self, pin: Pin, party: Party, run: Run, board: str, aboard: Collection[str]) -> bool:
        if pin.kind in OF_TWO:
            others = [each for each in self.parties(pin) if each.id != party.id]
            with_them = all(person.key in aboard for each in others for person in each.people)
            return with_them if pin.kind == "together" else bool(others) and not with_them
        if pin.kind == "date":
            return pin.date == run.date
        if pin.kind == "board":
            return pin.board == board
        if pin.kind == "mode":
            return pin.mode == run.mode
        return pin.kind == "run" and self.is_run(pin, run)

    # Runs ----------------------------------------------------------------------------------------------------------

    def is_run(self, pin: Pin, run: Run) -> bool:
        """Tell whether a run is the one that a pin names: by its id, or a train by number and date."""
        return pin.run == run.id or (run.train is not None and pin.run == run.train and pin.date in (None, run.date))

    def agrees(self, pin: Pin, run: Run) -> bool:
        """Tell whether a run is one that an ``open`` or ``closed`` pin speaks of: every column that is filled fits."""
        if pin.run and not self.is_run(pin, run):
            return False
        if run.mode == "train":  # it calls on the way whether or not the season's people board or alight
            ends = tuple({each.board for each in run.passengers}), tuple({each.alight for each in run.passengers})
        else:
            ends = run.places("board"), run.places("alight")
        boards, work = ends[0], ends[1] if self.problem.settings.direction == "to_work" else ends[0]
        return self.agrees_with(pin, run.date, boards, work, run.vehicle_type)

    def agrees_with(
        self, pin: Pin, day: dt.date, boards: Collection[str], work: Iterable[str], vehicle_type: str | None
    ) -> bool:
        """Tell the same of a run before it has an id.

        Parameters
        ----------
        pin : Pin
        day : date
            Of the departure.
        boards, work : collection of str
            Its boarding stops; its stops at the work end (in ``to_home`` the same).
        vehicle_type : str or None
            None for a train.
        """
        if pin.date is not None and pin.date != day:
            return False
        if pin.board and pin.board not in boards:
            return False
        if pin.vehicle_type and pin.vehicle_type != vehicle_type:
            return False
        return not pin.destination or any(self.lies_in(place, pin.destination) for place in work)

    def lies_in(self, place: str, division: str) -> bool:
        """Tell whether a place of the problem is, or lies within, a division (by GB/T 2260 code)."""
        known = self.problem.places.get(place)
        return known is not None and known.division is not None and division_within(known.division, division)
