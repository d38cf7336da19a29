"""What pins mean, from the contract alone, for `exact_model`: which services are allowed, and which must go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scheduler.pins import Pin
from scheduler.plan import Plan, Run
from scheduler.problem import Party, Problem
from tests.builders import Service

Ends = tuple[str, str]


@dataclass(frozen=True)
class Rule:
    """At least one service of those that count must run."""

    counts: Callable[[Service, Sequence[Party], Mapping[str, Ends]], bool]


@dataclass(frozen=True)
class _Target:
    """What a run that a pin names is: its mode, date, train and work-end stops."""

    mode: str
    date: date
    train: str | None
    works: frozenset[str]


class ExactPins:
    """The pins of a problem about parties that no frozen run holds."""

    def __init__(self, problem: Problem, parties: Sequence[Party], present: Plan | None) -> None:
        self.problem = problem
        self.to_work = problem.settings.direction == "to_work"
        self.party_of = {person.key: party for party in parties for person in party.people}
        self.runs = {run.id: run for run in present.runs} if present is not None else {}
        self.about: dict[str, list[Pin]] = {}
        for pin in problem.pins:
            if pin.person in self.party_of:
                self.about.setdefault(self.party_of[pin.person].id, []).append(pin)

    def board(self, party: Party) -> str:
        """Return the only place where a party may board; empty: any. A place that is none where two are asked."""
        places = {pin.board for pin in self.about.get(party.id, ()) if pin.kind == "board"}
        return "" if not places else places.pop() if len(places) == 1 else "nowhere"

    def allow(self, service: Service, parties: Sequence[Party]) -> bool:
        """Tell whether these parties may ride a service together."""
        return all(self._may_ride(pin, service) for p in parties for pin in self.about.get(p.id, ())) and all(
            self._together(pin, parties) for pin in self.problem.pins
        )

    def _may_ride(self, pin: Pin, service: Service) -> bool:
        mode = "train" if service.train else "coach"
        if pin.kind == "leave":
            return False
        if pin.kind == "date":
            return service.date == pin.date
        if pin.kind == "mode":
            return mode == pin.mode
        if pin.kind == "run":
            run = self._target(pin.run)
            return (mode, service.date) == (run.mode, run.date) and run.train in (None, service.train)
        return True

    def _together(self, pin: Pin, parties: Sequence[Party]) -> bool:
        ids = {party.id for party in parties}
        if pin.kind in ("together", "apart"):
            pair = [self.party_of[key].id for key in (pin.person, pin.with_) if key in self.party_of]
            if len(pair) < 2:
                return True
            inside = [party in ids for party in pair]
            return all(inside) or not any(inside) if pin.kind == "together" else not all(inside)
        if pin.kind == "run" and pin.person in self.party_of and self.party_of[pin.person].id in ids:
            of_run = {self.party_of[p.person].id for p in self._run_pins() if p.run == pin.run}
            others = {self.party_of[p.person].id for p in self._run_pins() if p.run != pin.run}
            return of_run <= ids and others.isdisjoint(ids)
        return True

    def _run_pins(self) -> list[Pin]:
        return [pin for pin in self.problem.pins if pin.kind == "run" and pin.person in self.party_of]

    def rules(self, frozen: Sequence[Run]) -> Iterator[Rule]:
        """Yield what must go: one run for each ``run`` pin, one that agrees for each ``open`` pin."""
        for pin in self._run_pins():
            party = self.party_of[pin.person]
            yield Rule(lambda _service, parties, _rides, party=party: party in parties)  # type: ignore[misc]
        for pin in self.problem.pins:
            if pin.kind == "open" and not any(self._agrees(pin, *_as_service(run, self.to_work)) for run in frozen):
                yield Rule(lambda service, _parties, rides, pin=pin: self._agrees(pin, service, rides))  # type: ignore[misc]

    def closed(self, service: Service, rides: Mapping[str, Ends]) -> bool:
        """Tell whether a service must not go."""
        return any(pin.kind == "closed" and self._agrees(pin, service, rides) for pin in self.problem.pins)

    def opened(self, service: Service, rides: Mapping[str, Ends]) -> tuple[bool, ...]:
        """Tell for each ``open`` pin whether a service agrees."""
        return tuple(self._agrees(pin, service, rides) for pin in self.problem.pins if pin.kind == "open")

    def _agrees(self, pin: Pin, service: Service, rides: Mapping[str, Ends]) -> bool:
        homes, works = {home for home, _work in rides.values()}, {work for _home, work in rides.values()}
        if pin.run:
            run = self._target(pin.run)
            if (run.mode, run.date) != ("train" if service.train else "coach", service.date):
                return False
            if run.train not in (None, service.train) or (run.works and run.works.isdisjoint(works)):
                return False
        if pin.date not in (None, service.date):
            return False
        if pin.board and pin.board not in (homes if self.to_work else works):
            return False
        if pin.vehicle_type and (service.train or service.vehicle[0] != pin.vehicle_type):
            return False
        return not pin.destination or any(self._lies(work, pin.destination) for work in works)

    def _lies(self, place: str, code: str) -> bool:
        own = self.problem.places[place].division
        head = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
        return own is not None and own.startswith(head)

    def _target(self, name: str) -> _Target:
        run = self.runs.get(name)
        if run is None:
            train = next(train for train in self.problem.trains if train.train == name)
            return _Target("train", train.date, train.train, frozenset())
        works = frozenset(run.places("alight" if self.to_work else "board")) if run.mode == "coach" else frozenset()
        return _Target(run.mode, run.date, run.train, works)


def _as_service(run: Run, to_work: bool) -> tuple[Service, dict[str, Ends]]:
    """Return a run as a service with its riders' ends."""
    ends = {p.person: (p.board, p.alight) if to_work else (p.alight, p.board) for p in run.passengers}
    vehicle = run.vehicle_type or "", run.operator or ""
    return Service(run.date, (), (), vehicle, run.train), ends
