"""Times of the runs: in order, legal for a coach (the itinerary reads them); and the feeders that must meet them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from scheduler.i18n import _
from scheduler.itinerary import Breach, breaches
from scheduler.itinerary.feeder_breaches import feeder_breaches
from scheduler.plan import Feeder, FeederStop, Run, Stop
from scheduler.verify.context import Case
from scheduler.verify.violation import Violation, violation

LONGEST_RUN = timedelta(days=30)


def times(case: Case) -> Iterator[Violation]:
    """Check that times are near the run's date and never run backwards, and that a coach's are a legal timetable.

    A coach must have its times: without them nobody can tell whether it is legal. A train's are held to its table
    by `trains`.
    """
    paths = {id(coach.run): coach.path for coach in case.coaches}
    for run in case.plan.runs:
        wrong = [*_forwards(run.id, run.stops), *_far(run.id, run, run.stops)]
        yield from wrong
        if paths.get(id(run)) is not None and not wrong:
            for breach in breaches(case.problem, run):
                yield _of_breach(run.id, "V224", breach)


def _of_breach(where: str, code: str, breach: Breach) -> Violation:
    """Return a breach of the road's rules as a violation: its message names the rule, its place the minute."""
    minute = [] if breach.minute is None else [_minute(breach.minute)]
    return Violation(code, " ".join((where, breach.place, *minute)), breach.expected, breach.actual, breach.rule)


def _far(where: str, run: Run, stops: Sequence[Stop | FeederStop]) -> list[Violation]:
    """Return a violation for the first time that lies far from the run's date."""
    far = [moment for _place, moment in _moments(stops) if abs(moment.date() - run.date) > LONGEST_RUN]
    return [violation("V223", where, run.date, _minute(far[0]))] if far else []


def _forwards(where: str, stops: Sequence[Stop | FeederStop]) -> Iterator[Violation]:
    for (_place, before), (place, after) in pairwise(_moments(stops)):
        if after < before:
            yield violation("V221", f"{where} {place}", f">= {_minute(before)}", _minute(after))


def _moments(stops: Sequence[Stop | FeederStop]) -> list[tuple[str, datetime]]:
    """Return the times given, in the order of the stops, each with its place."""
    return [(stop.place, moment) for stop in stops for moment in (stop.arrive, stop.depart) if moment is not None]


def _minute(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def feeders(case: Case) -> Iterator[Violation]:
    """Check that each feeder carries people of its run between their township's stop and the run, seated, in time."""
    runs = {run.id: run for run in case.plan.runs}
    crew = 1 if case.rules.crew_in_rated_seats else 0
    seats: dict[str, int] = {}
    for vehicle in case.problem.feeder_types:
        # A feeder names no operator: of several with one type the fewest seats count.
        offered = vehicle.rated_seats - crew
        seats[vehicle.vehicle_type] = min(offered, seats.get(vehicle.vehicle_type, offered))
    stops_of: dict[str, set[str]] = {}
    for place in case.problem.places.values():
        if place.kind == "stop" and place.township is not None:
            stops_of.setdefault(place.township, set()).add(place.name)
    carried: set[str] = set()
    in_order = []
    for feeder in case.plan.feeders:
        run, most = runs.get(feeder.serves), _most_on_board(feeder)
        if run is None:
            yield violation("V231", feeder.id, _("the id of a run"), feeder.serves)
        if feeder.vehicle_type not in seats:
            yield violation("V231", feeder.id, _("a feeder of the fleet"), feeder.vehicle_type)
        elif most > seats[feeder.vehicle_type]:
            yield violation("V233", feeder.id, f"<= {seats[feeder.vehicle_type]}", most)
        if run is not None:
            yield from _riders(case, feeder, run, stops_of, carried)
            wrong = [*_forwards(feeder.id, feeder.stops), *_far(feeder.id, run, feeder.stops)]
            yield from wrong
            if not wrong and not _far(run.id, run, run.stops):
                in_order.append(feeder)
    for feeder_id, breach in feeder_breaches(case.problem, case.plan.model_copy(update={"feeders": tuple(in_order)})):
        yield _of_breach(feeder_id, "V234", breach)


def _most_on_board(feeder: Feeder) -> int:
    load = most = 0
    for stop in feeder.stops:
        load += len(stop.refs) if stop.kind == "board" else -len(stop.refs)
        most = max(most, load)
    return most


def _riders(
    case: Case, feeder: Feeder, run: Run, stops_of: dict[str, set[str]], carried: set[str]
) -> Iterator[Violation]:
    passengers = {passenger.ref: passenger for passenger in run.passengers}
    rides: dict[str, list[tuple[str, str]]] = {}
    for stop in feeder.stops:
        for ref in stop.refs:
            rides.setdefault(ref, []).append((stop.kind, stop.place))
    for ref, ride in rides.items():
        passenger = passengers.get(ref)
        known = case.people.get(passenger.person) if passenger is not None else None
        if passenger is None or known is None:
            yield violation("V232", f"{feeder.id} {ref}", _("a passenger of {run}").format(run=run.id), ref)
            continue
        hub, own = case.home_place(passenger), stops_of.get(known[0].origin, set())
        way = [kind for kind, _place in ride], [place for _kind, place in ride]
        at_home, at_hub = (0, 1) if case.to_work else (1, 0)
        place = case.problem.places.get(hub)
        away = place is not None and place.township != known[0].origin
        fine = way[0] == ["board", "alight"] and way[1][at_home] in own and way[1][at_hub] == hub and away
        if not fine or ref in carried:
            expected = f"{'/'.join(sorted(own))} {'->' if case.to_work else '<-'} {hub}"
            yield violation("V232", f"{feeder.id} {ref}", expected, " -> ".join(way[1]))
        carried.add(ref)
