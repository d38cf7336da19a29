"""Kernel search: services are added to a block's kernel by pricing, and the program is solved over the best of them.

The LP over the kernel prices services outside it until nothing is new; what the LP uses, and a few services of least
reduced cost beside it, are the kernel of the MIP (Guastaroba and Speranza 2014, for facility location).
"""

from __future__ import annotations

import time

import numpy as np

from scheduler.solver.mip.formulation import Program
from scheduler.solver.mip.kernel import Kernel
from scheduler.solver.model.block import Block, Loads
from scheduler.solver.model.services import Services

ROUNDS = 6
"""Rounds of pricing; more of them make the kernel no better for the time they take."""

SPARE_SERVICES = 10
"""Services beyond the LP's support, those of least reduced cost."""

FEW_PARTIES = 120
"""A block of so few parties is quickly solved over many more services, after pricing until nothing is new; so is one
that prices none."""

MOST_ROUNDS = 25
"""Rounds of pricing for few parties."""

MOST_SPARE_SERVICES = 60
"""Services beyond the LP's support for few parties."""

KERNEL_GAP = 1e-3
"""Relative gap at which the MIP over a priced kernel may stop: the kernel itself costs more than that."""

WHOLE_GAP = 1e-4
"""Relative gap for a block over given services."""


def solve_block(services: Services, block: Block, time_limit_s: float, nodes: int | None) -> Loads | None:
    """Grow a kernel for a block by pricing, keep what its LP uses, and solve the MIP over that."""
    started = time.monotonic()
    kernel = Kernel(services, block)
    for seed in block.seeds:
        kernel.add(services.service_of(seed))
    if not block.works:  # nothing is priced: all strong rows at once are solved in 1 s, as they break in 20
        for service in kernel.candidates:
            service.linked[:] = True
    few = int(block.counts.sum()) <= FEW_PARTIES or not block.works
    for _ in range(MOST_ROUNDS if few else ROUNDS):
        left_s = time_limit_s - (time.monotonic() - started)
        relaxed = Program(kernel).relax(max(0.1, left_s))
        if relaxed is None or left_s < time_limit_s * 0.5:
            break
        added = sum(
            kernel.add(service) for _, service in kernel.price(relaxed.pi, relaxed.mu, relaxed.beta, most_each=2)
        )
        if not added and not relaxed.broken:
            break
    if not kernel.candidates and not block.trains:
        return Loads(optimal=True)
    relaxed = Program(kernel).relax(max(0.1, time_limit_s - (time.monotonic() - started)))
    if relaxed is None:
        return None
    used = relaxed.runs > 1e-6
    spare = np.flatnonzero(~used)
    cheap = np.argsort(relaxed.reduced[spare], kind="stable")[: MOST_SPARE_SERVICES if few else SPARE_SERVICES]
    used[spare[cheap]] = True
    kernel.candidates = [each for each, kept in zip(kernel.candidates, used, strict=True) if kept]
    resold = any(services.instance.trains[train.train].resell for train in block.trains)
    left_s = max(0.2, time_limit_s - (time.monotonic() - started))
    if not block.works:
        return Program(kernel).solve(left_s, nodes, WHOLE_GAP)
    return Program(kernel).solve(
        left_s, nodes, KERNEL_GAP, split=not resold and block.budget_fen is None and block.max_moved is None
    )
