"""The plan as it stands, for asking who else could still ride: its coaches and trains, what is free, who waits.

It is read off the runs of the plan and not off the solution: a coach without a legal timetable is in the latter alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.evaluate import Evaluator, Path
from scheduler.itinerary import timetable
from scheduler.plan import Passenger, Run
from scheduler.problem import Party, Problem
from scheduler.solver.model.instance import Instance, Ints
from scheduler.solver.model.services import Services
from scheduler.solver.model.train_blocks import TrainOption

Riders = Sequence[tuple[int, int | None]]
"""Parties, and the home stop where each boards; None: where that costs it least."""


def alights(party: Party, works: Sequence[str]) -> list[str]:
    """Return where each of a party alights (boards) at the work end: at the employer's where the coach calls there."""
    stops = (person.employer_stop for person in party.people)
    return [stop if stop is not None and stop in works else party.work_stop for stop in stops]


@dataclass(frozen=True, slots=True)
class Seated:
    """A coach run of the plan: its service, and how many people ride it."""

    run: Run
    day: int
    home: int
    work: int
    vehicle: int
    people: int


class Standing:
    """What a plan leaves free.

    Attributes
    ----------
    services : Services
        With the seats a coach has even where they do not reach min_load (`ways.with_raw_seats`).
    free : array (vehicle types, days)
        Coaches that no run holds.
    spare_fen : int or None
        What is left of the budget.
    waiting : array
        Parties of each class that the plan leaves behind.
    train_people, train_seats : list
        People on each train of the instance, and the seats taken of the legs (one figure without `resell`).
    """

    def __init__(
        self, problem: Problem, instance: Instance, services: Services, runs: Sequence[Run], left: Iterable[int]
    ) -> None:
        self.problem = problem
        self.services = services
        self.evaluator = Evaluator(problem)
        self.instance = instance
        self.class_of = {i: k for k, members in enumerate(instance.members) for i in members}
        self.left_of: dict[int, list[int]] = {}
        for i in left:
            self.left_of.setdefault(self.class_of[i], []).append(i)
        self.waiting = np.zeros(instance.n_classes, dtype=np.int64)
        for k, parties in self.left_of.items():
            self.waiting[k] = len(parties)
        self._legal: dict[tuple[object, ...], bool] = {}
        self._home_of = {name: i for i, name in enumerate(instance.homes)}
        self._work_of = {name: i for i, name in enumerate(instance.works)}
        self._vehicle_of = {vehicle.key: i for i, vehicle in enumerate(problem.vehicle_types)}
        self.coaches = [self._seated(run) for run in runs if run.mode == "coach"]
        self.free = instance.fleet.copy()
        spent = 0
        for coach in self.coaches:
            self.free[coach.vehicle, self.held(coach)] -= 1
            spent += self._coach_fen(coach)
        self.train_people = [0] * len(instance.trains)
        self.train_seats = [np.zeros(block.legs if block.resell else 1, dtype=np.int64) for block in instance.trains]
        asked = [problem.trains[block.index] for block in instance.trains]
        number_of = {(train.train, train.date): number for number, train in enumerate(asked)}
        for run in runs:
            if run.mode == "train":
                spent += self._board_train(run, number_of[run.train or "", run.date])
        self.spare_fen = None if instance.budget_fen is None else instance.budget_fen - spent

    def _seated(self, run: Run) -> Seated:
        to_work = self.evaluator.to_work
        home = tuple(sorted(self._home_of[place] for place in run.places("board" if to_work else "alight")))
        work = {self._work_of[place] for place in run.places("alight" if to_work else "board")}
        day = (run.date - self.problem.settings.first_date).days
        vehicle = self._vehicle_of[run.vehicle_type or "", run.operator or ""]
        return Seated(run, day, self.services.home_id[home], self.services.work_id(work), vehicle, run.load)

    def held(self, coach: Seated) -> slice:
        """Return the season's days on which a coach of the plan is held."""
        table, n_days = self.services.table(coach.work), self.instance.n_days
        start = max(0, coach.day + int(table.hold_from[coach.home]))
        return slice(start, max(start, min(n_days, coach.day + int(table.hold_to[coach.home]) + 1)))

    def _board_train(self, run: Run, number: int) -> int:
        """Take the seats of a train run; return its fixed cost and fares."""
        block = self.instance.trains[number]
        train = self.problem.trains[block.index]
        fares = 0
        for passenger in run.passengers:
            board = next(i for i, stop in enumerate(train.stops) if stop.place == passenger.board)
            alight = next(i for i, stop in enumerate(train.stops) if i > board and stop.place == passenger.alight)
            fares += train.stops[alight].fare_fen or 0
            self.train_seats[number][slice(board, alight) if block.resell else slice(None)] += 1
        self.train_people[number] = run.load
        return block.fixed_fen + fares

    # What changes it ---------------------------------------------------------------------------------------------

    def board(self, number: int, home: int, work: int, vehicle: int, riders: Riders) -> None:
        """Put parties that wait on a coach of the plan, which has these stops and this type from now on."""
        before = self.coaches[number]
        run = self._with(before.run, home, work, riders)
        after = Seated(run, before.day, home, work, vehicle, run.load)
        self.free[before.vehicle, self.held(before)] += 1
        self.free[vehicle, self.held(after)] -= 1
        self._spend(self._coach_fen(after) - self._coach_fen(before))
        self.coaches[number] = after
        self._seat(riders)

    def open(self, day: int, home: int, work: int, vehicle: int, riders: Riders) -> None:
        """Let a coach more run, with parties that wait; it is the last of `coaches` then."""
        name, date = f"+{len(self.coaches)}", self.problem.settings.days[day]
        blank = Run(id=name, mode="coach", date=date, seats=0, stops=(), passengers=())
        run = self._with(blank, home, work, riders)
        coach = Seated(run, day, home, work, vehicle, run.load)
        self.free[vehicle, self.held(coach)] -= 1
        self._spend(self._coach_fen(coach))
        self.coaches.append(coach)
        self._seat(riders)

    def board_train(self, number: int, option: TrainOption, party: int) -> None:
        """Put a party that waits on a train, which runs from now on."""
        block, size = self.instance.trains[number], self.problem.parties[party].size
        self._spend(size * option.fare_fen + (0 if self.train_people[number] else block.fixed_fen))
        self.train_people[number] += size
        self.train_seats[number][slice(option.board, option.alight) if block.resell else slice(None)] += size
        self._seat([(party, None)])

    def _with(self, run: Run, home: int, work: int, riders: Riders) -> Run:
        passengers = *run.passengers, *self._passengers(riders, *self.stops(home, work))
        return run.model_copy(update={"passengers": passengers})

    def _coach_fen(self, coach: Seated) -> int:
        return int(self.services.table(coach.work).cost[coach.home, coach.vehicle])

    def _spend(self, fen: int) -> None:
        if self.spare_fen is not None:
            self.spare_fen -= fen

    def _seat(self, riders: Riders) -> None:
        for party, _place in riders:
            k = self.class_of[party]
            self.left_of[k].remove(party)
            self.waiting[k] -= 1

    # Timetables --------------------------------------------------------------------------------------------------

    def legal(self, day: int, home: int, work: int, riders: Riders, aboard: Run | None) -> bool:
        """Tell whether a coach over these stops has a legal timetable with these parties and those aboard."""
        homes, works = self.stops(home, work)
        path = self.evaluator.path(homes, works)
        passengers = list(aboard.passengers) if aboard is not None else []
        passengers += self._passengers(riders, homes, works)
        board = tuple(sum(each.board == place for each in passengers) for place in path.boarding)
        alight = tuple(sum(each.alight == place for each in passengers) for place in path.alighting)
        key = (path.stops, board, alight)
        if key not in self._legal:
            self._legal[key] = self._timetable(day, path, passengers)
        return self._legal[key]

    def stops(self, home: int, work: int) -> tuple[list[str], list[str]]:
        """Return the names of the stops of a home set and a work set."""
        homes = [self.instance.homes[i] for i in self.services.home.sets[home]]
        return homes, [self.instance.works[i] for i in self.services.work_sets[work]]

    def _timetable(self, day: int, path: Path, passengers: list[Passenger]) -> bool:
        stops = [{"place": place, "kind": "board"} for place in path.boarding]
        stops += [{"place": place, "kind": "alight"} for place in path.alighting]
        run = Run.model_validate(
            {
                "id": "",
                "mode": "coach",
                "date": self.problem.settings.days[day],
                "seats": len(passengers),
                "drivers": self.evaluator.drivers(path),
                "stops": stops,
                "passengers": passengers,
            }
        )
        return timetable(self.evaluator, run) is not None

    def _passengers(self, riders: Riders, homes: list[str], works: list[str]) -> Iterable[Passenger]:
        for i, place in riders:
            party = self.problem.parties[i]
            home = self._boards(party, place, homes)
            for person, work in zip(party.people, alights(party, works), strict=True):
                board, alight = (home, work) if self.evaluator.to_work else (work, home)
                yield Passenger(
                    person=person.key, ref=person.ref, party=party.id, seat=None, board=board, alight=alight
                )

    def _boards(self, party: Party, place: int | None, homes: list[str]) -> str:
        """Return the home stop where a party boards."""
        if place is not None:
            return self.instance.homes[place]
        access = self.evaluator.access_fen(party.origin)
        return min((stop for stop in homes if stop in access), key=lambda stop: access[stop])

    def wants(self, party: int) -> set[int]:
        """Return the work stops where somebody of a party may alight (board)."""
        asked = self.problem.parties[party]
        stops = {asked.work_stop, *(person.employer_stop for person in asked.people)}
        return {self._work_of[stop] for stop in stops if stop is not None}

    def used(self, home: int, work: int, riders: Riders) -> set[str]:
        """Return the stops where one of these parties boards or alights."""
        # No passengers are made for that: it is asked of every coach that is looked at.
        homes, works = self.stops(home, work)
        places: set[str] = set()
        for i, place in riders:
            party = self.problem.parties[i]
            places.add(self._boards(party, place, homes))
            places.update(alights(party, works))
        return places

    def company(self, day: int) -> Ints:
        """Return the classes that wait and could take a coach of that day."""
        instance = self.instance
        fits = (self.waiting > 0) & instance.by_coach & (instance.first <= day) & (instance.last >= day)
        return np.flatnonzero(fits)
