"""Ways onto what the plan knows: trains, in use or not, and its coaches.

A coach is taken as it runs, with one more home stop, with further stops of the party, or as a coach of another type.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np

from scheduler.solver.model.instance import CLOSED, Ints
from scheduler.solver.reasons.company import best_load
from scheduler.solver.reasons.standing import Seated
from scheduler.solver.reasons.way import NONE, Limit, Question, Undecided, Way, blocked, held, keep, shut_days


class PlannedVehicles:
    """The ways onto trains and coaches of the plan."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.standing = question.standing
        self.services = question.services
        self.instance = question.instance
        self._released: dict[int, Ints] = {}

    # Trains ------------------------------------------------------------------------------------------------------

    def trains(self, k: int, party: int) -> Iterator[Way]:
        """Yield the ways of a party of a class onto trains, running in the plan or not."""
        instance, standing = self.instance, self.standing
        if not instance.by_train[k]:
            return
        key, size = (int(instance.origin[k]), int(instance.work_stop[k])), int(instance.size[k])
        for number, block in enumerate(instance.trains):
            if key not in block.options or not instance.first[k] <= block.day <= instance.last[k]:
                continue
            if block.seats < max(size, block.min_load):
                continue
            for place, option in enumerate(block.options[key]):
                own, fares = self.question.own_fen(k, block.day, option.cost_fen), size * option.fare_fen
                if standing.train_people[number]:
                    taken = standing.train_seats[number]
                    legs = taken[option.board : option.alight] if block.resell else taken
                    short = max(0, int(legs.max(initial=0)) + size - block.seats)
                    shut = (Limit.TRAIN_SEATS if short else NONE) | self.question.dear(fares)
                    weight = int(instance.weight[k])
                    way = Way(shut, own, size, weight, fares, block.day, train=number, short=short)
                    yield replace(way, riders=((party, None),), option=place)
                else:
                    yield self._unused_train(k, party, number, own, fares, place)

    def _unused_train(self, k: int, party: int, number: int, own_fen: int, fares_fen: int, option: int) -> Way:
        """Return the way on a train that does not run yet, with who else left behind would best share it."""
        instance, block = self.instance, self.instance.trains[number]
        fits = (self.standing.waiting > 0) & instance.by_train
        fits &= (instance.first <= block.day) & (instance.last >= block.day)
        options = {}
        for c in np.flatnonzero(fits).tolist():
            key = int(instance.origin[c]), int(instance.work_stop[c])
            if key in block.options:
                options[c] = block.options[key][0]
        self.question.spend(1 + len(options) // 20)
        size = int(instance.size[k])
        fares = {c: -int(instance.size[c]) * option.fare_fen for c, option in options.items()}
        worth = {c: -self.question.own_fen(c, block.day, option.cost_fen) for c, option in options.items()}
        wanted = max(0, block.min_load - size)
        if block.resell and sum(int(instance.size[c] * self.standing.waiting[c]) for c in options) > block.seats:
            raise Undecided  # seats sold twice: how many it can take together is a question of its own
        shut = NONE
        riders: dict[int, int] | None = None
        for value in (worth, fares):
            sharers = self.question.sharers(k, list(options), [value[c] for c in options])
            load = best_load(sharers, block.seats - size, wanted)
            if load is None:
                shut, wanted = Limit.TRAIN_LOAD, 0
                load = best_load(sharers, block.seats - size, wanted)
                assert load is not None
            spent = block.fixed_fen + fares_fen - sum(n * fares[c] for c, n in load[0].items())
            if riders is None or not self.question.dear(spent):
                riders = load[0]
            if not self.question.dear(spent):
                break
        assert riders is not None
        spent = block.fixed_fen + fares_fen - sum(n * fares[c] for c, n in riders.items())
        extra = block.fixed_fen + own_fen - sum(n * worth[c] for c, n in riders.items())
        people = size + sum(n * int(instance.size[c]) for c, n in riders.items())
        parties = tuple((i, None) for i in self.question.chosen(k, party, riders))
        weight = int(instance.weight[k]) + sum(n * int(instance.weight[c]) for c, n in riders.items())
        shut |= self.question.dear(spent)
        way = Way(shut, extra, people, weight, spent, block.day, train=number)
        return replace(way, riders=parties, option=option)

    # Coaches of the plan -----------------------------------------------------------------------------------------

    def coaches(self, k: int, party: int, *, with_room: bool = False) -> Iterator[Way]:
        """Yield a party's ways onto the coaches of the plan, with legal timetables; riders keep date and places.

        With `with_room` coaches are left out that have no room as they run, nor has one of another type instead.
        """
        instance = self.instance
        if not instance.by_coach[k]:
            return
        own = sorted(self.standing.wants(party))
        for number, coach in enumerate(self.standing.coaches):
            if not instance.first[k] <= coach.day <= instance.last[k]:
                continue
            if with_room and int(instance.size[k]) > self._room(number, coach):
                continue
            stops = self.services.work_sets[coach.work]
            more = [stop for stop in own if stop not in stops and all(self.services.close[stop, w] for w in stops)]
            for n in range(min(len(more), instance.work_stops - len(stops)) + 1):
                for added in combinations(more, n):
                    yield from self._joined(k, party, number, coach, self.services.work_id((*stops, *added)))

    def _room(self, number: int, coach: Seated) -> int:
        """Return the seats free on a coach over its present stops, if it were of the largest type that is free."""
        seats = self.services.table(coach.work).seats[coach.home]
        shut = self._free(number, coach)
        days = self.standing.held(coach)
        free = shut[:, days.stop] == shut[:, days.start]
        return int(seats[free].max(initial=0)) - coach.people

    def _free(self, number: int, coach: Seated) -> Ints:
        """Return what `shut_days` returns, if a coach of the plan did not run."""
        if number not in self._released:
            free = self.standing.free.copy()
            free[coach.vehicle, self.standing.held(coach)] += 1
            self._released[number] = shut_days(free)
        return self._released[number]

    def _joined(self, k: int, party: int, number: int, coach: Seated, work: int) -> Iterator[Way]:
        instance, services = self.instance, self.services
        if int(instance.signature[k]) not in services.signatures(work):
            return
        self.question.spend(1)
        origin, size, day = int(instance.origin[k]), int(instance.size[k]), coach.day
        homes = [coach.home] if self.question.reachable[coach.home, origin] else []
        for wider in services.wider(coach.home):
            if self._access_fen(k, wider, self._added(coach.home, wider)) < CLOSED:
                homes.append(wider)
        if not homes:
            return
        table, before = services.table(work), services.table(coach.work)
        delta = table.cost[homes] - int(before.cost[coach.home, coach.vehicle])
        shut = blocked(table, np.array(homes, dtype=np.int64), day, instance.n_days, self._free(number, coach))
        shut = shut * int(Limit.FLEET) + self.question.too_dear(delta)
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
        own_fen = np.array(
            [self.question.own_fen(k, day, self._access_fen(k, *at)) for at in zip(homes, boards, strict=True)]
        )
        extras = delta[rows, vehicles] + own_fen[rows]
        best: dict[Limit, Way] = {}
        for place in np.argsort(extras, kind="stable").tolist():
            at, vehicle, extra = int(rows[place]), int(vehicles[place]), int(extras[place])
            home, mask = homes[at], Limit(int(shut[at, vehicle]))
            if mask in best:
                continue
            riders = [(party, boards[at])]
            if more and not more <= self.standing.used(home, work, riders):
                continue
            if not self.standing.legal(day, home, work, riders, coach.run):
                mask |= Limit.TIMETABLE
            days = held(table, home, day, instance.n_days)
            short = max(0, -int(room[at, vehicle]))
            weight, spent = int(instance.weight[k]), int(delta[at, vehicle])
            way = Way(mask, extra, size, weight, spent, day, vehicle, days, None, coach.run.id, short)
            keep(best, replace(way, home=home, work=work, riders=riders))
        yield from best.values()

    def _added(self, home: int, wider: int) -> int | None:
        """Return the stop that a home set has more than another, None where they are one."""
        more = set(self.services.home.sets[wider]) - set(self.services.home.sets[home])
        return more.pop() if more else None

    def _access_fen(self, k: int, home: int, stop: int | None) -> int:
        origin = self.instance.origin[k]
        return int(self.services.access[home, origin] if stop is None else self.instance.access[origin, stop])
