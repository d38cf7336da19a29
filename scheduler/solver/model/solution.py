"""A plan while it is being made: counts of parties by class on each run, and the fleet they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from scheduler.solver.model.instance import CLOSED, Instance, Ints
from scheduler.solver.model.services import Service, Services, subsets
from scheduler.solver.model.stops.cover import cheapest_callers
from scheduler.solver.model.train_blocks import TrainOption

TrainLoad = dict[tuple[int, int], int]
"""Parties on a train by (class, option)."""


@dataclass(slots=True)
class Coach:
    """A coach run: `load` maps class to parties; `home` and `work` number the sets of stops in Services."""

    day: int
    home: int
    work: int
    vehicle: int
    load: dict[int, int] = field(default_factory=dict)

    @property
    def service(self) -> Service:
        """The service that it is a run of."""
        return Service(self.day, self.home, self.work, self.vehicle)


@dataclass
class Solution:
    """Coaches, train loads ((class, option) to parties, one dict a train), and the parties left of each class."""

    coaches: list[Coach]
    trains: list[dict[tuple[int, int], int]]
    left: Ints


def empty_solution(instance: Instance) -> Solution:
    """Return the plan that serves nobody."""
    return Solution([], [{} for _ in instance.trains], instance.count.copy())


class SolutionCosts:
    """What solutions over one instance cost and hold: fen, coaches by day, seats, people."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.instance = services.instance

    def coach_fixed(self, coach: Coach) -> int:
        """Return the fen of the coach itself."""
        return int(self.services.table(coach.work).cost[coach.home, coach.vehicle])

    def coach_fen(self, coach: Coach) -> int:
        """Return the fen of a coach and its passengers' access, shifts and moves; no stop of it may have to be idle."""
        instance = self.instance
        classes = np.fromiter(coach.load, dtype=np.int64, count=len(coach.load))
        parties = np.fromiter(coach.load.values(), dtype=np.int64, count=len(coach.load))
        each = self.services.access[coach.home, instance.origin[classes]] + instance.shift(classes, coach.day)
        detours = self.callers_fen(coach)
        assert detours is not None, "a stop is idle"
        moves = self.services.moves_fen(classes, coach.day, coach.work, np.array([coach.home]))[0]
        riders = int((each * parties * instance.size[classes]).sum() + (moves * parties).sum())
        return self.coach_fixed(coach) + riders + detours

    # Stops that somebody uses ------------------------------------------------------------------------------------

    def callers_fen(self, coach: Coach) -> int | None:
        """Return what it costs more than the cheapest so that no stop is idle; None where one must be."""
        home_stops, work_stops = self.services.home.sets[coach.home], self.services.work_sets[coach.work]
        fen = 0
        # Everybody aboard calls at an only stop.
        if len(work_stops) > 1:
            callers = cheapest_callers(work_stops, self.work_crowds(coach))
            if callers is None:
                return None
            fen = callers[0]
        if len(home_stops) > 1:
            callers = cheapest_callers(home_stops, self.home_crowds(coach))
            if callers is None:
                return None
            fen += callers[0]
        return fen

    def home_crowds(self, coach: Coach) -> list[tuple[dict[int, int], int]]:
        """Return the people aboard by origin and the stop they keep to if they can, in order."""
        instance, stops, people = self.instance, self.services.home.sets[coach.home], self._home_people(coach)
        crowds = []
        for origin, home in sorted(people):
            costs = {stop: int(instance.access[origin, stop]) for stop in stops}
            if home >= 0:
                costs = {stop: fen + self.services.move_fen * (stop != home) for stop, fen in costs.items()}
            least = min(costs.values())
            crowds.append(({s: fen - least for s, fen in costs.items() if fen < CLOSED}, people[origin, home]))
        return crowds

    def _home_people(self, coach: Coach) -> Counter[tuple[int, int]]:
        """Return how many people aboard are of each origin and keep to each home stop (-1: any)."""
        instance = self.instance
        people: Counter[tuple[int, int]] = Counter()
        for k, n in coach.load.items():
            origin = int(instance.origin[k])
            people[origin, -1] += int(instance.size[k]) * n
        for k, ((home, _work), _choice, persons) in self.services.all_stayers(coach.load, coach.service):
            origin, n = int(instance.origin[k]), coach.load[k]
            people[origin, -1] -= persons * n
            people[origin, home] += persons * n
        return people

    def work_crowds(self, coach: Coach) -> list[tuple[dict[int, int], int]]:
        """Return the people aboard by the stops of the coach that are theirs and the one they keep to, in order."""
        instance, stops = self.instance, set(self.services.work_sets[coach.work])
        people: Counter[tuple[tuple[int, ...], int]] = Counter()
        for k, n in coach.load.items():
            for choice, persons in instance.wishes[int(instance.wish[k])]:
                people[tuple(stop for stop in choice if stop in stops), -1] += persons * n
        for k, ((_home, work), choice, persons) in self.services.all_stayers(coach.load, coach.service):
            own, n = tuple(stop for stop in choice if stop in stops), coach.load[k]
            people[own, -1] -= persons * n
            people[own, work] += persons * n
        return [
            ({stop: self.services.move_fen * (work >= 0 and stop != work) for stop in choice}, people[choice, work])
            for choice, work in sorted(people)
        ]

    def settled(self, coach: Coach) -> Coach | None:
        """Return a coach without idle stops for a load: itself, or the cheapest with some of its stops, or None.

        It holds no other days than the coach, and where there is a budget costs no more by itself. Else it may cost
        more: where distances are no metric the way by an idle stop can be the shorter one.
        """
        if not coach.load:
            return None
        if self.callers_fen(coach) is not None:
            return coach
        services, instance = self.services, self.instance
        people, days = self.people(coach.load.items()), self.services.held_days(coach.day, coach.home, coach.work)
        most_fen = self.coach_fixed(coach) if instance.budget_fen is not None else None
        origins = sorted({int(instance.origin[k]) for k in coach.load})
        best: tuple[int, Coach] | None = None
        for works in subsets(services.work_sets[coach.work], instance.work_stops):
            work = services.work_id(works)
            if not all(set(works) & need for k in coach.load for need in instance.signatures[instance.signature[k]]):
                continue
            table = services.table(work)
            for stops in subsets(services.home.sets[coach.home], instance.home_stops):
                home = services.home_id[stops]
                fewer = replace(coach, home=home, work=work)
                held = self.services.held_days(coach.day, home, work)
                if int(table.seats[home, coach.vehicle]) < people:
                    continue
                if most_fen is not None and self.coach_fixed(fewer) > most_fen:
                    continue
                if held.start < held.stop and not (days.start <= held.start and held.stop <= days.stop):
                    continue
                if int(services.access[home, origins].max()) >= CLOSED:
                    continue
                if self.callers_fen(fewer) is None:
                    continue
                fen = self.coach_fen(fewer)
                if best is None or fen < best[0]:
                    best = fen, fewer
        return best[1] if best is not None else None

    def people(self, load: Iterable[tuple[int, int]]) -> int:
        """Return how many people (class, parties) pairs are."""
        size = self.instance.size
        return int(sum(size[k] * n for k, n in load))

    def train_fixed(self, train: int, load: dict[tuple[int, int], int]) -> int:
        """Return fixed cost and fares of a train: what counts against the budget."""
        if not load:
            return 0
        block = self.instance.trains[train]
        fares = 0
        for (k, o), n in load.items():
            fares += self.train_option(train, k, o).fare_fen * int(self.instance.size[k]) * n
        return block.fixed_fen + fares

    def train_option(self, train: int, k: int, option: int) -> TrainOption:
        """Return option number `option` of class `k` on a train."""
        key = int(self.instance.origin[k]), int(self.instance.work_stop[k])
        return self.instance.trains[train].options[key][option]

    def train_fen(self, train: int, load: dict[tuple[int, int], int]) -> int:
        """Return the fen of a used train with its passengers' fares, access, shifts and moves."""
        if not load:
            return 0
        instance, block = self.instance, self.instance.trains[train]
        total = block.fixed_fen
        for (k, o), n in load.items():
            shift = int(instance.shift(np.array([k]), block.day)[0])
            option = self.train_option(train, k, o)
            total += n * int(instance.size[k]) * (option.cost_fen + shift)
            total += n * instance.moves_by_train_fen(k, train, option)
        return total

    def leg_loads(self, train: int, load: dict[tuple[int, int], int]) -> Ints:
        """Return the seats taken on each leg of a train; without resell every passenger takes all legs."""
        block = self.instance.trains[train]
        taken = np.zeros(block.legs, dtype=np.int64)
        for (k, o), n in load.items():
            people = n * int(self.instance.size[k])
            if block.resell:
                option = self.train_option(train, k, o)
                taken[option.board : option.alight] += people
            else:
                taken += people
        return taken

    def total(self, solution: Solution) -> int:
        """Return a solution's cost in fen."""
        coaches = sum(self.coach_fen(coach) for coach in solution.coaches)
        trains = sum(self.train_fen(t, load) for t, load in enumerate(solution.trains))
        return coaches + trains + int((solution.left * self.instance.leave_fen).sum())

    def moved(self, solution: Solution) -> int:
        """Return how many told people a solution moves."""
        told = self.instance.told
        if told is None:
            return 0
        moved = sum(self.coach_moved(coach) for coach in solution.coaches)
        moved += sum(self.train_moved(t, load) for t, load in enumerate(solution.trains))
        return moved + int((solution.left * told.of_class).sum())

    def coach_moved(self, coach: Coach) -> int:
        """Return how many told people a coach moves."""
        classes = np.fromiter(coach.load, dtype=np.int64, count=len(coach.load))
        parties = np.fromiter(coach.load.values(), dtype=np.int64, count=len(coach.load))
        moved = int((self.services.moved(classes, coach.service) * parties).sum())
        stops = self.services.home.sets[coach.home]
        callers = cheapest_callers(stops, self.home_crowds(coach)) if len(stops) > 1 else None
        if callers is not None and callers[0]:
            kept = [home for _origin, home in sorted(self._home_people(coach))]
            moved += sum(kept[crowd] >= 0 and kept[crowd] != stop for crowd, stop in callers[1])
        return moved

    def train_moved(self, train: int, load: dict[tuple[int, int], int]) -> int:
        """Return how many told people riding a train moves."""
        option, moved = self.train_option, self.instance.moved_by_train
        return sum(n * moved(k, train, option(train, k, o)) for (k, o), n in load.items())

    def excess(self, solution: Solution) -> int:
        """Return how many more people are moved than may be."""
        told = self.instance.told
        most = told.max_moved if told is not None else None
        return 0 if most is None else max(0, self.moved(solution) - most)

    def broken(self, solution: Solution) -> int:
        """Return how many pins a solution breaks."""
        links = self.instance.links
        if not (links.bind or links.closed):
            return 0
        loads = [{k for k, _option in load} for load in solution.trains]
        riders = [*(coach.load for coach in solution.coaches), *filter(None, loads)]
        broken = links.broken_by(riders, np.flatnonzero(solution.left).tolist())
        broken += len(self.not_open(solution, range(len(links.opens))))
        broken += sum(self.services.is_closed(coach.service) for coach in solution.coaches)
        ways = [self.train_ways(t, load) for t, load in enumerate(solution.trains)]
        return broken + sum(each.has_train(way) for each in links.closed for way in ways)

    def opened(self, solution: Solution) -> list[int]:
        """Return which of the runs that must go do, by the number of what asks for them."""
        wanted = range(len(self.instance.links.opens))
        return sorted(set(wanted).difference(self.not_open(solution, wanted))) if wanted else []

    def not_open(self, solution: Solution, opens: Iterable[int]) -> list[int]:
        """Return which of the runs that must go do not, by the number of what asks for them."""
        wanted, services = self.instance.links.opens, self.services
        coaches = [
            (coach.day, services.home.sets[coach.home], services.work_sets[coach.work], coach.vehicle)
            for coach in solution.coaches
        ]
        ways = [self.train_ways(t, load) for t, load in enumerate(solution.trains)]
        return [
            number
            for number in opens
            if not any(wanted[number].has_coach(*coach) for coach in coaches)
            and not any(wanted[number].has_train(way) for way in ways)
        ]

    def train_ways(self, train: int, load: Iterable[tuple[int, int]]) -> set[tuple[int, int, int]]:
        """Return the ways in which a train is ridden."""
        options = (self.train_option(train, k, o) for k, o in load)
        return {(train, option.board, option.alight) for option in options}

    def spent(self, solution: Solution) -> int:
        """Return runs + seats: what the budget caps."""
        trains = sum(self.train_fixed(t, load) for t, load in enumerate(solution.trains))
        return sum(self.coach_fixed(coach) for coach in solution.coaches) + trains

    def held(self, coaches: Iterable[Coach]) -> Ints:
        """Return the coaches held by type and day."""
        held = np.zeros_like(self.instance.fleet)
        for coach in coaches:
            held[coach.vehicle, self.services.held_days(coach.day, coach.home, coach.work)] += 1
        return held

    def served(self, solution: Solution) -> int:
        """Return how many people ride."""
        return int(((self.instance.count - solution.left) * self.instance.size).sum())


def joined(a: TrainLoad, b: TrainLoad) -> TrainLoad:
    """Return what two loads of a train come to together."""
    total = dict(a)
    for key, n in b.items():
        total[key] = total.get(key, 0) + n
    return total
