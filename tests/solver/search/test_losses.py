"""Blocks around losses: where they begin, and with which services."""

from __future__ import annotations

import random

import numpy as np
import pytest

from scheduler.solver.model.guidance import Guide
from scheduler.solver.search.blocks.kinds import FIRST_NEAR, Kinds
from scheduler.solver.search.blocks.losses import AroundLoss, Losses, NearLoss
from scheduler.solver.search.blocks.neighbourhoods import Context
from scheduler.solver.search.params import SearchParams
from scheduler.solver.search.portions import Removal
from scheduler.solver.search.tasks import ProgramTask
from tests.builders import problem
from tests.solver.search.test_neighbourhoods import NOTHING, begun, context_for, service, two_runs


def losses_at(context: Context, seed: int = 0, worth_fen: float = 0.0) -> Losses:
    """Return losses at prices where everybody is worth so much and coaches are worth nothing elsewhere."""
    instance = context.current.instance
    losses = Losses(random.Random(seed))
    losses.guide = Guide([], [], np.full(instance.n_classes, worth_fen), np.zeros(instance.fleet.shape))
    return losses


def test_a_block_begins_with_the_run_that_loses_most() -> None:
    for worse in (0, 1):
        for seed in range(10):
            context = context_for(two_runs())
            solution, losses = context.current.solution, losses_at(context, seed)
            assert len(solution.coaches) == 2
            assert losses.guide is not None
            # The people of the other run are worth all that it costs.
            losses.guide.price_fen[list(solution.coaches[1 - worse].load)] = 1e9
            of_coaches = losses.of_coaches(context.current)
            assert of_coaches is not None
            assert of_coaches[worse] > 0 == of_coaches[1 - worse]
            assert AroundLoss(losses).removal(context).runs[0] == worse


def test_a_coach_that_is_worth_more_elsewhere_loses_that_too() -> None:
    context = context_for(two_runs())
    losses = losses_at(context)
    assert losses.guide is not None
    before = losses.of_coaches(context.current)
    losses.guide.held_fen[:] = 100.0
    after = losses.of_coaches(context.current)
    assert before is not None
    assert after is not None
    services = context.current.services
    for coach, more in zip(context.current.solution.coaches, after - before, strict=True):
        days = services.held_days(coach.day, coach.home, coach.work)
        assert more == 100.0 * len(range(days.start, days.stop)) > 0


def test_those_left_behind_draw_a_block_too() -> None:
    context = context_for(two_runs(), empty=True)
    removal = AroundLoss(losses_at(context)).removal(context)
    assert removal.runs == []
    assert removal.stops
    assert set(removal.days) <= set(range(5))


def test_people_who_are_worth_no_coach_draw_none() -> None:
    context = context_for(two_runs(), empty=True)
    neighbourhood = AroundLoss(losses_at(context, worth_fen=1e9))
    assert neighbourhood.removal(context) == NOTHING
    assert neighbourhood.destroy(context, 1) is None


def test_before_prices_are_known_a_block_begins_with_a_run_or_somebody_left_behind() -> None:
    context = context_for(two_runs())
    losses = Losses(random.Random(0))
    assert losses.of_coaches(context.current) is None
    neighbourhood = AroundLoss(losses)
    assert neighbourhood.removal(context).runs
    assert neighbourhood.removal(context_for(two_runs(), empty=True)).stops
    assert neighbourhood.removal(context_for(problem())) == NOTHING


def test_around_a_loss_come_only_the_nearest_of_near_services() -> None:
    context = context_for(two_runs(), params=SearchParams(block_near_services=1))
    context.near.update([service(context, on) for on in range(5)])
    assert len(AroundLoss(Losses(random.Random(0))).seeds(context, Removal([], [1, 0], [2, 3], 220))) == 1


def test_over_near_services_a_block_has_all_of_them_and_prices_none() -> None:
    context = context_for(two_runs(), params=SearchParams(block_near_services=1))
    near = [service(context, on) for on in range(5)]
    context.near.update(near)
    losses = losses_at(context)
    priced, given = AroundLoss(losses), NearLoss(losses, Kinds(context.params), FIRST_NEAR)
    assert begun(context, priced).works
    context.current.restore()
    block = begun(context, given)
    assert block.works == ()
    assert set(near) & set(block.seeds) == {each for each in near if each.day in block.days}
    assert isinstance(given.repair(context, block, 10.0), ProgramTask)


def priced_small_and_large() -> Kinds:
    return Kinds(
        SearchParams(
            block_s=1.0,
            near_people=(300, 800),
            near_s=(1.0, 4.0),
            near_spares=(1, 1),
            kind_half_life_s=8.0,
            kind_least_shares=(0.1, 0.1, 0.1),
        )
    )


