"""Money and rounding: the program reckons in whole fen, people write yuan."""

from __future__ import annotations

import math

FEN_PER_YUAN = 100


def round_half_up(value: float) -> int:
    """Round to the nearest integer, halves up; a hair below a half (decimals in binary) counts as a half."""
    return math.floor(value + 0.5 + 1e-7)
