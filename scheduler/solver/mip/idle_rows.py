"""The rows of a program by which no stop of a service is idle.

For each end of a service s with more than one stop, people in crowds i (of one origin; or of the same work stops), of
whom q_ik come with a party of class k, and callers r_ij: people of crowd i who call at stop j for it not to be idle,

    sum_j r_ij <= sum_k q_ik x_ks                    callers are aboard
    sum_i r_ij >= y_s                                each coach has one for each stop

with r_ij at what stop j costs the crowd more than its cheapest; people who keep to the stop that they were told are
crowds of their own. A crowd with one stop open to it needs no callers of
its own: its people stand in the second row. For whole x and y = 1 this is a transportation problem, so r comes out
whole. For several coaches of a service it is a relaxation.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scheduler.solver.mip.candidates import KernelService
from scheduler.solver.mip.kernel import Kernel
from scheduler.solver.model.instance import CLOSED


@dataclass
class IdleRows:
    """Rows "<= 0" as (row, column, value) entries, and the callers' columns.

    What each costs in fen, how many there may be, and whether it is moved by calling there (1 or 0).
    """

    entries: list[tuple[int, int, float]] = field(default_factory=list)
    height: int = 0
    fen: list[int] = field(default_factory=list)
    most: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)


def idle_rows(kernel: Kernel, first_pair: int, first_caller: int) -> IdleRows:
    """Return the rows of all services; pairs of class and service have columns from `first_pair`."""
    rows = IdleRows()
    pair = first_pair
    for number, service in enumerate(kernel.candidates):
        _day, home, work, _vehicle = service.service
        for stops, crowds in (
            (kernel.services.home.sets[home], _home_crowds(kernel, service)),
            (kernel.services.work_sets[work], _work_crowds(kernel, service)),
        ):
            if len(stops) > 1:
                _add_end(rows, number, service.most, stops, crowds, pair, first_caller)
        pair += len(service.at)
    return rows


Crowds = dict[tuple[tuple[tuple[int, int], ...], int], list[tuple[int, int]]]
"""By (stop, fen more than the cheapest) of the stops open to them, and the stop that they keep to (-1: any): (pair
within the service, people a party)."""


def _home_crowds(kernel: Kernel, service: KernelService) -> Crowds:
    instance, crowds = kernel.instance, Crowds()
    stops = kernel.services.home.sets[service.service[1]]
    by_origin: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for i, at in enumerate(service.at.tolist()):
        origin, others = int(kernel.origin[at]), int(kernel.size[at])
        for (home, _work), _choice, persons in _stayers(kernel, service, at):
            by_origin.setdefault((origin, home), []).append((i, persons))
            others -= persons
        if others:
            by_origin.setdefault((origin, -1), []).append((i, others))
    for (origin, home), members in by_origin.items():
        costs = {stop: int(instance.access[origin, stop]) for stop in stops}
        if home >= 0:
            costs = {stop: fen + kernel.services.move_fen * (stop != home) for stop, fen in costs.items()}
        least = min(costs.values())
        key = tuple((stop, fen - least) for stop, fen in costs.items() if fen < CLOSED)
        crowds.setdefault((key, home), []).extend(members)
    return crowds


def _work_crowds(kernel: Kernel, service: KernelService) -> Crowds:
    instance, crowds = kernel.instance, Crowds()
    stops = set(kernel.services.work_sets[service.service[2]])
    for i, at in enumerate(service.at.tolist()):
        staying = _stayers(kernel, service, at)
        for choice, persons in instance.wishes[int(instance.wish[kernel.block.classes[at]])]:
            others = persons - sum(n for _stops, own, n in staying if own == choice)
            if others:
                crowds.setdefault((tuple((stop, 0) for stop in choice if stop in stops), -1), []).append((i, others))
        for (_home, work), choice, persons in staying:
            other_fen = kernel.services.move_fen * (work >= 0)
            key = tuple((stop, other_fen * (stop != work)) for stop in choice if stop in stops)
            crowds.setdefault((key, work), []).append((i, persons))
    return crowds


def _stayers(kernel: Kernel, service: KernelService, at: int) -> list[tuple[tuple[int, int], tuple[int, ...], int]]:
    return kernel.services.stayers(int(kernel.block.classes[at]), service.service, certain=kernel.certain)


def _add_end(
    rows: IdleRows, number: int, most: int, stops: tuple[int, ...], crowds: Crowds, pair: int, first_caller: int
) -> None:
    calls: dict[int, list[tuple[int, float]]] = {stop: [(number, 1.0)] for stop in stops}
    for (open_to, kept), members in crowds.items():
        aboard = [(pair + i, -float(people)) for i, people in members]
        if len(open_to) == 1:
            calls[open_to[0][0]] += aboard
            continue
        own = []
        for stop, fen in open_to:
            column = first_caller + len(rows.fen)
            rows.fen.append(fen)
            rows.most.append(most)
            rows.moved.append(int(kept >= 0 and stop != kept))
            own.append((column, 1.0))
            calls[stop].append((column, -1.0))
        _add_row(rows, own + aboard)
    for stop in stops:
        _add_row(rows, calls[stop])


def _add_row(rows: IdleRows, row: list[tuple[int, float]]) -> None:
    rows.entries += [(rows.height, column, value) for column, value in row]
    rows.height += 1
