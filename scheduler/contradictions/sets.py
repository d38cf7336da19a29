"""All contradictions among the pins of a problem, each a smallest set: without any one of its pins the rest can hold.

What is found is impossible in every plan, for it breaks a rule by itself. What only the rest of the season makes
impossible (seats that others need, too few people) is for the planner to find.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from scheduler.contradictions.companies import Companies
from scheduler.evaluate import KM_TOLERANCE, division_within
from scheduler.i18n import _, ngettext
from scheduler.pins import Pin
from scheduler.plan import Plan
from scheduler.problem import Party, Problem

_MOST_SETS = 500
"""So many small sets are tried before a set is made smaller pin by pin."""

Test = Callable[[Sequence[Pin]], str | None]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Pins that cannot all hold.

    Attributes
    ----------
    pins : tuple of Pin
        In the order of their rows; each of them is needed for it.
    rule : str
        What they break, in the user's language.
    """

    pins: tuple[Pin, ...]
    rule: str


def contradictions(problem: Problem, plan: Plan | None = None, frozen: Collection[str] = ()) -> list[Contradiction]:
    """Return what cannot hold of a problem's pins; no pin is named twice.

    Parameters
    ----------
    problem : Problem
    plan : Plan, optional
        The one that stands, whose runs pins may name.
    frozen : collection of str
        Ids of its runs that are not changed any more. A pin about their riders asks nothing.
    """
    search = _Search(problem, plan, frozen)
    found: list[Contradiction] = []
    left = [pin for pin in problem.pins if search.is_active(pin)]
    for test, pins in search.tests(left):
        pins = [pin for pin in pins if pin in left]
        while (rule := test(pins)) is not None:
            smallest = _smallest(test, pins)
            found.append(Contradiction(tuple(smallest), test(smallest) or rule))
            left = [pin for pin in left if pin not in smallest]
            pins = [pin for pin in pins if pin not in smallest]
    order = {pin: number for number, pin in enumerate(problem.pins)}
    return sorted(found, key=lambda each: order[each.pins[0]])


def _smallest(test: Test, pins: Sequence[Pin]) -> list[Pin]:
    """Return a smallest set of pins that fails a test: by number where few are tried, else one that none can leave."""
    tried = 0
    for size in (1, 2, 3):
        for some in combinations(pins, size):
            tried += 1
            if tried > _MOST_SETS:
                break
            if test(some) is not None:
                return list(some)
    kept = list(pins)
    for pin in pins:
        without = [each for each in kept if each != pin]
        if test(without) is not None:
            kept = without
    return kept


