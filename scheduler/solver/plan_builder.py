"""From a solution to a plan: parties by name, boarding places, seats, plates, times, ids."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from itertools import permutations, product

from scheduler._version import __version__
from scheduler.evaluate import KM_TOLERANCE, Evaluator, Path, is_moved
from scheduler.itinerary import timetable
from scheduler.operations.vehicles import assign_plates, number_seats
from scheduler.plan import Feeder, Passenger, Plan, Run, SetAsideRow, Stop, Told
from scheduler.problem import Party, Person, Place, Problem
from scheduler.solver.keeping import Keeping, with_ids, with_pinned_seats
from scheduler.solver.model.instance import CLOSED, Instance
from scheduler.solver.model.pins.asked import NO_PINS, Narrowed, PinnedWishes, not_obeyed
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import Coach, Solution, SolutionCosts
from scheduler.solver.model.stops.cover import calling
from scheduler.solver.model.train_blocks import TrainOption

_PROVINCE = re.compile(r"^[^市]{2,7}?(?:省|自治区|特别行政区)(?=.)")
_CITY_BEFORE = re.compile(r"^.{2,}?市(?=.)")
_PREFECTURE = re.compile(r"^(.{2,4}?)(?:.{1,3}族)*自治[州县]$")


class Assembler:
    """Makes runs of solutions of one problem, which keep what they can of the plan that stands, if there is one.

    `told` is what its people have been told; with `keep_stops` they keep to their stops whatever that costs.
    """

    def __init__(
        self,
        problem: Problem,
        evaluator: Evaluator,
        services: Services,
        present: Plan | None = None,
        told: Iterable[Told] = (),
        pinned: PinnedWishes = NO_PINS,
        *,
        keep_stops: bool = False,
    ) -> None:
        self.problem = problem
        self.evaluator = evaluator
        self.services = services
        self.instance: Instance = services.instance
        self.costs = SolutionCosts(services)
        self.keeping = Keeping(problem, self.instance, present)
        self.told = {one.person: one for one in told}
        self.keep_stops = keep_stops
        self.pinned = pinned
        self._class_of = {i: k for k, members in enumerate(self.instance.members) for i in members}

    def runs(self, solution: Solution) -> tuple[tuple[Run, ...], list[int]]:
        """Return a solution's runs in order of date, and the indices of the parties on none.

        A coach without any legal timetable does not run: its people stay behind.
        """
        waiting = [list(reversed(members)) for members in self.instance.members]
        made: list[tuple[Run, int | None, str | None]] = []
        coaches = sorted(solution.coaches, key=lambda c: (c.day, self.services.work_sets[c.work], c.home, c.vehicle))
        solution = Solution(coaches, solution.trains, solution.left)
        old, old_trains = self.keeping.matched(solution)
        forced = self._forced_ids(solution, old)
        loads = [{(k, 0): n for k, n in coach.load.items()} for coach in coaches]
        riders = self._riders(waiting, loads, [old.get(c) for c in range(len(coaches))])
        trains = self._riders(waiting, solution.trains, [old_trains.get(t) for t in range(len(solution.trains))])
        for c, (coach, aboard) in enumerate(zip(coaches, riders, strict=True)):
            run = self._timed(self._coach(coach, [self.problem.parties[i] for i, _option in aboard]))
            if run is None:
                for i, _option in aboard:
                    waiting[self._class_of[i]].append(i)
                continue
            last = self.problem.vehicle_types[coach.vehicle].rated_seats
            seated = with_pinned_seats(self.keeping.seated(run, old.get(c)), self.pinned.seats, last)
            if seated is None:
                raise not_obeyed(self.problem)
            made.append((seated, old.get(c), forced.get(c)))
        for number, aboard in enumerate(trains):
            if aboard:
                options = [(self.problem.parties[i], self._train_option(number, i, o)) for i, o in aboard]
                made.append((self._train(number, options), old_trains.get(number), None))
        made.sort(key=lambda each: each[0].date)
        before = [self.keeping.runs[number] if number is not None else None for _run, number, _id in made]
        plates = [run.plate if run is not None else None for run in before]
        runs = assign_plates(self.evaluator, [run for run, _number, _id in made], plates)
        ids = [run.id if run is not None else own for run, (_run, _number, own) in zip(before, made, strict=True)]
        named = self._named(runs, ids)
        return tuple(named), sorted(i for members in waiting for i in members)

    def _forced_ids(self, solution: Solution, old: dict[int, int]) -> dict[int, str]:
        """Let coaches be the runs that pins name, in `old` where these stand; return the ids of those that do not."""
        links, services = self.instance.links, self.services
        number_of = {run.id: number for number, run in enumerate(self.keeping.runs) if run.mode == "coach"}
        wanted: dict[str, int] = {}
        for group, name in links.run_of.items():
            riders = set(links.groups[group])
            own = next((c for c, coach in enumerate(solution.coaches) if coach.load.keys() >= riders), None)
            if own is not None:
                wanted[name] = own
        for pattern in (each for each in links.opens if each.run and each.run not in wanted):
            agreeing = [
                c
                for c, coach in enumerate(solution.coaches)
                if c not in wanted.values()
                and pattern.has_coach(
                    coach.day, services.home.sets[coach.home], services.work_sets[coach.work], coach.vehicle
                )
            ]
            if agreeing:
                number = number_of.get(pattern.run)
                wanted[pattern.run] = next((c for c in agreeing if old.get(c) == number), agreeing[0])
        forced = {}
        for name, c in wanted.items():
            number = number_of.get(name)
            if number is None:
                forced[c] = name
                old.pop(c, None)
                continue
            for other in [other for other, run in old.items() if run == number and other != c]:
                del old[other]
            old[c] = number
        return forced

    def _riders(
        self, waiting: list[list[int]], loads: Sequence[Mapping[tuple[int, int], int]], old: Sequence[int | None]
    ) -> list[list[tuple[int, int]]]:
        """Take the parties of some runs, with their options, from those who wait: first who were on the run before."""
        kept: list[dict[tuple[int, int], list[int]]] = []
        for load, run in zip(loads, old, strict=True):
            of_run = {}
            for (k, option), n in sorted(load.items()) if run is not None else ():
                of_run[k, option] = self.keeping.choose(waiting[k], n, run)
            kept.append(of_run)
        riders = []
        for load, of_run in zip(loads, kept, strict=True):
            aboard = []
            for (k, option), n in sorted(load.items()):
                own = of_run.get((k, option), [])
                own = own + self.keeping.choose(waiting[k], n - len(own), None)
                aboard += [(i, option) for i in own]
            riders.append(aboard)
        return riders

    def _train_option(self, number: int, party: int, option: int) -> TrainOption:
        return self.costs.train_option(number, self._class_of[party], option)

    def _timed(self, run: Run) -> Run | None:
        """Return a coach run with its timetable, None where none is legal: the way that breaks the fewest promises."""
        promised = self._promised(run)
        best: tuple[int, Run] | None = None
        for stops in self._equal_ways(run) if promised else [run.stops]:
            timed = timetable(self.evaluator, run.model_copy(update={"stops": stops}), promised)
            if timed is not None:
                now = run.model_copy(update={"stops": timed})
                broken = sum(self._is_moved(now, each) for each in run.passengers)
                if best is None or broken < best[0]:
                    best = broken, now
        return best[1] if best is not None else None

    def _equal_ways(self, run: Run) -> list[tuple[Stop, ...]]:
        """Return a run's stops in each order that is as short, as legal and asks for as many drivers."""
        evaluator, own = self.evaluator, self.evaluator.run_path(run)
        ways = [run.stops]
        for boarding, alighting in product(permutations(own.boarding), permutations(own.alighting)):
            path = evaluator.path_of(boarding, alighting)
            as_short = abs(path.km - own.km) <= KM_TOLERANCE and path.path_m == own.path_m
            if as_short and path != own and evaluator.detour_ok(path) and evaluator.drivers(path) == run.drivers:
                kinds = ["board"] * len(boarding) + ["alight"] * len(alighting)
                stops = zip(path.stops, kinds, strict=True)
                ways.append(tuple(Stop.model_validate({"place": p, "kind": kind}) for p, kind in stops))
        return ways

    def _is_moved(self, run: Run, passenger: Passenger) -> bool:
        told = self.told.get(passenger.person)
        tolerance_min = self.evaluator.policy.notice_tolerance_min
        return told is not None and is_moved(told, run, passenger, tolerance_min)

    def _promised(self, run: Run) -> list[tuple[str, int]]:
        """Return the boarding places and minutes of the day told to those whom a run need not move."""
        midnight, promised = datetime.combine(run.date, time()), []
        for passenger in run.passengers:
            told = self.told.get(passenger.person)
            ends = run.date, passenger.board, passenger.alight
            if told is not None and told.depart is not None and (told.date, told.board, told.alight) == ends:
                promised.append((told.board, round((told.depart - midnight).total_seconds() / 60)))
        return promised

    def _coach(self, coach: Coach, parties: list[Party]) -> Run:
        instance, evaluator = self.instance, self.evaluator
        home = [instance.homes[i] for i in self.services.home.sets[coach.home]]
        work = [instance.works[i] for i in self.services.work_sets[coach.work]]
        path = evaluator.path(home, work)
        vehicle = self.problem.vehicle_types[coach.vehicle]
        drivers = evaluator.drivers(path)
        passengers = self._coach_passengers(parties, path, coach)
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

    def _coach_passengers(self, parties: list[Party], path: Path, coach: Coach) -> list[Passenger]:
        """Everyone at the cheapest stop open to the township, at the employer's gate where the coach calls there.

        But at no stop nobody: somebody else calls where it would be idle; and people are not moved for less than
        move_cost.
        """
        evaluator, day = self.evaluator, self.problem.settings.days[coach.day]
        home_stops, work_stops = (
            (path.boarding, path.alighting) if evaluator.to_work else (path.alighting, path.boarding)
        )
        people = [(party, person) for party in parties for person in party.people]
        access = {party.origin: evaluator.access_fen(party.origin) for party in parties}
        gates = [self.pinned.narrowed.get(party.id, Narrowed()).board for party, _person in people]
        home_gates, work_gates = (gates, [""] * len(gates)) if evaluator.to_work else ([""] * len(gates), gates)
        reach = [
            {s: access[party.origin][s] for s in home_stops if s in access[party.origin] and gate in ("", s)}
            for (party, _person), gate in zip(people, home_gates, strict=True)
        ]
        wishes = [
            {
                s: 0
                for s in (person.employer_stop, party.work_stop)
                if s is not None and s in work_stops and gate in ("", s)
            }
            for (party, person), gate in zip(people, work_gates, strict=True)
        ]
        names = [party.id for party, _person in people]
        move_fen = CLOSED if self.keep_stops else evaluator.policy.move_cost_fen
        own = [self._told_ends(person, day, set(home_stops), set(work_stops)) for _party, person in people]
        for choices, told in zip(reach, own, strict=True):
            if told is not None:
                choices.update({stop: fen + move_fen * (stop != told[0]) for stop, fen in choices.items()})
        homes = calling(home_stops, reach, names)
        for choices, told, home in zip(wishes, own, homes, strict=True):
            if told is not None and home == told[0]:
                choices.update({stop: move_fen * (stop != told[1]) for stop in choices})
        ends = zip(homes, calling(work_stops, wishes, names), strict=True)
        return [self._passenger(party, person, *end) for (party, person), end in zip(people, ends, strict=True)]

    def _told_ends(self, person: Person, day: date, homes: set[str], works: set[str]) -> tuple[str, str] | None:
        """Return the home-end and work-end place that somebody was told, if a coach that day can keep to both."""
        told = self.told.get(person.key)
        if told is None or told.date != day:
            return None
        home, work = (told.board, told.alight) if self.evaluator.to_work else (told.alight, told.board)
        return (home, work) if home in homes and work in works else None

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

    def _named(self, runs: list[Run], old: list[str | None]) -> list[Run]:
        stems = []
        for run in runs:
            ends = Counter(each.alight if self.evaluator.to_work else each.board for each in run.passengers)
            main = min(ends, key=lambda place: (-ends[place], place))
            stem = f"{run.mode[0].upper()}{run.date:%m%d}-{run_place_name(self.problem.places[main])}"
            stems.append(stem)
        names = with_ids(stems, old, self.keeping.ids)
        return [run.model_copy(update={"id": name}) for run, name in zip(runs, names, strict=True)]


def costless_plan(
    problem: Problem, seed: int, told: Iterable[Told], runs: Iterable[Run], feeders: Iterable[Feeder]
) -> Plan:
    """Return the plan of some runs before it is known what it costs, and why anybody is on none."""
    return Plan.model_validate(
        {
            "season": problem.settings.name,
            "direction": problem.settings.direction,
            "version": __version__,
            "seed": seed,
            "inputs_sha256": problem.inputs_sha256,
            "cost": {},
            "runs": tuple(sorted(runs, key=lambda run: run.date)),
            "feeders": _with_own_ids(feeders),
            "set_aside": tuple(SetAsideRow(ref=row.ref, codes=row.codes) for row in problem.set_aside),
            "told": tuple(told),
        }
    )


def _with_own_ids(feeders: Iterable[Feeder]) -> tuple[Feeder, ...]:
    """Return the feeders, the later ones with another id where they have one that is taken."""
    known: set[str] = set()
    named = []
    for feeder in feeders:
        stem, number = feeder.id.rsplit("-", 1)
        name, serial = feeder.id, int(number)
        while name in known:
            serial += 1
            name = f"{stem}-{serial:02d}"
        known.add(name)
        named.append(feeder.model_copy(update={"id": name}))
    return tuple(named)


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
