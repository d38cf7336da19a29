"""Plans of the rivals, made from their decisions alone: which parties ride which run, and where they board."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from scheduler._version import __version__
from scheduler.evaluate import Evaluator, Path
from scheduler.itinerary import timetable
from scheduler.plan import Cost, Passenger, Plan, Run, SetAsideRow, Stop, Unserved
from scheduler.problem import Party, Train, VehicleType


@dataclass
class Departure:
    """One run being filled: a coach with its vehicle and path, or a train. `riders`: party, boards at, alights at."""

    day: date
    vehicle: VehicleType | None = None
    path: Path | None = None
    train: Train | None = None
    riders: list[tuple[Party, str, str]] = field(default_factory=list)

    @property
    def load(self) -> int:
        """How many people ride."""
        return sum(party.size for party, _board, _alight in self.riders)


class Fleet:
    """What is left of the coaches, day by day."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        days = evaluator.problem.settings.days
        self.free = {(key, day): each.available(day) for key, each in evaluator.types.items() for day in days}

    def _days(self, vehicle: VehicleType, day: date, path: Path) -> list[tuple[tuple[str, str], date]]:
        first, last = self.evaluator.days_held(day, path.path_m)
        days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
        return [(vehicle.key, each) for each in days if (vehicle.key, each) in self.free]

    def take(self, vehicle: VehicleType, day: date, path: Path) -> bool:
        """Hold a coach for a run of `day`; False, and nothing held, when there is none."""
        held = self._days(vehicle, day, path)
        if any(self.free[each] < 1 for each in held):
            return False
        for each in held:
            self.free[each] -= 1
        return True

    def give_back(self, vehicle: VehicleType, day: date, path: Path) -> None:
        """Undo `take`."""
        for each in self._days(vehicle, day, path):
            self.free[each] += 1


def passenger_seats(evaluator: Evaluator, vehicle: VehicleType, path: Path) -> int:
    """Return the seats that may be filled on a coach run, reserve seats off."""
    seats = evaluator.seats(vehicle.rated_seats, evaluator.drivers(path))
    return max(0, seats - evaluator.policy.reserve_seats)


def assemble(evaluator: Evaluator, departures: Iterable[Departure], reason: str) -> Plan:
    """Return the plan of the departures; who is on none is unserved for `reason`. Costs come from the Evaluator.

    A departure without any legal timetable does not run.
    """
    problem = evaluator.problem
    untimed = (_run(evaluator, number, each) for number, each in enumerate(departures, start=1))
    timed = ((run, timetable(evaluator, run)) for run in untimed)
    runs = tuple(run.model_copy(update={"stops": stops}) for run, stops in timed if stops is not None)
    served = {passenger.party for run in runs for passenger in run.passengers}
    unserved = tuple(
        Unserved(
            party=party.id,
            persons=tuple(person.key for person in party.people),
            refs=tuple(person.ref for person in party.people),
            code="U299",
            reason=reason,
            proof="open",
            scope="rest_as_planned",
            extra_cost=None,
            remedy="scheduler plan",
        )
        for party in problem.parties
        if party.id not in served
    )
    plan = Plan(
        season=problem.settings.name,
        direction=problem.settings.direction,
        version=__version__,
        inputs_sha256=problem.inputs_sha256,
        cost=Cost(),
        runs=runs,
        set_aside=tuple(SetAsideRow(ref=row.ref, codes=row.codes) for row in problem.set_aside),
        unserved=unserved,
    )
    return plan.model_copy(update={"cost": evaluator.cost(plan)})


def _run(evaluator: Evaluator, number: int, departure: Departure) -> Run:
    passengers = []
    seat = 0
    for party, board, alight in departure.riders:
        for person in party.people:
            seat += 1
            label = None if departure.train else str(seat)
            passengers.append(
                Passenger(person=person.key, ref=person.ref, party=party.id, seat=label, board=board, alight=alight)
            )
    vehicle, path, train = departure.vehicle, departure.path, departure.train
    if train is not None:
        used = {place for _party, *ends in departure.riders for place in ends}
        stops = tuple(
            Stop(place=stop.place, kind="board" if stop.boards else "alight")
            for stop in train.stops
            if stop.place in used
        )
        return Run(
            id=f"T{number:04d}",
            mode="train",
            date=departure.day,
            train=train.train,
            seats=train.seats,
            stops=stops,
            passengers=tuple(passengers),
        )
    assert vehicle is not None
    assert path is not None
    boards = [Stop(place=place, kind="board") for place in path.boarding]
    alights = [Stop(place=place, kind="alight") for place in path.alighting]
    return Run(
        id=f"C{number:04d}",
        mode="coach",
        date=departure.day,
        vehicle_type=vehicle.vehicle_type,
        operator=vehicle.operator,
        seats=evaluator.seats(vehicle.rated_seats, evaluator.drivers(path)),
        path_km=path.path_km,
        drivers=evaluator.drivers(path),
        stops=(*boards, *alights),
        passengers=tuple(passengers),
    )
