"""The turns of the neighbourhoods: zones and small regions at first, what guides bring, and around losses at last."""

from __future__ import annotations

import random
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from scheduler.problem import Problem
from scheduler.solver.mip.whole_problem import whole_block
from scheduler.solver.model.guidance import Guide
from scheduler.solver.model.services import ServiceStops
from scheduler.solver.search import selection as selection_module
from scheduler.solver.search.blocks.losses import AroundChange, AroundLoss, Losses, NearLoss
from scheduler.solver.search.blocks.neighbourhoods import (
    Context,
    GuidePlan,
    SmallRegion,
    WholeSeason,
    Zone,
)
from scheduler.solver.search.blocks.regions import RegionExchange, RegionProgram
from scheduler.solver.search.params import SearchParams
from scheduler.solver.search.selection import Selection
from tests.builders import DONGGUAN, SHENZHEN, party, problem, train
from tests.solver.search.test_neighbourhoods import context_for, region_of, service, two_regions

LARGE = SearchParams(whole_season_parties=0)
"""Every season is too large for one program."""


def selection_for(context: Context) -> Selection:
    """Return the turns at the beginning."""
    losses = Losses(random.Random(0))
    return Selection(context, losses, AroundChange(losses, ()))


def turns(selection: Selection, most: int = 10) -> list[object]:
    """Return what comes until it is around losses for ever, or one waits."""
    found: list[object] = []
    for _ in range(most):
        each = selection.next()
        if each is None or isinstance(each, AroundLoss):
            break
        found.append(each)
    return found


def guide(context: Context, runs: list[ServiceStops], near: list[ServiceStops]) -> Guide:
    """Return a guide at whose prices nobody is worth anything."""
    instance = context.current.instance
    return Guide(runs, near, np.zeros(instance.n_classes), np.zeros(instance.fleet.shape))


def lopsided(**changes: object) -> Problem:
    """Three parties to 深圳 and one to 东莞, which no coach joins."""
    far = [party(5) for _ in range(3)]
    return problem(*far, party(5, destination="441900", work_stop=DONGGUAN), **changes)  # type: ignore[arg-type]


def test_zones_come_first_then_small_regions_the_largest_first() -> None:
    context = context_for(lopsided(policy={"work_radius_km": 0}))
    works, larger, smaller = context.current.instance.works, region_of(context, SHENZHEN), region_of(context, DONGGUAN)
    assert turns(selection_for(context)) == [
        Zone([works.index(SHENZHEN)]),
        Zone([works.index(DONGGUAN)]),
        SmallRegion(larger),
        SmallRegion(smaller),
    ]


def test_a_train_joins_regions_to_a_zone() -> None:
    context = context_for(lopsided(policy={"work_radius_km": 0}, trains=(train(),)))
    assert turns(selection_for(context))[0] == Zone([0, 1])


def test_under_a_budget_turns_are_the_same() -> None:
    context = context_for(lopsided(policy={"work_radius_km": 0, "budget": 50_000}))
    selection = selection_for(context)
    assert {type(each) for each in turns(selection)} == {Zone, SmallRegion}
    selection.take_guide(guide(context, [service(context)], [service(context)]))
    assert [type(each) for each in turns(selection)] == [GuidePlan, WholeSeason]


def test_a_zone_that_got_better_has_another_turn_until_a_guide_comes() -> None:
    context = context_for(two_regions(), params=SearchParams(small_region_people=0))
    selection = selection_for(context)
    first, _second = turns(selection)
    assert isinstance(first, Zone)
    selection.landed(first, gain_fen=1)
    assert turns(selection) == [first]
    selection.take_guide(guide(context, [], []))
    selection.landed(first, gain_fen=1)
    assert turns(selection) == []


def test_a_region_waits_while_its_zone_is_in_flight() -> None:
    context = context_for(two_regions())
    zone = Zone([context.current.instance.works.index(SHENZHEN)])
    selection = selection_for(context)
    for _ in range(2):
        assert isinstance(selection.next(), Zone)
    assert zone.destroy(context, 1) is not None
    assert turns(selection) == [SmallRegion(region_of(context, DONGGUAN))]
    zone.accept(context, 1, None)
    assert turns(selection) == [SmallRegion(region_of(context, SHENZHEN))]


