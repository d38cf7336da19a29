"""Train runs: the train, its stops and times as listed, its block of seats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from scheduler.i18n import _
from scheduler.plan import Run
from scheduler.problem import Train
from scheduler.verify.context import Case, at
from scheduler.verify.violation import Violation, violation


def trains(case: Case) -> Iterator[Violation]:
    """Check that each train run is a train of the season, at most one run each, as listed, with room for its people."""
    used: dict[tuple[str | None, date], str] = {}
    for run, train in case.train_runs:
        coach = " ".join(name for name in (run.vehicle_type, run.operator, run.plate) if name is not None)
        if coach:
            yield violation("V151", at(run), _("a train, and no coach"), coach)
        if train is None:
            yield violation("V181", at(run), _("a train of the season"), f"{run.train or '-'} {run.date}")
            continue
        if (run.train, run.date) in used:
            yield violation("V182", at(run), _("one run"), used[run.train, run.date])
        used[run.train, run.date] = run.id
        yield from _stops(run, train)
        yield from _block(run, train)


def _stops(run: Run, train: Train) -> Iterator[Violation]:
    """The stops follow the train's order; one may be left out, or stand twice: to alight, then to board."""
    position = {stop.place: i for i, stop in enumerate(train.stops)}
    here = 0
    for stop in run.stops:
        if stop.kind == "rest":
            continue
        index = position.get(stop.place)
        if index is None or index < here:
            yield violation("V183", at(run, stop.place), " > ".join(s.place for s in train.stops), stop.place)
            continue
        here = index
        listed = train.stops[index]
        if (stop.kind == "board" and not listed.boards) or (stop.kind == "alight" and listed.fare_fen is None):
            yield violation("V184", at(run, stop.place), _("as in the trains' table"), stop.kind)
        for said, minutes in ((stop.arrive, listed.arrive_min), (stop.depart, listed.depart_min)):
            if said is not None and minutes is not None:
                moment = datetime.combine(train.date, time()) + timedelta(minutes=minutes)
                if said != moment:
                    yield violation("V222", at(run, stop.place), _minute(moment), _minute(said))


def _minute(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _block(run: Run, train: Train) -> Iterator[Violation]:
    if run.seats != train.seats:
        yield violation("V187", at(run), train.seats, run.seats)
    if run.load < train.min_load:
        yield violation("V186", at(run), f">= {train.min_load}", run.load)
    most = _most_on_board(run, train) if train.resell else run.load
    if most > train.seats:
        yield violation("V185", at(run), f"<= {train.seats}", most)


def _most_on_board(run: Run, train: Train) -> int:
    """Return the greatest number of people between two stops."""
    position = {stop.place: i for i, stop in enumerate(train.stops)}
    change: Counter[int] = Counter()
    for passenger in run.passengers:
        # Whoever boards or alights at an unknown place is counted all the way.
        change[position.get(passenger.board, 0)] += 1
        change[position.get(passenger.alight, len(train.stops))] -= 1
    return max(accumulate(change[i] for i in sorted(change)), default=0)
