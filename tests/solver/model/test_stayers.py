"""Who may stay with what they were told where a coach runs, and when a coach leaves its stops."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest

from scheduler.evaluate import Evaluator
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.seating import Service
from scheduler.solver.model.services import Services
from scheduler.solver.model.stops.departures import _Offsets, _spans
from scheduler.solver.model.stops.sets import StopSets, stop_sets
from tests.arbitrary_replans import arbitrary_replan


@pytest.mark.parametrize("certain", [False, True])
@pytest.mark.parametrize("first", range(0, 40, 10))
def test_classes_asked_together_stay_as_each_alone(first: int, certain: bool) -> None:
    stays = 0
    for seed in range(first, first + 10):
        asked = arbitrary_replan(seed)
        instance = build_instance(asked.problem, Evaluator(asked.problem), asked.commitments.told)
        services = Services(instance)
        classes = range(len(instance.origin))
        for day, home, works in product(
            range(instance.n_days), range(len(services.home.sets)), [(w,) for w in range(len(instance.work_km))]
        ):
            service = Service(day, home, services.work_id(works), 0)
            together = services.all_stayers(classes, service, certain=certain)
            alone = [(k, each) for k in classes for each in services.stayers(k, service, certain=certain)]
            assert together == alone, (seed, service)
            told = Counter(k for k, _stayer in together)
            moved = services.moved(np.array(list(classes)), service, certain=certain)
            people = Counter(dict.fromkeys(classes, 0))
            for k, (_stops, _choice, persons) in together:
                people[k] += persons
            assert instance.told is None or [int(instance.told.of_class[k] - people[k]) for k in classes] == list(moved)
            stays += sum(told.values())
    assert stays  # else nothing was compared


def every_way(used: np.ndarray, sets: StopSets, offsets: _Offsets, rows: np.ndarray, stops: np.ndarray) -> list[object]:
    """Return first and last departure of each stop as `_spans` does, going through every way and place one by one."""
    found: list[object] = []
    for at, row in enumerate(rows.tolist()):
        for stop in stops.tolist():
            times = [
                (float(offsets.low[row, way, place]), float(offsets.high[row, way, place]))
                for way in range(sets.order.shape[1])
                for place in range(sets.order.shape[2])
                if used[at, way] and sets.order[row, way, place] == stop
            ]
            found.append((min((low for low, _ in times), default=np.inf), max((h for _, h in times), default=-np.inf)))
    return found


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_spans_are_those_of_every_way_in_use(share: float) -> None:
    rng = np.random.default_rng(7)
    km = rng.uniform(1, 20, (5, 5))
    sets = stop_sets(km, km, 3, 18.0, (), towards_last=True)
    low = rng.uniform(0, 60, sets.order.shape)
    offsets = _Offsets(low, low, low + rng.uniform(0, 30, low.shape))
    for count in (1, 4, len(sets.sets)):
        rows = rng.choice(len(sets.sets), count, replace=False)
        used = rng.uniform(size=(count, sets.order.shape[1])) < share
        stops = np.array([0, 2, 4])
        lows, highs = _spans(used, sets, offsets, rows, stops, certain=True)
        assert list(zip(lows.ravel().tolist(), highs.ravel().tolist(), strict=True)) == every_way(
            used, sets, offsets, rows, stops
        )
