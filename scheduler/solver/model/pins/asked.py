"""What pins ask of a problem's parties and runs, by name: read once, before the problem becomes arrays.

Some pins only narrow what a party may ride (``date``, ``board``, ``mode``, a train's ``run``): they are data of its
class. Others **link** parties with each other or with a run (``together``, ``apart``, ``run``, ``open``): they are rows
of programs (see `links`). ``closed`` takes services away. A party of which nothing is left to ride stays behind, as
``leave`` asks, and with it those who would ride together with it. Pins of people who are not in the problem bind
nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from scheduler.errors import InputError
from scheduler.evaluate import division_within
from scheduler.i18n import _
from scheduler.pinned import PinIndex
from scheduler.pins import Pin
from scheduler.plan import Plan, Run
from scheduler.problem import Mode, Party, Problem, Train

TrainKey = tuple[str, date]
"""Number and date: at most one run."""

_RUN_ID = re.compile(r"([CT])(\d\d)(\d\d)-")
"""As `plan_builder` makes them: the mode, the month, the day."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is left to a party: one date, one boarding place, one mode, one train; empty: whatever it likes."""

    day: date | None = None
    board: str = ""
    mode: Mode = "any"
    train: TrainKey | None = None


@dataclass(frozen=True, slots=True)
class RunPattern:
    """Runs that agree with every filled column of a pin.

    Attributes
    ----------
    day : date or None
        Of the departure.
    board, destination, vehicle_type : str
        As the pin has them; empty: any.
    mode : {"coach", "train", "any"}
        Of the run that the pin names.
    train : (str, date) or None
        That run's train.
    stops, all_stops : frozenset of str
        Work-end stops of that run, a coach: one of them must be met, or all. Empty: any.
    run : str
        Its id, which the run that agrees is given.
    """

    day: date | None = None
    board: str = ""
    destination: str = ""
    vehicle_type: str = ""
    mode: Mode = "any"
    train: TrainKey | None = None
    stops: frozenset[str] = frozenset()
    all_stops: frozenset[str] = frozenset()
    run: str = ""

    def may_be(self, train: Train) -> bool:
        """Tell whether a train could agree."""
        return (
            self.day in (None, train.date)
            and not self.vehicle_type
            and self.mode != "coach"
            and self.train in (None, (train.train, train.date))
        )

    def has_way(self, problem: Problem, board: str, work: str) -> bool:
        """Tell whether a train that may agree does so with a rider from a place, whose work end is another."""
        return self.board in ("", board) and (not self.destination or self.lies_there(problem, work))

    def lies_there(self, problem: Problem, place: str) -> bool:
        """Tell whether a place lies in the destination."""
        known = problem.places.get(place)
        return known is not None and known.division is not None and division_within(known.division, self.destination)


@dataclass(frozen=True)
class PinnedWishes:
    """The pins of a problem, by party.

    Attributes
    ----------
    narrowed : mapping of str to Narrowed
        By id of the party.
    left : frozenset of str
        Parties that are not served.
    groups : tuple of tuple of str
        Linked parties, each in one group; those of one group ride the same run or none does.
    run_of : mapping of str to str
        The run that a linked party must ride.
    apart : tuple of (str, str)
        Linked parties that never ride the same run.
    opens, closed : tuple of RunPattern
        Runs of which one must go; runs that must not.
    seats : mapping of str to (str, str)
        By key of the person: the run, and the seat on it.
    pins_of : mapping of str to tuple of Pin
        By party: what is pinned of it.
    """

    narrowed: Mapping[str, Narrowed] = field(default_factory=dict)
    left: frozenset[str] = frozenset()
    groups: tuple[tuple[str, ...], ...] = ()
    run_of: Mapping[str, str] = field(default_factory=dict)
    apart: tuple[tuple[str, str], ...] = ()
    opens: tuple[RunPattern, ...] = ()
    closed: tuple[RunPattern, ...] = ()
    seats: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    pins_of: Mapping[str, tuple[Pin, ...]] = field(default_factory=dict)

    @property
    def linked(self) -> frozenset[str]:
        """The parties of all groups."""
        return frozenset(party for group in self.groups for party in group)


NO_PINS = PinnedWishes()


def read_pins(problem: Problem, present: Plan | None = None, fixed: Sequence[Run] = ()) -> PinnedWishes:
    """Return what the pins of a problem ask of its parties.

    Parameters
    ----------
    problem : Problem
        Without the riders of `fixed` runs, whose pins bind nobody any more.
    present : Plan or None
        The plan that stands, whose runs pins name.
    fixed : sequence of Run
        Runs that go anyway: what must go may be one of these.

    Raises
    ------
    InputError
        When a pin names a run that nobody knows, or pins cannot hold together.
    """
    return _Reader(problem, present, fixed).read() if problem.pins else NO_PINS


