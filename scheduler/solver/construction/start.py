"""Where a replan starts: the plan that stands, as a solution of the problem as it is now.

Riders who are gone, or whose wish their run does not fit any more, leave it; a run whose coach is not there any more
takes another one that seats its people, if any is free. Those without a seat are put where there is room, runs that are
too thin are given up, and what is left then is for `greedy`. What this touches is where the search begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from scheduler.plan import Passenger, Plan, Run
from scheduler.problem import Party, Problem
from scheduler.solver.construction.boarding import boarding_fen, room_of
from scheduler.solver.construction.parting import give_up_thin, leave_torn_groups, take_off
from scheduler.solver.model.instance import CLOSED, Instance, Ints
from scheduler.solver.model.seating import Seating
from scheduler.solver.model.services import Service, subsets
from scheduler.solver.model.solution import Coach, Solution, SolutionCosts, empty_solution

MOST_STOPS = 4
"""More stops at an end no season allows, and a plan that anybody wrote may have any number."""


@dataclass
class Start:
    """A solution to begin with, if any, and the (work stop, day) pairs around which it is not the plan that stood."""

    solution: Solution | None = None
    touched: list[tuple[int, int]] = field(default_factory=list)


def home_sets(instance: Instance, plan: Plan) -> tuple[tuple[int, ...], ...]:
    """Return the sets of home stops of a plan's coaches, so that each can be a service."""
    home_of = {name: i for i, name in enumerate(instance.homes)}
    kind = "board" if instance.to_work else "alight"
    named = {tuple(sorted(home_of[p] for p in run.places(kind) if p in home_of)) for run in plan.runs}
    smaller = {fewer for stops in named if len(stops) <= MOST_STOPS for fewer in subsets(stops, len(stops))}
    return tuple(sorted(smaller, key=lambda stops: (len(stops), stops)))


def start_from(costs: SolutionCosts, problem: Problem, present: Plan) -> Start:
    """Return the plan that stands as a solution, mended.

    Parameters
    ----------
    costs : SolutionCosts
        Of the instance of `problem`.
    problem : Problem
        As it is now.
    present : Plan
        Its runs, as far as they are not frozen, may name anybody and anything that is gone.
    """
    return _Mapping(costs, problem).start(present)


