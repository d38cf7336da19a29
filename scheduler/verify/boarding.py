"""Where each passenger boards and alights, and where they sit."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.i18n import _
from scheduler.plan import Passenger, Run
from scheduler.problem import Train, TrainStop
from scheduler.verify.context import Case, at
from scheduler.verify.violation import Violation, violation


def boarding(case: Case) -> Iterator[Violation]:
    """Check each passenger's two places: stops of the run, open to the own township, and of the own destination."""
    trains = {id(run): train for run, train in case.train_runs}
    for run in case.plan.runs:
        boards, alights = first_positions(run, "board"), last_positions(run, "alight")
        train_stops = _stops_by_place(trains.get(id(run)))
        for passenger in run.passengers:
            start, end = boards.get(passenger.board), alights.get(passenger.alight)
            if start is None or end is None or start >= end:
                yield violation(
                    "V132",
                    at(run, passenger.ref),
                    f"{_places(run, 'board')} -> {_places(run, 'alight')}",
                    f"{passenger.board} -> {passenger.alight}",
                )
            if passenger.person in case.people:
                yield from _open_to(case, run, passenger, train_stops)


def first_positions(run: Run, kind: str) -> dict[str, int]:
    """Return where in the run each place first is a stop of this kind."""
    return {stop.place: i for i, stop in reversed(tuple(enumerate(run.stops))) if stop.kind == kind}


def last_positions(run: Run, kind: str) -> dict[str, int]:
    """Return where in the run each place last is a stop of this kind."""
    return {stop.place: i for i, stop in enumerate(run.stops) if stop.kind == kind}


def _places(run: Run, kind: str) -> str:
    return ", ".join(run.places(kind)) or "-"


def _stops_by_place(train: Train | None) -> dict[str, TrainStop]:
    return {} if train is None else {stop.place: stop for stop in train.stops}


def _open_to(case: Case, run: Run, passenger: Passenger, stops: dict[str, TrainStop]) -> Iterator[Violation]:
    party, person = case.people[passenger.person]
    home, work = case.home_place(passenger), case.work_place(passenger)
    access = case.evaluator.access_fen(party.origin)
    if home not in access:
        yield violation("V131", at(run, passenger.ref), _open_places(party.origin, list(access)), home)
    if run.mode == "coach":
        own = case.evaluator.coach_work_stops(party, person)
        if work not in own:
            yield violation("V133", at(run, passenger.ref), ", ".join(sorted(own)), work)
    elif work in stops and not case.evaluator.serves_destination(stops[work], party):
        yield violation("V133", at(run, passenger.ref), party.work_stop, work)


def _open_places(origin: str, names: list[str]) -> str:
    shown = ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")
    return f"{origin}: {shown or _('no place at all')}"


def seat_labels(case: Case) -> Iterator[Violation]:
    """Check seat numbers: in a coach within 1..rated, one person each, a party in consecutive ones.

    A train's may be missing, or be of any form (only plain numbers are held to be consecutive); two people may share
    one only where a seat freed on the way is sold again.
    """
    for coach in case.coaches:
        rated = coach.vehicle.rated_seats if coach.vehicle is not None else None
        numbers: dict[str, list[int]] = {}
        taken: dict[int, Passenger] = {}
        for passenger in coach.run.passengers:
            number = seat_number(passenger.seat)
            if number is None or number < 1 or (rated is not None and number > rated):
                expected = f"1 .. {rated}" if rated is not None else _("a number")
                yield violation("V161", at(coach.run, passenger.ref), expected, passenger.seat)
                continue
            holder = taken.setdefault(number, passenger)
            if holder.person != passenger.person:
                yield violation("V162", at(coach.run, passenger.ref), _("a free seat"), f"{number}: {holder.ref}")
            numbers.setdefault(passenger.party, []).append(number)
        yield from _apart(coach.run, numbers)
    for run, train in case.train_runs:
        yield from _train_labels(run, resell=train is not None and train.resell)


def seat_number(label: str | None) -> int | None:
    """Return a seat label's number, None when it is not a plain one."""
    if label is None or not (label.isascii() and label.isdigit()) or len(label) > 6:
        return None
    return int(label)


def _apart(run: Run, numbers: dict[str, list[int]]) -> Iterator[Violation]:
    for party, seats in numbers.items():
        if max(seats) - min(seats) >= len(seats):
            listed = ", ".join(str(seat) for seat in sorted(seats))
            yield violation("V163", at(run, party), _("consecutive"), listed)


def _train_labels(run: Run, *, resell: bool) -> Iterator[Violation]:
    boards, alights = first_positions(run, "board"), last_positions(run, "alight")
    rides: dict[str, list[tuple[int, int, str, str]]] = {}
    numbers: dict[str, list[int]] = {}
    for passenger in run.passengers:
        number = seat_number(passenger.seat)
        if number is not None:
            numbers.setdefault(passenger.party, []).append(number)
        if passenger.seat is not None:
            start = boards.get(passenger.board, 0) if resell else 0
            end = alights.get(passenger.alight, len(run.stops)) if resell else 1
            rides.setdefault(passenger.seat, []).append((start, end, passenger.ref, passenger.person))
    yield from _apart(run, numbers)
    for seat, intervals in rides.items():
        free_at, holder, holder_ref = -1, "", ""
        for start, end, ref, person in sorted(intervals):
            if start < free_at and person != holder:
                yield violation("V162", at(run, ref), _("a free seat"), f"{seat}: {holder_ref}")
            if end > free_at:
                free_at, holder, holder_ref = end, person, ref
