"""The dates of a season around the Spring Festival of 2027 (February 6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from scheduler.settings import Direction

DATE_WEIGHTS: dict[Direction, tuple[int, ...]] = {
    # to_work: 正月初六 (February 11) to 正月二十, highest at 初八 and 十六; to_home: 腊月十七 (January 24) to 除夕
    "to_work": (2, 4, 9, 8, 7, 6, 6, 7, 8, 9, 10, 8, 5, 3, 2),
    "to_home": (2, 3, 4, 5, 7, 8, 10, 10, 9, 8, 6, 3, 2),
}
FIRST_PREFERRED: dict[Direction, date] = {"to_work": date(2027, 2, 11), "to_home": date(2027, 1, 24)}
SEASON_DATES: dict[Direction, tuple[date, date]] = {
    "to_work": (date(2027, 2, 10), date(2027, 2, 28)),
    "to_home": (date(2027, 1, 20), date(2027, 2, 5)),
}


def shares(weights: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return weights scaled to add up to one."""
    array = np.asarray(weights, float)
    return np.asarray(array / array.sum())
