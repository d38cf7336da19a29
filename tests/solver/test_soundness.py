"""Every figure is true whatever the distances: seasons of arbitrary ones against their exact optimum.

`tools/soundness.py` does the same for as many seasons as one likes.
"""

from __future__ import annotations

import pytest

from tests.arbitrary_seasons import arbitrary_season
from tests.exact_model import optimum
from tools.soundness import WAYS, is_fault


@pytest.mark.parametrize("way", ["plan", "search"])
@pytest.mark.parametrize("first", range(0, 40, 10))
def test_plans_are_legal_and_proofs_hold(way: str, first: int) -> None:
    for seed in range(first, first + 10):
        assert faults(way, seed) == []


@pytest.mark.parametrize("way", ["bound", "anchored"])
@pytest.mark.parametrize("first", range(0, 20, 10))
def test_no_bound_is_above_the_optimum(way: str, first: int) -> None:
    for seed in range(first, first + 10):
        assert faults(way, seed) == []


def faults(way: str, seed: int) -> list[str]:
    """Return what is wrong with a season planned or bounded in one way."""
    problem = arbitrary_season(seed)
    return [told for told in WAYS[way](problem, optimum(problem).total_fen) if is_fault(told)]
