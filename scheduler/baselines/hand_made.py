"""Rows of a plan made by hand -> a plan that can be verified and costed by the same rules as ours.

What a hand-made plan does not say is filled in its favour: the stops of a coach in the order of the shortest way, its
earliest legal timetable, seats by number, an empty boarding place as the cheapest of the run's that is open to the
person, an empty alighting place as the own destination's stop. What it says stays as it is, whatever rule it breaks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from scheduler._version import __version__
from scheduler.evaluate import Evaluator, Path
from scheduler.itinerary import timetable
from scheduler.plan import Cost, Passenger, Plan, Run, SetAsideRow, Stop, Unserved
from scheduler.problem import Party, Person, Train, VehicleType


class HandMadeRow(Protocol):
    """One person on one run, as written; empty or None where the cell is empty."""

    @property
    def person(self) -> Person: ...
    @property
    def run(self) -> str: ...
    @property
    def day(self) -> date | None: ...
    @property
    def board(self) -> str: ...
    @property
    def alight(self) -> str: ...
    @property
    def vehicle_type(self) -> str: ...
    @property
    def operator(self) -> str: ...
    @property
    def where(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps a row, or a run, of a hand-made plan from being a row of a plan: where, what."""

    where: str
    code: str
    what: str
    value: str


@dataclass(frozen=True, slots=True)
class HandMade:
    """A plan made by hand: what could be made of it, and what could not."""

    plan: Plan
    faults: tuple[Fault, ...]


def hand_made(evaluator: Evaluator, rows: Sequence[HandMadeRow]) -> HandMade:
    """Return the plan that the rows describe; its cost is the Evaluator's.

    Faults name the rows that cannot be part of any plan: a person twice, a run without a date, a vehicle or train
    that the season does not have, a place that is not known. The codes are those of messages in `FAULTS`.
    """
    return _Maker(evaluator).make(rows)


FAULTS = ("twice", "dates", "no_date", "vehicles", "no_vehicle", "place", "way")


