"""Every way one more party could ride a plan, by enumeration; it shares only the Evaluator and the timetable.

For each way it is said which limits shut it, and what it costs more than leaving all who would ride it. Meant for tiny
problems: all stop sets, all types, all dates, all sets of other parties left behind are tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import combinations, product
from typing import TypeVar

from scheduler.evaluate import Evaluator, Path
from scheduler.itinerary import timetable
from scheduler.plan import Passenger, Plan, Run, Stop
from scheduler.problem import Party, Problem, Train, is_work_end

Ways = dict[frozenset[str], int]
"""The least fen more than leaving, by the limits that shut the way."""

StopSet = tuple[tuple[str, ...], tuple[str, ...]]
"""The stops of a coach at the home end and at the work end."""

HOME_KINDS = ("stop", "hub", "station")

T = TypeVar("T")


def subsets(items: Sequence[T], most: int, least: int = 1) -> list[tuple[T, ...]]:
    """Return all subsets of `least` to `most` items."""
    return [chosen for size in range(least, most + 1) for chosen in combinations(items, size)]


def _is_away(problem: Problem, name: str) -> bool:
    return is_work_end(problem.places[name])


class Oracle:
    """The ways of one problem, and in one plan of it."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.evaluator = Evaluator(problem)
        self.policy = problem.settings.policy
        self.days = problem.settings.days
        # A stop that nobody can use would be idle.
        open_to = {name for party in problem.parties for name in self.evaluator.access_fen(party.origin)}
        self.homes = sorted(n for n in open_to if problem.places[n].kind in HOME_KINDS and not _is_away(problem, n))
        self.works = sorted({stop for party in problem.parties for stop in self._wanted(party)})
        parties = {party.id: party for party in problem.parties}
        self.left = [parties[entry.party] for entry in plan.unserved]
        cost = self.evaluator.cost(plan)
        self.spent_fen = cost.runs + cost.seats

    @cached_property
    def stop_sets(self) -> list[StopSet]:
        """Return the stops at both ends of every coach that the rules allow."""
        return [
            (home, work)
            for home in subsets(self.homes, self.policy.home_stops)
            for work in subsets(self.works, self.policy.work_stops)
            if self.evaluator.allowed(home, work)
        ]

    def _open_to(self, party: Party) -> Iterable[StopSet]:
        """Return the stop sets that a party could ride."""
        return (each for each in self.stop_sets if self._open(party, *each))

    def _around(self, home: set[str], work: set[str], party: Party) -> Iterable[StopSet]:
        """Return the stop sets that a party could ride and that have all these stops."""
        return (each for each in self._open_to(party) if home <= set(each[0]) and work <= set(each[1]))

    def _wanted(self, party: Party) -> set[str]:
        return {stop for person in party.people for stop in self.evaluator.coach_work_stops(party, person)}

    # What could ever be ------------------------------------------------------------------------------------------

    def exists(self, party: Party) -> bool:
        """Tell whether some service could carry a party, whoever else rides."""
        need = max(party.size, self.policy.min_load)
        dates = [day for day in self.days if party.earliest <= day <= party.latest]
        if party.mode != "coach":
            for train in self.problem.trains:
                if train.date in dates and self._takes(train, party):
                    return True
        if party.mode == "train":
            return False
        for home, work in self._open_to(party):
            path = self.evaluator.path(home, work)
            for vehicle in self.problem.vehicle_types:
                if self._seats(vehicle.rated_seats, path) < need:
                    continue
                for day in dates:
                    if all(vehicle.available(each) for each in self._held(day, path)):
                        return True
        return False

    def _takes(self, train: Train, party: Party) -> bool:
        return train.seats >= max(party.size, train.min_load) and bool(self.evaluator.train_options(train, party))

    def _open(self, party: Party, home: Iterable[str], work: Iterable[str]) -> bool:
        can_board = any(name in self.evaluator.access_fen(party.origin) for name in home)
        return can_board and all(self.evaluator.coach_work_stops(party, each) & set(work) for each in party.people)

    def _seats(self, rated_seats: int, path: Path) -> int:
        return self.evaluator.seats(rated_seats, self.evaluator.drivers(path)) - self.policy.reserve_seats

    def _held(self, day: date, path: Path) -> list[date]:
        first, last = self.evaluator.days_held(day, path.path_m)
        return [each for each in self.days if first <= each <= last]

    # With everybody else as planned ------------------------------------------------------------------------------

    def ways(self, party: Party) -> Ways:
        """Return the least extra cost of every kind of way for a party that the plan leaves."""
        found: Ways = {}
        ways = [*self._trains(party)]
        if party.mode != "train":
            ways += [*self._aboard(party), *self._own_coach(party)]
        for shut, extra_fen in ways:
            key = frozenset(shut)
            found[key] = min(found.get(key, extra_fen), extra_fen)
        return found

    def _leave_fen(self, party: Party) -> int:
        return party.weight * self.policy.unserved_cost_fen

    def _shift_fen(self, party: Party, day: date) -> int:
        away = abs((day - party.preferred).days) if party.preferred is not None else 0
        return party.size * away * self.policy.date_shift_cost_fen

    def _budget(self, more_fen: int) -> set[str]:
        budget = self.policy.budget_fen
        return {"BUDGET"} if budget is not None and self.spent_fen + more_fen > budget else set()

    def _fleet(self, key: tuple[str, str], days: Iterable[date], without: Run | None) -> set[str]:
        held: Counter[date] = Counter()
        for run in self.plan.runs:
            if run.mode == "coach" and run is not without and (run.vehicle_type, run.operator) == key:
                held.update(self._held(run.date, self.evaluator.run_path(run)))
        vehicle = self.evaluator.types[key]
        return {"FLEET"} if any(held[day] >= vehicle.available(day) for day in days) else set()

    def _aboard(self, party: Party) -> Iterator[tuple[set[str], int]]:
        access = self.evaluator.access_fen(party.origin)
        for run in self.plan.runs:
            if run.mode != "coach" or not party.earliest <= run.date <= party.latest:
                continue
            near, far = run.places("board"), run.places("alight")
            before_home, before_work = map(set, (near, far) if self.evaluator.to_work else (far, near))
            before = self.evaluator.coach_fen(
                self.evaluator.types[run.vehicle_type or "", run.operator or ""], self.evaluator.run_path(run)
            )
            for home, work in self._around(before_home, before_work, party):
                for boards in (name for name in home if name in access):
                    alights = self._alights(party, work)
                    if set(home) - before_home > {boards} or set(home) - before_home - {boards}:
                        continue
                    if set(work) - before_work - set(alights):
                        continue
                    yield from self._on(party, run, home, work, boards, alights, before)

    def _alights(self, party: Party, work: Iterable[str]) -> list[str]:
        return [
            person.employer_stop
            if person.employer_stop is not None and person.employer_stop in work
            else party.work_stop
            for person in party.people
        ]

    def _on(
        self,
        party: Party,
        run: Run,
        home: Sequence[str],
        work: Sequence[str],
        boards: str,
        alights: list[str],
        before_fen: int,
    ) -> Iterator[tuple[set[str], int]]:
        path = self.evaluator.path(home, work)
        riders = [(boards, alight) for alight in alights]
        late = set() if self._legal(run.date, path, riders, run.passengers) else {"TIMETABLE"}
        own = party.size * self.evaluator.access_fen(party.origin)[boards] + self._shift_fen(party, run.date)
        for vehicle in self.problem.vehicle_types:
            seats, same = self._seats(vehicle.rated_seats, path), vehicle.key == (run.vehicle_type, run.operator)
            full = run.load + party.size > seats
            if seats <= 0 or (full and not same):
                continue
            more = self.evaluator.coach_fen(vehicle, path) - before_fen
            shut = late | self._budget(more) | self._fleet(vehicle.key, self._held(run.date, path), run)
            yield shut | ({"FULL"} if full else set()), more + own - self._leave_fen(party)

    def _own_coach(self, party: Party) -> Iterator[tuple[set[str], int]]:
        for others in self._others(party):
            riders = (party, *others)
            if any(each.mode == "train" for each in riders):
                continue
            load = sum(each.size for each in riders)
            leave = sum(map(self._leave_fen, riders))
            dates = [day for day in self.days if all(each.earliest <= day <= each.latest for each in riders)]
            for home, work in self.stop_sets if dates else ():
                if not all(self._open(each, home, work) for each in riders):
                    continue
                used = {alight for each in riders for alight in self._alights(each, work)}
                if set(work) - used:
                    continue
                path = self.evaluator.path(home, work)
                vehicles = [v for v in self.problem.vehicle_types if load <= self._seats(v.rated_seats, path)]
                boarding = self._boardings(riders, home) if vehicles else ()
                for boards in boarding:
                    access = sum(
                        each.size * self.evaluator.access_fen(each.origin)[at]
                        for each, at in zip(riders, boards, strict=True)
                    )
                    people = [
                        (at, alight)
                        for each, at in zip(riders, boards, strict=True)
                        for alight in self._alights(each, work)
                    ]
                    late = set() if self._legal(dates[0], path, people, ()) else {"TIMETABLE"}
                    for vehicle, day in product(vehicles, dates):
                        run_fen = self.evaluator.coach_fen(vehicle, path)
                        shut = late | self._budget(run_fen) | self._fleet(vehicle.key, self._held(day, path), None)
                        if load < self.policy.min_load:
                            shut = shut | {"MIN_LOAD"}
                        shift = sum(self._shift_fen(each, day) for each in riders)
                        yield shut, run_fen + access + shift - leave

    def _boardings(self, riders: Sequence[Party], home: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Yield where each party boards so that no stop is idle."""
        choices = [[name for name in home if name in self.evaluator.access_fen(each.origin)] for each in riders]
        return (boards for boards in product(*choices) if set(boards) == set(home))

    def _others(self, party: Party) -> list[tuple[Party, ...]]:
        others = [each for each in self.left if each.id != party.id]
        return [(), *subsets(others, len(others))]

    def _legal(self, day: date, path: Path, riders: Iterable[tuple[str, str]], aboard: Sequence[Passenger]) -> bool:
        passengers = list(aboard)
        for home, work in riders:
            board, alight = (home, work) if self.evaluator.to_work else (work, home)
            passengers.append(Passenger(person="", ref="", party="", seat=None, board=board, alight=alight))
        stops = [Stop(place=place, kind="board") for place in path.boarding]
        stops += [Stop(place=place, kind="alight") for place in path.alighting]
        run = Run(
            id="",
            mode="coach",
            date=day,
            seats=len(passengers),
            drivers=self.evaluator.drivers(path),
            stops=tuple(stops),
            passengers=tuple(passengers),
        )
        return timetable(self.evaluator, run) is not None

    def _trains(self, party: Party) -> Iterator[tuple[set[str], int]]:
        used = {(run.train, run.date): run for run in self.plan.runs if run.mode == "train"}
        for train in self.problem.trains:
            in_time = party.earliest <= train.date <= party.latest and train.date in self.days
            if party.mode == "coach" or not in_time or not self._takes(train, party):
                continue
            run = used.get((train.train, train.date))
            for others in self._others(party) if run is None else [()]:
                yield from self._train(train, run, (party, *others))

    def _train(self, train: Train, run: Run | None, riders: Sequence[Party]) -> Iterator[tuple[set[str], int]]:
        if any(each.mode == "coach" or not each.earliest <= train.date <= each.latest for each in riders):
            return
        names = [stop.place for stop in train.stops]
        for ways in product(*(self.evaluator.train_options(train, each) for each in riders)):
            taken: Counter[int] = Counter()
            for passenger in run.passengers if run is not None else ():
                legs = range(names.index(passenger.board), names.index(passenger.alight)) if train.resell else (0,)
                taken.update(legs)
            for each, (i, j, _fen) in zip(riders, ways, strict=True):
                taken.update(dict.fromkeys(range(i, j) if train.resell else (0,), each.size))
            shut: set[str] = set()
            if max(taken.values()) > train.seats:
                if run is None:
                    continue
                shut.add("TRAIN_SEATS")
            if run is None and sum(each.size for each in riders) < train.min_load:
                shut.add("TRAIN_LOAD")
            fixed = train.fixed_cost_fen if run is None else 0
            both = zip(riders, ways, strict=True)
            fares = sum(each.size * (train.stops[j].fare_fen or 0) for each, (_i, j, _fen) in both)
            paid = sum(each.size * fen for each, (_i, _j, fen) in zip(riders, ways, strict=True))
            shift = sum(self._shift_fen(each, train.date) for each in riders)
            leave = sum(map(self._leave_fen, riders))
            yield shut | self._budget(fixed + fares), fixed + paid + shift - leave
