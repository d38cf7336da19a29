"""The rows of a program by which pins are obeyed, for blocks that hold linked classes.

For each copy s of a service that linked people may ride (see `candidates`), and each train in its place,

    x_ks = x_ms             for k, m of one group
    x_ks + x_ms <= 1        for k, m of groups that are apart
    y_s <= x_ks             for k of the copy's owner, where it has one
    z_k = 0                 for k of groups that must ride
    sum_s y_s >= 1          over the services that agree with an open pin; of trains, people on the ways that agree

The last two are left out of the relaxations that price services: these need not hold services for them yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from scheduler.solver.mip.candidates import ANYBODY, NOBODY, KernelService, LinkedClasses
from scheduler.solver.mip.kernel import Kernel, TrainPairs
from scheduler.solver.mip.row_matrix import Rows


def add_pin_rows(rows: Rows, kernel: Kernel, x0: int, t0: int, *, hard: bool) -> None:
    """Add the rows of a kernel whose pairs have columns from `x0`, those of trains from `t0`."""
    linked, n_services = kernel.linked, len(kernel.candidates)
    first = x0
    for s, service in enumerate(kernel.candidates):
        if service.owner != NOBODY:
            column = {int(at): [first + i] for i, at in enumerate(service.at)}
            for row in _rows_of_run(linked, column):
                _add(rows, row)
            if service.owner != ANYBODY:
                _add(rows, ([s], column[linked.members[service.owner][0]], 0.0))
        first += len(service.at)
    start = t0
    for pairs in kernel.trains:
        ways: dict[int, list[int]] = {}
        for i, at in enumerate(pairs.at.tolist()):
            ways.setdefault(at, []).append(start + i)
        for row in _rows_of_run(linked, ways):
            _add(rows, row)
        start += len(pairs.at)
    if hard:
        for number in kernel.block.opens:
            agreeing = [s for s in range(n_services) if _agrees(kernel, kernel.candidates[s], number)]
            start = t0
            for t, pairs in zip(kernel.block.trains, kernel.trains, strict=True):
                agreeing += [start + i for i in _agreeing_ways(kernel, t.train, pairs, number)]
                start += len(pairs.at)
            _add(rows, ([], agreeing, -1.0))


_Row = tuple[Sequence[int], Sequence[int], float]
"""Columns with 1, columns with -1, the limit."""


def _rows_of_run(linked: LinkedClasses, column: dict[int, list[int]]) -> Iterator[_Row]:
    """Yield the rows of one coach or train, whose classes have these columns."""
    for number, (first, *others) in linked.members.items():
        for other in others:
            if first in column or other in column:
                yield column.get(other, []), column.get(first, []), 0.0
                yield column.get(first, []), column.get(other, []), 0.0
        for apart in linked.links.apart.get(number, ()):
            rest = linked.members.get(apart, ())
            if apart > number and rest and first in column and rest[0] in column:
                yield [*column[first], *column[rest[0]]], [], 1.0


def _add(rows: Rows, row: _Row) -> None:
    plus, minus, limit = row
    column = np.array([*plus, *minus], dtype=np.int64)
    value = np.concatenate([np.ones(len(plus)), -np.ones(len(minus))])
    rows.add(np.zeros(len(column), dtype=np.int64), column, value, np.array([limit]))


def _agrees(kernel: Kernel, service: KernelService, number: int) -> bool:
    services, (day, home, work, vehicle) = kernel.services, service.service
    pattern = kernel.instance.links.opens[number]
    return pattern.has_coach(day, services.home.sets[home], services.work_sets[work], vehicle)


def _agreeing_ways(kernel: Kernel, train: int, pairs: TrainPairs, number: int) -> list[int]:
    """Return the pairs of a train by which it agrees."""
    pattern, instance = kernel.instance.links.opens[number], kernel.instance
    found = []
    for i, (at, option) in enumerate(zip(pairs.at.tolist(), pairs.option.tolist(), strict=True)):
        k = kernel.block.classes[at]
        way = instance.trains[train].options[int(instance.origin[k]), int(instance.work_stop[k])][option]
        if (train, way.board, way.alight) in pattern.boards & pattern.ends:
            found.append(i)
    return found
