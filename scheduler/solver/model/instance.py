"""The problem as arrays: classes of interchangeable parties, and everything the search needs to price them.

Two parties are interchangeable when origin, work stop, each one's employer's stop, window, preferred date, mode, weight
and what their people have been told agree: then each may take the other's place in any plan at the same cost. The
search counts parties of a class and never looks at a person. Days are indices from first_date; places and vehicle
types are indices into the tuples below; money is integer fen. An `Instance` is plain arrays, so it goes to worker
processes cheaply.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from scheduler.evaluate import Evaluator
from scheduler.itinerary.timetable import departures
from scheduler.plan import Told
from scheduler.problem import Party, Person, Place, Problem, is_work_end
from scheduler.solver.model.pins.asked import NO_PINS, Narrowed, PinnedWishes
from scheduler.solver.model.pins.links import NO_LINKS, Links, links_of
from scheduler.solver.model.told import Profile, ToldClasses, WordReader, told_classes
from scheduler.solver.model.train_blocks import Origin, TrainBlock, TrainOption, train_blocks, ways_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CLOSED = 1 << 40
"""An access cost in fen that nobody would pay: this place is closed to that origin."""

Signature = tuple[frozenset[int], ...]
"""The sets of work stops a run must meet, each at least once, to set down everyone of a party."""

Wishes = tuple[tuple[tuple[int, ...], int], ...]
"""Work stops where a person of a party may alight (board), and how many people may at just these."""


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
    first_date = settings.first_date
    narrowed = [pinned.narrowed.get(party.id, Narrowed()) for party in problem.parties]
    ways = [Origin(p.origin, now.board, now.train) for p, now in zip(problem.parties, narrowed, strict=True)]
    origins = sorted(set(ways), key=lambda each: (each.township, each.board, str(each.train)))
    works = tuple(sorted({stop for party in problem.parties for stop in _work_stops(party)}))
    tables = {origin: evaluator.access_fen(origin.township) for origin in origins}
    homes = tuple(
        sorted({place for table in tables.values() for place in table if _coach_may_stop(problem.places[place])})
    )
    home_of, work_of = _index(homes), _index(works)
    origin_of = {origin: i for i, origin in enumerate(origins)}

    reader = WordReader(told, datetime.combine(first_date, time()), home_of, work_of)
    profiles: list[Profile] = []
    keys: dict[tuple[object, ...], int] = {}
    signatures: dict[Signature, int] = {}
    all_wishes: dict[Wishes, int] = {}
    members: list[list[int]] = []
    rows: list[tuple[int, ...]] = []
    samples: dict[tuple[int, int], tuple[Origin, Party]] = {}
    linked = pinned.linked
    for number, (party, origin, now) in enumerate(zip(problem.parties, ways, narrowed, strict=True)):
        choices = [_choice(party, person, "" if evaluator.to_work else now.board, work_of) for person in party.people]
        by_coach = "train" not in (party.mode, now.mode) and all(choices)
        if not all(choices):
            choices = [_choice(party, person, "", work_of) for person in party.people]
        signature = _signature(choices)
        sig = signatures.setdefault(signature, len(signatures))
        preferred = (party.preferred - first_date).days if party.preferred is not None else 0
        row = (
            origin_of[origin],
            work_of[party.work_stop],
            sig,
            ((now.day or party.earliest) - first_date).days,
            ((now.day or party.latest) - first_date).days,
            preferred,
            int(party.preferred is not None),
            int(by_coach),
            int("coach" not in (party.mode, now.mode)),
            party.size,
            party.weight,
            all_wishes.setdefault(_wishes(choices), len(all_wishes)),
        )
        if row[8]:
            samples[row[0], row[1]] = origin, party
        profile = reader.profile(party, evaluator.to_work, choices) if told else ()
        key = (row, profile, party.id if party.id in linked else None)
        at = keys.setdefault(key, len(rows))
        if at == len(rows):
            rows.append(row)
            members.append([])
            profiles.append(profile)
        members[at].append(number)
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 12)

    to_work = evaluator.to_work
    access = np.full((len(origins), len(homes)), CLOSED, dtype=np.int64)
    for origin, costs in tables.items():
        for place, fen in costs.items():
            if place in home_of and (not to_work or origin.board in ("", place)):
                access[origin_of[origin], home_of[place]] = fen
    vehicles = problem.vehicle_types
    fleet = np.array([[v.available(day) for day in settings.days] for v in vehicles], dtype=np.int64)
    link = _matrix(problem, homes, works) if to_work else tuple(m.T.copy() for m in _matrix(problem, works, homes))
    home_km, home_min = _matrix(problem, homes, homes)
    work_km, work_min = _matrix(problem, works, works)
    told_ends = {(one.board, one.alight) for one in told}
    trains = train_blocks(problem, evaluator, samples, told_ends, pinned.opens, pinned.closed)
    class_of = {problem.parties[i].id: k for k, each in enumerate(members) for i in each}
    return Instance(
        to_work=to_work,
        n_days=len(settings.days),
        homes=homes,
        works=works,
        origins=tuple(origin.township for origin in origins),
        signatures=tuple(signatures),
        wishes=tuple(all_wishes),
        origin=table[:, 0],
        work_stop=table[:, 1],
        signature=table[:, 2],
        first=np.maximum(table[:, 3], 0),
        last=np.minimum(table[:, 4], len(settings.days) - 1),
        preferred=table[:, 5],
        has_preferred=table[:, 6].astype(bool),
        by_coach=table[:, 7].astype(bool),
        by_train=table[:, 8].astype(bool),
        size=table[:, 9],
        weight=table[:, 10],
        wish=table[:, 11],
        count=np.array([len(each) for each in members], dtype=np.int64),
        access=access,
        home_km=home_km,
        home_min=home_min,
        work_km=work_km,
        work_min=work_min,
        link_km=link[0],
        link_min=link[1],
        rated=np.array([v.rated_seats for v in vehicles], dtype=np.int64),
        fixed_fen=np.array([v.fixed_cost_fen for v in vehicles], dtype=np.int64),
        per_km_fen=np.array([v.cost_per_km_fen for v in vehicles], dtype=np.float64),
        fleet=fleet.reshape(len(vehicles), len(settings.days)),
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
        links=links_of(problem, pinned, class_of, home_of, work_of, partial(ways_of, problem, trains)),
        members=members,
        told=(
            told_classes(profiles, policy.move_cost_fen, policy.notice_tolerance_min, max_moved)
            if any(profiles)
            else None
        ),
        starts_min=tuple(sorted({minute for exempt in (False, True) for minute in departures(rules, exempt)})),
        dwell_base_min=rules.board_base_min,
        dwell_person_min=rules.board_min_per_person,
    )


def _coach_may_stop(place: Place) -> bool:
    return place.kind in ("stop", "hub", "station") and not is_work_end(place)


def _index(names: tuple[str, ...]) -> dict[str, int]:
    return {name: i for i, name in enumerate(names)}


def _work_stops(party: Party) -> set[str]:
    return {party.work_stop} | {person.employer_stop for person in party.people if person.employer_stop is not None}


def _choice(party: Party, person: Person, gate: str, work_of: dict[str, int]) -> frozenset[int]:
    """Return the work stops where a person may alight (board), of which a pin may leave one, the `gate`, or none."""
    own = {stop for stop in (party.work_stop, person.employer_stop) if stop is not None and gate in ("", stop)}
    return frozenset(work_of[stop] for stop in own)


def _signature(choices: Sequence[frozenset[int]]) -> Signature:
    """Return the sets of stops a run must meet; a set that contains another asks nothing more and is left out."""
    wanted = set(choices)
    needed = [one for one in wanted if not any(other < one for other in wanted)]
    return tuple(sorted(needed, key=sorted))


def _wishes(choices: Sequence[frozenset[int]]) -> Wishes:
    """Return where the people of a party may alight (board), each number of people once."""
    return tuple(sorted(Counter(tuple(sorted(choice)) for choice in choices).items()))


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
