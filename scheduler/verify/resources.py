"""What a run holds over days: coaches of the fleet, plates, escorts; and who leads a coach without an escort."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from scheduler.i18n import _
from scheduler.plan import Run
from scheduler.problem import Train
from scheduler.verify.context import Case, ResolvedCoach, at, day_text
from scheduler.verify.violation import Violation, violation

DAY_MIN = 24 * 60


def fleet(case: Case) -> Iterator[Violation]:
    """Check that on no day of the season more coaches of a type and operator are held than are available."""
    held: Counter[tuple[tuple[str, str], int]] = Counter()
    for coach in case.coaches:
        if coach.vehicle is not None:
            held.update((coach.vehicle.key, day) for day in case.season_days_held(coach))
    for (key, day), number in sorted(held.items()):
        available = case.evaluator.types[key].available(date.fromordinal(day))
        if number > available:
            yield violation("V171", f"{' '.join(key)} {day_text(day)}", f"<= {available}", number)


def plates(case: Case) -> Iterator[Violation]:
    """Check that each plate is a vehicle of that type and operator, available, and on one run at a time."""
    on_road: dict[tuple[str, int], int] = {}
    for number, coach in enumerate(case.coaches):
        plate, vehicle, run = coach.run.plate, coach.vehicle, coach.run
        if plate is None:
            continue
        rows = [row for row in vehicle.rows if row.plate == plate] if vehicle is not None else []
        if not rows:
            yield violation("V172", at(run), _("a plate of the fleet, or none"), plate)
        days = case.season_days_held(coach)
        closed = [day for day in days if not any(r.first.toordinal() <= day <= r.last.toordinal() for r in rows)]
        if rows and closed:
            open_days = ", ".join(f"{row.first} .. {row.last}" for row in rows)
            yield violation("V173", at(run, plate), open_days, day_text(closed[0]))
        others = {on_road.setdefault((plate, day), number): day for day in days}
        for other, day in others.items():
            if other != number:
                yield violation("V174", at(run, plate), _("one run"), f"{case.coaches[other].run.id} {day_text(day)}")


def escorts(case: Case) -> Iterator[Violation]:
    """Check that escorts are listed, available, on one run at a time until back, no more than seats are kept for.

    Rows of the escorts' table with one name are one person.
    """
    listed: dict[str, list[tuple[int, int]]] = {}
    for escort in case.problem.escorts:
        listed.setdefault(escort.name, []).append((escort.first.toordinal(), escort.last.toordinal()))
    away: dict[tuple[str, int], int] = {}
    for number, (run, days) in enumerate(_escorted(case)):
        most = case.rules.escorts_per_run
        if run.mode == "coach" and len(run.escorts) > most:
            yield violation("V214", at(run), f"<= {most}", len(run.escorts))
        if len(set(run.escorts)) < len(run.escorts):
            yield violation("V213", at(run), _("each once"), " ".join(run.escorts))
        for name in dict.fromkeys(run.escorts):
            if name not in listed:
                yield violation("V211", at(run), _("a name of the escorts' table"), name)
                continue
            closed = [day for day in days if not any(first <= day <= last for first, last in listed[name])]
            if closed:
                yield violation("V212", at(run, name), _("available"), day_text(closed[0]))
            others = {away.setdefault((name, day), number): day for day in days}
            for other, day in others.items():
                if other != number:
                    yield violation("V213", at(run, name), _("one run"), day_text(day))


def _escorted(case: Case) -> Iterator[tuple[Run, range]]:
    """Iterate over the runs with escorts and the days of the season (ordinals) on which those are away."""
    for coach in case.coaches:
        if coach.run.escorts:
            yield coach.run, _days_by_coach(case, coach)
    for run, train in case.train_runs:
        if run.escorts:
            yield run, _days_by_train(case, train)


def _days_by_coach(case: Case, coach: ResolvedCoach) -> range:
    """Return the season days on which a coach is held, and at least its timetable's there and as many back."""
    held, run = case.season_days_held(coach), coach.run
    arrived = run.stops[-1].depart if run.stops else None
    begun = run.stops[0].arrive if run.stops else None
    if not held or arrived is None or begun is None:
        return held
    here, there = run.date.toordinal(), arrived.toordinal()
    first = min(held.start, begun.toordinal(), here if case.to_work else 2 * here - there)
    last = max(held.stop - 1, 2 * there - here if case.to_work else there)
    return range(max(first, case.first.toordinal()), min(last, case.last.toordinal()) + 1)


def _days_by_train(case: Case, train: Train | None) -> range:
    """Return the season days of a train to the end of its line and of as long a way back (to home: out before)."""
    if train is None or not case.in_season(train.date):
        return range(0)
    way = max((stop.arrive_min or 0 for stop in train.stops), default=0) // DAY_MIN
    first = train.date.toordinal() - (0 if case.to_work else way)
    last = train.date.toordinal() + (2 * way if case.to_work else way)
    return range(max(first, case.first.toordinal()), min(last, case.last.toordinal()) + 1)


def leaders(case: Case) -> Iterator[Violation]:
    """Check that a coach leader and a deputy are two passengers of the run."""
    for run in case.plan.runs:
        aboard = {passenger.person for passenger in run.passengers} if run.leader or run.deputy else set()
        for person in (run.leader, run.deputy):
            if person is not None and person not in aboard:
                yield violation("V215", at(run), _("a passenger of the run"), person)
        if run.leader is not None and run.leader == run.deputy:
            yield violation("V215", at(run), _("two people"), run.leader)
