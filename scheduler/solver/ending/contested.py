"""Whether a seat that a remedy gives would be anybody else's as well.

A coach more, or more money, goes to whoever saves most by it, and people left behind in the same place for the same day
save about the same: another search may give the seat to one of them. So a seat is counted as the party's only where
nobody who is left would take it for nearly as much, and where the coach has no other use.
"""

from __future__ import annotations

from scheduler.solver.ending.last_seats import LastSeats
from scheduler.solver.model.instance import CLOSED, Ints
from scheduler.solver.reasons.standing import Seated, Standing
from scheduler.solver.reasons.way import Limit, Undecided

NEARLY_FEN = 5_000
"""Who saves less than the party by no more than this a person would as well have its seat."""


class Contested:
    """The seats that were taken in a changed season, and who is left there."""

    def __init__(self, filling: LastSeats) -> None:
        self.filling = filling
        self.standing: Standing = filling.standing
        self.instance = filling.instance
        self._lacks_coach: dict[int, bool] = {}
        """By class: whether it is left for want of a coach alone, or whether that was not found out."""

    def is_sure(self, party: int) -> bool:
        """Tell whether nobody who is left would have the seat that a party has got, nor the coach for another run."""
        name = self.standing.problem.parties[party].id
        for number, coach in enumerate(self.standing.coaches):
            if any(passenger.party == name for passenger in coach.run.passengers):
                return not self._is_coach_scarce(number, coach) and self._has_no_rival(party, coach)
        # On a train whoever is left and would ride it has not found room: then nobody knows who would.
        return not any(
            self.instance.by_train[k] and any(self._takes_train(t, k) for t in self._trains_of(party))
            for k in self._left()
        )

    def _left(self) -> list[int]:
        return [k for k, parties in self.standing.left_of.items() if parties]

    # Coaches -----------------------------------------------------------------------------------------------------

    def _has_no_rival(self, party: int, coach: Seated) -> bool:
        k = self.standing.class_of[party]
        own = self._saving_fen(k, coach)
        wishes = self.standing.services.signatures(coach.work)
        for other in self.standing.company(coach.day).tolist():
            fits = self.instance.signature[other] in wishes
            if other == k or not fits or self._access_fen(other, coach.home) >= CLOSED:
                continue
            if self._saving_fen(other, coach) >= own - NEARLY_FEN:
                return False
        return True

    def _saving_fen(self, k: int, coach: Seated) -> float:
        """Return what a seat on a coach saves for a person of a class, beside the coach."""
        size = int(self.instance.size[k])
        return -self.filling.ways.own_fen(k, coach.day, self._access_fen(k, coach.home)) / size

    def _access_fen(self, k: int, home: int) -> int:
        return int(self.standing.services.access[home, self.instance.origin[k]])

    def _is_coach_scarce(self, number: int, coach: Seated) -> bool:
        """Tell whether the coach was taken for the party, is the last one, and somebody on its days wants one."""
        if not self.filling.has_changed(number) or self._is_one_free(coach):
            return False
        days = self.standing.held(coach)
        waiting = {k for day in range(days.start, days.stop) for k in self.standing.company(day).tolist()}
        return any(self._wants_coach(k) for k in sorted(waiting))

    def _is_one_free(self, coach: Seated) -> bool:
        free: Ints = self.standing.free[coach.vehicle, self.standing.held(coach)]
        return int(free.min(initial=1)) > 0

    def _wants_coach(self, k: int) -> bool:
        if k not in self._lacks_coach:
            try:
                way = self.filling.ways.best(self.standing.left_of[k][0])
            except Undecided:
                self._lacks_coach[k] = True
            else:
                self._lacks_coach[k] = way is not None and way.extra_fen < 0 and way.shut == Limit.FLEET
        return self._lacks_coach[k]

    # Trains ------------------------------------------------------------------------------------------------------

    def _trains_of(self, party: int) -> list[int]:
        k = self.standing.class_of[party]
        return [t for t, load in enumerate(self.filling.trains) if any(each == k for each, _option in load)]

    def _takes_train(self, train: int, k: int) -> bool:
        block = self.instance.trains[train]
        key = int(self.instance.origin[k]), int(self.instance.work_stop[k])
        return key in block.options and bool(self.instance.first[k] <= block.day <= self.instance.last[k])
