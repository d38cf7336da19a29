"""When coaches leave their boarding stops: what the timetable will say, before anybody is aboard.

The first stop is left at a time of depart_at; each later one after the drive and the boarding before, which takes the
longer the more people board. So there is a likely time, and a span that holds the timetable of every load. Of equally
short ways a plan may take any, and takes the one that suits those who were told something: the span holds them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from scheduler.evaluate import KM_TOLERANCE
from scheduler.solver.model.instance import Floats, Instance, Ints
from scheduler.solver.model.stops.sets import StopSets, stop_set_rows

NO_REST_MIN = 120.0
"""After so much driving there may be a rest before the next stop: it may leave at any time later."""

LONG_TIE = 4
"""Ways through so many stops may tie between the same ends, and only one of them is known."""


@dataclass(frozen=True, slots=True)
class _Offsets:
    """Minutes from the first departure to that of each stop, by (set, way, place in the order of travel)."""

    likely: Floats
    low: Floats
    high: Floats


class Departures:
    """The departures of all services of an instance, work set by work set."""

    def __init__(self, instance: Instance, homes: StopSets) -> None:
        self._instance = instance
        self._homes = homes
        self._offsets: _Offsets | None = None
        self._ways: dict[tuple[int, ...], tuple[NDArray[np.bool_], StopSets]] = {}

    def spans(self, works: tuple[int, ...], homes: Ints, stops: Ints, *, certain: bool) -> tuple[Floats, Floats]:
        """Return the first and the last minute after the start at which each home set's coach leaves each stop.

        Parameters
        ----------
        works : tuple of int
            The set of work stops.
        homes : array
            Numbers of home sets.
        stops : array
            Boarding stops (work stops in to_home).
        certain : bool
            Whether every load and every equally short way counts, or only the likely time.

        Returns
        -------
        low, high : arrays (homes, stops)
            Infinite and minus infinite where a coach does not stop.
        """
        tied, work = self._ways_of(works)
        if self._instance.to_work:
            if self._offsets is None:
                self._offsets = _offsets(self._instance, self._homes, self._instance.home_min)
            return _spans(np.asarray(tied[homes].any(axis=2)), self._homes, self._offsets, homes, stops, certain)
        offsets = _offsets(self._instance, work, self._instance.work_min)
        only = np.zeros(len(homes), dtype=np.int64)
        return _spans(np.asarray(tied[homes].any(axis=1)), work, offsets, only, stops, certain)

    def _ways_of(self, works: tuple[int, ...]) -> tuple[NDArray[np.bool_], StopSets]:
        """Return the ways that coaches may take to a work set, (home sets, ways at home, ways at work), and the set."""
        if works not in self._ways:
            instance, home = self._instance, self._homes
            work = stop_set_rows([works], instance.work_km, instance.work_min, towards_last=not instance.to_work)
            direct_km = np.where(np.isfinite(instance.link_km), instance.link_km, -np.inf)
            columns = list(product(range(home.link.shape[1]), range(work.link.shape[1])))
            km = np.full((len(columns), len(home.sets)), np.inf)
            legal = np.zeros(km.shape, dtype=bool)
            for c, (h, w) in enumerate(columns):
                here, there = home.link[:, h], work.link[0, w]
                km[c] = home.inner_km[:, h] + instance.link_km[here, there] + work.inner_km[0, w]
                most_km = instance.max_detour * direct_km[home.outer[:, h], work.outer[0, w]] + KM_TOLERANCE
                legal[c] = km[c] <= most_km
            tied = legal & np.isfinite(km) & (km <= km.min(axis=0, initial=np.inf) + KM_TOLERANCE)
            self._ways[works] = tied.T.reshape(len(home.sets), home.link.shape[1], work.link.shape[1]), work
        return self._ways[works]


def _spans(
    used: NDArray[np.bool_], sets: StopSets, offsets: _Offsets, rows: Ints, stops: Ints, certain: bool
) -> tuple[Floats, Floats]:
    """Return the spans of the ways that some sets (`rows`) may use."""
    earliest, latest = (offsets.low, offsets.high) if certain else (offsets.likely, offsets.likely)
    low, high = np.full((len(rows), len(stops)), np.inf), np.full((len(rows), len(stops)), -np.inf)
    ways = np.flatnonzero(used.any(axis=0)).tolist()  # mostly one: the only shortest
    for way, place in product(ways, range(sets.order.shape[2])):
        order = sets.order[rows, way, place]
        if order.max(initial=-1) < 0:  # so many stops has none of the sets
            continue
        here = used[:, way][:, None] & (order[:, None] == stops[None, :])
        np.minimum(low, earliest[rows, way, place][:, None], out=low, where=here)
        np.maximum(high, latest[rows, way, place][:, None], out=high, where=here)
    return low, high


def _offsets(instance: Instance, sets: StopSets, minutes: Floats) -> _Offsets:
    """Return the departures of the stops of each way, from that of its first."""
    shape = sets.order.shape
    likely, low, high, drive = (np.zeros(shape) for _ in range(4))
    seats = float(instance.rated.max(initial=0))
    sizes = np.array([len(stops) for stops in sets.sets], dtype=np.int64)[:, None]
    for place in range(1, shape[2]):
        here, there = sets.order[:, :, place - 1], sets.order[:, :, place]
        leg = np.where(there >= 0, minutes[here, there], 0.0)
        drive[:, :, place] = drive[:, :, place - 1] + leg
        whole = np.ceil(leg - 1e-6)
        share = seats / np.maximum(sizes, 1)
        likely[:, :, place] = likely[:, :, place - 1] + whole + _dwell(instance, share)
        low[:, :, place] = low[:, :, place - 1] + np.floor(leg) + _dwell(instance, 0.0)
        high[:, :, place] = high[:, :, place - 1] + whole + _dwell(instance, seats)
    high[drive > NO_REST_MIN] = np.inf
    if shape[2] >= LONG_TIE:
        many = sizes[:, 0] >= LONG_TIE
        low[many, :, 1:], high[many, :, 1:] = 0.0, np.inf
    return _Offsets(likely, low, high)


def _dwell(instance: Instance, people: float | Floats) -> Floats:
    return np.asarray(np.ceil(instance.dwell_base_min + instance.dwell_person_min * people - 1e-9))
