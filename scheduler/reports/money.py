"""A plan's money: what somebody pays, apart from the prices that are only there to compare plans.

The total cost that the search lowers holds both. A person left behind at 3,000 yuan, a day away from the wished date,
the way to a boarding point, a person who has to be told anew: nobody gets a bill for these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.itinerary import FeederSummary, feeder_summary, feeders_fen
from scheduler.plan import Plan
from scheduler.problem import Problem

_BILLS = ("runs", "seats")
_TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Money:
    """What a plan costs, in fen.

    Attributes
    ----------
    runs_fen : int
        Coaches and trains.
    fares_fen : int
        Train fares.
    feeders_fen : int
        Minibuses to the hubs; they stand beside the total, which holds people's ways to them instead.
    compared : mapping of str to int
        The prices that nobody pays, by the names of the plan's cost.
    people : int
        Those with a seat.
    """

    runs_fen: int
    fares_fen: int
    feeders_fen: int
    compared: Mapping[str, int]
    people: int

    @property
    def paid_fen(self) -> int:
        """All that is paid."""
        return self.runs_fen + self.fares_fen + self.feeders_fen

    @property
    def compared_fen(self) -> int:
        """All that is only compared."""
        return sum(self.compared.values())

    @property
    def a_head_yuan(self) -> float | None:
        """Yuan paid for each person with a seat; None where there is none."""
        return self.paid_fen / 100 / self.people if self.people else None


def money(problem: Problem, plan: Plan) -> Money:
    """Return a plan's money: the one place where it is summed, so that every page and screen says the same a head.

    Parameters
    ----------
    problem : Problem
        Its fleet, places and distances tell what the minibuses of the plan cost; its people are not asked for.
    plan : Plan

    Raises
    ------
    PlanError
        When a minibus of the plan is not in the fleet any more.
    """
    cost = plan.cost.model_dump()
    return Money(
        runs_fen=cost["runs"],
        fares_fen=cost["seats"],
        feeders_fen=feeders_fen(problem, plan.feeders),
        compared={name: fen for name, fen in cost.items() if name not in (*_BILLS, _TOTAL)},
        people=sum(run.load for run in plan.runs),
    )


def feeders_of(problem: Problem, plan: Plan) -> FeederSummary | None:
    """Return all minibuses of a plan in figures, None where the fleet has none."""
    return feeder_summary(problem, plan.runs, plan.feeders) if problem.feeder_types else None
