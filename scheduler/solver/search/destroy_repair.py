"""The current solution: blocks are taken out of it (destroy), and put back repaired or as they were.

A block is granted the coaches it holds, half of what is free, and the free train seats, so blocks in flight never meet;
its parties are out of the solution while it is being repaired. Floats decide what a repaired block looks like; whether
it is cheaper and keeps to what it was granted is counted in integers.

The current solution may be a little worse than the best one: record-to-record travel (Dueck 1993).
"""

from __future__ import annotations

import random

import numpy as np

from scheduler.solver.construction.greedy import Greedy
from scheduler.solver.construction.parting import part
from scheduler.solver.mip.linked_blocks import LinkedRemoval
from scheduler.solver.mip.whole_problem import settled_coaches, solution_of
from scheduler.solver.model.block import Block, Loads, OpenTrain
from scheduler.solver.model.instance import Ints
from scheduler.solver.model.services import ServiceStops, subsets
from scheduler.solver.model.solution import Solution, SolutionCosts, TrainLoad, joined
from scheduler.solver.search.portions import BlockInFlight, Portion, Removal, left_of, put, with_portions

MOVE_PRICES = (0.0, 1.0, 0.1)
"""What moving somebody counts in blocks by turns, in unserved_cost, where no more than so many may be moved."""


