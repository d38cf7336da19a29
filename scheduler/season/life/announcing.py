"""The current plan becomes what people have been told: who must hear something, and which lists are new.

Only what differs from what was told before is told: another date, place or departure, a first seat, a seat taken back;
and another minibus to the run, by place or time: whoever waits where it does not come misses the run, too.
A list is new where its people, seats or times are; it has a number of its own and names the one that it replaces.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.evaluate import is_moved
from scheduler.plan import Feeder, Passenger, Plan, Run
from scheduler.problem import Party, Problem
from scheduler.season.ledger import states
from scheduler.season.ledger.events import Cancelled, Entry, Event, EventData, Exported, SeatTold
from scheduler.season.life.standing import as_told, wish_of


@dataclass(frozen=True, slots=True)
class RunList:
    """The list of one run: its number, the number that it replaces (0: none), the digest of what stands on it."""

    run: str
    number: int
    replaces: int
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """What telling the plan means.

    Attributes
    ----------
    told : tuple of str
        Keys of people who are told a seat for the first time.
    changed : tuple of str
        Of people who are told another date, place or departure, or another minibus to the run.
    withdrawn : tuple of str
        Of people who are told that they have no seat any more.
    gone : tuple of str
        Of people who had been told a seat and declined it, or are in no roster any more: nothing to tell them.
    lists : tuple of RunList
        The lists to print; of the other runs what was printed holds.
    entries : tuple of Entry
        For the ledger.
    """

    told: tuple[str, ...]
    changed: tuple[str, ...]
    withdrawn: tuple[str, ...]
    gone: tuple[str, ...]
    lists: tuple[RunList, ...]
    entries: tuple[Entry, ...]

    @property
    def hearing(self) -> frozenset[str]:
        """Everybody who has to be told something."""
        return frozenset((*self.told, *self.changed, *self.withdrawn))


def announcement(
    problem: Problem, plan: Plan, events: Sequence[Event], number: int | None, only: Collection[str] = ()
) -> Announcement:
    """Return what is to be told and printed.

    Parameters
    ----------
    problem : Problem
        As it stands.
    plan : Plan
        The current one.
    events : sequence of Event
        The whole ledger.
    number : int or None
        The plan's number.
    only : collection of str
        Ids of the runs to announce; none: all, and seats that are taken back too.
    """
    known = states.told(events)
    parties = {person.key: party for party in problem.parties for person in party.people}
    lists = tuple(_lists(plan, events, only))
    number_of = {each.run: each for each in lists}
    told: list[str] = []
    changed: list[str] = []
    entries: list[Entry] = []
    tolerance_min = problem.settings.policy.notice_tolerance_min
    cancelled = states.cancelled(events)
    loads = {run.id: run.load for run in plan.runs}
    fetched = pickups(plan)
    riders = {}
    for run, passenger in plan.passengers():
        riders[passenger.person] = run
        if (only and run.id not in only) or passenger.person in cancelled:
            continue  # who has cancelled since the plan was made keeps no seat by being told one
        before = known.get(passenger.person)
        seat = None if before is None else as_told(before)
        pickup = fetched.get(passenger.person)
        is_known = seat is not None and not is_moved(seat, run, passenger, tolerance_min)
        if is_known and before is not None and not _fetched_otherwise(before.data, pickup, tolerance_min):
            continue
        (told if seat is None else changed).append(passenger.person)
        entries.append(_seat(run, passenger, parties.get(passenger.person), pickup, number_of.get(run.id), number))
    declined = {person for person, reply in states.replies(events).items() if reply.data.kind == "declined"}
    left = [] if only else [person for person in known if person not in riders]
    withdrawn = [person for person in left if person in parties]
    gone = [person for person in left if person not in parties]
    entries += [Entry(SeatTold(), person, known[person].run, number) for person in withdrawn]
    entries += [_gone(person, known[person].run, number, declined) for person in gone]
    entries += [
        Entry(
            Exported(
                command="announce",
                reader="run",
                rows=loads.get(each.run, 0),
                files=(each.content_sha256,),
                list_number=each.number,
                replaces=each.replaces,
            ),
            run=each.run,
            plan=number,
        )
        for each in lists
    ]
    return Announcement(tuple(told), tuple(changed), tuple(withdrawn), tuple(gone), lists, tuple(entries))


def _gone(person: str, run: str, number: int | None, declined: Collection[str]) -> Entry:
    """Return that somebody has no seat whom there is nothing to tell.

    Who declined has cancelled. Who is in no roster may be so by mistake: once the roster is whole again they travel.
    """
    return Entry(Cancelled() if person in declined else SeatTold(), person, run, number)


def pickups(plan: Plan) -> dict[str, tuple[str, datetime | None]]:
    """Return where and when minibuses fetch people to their runs, by person; going home none does."""
    if plan.direction != "to_work":
        return {}
    person_at = {(run.id, passenger.ref): passenger.person for run, passenger in plan.passengers()}
    return {
        person_at[feeder.serves, ref]: (stop.place, stop.depart or stop.arrive)
        for feeder in plan.feeders
        for stop in feeder.stops
        if stop.kind == "board"
        for ref in stop.refs
        if (feeder.serves, ref) in person_at
    }


def _fetched_otherwise(told: EventData, pickup: tuple[str, datetime | None] | None, tolerance_min: int) -> bool:
    """Tell whether somebody waits for the minibus elsewhere, or at another time, than they were told."""
    if not isinstance(told, SeatTold):
        return False
    place, at = pickup if pickup is not None else ("", None)
    if place != told.pickup or (at is None) != (told.pickup_at is None):
        return True
    if at is None or told.pickup_at is None:
        return False
    return abs(at - told.pickup_at) > timedelta(minutes=tolerance_min)


def _seat(
    run: Run,
    passenger: Passenger,
    party: Party | None,
    pickup: tuple[str, datetime | None] | None,
    listed: RunList | None,
    number: int | None,
) -> Entry:
    place, at = pickup if pickup is not None else ("", None)
    data = SeatTold(
        date=run.date,
        board=passenger.board,
        depart=run.departure(passenger.board),
        alight=passenger.alight,
        wish=None if party is None else wish_of(party),
        pickup=place,
        pickup_at=at,
        list_number=0 if listed is None else listed.number,
        replaces=0 if listed is None else listed.replaces,
    )
    return Entry(data, passenger.person, run.id, number)


def _lists(plan: Plan, events: Sequence[Event], only: Collection[str]) -> Iterator[RunList]:
    """Yield the lists that are not what was printed last; that of a run which has ended is replaced by none."""
    printed, last = states.printed_lists(events), states.last_list(events)
    for run in plan.runs:
        if only and run.id not in only:
            continue
        digest = content_sha256(run, [each for each in plan.feeders if each.serves == run.id])
        before = printed.get(run.id)
        if before is None or digest not in before.files:
            last += 1
            yield RunList(run.id, last, before.list_number if before else 0, digest)
    kept = {run.id for run in plan.runs}
    for name, before in printed.items() if not only else ():
        if name not in kept and before.rows:  # the run has ended: its list holds no more, and that is said once
            last += 1
            yield RunList(name, last, before.list_number, _NOTHING)


_NOTHING = hashlib.sha256(b"").hexdigest()
"""Of the list of a run that does not take place."""


def content_sha256(run: Run, feeders: Sequence[Feeder] = ()) -> str:
    """Return a digest of all that a run's list says: people, seats, stops, times, vehicle, crew, minibuses to it.

    Where a row stood says nothing of who rides, nor does the order of the plan's passengers, or which of its people a
    party is named after.
    """
    data = run.model_dump(mode="json")
    person_of = {passenger.ref: passenger.person for passenger in run.passengers}
    data["passengers"].sort(key=lambda each: each["person"])
    named: dict[str, str] = {}
    for passenger in data["passengers"]:
        del passenger["ref"]
        passenger["party"] = named.setdefault(passenger["party"], passenger["person"])
    data["feeders"] = []
    for feeder in feeders:
        said = feeder.model_dump(mode="json")
        for stop in said["stops"]:
            stop["refs"] = sorted(person_of[ref] for ref in stop["refs"] if ref in person_of)
        data["feeders"].append(said)
    return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
