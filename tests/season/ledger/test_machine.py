"""Whatever is done to a ledger in any order, it holds what a list would, and notices what was done behind its back."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import text

from scheduler.season.ledger.backup import back_up, restore
from scheduler.season.ledger.events import Entry, Event, EventData, Note
from scheduler.season.ledger.ledger import Ledger
from scheduler.season.ledger.schema import MIGRATIONS
from scheduler.season.ledger.states import told as told_seats
from tests.season.ledger.builders import absent, departed, person, plan, reported, told, withdrawn
from tests.season.ledger.conftest import Database

ENTRIES = st.one_of(
    st.builds(told, st.integers(1, 4), hour=st.integers(0, 23)),
    st.builds(withdrawn, st.integers(1, 4)),
    st.builds(departed, st.integers(0, 60)),
    st.builds(reported, st.integers(0, 60)),
    st.builds(absent, st.integers(1, 4)),
    st.builds(Entry, st.builds(Note, text=st.text(max_size=20)), st.sampled_from(["", person(1)])),
)
WHO = st.sampled_from(["", "李四", "王五"])

Line = tuple[str, str, str, EventData]


def line(event: Event) -> Line:
    return event.who, event.person, event.run, event.data


class LedgerMachine(RuleBasedStateMachine):
    """Beside the ledger stands a list of what it must hold."""

    url: str | None

    @initialize(version=st.integers(1, len(MIGRATIONS)))
    def begin(self, version: int) -> None:
        self.root = Path(tempfile.mkdtemp())
        self.database = Database(self.url, self.root)
        self.due: list[Line] = []
        self.recorded: set[str] = set()
        self.plans: list[int] = []
        self.copies: list[tuple[Path, list[Line], set[str], list[int]]] = []
        with self.database.open(migrations=MIGRATIONS[:version]) as ledger:
            self.salt = ledger.salt

    def teardown(self) -> None:
        if hasattr(self, "root"):
            shutil.rmtree(self.root)

    @contextmanager
    def opened(self) -> Iterator[Ledger]:
        with self.database.open(create=False) as ledger:
            yield ledger

    @rule(entries=st.lists(ENTRIES, max_size=4), who=WHO)
    def append(self, entries: list[Entry], who: str) -> None:
        with self.opened() as ledger:
            assert ledger.append(entries, who=who) == len(entries)
        self.due += [(who, each.person, each.run, each.data) for each in entries]

    @rule(entries=st.lists(ENTRIES, min_size=1, max_size=3), name=st.sampled_from("abc"))
    def record(self, entries: list[Entry], name: str) -> None:
        with self.opened() as ledger:
            added = ledger.append(entries, who="", source_sha256=name * 64)
        assert added == (0 if name in self.recorded else len(entries))
        if added:
            self.recorded.add(name)
            self.due += [("", each.person, each.run, each.data) for each in entries]

    @rule(entries=st.lists(ENTRIES, min_size=1, max_size=3))
    def fail(self, entries: list[Entry]) -> None:
        with self.opened() as ledger, pytest.raises(KeyError):
            fail_after(ledger, entries)

    @rule(seed=st.integers(0, 3))
    def store(self, seed: int) -> None:
        with self.opened() as ledger:
            assert ledger.store_plan(plan(seed), who="") == len(self.plans) + 1
            self.plans.append(seed)
            self.due.append(line(ledger.events("planned")[-1]))

    @rule()
    def copy(self) -> None:
        path = self.root / f"copy-{len(self.copies)}.db"
        with self.opened() as ledger:
            assert back_up(ledger, path) == len(self.due)
        self.copies.append((path, list(self.due), set(self.recorded), list(self.plans)))

    @rule(choice=st.integers(0, 9))
    def put_back(self, choice: int) -> None:
        if self.copies:
            path, self.due, self.recorded, self.plans = (
                each if isinstance(each, Path) else type(each)(each) for each in self.copies[choice % len(self.copies)]
            )
            assert restore(self.database.folder(), path, self.url, replace=True).events == len(self.due)

    @rule(choice=st.integers(0, 99), column=st.sampled_from(["run", "person", "data", "hash"]))
    def tamper(self, choice: int, column: str) -> None:
        if self.due:
            number = choice % len(self.due) + 1
            self.root.joinpath("before.db").unlink(missing_ok=True)
            with self.opened() as ledger:
                back_up(ledger, self.root / "before.db")
                with ledger.writing():
                    if ledger.schema is not None:
                        ledger.connection.execute(text(f"SET LOCAL search_path TO {ledger.schema}"))
                    change = f"UPDATE events SET {column} = 'x' WHERE number = {number}"
                    ledger.connection.execute(text(change))
                broken = ledger.check_chain()
                assert broken is not None
                assert (broken.number, broken.fault) == (number, "changed")
            restore(self.database.folder(), self.root / "before.db", self.url, replace=True)

    @invariant()
    def holds_what_it_must(self) -> None:
        if not hasattr(self, "due"):
            return
        with self.opened() as ledger:
            events = ledger.events()
            assert [line(event) for event in events] == self.due
            assert [event.number for event in events] == list(range(1, len(self.due) + 1))
            assert [event.at for event in events] == sorted(event.at for event in events)
            assert ledger.salt == self.salt
            assert ledger.check_chain() is None
            assert [ledger.plan(number + 1).seed for number in range(len(self.plans))] == self.plans
            knowing = {each.person: each.data for each in events if each.kind == "told"}
            assert {key: event.data for key, event in told_seats(events).items()} == {
                key: data for key, data in knowing.items() if not data.is_withdrawn
            }


def fail_after(ledger: Ledger, entries: list[Entry]) -> None:
    with ledger.writing():
        ledger.append(entries, who="", source_sha256="f" * 64)
        raise KeyError


def test_whatever_is_done_in_any_order(database: Database) -> None:
    machine = type("Machine", (LedgerMachine,), {"url": database.url})
    run_state_machine_as_test(machine, settings=settings(max_examples=8, stateful_step_count=12))
