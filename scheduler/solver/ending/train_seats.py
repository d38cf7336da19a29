"""Seats more on trains: how many would be enough for those who are left behind for want of them.

Who saves about the same by a seat would have it as well, so such people are counted together: fewer seats would go to
any of them. Those who save more, by their priority, come first, and a few seats are enough for them.
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.solver.ending.contested import NEARLY_FEN
from scheduler.solver.model.train_blocks import TrainBlock, TrainOption
from scheduler.solver.reasons.lift import Lift
from scheduler.solver.reasons.standing import Standing
from scheduler.solver.reasons.way import Question

Asked = tuple[Lift, list[str]]
"""A lift, and the parties that it may help."""


def seats_more(standing: Standing) -> list[Asked]:
    """Return how many seats more on which train may help whom, the fewest first."""
    question = Question(standing, most_work=0)
    blocks = enumerate(standing.instance.trains)
    found = [asked for number, block in blocks for asked in _on_train(question, number, block)]
    return sorted(found, key=lambda each: (each[0].seats, each[0].train))


def _on_train(question: Question, number: int, block: TrainBlock) -> Iterator[Asked]:
    """Yield the seats more of one train, for those first who save most a person."""
    standing, size = question.standing, question.instance.size
    train = standing.problem.trains[block.index]
    waiting = sorted(_waiting(question, number, block), key=lambda each: (-each[0], each[1]))
    taken = standing.train_seats[number].copy()
    names: list[str] = []
    for place, (saving_fen, k, option) in enumerate(waiting):
        parties = standing.left_of[k]
        taken[_legs(block, option)] += int(size[k]) * len(parties)
        names += [standing.problem.parties[i].id for i in parties]
        after = waiting[place + 1 : place + 2]
        if not after or saving_fen - after[0][0] > NEARLY_FEN:
            more = max(int(taken.max()), block.min_load) - block.seats
            yield Lift(train=(train.train, train.date), seats=more), list(names)


def _waiting(question: Question, number: int, block: TrainBlock) -> Iterator[tuple[float, int, TrainOption]]:
    """Yield what a seat saves a person, for the classes left behind that only seats keep off a train, and their way."""
    standing, instance = question.standing, question.instance
    for k, parties in standing.left_of.items():
        key, size = (int(instance.origin[k]), int(instance.work_stop[k])), int(instance.size[k])
        in_time = instance.first[k] <= block.day <= instance.last[k]
        if not (parties and instance.by_train[k] and in_time and key in block.options):
            continue
        option = block.options[key][0]
        taken = standing.train_seats[number][_legs(block, option)]
        # A train that does not run yet is kept from that by its cost, unless it is too small in any case.
        needed = int(taken.max()) + size if standing.train_people[number] else max(size, block.min_load)
        saving_fen = -question.own_fen(k, block.day, option.cost_fen)
        if needed > block.seats and saving_fen > 0:
            yield saving_fen / size, k, option


def _legs(block: TrainBlock, option: TrainOption) -> slice:
    return slice(option.board, option.alight) if block.resell else slice(None)
