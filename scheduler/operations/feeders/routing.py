"""Routing the feeders of one run at one hub: chunks of people joined to rounds of least cost.

A capacitated pickup problem of some 2 to 30 chunks, with the seats of several minibus types and a longest ride, as
OR-Tools routing solves it: a first solution by savings (Clarke and Wright 1964), then its local search to the end,
which keeps the result the same every time. Rounds may be as many as chunks; minibuses are found for them later.
"""

from __future__ import annotations

from scheduler.itinerary.feeder import FeederType, unbroken_min
from scheduler.itinerary.timetable import dwell_min
from scheduler.operations.feeders.rounds import Chunk, Legs, Round, Task


def route(legs: Legs, task: Task, types: list[FeederType]) -> list[Round]:
    """Return the rounds that bring all chunks of a task to its hub.

    Parameters
    ----------
    legs : Legs
        Minutes and km.
    task : Task
        No chunk is larger than the seats of the largest type.
    types : list of FeederType
        Those available on the task's date, at least one.
    """
    if len(task.chunks) == 1:
        return [Round(task, task.chunks)]
    return [Round(task, tuple(chunks)) for chunks in _routes(legs, task, types)]


def _routes(legs: Legs, task: Task, types: list[FeederType]) -> list[list[Chunk]]:
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    chunks, rules = task.chunks, legs.rules
    places = [task.hub, *(chunk.stop for chunk in chunks)]
    vehicles = [one for one in types for _each in chunks]
    manager = pywrapcp.RoutingIndexManager(len(places), len(vehicles), 0)
    routing = pywrapcp.RoutingModel(manager)
    km = [[legs.km(a, b) for b in places] for a in places]
    for one in types:
        costs = [[round(one.cost_per_km_fen * each) for each in row] for row in km]
        arc = routing.RegisterTransitMatrix(costs)
        for number, vehicle in enumerate(vehicles):
            if vehicle is one:
                routing.SetArcCostEvaluatorOfVehicle(arc, number)
                routing.SetFixedCostOfVehicle(one.fixed_cost_fen, number)
    people = [0, *(len(chunk.refs) for chunk in chunks)]
    load = routing.RegisterUnaryTransitVector(people)
    routing.AddDimensionWithVehicleCapacity(load, 0, [one.seats for one in vehicles], True, "people")
    # The ride counts from leaving the first stop: nothing from the hub, then driving and boarding on the way.
    dwells = [0, *(dwell_min(rules, each) for each in people[1:])]
    longest = min(rules.feeder_max_ride_min, unbroken_min(rules))
    ride = [[0] * len(places) for _ in places]
    for i, a in enumerate(places[1:], 1):
        # A single stop may lie farther away than the longest ride; its way to the hub then counts as just that.
        ride[i][0] = min(legs.minutes(a, task.hub), longest)
        for j, b in enumerate(places[1:], 1):
            ride[i][j] = legs.minutes(a, b) + dwells[j] - (rules.board_base_min if a == b else 0) if i != j else 0
    routing.AddDimension(routing.RegisterTransitMatrix(ride), 0, longest, True, "ride")
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.SAVINGS
    solution = routing.SolveWithParameters(parameters)
    if solution is None:
        return [[chunk] for chunk in chunks]  # each by itself is always a way
    routes = []
    for number in range(len(vehicles)):
        index, route = solution.Value(routing.NextVar(routing.Start(number))), []
        while not routing.IsEnd(index):
            route.append(chunks[manager.IndexToNode(index) - 1])
            index = solution.Value(routing.NextVar(index))
        if route:
            routes.append(route)
    return routes