class _Mapping:
    def __init__(self, costs: SolutionCosts, problem: Problem) -> None:
        self.costs, self.services, self.instance = costs, costs.services, costs.instance
        self.problem = problem
        self.home_of = {name: i for i, name in enumerate(self.instance.homes)}
        self.work_of = {name: i for i, name in enumerate(self.instance.works)}
        self.type_of = {vehicle.key: v for v, vehicle in enumerate(problem.vehicle_types)}
        self.class_of = {i: k for k, members in enumerate(self.instance.members) for i in members}
        self.solution = empty_solution(self.instance)
        self.free = self.instance.fleet.copy()
        self.budget = self.instance.budget_fen
        self.touched: list[tuple[int, int]] = []
        self.coach_of: dict[str, Coach] = {}
        """By the id of the run that stands."""

    def start(self, present: Plan) -> Start:
        aboard = self._parties_aboard(present)
        coaches = [(run, riders) for run, riders in zip(present.runs, aboard, strict=True) if run.mode == "coach"]
        # Where coaches are short the fullest keep theirs.
        for run, riders in sorted(coaches, key=lambda each: (-each[0].load, each[0].id)):
            self._coach(run, riders)
        for run, riders in zip(present.runs, aboard, strict=True):
            if run.mode == "train":
                self._train(run, riders)
        self._board_pinned()
        leave_torn_groups(self.costs, self.solution)
        for k in np.flatnonzero(self.solution.left).tolist():
            day = int(np.clip(self.instance.preferred[k], self.instance.first[k], self.instance.last[k]))
            self.touched.append((int(self.instance.work_stop[k]), day))
        self._seat_left()
        if give_up_thin(self.costs, self.solution):
            self._seat_left()
        leave_torn_groups(self.costs, self.solution)  # those with a seat now may be apart from others aboard
        give_up_thin(self.costs, self.solution)
        return Start(self.solution, list(dict.fromkeys(self.touched)))

    def _parties_aboard(self, present: Plan) -> list[list[tuple[int, list[Passenger]]]]:
        """Return for each run the parties (by index) of which everybody rides it, with their seats."""
        seat = {p.person: (number, p) for number, run in enumerate(present.runs) for p in run.passengers}
        aboard: list[list[tuple[int, list[Passenger]]]] = [[] for _ in present.runs]
        for i, party in enumerate(self.problem.parties):
            seats = [seat[person.key] for person in party.people if person.key in seat]
            if len(seats) == party.size and len({number for number, _p in seats}) == 1:
                aboard[seats[0][0]].append((i, [p for _number, p in seats]))
        return aboard

    # Coaches -----------------------------------------------------------------------------------------------------

    def _coach(self, run: Run, aboard: list[tuple[int, list[Passenger]]]) -> None:
        instance, services = self.instance, self.services
        day = (run.date - self.problem.settings.first_date).days
        kept = [
            (self.class_of[i], seats)
            for i, seats in aboard
            if self._fits(self.problem.parties[i], self.class_of[i], day, seats)
        ]
        stops = [self._ends(p) for _k, seats in kept for p in seats]
        homes, works = tuple(sorted({home for home, _ in stops})), tuple(sorted({work for _, work in stops}))
        service = self._service(day, homes, works, run, sum(len(seats) for _k, seats in kept))
        self.touched += [(work, day) for work in works if service is None or len(kept) < len(aboard)]
        if service is None:
            return
        coach = Coach(*service)
        for k, _seats in kept:
            coach.load[k] = coach.load.get(k, 0) + 1
        settled = self.costs.settled(coach)
        if settled is None:
            return
        self.solution.coaches.append(settled)
        self.coach_of[run.id] = settled
        for k, n in settled.load.items():
            self.solution.left[k] -= n
        self.free[settled.vehicle, services.held_days(settled.day, settled.home, settled.work)] -= 1
        if self.budget is not None:
            self.budget -= self.costs.coach_fixed(settled)
        if (instance.homes and run.vehicle_type) and self.type_of.get(_key(run)) != settled.vehicle:
            self.touched += [(work, day) for work in works]

    def _ends(self, passenger: Passenger) -> tuple[int, int]:
        home, work = passenger.board, passenger.alight
        if not self.instance.to_work:
            home, work = work, home
        return self.home_of[home], self.work_of[work]

    def _fits(self, party: Party, k: int, day: int, seats: Sequence[Passenger]) -> bool:
        """Tell whether a party may still ride as it did."""
        instance = self.instance
        if not (instance.by_coach[k] and instance.first[k] <= day <= instance.last[k]):
            return False
        people = {person.key: person for person in party.people}
        for seat in seats:
            home, work = (seat.board, seat.alight) if instance.to_work else (seat.alight, seat.board)
            if home not in self.home_of or work not in self.work_of:
                return False
            if instance.access[instance.origin[k], self.home_of[home]] >= CLOSED:
                return False
            if work not in (party.work_stop, people[seat.person].employer_stop):
                return False
            if not any(self.work_of[work] in choice for choice, _n in instance.wishes[int(instance.wish[k])]):
                return False
        return True

    def _service(
        self, day: int, homes: tuple[int, ...], works: tuple[int, ...], run: Run, people: int
    ) -> Service | None:
        """Return the service of a run with these stops: its own type, else the cheapest that is free and seats them."""
        instance, services = self.instance, self.services
        if not people or homes not in services.home_id or not 0 <= day < instance.n_days:
            return None
        home, work = services.home_id[homes], services.work_id(works)
        table, held = services.table(work), services.held_days(day, home, work)
        own = self.type_of.get(_key(run), -1)
        others = np.argsort(table.cost[home], kind="stable").tolist()
        for vehicle in dict.fromkeys([own, *others]):
            if vehicle < 0 or table.seats[home, vehicle] < people:
                continue
            if services.is_closed(Service(day, home, work, vehicle)):
                continue
            affordable = self.budget is None or int(table.cost[home, vehicle]) <= self.budget
            if affordable and int(self.free[vehicle, held].min(initial=1)) > 0:
                return Service(day, home, work, vehicle)
        return None

    # Trains ------------------------------------------------------------------------------------------------------

    def _train(self, run: Run, aboard: list[tuple[int, list[Passenger]]]) -> None:
        instance = self.instance
        at = next(
            (
                t
                for t, block in enumerate(instance.trains)
                if (train := self.problem.trains[block.index]).train == run.train and train.date == run.date
            ),
            None,
        )
        load: dict[tuple[int, int], int] = {}
        for i, seats in aboard:
            k = self.class_of[i]
            option = self._option(at, k, seats[0]) if at is not None else None
            if at is None or option is None:
                continue
            trial = load | {(k, option): load.get((k, option), 0) + 1}
            within = int(self.costs.leg_loads(at, trial).max(initial=0)) <= instance.trains[at].seats
            if within and (self.budget is None or self.costs.train_fixed(at, trial) <= self.budget):
                load = trial
        if at is not None and load:
            self.solution.trains[at] = load
            for (k, _option), n in load.items():
                self.solution.left[k] -= n
            if self.budget is not None:
                self.budget -= self.costs.train_fixed(at, load)

    def _option(self, train: int, k: int, seat: Passenger) -> int | None:
        """Return the option of a class that is a passenger's way, None where there is none any more."""
        instance, block = self.instance, self.instance.trains[train]
        if not (instance.by_train[k] and instance.first[k] <= block.day <= instance.last[k]):
            return None
        options = block.options.get((int(instance.origin[k]), int(instance.work_stop[k])), ())
        for number, option in enumerate(options):
            if (train, option.board, option.alight) in instance.links.shut:
                continue
            if (block.stops[option.board][0], block.stops[option.alight][0]) == (seat.board, seat.alight):
                return number
        return None

    # Mending -----------------------------------------------------------------------------------------------------

    def _seat_left(self) -> None:
        """Put those without a seat on coaches with room, whoever saves most a seat first."""
        solution, instance = self.solution, self.instance
        classes: Ints = np.flatnonzero((solution.left > 0) & instance.unlinked)
        if not len(classes):
            return
        seating = Seating(self.services, classes, solution.left[classes])
        gains, places, who = [], [], []
        for number, coach in enumerate(solution.coaches):
            if room_of(self.costs, coach) > 0:
                link = seating.coach_link(coach.service)
                gains.append(seating.leave_person_fen[link.at] - link.person_fen)
                places.append(np.full(len(link.at), number))
                who.append(classes[link.at])
        if not gains:
            return
        gain, place, k_of = np.concatenate(gains), np.concatenate(places), np.concatenate(who)
        for at in np.argsort(-gain, kind="stable").tolist():
            k, coach = int(k_of[at]), solution.coaches[int(place[at])]
            n = min(int(solution.left[k]), room_of(self.costs, coach) // int(instance.size[k]))
            if n > 0:
                coach.load[k] = coach.load.get(k, 0) + n
                solution.left[k] -= n

    def _board_pinned(self) -> None:
        """Put those who are pinned to a coach of the plan that stands among its riders, where it has room for them.

        They could as well be left where they are, and that coach take the other's id: then everybody else of the two
        would hold a list that is wrong.
        """
        for number, run in self.instance.links.run_of.items():
            coach = self.coach_of.get(run)
            others = [k for k in self.instance.links.groups[number] if coach is not None and k not in coach.load]
            if coach is None or not others or boarding_fen(self.costs, coach, others) is None:
                continue
            for k in others:
                take_off(self.solution, k)
                coach.load[k] = 1
                self.solution.left[k] -= 1


def _key(run: Run) -> tuple[str, str]:
    return run.vehicle_type or "", run.operator or ""
