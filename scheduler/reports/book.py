"""Join a plan's passengers to the roster's people by their keys, in the order in which they board.

The rosters may have been sorted, renamed or sent anew since the plan was made: a name is printed as it stands today,
and never for anybody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from scheduler.errors import PlanError
from scheduler.i18n import _, ngettext
from scheduler.itinerary import GroupLeader, group_leaders
from scheduler.mask import without_ids
from scheduler.plan import Feeder, FeederStop, Plan, Run
from scheduler.problem import Escort, Party, Person, Problem
from scheduler.reports.gather import Gather, gather

ADULT_AGE = 18
GONE_SHOWN = 3


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
    """A plan beside its problem, ready to be laid out: riders per run, people by key, staff by name.

    Raises
    ------
    PlanError
        When the plan names people, places, vehicles or trains that the season no longer has.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.people: Mapping[str, Person] = {p.key: p for party in problem.parties for p in party.people}
        self.party_of: Mapping[str, Party] = {p.key: party for party in problem.parties for p in party.people}
        self.escorts: Mapping[str, Escort] = {escort.name: escort for escort in problem.escorts}
        first = "board" if self.to_work else "alight"
        self._person_at: Mapping[tuple[str, str], str] = {
            (run.id, passenger.ref): passenger.person for run, passenger in plan.passengers()
        }
        """Who stood at a row when the plan was made, by run."""
        _require_everyone(plan, self.people)
        self.feeder_stops: Mapping[str, tuple[Feeder, FeederStop]] = {
            person.key: (feeder, stop)
            for feeder in plan.feeders
            for stop in feeder.stops
            if stop.kind == first
            for person in self.feeder_riders(feeder, stop)
        }
        """By person, the feeder and where the person gets on it (to_home: off it)."""
        self._gathers: dict[str, Gather] = {}
        self.runs = tuple(sorted(plan.runs, key=departure_key))
        self.run_of: Mapping[str, Run] = {run.id: run for run in self.runs}
        for run in self.runs:
            self._check(run)
        self.group_leaders: Mapping[str, GroupLeader] = {
            run_id: group for group in group_leaders(problem, self.runs) for run_id in group.runs
        }
        self.riders: Mapping[str, tuple[Rider, ...]] = {run.id: self._boarding_order(run) for run in self.runs}

    @property
    def to_work(self) -> bool:
        """Whether people travel from the county to work."""
        return self.problem.settings.direction == "to_work"

    def gather(self, rider: Rider) -> Gather:
        """Return where, when and how a rider gathers: the same on whatever is printed or sent."""
        key = rider.person.key
        if key not in self._gathers:
            fetched, origin = self.feeder_stops.get(key), rider.party.origin
            self._gathers[key] = gather(self.problem, rider.run, rider.board, origin, fetched)
        return self._gathers[key]

    def work_end(self, rider: Rider) -> str:
        """Return the place of the work end where a rider alights (boards, in to_home)."""
        return rider.alight if self.to_work else rider.board

    def home_end(self, rider: Rider) -> str:
        """Return the place of the home end where a rider boards (alights, in to_home)."""
        return rider.board if self.to_work else rider.alight

    def keys_at(self, run: str, refs: Iterable[str]) -> list[str]:
        """Return the keys of riders of a run by the rows where they stood when the plan was made."""
        return [self._person_at[run, ref] for ref in refs if (run, ref) in self._person_at]

    def parties_left(self) -> list[Party]:
        """Return the parties of those whom the plan leaves behind, as they are today."""
        keys = (key for entry in self.plan.unserved for key in entry.persons)
        found = {self.party_of[key].id: self.party_of[key] for key in keys if key in self.party_of}
        return list(found.values())

    def feeder_riders(self, feeder: Feeder, stop: FeederStop) -> list[Person]:
        """Return who gets on or off a feeder at one of its stops."""
        return [self.people[key] for key in self.keys_at(feeder.serves, stop.refs)]

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
            person, party = self.people[passenger.person], self.party_of[passenger.person]
            rider = Rider(run, person, party, passenger.seat or "", passenger.board, passenger.alight)
            members.setdefault(passenger.party, []).append(rider)
        for riders in members.values():
            riders.sort(key=lambda rider: (order.get(rider.board, 0), seat_key(rider.seat)))

        def first(party: str) -> tuple[int, tuple[int, str], str]:
            # By the party's id in the plan: today's may be another, for it is that of who stands first in the rosters.
            return order.get(members[party][0].board, 0), seat_key(members[party][0].seat), party

        return tuple(
            Rider(r.run, r.person, r.party, r.seat, r.board, r.alight, i, len(members[party]))
            for party in sorted(members, key=first)
            for i, r in enumerate(members[party], 1)
        )


def _require_everyone(plan: Plan, people: Mapping[str, Person]) -> None:
    """Refuse a plan with riders whom the rosters no longer have: nobody else's name may stand on their seats."""
    gone = [(run, passenger) for run, passenger in plan.passengers() if passenger.person not in people]
    if gone:
        first = "、".join(f"{run.id} {without_ids(passenger.ref)}" for run, passenger in gone[:GONE_SHOWN])
        what = ngettext(
            "{n} person of the plan is not in the rosters any more, or their row cannot be used: {first}",
            "{n} people of the plan are not in the rosters any more, or their rows cannot be used: {first}",
            len(gone),
        )
        listed = first + (" …" if len(gone) > GONE_SHOWN else "")
        cure = _("plan again, or put their rows back; scheduler verify lists them all (V104)")
        raise PlanError(what.format(n=len(gone), first=listed), "plan.json", cure)


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