def test_a_guide_leads_with_its_plan_and_in_a_small_season_with_one_program() -> None:
    context = context_for(two_regions())
    selection = selection_for(context)
    near = [service(context)]
    selection.take_guide(guide(context, near, near))
    found = turns(selection)
    assert [type(each) for each in found] == [GuidePlan, WholeSeason]
    selection.take_guide(guide(context, [], near))
    assert turns(selection) == [], "these services were tried"


def test_by_the_clock_the_program_of_the_whole_season_is_short_before_branching_has_told() -> None:
    context = replace(context_for(two_regions()), by_work=False)
    selection = selection_for(context)
    near = [service(context, day) for day in range(2)]
    selection.take_guide(guide(context, near[:1], near[:1]))
    assert turns(selection)[1:] == [WholeSeason(1, is_first=True), WholeSeason(1)]
    selection.take_guide(guide(context, near[:1], near))
    selection.take_guide(guide(context, [], near[1:]))
    assert turns(selection)[1:] == [WholeSeason(1)], "what branching uses takes the place of both"


def test_by_the_clock_blocks_have_the_time_of_a_program_of_the_season_before_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_s = [0.0]
    monkeypatch.setattr(selection_module, "time", SimpleNamespace(monotonic=lambda: now_s[0]))
    context = replace(context_for(two_regions()), by_work=False)
    selection = selection_for(context)
    near = [service(context, day, place) for day in range(5) for place in (SHENZHEN, DONGGUAN)]
    turns(selection)
    for known, gain_fen, rest_s in ((1, 1, 10), (2, 0, 20), (3, 0, 40), (4, 1, 10), (5, 0, 20)):
        selection.take_guide(guide(context, [], near[:known]))
        assert turns(selection) == [WholeSeason(known)]
        now_s[0] += 10
        selection.landed(WholeSeason(known), gain_fen=gain_fen)
        selection.take_guide(guide(context, [], near[: known + 1]))
        now_s[0] += rest_s - 1
        assert isinstance(selection.next(), AroundLoss), known
        now_s[0] += 1


def test_in_a_small_season_blocks_are_over_the_services_of_all_guides() -> None:
    context = replace(context_for(two_regions()), by_work=False)
    selection = selection_for(context)
    for day in range(2):
        selection.take_guide(guide(context, [], [service(context, day)]))
    turns(selection)
    kinds = set()
    for _ in range(6):
        block = selection.next()
        assert isinstance(block, AroundLoss)
        kinds.add(type(block))
        block.repair(context, whole_block(context.current.services), 10.0)
    assert kinds == {AroundLoss, NearLoss}
    assert len(context.near.seeds([0, 1], list(range(2)), None)) == 2


def test_the_whole_season_waits_for_blocks_in_flight_and_gives_way_to_a_newer_one() -> None:
    context = context_for(two_regions())
    selection = selection_for(context)
    assert Zone([0]).destroy(context, 1) is not None
    selection.take_guide(guide(context, [], [service(context)]))
    assert selection.next() is None
    selection.take_guide(guide(context, [service(context)], [service(context, 1)]))
    assert isinstance(selection.next(), GuidePlan)
    assert selection.next() is None
    Zone([0]).accept(context, 1, None)
    assert turns(selection) == [WholeSeason(1)]


def test_in_a_larger_season_each_region_is_a_program_once_for_its_near_services() -> None:
    context = context_for(lopsided(policy={"work_radius_km": 0}), params=LARGE)
    larger, smaller = RegionProgram(region_of(context, SHENZHEN)), RegionProgram(region_of(context, DONGGUAN))
    selection = selection_for(context)
    selection.take_guide(guide(context, [], [service(context), service(context, place=DONGGUAN)]))
    assert turns(selection) == [smaller, larger], "the fewest parties first"
    selection.take_guide(guide(context, [], [service(context, 1)]))
    assert turns(selection) == [larger], "the other has no services that are new"
    selection.landed(GuidePlan(()), gain_fen=1)
    exchanges = [RegionExchange(smaller.region), RegionExchange(larger.region)]
    assert turns(selection) == [*exchanges, smaller, larger], "the solution is another one"


