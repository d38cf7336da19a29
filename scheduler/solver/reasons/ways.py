"""Every way a party left behind could still ride while everybody else does as planned, and what shuts each.

A way is a seat on a coach of the plan (as it runs, with one more home stop, with further stops of the party, with
another coach), a seat on a train, or a coach of its own that others left behind may share. What shuts a way is a set of
limits: lifted together they open it. Of all ways, those with fewest limits are kept, the cheapest of each set.
"""

from __future__ import annotations

import math
from dataclasses import replace

from scheduler.solver.model.services import Services
from scheduler.solver.reasons.own_coach import OwnCoach
from scheduler.solver.reasons.planned import PlannedVehicles
from scheduler.solver.reasons.standing import Standing
from scheduler.solver.reasons.way import NONE, Limit, Question, Way, keep

MOST_WORK = 300_000
HASTY_WORK = 1_000
"""Sheets, coaches and loads looked at for a plan (about 5,000 a second); classes that come later are not decided."""


class Ways:
    """The ways of one problem's classes in one plan."""

    def __init__(self, standing: Standing, most_work: int = MOST_WORK, deadline: float = math.inf) -> None:
        self.standing = standing
        self.instance = standing.instance
        self._question = Question(standing, most_work, deadline)
        self.renew()

    def renew(self) -> None:
        """Look anew at what is free and who waits."""
        self._planned = PlannedVehicles(self._question)
        self._own = OwnCoach(self._question)

    @property
    def is_worn_out(self) -> bool:
        """Whether all the work allowed is done, or the time over."""
        return self._question.is_worn_out

    def own_fen(self, k: int, day: int, fen: int) -> int:
        """Return what a party of a class costs beside the run, less what leaving it costs; `fen` a person."""
        return self._question.own_fen(k, day, fen)

    def best(self, party: int) -> Way | None:
        """Return the cheapest way of a party that fewest limits shut; None when there is no way.

        Raises
        ------
        Undecided
            When that would take too long, or cannot be said.
        """
        found: dict[Limit, Way] = {}
        k = self.standing.class_of[party]
        for way in (*self._planned.trains(k, party), *self._planned.coaches(k, party)):
            keep(found, way)
        for number in range(4):
            masks = [m for m in map(Limit, range(8)) if m.bit_count() == number]
            for mask in masks:
                self._own.search(k, party, mask, found)
            level = [way for shut, way in found.items() if shut.bit_count() == number]
            if level:
                return min(level, key=lambda way: (way.extra_fen >= 0 and bool(number), int(way.shut), way.extra_fen))
        rest = sorted(found.values(), key=lambda way: (way.shut.bit_count(), way.extra_fen >= 0, int(way.shut)))
        return rest[0] if rest else None

    def seat(self, party: int) -> Way | None:
        """Return the cheapest open way onto what runs already, if it costs less than leaving."""
        k = self.standing.class_of[party]
        runs = self.standing.train_people
        ways = [way for way in self._planned.trains(k, party) if way.train is not None and runs[way.train]]
        return _cheapest([*ways, *self._planned.coaches(k, party, with_room=True)])

    def new_run(self, party: int) -> Way | None:
        """Return an open way on a coach or train that does not run yet, if it costs less than leaving."""
        k = self.standing.class_of[party]
        runs = self.standing.train_people
        found: dict[Limit, Way] = {}
        self._own.search(k, party, NONE, found)
        ways = [way for way in self._planned.trains(k, party) if way.train is not None and not runs[way.train]]
        return _cheapest([*ways, *found.values()])

    def exists(self, k: int) -> bool:
        """Tell whether any service at all could carry a class, whoever else rides and whatever is planned."""
        instance, size = self.instance, int(self.instance.size[k])
        key = int(instance.origin[k]), int(instance.work_stop[k])
        for block in instance.trains if instance.by_train[k] else ():
            in_time = instance.first[k] <= block.day <= instance.last[k]
            if in_time and key in block.options and block.seats >= max(size, block.min_load):
                return True
        return self._own.exists(k)


def with_raw_seats(services: Services) -> Services:
    """Return the services with the seats a coach has, whether they reach min_load or not."""
    if services.instance.min_load == 1:
        return services
    return Services(replace(services.instance, min_load=1))


def _cheapest(ways: list[Way]) -> Way | None:
    """Return the cheapest way that nothing shuts, None where none costs less than leaving."""
    ways = [way for way in ways if not way.shut and way.extra_fen < 0]
    return min(ways, key=lambda way: way.extra_fen, default=None)
