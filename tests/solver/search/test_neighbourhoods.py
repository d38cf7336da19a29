"""Each neighbourhood takes out what it says, is repaired as it says, and leaves a solution that adds up."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from scheduler.evaluate import Evaluator
from scheduler.problem import Problem
from scheduler.solver.construction.greedy import Greedy
from scheduler.solver.mip.whole_problem import whole_block
from scheduler.solver.model.block import Block
from scheduler.solver.model.guidance import NearServices
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services, ServiceStops
from scheduler.solver.model.solution import SolutionCosts, empty_solution
from scheduler.solver.search.blocks.kinds import FIRST_NEAR, Kinds
from scheduler.solver.search.blocks.losses import AroundLoss, Losses, NearLoss
from scheduler.solver.search.blocks.neighbourhoods import (
    Context,
    GuidePlan,
    Neighbourhood,
    SmallRegion,
    WholeSeason,
    Zone,
)
from scheduler.solver.search.blocks.regions import RegionProgram
from scheduler.solver.search.destroy_repair import DestroyRepair
from scheduler.solver.search.params import SearchParams
from scheduler.solver.search.portions import Removal
from scheduler.solver.search.tasks import LocalSearchTask, ProgramTask
from tests.builders import DONGGUAN, SHENZHEN, day, party, problem

NOTHING = Removal([], [], [], SearchParams().block_people)


def context_for(asked: Problem, *, empty: bool = False, params: SearchParams | None = None) -> Context:
    """Return the context of a problem's first plan, or of the plan that serves nobody."""
    services = Services(build_instance(asked, Evaluator(asked)))
    costs = SolutionCosts(services)
    solution = empty_solution(services.instance) if empty else Greedy(costs).run(float("inf"), lambda: False)
    current = DestroyRepair(costs, solution, random.Random(0))
    return Context(current, NearServices(), services.regions(), params or SearchParams(), by_work=True)


def two_runs() -> Problem:
    """Forty people who want the first day, and forty who want the last."""
    wishes = [day(0)] * 8 + [day(4)] * 8
    return problem(*(party(5, preferred=wish, earliest=wish, latest=wish) for wish in wishes))


def two_regions(each: int = 8) -> Problem:
    """So many parties of five to each of two cities whose stops no coach joins."""
    ends = [{"destination": "440300", "work_stop": SHENZHEN}, {"destination": "441900", "work_stop": DONGGUAN}]
    return problem(*(party(5, **end) for end in ends for _ in range(each)), policy={"work_radius_km": 0})


def region_of(context: Context, place: str) -> int:
    """Return the region of a place."""
    return int(context.region_of_stop[context.current.instance.works.index(place)])


def service(context: Context, day: int = 0, place: str = SHENZHEN) -> ServiceStops:
    """Return a service from the first home set to a place."""
    stop = context.current.instance.works.index(place)
    return ServiceStops(day, context.current.services.home.sets[0], (stop,), 0)


def begun(context: Context, neighbourhood: Neighbourhood) -> Block:
    """Return the block of a neighbourhood that holds somebody."""
    block = neighbourhood.destroy(context, 1)
    assert block is not None
    return block


def is_whole(context: Context) -> bool:
    """Return whether everybody rides once or is left, and the cost is the solution's."""
    current = context.current
    parties = current.solution.left.copy()
    for coach in current.solution.coaches:
        for k, n in coach.load.items():
            parties[k] += n
    same_cost = current.cost_fen == current.costs.total(current.solution)
    return bool((parties == current.instance.count).all()) and same_cost and not current.in_flight


# What each takes out -------------------------------------------------------------------------------------------------


def test_the_guides_plan_takes_nothing_out_and_replaces_the_solution_if_it_is_cheaper() -> None:
    context = context_for(two_runs(), empty=True)
    runs = tuple(service(context, on) for on in (0, 4))
    neighbourhood = GuidePlan(runs)
    before, solution = context.current.cost_fen, context.current.solution
    block = begun(context, neighbourhood)
    assert block.seeds == runs
    assert block.counts.tolist() == whole_block(context.current.services).counts.tolist()
    assert not context.current.in_flight
    task = neighbourhood.repair(context, block, 10.0)
    assert isinstance(task, LocalSearchTask)
    loads = task.solve(context.current.services)
    assert neighbourhood.accept(context, 1, loads)
    assert context.current.cost_fen < before
    assert context.current.solution is not solution
    assert len(context.current.solution.coaches) == 2
    assert not neighbourhood.accept(context, 1, loads), "the same again is no cheaper"
    assert not neighbourhood.accept(context, 1, None)
    assert is_whole(context)