class _Reader:
    def __init__(self, problem: Problem, present: Plan | None, fixed: Sequence[Run]) -> None:
        self.problem, self.fixed = problem, fixed
        self.runs = {run.id: run for run in present.runs} if present is not None else {}
        self.party_of = {person.key: party for party in problem.parties for person in party.people}
        self.pins_of: dict[str, list[Pin]] = {}
        self.together: dict[str, str] = {}
        """A forest: each linked party's parent."""

    def read(self) -> PinnedWishes:
        pins = self.problem.pins
        of_runs = [pin for pin in pins if pin.kind == "run" and pin.person in self.party_of]
        run_of = self._runs(of_runs)
        for pin in pins:
            if pin.kind == "together" and (pair := self._pair(pin)):
                self._join(*pair)
        apart = [pair for pin in pins if pin.kind == "apart" and (pair := self._pair(pin))]
        for party in (party for pair in apart for party in pair):
            self.together.setdefault(party, party)
        forced: dict[str, str] = {}
        for party, run in run_of.items():
            root = self._root(party)
            if forced.setdefault(root, run) != run:
                raise self._contradiction(pin.ref for pin in of_runs)
        roots: dict[str, list[str]] = {}
        for party in self.together:
            roots.setdefault(self._root(party), []).append(party)
        narrowed, shut = self._narrowed()
        for one, other in apart:
            if one == other:
                raise self._contradiction(pin.ref for pin in self.pins_of[one] if pin.kind == "apart")
            if self._root(one) == self._root(other):
                shut.add(one)  # together and apart: neither rides
        left = self._left(shut, roots, forced)
        by_run = {run: root for root, run in forced.items()}
        names = sorted(by_run)
        apart += [(by_run[a], by_run[b]) for i, a in enumerate(names) for b in names[i + 1 :]]
        index = PinIndex(self.problem)
        opens = [pin for pin in pins if pin.kind == "open"]
        return PinnedWishes(
            narrowed=narrowed,
            left=frozenset(left),
            groups=tuple(tuple(sorted(each)) for _root, each in sorted(roots.items()) if each[0] not in left),
            run_of={party: forced[root] for root, each in roots.items() for party in each if root in forced},
            apart=tuple(pair for pair in apart if left.isdisjoint(pair)),
            opens=tuple(self._pattern(p) for p in opens if not any(index.agrees(p, run) for run in self.fixed)),
            closed=tuple(self._pattern(pin) for pin in pins if pin.kind == "closed"),
            seats={pin.person: (pin.run, pin.seat) for pin in of_runs if pin.seat},
            pins_of={party: tuple(each) for party, each in self.pins_of.items()},
        )

    def _pair(self, pin: Pin) -> tuple[str, str] | None:
        """Return the parties of a pin about two people, None where one of them is not there."""
        if pin.person not in self.party_of or pin.with_ not in self.party_of:
            return None
        pair = self.party_of[pin.person].id, self.party_of[pin.with_].id
        for party in pair:
            self.pins_of.setdefault(party, []).append(pin)
        return pair if pin.kind == "apart" or pair[0] != pair[1] else None

    # Links -----------------------------------------------------------------------------------------------------------

    def _runs(self, pins: Iterable[Pin]) -> dict[str, str]:
        """Return the run that each party must ride; those of one run are joined."""
        run_of: dict[str, str] = {}
        first: dict[str, str] = {}
        for pin in pins:
            party = self.party_of[pin.person].id
            self.pins_of.setdefault(party, []).append(pin)
            train = self._run(pin).train
            run = pin.run if train is None else f"{train[0]} {train[1]}"  # a train number runs on many days
            if run_of.setdefault(party, run) != run:
                raise self._contradiction(p.ref for p in self.pins_of[party] if p.kind == "run")
            self._join(first.setdefault(run, party), party)
        return run_of

    def _root(self, party: str) -> str:
        while self.together[party] != party:
            party = self.together[party]
        return party

    def _join(self, one: str, other: str) -> None:
        for party in (one, other):
            self.together.setdefault(party, party)
        a, b = sorted((self._root(one), self._root(other)))
        self.together[b] = a

    def _left(self, shut: set[str], roots: Mapping[str, Sequence[str]], forced: Mapping[str, str]) -> set[str]:
        """Return who stays behind: who must, and those who would ride together with them."""
        left = set(shut)
        for root, parties in roots.items():
            if not left.isdisjoint(parties):
                if root in forced:
                    refs = (pin.ref for party in parties for pin in self.pins_of.get(party, ()))
                    raise self._contradiction(refs)
                left.update(parties)
        return left

    # Wishes ----------------------------------------------------------------------------------------------------------

    def _narrowed(self) -> tuple[dict[str, Narrowed], set[str]]:
        """Return what is left to each party, and the parties to whom nothing is left."""
        narrowed: dict[str, Narrowed] = {}
        shut: set[str] = set()
        for pin in self.problem.pins:
            party = self.party_of.get(pin.person)
            if party is None or pin.kind not in ("date", "board", "mode", "leave", "run"):
                continue
            if pin.kind != "run":
                self.pins_of.setdefault(party.id, []).append(pin)
            asked = Narrowed() if pin.kind == "leave" else self._asked(pin)
            now = _both(narrowed.get(party.id, Narrowed()), asked)
            if pin.kind == "leave" or now is None or not _possible(party, now):
                shut.add(party.id)
            else:
                narrowed[party.id] = now
        return narrowed, shut

    def _asked(self, pin: Pin) -> Narrowed:
        if pin.kind == "date":
            return Narrowed(day=pin.date)
        if pin.kind == "board":
            return Narrowed(board=pin.board)
        if pin.kind == "mode":
            return Narrowed(mode=pin.mode or "any")
        run = self._run(pin)
        return Narrowed(day=run.day, mode=run.mode, train=run.train)

    # Runs ------------------------------------------------------------------------------------------------------------

    def _run(self, pin: Pin) -> RunPattern:
        """Return what is known of the run that a pin names."""
        run = self.runs.get(pin.run)
        if run is not None and run.mode == "train":
            return RunPattern(run.date, mode="train", train=(run.train or "", run.date), run=run.id)
        if run is not None:
            works = run.places("alight" if self.problem.settings.direction == "to_work" else "board")
            vehicle_type = run.vehicle_type or ""
            return RunPattern(run.date, vehicle_type=vehicle_type, mode="coach", stops=frozenset(works), run=run.id)
        named = (train for train in self.problem.trains if train.train == pin.run and pin.date in (None, train.date))
        trains = [(train.train, train.date) for train in named]
        if len(trains) == 1:
            return RunPattern(trains[0][1], mode="train", train=trains[0])
        found = _RUN_ID.match(pin.run)
        days = [day for day in self.problem.settings.days if found and f"{day:%m%d}" == found[2] + found[3]]
        if found is None or not days:
            what = _("{run} is pinned, and no run of that id is known").format(run=pin.run)
            raise InputError(what, pin.ref, _("name a run of the plan that stands, or take the row out"))
        return RunPattern(days[0], mode="coach" if found[1] == "C" else "train", run=pin.run)

    def _pattern(self, pin: Pin) -> RunPattern:
        named, must_go = self._run(pin) if pin.run else RunPattern(), pin.kind == "open"
        return RunPattern(
            day=pin.date or named.day,
            board=pin.board,
            destination=pin.destination,
            vehicle_type=pin.vehicle_type or ("" if must_go else named.vehicle_type),
            mode=named.mode,
            train=named.train,
            stops=named.stops if must_go else frozenset(),
            all_stops=frozenset() if must_go else named.stops,
            run=named.run if must_go else "",
        )

    def _contradiction(self, refs: Iterable[str]) -> InputError:
        return _not_obeyed(_("no plan obeys all pins: {pins}"), refs)


