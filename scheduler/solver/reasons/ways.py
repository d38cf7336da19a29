"""Every way a party left behind could still ride while everybody else does as planned, and what shuts each.

A way is a seat on a coach of the plan (as it runs, with one more home stop, with further stops of the party, with
another coach), a seat on a train, or a coach of its own that others left behind may share. What shuts a way is a set of
limits: lifted together they open it. Of all ways, those with fewest limits are kept, the cheapest of each set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntFlag
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scheduler.solver.model.instance import CLOSED, Ints
from scheduler.solver.model.services import Services, WorkTable
from scheduler.solver.reasons.company import Boarder, Sharer, best_load, covering_load
from scheduler.solver.reasons.standing import Riders, Seated, Standing, alights

MOST_WORK = 8_000
HASTY_WORK = 1_000
"""Sheets, coaches and loads looked at for a plan (about 3,000 a second); classes that come later are not decided."""


class Limit(IntFlag):
    """What can shut a way, where no rule forbids it."""

    MIN_LOAD = 1
    FLEET = 2
    BUDGET = 4
    FULL = 8
    TRAIN_SEATS = 16
    TRAIN_LOAD = 32
    TIMETABLE = 64


NONE = Limit(0)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to ride. `extra_fen`: what it costs more than leaving all who would ride it, `people` with `weight`.

    `held` are the first and last day on which the coach is held, as indices; `short` how many seats a full coach or
    train lacks; `spent_fen` what it takes of the budget.
    """

    shut: Limit
    extra_fen: int
    people: int
    weight: int
    spent_fen: int
    day: int
    vehicle: int | None = None
    held: tuple[int, int] = (0, 0)
    train: int | None = None
    aboard: str | None = None
    short: int = 0


class Service(NamedTuple):
    """What a coach of its own would run; sets are numbers in Services."""

    work: int
    day: int
    home: int
    vehicle: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """All services of one day and work set.

    `shut` says what shuts each (home sets, types), -1 where the rules do; `most_seats` by limits is the most seats of a
    service open to an origin; `company` are the classes that wait and could ride.
    """

    table: WorkTable
    shut: NDArray[np.int8]
    most_seats: dict[int, Ints]
    company: Ints


class Undecided(Exception):  # noqa: N818 - no error: the answer "not decided"
    """The work allowed is used up, or a way cannot be judged."""


