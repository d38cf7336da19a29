"""Who of those left behind would best share a vehicle: worth most in all, within its seats, as many as it needs.

Worth is what leaving a party costs less what carrying it does beside the vehicle. `best_load` asks nothing of the
stops; `covering_load` takes those among whom somebody boards or alights at every stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.solver.model.instance import Ints

NEVER = -(1 << 60)


@dataclass(frozen=True, slots=True)
class Sharer:
    """Parties alike that may share a vehicle: their class, size, worth of one, and how many there are."""

    k: int
    size: int
    worth_fen: int
    count: int


@dataclass(frozen=True, slots=True)
class Boarder:
    """A party with the places where it may board: (place, worth in fen, bits of the stops that are used then)."""

    party: int
    size: int
    choices: tuple[tuple[int, int, int], ...]


def best_load(sharers: Sequence[Sharer], seats: int, wanted: int) -> tuple[dict[int, int], int] | None:
    """Return the parties of each class, `wanted` to `seats` people in all, and their worth; None where none are."""
    worth = np.full(seats + 1, NEVER, dtype=np.int64)
    worth[0] = 0
    steps: list[tuple[Sharer, int, np.ndarray]] = []
    for sharer in sharers:
        left, times = min(sharer.count, seats // sharer.size), 1
        while left > 0:
            times = min(times, left)
            left -= times
            people = sharer.size * times
            with_them, alone = worth[: seats + 1 - people] + sharer.worth_fen * times, worth[people:]
            steps.append((sharer, times, with_them > alone))
            np.maximum(with_them, alone, out=alone)
            times *= 2
    if wanted > seats or int(worth[wanted:].max()) < NEVER // 2:
        return None
    at = best = wanted + int(worth[wanted:].argmax())
    taken: dict[int, int] = {}
    for sharer, times, better in reversed(steps):
        people = times * sharer.size
        if at >= people and better[at - people]:
            taken[sharer.k] = taken.get(sharer.k, 0) + times
            at -= people
    return taken, int(worth[best])


def covering_load(
    first: Boarder, others: Sequence[Boarder], stops: int, seats: int, wanted: int
) -> tuple[list[tuple[int, int]], int] | None:
    """Return (party, place where it boards) of `first` and those who join it so that all `stops` are used, and worth.

    `seats` and `wanted` count all people, `first` among them; None where no such company is.
    """
    full = (1 << stops) - 1
    worth = np.full((full + 1, seats + 1), NEVER, dtype=np.int64)
    begun: dict[int, int] = {}
    for number, (_place, value, bits) in enumerate(first.choices):
        if value > worth[bits, first.size]:
            worth[bits, first.size], begun[bits] = value, number
    steps: list[tuple[Boarder, Ints]] = []
    for party in others:
        if party.size > seats - first.size:
            continue
        came = np.full(worth.shape, -1, dtype=np.int64)
        after = worth.copy()
        for number, (_place, value, bits) in enumerate(party.choices):
            for mask in range(full + 1):
                joined = worth[mask, : seats + 1 - party.size] + value
                there, back = after[mask | bits, party.size :], came[mask | bits, party.size :]
                better = joined > there
                there[better], back[better] = joined[better], mask * len(party.choices) + number
        worth = after
        steps.append((party, came))
    if wanted > seats or int(worth[full, wanted:].max()) < NEVER // 2:
        return None
    people = wanted + int(worth[full, wanted:].argmax())
    total, mask = int(worth[full, people]), full
    riders = []
    for party, came in reversed(steps):
        step = int(came[mask, people])
        if step >= 0:
            mask, number = divmod(step, len(party.choices))
            riders.append((party.party, party.choices[number][0]))
            people -= party.size
    return [(first.party, first.choices[begun[mask]][0]), *riders], total
