"""A block of the season and its kernel: the services that the program over it may use (see `formulation`).

A service run more than once has one row of seats for all its coaches; `pack` splits the load, and parties that do not
fit whole are left behind for the caller to place.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import NamedTuple

import numpy as np

from scheduler.solver.mip.candidates import NOBODY, KernelService, LinkedClasses
from scheduler.solver.mip.heuristic_pricing import HeuristicPricing
from scheduler.solver.model.block import Block, Loads, OpenTrain
from scheduler.solver.model.eligible import Eligible
from scheduler.solver.model.instance import CLOSED, Floats, Instance, Ints
from scheduler.solver.model.seating import Link, Seating
from scheduler.solver.model.services import Service, Services


class TrainPairs(NamedTuple):
    """Who may ride a train, and how: positions in the block's classes, options, fen a party, and its fares in that.

    `moved` counts the people of a party who are moved.
    """

    at: Ints
    option: Ints
    party_fen: Ints
    fare_party_fen: Ints
    moved: Ints


class Kernel:
    """The candidates of one block, a growing list of services, and what their program's solution means."""

    def __init__(self, services: Services, block: Block, *, certain: bool = False) -> None:
        self.services = services
        self.instance: Instance = services.instance
        self.block = block
        self.certain = certain
        """Whether nobody pays for a doubt (see `Services.moves_fen`): then a bound of the program is a bound."""
        self.size = self.instance.size[block.classes]
        self.origin = self.instance.origin[block.classes]
        self.leave_party_fen = self.instance.leave_fen[block.classes]
        if self.instance.told is not None:
            self.leave_party_fen = (
                self.leave_party_fen + block.move_price_fen * self.instance.told.of_class[block.classes]
            )
        self._rng = random.Random(block.noise_seed)
        self.candidates: list[KernelService] = []
        self.known: set[Service] = set()
        self.eligible = Eligible(services, block.classes)
        self.pricing = HeuristicPricing(self.eligible, block.counts)
        self.linked = LinkedClasses(self.instance, block)
        started = block.start.coaches if block.start is not None else []
        self._with_linked = Counter(
            services.service_of(stops) for stops, load in started if self.instance.links.of(load)
        )
        """How many coaches with linked people the block ran, by service."""
        self.trains = [self._train_pairs(train) for train in block.trains]

    # The kernel --------------------------------------------------------------------------------------------------

    def add(self, service: Service) -> bool:
        """Add a service; tell whether it is new and can run."""
        if service in self.known or self.services.is_closed(service):
            return False
        self.known.add(service)
        day, home, work, vehicle = service
        table = self.services.table(work)
        seats = int(table.seats[home, vehicle])
        held = self.services.held_days(day, home, work)
        free = int(self.block.free[vehicle, held].min(initial=1 << 20))
        if seats <= 0 or free <= 0:
            return False
        at = self.eligible.riders(day, work)
        access = self.services.access[home, self.origin[at]]
        party_fen = (access + self.instance.shift(self.block.classes[at], day)) * self.size[at]
        party_fen += self.services.moves_fen(self.block.classes[at], day, work, np.array([home]), certain=self.certain)[
            0
        ]
        ok = (access < CLOSED) & (self.size[at] <= seats)
        at, party_fen = at[ok], party_fen[ok]
        people = int((self.size[at] * self.block.counts[at]).sum())
        least = max(1, self.instance.min_load)
        if people < least:
            return False
        # A second coach of a service is opened only for people the first has no seat for, or to whom it is no use.
        most = int(min(free, people // least, self.block.counts[at].sum()))
        linked = np.zeros(len(at), dtype=bool)
        opening_fen = int(table.cost[home, vehicle])
        if self.block.noise:
            opening_fen = round(opening_fen * (1 + self.block.noise * self._rng.uniform(-1, 1)))
        moved = self.services.moved(self.block.classes[at], service, certain=self.certain)
        party_fen = party_fen + self.block.move_price_fen * moved
        candidate = KernelService(service, opening_fen, seats, at, party_fen, moved, most, linked)
        own = [candidate]
        if self.linked.any:
            for_all = None if self.certain else max(1, self._with_linked[service])
            own = self.linked.copies(candidate, self.block.counts, least, for_all)
        self.candidates += own
        return bool(own)

    def _train_pairs(self, train: OpenTrain) -> TrainPairs:
        """Return everyone who may ride a train, in each way."""
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
                if (train.train, option.board, option.alight) in instance.links.shut:
                    continue
                if not self.linked.may_ride(int(at), train.train):
                    continue
                if q <= int(train.seats.max(initial=0)):
                    moved = instance.moved_by_train(int(k), train.train, option)
                    moves_fen = (self.services.move_fen + self.block.move_price_fen) * moved
                    rows.append((int(at), o, (option.cost_fen + shift) * q + moves_fen, option.fare_fen * q, moved))
        table = np.array(rows, dtype=np.int64).reshape(len(rows), 5)
        return TrainPairs(*table.T)

    # Pricing -------------------------------------------------------------------------------------------------------

    def price(self, pi: Floats, mu: Floats, beta: float, most_each: int = 1) -> list[tuple[float, Service]]:
        """Return new services of negative reduced cost (yuan), the best few of each (day, work set), best first."""
        found = []
        for works in self.block.works:
            work = self.services.work_id(works)
            for day in self.block.days:
                priced = self.pricing.price(day, work, pi, mu, beta, self.block.free)
                found += [(value, service) for value, service in priced if service not in self.known][:most_each]
        found.sort()
        return found

    # Solutions ---------------------------------------------------------------------------------------------------

    def seated(self, runs: Ints, trains: Ints, linked: Loads | None = None) -> Loads:
        """Return the loads when everybody is seated on the given runs; runs that stay below min_load are given up.

        Whom pins link has a seat already: `linked` are their loads, a coach a run.
        """
        block, instance = self.block, self.instance
        counts = np.where(self.linked.group == NOBODY, block.counts, 0)
        seating = Seating(self.services, block.classes, counts, block.move_price_fen)
        coaches = [one.service for one, times in zip(self.candidates, runs, strict=True) for _ in range(int(times))]
        fixed = [load for _stops, load in linked.coaches] if linked is not None else [{} for _ in coaches]
        on_trains = linked.trains if linked is not None else {}
        links = [seating.coach_link(coach) for coach in coaches]
        seats = [int(self.services.table(work).seats[home, vehicle]) for _, home, work, vehicle in coaches]
        least = [instance.min_load] * len(coaches)
        used = [t for t, on in enumerate(trains) if on]
        for t in used:
            pairs = self.trains[t]
            links.append(Link(pairs.at, pairs.option, pairs.party_fen // self.size[pairs.at]))
            seats.append(int(block.trains[t].seats.max(initial=0)))
            least.append(block.trains[t].missing_people)
            fixed.append(Counter())
            for (k, _option), n in on_trains.get(block.trains[t].train, {}).items():
                fixed[-1][k] += n
        seated_people = [sum(int(instance.size[k]) * n for k, n in load.items()) for load in fixed]
        seats = [max(0, n - held) for n, held in zip(seats, seated_people, strict=True)]
        least = [max(0, n - held) for n, held in zip(least, seated_people, strict=True)]
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
            if not len(aboard) and not fixed[i]:
                continue
            if i < len(coaches):
                by_class = {int(block.classes[link.at[j]]): int(load[j]) for j in aboard} | fixed[i]
                result.coaches.append((self.services.stops_of(coaches[i]), by_class))
            else:
                train = block.trains[used[i - len(coaches)]].train
                result.trains[train] = {
                    (int(block.classes[link.at[j]]), int(link.option[j])): int(load[j]) for j in aboard
                } | on_trains.get(train, {})
        return result

    def linked_loads(self, runs: Ints, riders: Ints, train_riders: list[Ints]) -> Loads:
        """Return integer x of linked classes as loads, one a run, empty ones too."""
        result, start, free = Loads(), 0, self.linked.group == NOBODY
        for service, times in zip(self.candidates, runs, strict=True):
            parties = riders[start : start + len(service.at)]
            start += len(service.at)
            load = {
                int(self.block.classes[at]): int(n)
                for at, n in zip(service.at, parties, strict=True)
                if n > 0 and not free[at]
            }
            stops = self.services.stops_of(service.service)
            result.coaches += [(stops, load if i == 0 else {}) for i in range(int(times))]
        for train, pairs, parties in zip(self.block.trains, self.trains, train_riders, strict=True):
            result.trains[train.train] = {
                (int(self.block.classes[at]), int(o)): int(n)
                for at, o, n in zip(pairs.at, pairs.option, parties, strict=True)
                if n > 0 and not free[at]
            }
        return result

    def loads(self, runs: Ints, riders: Ints, train_riders: list[Ints]) -> Loads:
        """Turn integer y and x into runs, splitting services that run more than once."""
        result = Loads()
        start = 0
        for service, times in zip(self.candidates, runs, strict=True):
            parties = riders[start : start + len(service.at)]
            start += len(service.at)
            if times <= 0:
                continue
            load = {int(at): int(n) for at, n in zip(service.at, parties, strict=True) if n > 0}
            for part in pack(load, self.size, service.seats, int(times), self.instance.min_load):
                by_class = {int(self.block.classes[at]): n for at, n in part.items()}
                result.coaches.append((self.services.stops_of(service.service), by_class))
        for train, pairs, parties in zip(self.block.trains, self.trains, train_riders, strict=True):
            by_option = {
                (int(self.block.classes[at]), int(o)): int(n)
                for at, o, n in zip(pairs.at, pairs.option, parties, strict=True)
                if n > 0
            }
            if by_option:
                result.trains[train.train] = by_option
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
