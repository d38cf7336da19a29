"""Which kind of block around a loss is next, and which blocks came to nothing lately."""

from __future__ import annotations

from collections import deque
from typing import Any

from scheduler.solver.search.params import SearchParams

LEAST_S = 0.1
"""A block took so long at least: some end at once."""

FIRST_NEAR = 1
"""Blocks around losses are of kinds by number: 0 prices services, those from here on are over near services."""

Runs = frozenset[tuple[Any, ...]]
"""The runs of a block, each by its service and its load."""


class Kinds:
    """Which kind of block around a loss is next: each has a share of the time by what it gained a second lately.

    Kind 0 prices services (`AroundLoss`), the others are sizes over near services (`NearLoss`). Adaptive large
    neighbourhood search (Ropke and Pisinger 2006), by time instead of by turns. None is given up: one soon gains
    nothing, until another has changed what stands. It also knows which blocks came to nothing, by their runs.
    """

    def __init__(self, params: SearchParams) -> None:
        self._params = params
        n = min(
            map(len, (params.near_people, params.near_s, params.near_spares, params.kind_least_shares[FIRST_NEAR:]))
        )
        self._limits_s = params.block_s, *params.near_s[:n]
        self._gain_fen, self._spent_s = [0.0] * (1 + n), [0.0] * (1 + n)
        # Small blocks gain most at first: larger ones begin as if they had just had two turns.
        self._share_s = [2 * limit_s * (kind > FIRST_NEAR) for kind, limit_s in enumerate(self._limits_s)]
        self._in_vain: list[deque[Runs]] = [deque(maxlen=params.most_in_vain) for _ in self._limits_s]

    def note_in_vain(self, kind: int, runs: Runs) -> None:
        """Note the runs of a block that came to nothing."""
        self._in_vain[kind].append(runs)

    def was_in_vain(self, kind: int, runs: Runs) -> bool:
        """Tell whether a block of much the same runs came to nothing, and these still stand."""
        alike = self._params.alike_share
        return any(len(runs & each) >= alike * len(runs | each) for each in self._in_vain[kind])

    def forget_in_vain(self) -> None:
        """Give every block another chance: there are other prices or services."""
        for each in self._in_vain:
            each.clear()

    def best(self) -> int:
        """Return the kind whose turn it is, by number: the one that is farthest from its share."""
        rates = [gain / max(spent, LEAST_S) for gain, spent in zip(self._gain_fen, self._spent_s, strict=True)]
        best, least = max(1.0, *rates), self._params.kind_least_shares
        parts = [max(1.0, rate, share * best) for rate, share in zip(rates, least, strict=False)]
        return min(range(len(parts)), key=lambda kind: (self._share_s[kind] / parts[kind], kind))

    def begun(self, kind: int) -> None:
        """Note that a block of a kind is begun: it counts as long as one may take, until it is known."""
        self._share_s[kind] += self._limits_s[kind]

    def ended(self, kind: int, gain_fen: int, spent_s: float) -> None:
        """Note what a block of a kind has gained, and how long it took."""
        spent_s = max(spent_s, LEAST_S)
        kept = 0.5 ** (spent_s / self._params.kind_half_life_s)
        self._share_s[kind] += spent_s - self._limits_s[kind]
        self._share_s = [kept * each for each in self._share_s]
        self._gain_fen[kind] = kept * self._gain_fen[kind] + gain_fen
        self._spent_s[kind] = kept * self._spent_s[kind] + spent_s
