"""Kernel search: services are added to a block's kernel by pricing, and the program is solved over the best of them.

The LP over the kernel prices services outside it until nothing is new; what the LP uses, and a few services of least
reduced cost beside it, are the kernel of the MIP (Guastaroba and Speranza 2014, for facility location).
"""

from __future__ import annotations

import math
import time

import numpy as np

from scheduler.solver.mip.formulation import Program, Relaxed
from scheduler.solver.mip.highs import WorkLimits
from scheduler.solver.mip.highs import relaxed as lp_of
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
    spare ones. Where seats are so few that whole parties decide which runs there are, it is solved with them, too.
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
    # Parties may be cut up while runs are chosen, and are then seated whole: hardly any others are chosen, in a third
    # of the time. Not where that is seen by leg, or where whole parties cost other sums than their parts.
    split = not resold and block.budget_fen is None
    turns = [(wider, split, 1.0)]
    if not block.works and len(spare):
        turns.insert(0, (used, split, params.used_share))
    if split and params.cut_up_share < 1:
        turns = [(kept, False, share) for kept, _split, share in turns]
        if params.cut_up_share > 0:
            turns.insert(0, (used, True, params.cut_up_share))
    known, candidates = [block.start] if block.start is not None else [], kernel.candidates
    best = block.start
    least_runs = 0
    if block.start is not None and not block.works:
        least_runs = min(len(block.start.coaches), math.ceil(float(relaxed.runs.sum()) - params.whole_runs_slack))
    for kept, cut_up, share in turns:
        kernel.candidates = [each for each, is_kept in zip(candidates, kept, strict=True) if is_kept]
        program = Program(kernel)
        any_number, n = program.rows, len(kernel.candidates)
        if least_runs > 0:
            program.rows = any_number.with_sum(n, least_runs, math.inf)
        left_s = share * max(0.2, time_limit_s - (time.monotonic() - started))
        gap = params.kernel_gap if block.works else params.given_gap
        start = None if (cheapest := program.cheapest(known)) is None else program.start(cheapest)
        found = program.solve(left_s, nodes, gap, split=cut_up, start=start)
        if found is not None:
            known.append(found)
        best = program.cheapest(known) or found or best
    if least_runs <= 0:
        return best
    # With fewer runs people stay behind, so the LP shows at once, nearly always, that nothing there is cheaper.
    program.rows, fewer = any_number, any_number.with_sum(n, 0, least_runs - 1)
    left_s = max(0.1, time_limit_s - (time.monotonic() - started))
    lp, x = lp_of(fewer, WorkLimits(left_s)), program.start(best) if best is not None else None
    if lp is None or (x is not None and lp.value >= any_number.cost @ np.nan_to_num(x)):
        return best
    program.rows = fewer
    found = program.solve(max(0.1, time_limit_s - (time.monotonic() - started)), nodes, gap, split=cut_up)
    program.rows = any_number
    return best if found is None else program.cheapest([*known, found]) or best


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