def test_a_region_of_many_parties_is_left_to_blocks() -> None:
    params = SearchParams(whole_season_parties=0, region_parties=0, exchange_parties=2)
    context = context_for(lopsided(policy={"work_radius_km": 0}), params=params)
    selection = selection_for(context)
    selection.take_guide(guide(context, [], [service(context)]))
    selection.landed(GuidePlan(()), gain_fen=1)
    assert turns(selection) == [RegionExchange(region_of(context, DONGGUAN))]


def test_runs_of_a_region_are_exchanged_again_while_that_helps_much() -> None:
    context = context_for(lopsided(policy={"work_radius_km": 0}), params=LARGE)
    selection = selection_for(context)
    selection.take_guide(guide(context, [], []))
    selection.landed(GuidePlan(()), gain_fen=1)
    first, second = turns(selection)[:2]
    assert isinstance(first, RegionExchange)
    assert isinstance(second, RegionExchange)
    much_fen = context.current.cost_fen // 100
    selection.landed(first, gain_fen=much_fen)
    assert turns(selection) == [first]
    selection.landed(first, gain_fen=1)
    assert turns(selection) == []


def test_the_program_of_a_region_of_more_parties_waits_for_enough_that_is_new() -> None:
    params = SearchParams(whole_season_parties=0, quick_region_parties=0, region_news=0.5)
    context = context_for(lopsided(policy={"work_radius_km": 0}), params=params)
    region = RegionProgram(region_of(context, SHENZHEN))
    selection = selection_for(context)
    near = [service(context, day) for day in range(3)]
    selection.take_guide(guide(context, [], near[:1]))
    assert region in turns(selection)
    selection.take_guide(guide(context, [], near[:2]))
    assert turns(selection) == [region], "as many are new as there were"
    selection.take_guide(guide(context, [], near))
    assert turns(selection) == [], "half as many"


def test_no_program_of_a_region_is_begun_before_the_first_plan_of_a_guide_has_come() -> None:
    context = context_for(lopsided(policy={"work_radius_km": 0}), params=LARGE)
    selection = selection_for(context)
    selection.take_guide(guide(context, [service(context)], [service(context)]))
    [plan] = turns(selection)
    assert isinstance(plan, GuidePlan)
    selection.landed(plan, gain_fen=0)
    selection.take_guide(guide(context, [service(context)], [service(context)]))
    assert [type(each) for each in turns(selection)] == [GuidePlan, RegionProgram, RegionProgram]


def test_nothing_is_begun_beside_the_first_plan_of_a_guide() -> None:
    context = context_for(lopsided(policy={"work_radius_km": 0}), params=LARGE)
    selection = selection_for(context)
    for better in (False, True):
        selection.take_guide(guide(context, [service(context)], [service(context)]))
        plan = selection.next()
        assert isinstance(plan, GuidePlan)
        assert (selection.next() is None) == (not better), "only the first is waited for"
        selection.landed(plan, gain_fen=int(better))
        assert selection.next() is not None


def test_exchanges_not_begun_wait_behind_a_newer_guide() -> None:
    context = context_for(lopsided(policy={"work_radius_km": 0}), params=LARGE)
    selection = selection_for(context)
    selection.take_guide(guide(context, [service(context)], [service(context)]))
    [plan] = turns(selection)
    assert isinstance(plan, GuidePlan)
    selection.landed(plan, gain_fen=1)
    selection.take_guide(guide(context, [service(context)], [service(context)]))
    kinds = [type(each) for each in turns(selection)]
    assert kinds[:3] == [GuidePlan, RegionExchange, RegionExchange]


def test_a_small_season_is_one_program_and_no_region_is_exchanged() -> None:
    context = context_for(lopsided(policy={"work_radius_km": 0}))
    selection = selection_for(context)
    selection.take_guide(guide(context, [], []))
    selection.landed(GuidePlan(()), gain_fen=1)
    assert turns(selection) == []


def test_a_region_of_many_parties_is_no_program() -> None:
    params = SearchParams(whole_season_parties=0, region_parties=2)
    context = context_for(lopsided(policy={"work_radius_km": 0}), params=params)
    selection = selection_for(context)
    selection.take_guide(guide(context, [], [service(context), service(context, place=DONGGUAN)]))
    assert turns(selection) == [RegionProgram(region_of(context, DONGGUAN))]
