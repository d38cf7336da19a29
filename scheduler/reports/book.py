"""Join a plan's passengers to the roster's people, in the order in which they board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from scheduler.errors import PlanError
from scheduler.i18n import _
from scheduler.itinerary import GroupLeader, group_leaders
from scheduler.plan import Feeder, FeederStop, Plan, Run
from scheduler.problem import Escort, Party, Person, Problem
from scheduler.reports.gather import Gather, gather

ADULT_AGE = 18


@dataclass(frozen=True, slots=True)
class Rider:
    """One person on one run; `nth` of `party_size` counts the members of the party that ride (from 1)."""

    run: Run
    person: Person
    party: Party
    seat: str
    board: str
    alight: str
    nth: int = 1
    party_size: int = 1

    def is_minor(self) -> bool:
        """Tell whether the person is known to be under 18 on the day of departure."""
        birth, day = self.person.birth, self.run.date
        if birth is None:
            return False
        return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day)) < ADULT_AGE


class Book:
    """A plan beside its problem, ready to be laid out: riders per run, people by ref, staff by name.

    Raises
    ------
    PlanError
        When the plan names people, places, vehicles or trains that the season no longer has.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.parties: Mapping[str, Party] = {party.id: party for party in problem.parties}
        self.people: Mapping[str, Person] = {p.ref: p for party in problem.parties for p in party.people}
        self.escorts: Mapping[str, Escort] = {escort.name: escort for escort in problem.escorts}
        first = "board" if self.to_work else "alight"
        self.feeder_stops: Mapping[tuple[str, str], tuple[Feeder, FeederStop]] = {
            (feeder.serves, ref): (feeder, stop)
            for feeder in plan.feeders
            for stop in feeder.stops
            if stop.kind == first
            for ref in stop.refs
        }
        """By run and person, where who takes a feeder gets on it (to_home: off it)."""
        self.runs = tuple(sorted(plan.runs, key=departure_key))
        self.run_of: Mapping[str, Run] = {run.id: run for run in self.runs}
        for run in self.runs:
            self._check(run)
        self.group_leaders: Mapping[str, GroupLeader] = {
            run_id: group for group in group_leaders(problem, self.runs) for run_id in group.runs
        }
        self._gathers: dict[tuple[str, str], Gather] = {}
        self.riders: Mapping[str, tuple[Rider, ...]] = {run.id: self._boarding_order(run) for run in self.runs}

    @property
    def to_work(self) -> bool:
        """Whether people travel from the county to work."""
        return self.problem.settings.direction == "to_work"

    def gather(self, rider: Rider) -> Gather:
        """Return where, when and how a rider gathers: the same on whatever is printed or sent."""
        key = rider.run.id, rider.person.ref
        if key not in self._gathers:
            self._gathers[key] = gather(
                self.problem, rider.run, rider.board, rider.party.origin, self.feeder_stops.get(key)
            )
        return self._gathers[key]

    def work_end(self, rider: Rider) -> str:
        """Return the place of the work end where a rider alights (boards, in to_home)."""
        return rider.alight if self.to_work else rider.board

    def home_end(self, rider: Rider) -> str:
        """Return the place of the home end where a rider boards (alights, in to_home)."""
        return rider.board if self.to_work else rider.alight

    def _check(self, run: Run) -> None:
        """Refuse a plan made from other tables: nothing below needs to ask again."""
        types = {vehicle.key for vehicle in self.problem.vehicle_types}
        trains = {(train.train, train.date) for train in self.problem.trains}
        known = (run.vehicle_type, run.operator) in types if run.mode == "coach" else (run.train, run.date) in trains
        if not known:
            raise _stale(_("its vehicle type or train is not in the tables"), run.id)
        for stop in run.stops:
            if stop.kind != "rest" and stop.place not in self.problem.places:
                raise _stale(_("the place {name} is not in the tables").format(name=stop.place), run.id)

    def _boarding_order(self, run: Run) -> tuple[Rider, ...]:
        order = {stop.place: i for i, stop in enumerate(run.stops) if stop.kind == "board"}
        members: dict[str, list[Rider]] = {}
        for passenger in run.passengers:
            person, party = self.people.get(passenger.ref), self.parties.get(passenger.party)
            if person is None or party is None:
                raise _stale(_("{ref} is not in the rosters").format(ref=passenger.ref), run.id)
            rider = Rider(run, person, party, passenger.seat or "", passenger.board, passenger.alight)
            members.setdefault(passenger.party, []).append(rider)
        for riders in members.values():
            riders.sort(key=lambda rider: (order.get(rider.board, 0), seat_key(rider.seat)))

        def first(riders: list[Rider]) -> tuple[int, tuple[int, str], str]:
            return order.get(riders[0].board, 0), seat_key(riders[0].seat), riders[0].party.id

        return tuple(
            Rider(r.run, r.person, r.party, r.seat, r.board, r.alight, i, len(riders))
            for riders in sorted(members.values(), key=first)
            for i, r in enumerate(riders, 1)
        )


def _stale(what: str, run_id: str) -> PlanError:
    where = _("plan.json, run {id}").format(id=run_id)
    return PlanError(what, where, _("plan again: the rosters or tables have changed since"))


def seat_key(seat: str) -> tuple[int, str]:
    """Return a key that orders seats as people count: 2 before 12, 03车02A after both."""
    return (int(seat), "") if seat.isdecimal() else (10**9, seat)


def departure_key(run: Run) -> tuple[date, str, str]:
    """Return a key that orders runs by date, departure, id."""
    first = run.stops[0].depart if run.stops else None
    return run.date, first.strftime("%Y-%m-%d %H:%M") if first else "", run.id
