"""What the bound does how often, and where it stops: the figures that decide on its speed, none on its validity.

Tolerances that a proof needs stand beside the proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class CoverParams:
    """Which services are listed one by one."""

    most_home_sets: int = 3_000
    """Sets of home stops that are listed; the others are anchored."""

    most_work_sets: int = 1_500
    """Sets of work stops that are listed; the others are anchored."""


class PricingParams(NamedTuple):
    """How far pricing goes; a NamedTuple, for compiled code takes it."""

    cuts: int = 25
    """Services of a pair that are mended one by one in a round; then its prices are scaled, which loses more."""

    tolerance: float = 1e-4
    """An excess of this share of a service's cost is scaled away at once."""

    more_columns: int = 12
    """Where many people would ride a service, so many coachfuls become columns: one a round would take hundreds of
    rounds for a large city."""

    least_worth: float = 0.9
    """They do so while they are worth this share of their price."""

    crowd: int = 14
    """Only those who gain most are sorted, so many coachfuls of them where everybody boards as close as can be; should
    a service not be full with these, all are. More than `more_columns`."""

    rough_stops: int = 2
    """Sets of at most this many stops an end are priced while prices are still far off."""

    most_columns: int = 60_000
    """Columns a round may give; pairs beyond them are only scaled."""


@dataclass(frozen=True, slots=True)
class MasterParams:
    """How the restricted dual is solved."""

    first_steps: int = 20
    """Primal-dual steps of the first round: early prices are far off however well they are solved."""

    more_steps: int = 4
    """So many more in each later round."""

    most_steps: int = 300
    """Steps of a round at most."""

    box_up: float = 0.7
    """A price may rise by this share above the best proven one in a round."""

    box_up_fen: float = 100.0
    """And by so many fen more."""

    box_down: float = 0.4
    """A price may fall by this share below the best proven one in a round."""

    box_down_fen: float = 1000.0
    """And by so many fen more."""

    small_box: float = 0.2
    """It may move by this share only where there are more than `small_box_groups` groups: thousands of pairs would
    overshoot together, and mending them one after another takes back more than was gained."""

    small_box_groups: int = 50_000
    """See `small_box`."""

    columns_per_price: float = 3.0
    """Columns kept for each price."""

    kept: float = 0.7
    """When there are more, this share of that number stays: those nearest to binding."""


@dataclass(frozen=True, slots=True)
class GenerationParams:
    """How column generation moves from round to round."""

    inward: float = 0.5
    """Where to price: this share of the way from the restricted dual's solution to the best proven prices, at least."""

    first_inward: float = 0.75
    """That share in the first round."""

    most_inward: float = 0.9
    """That share at most."""

    inward_after_loss: float = 0.1
    """So much more after a round that gained nothing, for then mending prices lost what they promised."""

    inward_after_gain: float = -0.02
    """So much more, that is less, after one that gained."""

    first_price: float = 1.05
    """Where the first columns come from: the first proven prices times this."""

    patience: int = 12
    """The search ends when so many rounds together gain too little."""

    stop_gain: float = 1e-4
    """Too little is less than this share of the bound."""

    rough_patience: int = 4
    """`patience` for the rounds before, which price sets of few stops only: quick, close to the truth, no proof."""

    rough_gain: float = 5e-3
    """`stop_gain` for these."""

    rough_share: float = 0.35
    """The most of the time that these may take."""


@dataclass(frozen=True, slots=True)
class DivingParams:
    """How a plan is dived for. What a dive comes to varies by 1 %, so the best of some is worth their time."""

    nearly_whole: tuple[float, ...] = (0.9, 0.75, 0.95, 0.85)
    """Parts of a coach that add up to so much are bought as one; one dive after another takes the next."""

    step_share: tuple[float, ...] = (0.1, 0.15, 0.07)
    """In a step at least this share of all that the relaxation still buys; one dive after another takes the next."""

    least_part: float = 0.3
    """Less of a coach than this is not rounded up."""

    rounds: int = 2
    """Rounds of pricing between two steps."""

    steps: int = 300
    """Primal-dual steps of each round."""

    many_groups: int = 20_000
    """With more groups a dive in small, exact steps takes minutes: 105 s for 29.73 M at 78,000 people, 25 s with the
    next two."""

    many_step_share: float = 0.3
    """`step_share` then."""

    many_steps: int = 100
    """`steps` then."""

    inward: float = 0.5
    """Where to price, as in `GenerationParams`."""

    least_kept: float = 0.9
    """A column is forgotten when less of its load than this is left."""

    near_share: float = 0.01
    """A service is near when it costs this share more than it is worth, at most."""


