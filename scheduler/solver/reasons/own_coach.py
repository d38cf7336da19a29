"""Ways on a coach of their own: a party left behind, with whom of the others left behind would best share it."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from scheduler.solver.model.instance import CLOSED, Ints
from scheduler.solver.model.services import Service, WorkTable
from scheduler.solver.reasons.company import Boarder, best_load, covering_load
from scheduler.solver.reasons.standing import Riders, alights
from scheduler.solver.reasons.way import Limit, Question, Undecided, Way, blocked, held, keep, shut_days


@dataclass(frozen=True, slots=True)
class DayTable:
    """All services of one day and work set: what they cost, and what shuts them.

    `shut` says what shuts each (home sets, types), -1 where the rules do; `most_seats` is the most seats of those that
    the same limits shut; `company` are the classes that wait and could ride.
    """

    work: WorkTable
    shut: NDArray[np.int8]
    most_seats: dict[int, int]
    company: Ints


@dataclass(slots=True)
class _Inside:
    """Services of one day and work set, by what each costs a party at least; sorted when more than one is asked for."""

    fen: NDArray[np.float64]
    homes: Ints
    vehicles: Ints
    order: Ints | None = None

    def least(self) -> float:
        """Return what the cheapest costs at least."""
        return float(self.fen.min(initial=np.inf))

    def at(self, place: int) -> int:
        """Return where the service at a place of the order stands."""
        if place and self.order is None:
            self.order = np.argsort(self.fen, kind="stable")
        return int(self.order[place]) if self.order is not None else int(self.fen.argmin())

    def service(self, place: int) -> tuple[int, int]:
        """Return home set and type of the service at a place of the order."""
        return int(self.homes[self.at(place)]), int(self.vehicles[self.at(place)])


class OwnCoach:
    """The ways on a coach that the plan does not have."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.standing = question.standing
        self.services = question.services
        self.instance = question.instance
        self._tables: dict[tuple[int, int], DayTable] = {}
        self._gain: dict[tuple[int, int], tuple[NDArray[np.float64], Ints]] = {}
        self._leasts: dict[tuple[int, int, int], float] = {}
        self._least_of: dict[tuple[int, int, int, int, int], float] = {}
        self._is_free = self.standing.free.max(axis=0, initial=0) > 0
        self._shut_days = shut_days(self.standing.free)
        self._stops_with_company = {
            stop for parties in self.standing.left_of.values() for i in parties for stop in self.standing.wants(i)
        }
        self._work_sets: dict[int, list[int]] = {}
        self._carries: dict[int, NDArray[np.bool_]] = {}
        self._reaches = question.reachable.astype(np.float64)
        self._rows = np.arange(len(question.reachable), dtype=np.int64)

    def exists(self, k: int) -> bool:
        """Tell whether any coach at all could carry a class, whoever else rides and whatever is planned."""
        instance, size = self.instance, int(self.instance.size[k])
        if not instance.by_coach[k] or not len(instance.rated):
            return False
        rows = np.flatnonzero(self.question.reachable[:, int(instance.origin[k])])
        shut = shut_days(instance.fleet)
        for work in self.work_sets(k, range(len(instance.works))):
            table = self.services.table(work)
            enough = table.seats[rows] >= max(size, instance.min_load)
            if not enough.any():
                continue
            for day in range(int(instance.first[k]), int(instance.last[k]) + 1):
                if (enough & (blocked(table, rows, day, instance.n_days, shut) == 0)).any():
                    return True
        return False

    def work_sets(self, k: int, others: Sequence[int]) -> Iterator[int]:
        """Yield the work sets that could carry a class: its own stops, with those of `others` near them."""
        instance = self.instance
        own = {stop for need in instance.signatures[int(instance.signature[k])] for stop in need}
        near = own | {int(n) for stop in own for n in self.services.neighbours(stop)} & set(others)
        for n in range(1, instance.work_stops + 1):
            for chosen in combinations(sorted(near), n):
                if own.isdisjoint(chosen) or not all(self.services.close[a, b] for a, b in combinations(chosen, 2)):
                    continue
                work = self.services.work_id(chosen)
                if int(instance.signature[k]) in self.services.signatures(work):
                    yield work

    def _near_company(self, k: int) -> list[int]:
        """Return the work sets of a class where somebody else left behind could want each further stop."""
        signature = int(self.instance.signature[k])
        if signature not in self._work_sets:
            self._work_sets[signature] = list(self.work_sets(k, tuple(self._stops_with_company)))
        return self._work_sets[signature]

    def _table(self, work: int, day: int) -> DayTable:
        if (work, day) not in self._tables:
            self.question.spend(4)
            self._tables[work, day] = self._new_table(work, day)
        return self._tables[work, day]

    def _new_table(self, work: int, day: int) -> DayTable:
        instance, table = self.instance, self.services.table(work)
        company = self.standing.company(day)
        if work not in self._carries:
            self._carries[work] = np.zeros(len(instance.signatures), dtype=bool)
            self._carries[work][self.services.signatures(work)] = True
        company = company[self._carries[work][instance.signature[company]]]
        waiting = (instance.size * self.standing.waiting)[company]
        people = np.bincount(instance.origin[company], waiting, len(instance.origins))
        few = (self._reaches @ people)[:, None] < instance.min_load
        shut = blocked(table, self._rows, day, instance.n_days, self._shut_days) * int(Limit.FLEET)
        shut += self.question.too_dear(table.cost) + (few | (table.seats < instance.min_load)) * int(Limit.MIN_LOAD)
        by_limits = np.where(table.seats > 0, shut, -1).astype(np.int8)
        masks = np.flatnonzero(np.bincount(by_limits.ravel() + 1, minlength=2)[1:]).tolist()
        most = {mask: int(table.seats[by_limits == mask].max()) for mask in masks}
        return DayTable(table, by_limits, most, company)

    def _gains(self, work: int, day: int) -> tuple[NDArray[np.float64], Ints]:
        """Return what carrying so many people saves against leaving them at most, and what each home set can save."""
        if (work, day) not in self._gain:
            self.question.spend(2)
            instance, table = self.instance, self._table(work, day)
            company, size = table.company, instance.size[table.company]
            shift = instance.shift(company, day)
            least = instance.access.min(axis=1, initial=CLOSED)[instance.origin[company]]
            each = self.question.leave_fen[company] / size - least - shift
            order = np.argsort(-each, kind="stable")
            heads = np.repeat(np.maximum(each[order], 0), (size * self.standing.waiting[company])[order])
            gain = np.zeros(int(table.work.seats.max(initial=0)) + 1)
            heads = np.cumsum(heads[: len(gain) - 1])
            gain[1 : len(heads) + 1] = heads
            gain[len(heads) + 1 :] = heads[-1] if len(heads) else 0
            there = self.services.access[:, instance.origin[company]]
            worth = self.question.leave_fen[company] - size * (there + shift)
            self._gain[work, day] = gain, np.maximum(worth, 0) @ self.standing.waiting[company]
        return self._gain[work, day]

    def search(self, k: int, party: int, mask: Limit, found: dict[Limit, Way]) -> None:
        """Find the cheapest coach of its own for a party of a class that exactly `mask` shuts."""
        instance = self.instance
        if not instance.by_coach[k] or not self.question.reachable.size or not len(instance.rated):
            return
        for least_fen, work, day, home, vehicle in self._in_order(k, mask):
            # Of the ways that are shut one is enough; so is one that costs less than leaving: no proof stands on it.
            if mask in found and (mask or found[mask].extra_fen < 0 or least_fen >= found[mask].extra_fen):
                break
            self.question.spend(1)
            self._try(k, party, Service(day, home, work, vehicle), mask, found)

    def _in_order(self, k: int, mask: Limit) -> Iterator[tuple[float, int, int, int, int]]:
        """Yield (least fen, work set, day, home set, type) of the services that `mask` shuts, the least first.

        A day and work set is looked into only when nothing before it can be cheaper than the best of it.
        """
        instance, number = self.instance, int(mask)
        origin, size = int(instance.origin[k]), int(instance.size[k])
        nearest_fen = size * int(instance.access[origin].min(initial=CLOSED))
        queue: list[tuple[float, int, int, int]] = []
        window = range(int(instance.first[k]), int(instance.last[k]) + 1)
        # A run holds its coach on its own day.
        days = [day for day in window if Limit.FLEET in mask or self._is_free[day]]
        own_fen = {day: self.question.own_fen(k, day, 0) for day in days}
        for work in self._near_company(k):
            for day in days:
                table = self._table(work, day)
                if table.most_seats.get(number, 0) >= size:
                    known = self._least_of.get((work, day, number, origin, size))
                    least = self._least(work, day, number) + nearest_fen if known is None else known
                    queue.append((least + own_fen[day], -1, work, day))
        heapq.heapify(queue)
        inside: dict[tuple[int, int], _Inside] = {}
        while queue:
            _least, place, work, day = heapq.heappop(queue)
            if place < 0:
                self.question.spend(1)
                services = inside[work, day] = self._services(origin, size, work, day, mask)
                self._least_of[work, day, number, origin, size] = services.least()
            else:
                services = inside[work, day]
                yield services.fen[services.at(place)] + own_fen[day], work, day, *services.service(place)
            if place + 1 < len(services.fen):
                heapq.heappush(queue, (services.fen[services.at(place + 1)] + own_fen[day], place + 1, work, day))

    def _least(self, work: int, day: int, mask: int) -> float:
        """Return what the cheapest coach that a mask shuts costs at least less what all aboard save."""
        if (work, day, mask) not in self._leasts:
            table, (gain, gain_there) = self._table(work, day), self._gains(work, day)
            homes, vehicles = np.nonzero(table.shut == mask)
            saved = np.minimum(gain[table.work.seats[homes, vehicles]], gain_there[homes])
            self._leasts[work, day, mask] = float((table.work.cost[homes, vehicles] - saved).min())
        return self._leasts[work, day, mask]

    def _services(self, origin: int, size: int, work: int, day: int, mask: Limit) -> _Inside:
        """Return the services of a day and work set for a party, and what each costs at least beside its own fen."""
        table = self._table(work, day)
        fits = (table.shut == int(mask)) & (table.work.seats >= size) & self.question.reachable[:, origin][:, None]
        homes, vehicles = np.nonzero(fits)
        gain, gain_there = self._gains(work, day)
        saved = np.minimum(gain[table.work.seats[homes, vehicles] - size], gain_there[homes])
        fen = table.work.cost[homes, vehicles] + size * self.services.access[homes, origin] - saved
        return _Inside(fen, homes, vehicles)

    def _try(self, k: int, party: int, service: Service, mask: Limit, found: dict[Limit, Way]) -> None:
        """Find who would best share a coach of its own with a party of a class, and keep that way."""
        instance, standing = self.instance, self.standing
        day, home, work, vehicle = service
        table = self.services.table(work)
        known_fen = found[mask].extra_fen if mask in found else None
        load, shut = self._load(k, party, service, known_fen, least_people=Limit.MIN_LOAD not in mask), mask
        if load is None:
            load, shut = self._load(k, party, service, None, least_people=False), mask | Limit.MIN_LOAD
        if load is None or (shut in found and load[1] >= found[shut].extra_fen):
            return
        riders, extra = load
        if not standing.legal(day, home, work, riders, None):
            self.question.spend(2)
            if standing.legal(day, home, work, riders[:1], None):
                raise Undecided  # fewer people board faster: which of them, is not searched
            shut |= Limit.TIMETABLE
        parties = [self.standing.problem.parties[i] for i, _board in riders]
        people, weight = sum(party.size for party in parties), sum(party.weight for party in parties)
        days = held(table, home, day, instance.n_days)
        way = Way(shut, extra, people, weight, int(table.cost[home, vehicle]), day, vehicle, days)
        keep(found, replace(way, home=home, work=work, riders=riders))

    def _load(
        self, k: int, party: int, service: Service, known_fen: int | None, *, least_people: bool
    ) -> tuple[Riders, int] | None:
        """Return who would ride, one party of a class first, and what that costs more than leaving them.

        From `known_fen` on it costs at least what is returned, and may leave stops idle: such a way is none to keep.
        None where no such company uses every stop, or where fewer stops do as well: that service is tried by itself.
        """
        instance, standing = self.instance, self.standing
        day, home, work, vehicle = service
        table, access = self._table(work, day), self.services.access[home]
        each = access[instance.origin[table.company]]
        classes, each = table.company[each < CLOSED], each[each < CLOSED]
        worth = self.question.leave_fen[classes] - instance.size[classes] * (each + instance.shift(classes, day))
        worth = worth - self.question.day_moves_fen(classes, day)
        sharers = self.question.sharers(k, classes.tolist(), worth.tolist())
        size, seats = int(instance.size[k]), int(table.work.seats[home, vehicle])
        wanted = instance.min_load if least_people else 0
        load = best_load(sharers, seats - size, max(0, wanted - size))
        if load is None:
            return None
        taken, gain = load
        riders: Riders = tuple((i, None) for i in self.question.chosen(k, party, taken))
        extra = (
            int(table.work.cost[home, vehicle]) + self.question.own_fen(k, day, int(access[instance.origin[k]])) - gain
        )
        if known_fen is not None and extra >= known_fen:
            return riders, extra
        homes, works = standing.stops(home, work)
        used = standing.used(home, work, riders)
        if used.issuperset(homes) and used.issuperset(works):
            return riders, extra
        people = sum(standing.problem.parties[i].size for i, _board in riders)
        if self._fewer_stops_do(service, used, people):
            return None
        return self._covering(k, party, service, wanted)

    def _fewer_stops_do(self, service: Service, used: set[str], people: int) -> bool:
        """Tell whether the coach over the used stops alone is shut by no more, seats as many and costs no more."""
        day, home, work, vehicle = service
        homes = tuple(i for i in self.services.home.sets[home] if self.instance.homes[i] in used)
        works = [i for i in self.services.work_sets[work] if self.instance.works[i] in used]
        fewer_home, fewer_work = self.services.home_id[homes], self.services.work_id(works)
        table, fewer = self._table(work, day), self._table(fewer_work, day)
        shut = int(fewer.shut[fewer_home, vehicle])
        no_more = shut >= 0 and shut & ~int(table.shut[home, vehicle]) & ~int(Limit.MIN_LOAD) == 0
        enough = fewer.work.seats[fewer_home, vehicle] >= people
        cheaper = fewer.work.cost[fewer_home, vehicle] <= table.work.cost[home, vehicle]
        return bool(no_more and enough and cheaper)

    def _covering(self, k: int, party: int, service: Service, wanted: int) -> tuple[Riders, int] | None:
        """Return the best company of a party that uses every stop of a service."""
        day, home, work, vehicle = service
        table, standing = self._table(work, day), self.standing
        homes, works = standing.stops(home, work)
        bit = {place: 1 << number for number, place in enumerate((*homes, *works))}
        boarders = []
        for c in (k, *(int(c) for c in table.company if c != k)):
            places = [
                h for h in self.services.home.sets[home] if self.instance.access[self.instance.origin[c], h] < CLOSED
            ]
            worth = [
                -self.question.own_fen(c, day, int(self.instance.access[self.instance.origin[c], h])) for h in places
            ]
            for i in (self.question.alike(c, party) if c == k else standing.left_of[c]) if places else ():
                sharer = standing.problem.parties[i]
                there = 0
                for place in alights(sharer, works):
                    there |= bit[place]
                choices = [
                    (h, value, there | bit[self.instance.homes[h]]) for h, value in zip(places, worth, strict=True)
                ]
                boarders.append(Boarder(i, sharer.size, tuple(choices)))
        self.question.spend(1 + (len(boarders) << len(bit)) // 20)
        seats = int(table.work.seats[home, vehicle])
        load = covering_load(boarders[0], boarders[1:], len(bit), seats, wanted)
        return None if load is None else (load[0], int(table.work.cost[home, vehicle]) - load[1])
