"""The plan's head, and its people: everyone once, parties whole, in their window and mode."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from scheduler.i18n import _
from scheduler.plan import PLAN_SCHEMA
from scheduler.problem import Party
from scheduler.verify.context import Case, at
from scheduler.verify.violation import Violation, violation

UNSERVED_CODE = re.compile(r"U2\d\d")


def head(case: Case) -> Iterator[Violation]:
    """Check that the plan is of this schema, season, direction and state of the inputs, and its ids are unique."""
    plan, settings = case.plan, case.problem.settings
    if plan.schema_ != PLAN_SCHEMA:
        yield violation("V101", "schema", PLAN_SCHEMA, plan.schema_)
    if plan.season != settings.name:
        yield violation("V102", "season", settings.name, plan.season)
    if plan.direction != settings.direction:
        yield violation("V103", "direction", settings.direction, plan.direction)
    if plan.inputs_sha256 != case.problem.inputs_sha256:
        yield violation("V104", "inputs_sha256", case.problem.inputs_sha256, plan.inputs_sha256)
    ids = Counter([run.id for run in plan.runs] + [feeder.id for feeder in plan.feeders])
    for name, times in ids.items():
        if times > 1:
            yield violation("V105", name, 1, times)


def everyone_once(case: Case) -> Iterator[Violation]:
    """Check that every fit person is exactly once on a run or unserved, with the own party, and the party whole."""
    riding: Counter[str] = Counter()
    runs_of: dict[str, set[int]] = {}
    for number, run in enumerate(case.plan.runs):
        for passenger in run.passengers:
            known = case.people.get(passenger.ref)
            if known is None:
                yield violation("V111", at(run, passenger.ref), _("a row of the roster"), passenger.ref)
                continue
            party = known[0]
            if passenger.party != party.id:
                yield violation("V117", at(run, passenger.ref), party.id, passenger.party)
            riding[passenger.ref] += 1
            runs_of.setdefault(party.id, set()).add(number)
    left: Counter[str] = Counter()
    for entry in case.plan.unserved:
        if entry.party not in case.parties:
            yield violation("V111", entry.party, _("a party of the roster"), entry.party)
        for ref in entry.refs:
            if ref in case.people:
                left[ref] += 1
            else:
                yield violation("V111", f"{entry.party} {ref}", _("a row of the roster"), ref)
    for ref in sorted(ref for ref in {*riding, *left} if riding[ref] > 1 or left[ref] > 1):
        yield violation("V112", ref, 1, riding[ref] + left[ref])
    for party in case.problem.parties:
        yield from _whole(party, riding, left, [case.plan.runs[i].id for i in sorted(runs_of.get(party.id, ()))])


def _whole(party: Party, riding: Counter[str], left: Counter[str], runs: list[str]) -> Iterator[Violation]:
    served = sum(person.ref in riding for person in party.people)
    behind = sum(person.ref in left for person in party.people)
    if not served and not behind:
        yield violation("V113", party.id, _("on a run or unserved"), _("nowhere"))
    if len(runs) > 1:
        yield violation("V114", party.id, 1, " ".join(runs))
    if 0 < served < party.size:
        yield violation("V115", party.id, party.size, served)
    if served and behind:
        yield violation("V116", party.id, _("on a run or unserved"), " ".join(runs))


def unserved(case: Case) -> Iterator[Violation]:
    """Check that an unserved entry names its whole party, a code and a reason."""
    for entry in case.plan.unserved:
        party = case.parties.get(entry.party)
        if party is not None:
            refs = {person.ref for person in party.people}
            if refs != set(entry.refs):
                difference = sorted(refs.symmetric_difference(entry.refs))
                yield violation("V118", entry.party, party.size, f"{len(entry.refs)}: {' '.join(difference[:5])}")
        if not UNSERVED_CODE.fullmatch(entry.code) or not entry.reason.strip():
            yield violation("V120", entry.party, "U2..", f"{entry.code} {entry.reason}".strip())


def set_aside(case: Case) -> Iterator[Violation]:
    """Check that the plan sets aside the rows that loading sets aside, with the same codes."""
    expected = {row.ref: sorted(set(row.codes)) for row in case.problem.set_aside}
    actual = {row.ref: sorted(set(row.codes)) for row in case.plan.set_aside}
    for ref in sorted(expected.keys() | actual.keys()):
        if expected.get(ref) != actual.get(ref):
            yield violation("V119", ref, " ".join(expected.get(ref, ["-"])), " ".join(actual.get(ref, ["-"])))


def dates_and_modes(case: Case) -> Iterator[Violation]:
    """Check that runs depart in the season, in the window of each party, in a mode it accepts."""
    for run in case.plan.runs:
        if not case.in_season(run.date):
            yield violation("V121", at(run), f"{case.first} .. {case.last}", run.date)
        parties = {case.people[p.ref][0].id: None for p in run.passengers if p.ref in case.people}
        for party in (case.parties[party_id] for party_id in parties):
            if not party.earliest <= run.date <= party.latest:
                yield violation("V122", at(run, party.id), f"{party.earliest} .. {party.latest}", run.date)
            if party.mode not in ("any", run.mode):
                yield violation("V123", at(run, party.id), party.mode, run.mode)