def test_the_whole_season_takes_everybody_and_all_near_services() -> None:
    context = context_for(two_regions())
    near = [service(context, on, place) for on in range(3) for place in (SHENZHEN, DONGGUAN)]
    context.near.update(near)
    neighbourhood = WholeSeason(9)
    assert neighbourhood.needs_all
    own = len(context.current.solution.coaches)
    block = begun(context, neighbourhood)
    assert block.counts.sum() == context.current.instance.count.sum()
    assert context.current.solution.coaches == []
    assert list(block.seeds[own:]) == list(near)
    assert block.works == (), "nothing is priced"
    assert context.current.emptied_stops == set(range(len(context.current.instance.works)))
    assert isinstance(neighbourhood.repair(context, block, 10.0), ProgramTask)


@pytest.mark.parametrize("place", [SHENZHEN, DONGGUAN])
def test_a_zone_takes_everybody_of_its_regions_and_nobody_else(place: str) -> None:
    context = context_for(two_regions())
    stop = context.current.instance.works.index(place)
    neighbourhood = Zone([stop])
    block = begun(context, neighbourhood)
    instance = context.current.instance
    assert set(block.classes.tolist()) == set(np.flatnonzero(instance.work_stop == stop).tolist())
    assert context.current.emptied_stops == {stop}
    assert context.current.solution.coaches, "those of the other region"
    assert isinstance(neighbourhood.repair(context, block, 10.0), LocalSearchTask)


@pytest.mark.parametrize("place", [SHENZHEN, DONGGUAN])
def test_a_small_region_takes_its_runs_and_lets_services_be_priced(place: str) -> None:
    context = context_for(two_regions())
    neighbourhood = SmallRegion(region_of(context, place))
    block = begun(context, neighbourhood)
    assert block.works == ((context.current.instance.works.index(place),),)
    assert block.counts.sum() == 8
    assert context.current.emptied_stops == set(), "others may take from it meanwhile"
    assert isinstance(neighbourhood.repair(context, block, 10.0), ProgramTask)


def test_a_small_region_takes_some_of_many_left_behind() -> None:
    context = context_for(two_regions(40), empty=True, params=SearchParams(block_people=20))
    block = begun(context, SmallRegion(region_of(context, SHENZHEN)))
    assert 20 <= 5 * block.counts.sum() <= 45


def test_a_region_program_takes_everybody_and_its_own_near_services() -> None:
    context = context_for(two_regions(40), empty=True, params=SearchParams(block_people=20))
    mine, others = service(context), service(context, place=DONGGUAN)
    context.near.update([others, mine])
    neighbourhood = RegionProgram(region_of(context, SHENZHEN))
    block = begun(context, neighbourhood)
    assert block.counts.sum() == 40
    assert block.seeds == (mine,)
    assert block.works == ()
    assert context.current.emptied_stops == {context.current.instance.works.index(SHENZHEN)}
    assert isinstance(neighbourhood.repair(context, block, 10.0), ProgramTask)


@pytest.mark.parametrize("accepted", [True, False])
def test_after_every_neighbourhood_the_solution_is_whole(accepted: bool) -> None:
    context = context_for(two_regions())
    context.near.update([service(context, place=place) for place in (SHENZHEN, DONGGUAN)])
    shenzhen = region_of(context, SHENZHEN)
    losses = Losses(random.Random(1))
    kinds = [
        WholeSeason(9),
        Zone([0, 1]),
        SmallRegion(shenzhen),
        RegionProgram(shenzhen),
        AroundLoss(losses),
        NearLoss(losses, Kinds(context.params), FIRST_NEAR),
    ]
    for neighbourhood in kinds:
        before = context.current.cost_fen
        task = neighbourhood.repair(context, begun(context, neighbourhood), 10.0)
        better = neighbourhood.accept(context, 1, task.solve(context.current.services) if accepted else None)
        assert better == (context.current.cost_fen < before)
        assert is_whole(context)


def test_limits_are_of_work_or_of_time() -> None:
    context = context_for(two_runs())
    block = begun(context, WholeSeason(9))
    by_clock = replace(context, by_work=False)
    for asked, limited in ((context, True), (by_clock, False)):
        tasks = [asked.local_search(block, 100.0), asked.program(block, 12.0, 100.0), asked.long_program(block, 100.0)]
        limits = [t.most_steps if isinstance(t, LocalSearchTask) else t.most_nodes for t in tasks]
        assert all(limit is not None for limit in limits) == limited
    assert [round(task.limit_s) for task in tasks] == [15, 12, 30]
    assert by_clock.long_program(block, 7.0).limit_s == 7.0
    tasks = [WholeSeason(9, is_first=first).repair(by_clock, block, 100.0) for first in (True, False)]
    assert [round(task.limit_s) for task in tasks if isinstance(task, ProgramTask)] == [8, 30]