def _first_gains() -> dict[str, float]:
    regions = {"region": 4e-3, "days": 4e-3, "stop": 4e-3, "stop and days": 3e-3}
    return {"train": 5e-3, **regions, "pair": 1.5e-3, "type": 1.5e-3, "home": 1e-3, "left": 1e-3}


@dataclass(frozen=True, slots=True)
class BranchingParams:
    """How the tree grows and how its nodes are raised."""

    most_groups_together: int = 1_000
    """A season of more groups has no common tree, for its nodes take long."""

    groups_apart: int = 400
    """A season of more groups has trees of regions, too."""

    most_groups: int = 1_500
    """A region of more groups has no tree: its nodes take long. What a tree of 1,236 groups gains is little, but the
    services its nodes use are what plans of that region lack."""

    rounds: int = 4
    """Rounds that raise a node at a time."""

    settled_gain: float = 1.5e-4
    """A node is split when these rounds together raised it by less than this share."""

    trial_rounds: int = 3
    """Rounds for each child of a count that is tried."""

    tried: int = 3
    """Counts whose children are tried before a node is split."""

    tried_early: int = 6
    """The same where few counts are limited yet."""

    early: int = 3
    """Few are no more than this."""

    most_gain: float = 0.02
    """Gains beyond this share of the bound do not tell counts apart."""

    least_gain: float = 1e-5
    """Nor do gains below this share."""

    whole: float = 0.01
    """A number this close to a whole one is taken for whole: 0.04 of a coach would carry two people for little."""

    present: float = 0.01
    """The least part of a coach that counts as running."""

    span: int = 3
    """Running days that a count of consecutive days spans at most."""

    first_gains: Mapping[str, float] = field(default_factory=_first_gains)
    """What a split of each kind is thought to gain before any was tried, as a share of the bound."""

    excess: float = 0.005
    """So far above what it can be in any plan a count is worth a limit."""

    seats: float = 40.0
    """delta is counted a seat, so that it is as large as a price."""

    steps: int = 60
    """Primal-dual steps between two loadings of the known services."""

    loadings: int = 3
    """Such loadings between two pricings."""

    inward: float = 0.5
    """Where to price, as in `GenerationParams`."""

    more_than_proven: tuple[float, ...] = (1.02, 1.1)
    """Where the first columns come from: prices so much higher than the proven ones."""

    least_share: float = 1e-3
    """Of its price, what a coach costs at least after surcharges."""

    columns_per_price: int = 3
    """Columns kept for each price. Steps are the shorter the more columns there are, used or not."""

    more_columns: int = 500
    """So many columns more."""

    kept: float = 0.7
    """When there are more, this share of that number stays: those used last."""

    used: float = 1e-5
    """The least multiplier of a column in use."""

    part: float = 0.05
    """A relaxation uses a service of which it has more of a coach than this."""


@dataclass(frozen=True, slots=True)
class BoundParams:
    """All of them."""

    cover: CoverParams = CoverParams()
    """Listing services."""

    pricing: PricingParams = field(default_factory=PricingParams)
    """Pricing them."""

    master: MasterParams = MasterParams()
    """Solving the restricted dual."""

    generation: GenerationParams = GenerationParams()
    """Moving on from round to round."""

    diving: DivingParams = DivingParams()
    """Diving for plans."""

    branching: BranchingParams = field(default_factory=BranchingParams)
    """Branching on whole numbers."""
