"""What a run holds over days: coaches of the fleet, plates, escorts; and who leads a coach without an escort."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from scheduler.i18n import _
from scheduler.plan import Run
from scheduler.problem import Train
from scheduler.verify.case import Case, at, day_text
from scheduler.verify.violation import Violation, violation


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
    """Check that escorts are listed, available, on one run at a time, and no more than seats are kept for."""
    listed: dict[str, list[tuple[int, int]]] = {}
    for escort in case.problem.escorts:
        listed.setdefault(escort.name, []).append((escort.first.toordinal(), escort.last.toordinal()))
    away: dict[tuple[str, int], list[str]] = {}
    for run, days in _escorted(case):
        most = case.rules.escorts_per_run
        if run.mode == "coach" and len(run.escorts) > most:
            yield violation("V214", at(run), f"<= {most}", len(run.escorts))
        for name in run.escorts:
            if name not in listed:
                yield violation("V211", at(run), _("a name of the escorts' table"), name)
                continue
            closed = [day for day in days if not any(first <= day <= last for first, last in listed[name])]
            if closed:
                yield violation("V212", at(run, name), _("available"), day_text(closed[0]))
            for day in days:
                away.setdefault((name, day), []).append(run.id)
    reported = set()
    for (name, day), runs in away.items():
        # Two members of staff may share a name: then as many runs at once are fine.
        namesakes = sum(first <= day <= last for first, last in listed[name])
        if len(runs) > max(1, namesakes) and (name, *runs) not in reported:
            reported.add((name, *runs))
            yield violation("V213", f"{name} {day_text(day)}", max(1, namesakes), " ".join(runs))


def _escorted(case: Case) -> Iterator[tuple[Run, range]]:
    """Iterate over the runs with escorts and the days of the season (ordinals) on which those are away."""
    for coach in case.coaches:
        if coach.run.escorts:
            yield coach.run, case.season_days_held(coach)
    for run, train in case.train_runs:
        if run.escorts and train is not None and case.in_season(run.date):
            last = min(_arrival(train), case.last)
            yield run, range(run.date.toordinal(), last.toordinal() + 1)


def _arrival(train: Train) -> date:
    minutes = [stop.arrive_min for stop in train.stops if stop.arrive_min is not None]
    return train.date + timedelta(minutes=max(minutes, default=0))


def leaders(case: Case) -> Iterator[Violation]:
    """Check that a coach leader and a deputy are two passengers of the run."""
    for run in case.plan.runs:
        refs = {passenger.ref for passenger in run.passengers} if run.leader or run.deputy else set()
        for ref in (run.leader, run.deputy):
            if ref is not None and ref not in refs:
                yield violation("V215", at(run), _("a passenger of the run"), ref)
        if run.leader is not None and run.leader == run.deputy:
            yield violation("V215", at(run), _("two people"), run.leader)
