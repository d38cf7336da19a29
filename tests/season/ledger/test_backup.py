"""Copies, and putting them back, on both databases and from one to the other."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from scheduler.errors import LedgerError, OutputError, UsageError
from scheduler.season.ledger.backup import back_up, restore
from scheduler.season.ledger.ledger import open_ledger
from scheduler.season.ledger.schema import MIGRATIONS
from tests.season.ledger.builders import note, plan, reported, told
from tests.season.ledger.conftest import Database


@pytest.fixture
def copy(database: Database, tmp_path: Path) -> Path:
    """Return a copy of a ledger with two events and a plan."""
    with database.open() as ledger:
        ledger.append([told(1), note("says: 王五")], who="李四")
        ledger.store_plan(plan(7), who="李四")
        assert back_up(ledger, tmp_path / "copies" / "copy.db") == 3
    return tmp_path / "copies" / "copy.db"


def test_a_copy_is_one_file_for_its_owner(copy: Path) -> None:
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_new_folder_becomes_what_the_copy_holds(database: Database, copy: Path) -> None:
    assert restore(database.folder("new"), copy, database.url).events == 3
    with database.open() as old, database.open("new") as new:
        assert new.salt == old.salt
        assert new.events() == old.events()
        assert new.last == old.last
        assert new.plan(1) == plan(7)
        assert new.check_chain() is None
        new.append([note()], who="")
        assert new.check_chain() is None


def test_a_copy_of_a_server_is_put_back_into_a_folder(database: Database, copy: Path) -> None:
    restore(database.folder("alone"), copy)
    with database.open() as old, open_ledger(database.folder("alone"), create=False) as new:
        assert new.events() == old.events()


def test_what_the_copy_lacks_is_lost_only_when_said_so(database: Database, copy: Path) -> None:
    with database.open() as ledger:
        ledger.append([reported(), note()], who="")
    with pytest.raises(LedgerError, match="有 2 条记录是备份里没有的"):
        restore(database.folder(), copy, database.url)
    with database.open() as ledger:
        assert len(ledger.events()) == 5
    done = restore(database.folder(), copy, database.url, replace=True)
    assert (done.events, done.lost) == (3, 2)
    with database.open() as ledger:
        assert len(ledger.events()) == 3


def test_the_same_state_and_an_older_one_lose_nothing(database: Database, copy: Path, tmp_path: Path) -> None:
    assert restore(database.folder(), copy, database.url).lost == 0
    with database.open() as ledger:
        ledger.append([note()], who="")
        back_up(ledger, tmp_path / "later.db")
    restore(database.folder(), copy, database.url, replace=True)
    assert restore(database.folder(), tmp_path / "later.db", database.url).events == 4


def test_the_copy_of_another_season_is_not_taken_for_an_older_state(database: Database, copy: Path) -> None:
    with database.open("other") as ledger:
        ledger.append([note("one")], who="")
    with pytest.raises(LedgerError, match="有 1 条记录"):
        restore(database.folder("other"), copy, database.url)


def test_a_copy_of_an_older_version_is_brought_to_todays(database: Database, tmp_path: Path) -> None:
    with database.open(migrations=MIGRATIONS[:1]) as ledger:
        salt = ledger.salt
    with database.open() as ledger:
        back_up(ledger, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as old, old:
        old.execute("DROP TABLE plans")
        old.execute("UPDATE meta SET value = '1' WHERE key = 'version'")
    before = (tmp_path / "copy.db").read_bytes()
    restore(database.folder("new"), tmp_path / "copy.db", database.url)
    with database.open("new") as ledger:
        assert ledger.salt == salt
        assert ledger.store_plan(plan(), who="") == 1
    assert (tmp_path / "copy.db").read_bytes() == before


# What is no copy ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "不是台账的备份"),
        (b"no database", "不是台账的备份"),
        (b"PK\3\4" + bytes(5000), "不是台账的备份"),
        (b"SQLite format 3\0" + bytes(84), "已损坏"),
        (b"SQLite format 3\0" + b"x" * 5000, "已损坏"),
    ],
)
def test_what_is_no_copy_is_refused_and_changes_nothing(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "copy.db").write_bytes(content)
    with pytest.raises(LedgerError, match=said) as caught:
        restore(tmp_path, tmp_path / "copy.db", replace=True)
    assert caught.value.where == str(tmp_path / "copy.db")
    assert not (tmp_path / "season.db").exists()


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    for name in ("nothing.db", "."):
        with pytest.raises(UsageError, match="scheduler backup"):
            restore(tmp_path, tmp_path / name)


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "copy.db")) as other, other:
        other.execute("CREATE TABLE people (name)")
    with pytest.raises(LedgerError, match="不是本程序存放一季数据的数据库"):
        restore(tmp_path, tmp_path / "copy.db")


def test_a_copy_that_was_changed_is_refused(tmp_path: Path, copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as changed, changed:
        changed.execute("UPDATE events SET run = 'C9' WHERE number = 1")
    with pytest.raises(LedgerError, match="第 1 条记录与写入时不符"):
        restore(tmp_path, copy, replace=True)
    assert not (tmp_path / "season.db").exists()


def test_a_copy_cannot_be_written_where_there_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with open_ledger(tmp_path) as ledger, pytest.raises(OutputError):
        back_up(ledger, tmp_path / "file" / "copy.db")


# Damage ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", [b"not a database any more", b"SQLite format 3\0" + b"\xff" * 9000])
def test_a_damaged_ledger_is_put_aside_for_a_copy(tmp_path: Path, damage: bytes) -> None:
    folder = tmp_path / "season"
    folder.mkdir()
    with open_ledger(folder) as ledger:
        ledger.append([note()], who="")
        back_up(ledger, tmp_path / "copy.db")
    (folder / "season.db").write_bytes(damage)
    with pytest.raises(LedgerError, match=r"已损坏.*scheduler restore"):
        open_ledger(folder)
    done = restore(folder, tmp_path / "copy.db")
    assert done.aside == folder / "season.db.damaged-1"
    assert done.aside.read_bytes() == damage
    with open_ledger(folder, create=False) as ledger:
        assert len(ledger.events()) == 1


def test_a_damaged_page_is_found(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.append([note("x" * 3000)] * 50, who="")
        ledger.append([told(n) for n in range(500)], who="")
    path = tmp_path / "season.db"
    data = bytearray(path.read_bytes())
    for page in range(4, len(data) // 4096):
        data[page * 4096 : page * 4096 + 200] = bytes(200)
    path.write_bytes(data)
    with open_ledger(tmp_path) as ledger:
        with pytest.raises(LedgerError, match="已损坏"):
            ledger.check_chain()
        with pytest.raises(LedgerError, match="已损坏"):
            back_up(ledger, tmp_path / "copy.db")
        with pytest.raises(LedgerError, match="已损坏"):
            ledger.events()
    assert not (tmp_path / "copy.db").exists()
