"""The ways that fewest limits shut, by enumeration, of a season of some hundreds of people.

It is the enumeration of `reasons_oracle`, but for who shares a coach or train that the plan does not have: of each such
service the best company comes from CP-SAT, and only services are asked whose company could be better than what is known
already, by the worth of single people and by that of whole parties.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from scheduler.evaluate import KM_TOLERANCE, Path
from scheduler.plan import Plan, Run
from scheduler.problem import Party, Problem, Train, VehicleType
from tests.reasons_oracle import Oracle, StopSet, Ways, subsets

Floats = npt.NDArray[np.float64]
Stops = tuple[str, ...]

OWN_LIMITS = ("FLEET", "BUDGET", "MIN_LOAD")


class Unsettled(Exception):  # noqa: N818 - no error: the answer "not settled"
    """The best company boards too slowly for a legal timetable, and others are not searched."""


@dataclass(frozen=True)
class Choice:
    """One way of a party to ride a service: what carrying it so is worth and spends, which stops or legs it uses."""

    party: Party
    worth_fen: int
    spent_fen: int
    uses: frozenset[object]
    boards: str = ""


class SeasonOracle(Oracle):
    """The ways of a plan's season; `known` is an oracle of a season with the same stops and rules of the road."""

    def __init__(self, problem: Problem, plan: Plan, known: SeasonOracle | None = None) -> None:
        super().__init__(problem, plan)
        self._ways: dict[StopSet, Path | None] = known._ways if known is not None else {}
        self._held_by: dict[str, Counter[tuple[tuple[str, str], date]]] = {}
        self._known: dict[object, Ways] = {}
        self._shut: dict[object, frozenset[str]] = {}
        home_km, work_km = self.policy.home_radius_km + KM_TOLERANCE, self.policy.work_radius_km + KM_TOLERANCE
        spread_km = self.evaluator.spread_km
        self._home_sets = [each for each in subsets(self.homes, self.policy.home_stops) if spread_km(each) <= home_km]
        self._work_sets = [each for each in subsets(self.works, self.policy.work_stops) if spread_km(each) <= work_km]
        self._homes_of_left = {name for each in self.left for name in self.evaluator.access_fen(each.origin)}
        self._works_of_left = {stop for each in self.left for stop in self._wanted(each)}

    def fewest(self, party: Party) -> Ways:
        """Return the least extra cost of each kind of way that fewest limits shut, for a party that the plan leaves."""
        stops = (each.employer_stop for each in party.people)
        key = replace(party, id="", people=()), party.size, party.weight, tuple(sorted(stop or "" for stop in stops))
        if key not in self._known:
            self._known[key] = self._fewest(party)
        return self._known[key]

    def _fewest(self, party: Party) -> Ways:
        found: Ways = {}
        for shut, extra_fen in [*self._trains(party), *(self._aboard(party) if party.mode != "train" else ())]:
            found[frozenset(shut)] = min(found.get(frozenset(shut), extra_fen), extra_fen)
        days = [day for day in self.days if party.earliest <= day <= party.latest and party.mode != "train"]
        stops = self.open_to_left(party) if days else []
        coaches = [_Day(self, party, day, stops) for day in days if stops]
        for number in range(len(OWN_LIMITS) + 1):
            for mask in map(frozenset, combinations(OWN_LIMITS, number)):
                self._own(party, coaches, mask, found)
            if any(len(shut) == number for shut in found):
                break
        least = min(map(len, found), default=0)
        return {shut: extra_fen for shut, extra_fen in found.items() if len(shut) == least}

    # What the enumeration of tiny seasons lists whole ---------------------------------------------------------------

    def path_over(self, stops: StopSet) -> Path | None:
        """Return the path over some stops, None where the rules forbid it."""
        if stops not in self._ways:
            self._ways[stops] = self.evaluator.path(*stops) if self.evaluator.allowed(*stops) else None
        return self._ways[stops]

    def _open_to(self, party: Party) -> Iterator[StopSet]:
        return self._open_of(party, self._home_sets, self._work_sets)

    def open_to_left(self, party: Party) -> list[StopSet]:
        """Return the stop sets that a party could ride and of which those left behind could use each stop."""
        homes = [each for each in self._home_sets if self._homes_of_left.issuperset(each)]
        works = [each for each in self._work_sets if self._works_of_left.issuperset(each)]
        return list(self._open_of(party, homes, works))

    def _open_of(self, party: Party, homes: Sequence[Stops], works: Sequence[Stops]) -> Iterator[StopSet]:
        access = self.evaluator.access_fen(party.origin)
        here = [home for home in homes if any(name in access for name in home)]
        there = [work for work in works if self._open(party, here[0], work)] if here else []
        return ((home, work) for home in here for work in there if self.path_over((home, work)) is not None)

    def _around(self, home: set[str], work: set[str], party: Party) -> Iterator[StopSet]:
        access = set(self.evaluator.access_fen(party.origin)) & set(self.homes)
        more = self._wanted(party) - work
        homes = [home, *(home | {name} for name in sorted(access - home))]
        works = [work | set(added) for added in subsets(sorted(more), len(more), 0)]
        for stops in ((tuple(sorted(h)), tuple(sorted(w))) for h in homes for w in works):
            if self._open(party, *stops) and self.path_over(stops) is not None:
                yield stops

    def _fleet(self, key: tuple[str, str], days: Iterable[date], without: Run | None) -> set[str]:
        name = without.id if without is not None else ""
        if name not in self._held_by:
            self._held_by[name] = Counter(
                ((run.vehicle_type or "", run.operator or ""), day)
                for run in self.plan.runs
                if run.mode == "coach" and run is not without
                for day in self._held(run.date, self.evaluator.run_path(run))
            )
        held, vehicle = self._held_by[name], self.evaluator.types[key]
        return {"FLEET"} if any(held[key, day] >= vehicle.available(day) for day in days) else set()

    # A coach that the plan does not have ----------------------------------------------------------------------------

    def _own(self, party: Party, days: Sequence[_Day], mask: frozenset[str], found: Ways) -> None:
        """Keep the best way on a coach of the party's own that just these limits shut."""
        for coaches in days:
            for least_fen, coach in coaches.by_least_fen(mask):
                if math.ceil(least_fen - 0.01) >= found.get(mask, math.inf):
                    break
                if coaches.whole_parties_fen(coach, mask) >= found.get(mask, math.inf):
                    continue
                best = coaches.best(coach, mask)
                if best is None or best[0] >= found.get(mask, math.inf):
                    continue
                works = coach.stops[1]
                riders = [(each.boards, alight) for each in best[1] for alight in self._alights(each.party, works)]
                if not self._legal(coaches.day, coach.path, riders, ()):
                    raise Unsettled
                found[mask] = best[0]

    def shut_by(self, vehicle: VehicleType, day: date, path: Path, run_fen: int) -> frozenset[str]:
        """Return which of fleet and budget shut a coach more."""
        key = vehicle.key, day, path.path_m, run_fen
        if key not in self._shut:
            held = self._held(day, path)
            self._shut[key] = frozenset(self._fleet(vehicle.key, held, None) | self._budget(run_fen))
        return self._shut[key]

    def worth_fen(self, party: Party, day: date, fen: int) -> int:
        """Return what carrying a party saves for `fen` a person, beside what the run costs."""
        return self._leave_fen(party) - party.size * fen - self._shift_fen(party, day)

    def company(self, party: Party, day: date, other_mode: str) -> list[Party]:
        """Return the others left behind who could travel on a day with a party."""
        return [
            each
            for each in self.left
            if each.id != party.id and each.mode != other_mode and each.earliest <= day <= each.latest
        ]

    # A train that the plan does not have ----------------------------------------------------------------------------

    def _trains(self, party: Party) -> Iterator[tuple[set[str], int]]:
        used = {(run.train, run.date): run for run in self.plan.runs if run.mode == "train"}
        for train in self.problem.trains:
            in_time = party.earliest <= train.date <= party.latest and train.date in self.days
            if party.mode == "coach" or not in_time or not self._takes(train, party):
                continue
            run = used.get((train.train, train.date))
            if run is not None:
                yield from self._train(train, run, (party,))
            else:
                yield from self._unused(train, party)

    def _unused(self, train: Train, party: Party) -> Iterator[tuple[set[str], int]]:
        riders = [party, *self.company(party, train.date, "coach")]
        choices = [choice for each in riders for choice in self._on_train(train, each)]
        legs = set(range(len(train.stops) - 1)) if train.resell else {0}
        budget = self.policy.budget_fen
        spare = math.inf if budget is None else budget - self.spent_fen - train.fixed_cost_fen
        for people, few in (((max(1, train.min_load), None), set()), ((1, train.min_load - 1), {"TRAIN_LOAD"})):
            for spend, dear in (((0, spare), set()), ((spare + 1, math.inf), {"BUDGET"})):
                best = best_company(party, choices, people, spend, dict.fromkeys(legs, train.seats))
                if best is not None:
                    yield {*few, *dear}, train.fixed_cost_fen + best[0]

    def _on_train(self, train: Train, party: Party) -> Iterator[Choice]:
        for i, j, fen in self.evaluator.train_options(train, party):
            legs = frozenset(range(i, j) if train.resell else (0,))
            fares = party.size * (train.stops[j].fare_fen or 0)
            yield Choice(party, self.worth_fen(party, train.date, fen), fares, legs)


