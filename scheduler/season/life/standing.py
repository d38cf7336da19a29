"""The season as it stands: the rosters and tables, and what has happened to people, trains and coaches since.

Three questions, each answered from the ledger's events alone: who travels how (`standing_problem`), what people have
been told and hold us to (`told_of`), and which runs are not changed any more (`frozen_runs`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from scheduler.evaluate import Evaluator, is_moved
from scheduler.plan import Plan, Run, Told
from scheduler.problem import Party, Person, Place, Problem
from scheduler.season.ask.fleet_changes import fewer
from scheduler.season.ledger import states
from scheduler.season.ledger.events import Event, Frozen, Note, SeatTold, Wish

Resolve = Callable[[str], tuple[str, Place] | None]
"""A destination as written -> its division's code and the stop of its city or county; None where it is not known."""


# Who travels how ---------------------------------------------------------------------------------------------------


def standing_problem(problem: Problem, events: Sequence[Event], resolve: Resolve, now: dt.datetime | None) -> Problem:
    """Return the problem as the events have changed it.

    Parameters
    ----------
    problem : Problem
        As the rosters and tables say it today.
    events : sequence of Event
        The whole ledger.
    resolve : callable
        Of the season that the problem was read from.
    now : datetime, optional
        Dates that are over are closed to everybody; None: none is.

    Notes
    -----
    Who cancelled or declined is left out; the rest of the party travels. Who changed the wish leaves the party for one
    of their own (with those of it who wish the same): a party has one wish.
    """
    gone = states.cancelled(events) | {
        person for person, reply in states.replies(events).items() if reply.data.kind == "declined"
    }
    wishes: dict[str, dict[str, Note]] = {}
    lost: list[Note] = []
    for event in events:
        if isinstance(event.data, Note) and event.data.change:
            if event.person:
                wishes.setdefault(event.person, {})[event.data.change] = event.data
            else:
                lost.append(event.data)
    places = dict(problem.places)
    parties = []
    for party in problem.parties:
        for changed in _split(party, gone, wishes, problem, resolve, places):
            parties.append(changed if now is None else _from_now(changed, problem, now))
    standing = replace(problem, parties=tuple(parties), places=places)
    for change in lost:
        standing = _without(standing, change)
    return standing


def _split(
    party: Party,
    gone: Collection[str],
    wishes: Mapping[str, Mapping[str, Note]],
    problem: Problem,
    resolve: Resolve,
    places: dict[str, Place],
) -> Iterator[Party]:
    """Yield the parties that a party has become: one for each wish its people have now."""
    if not any(person.key in gone or person.key in wishes for person in party.people):
        yield party
        return
    groups: dict[Party, list[Person]] = {}
    for person in party.people:
        if person.key in gone:
            continue
        wish = replace(party, id="", people=())
        for change in wishes.get(person.key, {}).values():
            wish = _wished(wish, change, problem, resolve, places)
        groups.setdefault(wish, []).append(person)
    for wish, people in groups.items():
        whole = len(people) == party.size
        yield replace(wish, id=party.id if whole else min(each.key for each in people), people=tuple(people))


def _wished(party: Party, change: Note, problem: Problem, resolve: Resolve, places: dict[str, Place]) -> Party:
    settings = problem.settings
    if change.change == "destination":
        found = resolve(change.destination)
        if found is None:
            return party
        code, stop = found
        places.setdefault(stop.name, stop)
        return replace(party, destination=code, work_stop=stop.name)
    if change.change != "date":
        return party
    first, last, preferred = change.earliest, change.latest, change.date
    if preferred is not None:
        days = dt.timedelta(days=settings.policy.flexible_days)
        first, last = first or preferred - days, last or preferred + days
    first, last = first or party.earliest, last or party.latest
    return replace(
        party,
        earliest=max(settings.first_date, first),
        latest=min(settings.last_date, last),
        preferred=preferred if preferred is not None else party.preferred,
    )


def _from_now(party: Party, problem: Problem, now: dt.datetime) -> Party:
    """Return the party without the dates that are over: today is, once the last coach of the day has left."""
    clocks = [dt.time.fromisoformat(clock) for clock in problem.settings.coach_rules.depart_at]
    trains = [train for train in problem.trains if train.date == now.date()]
    clocks += [
        (dt.datetime.min + dt.timedelta(minutes=stop.depart_min)).time()
        for train in trains
        for stop in train.stops[:1]
        if stop.depart_min is not None and stop.depart_min < 24 * 60
    ]
    first = now.date() if now.time() < max(clocks) else now.date() + dt.timedelta(days=1)
    return party if party.earliest >= first else replace(party, earliest=first)


def _without(problem: Problem, change: Note) -> Problem:
    """Return the problem without a train that does not run, or coaches that broke down."""
    if change.change == "train_cancelled":
        kept = (each for each in problem.trains if each.train != change.train or change.date not in (None, each.date))
        return replace(problem, trains=tuple(kept))
    if change.change != "vehicle_lost" or change.first is None or change.last is None:
        return problem
    key = change.vehicle_type, change.operator
    first, last = change.first, change.last

    types = (
        replace(each, rows=fewer(each, change.count, first, last, change.plate)) if each.key == key else each
        for each in problem.vehicle_types
    )
    return replace(problem, vehicle_types=tuple(types))


# What people have been told ----------------------------------------------------------------------------------------


def wish_of(party: Party) -> Wish:
    """Return what a party asks for, as a `told` event keeps it."""
    return Wish(
        destination=party.destination,
        earliest=party.earliest,
        latest=party.latest,
        preferred=party.preferred,
        mode=party.mode,
    )


