"""A first plan: the run that wastes least per person goes next, from a lazy heap.

The **waste** of a run is its cost (coach, access, shifts) less what its passengers would cost on a full coach of their
own from the best stop: a full coach wastes little, a thin one or one with many stops much. Values in the heap
are optimistic until looked at, and a run is taken when it still wastes least after a fresh look: people taken by others
only make a run worse, so a stale value is a bound.
Within a run those go first who have few days left to choose from and few to share a coach with, then the cheapest.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator

import numpy as np

from scheduler.solver.construction.linked_start import LinkedStart
from scheduler.solver.construction.parting import mend_links
from scheduler.solver.construction.work_sets import single_sets
from scheduler.solver.model.instance import CLOSED, Instance, Ints
from scheduler.solver.model.services import Service
from scheduler.solver.model.solution import Coach, Solution, SolutionCosts, empty_solution

TIGHT_WINDOW_FEN = 1_500
"""Worth, in the order of boarding only, of one day less to choose from."""

FEW_TO_SHARE_FEN = 20_000
"""Worth, in the order of boarding only, of a destination that cannot fill a coach that day by itself."""


def fill(sizes: Ints, parties: Ints, order: Ints, seats: int) -> Ints:
    """Return how many parties of each class board, in `order`, each class as far as it fits."""
    taken = np.zeros(len(sizes), dtype=np.int64)
    people = (sizes * parties)[order]
    whole = int(np.searchsorted(np.cumsum(people), seats, side="right"))
    taken[order[:whole]] = parties[order[:whole]]
    free = seats - int(people[:whole].sum())
    for at in order[whole:]:
        if free <= 0:
            break
        fits = min(int(parties[at]), free // int(sizes[at]))
        taken[at] = fits
        free -= fits * int(sizes[at])
    return taken


class Greedy:
    """One construction over an instance; `day_classes` holds, by (day, signature), who may ride a coach that day.

    It adds to a solution, by default to the one that serves nobody.
    """

    def __init__(self, costs: SolutionCosts, solution: Solution | None = None) -> None:
        self.costs = costs
        self.services = costs.services
        self.instance = costs.instance
        self.solution = empty_solution(self.instance) if solution is None else solution
        self._count_free()
        self.day_classes = classes_by_day(self.instance)
        sizes = np.array([len(stops) for stops in self.services.home.sets], dtype=np.int64)
        self.near = np.flatnonzero(sizes <= (2 if (sizes <= 2).sum() <= 600 else 1))
        access = self.services.access[self.near]
        self.near_order = np.argsort(access, axis=1, kind="stable")
        self.near_access = np.minimum(np.take_along_axis(access, self.near_order, axis=1), CLOSED)
        """What it costs to reach each near home set, cheapest origin first."""
        self._spans: dict[int, list[tuple[int, int, Ints]]] = {}
        self.ideal = self._ideal()

    def _count_free(self) -> None:
        """Note the coaches and the money that the solution leaves."""
        self.free = self.instance.fleet - self.costs.held(self.solution.coaches)
        self.budget = self.instance.budget_fen
        if self.budget is not None:
            self.budget -= self.costs.spent(self.solution)

    def _ideal(self) -> Ints:
        """Return, by signature, the fen a person of a full coach straight to the destination from the best stop."""
        ideal = np.zeros(len(self.instance.signatures), dtype=np.int64)
        for i, signature in enumerate(self.instance.signatures):
            work = self.services.work_id({min(need) for need in signature})
            table = self.services.table(work)
            usable = table.seats > 0
            each = table.cost[usable] // table.seats[usable]
            ideal[i] = int(each.min()) if len(each) else 0
        return ideal

    def run(self, deadline: float, stopped: Callable[[], bool]) -> Solution:
        """Place those whom pins link, fill trains, then coaches, until nothing more pays."""
        self.place_linked()
        dear = set(self._dear_trains())
        for train in np.argsort([block.day for block in self.instance.trains], kind="stable"):
            if train not in dear:
                self.fill_train(int(train))
        self._open_trains(sorted(dear), deadline, stopped)
        self._coaches(deadline, stopped)
        for train in range(len(self.instance.trains)):
            self.fill_train(train)
        self.mend_links()
        return self.solution

    def place_linked(self) -> None:
        """Give those whom pins link a seat, and open what must go."""
        if self.instance.links.bind:
            linked = LinkedStart(self.costs, self.solution, self.free, self.budget, self.ideal)
            linked.run()
            self.budget = linked.budget

    def mend_links(self) -> None:
        """Seat those elsewhere who ride against what pins link."""
        if self.instance.links.groups:
            mend_links(self.costs, self.solution, self.ideal)
            self._count_free()

    # Trains ------------------------------------------------------------------------------------------------------

    def fill_train(self, train: int) -> None:
        """Put those aboard who gain most by this train, where it pays and reaches its min_load."""
        instance, block = self.instance, self.instance.trains[train]
        leave_fen, load = instance.leave_fen, self.solution.trains[train]
        can = instance.by_train & (instance.first <= block.day) & (instance.last >= block.day)
        can &= instance.unlinked & (self.solution.left > 0)
        gains: list[tuple[int, int, int, int]] = []
        for k in np.flatnonzero(can).tolist():
            options = block.options.get((int(instance.origin[k]), int(instance.work_stop[k])), ())
            shift = int(instance.shift(np.array([k]), block.day)[0])
            leave = int(leave_fen[k]) // int(instance.size[k])
            other = min(leave, int(self.ideal[instance.signature[k]])) if instance.by_coach[k] else leave
            for o, option in enumerate(options):
                each = option.cost_fen + shift + instance.moves_by_train_fen(k, train, option) // int(instance.size[k])
                if each < leave and (train, option.board, option.alight) not in instance.links.shut:
                    gains.append((each - other, int(k), o, leave - each))
        gains.sort()
        taken = self.costs.leg_loads(train, load)
        fresh: dict[tuple[int, int], int] = {}
        left = {k: int(self.solution.left[k]) for _, k, _, _ in gains}
        saved, spent, people = 0, 0, 0
        for _, k, o, saving in gains:
            option, size = self.costs.train_option(train, k, o), int(instance.size[k])
            legs = slice(option.board, option.alight) if block.resell else slice(None)
            room = (block.seats - int(taken[legs].max())) // size
            n = min(left[k], room)
            if self.budget is not None and option.fare_fen:
                fixed = 0 if load else block.fixed_fen
                n = min(n, max(0, self.budget - fixed - spent) // (option.fare_fen * size))
            if n <= 0:
                continue
            fresh[k, o] = n
            left[k] -= n
            taken[legs] += n * size
            people += n * size
            saved += n * size * saving
            spent += n * size * option.fare_fen
        aboard = self.costs.people((k, n) for (k, _), n in load.items())
        fixed = 0 if load else block.fixed_fen
        if not fresh or aboard + people < block.min_load or saved <= fixed:
            return
        if self.budget is not None:
            if spent + fixed > self.budget:
                return
            self.budget -= spent + fixed
        for (k, o), n in fresh.items():
            load[k, o] = load.get((k, o), 0) + n
            self.solution.left[k] -= n

    def _dear_trains(self) -> list[int]:
        """Return the trains of which it matters how many people share their fixed cost; under a budget none do."""
        if self.budget is not None:
            return []
        shut = {train for train, _board, _alight in self.instance.links.shut}
        trains = ((t, block) for t, block in enumerate(self.instance.trains) if t not in shut)
        return [t for t, block in trains if block.fixed_fen > 0 and not (block.resell and block.legs > 1)]

    def _open_trains(self, trains: list[int], deadline: float, stopped: Callable[[], bool]) -> None:
        """Run the train that is cheapest a person, its fixed cost shared out, again and again: a lazy heap.

        Cheaper than a full coach of their own, that is, or than staying behind for those whom no coach takes. A train
        that runs goes on with those for whom it is cheaper than what else there is.
        """
        riders = {t: self._riders(t) for t in trains}
        heap = [(-np.inf, t) for t in trains]
        while heap and time.monotonic() < deadline and not stopped():
            _, t = heapq.heappop(heap)
            limit = heap[0][0] if heap else 0.0
            found = self._cheapest_share(t, riders[t], limit)
            if found is None or found[0] >= 0:
                continue
            waste, fresh = found
            if heap and waste > limit + 1e-9:
                heapq.heappush(heap, (waste, t))
                continue
            load = self.solution.trains[t]
            for k, n in fresh.items():
                load[k, 0] = load.get((k, 0), 0) + n
                self.solution.left[k] -= n
            heapq.heappush(heap, (waste, t))

    def _riders(self, train: int) -> tuple[Ints, Ints]:
        """Return the classes to whom a train is worth its fare, cheapest first, and what a person costs more than a
        full coach, or than staying behind, in fen."""
        instance, block = self.instance, self.instance.trains[train]
        can = instance.by_train & (instance.first <= block.day) & (instance.last >= block.day) & instance.unlinked
        classes, fen = [], []
        for k in np.flatnonzero(can).tolist():
            options = block.options.get((int(instance.origin[k]), int(instance.work_stop[k])))
            if options:
                classes.append(k)
                fen.append(options[0].cost_fen)
        who = np.array(classes, dtype=np.int64)
        each = np.array(fen, dtype=np.int64) + instance.shift(who, block.day)
        leave = instance.leave_fen[who] // instance.size[who]
        other = np.where(instance.by_coach[who], np.minimum(leave, self.ideal[instance.signature[who]]), leave)
        order = np.argsort(each - other, kind="stable")
        order = order[(each < leave)[order]]
        return who[order], (each - other)[order]

    def _cheapest_share(
        self, train: int, riders: tuple[Ints, Ints], limit: float
    ) -> tuple[float, dict[int, int]] | None:
        """Return the least cost a person of a load that boards a train now, fixed cost included, and that load.

        It goes on beyond that with those who cost no more than `limit`. None when nobody may board or too few.
        """
        instance, block, load = self.instance, self.instance.trains[train], self.solution.trains[train]
        who, waste_fen = riders
        aboard = self.costs.people((k, n) for (k, _), n in load.items())
        size, left = instance.size[who], self.solution.left[who]
        taken = fill(size, left, np.arange(len(who)), block.seats - aboard)
        at = np.flatnonzero(taken)
        if not len(at):
            return None
        people = np.cumsum(taken[at] * size[at])
        fen = np.cumsum(taken[at] * size[at] * waste_fen[at]) + (0 if load else block.fixed_fen)
        share = np.where(aboard + people >= block.min_load, fen / people, np.inf)
        best = int(share.argmin())
        if not np.isfinite(share[best]):
            return None
        last = max(best, int(np.searchsorted(waste_fen[at], limit, side="right")) - 1)
        return float(share[best]), {int(who[i]): int(taken[i]) for i in at[: last + 1]}

    # Coaches -----------------------------------------------------------------------------------------------------

    def _coaches(self, deadline: float, stopped: Callable[[], bool]) -> None:
        heap = [(self._optimistic(day, work), day, work) for day, work in self._sites()]
        heapq.heapify(heap)
        while heap and time.monotonic() < deadline and not stopped():
            _, day, work = heapq.heappop(heap)
            found = self._best(day, work)
            if found is None:
                continue
            waste, coach = found
            if heap and waste > heap[0][0] + 1e-9:
                heapq.heappush(heap, (waste, day, work))
                continue
            self._take(coach)
            heapq.heappush(heap, (waste, day, work))

    def _sites(self) -> Iterator[tuple[int, int]]:
        """Yield the (day, work set) pairs where somebody could ride."""
        for work in single_sets(self.services):
            for day in range(self.instance.n_days):
                if any((day, int(sig)) in self.day_classes for sig in self.services.signatures(work)):
                    yield day, work

    def _eligible(self, day: int, work: int) -> Ints:
        parts = [
            self.day_classes[key]
            for sig in self.services.signatures(work)
            if (key := (day, int(sig))) in self.day_classes
        ]
        if not parts:
            return np.zeros(0, dtype=np.int64)
        classes = np.concatenate(parts) if len(parts) > 1 else parts[0]
        return classes[self.solution.left[classes] > 0]

    def _optimistic(self, day: int, work: int) -> float:
        """Return a lower bound on the waste a person of any run on this day to these stops."""
        instance, table = self.instance, self.services.table(work)
        classes = self._eligible(day, work)
        people = instance.size[classes] * self.solution.left[classes]
        total = int(people.sum())
        usable = table.seats > 0
        if total < instance.min_load or not usable.any():
            return np.inf
        load = np.minimum(table.seats[usable], total)
        ideal = int(self.ideal[instance.signature[classes]].max())
        return float((table.cost[usable] / load).min()) - ideal

    def _best(self, day: int, work: int) -> tuple[float, Coach] | None:
        """Return the least wasteful run for this day and work set, and its waste a person."""
        instance, table = self.instance, self.services.table(work)
        classes = self._eligible(day, work)
        if not len(classes):
            return None
        left = self.solution.left[classes]
        people = instance.size[classes] * left
        by_origin = np.bincount(instance.origin[classes], weights=people, minlength=len(instance.origins))
        near, access = self.near, self.near_access
        counts = np.where(access < CLOSED, by_origin[self.near_order], 0)
        before = np.cumsum(counts, axis=1) - counts
        reach = before[:, -1] + counts[:, -1]
        usable = self._usable(day, work)
        best: tuple[float, int, int] | None = None
        for vehicle in range(len(instance.rated)):
            seats = np.where(usable[:, vehicle], table.seats[near, vehicle], 0)
            load = np.minimum(seats, reach)
            ok = load >= max(1, instance.min_load)
            if not ok.any():
                continue
            boarded = np.clip(load[:, None] - before, 0, counts)
            cost = table.cost[near, vehicle] + (boarded * access).sum(axis=1)
            ratio = np.where(ok, cost / np.maximum(load, 1), np.inf)
            at = int(ratio.argmin())
            if best is None or ratio[at] < best[0]:
                best = float(ratio[at]), int(near[at]), vehicle
        if best is None:
            return None
        _, home, vehicle = best
        return self._load(day, home, work, vehicle, classes, left)

    def _usable(self, day: int, work: int) -> np.ndarray:
        """Tell for each near home set and vehicle type whether one is free on all days it would be held."""
        instance, table, homes = self.instance, self.services.table(work), self.near
        usable = table.seats[homes] > 0
        if self.budget is not None:
            usable &= table.cost[homes] <= self.budget
        for start, end, rows in self._spans_of(work):
            days = slice(max(0, day + start), max(0, min(instance.n_days, day + end + 1)))
            free = self.free[:, days].min(axis=1, initial=1 << 30) > 0
            usable[rows] &= free[None, :]
        for row, vehicle in zip(*np.nonzero(usable), strict=True) if instance.links.closed else ():
            usable[row, vehicle] = not self.services.is_closed(Service(day, int(homes[row]), work, int(vehicle)))
        return usable

    def _spans_of(self, work: int) -> list[tuple[int, int, Ints]]:
        """Return from and to which day, counted from its own, near home sets hold a coach, and which of them do."""
        if work not in self._spans:
            table = self.services.table(work)
            spans = np.stack([table.hold_from[self.near], table.hold_to[self.near]], axis=1)
            self._spans[work] = [
                (int(start), int(end), np.flatnonzero((spans[:, 0] == start) & (spans[:, 1] == end)))
                for start, end in np.unique(spans, axis=0)
            ]
        return self._spans[work]

    def _load(
        self, day: int, home: int, work: int, vehicle: int, classes: Ints, left: Ints
    ) -> tuple[float, Coach] | None:
        instance, table = self.instance, self.services.table(work)
        seats = int(table.seats[home, vehicle])
        access = self.services.access[home, instance.origin[classes]]
        each = access + instance.shift(classes, day)
        each = each + self.services.moves_fen(classes, day, work, np.array([home]))[0] // instance.size[classes]
        leave = instance.leave_fen[classes] // instance.size[classes]
        people = instance.size[classes] * left
        signature = instance.signature[classes]
        sharing = np.bincount(signature, weights=people, minlength=len(instance.signatures))[signature]
        urgency = each + TIGHT_WINDOW_FEN * (instance.last[classes] - instance.first[classes])
        urgency = urgency - np.where(sharing < seats, FEW_TO_SHARE_FEN, 0) - leave // 50
        open_ = (access < CLOSED) & (each < leave)
        order = np.argsort(np.where(open_, urgency, np.iinfo(np.int64).max // 2), kind="stable")
        order = order[: int(open_.sum())]
        taken = fill(instance.size[classes], left, order, seats)
        riders = taken * instance.size[classes]
        load = int(riders.sum())
        if load < max(1, instance.min_load):
            return None
        aboard = np.flatnonzero(taken)
        load_of = {int(classes[i]): int(taken[i]) for i in aboard}
        coach = self.costs.settled(Coach(day, home, work, vehicle, load_of))
        if coach is None:
            return None
        cost = self.costs.coach_fen(coach)
        if cost >= int((taken * instance.leave_fen[classes]).sum()):
            return None
        return (cost - int((riders * self.ideal[signature]).sum())) / load, coach

    def _take(self, coach: Coach) -> None:
        self.solution.coaches.append(coach)
        for k, n in coach.load.items():
            self.solution.left[k] -= n
        self.free[coach.vehicle, self.services.held_days(coach.day, coach.home, coach.work)] -= 1
        if self.budget is not None:
            self.budget -= self.costs.coach_fixed(coach)


def classes_by_day(instance: Instance) -> dict[tuple[int, int], Ints]:
    """Return the classes that may ride a coach, by (day, signature), but linked ones."""
    table: dict[tuple[int, int], Ints] = {}
    for day in range(instance.n_days):
        can = np.flatnonzero(instance.by_coach & instance.unlinked & (instance.first <= day) & (instance.last >= day))
        can = can[np.argsort(instance.signature[can], kind="stable")]
        signatures, starts = np.unique(instance.signature[can], return_index=True)
        for sig, classes in zip(signatures, np.split(can, starts[1:]), strict=False):
            if len(classes):
                table[day, int(sig)] = classes
    return table