class _Maker:
    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.problem = evaluator.problem
        self.party_of = {person.ref: party for party in self.problem.parties for person in party.people}
        self.faults: list[Fault] = []

    def make(self, rows: Sequence[HandMadeRow]) -> HandMade:
        seen: set[str] = set()
        by_run: dict[str, list[HandMadeRow]] = {}
        for row in rows:
            if row.person.ref in seen:
                self.fault(row, "twice", row.run)
                continue
            seen.add(row.person.ref)
            by_run.setdefault(row.run, []).append(row)
        runs = tuple(run for name, riders in by_run.items() if (run := self.run(name, riders)) is not None)
        return HandMade(self.plan(runs), tuple(self.faults))

    def fault(self, row: HandMadeRow, code: str, value: str) -> None:
        self.faults.append(Fault(row.where, code, code, value))

    def run(self, name: str, rows: list[HandMadeRow]) -> Run | None:
        """Return one run, or None where it can be none."""
        day = self.day(rows)
        if day is None:
            return None
        train = self.evaluator.trains.get((name, day)) or self.evaluator.trains.get((rows[0].vehicle_type, day))
        if train is not None:
            return self.train(name, train, rows)
        vehicle = self.vehicle(rows)
        return None if vehicle is None else self.coach(name, day, vehicle, rows)

    def day(self, rows: list[HandMadeRow]) -> date | None:
        days = Counter(row.day for row in rows if row.day is not None)
        if not days:
            self.fault(rows[0], "no_date", rows[0].run)
            return None
        chosen = min(days, key=lambda day: (-days[day], day))
        for row in rows:
            if row.day not in (None, chosen):
                self.fault(row, "dates", f"{row.day} / {chosen}")
        return chosen

    def vehicle(self, rows: list[HandMadeRow]) -> VehicleType | None:
        """Return the vehicle type that the run names; of several operators' the one named, else the cheapest."""
        named = Counter((row.vehicle_type, row.operator) for row in rows if row.vehicle_type)
        if not named:
            self.fault(rows[0], "no_vehicle", "")
            return None
        (kind, operator), _number = named.most_common(1)[0]
        for row in rows:
            if row.vehicle_type not in ("", kind):
                self.fault(row, "vehicles", f"{row.vehicle_type} / {kind}")
        fitting = [
            each for each in self.problem.vehicle_types if each.vehicle_type == kind and operator in ("", each.operator)
        ]
        if not fitting:
            self.fault(rows[0], "no_vehicle", " ".join(filter(None, (kind, operator))))
            return None
        return min(fitting, key=lambda each: (each.fixed_cost_fen, each.cost_per_km_fen, each.key))

    def ends(self, rows: list[HandMadeRow]) -> list[tuple[HandMadeRow, str, str]]:
        """Return who boards and alights where, by name of place; rows of a place that is not known are faults."""
        known = []
        for row in rows:
            places = [self.place(text) for text in (row.board, row.alight)]
            for text, place in zip((row.board, row.alight), places, strict=True):
                if text and place is None:
                    self.fault(row, "place", text)
            if all(place is not None or not text for text, place in zip((row.board, row.alight), places, strict=True)):
                known.append((row, places[0] or "", places[1] or ""))
        stops = {board for _row, board, _alight in known if board}, {alight for *_rest, alight in known if alight}
        return [
            (row, board or self.default(row, "board", stops[0]), alight or self.default(row, "alight", stops[1]))
            for row, board, alight in known
        ]

    def place(self, text: str) -> str | None:
        """Return the place of a name: as it stands, or the one whose name ends so (深圳市 for 广东省深圳市)."""
        if not text or text in self.problem.places:
            return text or None
        near = [name for name in self.problem.places if name.endswith(text) or name.removesuffix("市").endswith(text)]
        return near[0] if len(near) == 1 else None

    def default(self, row: HandMadeRow, end: str, stops: Iterable[str]) -> str:
        """Return the place that an empty cell means."""
        party = self.party_of[row.person.ref]
        at_home = (end == "board") == self.evaluator.to_work
        if not at_home:
            return row.person.employer_stop if row.person.employer_stop in set(stops) else party.work_stop
        access = self.evaluator.access_fen(party.origin)
        open_stops = [stop for stop in sorted(stops) if stop in access] or sorted(access)
        return min(open_stops, key=lambda stop: access[stop], default=party.origin)

    def coach(self, name: str, day: date, vehicle: VehicleType, rows: list[HandMadeRow]) -> Run | None:
        riders = self.ends(rows)
        if not riders:
            return None
        boards, alights = {board for _row, board, _alight in riders}, {alight for *_rest, alight in riders}
        home, work = (boards, alights) if self.evaluator.to_work else (alights, boards)
        path = self.path(home, work)
        if path is None:
            self.fault(rows[0], "way", name)
            return None
        drivers = self.evaluator.drivers(path)
        order = {place: number for number, place in enumerate(path.stops)}
        riders.sort(key=lambda rider: (order[rider[1]], order[rider[2]], self.party_of[rider[0].person.ref].id))
        run = Run(
            id=name,
            mode="coach",
            date=day,
            vehicle_type=vehicle.vehicle_type,
            operator=vehicle.operator,
            seats=self.evaluator.seats(vehicle.rated_seats, drivers),
            path_km=path.path_km,
            drivers=drivers,
            stops=(
                *(Stop(place=place, kind="board") for place in path.boarding),
                *(Stop(place=place, kind="alight") for place in path.alighting),
            ),
            passengers=tuple(self.passenger(rider, str(seat)) for seat, rider in enumerate(riders, start=1)),
        )
        return run.model_copy(update={"stops": timetable(self.evaluator, run) or run.stops})

    def path(self, home: set[str], work: set[str]) -> Path | None:
        """Return the shortest way; with more stops than any coach may make, the stops by name."""
        if len(home) > MOST_STOPS or len(work) > MOST_STOPS:
            ends = (tuple(sorted(home)), tuple(sorted(work)))
            path = self.evaluator.path_of(*(ends if self.evaluator.to_work else ends[::-1]))
        else:
            path = self.evaluator.path(home, work)
        return path if path.path_m > 0 else None

    def train(self, name: str, train: Train, rows: list[HandMadeRow]) -> Run:
        riders = self.ends(rows)
        boards, alights = {board for _row, board, _alight in riders}, {alight for *_rest, alight in riders}
        stops = []
        for stop in train.stops:
            if stop.place in alights:
                stops.append(Stop(place=stop.place, kind="alight"))
            if stop.place in boards:
                stops.append(Stop(place=stop.place, kind="board"))
        run = Run(
            id=name,
            mode="train",
            date=train.date,
            train=train.train,
            seats=train.seats,
            stops=tuple(stops),
            passengers=tuple(self.passenger(rider, None) for rider in riders),
        )
        return run.model_copy(update={"stops": timetable(self.evaluator, run) or run.stops})

    def passenger(self, rider: tuple[HandMadeRow, str, str], seat: str | None) -> Passenger:
        row, board, alight = rider
        person = row.person
        party = self.party_of[person.ref].id
        return Passenger(person=person.key, ref=person.ref, party=party, seat=seat, board=board, alight=alight)

    def plan(self, runs: tuple[Run, ...]) -> Plan:
        problem = self.problem
        served = {passenger.party for run in runs for passenger in run.passengers}
        return Plan(
            season=problem.settings.name,
            direction=problem.settings.direction,
            version=__version__,
            inputs_sha256=problem.inputs_sha256,
            cost=Cost(),
            runs=runs,
            set_aside=tuple(SetAsideRow(ref=row.ref, codes=row.codes) for row in problem.set_aside),
            unserved=tuple(_left(party) for party in problem.parties if party.id not in served),
        )


def _left(party: Party) -> Unserved:
    return Unserved(
        party=party.id,
        persons=tuple(person.key for person in party.people),
        refs=tuple(person.ref for person in party.people),
        code="U299",
        reason="not in the plan made by hand",
        proof="open",
        scope="rest_as_planned",
        extra_cost=None,
        remedy="scheduler plan",
        remedy_args=(),
    )


MOST_STOPS = 4
"""More at one end no season allows; all orders of more would take too long."""