def not_obeyed(problem: Problem) -> InputError:
    """Return the error where no plan was found that obeys the pins of a problem."""
    return _not_obeyed(_("no plan was found that obeys all pins: {pins}"), (pin.ref for pin in problem.pins))


def _not_obeyed(what: str, refs: Iterable[str]) -> InputError:
    rows = ", ".join(dict.fromkeys(refs))
    return InputError(what.format(pins=rows), cure=_("`scheduler pins` names those that contradict each other"))


def _both(one: Narrowed, other: Narrowed) -> Narrowed | None:
    """Return what two pins leave, None where that is nothing."""
    days, boards = {one.day, other.day} - {None}, {one.board, other.board} - {""}
    modes, trains = {one.mode, other.mode} - {"any"}, {one.train, other.train} - {None}
    if max(len(days), len(boards), len(modes), len(trains)) > 1:
        return None
    return Narrowed(
        day=next(iter(days), None),
        board=next(iter(boards), ""),
        mode=next(iter(modes), "any"),
        train=next(iter(trains), None),
    )


def _possible(party: Party, now: Narrowed) -> bool:
    """Tell whether the wishes of a party leave anything of what is pinned."""
    in_time = now.day is None or party.earliest <= now.day <= party.latest
    return in_time and ("any" in (party.mode, now.mode) or party.mode == now.mode)
