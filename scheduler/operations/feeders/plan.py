"""Planning the feeders: rounds of minibuses between township stops and the hub or station of a run.

For each run and hub by itself `feeder_routing` joins the people of the townships to rounds; then, for each date,
`feeder_dispatch` gives the rounds, the fullest first, minibuses and times. A round that no minibus is free for is cut
in two where smaller ones might carry the halves, and in the end left: `feeder_summary` says who is. Rounds of a plan
that stands stay where they can (`keeping`): only who is left by them is planned so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from scheduler.itinerary.feeder import FeederType, feeder_fleet, feeder_needs, meeting_time, too_far
from scheduler.operations.feeders.dispatch import Dispatch
from scheduler.operations.feeders.keeping import keep_rounds, old_rounds
from scheduler.operations.feeders.rounds import Chunk, Legs, Round, Task
from scheduler.operations.feeders.routing import route
from scheduler.plan import Feeder, Plan, Run
from scheduler.problem import Problem


def plan_feeders(problem: Problem, runs: Iterable[Run], present: Plan | None = None) -> tuple[Feeder, ...]:
    """Return the feeder rounds for a plan's runs: none without a feeder fleet.

    Parameters
    ----------
    problem : Problem
        Its feeder_types, and of coach_rules: feeder_km_per_h, feeder_margin_min, train_check_in_min,
        feeder_max_wait_min, feeder_max_ride_min, the boarding times, and the rules of the road.
    runs : iterable of Run
        With ids, times and passengers.
    present : Plan, optional
        The plan that stands.

    Returns
    -------
    tuple of Feeder
        In order of date and time, with ids F0215-01. The same runs give the same feeders.
    """
    fleet, runs = feeder_fleet(problem), tuple(runs)
    if not fleet:
        return ()
    legs = Legs(problem)
    tasks = list(_tasks(problem, runs, fleet))
    old = old_rounds(present, legs.to_work) if present is not None else []
    dispatch = Dispatch(legs, list(fleet.values()), {each.feeder.id for each in old})
    if old:
        tasks = keep_rounds(dispatch, tasks, old, runs, fleet.values())
    days: dict[date, list[Round]] = defaultdict(list)
    for task in tasks:
        days[task.date] += route(legs, task, _types(fleet, task.date))
    for day in sorted(days):
        for each in dispatch.in_order(days[day]):
            dispatch.place(each)
    return dispatch.feeders()


def minibuses_short(problem: Problem, runs: Iterable[Run], feeders: Iterable[Feeder]) -> dict[date, int]:
    """Return how many more of the largest minibuses, by day, would be enough for those left for want of a free one.

    Each of the rounds that they would fill is counted as one more minibus: enough, though fewer might do.
    """
    fleet = feeder_fleet(problem)
    carried = {ref for feeder in feeders for stop in feeder.stops for ref in stop.refs}
    waiting = [
        run.model_copy(update={"passengers": tuple(each for each in run.passengers if each.ref not in carried)})
        for run in runs
    ]
    legs, short = Legs(problem), Counter[date]()
    for task in _tasks(problem, waiting, fleet):
        largest = max(_types(fleet, task.date), key=lambda one: one.seats)
        short[task.date] += len(route(legs, task, [largest]))
    return dict(sorted(short.items()))


def _types(fleet: Mapping[str, FeederType], day: date) -> list[FeederType]:
    return [one for one in fleet.values() if one.available(day)]


def _tasks(problem: Problem, runs: Iterable[Run], fleet: Mapping[str, FeederType]) -> Iterator[Task]:
    """Yield a task for each run and hub on days with minibuses, of the people whom those can reach."""
    by_id = {run.id: run for run in runs}
    chunks: dict[tuple[str, str, date], list[Chunk]] = defaultdict(list)
    for need in feeder_needs(problem, by_id.values()):
        types = _types(fleet, need.date)
        if need.stop is None or not types or too_far(problem, need.place, need.stop):
            continue
        parties: dict[str, list[str]] = defaultdict(list)
        wanted = set(need.refs)
        for passenger in by_id[need.run].passengers:
            if passenger.ref in wanted:
                parties[passenger.party].append(passenger.ref)
        most = max(one.seats for one in types)
        chunks[need.run, need.place, need.date] += _cut(need.stop, list(parties.values()), most)
    for (name, hub, day), own in chunks.items():
        meets = meeting_time(problem, by_id[name], hub)
        if meets is not None:
            yield Task(name, day, hub, meets, tuple(own))


def _cut(stop: str, parties: Sequence[Sequence[str]], most: int) -> Iterator[Chunk]:
    """Cut the people of a stop into chunks of at most `most`, a party in one where it fits."""
    chunk: list[str] = []
    for party in sorted(parties, key=len, reverse=True):
        if len(chunk) + len(party) > most and chunk:
            yield Chunk(stop, tuple(chunk))
            chunk = []
        for ref in party:
            if len(chunk) == most:
                yield Chunk(stop, tuple(chunk))
                chunk = []
            chunk.append(ref)
    if chunk:
        yield Chunk(stop, tuple(chunk))
