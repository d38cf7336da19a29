"""Dispatching feeder rounds: each gets a minibus and a time, as near to the run's as one is free.

A minibus is free for a round when it is available that day, nothing else holds it meanwhile (the empty way, the
driver's rests and the way from hub to hub included), and its driver has the hours.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict, deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

from scheduler.itinerary.driving import DAY_MIN, WEEK_MIN, Window, parked_hours
from scheduler.itinerary.feeder import NO_ROAD_MIN, FeederType, unbroken_min
from scheduler.operations.feeders.rounds import Legs, Round, halves
from scheduler.plan import Feeder, FeederStop


class _Held(NamedTuple):
    """A round as its minibus sees it: from when to when it is held and driven (minutes after the season's first
    midnight, or after the round's begin), at which hub, and when it may not be driven.
    """

    start: int
    end: int
    hub: str
    drives: tuple[tuple[int, int], ...]
    parked: Window

    def driven_at(self, begin: int) -> bool:
        """Tell whether a round that begins so keeps clear of the hours without driving."""
        return self.parked.next_inside(self.start + begin) >= self.end + begin

    def after(self, begin: int) -> _Held:
        drives = tuple((start + begin, end + begin) for start, end in self.drives)
        return self._replace(start=self.start + begin, end=self.end + begin, drives=drives)


@dataclass(slots=True, eq=False)
class _Minibus:
    """One vehicle and what holds it, in order."""

    kind: FeederType
    first: date
    last: date
    held: list[_Held] = field(default_factory=list)


class Dispatch:
    """Gives rounds a minibus and a time; `used` are the ids of rounds that stood before."""

    def __init__(self, legs: Legs, fleet: list[FeederType], used: Collection[str] = ()) -> None:
        self.legs = legs
        self.used = set(used)
        self.rules = legs.rules
        self.season = legs.problem.settings
        self.midnight = datetime.combine(self.season.first_date, time())
        self.types = [
            deque(_Minibus(one, row.first, row.last) for row in one.rows for _each in range(row.count))
            for one in sorted(fleet, key=lambda one: (one.seats, one.fixed_cost_fen, one.vehicle_type))
        ]
        self.placed: list[tuple[Round, _Minibus, int]] = []
        self.kept: dict[Round, str] = {}
        self.refused: dict[tuple[str, datetime], list[tuple[int, int, int]]] = defaultdict(list)

    def in_order(self, rounds: Iterable[Round]) -> list[Round]:
        """Return rounds in the order to place them: where minibuses are scarce, most people for a minute held first."""

        def urgency(each: Round) -> tuple[float, datetime, str]:
            held = self._held(each)
            return -each.people / max(1, held.end - held.start), each.task.meets, each.task.run

        return sorted(rounds, key=urgency)

    def keep(self, each: Round, before: Feeder, begins: datetime) -> bool:
        """Place a round at its time of the plan that stands, with its id, if a minibus of its type is free then."""
        begin, ideal, held = self._minute(begins), self._ideal(each), self._held(each)
        wait_min = self.rules.feeder_max_wait_min
        earliest, latest = (ideal - wait_min, ideal) if self.legs.to_work else (ideal, ideal + wait_min)
        if not earliest <= begin <= latest or not held.driven_at(begin) or self._is_early(begin):
            return False
        for minibuses in self.types:
            if not minibuses or minibuses[0].kind.vehicle_type != before.vehicle_type:
                continue
            if minibuses[0].kind.seats < each.people:
                return False
            now = held.after(begin)
            free = (minibus for minibus in minibuses if self._fits(minibus, minibus.held, now))
            # The one that came back last: whoever stands idle longer may be the only one for a later round.
            best = max(free, key=lambda minibus: _last_before(minibus, now.start), default=None)
            if best is not None:
                insort(best.held, now, key=lambda held: held.start)
                self.placed.append((each, best, begin))
                self.kept[each] = before.id
                return True
        return False

    def place(self, each: Round) -> None:
        """Place a round, or its halves; leave what no minibus is free for."""
        found = self._nearest(each)
        if found is not None:
            minibus, begin = found
            insort(minibus.held, self._held(each).after(begin), key=lambda held: held.start)
            self.placed.append((each, minibus, begin))
        elif self._has_late_halves(each) or any(m and m[0].kind.seats < each.people for m in self.types):
            for half in halves(each):
                self.place(half)

    def _nearest(self, each: Round) -> tuple[_Minibus, int] | None:
        """Return a free minibus and when the round begins: nearest to the run, then in the smallest that seats it."""
        meets, ideal = self._meets(each), self._ideal(each)
        # Minibuses only become busier: what holds one longer than a round refused before is refused, too.
        held = self._held(each)
        asked = (meets - ideal - held.start, ideal + held.end - meets, each.people)
        refused = self.refused[each.task.hub, each.task.meets]
        if any(all(mine >= theirs for mine, theirs in zip(asked, other, strict=True)) for other in refused):
            return None
        best: tuple[int, _Minibus, int] | None = None
        for minibuses in self.types:
            if not minibuses or minibuses[0].kind.seats < each.people:
                continue
            for minibus in minibuses:
                begin = self._begin(minibus, held, ideal)
                if begin is not None and (best is None or abs(begin - ideal) < best[0]):
                    best = abs(begin - ideal), minibus, begin
                    if begin == ideal:
                        break
            if best is not None and best[0] == 0:
                # The next search starts behind this one: it is busy now.
                minibuses.rotate(-1 - minibuses.index(best[1]))
                break
        if best is None:
            refused.append(asked)
            return None
        return best[1:]

    def _meets(self, each: Round) -> int:
        """Return the minute at which a round is at the hub at the latest (leaves it at the earliest)."""
        return self._minute(each.task.meets)

    def _minute(self, moment: datetime) -> int:
        return round((moment - self.midnight) / timedelta(minutes=1))

    def _ideal(self, each: Round) -> int:
        """Return the minute at which a round begins that meets its run without waiting."""
        hub_begin, hub_end = self.legs.offsets(each)[-1]
        # Mirrored, a round begins at the hub, and people leave it when all have boarded.
        return self._meets(each) - (hub_begin if self.legs.to_work else hub_end - hub_begin)

    def _is_early(self, begin: int) -> bool:
        """Tell whether people would be fetched before feeder_earliest."""
        hours, minutes = map(int, (self.rules.feeder_earliest or "0:0").split(":"))
        return self.legs.to_work and begin % DAY_MIN < hours * 60 + minutes

    def _has_late_halves(self, each: Round) -> bool:
        """Tell whether a round fetches its first people too early because it goes on to other stops."""
        return len(each.chunks) > 1 and self._is_early(self._ideal(each))

    def _begin(self, minibus: _Minibus, held: _Held, ideal: int) -> int | None:
        """Return the possible begin nearest to `ideal`: so much earlier to work, later to home."""
        wait_min = self.rules.feeder_max_wait_min
        earliest, latest = (ideal - wait_min, ideal) if self.legs.to_work else (ideal, ideal + wait_min)
        around = [
            other for other in minibus.held if other.end > earliest - DAY_MIN and other.start < latest + 2 * DAY_MIN
        ]
        candidates = [ideal]
        for other in around:
            # Right before what it is held for, and right after.
            candidates.append(other.start - self._between(held.hub, other.hub) - held.end)
            candidates.append(other.end + self._between(other.hub, held.hub) - held.start)
        possible = (
            begin
            for begin in candidates
            if earliest <= begin <= latest and held.driven_at(begin) and not self._is_early(begin)
        )
        for begin in sorted(possible, key=lambda begin: abs(begin - ideal)):
            if self._fits(minibus, around, held.after(begin)):
                return begin
        return None

    def _held(self, each: Round) -> _Held:
        """Return from when to when a round holds its minibus, in minutes after its begin, as `round_hold` says."""
        offsets, rest_min = self.legs.offsets(each), self.rules.rest_min
        (_begin, boarded), (reached, length) = offsets[0], offsets[-1]
        empty_min = self.legs.minutes(each.task.hub, each.chunks[0].stop)
        loaded = [(depart, arrive) for (_arrive, depart), (arrive, _depart) in pairwise(offsets)]
        rested = empty_min + sum(arrive - depart for depart, arrive in loaded) > unbroken_min(self.rules)
        before = empty_min + (max(0, rest_min - boarded) if rested else 0)
        drives = [(-before, empty_min - before), *loaded]
        # At the hub the driver rests, unloading included; mirrored, before the people leave it.
        start, end = -before, max(length, reached + rest_min)
        if not self.legs.to_work:
            start, end = length - end, length - start
            drives = [(length - arrive, length - depart) for depart, arrive in reversed(drives)]
        parked = parked_hours(self.rules, self.legs.loaded_km(each) <= self.rules.no_drive_exempt_km)
        return _Held(start, end, each.task.hub, tuple(drives), parked)

    def _between(self, origin: str, target: str) -> int:
        """Return the minutes from a round at one hub to the next at another: the way, and a rest at one end of it."""
        way_min = self._way(origin, target)
        if way_min > unbroken_min(self.rules):
            return NO_ROAD_MIN
        return way_min + self.rules.rest_min if origin != target else 0

    def _way(self, origin: str, target: str) -> int:
        return 0 if origin == target else self.legs.real_minutes(origin, target)

    def _fits(self, minibus: _Minibus, around: list[_Held], held: _Held) -> bool:
        """Tell whether a minibus is there and free, with its driver's hours, to be held so."""
        if not (minibus.first <= self._season_day(held.start) and self._season_day(held.end) <= minibus.last):
            return False
        for other in around:
            before = other.end + self._between(other.hub, held.hub) <= held.start
            after = held.end + self._between(held.hub, other.hub) <= other.start
            if not (before or after):
                return False
        limits = ((DAY_MIN, self.rules.driver_day_min), (WEEK_MIN, self.rules.driver_week_min))
        return all(self._has_hours(minibus, held, span, most_min) for span, most_min in limits)

    def _has_hours(self, minibus: _Minibus, held: _Held, span: int, most_min: int) -> bool:
        """Tell whether one driver may drive it all, the ways between hubs too: at most so many minutes in any span."""
        near = [each for each in minibus.held if each.end > held.start - span and each.start < held.end + span]
        near = sorted([*near, held], key=lambda each: each.start)
        drives = [drive for each in near for drive in each.drives]
        for before, after in pairwise(near):
            reached = after.start - (self.rules.rest_min if self.legs.to_work else 0)
            drives.append((reached - self._way(before.hub, after.hub), reached))
        if sum(end - begin for begin, end in drives) <= most_min:
            return True
        # The most is driven in some span that ends with a drive.
        return all(
            sum(max(0, min(end, until) - max(begin, until - span)) for begin, end in drives) <= most_min
            for _begin, until in drives
        )

    def _season_day(self, minute: int) -> date:
        day = (self.midnight + timedelta(minutes=minute)).date()
        return min(max(day, self.season.first_date), self.season.last_date)

    def feeders(self) -> tuple[Feeder, ...]:
        """Return the rounds placed, as the plan stores them; no new one has the id of one that stood."""
        numbered: dict[date, int] = defaultdict(int)
        feeders = []
        order = sorted(self.placed, key=lambda p: (p[0].task.date, p[2], p[0].task.run, p[0].chunks[0].refs))
        for each, minibus, begin in order:
            day, name = each.task.date, self.kept.get(each, "")
            while not name or (name in self.used and each not in self.kept):
                numbered[day] += 1
                name = f"F{day:%m%d}-{numbered[day]:02d}"
            stops = tuple(self._stops(each, begin))
            feeders.append(Feeder(id=name, serves=each.task.run, vehicle_type=minibus.kind.vehicle_type, stops=stops))
        return tuple(feeders)

    def _stops(self, each: Round, begin: int) -> list[FeederStop]:
        stops = self.legs.stops(each.chunks)
        everyone = tuple(ref for _stop, refs in stops for ref in refs)
        offsets = self.legs.offsets(each)
        length = offsets[-1][1]
        rows = [(stop, "board", tuple(refs)) for stop, refs in stops] + [(each.task.hub, "alight", everyone)]
        timed = [(*row, *times) for row, times in zip(rows, offsets, strict=True)]
        if not self.legs.to_work:
            timed = [
                (place, "alight" if kind == "board" else "board", refs, length - depart, length - arrive)
                for place, kind, refs, arrive, depart in reversed(timed)
            ]
        return [
            FeederStop.model_validate(
                {
                    "place": place,
                    "kind": kind,
                    "arrive": self.midnight + timedelta(minutes=begin + arrive),
                    "depart": self.midnight + timedelta(minutes=begin + depart),
                    "refs": refs,
                }
            )
            for place, kind, refs, arrive, depart in timed
        ]


def _last_before(minibus: _Minibus, minute: int) -> int:
    """Return when the last round of a minibus before a minute ends; long ago for none."""
    return max((held.end for held in minibus.held if held.end <= minute), default=-(10**9))