@dataclass(frozen=True)
class _Coach:
    """A coach that could run: `at` is the place of its stops in the day's list."""

    at: int
    stops: StopSet
    path: Path
    run_fen: int
    seats: int
    shut: frozenset[str]


class _Day:
    """The coaches of one day for a party that would ride one with others left behind."""

    def __init__(self, oracle: SeasonOracle, party: Party, day: date, stops: Sequence[StopSet]) -> None:
        self.oracle, self.party, self.day = oracle, party, day
        self.others = oracle.company(party, day, "train")
        self.sizes = np.array([each.size for each in self.others], dtype=np.int64)
        self.own = self._worths(party, stops)
        self.worth = np.array([self._worths(each, stops) for each in self.others])
        self.worth = self.worth.reshape(len(self.others), len(stops))
        heads = np.maximum(self.worth / self.sizes[:, None], 0).T
        order = np.argsort(-heads, axis=1, kind="stable")
        self._heads, self._taken = np.take_along_axis(heads, order, axis=1), self.sizes[order]
        self._before = np.cumsum(self._taken, axis=1) - self._taken
        self._people = np.where(self.worth > -np.inf, self.sizes[:, None], 0).sum(axis=0) + party.size
        self._coaches = list(self._all(stops))

    def _all(self, stops: Sequence[StopSet]) -> Iterator[_Coach]:
        for at, each in enumerate(stops):
            path = self.oracle.path_over(each)
            assert path is not None
            for vehicle in self.oracle.problem.vehicle_types:
                seats = self.oracle._seats(vehicle.rated_seats, path)
                run_fen = self.oracle.evaluator.coach_fen(vehicle, path)
                yield _Coach(at, each, path, run_fen, seats, self.oracle.shut_by(vehicle, self.day, path, run_fen))

    def _worths(self, party: Party, stops: Sequence[StopSet]) -> Floats:
        """Return what carrying a party over each of these stops is worth, -infinity where it cannot ride."""
        oracle, access = self.oracle, self.oracle.evaluator.access_fen(party.origin)
        wanted = [oracle.evaluator.coach_work_stops(party, person) for person in party.people]
        goes = {work: not any(each.isdisjoint(work) for each in wanted) for work in {work for _home, work in stops}}
        worth = {}
        for home in {home for home, _work in stops}:
            fen = min((access[name] for name in home if name in access), default=None)
            worth[home] = -math.inf if fen is None else oracle.worth_fen(party, self.day, fen)
        return np.array([worth[home] if goes[work] else -math.inf for home, work in stops])

    def _load(self, mask: frozenset[str], seats: int) -> tuple[int, int]:
        """Return how many people, from and to, a coach of so many seats carries that min_load shuts, or does not."""
        least = self.oracle.policy.min_load
        return (1, min(seats, least - 1)) if "MIN_LOAD" in mask else (least, seats)

    def by_least_fen(self, mask: frozenset[str]) -> list[tuple[float, _Coach]]:
        """Return the coaches with what each costs at least, if people could be carried by halves; cheapest first."""
        found = []
        for coach in self._coaches:
            least, most = self._load(mask, coach.seats)
            at, room = coach.at, most - self.party.size
            if coach.shut != mask - {"MIN_LOAD"} or room < 0 or min(most, self._people[at]) < least:
                continue
            saved = self._heads[at] @ np.clip(room - self._before[at], 0, self._taken[at])
            found.append((float(coach.run_fen - self.own[at] - saved), coach))
        return sorted(found, key=lambda each: each[0])

    def whole_parties_fen(self, coach: _Coach, mask: frozenset[str]) -> float:
        """Return what a coach costs at least, whether every stop is used or not."""
        least, most = self._load(mask, coach.seats)
        worth = np.full(most + 1, -np.inf)
        worth[self.party.size] = self.own[coach.at]
        for size, more in zip(self.sizes.tolist(), self.worth[:, coach.at].tolist(), strict=True):
            if more > -math.inf and size <= most:
                worth[size:] = np.maximum(worth[size:], worth[: most + 1 - size] + more)
        return float(coach.run_fen - worth[least:].max(initial=-np.inf))

    def best(self, coach: _Coach, mask: frozenset[str]) -> tuple[int, list[Choice]] | None:
        """Return what the best company costs more than leaving it, and how each rides; None where there is none."""
        (home, work), oracle = coach.stops, self.oracle
        choices = []
        for each in (self.party, *self.others):
            access = oracle.evaluator.access_fen(each.origin)
            for name in home if oracle._open(each, home, work) else ():
                if name in access:
                    uses = frozenset((name, *oracle._alights(each, work)))
                    choices.append(Choice(each, oracle.worth_fen(each, self.day, access[name]), 0, uses, name))
        best = best_company(self.party, choices, self._load(mask, coach.seats), wanted={*home, *work})
        return None if best is None else (coach.run_fen + best[0], best[1])


