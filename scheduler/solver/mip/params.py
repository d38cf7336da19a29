"""How large the programs are and where they stop: each figure with a caption, its unit in the name, and its default.

None of it decides whether a plan is legal or a bound true. Tolerances that a proof needs stand beside the proof.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MipParams:
    """What steers the programs over services and over loads."""

    # A block over a kernel of services -------------------------------------------------------------------------------

    rounds: int = 6
    """Rounds of pricing; more of them make the kernel no better for the time they take."""

    spare_services: int = 20
    """Services beyond the LP's support, those of least reduced cost."""

    few_parties: int = 120
    """A block of so few parties is quickly solved over many more services, after pricing until nothing is new; so is
    one that prices none."""

    rounds_of_few: int = 25
    """Rounds of pricing for few parties."""

    spare_services_of_few: int = 60
    """Services beyond the LP's support for few parties."""

    kernel_gap: float = 1e-3
    """Relative gap at which the MIP over a priced kernel may stop: the kernel itself costs more than that."""

    given_gap: float = 2e-5
    """Relative gap for a block over given services."""

    used_share: float = 0.4
    """A block over given services is first solved over those in use, in this share of its time at most."""

    whole_runs_slack: float = 0.1
    """A block has at least as many runs as its LP, rounded up where the LP has so much more than a whole number."""

    cut_up_share: float = 1.0
    """Parties are cut up for this share of a block's time; if that is less than 1, the rest goes on with whole ones."""

    # The whole problem as one program --------------------------------------------------------------------------------

    whole_services: int = 5_000
    """Services of a program that is solved whole, at most."""

    whole_pairs: int = 60_000
    """Pairs of a class and a service of a program that is solved whole, at most."""

    whole_pairs_per_s: int = 4_000
    """Pairs a second allowed: of a larger program HiGHS finds no plan in time, and it seldom looks at the clock."""

    whole_copies: int = 3_000
    """Pairs of a class and a single coach of a program with every coach for itself, at most."""

    packing_program_s: float = 5.0
    """Seconds for the program over services where patterns suit the problem."""

    packing_turns: int = 400
    """Sequences of patterns where they suit the problem."""

    # Patterns: whole coach loads as columns --------------------------------------------------------------------------

    pattern_services: int = 40
    """Services of a problem that is worth patterns, at most."""

    pattern_cells: int = 4_000_000
    """Seats x single parties, summed over the services, of a problem that is worth patterns, at most: what pricing once
    takes."""

    large_party: float = 0.05
    """Parties are large, and patterns worth it, when the average one takes this share of the largest coach."""

    turns_a_program: int = 15
    """Sequences between two integer programs over all patterns met."""

    pattern_program_s: float = 15.0
    """Seconds of one such program."""
