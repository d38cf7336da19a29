"""A part of the plan to be remade, and what remaking it comes to."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from scheduler.solver.model.instance import Ints
from scheduler.solver.model.services import ServiceStops


@dataclass(frozen=True)
class OpenTrain:
    """What a block may use of a train: seats free on each leg, and whether people outside the block ride it already.

    `missing_people` is what its load still lacks of the train's min_load, `fixed_fen` what opening it costs (0 when it
    runs anyway).
    """

    train: int
    seats: Ints
    fixed_fen: int
    missing_people: int
    must_run: bool


@dataclass(frozen=True)
class Block:
    """A part of the plan to be remade: parties by class, resources left to it, services to start from."""

    classes: Ints
    counts: Ints
    days: tuple[int, ...]
    works: tuple[tuple[int, ...], ...]
    seeds: tuple[ServiceStops, ...]
    free: Ints
    trains: tuple[OpenTrain, ...]
    budget_fen: int | None = None
    max_moved: int | None = None
    """Most told people who may be moved; None: as many as pays."""
    move_price_fen: int = 0
    """What moving somebody counts beside what it costs, so that fewer are moved."""
    opens: tuple[int, ...] = ()
    """What must go because of pins, by number in the links: one run of the block has to agree."""
    barred: frozenset[tuple[int, int]] = frozenset()
    """Groups of linked classes, and trains where somebody stays aboard from whom they are apart."""
    noise: float = 0.0
    """How far the cost of opening a service may be off, drawn for each: a share of it, so that others are tried."""
    noise_seed: int = 0
    """Where the drawing of that begins."""
    start: Loads | None = None
    """What the block ran when it was taken out: a solution, the one to beat."""


@dataclass
class Loads:
    """What a block's solution runs: coach services with their loads, train loads by (train, class, option)."""

    coaches: list[tuple[ServiceStops, dict[int, int]]] = field(default_factory=list)
    """The service of each coach and its parties by class."""
    trains: dict[int, dict[tuple[int, int], int]] = field(default_factory=dict)
    bound_fen: float = -np.inf
    optimal: bool = False
    excess: int = 0
    """How many more told people are moved than the block may."""
