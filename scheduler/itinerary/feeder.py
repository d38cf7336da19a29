"""Feeders: who needs one, what a round takes, what all of them cost, and who is left behind.

A feeder round carries people of one run between their townships' stops and the run's hub or station: there before the
run leaves (`to_work`), back after it has arrived (`to_home`). Its minibus comes empty from the hub, or returns
empty to it. Nothing here plans; the solver does, and `feeder_breaches` reads what it stored.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from scheduler.errors import PlanError
from scheduler.i18n import _
from scheduler.itinerary.driving import parked_hours
from scheduler.itinerary.timetable import dwell_min
from scheduler.plan import Feeder, FeederStop, Run
from scheduler.problem import FleetRow, Party, Problem
from scheduler.settings import CoachRules
from scheduler.units import round_half_up

NO_ROAD_MIN = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class FeederType:
    """Minibuses of one vehicle_type: passenger seats (the driver has one more), cost of a round, the fleet rows.

    plan.json names a feeder's vehicle_type only, so operators who run the same type count as one, at the fewest
    seats and the highest cost among them.
    """

    vehicle_type: str
    seats: int
    fixed_cost_fen: int
    cost_per_km_fen: float
    rows: tuple[FleetRow, ...]

    def available(self, day: date) -> int:
        """Return how many there are on a day."""
        return sum(row.count for row in self.rows if row.first <= day <= row.last)

    def round_fen(self, km: float) -> int:
        """Return the cost of a round of so many km, the empty way included."""
        return round_half_up(self.fixed_cost_fen + self.cost_per_km_fen * km)


@dataclass(frozen=True, slots=True)
class Need:
    """People of one run who board (alight) at `place`, a hub or station away from their own township's `stop`.

    `date` is the day on which they are met there, the run's own where it has no times; one outside the season counts
    as its first or last day. `stop` is None where the township has none: no feeder can fetch them.
    """

    run: str
    date: date
    place: str
    township: str
    stop: str | None
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """People whom no feeder carries although there is a feeder fleet: why, and what would help.

    `is_scarce`: it is for want of a free minibus alone.
    """

    need: Need
    reason: str
    remedy: str
    is_scarce: bool


@dataclass(frozen=True, slots=True)
class FeederSummary:
    """All feeders in figures. km include the empty way; seats are those offered, round by round.

    Early rounds begin before the night is over (`night_to`); `earliest` is the first moment of all of them.
    """

    rounds: int
    km: float
    cost_fen: int
    seats: int
    carried: int
    left: tuple[Left, ...]
    early_rounds: int = 0
    early_people: int = 0
    earliest: datetime | None = None

    @property
    def left_people(self) -> int:
        """How many people are left to find their own way."""
        return sum(len(left.need.refs) for left in self.left)


def feeder_fleet(problem: Problem) -> dict[str, FeederType]:
    """Return the feeder types by name; those without a passenger seat are none."""
    crew = 1 if problem.settings.coach_rules.crew_in_rated_seats else 0
    fleet: dict[str, FeederType] = {}
    for vehicle in problem.feeder_types:
        one = FeederType(
            vehicle.vehicle_type,
            vehicle.rated_seats - crew,
            vehicle.fixed_cost_fen,
            vehicle.cost_per_km_fen,
            vehicle.rows,
        )
        same = fleet.get(one.vehicle_type, one)
        fleet[one.vehicle_type] = FeederType(
            one.vehicle_type,
            min(one.seats, same.seats),
            max(one.fixed_cost_fen, same.fixed_cost_fen),
            max(one.cost_per_km_fen, same.cost_per_km_fen),
            one.rows if same is one else same.rows + one.rows,
        )
    return {name: one for name, one in fleet.items() if one.seats > 0}


def feeder_minutes(problem: Problem, origin: str, target: str) -> float:
    """Return a feeder's driving minutes: distances.csv, else km over feeder_km_per_h, infinite without a distance."""
    leg = problem.distances.get((origin, target))
    if leg is not None and leg.minutes is not None:
        return leg.minutes
    return problem.km(origin, target) / problem.settings.coach_rules.feeder_km_per_h * 60


