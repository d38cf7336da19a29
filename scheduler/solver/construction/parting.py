"""Those whom pins link, after a step that knew nothing of it: who rides against that leaves, and is seated elsewhere.

Greedy and local search treat parties that are only kept apart (`Links.loose`) like everybody else, and a plan dived to
knows of no links at all: few of many meet by chance, and to look out for them all the way would cost more than to mend.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from scheduler.solver.construction.boarding import boarding_fen
from scheduler.solver.construction.exchanging import Exchanges
from scheduler.solver.construction.linked_start import LinkedStart
from scheduler.solver.model.instance import Ints
from scheduler.solver.model.solution import Coach, Solution, SolutionCosts, TrainLoad


def mend_links(costs: SolutionCosts, solution: Solution, ideal_fen: Ints) -> None:
    """Seat those of a whole solution elsewhere who ride against what pins link, or leave them behind.

    `ideal_fen` is what a person costs elsewhere, by signature.
    """
    Exchanges(costs, solution.coaches).run()
    leave_torn_groups(costs, solution)
    budget_fen = costs.instance.budget_fen
    budget_fen = None if budget_fen is None else budget_fen - costs.spent(solution)
    seats = LinkedStart(costs, solution, costs.instance.fleet - costs.held(solution.coaches), budget_fen, ideal_fen)
    seats.seat(costs.instance.links.loose)
    seats.fill_coaches()
    give_up_thin(costs, solution)


def leave_torn_groups(costs: SolutionCosts, solution: Solution) -> None:
    """Leave behind whom pins link and who do not ride as they ask: all of a group, the lighter of those apart."""
    links = costs.instance.links
    if not links.groups:
        return
    coaches = [coach.load for coach in solution.coaches]
    runs = [set(load) for load in coaches] + [{k for k, _option in load} for load in solution.trains]
    torn = False
    for number, group in enumerate(links.groups):
        whole = any(run.issuperset(group) for run in runs)
        minded = any(not run.isdisjoint(group) and _gives_way(costs, number, links.of(run)) for run in runs)
        if whole and not minded:
            continue
        torn = True
        for k in group:
            take_off(solution, k)
            for run in runs:
                run.discard(k)
    if torn:
        solution.coaches = _settled(costs, solution)


def take_off(solution: Solution, k: int) -> None:
    """Leave behind whoever of a class rides anything."""
    for coach in solution.coaches:
        solution.left[k] += coach.load.pop(k, 0)
    for load in solution.trains:
        for key in [key for key in load if key[0] == k]:
            solution.left[k] += load.pop(key)


def give_up_thin(costs: SolutionCosts, solution: Solution) -> bool:
    """Give up the runs with too few people for them; tell whether there were any."""
    instance, given_up = costs.instance, False
    for coach in list(solution.coaches):
        if costs.people(coach.load.items()) < max(1, instance.min_load):
            solution.coaches.remove(coach)
            _leave_all(solution, coach.load.items())
            given_up = True
    for t, load in enumerate(solution.trains):
        if load and costs.people((k, n) for (k, _o), n in load.items()) < instance.trains[t].min_load:
            _leave_all(solution, [(k, n) for (k, _o), n in load.items()])
            solution.trains[t] = {}
            given_up = True
    return given_up


def _leave_all(solution: Solution, load: Iterable[tuple[int, int]]) -> None:
    for k, n in load:
        solution.left[k] += n


def _settled(costs: SolutionCosts, solution: Solution) -> list[Coach]:
    """Return the coaches without idle stops; the people of one that cannot do without are left behind."""
    kept = []
    for coach in solution.coaches:
        settled = costs.settled(coach)
        if settled is not None:
            kept.append(settled)
        else:
            _leave_all(solution, coach.load.items())
    return kept


def _gives_way(costs: SolutionCosts, number: int, others: Collection[int]) -> bool:
    """Tell whether a group leaves because another is aboard: those stay that must ride, or that are dearer to leave."""
    links, leave_fen = costs.instance.links, costs.instance.leave_fen

    def rank(group: int) -> tuple[bool, int, int]:
        return group not in links.forced, -int(leave_fen[list(links.groups[group])].sum()), group

    apart = links.apart.get(number, frozenset()).intersection(others)
    return any(rank(other) < rank(number) for other in apart)


def part(
    costs: SolutionCosts,
    coaches: list[Coach],
    trains: Mapping[int, TrainLoad],
    staying: Mapping[int, TrainLoad],
    left: dict[int, int],
) -> list[Coach]:
    """Part those of a remade block who are kept apart: some leave, and board other coaches of it where they may.

    Parameters
    ----------
    costs : SolutionCosts
    coaches : list of Coach
        Of the block.
    trains, staying : mapping of int to TrainLoad
        Who of the block boards each train, and who sits there.
    left : dict of int to int
        Parties by class that ride nothing; those who leave are added.

    Returns
    -------
    list of Coach
        The coaches now.
    """
    links = costs.instance.links
    if not links.apart:
        return coaches
    Exchanges(costs, coaches).run()
    leaving: list[int] = []
    for coach in coaches:
        leaving += _leave(costs, coach.load, coach.load)
    for t, load in trains.items():
        aboard = {k for k, _option in (*load, *staying.get(t, {}))}
        gone = _leave(costs, dict.fromkeys((k for k, _option in load), 1), aboard)
        for key in [key for key in load if key[0] in gone]:
            del load[key]
        leaving += gone
    if not leaving:
        return coaches
    for k in leaving:
        left[k] += 1
    rest = Solution(coaches, [], np.zeros(costs.instance.n_classes, dtype=np.int64))
    rest.coaches = _settled(costs, rest)
    for k in leaving:
        _seat(costs, rest.coaches, k, left)
    give_up_thin(costs, rest)
    for k in np.flatnonzero(rest.left).tolist():
        left[k] += int(rest.left[k])
    return rest.coaches


def _leave(costs: SolutionCosts, load: dict[int, int], aboard: Collection[int]) -> list[int]:
    """Take off a run, where `aboard` ride too, who gives way to others; return their classes."""
    links, gone = costs.instance.links, list[int]()
    for k in sorted(load):
        number = links.group_of.get(k)
        if number in links.loose and _gives_way(costs, number, links.of(each for each in aboard if each not in gone)):
            gone.append(k)
    for k in gone:
        del load[k]
    return gone


def _seat(costs: SolutionCosts, coaches: list[Coach], k: int, left: dict[int, int]) -> None:
    """Seat a party on the coach where that costs least, if it costs less than leaving it."""
    links = costs.instance.links
    best_fen, best = int(costs.instance.leave_fen[k]), None
    for coach in coaches:
        if not links.minds(links.group_of[k], coach.load):
            fen = boarding_fen(costs, coach, (k,))
            if fen is not None and fen < best_fen:
                best_fen, best = fen, coach
    if best is not None:
        best.load[k] = best.load.get(k, 0) + 1
        left[k] -= 1
