"""A run's timetable: the stops of the plan with their times, rests among them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import accumulate, pairwise

from scheduler.evaluate import Evaluator
from scheduler.itinerary.driving import DAY_MIN, Stand, Window, clock_minute, parked_hours, stands
from scheduler.plan import Run, Stop
from scheduler.problem import Train
from scheduler.settings import CoachRules

_REST_PLACE = "服务区{number}"


def dwell_min(rules: CoachRules, people: int) -> int:
    """Return the minutes a stop takes where `people` board or alight."""
    return math.ceil(rules.board_base_min + rules.board_min_per_person * people - 1e-9)


def leg_minutes(minutes: Sequence[float], enough_min: int) -> list[int]:
    """Return whole minutes for each leg: rounded up, or, where only rounding exceeds `enough_min`, up in the sum.

    `enough_min` is the drivers' daily hours together: a run of just 8 h must not wait a day for a minute of rounding.
    """
    each = [math.ceil(leg - 1e-6) for leg in minutes]
    if sum(each) > enough_min >= sum(minutes):
        ends = [math.ceil(end - 1e-6) for end in accumulate(minutes, initial=0.0)]
        return [end - begin for begin, end in pairwise(ends)]
    return each


def timetable(evaluator: Evaluator, run: Run, promised: Sequence[tuple[str, int]] = ()) -> tuple[Stop, ...] | None:
    """Return a run's stops with their times: a coach's earliest legal timetable, a train's listed times.

    Parameters
    ----------
    evaluator : Evaluator
        Of the problem the run belongs to.
    run : Run
        Its boarding and alighting stops in order, its passengers (they make the boarding times) and drivers. Times
        and rests it already has are ignored.
    promised : sequence of (place, minute)
        Departures that passengers were told, in minutes after the run's midnight, one for each of them.

    Returns
    -------
    tuple of Stop or None
        Rests are stops of kind `rest`, named 服务区1, 服务区2, … A coach's first stop begins before the departure, by
        the boarding time; its last ends when all have alighted. None when no departure of depart_at can be
        made legal, or a leg has no distance: such a run must not be planned.

    Notes
    -----
    Of several depart_at the one is taken that keeps most promises (within notice_tolerance_min), then the one that
    brings fewest people to their stops between late_from and late_to, then the one that arrives first. A depart_at in
    the hours without driving becomes the end of these hours, if on the same date.
    """
    stops = [stop for stop in run.stops if stop.kind != "rest"]
    if run.mode == "train":
        return _listed_times(evaluator.trains[run.train or "", run.date], run, stops)
    path, rules = evaluator.run_path(run), evaluator.rules
    minutes = [evaluator.problem.minutes(here.place, there.place) for here, there in pairwise(stops)]
    if not all(map(math.isfinite, [path.km, *minutes])):
        return None
    drivers = max(run.drivers or 0, evaluator.drivers(path))
    exempt = path.path_km <= rules.no_drive_exempt_km
    board, alight = Counter(p.board for p in run.passengers), Counter(p.alight for p in run.passengers)
    heads = [(board if stop.kind == "board" else alight)[stop.place] for stop in stops]
    dwells = [dwell_min(rules, people) for people in heads]
    legs = leg_minutes(minutes, drivers * rules.driver_day_min)
    ways = [stands(rules, legs, dwells, depart, drivers, exempt) for depart in departures(rules, exempt)]

    late = Window(rules.late_from, rules.late_to)
    tolerance_min = evaluator.policy.notice_tolerance_min

    def discomfort(way: tuple[Stand, ...]) -> tuple[int, int, int]:
        left = {stops[s.stop].place: s.depart for s in way if s.stop is not None and stops[s.stop].kind == "board"}
        broken = sum(abs(left[place] - minute) > tolerance_min for place, minute in promised)
        alights = [(heads[s.stop], s.arrive) for s in way if s.stop is not None and stops[s.stop].kind == "alight"]
        return broken, sum(people for people, arrive in alights if late.next_inside(arrive) == arrive), way[-1].arrive

    best = min((way for way in ways if way is not None), key=discomfort, default=None)
    if best is None:
        return None
    midnight, rests = datetime.combine(run.date, time()), 0
    timed = []
    for stand in best:
        rests += stand.stop is None
        place = _REST_PLACE.format(number=rests) if stand.stop is None else stops[stand.stop].place
        kind = "rest" if stand.stop is None else stops[stand.stop].kind
        arrive, depart = (midnight + timedelta(minutes=minute) for minute in stand[:2])
        timed.append(Stop(place=place, kind=kind, arrive=arrive, depart=depart))
    return tuple(timed)


def departures(rules: CoachRules, exempt: bool) -> list[int]:
    """Return when a coach may leave its first stop, in minutes after midnight; `exempt`: also in the no-drive hours."""
    parked = parked_hours(rules, exempt)
    minutes = {parked.leave(clock_minute(clock)) for clock in rules.depart_at}
    return sorted(minute for minute in minutes if minute < DAY_MIN)


def _listed_times(train: Train, run: Run, stops: Sequence[Stop]) -> tuple[Stop, ...]:
    midnight, listed = datetime.combine(run.date, time()), {stop.place: stop for stop in train.stops}

    def moment(minute: int | None) -> datetime | None:
        return None if minute is None else midnight + timedelta(minutes=minute)

    return tuple(
        stop.model_copy(
            update={
                "arrive": moment(listed[stop.place].arrive_min),
                "depart": moment(listed[stop.place].depart_min),
            }
        )
        for stop in stops
    )
