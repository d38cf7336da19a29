"""Those whom pins link change seats with others until they ride as asked: together, or apart.

Most coaches are full, or hold no more people than they must: for who boards one, somebody else leaves it. Each change
is costed exactly, and the cheapest taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.solver.construction.boarding import may_ride, seats_of
from scheduler.solver.model.solution import Coach, SolutionCosts


@dataclass(frozen=True)
class Exchange:
    """A party of class `k` changes from one coach to another, and perhaps one of class `other` back for it."""

    fen: int
    k: int
    source: Coach
    target: Coach
    other: int | None

    def take(self) -> None:
        """Change the loads."""
        _move(self.k, self.source, self.target)
        if self.other is not None:
            _move(self.other, self.target, self.source)


def _move(k: int, source: Coach, target: Coach) -> None:
    source.load[k] -= 1
    if not source.load[k]:
        del source.load[k]
    target.load[k] = target.load.get(k, 0) + 1


class Exchanges:
    """What may be exchanged among some coaches, whose loads it changes."""

    def __init__(self, costs: SolutionCosts, coaches: list[Coach]) -> None:
        self.costs, self.instance, self.links = costs, costs.instance, costs.instance.links
        self.coaches = coaches

    def run(self) -> None:
        """Gather groups that are torn, and part those who are kept apart, as far as an exchange does it."""
        for number in sorted(self.links.tight):
            self._gather(number)
        if self.links.apart:
            for coach in self.coaches:
                for k in [k for k in sorted(coach.load) if self._number(k) in self.links.loose]:
                    if self._minded(k, coach):
                        self._part(k, coach)

    # Together --------------------------------------------------------------------------------------------------------

    def _gather(self, number: int) -> None:
        """Bring a group, each of whom rides a coach, onto the one of these that costs least."""
        group = self.links.groups[number]
        where = {k: coach for coach in self.coaches for k in group if k in coach.load}
        targets = list({id(coach): coach for coach in where.values()}.values())
        if len(where) < len(group) or len(targets) < 2:
            return
        found = []
        for i, target in enumerate(targets):
            moves = [self._best(k, coach, [target]) for k, coach in where.items() if coach is not target]
            if all(move is not None for move in moves):
                found.append((sum(move.fen for move in moves if move is not None), i))
        if not found:
            return
        target = targets[min(found)[1]]
        for k, coach in where.items():
            move = self._best(k, coach, [target]) if coach is not target else None
            if move is not None:
                move.take()

    # Apart -----------------------------------------------------------------------------------------------------------

    def _part(self, k: int, coach: Coach) -> None:
        others = [each for each in self.coaches if each is not coach and not self._minded(k, each)]
        move = self._best(k, coach, others)
        if move is not None:
            move.take()

    # Exchanges -------------------------------------------------------------------------------------------------------

    def _best(self, k: int, source: Coach, targets: list[Coach]) -> Exchange | None:
        found = [move for target in targets for move in self._moves(k, source, target)]
        return min(found, key=lambda move: move.fen, default=None)

    def _moves(self, k: int, source: Coach, target: Coach) -> Iterator[Exchange]:
        """Yield the ways of a party from one coach to another."""
        if not may_ride(self.costs, (k,), target.service):
            return
        before = self.costs.coach_fen(source) + self.costs.coach_fen(target)
        others = [c for c in sorted(target.load) if self._may_give_way(c, source)]
        for other in (None, *others):
            after = self._fen(source, k, other), self._fen(target, other, k)
            if after[0] is not None and after[1] is not None:
                yield Exchange(after[0] + after[1] - before, k, source, target, other)

    def _may_give_way(self, other: int, coach: Coach) -> bool:
        number = self._number(other)
        is_free = number is None or (number in self.links.loose and not self._minded(other, coach))
        return is_free and may_ride(self.costs, (other,), coach.service)

    def _fen(self, coach: Coach, leaves: int | None, boards: int | None) -> int | None:
        """Return what a coach costs after an exchange; None where it may not run so."""
        load = dict(coach.load)
        if boards is not None:
            load[boards] = load.get(boards, 0) + 1
        if leaves is not None:
            load[leaves] -= 1
        changed = Coach(*coach.service, {k: n for k, n in load.items() if n})
        people = self.costs.people(changed.load.items())
        if not max(1, self.instance.min_load) <= people <= seats_of(self.costs, coach):
            return None
        return self.costs.coach_fen(changed) if self.costs.callers_fen(changed) is not None else None

    def _number(self, k: int) -> int | None:
        return self.links.group_of.get(k)

    def _minded(self, k: int, coach: Coach) -> bool:
        """Tell whether somebody else on a coach is kept apart from a class."""
        return self.links.minds(self.links.group_of[k], coach.load)