def turn(kinds: Kinds, gain_fen: int, spent_s: float) -> int:
    kind = kinds.best()
    kinds.begun(kind)
    kinds.ended(kind, gain_fen, spent_s)
    return kind


def test_small_kinds_begin_and_the_large_has_its_turn_when_these_find_nothing() -> None:
    kinds = priced_small_and_large()
    turns = [turn(kinds, 0, 1.0) for _ in range(18)]
    assert turns[:2] == [0, 1]
    assert 2 in turns


@pytest.mark.parametrize("most", [0, 1, 2])
def test_the_kind_that_gains_most_a_second_has_most_of_the_time_and_none_is_given_up(most: int) -> None:
    kinds, spent_s = priced_small_and_large(), [0.0, 0.0, 0.0]
    for _ in range(400):
        kind = kinds.best()
        seconds = 4.0 if kind == 2 else 1.0
        gain_fen = (10_000 if kind == most else 100) * round(seconds)
        spent_s[turn(kinds, gain_fen, seconds)] += seconds
    others = [spent for kind, spent in enumerate(spent_s) if kind != most]
    assert all(spent_s[most] > 2 * spent > 0 for spent in others)


def test_blocks_in_flight_count_for_their_kind() -> None:
    kinds = priced_small_and_large()
    for _ in range(2):
        kinds.begun(0)
        kinds.begun(1)
    assert kinds.best() == 0, "the large one waits for two turns of its own"
    for _ in range(20):
        kinds.begun(0)
        kinds.begun(1)
    assert kinds.best() == 2


def test_a_block_that_lands_counts_what_it_has_gained() -> None:
    context = context_for(two_runs(), empty=True)
    kinds = priced_small_and_large()
    block = AroundLoss(losses_at(context), kinds)
    task = block.repair(context, begun(context, block), 10.0)
    assert kinds.best() == 1, "in flight"
    assert block.accept(context, 1, task.solve(context.current.services))
    for _ in range(5):
        turn(kinds, 0, 1.0)
    shares = [turn(kinds, 0, 0.1) for _ in range(20)]
    assert shares.count(0) > len(shares) / 2, "for what it gained"


def test_a_block_of_runs_that_were_in_vain_waits_until_there_is_another_guide() -> None:
    context = context_for(two_runs(), params=SearchParams(loss_people=(1,), draws=50))
    losses, kinds = losses_at(context), Kinds(context.params)

    def drawn() -> set[int]:
        return {run for _ in range(20) for run in AroundLoss(losses, kinds).removal(context).runs}

    assert drawn() == {0, 1}
    vain = AroundLoss(losses, kinds)
    taken = begun(context, vain).start
    assert taken is not None
    assert not vain.accept(context, 1, None)
    others = [dict(coach.load) for i, coach in enumerate(context.current.solution.coaches) if i in drawn()]
    assert len(others) == 1, "the other run alone"
    assert others != [load for _stops, load in taken.coaches]
    kinds.forget_in_vain()
    assert drawn() == {0, 1}


@pytest.mark.parametrize("draws", [0, 8])
def test_a_block_is_drawn_all_the_same_when_all_were_in_vain(draws: int) -> None:
    context = context_for(two_runs(), params=SearchParams(loss_people=(1,), draws=draws))
    losses, kinds = losses_at(context), Kinds(context.params)
    for _ in range(10):
        block = AroundLoss(losses, kinds)
        begun(context, block)
        assert not block.accept(context, 1, None)


@pytest.mark.parametrize(("allowed", "noisy"), [(0.0, False), (0.01, True)])
def test_a_block_in_vain_is_remade_at_costs_that_are_off_while_the_solution_may_be_worse(
    allowed: float, noisy: bool
) -> None:
    context = context_for(two_runs())
    context.current.allow_worse(allowed)
    losses, kinds = losses_at(context), Kinds(context.params)
    for turn_ in range(2):
        block = NearLoss(losses, kinds, 1)
        task = block.repair(context, begun(context, block), 10.0)
        assert isinstance(task, ProgramTask)
        assert (task.block.noise > 0) == (noisy and turn_ > 0), "not before it was in vain"
        assert not block.accept(context, 1, None)


def test_no_kind_needs_a_least_share() -> None:
    kinds = Kinds(SearchParams(kind_least_shares=(0.0, 0.0)))
    assert {turn(kinds, 0, 1.0) for _ in range(4)} == {0, 1}, "as many kinds as have a share"
