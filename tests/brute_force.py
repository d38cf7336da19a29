"""The exact optimum of a tiny problem (five parties or so), by enumeration; it shares only the Evaluator's arithmetic.

Every set of parties is tried on every service that could carry it: a coach of each type on each date over each choice
of stops, or a train. What is kept of a service is what the rest of the plan can feel: the vehicles and days it
holds, the train it takes, what it spends of the budget, what it costs. Then every way to divide the parties among
services, or to leave them, is followed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product
from typing import TypeVar

from scheduler.evaluate import Evaluator
from scheduler.problem import Party, Problem, Train, is_work_end
from tests.builders import Service

MAX_PARTIES = 6

Held = tuple[str, str, date]
T = TypeVar("T")


@dataclass(frozen=True)
class Option:
    """A service with its parties: what it holds of the fleet, what it spends (runs + seats), its whole cost in fen."""

    service: Service
    parties: tuple[Party, ...]
    held: tuple[Held, ...]
    spent_fen: int
    cost_fen: int

    def no_worse_than(self, other: Option) -> bool:
        """Tell whether it can take the other's place in any plan."""
        return self.spent_fen <= other.spent_fen and self.cost_fen <= other.cost_fen


@dataclass(frozen=True)
class Optimum:
    """The least total in fen, and a plan that has it, as `plan_for` takes it."""

    total_fen: int
    assignments: tuple[tuple[Service, tuple[Party, ...]], ...]


def optimum(problem: Problem, *, empty_stops: bool = False) -> Optimum:
    """Return the least cost of any plan, parties boarding together.

    Parameters
    ----------
    problem : Problem
        At most MAX_PARTIES parties.
    empty_stops : bool
        Try also coach stops that none of the passengers can use: no rule forbids them, and where distances are no
        metric, or the detour counts, one could even help.
    """
    assert len(problem.parties) <= MAX_PARTIES
    search = _Search(problem, empty_stops)
    best = search.least(problem.parties)
    return Optimum(best.cost_fen, tuple((option.service, option.parties) for option in best.options))


@dataclass(frozen=True)
class _Way:
    cost_fen: int
    options: tuple[Option, ...]


