"""What the plan says of those it leaves must be true: `no_option`, and `conflict` and `cost` as far as this looks.

`no_option` is held against every train and every coach from one stop straight to the destination. `conflict` and `cost`
are held, with everybody else as planned, against free seats on the runs of the plan and against a coach for the party
alone: a seat among those would be a way that nothing shuts, and may cost less than leaving. A party that a pin binds is
not looked at: the pin may be what shuts its ways.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from scheduler.evaluate import Path
from scheduler.i18n import _
from scheduler.itinerary import timetable
from scheduler.pinned import PinIndex
from scheduler.plan import Passenger, Run, Stop
from scheduler.problem import Party, Train, VehicleType, is_work_end
from scheduler.verify.coaches import HOME_KINDS
from scheduler.verify.context import Case, ResolvedCoach
from scheduler.verify.violation import Violation, violation

Seat = tuple[str, int]
"""A way that nothing shuts: its name, and what it costs more than leaving the party, in fen."""


def no_option(case: Case) -> Iterator[Violation]:
    """Check that a party said to have no option has none: no train, and no coach from one stop to the destination."""
    known: dict[tuple[object, ...], str | None] = {}
    sizes = Counter(party.size for party in case.problem.parties)
    for entry in case.plan.unserved:
        party = case.parties.get(entry.party)
        if party is None or entry.proof != "no_option":
            continue
        wish = party.origin, party.work_stop, party.earliest, party.latest, party.mode, party.size
        if wish not in known:
            known[wish] = _train(case, party, sizes) or _coach(case, party, sizes)
        option = known[wish]
        if option is not None:
            yield violation("V124", entry.party, _("no run that could carry it"), option)


def shut_out(case: Case) -> Iterator[Violation]:
    """Check that a party said to be shut out finds no seat, and one said to be too dear none cheaper than leaving."""
    seats = _Seats(case)
    bound = seats.pinned.by_party
    for entry in case.plan.unserved:
        party = case.parties.get(entry.party)
        if party is None or party.id in bound or entry.proof not in ("conflict", "cost"):
            continue
        for name, extra_fen in seats.of(party):
            if entry.proof == "conflict":
                yield violation("V125", entry.party, _("no seat for it"), name)
                break
            if extra_fen < 0:
                yield violation("V126", entry.party, _("no seat cheaper than leaving it"), name)
                break


def _train(case: Case, party: Party, sizes: Mapping[int, int]) -> str | None:
    if party.mode == "coach":
        return None
    for train in case.problem.trains:
        in_time = party.earliest <= train.date <= party.latest and case.in_season(train.date)
        if in_time and _fills(sizes, party, train.min_load, train.seats) and case.evaluator.train_options(train, party):
            return f"{train.train} {train.date}"
    return None


def _coach(case: Case, party: Party, sizes: Mapping[int, int]) -> str | None:
    if party.mode == "train":
        return None
    for home, path in _straight(case, party):
        for vehicle in case.problem.vehicle_types:
            if _fills(sizes, party, case.policy.min_load, _seats(case, vehicle, path)):
                for day in _window(case, party):
                    if all(vehicle.available(each) for each in _days_held(case, day, path)):
                        return f"{home} > {party.work_stop} {' '.join(vehicle.key)}"
    return None


def _fills(sizes: Mapping[int, int], party: Party, least: int, most: int) -> bool:
    """Tell whether a party and others, all whole, can be from `least` to `most` people; `sizes` counts all parties."""
    sums = 1  # bit n: some of the others are n people
    for size, number in sizes.items():
        for _one in range(min(number - (size == party.size), max(most, 0) // size)):
            sums |= sums << size
    return any(sums >> people & 1 for people in range(max(0, least - party.size), most - party.size + 1))


def _straight(case: Case, party: Party) -> Iterator[tuple[str, Path]]:
    """Iterate over the paths from one place where a party may board to its destination, and nowhere else."""
    for home in case.evaluator.access_fen(party.origin):
        place = case.problem.places[home]
        if place.kind in HOME_KINDS and not is_work_end(place) and case.evaluator.allowed([home], [party.work_stop]):
            yield home, case.evaluator.path([home], [party.work_stop])


def _seats(case: Case, vehicle: VehicleType, path: Path) -> int:
    seats = case.evaluator.seats(vehicle.rated_seats, case.evaluator.drivers(path))
    return seats - case.policy.reserve_seats


def _window(case: Case, party: Party) -> list[date]:
    return [day for day in case.problem.settings.days if party.earliest <= day <= party.latest]


def _days_held(case: Case, day: date, path: Path) -> list[date]:
    first, last = case.evaluator.days_held(day, path.path_m)
    return [each for each in case.problem.settings.days if first <= each <= last]


class _Seats:
    """The seats that a plan leaves: on its runs, and on coaches that would be free."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.pinned = PinIndex(case.problem)
        self.coaches: dict[date, list[ResolvedCoach]] = {}
        self.held: Counter[tuple[tuple[str, str], int]] = Counter()
        for coach in case.coaches:
            if coach.vehicle is not None and coach.path is not None and case.in_season(coach.run.date):
                if coach.run.id not in case.frozen:
                    self.coaches.setdefault(coach.run.date, []).append(coach)
                self.held.update((coach.vehicle.key, day) for day in case.season_days_held(coach))
        cost, budget = case.plan.cost, case.policy.budget_fen
        self.spare_fen = None if budget is None else budget - cost.runs - cost.seats

    def of(self, party: Party) -> Iterator[Seat]:
        """Iterate over the seats for a party that nothing shuts."""
        if party.mode != "train":
            yield from self._aboard(party)
            if party.size >= self.case.policy.min_load:
                yield from self._alone(party)
        if party.mode != "coach":
            for run, train in self.case.train_runs:
                if run.id in self.case.frozen:
                    continue
                if train is not None and party.earliest <= train.date <= party.latest:
                    yield from self._on_train(party, run, train)

    def _extra_fen(self, party: Party, day: date, fen: int) -> int:
        """Return `fen` a person and the date shift, less what leaving the party costs."""
        away = abs((day - party.preferred).days) if party.preferred is not None else 0
        policy = self.case.policy
        return party.size * (fen + away * policy.date_shift_cost_fen) - party.weight * policy.unserved_cost_fen

    def _affordable(self, fen: int) -> bool:
        return self.spare_fen is None or fen <= self.spare_fen

    def _aboard(self, party: Party) -> Iterator[Seat]:
        case, access = self.case, self.case.evaluator.access_fen(party.origin)
        for day in _window(case, party):
            for coach in self.coaches.get(day, ()):
                run, path, vehicle = coach.run, coach.path, coach.vehicle
                assert path is not None
                assert vehicle is not None
                if run.load + party.size > _seats(case, vehicle, path):
                    continue
                home, work = (path.boarding, path.alighting) if case.to_work else (path.alighting, path.boarding)
                open_homes = [name for name in home if name in access]
                if not open_homes or not all(
                    case.evaluator.coach_work_stops(party, p) & set(work) for p in party.people
                ):
                    continue
                boards = min(open_homes, key=lambda name: access[name])
                if self._legal(party, run, boards, work):
                    yield run.id, self._extra_fen(party, day, access[boards])

    def _alone(self, party: Party) -> Iterator[Seat]:
        case = self.case
        for home, path in _straight(case, party):
            for vehicle in case.problem.vehicle_types:
                run_fen = case.evaluator.coach_fen(vehicle, path)
                if party.size > _seats(case, vehicle, path) or not self._affordable(run_fen):
                    continue
                for day in _window(case, party):
                    days = _days_held(case, day, path)
                    taken = (self.held[vehicle.key, each.toordinal()] for each in days)
                    if not all(n < vehicle.available(each) for n, each in zip(taken, days, strict=True)):
                        continue
                    stops = [Stop(place=place, kind="board") for place in path.boarding]
                    stops += [Stop(place=place, kind="alight") for place in path.alighting]
                    name = f"{day} {home} > {party.work_stop} {' '.join(vehicle.key)}"
                    run = Run(
                        id=name,
                        mode="coach",
                        date=day,
                        vehicle_type=vehicle.vehicle_type,
                        seats=0,
                        drivers=case.evaluator.drivers(path),
                        stops=tuple(stops),
                        passengers=(),
                    )
                    if not self._is_closed(run) and self._legal(party, run, home, (party.work_stop,)):
                        access = case.evaluator.access_fen(party.origin)[home]
                        yield name, run_fen + self._extra_fen(party, day, access)

    def _is_closed(self, run: Run) -> bool:
        """Tell whether a pin forbids a run."""
        return any(pin.kind == "closed" and self.pinned.agrees(pin, run) for pin in self.pinned.of_runs)

    def _would_be_closed(self, run: Run, board: str, alight: str) -> bool:
        """Tell whether a pin forbids a train once somebody boards and alights where nobody does yet."""
        boards = {*(each.board for each in run.passengers), board}
        alights = {*(each.alight for each in run.passengers), alight}
        work = alights if self.case.to_work else boards
        closed = [pin for pin in self.pinned.of_runs if pin.kind == "closed"]
        return any(
            (not pin.run or self.pinned.is_run(pin, run))
            and self.pinned.agrees_with(pin, run.date, boards, work, run.vehicle_type)
            for pin in closed
        )

    def _legal(self, party: Party, run: Run, home: str, works: tuple[str, ...]) -> bool:
        """Tell whether a run has a legal timetable with the party on it."""
        passengers = list(run.passengers)
        for person in party.people:
            work = person.employer_stop if person.employer_stop in works else party.work_stop
            board, alight = (home, work) if self.case.to_work else (work, home)
            passengers.append(
                Passenger(
                    person=person.key, ref=person.ref, party=party.id, seat=None, board=board, alight=alight or ""
                )
            )
        return timetable(self.case.evaluator, run.model_copy(update={"passengers": tuple(passengers)})) is not None

    def _on_train(self, party: Party, run: Run, train: Train) -> Iterator[Seat]:
        """Iterate over the seats on a train of the plan; one with `resell` is asked leg by leg."""
        places = [stop.place for stop in train.stops]
        taken: Counter[int] = Counter()
        for passenger in run.passengers:
            if passenger.board not in places or passenger.alight not in places:
                return  # V183, V184 say so
            taken.update(range(places.index(passenger.board), places.index(passenger.alight)))
        for board, alight, fen in self.case.evaluator.train_options(train, party):
            most = max(taken[leg] for leg in range(board, alight)) if train.resell else run.load
            fares = party.size * (train.stops[alight].fare_fen or 0)
            if self._would_be_closed(run, places[board], places[alight]):
                continue
            if most + party.size <= train.seats and self._affordable(fares):
                yield f"{train.train} {train.date}", self._extra_fen(party, train.date, fen)
