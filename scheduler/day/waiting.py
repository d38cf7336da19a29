"""The waiting list: parties without a seat, by priority, then by when they registered; and whom free seats could take.

A party is served whole or not at all. What a free seat costs is exact, the rest as planned: nobody else is told
anything, no coach changes its way. What is pinned of a party holds here too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from scheduler.alternatives.ways import Alternatives
from scheduler.pinned import PinIndex
from scheduler.plan import Plan, Run
from scheduler.problem import Party, Problem


@dataclass(frozen=True, slots=True)
class Offer:
    """Seats of one run for a whole party.

    Attributes
    ----------
    run : str
    free : int
        Seats that are free there, kept seats apart.
    board, alight : str
    extra_fen : int
        What the plan costs more (less, below 0) than leaving the party.
    """

    run: str
    free: int
    board: str
    alight: str
    extra_fen: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """One party without a seat: its place in the list, and the runs that could take it whole, cheapest first."""

    place: int
    party: Party
    priority: int
    reason: str
    offers: tuple[Offer, ...]


def waiting_list(problem: Problem, plan: Plan, frozen: Collection[str], since: Mapping[str, int]) -> list[Waiting]:
    """Return the waiting list.

    Parameters
    ----------
    problem : Problem
        As it stands.
    plan : Plan
        The current one.
    frozen : collection of str
        Runs that take nobody any more.
    since : mapping of key to int
        When each person was first known, in any unit that grows.
    """
    aboard = {passenger.person for _run, passenger in plan.passengers()}
    reasons = {person: entry.reason for entry in plan.unserved for person in entry.persons}
    left = [party for party in problem.parties if not any(person.key in aboard for person in party.people)]

    def turn(party: Party) -> tuple[int, int, str]:
        first = min(since.get(person.key, 0) for person in party.people)
        return -max(person.priority for person in party.people), first, party.id

    ways = Alternatives(problem, plan, frozen)
    runs, pinned = {run.id: run for run in plan.runs}, PinIndex(problem)
    free = {run.id: run.seats - run.load - _kept(problem, run) for run in plan.runs}
    found = []
    for place, party in enumerate(sorted(left, key=turn), start=1):
        offers = [
            Offer(each.run, free[each.run], each.board, each.alight, each.extra_fen)
            for each in ways.free_seats(party)
            if each.extra_fen is not None and pinned.allows(party, runs[each.run], each.board)
        ]
        priority = max(person.priority for person in party.people)
        found.append(Waiting(place, party, priority, reasons.get(party.people[0].key, ""), tuple(offers)))
    return found


def _kept(problem: Problem, run: Run) -> int:
    return problem.settings.policy.reserve_seats if run.mode == "coach" else 0