def asked_for_something_else(party: Party, data: SeatTold) -> bool:
    """Tell whether a party's wish is not what it was when its people were told.

    The window counts only where it shuts out the date that they were told: it also moves with flexible_days, which
    nobody of them changed.
    """
    if data.date is not None and not party.earliest <= data.date <= party.latest:
        return True
    then = data.wish
    if then is None:
        return False
    return (party.destination, party.preferred, party.mode) != (then.destination, then.preferred, then.mode)


def told_of(problem: Problem, original: Problem, events: Sequence[Event]) -> tuple[Told, ...]:
    """Return what binds a new plan: what people of the problem have been told, whose wish is what it was then.

    Parameters
    ----------
    problem : Problem
        As it stands.
    original : Problem
        The same before dates that are over were closed: nobody asks for another date by letting one pass.
    """
    windows = {person.key: party for party in original.parties for person in party.people}
    told = states.told(events)
    found = []
    for party in problem.parties:
        for person in party.people:
            event = told.get(person.key)
            seat = None if event is None else as_told(event)
            if event is None or seat is None or not isinstance(event.data, SeatTold):
                continue
            if not asked_for_something_else(windows.get(person.key, party), event.data):
                found.append(seat)
    return tuple(sorted(found, key=lambda each: each.person))


def as_told(event: Event) -> Told | None:
    """Return what a `told` event told somebody; None where it took the seat back."""
    data = event.data
    if not isinstance(data, SeatTold) or data.date is None:
        return None
    return Told(
        person=event.person, run=event.run, date=data.date, board=data.board, depart=data.depart, alight=data.alight
    )


# What is not changed any more --------------------------------------------------------------------------------------


def frozen_runs(problem: Problem, plan: Plan, events: Sequence[Event], now: dt.datetime) -> frozenset[str]:
    """Return the ids of the runs of the plan that are data for a new one.

    Those that departed, those that somebody froze, and those people were told of that depart within freeze_hours of
    `now`; not those that somebody has freed again, trains that do not run, nor those whose coach is lost.
    """
    told_runs = runs_told(problem, plan, events)
    departed = _departed(plan, events, told_runs, now)
    said = {event.run: event.data.frozen for event in events if isinstance(event.data, Frozen)}
    horizon = now + dt.timedelta(hours=problem.settings.policy.freeze_hours)
    trains = {(train.train, train.date) for train in problem.trains}

    def is_frozen(run: Run) -> bool:
        if run.mode == "train" and (run.train, run.date) not in trains:
            return False
        if run.id in departed:
            return True
        if run.id in said:
            return said[run.id]
        leaves = leaving(run)
        return run.id in told_runs and leaves is not None and leaves <= horizon

    frozen = [run for run in plan.runs if is_frozen(run)]
    return frozenset(run.id for run in frozen) - _without_coach(problem, frozen, departed, events)


def _without_coach(
    problem: Problem, frozen: Sequence[Run], departed: Collection[str], events: Sequence[Event]
) -> set[str]:
    """Return which frozen runs have no coach any more: those named with a lost coach first, then the latest.

    Runs that have left are not among them, whatever the fleet says now.
    """
    evaluator = Evaluator(problem)
    lost = {event.run for event in events if isinstance(event.data, Note) and event.data.change == "vehicle_lost"}
    types = {vehicle.key: vehicle for vehicle in problem.vehicle_types}
    free: Counter[tuple[tuple[str, str], dt.date]] = Counter()
    for key, vehicle in types.items():
        for day in problem.settings.days:
            free[key, day] = vehicle.available(day)
    found = set()
    coaches = (run for run in frozen if run.mode == "coach")
    for run in sorted(coaches, key=lambda run: (run.id not in departed, run.id in lost, run.date, run.id)):
        key = run.vehicle_type or "", run.operator or ""
        first, last = evaluator.days_held(run.date, round(1000 * (run.path_km or 0)))
        days = [(key, day) for day in problem.settings.days if first <= day <= last]
        if run.id not in departed and any(free[each] < 1 for each in days):
            found.add(run.id)
        else:
            free.subtract(days)
    return found


def runs_told(problem: Problem, plan: Plan, events: Sequence[Event]) -> frozenset[str]:
    """Return the ids of the runs on which somebody has been told the seat that the plan gives."""
    told = states.told(events)
    tolerance_min = problem.settings.policy.notice_tolerance_min
    found = set()
    for run, passenger in plan.passengers():
        event = told.get(passenger.person)
        seat = None if event is None else as_told(event)
        if seat is not None and not is_moved(seat, run, passenger, tolerance_min):
            found.add(run.id)
    return frozenset(found)


def departed_runs(problem: Problem, plan: Plan, events: Sequence[Event], now: dt.datetime) -> frozenset[str]:
    """Return the ids of the runs of the plan that have left: somebody said so, or people were told they leave by now.

    Whom nobody has reported yet is on the road all the same: their people are not sent elsewhere.
    """
    return _departed(plan, events, runs_told(problem, plan, events), now)


def _departed(plan: Plan, events: Sequence[Event], told_runs: Collection[str], now: dt.datetime) -> frozenset[str]:
    said = states.departed(events)

    def has_left(run: Run) -> bool:
        leaves = leaving(run)
        return run.id in said or (run.id in told_runs and leaves is not None and leaves <= now)

    return frozenset(run.id for run in plan.runs if has_left(run))


def leaving(run: Run) -> dt.datetime | None:
    """Return when a run leaves its first stop; None where nobody gave a time."""
    return next((stop.depart for stop in run.stops if stop.kind == "board"), None)
