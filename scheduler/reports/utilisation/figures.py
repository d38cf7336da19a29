"""What the utilisation page tells beyond loads: seat-km, money a head, empty seats, fleet use, shifts, unserved."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from scheduler.evaluate import Evaluator
from scheduler.itinerary import FeederSummary
from scheduler.plan import Run
from scheduler.problem import Party, VehicleType
from scheduler.reports.book import Book, Rider
from scheduler.reports.money import Money, feeders_of, money
from scheduler.reports.utilisation.loads import Utilisation, of_book, shared


@dataclass(frozen=True, slots=True)
class Baseline:
    """Figures of a plan to stand beside another of the same season; `paid_fen` is for vehicles and fares alone."""

    name: str
    coach_runs: int
    coach_people: int
    coach_seats: int
    served: int
    paid_fen: int

    @property
    def a_head_yuan(self) -> float:
        """Yuan of vehicles and fares for each person with a seat."""
        return self.paid_fen / 100 / self.served if self.served else 0.0

    @property
    def load_factor(self) -> float:
        """People over seats of the coaches."""
        return self.coach_people / self.coach_seats if self.coach_seats else 0.0

    @property
    def people_a_run(self) -> float:
        """People a coach run."""
        return self.coach_people / self.coach_runs if self.coach_runs else 0.0


@dataclass(frozen=True, slots=True)
class EmptySeats:
    """A coach run's free seats (reserve seats not counted), and the unserved parties that fit its date and stops."""

    run: Run
    free: int
    candidates: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class TypeUse:
    """Coaches of one type held and available on each day of the season."""

    vehicle: VehicleType
    held: tuple[int, ...]
    available: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HeadCost:
    """What is paid for the people carried to one destination; a run's cost is shared equally among its riders."""

    destination: str
    people: int
    cost_fen: float

    @property
    def a_head_yuan(self) -> float:
        """Yuan a person."""
        return self.cost_fen / 100 / self.people if self.people else 0.0


@dataclass(frozen=True, slots=True)
class UnservedReason:
    """People left behind for one reason: what most of them are told, and what would help these."""

    code: str
    reason: str
    remedy: str
    parties: int
    people: int


@dataclass(frozen=True, slots=True)
class Insight:
    """All figures of the utilisation page; it holds no name, number or phone of anybody."""

    loads: Utilisation
    mine: Baseline
    money: Money
    feeders: FeederSummary | None
    seat_km_factor: float | None
    cost: tuple[HeadCost, ...]
    empty: tuple[EmptySeats, ...]
    fleet: tuple[TypeUse, ...]
    days: tuple[date, ...]
    shifts: tuple[tuple[int, int], ...]
    without_wish: int
    unserved: tuple[UnservedReason, ...]
    people: int
    by_cell: dict[tuple[date, str], tuple[int, int]]


def insight(book: Book, name: str) -> Insight:
    """Return the figures of a joined plan, called `name` in comparisons."""
    evaluator = Evaluator(book.problem)
    loads = of_book(book)
    shifts, without_wish = _shifts(book)
    feeders = feeders_of(book.problem, book.plan)
    return Insight(
        loads=loads,
        mine=baseline(book, name),
        money=money(book.problem, book.plan),
        feeders=feeders,
        seat_km_factor=_seat_km_factor(book),
        cost=_cost(book, evaluator),
        empty=_empty_seats(book, evaluator),
        fleet=_fleet(book, evaluator),
        days=book.problem.settings.days,
        shifts=shifts,
        without_wish=without_wish,
        unserved=_unserved(book),
        people=book.problem.people,
        by_cell=_by_cell(book),
    )


def baseline(book: Book, name: str) -> Baseline:
    """Return the figures of a plan, called `name`, that comparisons show."""
    loads = of_book(book)
    coaches = loads.coaches
    paid_fen = book.plan.cost.runs + book.plan.cost.seats
    return Baseline(name, coaches.runs, coaches.people, coaches.seats, loads.total.people, paid_fen)


def _riders(book: Book) -> list[Rider]:
    return [rider for run in book.runs for rider in book.riders[run.id]]


def _seat_km_factor(book: Book) -> float | None:
    """Passenger-km over seat-km of the coaches: an empty seat counts for as long as it is driven about."""
    passenger_km = seat_km = 0.0
    for run in book.runs:
        if run.mode != "coach":
            continue
        stops = [stop.place for stop in run.stops if stop.kind != "rest"]
        on, off = Counter(r.board for r in book.riders[run.id]), Counter(r.alight for r in book.riders[run.id])
        aboard = 0
        for here, there in pairwise(stops):
            aboard += on[here] - off[here]
            km = book.problem.km(here, there)
            passenger_km += aboard * km
            seat_km += run.seats * km
    return passenger_km / seat_km if seat_km and math.isfinite(seat_km) else None


