"""Runs that are not changed any more are data: taken out before the solver sees the problem, put back afterwards.

With them go their riders, the days on which they hold coaches, escorts and minibuses, their trains, and what they spend
of the budget. What they cost is a constant of the total, and of the bound: every plan that holds them costs so much
more than its rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduler.commitments import Commitments
from scheduler.errors import InputError
from scheduler.evaluate import Evaluator
from scheduler.i18n import _, ngettext
from scheduler.itinerary import days_away
from scheduler.operations.crews import escort_days
from scheduler.plan import Feeder, Plan, Run, Unserved
from scheduler.problem import Escort, FleetRow, Party, Person, Problem, VehicleType

ONE_DAY = timedelta(days=1)

SMALLEST_BUDGET = 0.01
"""Of a budget that the frozen runs use up so much is left, in yuan: 0 would mean that there is none."""


@dataclass(frozen=True)
class FrozenPart:
    """What is not changed any more, and the problem that is left.

    Attributes
    ----------
    runs, feeders : tuple
        As they were, without people who are gone from the problem.
    rest : Problem
        Without them.
    parties : tuple of Party
        Those who ride the frozen runs, or should with others of their party.
    cost_fen : int
        What the frozen runs and their riders cost, moves included.
    moved : int
        How many of these parties' people are moved all the same.
    rest_bound_fen : int or None
        What every plan of the rest costs at least, as far as that was known before.
    """

    runs: tuple[Run, ...]
    feeders: tuple[Feeder, ...]
    rest: Problem
    parties: tuple[Party, ...]
    cost_fen: int
    moved: int = 0
    rest_bound_fen: int | None = None

    def joiners(self) -> tuple[Unserved, ...]:
        """Return the entries of those who have joined a party that is aboard: their party is on a run, they are not."""
        riding = {p.person for run in self.runs for p in run.passengers}
        entries = []
        for party in self.parties:
            people = [person for person in party.people if person.key not in riding]
            if people:
                entries.append(
                    Unserved(
                        party=party.id,
                        persons=tuple(person.key for person in people),
                        refs=tuple(person.ref for person in people),
                        code="U207",
                        reason=_("the others of their party are on a run that is not changed any more"),
                        proof="conflict",
                        scope="rest_as_planned",
                        extra_cost=None,
                        remedy=_("let that run be changed again, or take them out of the group"),
                    )
                )
        return tuple(entries)


def take_out(problem: Problem, commitments: Commitments | None) -> FrozenPart:
    """Return the frozen runs, and the problem without them.

    Raises
    ------
    InputError
        When a frozen run has a vehicle type, train or place that the season does not know any more, or other seats; or
        when the township of one of its people may not use the place where they board any more.
    """
    ids = commitments.frozen if commitments is not None else frozenset()
    known_fen = commitments.bound_fen if commitments is not None else None
    if commitments is None or not ids:
        return FrozenPart((), (), problem, (), 0, rest_bound_fen=known_fen)
    known = {person.key: (party, person) for party in problem.parties for person in party.people}
    before = [run for run in commitments.present.runs if run.id in ids]
    runs = tuple(_without_gone(run, known) for run in before)
    evaluator = Evaluator(problem)
    for run in runs:
        _require_known(run, evaluator)
        _require_reached(run, known, evaluator)
    riding = {p.party for run in runs for p in run.passengers}
    inside = tuple(party for party in problem.parties if party.id in riding)
    keys = {person.key for party in inside for person in party.people}
    told = tuple(one for one in commitments.told if one.person in keys)
    alone = Evaluator(replace(problem, parties=inside))
    held = _plan_of(problem, runs).model_copy(update={"told": told})
    cost, moved = alone.cost(held), len(alone.moved(held))
    now = {p.person: p.ref for run in runs for p in run.passengers}
    refs = {p.ref: now[p.person] for run in before for p in run.passengers if p.person in now}
    feeders = tuple(_feeder(each, refs) for each in commitments.present.feeders if each.serves in ids)
    feeders = tuple(each for each in feeders if any(stop.refs for stop in each.stops))
    rest = _rest(problem, evaluator, runs, feeders, riding, cost.runs + cost.seats)
    rest_fen = None if known_fen is None else known_fen - cost.total
    return FrozenPart(runs, feeders, rest, inside, cost.total, moved, rest_fen)


def _without_gone(run: Run, known: Mapping[str, tuple[Party, Person]]) -> Run:
    """Return a run without people who are gone; those who stay are named as the rosters name them now."""
    riders = tuple(
        p.model_copy(update={"party": known[p.person][0].id, "ref": known[p.person][1].ref})
        for p in run.passengers
        if p.person in known
    )
    staying = {p.person for p in riders}
    leader, deputy = (key if key in staying else None for key in (run.leader, run.deputy))
    return run.model_copy(update={"passengers": riders, "leader": leader, "deputy": deputy})


def _feeder(feeder: Feeder, refs: Mapping[str, str]) -> Feeder:
    """Return a feeder with the people who are left, named by where their rows stand now."""
    stops = [
        stop.model_copy(update={"refs": tuple(refs[ref] for ref in stop.refs if ref in refs)}) for stop in feeder.stops
    ]
    return feeder.model_copy(update={"stops": tuple(stops)})


def _require_known(run: Run, evaluator: Evaluator) -> None:
    places = evaluator.problem.places
    vehicle = run.vehicle_type or "", run.operator or ""
    if run.mode == "coach" and vehicle not in evaluator.types:
        name = " ".join(vehicle)
    elif run.mode == "train" and (run.train or "", run.date) not in evaluator.trains:
        name = f"{run.train} {run.date}"
    else:
        name = next((s.place for s in run.stops if s.kind != "rest" and s.place not in places), "")
    if name:
        what = _("run {run} is not changed any more, and has {name}, which the season does not have now").format(
            run=run.id, name=name
        )
        raise InputError(what, cure=_("put it back into the season's tables, with no vehicle more on other days"))
    if run.mode == "train":
        seats = evaluator.trains[run.train or "", run.date].seats
    else:
        seats = evaluator.seats(evaluator.types[vehicle].rated_seats, run.drivers or 1)
    if seats != run.seats:
        what = ngettext(
            "run {run} is not changed any more, and has {seats} seat; by the season's tables it has {now}",
            "run {run} is not changed any more, and has {seats} seats; by the season's tables it has {now}",
            run.seats,
        )
        cure = _("let it be changed again (解冻 in a changes file), or put the seats back")
        raise InputError(what.format(run=run.id, seats=run.seats, now=seats), cure=cure)


def _require_reached(run: Run, known: Mapping[str, tuple[Party, Person]], evaluator: Evaluator) -> None:
    for p in run.passengers:
        origin, place = known[p.person][0].origin, p.board if evaluator.to_work else p.alight
        if place not in evaluator.access_fen(origin):
            what = _(
                "run {run} is not changed any more, and somebody of {origin} uses {place}, which {origin} may not now"
            )
            cure = _(
                "let it be changed again (解冻 in a changes file), or put back their township or its rows of access.csv"
            )
            raise InputError(what.format(run=run.id, origin=origin, place=place), cure=cure)


def _plan_of(problem: Problem, runs: Sequence[Run]) -> Plan:
    return Plan.model_validate(
        {
            "season": problem.settings.name,
            "direction": problem.settings.direction,
            "version": "",
            "inputs_sha256": problem.inputs_sha256,
            "cost": {},
            "runs": tuple(runs),
        }
    )


# What is left -----------------------------------------------------------------------------------------------------


def _rest(
    problem: Problem,
    evaluator: Evaluator,
    runs: Sequence[Run],
    feeders: Sequence[Feeder],
    riding: set[str],
    spent_fen: int,
) -> Problem:
    settings, taken = problem.settings, {(run.train, run.date) for run in runs if run.mode == "train"}
    held: dict[tuple[str, str], list[tuple[str | None, list[date]]]] = {}
    for run in runs:
        if run.mode == "coach":
            days = _days(*days_away(evaluator, run))
            held.setdefault((run.vehicle_type or "", run.operator or ""), []).append((run.plate, days))
    minibuses: dict[str, list[tuple[str | None, list[date]]]] = {}
    for feeder in feeders:
        times = [moment.date() for stop in feeder.stops for moment in (stop.arrive, stop.depart) if moment is not None]
        if times:
            minibuses.setdefault(feeder.vehicle_type, []).append((None, _days(min(times), max(times))))
    policy = settings.policy
    if policy.budget_fen is not None:
        left = max(SMALLEST_BUDGET, (policy.budget_fen - spent_fen) / 100)
        policy = policy.model_copy(update={"budget": left})
    return replace(
        problem,
        settings=settings.model_copy(update={"policy": policy}),
        parties=tuple(party for party in problem.parties if party.id not in riding),
        vehicle_types=tuple(_free(each, held.get(each.key, [])) for each in problem.vehicle_types),
        trains=tuple(train for train in problem.trains if (train.train, train.date) not in taken),
        feeder_types=tuple(_free(each, minibuses.get(each.vehicle_type, [])) for each in problem.feeder_types),
        escorts=tuple(_at_home(problem.escorts, evaluator, runs)),
    )


def _days(first: date, last: date) -> list[date]:
    return [first + i * ONE_DAY for i in range((last - first).days + 1)]


def _free(vehicle: VehicleType, held: Iterable[tuple[str | None, list[date]]]) -> VehicleType:
    """Return a type without the vehicles that are held: the run's own plate, else one without, else any."""
    held = list(held)
    if not held:
        return vehicle
    plated = [(row.plate, set(_days(row.first, row.last))) for row in vehicle.rows if row.plate is not None]
    counted: Counter[date] = Counter()
    for row in vehicle.rows:
        if row.plate is None:
            counted.update(dict.fromkeys(_days(row.first, row.last), row.count))
    for plate, days in held:
        own = [each for name, each in plated if name == plate]
        for day in days:
            free = next((each for each in own if day in each), None)
            if free is None and counted[day] > 0:
                counted[day] -= 1
                continue
            free = free or next((each for _name, each in plated if day in each), None)
            if free is not None:
                free.discard(day)
    rows = [FleetRow(1, *span, plate) for plate, days in plated for span in _spans(days)]
    for number in sorted({n for n in counted.values() if n > 0}):
        rows += [FleetRow(number, *span) for span in _spans({day for day, n in counted.items() if n == number})]
    return replace(vehicle, rows=tuple(rows))


def _spans(days: set[date]) -> list[tuple[date, date]]:
    """Return the spans of consecutive days."""
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        if spans and day - spans[-1][1] == ONE_DAY:
            spans[-1] = spans[-1][0], day
        else:
            spans.append((day, day))
    return spans


def _at_home(escorts: Sequence[Escort], evaluator: Evaluator, runs: Sequence[Run]) -> list[Escort]:
    """Return the escorts on the days on which they are not away with a frozen run."""
    away: dict[str, set[date]] = {}
    for run in runs:
        first, last = (date.fromordinal(day) for day in escort_days(evaluator, run))
        for name in run.escorts:
            away.setdefault(name, set()).update(_days(first, last))
    found = []
    for escort in escorts:
        if escort.name not in away:
            found.append(escort)
            continue
        days = set(_days(escort.first, escort.last)) - away[escort.name]
        found += [replace(escort, first=first, last=last) for first, last in _spans(days)]
    return found
