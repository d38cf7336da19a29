"""Sets of stops of one end, and the shortest ways through each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, permutations

import numpy as np

from scheduler.evaluate import KM_TOLERANCE
from scheduler.solver.model.instance import Floats, Ints

MOST_SETS = 30_000
"""Sets of stops kept a side; beyond it the largest sets are left out (a county with hundreds of close stops)."""


@dataclass(frozen=True, slots=True)
class StopSets:
    """Sets of stops of one end: per set, the shortest way through it for each member that links to the other end.

    `link` is that member, padded with -1, `outer` the far end of the way; `inner_km` is padded with infinity. Of
    equally short ways from one member there is one to each far end. `order` (sets, ways, stops) lists each way's stops
    in order of travel, padded with -1. `complete`: no set was left out.
    """

    sets: tuple[tuple[int, ...], ...]
    complete: bool
    link: Ints
    inner_km: Floats
    inner_min: Floats
    outer: Ints
    order: Ints


def stop_sets(
    km: Floats, minutes: Floats, most: int, radius_km: float, more: tuple[tuple[int, ...], ...], *, towards_last: bool
) -> StopSets:
    """List the sets of up to `most` stops pairwise within `radius_km`, small ones first; of too many `more` at last."""
    spread = np.maximum(km, km.T)
    close = spread <= radius_km + KM_TOLERANCE
    layer: list[tuple[int, ...]] = [(i,) for i in range(len(km))]
    sets = list(layer)
    for _ in range(most - 1):
        layer = [
            (*stops, j) for stops in layer for j in range(stops[-1] + 1, len(km)) if all(close[i, j] for i in stops)
        ]
        if len(sets) + len(layer) > MOST_SETS:
            listed = set(sets)
            legal = (s for s in more if len(s) <= most and all(close[a, b] for a in s for b in s))
            sets += [stops for stops in legal if stops not in listed]
            return stop_set_rows(sets, km, minutes, towards_last=towards_last, complete=False)
        sets += layer
    return stop_set_rows(sets, km, minutes, towards_last=towards_last)


def stop_set_rows(
    sets: list[tuple[int, ...]], km: Floats, minutes: Floats, *, towards_last: bool, complete: bool = True
) -> StopSets:
    """Work out the inner ways. `towards_last`: the set is travelled first, so the link leaves from its last stop."""
    width = max((len(stops) for stops in sets), default=1)
    n = len(sets)
    stop = np.full((n, width), -1, dtype=np.int64)
    way_km, way_min = np.full((n, width, width), np.inf), np.full((n, width, width), np.inf)
    way_order = np.full((n, width, width, width), -1, dtype=np.int64)
    sizes = np.array([len(stops) for stops in sets], dtype=np.int64)
    for size in range(1, width + 1):
        rows = np.flatnonzero(sizes == size)
        if not len(rows):
            continue
        stops = np.array([sets[row] for row in rows], dtype=np.int64)
        stop[rows, :size] = stops
        for order in permutations(range(size)):
            length = sum((km[stops[:, a], stops[:, b]] for a, b in pairwise(order)), np.zeros(len(rows)))
            time = sum((minutes[stops[:, a], stops[:, b]] for a, b in pairwise(order)), np.zeros(len(rows)))
            link, far = (order[-1], order[0]) if towards_last else (order[0], order[-1])
            known, quickest = way_km[rows, link, far], way_min[rows, link, far]
            tied = np.where(length <= known + KM_TOLERANCE, np.minimum(time, quickest), quickest)
            way_km[rows, link, far] = np.minimum(length, known)
            now_min = np.where(length < known - KM_TOLERANCE, time, tied)
            new = (length < known - KM_TOLERANCE) | (now_min < quickest) | ~np.isfinite(known)
            way_min[rows, link, far] = now_min
            way_order[rows[new], link, far, :size] = stops[np.ix_(new, order)]
    # Only the shortest way from each link matters, unless several tie: one column a link, and as many as tie at most.
    kept = np.isfinite(way_km) & (way_km <= way_km.min(axis=2, keepdims=True, initial=np.inf) + KM_TOLERANCE)
    row, at, end = np.nonzero(kept)
    column = np.arange(len(row)) - np.searchsorted(row, row)
    shape = n, int(column.max(initial=0)) + 1
    links, outer = np.full(shape, -1, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    inner_km, inner_min = np.full(shape, np.inf), np.full(shape, np.inf)
    links[row, column], outer[row, column] = stop[row, at], stop[row, end]
    inner_km[row, column], inner_min[row, column] = way_km[row, at, end], way_min[row, at, end]
    orders = np.full((*shape, width), -1, dtype=np.int64)
    orders[row, column] = way_order[row, at, end]
    return StopSets(tuple(sets), complete, links, inner_km, inner_min, outer, orders)
