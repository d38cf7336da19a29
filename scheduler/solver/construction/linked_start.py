"""Linked parties take their seats first, whole groups on one coach or train: what comes later moves them no more.

A group is offered a seat on every run there is, on every train, and on a coach of its own, at its share of one that
others will fill; it takes what costs least, and stays behind where that is cheaper and no pin forbids it. Then runs are
opened that must go, and all these coaches are filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice, product, zip_longest

import numpy as np

from scheduler.solver.construction.boarding import boarding_fen, room_of, seats_of
from scheduler.solver.model.instance import CLOSED, Ints
from scheduler.solver.model.services import Service, subsets
from scheduler.solver.model.solution import Coach, Solution, SolutionCosts, joined

MOST_STOPS, NEAR_STOPS, MOST_WORK_SETS = 6, 4, 24
"""Work stops of a group of which every set is tried, near ones that may share its coach, sets that are tried at all."""

MOST_COACHES = 6
"""Of a day and a set of work stops, the home sets and vehicle types that are filled and costed exactly."""

MOST_SERVICES = 200
"""That are tried for a group, or for a run that must go."""

Placed = tuple[int, Coach | None, int, dict[tuple[int, int], int]]
"""What a seat costs a group more than staying behind; the coach that it opens, or the run by number that it boards
(trains come after coaches), with what boards a train."""


class LinkedStart:
    """Places the groups of one solution, and opens what must go, as far as coaches and budget reach."""

    def __init__(
        self, costs: SolutionCosts, solution: Solution, free: Ints, budget: int | None, ideal_fen: Ints
    ) -> None:
        self.costs, self.services, self.instance = costs, costs.services, costs.instance
        self.solution, self.free, self.budget = solution, free, budget
        self.links = self.instance.links
        self.unlinked = np.ones(self.instance.n_classes, dtype=bool)
        """Whom no pin links at all, not even apart."""
        self.unlinked[list(self.links.group_of)] = False
        leave_fen = self.instance.leave_fen // self.instance.size
        ideal_fen = np.where(self.instance.by_coach, ideal_fen[self.instance.signature], leave_fen)
        self.worth_fen: Ints = np.minimum(leave_fen, ideal_fen)
        """What carrying one person of each class costs elsewhere."""

    def run(self) -> None:
        """Place every tight group that is wholly left behind, and open what must go."""
        for number in self._in_turn(self.links.tight):
            group = self.links.groups[number]
            options = [*self._aboard(number, group), *self._by_train(number, group), *self._own(group)]
            self._take_cheapest(group, options, must_ride=number in self.links.forced)
        for number in self.costs.not_open(self.solution, range(len(self.links.opens))):
            self._open(number)
        self.fill_coaches()

    def seat(self, groups: Iterable[int]) -> None:
        """Seat those of some groups that are wholly left behind on what goes anyway, and on trains."""
        for number in self._in_turn(groups):
            group = self.links.groups[number]
            options = [*self._aboard(number, group), *self._by_train(number, group)]
            self._take_cheapest(group, options, must_ride=False)

    def _in_turn(self, groups: Iterable[int]) -> list[int]:
        """Return those of some groups that are wholly left behind: those who must ride first, then the largest."""
        size, links, left = self.instance.size, self.links, self.solution.left
        behind = [number for number in groups if all(left[k] for k in links.groups[number])]
        return sorted(behind, key=lambda n: (n not in links.forced, -int(size[list(links.groups[n])].sum()), n))

    # Groups ----------------------------------------------------------------------------------------------------------

    def _take_cheapest(self, group: tuple[int, ...], options: list[Placed], *, must_ride: bool) -> None:
        best = min(options, key=lambda each: each[0], default=None)
        if best is None or (best[0] >= 0 and not must_ride):
            return
        self._take(group, best)

    def _take(self, group: tuple[int, ...], placed: Placed) -> None:
        _fen, coach, run, load = placed
        solution = self.solution
        if coach is not None:
            solution.coaches.append(coach)
            self.free[coach.vehicle, self.services.held_days(coach.day, coach.home, coach.work)] -= 1
            self._spend(self.costs.coach_fixed(coach))
            for k, n in coach.load.items():
                solution.left[k] -= n
            return
        if run < len(solution.coaches):
            solution.coaches[run].load.update(dict.fromkeys(group, 1))
        else:
            train = run - len(solution.coaches)
            before = self.costs.train_fixed(train, solution.trains[train])
            for key, n in load.items():
                solution.trains[train][key] = solution.trains[train].get(key, 0) + n
            self._spend(self.costs.train_fixed(train, solution.trains[train]) - before)
            for (k, _option), n in load.items():
                solution.left[k] -= n
            return
        solution.left[list(group)] -= 1

    def _spend(self, fen: int) -> None:
        if self.budget is not None:
            self.budget -= fen

    def _leave_fen(self, classes: Iterable[int]) -> int:
        return int(self.instance.leave_fen[list(classes)].sum())

    def _aboard(self, number: int, group: tuple[int, ...]) -> Iterator[Placed]:
        """Yield seats on coaches that go anyway."""
        for run, coach in enumerate(self.solution.coaches):
            if self.links.minds(number, coach.load):
                continue
            more_fen = boarding_fen(self.costs, coach, group)
            if more_fen is not None:
                yield more_fen - self._leave_fen(group), None, run, {}

    def _by_train(self, number: int, group: tuple[int, ...]) -> Iterator[Placed]:
        """Yield the cheapest ways of a group on each train, with others where they are too few for it."""
        instance, who = self.instance, np.array(group, dtype=np.int64)
        for t, block in enumerate(instance.trains):
            load = self.solution.trains[t]
            can = instance.by_train[who] & (instance.first[who] <= block.day) & (instance.last[who] >= block.day)
            if not can.all() or self.links.minds(number, {k for k, _option in load}):
                continue
            added: dict[tuple[int, int], int] = {}
            for k in group:
                option = self._cheapest_option(t, k)
                if option is not None:
                    added[k, option] = 1
            if len(added) < len(group) or not self._fill_train(t, added):
                continue
            now = joined(load, added)
            more = self.costs.train_fen(t, now) - self.costs.train_fen(t, load)
            spent = self.costs.train_fixed(t, now) - self.costs.train_fixed(t, load)
            if self.budget is None or spent <= self.budget:
                others = sum(self._worth(k, n) for (k, _option), n in added.items() if k not in group)
                yield more - others - self._leave_fen(group), None, len(self.solution.coaches) + t, added

    def _worth(self, k: int, parties: int) -> int:
        return int(self.worth_fen[k] * self.instance.size[k]) * parties

    def _cheapest_option(self, train: int, k: int) -> int | None:
        """Return the cheapest way of a class on a train, None where there is none."""
        instance, block = self.instance, self.instance.trains[train]
        options = block.options.get((int(instance.origin[k]), int(instance.work_stop[k])), ())
        open_ = [
            (option.cost_fen * int(instance.size[k]) + instance.moves_by_train_fen(k, train, option), number)
            for number, option in enumerate(options)
            if (train, option.board, option.alight) not in self.links.shut
        ]
        return min(open_)[1] if open_ else None

    def _fill_train(self, train: int, added: dict[tuple[int, int], int]) -> bool:
        """Add others until there are enough people for a train; tell whether there are, and a seat for each."""
        instance, block, load = self.instance, self.instance.trains[train], self.solution.trains[train]
        others = instance.by_train & (instance.first <= block.day) & (instance.last >= block.day)
        for k in np.flatnonzero(others & self.unlinked & (self.solution.left > 0)).tolist():
            people = self.costs.people((c, n) for (c, _option), n in joined(load, added).items())
            if people >= block.min_load:
                break
            option = self._cheapest_option(train, k)
            wanted = -(-(block.min_load - people) // int(instance.size[k]))
            if option is not None:
                added[k, option] = min(int(self.solution.left[k]), wanted)
        now = joined(load, added)
        people = self.costs.people((k, n) for (k, _option), n in now.items())
        return people >= block.min_load and int(self.costs.leg_loads(train, now).max(initial=0)) <= block.seats

    # Coaches of their own --------------------------------------------------------------------------------------------

    def _own(self, group: tuple[int, ...]) -> Iterator[Placed]:
        """Yield coaches of a group's own, at its share of one that others will fill."""
        size = self.instance.size
        for service in islice(services_for(self.costs, group, None), MOST_SERVICES):
            if not self._may_go(service):
                continue
            coach = Coach(*service, dict.fromkeys(group, 1))
            people, seats = int(size[list(group)].sum()), seats_of(self.costs, coach)
            others = self._others(service)
            most = min(seats, people + int((size[others] * self.solution.left[others]).sum()))
            if most < max(1, self.instance.min_load) or self.costs.callers_fen(coach) is None:
                continue
            fixed_fen = self.costs.coach_fixed(coach)
            share_fen = fixed_fen * people // most
            yield self.costs.coach_fen(coach) - fixed_fen + share_fen - self._leave_fen(group), coach, -1, {}

    def _may_go(self, service: Service) -> bool:
        day, home, work, vehicle = service
        held = self.services.held_days(day, home, work)
        free = int(self.free[vehicle, held].min(initial=1)) > 0
        affordable = self.budget is None or int(self.services.table(work).cost[home, vehicle]) <= self.budget
        return free and affordable

    def _others(self, service: Service) -> Ints:
        """Return the classes left behind who might ride a service, and whom no pin links."""
        instance, services, (day, home, work, _vehicle) = self.instance, self.services, service
        others = instance.by_coach & self.unlinked & (self.solution.left > 0)
        others &= (instance.first <= day) & (instance.last >= day)
        others &= np.isin(instance.signature, services.signatures(work))
        return np.flatnonzero(others & (services.access[home, instance.origin] < CLOSED))

    def _gains(self, service: Service, classes: Ints) -> Ints:
        """Return what a seat on a service saves a person of each class."""
        instance, services, (day, home, work, _vehicle) = self.instance, self.services, service
        each = services.access[home, instance.origin[classes]] + instance.shift(classes, day)
        each = each + services.moves_fen(classes, day, work, np.array([home]))[0] // instance.size[classes]
        return np.asarray(self.worth_fen[classes] - each)

    def fill_coaches(self) -> None:
        """Fill the coaches, whoever saves most first, and thin ones with anybody; too thin ones are given up."""
        solution, offers = self.solution, []
        for number, coach in enumerate(solution.coaches):
            classes = self._others(coach.service)
            gains = self._gains(coach.service, classes)
            offers += [(-int(gain), number, int(k)) for gain, k in zip(gains, classes, strict=True)]
        offers.sort()
        for enough in (False, True):
            for loss, number, k in offers:
                coach = solution.coaches[number]
                people = self.costs.people(coach.load.items())
                if (loss < 0) if not enough else (people < self.instance.min_load):
                    self._board(coach, k, room_of(self.costs, coach))
        for coach in list(solution.coaches):
            if self.costs.people(coach.load.items()) < self.instance.min_load:
                solution.coaches.remove(coach)
                self.free[coach.vehicle, self.services.held_days(coach.day, coach.home, coach.work)] += 1
                self._spend(-self.costs.coach_fixed(coach))
                for k, n in coach.load.items():
                    solution.left[k] += n

    def _board(self, coach: Coach, k: int, room: int) -> None:
        n = min(int(self.solution.left[k]), room // int(self.instance.size[k]))
        if n > 0:
            coach.load[k] = coach.load.get(k, 0) + n
            self.solution.left[k] -= n

    def _filled(self, service: Service) -> Coach | None:
        """Return a coach of a service filled with those who save most; None where nobody may go so."""
        classes, coach = self._others(service), Coach(*service)
        gains, room = self._gains(service, classes), seats_of(self.costs, coach)
        for i in np.argsort(-gains, kind="stable").tolist():
            k, people = int(classes[i]), self.costs.people(coach.load.items())
            n = min(int(self.solution.left[k]), (room - people) // int(self.instance.size[k]))
            if n > 0 and (gains[i] > 0 or people < self.instance.min_load):
                coach.load[k] = n
        if not coach.load or self.costs.people(coach.load.items()) < self.instance.min_load:
            return None
        return coach if self.costs.callers_fen(coach) is not None else None

    # Runs that must go -----------------------------------------------------------------------------------------------

    def _open(self, number: int) -> None:
        """Open the coach or the train that agrees with a pin and costs least more than its people left behind."""
        options = [*self._coaches_that_agree(number), *self._trains_that_agree(number)]
        best = min(options, key=lambda each: each[0], default=None)
        if best is not None:
            self._take((), best)

    def _coaches_that_agree(self, number: int) -> Iterator[Placed]:
        """Yield coaches that agree, filled."""
        for service in islice(services_for(self.costs, (), number), MOST_SERVICES):
            coach = self._filled(service) if self._may_go(service) else None
            if coach is not None:
                worth = sum(self._worth(k, n) for k, n in coach.load.items())
                yield self.costs.coach_fen(coach) - worth, coach, -1, {}

    def _trains_that_agree(self, number: int) -> Iterator[Placed]:
        """Yield trains with somebody on a way that agrees."""
        instance, pattern = self.instance, self.links.opens[number]
        ways = pattern.boards & pattern.ends
        for k in np.flatnonzero(instance.by_train & self.unlinked & (self.solution.left > 0)).tolist():
            for t, block in enumerate(instance.trains):
                if not instance.first[k] <= block.day <= instance.last[k]:
                    continue
                key, load = (int(instance.origin[k]), int(instance.work_stop[k])), self.solution.trains[t]
                for o, option in enumerate(block.options.get(key, ())):
                    added = {(k, o): 1}
                    if (t, option.board, option.alight) in ways and self._fill_train(t, added):
                        more = self.costs.train_fen(t, joined(load, added)) - self.costs.train_fen(t, load)
                        worth = sum(self._worth(c, n) for (c, _option), n in added.items())
                        yield more - worth, None, len(self.solution.coaches) + t, added


def services_for(costs: SolutionCosts, group: tuple[int, ...], wanted: int | None) -> Iterator[Service]:
    """Yield services for a group, or that agree with a pin by number: some of each day and set of work stops.

    They come in turns, the cheapest of each day and set first.
    """
    instance = costs.instance
    who = np.array(group, dtype=np.int64)
    first = int(instance.first[who].max(initial=0))
    last = int(instance.last[who].min(initial=instance.n_days - 1))
    if not instance.by_coach[who].all():
        return
    sites = product(_work_sets(costs, group, wanted), range(first, last + 1))
    turns = [islice(_cheapest(costs, who, wanted, work, day), MOST_COACHES) for work, day in sites]
    for service in chain.from_iterable(zip_longest(*turns)):
        if service is not None:
            yield service


def _cheapest(costs: SolutionCosts, who: Ints, wanted: int | None, work: int, day: int) -> Iterator[Service]:
    instance, services = costs.instance, costs.services
    if not np.isin(instance.signature[who], services.signatures(work)).all():
        return
    table, access = services.table(work), services.access[:, instance.origin[who]]
    fen = table.cost + (np.minimum(access, CLOSED) * instance.size[who]).sum(axis=1)[:, None]
    reached = np.asarray((access < CLOSED).all(axis=1))
    usable = (table.seats >= max(int(instance.size[who].sum()), 1)) & reached[:, None]
    order = np.argsort(np.where(usable, fen, np.iinfo(np.int64).max), axis=None, kind="stable")
    for flat in order[: int(usable.sum())].tolist():
        home, vehicle = divmod(flat, table.cost.shape[1])
        service = Service(day, home, work, vehicle)
        if not services.is_closed(service) and (wanted is None or _agrees(costs, service, wanted)):
            yield service


def _agrees(costs: SolutionCosts, service: Service, wanted: int) -> bool:
    day, home, work, vehicle = service
    homes, works = costs.services.home.sets[home], costs.services.work_sets[work]
    return costs.instance.links.opens[wanted].has_coach(day, homes, works, vehicle)


def _work_sets(costs: SolutionCosts, group: tuple[int, ...], wanted: int | None) -> list[int]:
    """Return sets of work stops that suit a group, or a pin by number, few first; near ones may fill the coach."""
    instance, services = costs.instance, costs.services
    stops = {s for k in group for choice, _n in instance.wishes[int(instance.wish[k])] for s in choice}
    if wanted is not None:
        needs = instance.links.opens[wanted].works
        stops = set().union(*needs) if needs else set(range(len(instance.works)))
    own = sorted(stops)
    sets = subsets(own, instance.work_stops) if len(own) <= MOST_STOPS else [(stop,) for stop in own]
    near = [(stop, *others) for stop in own[:MOST_STOPS] for others in _near_sets(costs, stop)]
    unique = dict.fromkeys(tuple(sorted(set(each))) for each in [*sets, *near])
    known = (services.work_id(each) for each in sorted(unique, key=len))
    return [work for work in known if services.table(work).allowed.any()][:MOST_WORK_SETS]


def _near_sets(costs: SolutionCosts, stop: int) -> list[tuple[int, ...]]:
    """Return the near stops, and pairs of them, that a coach to a stop may call at as well."""
    near = costs.services.neighbours(stop)[:NEAR_STOPS].tolist()
    return subsets(near, costs.instance.work_stops - 1) if costs.instance.work_stops > 1 else []
