"""Solutions made as if no pin linked anybody, mended: whoever may not meet is parted, and nothing else gets worse."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from scheduler.evaluate import Evaluator
from scheduler.example.season import synthetic_problem
from scheduler.pins import Pin
from scheduler.problem import Problem
from scheduler.solver.construction.greedy import Greedy
from scheduler.solver.construction.parting import mend_links, part
from scheduler.solver.mip.whole_problem import loads_of, solution_of
from scheduler.solver.model.instance import Instance, build_instance
from scheduler.solver.model.pins.asked import read_pins
from scheduler.solver.model.pins.links import NO_LINKS
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import Coach, Solution, SolutionCosts
from tests.builders import party, problem


def pinned(asked: Problem, kinds: tuple[str, ...], most: int, seed: int) -> Instance:
    """Return the instance of a season whose parties of one destination are linked at random."""
    rng = random.Random(seed)
    parties = rng.sample(asked.parties, len(asked.parties))
    pins = []
    for one, other in zip(parties[::2], parties[1::2], strict=False):
        mates = [each for each in asked.parties if each.work_stop == one.work_stop and each is not one]
        mate = rng.choice(mates) if mates else other
        kind = rng.choice(kinds)
        pins.append(Pin("apart" if kind == "apart" else "together", one.people[0].key, mate.people[0].key))
    asked = replace(asked, pins=tuple(pins[:most]))
    return build_instance(asked, Evaluator(asked), pinned=read_pins(asked))


def made_without_links(costs: SolutionCosts) -> Solution:
    """Return a greedy solution that knows of no pins."""
    services = Services(replace(costs.instance, links=NO_LINKS))
    solution = Greedy(SolutionCosts(services)).run(math.inf, lambda: False)
    return solution_of(costs, loads_of(services, solution))


def faults(costs: SolutionCosts, solution: Solution) -> list[str]:
    """Return what a mended solution may not have."""
    instance, found = costs.instance, []
    aboard = instance.count - solution.left
    for coach in solution.coaches:
        people, seats = (
            costs.people(coach.load.items()),
            int(costs.services.table(coach.work).seats[coach.home, coach.vehicle]),
        )
        if not max(1, instance.min_load) <= people <= seats:
            found.append(f"{people} people on {seats} seats")
        if costs.callers_fen(coach) is None:
            found.append("an idle stop")
        for k, n in coach.load.items():
            aboard[k] -= n
    for t, load in enumerate(solution.trains):
        for (k, _option), n in load.items():
            aboard[k] -= n
        if load and costs.people((k, n) for (k, _o), n in load.items()) < instance.trains[t].min_load:
            found.append("a thin train")
    if aboard.any() or (solution.left < 0).any():
        found.append("people lost or made")
    if (costs.held(solution.coaches) > instance.fleet).any():
        found.append("more coaches than there are")
    if costs.broken(solution):
        found.append("broken links")
    return found


@pytest.mark.parametrize("kinds", [("apart",), ("together",), ("apart", "together")])
@pytest.mark.parametrize("seed", range(4))
def test_a_mended_solution_obeys_the_links_and_all_rules(kinds: tuple[str, ...], seed: int) -> None:
    instance = pinned(synthetic_problem(150, seed, "to_work" if seed % 2 else "to_home"), kinds, 15, seed)
    costs = SolutionCosts(Services(instance))
    solution = made_without_links(costs)
    assert costs.broken(solution) > 0
    mend_links(costs, solution, Greedy(costs).ideal)
    assert faults(costs, solution) == []


def test_those_who_are_apart_change_seats_rather_than_stay() -> None:
    asked = problem(*(party() for _ in range(80)))
    a, b, *_others = asked.parties
    asked = replace(asked, pins=(Pin("apart", a.people[0].key, b.people[0].key),))
    instance = build_instance(asked, Evaluator(asked), pinned=read_pins(asked))
    costs = SolutionCosts(Services(instance))
    solution = made_without_links(costs)
    assert len(solution.coaches) == 2
    together(costs, solution.coaches)
    served, before_fen = costs.served(solution), costs.total(solution)
    assert costs.broken(solution) == 1
    left = dict.fromkeys(range(instance.n_classes), 0)
    solution.coaches = part(costs, solution.coaches, {}, {}, left)
    assert costs.broken(solution) == 0
    assert (sum(left.values()), costs.served(solution), costs.total(solution)) == (0, served, before_fen)


def together(costs: SolutionCosts, coaches: list[Coach]) -> None:
    """Bring those who must not meet onto the first coach, for others who are all alike."""
    first, second = coaches
    (plain,) = (k for k, n in enumerate(costs.instance.count.tolist()) if n > 1)
    for k in costs.instance.links.group_of:
        if k in second.load:
            first.load[k] = second.load.pop(k)
            first.load[plain] -= 1
            second.load[plain] = second.load.get(plain, 0) + 1
