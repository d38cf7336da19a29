"""The problem as arrays: classes of interchangeable parties, and everything the search needs to price them.

Two parties are interchangeable when origin, work stop, each one's employer's stop, window, preferred date, mode, weight
and what their people have been told agree: then each may take the other's place in any plan at the same cost. The
search counts parties of a class and never looks at a person. Days are indices from first_date; places and vehicle
types are indices into the tuples below; money is integer fen. An `Instance` is plain arrays, so it goes to worker
processes cheaply.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from scheduler.evaluate import Evaluator
from scheduler.itinerary.timetable import departures
from scheduler.plan import Told
from scheduler.problem import Party, Place, Problem, is_work_end
from scheduler.solver.model.classes import PartyClasses, Signature, Wishes
from scheduler.solver.model.pins.asked import NO_PINS, Narrowed, PinnedWishes
from scheduler.solver.model.pins.links import NO_LINKS, Links, links_of
from scheduler.solver.model.told import ToldClasses, WordReader
from scheduler.solver.model.train_blocks import Origin, TrainBlock, TrainOption, train_blocks, ways_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CLOSED = 1 << 40
"""An access cost in fen that nobody would pay: this place is closed to that origin."""


@dataclass(eq=False)
class Instance:
    """A problem in arrays. Class arrays have one entry a class; `members` are indices into problem.parties.

    Attributes
    ----------
    preferred : array
        Day index of the preferred date, meaningless where `has_preferred` is False; may lie outside the season.
    signature, work_stop : array
        Index into `signatures`; index into `work` of the own destination's stop.
    wish : array
        Index into `wishes`.
    access : array (origins, homes)
        Fen a person; CLOSED where the place is closed to the origin.
    link_km, link_min : array (homes, works)
        Road km and minutes of the leg between the ends, in the direction of travel.
    fleet : array (vehicle types, days)
        Coaches that may be held on each day of the season.
    links : Links
        What pins ask of more than one class, and of services.
    told : ToldClasses or None
        What the people of each class have been told; None where nobody has been told anything.
    more_home_sets : tuple
        Sets of home stops to be listed whatever their number.
    starts_min : tuple of int
        When a coach may leave its first stop, in minutes after midnight.
    dwell_base_min, dwell_person_min : float
        Minutes that a stop takes, and more for each person.
    """

    to_work: bool
    n_days: int
    homes: tuple[str, ...]
    works: tuple[str, ...]
    origins: tuple[str, ...]
    signatures: tuple[Signature, ...]
    wishes: tuple[Wishes, ...]
    origin: Ints
    work_stop: Ints
    signature: Ints
    wish: Ints
    first: Ints
    last: Ints
    preferred: Ints
    has_preferred: NDArray[np.bool_]
    by_coach: NDArray[np.bool_]
    by_train: NDArray[np.bool_]
    size: Ints
    weight: Ints
    count: Ints
    access: Ints
    home_km: Floats
    home_min: Floats
    work_km: Floats
    work_min: Floats
    link_km: Floats
    link_min: Floats
    rated: Ints
    fixed_fen: Ints
    per_km_fen: Floats
    fleet: Ints
    trains: tuple[TrainBlock, ...]
    unserved_fen: int
    shift_fen: int
    min_load: int
    reserve: int
    home_stops: int
    work_stops: int
    home_radius_km: float
    work_radius_km: float
    max_detour: float
    stop_fen: float
    km_per_h: float
    crew: int
    crew_in_seats: bool
    turnaround_m: int
    budget_fen: int | None
    links: Links = NO_LINKS
    members: list[list[int]] = field(default_factory=list)
    told: ToldClasses | None = None
    more_home_sets: tuple[tuple[int, ...], ...] = ()
    starts_min: tuple[int, ...] = ()
    dwell_base_min: float = 0.0
    dwell_person_min: float = 0.0

    @property
    def n_classes(self) -> int:
        """How many classes."""
        return len(self.size)

    @property
    def has_coaches(self) -> bool:
        """Whether anybody may ride a coach, and there is one."""
        return bool(self.by_coach.any()) and bool(self.fleet.any())

    @property
    def leave_fen(self) -> Ints:
        """Cost of leaving one party of each class unserved; those who were told something are moved."""
        fen = self.weight * self.unserved_fen
        return fen if self.told is None else fen + self.told.of_class * self.told.move_fen

    @cached_property
    def unlinked(self) -> NDArray[np.bool_]:
        """Which classes no pin ties to others or to a run: whom the search may move one by one.

        Those who are only kept apart are among them (see `Links.loose`).
        """
        free = np.ones(self.n_classes, dtype=bool)
        free[[k for number in self.links.tight for k in self.links.groups[number]]] = False
        return free

    def shift(self, classes: Ints, day: int | Ints) -> Ints:
        """Return the date shift in fen of one person of each class on `day` (one for all, or one each)."""
        away = np.abs(self.preferred[classes] - day) * self.has_preferred[classes]
        return np.asarray(away * self.shift_fen, dtype=np.int64)

    def moved_by_train(self, k: int, train: int, option: TrainOption) -> int:
        """Return how many people of one party of a class are moved by riding a train."""
        if self.told is None:
            return 0
        block, told = self.trains[train], self.told
        board, depart_min = block.stops[option.board]
        way = block.day, board, block.stops[option.alight][0], depart_min
        return sum(n for word, _choice, n in told.of(k) if told.moved_on_train(word, *way))

    def moves_by_train_fen(self, k: int, train: int, option: TrainOption) -> int:
        """Return what riding a train costs the people of one party of a class who are moved by it."""
        return self.told.move_fen * self.moved_by_train(k, train, option) if self.told is not None else 0


def build_instance(
    problem: Problem,
    evaluator: Evaluator,
    told: Sequence[Told] = (),
    max_moved: int | None = None,
    pinned: PinnedWishes = NO_PINS,
) -> Instance:
    """Group the parties of a problem into classes and lay out its arrays.

    `told` is what its people have been told, of whom no more than `max_moved` may be moved; `pinned` is what pins ask
    of those whom they leave anything to ride.
    """
    settings, policy, rules = problem.settings, problem.settings.policy, problem.settings.coach_rules
    to_work, days = evaluator.to_work, len(settings.days)
    ways = [_origin(party, pinned) for party in problem.parties]
    origins = sorted(set(ways), key=lambda each: (each.township, each.board, str(each.train)))
    tables = {origin: evaluator.access_fen(origin.township) for origin in origins}
    homes = _homes(problem, tables.values())
    works = tuple(sorted({stop for party in problem.parties for stop in _work_stops(party)}))
    home_of, work_of = _index(homes), _index(works)
    reader = WordReader(told, datetime.combine(settings.first_date, time()), home_of, work_of)
    classes = PartyClasses(problem, to_work, origins, work_of, pinned, reader if told else None)
    for party, origin in zip(problem.parties, ways, strict=True):
        classes.add(party, origin)
    column = classes.columns()
    told_ends = {(one.board, one.alight) for one in told}
    trains = train_blocks(problem, evaluator, classes.samples, told_ends, pinned.opens, pinned.closed)
    link_km, link_min = _matrix(problem, homes, works) if to_work else _turned(_matrix(problem, works, homes))
    home_km, home_min = _matrix(problem, homes, homes)
    work_km, work_min = _matrix(problem, works, works)
    return Instance(
        to_work=to_work,
        n_days=days,
        homes=homes,
        works=works,
        origins=tuple(origin.township for origin in origins),
        signatures=tuple(classes.signatures),
        wishes=tuple(classes.wishes),
        origin=column["origin"],
        work_stop=column["work_stop"],
        signature=column["signature"],
        first=np.maximum(column["first"], 0),
        last=np.minimum(column["last"], days - 1),
        preferred=column["preferred"],
        has_preferred=column["has_preferred"].astype(bool),
        by_coach=column["by_coach"].astype(bool),
        by_train=column["by_train"].astype(bool),
        size=column["size"],
        weight=column["weight"],
        wish=column["wish"],
        count=np.array([len(each) for each in classes.members], dtype=np.int64),
        access=_access(tables, home_of, to_work=to_work),
        home_km=home_km,
        home_min=home_min,
        work_km=work_km,
        work_min=work_min,
        link_km=link_km,
        link_min=link_min,
        rated=np.array([v.rated_seats for v in problem.vehicle_types], dtype=np.int64),
        fixed_fen=np.array([v.fixed_cost_fen for v in problem.vehicle_types], dtype=np.int64),
        per_km_fen=np.array([v.cost_per_km_fen for v in problem.vehicle_types], dtype=np.float64),
        fleet=_fleet(problem),
        trains=trains,
        unserved_fen=policy.unserved_cost_fen,
        shift_fen=policy.date_shift_cost_fen,
        min_load=policy.min_load,
        reserve=policy.reserve_seats,
        home_stops=policy.home_stops,
        work_stops=policy.work_stops,
        home_radius_km=policy.home_radius_km,
        work_radius_km=policy.work_radius_km,
        max_detour=policy.max_detour,
        stop_fen=policy.stop_cost_fen,
        km_per_h=rules.moving_km_per_h,
        crew=rules.escorts_per_run,
        crew_in_seats=rules.crew_in_rated_seats,
        turnaround_m=round(policy.turnaround_km_per_day * 1000),
        budget_fen=policy.budget_fen,
        links=links_of(problem, pinned, classes.of_parties(), home_of, work_of, partial(ways_of, problem, trains)),
        members=classes.members,
        told=classes.told(policy.move_cost_fen, policy.notice_tolerance_min, max_moved),
        starts_min=tuple(sorted({minute for exempt in (False, True) for minute in departures(rules, exempt)})),
        dwell_base_min=rules.board_base_min,
        dwell_person_min=rules.board_min_per_person,
    )


def _origin(party: Party, pinned: PinnedWishes) -> Origin:
    """Return where a party comes from (goes to), and what pins leave it of that."""
    now = pinned.narrowed.get(party.id, Narrowed())
    return Origin(party.origin, now.board, now.train)


def _access(tables: Mapping[Origin, Mapping[str, int]], home_of: dict[str, int], *, to_work: bool) -> Ints:
    """Return what each origin pays a person to get to each home stop, CLOSED where it may not."""
    access = np.full((len(tables), len(home_of)), CLOSED, dtype=np.int64)
    for row, (origin, costs) in zip(access, tables.items(), strict=True):
        for place, fen in costs.items():
            if place in home_of and (not to_work or origin.board in ("", place)):
                row[home_of[place]] = fen
    return access


def _homes(problem: Problem, tables: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return the places where coaches may stop, of those that some origin gets to."""
    return tuple(sorted({place for table in tables for place in table if _coach_may_stop(problem.places[place])}))


