"""A coach's figures in the tables of services are the Evaluator's, to the fen, the seat and the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.evaluate import Evaluator
from scheduler.example.season import synthetic_problem
from scheduler.settings import Direction
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Service, Services, ServiceStops


class World:
    """A synthetic season, its evaluator and its tables of services; the detour rule is one that matters."""

    def __init__(self, people: int, seed: int, direction: Direction) -> None:
        problem = synthetic_problem(people, seed, direction)
        policy = problem.settings.policy.model_copy(update={"max_detour": 1.03, "reserve_seats": 1})
        self.problem = replace(problem, settings=problem.settings.model_copy(update={"policy": policy}))
        self.evaluator = Evaluator(self.problem)
        self.instance = build_instance(self.problem, self.evaluator)
        self.services = Services(self.instance)


DIRECTIONS: tuple[Direction, ...] = ("to_work", "to_home")
WORLDS = {direction: World(400, 3, direction) for direction in DIRECTIONS}


@pytest.mark.parametrize("direction", WORLDS)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_figures_are_the_evaluators(direction: Direction, data: st.DataObject) -> None:
    world = WORLDS[direction]
    problem, evaluator, services, instance = world.problem, world.evaluator, world.services, world.instance
    stops = data.draw(st.sets(st.integers(0, len(instance.works) - 1), min_size=1, max_size=instance.work_stops))
    home = data.draw(st.integers(0, len(services.home.sets) - 1))
    number = services.work_id(stops)
    table = services.table(number)
    home_names = [instance.homes[i] for i in services.home.sets[home]]
    work_names = [instance.works[i] for i in stops]
    assert bool(table.allowed[home]) == evaluator.allowed(home_names, work_names)
    if not table.allowed[home]:
        assert not table.seats[home].any()
        return
    path = evaluator.path(home_names, work_names)
    assert table.path_m[home] == path.path_m
    drivers = evaluator.drivers(path)
    policy = problem.settings.policy
    for v, vehicle in enumerate(problem.vehicle_types):
        assert table.cost[home, v] == evaluator.coach_fen(vehicle, path)
        seats = evaluator.seats(vehicle.rated_seats, drivers) - policy.reserve_seats
        assert table.seats[home, v] == (seats if seats >= policy.min_load else 0)
    first_date = problem.settings.first_date
    for day in range(instance.n_days):
        first, last = evaluator.days_held(first_date + timedelta(days=day), path.path_m)
        held = [d for d in range(instance.n_days) if first <= first_date + timedelta(days=d) <= last]
        assert list(range(instance.n_days))[services.held_days(day, home, number)] == held


@pytest.mark.parametrize("direction", WORLDS)
def test_a_service_by_its_stops_is_the_same_in_services_numbered_otherwise(direction: Direction) -> None:
    world = WORLDS[direction]
    here, there = Services(world.instance), Services(world.instance)
    pairs = list(combinations(range(len(world.instance.works)), 2))[:12]
    numbers = [here.work_id(pair) for pair in pairs]
    assert numbers != [there.work_id(pair) for pair in reversed(pairs)][::-1]
    for home in (0, len(here.home.sets) - 1):
        for work in numbers:
            named = here.stops_of(Service(0, home, work, 0))
            assert named == ServiceStops(0, here.home.sets[home], here.work_sets[work], 0)
            assert here.service_of(named) == Service(0, home, work, 0)
            assert there.stops_of(there.service_of(named)) == named


@pytest.mark.parametrize("direction", WORLDS)
def test_access_is_the_evaluators_cheapest_open_stop(direction: Direction) -> None:
    world = WORLDS[direction]
    for row, stops in enumerate(world.services.home.sets[:200]):
        for column, origin in enumerate(world.instance.origins):
            fen = world.evaluator.access_fen(origin)
            open_to = [fen[world.instance.homes[i]] for i in stops if world.instance.homes[i] in fen]
            if open_to:
                assert world.services.access[row, column] == min(open_to)
            else:
                assert not np.any(world.instance.access[column, list(stops)] < world.services.access[row, column])
