"""Who is left behind though a way stands open takes it: on each kind of way, and only where that is cheaper."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.evaluate import Evaluator
from scheduler.plan import Plan
from scheduler.problem import Party, Problem
from scheduler.solver.ending.last_seats import with_last_seats
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import Coach, Solution, SolutionCosts, empty_solution
from scheduler.solver.plan_builder import Assembler, costless_plan
from scheduler.solver.reasons.ways import MOST_WORK, with_raw_seats
from scheduler.verify import verify
from tests.builders import DONGGUAN, day, party, problem, train, vehicle

POLICY = {"min_load": 10, "unserved_cost": 3000}


class Filling:
    """A solution with some parties on one coach (or none), before and after its last seats are taken."""

    def __init__(self, asked: Problem, aboard: int, most_work: int = MOST_WORK) -> None:
        self.problem = asked
        self.evaluator = Evaluator(asked)
        instance = build_instance(asked, self.evaluator)
        self.services = Services(instance)
        self.costs = SolutionCosts(self.services)
        self.assembler = Assembler(asked, self.evaluator, self.services)
        self.before = self._first(aboard)
        self.after = with_last_seats(self.assembler, with_raw_seats(self.services), self.before, most_work)

    def _first(self, aboard: int) -> Solution:
        """Return the solution with the first `aboard` parties on a coach from their stop to their city, on day 1."""
        instance = self.services.instance
        solution = empty_solution(instance)
        if aboard:
            k = 0
            home = self.services.home_id[(int(instance.access[instance.origin[k]].argmin()),)]
            work = self.services.work_id([int(instance.work_stop[k])])
            assert instance.members[k][:aboard] == list(range(aboard))
            solution.coaches.append(Coach(1, home, work, 0, {k: aboard}))
            solution.left[k] -= aboard
        return solution

    def plan(self) -> Plan:
        """Return the plan after, with its cost."""
        runs, left = self.assembler.runs(self.after)
        assert len(left) == int(self.after.left.sum())
        head = costless_plan(self.problem, 0, (), runs, ())
        return head.model_copy(update={"cost": self.evaluator.cost(head)})

    def is_the_same(self) -> bool:
        """Tell whether nothing was better than the first solution."""
        return self.after is self.before

    def seated(self) -> int:
        """Return how many more people ride, in a plan that obeys the rules and costs what is said."""
        plan = self.plan()
        assert plan.cost.total == self.costs.total(self.after)
        assert plan.cost.total < self.costs.total(self.before)
        # Who is left has no entry here, and no figure of ours is stated.
        assert [v for v in verify(self.problem, plan) if v.code != "V113" and v.code < "V19"] == []
        return self.costs.served(self.after) - self.costs.served(self.before)


def people(n: int, **changes: Any) -> list[Party]:
    """Return `n` people, each a party."""
    return [party(1, earliest=day(1), latest=day(1), preferred=day(1), **changes) for _ in range(n)]


def one_coach(**changes: Any) -> dict[str, Any]:
    """Return a county with one coach of 49 seats."""
    return {"vehicle_types": (vehicle(49, number=1),), "policy": POLICY} | changes


@pytest.mark.parametrize("direction", ["to_work", "to_home"])
def test_a_free_seat_on_a_coach_that_runs(direction: Any) -> None:
    asked = problem(*people(30), direction=direction, **one_coach())
    assert Filling(asked, 25).seated() == 5


@pytest.mark.parametrize("origin", ["罗渡镇", "顾县镇"])
def test_a_stop_more_for_those_who_wait_elsewhere(origin: str) -> None:
    asked = problem(*people(25), *people(4, origin=origin, work_stop=DONGGUAN), **one_coach())
    filling = Filling(asked, 25)
    assert filling.seated() == 4
    (run,) = filling.plan().runs
    assert {each.alight for each in run.passengers} > {DONGGUAN}


def test_a_larger_coach_instead() -> None:
    types = vehicle(33, number=1), vehicle(49, number=1)
    asked = problem(*people(35), vehicle_types=types, policy=POLICY)
    assert Filling(asked, 29).seated() == 6


def test_a_coach_more() -> None:
    asked = problem(*people(60), vehicle_types=(vehicle(49, number=2),), policy=POLICY)
    filling = Filling(asked, 40)
    assert filling.seated() == 20
    assert len(filling.plan().runs) == 2


def test_a_train_that_does_not_run_yet() -> None:
    asked = problem(*people(30), vehicle_types=(), trains=(train(date=day(1)),), policy=POLICY)
    assert Filling(asked, 0).seated() > 0


@pytest.mark.parametrize(
    ("asked", "aboard"),
    [
        (problem(*people(45), **one_coach()), 45),  # everybody rides
        (problem(*people(50), **one_coach()), 45),  # full
        (problem(*people(30), *people(1, work_stop=DONGGUAN), **one_coach(policy=POLICY | {"unserved_cost": 1})), 30),
        (problem(*people(30), **one_coach(policy=POLICY | {"min_load": 31})), 0),
    ],
)
def test_nobody_has_an_open_way_that_costs_less(asked: Problem, aboard: int) -> None:
    assert Filling(asked, aboard).is_the_same()


def test_the_budget_holds() -> None:
    asked = problem(*people(60), vehicle_types=(vehicle(49, number=2),), policy=POLICY | {"budget": 25_000})
    assert Filling(asked, 40).seated() < 20


def test_no_work_allowed_leaves_the_plan_as_it_is() -> None:
    assert Filling(problem(*people(30), **one_coach()), 25, most_work=0).is_the_same()
