"""Blocks begin where the plan loses most."""

from __future__ import annotations

import random

import numpy as np

from scheduler.evaluate import Evaluator
from scheduler.problem import Problem
from scheduler.solver.greedy import Greedy
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import Solution, SolutionCosts, empty_solution
from scheduler.solver.search.destroy_repair import Choice
from scheduler.solver.search.neighbourhoods import BlockChoice
from tests.builders import day, party, problem


def choice_for(asked: Problem, *, empty: bool = False, seed: int = 0) -> tuple[BlockChoice, Solution]:
    """Return the choice of blocks of a problem's first plan, or of the plan that serves nobody."""
    books = SolutionCosts(Services(build_instance(asked, Evaluator(asked))))
    draft = empty_solution(books.instance) if empty else Greedy(books).run(float("inf"), lambda: False)
    return BlockChoice(books, draft, books.services.regions(), random.Random(seed)), draft


def two_runs() -> Problem:
    """Forty people who want the first day, and forty who want the last."""
    wishes = [day(0)] * 8 + [day(4)] * 8
    return problem(*(party(5, preferred=wish, earliest=wish, latest=wish) for wish in wishes))


def test_a_block_begins_with_the_run_that_loses_most() -> None:
    for worse in (0, 1):
        for seed in range(10):
            choice, draft = choice_for(two_runs(), seed=seed)
            assert len(draft.coaches) == 2
            # The people of the other run are worth all that it costs.
            price_fen = np.zeros(len(draft.left))
            price_fen[list(draft.coaches[1 - worse].load)] = 1e9
            choice.price_fen = price_fen
            losses = choice.losses()
            assert losses is not None
            assert losses[worse] > 0 == losses[1 - worse]
            assert choice.near().runs[0] == worse


def test_those_left_behind_draw_a_block_too() -> None:
    choice, draft = choice_for(two_runs(), empty=True)
    choice.price_fen = np.zeros(len(draft.left))
    block = choice.near()
    assert block.runs == []
    assert block.stops
    assert set(block.days) <= set(range(5))


def test_people_who_are_worth_no_coach_draw_none() -> None:
    choice, draft = choice_for(two_runs(), empty=True)
    choice.price_fen = np.full(len(draft.left), 1e9)
    assert choice.near() == Choice([], [], [])


def test_before_prices_are_known_a_block_begins_with_a_run_or_somebody_left_behind() -> None:
    choice, _draft = choice_for(two_runs())
    assert choice.losses() is None
    assert choice.near().runs
    assert choice_for(two_runs(), empty=True)[0].near().stops
    assert choice_for(problem())[0].near() == Choice([], [], [])
