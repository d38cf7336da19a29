"""Pricing for the search: which services of a (day, work set) are worth more than they cost, at given prices.

A class is worth pi to be carried; a service with fixed cost f is worth opening when the best load it could take is
worth more than f and the coach's price (mu a day held, beta for budget): the reduced cost of the strong formulation, a
knapsack with divisible people that a sort by value a person answers. Home sets are grown: all single stops, then
the most promising ones with one stop more. What is found is a heuristic choice; nothing is proven here.
"""

from __future__ import annotations

import numpy as np

from scheduler.solver.model.eligible import Eligible
from scheduler.solver.model.instance import CLOSED, Floats, Ints
from scheduler.solver.model.services import Service

YUAN = 100.0
"""Prices are in yuan, as the programs are: HiGHS's tolerances suit figures of that size."""

HOMES_GROWN = 5
"""Home sets of each size that are tried with one stop more."""

NEGATIVE = -1e-6
"""A reduced cost in yuan below this is negative, and not a rounding error."""


class HeuristicPricing:
    """Pricing for the parties of one block."""

    def __init__(self, eligible: Eligible, counts: Ints) -> None:
        self.eligible = eligible
        self.services = eligible.services
        self.instance = self.services.instance
        self.classes = classes = eligible.classes
        self.size = self.instance.size[classes]
        self.people = (self.size * counts).astype(np.float64)
        self.origin = self.instance.origin[classes]
        self.least = max(1, self.instance.min_load)
        self.nearest = np.min(self.instance.access, axis=1, initial=CLOSED)[self.origin] / YUAN
        self._floor: dict[int, float] = {}

    def floor(self, work: int) -> float:
        """Return the yuan of the cheapest coach to a work set; infinity when none may go."""
        if work not in self._floor:
            table = self.services.table(work)
            usable = table.seats > 0
            self._floor[work] = float(table.cost[usable].min()) / YUAN if usable.any() else np.inf
        return self._floor[work]

    def price(
        self, day: int, work: int, pi: Floats, mu: Floats, beta: float, free: Ints
    ) -> list[tuple[float, Service]]:
        """Return services of negative reduced cost (yuan) with a coach in `free`, best first."""
        at = self.eligible.riders(day, work)
        if not len(at) or self.people[at].sum() < self.least:
            return []
        worth = pi[at] / self.size[at] - self.instance.shift(self.classes[at], day) / YUAN
        table = self.services.table(work)
        most = int(table.seats.max(initial=0))
        # The best load if everybody boarded at the nearest stop, against the cheapest coach, settles most pairs.
        best_each = worth - self.nearest[at]
        order = np.argsort(-best_each)
        people = self.people[at][order]
        before = np.cumsum(people) - people
        gain = float((np.maximum(best_each[order], 0) * np.clip(most - before, 0, people)).sum())
        if gain <= (1 + beta) * self.floor(work):
            return []
        best: dict[Service, float] = {}
        homes = self.services.single_homes
        seen: set[int] = set()
        while len(homes):
            values = self._price_homes(day, work, homes, worth, at, mu, beta, best, free)
            seen.update(homes.tolist())
            top = homes[np.argsort(values, kind="stable")[:HOMES_GROWN]]
            grown = {wider for home in top.tolist() for wider in self.services.wider(home)} - seen
            homes = np.array(sorted(grown), dtype=np.int64)
        return sorted((value, service) for service, value in best.items())

    def _price_homes(
        self,
        day: int,
        work: int,
        homes: Ints,
        worth: Floats,
        at: Ints,
        mu: Floats,
        beta: float,
        best: dict[Service, float],
        free: Ints,
    ) -> Floats:
        """Return the least reduced cost of each home set over the vehicle types; note negative ones in `best`."""
        table = self.services.table(work)
        access = self.services.access[np.ix_(homes, self.origin[at])]
        margin = worth[None, :] - access / YUAN
        if self.instance.told is not None:
            margin -= self.services.moves_fen(self.classes[at], day, work, homes) / self.size[at] / YUAN
        people = self.people[at]
        seats_of = table.seats[homes]
        most = int(seats_of.max(initial=0))
        if most == 0:
            return np.full(len(homes), np.inf)
        if margin.shape[1] > most:
            # Everybody counts for one at least: no more classes than seats can board.
            kept = np.argpartition(-margin, most - 1, axis=1)[:, :most]
            margin, access = np.take_along_axis(margin, kept, axis=1), np.take_along_axis(access, kept, axis=1)
            people = people[kept]
            order = np.argsort(-margin, axis=1)
            people = np.take_along_axis(people, order, axis=1)
        else:
            order = np.argsort(-margin, axis=1)
            people = people[order]
        margin = np.take_along_axis(margin, order, axis=1)
        counts = np.where(np.take_along_axis(access, order, axis=1) < CLOSED, people, 0)
        before = np.cumsum(counts, axis=1) - counts
        reach = before[:, -1] + counts[:, -1]
        wanted = (margin > 0) | (before < self.least)
        margin = np.where(counts > 0, margin, 0)
        gain = np.zeros(seats_of.shape)
        for seats in np.unique(seats_of[seats_of > 0]):
            load = np.where(wanted, np.minimum(counts, np.clip(seats - before, 0, None)), 0)
            gain = np.where(seats_of == seats, (load * margin).sum(axis=1)[:, None], gain)
        price, spare = self._coaches(day, work, homes, mu, free)
        cost = (1 + beta) * table.cost[homes] / YUAN + price - gain
        cost = np.where((seats_of > 0) & spare & (reach >= self.least)[:, None], cost, np.inf)
        for row, vehicle in zip(*np.nonzero(cost < NEGATIVE), strict=True):
            service = Service(day, int(homes[row]), work, int(vehicle))
            if not self.services.is_closed(service):
                best[service] = float(cost[row, vehicle])
        return np.asarray(cost.min(axis=1))

    def _coaches(self, day: int, work: int, homes: Ints, mu: Floats, free: Ints) -> tuple[Floats, Ints]:
        """Return the price of the days each home set and vehicle type holds a coach, and whether one is free."""
        table, n_days = self.services.table(work), self.instance.n_days
        price = np.zeros((len(homes), len(self.instance.rated)))
        spare = np.zeros(price.shape, dtype=bool)
        start, end = table.hold_from[homes], table.hold_to[homes]
        for span in set(zip(start.tolist(), end.tolist(), strict=True)):
            days = slice(max(0, day + span[0]), max(0, min(n_days, day + span[1] + 1)))
            rows = (start == span[0]) & (end == span[1])
            price[rows] = mu[:, days].sum(axis=1)
            spare[rows] = free[:, days].min(axis=1, initial=1) > 0
        return price, spare
