"""Who may ride which coach: on a day within the window, by coach, and to work stops that suit everyone of a party."""

from __future__ import annotations

import numpy as np

from scheduler.solver.model.instance import Ints
from scheduler.solver.model.services import Services


class Eligible:
    """The eligible of some classes, for each day and work set once."""

    def __init__(self, services: Services, classes: Ints) -> None:
        self.services = services
        self.classes = classes
        self._riders: dict[tuple[int, int], Ints] = {}

    def riders(self, day: int, work: int) -> Ints:
        """Return positions of the classes that could ride a coach of this day and work set."""
        key = day, work
        if key not in self._riders:
            instance, classes = self.services.instance, self.classes
            fits = np.zeros(len(instance.signatures), dtype=bool)
            fits[self.services.signatures(work)] = True
            can = instance.by_coach[classes] & (instance.first[classes] <= day) & (instance.last[classes] >= day)
            self._riders[key] = np.flatnonzero(can & fits[instance.signature[classes]])
        return self._riders[key]
