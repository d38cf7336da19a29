"""The by-hand rule: how a bureau plans with a spreadsheet, and what our plans are held against.

Per destination and preferred date (the earliest one where none is given), people are taken in the order of the roster.
Those who want a train, and those who take any mode, get seats on a train of that very date while there are any.
The others fill 49-seaters from the hub that most of them can reach, one coach after the other; each party goes on the
first coach it fits. When the 49-seaters are out, other types are taken, largest first. Larger groups choose first.
A coach or train that stays below its minimum load does not run, and who would have been on it stays behind. Every
hard rule is kept: fleet over the days held, seats less the crew, windows, modes, access, budget.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from scheduler.baselines.departures import Departure, Fleet, assemble, passenger_seats
from scheduler.evaluate import Evaluator, Path
from scheduler.plan import Plan
from scheduler.problem import Party, Problem, VehicleType

USUAL_SEATS = 49


def plan_by_hand(problem: Problem) -> Plan:
    """Return the plan that the by-hand rule makes. It has no bound."""
    evaluator = Evaluator(problem)
    rule = _ByHand(evaluator)
    rule.fill_trains()
    rule.fill_coaches()
    return assemble(evaluator, rule.departures, "by hand: no coach or train ran for this destination and date")


def _day(party: Party) -> date:
    return party.preferred if party.preferred is not None else party.earliest


class _ByHand:
    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.problem = evaluator.problem
        self.departures: list[Departure] = []
        self.seated: set[str] = set()
        self.spent_fen = 0

    def fill_trains(self) -> None:
        """Fill each train with those of its date, in the order of the roster."""
        by_day: dict[date, list[Party]] = {}
        for party in self.problem.parties:
            if party.mode != "coach":
                by_day.setdefault(_day(party), []).append(party)
        for train in self.problem.trains:
            departure = Departure(train.date, train=train)
            options: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
            fares = 0
            for party in by_day.get(train.date, ()):
                if party.id in self.seated or departure.load + party.size > train.seats:
                    continue
                if not party.earliest <= train.date <= party.latest:
                    continue
                key = party.origin, party.work_stop
                if key not in options:
                    options[key] = self.evaluator.train_options(train, party)
                if options[key]:
                    board, alight, _fen = options[key][0]
                    departure.riders.append((party, train.stops[board].place, train.stops[alight].place))
                    fares += (train.stops[alight].fare_fen or 0) * party.size
            if departure.riders and departure.load >= train.min_load:
                self._open(departure, train.fixed_cost_fen + fares)

    def fill_coaches(self) -> None:
        """Fill coaches group by group, a date after the other, the largest group of a date first."""
        groups: dict[tuple[date, str], list[Party]] = {}
        for party in self.problem.parties:
            if party.id not in self.seated and party.mode != "train" and party.earliest <= _day(party) <= party.latest:
                groups.setdefault((_day(party), party.work_stop), []).append(party)
        fleet = Fleet(self.evaluator)
        order = sorted(groups, key=lambda key: (key[0], -sum(party.size for party in groups[key]), key[1]))
        for day, work_stop in order:
            waiting = groups[day, work_stop]
            for hub in self._hubs(waiting):
                here = [party for party in waiting if hub in self.evaluator.access_fen(party.origin)]
                self._fill_group(fleet, day, hub, work_stop, here)
                waiting = [party for party in waiting if party not in here]

    def _hubs(self, parties: list[Party]) -> list[str]:
        """Return the boarding points, hubs first, then those that most of the parties can reach."""
        reach = Counter(name for party in parties for name in self.evaluator.access_fen(party.origin))
        places = self.problem.places
        names = [name for name in reach if places[name].kind in ("hub", "stop")]
        return sorted(names, key=lambda name: (places[name].kind != "hub", -reach[name], name))

    def _fill_group(self, fleet: Fleet, day: date, hub: str, work_stop: str, parties: list[Party]) -> None:
        if not self.evaluator.allowed([hub], [work_stop]):
            return
        path = self.evaluator.path([hub], [work_stop])
        ends = (hub, work_stop) if self.evaluator.to_work else (work_stop, hub)
        coaches: list[tuple[Departure, int]] = []
        for party in parties:
            coach = next((each for each, seats in coaches if each.load + party.size <= seats), None)
            if coach is None:
                vehicle = self._vehicle(fleet, day, path, party.size)
                if vehicle is None:
                    continue
                coach = Departure(day, vehicle=vehicle, path=path)
                coaches.append((coach, passenger_seats(self.evaluator, vehicle, path)))
            coach.riders.append((party, *ends))
        for coach, _seats in coaches:
            assert coach.vehicle is not None
            cost = self.evaluator.coach_fen(coach.vehicle, path)
            if coach.load < self.evaluator.policy.min_load or not self._open(coach, cost):
                fleet.give_back(coach.vehicle, day, path)

    def _vehicle(self, fleet: Fleet, day: date, path: Path, size: int) -> VehicleType | None:
        """Hold the next coach that seats the party: a 49-seater, else the largest there is."""
        types = sorted(
            self.problem.vehicle_types,
            key=lambda each: (each.rated_seats != USUAL_SEATS, -each.rated_seats, each.operator),
        )
        for each in types:
            if passenger_seats(self.evaluator, each, path) >= size and fleet.take(each, day, path):
                return each
        return None

    def _open(self, departure: Departure, fen: int) -> bool:
        """Let a departure run, unless the budget is spent."""
        budget = self.evaluator.policy.budget_fen
        if budget is not None and self.spent_fen + fen > budget:
            return False
        self.spent_fen += fen
        self.departures.append(departure)
        self.seated.update(party.id for party, _board, _alight in departure.riders)
        return True
