"""Blocks in flight never meet, and what was given up is nobody's: the solution always adds up."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.problem import Problem
from scheduler.solver.mip.whole_problem import whole_block
from scheduler.solver.model.block import Block, Loads
from scheduler.solver.search.destroy_repair import DestroyRepair
from scheduler.solver.search.params import SearchParams
from scheduler.solver.search.portions import Removal
from scheduler.solver.search.tasks import LocalSearchTask
from tests.builders import party, problem, train, vehicle
from tests.solver.search.test_neighbourhoods import context_for, is_whole, two_regions

DAYS = list(range(5))


def taken(current: DestroyRepair, number: int, stop: int) -> Block:
    """Return the block of everybody who wants to a stop and is left behind."""
    block = current.destroy(number, Removal([], [stop], DAYS, None), ())
    assert block is not None
    return block


def remade(block: Block, current: DestroyRepair) -> Loads:
    """Return what local search makes of a block."""
    loads = LocalSearchTask(block, 10.0, 20, SearchParams().local_search).solve(current.services)
    assert loads is not None
    return loads


def test_blocks_in_flight_are_granted_no_coach_twice() -> None:
    asked = two_regions()
    for fleet in (1, 2, 3, 10):
        context = context_for(problem(*asked.parties, vehicle_types=(vehicle(number=fleet),)), empty=True)
        current = context.current
        first = taken(current, 1, 0)
        assert (first.free == fleet).all(), "the first may have all"
        second = taken(current, 2, 1)
        assert (first.free + second.free <= fleet).all()


def test_blocks_in_flight_are_granted_no_fen_twice() -> None:
    asked = two_regions()
    context = context_for(problem(*asked.parties, policy={"budget": 20_000, "work_radius_km": 0}), empty=True)
    first, second = taken(context.current, 1, 0), taken(context.current, 2, 1)
    assert first.budget_fen == 2_000_000
    assert second.budget_fen == 0


def test_a_train_is_in_one_block_at_a_time() -> None:
    asked = two_regions()
    context = context_for(problem(*asked.parties, policy={"work_radius_km": 0}, trains=(train(),)), empty=True)
    first, second = taken(context.current, 1, 0), taken(context.current, 2, 1)
    assert [open_train.train for open_train in first.trains] == [0]
    assert second.trains == ()


def test_a_result_beyond_its_grant_is_refused() -> None:
    context = context_for(two_regions(), empty=True)
    current = context.current
    block = taken(current, 1, 0)
    loads = remade(block, current)
    assert loads.coaches
    current.accept(1, None)
    current.instance.fleet[:] = 0
    taken(current, 2, 0)
    assert not current.accept(2, loads)
    assert current.solution.coaches == []
    assert is_whole(context)


def test_a_dearer_result_is_refused() -> None:
    context = context_for(two_regions())
    context.current.allow_worse(100.0)  # but for blocks remade at costs that are off
    cost_fen = context.current.cost_fen
    assert context.current.destroy(1, Removal([0], [0, 1], DAYS, None), ()) is not None
    assert not context.current.accept(1, Loads())
    assert context.current.cost_fen == cost_fen
    assert is_whole(context)


def test_a_dearer_result_is_taken_as_far_as_allowed_and_the_best_solution_is_kept() -> None:
    context = context_for(two_regions())
    current = context.current
    best_fen, best = current.cost_fen, sorted(map(str, current.solution.coaches))
    for share, taken_back in ((0.0, True), (100.0, False)):
        current.allow_worse(share)
        assert current.destroy(1, Removal([0], [0, 1], DAYS, None), ()) is not None
        assert not current.accept(1, Loads(), may_be_worse=True), "it is not cheaper"
        assert (sorted(map(str, current.solution.coaches)) == best) == taken_back
        assert is_whole(context)
        assert current.best_fen == best_fen == current.costs.total(current.best)
        assert sorted(map(str, current.best.coaches)) == best
    assert current.cost_fen > best_fen
    assert current.destroy(2, Removal([], [0, 1], DAYS, None), ()) is not None
    block = current.in_flight[2].block
    assert current.accept(2, remade(block, current))
    assert current.best_fen == current.cost_fen <= best_fen, "the current one is the best again"
    assert is_whole(context)


def test_the_best_solution_has_what_is_in_flight() -> None:
    context = context_for(two_regions())
    current = context.current
    best, best_fen = sorted(map(str, current.solution.coaches)), current.cost_fen
    current.allow_worse(100.0)
    blocks = [current.destroy(number, Removal([0], [0, 1], DAYS, 1000), ()) for number in (0, 1)]
    assert None not in blocks
    current.accept(0, Loads(), may_be_worse=True)
    assert current.cost_fen > best_fen
    current.allow_worse(0.0)
    current.accept(1, None)
    assert sorted(map(str, current.best.coaches)) == best
    assert current.best_fen == best_fen == current.costs.total(current.best)


def test_a_block_given_up_is_nobodys_any_more() -> None:
    context = context_for(two_regions(), empty=True)
    current = context.current
    block = taken(current, 1, 0)
    part = remade(block, current)
    loads = remade(whole_block(current.services), current)
    assert current.replace(loads)
    assert current.in_flight == {}
    assert not current.accept(1, part)
    assert is_whole(context)


def test_after_an_interruption_all_is_as_it_was() -> None:
    context = context_for(two_regions())
    before = sorted(str(coach) for coach in context.current.solution.coaches)
    for number in range(2):
        assert context.current.destroy(number, Removal([0], [number], DAYS, 220), ()) is not None
    context.current.restore()
    assert sorted(str(coach) for coach in context.current.solution.coaches) == before
    assert is_whole(context)


@pytest.mark.parametrize("asked", [problem(), problem(party(2))])
def test_a_block_of_nobody_is_none(asked: Problem) -> None:
    context = context_for(asked, empty=True)
    context.current.solution.left[:] = 0
    assert context.current.destroy(1, Removal([], [], [], 220), ()) is None
    for stop in range(len(context.current.instance.works)):
        assert context.current.destroy(1, Removal([], [stop], DAYS, None), ()) is None
    assert context.current.in_flight == {}


def test_who_is_left_behind_is_drawn_when_there_are_too_many() -> None:
    context = context_for(two_regions(40), empty=True)
    block = context.current.destroy(1, Removal([], [0], DAYS, 30), ())
    assert block is not None
    size = context.current.instance.size
    assert 30 <= int((size[block.classes] * block.counts).sum()) <= 65
    assert np.all(context.current.solution.left >= 0)
