"""What earlier plans bind a later one to: a plan made anew is not free once people have been told.

Whether a told person is moved is decided by `scheduler.evaluate.is_moved` alone; the solver's model follows it.
"""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.plan import Plan, Told


@dataclass(frozen=True, slots=True)
class Commitments:
    """What a later plan has to keep, or to pay for.

    Attributes
    ----------
    present : Plan
        The plan that stands: the search starts from it.
    told : tuple of Told
        What people have been told and still hold us to: those who are in the rosters yet and whose wish is what it was
        when they were told. The new plan's `told`; each of them who is moved costs move_cost.
    frozen : frozenset of str
        Ids of runs of `present` that are not changed any more: their riders, stops, times and coach stay. Only people
        who are gone from the problem leave them.
    max_moved : int or None
        Most people who may be moved; None: as many as pays.
    bound_fen : int or None
        What every plan of the problem costs at least, as proven before; None where nothing is.
    """

    present: Plan
    told: tuple[Told, ...] = ()
    frozen: frozenset[str] = frozenset()
    max_moved: int | None = None
    bound_fen: int | None = None
