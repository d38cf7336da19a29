"""Whoever changes, removes, cuts or adds something by hand is found out, and where."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from scheduler.errors import LedgerError
from scheduler.season.ledger.chain import NO_HASH, EventRow, first_break, link
from tests.season.ledger.builders import note, plan, reported, told
from tests.season.ledger.conftest import Database

CHANGES = {
    "the run of an event": ("UPDATE events SET run = 'C9' WHERE number = 3", (3, "changed")),
    "its person": ("UPDATE events SET person = '' WHERE number = 1", (1, "changed")),
    "its time": ("UPDATE events SET at = '2020-01-01T00:00:00.000000+00:00' WHERE number = 2", (2, "changed")),
    "its data": ("UPDATE events SET data = replace(data, '40', '51') WHERE number = 3", (3, "changed")),
    "its kind": ("UPDATE events SET kind = 'arrived' WHERE number = 3", (3, "changed")),
    "its plan": ("UPDATE events SET plan = 2 WHERE number = 4", (4, "changed")),
    "who wrote it": ("UPDATE events SET who = '' WHERE number = 1", (1, "changed")),
    "its hash": ("UPDATE events SET hash = '00' WHERE number = 2", (2, "changed")),
    "the hash of the last": ("UPDATE events SET hash = '00' WHERE number = 5", (5, "changed")),
    "an event taken out": ("DELETE FROM events WHERE number = 2", (2, "missing")),
    "the first": ("DELETE FROM events WHERE number = 1", (1, "missing")),
    "the last": ("DELETE FROM events WHERE number = 5", (5, "cut")),
    "all": ("DELETE FROM events", (1, "cut")),
    "the note of the last": ("UPDATE meta SET value = '4' WHERE key = 'last_number'", (5, "added")),
    "its hash noted": ("UPDATE meta SET value = '00' WHERE key = 'last_hash'", (5, "changed")),
    "what was typed": ("UPDATE texts SET text = '没有'  WHERE text LIKE '%王五%'", (2, "text")),
    "who, in plain words": ("UPDATE texts SET text = '别人' WHERE text = '李四'", (1, "text")),
    "a text taken out": ("DELETE FROM texts WHERE text LIKE '%王五%'", (2, "text")),
    "a text emptied": ("UPDATE texts SET text = NULL, salt = NULL WHERE text LIKE '%王五%'", (2, "text")),
    "a plan taken out": ("DELETE FROM plans", (4, "plan")),
    "a plan emptied": ("UPDATE plans SET json = NULL", (4, "plan")),
    "a plan put in for another": ("UPDATE plans SET json = (SELECT json FROM plans WHERE number = 2)", (4, "plan")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_by_hand_is_found(database: Database, change: str) -> None:
    statement, found = CHANGES[change]
    with database.open() as ledger:
        ledger.append([told(1), note("says: 王五"), reported(40)], who="李四")
        ledger.store_plan(plan(1), who="")
        ledger.store_plan(plan(2), who="")
        assert ledger.check_chain() is None
        with ledger.writing():
            if ledger.schema is not None:
                ledger.connection.execute(text(f"SET LOCAL search_path TO {ledger.schema}"))
            ledger.connection.execute(text(statement))
        broken = ledger.check_chain()
        assert broken is not None
        assert (broken.number, broken.fault) == found


def test_an_event_that_makes_no_sense_is_told_in_one_line(database: Database) -> None:
    for number, statement in enumerate(("data = '{'", "kind = 'nothing'", "at = 'noon'", "data = '[]'", "data = '{}'")):
        with database.open(str(number)) as ledger:
            ledger.append([reported()], who="")
            with ledger.writing():
                if ledger.schema is not None:
                    ledger.connection.execute(text(f"SET LOCAL search_path TO {ledger.schema}"))
                ledger.connection.execute(text(f"UPDATE events SET {statement}"))
            with pytest.raises(LedgerError, match="第 1 条记录与写入时不符"):
                ledger.events()
            assert ledger.check_chain() is not None


def rows(count: int) -> list[EventRow]:
    before, made = NO_HASH, []
    for number in range(1, count + 1):
        row = EventRow(number, "", "", "note", "", "", None, "{}", "", "")
        before = link(before, row)
        made.append(row._replace(hash=before))
    return made


def test_a_chain_without_events_holds() -> None:
    assert first_break([], 0, NO_HASH) is None


def test_an_event_that_was_appended_by_hand_is_found_though_its_hash_is_right() -> None:
    three = rows(3)
    assert first_break(three, 3, three[2].hash) is None
    found = first_break(three, 2, three[1].hash)
    assert found is not None
    assert (found.number, found.fault) == (3, "added")


def test_events_in_another_order_are_found() -> None:
    three = rows(3)
    swapped = [three[1]._replace(number=1), three[0]._replace(number=2), three[2]]
    found = first_break(swapped, 3, three[2].hash)
    assert found is not None
    assert (found.number, found.fault) == (1, "changed")