def meeting_time(problem: Problem, run: Run, place: str) -> datetime | None:
    """Return the latest arrival of a feeder at `place` (`to_home`: its earliest departure), None without times.

    feeder_margin_min before a coach leaves, train_check_in_min before a train does; feeder_margin_min after either
    arrives.
    """
    rules, to_work = problem.settings.coach_rules, problem.settings.direction == "to_work"
    checks_in = run.mode == "train" and to_work
    margin = timedelta(minutes=rules.train_check_in_min if checks_in else rules.feeder_margin_min)
    for stop in run.stops:
        if stop.place != place or stop.kind != ("board" if to_work else "alight"):
            continue
        if to_work:
            leaves = stop.depart or stop.arrive
            return leaves - margin if leaves is not None else None
        arrives = stop.arrive or stop.depart
        return arrives + margin if arrives is not None else None
    return None


def feeder_needs(problem: Problem, runs: Iterable[Run]) -> list[Need]:
    """Return who boards (alights) at a hub or station away from the own township: by run, place and township."""
    to_work = problem.settings.direction == "to_work"
    parties: Mapping[str, Party] = {person.key: party for party in problem.parties for person in party.people}
    found = []
    for run in runs:
        groups: dict[tuple[str, str], list[str]] = {}
        for passenger in run.passengers:
            place = passenger.board if to_work else passenger.alight
            origin = parties[passenger.person].origin
            if problem.places[place].township != origin:
                groups.setdefault((place, origin), []).append(passenger.ref)
        found += [
            Need(
                run.id, _day_met(problem, run, place), place, township, problem.township_stop.get(township), tuple(refs)
            )
            for (place, township), refs in groups.items()
        ]
    return found


def _day_met(problem: Problem, run: Run, place: str) -> date:
    meets, season = meeting_time(problem, run, place), problem.settings
    return run.date if meets is None else min(max(meets.date(), season.first_date), season.last_date)


def hub_of(problem: Problem, feeder: Feeder) -> str:
    """Return the hub or station of a round: its last stop to work, its first on the way home."""
    return feeder.stops[-1 if problem.settings.direction == "to_work" else 0].place


def round_km(problem: Problem, feeder: Feeder) -> float:
    """Return the km of a round, from the hub to the hub: one way of it is empty."""
    places = [stop.place for stop in feeder.stops]
    hub = hub_of(problem, feeder)
    return sum(problem.km(a, b) for a, b in pairwise([hub, *places] if places[-1] == hub else [*places, hub]))


def way_km(problem: Problem, feeder: Feeder) -> float:
    """Return the km of a round with people on board: up to no_drive_exempt_km it may be driven at any hour."""
    return sum(problem.km(here.place, there.place) for here, there in pairwise(feeder.stops))


def round_hold(problem: Problem, feeder: Feeder) -> tuple[datetime, datetime] | None:
    """Return from when to when a round holds its minibus: the empty way and the driver's rests included; None untimed.

    The driver rests rest_min at the hub, unloading (boarding) included, so that every round begins rested. To work the
    minibus comes empty from the hub; on the way home it returns empty. Where the empty and the loaded way together are
    more than may be driven without a break at any hour, there is a rest between them, boarding included.
    """
    first, last = feeder.stops[0], feeder.stops[-1]
    if first.arrive is None or first.depart is None or last.arrive is None or last.depart is None:
        return None
    rules, hub = problem.settings.coach_rules, hub_of(problem, feeder)
    rest = timedelta(minutes=rules.rest_min)
    loaded_min = sum(
        (there.arrive - here.depart) / timedelta(minutes=1)
        for here, there in pairwise(feeder.stops)
        if there.arrive is not None and here.depart is not None
    )
    to_work = problem.settings.direction == "to_work"
    far = first if to_work else last
    way = (hub, far.place) if to_work else (far.place, hub)
    empty = timedelta(minutes=whole_minutes(feeder_minutes(problem, *way)))
    if empty / timedelta(minutes=1) + loaded_min > unbroken_min(rules):
        stood = (first.depart - first.arrive) if to_work else (last.depart - last.arrive)
        empty += max(rest - stood, timedelta())
    if to_work:
        return first.arrive - empty, max(last.depart, last.arrive + rest)
    return min(first.arrive, first.depart - rest), last.depart + empty