def _coach_may_stop(place: Place) -> bool:
    return place.kind in ("stop", "hub", "station") and not is_work_end(place)


def _fleet(problem: Problem) -> Ints:
    """Return how many coaches of each type there are on each day."""
    types, days = problem.vehicle_types, problem.settings.days
    rows = [[each.available(day) for day in days] for each in types]
    return np.array(rows, dtype=np.int64).reshape(len(types), len(days))


def _index(names: tuple[str, ...]) -> dict[str, int]:
    return {name: i for i, name in enumerate(names)}


def _work_stops(party: Party) -> set[str]:
    return {party.work_stop} | {person.employer_stop for person in party.people if person.employer_stop is not None}


def _matrix(problem: Problem, rows: tuple[str, ...], columns: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Return road km and driving minutes from each of `rows` to each of `columns`."""
    shape = len(rows), len(columns)
    km = np.array([[problem.km(a, b) for b in columns] for a in rows], dtype=np.float64).reshape(shape)
    minutes = km / problem.settings.coach_rules.moving_km_per_h * 60
    row_of, column_of = _index(rows), _index(columns)
    for (a, b), leg in problem.distances.items():
        if leg.minutes is not None and a in row_of and b in column_of:
            minutes[row_of[a], column_of[b]] = leg.minutes
    return km, minutes


def _turned(matrices: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    return matrices[0].T.copy(), matrices[1].T.copy()
