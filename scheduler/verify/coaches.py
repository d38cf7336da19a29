"""Coach runs: their stops, their vehicle and its seats, their load."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from scheduler.evaluate import KM_TOLERANCE, Path
from scheduler.i18n import _
from scheduler.plan import Run
from scheduler.problem import is_work_end
from scheduler.verify.context import Case, ResolvedCoach, at
from scheduler.verify.violation import Violation, violation

HOME_KINDS = ("stop", "hub", "station")


def stops(case: Case) -> Iterator[Violation]:
    """Check each coach's stops: known places of the right kind, few and near enough, none idle, in shortest order."""
    work_stops = {party.work_stop for party in case.problem.parties}
    for coach in case.coaches:
        wrong = list(_kinds(case, coach.run, work_stops))
        yield from wrong
        yield from _order(coach.run)
        if not wrong:
            yield from _idle(coach.run)
        yield from _counts(case, coach.run)
        if coach.path is not None and _few(case, coach.run):
            yield from _distances(case, coach, coach.path)
        elif coach.path is None and _all_known(case, coach.run):
            yield violation("V149", at(coach.run), _("a distance for every leg"), _("none"))


def _ends(case: Case, run: Run) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the run's home stops and work stops."""
    boarding, alighting = run.places("board"), run.places("alight")
    return (boarding, alighting) if case.to_work else (alighting, boarding)


def _all_known(case: Case, run: Run) -> bool:
    places = run.places("board"), run.places("alight")
    return all(places) and all(name in case.problem.places for end in places for name in end)


def _kinds(case: Case, run: Run, work_stops: set[str]) -> Iterator[Violation]:
    home, work = _ends(case, run)
    for name in home + work:
        if name not in case.problem.places:
            yield violation("V141", at(run), _("a name in places, or a division's full name"), name)
    for name in home:
        place = case.problem.places.get(name)
        if place is not None and (place.kind not in HOME_KINDS or is_work_end(place)):
            yield violation("V143", at(run, name), _("a stop, hub or station of the county"), place.kind)
    for name in work:
        place = case.problem.places.get(name)
        if place is None or name in work_stops or place.kind == "employer":
            continue
        if place.kind != "division" or not _at_level(place.division or "", case.policy.work_level):
            yield violation("V143", at(run, name), _work_kind(case.policy.work_level), f"{place.kind} {place.division}")


def _at_level(code: str, level: str) -> bool:
    """Tell whether a division is a work stop: with "city", counties directly under a province (..90..) are cities."""
    return level == "county" or code.endswith("00") or code[2:4] == "90"


def _work_kind(level: str) -> str:
    return _("a city or a listed employer") if level == "city" else _("a county, a city or a listed employer")


def _order(run: Run) -> Iterator[Violation]:
    counted = [stop for stop in run.stops if stop.kind != "rest"]
    if len({stop.place for stop in counted}) < len(counted):
        yield violation("V144", at(run), _("each place once"), ", ".join(stop.place for stop in counted))
    if any(a.kind == "alight" and b.kind == "board" for a, b in pairwise(counted)):
        yield violation("V145", at(run), "board .. alight", " ".join(stop.kind for stop in counted))


def _idle(run: Run) -> Iterator[Violation]:
    """At every stop somebody boards or alights.

    One cause is told once: nothing is said here of a run without passengers (min_load), or with one who boards or
    alights where it does not stop.
    """
    boards, alights = {each.board for each in run.passengers}, {each.alight for each in run.passengers}
    if not run.passengers or not (boards.issubset(run.places("board")) and alights.issubset(run.places("alight"))):
        return
    for stop in run.stops:
        if stop.kind != "rest" and stop.place not in (boards if stop.kind == "board" else alights):
            yield violation("V150", at(run, stop.place), _("somebody who boards or alights"), _("nobody"))


def _few(case: Case, run: Run) -> bool:
    """Tell whether the stops are no more than allowed: only then may their orders be enumerated."""
    home, work = _ends(case, run)
    return len(home) <= case.policy.home_stops and len(work) <= case.policy.work_stops


def _counts(case: Case, run: Run) -> Iterator[Violation]:
    home, work = _ends(case, run)
    for end, names, most in (
        (_("home end"), home, case.policy.home_stops),
        (_("work end"), work, case.policy.work_stops),
    ):
        if not 1 <= len(names) <= most:
            yield violation("V142", at(run, end), f"1 .. {most}", len(names))


def _distances(case: Case, coach: ResolvedCoach, path: Path) -> Iterator[Violation]:
    run, evaluator, policy = coach.run, case.evaluator, case.policy
    home, work = _ends(case, run)
    for code, end, most_km in (("V146", home, policy.home_radius_km), ("V147", work, policy.work_radius_km)):
        spread_km = evaluator.spread_km(end)
        if spread_km > most_km + KM_TOLERANCE:
            yield violation(code, at(run, ", ".join(end)), f"<= {most_km:g} km", f"{spread_km:.3f} km")
    shortest = evaluator.path(home, work)
    if path.km > shortest.km + KM_TOLERANCE and len(set(path.stops)) == len(path.stops):
        expected = f"{' > '.join(shortest.stops)}: {shortest.km:.3f} km"
        yield violation("V148", at(run), expected, f"{' > '.join(path.stops)}: {path.km:.3f} km")
    if not evaluator.detour_ok(path):
        most_km = policy.max_detour * case.problem.km(path.stops[0], path.stops[-1])
        yield violation("V149", at(run), f"<= {most_km:.3f} km", f"{path.km:.3f} km")


def vehicles(case: Case) -> Iterator[Violation]:
    """Check what a coach run claims of its vehicle, path, drivers and seats, and that its load fits."""
    for coach in case.coaches:
        run = coach.run
        if coach.vehicle is None or run.train is not None:
            named = " ".join(str(name) for name in (run.vehicle_type, run.operator, run.train) if name is not None)
            yield violation("V151", at(run), _("a vehicle type and operator of the fleet, and no train"), named)
        if coach.path is not None:
            # Written this way round, a path_km that is no number breaks the rule too.
            claimed_km = run.path_km
            if claimed_km is None or not abs(claimed_km - coach.path.path_km) < 1e-6:
                yield violation("V152", at(run), coach.path.path_km, claimed_km)
            needed = case.evaluator.least_drivers(coach.path.path_m)
            if run.drivers is None or run.drivers < needed:
                yield violation("V153", at(run), f">= {needed}", run.drivers)
        yield from _load(case, coach)


def _load(case: Case, coach: ResolvedCoach) -> Iterator[Violation]:
    run, policy = coach.run, case.policy
    if run.load < policy.min_load:
        yield violation("V155", at(run), f">= {policy.min_load}", run.load)
    if coach.vehicle is None:
        return
    needed = case.evaluator.least_drivers(coach.path.path_m) if coach.path is not None else 1
    claimed = needed if run.drivers is None else max(run.drivers, 0)
    passenger_seats = case.evaluator.seats(coach.vehicle.rated_seats, claimed)
    if run.seats != passenger_seats:
        yield violation("V154", at(run), passenger_seats, run.seats)
    seats = case.evaluator.seats(coach.vehicle.rated_seats, max(claimed, needed)) - policy.reserve_seats
    if run.load > seats:
        yield violation("V156", at(run), f"<= {max(0, seats)}", run.load)