def unbroken_min(rules: CoachRules) -> int:
    """Return the minutes that may be driven without a break at any hour."""
    return min(rules.max_drive_night_min, rules.max_drive_day_min)


def whole_minutes(minutes: float) -> int:
    """Return minutes rounded up, a week where there is no road."""
    return math.ceil(min(minutes, NO_ROAD_MIN) - 1e-6)


def feeders_fen(problem: Problem, feeders: Iterable[Feeder]) -> int:
    """Return what the minibuses of a plan cost, in fen, their empty ways included.

    Raises
    ------
    PlanError
        When a minibus or a place of a round is not in the tables any more.
    """
    fleet, total = feeder_fleet(problem), 0
    for feeder in feeders:
        unknown = next((stop.place for stop in feeder.stops if stop.place not in problem.places), "")
        if unknown or feeder.vehicle_type not in fleet:
            form = _("the place {name} is not in the tables") if unknown else _("no minibus {name} is in the tables")
            what, where = (
                form.format(name=unknown or feeder.vehicle_type),
                _("plan.json, run {id}").format(id=feeder.id),
            )
            raise PlanError(what, where, _("plan again: the rosters or tables have changed since"))
        total += fleet[feeder.vehicle_type].round_fen(round_km(problem, feeder))
    return total


def feeder_summary(problem: Problem, runs: Sequence[Run], feeders: Sequence[Feeder]) -> FeederSummary:
    """Return all feeders of a plan in figures, and who is left although there is a feeder fleet.

    Raises
    ------
    PlanError
        When a minibus or a place of a round is not in the tables any more.
    """
    cost_fen = feeders_fen(problem, feeders)
    fleet = feeder_fleet(problem)
    carried = {ref for feeder in feeders for stop in feeder.stops for ref in stop.refs}
    km = {feeder.id: round_km(problem, feeder) for feeder in feeders}
    early = [feeder for feeder in feeders if _fetches_before(problem, feeder, problem.settings.coach_rules.night_to)]
    return FeederSummary(
        rounds=len(feeders),
        km=round(sum(km.values()), 1),
        cost_fen=cost_fen,
        seats=sum(fleet[feeder.vehicle_type].seats for feeder in feeders),
        carried=len(carried),
        left=tuple(_left(problem, fleet, runs, carried)) if fleet else (),
        early_rounds=len(early),
        early_people=len({ref for feeder in early for stop in feeder.stops for ref in stop.refs}),
        earliest=min((begin for feeder in early if (begin := feeder.stops[0].arrive)), key=_hour, default=None),
    )


def too_far(problem: Problem, hub: str, stop: str) -> bool:
    """Tell whether one way between hub and stop is more than may be driven without a break, at any hour."""
    longest_min = unbroken_min(problem.settings.coach_rules)
    return max(feeder_minutes(problem, hub, stop), feeder_minutes(problem, stop, hub)) > longest_min