class _Search:
    """What is tested, and on which pins."""

    def __init__(self, problem: Problem, plan: Plan | None, frozen: Collection[str]) -> None:
        self.problem = problem
        self.plan = plan
        runs = {run.id: run for run in plan.runs} if plan is not None else {}
        self.frozen = {id: runs[id] for id in frozen if id in runs}
        self.riders = {rider.person for run in self.frozen.values() for rider in run.passengers}
        self.companies = Companies(problem)
        self.index = self.companies.index

    def is_active(self, pin: Pin) -> bool:
        """Tell whether a pin asks something of a new plan."""
        if pin.kind in ("open", "closed"):
            return True
        parties = self.index.parties(pin)
        aboard = any(person.key in self.riders for party in parties for person in party.people)
        return bool(parties) and not aboard

    def tests(self, pins: Sequence[Pin]) -> Iterator[tuple[Test, list[Pin]]]:
        """Yield each test with the pins that it is about."""
        for pin in pins:
            if pin.kind == "run" and self._is_frozen(pin):
                yield self._frozen, [pin]
        closed = [pin for pin in pins if pin.kind == "closed"]
        for group in self.companies.groups(pins):
            yield self._company, [*group.pins, *closed]
        for pin in pins:
            if pin.kind == "open":
                yield self._open, [pin, *closed]
        yield self._coaches, [pin for pin in pins if pin.kind in ("open", "run")]

    # Frozen runs ---------------------------------------------------------------------------------------------------

    def _is_frozen(self, pin: Pin) -> bool:
        return any(self.index.is_run(pin, run) for run in self.frozen.values())

    def _frozen(self, pins: Sequence[Pin]) -> str | None:
        return _("{run} is not changed any more").format(run=pins[0].run) if pins else None

    # People --------------------------------------------------------------------------------------------------------

    def _company(self, pins: Sequence[Pin]) -> str | None:
        """Return why some company of these pins cannot travel as they say.

        A party that could not travel anyhow contradicts nothing, unless it is pinned to a run.
        """
        closed = [pin for pin in pins if pin.kind == "closed"]
        for group in self.companies.groups([pin for pin in pins if pin.kind != "closed"]):
            rule = self.companies.why_not(group, closed)
            if rule is None:
                continue
            has_run = any(pin.kind == "run" for pin in group.pins)
            if has_run or all(self.companies.rides_anyhow(party) for party in group.parties):
                return rule
        return None

    # Runs that must go ---------------------------------------------------------------------------------------------

    def _open(self, pins: Sequence[Pin]) -> str | None:
        """Return why a run that must go cannot."""
        opens = [pin for pin in pins if pin.kind == "open"]
        closed = [pin for pin in pins if pin.kind == "closed"]
        for pin in opens:
            if any(self._covers(other, pin) for other in closed):
                return _("a run that is pinned to go is pinned not to go")
            rule = self._why_not_open(pin)
            if rule is not None:
                return rule
        return None

    def _covers(self, closed: Pin, opened: Pin) -> bool:
        """Tell whether every run that one pin asks for is one that another forbids."""
        is_train = (opened.run, opened.date) in self.companies.trains
        if closed.run and (closed.run, closed.date) != (opened.run, opened.date):
            return False
        if closed.date is not None and closed.date != opened.date:
            return False
        if closed.board and closed.board != opened.board:
            return False
        if closed.vehicle_type and (is_train or closed.vehicle_type != opened.vehicle_type):
            return False
        within = bool(opened.destination) and division_within(opened.destination, closed.destination)
        return not closed.destination or within

    def _why_not_open(self, pin: Pin) -> str | None:
        """Return why no run agrees with a pin, whatever other pins say: nobody to ride it, or nothing to ride."""
        problem, policy = self.problem, self.problem.settings.policy
        train = next((each for each in problem.trains if (each.train, each.date) == (pin.run, pin.date)), None)
        days = [day for day in problem.settings.days if pin.date in (None, day)]
        riders = [
            party
            for party in problem.parties
            if any(party.earliest <= day <= party.latest for day in days)
            and not (pin.vehicle_type and party.mode == "train")
        ]
        evaluator = self.companies.ways.evaluator
        if train is not None:
            people = sum(
                party.size for party in riders if party.mode != "coach" and evaluator.train_options(train, party)
            )
            if people < max(1, train.min_load):
                form = ngettext(
                    "only {n} person could ride it, and it runs from {least}",
                    "only {n} people could ride it, and it runs from {least}",
                    people,
                )
                return form.format(n=people, least=max(1, train.min_load))
            return None
        goers = [party for party in riders if not pin.destination or self._goes_to(party, pin.destination)]
        if not goers:
            return _("nobody goes there on such a date")
        is_home = pin.board and evaluator.to_work
        if is_home and not any(pin.board in evaluator.access_fen(party.origin) for party in riders):
            return _("nobody may board at {place}").format(place=pin.board)
        if pin.vehicle_type or pin.run:
            people = sum(party.size for party in riders if party.mode != "train")
            if people < policy.min_load:
                form = ngettext(
                    "only {n} person could ride it, and it runs from {least}",
                    "only {n} people could ride it, and it runs from {least}",
                    people,
                )
                return form.format(n=people, least=policy.min_load)
            types = [each for each in problem.vehicle_types if pin.vehicle_type in ("", each.vehicle_type)]
            if not any(each.available(day) for each in types for day in days):
                return _("no such coach is available then")
        return None

    def _goes_to(self, party: Party, destination: str) -> bool:
        """Tell whether somebody of a party may alight (board) in a division."""
        stops = {party.work_stop, *(person.employer_stop for person in party.people if person.employer_stop)}
        if any(self.index.lies_in(stop, destination) for stop in stops):
            return True
        evaluator = self.companies.ways.evaluator
        return any(
            self.index.lies_in(stop.place, destination) and evaluator.serves_destination(stop, party)
            for train in self.problem.trains
            for stop in train.stops
        )

    # Coaches -------------------------------------------------------------------------------------------------------

    def _coaches(self, pins: Sequence[Pin]) -> str | None:
        """Return on which day more coaches are to leave than there are: runs that no coach can be two of.

        A coach pinned to go is of its vehicle type where the pin says one; a run without one may be a train.
        """
        wanted: dict[tuple[dt.date, str], list[Pin]] = {}
        for pin in pins:
            is_coach = pin.vehicle_type or (pin.run and (pin.run, pin.date) not in self.companies.trains)
            if is_coach and pin.date is not None:
                wanted.setdefault((pin.date, ""), []).append(pin)
                if pin.vehicle_type:
                    wanted.setdefault((pin.date, pin.vehicle_type), []).append(pin)
        for (day, kind), asked in sorted(wanted.items()):
            types = [each for each in self.problem.vehicle_types if kind in ("", each.vehicle_type)]
            free = sum(vehicle.available(day) for vehicle in types)
            number = self._most_apart(asked)
            if number > free:
                form = ngettext(
                    "{n} coach is to leave on {day}, and there are {free}",
                    "{n} coaches are to leave on {day}, and there are {free}",
                    number,
                )
                return form.format(n=number, day=day, free=free)
        return None

    def _most_apart(self, pins: Sequence[Pin]) -> int:
        """Return a number of pins of which no coach can hold two: counted one after the other, at least so many."""
        chosen: list[Pin] = []
        for pin in pins:
            if all(self._needs_two(pin, other) for other in chosen):
                chosen.append(pin)
        return len(chosen)

    def _needs_two(self, one: Pin, other: Pin) -> bool:
        """Tell whether no coach can agree with both of two pins of a day."""
        if one.run and other.run:
            return one.run != other.run
        if one.vehicle_type and other.vehicle_type and one.vehicle_type != other.vehicle_type:
            return True
        policy, km = self.problem.settings.policy, self.problem.km
        if one.destination and other.destination:
            ends = [
                [stop for stop in self._work_stops if self.index.lies_in(stop, p.destination)] for p in (one, other)
            ]
            near = (km(a, b) <= policy.work_radius_km + KM_TOLERANCE for a in ends[0] for b in ends[1])
            if policy.work_stops == 1:
                near = (a == b for a in ends[0] for b in ends[1])
            return not any(near)
        return False

    @cached_property
    def _work_stops(self) -> tuple[str, ...]:
        """Where people may alight from (board) a coach at the work end."""
        stops = {party.work_stop for party in self.problem.parties}
        people = (person for party in self.problem.parties for person in party.people)
        return tuple(sorted(stops | {person.employer_stop for person in people if person.employer_stop}))