class _Search:
    def __init__(self, problem: Problem, empty_stops: bool) -> None:
        self.problem = problem
        self.empty_stops = empty_stops
        self.evaluator = Evaluator(problem)
        self.policy = problem.settings.policy
        places = problem.places.values()
        home = [p.name for p in places if p.kind in ("stop", "hub", "station") and not is_work_end(p)]
        work = [p.name for p in places if p.kind == "employer" or (p.kind == "division" and is_work_end(p))]
        self.stop_sets = [
            (h, w)
            for h in _subsets(home, self.policy.home_stops)
            for w in _subsets(work, self.policy.work_stops)
            if self.evaluator.allowed(h, w)
        ]
        self.options = {
            frozenset(p.id for p in parties): list(_undominated(self._options(parties)))
            for parties in _subsets(problem.parties, len(problem.parties))
        }

    # One service ------------------------------------------------------------------------------------------------

    def _options(self, parties: tuple[Party, ...]) -> Iterator[Option]:
        first = max(party.earliest for party in parties)
        last = min(party.latest for party in parties)
        days = [day for day in self.problem.settings.days if first <= day <= last]
        if all(party.mode != "train" for party in parties):
            for home, work in self.stop_sets:
                access_fen = self._coach_access(parties, home, work)
                if access_fen is not None:
                    yield from self._coaches(parties, home, work, days, access_fen)
        if all(party.mode != "coach" for party in parties):
            for train in self.problem.trains:
                if train.date in days:
                    yield from self._trains(parties, train)

    def _coach_access(self, parties: tuple[Party, ...], home: tuple[str, ...], work: tuple[str, ...]) -> int | None:
        """Return what all pay to reach the stops, None when somebody cannot board or alight, or a stop is idle."""
        access_fen, used = 0, set()
        for party in parties:
            access = self.evaluator.access_fen(party.origin)
            open_stops = [name for name in home if name in access]
            if not open_stops:
                return None
            used.add(frozenset(open_stops))
            access_fen += party.size * min(access[name] for name in open_stops)
            for person in party.people:
                own = self.evaluator.coach_work_stops(party, person) & set(work)
                if not own:
                    return None
                used.add(own)
        if not self.empty_stops and not all(any(name in names for names in used) for name in home + work):
            return None
        return access_fen

    def _coaches(
        self,
        parties: tuple[Party, ...],
        home: tuple[str, ...],
        work: tuple[str, ...],
        days: Sequence[date],
        access_fen: int,
    ) -> Iterator[Option]:
        path, load = self.evaluator.path(home, work), sum(party.size for party in parties)
        for vehicle in self.problem.vehicle_types:
            seats = self.evaluator.seats(vehicle.rated_seats, self.evaluator.drivers(path)) - self.policy.reserve_seats
            if not self.policy.min_load <= load <= seats:
                continue
            run_fen = self.evaluator.coach_fen(vehicle, path)
            for day in days:
                first, last = self.evaluator.days_held(day, path.path_m)
                held = tuple((*vehicle.key, each) for each in self.problem.settings.days if first <= each <= last)
                service = Service(day, home, work, vehicle.key)
                yield Option(service, parties, held, run_fen, run_fen + access_fen + self._shift_fen(parties, day))

    def _trains(self, parties: tuple[Party, ...], train: Train) -> Iterator[Option]:
        if sum(party.size for party in parties) < train.min_load:
            return
        for ways in product(*(self.evaluator.train_options(train, party) for party in parties)):
            load: Counter[int] = Counter()
            for party, (i, j, _fen) in zip(parties, ways, strict=True):
                load.update(dict.fromkeys(range(i, j) if train.resell else (0,), party.size))
            if max(load.values()) > train.seats:
                continue
            fares = [train.stops[j].fare_fen or 0 for _i, j, _fen in ways]
            fares_fen = sum(party.size * fare for party, fare in zip(parties, fares, strict=True))
            both_fen = sum(party.size * fen for party, (_i, _j, fen) in zip(parties, ways, strict=True))
            service = Service(train.date, train=train.train)
            cost_fen = train.fixed_cost_fen + both_fen + self._shift_fen(parties, train.date)
            yield Option(service, parties, (), train.fixed_cost_fen + fares_fen, cost_fen)

    def _shift_fen(self, parties: Iterable[Party], day: date) -> int:
        days = sum(p.size * abs((day - p.preferred).days) for p in parties if p.preferred is not None)
        return self.policy.date_shift_cost_fen * days

    # The whole plan ---------------------------------------------------------------------------------------------

    def least(self, parties: tuple[Party, ...]) -> _Way:
        budget = self.policy.budget_fen
        way = self._least(parties, Counter(), frozenset(), budget)
        assert way is not None  # leaving everybody is always a plan
        return way

    def _least(
        self, parties: tuple[Party, ...], held: Counter[Held], trains: frozenset[Service], budget: int | None
    ) -> _Way | None:
        """Return the least for these parties with what is free; the first one is left, or rides with some others."""
        if not parties:
            return _Way(0, ())
        first, rest = parties[0], parties[1:]
        left = self._least(rest, held, trains, budget)
        best = (
            None if left is None else _Way(left.cost_fen + first.weight * self.policy.unserved_cost_fen, left.options)
        )
        for others in (*_subsets(rest, len(rest)), ()):
            for option in self.options[frozenset(p.id for p in (first, *others))]:
                if (budget is not None and option.spent_fen > budget) or option.service in trains:
                    continue
                if any(held[each] >= self._available(each) for each in option.held):
                    continue
                after = self._least(
                    tuple(party for party in rest if party not in others),
                    held + Counter(option.held),
                    trains | {option.service} if option.service.train else trains,
                    None if budget is None else budget - option.spent_fen,
                )
                if after is not None and (best is None or after.cost_fen + option.cost_fen < best.cost_fen):
                    best = _Way(after.cost_fen + option.cost_fen, (option, *after.options))
        return best

    def _available(self, held: Held) -> int:
        return self.evaluator.types[held[:2]].available(held[2])


def _subsets(items: Sequence[T], most: int) -> list[tuple[T, ...]]:
    return [chosen for size in range(1, most + 1) for chosen in combinations(items, size)]


def _undominated(options: Iterable[Option]) -> Iterator[Option]:
    """Leave out options that another can replace: the same vehicles and train, no dearer."""
    kept: dict[tuple[object, ...], list[Option]] = {}
    for option in options:
        # A coach of another date that holds the same days of the season is as good; a train is only itself.
        key = option.service.train and option.service.date, option.service.train, option.held
        same = kept.setdefault(key, [])
        if not any(other.no_worse_than(option) for other in same):
            same[:] = [other for other in same if not option.no_worse_than(other)] + [option]
    return (option for same in kept.values() for option in same)
