"""Appending and reading, on both databases."""

from __future__ import annotations

import datetime as dt
import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from scheduler.errors import LedgerError, UsageError
from scheduler.season.ledger import ledger as ledgers
from scheduler.season.ledger.events import Confirmed, Entry, Note, Pinned
from scheduler.season.ledger.ledger import Ledger, open_ledger
from scheduler.season.ledger.schema import events
from tests.season.ledger.builders import RUN, note, person, plan, reported, told
from tests.season.ledger.conftest import Database

FILE = "f" * 64


def test_a_new_ledger_has_a_salt_that_stays(database: Database) -> None:
    with database.open() as ledger:
        salt = ledger.salt
        assert len(salt) == 32
        assert ledger.last == (0, "0" * 64)
    with database.open() as ledger:
        assert ledger.salt == salt
    with database.open("another") as ledger:
        assert ledger.salt != salt


def test_what_was_appended_is_read_back(database: Database) -> None:
    before = dt.datetime.now(dt.UTC)
    with database.open() as ledger:
        assert ledger.append([told(1), note("says: 王五 comes")], who="李四") == 2
    with database.open() as ledger:
        first, second = ledger.events()
        assert (first.number, first.person, first.run, first.who) == (1, person(1), RUN, "李四")
        assert first.data == told(1).data
        assert second.data == Note(text="says: 王五 comes")
        assert before <= first.at <= second.at <= dt.datetime.now(dt.UTC)
        assert ledger.last == (2, second.hash)
        assert ledger.check_chain() is None


def test_events_can_be_asked_for_by_kind_person_run_and_number(database: Database) -> None:
    with database.open() as ledger:
        ledger.append([told(1), told(2, run="T1"), reported(), Entry(Confirmed(), person(2))], who="")
        assert [each.number for each in ledger.events("told")] == [1, 2]
        assert [each.number for each in ledger.events("told", "reported")] == [1, 2, 3]
        assert [each.number for each in ledger.events(person=person(2))] == [2, 4]
        assert [each.number for each in ledger.events(run=RUN)] == [1, 3]
        assert [each.number for each in ledger.events(after=2)] == [3, 4]


@pytest.mark.parametrize("text", ["", "a\0b", "a\udcffb", "=1+1", "𠅤龘", "'; DROP TABLE events; --", "x" * 4000])
def test_any_text_can_be_typed(database: Database, text: str) -> None:
    with database.open() as ledger:
        ledger.append([note(text)], who=text)
        [event] = ledger.events()
        assert event.data == Note(text=text)
        assert event.who == text.replace("\0", "\N{REPLACEMENT CHARACTER}").replace("\udcff", "?")
        assert ledger.check_chain() is None


@pytest.mark.parametrize("who", ["张三", "511621199001010000", "13800000000", "0123456789ABCDEF", "0123456789abcdef0"])
def test_a_name_or_number_is_no_person(who: str) -> None:
    with pytest.raises(ValueError, match="key of 16"):
        Entry(Note(), who)


def test_a_file_recorded_twice_adds_nothing(database: Database) -> None:
    with database.open() as ledger:
        assert ledger.append([note(), note("two")], who="", source_sha256=FILE) == 2
        assert ledger.append([note(), note("two")], who="", source_sha256=FILE) == 0
        assert ledger.append([note()], who="", source_sha256="e" * 64) == 1
        assert ledger.is_recorded(FILE)
        assert len(ledger.events()) == 3


def _append_and_fail(ledger: Ledger) -> None:
    with ledger.writing():
        ledger.append([note()], who="")
        ledger.store_plan(plan(), who="")
        raise KeyError


def test_a_block_comes_in_whole_or_not_at_all(database: Database) -> None:
    with database.open() as ledger:
        with pytest.raises(KeyError):
            _append_and_fail(ledger)
        assert ledger.events() == ()
        assert ledger.last == (0, "0" * 64)
        with ledger.writing():
            ledger.append([note()], who="")
            assert len(ledger.events()) == 1
            ledger.append([note()], who="")
        assert len(ledger.events()) == 2


def test_time_never_runs_backwards(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(["2027-02-15T08:00:00.000000+00:00", "2027-02-14T08:00:00.000000+00:00"])
    monkeypatch.setattr(ledgers, "_now", lambda: next(clock))
    with database.open() as ledger:
        ledger.append([note()], who="")
        ledger.append([note()], who="")
        first, second = ledger.events()
        assert first.at == second.at == dt.datetime(2027, 2, 15, 8, tzinfo=dt.UTC)


def test_plans_are_numbered_and_found_again(database: Database) -> None:
    with database.open() as ledger:
        assert ledger.store_plan(plan(1), who="李四") == 1
        assert ledger.store_plan(plan(2), who="") == 2
        assert ledger.plan(1) == plan(1)
        assert ledger.number_of(plan(2)) == 2
        assert ledger.number_of(plan(3)) is None
        assert [(each.plan, each.who) for each in ledger.events("planned")] == [(1, "李四"), (2, "")]
        assert ledger.check_chain() is None
        with pytest.raises(LedgerError, match="没有第 3 号方案"):
            ledger.plan(3)


def test_a_plan_put_back_is_found_under_its_last_number(database: Database) -> None:
    with database.open() as ledger:
        numbers = [ledger.store_plan(plan(seed), who="") for seed in (1, 2, 1)]
        assert numbers == [1, 2, 3]
        assert ledger.number_of(plan(1)) == 3


# What cannot be opened -------------------------------------------------------------------------------------------


def test_nothing_is_made_where_it_is_not_to_be(database: Database) -> None:
    with pytest.raises(LedgerError, match="还没有台账"):
        database.open(create=False)
    assert list(database.folder().iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="没有这个文件夹"):
        open_ledger(tmp_path / "nowhere")


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://host/db", "sqlite:///season.db", "http://host"])
def test_an_address_that_is_none(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError, match="postgresql://"):
        open_ledger(tmp_path, url)


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(LedgerError) as caught:
        open_ledger(tmp_path, "postgresql://clerk:secret@127.0.0.1:1/county")
    assert "127.0.0.1" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with open_ledger(tmp_path) as ledger:
            ledger.append([note()], who="")
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"season.db": 0o600, "season.db-wal": 0o600, "season.db-shm": 0o600}
    (tmp_path / "season.db").chmod(0o644)
    with open_ledger(tmp_path):
        assert stat.S_IMODE((tmp_path / "season.db").stat().st_mode) == 0o600


@pytest.mark.parametrize("other", ["张三", "511621199001010000", "0123456789ABCDEF"])
def test_a_pin_names_nobody_either(other: str) -> None:
    with pytest.raises(ValueError, match="with_"):
        Pinned(pin="together", with_=other)


def test_what_was_typed_stands_in_no_event(database: Database) -> None:
    typed = [Note(text="王五"), Note(change="destination", destination="王五家"), Pinned(pin="leave", reason="王五")]
    with database.open() as ledger:
        ledger.append([Entry(each) for each in typed], who="王五")
        with ledger.reading():
            stored = ledger.connection.execute(select(events)).all()
        assert "王五" not in str(stored)
        assert [event.data for event in ledger.events()] == typed