class Ways:
    """The ways of one problem's classes in one plan."""

    def __init__(self, standing: Standing, most_work: int = MOST_WORK) -> None:
        self.standing = standing
        self.most_work = most_work
        self.services: Services = standing.services
        self.instance = standing.instance
        self.leave_fen = self.instance.leave_fen
        self.reach = self.services.access < CLOSED
        self._sheets: dict[tuple[int, int], Sheet] = {}
        self._gain: dict[tuple[int, int], tuple[NDArray[np.float64], Ints]] = {}
        self._shut_days = _shut_days(standing.free)
        self._released: dict[int, Ints] = {}
        self._stops_with_company = {
            stop for parties in standing.left_of.values() for i in parties for stop in standing.wants(i)
        }
        self._work_sets: dict[int, list[int]] = {}
        self._asked = -1
        self.work = 0

    def best(self, party: int) -> Way | None:
        """Return the cheapest way of a party that fewest limits shut; None when there is no way.

        Raises
        ------
        Undecided
            When that would take too long, or cannot be said.
        """
        found: dict[Limit, Way] = {}
        k = self.standing.class_of[party]
        self._asked = party
        for way in (*self._trains(k), *self._aboard(k)):
            _keep(found, way)
        for number in range(4):
            masks = [m for m in map(Limit, range(8)) if m.bit_count() == number]
            for mask in masks:
                self._own_coach(k, mask, found)
            level = [way for shut, way in found.items() if shut.bit_count() == number]
            if level:
                return min(level, key=lambda way: (way.extra_fen >= 0 and bool(number), int(way.shut), way.extra_fen))
        rest = sorted(found.values(), key=lambda way: (way.shut.bit_count(), way.extra_fen >= 0, int(way.shut)))
        return rest[0] if rest else None

    def _spend(self, work: int) -> None:
        self.work += work
        if self.work > self.most_work:
            raise Undecided

    def _too_dear(self, spent: Ints) -> Ints:
        spare = self.standing.spare_fen
        return np.zeros(spent.shape, dtype=np.int64) if spare is None else (spent > spare) * int(Limit.BUDGET)

    def _dear(self, spent_fen: int) -> Limit:
        spare = self.standing.spare_fen
        return Limit.BUDGET if spare is not None and spent_fen > spare else NONE

    def _own_fen(self, k: int, day: int, fen: int) -> int:
        """Return what a party of a class costs beside the run, less what leaving it costs; `fen` a person."""
        shift = int(self.instance.shift(np.array([k]), day)[0])
        return int(self.instance.size[k]) * (fen + shift) - int(self.leave_fen[k])

    # Trains ------------------------------------------------------------------------------------------------------

    def _trains(self, k: int) -> Iterator[Way]:
        instance, standing = self.instance, self.standing
        if not instance.by_train[k]:
            return
        key, size = (int(instance.origin[k]), int(instance.work_stop[k])), int(instance.size[k])
        for number, block in enumerate(instance.trains):
            if key not in block.options or not instance.first[k] <= block.day <= instance.last[k]:
                continue
            if block.seats < max(size, block.min_load):
                continue
            for option in block.options[key]:
                own, fares = self._own_fen(k, block.day, option.cost_fen), size * option.fare_fen
                if standing.train_people[number]:
                    taken = standing.train_seats[number]
                    legs = taken[option.board : option.alight] if block.resell else taken
                    short = max(0, int(legs.max(initial=0)) + size - block.seats)
                    shut = (Limit.TRAIN_SEATS if short else NONE) | self._dear(fares)
                    weight = int(instance.weight[k])
                    yield Way(shut, own, size, weight, fares, block.day, train=number, short=short)
                else:
                    yield self._unused_train(k, number, own, fares)

    def _unused_train(self, k: int, number: int, own_fen: int, fares_fen: int) -> Way:
        """Return the way on a train that does not run yet, with who else left behind would best share it."""
        instance, block = self.instance, self.instance.trains[number]
        fits = (self.standing.waiting > 0) & instance.by_train
        fits &= (instance.first <= block.day) & (instance.last >= block.day)
        options = {}
        for c in np.flatnonzero(fits).tolist():
            key = int(instance.origin[c]), int(instance.work_stop[c])
            if key in block.options:
                options[c] = block.options[key][0]
        self._spend(1 + len(options) // 20)
        size = int(instance.size[k])
        fares = {c: -int(instance.size[c]) * option.fare_fen for c, option in options.items()}
        worth = {c: -self._own_fen(c, block.day, option.cost_fen) for c, option in options.items()}
        wanted = max(0, block.min_load - size)
        if block.resell and sum(int(instance.size[c] * self.standing.waiting[c]) for c in options) > block.seats:
            raise Undecided  # seats sold twice: how many it can take together is a question of its own
        shut = NONE
        riders: dict[int, int] | None = None
        for value in (worth, fares):
            sharers = self._sharers(k, list(options), [value[c] for c in options])
            load = best_load(sharers, block.seats - size, wanted)
            if load is None:
                shut, wanted = Limit.TRAIN_LOAD, 0
                load = best_load(sharers, block.seats - size, wanted)
                assert load is not None
            spent = block.fixed_fen + fares_fen - sum(n * fares[c] for c, n in load[0].items())
            if riders is None or not self._dear(spent):
                riders = load[0]
            if not self._dear(spent):
                break
        assert riders is not None
        spent = block.fixed_fen + fares_fen - sum(n * fares[c] for c, n in riders.items())
        extra = block.fixed_fen + own_fen - sum(n * worth[c] for c, n in riders.items())
        people = size + sum(n * int(instance.size[c]) for c, n in riders.items())
        weight = int(instance.weight[k]) + sum(n * int(instance.weight[c]) for c, n in riders.items())
        return Way(shut | self._dear(spent), extra, people, weight, spent, block.day, train=number)

    # Coaches of the plan -----------------------------------------------------------------------------------------

    def _aboard(self, k: int) -> Iterator[Way]:
        """Yield the ways onto the coaches of the plan, with their legal timetables; riders keep date and places."""
        instance = self.instance
        if not instance.by_coach[k]:
            return
        own = sorted(self.standing.wants(self._asked))
        for number, coach in enumerate(self.standing.coaches):
            if not instance.first[k] <= coach.day <= instance.last[k]:
                continue
            stops = self.services.work_sets[coach.work]
            more = [stop for stop in own if stop not in stops and all(self.services.close[stop, w] for w in stops)]
            for n in range(min(len(more), instance.work_stops - len(stops)) + 1):
                for added in combinations(more, n):
                    yield from self._joined(k, number, coach, self.services.work_id((*stops, *added)))

    def _joined(self, k: int, number: int, coach: Seated, work: int) -> Iterator[Way]:
        instance, services = self.instance, self.services
        if int(instance.signature[k]) not in services.signatures(work):
            return
        self._spend(1)
        origin, size, day = int(instance.origin[k]), int(instance.size[k]), coach.day
        homes = [coach.home] if self.reach[coach.home, origin] else []
        for wider in services.wider(coach.home):
            if self._access_fen(k, wider, self._added(coach.home, wider)) < CLOSED:
                homes.append(wider)
        if not homes:
            return
        table, before = services.table(work), services.table(coach.work)
        if number not in self._released:
            free = self.standing.free.copy()
            free[coach.vehicle, self.standing.held(coach)] += 1
            self._released[number] = _shut_days(free)
        delta = table.cost[homes] - int(before.cost[coach.home, coach.vehicle])
        shut = _blocked(table, np.array(homes, dtype=np.int64), day, instance.n_days, self._released[number])
        shut = shut * int(Limit.FLEET) + self._too_dear(delta)
        room = table.seats[homes] - coach.people - size
        own = np.zeros_like(shut)
        own[:, coach.vehicle] = int(Limit.FULL)
        shut = np.where(room < 0, shut | own, shut)
        usable = (table.seats[homes] > 0) & ((room >= 0) | (own > 0))
        rows, vehicles = np.nonzero(usable)
        # They board at the stop that is added for them: without them nobody would.
        boards = [self._added(coach.home, home) for home in homes]
        more = {instance.works[stop] for stop in services.work_sets[work]}
        more -= {instance.works[stop] for stop in services.work_sets[coach.work]}
        own_fen = np.array([self._own_fen(k, day, self._access_fen(k, *at)) for at in zip(homes, boards, strict=True)])
        extras = delta[rows, vehicles] + own_fen[rows]
        best: dict[Limit, Way] = {}
        for place in np.argsort(extras, kind="stable").tolist():
            at, vehicle, extra = int(rows[place]), int(vehicles[place]), int(extras[place])
            home, mask = homes[at], Limit(int(shut[at, vehicle]))
            if mask in best:
                continue
            riders = [(self._asked, boards[at])]
            if more and not more <= self.standing.used(home, work, riders):
                continue
            if not self.standing.legal(day, home, work, riders, coach.run):
                mask |= Limit.TIMETABLE
            held = _held(table, home, day, instance.n_days)
            short = max(0, -int(room[at, vehicle]))
            weight, spent = int(instance.weight[k]), int(delta[at, vehicle])
            _keep(best, Way(mask, extra, size, weight, spent, day, vehicle, held, None, coach.run.id, short))
        yield from best.values()

    def _added(self, home: int, wider: int) -> int | None:
        """Return the stop that a home set has more than another, None where they are one."""
        more = set(self.services.home.sets[wider]) - set(self.services.home.sets[home])
        return more.pop() if more else None

    def _access_fen(self, k: int, home: int, stop: int | None) -> int:
        origin = self.instance.origin[k]
        return int(self.services.access[home, origin] if stop is None else self.instance.access[origin, stop])

    # Coaches of their own -----------------------------------------------------------------------------------------

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

    def exists(self, k: int) -> bool:
        """Tell whether any service at all could carry a class, whoever else rides and whatever is planned."""
        instance, size = self.instance, int(self.instance.size[k])
        key = int(instance.origin[k]), int(instance.work_stop[k])
        for block in instance.trains if instance.by_train[k] else ():
            in_time = instance.first[k] <= block.day <= instance.last[k]
            if in_time and key in block.options and block.seats >= max(size, block.min_load):
                return True
        if not instance.by_coach[k] or not len(instance.rated):
            return False
        rows = np.flatnonzero(self.reach[:, int(instance.origin[k])])
        shut_days = _shut_days(instance.fleet)
        for work in self.work_sets(k, range(len(instance.works))):
            table = self.services.table(work)
            enough = table.seats[rows] >= max(size, instance.min_load)
            if not enough.any():
                continue
            for day in range(int(instance.first[k]), int(instance.last[k]) + 1):
                if (enough & (_blocked(table, rows, day, instance.n_days, shut_days) == 0)).any():
                    return True
        return False

    def _sheet(self, work: int, day: int) -> Sheet:
        if (work, day) not in self._sheets:
            self._spend(4)
            self._sheets[work, day] = self._new_sheet(work, day)
        return self._sheets[work, day]

    def _new_sheet(self, work: int, day: int) -> Sheet:
        instance, table = self.instance, self.services.table(work)
        company = self.standing.company(day)
        company = company[np.isin(instance.signature[company], self.services.signatures(work))]
        people = np.zeros(len(instance.origins), dtype=np.int64)
        np.add.at(people, instance.origin[company], (instance.size * self.standing.waiting)[company])
        few = (self.reach @ people)[:, None] < instance.min_load
        rows = np.arange(len(table.allowed), dtype=np.int64)
        shut = _blocked(table, rows, day, instance.n_days, self._shut_days) * int(Limit.FLEET)
        shut += self._too_dear(table.cost) + (few | (table.seats < instance.min_load)) * int(Limit.MIN_LOAD)
        by_limits = np.where(table.seats > 0, shut, -1).astype(np.int8)
        most = {}
        for mask in range(8):
            if (by_limits == mask).any():
                seats = np.where(by_limits == mask, table.seats, 0).max(axis=1)
                most[mask] = (seats[:, None] * self.reach).max(axis=0)
        return Sheet(table, by_limits, most, company)

    def _gains(self, work: int, day: int) -> tuple[NDArray[np.float64], Ints]:
        """Return what carrying so many people saves against leaving them at most, and what each home set can save."""
        if (work, day) not in self._gain:
            self._spend(2)
            instance, sheet = self.instance, self._sheet(work, day)
            company, size = sheet.company, instance.size[sheet.company]
            shift = instance.shift(company, day)
            least = instance.access.min(axis=1, initial=CLOSED)[instance.origin[company]]
            each = self.leave_fen[company] / size - least - shift
            order = np.argsort(-each, kind="stable")
            heads = np.repeat(np.maximum(each[order], 0), (size * self.standing.waiting[company])[order])
            gain = np.zeros(int(sheet.table.seats.max(initial=0)) + 1)
            heads = np.cumsum(heads[: len(gain) - 1])
            gain[1 : len(heads) + 1] = heads
            gain[len(heads) + 1 :] = heads[-1] if len(heads) else 0
            there = self.services.access[:, instance.origin[company]]
            worth = self.leave_fen[company] - size * (there + shift)
            self._gain[work, day] = gain, np.maximum(worth, 0) @ self.standing.waiting[company]
        return self._gain[work, day]

    def _own_coach(self, k: int, mask: Limit, found: dict[Limit, Way]) -> None:
        """Find the cheapest coach of its own that exactly `mask` shuts."""
        instance = self.instance
        if not instance.by_coach[k] or not self.reach.size or not len(instance.rated):
            return
        origin, size = int(instance.origin[k]), int(instance.size[k])
        parts: list[tuple[NDArray[np.float64], int, int, Ints, Ints]] = []
        for work in self._near_company(k):
            for day in range(int(instance.first[k]), int(instance.last[k]) + 1):
                sheet = self._sheet(work, day)
                if int(mask) not in sheet.most_seats or sheet.most_seats[int(mask)][origin] < size:
                    continue
                self._spend(1)
                fits = (sheet.shut == int(mask)) & (sheet.table.seats >= size) & self.reach[:, origin][:, None]
                homes, vehicles = np.nonzero(fits)
                room = sheet.table.seats[homes, vehicles] - size
                own = size * self.services.access[homes, origin] + self._own_fen(k, day, 0)
                gain, gain_there = self._gains(work, day)
                least = sheet.table.cost[homes, vehicles] + own - np.minimum(gain[room], gain_there[homes])
                parts.append((least, work, day, homes, vehicles))
        for least_fen, work, day, home, vehicle in _in_order(parts):
            # Of the ways that are shut one is enough; so is one that costs less than leaving: no proof stands on it.
            if mask in found and (mask or found[mask].extra_fen < 0 or least_fen >= found[mask].extra_fen):
                break
            self._spend(1)
            self._try(k, Service(work, day, home, vehicle), mask, found)

    def _try(self, k: int, service: Service, mask: Limit, found: dict[Limit, Way]) -> None:
        """Find who would best share a coach of its own with a party of a class, and keep that way."""
        instance, standing = self.instance, self.standing
        work, day, home, vehicle = service
        table = self.services.table(work)
        load, shut = self._load(k, service, least_people=Limit.MIN_LOAD not in mask), mask
        if load is None:
            load, shut = self._load(k, service, least_people=False), mask | Limit.MIN_LOAD
        if load is None or (shut in found and load[1] >= found[shut].extra_fen):
            return
        riders, extra = load
        if not standing.legal(day, home, work, riders, None):
            self._spend(2)
            if standing.legal(day, home, work, riders[:1], None):
                raise Undecided  # fewer people board faster: which of them, is not searched
            shut |= Limit.TIMETABLE
        parties = [self.standing.problem.parties[i] for i, _board in riders]
        people, weight = sum(party.size for party in parties), sum(party.weight for party in parties)
        held = _held(table, home, day, instance.n_days)
        _keep(found, Way(shut, extra, people, weight, int(table.cost[home, vehicle]), day, vehicle, held))

    def _load(self, k: int, service: Service, *, least_people: bool) -> tuple[Riders, int] | None:
        """Return who would ride, one party of a class first, and what that costs more than leaving them.

        None where no such company uses every stop, or where fewer stops do as well: that service is tried by itself.
        """
        instance, standing = self.instance, self.standing
        work, day, home, vehicle = service
        sheet, access = self._sheet(work, day), self.services.access[home]
        each = access[instance.origin[sheet.company]]
        classes, each = sheet.company[each < CLOSED], each[each < CLOSED]
        worth = self.leave_fen[classes] - instance.size[classes] * (each + instance.shift(classes, day))
        sharers = self._sharers(k, classes.tolist(), worth.tolist())
        size, seats = int(instance.size[k]), int(sheet.table.seats[home, vehicle])
        wanted = instance.min_load if least_people else 0
        load = best_load(sharers, seats - size, max(0, wanted - size))
        if load is None:
            return None
        taken, gain = load
        taken[k] = taken.get(k, 0) + 1
        riders: list[tuple[int, int | None]] = [(i, None) for i in self._alike(k)[: taken.pop(k)]]
        riders += [(i, None) for c, n in taken.items() for i in standing.left_of[c][:n]]
        extra = int(sheet.table.cost[home, vehicle]) + self._own_fen(k, day, int(access[instance.origin[k]])) - gain
        homes, works = standing.stops(home, work)
        used = standing.used(home, work, riders)
        if used.issuperset(homes) and used.issuperset(works):
            return riders, extra
        people = sum(standing.problem.parties[i].size for i, _board in riders)
        if self._fewer_stops_do(service, used, people):
            return None
        return self._covering(k, service, wanted)

    def _alike(self, k: int) -> list[int]:
        """Return those of a class who wait, the party asked for first."""
        return [self._asked, *(i for i in self.standing.left_of[k] if i != self._asked)]

    def _sharers(self, k: int, classes: Sequence[int], worth: Sequence[int]) -> list[Sharer]:
        """Return those who wait beside one party of a class."""
        size, waiting = self.instance.size, self.standing.waiting
        return [
            Sharer(c, int(size[c]), value, int(waiting[c]) - (c == k)) for c, value in zip(classes, worth, strict=True)
        ]

    def _fewer_stops_do(self, service: Service, used: set[str], people: int) -> bool:
        """Tell whether the coach over the used stops alone is shut by no more, seats as many and costs no more."""
        work, day, home, vehicle = service
        homes = tuple(i for i in self.services.home.sets[home] if self.instance.homes[i] in used)
        works = [i for i in self.services.work_sets[work] if self.instance.works[i] in used]
        fewer_home, fewer_work = self.services.home_id[homes], self.services.work_id(works)
        sheet, fewer = self._sheet(work, day), self._sheet(fewer_work, day)
        shut = int(fewer.shut[fewer_home, vehicle])
        no_more = shut >= 0 and shut & ~int(sheet.shut[home, vehicle]) & ~int(Limit.MIN_LOAD) == 0
        enough = fewer.table.seats[fewer_home, vehicle] >= people
        cheaper = fewer.table.cost[fewer_home, vehicle] <= sheet.table.cost[home, vehicle]
        return bool(no_more and enough and cheaper)

    def _covering(self, k: int, service: Service, wanted: int) -> tuple[Riders, int] | None:
        """Return the best company of a party that uses every stop of a service."""
        work, day, home, vehicle = service
        sheet, standing = self._sheet(work, day), self.standing
        homes, works = standing.stops(home, work)
        bit = {place: 1 << number for number, place in enumerate((*homes, *works))}
        boarders = []
        for c in (k, *(int(c) for c in sheet.company if c != k)):
            places = [
                h for h in self.services.home.sets[home] if self.instance.access[self.instance.origin[c], h] < CLOSED
            ]
            worth = [-self._own_fen(c, day, int(self.instance.access[self.instance.origin[c], h])) for h in places]
            for i in (self._alike(c) if c == k else standing.left_of[c]) if places else ():
                party = standing.problem.parties[i]
                there = 0
                for place in alights(party, works):
                    there |= bit[place]
                choices = [
                    (h, value, there | bit[self.instance.homes[h]]) for h, value in zip(places, worth, strict=True)
                ]
                boarders.append(Boarder(i, party.size, tuple(choices)))
        self._spend(1 + (len(boarders) << len(bit)) // 20)
        seats = int(sheet.table.seats[home, vehicle])
        load = covering_load(boarders[0], boarders[1:], len(bit), seats, wanted)
        return None if load is None else (load[0], int(sheet.table.cost[home, vehicle]) - load[1])


def with_raw_seats(services: Services) -> Services:
    """Return the services with the seats a coach has, whether they reach min_load or not."""
    if services.instance.min_load == 1:
        return services
    return Services(replace(services.instance, min_load=1))


def _in_order(
    parts: list[tuple[NDArray[np.float64], int, int, Ints, Ints]],
) -> Iterator[tuple[float, int, int, int, int]]:
    """Yield (least fen, work set, day, home set, type) of all services, the least first."""
    if not parts:
        return
    least = np.concatenate([part[0] for part in parts])
    which = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
    homes, vehicles = np.concatenate([part[3] for part in parts]), np.concatenate([part[4] for part in parts])
    for at in np.argsort(least, kind="stable").tolist():
        _least, work, day, _homes, _vehicles = parts[which[at]]
        yield float(least[at]), work, day, int(homes[at]), int(vehicles[at])


def _keep(found: dict[Limit, Way], way: Way) -> None:
    if way.shut not in found or way.extra_fen < found[way.shut].extra_fen:
        found[way.shut] = way


def _shut_days(free: Ints) -> Ints:
    """Return for each type and day how many days before it have no coach free."""
    shut = np.zeros((free.shape[0], free.shape[1] + 1), dtype=np.int64)
    np.cumsum(free <= 0, axis=1, out=shut[:, 1:])
    return shut


def _blocked(table: WorkTable, homes: Ints, day: int, n_days: int, shut_days: Ints) -> Ints:
    """Return 1 where no coach of a type (column) is free on all days that a home set (row) holds it, else 0."""
    start = np.clip(day + table.hold_from[homes], 0, n_days)
    stop = np.clip(day + table.hold_to[homes] + 1, start, n_days)
    return ((shut_days[:, stop] - shut_days[:, start]) > 0).astype(np.int64).T


def _held(table: WorkTable, home: int, day: int, n_days: int) -> tuple[int, int]:
    first = max(0, day + int(table.hold_from[home]))
    return first, max(first, min(n_days - 1, day + int(table.hold_to[home])))
