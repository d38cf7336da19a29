"""Trains as the search sees them: seats, and the ways in which each origin may ride to each work stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scheduler.evaluate import Evaluator
from scheduler.problem import Party, Problem, Train
from scheduler.solver.model.pins.asked import RunPattern, TrainKey


class Origin(NamedTuple):
    """Where parties come from, and what pins leave them of boarding places and trains; empty: any."""

    township: str
    board: str = ""
    train: TrainKey | None = None


@dataclass(frozen=True, slots=True)
class TrainOption:
    """One way to ride a train: stop indices, and fen a person (fare, access)."""

    board: int
    alight: int
    fare_fen: int
    access_fen: int

    @property
    def cost_fen(self) -> int:
        """Fare and access of one person."""
        return self.fare_fen + self.access_fen


@dataclass(frozen=True, slots=True)
class TrainBlock:
    """A train as the search sees it; `index` into problem.trains, `options` by (origin, own work stop), best first.

    `stops` are its stops by name, and when it leaves them, in minutes after the midnight of its date.
    """

    index: int
    day: int
    seats: int
    fixed_fen: int
    min_load: int
    resell: bool
    legs: int
    options: dict[tuple[int, int], tuple[TrainOption, ...]]
    stops: tuple[tuple[str, int | None], ...] = ()


def train_blocks(
    problem: Problem,
    evaluator: Evaluator,
    samples: Mapping[tuple[int, int], tuple[Origin, Party]],
    told: set[tuple[str, str]],
    opens: Sequence[RunPattern],
    closed: Sequence[RunPattern],
) -> tuple[TrainBlock, ...]:
    """Return the trains with their options for every (origin, own work stop) that some party has.

    Without `resell` a seat is taken for the whole way whatever the option, so only the cheapest option counts; but
    under a budget a lower fare may be worth a dearer way to the station, and so may be the (boarding, alighting) place
    that people have been told, or one that a pin opens or may close. Ways that a pin closes are left out.
    """
    first_date = problem.settings.first_date
    blocks = []
    for index, train in enumerate(problem.trains):
        options = {}
        opening = [each for each in opens if each.may_be(train)]
        closing = [each for each in closed if each.may_be(train)]
        for key, (origin, party) in samples.items():
            found = []
            for board, alight, fen in evaluator.train_options(train, party):
                if not _allowed(train, board, origin) or any(
                    each.has_way(problem, *_ends(problem, train, board, alight)) for each in closing
                ):
                    continue
                fare = train.stops[alight].fare_fen or 0
                found.append(TrainOption(board, alight, fare, fen - fare))
            if found:
                frugal = _frugal(found, budget=problem.settings.policy.budget_fen is not None)
                ends = [(train.stops[o.board].place, train.stops[o.alight].place) for o in found]
                every = train.resell or bool(opening or closing)
                kept = [o for o, end in zip(found, ends, strict=True) if every or o in frugal or end in told]
                options[key] = tuple(kept)
        day = (train.date - first_date).days
        legs = max(1, len(train.stops) - 1)
        if options and 0 <= day < len(problem.settings.days):
            stops = tuple((stop.place, stop.depart_min) for stop in train.stops)
            figures = train.seats, train.fixed_cost_fen, train.min_load, train.resell, legs
            blocks.append(TrainBlock(index, day, *figures, options, stops))
    return tuple(blocks)


def ways_of(
    problem: Problem, blocks: Sequence[TrainBlock], pattern: RunPattern
) -> tuple[frozenset[tuple[int, int, int]], frozenset[tuple[int, int, int]]]:
    """Return the ways (train, board, alight) to ride by which a train boards where a pattern asks, and goes there."""
    boards, ends = set(), set()
    for t, block in enumerate(blocks):
        train = problem.trains[block.index]
        for option in {o for options in block.options.values() for o in options} if pattern.may_be(train) else ():
            board, work = _ends(problem, train, option.board, option.alight)
            if pattern.board in ("", board):
                boards.add((t, option.board, option.alight))
            if not pattern.destination or pattern.lies_there(problem, work):
                ends.add((t, option.board, option.alight))
    return frozenset(boards), frozenset(ends)


def _ends(problem: Problem, train: Train, board: int, alight: int) -> tuple[str, str]:
    """Return where a way boards, and its work end."""
    work = alight if problem.settings.direction == "to_work" else board
    return train.stops[board].place, train.stops[work].place


def _allowed(train: Train, board: int, origin: Origin) -> bool:
    return origin.board in ("", train.stops[board].place) and origin.train in (None, (train.train, train.date))


def _frugal(options: list[TrainOption], *, budget: bool) -> list[TrainOption]:
    """Return the cheapest option, and under a budget those behind it with ever lower fares."""
    kept = options[:1]
    for option in options[1:]:
        if budget and option.fare_fen < kept[-1].fare_fen:
            kept.append(option)
    return kept
