"""Rows of a program, gathered family by family."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from scheduler.solver.model.instance import Floats, Ints


class Rows:
    """Rows "<= limit" of a program, family by family."""

    def __init__(self) -> None:
        self._entries: list[tuple[Ints, Ints, Floats]] = []
        self._limits: list[Floats] = []
        self.height = 0

    def add(self, row: Ints, column: Ints, value: Ints | Floats, limit: Floats) -> None:
        """Add the rows of a family: entries (row within the family, column, value)."""
        self._entries.append((row + self.height, column, value.astype(np.float64)))
        self._limits.append(limit)
        self.height += len(limit)

    def matrix(self, width: int) -> sparse.csr_array:
        """Return the rows as a matrix."""
        row, column, value = (np.concatenate(parts) for parts in zip(*self._entries, strict=True))
        return sparse.csr_array((value, (row, column)), shape=(self.height, width))

    @property
    def limit(self) -> Floats:
        """The limits of all rows."""
        return np.concatenate(self._limits)
