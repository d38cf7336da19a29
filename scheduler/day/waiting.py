"""The waiting list: parties without a seat, by priority, then by when they registered; and whom free seats could take.

A party is served whole or not at all. What a free seat costs is exact, the rest as planned: nobody else is told
anything, no coach changes its way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from scheduler.evaluate import Evaluator
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

    evaluator = Evaluator(problem)
    runs = [run for run in plan.runs if run.id not in frozen]
    found = []
    for place, party in enumerate(sorted(left, key=turn), start=1):
        offers = [offer for run in runs if (offer := _offer(evaluator, run, party)) is not None]
        offers.sort(key=lambda offer: (offer.extra_fen, offer.run))
        priority = max(person.priority for person in party.people)
        found.append(Waiting(place, party, priority, reasons.get(party.people[0].key, ""), tuple(offers)))
    return found


def _offer(evaluator: Evaluator, run: Run, party: Party) -> Offer | None:
    """Return how a run could take a party with nothing of the run changed; None where it cannot."""
    policy = evaluator.policy
    kept = policy.reserve_seats if run.mode == "coach" else 0
    free = run.seats - kept - run.load
    if free < party.size or not party.earliest <= run.date <= party.latest or party.mode not in ("any", run.mode):
        return None
    way = _by_coach(evaluator, run, party) if run.mode == "coach" else _by_train(evaluator, run, party)
    if way is None:
        return None
    board, alight, each_fen = way
    shift_days = abs((run.date - party.preferred).days) if party.preferred is not None else 0
    shift_fen = policy.date_shift_cost_fen * shift_days * party.size
    leaving_fen = policy.unserved_cost_fen * party.weight
    return Offer(run.id, free, board, alight, each_fen * party.size + shift_fen - leaving_fen)


def _by_coach(evaluator: Evaluator, run: Run, party: Party) -> tuple[str, str, int] | None:
    access = evaluator.access_fen(party.origin)
    ends = run.places("board"), run.places("alight")
    home, work = ends if evaluator.to_work else ends[::-1]
    open_stops = [stop for stop in home if stop in access]
    wanted = [frozenset(work) & evaluator.coach_work_stops(party, person) for person in party.people]
    if not open_stops or not all(wanted):
        return None
    here = min(open_stops, key=lambda stop: (access[stop], stop))
    there = party.work_stop if party.work_stop in work else min(wanted[0])
    return (here, there, access[here]) if evaluator.to_work else (there, here, access[here])


def _by_train(evaluator: Evaluator, run: Run, party: Party) -> tuple[str, str, int] | None:
    train = evaluator.trains.get((run.train or "", run.date))
    if train is None:
        return None
    boards, alights = set(run.places("board")), set(run.places("alight"))
    for i, j, fen in evaluator.train_options(train, party):
        board, alight = train.stops[i].place, train.stops[j].place
        if board in boards and alight in alights:
            return board, alight, fen
    return None