def best_company(
    party: Party,
    choices: Sequence[Choice],
    people: tuple[float, float | None],
    spend: tuple[float, float] = (0, math.inf),
    room: Mapping[object, int] = {},
    wanted: Iterable[object] = (),
) -> tuple[int, list[Choice]] | None:
    """Return what the best company of a party costs less its worth, and how each rides.

    Parameters
    ----------
    people, spend : pair
        How many people ride, what they spend, from and to.
    room : mapping
        How many people may use a thing.
    wanted : iterable
        Things that somebody must use.
    """
    model = cp_model.CpModel()
    rides = [model.new_bool_var("") for _ in choices]
    both = list(zip(choices, rides, strict=True))
    for name in {choice.party.id for choice in choices}:
        number = sum(ride for choice, ride in both if choice.party.id == name)
        model.add(number == 1 if name == party.id else number <= 1)
    load = sum(choice.party.size * ride for choice, ride in both)
    spent = sum(choice.spent_fen * ride for choice, ride in both)
    for value, (least, most) in ((load, people), (spent, spend)):
        if least > 0:
            if math.isinf(least):
                return None
            model.add(value >= int(least))
        if most is not None and not math.isinf(most):
            model.add(value <= int(most))
    for thing, most in room.items():
        model.add(sum(choice.party.size * ride for choice, ride in both if thing in choice.uses) <= most)
    for thing in wanted:
        model.add(sum(ride for choice, ride in both if thing in choice.uses) >= 1)
    model.maximize(sum(choice.worth_fen * ride for choice, ride in both))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    assert status == cp_model.OPTIMAL, status
    chosen = [choice for choice, ride in both if solver.value(ride)]
    return -sum(choice.worth_fen for choice in chosen), chosen
