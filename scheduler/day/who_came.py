"""Who came of those who had a seat, and who came late to it: by run, township and destination, over seasons.

Named absentees count where they belong. Where a headcount says that more are missing than were named, the rest is laid
on the riders of that run who were not named, each alike.

From this follows how many seats to keep free on each coach for late comers (`reserve_seats`): as many as came late to a
coach on average, less those that no-shows left free anyhow on four coaches of five.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scheduler import places
from scheduler.day import headcounts
from scheduler.places import division
from scheduler.plan import Plan
from scheduler.problem import Party, Problem
from scheduler.season.ledger import states
from scheduler.season.ledger.events import Event, SeatTold

SURE_SHARE = 0.8
"""Of the coaches: on so many at least so many seats stayed free."""


@dataclass(frozen=True, slots=True)
class SeatGroup:
    """Riders of a run from one township to one destination: `absent` are those of them named so."""

    township: str
    destination: str
    planned: int
    absent: int


@dataclass(frozen=True, slots=True)
class RunShow:
    """A run that left: who had a seat, how many of them did not come, and how many got their seat late."""

    run: str
    mode: str
    planned: int
    missing: int
    late: int
    groups: tuple[SeatGroup, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """People with a seat on runs that left, and how many of them came."""

    planned: int
    came: int

    @property
    def share(self) -> float:
        """Those who came, of all."""
        return self.came / self.planned


@dataclass(frozen=True, slots=True)
class Advice:
    """Seats to keep free on each coach for late comers, and what that rests on.

    Attributes
    ----------
    reserve_seats : int
    coaches : int
        That left.
    late_a_coach : float
        People who got a seat after its first list was printed, a coach.
    free_anyhow : int
        Seats that no-shows left free on four coaches of five at least.
    """

    reserve_seats: int
    coaches: int
    late_a_coach: float
    free_anyhow: int


def run_shows(problem: Problem, plan: Plan, events: Sequence[Event]) -> tuple[RunShow, ...]:
    """Return what became of the seats of each run that left."""
    party_of = {person.key: party for party in problem.parties for person in party.people}
    left, late = states.departed(events), _late_comers(events)
    found = []
    for run in plan.runs:
        if run.id not in left:
            continue
        absent = states.absent(events, run.id)
        counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for passenger in run.passengers:
            party = party_of.get(passenger.person)
            if party is not None:
                count = counts[party.origin, city_of(party)]
                count[0] += 1
                count[1] += passenger.person in absent
        groups = tuple(SeatGroup(*names, *count) for names, count in sorted(counts.items()))
        newcomers = sum(passenger.person in late.get(run.id, ()) for passenger in run.passengers)
        found.append(RunShow(run.id, run.mode, run.load, headcounts.missing(events, run), newcomers, groups))
    return tuple(found)


def _late_comers(events: Sequence[Event]) -> dict[str, set[str]]:
    """Return, by run, whom a list that replaced an earlier one told their first seat."""
    known: set[str] = set()
    found: dict[str, set[str]] = defaultdict(set)
    for event in events:
        if isinstance(event.data, SeatTold) and not event.data.is_withdrawn:
            if event.person not in known and event.data.replaces:
                found[event.run].add(event.person)
            known.add(event.person)
    return found


def rates(shows: Sequence[RunShow], key: Callable[[SeatGroup], str]) -> dict[str, Rate]:
    """Return how many came, by a name that `key` gives a group, most people first."""
    planned: dict[str, int] = defaultdict(int)
    missing: dict[str, Fraction] = defaultdict(Fraction)
    for show in shows:
        named = sum(group.absent for group in show.groups)
        others = sum(group.planned for group in show.groups) - named
        unnamed = Fraction(max(0, show.missing - named), others) if others else Fraction(0)
        for group in show.groups:
            planned[key(group)] += group.planned
            missing[key(group)] += group.absent + min(unnamed, Fraction(1)) * (group.planned - group.absent)
    found = {name: Rate(n, n - round(missing[name])) for name, n in planned.items() if n}
    return dict(sorted(found.items(), key=lambda item: (-item[1].planned, item[0])))


def advice(shows: Sequence[RunShow]) -> Advice | None:
    """Return how many seats to keep free on each coach; None where none has left yet."""
    coaches = [show for show in shows if show.mode == "coach"]
    if not coaches:
        return None
    late = sum(show.late for show in coaches) / len(coaches)
    free = sorted((show.missing for show in coaches), reverse=True)[math.ceil(SURE_SHARE * len(coaches)) - 1]
    return Advice(max(0, math.ceil(late) - free), len(coaches), late, free)


def city_of(party: Party) -> str:
    """Return province and city of a party's destination; a municipality is one city, whatever the district."""
    found = division(places.city_of(party.destination) or party.destination)
    return found.full_name if found is not None else party.work_stop
