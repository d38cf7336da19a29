"""A block of the season and its kernel: the services that the program over it may use (see `program`).

A service run more than once has one row of seats for all its coaches; `pack` splits the load, and parties that do not
fit whole are left behind for the caller to place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scheduler.solver.mip.heuristic_pricing import Sites
from scheduler.solver.model.block import Block, Loads, OpenTrain
from scheduler.solver.model.instance import CLOSED, Floats, Instance, Ints
from scheduler.solver.model.seating import Link, Seating
from scheduler.solver.model.services import ServiceKey, Services


@dataclass
class Service:
    key: ServiceKey
    fixed: int
    seats: int
    at: Ints
    """Positions in the block's classes of those who may ride."""
    each: Ints
    """Fen a party of each."""
    most: int
    linked: NDArray[np.bool_]
    """Pairs whose strong row stands in the program."""

    def single(self) -> list[Service]:
        """Return the coaches of the service one by one."""
        return [replace(self, most=1) for _ in range(self.most)]


class Kernel:
    """The program of one block over a growing list of services."""

    def __init__(self, services: Services, block: Block) -> None:
        self.services = services
        self.instance: Instance = services.instance
        self.block = block
        self.size = self.instance.size[block.classes]
        self.origin = self.instance.origin[block.classes]
        self.leave = self.instance.leave_fen[block.classes]
        self.kernel: list[Service] = []
        self.known: set[ServiceKey] = set()
        self.sites = Sites(services, block.classes, block.counts)
        self.trains = [self._train_pairs(train) for train in block.trains]

    # The kernel --------------------------------------------------------------------------------------------------

    def add(self, key: ServiceKey) -> bool:
        """Add a service; tell whether it is new and can run."""
        if key in self.known:
            return False
        self.known.add(key)
        day, home, work, vehicle = key
        table = self.services.table(work)
        seats = int(table.seats[home, vehicle])
        free = self._free(day, home, work, self.block.free)[vehicle]
        if seats <= 0 or free <= 0:
            return False
        at = self.sites.riders(day, work)
        access = self.services.access[home, self.origin[at]]
        each = (access + self.instance.shift(self.block.classes[at], day)) * self.size[at]
        ok = (access < CLOSED) & (self.size[at] <= seats)
        at, each = at[ok], each[ok]
        people = int((self.size[at] * self.block.counts[at]).sum())
        least = max(1, self.instance.min_load)
        if people < least:
            return False
        # A second coach of a service is opened only for people the first has no seat for, or to whom it is no use.
        most = int(min(free, people // least, self.block.counts[at].sum()))
        linked = np.zeros(len(at), dtype=bool)
        self.kernel.append(Service(key, int(table.cost[home, vehicle]), seats, at, each, most, linked))
        return True

    def _free(self, day: int, home: int, work: int, fleet: Ints) -> Ints:
        """Return coaches free by type on all days such a run would hold one."""
        table = self.services.table(work)
        start, end = day + int(table.hold_from[home]), day + int(table.hold_to[home]) + 1
        days = slice(max(0, start), max(0, min(self.instance.n_days, end)))
        return np.asarray(fleet[:, days].min(axis=1, initial=1 << 20))

    def _train_pairs(self, train: OpenTrain) -> tuple[Ints, Ints, Ints, Ints]:
        """Return (position, option, fen a party, fare fen a party) of everyone who may ride a train."""
        instance, classes = self.instance, self.block.classes
        block = instance.trains[train.train]
        can = (
            instance.by_train[classes] & (instance.first[classes] <= block.day) & (instance.last[classes] >= block.day)
        )
        rows = []
        for at in np.flatnonzero(can):
            k = classes[at]
            shift = int(instance.shift(np.array([k]), block.day)[0])
            for o, option in enumerate(block.options.get((int(instance.origin[k]), int(instance.work_stop[k])), ())):
                q = int(instance.size[k])
                if q <= int(train.seats.max(initial=0)):
                    rows.append((int(at), o, (option.cost_fen + shift) * q, option.fare_fen * q))
        table = np.array(rows, dtype=np.int64).reshape(len(rows), 4)
        return table[:, 0], table[:, 1], table[:, 2], table[:, 3]

    # Pricing -------------------------------------------------------------------------------------------------------

    def price(self, pi: Floats, mu: Floats, beta: float, per_site: int = 1) -> list[tuple[float, ServiceKey]]:
        """Return new services of negative reduced cost (yuan), the best few of each (day, work set), best first."""
        found = []
        for works in self.block.works:
            work = self.services.work_id(works)
            for day in self.block.days:
                priced = self.sites.price(day, work, pi, mu, beta, self.block.free)
                found += [(value, key) for value, key in priced if key not in self.known][:per_site]
        found.sort()
        return found

    # Solutions ---------------------------------------------------------------------------------------------------

    def seated(self, runs: Ints, trains: Ints) -> Loads:
        """Return the loads when everybody is seated on the given runs; runs that stay below min_load are given up."""
        block, instance = self.block, self.instance
        seating = Seating(self.services, block.classes, block.counts)
        keys = [service.key for service, times in zip(self.kernel, runs, strict=True) for _ in range(int(times))]
        links = [seating.coach_link(key) for key in keys]
        seats = [int(self.services.table(work).seats[home, vehicle]) for _, home, work, vehicle in keys]
        least = [instance.min_load] * len(keys)
        used = [t for t, on in enumerate(trains) if on]
        for t in used:
            at, option, each, _ = self.trains[t]
            links.append(Link(at, option, each // self.size[at]))
            seats.append(int(block.trains[t].seats.max(initial=0)))
            least.append(block.trains[t].min_load)
        result = Loads()
        while True:
            seated = seating.assign(links, np.array(seats, dtype=np.int64), np.array(least, dtype=np.int64))
            people = [int((load * self.size[link.at]).sum()) for link, load in zip(links, seated.loads, strict=True)]
            thin = [i for i, n in enumerate(people) if seats[i] and n < least[i]]
            if not thin:
                break
            # One at a time: the people of the thinnest may fill the others.
            worst = min(thin, key=lambda i: (people[i], i))
            seats[worst] = least[worst] = 0
        for i, (link, load) in enumerate(zip(links, seated.loads, strict=True)):
            aboard = np.flatnonzero(load)
            if not len(aboard):
                continue
            if i < len(keys):
                day, home, work, vehicle = keys[i]
                named = {int(block.classes[link.at[j]]): int(load[j]) for j in aboard}
                result.named.append(((day, home, self.services.work_sets[work], vehicle), named))
            else:
                train = block.trains[used[i - len(keys)]].train
                result.trains[train] = {
                    (int(block.classes[link.at[j]]), int(link.option[j])): int(load[j]) for j in aboard
                }
        return result

    def loads(self, runs: Ints, riders: Ints, train_riders: list[Ints]) -> Loads:
        """Turn integer y and x into runs, splitting services that run more than once."""
        result = Loads()
        start = 0
        for service, times in zip(self.kernel, runs, strict=True):
            each = riders[start : start + len(service.at)]
            start += len(service.at)
            if times <= 0:
                continue
            load = {int(at): int(n) for at, n in zip(service.at, each, strict=True) if n > 0}
            for part in pack(load, self.size, service.seats, int(times), self.instance.min_load):
                named = {int(self.block.classes[at]): n for at, n in part.items()}
                day, home, work, vehicle = service.key
                result.named.append(((day, home, self.services.work_sets[work], vehicle), named))
        for train, pairs, each in zip(self.block.trains, self.trains, train_riders, strict=True):
            named_load = {
                (int(self.block.classes[at]), int(o)): int(n)
                for at, o, n in zip(pairs[0], pairs[1], each, strict=True)
                if n > 0
            }
            if named_load:
                result.trains[train.train] = named_load
        return result


def pack(load: dict[int, int], size: Ints, seats: int, coaches: int, min_load: int) -> list[dict[int, int]]:
    """Split a load over several coaches, largest parties first onto the emptiest coach that has room.

    What fits nowhere is left out; a coach that stays below `min_load` is given up.
    """
    if coaches == 1:
        return [load]
    parts: list[dict[int, int]] = [{} for _ in range(coaches)]
    room = [seats] * coaches
    for at in sorted(load, key=lambda each: (-int(size[each]), each)):
        q, rest = int(size[at]), load[at]
        for i in sorted(range(coaches), key=lambda j: room[j]):
            fits = min(rest, room[i] // q)
            if fits:
                parts[i][at] = fits
                room[i] -= fits * q
                rest -= fits
    return [part for part, free in zip(parts, room, strict=True) if seats - free >= max(1, min_load)]
