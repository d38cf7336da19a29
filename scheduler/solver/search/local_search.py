"""Runs opened, closed and refitted by the prices of a plan: quick steps from a greedy plan to a good one.

Given the runs, `Seating` finds everybody's best place and what each place is worth. A service is worth opening when the
people it could carry are worth more than it costs; a run is worth closing when its people would cost less
elsewhere than it costs now; a run is refitted when other home stops, fewer work stops or another vehicle type suit its
load better. Prices hold for small changes only, so every move is proven by seating anew the people
of the runs around it, by a flow of a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from scheduler.solver.construction.work_sets import work_sets
from scheduler.solver.mip.heuristic_pricing import YUAN
from scheduler.solver.mip.kernel import Kernel
from scheduler.solver.model.block import Block, Loads
from scheduler.solver.model.instance import CLOSED, Floats, Ints
from scheduler.solver.model.seating import Link, Seating
from scheduler.solver.model.services import Service, Services
from scheduler.solver.model.solution import Coach, SolutionCosts
from scheduler.solver.search.params import LocalSearchParams
from scheduler.solver.search.runs import Move, SearchRun


class LocalSearch:
    """Opening, closing and refitting the runs of one block. Of a train's options only the cheapest is used."""

    def __init__(self, services: Services, block: Block, params: LocalSearchParams) -> None:
        self.params = params
        self.services = services
        self.instance = services.instance
        self.costs = SolutionCosts(services)
        self.block = block
        self.kernel = Kernel(services, block)
        self.seating = Seating(services, block.classes, block.counts, block.move_price_fen)
        self.size = self.seating.size
        self.leave = self.kernel.leave_party_fen
        self._links: dict[tuple[int, int, int], Link] = {}
        self._train_links = [self._train_link(i) for i in range(len(block.trains))]
        self.beta = 0.0
        """What a fen of the budget is worth beside itself."""
        self._classes_of = self._by_day_and_signature()
        self._work_sets = self._useful_work_sets()
        self.runs: list[SearchRun] = []
        self.left: Ints = block.counts.copy()
        named = map(services.service_of, block.seeds)
        coaches = (self.coach(service) for service in named if not services.is_closed(service))
        self.apply(self.reseat([], [*coaches, *map(self._train, range(len(block.trains)))], []))
        self._come_within_budget()

    def _train_link(self, train: int) -> tuple[Link, Ints]:
        at, option, each, fare_fen, _moved = self.kernel.trains[train]
        each = each // self.size[at]
        cheapest = np.full(len(self.block.classes), CLOSED, dtype=np.int64)
        np.minimum.at(cheapest, at, each)
        best = np.flatnonzero(each == cheapest[at])
        keep = np.zeros(len(at), dtype=bool)
        keep[best[np.unique(at[best], return_index=True)[1]]] = True
        keep &= each < self.seating.leave_person_fen[at]
        return Link(at[keep], option[keep], each[keep]), fare_fen[keep]

    def _link(self, key: Service) -> Link:
        site = key[:3]
        if site not in self._links:
            self._links[site] = self.seating.coach_link(key)
        return self._links[site]

    def _by_day_and_signature(self) -> dict[tuple[int, int], Ints]:
        """Return positions of the classes that may ride a coach, by (day, signature)."""
        instance, classes = self.instance, self.block.classes
        table: dict[tuple[int, int], Ints] = {}
        for day in self.block.days:
            can = instance.by_coach[classes] & (instance.first[classes] <= day) & (instance.last[classes] >= day)
            at = np.flatnonzero(can)
            at = at[np.argsort(instance.signature[classes[at]], kind="stable")]
            signatures, starts = np.unique(instance.signature[classes[at]], return_index=True)
            for sig, part in zip(signatures, np.split(at, starts[1:]), strict=False):
                table[day, int(sig)] = part
        return table

    def _useful_work_sets(self) -> list[tuple[int, int]]:
        """Return the work sets whose every stop somebody of the block wants, each with its cheapest coach in fen."""
        instance = self.instance
        signatures = set(instance.signature[self.block.classes].tolist())
        wanted = {stop for sig in signatures for need in instance.signatures[sig] for stop in need}
        works = []
        for work in work_sets(self.services):
            table = self.services.table(work)
            usable = table.seats > 0
            if wanted.issuperset(self.services.work_sets[work]) and usable.any():
                works.append((work, int(table.cost[usable].min())))
        return works

    # Runs ----------------------------------------------------------------------------------------------------------

    def coach(self, key: Service) -> SearchRun:
        """Return an empty run of a service."""
        _, home, work, vehicle = key
        table, link = self.services.table(work), self._link(key)
        seats, cost = int(table.seats[home, vehicle]), int(table.cost[home, vehicle])
        load = np.zeros(len(link.at), dtype=np.int64)
        return SearchRun(key, -1, link, seats, cost, max(1, self.instance.min_load), load)

    def _train(self, index: int) -> SearchRun:
        train, (link, fare_fen) = self.block.trains[index], self._train_links[index]
        seats = int(train.seats.min())
        load = np.zeros(len(link.at), dtype=np.int64)
        least = train.missing_people if train.must_run else max(1, train.missing_people)
        return SearchRun(None, index, link, seats, train.fixed_fen, least, load, fare_fen)

    def _people(self, run: SearchRun) -> int:
        return int((run.load * self.size[run.link.at]).sum())

    def _fen(self, run: SearchRun) -> int:
        return run.fixed_fen + int((run.load * self.size[run.link.at] * run.link.person_fen).sum())

    def reseat(self, inside: Sequence[SearchRun], fresh: Sequence[SearchRun], dropped: Sequence[SearchRun]) -> Move:
        """Seat the people of some runs, and those left, on the runs without `dropped` and with `fresh`.

        Runs that stay below their least load are given up.
        """
        counts = self.left.copy()
        for run in inside:
            counts[run.link.at] += run.load
        runs = [run for run in inside if run not in dropped] + list(fresh)
        while True:
            seats = np.array([run.seats for run in runs], dtype=np.int64)
            least = np.array([run.least for run in runs], dtype=np.int64)
            seated = self.seating.assign([run.link for run in runs], seats, least, counts)
            after = [replace(run, load=load) for run, load in zip(runs, seated.loads, strict=True)]
            thin = {i for i, run in enumerate(after) if self._people(run) < run.least}
            if not thin:
                break
            runs = [run for i, run in enumerate(runs) if i not in thin]
        gain = sum(map(self._fen, inside)) - sum(map(self._fen, after))
        gain += int(((self.left - seated.left) * self.leave).sum())
        return Move(list(inside), after, seated.left, gain)

    def apply(self, move: Move) -> None:
        """Take a part of the plan as it was seated anew."""
        gone = set(map(id, move.before))
        self.runs = [run for run in self.runs if id(run) not in gone] + move.after
        self.left = move.left

    def _day_and_stops(self, changed: SearchRun) -> tuple[int, tuple[int, ...]]:
        """Return when a run leaves, and the work stops that people have for whom it is something."""
        if changed.key is not None:
            return changed.key[0], self.services.work_sets[changed.key[2]]
        stops = np.unique(self.instance.work_stop[self.block.classes[changed.link.at]])
        return self.instance.trains[self.block.trains[changed.train].train].day, tuple(stops.tolist())

    def affords(self, move: Move) -> bool:
        """Tell whether the budget allows a move."""
        budget_fen, more_fen = self.block.budget_fen, move.spent_fen
        return budget_fen is None or more_fen <= 0 or self._spent_fen() + more_fen <= budget_fen

    def _spent_fen(self) -> int:
        return sum(run.spent_fen for run in self.runs)

    def _come_within_budget(self) -> None:
        """Close those runs which are worth least for what they take, until the budget allows the others."""
        while self.runs and self.block.budget_fen is not None and self._spent_fen() > self.block.budget_fen:
            self.price_seats()
            worth = [fen / max(1, run.spent_fen) for fen, run in zip(self.closing, self.runs, strict=True)]
            run = self.runs[int(np.argmin(worth))]
            self.apply(self.reseat(self.near(run), [], [run]))

    def near(self, changed: SearchRun) -> list[SearchRun]:
        """Return the runs that people of a run would most likely come from or go to, itself first if it runs."""
        day, stops = self._day_and_stops(changed)
        ranked = []
        for i, run in enumerate(self.runs):
            if run.key is None:
                away = 0.5 + abs(self.instance.trains[self.block.trains[run.train].train].day - day)
            else:
                km = min(self.instance.work_km[a, b] for a in stops for b in self.services.work_sets[run.key[2]])
                away = km / self.params.far_km + abs(run.key[0] - day)
            ranked.append((away, run is not changed, i))
        ranked.sort()
        return [self.runs[i] for away, _other, i in ranked[: self.params.near_runs] if away < self.params.far_days]

    def price_seats(self) -> None:
        """Price the seats of every run and the parties of every class."""
        links, loads = [run.link for run in self.runs], [run.load for run in self.runs]
        room = np.array([run.seats - self._people(run) for run in self.runs], dtype=np.int64)
        self.sigma, self.closing = self.seating.prices(links, loads, room)
        each = np.full(len(self.block.classes), np.inf)
        for link, load, sigma in zip(links, loads, self.sigma, strict=True):
            aboard = load > 0
            np.minimum.at(each, link.at[aboard], link.person_fen[aboard] + sigma)
        each = np.where(self.left > 0, self.seating.leave_person_fen, np.minimum(each, self.seating.leave_person_fen))
        self.pi = np.asarray(each * self.size / YUAN)
        self.beta = 0.0
        dear = [fen / run.spent_fen for fen, run in zip(self.closing, self.runs, strict=True) if run.spent_fen]
        if self.block.budget_fen is not None and dear:
            self.beta = max(0.0, min(dear) - 1.0)

    def _free(self) -> Ints:
        keys = [run.key for run in self.runs if run.key is not None]
        return self.block.free - self.costs.held(Coach(*key) for key in keys)

    # Moves ---------------------------------------------------------------------------------------------------------

    def services_to_open(self, tabu: set[Service | int], most_pairs: int) -> list[Service]:
        """Return services worth opening, best first, of so many (day, work set) pairs."""
        instance, services = self.instance, self.services
        free = self._free()
        access = np.min(services.access, axis=0, initial=CLOSED)[instance.origin[self.block.classes]]
        worth_of = self._worths(self.pi / self.size * YUAN - access)
        ranked = []
        for work, least_fen in self._work_sets:
            for day in self.block.days:
                total = sum(worth_of.get((day, int(sig)), 0.0) for sig in services.signatures(work))
                if total > (1 + self.beta) * least_fen:
                    ranked.append(((1 + self.beta) * least_fen - total, day, work))
        ranked.sort()
        mu = np.zeros_like(free, dtype=np.float64)
        found = []
        for _, day, work in ranked[:most_pairs]:
            found += self.kernel.pricing.price(day, work, self.pi, mu, self.beta, free)[:1]
        return [key for _, key in sorted(found) if key not in tabu][: self.params.moves_a_step]

    def _worths(self, worth: Floats) -> dict[tuple[int, int], float]:
        """Return by (day, signature) what the best coachful of its people is worth at most, in fen."""
        seats = int(self.instance.rated.max(initial=0))
        table = {}
        for (day, sig), at in self._classes_of.items():
            each = np.maximum(worth[at] - self.instance.shift(self.block.classes[at], day), 0)
            people = self.size[at] * self.block.counts[at]
            order = np.argsort(-each, kind="stable")
            before = np.cumsum(people[order]) - people[order]
            table[day, sig] = float((np.clip(seats - before, 0, people[order]) * each[order]).sum())
        return table

    def trains_to_open(self, tabu: set[Service | int]) -> list[SearchRun]:
        """Return trains of the block that do not run and may be worth it, best first."""
        running = {run.train for run in self.runs}
        each_fen = self.pi / self.size * YUAN
        found = []
        for index in range(len(self.block.trains)):
            if index in running or ~index in tabu:
                continue
            run = self._train(index)
            worth = each_fen[run.link.at] - run.link.person_fen
            order = np.argsort(-worth, kind="stable")
            people = (self.size * self.block.counts)[run.link.at][order]
            seated = np.clip(run.seats - (np.cumsum(people) - people), 0, people)
            gain = float(np.maximum(worth[order], 0) @ seated) - run.fixed_fen
            if gain > 0 and int(people.sum()) >= run.least:
                found.append((-gain, index))
        return [self._train(index) for _, index in sorted(found)[: self.params.moves_a_step]]

    def runs_to_close(self, tabu: set[Service | int]) -> list[SearchRun]:
        """Return runs whose closing may pay, most promising first."""
        gains = []
        for i, run in enumerate(self.runs):
            gain = run.fixed_fen - float(self.closing[i])
            if gain > 0 and run.name not in tabu:
                gains.append((-gain, i))
        return [self.runs[i] for _, i in sorted(gains)[: self.params.moves_a_step]]

    def refit(self) -> None:
        """Give each run the home stops, work stops and vehicle type that suit its load."""
        instance, services = self.instance, self.services
        free = self._free()
        for i, run in enumerate(self.runs):
            if run.key is None:
                continue
            day, _, work, vehicle = key = run.key
            at, parties = run.link.at[run.load > 0], run.load[run.load > 0]
            origin = instance.origin[self.block.classes[at]]
            people = np.bincount(origin, weights=parties * self.size[at], minlength=len(instance.origins))
            work = self._needed(work, at)
            table = services.table(work)
            classes = self.block.classes[at]
            load = dict(zip(classes.tolist(), parties.tolist(), strict=True))
            free[vehicle, self.services.held_days(*key[:3])] += 1
            each_fen = services.access[:, np.flatnonzero(people)]
            open_ = np.all(each_fen < CLOSED, axis=1)
            access = (np.where(open_[:, np.newaxis], each_fen, 0) * people[np.flatnonzero(people)]).sum(axis=1)
            spare = np.maximum(table.seats - people.sum(), 0)
            seat_fen = min(float(self.sigma[i]), self.params.seat_price_valued_fen)
            worth = np.minimum(spare, self.params.spare_seats_valued) * seat_fen
            if instance.told is not None:
                moves = services.moves_fen(classes, day, work, np.arange(len(access))) @ parties
                access = access + moves * (1 + self.block.move_price_fen / max(1, services.move_fen))
            total = table.cost + access[:, None] - worth
            fits = open_[:, np.newaxis] & (table.seats >= people.sum())
            if self.block.budget_fen is not None:
                fits &= table.cost <= run.fixed_fen
            total = np.where(fits, total, np.inf)
            best = key
            for flat in np.argsort(total, axis=None)[:40]:
                h, v = divmod(int(flat), total.shape[1])
                if not np.isfinite(total[h, v]):
                    break
                if int(free[v, self.services.held_days(day, h, work)].min(initial=1)) <= 0:
                    continue
                if services.is_closed(Service(day, h, work, v)):
                    continue
                if self.costs.callers_fen(Coach(day, h, work, v, load)) is not None:
                    best = Service(day, h, work, v)
                    break
            free[best[3], self.services.held_days(*best[:3])] -= 1
            if best != key:
                fitted = self.coach(best)
                where = {int(k): j for j, k in enumerate(fitted.link.at)}
                if all(int(k) in where for k in at):
                    for k, n in zip(at, parties, strict=True):
                        fitted.load[where[int(k)]] = n
                    self.runs[i] = fitted
                else:
                    free[best[3], self.services.held_days(*best[:3])] += 1
                    free[vehicle, self.services.held_days(*key[:3])] -= 1

    def _needed(self, work: int, at: Ints) -> int:
        """Return the work set without the stops that nobody aboard needs."""
        stops = list(self.services.work_sets[work])
        signatures = set(self.instance.signature[self.block.classes[at]].tolist())
        needs = {need for sig in signatures for need in self.instance.signatures[sig]}
        for stop in list(stops):
            fewer = [each for each in stops if each != stop]
            if fewer and all(need & set(fewer) for need in needs):
                smaller = self.services.work_id(fewer)
                if self.services.table(smaller).allowed.any():
                    stops = fewer
        return self.services.work_id(stops)

    # The loop ----------------------------------------------------------------------------------------------------

    def run(self, over: Callable[[], bool], most_steps: int | None = None) -> Loads:
        """Move from the block's runs until nothing helps, `over` or so many steps are done; return the loads."""
        self.improve(over, most_steps)
        return self.loads()

    def improve(self, over: Callable[[], bool], most_steps: int | None = None) -> int:
        """Open, close and refit until nothing helps, `over` or so many steps are done; return the steps."""
        open_tabu, close_tabu = set[Service | int](), set[Service | int]()
        steps = 0
        while not over() and (most_steps is None or steps < most_steps):
            steps += 1
            total = sum(map(self._fen, self.runs)) + int((self.left * self.leave).sum())
            self.price_seats()
            self.refit()
            gain = self._apply_if_better(self.reseat(self.runs, [], []))
            self.price_seats()
            for key in self.services_to_open(open_tabu, self.params.pairs_priced):
                if over():
                    break
                held = self.services.held_days(*key[:3])
                if int(self._free()[key[3], held].min(initial=1)) > 0:
                    gain += self._try(self.coach(key), open_tabu)
            for run in self.trains_to_open(open_tabu):
                gain += 0 if over() else self._try(run, open_tabu)
            self.price_seats()
            for run in self.runs_to_close(close_tabu):
                if over():
                    break
                if run in self.runs:
                    gain += self._try(run, close_tabu, close=True)
            if gain > self.params.gain_to_retry * total:
                open_tabu.clear()
                close_tabu.clear()
            if not gain:
                break
        return steps

    def _try(self, run: SearchRun, tabu: set[Service | int], *, close: bool = False) -> int:
        """Open or close a run if that lowers the cost, else note it as tabu; return the gain in fen."""
        fresh, dropped = ([], [run]) if close else ([run], [])
        gain_fen = self._apply_if_better(self.reseat(self.near(run), fresh, dropped))
        if not gain_fen:
            tabu.add(run.name)
        return gain_fen

    def _apply_if_better(self, move: Move) -> int:
        """Apply a move if it lowers the cost; return the gain in fen, else 0."""
        if move.gain_fen <= 0 or not self.affords(move):
            return 0
        self.apply(move)
        return move.gain_fen

    def loads(self) -> Loads:
        """Return the runs as loads."""
        result = Loads()
        for run in self.runs:
            aboard = np.flatnonzero(run.load)
            named = [
                (int(self.block.classes[run.link.at[j]]), int(run.link.option[j]), int(run.load[j])) for j in aboard
            ]
            if run.key is not None:
                result.coaches.append((self.services.stops_of(run.key), {k: n for k, _, n in named}))
            elif named:
                result.trains[self.block.trains[run.train].train] = {(k, option): n for k, option, n in named}
        return result
