"""From a solution to a plan: parties by name, boarding places, seats, plates, times, ids."""

from __future__ import annotations

import re
from collections import Counter

from scheduler.evaluate import Evaluator, Path
from scheduler.itinerary import timetable
from scheduler.operations.vehicles import assign_plates, number_seats
from scheduler.plan import Passenger, Run, Stop
from scheduler.problem import Party, Person, Place, Problem
from scheduler.solver.model.instance import Instance, TrainOption
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import Coach, Solution, SolutionCosts
from scheduler.solver.model.stop_cover import calling

_PROVINCE = re.compile(r"^[^市]{2,7}?(?:省|自治区|特别行政区)(?=.)")
_CITY_BEFORE = re.compile(r"^.{2,}?市(?=.)")
_PREFECTURE = re.compile(r"^(.{2,4}?)(?:.{1,3}族)*自治[州县]$")


class Assembler:
    """Makes runs of solutions of one problem; timetables are kept, for most runs survive from plan to plan."""

    def __init__(self, problem: Problem, evaluator: Evaluator, services: Services) -> None:
        self.problem = problem
        self.evaluator = evaluator
        self.services = services
        self.instance: Instance = services.instance
        self.costs = SolutionCosts(services)

    def runs(self, solution: Solution) -> tuple[tuple[Run, ...], list[int]]:
        """Return a solution's runs in order of date, and the indices of the parties on none.

        A coach without any legal timetable does not run: its people stay behind.
        """
        waiting = [list(reversed(members)) for members in self.instance.members]
        runs = []
        coaches = sorted(solution.coaches, key=lambda c: (c.day, self.services.work_sets[c.work], c.home, c.vehicle))
        for coach in coaches:
            parties = [waiting[k].pop() for k in sorted(coach.load) for _ in range(coach.load[k])]
            run = self._coach(coach, [self.problem.parties[i] for i in parties])
            stops = timetable(self.evaluator, run)
            if stops is None:
                for i in parties:
                    waiting[self._class_of[i]].append(i)
                continue
            runs.append(run.model_copy(update={"stops": stops}))
        for number, load in enumerate(solution.trains):
            if load:
                aboard = [
                    (self.problem.parties[waiting[k].pop()], self.costs.train_option(number, k, option))
                    for (k, option), times in sorted(load.items())
                    for _ in range(times)
                ]
                runs.append(self._train(number, aboard))
        runs.sort(key=lambda run: run.date)
        named = self._named(assign_plates(self.evaluator, runs))
        return tuple(named), sorted(i for members in waiting for i in members)

    @property
    def _class_of(self) -> dict[int, int]:
        return {i: k for k, members in enumerate(self.instance.members) for i in members}

    def _coach(self, coach: Coach, parties: list[Party]) -> Run:
        instance, evaluator = self.instance, self.evaluator
        home = [instance.homes[i] for i in self.services.home.sets[coach.home]]
        work = [instance.works[i] for i in self.services.work_sets[coach.work]]
        path = evaluator.path(home, work)
        vehicle = self.problem.vehicle_types[coach.vehicle]
        drivers = evaluator.drivers(path)
        passengers = self._coach_passengers(parties, path)
        stops = [Stop(place=place, kind="board") for place in path.boarding]
        stops += [Stop(place=place, kind="alight") for place in path.alighting]
        return Run(
            id="",
            mode="coach",
            date=self.problem.settings.days[coach.day],
            vehicle_type=vehicle.vehicle_type,
            operator=vehicle.operator,
            seats=evaluator.seats(vehicle.rated_seats, drivers),
            path_km=path.path_km,
            drivers=drivers,
            stops=tuple(stops),
            passengers=number_seats(passengers, path.stops),
        )

    def _coach_passengers(self, parties: list[Party], path: Path) -> list[Passenger]:
        """Everyone at the cheapest stop open to the township, at the employer's gate where the coach calls there.

        But at no stop nobody: somebody else calls where it would be idle.
        """
        evaluator = self.evaluator
        home_stops, work_stops = (
            (path.boarding, path.alighting) if evaluator.to_work else (path.alighting, path.boarding)
        )
        people = [(party, person) for party in parties for person in party.people]
        access = {party.origin: evaluator.access_fen(party.origin) for party in parties}
        reach = [{s: access[party.origin][s] for s in home_stops if s in access[party.origin]} for party, _ in people]
        wishes = [
            {s: 0 for s in (person.employer_stop, party.work_stop) if s is not None and s in work_stops}
            for party, person in people
        ]
        names = [party.id for party, _person in people]
        ends = zip(calling(home_stops, reach, names), calling(work_stops, wishes, names), strict=True)
        return [self._passenger(party, person, *end) for (party, person), end in zip(people, ends, strict=True)]

    def _train(self, number: int, aboard: list[tuple[Party, TrainOption]]) -> Run:
        block = self.instance.trains[number]
        train = self.problem.trains[block.index]
        passengers, boards, alights = [], set(), set()
        for party, option in aboard:
            i, j = option.board, option.alight
            boards.add(i)
            alights.add(j)
            for person in party.people:
                passengers.append(
                    Passenger(
                        person=person.key,
                        ref=person.ref,
                        party=party.id,
                        seat=None,
                        board=train.stops[i].place,
                        alight=train.stops[j].place,
                    )
                )
        stops = []
        for i, stop in enumerate(train.stops):
            if i in alights:
                stops.append(Stop(place=stop.place, kind="alight"))
            if i in boards:
                stops.append(Stop(place=stop.place, kind="board"))
        run = Run(
            id="",
            mode="train",
            date=train.date,
            train=train.train,
            seats=train.seats,
            stops=tuple(stops),
            passengers=tuple(passengers),
        )
        return run.model_copy(update={"stops": timetable(self.evaluator, run)})

    def _passenger(self, party: Party, person: Person, home: str, work: str) -> Passenger:
        board, alight = (home, work) if self.evaluator.to_work else (work, home)
        return Passenger(person=person.key, ref=person.ref, party=party.id, seat=None, board=board, alight=alight)

    def _named(self, runs: list[Run]) -> list[Run]:
        serials: Counter[str] = Counter()
        named = []
        for run in runs:
            ends = Counter(each.alight if self.evaluator.to_work else each.board for each in run.passengers)
            main = min(ends, key=lambda place: (-ends[place], place))
            stem = f"{run.mode[0].upper()}{run.date:%m%d}-{run_place_name(self.problem.places[main])}"
            serials[stem] += 1
            named.append(run.model_copy(update={"id": f"{stem}-{serials[stem]:02d}"}))
        return named


def run_place_name(place: Place) -> str:
    """Return what people call a place: 广东省深圳市 -> 深圳, 广东省深圳市宝安区 -> 宝安区, a station as it is."""
    if place.kind != "division":
        return place.name
    name = _PROVINCE.sub("", place.name)
    name = _CITY_BEFORE.sub("", name)
    prefecture = _PREFECTURE.match(name)
    if prefecture:
        return prefecture.group(1)
    return name.removesuffix("市") if len(name) > 2 else name
