"""Older and newer databases, damaged ones, and folders that cannot be written to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text

from scheduler.errors import DamagedLedgerError, LedgerError, OutputError
from scheduler.season.ledger.ledger import open_ledger
from scheduler.season.ledger.schema import MIGRATIONS, TABLES
from tests.season.ledger.builders import note, plan
from tests.season.ledger.conftest import Database


def add_nothing(connection: Connection) -> None:
    """A migration as one of tomorrow: an event got a field."""


def fail_late(connection: Connection) -> None:
    """A migration that fails after it has changed something."""
    for table in TABLES:
        connection.execute(table.delete())
    raise KeyError


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_an_older_database_becomes_todays(database: Database, version: int) -> None:
    with database.open(migrations=MIGRATIONS[:version]) as ledger:
        salt = ledger.salt
        ledger.append([note("old")], who="李四")
    with database.open(create=False) as ledger:
        assert ledger.salt == salt
        assert [event.who for event in ledger.events()] == ["李四"]
        assert ledger.store_plan(plan(), who="") == 1
        assert ledger.check_chain() is None


def test_the_migrations_make_the_tables_that_the_program_uses(database: Database) -> None:
    with database.open() as ledger, ledger.reading():
        found = inspect(ledger.connection)
        for table in TABLES:
            columns = {each["name"] for each in found.get_columns(table.name, schema=ledger.schema)}
            assert columns == set(table.c.keys())
        assert set(found.get_table_names(schema=ledger.schema)) == {table.name for table in TABLES}


def test_a_newer_database_is_refused_in_one_line_and_stays(database: Database) -> None:
    with database.open(migrations=(*MIGRATIONS, add_nothing)) as ledger:
        ledger.append([note()], who="")
    with pytest.raises(LedgerError, match=f"版本为 {len(MIGRATIONS) + 1}，本程序只认得到版本 {len(MIGRATIONS)}"):
        database.open()
    with database.open(migrations=(*MIGRATIONS, add_nothing)) as ledger:
        assert len(ledger.events()) == 1


def test_a_migration_that_fails_leaves_the_old_state(database: Database) -> None:
    with database.open() as ledger:
        ledger.append([note()], who="")
    with pytest.raises(KeyError):
        database.open(migrations=(*MIGRATIONS, fail_late))
    with database.open() as ledger:
        assert len(ledger.events()) == 1
        assert ledger.check_chain() is None


@pytest.mark.parametrize("statement", ["DELETE FROM meta", "UPDATE meta SET value = 'x' WHERE key = 'version'"])
def test_a_database_without_its_version_is_refused(database: Database, statement: str) -> None:
    with database.open() as ledger, ledger.writing():
        if ledger.schema is not None:
            ledger.connection.execute(text(f"SET LOCAL search_path TO {ledger.schema}"))
        ledger.connection.execute(text(statement))
    with pytest.raises(LedgerError, match="不是本程序存放一季数据的数据库"):
        database.open()


# SQLite's files ----------------------------------------------------------------------------------------------------


def test_a_file_cut_to_nothing_is_no_new_ledger(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.append([note()], who="")
    (tmp_path / "season.db").write_bytes(b"")
    with pytest.raises(DamagedLedgerError, match="文件是空的"):
        open_ledger(tmp_path)


def test_a_journal_without_its_file_is_no_new_ledger(tmp_path: Path) -> None:
    """The journal may hold all that was written since, and would be read into whatever file stands beside it."""
    with open_ledger(tmp_path) as ledger:
        ledger.append([note()], who="")
        journal = (tmp_path / "season.db-wal").read_bytes()
    (tmp_path / "season.db").unlink()
    (tmp_path / "season.db-wal").write_bytes(journal)
    with pytest.raises(DamagedLedgerError, match="只剩它的日志文件"):
        open_ledger(tmp_path)


@pytest.mark.parametrize("length", [50, 4096, 9000])
def test_a_file_cut_short_is_damaged(tmp_path: Path, length: int) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.append([note("x" * 4000)] * 20, who="")
    path = tmp_path / "season.db"
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(DamagedLedgerError), open_ledger(tmp_path) as ledger:
        ledger.check_chain()


def test_a_folder_that_moved_brings_its_ledger_along(database: Database) -> None:
    with database.open("one") as ledger:
        ledger.append([note()], who="")
        salt = ledger.salt
    database.folder("one").rename(database.root / "二 100%#?")
    with database.open("二 100%#?", create=False) as ledger:
        assert ledger.salt == salt


@pytest.fixture
def read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a season on a disk that cannot be written to; tests may run as root, who may do all."""
    with open_ledger(tmp_path) as ledger:
        ledger.append([note()], who="李四")
    access = os.access

    def no_writing(path: Any, mode: int, **options: Any) -> bool:
        return mode != os.W_OK and access(path, mode, **options)

    monkeypatch.setattr(os, "access", no_writing)
    return tmp_path


def test_a_read_only_folder_can_be_read(read_only: Path) -> None:
    with open_ledger(read_only) as ledger:
        assert len(ledger.salt) == 32
        assert [event.who for event in ledger.events()] == ["李四"]
        assert ledger.check_chain() is None
    assert [path.name for path in read_only.iterdir()] == ["season.db"]


def test_a_read_only_folder_cannot_be_written(read_only: Path) -> None:
    with open_ledger(read_only) as ledger, pytest.raises(OutputError, match="没有写入权限"):
        ledger.append([note()], who="")
    with open_ledger(read_only) as ledger:
        assert len(ledger.events()) == 1


@pytest.mark.parametrize("content", ["", "season_1", "0123456789abcdeg", "0123456789abcdef0", "文"])
def test_an_id_that_is_none_is_refused(server: str, tmp_path: Path, content: str) -> None:
    (tmp_path / "season.id").write_text(content, encoding="utf-8")
    with pytest.raises(LedgerError, match="16 位十六进制"):
        open_ledger(tmp_path, server)
