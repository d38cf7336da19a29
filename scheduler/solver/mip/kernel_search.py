"""Kernel search: services are added to a block's kernel by pricing, and the program is solved over the best of them.

The LP over the kernel prices services outside it until nothing is new; what the LP uses, and a few services of least
reduced cost beside it, are the kernel of the MIP (Guastaroba and Speranza 2014, for facility location).
"""

from __future__ import annotations

import time

import numpy as np

from scheduler.solver.mip.formulation import Program, Relaxed
from scheduler.solver.mip.kernel import Kernel
from scheduler.solver.mip.params import MipParams
from scheduler.solver.model.block import Block, Loads
from scheduler.solver.model.services import Services


def solve_block(
    services: Services, block: Block, time_limit_s: float, nodes: int | None, params: MipParams
) -> Loads | None:
    """Grow a kernel for a block by pricing, keep what its LP uses, and solve the MIP over that.

    A block over given services is solved twice: first over those that the LP uses or the block ran, which is where the
    relaxation and the plan are (Danna, Rothberg and Le Pape 2005 fix what both agree on), then, from there, with the
    spare ones.
    """
    started = time.monotonic()
    kernel = Kernel(services, block)
    for seed in block.seeds:
        kernel.add(services.service_of(seed))
    if not block.works:  # nothing is priced: all strong rows at once are solved in 1 s, as they break in 20
        for service in kernel.candidates:
            service.linked[:] = True
    few = int(block.counts.sum()) <= params.few_parties or not block.works
    relaxed = _grown(kernel, params.rounds_of_few if few else params.rounds, started, time_limit_s)
    if not kernel.candidates and not block.trains:
        return Loads(optimal=True)
    if relaxed is None:
        return None
    # What the block ran stays, or its solution could not be the start.
    own = {services.service_of(stops) for stops, _load in block.start.coaches} if block.start is not None else set()
    used = (relaxed.runs > 1e-6) | np.array([each.service in own for each in kernel.candidates], dtype=bool)
    spare = np.flatnonzero(~used)
    cheap = np.argsort(relaxed.reduced[spare], kind="stable")
    wider = used.copy()
    wider[spare[cheap[: params.spare_services_of_few if few else params.spare_services]]] = True
    resold = any(services.instance.trains[train.train].resell for train in block.trains)
    split = bool(block.works) and not resold and block.budget_fen is None
    kernels = [used, wider] if not block.works and len(spare) else [wider]
    best, candidates = block.start, kernel.candidates
    for number, kept in enumerate(kernels):
        kernel.candidates = [each for each, is_kept in zip(candidates, kept, strict=True) if is_kept]
        program = Program(kernel)
        left_s = max(0.2, time_limit_s - (time.monotonic() - started))
        if number < len(kernels) - 1:
            left_s *= params.used_share
        start = program.best_start([loads for loads in (block.start, best) if loads is not None])
        gap = params.kernel_gap if block.works else params.given_gap
        best = program.solve(left_s, nodes, gap, split=split, start=start) or best
    return best


def _grown(kernel: Kernel, rounds: int, started: float, time_limit_s: float) -> Relaxed | None:
    """Add services by pricing; return the solution of the LP over all, None when HiGHS does not finish."""
    for _ in range(rounds):
        left_s = time_limit_s - (time.monotonic() - started)
        relaxed = Program(kernel, hard=False).relax(max(0.1, left_s))
        if relaxed is None or left_s < time_limit_s * 0.5:
            break
        added = sum(
            kernel.add(service) for _, service in kernel.price(relaxed.pi, relaxed.mu, relaxed.beta, most_each=2)
        )
        if not added and not relaxed.broken:
            return relaxed
    return Program(kernel, hard=False).relax(max(0.1, time_limit_s - (time.monotonic() - started)))
