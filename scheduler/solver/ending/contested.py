"""Whether a seat that a remedy gives would be anybody else's as well.

A coach more, or more money, goes to whoever saves most by it, and people left behind in the same place for the same day
save about the same: another search may give the seat to one of them. Coaches stand in for each other, too: one more on
a day lets another one, out until that day, go earlier. So a seat is counted as the party's only where nobody in the
season is left for want of a coach, and nobody who is left would take the seat for nearly as much.
"""

from __future__ import annotations

from scheduler.solver.ending.last_seats import LastSeats
from scheduler.solver.model.instance import CLOSED
from scheduler.solver.reasons.standing import Seated
from scheduler.solver.reasons.way import Limit, Undecided

NEARLY_FEN = 5_000
"""Who saves less than the party by no more than this a person would as well have its seat."""


class Contested:
    """The seats that were taken in a changed season, and who is left there."""

    def __init__(self, filling: LastSeats) -> None:
        self.filling = filling
        self.standing = filling.standing
        self.instance = filling.instance

    def lacks_coaches(self) -> bool:
        """Tell whether anybody is left for want of a coach alone, as far as that was found out."""
        return any(self._lacks_coach(k) for k in self._left() if self.instance.by_coach[k])

    def _left(self) -> list[int]:
        return [k for k, parties in self.standing.left_of.items() if parties]

    def _lacks_coach(self, k: int) -> bool:
        try:
            way = self.filling.ways.best(self.standing.left_of[k][0])
        except Undecided:
            return True
        return way is not None and way.extra_fen < 0 and way.shut == Limit.FLEET

    def is_sure(self, party: int) -> bool:
        """Tell whether nobody who is left would have the seat that a party has got."""
        name, k = self.standing.problem.parties[party].id, self.standing.class_of[party]
        for coach in self.standing.coaches:
            if any(passenger.party == name for passenger in coach.run.passengers):
                return not any(self._is_rival(other, k, coach) for other in self._left() if other != k)
        # Whoever is left and would ride its train has found no room there: then nobody knows who would.
        trains = [t for t, load in enumerate(self.filling.trains) if any(each == k for each, _option in load)]
        return not any(self._would_ride(other, t) for other in self._left() for t in trains)

    def _is_rival(self, other: int, k: int, coach: Seated) -> bool:
        """Tell whether a class that is left could have a seat on a coach for nearly as much as a class aboard."""
        instance, standing = self.instance, self.standing
        can = instance.by_coach[other] and instance.first[other] <= coach.day <= instance.last[other]
        fits = can and instance.signature[other] in standing.services.signatures(coach.work)
        if not fits or self._access_fen(other, coach.home) >= CLOSED:
            return False
        return self._saving_fen(other, coach) >= self._saving_fen(k, coach) - NEARLY_FEN

    def _saving_fen(self, k: int, coach: Seated) -> float:
        """Return what a seat on a coach saves for a person of a class, beside the coach."""
        own_fen = self.filling.ways.own_fen(k, coach.day, self._access_fen(k, coach.home))
        return -own_fen / int(self.instance.size[k])

    def _access_fen(self, k: int, home: int) -> int:
        return int(self.standing.services.access[home, self.instance.origin[k]])

    def _would_ride(self, k: int, train: int) -> bool:
        instance, block = self.instance, self.instance.trains[train]
        key = int(instance.origin[k]), int(instance.work_stop[k])
        in_time = instance.first[k] <= block.day <= instance.last[k]
        return bool(instance.by_train[k] and in_time and key in block.options)
