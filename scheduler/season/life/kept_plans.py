"""The plans that a season's ledger keeps: which there are, and whether an earlier one may be the current one again."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scheduler.errors import PlanError
from scheduler.i18n import _
from scheduler.plan import Plan
from scheduler.season.ledger.events import Entry, Event, Exported, Note, Planned, SeatTold
from scheduler.season.ledger.ledger import Ledger
from scheduler.season.plans import store_plan_json


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """One plan of a season, as the list of plans says it.

    Attributes
    ----------
    command : str
        What made it: "plan", "replan"; "" for one that came into plan.json by other ways.
    total, bound : int
        In fen; `bound` is None where nothing is proven.
    told : int
        How many people were told a seat of it.
    is_current : bool
        Whether it stands in plan.json.
    is_kept : bool
        False once its personal data have been erased: then only these figures are left.
    """

    number: int
    at: dt.datetime
    who: str
    command: str
    total: int
    bound: int | None
    people: int
    unserved: int
    told: int
    is_current: bool
    is_kept: bool

    @property
    def gap(self) -> float | None:
        """The proven gap, None where nothing is proven."""
        if self.bound is None:
            return None
        return (self.total - self.bound) / self.total if self.total else 0.0


def kept_plans(ledger: Ledger, current: Plan | None) -> tuple[KeptPlan, ...]:
    """Return the plans of a season by number; `current` is what stands in plan.json, if it can be read."""
    events = ledger.events(Planned.kind, SeatTold.kind)
    told = Counter(each.plan for each in events if isinstance(each.data, SeatTold) and not each.data.is_withdrawn)
    stands = None if current is None else ledger.number_of(current)
    kept = ledger.kept_plans()
    return tuple(
        KeptPlan(
            number=event.plan,
            at=event.at,
            who=event.who,
            command=event.data.command or ("replan" if event.data.now else ""),
            total=event.data.total,
            bound=event.data.bound,
            people=event.data.people,
            unserved=event.data.unserved,
            told=told[event.plan],
            is_current=event.plan == stands,
            is_kept=event.plan in kept,
        )
        for event in events
        if isinstance(event.data, Planned) and event.plan is not None
    )


def require_untold_since(events: Sequence[Event], number: int, season: Path) -> None:
    """Refuse to take a plan back when another one was announced after it was made: people hold what that one says.

    Raises
    ------
    PlanError
    """
    made = next((each.number for each in events if each.plan == number and isinstance(each.data, Planned)), 0)
    later = [plan for at, plan in _announced(events) if at > made and plan != number]
    if later:
        what = _("plan {later} was announced after plan {number} was made: people hold what it told them")
        cure = _("scheduler replan plans again and keeps to what people were told")
        raise PlanError(what.format(later=later[-1], number=number), str(season), cure)


def _announced(events: Iterable[Event]) -> Iterator[tuple[int, int]]:
    """Yield the number of each event by which a plan was announced, and the number of the plan."""
    for event in events:
        is_list = isinstance(event.data, Exported) and event.data.command == "announce"
        if event.plan is not None and (is_list or isinstance(event.data, SeatTold)):
            yield event.number, event.plan


def take_back(season: Path, ledger: Ledger, number: int, *, who: str) -> None:
    """Let a plan of the ledger be the current one again: plan.json first, then the event that says so.

    Raises
    ------
    LedgerError, OutputError
        When there is no such plan, or it cannot be written.
    """
    store_plan_json(season, ledger.plan_json(number))
    record_use(ledger, number, who=who)


def record_use(ledger: Ledger, number: int, *, who: str) -> None:
    """Append that a plan is the current one again."""
    ledger.append([Entry(Note(change="use"), plan=number)], who=who)
