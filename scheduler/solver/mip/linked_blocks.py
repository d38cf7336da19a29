"""What a block may take of those whom pins link: whole groups or nobody, and never the last run that a pin wants."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from scheduler.solver.model.block import OpenTrain
from scheduler.solver.model.solution import Coach, Solution, SolutionCosts, TrainLoad


class LinkedRemoval:
    """Asks what may be taken out of a solution; `moves_linked` where what remakes the block knows of pins."""

    def __init__(self, costs: SolutionCosts, solution: Solution, *, moves_linked: bool) -> None:
        self.costs, self.instance, self.links = costs, costs.instance, costs.instance.links
        self.solution, self.moves_linked = solution, moves_linked

    def runs(self, chosen: Iterable[int]) -> set[int]:
        """Return those of the chosen coaches that may be taken."""
        coaches = self.solution.coaches
        return set(chosen) if not self.links.bind else {i for i in chosen if self._may_go(coaches[i])}

    def _may_go(self, coach: Coach) -> bool:
        groups = self.links.of(coach.load) & self.links.tight
        if self.moves_linked:
            return all(coach.load.keys() >= set(self.links.groups[number]) for number in groups)
        services = self.costs.services
        homes, works = services.home.sets[coach.home], services.work_sets[coach.work]
        wanted = any(each.has_coach(coach.day, homes, works, coach.vehicle) for each in self.links.opens)
        return not groups and not wanted

    def left(self, may_ride: np.ndarray) -> dict[int, int]:
        """Return the groups left behind that may ride with a block, by class."""
        if not (self.links.tight and self.moves_linked):
            return {}
        behind = may_ride & (self.solution.left > 0)
        groups = (self.links.groups[number] for number in sorted(self.links.tight))
        return {k: 1 for group in groups if behind[list(group)].all() for k in group}

    def may_change(self, train: int, aboard: TrainLoad) -> bool:
        """Tell whether people may be taken off a train at all."""
        ways = self.costs.train_ways(train, aboard)
        return self.moves_linked or not any(each.has_train(ways) for each in self.links.opens)

    def groups_aboard(self, aboard: TrainLoad, can: np.ndarray) -> TrainLoad:
        """Return the groups on a train that may be taken off it."""
        if not (self.links.tight and self.moves_linked):
            return {}
        riding = {k for k, _option in aboard}
        tight = self.links.of(riding) & self.links.tight
        taken = {k for n in tight for k in self.links.groups[n] if self._whole(n, riding, can)}
        return {key: n for key, n in aboard.items() if key[0] in taken}

    def _whole(self, number: int, riding: set[int], can: np.ndarray) -> bool:
        group = self.links.groups[number]
        return riding.issuperset(group) and bool(can[list(group)].all())

    def barred(self, classes: Iterable[int], trains: Iterable[OpenTrain]) -> frozenset[tuple[int, int]]:
        """Return the groups of a block, and the trains where somebody stays from whom they are apart."""
        groups = self.links.of(classes)
        found: set[tuple[int, int]] = set()
        for train in trains if groups else ():
            staying = self.links.of(k for k, _option in self.solution.trains[train.train])
            apart = (n for n in groups if not self.links.apart.get(n, frozenset()).isdisjoint(staying))
            found.update((number, train.train) for number in apart)
        return frozenset(found)
