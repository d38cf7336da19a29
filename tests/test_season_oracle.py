"""The enumeration for seasons says what the one that lists every company says."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings

from scheduler.problem import Problem
from scheduler.solver.solve import solve
from tests.reasons_oracle import Oracle
from tests.season_oracle import SeasonOracle, Unsettled
from tests.strategies import tiny_problems

pytestmark = pytest.mark.usefixtures("english")


@given(tiny_problems())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_they_agree(asked: Problem) -> None:
    for iterations in (0, 3):
        plan = solve(asked, iterations=iterations, workers=1, stop=(lambda: True) if not iterations else None)
        whole, quick = Oracle(asked, plan), SeasonOracle(asked, plan)
        for party in whole.left:
            assert quick.exists(party) == whole.exists(party)
            if not whole.exists(party):
                continue
            try:
                found = quick.fewest(party)
            except Unsettled:
                assume(False)
            ways = whole.ways(party)
            least = min(map(len, ways), default=0)
            assert found == {shut: fen for shut, fen in ways.items() if len(shut) == least}
