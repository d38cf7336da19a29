"""Dispatching feeder rounds: each gets a minibus and a time, as near to the run's as one is free.

A minibus is free for a round when it is available that day, nothing else holds it meanwhile (the empty way, a rest
between rounds and the way from hub to hub included), and its driver has the hours.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from scheduler.itinerary.feeder import FeederType
from scheduler.plan import Feeder, FeederStop
from scheduler.solver.feeder_rounds import Legs, Round, halves

DAY_MIN = 1440


class _Held(NamedTuple):
    """A round as its minibus sees it: from when to when (minutes after the season's first midnight), where, driving."""

    start: int
    end: int
    hub: str
    driven_min: int

    def after(self, begin: int) -> _Held:
        return self._replace(start=self.start + begin, end=self.end + begin)


@dataclass(slots=True, eq=False)
class _Minibus:
    """One vehicle and what holds it, in order."""

    kind: FeederType
    first: date
    last: date
    held: list[_Held] = field(default_factory=list)


class Dispatch:
    """Gives rounds a minibus and a time."""

    def __init__(self, legs: Legs, fleet: list[FeederType]) -> None:
        self.legs = legs
        self.rules = legs.rules
        self.season = legs.problem.settings
        self.midnight = datetime.combine(self.season.first_date, time())
        self.types = [
            deque(_Minibus(one, row.first, row.last) for row in one.rows for _each in range(row.count))
            for one in sorted(fleet, key=lambda one: (one.seats, one.fixed_cost_fen, one.vehicle_type))
        ]
        self.placed: list[tuple[Round, _Minibus, int]] = []
        self.refused: dict[tuple[str, datetime], list[tuple[int, int, int]]] = defaultdict(list)

    def place(self, each: Round) -> None:
        """Place a round, or its halves; leave what no minibus is free for."""
        found = self._nearest(each)
        if found is not None:
            minibus, begin = found
            held = _Held(*self._hold(each), each.task.hub, self.legs.driven_min(each))
            insort(minibus.held, held.after(begin))
            self.placed.append((each, minibus, begin))
        elif any(minibuses and minibuses[0].kind.seats < each.people for minibuses in self.types):
            for half in halves(each):
                self.place(half)

    def _nearest(self, each: Round) -> tuple[_Minibus, int] | None:
        """Return a free minibus and when the round begins: nearest to the run, then in the smallest that seats it."""
        hub_begin, hub_end = self.legs.offsets(each)[-1]
        meets = round((each.task.meets - self.midnight) / timedelta(minutes=1))
        # Mirrored, a round begins at the hub, and people leave it when all have boarded.
        ideal = meets - hub_begin if self.legs.to_work else meets - (hub_end - hub_begin)
        # Minibuses only become busier: what holds one longer than a round refused before is refused, too.
        start, end = self._hold(each)
        asked = (meets - ideal - start, ideal + end - meets, each.people)
        refused = self.refused[each.task.hub, each.task.meets]
        if any(all(mine >= theirs for mine, theirs in zip(asked, other, strict=True)) for other in refused):
            return None
        held = _Held(start, end, each.task.hub, self.legs.driven_min(each))
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

    def _begin(self, minibus: _Minibus, held: _Held, ideal: int) -> int | None:
        """Return the possible begin nearest to `ideal`: so much earlier to work, later to home."""
        wait_min, rest_min = self.rules.feeder_max_wait_min, self.rules.rest_min
        earliest, latest = (ideal - wait_min, ideal) if self.legs.to_work else (ideal, ideal + wait_min)
        around = [
            other for other in minibus.held if other.end > earliest - DAY_MIN and other.start < latest + 2 * DAY_MIN
        ]
        candidates = [ideal]
        for other in around:
            # Right before what it is held for, and right after, a rest and the way between the hubs in between.
            candidates.append(other.start - rest_min - self._move(held.hub, other.hub) - held.end)
            candidates.append(other.end + rest_min + self._move(other.hub, held.hub) - held.start)
        possible = (begin for begin in candidates if earliest <= begin <= latest)
        for begin in sorted(possible, key=lambda begin: abs(begin - ideal)):
            if self._fits(minibus, around, held.after(begin)):
                return begin
        return None

    def _hold(self, each: Round) -> tuple[int, int]:
        """Return from when to when a round holds its minibus, minutes after its begin; empty way and rest included."""
        length = self.legs.offsets(each)[-1][1]
        empty_min = self.legs.minutes(each.task.hub, each.chunks[0].stop) + self.rules.rest_min
        return (-empty_min, length) if self.legs.to_work else (0, length + empty_min)

    def _move(self, origin: str, target: str) -> int:
        """Return the minutes from one hub to another."""
        return 0 if origin == target else self.legs.real_minutes(origin, target)

    def _fits(self, minibus: _Minibus, around: list[_Held], held: _Held) -> bool:
        """Tell whether a minibus is there and free, with its driver's hours, to be held so."""
        if not (minibus.first <= self._season_day(held.start) and self._season_day(held.end) <= minibus.last):
            return False
        rest_min = self.rules.rest_min
        for other in around:
            before = other.end + rest_min + self._move(other.hub, held.hub) <= held.start
            after = held.end + rest_min + self._move(held.hub, other.hub) <= other.start
            if not (before or after):
                return False
        drives = [*around, held]
        return all(
            sum(other.driven_min for other in drives if other.end > last.end - DAY_MIN and other.start < last.end)
            <= self.rules.driver_day_min
            for last in drives
        )

    def _season_day(self, minute: int) -> date:
        day = (self.midnight + timedelta(minutes=minute)).date()
        return min(max(day, self.season.first_date), self.season.last_date)

    def feeders(self) -> tuple[Feeder, ...]:
        """Return the rounds placed, as the plan stores them."""
        numbered: dict[date, int] = defaultdict(int)
        feeders = []
        order = sorted(self.placed, key=lambda p: (p[0].task.date, p[2], p[0].task.run, p[0].chunks[0].refs))
        for each, minibus, begin in order:
            day = each.task.date
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
