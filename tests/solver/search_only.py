"""Solve by the search alone, where the whole problem would be one program and proven at once."""

from __future__ import annotations

from scheduler.solver.mip.params import MipParams
from scheduler.solver.params import SolveParams
from scheduler.solver.search.params import SearchParams

SEARCH_ONLY = SolveParams(search=SearchParams(mip=MipParams(whole_services=-1)))
