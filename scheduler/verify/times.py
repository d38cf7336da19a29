"""Times of the runs: in order, legal for a coach (the itinerary reads them); and the feeders that must meet them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from scheduler.i18n import _
from scheduler.itinerary import breaches
from scheduler.plan import Feeder, FeederStop, Run, Stop
from scheduler.verify.case import Case, at
from scheduler.verify.violation import Violation, violation

LONGEST_RUN = timedelta(days=30)


def times(case: Case) -> Iterator[Violation]:
    """Check that times are near the run's date and never run backwards, and that a coach's are a legal timetable.

    A coach must have its times: without them nobody can tell whether it is legal. A train's are held to its table
    by `trains`.
    """
    paths = {id(coach.run): coach.path for coach in case.coaches}
    for run in case.plan.runs:
        far = [moment for _place, moment in _moments(run.stops) if abs(moment.date() - run.date) > LONGEST_RUN]
        backwards = list(_forwards(run.id, run.stops))
        yield from backwards
        if far:
            yield violation("V223", at(run), run.date, _minute(far[0]))
        if paths.get(id(run)) is not None and not far and not backwards:
            yield from _legal(case, run)


def _legal(case: Case, run: Run) -> Iterator[Violation]:
    for breach in breaches(case.problem, run):
        where = " ".join(part for part in (at(run, breach.place), _minute(breach.minute)) if part != "-")
        yield Violation("V224", where, breach.expected, breach.actual, breach.rule)


def _forwards(where: str, stops: Sequence[Stop | FeederStop]) -> Iterator[Violation]:
    for (_place, before), (place, after) in pairwise(_moments(stops)):
        if after < before:
            yield violation("V221", f"{where} {place}", f">= {_minute(before)}", _minute(after))


def _moments(stops: Sequence[Stop | FeederStop]) -> list[tuple[str, datetime]]:
    """Return the times given, in the order of the stops, each with its place."""
    return [(stop.place, moment) for stop in stops for moment in (stop.arrive, stop.depart) if moment is not None]


def _minute(moment: datetime | None) -> str:
    return "-" if moment is None else moment.isoformat(timespec="minutes")


def feeders(case: Case) -> Iterator[Violation]:
    """Check that each feeder carries people of its run between their township's stop and the run, in time, seated."""
    runs = {run.id: run for run in case.plan.runs}
    types = {vehicle.vehicle_type: vehicle for vehicle in case.problem.feeder_types}
    stops_of: dict[str, set[str]] = {}
    for place in case.problem.places.values():
        if place.kind == "stop" and place.township is not None:
            stops_of.setdefault(place.township, set()).add(place.name)
    carried: set[str] = set()
    for feeder in case.plan.feeders:
        yield from _forwards(feeder.id, feeder.stops)
        run, vehicle = runs.get(feeder.serves), types.get(feeder.vehicle_type)
        if run is None:
            yield violation("V231", feeder.id, _("the id of a run"), feeder.serves)
        if vehicle is None:
            yield violation("V231", feeder.id, _("a feeder of the fleet"), feeder.vehicle_type)
        else:
            crew = 1 if case.rules.crew_in_rated_seats else 0
            most = _most_on_board(feeder)
            if most > vehicle.rated_seats - crew:
                yield violation("V233", feeder.id, f"<= {vehicle.rated_seats - crew}", most)
        if run is not None:
            yield from _riders(case, feeder, run, stops_of, carried)
            yield from _meets(case, feeder, run)


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
        passenger, known = passengers.get(ref), case.people.get(ref)
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


def _meets(case: Case, feeder: Feeder, run: Run) -> Iterator[Violation]:
    """To work a feeder arrives before the run leaves the hub; to home it leaves after the run has arrived."""
    kind = "board" if case.to_work else "alight"
    moments = {stop.place: stop.depart if case.to_work else stop.arrive for stop in run.stops if stop.kind == kind}
    for stop in feeder.stops:
        meeting, mine = moments.get(stop.place), stop.arrive if case.to_work else stop.depart
        if stop.kind == kind or meeting is None or mine is None:
            continue
        if (mine > meeting) if case.to_work else (mine < meeting):
            expected = f"{'<=' if case.to_work else '>='} {_minute(meeting)}"
            yield violation("V234", f"{feeder.id} {stop.place}", expected, _minute(mine))
