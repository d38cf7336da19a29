"""Remedies that are proven: another day or mode with which a run of the plan takes the party, for less than leaving it.

They stand in the place of remedies that only may help; `remedy_args` are what `scheduler whatif` takes.
"""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.alternatives.ways import Alternatives
from scheduler.alternatives.wishes import WishChange, least_change
from scheduler.i18n import _
from scheduler.pinned import PinIndex
from scheduler.plan import Plan, Run, Unserved
from scheduler.problem import Party, Problem


def with_remedies(
    problem: Problem, plan: Plan, entries: Sequence[Unserved], frozen: Sequence[Run]
) -> tuple[Unserved, ...]:
    """Return the entries of a plan, with the remedies that are proven.

    Parameters
    ----------
    problem : Problem
        The whole one.
    plan : Plan
        With its cost; frozen runs are among its runs.
    entries : sequence of Unserved
        One for each party left behind.
    frozen : sequence of Run
        Runs that take nobody.
    """
    ways = Alternatives(problem, plan, {run.id for run in frozen})
    parties = {party.id: party for party in problem.parties}
    pinned = PinIndex(problem).by_party
    known: dict[tuple[object, ...], WishChange | None] = {}
    done = []
    for entry in entries:
        # Of a plan that is not the best nothing follows, and whom pins bind another wish may help no more.
        if entry.proof == "open" or entry.party in pinned:
            done.append(entry)
            continue
        party = parties[entry.party]
        alike = _alike(party) if entry.persons[0] not in ways.reseating.told else (party.id,)
        if alike not in known:
            known[alike] = least_change(ways, party)
        change = known[alike]
        done.append(entry if change is None else entry.model_copy(update=_remedy(party, change)))
    return tuple(done)


def _alike(party: Party) -> tuple[object, ...]:
    """Return what parties have in common that can be helped in the same way."""
    wish = party.earliest, party.latest, party.preferred, party.mode, party.size, party.weight
    return party.origin, party.work_stop, *wish, *(person.employer_stop for person in party.people)


def _remedy(party: Party, change: WishChange) -> dict[str, object]:
    text = {
        "mode": _("let them travel by coach or train: {run} has a seat for them"),
        "latest": _("let them travel up to {day}: {run} has a seat for them"),
        "earliest": _("let them travel from {day} on: {run} has a seat for them"),
    }[change.field].format(day=change.value, run=change.run)
    wish = f"{party.people[0].key}:{change.field}={change.value}"
    return {"remedy": text, "remedy_args": ("--party", wish)}