def _cost(book: Book, evaluator: Evaluator) -> tuple[HeadCost, ...]:
    people: Counter[str] = Counter()
    cost: dict[str, float] = {}
    for run in book.runs:
        riders = book.riders[run.id]
        share = evaluator.run_fen(run) / len(riders) if riders else 0.0
        fares = _fares(evaluator, run)
        for rider in riders:
            work_stop = rider.party.work_stop
            people[work_stop] += 1
            cost[work_stop] = cost.get(work_stop, 0.0) + share + fares.get(rider.alight, 0)
    rows = (HeadCost(name, people[name], fen) for name, fen in cost.items())
    return tuple(sorted(rows, key=lambda row: (-row.people, row.destination)))


def _fares(evaluator: Evaluator, run: Run) -> dict[str, int]:
    if run.mode == "coach":
        return {}
    stops = evaluator.trains[run.train or "", run.date].stops
    return {stop.place: stop.fare_fen for stop in stops if stop.fare_fen is not None}


def _empty_seats(book: Book, evaluator: Evaluator) -> tuple[EmptySeats, ...]:
    waiting = book.parties_left()
    reserve = book.problem.settings.policy.reserve_seats
    rows = []
    for run in book.runs:
        free = run.seats - reserve - run.load
        if run.mode == "coach" and free > 0:
            fits = tuple(party for party in waiting if party.size <= free and _could_ride(book, evaluator, party, run))
            rows.append(EmptySeats(run, free, fits))
    return tuple(sorted(rows, key=lambda row: (-row.free, row.run.date, row.run.id)))


def _could_ride(book: Book, evaluator: Evaluator, party: Party, run: Run) -> bool:
    """Tell whether a party could ride a coach run as it is: date, mode, a stop at either end."""
    if party.mode == "train" or not party.earliest <= run.date <= party.latest:
        return False
    home, work = ("board", "alight") if book.to_work else ("alight", "board")
    if evaluator.access_fen(party.origin).keys().isdisjoint(run.places(home)):
        return False
    stops = set(run.places(work))
    return all(not stops.isdisjoint(evaluator.coach_work_stops(party, person)) for person in party.people)


def _fleet(book: Book, evaluator: Evaluator) -> tuple[TypeUse, ...]:
    days = book.problem.settings.days
    held: dict[tuple[str, str], Counter[date]] = {}
    for run in book.runs:
        if run.mode == "coach":
            first, last = evaluator.days_held(run.date, evaluator.run_path(run).path_m)
            count = held.setdefault((run.vehicle_type or "", run.operator or ""), Counter())
            count.update(day for day in days if first <= day <= last)
    return tuple(
        TypeUse(
            vehicle,
            tuple(held.get(vehicle.key, Counter())[day] for day in days),
            tuple(vehicle.available(day) for day in days),
        )
        for vehicle in book.problem.vehicle_types
    )


def _shifts(book: Book) -> tuple[tuple[tuple[int, int], ...], int]:
    """Return people by days away from their preferred date (minus: earlier), and those who named none."""
    days: Counter[int] = Counter()
    without = 0
    for rider in _riders(book):
        if rider.party.preferred is None:
            without += 1
        else:
            days[(rider.run.date - rider.party.preferred).days] += 1
    return tuple(sorted(days.items())), without


def _unserved(book: Book) -> tuple[UnservedReason, ...]:
    reasons: dict[str, Counter[tuple[str, str]]] = {}
    people: Counter[str] = Counter()
    parties: Counter[str] = Counter()
    for entry in book.plan.unserved:
        reasons.setdefault(entry.code, Counter())[entry.reason, entry.remedy] += len(entry.refs)
        people[entry.code] += len(entry.refs)
        parties[entry.code] += 1
    order: Sequence[str] = sorted(people, key=lambda code: (-people[code], code))
    return tuple(
        UnservedReason(code, *reasons[code].most_common(1)[0][0], parties[code], people[code]) for code in order
    )


def _by_cell(book: Book) -> dict[tuple[date, str], tuple[int, int]]:
    """Return (people, seats) by date and destination, a run's seats shared among its destinations."""
    cells: dict[tuple[date, str], tuple[int, int]] = {}
    for run in book.runs:
        here = Counter(rider.party.work_stop for rider in book.riders[run.id])
        for place, seats in shared(run.seats, here).items():
            people, before = cells.get((run.date, place), (0, 0))
            cells[run.date, place] = (people + here[place], before + seats)
    return cells
