"""One run of a plan with other people on it: its stops, times and exact cost, or the rule that forbids it.

Nothing else of the plan changes. A stop that nobody uses any more is dropped, a coach that nobody rides does not run,
and the cost counts those who would have to be told another time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scheduler.evaluate import Evaluator, is_moved
from scheduler.i18n import _, ngettext
from scheduler.itinerary import timetable
from scheduler.plan import Passenger, Plan, Run, Stop
from scheduler.problem import Problem, Train


@dataclass(frozen=True, slots=True)
class Reseated:
    """A run after a change, None where it does not run any more; and what the whole plan costs more (less, below 0).

    `rule` is set where the change is forbidden; the figures mean nothing then. `spent_fen` is the part that a budget
    counts: runs and fares.
    """

    run: Run | None = None
    extra_fen: int = 0
    spent_fen: int = 0
    rule: str | None = None


class Reseating:
    """Runs of one plan, with other people."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.evaluator = Evaluator(problem)
        self.policy = problem.settings.policy
        self.party_of = {person.key: party for party in problem.parties for person in party.people}
        self.told = {told.person: told for told in plan.told}
        self.held: Counter[tuple[tuple[str, str], date]] = Counter()
        for run in plan.runs:
            self.held.update(self._held(run))

    def with_people(self, run: Run, passengers: Sequence[Passenger]) -> Reseated:
        """Return a run of the plan with these people on it instead of its own."""
        if not passengers:
            return Reseated(None, -self.run_fen(run), -self.spent_fen(run))
        after = self._train(run, passengers) if run.mode == "train" else self._coach(run, passengers)
        if isinstance(after, str):
            return Reseated(rule=after)
        return Reseated(after, self.run_fen(after) - self.run_fen(run), self.spent_fen(after) - self.spent_fen(run))

    def run_fen(self, run: Run) -> int:
        """Return all that a run costs: itself, fares, ways, date shifts, and its people who are moved."""
        return self.spent_fen(run) + sum(self.own_fen(run, passenger) for passenger in run.passengers)

    def spent_fen(self, run: Run) -> int:
        """Return a run's coach or train, and fares."""
        return self.evaluator.run_fen(run) + sum(self.fare_fen(run, passenger) for passenger in run.passengers)

    def own_fen(self, run: Run, passenger: Passenger) -> int:
        """Return what one person on a run costs beside the run and the fare."""
        party = self.party_of.get(passenger.person)
        if party is None:  # gone from the rosters: the run is older
            return 0
        home = passenger.board if self.evaluator.to_work else passenger.alight
        shift_days = abs((run.date - party.preferred).days) if party.preferred is not None else 0
        told = self.told.get(passenger.person)
        moved = told is not None and is_moved(told, run, passenger, self.policy.notice_tolerance_min)
        access_fen = self.evaluator.access_fen(party.origin).get(home, 0)
        return access_fen + self.policy.date_shift_cost_fen * shift_days + self.policy.move_cost_fen * moved

    def leaving_fen(self, people: Sequence[str]) -> int:
        """Return what people without a seat cost: their weight, and what they had been told."""
        parties = {party.id: party for key in people if (party := self.party_of.get(key)) is not None}
        moved = sum(key in self.told and key in self.party_of for key in people)
        weight = sum(party.weight for party in parties.values())
        return self.policy.unserved_cost_fen * weight + self.policy.move_cost_fen * moved

    def fare_fen(self, run: Run, passenger: Passenger) -> int:
        """Return what one person's seat on a train costs."""
        if run.mode == "coach":
            return 0
        train = self.evaluator.trains[run.train or "", run.date]
        return next((s.fare_fen for s in train.stops if s.place == passenger.alight and s.fare_fen is not None), 0)

    # Trains ------------------------------------------------------------------------------------------------------

    def _train(self, run: Run, passengers: Sequence[Passenger]) -> Run | str:
        train = self.evaluator.trains[run.train or "", run.date]
        if len(passengers) < train.min_load:
            return _too_few(run, len(passengers), train.min_load)
        if self.taken(train, passengers) > train.seats:
            return _("{run} is full").format(run=run.id)
        boards, alights = {each.board for each in passengers}, {each.alight for each in passengers}
        stops = []
        for stop in train.stops:
            if stop.place in alights:
                stops.append(Stop(place=stop.place, kind="alight"))
            if stop.place in boards:
                stops.append(Stop(place=stop.place, kind="board"))
        return self._timed(run.model_copy(update={"stops": tuple(stops), "passengers": tuple(passengers)}))

    def taken(self, train: Train, passengers: Sequence[Passenger]) -> int:
        """Return the seats that people take of a train's block: all of them, or, with `resell`, on its fullest leg."""
        if not train.resell:
            return len(passengers)
        places = [stop.place for stop in train.stops]
        legs: Counter[int] = Counter()
        for each in passengers:
            legs.update(range(places.index(each.board), places.index(each.alight)))
        return max(legs.values(), default=0)

    # Coaches -----------------------------------------------------------------------------------------------------

    def _coach(self, run: Run, passengers: Sequence[Passenger]) -> Run | str:
        ends = run.places("board"), run.places("alight")
        used = {each.board for each in passengers}, {each.alight for each in passengers}
        after = run.model_copy(update={"passengers": tuple(passengers)})
        if (set(ends[0]), set(ends[1])) != used:
            shorter = self._other_stops(after, *used)
            if isinstance(shorter, str):
                return shorter
            after = shorter
        if after.load < self.policy.min_load:
            return _too_few(run, after.load, self.policy.min_load)
        if after.load > after.seats - self.policy.reserve_seats:
            return _("{run} is full").format(run=run.id)
        return self._timed(after)

    def _other_stops(self, run: Run, boards: set[str], alights: set[str]) -> Run | str:
        """Return a run over those stops only; or why that may not be."""
        home, work = (boards, alights) if self.evaluator.to_work else (alights, boards)
        if not self.evaluator.allowed(home, work):
            return _("without them the way of {run} is longer than max_detour allows").format(run=run.id)
        path = self.evaluator.path(home, work)
        drivers = self.evaluator.drivers(path)
        vehicle = self.evaluator.types[run.vehicle_type or "", run.operator or ""]
        changed = {
            "stops": _stops(path.boarding, path.alighting),
            "drivers": drivers,
            "path_km": path.path_km,
            "seats": self.evaluator.seats(vehicle.rated_seats, drivers),
        }
        return run.model_copy(update=changed)

    def _timed(self, run: Run) -> Run | str:
        midnight = datetime.combine(run.date, time())
        promised = []
        for each in run.passengers:
            told = self.told.get(each.person)
            if told is not None and told.depart is not None and told.date == run.date and told.board == each.board:
                promised.append((told.board, round((told.depart - midnight).total_seconds() / 60)))
        stops = timetable(self.evaluator, run, promised)
        if stops is None:
            return _("with them {run} has no legal timetable").format(run=run.id)
        return run.model_copy(update={"stops": stops})

    # A coach more --------------------------------------------------------------------------------------------------

    def new_coach(self, blank: Run, home: str, work: str, passengers: Sequence[Passenger]) -> Run | str:
        """Return a coach of its own over two stops, with its times; or why there can be none."""
        path = self.evaluator.path([home], [work])
        stops = _stops(path.boarding, path.alighting)
        return self._timed(blank.model_copy(update={"stops": stops, "passengers": tuple(passengers)}))

    def is_free(self, key: tuple[str, str], day: date, path_m: int, without: Run | None) -> bool:
        """Tell whether a coach more of a type is free for a run, once another run of the plan does not run."""
        less = Counter(self._held(without)) if without is not None else Counter()
        vehicle = self.evaluator.types[key]
        return all(self.held[key, each] - less[key, each] < vehicle.available(each) for each in self._days(day, path_m))

    def _held(self, run: Run) -> list[tuple[tuple[str, str], date]]:
        if run.mode != "coach":
            return []
        key = run.vehicle_type or "", run.operator or ""
        return [(key, day) for day in self._days(run.date, self.evaluator.run_path(run).path_m)]

    def _days(self, day: date, path_m: int) -> list[date]:
        settings = self.problem.settings
        first, last = self.evaluator.days_held(day, path_m)
        first, last = max(first, settings.first_date), min(last, settings.last_date)
        return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def _stops(boarding: Sequence[str], alighting: Sequence[str]) -> tuple[Stop, ...]:
    return (*(Stop(place=p, kind="board") for p in boarding), *(Stop(place=p, kind="alight") for p in alighting))


def _too_few(run: Run, load: int, least: int) -> str:
    return ngettext(
        "without them {run} has {n} person; it runs from {least}",
        "without them {run} has {n} people; it runs from {least}",
        load,
    ).format(run=run.id, n=load, least=least)