def _hour(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def _fetches_before(problem: Problem, feeder: Feeder, hour: str) -> bool:
    """Tell whether a round to work is at its first stop between midnight and an hour of the day."""
    begin = feeder.stops[0].arrive
    return begin is not None and problem.settings.direction == "to_work" and _hour(begin) < hour


def is_too_early(problem: Problem, feeder: Feeder) -> bool:
    """Tell whether a round fetches people before `feeder_earliest`."""
    return _fetches_before(problem, feeder, problem.settings.coach_rules.feeder_earliest)


def _left(problem: Problem, fleet: Mapping[str, FeederType], runs: Sequence[Run], carried: set[str]) -> list[Left]:
    met = {(run.id, stop.place): meeting_time(problem, run, stop.place) for run in runs for stop in run.stops}
    found = []
    for need in feeder_needs(problem, runs):
        refs = tuple(ref for ref in need.refs if ref not in carried)
        if not refs:
            continue
        meets, is_scarce = met[need.run, need.place], False
        if need.stop is None:
            reason, remedy = _("the township has no stop"), _("give it a stop in places")
        elif meets is None:
            reason, remedy = _("the run has no times"), _("plan again")
        elif too_far(problem, need.place, need.stop):
            reason, remedy = _("too far to drive without a rest"), _("open a hub nearer to the township")
        elif _parked(problem, direct := direct_round(problem, need, need.stop, meets)):
            reason, remedy = _("it would be driven in the hours without driving"), _("take a run at another hour")
        elif is_too_early(problem, direct):
            hour = problem.settings.coach_rules.feeder_earliest
            reason = _("they would be fetched before {hour}").format(hour=hour)
            remedy = _("take a run at a later hour, or let minibuses set out earlier")
        elif lacking := _day_without(problem, fleet, direct):
            reason, remedy = _("no minibus on that date"), _("charter minibuses for {date}").format(date=lacking)
        else:
            reason, is_scarce = _("no minibus is free then"), True
            remedy = _("charter more minibuses for {date}, or raise feeder_max_wait_min").format(date=need.date)
        found.append(Left(replace(need, refs=refs), reason, remedy, is_scarce))
    return found


def direct_round(problem: Problem, need: Need, stop: str, meets: datetime) -> Feeder:
    """Return the shortest round there could be for a need: one person, at the last (first) moment."""
    board_min = dwell_min(problem.settings.coach_rules, 1)
    to_work = problem.settings.direction == "to_work"
    way = (stop, need.place) if to_work else (need.place, stop)
    drive_min = whole_minutes(feeder_minutes(problem, *way))
    # The first stop's departure, so that the minibus is at the hub (leaves it) at the meeting time.
    leaves = meets - timedelta(minutes=drive_min) if to_work else meets + timedelta(minutes=board_min)
    arrives = leaves + timedelta(minutes=drive_min)
    board, refs = timedelta(minutes=board_min), need.refs[:1]
    stops = (
        FeederStop(place=way[0], kind="board", arrive=leaves - board, depart=leaves, refs=refs),
        FeederStop(place=way[1], kind="alight", arrive=arrives, depart=arrives + board, refs=refs),
    )
    return Feeder(id="", serves=need.run, vehicle_type="", stops=stops)


def _parked(problem: Problem, feeder: Feeder) -> bool:
    """Tell whether a round holds its minibus in the hours without driving, and is not exempt."""
    hold, rules = round_hold(problem, feeder), problem.settings.coach_rules
    if hold is None or way_km(problem, feeder) <= rules.no_drive_exempt_km:
        return False
    start = hold[0].hour * 60 + hold[0].minute
    return parked_hours(rules, exempt=False).next_inside(start) < start + (hold[1] - hold[0]) / timedelta(minutes=1)


def _day_without(problem: Problem, fleet: Mapping[str, FeederType], feeder: Feeder) -> date | None:
    """Return a day of a round on which no minibus is there that is there on all its days; None where one is."""
    hold = round_hold(problem, feeder)
    if hold is None:
        return None
    season = problem.settings
    days = [min(max(moment.date(), season.first_date), season.last_date) for moment in hold]
    rows = [row for one in fleet.values() for row in one.rows if row.count]
    if any(row.first <= days[0] and days[1] <= row.last for row in rows):
        return None
    return next((day for day in days if not any(row.first <= day <= row.last for row in rows)), days[0])
