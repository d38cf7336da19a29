"""The last seats: who is left behind though a way stands open takes it, until nobody has one that costs less.

The search changes many things at once and stops when its time is over. What is left then is looked for one party at a
time, by the exact search for ways that the reasons stand on (`reasons.ways`): a seat on a coach of the plan with a stop
or another coach more, a seat on a train, a coach more. Each step makes the plan cheaper and moves nobody else.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from scheduler.plan import Run
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import Coach, Solution, SolutionCosts
from scheduler.solver.plan_builder import Assembler, costless_plan
from scheduler.solver.reasons.standing import Standing
from scheduler.solver.reasons.way import Undecided, Way
from scheduler.solver.reasons.ways import Ways


def with_last_seats(
    assembler: Assembler, services: Services, solution: Solution, most_work: int, deadline: float = math.inf
) -> Solution:
    """Return a solution in which nobody has an open way that costs less than leaving, as far as work and time allow.

    Parameters
    ----------
    assembler : Assembler
        Of the problem.
    services : Services
        `ways.with_raw_seats` of the assembler's.
    solution : Solution
        Where the search has stopped.
    most_work : int
    deadline : float
        Work allowed, and time, as in `Question`.

    Returns
    -------
    Solution
        A cheaper one, or `solution` where there is none.
    """
    runs, left = assembler.runs(solution)
    standing = Standing(assembler.problem, assembler.instance, services, runs, left)
    filled = LastSeats(assembler.costs, standing, solution, Ways(standing, most_work, deadline)).filled()
    if filled is None or assembler.costs.broken(filled) > assembler.costs.broken(solution):
        return solution
    # The search guesses when coaches leave their later stops, and so does this: people may be moved after all.
    if assembler.told and _rank(assembler, assembler.runs(filled)[0]) > _rank(assembler, runs):
        return solution
    return filled


def _rank(assembler: Assembler, runs: Iterable[Run]) -> tuple[int, int]:
    """Return how many more people some runs move than may be moved, and what they cost."""
    head, evaluator = costless_plan(assembler.problem, 0, assembler.told.values(), runs, ()), assembler.evaluator
    told = assembler.instance.told
    most = told.max_moved if told is not None else None
    over = 0 if most is None else max(0, len(evaluator.moved(head)) - most)
    return over, evaluator.cost(head).total


class LastSeats:
    """A solution that is filled; `standing` is changed with it."""

    def __init__(self, costs: SolutionCosts, standing: Standing, solution: Solution, ways: Ways) -> None:
        self.costs, self.standing, self.instance = costs, standing, costs.instance
        self.ways = ways
        numbers = {party.id: i for i, party in enumerate(standing.problem.parties)}
        self.coaches: list[Coach] = []
        for seated in standing.coaches:
            aboard = {numbers[passenger.party] for passenger in seated.run.passengers}
            load = Counter(standing.class_of[i] for i in aboard)
            self.coaches.append(self._coach(seated.day, seated.home, seated.work, seated.vehicle, load))
        self.trains = [dict(load) for load in solution.trains]
        self.seated: dict[int, int] = {}
        """Who has got a seat, and the fen that the budget must have had for it: the most of any moment so far."""
        self.spent_fen = 0

    def filled(self) -> Solution | None:
        """Return the solution with those who could be seated, None where there are none."""
        try:
            while self._fill() + self._open():
                pass
        except Undecided:  # all work is done: what is found is kept
            pass
        if not self.seated:
            return None
        left = self.instance.count.copy()
        for load in (coach.load for coach in self.coaches):
            for k, n in load.items():
                left[k] -= n
        for train in self.trains:
            for (k, _option), n in train.items():
                left[k] -= n
        return Solution(self.coaches, self.trains, left)

    def _fill(self) -> int:
        """Seat whoever fits on what runs, those first who save most a person; return how many parties."""
        size = self.instance.size
        return self._greedily(self.ways.seat, lambda k, way: way.extra_fen / int(size[k]))

    def _open(self) -> int:
        """Let coaches and trains run, those first that save most; return how many parties ride them."""
        return self._greedily(self._new_run, lambda _k, way: way.extra_fen)

    def _new_run(self, party: int) -> Way | None:
        try:
            return self.ways.new_run(party)
        except Undecided:
            if self.ways.is_worn_out:
                raise
            return None

    def _greedily(self, find: Callable[[int], Way | None], rank: Callable[[int, Way], float]) -> int:
        """Take ways, the lowest rank first, until nobody has one; a rank only grows while others are seated."""
        before, left_of = len(self.seated), self.standing.left_of
        linked = self.instance.links.group_of
        classes = [k for k, parties in left_of.items() if parties and k not in linked]
        queue = [(rank(k, way), k) for k in classes if (way := find(left_of[k][0])) is not None]
        heapq.heapify(queue)
        while queue:
            _known, k = heapq.heappop(queue)
            way = find(left_of[k][0]) if left_of[k] else None
            if way is None:
                continue
            now = rank(k, way)
            if (queue and now > queue[0][0]) or self._take(way):
                heapq.heappush(queue, (now, k))
        return len(self.seated) - before

    # What all share ----------------------------------------------------------------------------------------------

    def _take(self, way: Way) -> bool:
        """Take a way if it makes the plan cheaper; tell whether it does."""
        if way.train is not None:
            return self._take_train(way, way.train)
        classes = Counter(self.standing.class_of[party] for party, _place in way.riders)
        number = next((i for i, each in enumerate(self.standing.coaches) if each.run.id == way.aboard), None)
        before = self.coaches[number] if number is not None else None
        load = classes + Counter(before.load if before is not None else {})
        after = self._coach(way.day, way.home, way.work, way.vehicle or 0, load)
        if self.costs.callers_fen(after) is None:  # a stop would be idle
            return False
        more_fen = self.costs.coach_fen(after) - (self.costs.coach_fen(before) if before is not None else 0)
        more_moved = self.costs.coach_moved(after) - (self.costs.coach_moved(before) if before is not None else 0)
        if not self._is_better(more_fen, more_moved, classes):
            return False
        if number is not None:
            self.standing.board(number, way.home, way.work, after.vehicle, way.riders)
            self.coaches[number] = after
            if before is not None and (before.home, before.work, before.vehicle) != after.service[1:]:
                self.ways.renew()
        else:
            self.standing.open(way.day, way.home, way.work, after.vehicle, way.riders)
            self.coaches.append(after)
        self._note(way)
        return True

    def _take_train(self, way: Way, number: int) -> bool:
        options = [way.option, *[0] * (len(way.riders) - 1)]
        load = Counter(self.trains[number])
        classes = [self.standing.class_of[party] for party, _place in way.riders]
        load.update(zip(classes, options, strict=True))
        more_fen = self.costs.train_fen(number, load) - self.costs.train_fen(number, self.trains[number])
        more_moved = self.costs.train_moved(number, load) - self.costs.train_moved(number, self.trains[number])
        if not self._is_better(more_fen, more_moved, Counter(classes)):
            return False
        for (party, _place), k, option in zip(way.riders, classes, options, strict=True):
            self.standing.board_train(number, self.costs.train_option(number, k, option), party)
        self.trains[number] = dict(load)
        self._note(way)
        return True

    def _note(self, way: Way) -> None:
        self.spent_fen += way.spent_fen
        most_fen = max([self.spent_fen, *list(self.seated.values())[-1:]])
        self.seated |= {party: most_fen for party, _place in way.riders}
        if way.aboard is None and way.train is None:
            self.ways.renew()

    def _is_better(self, more_fen: int, more_moved: int, riders: Mapping[int, int]) -> bool:
        """Tell whether riding costs less than leaving, and moves nobody more where that is capped."""
        told = self.instance.told
        if told is not None and told.max_moved is not None:
            left = sum(int(told.of_class[k]) * n for k, n in riders.items())
            if more_moved > left:
                return False
        return more_fen < sum(int(self.instance.leave_fen[k]) * n for k, n in riders.items())

    def _coach(self, day: int, home: int, work: int, vehicle: int, load: Mapping[int, int]) -> Coach:
        """Return a coach as the search knows it, which numbers sets of stops in its own way."""
        raw, own = self.standing.services, self.costs.services
        home_id, work_id = own.home_id[raw.home.sets[home]], own.work_id(raw.work_sets[work])
        return Coach(day, home_id, work_id, vehicle, dict(load))
