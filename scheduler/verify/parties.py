"""The plan's head, and its people by their keys: everyone once, parties whole, in their window and mode.

A ref says where a row stood when the plan was made. While the inputs are the same it must be right; afterwards rows may
have been sorted and files renamed, and it is only shown.
"""

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
    """Check that the plan is of this schema, season and direction, and its ids are unique."""
    plan, settings = case.plan, case.problem.settings
    if plan.schema_ != PLAN_SCHEMA:
        yield violation("V101", "schema", PLAN_SCHEMA, plan.schema_)
    if plan.season != settings.name:
        yield violation("V102", "season", settings.name, plan.season)
    if plan.direction != settings.direction:
        yield violation("V103", "direction", settings.direction, plan.direction)
    ids = Counter([run.id for run in plan.runs] + [feeder.id for feeder in plan.feeders])
    for name, times in ids.items():
        if times > 1:
            yield violation("V105", name, 1, times)
    for person, times in Counter(told.person for told in plan.told).items():
        if times > 1:
            yield violation("V107", f"told {person}", 1, times)


def everyone_once(case: Case) -> Iterator[Violation]:
    """Check that every fit person is exactly once on a run or unserved, with the own party, and the party whole."""
    riding: Counter[str] = Counter()
    runs_of: dict[str, set[int]] = {}
    for number, run in enumerate(case.plan.runs):
        for passenger in run.passengers:
            known = case.people.get(passenger.person)
            if known is None:
                yield violation("V104", at(run, passenger.ref), _("a person of the rosters"), passenger.person)
                continue
            party = known[0]
            if passenger.party != party.id:
                yield violation("V117", at(run, passenger.ref), party.id, passenger.party)
            riding[passenger.person] += 1
            runs_of.setdefault(party.id, set()).add(number)
    left: Counter[str] = Counter()
    for entry in case.plan.unserved:
        if entry.party not in case.parties:
            yield violation("V111", entry.party, _("a party of the roster"), entry.party)
        for person in entry.persons:
            if person in case.people:
                left[person] += 1
            else:
                yield violation("V111", entry.party, _("a person of the rosters"), person)
    for person in sorted(each for each in {*riding, *left} if riding[each] > 1 or left[each] > 1):
        yield violation("V112", case.people[person][1].ref, 1, riding[person] + left[person])
    for party in case.problem.parties:
        yield from _whole(party, riding, left, [case.plan.runs[i].id for i in sorted(runs_of.get(party.id, ()))])


def _whole(party: Party, riding: Counter[str], left: Counter[str], runs: list[str]) -> Iterator[Violation]:
    served = sum(person.key in riding for person in party.people)
    behind = sum(person.key in left for person in party.people)
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
            persons = {person.key for person in party.people}
            if persons != set(entry.persons):
                difference = sorted(persons.symmetric_difference(entry.persons))
                yield violation("V118", entry.party, party.size, f"{len(entry.persons)}: {' '.join(difference[:5])}")
        if not UNSERVED_CODE.fullmatch(entry.code) or not entry.reason.strip():
            yield violation("V120", entry.party, "U2..", f"{entry.code} {entry.reason}".strip())


def rows(case: Case) -> Iterator[Violation]:
    """Check that each ref is the person's row, if the inputs are the same, and in any case nobody else's."""
    holders: dict[str, str] = {}
    for where, person, ref in _rows_named(case):
        known = case.people.get(person)
        if known is not None and case.is_of_these_inputs and ref != known[1].ref:
            yield violation("V106", where, known[1].ref, ref)
        elif holders.setdefault(ref, person) != person:
            yield violation("V106", where, _("one person a row"), ref)


def _rows_named(case: Case) -> Iterator[tuple[str, str, str]]:
    """Iterate over where a ref stands in the plan, the person it is said to be of, and the ref."""
    for run, passenger in case.plan.passengers():
        yield at(run, passenger.person), passenger.person, passenger.ref
    for entry in case.plan.unserved:
        if len(entry.refs) != len(entry.persons):
            continue  # V118 says so
        for person, ref in zip(entry.persons, entry.refs, strict=True):
            yield f"{entry.party} {person}", person, ref


def set_aside(case: Case) -> Iterator[Violation]:
    """Check that the plan sets aside the rows that loading sets aside, with the same codes.

    Of other inputs only how many rows have which codes: nobody knows which row of today a row of then is.
    """
    if not case.is_of_these_inputs:
        now = Counter(" ".join(sorted(set(row.codes))) for row in case.problem.set_aside)
        then = Counter(" ".join(sorted(set(row.codes))) for row in case.plan.set_aside)
        for codes in sorted(now.keys() | then.keys()):
            if now[codes] != then[codes]:
                yield violation("V119", codes, now[codes], then[codes])
        return
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
        parties = {case.people[p.person][0].id: None for p in run.passengers if p.person in case.people}
        for party in (case.parties[party_id] for party_id in parties):
            if not party.earliest <= run.date <= party.latest:
                yield violation("V122", at(run, party.id), f"{party.earliest} .. {party.latest}", run.date)
            if party.mode not in ("any", run.mode):
                yield violation("V123", at(run, party.id), party.mode, run.mode)
