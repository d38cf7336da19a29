"""What `solve` may be told: how it shares out its time, and what steers the search, its programs and the bound."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from scheduler.solver.bound.params import BoundParams
from scheduler.solver.search.params import SearchParams


@dataclass(frozen=True, slots=True)
class SolveParams:
    """How one call of `solve` shares out its time, and what steers its parts.

    None of it changes which plans are legal or whether a bound is true, only what is found in the time.

    Attributes
    ----------
    first_plan_share : float
        The first plan may take this part of the time limit; it is cut off then.
    ending_share : float
        Least part of the time limit kept for the ending: seats, timetables, crews, feeders, verification.
    most_ending_share : float
        Greatest part of the time limit kept for the ending.
    ending_factor : float
        The ending's time over the time that the first plan took to be put together and verified.
    ending_with_feeders_factor : float
        The same where the fleet has feeders, of which the first plan has none.
    reason_s : float
        Kept beside that for each class of parties that the plan in hand leaves behind: for seating them after all, for
        saying why not, and for trying what would help.
    most_reasons_share : float
        Of the time limit no more than this part is kept for it.
    least_reasons_s : float
        So long reasons are looked for even where the time is over.
    whole_share : float
        The whole problem as one program, where it is small enough, has this part of the time left.
    whole_limit_s : float
        And at most so many seconds.
    whole_trains_limit_s : float
        Or this where trains run alone: what is not solved then the search solves sooner by methods of its own.
    whole_here_s : float
        With fewer seconds than this that program is solved in this process: it is over in 2 s, and starting another
        takes about one.
    short_s : float
        With fewer seconds than this the search stays in this process: starting others takes seconds.
    last_task_s : float
        With fewer seconds than this left nothing more is begun: it is the time limit that ended the search.
    tell_s : float
        Under a time limit, seconds after which the caller is told how far the bound is, where no better plan is found.
    search : SearchParams
        What steers the search and, as `search.mip`, its programs.
    bound : BoundParams
        What steers the bound.
    """

    first_plan_share: float = 0.7
    ending_share: float = 0.04
    most_ending_share: float = 0.5
    ending_factor: float = 1.5
    ending_with_feeders_factor: float = 3.5
    reason_s: float = 0.02
    most_reasons_share: float = 0.2
    least_reasons_s: float = 1.0
    whole_share: float = 0.4
    whole_limit_s: float = 30.0
    whole_trains_limit_s: float = 3.0
    whole_here_s: float = 5.0
    short_s: float = 10.0
    last_task_s: float = 1.5
    tell_s: float = 1.0
    search: SearchParams = field(default_factory=SearchParams)
    bound: BoundParams = field(default_factory=BoundParams)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the caller allows: `iterations` blocks, or where that is None seconds, and at most so many processes."""

    started: float
    time_limit_s: float
    gap: float
    iterations: int | None
    workers: int
    stopped: Callable[[], bool]

    def moment(self, share: float) -> float:
        """Return when this part of the time limit is over: never where work is counted."""
        return self.started + share * self.time_limit_s if self.iterations is None else float("inf")


class EndingTimes(NamedTuple):
    """How the ending shares out its time: when the search is over, when reasons are, and seconds for the last seats."""

    search_until: float
    reasons_until: float
    last_seats_s: float


def ending_times(
    limits: Limits, params: SolveParams, built_s: float | None, classes_left: int, *, feeders: bool
) -> EndingTimes:
    """Return the times of an ending with so many classes of parties left behind.

    The first plan took `built_s` to be put together and verified; before it there is no hurry, nor by counted work.
    """
    if built_s is None or limits.iterations is not None:
        return EndingTimes(math.inf, math.inf, math.inf)
    reasons_s = min(params.most_reasons_share * limits.time_limit_s, params.reason_s * classes_left)
    factor = params.ending_with_feeders_factor if feeders else params.ending_factor
    ending_s = max(params.ending_share * limits.time_limit_s, built_s * factor) + reasons_s
    search_until = limits.moment(1) - min(ending_s, params.most_ending_share * limits.time_limit_s)
    # What comes after the reasons takes less than the first plan did.
    return EndingTimes(search_until, limits.moment(1) - built_s, max(params.least_reasons_s, reasons_s / 2))
