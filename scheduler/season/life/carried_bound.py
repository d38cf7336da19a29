"""What the bound of an earlier plan proves of a plan made now: nothing is cheaper because a coach has broken down.

Let P be the problem of a plan made from nothing, with the bound b, and Q the problem now. Where Q only takes away
(days that are over, coaches, trains, whole parties), a plan of Q that leaves those who are gone is a plan of P: with L
what leaving them costs, it costs at most what it does in Q and L, for moves only add to that. So b - L bounds Q.

Not so once people of a party are gone while others of it travel, or anybody is new: without these a run may be too thin
for P. Nor, with anybody gone, where runs are frozen: those may be thin in Q.

After one lost coach the gap is known at once, and no worse than the first plan's but for what the loss costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scheduler._version import __version__
from scheduler.problem import Party, Problem, VehicleType
from scheduler.season.ledger.events import Cancelled, Declined, Event, Note, Planned
from scheduler.season.life.standing import Resolve, standing_problem


def carried_bound_fen(
    rosters: Problem, problem: Problem, events: Sequence[Event], resolve: Resolve, *, has_frozen: bool
) -> int | None:
    """Return the best bound on every plan of a problem that earlier plans prove; None where none does.

    Parameters
    ----------
    rosters : Problem
        As the files alone make it.
    problem : Problem
        As it is to be planned.
    events : sequence of Event
        The whole ledger.
    resolve : callable
        Of the season.
    has_frozen : bool
        Whether runs are not changed any more.
    """
    found: list[int] = []
    for event in events:
        data = event.data
        if isinstance(data, Note | Cancelled | Declined) and event.person:
            break  # whether a later plan knew of it, or was being made already, nobody can tell
        if not isinstance(data, Planned) or data.bound is None or data.command != "plan":
            continue
        if (data.inputs_sha256, data.version) != (rosters.inputs_sha256, __version__):
            continue  # what it was proven of is not known any more
        before = [each for each in events if each.number < event.number]
        lost_fen = left_more_fen(standing_problem(rosters, before, resolve, data.now), problem)
        if lost_fen is not None and not (lost_fen and has_frozen):
            found.append(data.bound - lost_fen)
    return max(found, default=None)


def left_more_fen(before: Problem, now: Problem) -> int | None:
    """Return what leaving those costs who are gone from a problem since; None where anything was added to it."""
    kept = {party.id: party for party in now.parties}
    parties = {party.id: party for party in before.parties}
    takes_away = (
        now.settings == before.settings
        and now.access == before.access
        and now.distances == before.distances
        and all(now.places.get(name) == place for name, place in before.places.items())
        and set(before.pins) <= set(now.pins)
        and set(now.trains) <= set(before.trains)
        and all(_is_fewer(each, before, now) for each in now.vehicle_types)
        and all(_is_narrower(party, parties.get(name)) for name, party in kept.items())
    )
    if not takes_away:
        return None
    gone = [party for name, party in parties.items() if name not in kept]
    if gone and before.pins:
        return None  # a pin may have asked that they ride, or that others do as they do
    return before.settings.policy.unserved_cost_fen * sum(party.weight for party in gone)


def _is_fewer(vehicle: VehicleType, before: Problem, now: Problem) -> bool:
    """Tell whether there are no more coaches of a type than before, on no day, and they are alike."""
    known = next((each for each in before.vehicle_types if each.key == vehicle.key), None)
    return (
        known is not None
        and replace(known, rows=()) == replace(vehicle, rows=())
        and all(vehicle.available(day) <= known.available(day) for day in now.settings.days)
    )


def _is_narrower(party: Party, before: Party | None) -> bool:
    """Tell whether a party is the same people with the same wish, on no more days."""
    if before is None or _wish(party) != _wish(before):
        return False
    return party.earliest > party.latest or before.earliest <= party.earliest <= party.latest <= before.latest


def _wish(party: Party) -> tuple[object, ...]:
    people = sorted((person.key, person.priority, person.employer_stop or "") for person in party.people)
    return party.origin, party.destination, party.work_stop, party.preferred, party.mode, people
