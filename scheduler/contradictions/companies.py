"""What pins make of a company of parties, and the rule by which it cannot travel so.

A company is all who ride one run or none because of pins: together, or on the same run. Pins that say how somebody
travels are taken to mean that they travel: a date that leaves no way is a contradiction, not a reason to stay behind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

from scheduler.contradictions.ways import Company, CompanyWays
from scheduler.i18n import _, ngettext
from scheduler.pins import Pin
from scheduler.problem import Party, Problem

OF_TRAVEL = ("run", "date", "board", "mode")
"""Kinds that say how somebody travels."""


@dataclass(frozen=True)
class PinnedCompany:
    """A company and the pins about its people."""

    parties: tuple[Party, ...]
    pins: tuple[Pin, ...]


class Companies:
    """Finds what is wrong with companies of one problem.

    Parameters
    ----------
    problem : Problem
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.ways = CompanyWays(problem)
        self.index = self.ways.index
        self.trains = {(train.train, train.date) for train in problem.trains}
        self._known: dict[object, str | None] = {}

    def groups(self, pins: Sequence[Pin]) -> list[PinnedCompany]:
        """Return the companies that pins about people make, each with the pins about it."""
        leader: dict[str, str] = {}

        def find(name: str) -> str:
            while leader.setdefault(name, name) != name:
                name = leader[name]
            return name

        parties: dict[str, Party] = {}
        first_on: dict[tuple[str, dt.date | None], str] = {}
        for pin in pins:
            bound = self.index.parties(pin)
            for party in bound:
                parties[party.id] = party
                find(party.id)
            if pin.kind == "together" and bound:
                leader[find(bound[0].id)] = find(bound[-1].id)
            if pin.kind == "run" and bound:
                leader[find(bound[0].id)] = find(first_on.setdefault((pin.run, pin.date), bound[0].id))
        members: dict[str, list[Party]] = {}
        for name, party in parties.items():
            members.setdefault(find(name), []).append(party)
        of: dict[str, list[Pin]] = {name: [] for name in members}
        for pin in pins:
            for name in dict.fromkeys(find(party.id) for party in self.index.parties(pin)):
                of[name].append(pin)
        return [PinnedCompany(tuple(each), tuple(of[name])) for name, each in members.items()]

    def why_not(self, group: PinnedCompany, closed: Collection[Pin]) -> str | None:
        """Return the rule by which a company cannot travel as its pins say, None where it can."""
        return self._by_pins(group) or self._by_seats(group) or self._by_rules(group, closed)

    # Pins against pins ---------------------------------------------------------------------------------------------

    def _by_pins(self, group: PinnedCompany) -> str | None:
        ids = {party.id for party in group.parties}
        of = {kind: [pin for pin in group.pins if pin.kind == kind] for kind in ("apart", "leave", *OF_TRAVEL)}
        if any({party.id for party in self.index.parties(pin)} <= ids for pin in of["apart"]):
            return _("a party rides one run, and so do those who are pinned together or to one run")
        if of["leave"] and any(of[kind] for kind in OF_TRAVEL):
            return _("who stays behind has no run, date, place or mode")
        if len({(pin.run, pin.date) for pin in of["run"]}) > 1:
            return _("nobody rides two runs")
        if len({pin.date for pin in (*of["date"], *of["run"]) if pin.date is not None}) > 1:
            return _("nobody travels on two dates")
        if len({*(pin.mode for pin in of["mode"]), *(self._mode_of(pin) for pin in of["run"])}) > 1:
            return _("nobody travels by coach and train at once")
        boards: dict[str, str] = {}
        for pin in of["board"]:
            for party in self.index.parties(pin):
                if boards.setdefault(party.id, pin.board) != pin.board:
                    return _("a party boards at one place")
        return None

    def _mode_of(self, pin: Pin) -> str:
        return "train" if (pin.run, pin.date) in self.trains else "coach"

    def _by_seats(self, group: PinnedCompany) -> str | None:
        seats: dict[str, str] = {}
        of_party: dict[str, dict[str, int]] = {}
        for pin in group.pins:
            if pin.kind != "run" or not pin.seat:
                continue
            if seats.setdefault(pin.seat, pin.person) != pin.person:
                return _("a seat is for one person")
            if not (pin.seat.isascii() and pin.seat.isdigit()):
                continue
            party = self.index.parties(pin)[0]
            number = of_party.setdefault(party.id, {}).setdefault(pin.person, int(pin.seat))
            if number != int(pin.seat):
                return _("a person has one seat")
            if max(of_party[party.id].values()) - min(of_party[party.id].values()) >= party.size:
                return ngettext(
                    "a party sits in consecutive seats: {n} person",
                    "a party sits in consecutive seats: {n} people",
                    party.size,
                ).format(n=party.size)
        return None

    # Pins against rosters, fleet and rules -------------------------------------------------------------------------

    def _by_rules(self, group: PinnedCompany, closed: Collection[Pin]) -> str | None:
        kinds = {pin.kind for pin in group.pins}
        if not kinds.intersection((*OF_TRAVEL, "together")) or "leave" in kinds:
            return None
        first = max(party.earliest for party in group.parties)
        last = min(party.latest for party in group.parties)
        pinned = {pin.date for pin in group.pins if pin.kind in ("date", "run") and pin.date is not None}
        for day in pinned:
            for party in group.parties:
                if not party.earliest <= day <= party.latest:
                    form = _("the roster lets {ref} travel from {first} to {last}, not on {day}")
                    wish = {"first": party.earliest, "last": party.latest, "day": day}
                    return form.format(ref=party.people[0].ref, **wish)
        if first > last:
            one, other = next((a, b) for a, b in combinations(group.parties, 2) if max_first(a, b) > min_last(a, b))
            form = _("{ref} may travel from {first} to {last}, {other} from {from_} to {to}")
            spans = {"first": one.earliest, "last": one.latest, "from_": other.earliest, "to": other.latest}
            return form.format(ref=one.people[0].ref, other=other.people[0].ref, **spans)
        modes = frozenset({"coach", "train"})
        for party in group.parties:
            modes &= {"coach", "train"} if party.mode == "any" else {party.mode}
        if not modes:
            return _("some of them asked for a coach, some for a train")
        wanted: set[str] = {pin.mode for pin in group.pins if pin.kind == "mode"}
        wanted |= {self._mode_of(pin) for pin in group.pins if pin.kind == "run"}
        if wanted and not modes & wanted:
            return _("they asked for a coach only") if "coach" in modes else _("they asked for a train only")
        days = frozenset(
            day for day in self.problem.settings.days if first <= day <= last and (not pinned or day in pinned)
        )
        train = next(
            ((pin.run, pin.date) for pin in group.pins if pin.kind == "run" and self._mode_of(pin) == "train"), None
        )
        boards = {party.id: pin.board for pin in group.pins if pin.kind == "board" for party in self.index.parties(pin)}
        if not days:
            return _("the season has no day for them")
        allowed = frozenset(modes & wanted) if wanted else modes
        chosen = (train[0], train[1]) if train is not None and train[1] is not None else None
        company = Company(group.parties, days, allowed, boards, chosen, tuple(closed))
        return self._way(company)

    def _way(self, company: Company) -> str | None:
        key = (
            tuple(sorted(party.id for party in company.parties)),
            company.days,
            company.modes,
            tuple(sorted(company.boards.items())),
            company.train,
            company.closed,
        )
        if key not in self._known:
            self._known[key] = self.ways.why_none(company)
        return self._known[key]

    def rides_anyhow(self, party: Party) -> bool:
        """Tell whether a party could travel if nothing at all were pinned."""
        modes = frozenset({"coach", "train"} if party.mode == "any" else {party.mode})
        days = frozenset(day for day in self.problem.settings.days if party.earliest <= day <= party.latest)
        return bool(days) and self._way(Company((party,), days, modes)) is None


def max_first(one: Party, other: Party) -> dt.date:
    """Return the first day on which both may travel."""
    return max(one.earliest, other.earliest)


def min_last(one: Party, other: Party) -> dt.date:
    """Return the last day on which both may travel."""
    return min(one.latest, other.latest)