class DestroyRepair:
    """Owns the current solution and its cost, and knows the blocks in flight by number.

    Everybody else asks for `solution` when they need it: it is another one after `replace`.
    """

    def __init__(self, costs: SolutionCosts, solution: Solution, rng: random.Random) -> None:
        self.costs = costs
        self.instance = costs.instance
        self.services = costs.services
        self.solution = solution
        self.cost_fen = costs.total(solution)
        self.allowed_fen = 0
        """How much more than the best solution the current one may cost."""
        self._record: tuple[Solution, int] | None = None
        """The best solution and its cost, while the current one is worse."""
        self._max_moved = self.instance.told.max_moved if self.instance.told is not None else None
        self.in_flight: dict[int, BlockInFlight] = {}
        self._rng = rng

    @property
    def emptied_stops(self) -> set[int]:
        """The work stops whose people are all in flight."""
        return {stop for flight in self.in_flight.values() for stop in flight.emptied_stops}

    @property
    def best(self) -> Solution:
        """The best solution: the current one, unless that is worse for a while."""
        return self.solution if self._record is None else self._record[0]

    @property
    def best_fen(self) -> int:
        """What the best solution costs, blocks in flight as they were."""
        return self.cost_fen if self._record is None else self._record[1]

    def allow_worse(self, share: float) -> None:
        """Let the current solution cost so much more than the best one."""
        self.allowed_fen = int(share * self.best_fen)

    # Destroy -----------------------------------------------------------------------------------------------------

    def destroy(
        self,
        number: int,
        removal: Removal,
        near: tuple[ServiceStops, ...],
        *,
        moves_linked: bool = True,
        wanted: tuple[int, ...] = (),
    ) -> Block | None:
        """Take a block out of the solution, `near` among the services to begin with; None when it holds nobody.

        Whoever remakes it knows of pins, or it holds nobody whom pins link (see `linked`). Of what is `wanted` because
        of pins, by number, a run of the block has to be, and of what is taken out.
        """
        if not removal.stops:
            return None
        instance, costs = self.instance, self.costs
        linked = LinkedRemoval(costs, self.solution, moves_linked=moves_linked)
        opened = costs.opened(self.solution)
        taken, open_trains = self._take(removal, linked)
        parties = taken.parties()
        if not parties:
            put(self.solution, taken)
            return None
        classes = np.array(sorted(parties), dtype=np.int64)
        granted, granted_fen, moved = self._grant_coaches(taken), self._grant_fen(taken), self._moved(taken)
        everybody = removal.most_people is None
        priced = removal.prices and not everybody
        work_sets = subsets(removal.stops, instance.work_stops) if priced else ()
        own = tuple(self.services.stops_of(coach.service) for coach in taken.coaches)
        block = Block(
            classes=classes,
            counts=np.array([parties[int(k)] for k in classes], dtype=np.int64),
            days=tuple(removal.days),
            works=tuple(stops for stops in work_sets if self._share_a_coach(stops)),
            seeds=own + near,
            free=granted,
            trains=tuple(open_trains),
            budget_fen=granted_fen if instance.budget_fen is not None else None,
            move_price_fen=self.move_price_fen(number),
            opens=(*costs.not_open(self.solution, opened), *wanted),
            barred=linked.barred(classes.tolist(), open_trains),
            start=Loads(
                [(stops, dict(coach.load)) for stops, coach in zip(own, taken.coaches, strict=True)],
                {t: dict(load) for t, load in taken.trains.items()},
            ),
        )
        self.in_flight[number] = BlockInFlight(
            block=block,
            taken=taken,
            cost_fen=self._portion_fen(taken),
            granted=granted,
            granted_fen=granted_fen,
            moved=moved,
            granted_moved=self._grant_moved(moved),
            emptied_stops=removal.stops if everybody else [],
        )
        return block

    def _take(self, removal: Removal, linked: LinkedRemoval) -> tuple[Portion, list[OpenTrain]]:
        """Take out of the solution what a removal names, and who may ride with it; return it and the trains' seats."""
        instance, solution = self.instance, self.solution
        most_people = removal.most_people
        if most_people is None:
            most_people = int((instance.size * instance.count).sum()) + 1
        may_ride = np.isin(instance.work_stop, removal.stops)
        may_ride &= (instance.first <= max(removal.days)) & (instance.last >= min(removal.days))
        chosen = linked.runs(removal.runs)
        left = self._choose_left(may_ride & instance.unlinked, 2 * most_people) | linked.left(may_ride)
        open_trains, train_loads = self._take_trains(may_ride, most_people, linked)
        coaches = [coach for i, coach in enumerate(solution.coaches) if i in chosen]
        solution.coaches = [coach for i, coach in enumerate(solution.coaches) if i not in chosen]
        for k, n in left.items():
            solution.left[k] -= n
        return Portion(coaches, train_loads, left), open_trains

    def _choose_left(self, may_ride: np.ndarray, most_people: int) -> dict[int, int]:
        """Return parties by class of those left behind who may ride with a block, about `most_people` of them."""
        instance, left_behind = self.instance, self.solution.left
        waiting = np.flatnonzero((left_behind > 0) & may_ride)
        order = list(waiting)
        if int((left_behind[waiting] * instance.size[waiting]).sum()) > most_people:
            self._rng.shuffle(order)
        chosen: dict[int, int] = {}
        room = most_people
        for k in map(int, order):
            if room <= 0:
                break
            n = min(int(left_behind[k]), max(1, room // int(instance.size[k])))
            chosen[k] = n
            room -= int(n * instance.size[k])
        return chosen

    def _take_trains(
        self, may_ride: np.ndarray, most_people: int, linked: LinkedRemoval
    ) -> tuple[list[OpenTrain], dict[int, TrainLoad]]:
        """Take out of the trains who may ride with a block, `most_people` of each; grant it the free seats."""
        instance, costs, solution = self.instance, self.costs, self.solution
        open_trains: list[OpenTrain] = []
        loads: dict[int, TrainLoad] = {}
        for t, train in enumerate(instance.trains):
            if any(t in flight.taken.trains for flight in self.in_flight.values()):
                continue
            can = may_ride & instance.by_train & (instance.first <= train.day) & (instance.last >= train.day)
            keys = set(zip(instance.origin[can].tolist(), instance.work_stop[can].tolist(), strict=True))
            if not any(key in train.options for key in keys):
                continue
            aboard = solution.trains[t]
            if not linked.may_change(t, aboard):
                continue
            movable = [(key, n) for key, n in aboard.items() if can[key[0]] and instance.unlinked[key[0]]]
            self._rng.shuffle(movable)
            load: TrainLoad = {}
            room = most_people
            for key, n in movable:
                if room <= 0:
                    break
                load[key] = n
                room -= n * int(instance.size[key[0]])
            load |= linked.groups_aboard(aboard, can)
            staying = {key: n for key, n in aboard.items() if key not in load}
            people_staying = costs.people((k, n) for (k, _), n in staying.items())
            solution.trains[t] = staying
            loads[t] = load
            open_trains.append(
                OpenTrain(
                    train=t,
                    seats=train.seats - costs.leg_loads(t, staying),
                    fixed_fen=0 if staying else train.fixed_fen,
                    missing_people=max(0, train.min_load - people_staying),
                    must_run=bool(staying),
                )
            )
        return open_trains, loads

    def _share_a_coach(self, stops: tuple[int, ...]) -> bool:
        return all(self.services.close[a, b] for a in stops for b in stops)

    def _grant_coaches(self, taken: Portion) -> Ints:
        """Return what a block that is out of the solution may hold of each type and day: what it held, and of the free
        all, or half if others are in flight."""
        held = self.costs.held(taken.coaches)
        granted = sum(flight.granted for flight in self.in_flight.values())
        free = self.instance.fleet - self.costs.held(self.solution.coaches) - held - granted
        return np.asarray(held + (free + 1) // 2 if self.in_flight else held + free)

    def _grant_fen(self, taken: Portion) -> int:
        """Return what a block that is out of the solution may spend of the budget; 0 where there is none."""
        if self.instance.budget_fen is None:
            return 0
        own = self._spent_fen(taken)
        granted = sum(flight.granted_fen for flight in self.in_flight.values())
        spare = self.instance.budget_fen - self.costs.spent(self.solution) - granted - own
        return own + max(0, spare) // (2 if self.in_flight else 1)

    def _moved(self, portion: Portion) -> int:
        """Return how many told people a portion moves; 0 where that does not matter."""
        if self._max_moved is None or self.instance.told is None:
            return 0
        moved = sum(map(self.costs.coach_moved, portion.coaches))
        moved += sum(self.costs.train_moved(t, load) for t, load in portion.trains.items())
        return moved + sum(int(self.instance.told.of_class[k]) * n for k, n in portion.left.items())

    def move_price_fen(self, number: int) -> int:
        """Return what moving somebody counts in a block beside its cost: by turns nothing, some and much.

        A row for those who may be moved would keep a program from finding any plan at all; it is counted afterwards.
        """
        return 0 if self._max_moved is None else round(MOVE_PRICES[number % 3] * self.instance.unserved_fen)

    def _grant_moved(self, own: int) -> int:
        """Return how many a block that is out of the solution may move: as many as it does, and some of the spare."""
        if self._max_moved is None:
            return 0
        others = sum(max(flight.moved, flight.granted_moved) for flight in self.in_flight.values())
        spare = self._max_moved - self.costs.moved(self.solution) - others - own
        return max(0, own + (spare // 2 if self.in_flight and spare > 0 else spare))

    # Repair ------------------------------------------------------------------------------------------------------

    def accept(self, number: int, loads: Loads | None, *, may_be_worse: bool = False) -> bool:
        """Put a block back, repaired if that is cheaper, or no dearer than is allowed; tell whether it is cheaper.

        One given up since is nobody's any more.

        Parameters
        ----------
        number : int
            Of the block, as `destroy` got it.
        loads : Loads or None
            What the repaired block runs; None to put it back as it was.
        may_be_worse : bool
            Whether it may be dearer at all.
        """
        flight = self.in_flight.pop(number, None)
        if flight is None:
            return False
        if loads is not None:
            repaired = self._repaired(flight, loads)
            cost_fen, most = self._portion_fen(repaired), flight.granted_moved
            now = self._broken(repaired), max(0, self._moved(repaired) - most), cost_fen
            before = self._broken(flight.taken), max(0, flight.moved - most), flight.cost_fen
            cheaper = now < before
            fresh_fen = self.cost_fen + cost_fen - flight.cost_fen
            bearable = may_be_worse and self.cost_fen < fresh_fen <= self.best_fen + self.allowed_fen
            bearable = bearable and now[:2] == before[:2] == (0, 0)
            if (cheaper or bearable) and min(repaired.left.values()) >= 0 and self._within(flight, repaired):
                if not cheaper and self._record is None:
                    out = [flight.taken, *(each.taken for each in self.in_flight.values())]
                    self._record = with_portions(self.solution, out), self.cost_fen
                put(self.solution, repaired)
                self._set_cost(fresh_fen)
                return cheaper
        put(self.solution, flight.taken)
        return False

    def _set_cost(self, cost_fen: int) -> None:
        """Note what the current solution costs, and whether it is the best again."""
        if cost_fen <= self.best_fen:
            self._record = None
        self.cost_fen = cost_fen

    def _repaired(self, flight: BlockInFlight, loads: Loads) -> Portion:
        """Return what a repaired block runs, every train that it was granted among it."""
        coaches = settled_coaches(self.costs, loads)
        left = left_of(flight.block, coaches, loads)
        coaches = part(self.costs, coaches, loads.trains, dict(enumerate(self.solution.trains)), left)
        return Portion(coaches, {t: {} for t in flight.taken.trains} | loads.trains, left)

    def restore(self) -> None:
        """Put back everything in flight as it was: after an interruption the solution is whole again."""
        for number in list(self.in_flight):
            self.accept(number, None)

    def replace(self, loads: Loads) -> bool:
        """Give up the solution, blocks in flight and all, for a cheaper one; tell whether it is."""
        fresh = solution_of(self.costs, loads)
        if self.instance.links.bind:
            greedy = Greedy(self.costs, fresh)
            greedy.mend_links()
            greedy.place_linked()
        cost_fen = self.costs.total(fresh)
        if cost_fen >= self.cost_fen or self.costs.excess(fresh) or self.costs.broken(fresh):
            return False
        if self.instance.budget_fen is not None and self.costs.spent(fresh) > self.instance.budget_fen:
            return False
        self.restore()
        self.solution = fresh
        self._set_cost(cost_fen)
        return True

    def _broken(self, portion: Portion) -> int:
        """Return how many pins the solution breaks with a portion that is out of it."""
        links, solution = self.instance.links, self.solution
        if not (links.bind or links.closed):
            return 0
        trains = [joined(load, portion.trains.get(t, {})) for t, load in enumerate(solution.trains)]
        behind = solution.left.copy()
        for k, n in portion.left.items():
            behind[k] += n
        return self.costs.broken(Solution(solution.coaches + portion.coaches, trains, behind))

    def _portion_fen(self, portion: Portion) -> int:
        """Return what a portion costs on top of what is in the trains."""
        fen = sum(self.costs.coach_fen(coach) for coach in portion.coaches)
        for t, load in portion.trains.items():
            rest = self.solution.trains[t]
            fen += self.costs.train_fen(t, joined(rest, load)) - self.costs.train_fen(t, rest)
        return fen + sum(int(self.instance.leave_fen[k]) * n for k, n in portion.left.items())

    def _spent_fen(self, portion: Portion) -> int:
        """Return what a portion takes of the budget on top of what is in the trains."""
        fen = sum(self.costs.coach_fixed(coach) for coach in portion.coaches)
        for t, load in portion.trains.items():
            rest = self.solution.trains[t]
            fen += self.costs.train_fixed(t, joined(rest, load)) - self.costs.train_fixed(t, rest)
        return fen

    def _within(self, flight: BlockInFlight, repaired: Portion) -> bool:
        """Tell whether a repaired block keeps to what it was granted: floats decided it, integers check it."""
        if (self.costs.held(repaired.coaches) > np.maximum(flight.granted, 0)).any():
            return False
        for t, load in repaired.trains.items():
            aboard = joined(self.solution.trains[t], load)
            train = self.instance.trains[t]
            people = self.costs.people((k, n) for (k, _), n in aboard.items())
            if (self.costs.leg_loads(t, aboard) > train.seats).any() or 0 < people < train.min_load:
                return False
        return self.instance.budget_fen is None or self._spent_fen(repaired) <= flight.granted_fen
