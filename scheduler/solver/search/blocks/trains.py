"""The neighbourhoods where trains run alone, and their turns: moves among trains, and programs over the near pairs.

    TrainMoves    local search: trains open, close and change people
    NearPairs     a program over the pairs of least excess; what it proves holds for the season

Both take everybody. Nothing is taken out of the solution: what comes back replaces it where it is cheaper. Moves are
there for ever, so the search lasts as long as its time; one program at a time, over more pairs or longer than the last.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import numpy as np

from scheduler.solver.location.problem import Location, riding
from scheduler.solver.mip.whole_problem import BOUND_SLACK_FEN, whole_block
from scheduler.solver.model.block import Block, Loads
from scheduler.solver.model.guidance import Guide, TrainGuide
from scheduler.solver.search.blocks.neighbourhoods import Context, Neighbourhood
from scheduler.solver.search.tasks import Task, TrainProgramTask, TrainSearchTask

ROUNDING = 1e-9
"""Share of a bound that is given away to rounding errors."""


@dataclass(frozen=True)
class TrainMoves(Neighbourhood):
    """Moves among trains from the present solution."""

    location: Location
    seed: int

    def destroy(self, context: Context, number: int) -> Block | None:
        """Return the whole problem."""
        return whole_block(context.current.services)

    def repair(self, context: Context, block: Block, most_s: float) -> Task:
        """Local search."""
        params = context.params.trains
        at = riding(self.location, context.current.solution)
        rounds = params.moves_rounds if context.by_work else None
        return TrainSearchTask(at, self.seed, min(params.moves_s, max(context.params.margin_s, most_s)), rounds)

    def accept(self, context: Context, number: int, loads: Loads | None) -> bool:
        """Replace the solution if this one is cheaper."""
        return loads is not None and context.current.replace(loads)


@dataclass(eq=False)
class NearPairs(Neighbourhood):
    """A program over the pairs of least excess, and those of the solution."""

    guide: TrainGuide
    most_pairs: int
    limit_s: float
    seed: int
    """Of HiGHS: a bound counts when two programs prove it (see `highs.solved`), each with a seed of its own."""
    within_fen: float = 0.0
    """Pairs up to this excess are in the program: no more than the gap, for others are in no better plan."""
    whole: bool = False
    """Whether that is the gap."""
    back: bool = False
    solved: bool = False
    proven_fen: int = 0
    """What it proves for the season, once it is `back`."""

    def destroy(self, context: Context, number: int) -> Block | None:
        """Return the whole problem."""
        return whole_block(context.current.services)

    def repair(self, context: Context, block: Block, most_s: float) -> Task:
        """One long program."""
        excess, slack = self.guide.excess_fen, 1 + ROUNDING * self.guide.bound_fen
        gap = context.current.cost_fen - self.guide.bound_fen + slack
        least = np.sort(excess[excess <= gap])
        self.whole = len(least) <= self.most_pairs
        self.within_fen = gap if self.whole else float(least[self.most_pairs - 1])
        kept = excess <= self.within_fen
        known = Loads(trains={t: dict(load) for t, load in enumerate(context.current.solution.trains) if load})
        for train, load in known.trains.items():
            kept[train, [k for k, _option in load]] = True
        nodes = context.params.block_nodes if context.by_work else None
        # The last one has all the time: nothing is left to put into another.
        limit_s = most_s if self.whole else min(self.limit_s, most_s)
        return TrainProgramTask(kept, known, max(context.params.margin_s, limit_s), nodes, self.seed)

    def accept(self, context: Context, number: int, loads: Loads | None) -> bool:
        """Replace the solution if this one is cheaper; note what is proven."""
        self.back = True
        if loads is None:
            return False
        self.solved = loads.optimal
        outside_fen = math.floor(self.guide.bound_fen + self.within_fen - ROUNDING * self.guide.bound_fen)
        if math.isfinite(loads.bound_fen):
            self.proven_fen = min(math.ceil(loads.bound_fen - BOUND_SLACK_FEN), outside_fen)
        return context.current.replace(loads)


class TrainSelection:
    """The turns where trains run alone: a program whenever none is in flight, and moves for ever."""

    is_small_season = False

    def __init__(self, context: Context, location: Location, rng: random.Random) -> None:
        self._context = context
        self._location = location
        self._rng = rng
        self._guide: TrainGuide | None = None
        self._programs: list[NearPairs] = []
        self.guided = False

    @property
    def proven_fen(self) -> int:
        """What two programs at least have proven for the season so far; one that a plan gives the lie is none."""
        cost_fen = self._context.current.cost_fen
        proven = sorted(each.proven_fen for each in self._programs if each.proven_fen <= cost_fen)
        return proven[-2] if len(proven) > 1 else 0

    def next(self) -> Neighbourhood | None:
        """Return the neighbourhood whose turn it is."""
        program = self._next_program()
        if program is not None:
            self._programs.append(program)
            return program
        return TrainMoves(self._location, self._rng.randrange(1 << 30))

    def _next_program(self) -> NearPairs | None:
        """Return a program if one is due: over more pairs than the last if that was solved, else for longer."""
        params = self._context.params.trains
        if self._guide is None:
            return None
        seed = len(self._programs)
        if not self._programs:
            return NearPairs(self._guide, params.first_pairs, params.program_s, seed)
        last = self._programs[-1]
        if not last.back or self._context.current.cost_fen <= self.proven_fen:
            return None
        if last.solved:
            # Over all pairs it is solved again, for what one alone proves does not count.
            return NearPairs(self._guide, round(params.more_pairs * last.most_pairs), last.limit_s, seed)
        return NearPairs(self._guide, last.most_pairs, params.more_s * last.limit_s, seed)

    def landed(self, neighbourhood: Neighbourhood, *, gain_fen: int) -> None:
        """Draw no conclusions from a result."""

    def take_guide(self, guide: Guide | TrainGuide) -> None:
        """Take the guide's plan if it is cheaper, and its pairs."""
        assert isinstance(guide, TrainGuide)
        self.guided, self._guide = True, guide
        self._context.current.replace(guide.loads)
