"""Pure arithmetic over a problem and a plan: paths, drivers, seats, days held, access, cost.

The search, the itinerary and the verifier all ask the same Evaluator, so there is one meaning of each figure. Distances
stay unrounded until a path is complete; then path km are rounded once, half up, to 0.1 km, and that figure
decides cost, drivers and days away, while the unrounded one decides the radius and detour rules.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise, permutations

from scheduler.plan import Cost, Passenger, Plan, Run, Told
from scheduler.problem import (
    AccessRow,
    Party,
    Person,
    Problem,
    Train,
    TrainStop,
    VehicleType,
    is_work_end,
)
from scheduler.units import FEN_PER_YUAN, round_half_up

KM_TOLERANCE = 1e-9
HALF_STEP_KM = 0.05
HOUR_TOLERANCE = 1e-9
ONE_DRIVER_MAX_M = 600_000
ONE_DRIVER_MAX_H = 8
TWO_DRIVERS_MAX_H = 16


def drivers_for(hours: float, path_m: int) -> int:
    """Return the drivers of a run: 1 up to 8 h and 600 km, 2 up to 16 h, else 3."""
    hours -= HOUR_TOLERANCE
    if hours <= ONE_DRIVER_MAX_H and path_m <= ONE_DRIVER_MAX_M:
        return 1
    return 2 if hours <= TWO_DRIVERS_MAX_H else 3


def division_within(code: str, ancestor: str) -> bool:
    """Tell whether a GB/T 2260 division is, or lies within, another (440306 within 440300; 310115 within 310000)."""
    if ancestor.endswith("0000"):
        return code[:2] == ancestor[:2]
    if ancestor.endswith("00"):
        return code[:4] == ancestor[:4]
    return code == ancestor


def is_moved(told: Told, run: Run | None, passenger: Passenger | None, tolerance_min: int) -> bool:
    """Tell whether a person who was told something would have to be told something else.

    Parameters
    ----------
    told : Told
    run, passenger : Run and Passenger, or None
        How the person rides now; None: without a seat.
    tolerance_min : int
        By so many minutes the departure at the boarding place may differ (policy.notice_tolerance_min).

    Notes
    -----
    Which run it is, which vehicle and which seat does not matter. Who was told no time is not moved by one.
    """
    if run is None or passenger is None:
        return True
    if (run.date, passenger.board, passenger.alight) != (told.date, told.board, told.alight):
        return True
    if told.depart is None:
        return False
    departs = run.departure(passenger.board)
    return departs is None or abs(departs - told.depart) > timedelta(minutes=tolerance_min)


def with_hub(problem: Problem, name: str) -> Problem:
    """Return the problem with a stop as a hub: people of other townships may board there, its own where they could.

    A township whose only stop is a hub has no stop any more, so what it has now is written down as rows of access.
    """
    place, access = problem.places[name], dict(problem.access)
    if place.township is not None:
        rows = access.get(place.township, ())
        listed = {row.boarding for row in rows}
        own = Evaluator(problem).access_fen(place.township)
        more = (AccessRow(each, fen) for each, fen in own.items() if each not in listed)
        access[place.township] = (*rows, *more)
    return replace(problem, places={**problem.places, name: replace(place, kind="hub")}, access=access)


def hubs_without_stop(problem: Problem, township: str) -> list[str]:
    """Return the hubs and stations of a township that has neither a stop nor rows in access: closed even to its own."""
    if township in problem.township_stop or problem.access.get(township):
        return []
    return [p.name for p in problem.places.values() if p.township == township and p.kind in ("hub", "station")]


@dataclass(frozen=True, slots=True)
class Path:
    """A coach's way: boarding stops, then alighting stops, in order of travel.

    `km` is the unrounded sum of the legs, `path_m` the same rounded to 0.1 km, `drive_min` the driving minutes.
    """

    boarding: tuple[str, ...]
    alighting: tuple[str, ...]
    km: float
    path_m: int
    drive_min: float

    @property
    def stops(self) -> tuple[str, ...]:
        """All stops in order."""
        return self.boarding + self.alighting

    @property
    def path_km(self) -> float:
        """Path km as the plan states it."""
        return self.path_m / 1000


class Evaluator:
    """Figures of one problem, cached. It never changes the problem, and knows no solver.

    Parameters
    ----------
    problem : Problem
        Whose places, vehicles and rules the figures go by.

    Attributes
    ----------
    types : mapping of (vehicle_type, operator) to VehicleType
    trains : mapping of (train, date) to Train
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.policy = problem.settings.policy
        self.rules = problem.settings.coach_rules
        self.to_work = problem.settings.direction == "to_work"
        self.types: Mapping[tuple[str, str], VehicleType] = {t.key: t for t in problem.vehicle_types}
        self.trains: Mapping[tuple[str, date], Train] = {(t.train, t.date): t for t in problem.trains}
        self._access: dict[str, dict[str, int]] = {}
        self._paths: dict[tuple[frozenset[str], frozenset[str]], Path] = {}

    # Who may board where ----------------------------------------------------------------------------------------

    def access_fen(self, origin: str) -> Mapping[str, int]:
        """Return where people of township `origin` may board (alight) at the home end, and the fen each pays.

        Own stops, hubs and stations are free; other hubs and stations cost access_fixed_cost + access_cost_per_km x
        km within access_max_km. Rows of access.csv replace the formula: hubs and stations they do not list are closed,
        own stops stay free unless listed. A township without a stop and without rows has no option: not even its hub.
        """
        if origin not in self._access:
            self._access[origin] = self._access_table(origin)
        return self._access[origin]

    def _access_table(self, origin: str) -> dict[str, int]:
        problem, policy = self.problem, self.policy
        own = {p.name for p in problem.places.values() if p.township == origin}
        own_stops = {name for name in own if problem.places[name].kind == "stop"}
        rows: Iterable[AccessRow] = problem.access.get(origin, ())
        if rows:
            # Even a listed stop takes only its own township's people: others board at hubs and stations alone.
            listed = {
                row.boarding: row.cost_fen
                for row in rows
                if row.boarding in own or problem.places[row.boarding].kind in ("hub", "station")
            }
            return dict.fromkeys(sorted(own_stops), 0) | listed
        if not own_stops:
            return {}
        township_stop = problem.township_stop[origin]
        table = {name: 0 for name in sorted(own) if problem.places[name].kind in ("stop", "hub", "station")}
        for place in problem.places.values():
            if place.name in own or place.kind not in ("hub", "station") or is_work_end(place):
                continue
            km = problem.km(township_stop, place.name)
            if km <= policy.access_max_km + KM_TOLERANCE:
                yuan = policy.access_fixed_cost + policy.access_cost_per_km * km
                table[place.name] = round_half_up(yuan * FEN_PER_YUAN)
        return table

    def coach_work_stops(self, party: Party, person: Person) -> frozenset[str]:
        """Return the work stops where a `person` of a `party` may alight from (board) a coach."""
        return frozenset(stop for stop in (party.work_stop, person.employer_stop) if stop is not None)

    def serves_destination(self, stop: TrainStop, party: Party) -> bool:
        """Tell whether a train's `stop` is, or belongs to, the destination of a `party`."""
        if stop.place == party.work_stop:
            return True
        code = self.problem.places[stop.place].division
        target = self.problem.places[party.work_stop].division
        return code is not None and target is not None and division_within(code, target)

    def train_options(self, train: Train, party: Party) -> list[tuple[int, int, int]]:
        """Return every way of a `party` on a `train`, cheapest first.

        Each is (boarding stop index, alighting stop index, fare + access in fen a person).
        """
        access = self.access_fen(party.origin)
        options = []
        for i, board in enumerate(train.stops):
            for j in range(i + 1, len(train.stops)):
                alight = train.stops[j]
                if not board.boards or alight.fare_fen is None:
                    continue
                home, work = (board, alight) if self.to_work else (alight, board)
                if home.place in access and self.serves_destination(work, party):
                    options.append((i, j, alight.fare_fen + access[home.place]))
        return sorted(options, key=lambda option: (option[2], option))

    # Coaches -----------------------------------------------------------------------------------------------------

    def path(self, home: Iterable[str], work: Iterable[str]) -> Path:
        """Return the shortest path over all boarding, then all alighting stops, of the ends `home` and `work`.

        Ties are free: of several shortest orders it is the quickest of those that the detour rule allows, if it allows
        any.
        """
        key = frozenset(home), frozenset(work)
        if key not in self._paths:
            boarding, alighting = key if self.to_work else key[::-1]
            orders = (b + a for b in permutations(sorted(boarding)) for a in permutations(sorted(alighting)))
            paths = [self.path_of(order[: len(boarding)], order[len(boarding) :]) for order in orders]
            shortest_km = min(path.km for path in paths)
            tied = [path for path in paths if path.km <= shortest_km + KM_TOLERANCE]
            self._paths[key] = min(tied, key=lambda path: (not self.detour_ok(path), path.drive_min))
        return self._paths[key]

    def path_of(self, boarding: tuple[str, ...], alighting: tuple[str, ...]) -> Path:
        """Return the path over `boarding`, then `alighting`, in exactly this order.

        Its km is infinite and its path_m -1 when a leg has no distance.
        """
        stops = boarding + alighting
        km = sum(self.problem.km(a, b) for a, b in pairwise(stops))
        drive_min = sum(self.problem.minutes(a, b) for a, b in pairwise(stops))
        path_m = round_half_up(km * 10) * 100 if math.isfinite(km) else -1
        return Path(boarding, alighting, km, path_m, drive_min)

    def spread_km(self, stops: Iterable[str]) -> float:
        """Return the greatest road distance between two of the `stops`, in the longer direction."""
        names = sorted(set(stops))
        return max((self.problem.km(a, b) for a in names for b in names), default=0.0)

    def allowed(self, home: Iterable[str], work: Iterable[str]) -> bool:
        """Tell whether a coach may serve stops `home` and `work`: their number, radius at both ends, the detour."""
        home, work, policy = set(home), set(work), self.policy
        if not (1 <= len(home) <= policy.home_stops and 1 <= len(work) <= policy.work_stops):
            return False
        if self.spread_km(home) > policy.home_radius_km + KM_TOLERANCE:
            return False
        if self.spread_km(work) > policy.work_radius_km + KM_TOLERANCE:
            return False
        return self.detour_ok(self.path(home, work))

    def detour_ok(self, path: Path) -> bool:
        """Tell whether a `path` is at most max_detour times the direct distance of its ends, which must be known."""
        return path.km <= self.policy.max_detour * self._direct_km(path) + KM_TOLERANCE

    def _direct_km(self, path: Path) -> float:
        """Return the distance between a path's ends, -infinity where it is not known: nothing is allowed then."""
        direct_km = self.problem.km(path.stops[0], path.stops[-1])
        return direct_km if math.isfinite(direct_km) else -math.inf

    def drivers(self, path: Path) -> int:
        """Return the drivers that a `path` needs: 1 up to 8 h and 600 km, 2 up to 16 h, else 3.

        Hours are path km over the moving speed, or the driving minutes of distances.csv where those are longer: the
        worst 24 h of driving shared out at 8 h a driver (道路旅客运输企业安全管理规范 art. 38).
        """
        # The minutes belong to the unrounded path, which may be half a rounding step longer than path km.
        minutes_h = path.drive_min / 60 - HALF_STEP_KM / self.rules.moving_km_per_h
        return drivers_for(max(self.hours_by_km(path.path_m), minutes_h), path.path_m)

    def least_drivers(self, path_m: int) -> int:
        """Return the drivers that `path_m`, metres of path, alone ask for; a plan may never name fewer."""
        return drivers_for(self.hours_by_km(path_m), path_m)

    def hours_by_km(self, path_m: int) -> float:
        """Return the driving hours of `path_m` metres of path at the moving speed."""
        return path_m / 1000 / self.rules.moving_km_per_h

    def seats(self, rated_seats: int, drivers: int) -> int:
        """Return the passenger seats of a coach of `rated_seats` with so many `drivers`, before reserve_seats.

        Never negative.
        """
        crew = drivers + self.rules.escorts_per_run if self.rules.crew_in_rated_seats else 0
        return max(0, rated_seats - crew)

    def coach_fen(self, vehicle: VehicleType, path: Path) -> int:
        """Return the cost in fen of a run of a `vehicle` along a `path`."""
        km_fen = vehicle.cost_per_km_fen * path.path_m / 1000
        extra_stops = len(path.stops) - 2
        return round_half_up(vehicle.fixed_cost_fen + km_fen + self.policy.stop_cost_fen * extra_stops)

    def days_held(self, day: date, path_m: int) -> tuple[date, date]:
        """Return the first and last day on which a run of `day`, `path_m` metres long, holds its coach."""
        per_day_m = round_half_up(self.policy.turnaround_km_per_day * 1000)
        days = -(-2 * path_m // per_day_m) + 1
        first = day if self.to_work else day - timedelta(days=-(-path_m // per_day_m))
        return first, first + timedelta(days=days - 1)

    def days_for_runs_from(self, day: date) -> tuple[date, date]:
        """Return the first and last day of the season on which a coach must be there for runs of `day` and later.

        `to_home` it sets out before: by the longest way from a boarding point straight to where somebody works.
        """
        settings = self.problem.settings
        if self.to_work:
            return day, settings.last_date
        parties = self.problem.parties
        homes = sorted({place for origin in {party.origin for party in parties} for place in self.access_fen(origin)})
        works = sorted({party.work_stop for party in parties})
        straight = [
            self.path([home], [work]).path_m for home in homes for work in works if self.allowed([home], [work])
        ]
        first, _last = self.days_held(day, max(straight, default=0))
        return max(settings.first_date, first), settings.last_date

    # A plan's cost -----------------------------------------------------------------------------------------------

    def run_path(self, run: Run) -> Path:
        """Return the path of a coach `run`, in the order of its stops."""
        return self.path_of(run.places("board"), run.places("alight"))

    def run_fen(self, run: Run) -> int:
        """Return what a `run` costs by itself, in fen: the coach, or the train's fixed cost."""
        if run.mode == "train":
            return self.trains[run.train or "", run.date].fixed_cost_fen
        return self.coach_fen(self.types[run.vehicle_type or "", run.operator or ""], self.run_path(run))

    def cost(self, plan: Plan) -> Cost:
        """Return the cost of a `plan` from its decisions alone.

        Raises
        ------
        KeyError
            When the plan names a person, vehicle type, train or place the problem does not have; `verify` lists those.
        """
        parties = {person.key: party for party in self.problem.parties for person in party.people}
        served: set[str] = set()
        runs = seats = access = date_shift = 0
        for run in plan.runs:
            runs += self.run_fen(run)
            fares = self._fares(run)
            for passenger in run.passengers:
                party = parties[passenger.person]
                served.add(party.id)
                home = passenger.board if self.to_work else passenger.alight
                access += self.access_fen(party.origin)[home]
                seats += fares.get(passenger.alight, 0)
                if party.preferred is not None:
                    date_shift += self.policy.date_shift_cost_fen * abs((run.date - party.preferred).days)
        left = sum(party.weight for party in self.problem.parties if party.id not in served)
        unserved = self.policy.unserved_cost_fen * left
        moves = self.policy.move_cost_fen * len(self.moved(plan))
        return Cost(
            total=runs + seats + date_shift + access + unserved + moves,
            runs=runs,
            seats=seats,
            date_shift=date_shift,
            access=access,
            unserved=unserved,
            moves=moves,
        )

    def moved(self, plan: Plan) -> frozenset[str]:
        """Return the keys of the problem's people who were told something that a `plan` does not keep."""
        if not plan.told:
            return frozenset()
        known = {person.key for party in self.problem.parties for person in party.people}
        rides = {passenger.person: (run, passenger) for run, passenger in plan.passengers()}
        tolerance_min = self.policy.notice_tolerance_min
        moved = set()
        for told in plan.told:
            run, passenger = rides.get(told.person, (None, None))
            if told.person in known and is_moved(told, run, passenger, tolerance_min):
                moved.add(told.person)
        return frozenset(moved)

    def _fares(self, run: Run) -> dict[str, int]:
        if run.mode == "coach":
            return {}
        stops = self.trains[run.train or "", run.date].stops
        return {stop.place: stop.fare_fen for stop in stops if stop.fare_fen is not None}
