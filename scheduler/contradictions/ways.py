"""Whether any coach or train at all could carry some parties together, as pins would have it.

This asks for one service that the rules allow for these people alone: who else rides, whether enough people come
together and what it costs is the planner's. So what is impossible here is impossible in every plan.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from scheduler.evaluate import Evaluator
from scheduler.i18n import _, count_text, ngettext
from scheduler.pinned import PinIndex
from scheduler.pins import Pin
from scheduler.problem import Party, Problem, Train, is_work_end

_HOME_KINDS = ("stop", "hub", "station")
_MOST_WAYS = 4_000
"""Of more ways to choose stops nobody looks at all: one of them is taken to be possible."""


@dataclass(frozen=True)
class Company:
    """Parties that are to ride one run, and how.

    Attributes
    ----------
    parties : tuple of Party
    days : frozenset of date
        On one of them.
    modes : frozenset of {"coach", "train"}
    boards : mapping of party id to place
        Where a party has to board.
    train : (str, date) or None
        The one train that it has to be.
    closed : tuple of Pin
        Runs that must not go.
    """

    parties: tuple[Party, ...]
    days: frozenset[dt.date]
    modes: frozenset[str]
    boards: Mapping[str, str] = field(default_factory=dict)
    train: tuple[str, dt.date] | None = None
    closed: tuple[Pin, ...] = ()

    @property
    def size(self) -> int:
        """How many people."""
        return sum(party.size for party in self.parties)


class CompanyWays:
    """Looks for a way of companies of one problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.evaluator = Evaluator(problem)
        self.policy = self.evaluator.policy
        self.index = PinIndex(problem)

    def why_none(self, company: Company) -> str | None:
        """Return the rule by which nothing can carry a company, None where something can."""
        reasons = []
        for mode, why in (("coach", self._why_no_coach), ("train", self._why_no_train)):
            if mode in company.modes:
                reason = why(company)
                if reason is None:
                    return None
                reasons.append(reason)
        return "; ".join(reasons)

    # Trains --------------------------------------------------------------------------------------------------------

    def _why_no_train(self, company: Company) -> str | None:
        trains = [
            train
            for train in self.problem.trains
            if train.date in company.days and company.train in (None, (train.train, train.date))
        ]
        if not trains:
            return _("no train runs on {days}").format(days=days_text(company.days))
        there = [train for train in trains if all(self._has_option(train, each, company) for each in company.parties)]
        if not there:
            return _("no train of {days} takes them where they may board and where they go").format(
                days=days_text(company.days)
            )
        roomy = [train for train in there if train.seats >= company.size]
        if not roomy:
            most = max(train.seats for train in there)
            return _("they are {n}, and no such train has more than {most}").format(
                n=count_text("{n} person", "{n} people", company.size), most=count_text("{n} seat", "{n} seats", most)
            )
        if all(self._is_closed(train, company) for train in roomy):
            return _("every train that could carry them is pinned not to go")
        return None

    def _has_option(self, train: Train, party: Party, company: Company) -> bool:
        return bool(self._options(train, party, company))

    def _options(self, train: Train, party: Party, company: Company) -> frozenset[tuple[str, str]]:
        """Return where a party may board and alight on a train, as pins would have it."""
        board = company.boards.get(party.id)
        ends = (
            (train.stops[i].place, train.stops[j].place) for i, j, _fen in self.evaluator.train_options(train, party)
        )
        return frozenset(each for each in ends if board in (None, each[0]))

    def _is_closed(self, train: Train, company: Company) -> bool:
        """Tell whether a pin forbids a train however the company rides it: a run calls where somebody of it does."""
        closed = [
            pin for pin in company.closed if not pin.run or (pin.run == train.train and pin.date in (None, train.date))
        ]
        options = {self._options(train, party, company) for party in company.parties}
        if not closed or math.prod(map(len, options)) > _MOST_WAYS:
            return False
        return all(
            any(self._agrees(pin, train, {end[0] for end in ends}, {end[1] for end in ends}) for pin in closed)
            for ends in product(*sorted(options, key=sorted))
        )

    def _agrees(self, pin: Pin, train: Train, boards: Collection[str], alights: Collection[str]) -> bool:
        work = alights if self.evaluator.to_work else boards
        return self.index.agrees_with(pin, train.date, boards, work, None)

    # Coaches -------------------------------------------------------------------------------------------------------

    def _why_no_coach(self, company: Company) -> str | None:
        if company.train is not None:
            return _("the run is a train")
        homes = list(self._home_choices(company))
        works = list(self._work_choices(company))
        for party, choice in zip(company.parties, homes, strict=True):
            if not choice:
                board = company.boards.get(party.id)
                form = _("people of {township} may not board at {place}") if board else _("{township} has no stop")
                return form.format(township=party.origin, place=board)
        if not all(works):
            return _("people may board only at their own place of work or their employer's")
        if _number(homes) * _number(works) > _MOST_WAYS:
            return None
        ways = [(home, work) for home in _choices(homes) for work in _choices(works)]
        ways = [(home, work) for home, work in ways if self.evaluator.allowed(home, work)]
        if not ways:
            return self._why_no_stops(company, works)
        return self._why_no_vehicle(company, ways)

    def _home_choices(self, company: Company) -> Iterator[frozenset[str]]:
        places, to_work = self.problem.places, self.evaluator.to_work
        for party in company.parties:
            board = company.boards.get(party.id) if to_work else None
            access = self.evaluator.access_fen(party.origin)
            yield frozenset(
                name
                for name in access
                if places[name].kind in _HOME_KINDS and not is_work_end(places[name]) and board in (None, name)
            )

    def _work_choices(self, company: Company) -> Iterator[frozenset[str]]:
        for party in company.parties:
            board = None if self.evaluator.to_work else company.boards.get(party.id)
            for person in party.people:
                own = self.evaluator.coach_work_stops(party, person)
                yield frozenset(stop for stop in own if board in (None, stop))

    def _why_no_stops(self, company: Company, works: Sequence[frozenset[str]]) -> str:
        policy = self.policy
        ends = sorted({min(each) for each in works})
        if len(ends) > 1:
            form = ngettext(
                "a coach has at most {stops} work stop within {km} km, and a detour of at most {detour}: {places}",
                "a coach has at most {stops} work stops within {km} km, and a detour of at most {detour}: {places}",
                policy.work_stops,
            )
            return form.format(
                stops=policy.work_stops,
                km=f"{policy.work_radius_km:g}",
                detour=f"{policy.max_detour:g}",
                places="、".join(ends),
            )
        form = ngettext(
            "a coach has at most {stops} home stop within {km} km, and a detour of at most {detour}: {places}",
            "a coach has at most {stops} home stops within {km} km, and a detour of at most {detour}: {places}",
            policy.home_stops,
        )
        origins = sorted({company.boards.get(party.id, party.origin) for party in company.parties})
        return form.format(
            stops=policy.home_stops,
            km=f"{policy.home_radius_km:g}",
            detour=f"{policy.max_detour:g}",
            places="、".join(origins),
        )

    def _why_no_vehicle(self, company: Company, ways: Sequence[tuple[frozenset[str], frozenset[str]]]) -> str | None:
        most, is_free = 0, False
        for home, work in ways:
            path = self.evaluator.path(home, work)
            drivers = self.evaluator.drivers(path)
            boards = home if self.evaluator.to_work else work
            for vehicle in self.problem.vehicle_types:
                seats = self.evaluator.seats(vehicle.rated_seats, drivers) - self.policy.reserve_seats
                most = max(most, seats)
                if seats < company.size:
                    continue
                for day in company.days:
                    first, last = self.evaluator.days_held(day, path.path_m)
                    held = (each for each in self.problem.settings.days if first <= each <= last)
                    if not all(vehicle.available(each) for each in held):
                        continue
                    is_free = True
                    agrees = self.index.agrees_with
                    if not any(
                        not pin.run and agrees(pin, day, boards, work, vehicle.vehicle_type) for pin in company.closed
                    ):
                        return None
        if is_free:
            return _("every coach that could carry them is pinned not to go")
        if most < company.size:
            return ngettext(
                "{n} person, and no coach has or may carry more than {most} (Road Traffic Safety Law art. 49)",
                "{n} people, and no coach has or may carry more than {most} (Road Traffic Safety Law art. 49)",
                company.size,
            ).format(n=company.size, most=most)
        return _("no coach that is large enough is available on {days}").format(days=days_text(company.days))


def days_text(days: Collection[dt.date]) -> str:
    """Return some days as a person reads them: one, or the first and last."""
    first, last = min(days), max(days)
    return first.isoformat() if first == last else f"{first} - {last}"


def _number(choices: Iterable[frozenset[str]]) -> int:
    return math.prod(len(each) for each in set(choices))


def _choices(choices: Iterable[frozenset[str]]) -> set[frozenset[str]]:
    """Return each set of stops that holds one of every choice."""
    return {frozenset(each) for each in product(*sorted(set(choices), key=sorted))}
