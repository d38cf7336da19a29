"""Compile the loops of the bound at the end of an installation, so that the first `plan` need not wait for them.

numba compiles at the first use and keeps the result beside the source, or in the user's cache folder. So a tiny season
is bounded here, as it is in `plan`.
"""

from __future__ import annotations

from itertools import islice

from scheduler.evaluate import Evaluator
from scheduler.example.description import problem_of
from scheduler.example.season import synthetic_season
from scheduler.solver.bound.params import BoundParams
from scheduler.solver.bound_process import counted_news
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services

PEOPLE = 60
NEWS = 2
"""After so many bounds everything is compiled."""


def compile_bound() -> None:
    """Use every compiled function once."""
    problem = problem_of(synthetic_season(PEOPLE, 0))
    services = Services(build_instance(problem, Evaluator(problem)))
    for _news in islice(counted_news(services, BoundParams()), NEWS):
        pass


if __name__ == "__main__":
    compile_bound()
