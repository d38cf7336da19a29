"""The exact optimum of a tiny season, from the contract alone: it shares no code with the program, not even arithmetic
(but `plan_of`, which makes a plan of it, and the itinerary, which says when a coach leaves the stops that people were
told of).

Every set of parties is tried on every service that could carry it: a coach of each type on each date over each choice
of stops, people spread over its stops at the least cost such that nobody is taken past an idle one; or a train. Of all
services with their loads CP-SAT picks the cheapest that keep to fleet, trains and budget. Lengths are whole millionths
of a metre, money is fractions until it is rounded, so ties and halves are what they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import combinations, pairwise, permutations, product
from typing import TypeVar

from ortools.sat.python import cp_model

from scheduler.evaluate import Evaluator, is_moved
from scheduler.plan import Cost, Plan, Run, Told
from scheduler.problem import Party, Place, Problem, Train
from tests.builders import Service, costed, plan_for, timed
from tests.exact_pins import ExactPins

MAX_PARTIES = 6

NANO = 10**9
"""Lengths are counted in millionths of a metre: so many are a km."""

T = TypeVar("T")
Ends = tuple[str, str]


@dataclass(frozen=True)
class Option:
    """A service with its parties: what it holds of the fleet, what it spends (runs + seats), its whole cost in fen.

    `rides` gives each person's home-end and work-end place by ref; `moved` are the told people whom it moves.
    """

    service: Service
    parties: tuple[Party, ...]
    held: frozenset[tuple[tuple[str, str], date]]
    spent_fen: int
    cost_fen: int
    rides: dict[str, Ends]
    moved: int = 0

    def beats(self, other: Option) -> bool:
        """Tell whether this is nowhere worse."""
        mine, theirs = (self.spent_fen, self.cost_fen, self.moved), (other.spent_fen, other.cost_fen, other.moved)
        return all(a <= b for a, b in zip(mine, theirs, strict=True))


@dataclass(frozen=True)
class Optimum:
    """The least total in fen, services with their loads that come to it, and how many told people they move."""

    total_fen: int
    options: tuple[Option, ...]
    moved: int = 0


@dataclass(frozen=True)
class _Way:
    """A legal path: its km rounded to 0.1, in metres, and the drivers it needs."""

    path_m: int
    drivers: int


class NoPlanError(Exception):
    """No plan obeys the pins."""


def optimum(
    problem: Problem,
    told: Sequence[Told] = (),
    max_moved: int | None = None,
    frozen: Sequence[Run] = (),
    present: Plan | None = None,
) -> Optimum:
    """Return the least cost of any plan of a problem of at most MAX_PARTIES parties, whose people were told something.

    With `max_moved`, of any that moves no more people, or as few as can be where that is more. Each plan holds the
    `frozen` runs, and obeys the problem's pins, which name runs of the plan that is `present`.

    Raises
    ------
    NoPlanError
        When no plan obeys the pins.
    """
    assert len(problem.parties) <= MAX_PARTIES
    return _Model(problem, told, frozen, present).least(max_moved)


def plan_of(asked: Problem, best: Optimum, told: Sequence[Told] = ()) -> Plan:
    """Return the plan of an optimum; its times are the itinerary's, its figures the Evaluator's."""
    plan = plan_for(asked, *((option.service, option.parties) for option in best.options))
    to_work, runs = asked.settings.direction == "to_work", []
    for run, option in zip(plan.runs, best.options, strict=True):
        riders = []
        for each in run.passengers:
            home, work = option.rides[each.ref]
            board, alight = (home, work) if to_work else (work, home)
            riders.append(each.model_copy(update={"board": board, "alight": alight}))
        runs.append(timed(asked, run.model_copy(update={"passengers": tuple(riders)})))
    return costed(asked, plan.model_copy(update={"runs": tuple(runs), "told": tuple(told)}))


class _Model:
    def __init__(
        self,
        problem: Problem,
        told: Sequence[Told] = (),
        frozen: Sequence[Run] = (),
        present: Plan | None = None,
    ) -> None:
        self.problem = problem
        self.frozen = frozen
        self.riding = {passenger.person for run in frozen for passenger in run.passengers}
        self.parties = [p for p in problem.parties if not any(each.key in self.riding for each in p.people)]
        people = {person.key: person for party in problem.parties for person in party.people}
        self.told = {people[one.person].ref: one for one in told if one.person in people}
        self.move_fen = _rounded(_exact(problem.settings.policy.move_cost) * 100)
        self.settings = problem.settings
        self.policy = problem.settings.policy
        self.to_work = problem.settings.direction == "to_work"
        self.shift_fen = _rounded(_exact(self.policy.date_shift_cost) * 100)
        self.leave_fen = _rounded(_exact(self.policy.unserved_cost) * 100)
        self.pins = ExactPins(problem, self.parties, present)
        self.access = {party.origin: self._access(party.origin) for party in problem.parties}
        per_day = _exact(self.policy.turnaround_km_per_day) * 1000
        self.per_day_m = _rounded(per_day)

    # The whole plan ---------------------------------------------------------------------------------------------

    def least(self, max_moved: int | None) -> Optimum:
        """Pick the cheapest services: each party once, coaches as there are, each train once, within the budget."""
        options = [option for option in self._all_options() if self.pins.allow(option.service, option.parties)]
        if max_moved is None and not self.problem.pins:
            options = [option for option in options if option.cost_fen < self._left(option.parties)]
        model = cp_model.CpModel()
        runs = [model.new_bool_var(f"run {i}") for i in range(len(options))]

        def at_most(number: int, where: list[int]) -> None:
            if len(where) > number:
                model.add(sum(runs[i] for i in where) <= number)

        for party in self.problem.parties:
            at_most(1, [i for i, option in enumerate(options) if party in option.parties])
        for train in self.problem.trains:
            key = train.train, train.date
            taken = any((run.train, run.date) == key for run in self.frozen)
            at_most(1 - taken, [i for i, one in enumerate(options) if (one.service.train, one.service.date) == key])
        for vehicle, day in product(self.problem.vehicle_types, self.settings.days):
            number = sum(row.count for row in vehicle.rows if row.first <= day <= row.last)
            number -= sum((vehicle.key, day) in self._held_by(run) for run in self.frozen)
            at_most(max(0, number), [i for i, option in enumerate(options) if (vehicle.key, day) in option.held])
        if self.policy.budget:
            spent = sum(option.spent_fen * run for option, run in zip(options, runs, strict=True))
            frozen = Evaluator(self.problem).cost(self._frozen_plan()) if self.frozen else Cost()
            model.add(spent <= _rounded(_exact(self.policy.budget) * 100) - frozen.runs - frozen.seats)
        for rule in self.pins.rules(self.frozen):
            chosen_runs = [runs[i] for i, one in enumerate(options) if rule.counts(one.service, one.parties, one.rides)]
            model.add(sum(chosen_runs) >= 1)
        gains = [option.cost_fen - self._left(option.parties) for option in options]
        cost_fen = sum(gain * run for gain, run in zip(gains, runs, strict=True))
        stay = [self._told(option.parties) - option.moved for option in options]
        moved = self._told(self.parties) - sum(n * run for n, run in zip(stay, runs, strict=True))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        if max_moved is not None:
            model.minimize(moved)
            self._require(solver.solve(model))
            model.add(moved <= max(max_moved, round(solver.objective_value)))
        model.minimize(cost_fen)
        self._require(solver.solve(model))
        chosen = tuple(option for option, run in zip(options, runs, strict=True) if solver.value(run))
        served = {party.id for option in chosen for party in option.parties}
        left = [party for party in self.parties if party.id not in served]
        total_fen = sum(option.cost_fen for option in chosen) + self._left(left)
        if self.frozen:
            total_fen += Evaluator(self.problem).cost(self._frozen_plan()).total - self._left(self.parties)
        return Optimum(total_fen, chosen, sum(option.moved for option in chosen) + self._told(left))

    def _require(self, status: object) -> None:
        if status == cp_model.INFEASIBLE and self.problem.pins:
            raise NoPlanError
        assert status == cp_model.OPTIMAL, status

    def _frozen_plan(self) -> Plan:
        """Return the plan of the frozen runs alone."""
        plan = plan_for(self.problem)
        return plan.model_copy(update={"runs": tuple(self.frozen), "told": tuple(self.told.values())})

    def _held_by(self, run: Run) -> set[tuple[tuple[str, str], date]]:
        if run.mode == "train":
            return set()
        home, work = run.places("board"), run.places("alight")
        way = self._way(home, work) if self.to_work else self._way(work, home)
        assert way is not None
        return {((run.vehicle_type or "", run.operator or ""), day) for day in self._held(run.date, way.path_m)}

    def _left(self, parties: Sequence[Party]) -> int:
        weight = sum(person.priority for party in parties for person in party.people)
        return self.leave_fen * weight + self.move_fen * self._told(parties)

    def _told(self, parties: Sequence[Party]) -> int:
        return sum(person.ref in self.told for party in parties for person in party.people)

    # Services with their loads ------------------------------------------------------------------------------------

    def _all_options(self) -> Iterator[Option]:
        coaches: dict[object, list[Option]] = {}
        for option in self._coaches():
            if self.pins.closed(option.service, option.rides):
                continue
            ids = frozenset(party.id for party in option.parties)
            same = coaches.setdefault((ids, option.held, self.pins.opened(option.service, option.rides)), [])
            if not any(one.beats(option) for one in same):
                same[:] = [o for o in same if not option.beats(o)] + [option]
        for same in coaches.values():
            yield from same
        for train in self.problem.trains:
            for parties in self._companies([p for p in self.parties if p.mode != "coach"]):
                yield from self._trains(parties, train)

    def _companies(self, parties: Sequence[Party]) -> Iterator[tuple[Party, ...]]:
        """Yield the sets of parties who could travel on one day."""
        for chosen in _subsets(parties, len(parties)):
            if max(party.earliest for party in chosen) <= min(party.latest for party in chosen):
                yield chosen

    def _days(self, parties: Sequence[Party]) -> list[date]:
        first, last = max(party.earliest for party in parties), min(party.latest for party in parties)
        return [day for day in self.settings.days if first <= day <= last]

    def _shift(self, parties: Sequence[Party], day: date) -> int:
        away = sum(len(p.people) * abs((day - p.preferred).days) for p in parties if p.preferred is not None)
        return away * self.shift_fen

    # Coaches --------------------------------------------------------------------------------------------------------

    def _coaches(self) -> Iterator[Option]:
        riders = [party for party in self.parties if party.mode != "train"]
        homes = {
            name
            for party in riders
            for name in self.access[party.origin]
            if self.problem.places[name].kind in ("stop", "hub", "station")
        }
        works = {name for party in riders for choice in _wishes(party) for name in choice}
        for home in _subsets(sorted(homes), self.policy.home_stops):
            if not self._near(home, self.policy.home_radius_km):
                continue
            for work in _subsets(sorted(works), self.policy.work_stops):
                way = self._way(home, work) if self._near(work, self.policy.work_radius_km) else None
                if way is not None:
                    yield from self._loads(riders, home, work, way)

    def _loads(
        self, riders: Sequence[Party], home: tuple[str, ...], work: tuple[str, ...], way: _Way
    ) -> Iterator[Option]:
        able = [
            party
            for party in riders
            if set(home) & set(self.access[party.origin]) and all(set(work) & set(choice) for choice in _wishes(party))
        ]
        most = max((self._seats(vehicle.rated_seats, way) for vehicle in self.problem.vehicle_types), default=0)
        for parties in self._companies(able):
            load = sum(len(party.people) for party in parties)
            if not max(1, self.policy.min_load) <= load <= most:
                continue
            if self._spread(parties, home, work, {}, 0) is None:
                continue
            for vehicle, day in product(self.problem.vehicle_types, self._days(parties)):
                if load > self._seats(vehicle.rated_seats, way):
                    continue
                stops = len(home) + len(work) - 2
                fen = Fraction(vehicle.fixed_cost_fen) + _exact(vehicle.cost_per_km_fen) * Fraction(way.path_m, 1000)
                run_fen = _rounded(fen + _exact(self.policy.stop_cost) * 100 * stops)
                held = frozenset((vehicle.key, each) for each in self._held(day, way.path_m))
                service = Service(day, home, work, vehicle.key)
                for rides, moved in self._rides(service, parties):
                    access = sum(self.access[party.origin][rides[p.ref][0]] for party in parties for p in party.people)
                    cost_fen = run_fen + access + self._shift(parties, day) + self.move_fen * moved
                    yield Option(service, parties, held, run_fen, cost_fen, rides, moved)

    def _rides(self, service: Service, parties: tuple[Party, ...]) -> Iterator[tuple[dict[str, Ends], int]]:
        """Yield who boards and alights where, and how many are moved: at the least cost, and moving the fewest."""
        keep = {}
        for person in (person for party in parties for person in party.people):
            told = self.told.get(person.ref)
            if told is not None:
                ends = (told.board, told.alight) if self.to_work else (told.alight, told.board)
                if told.date == service.date and ends[0] in service.home and ends[1] in service.work:
                    keep[person.ref] = ends
        if not keep:
            rides = self._spread(parties, service.home, service.work, {}, 0)
            assert rides is not None
            yield rides, self._told(parties)
            return
        for move_fen in (self.move_fen, 10**9):
            staying = dict(keep)
            while True:
                rides = self._spread(parties, service.home, service.work, staying, move_fen)
                assert rides is not None
                moved = self._moved(service, parties, rides)
                yield rides, len(moved)
                late = {ref for ref in moved if ref in staying and rides[ref] == staying[ref]}
                if not late:
                    break
                staying = {ref: ends for ref, ends in staying.items() if ref not in late}

    def _moved(self, service: Service, parties: tuple[Party, ...], rides: dict[str, Ends]) -> set[str]:
        """Return the refs of the told people who are moved by a coach that they ride so."""
        option = Option(service, parties, frozenset(), 0, 0, rides)
        run = plan_of(self.problem, Optimum(0, (option,))).runs[0]
        seats = {p.ref: p for p in run.passengers}
        tolerance_min, stops = self.policy.notice_tolerance_min, {stop.place: stop for stop in run.stops}
        found = []
        for order in self._orders(service.home, service.work):
            way = timed(self.problem, run.model_copy(update={"stops": tuple(stops[name] for name in order)}))
            told = ((ref, self.told[ref]) for ref in rides if ref in self.told)
            found.append({ref for ref, one in told if is_moved(one, way, seats[ref], tolerance_min)})
        return min(found, key=len)

    def _spread(
        self,
        parties: tuple[Party, ...],
        home: tuple[str, ...],
        work: tuple[str, ...],
        staying: dict[str, Ends],
        move_fen: int,
    ) -> dict[str, Ends] | None:
        """Return each person's ends on a coach, no stop idle; those who stay pay for others than their own."""
        people = [(party, person) for party in parties for person in party.people]
        reach = []
        for party, person in people:
            access, ends = self.access[party.origin], staying.get(person.ref)
            gate = self.pins.board(party) if self.to_work else ""
            near = [n for n in home if n in access and gate in ("", n)]
            reach.append({n: access[n] + move_fen * (ends is not None and n != ends[0]) for n in near})
        at_home = _cheapest_cover(home, reach)
        wishes = [choice for party in parties for choice in _wishes(party)]
        wanted = []
        for i, ((party, person), choice) in enumerate(zip(people, wishes, strict=True)):
            ends = staying.get(person.ref)
            bound = ends is not None and at_home is not None and at_home[1][i] == ends[0]
            gate = self.pins.board(party) if not self.to_work else ""
            near = [n for n in work if n in choice and gate in ("", n)]
            wanted.append({n: move_fen * (bound and ends is not None and n != ends[1]) for n in near})
        at_work = _cheapest_cover(work, wanted)
        if at_home is None or at_work is None:
            return None
        refs = [person.ref for _party, person in people]
        return dict(zip(refs, zip(at_home[1], at_work[1], strict=True), strict=True))

    def _held(self, day: date, path_m: int) -> list[date]:
        """Return the season's days on which a run holds its coach."""
        number = math.ceil(Fraction(2 * path_m, self.per_day_m)) + 1
        first = day if self.to_work else day - timedelta(days=math.ceil(Fraction(path_m, self.per_day_m)))
        return [each for each in self.settings.days if first <= each < first + timedelta(days=number)]

    def _seats(self, rated: int, way: _Way) -> int:
        rules = self.settings.coach_rules
        crew = way.drivers + rules.escorts_per_run if rules.crew_in_rated_seats else 0
        return rated - crew - self.policy.reserve_seats

    def _near(self, stops: tuple[str, ...], radius_km: float) -> bool:
        return all(self._length(a, b) <= _nano(radius_km) for a, b in permutations(stops, 2))

    def _orders(self, home: tuple[str, ...], work: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Return the orders of the stops that a coach may take: the shortest that the detour rule allows."""
        boarding, alighting = (home, work) if self.to_work else (work, home)
        orders = [(*a, *b) for a in permutations(boarding) for b in permutations(alighting)]
        lengths = [sum(self._length(here, there) for here, there in pairwise(order)) for order in orders]
        detour = _exact(self.policy.max_detour)
        return [
            order
            for order, length in zip(orders, lengths, strict=True)
            if length == min(lengths) and length <= detour * self._length(order[0], order[-1])
        ]

    def _way(self, home: tuple[str, ...], work: tuple[str, ...]) -> _Way | None:
        """Return the shortest path over all boarding, then all alighting stops; None if the detour rule shuts it.

        Of ties the one that needs fewest drivers.
        """
        boarding, alighting = (home, work) if self.to_work else (work, home)
        orders = [(*a, *b) for a in permutations(boarding) for b in permutations(alighting)]
        lengths = [sum(self._length(here, there) for here, there in pairwise(order)) for order in orders]
        shortest = min(lengths)
        if shortest == math.inf:
            return None
        ways = []
        for order, length in zip(orders, lengths, strict=True):
            direct = self._length(order[0], order[-1])
            if length == shortest and direct < math.inf and length <= _exact(self.policy.max_detour) * direct:
                path_m = int((2 * length + NANO // 10) // (NANO // 5)) * 100
                ways.append(_Way(path_m, self._drivers(order, path_m)))
        return min(ways, key=lambda way: way.drivers, default=None)

    def _drivers(self, order: tuple[str, ...], path_m: int) -> int:
        speed = _exact(self.settings.coach_rules.moving_km_per_h)
        hours = Fraction(path_m, 1000) / speed
        if any((here, there) in self.problem.distances for here, there in pairwise(order)):
            # Minutes of distances.csv count where they are longer; they belong to the path before it was rounded.
            by_clock = sum((self._hours(here, there) for here, there in pairwise(order)), Fraction(0))
            hours = max(hours, by_clock - Fraction(1, 20) / speed)
        if hours <= 8 and path_m <= 600_000:
            return 1
        return 2 if hours <= 16 else 3

    def _hours(self, here: str, there: str) -> Fraction:
        leg = self.problem.distances.get((here, there))
        if leg is not None and leg.minutes is not None:
            return _exact(leg.minutes) / 60
        return Fraction(int(self._length(here, there)), NANO) / _exact(self.settings.coach_rules.moving_km_per_h)

    # Places -------------------------------------------------------------------------------------------------------

    def _length(self, here: str, there: str) -> int | float:
        """Return a road distance in millionths of a metre, infinite where it is not known."""
        if here == there:
            return 0
        leg = self.problem.distances.get((here, there))
        if leg is not None:
            return _nano(leg.km)
        a, b = self.problem.places[here], self.problem.places[there]
        if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
            return math.inf
        dlat, dlon = math.radians(b.lat - a.lat), math.radians(b.lon - a.lon)
        chord = math.sin(dlat / 2) ** 2
        chord += math.cos(math.radians(a.lat)) * math.cos(math.radians(b.lat)) * math.sin(dlon / 2) ** 2
        return _nano(2 * 6371 * math.asin(math.sqrt(chord)) * self.policy.road_factor)

    def _access(self, origin: str) -> dict[str, int]:
        """Return where people of a township may board (alight), and the fen a person."""
        places = self.problem.places.values()
        own = {place.name: place for place in places if place.township == origin}
        stops = [name for name, place in own.items() if place.kind == "stop"]
        rows = self.problem.access.get(origin, ())
        if rows:
            table = dict.fromkeys(stops, 0)
            for row in rows:
                if row.boarding in own or self.problem.places[row.boarding].kind in ("hub", "station"):
                    table[row.boarding] = row.cost_fen
            return table
        if not stops:
            return {}
        table = {name: 0 for name, place in own.items() if place.kind in ("stop", "hub", "station")}
        for place in places:
            if place.name in own or place.kind not in ("hub", "station") or _at_work(place):
                continue
            length = self._length(stops[0], place.name)
            if length <= _nano(self.policy.access_max_km):
                km = Fraction(int(length), NANO)
                yuan = _exact(self.policy.access_fixed_cost) + _exact(self.policy.access_cost_per_km) * km
                table[place.name] = _rounded(yuan * 100)
        return table

    # Trains ---------------------------------------------------------------------------------------------------------

    def _trains(self, parties: tuple[Party, ...], train: Train) -> Iterator[Option]:
        if train.date not in self._days(parties) or sum(len(p.people) for p in parties) < train.min_load:
            return
        kept: list[Option] = []
        for ways in product(*(self._train_ways(train, party) for party in parties)):
            taken = [0] * max(1, len(train.stops) - 1)
            spent = cost = train.fixed_cost_fen
            rides, moved = {}, 0
            for party, (i, j) in zip(parties, ways, strict=True):
                size = len(party.people)
                for leg in range(i, j) if train.resell else range(len(taken)):
                    taken[leg] += size
                home, work = (i, j) if self.to_work else (j, i)
                fare = train.stops[j].fare_fen or 0
                spent += size * fare
                cost += size * (fare + self.access[party.origin][train.stops[home].place])
                ends = train.stops[home].place, train.stops[work].place
                rides |= {person.ref: ends for person in party.people}
                moved += sum(self._moved_on(train, i, j, person.ref) for person in party.people)
            if max(taken) > train.seats:
                continue
            service = Service(train.date, train=train.train)
            cost += self._shift(parties, train.date) + self.move_fen * moved
            option = Option(service, parties, frozenset(), spent, cost, rides, moved)
            if self.pins.closed(service, rides):
                continue
            opened = self.pins.opened(service, rides)
            if not any(one.beats(option) and self.pins.opened(service, one.rides) == opened for one in kept):
                kept.append(option)
        yield from kept

    def _moved_on(self, train: Train, i: int, j: int, ref: str) -> bool:
        """Tell whether somebody is moved by riding a train between two of its stops."""
        told, depart_min = self.told.get(ref), train.stops[i].depart_min
        if told is None:
            return False
        if (told.date, told.board, told.alight) != (train.date, train.stops[i].place, train.stops[j].place):
            return True
        if told.depart is None:
            return False
        if depart_min is None:
            return True
        departs = datetime.combine(train.date, time()) + timedelta(minutes=depart_min)
        return abs(departs - told.depart) > timedelta(minutes=self.policy.notice_tolerance_min)

    def _train_ways(self, train: Train, party: Party) -> list[tuple[int, int]]:
        ways = []
        for i, j in combinations(range(len(train.stops)), 2):
            if not train.stops[i].boards or train.stops[j].fare_fen is None:
                continue
            home, work = (train.stops[k].place for k in ((i, j) if self.to_work else (j, i)))
            if self.pins.board(party) not in ("", train.stops[i].place):
                continue
            if home in self.access[party.origin] and self._belongs(work, party.work_stop):
                ways.append((i, j))
        return ways

    def _belongs(self, stop: str, work_stop: str) -> bool:
        inner, outer = self.problem.places[stop].division, self.problem.places[work_stop].division
        if stop == work_stop:
            return True
        return inner is not None and outer is not None and inner.startswith(_significant(outer))


def _cheapest_cover(stops: tuple[str, ...], people: Sequence[dict[str, int]]) -> tuple[int, tuple[str, ...]] | None:
    """Spread people over stops so that nobody is left out and no stop idle; return the cost and each one's stop."""
    bit = {name: 1 << i for i, name in enumerate(stops)}
    best: dict[int, tuple[int, tuple[str, ...]]] = {0: (0, ())}
    for choices in people:
        after: dict[int, tuple[int, tuple[str, ...]]] = {}
        for (met, (cost, where)), (name, fen) in product(best.items(), choices.items()):
            now = met | bit[name]
            if now not in after or cost + fen < after[now][0]:
                after[now] = cost + fen, (*where, name)
        best = after
    return best.get((1 << len(stops)) - 1)


def _wishes(party: Party) -> list[tuple[str, ...]]:
    """Return where each person of a party may alight from (board) a coach at the work end."""
    return [
        (party.work_stop,)
        if person.employer_stop in (None, party.work_stop)
        else (party.work_stop, person.employer_stop)
        for person in party.people
    ]  # type: ignore[misc]


def _at_work(place: Place) -> bool:
    return place.division is not None and place.township is None


def _significant(code: str) -> str:
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def _exact(value: float) -> Fraction:
    return Fraction(str(value))


def _nano(km: float) -> int:
    return round(Fraction(str(km)) * NANO)


def _rounded(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))


def _subsets(items: Sequence[T], most: int) -> list[tuple[T, ...]]:
    return [chosen for size in range(1, most + 1) for chosen in combinations(items, size)]
