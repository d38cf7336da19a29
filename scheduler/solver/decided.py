"""Parties that pins leave nothing to ride are taken out before the solver sees the problem: what they cost is constant.

It is a constant of the total and of the bound: no plan that obeys the pins serves them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from scheduler.i18n import _
from scheduler.pins import Pin
from scheduler.plan import Told, Unserved
from scheduler.problem import Party, Problem
from scheduler.solver.model.pins.asked import PinnedWishes

PINNED = "U210"
"""The code of those whom pins leave behind."""


@dataclass(frozen=True)
class DecidedPart:
    """Who stays behind because of pins, and the problem that is left.

    Attributes
    ----------
    rest : Problem
        Without them.
    pinned : PinnedWishes
        What its pins ask.
    parties : tuple of Party
        Those who stay behind.
    cost_fen : int
        What that costs, moves included.
    moved : int
        How many of their people are moved.
    """

    rest: Problem
    pinned: PinnedWishes
    parties: tuple[Party, ...] = ()
    cost_fen: int = 0
    moved: int = 0

    def unserved(self) -> tuple[Unserved, ...]:
        """Return their entries."""
        return tuple(left_by_pins(party, self.pinned) for party in self.parties)


def decide(problem: Problem, pinned: PinnedWishes, told: Iterable[Told]) -> DecidedPart:
    """Take the parties out to whom pins leave nothing."""
    if not pinned.left:
        return DecidedPart(problem, pinned)
    policy = problem.settings.policy
    parties = tuple(party for party in problem.parties if party.id in pinned.left)
    keys = {person.key for party in parties for person in party.people}
    moved = sum(one.person in keys for one in told)
    cost_fen = sum(party.weight for party in parties) * policy.unserved_cost_fen + moved * policy.move_cost_fen
    rest = replace(problem, parties=tuple(party for party in problem.parties if party.id not in pinned.left))
    return DecidedPart(rest, pinned, parties, cost_fen, moved)


def left_by_pins(party: Party, pinned: PinnedWishes) -> Unserved:
    """Return the entry of a party that stays behind because of pins."""
    pins = pinned.pins_of.get(party.id, ())
    decided = [pin for pin in pins if pin.kind == "leave"]
    text = _("the dispatcher decided so ({pins})")
    reason = text.format(pins=rows(decided)) if decided else nothing_left(pins)
    return Unserved(
        party=party.id,
        persons=tuple(person.key for person in party.people),
        refs=tuple(person.ref for person in party.people),
        code=PINNED,
        reason=reason,
        proof="conflict",
        scope="all_plans",
        extra_cost=None,
        remedy=lift_pins(),
    )


def nothing_left(pins: Sequence[Pin]) -> str:
    """Return the reason of a party to whom its pins leave nothing."""
    return _("what is pinned of them leaves them no way to travel ({pins})").format(pins=rows(pins))


def lift_pins() -> str:
    """Return what helps those whom pins leave behind."""
    return _("take these rows out of the pins")


def rows(pins: Sequence[Pin]) -> str:
    """Return where pins stand."""
    return ", ".join(dict.fromkeys(pin.ref for pin in pins))
