"""The database of a season: SQLite in its folder, or a schema of a PostgreSQL server; and what it refuses, in one line.

SQLite is used in WAL mode: readers do not wait for a writer, and whoever is killed leaves the old state or the new
one. Many seasons may share one PostgreSQL server: each has a schema of its own, named in the folder's `season.id`.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from scheduler.errors import DamagedLedgerError, LedgerError, OutputError, UsageError
from scheduler.files import locked, unwritable
from scheduler.i18n import _
from scheduler.season.folder import DATABASE_COMPANIONS, SeasonFolder

WAIT_S = 60
"""A writer waits so long for another."""


def sqlite_engine(path: Path, where: str, *, wal: bool = True) -> Engine:
    """Return an engine for an SQLite file that is there; only readable where the file or its folder is.

    Without `wal` the file is whole by itself at any time, as a copy should be.
    """
    is_writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    if is_writable:
        _make_private(path)
        if wal:
            _use_wal(path, where)
    address = path.absolute().as_posix()
    address = f"file://{'' if address.startswith('/') else '/'}{quote(address)}"
    if is_writable:
        address += "?mode=rw"
    else:
        # Without a folder to write to there is no room for the index of a journal; whole databases have none.
        address += "?mode=ro" if _has_journal(path) else "?mode=ro&immutable=1"
    engine = create_engine("sqlite://", creator=lambda: _connect(address), poolclass=NullPool)
    # The driver begins transactions too late, and never for new tables: SQLAlchemy's own begin does.
    event.listen(engine, "begin", _begin)
    return engine


def require_no_orphan(path: Path, where: str) -> None:
    """Refuse to make a ledger beside the journal of a lost one, or of a file that was cut to nothing.

    Raises
    ------
    DamagedLedgerError
    """
    if path.exists():
        if not path.stat().st_size:
            raise damaged(where, _("the file is empty"))
    elif _has_journal(path):
        raise damaged(where, _("the file is missing, its journal is there"))


def _has_journal(path: Path) -> bool:
    journal = path.with_name(f"{path.name}-wal")
    return journal.exists() and journal.stat().st_size > 0


def _connect(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, timeout=WAIT_S, isolation_level=None)
    for pragma in ("synchronous = FULL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))


def _make_private(path: Path) -> None:
    """Let nobody else read the ledger, wherever it was copied from; SQLite makes files beside it alike."""
    for each in (path.with_name(path.name + end) for end in ("", *DATABASE_COMPANIONS)):
        if each.exists() and each.stat().st_mode & 0o077 and os.name != "nt":
            try:
                each.chmod(0o600)
            except PermissionError:  # another user's file, or a disk without owners: not ours to change
                return


def _use_wal(path: Path, where: str) -> None:
    """Set the journal's mode, which stays with the file; two who do so at once would not wait for each other."""
    with closing(sqlite3.connect(path, timeout=WAIT_S)) as connection, refusals(where):
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            with locked(path.with_name(f".{path.name}.lock")):
                connection.execute("PRAGMA journal_mode = WAL")  # some network disks cannot, and stay as they are


def postgres_engine(url: URL, folder: Path, *, create: bool) -> tuple[Engine, str]:
    """Return an engine for a PostgreSQL server, and the schema of the season there."""
    schema = f"season_{_season_id(folder, create=create)}"
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        execution_options={"schema_translate_map": {None: schema}},
        connect_args={"connect_timeout": 10, "application_name": "scheduler"},
    )
    return engine, schema


def _season_id(folder: Path, *, create: bool) -> str:
    """Return the name of the season on a server, which stays when its folder is renamed."""
    path = SeasonFolder(folder).server_name
    try:
        if create:
            with path.open("x", encoding="ascii") as file:
                file.write(secrets.token_hex(8))
    except FileExistsError:
        pass
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        found = path.read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise LedgerError(_("there is no ledger yet"), str(path), _("run scheduler plan first")) from error
    except (OSError, UnicodeDecodeError):
        found = ""
    if len(found) != 16 or not set(found) <= set("0123456789abcdef"):
        cure = _("put back the file of that name from a copy of the season")
        raise LedgerError(_("is not the id of a season: 16 hexadecimal digits"), str(path), cure)
    return found


def parse_url(given: str) -> URL:
    """Return the address of a PostgreSQL server.

    Raises
    ------
    UsageError
        When it is something else.
    """
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise _not_a_server("") from error
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise _not_a_server(url.render_as_string(hide_password=True))
    return url


def _not_a_server(shown: str) -> UsageError:
    what = _("is not the address of a PostgreSQL server")
    return UsageError(what, shown or "--db", _("write it like postgresql://user:password@host/database"))


def lock_for_writing(connection: Connection, schema: str) -> None:
    """Wait until no other writer of the season is at work; until the transaction ends no other can begin."""
    connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_S * 1000:.0f}ms'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:schema, 0))"), {"schema": schema})


@contextmanager
def refusals(where: str) -> Iterator[None]:
    """Tell what a database refuses in one line.

    Raises
    ------
    LedgerError, OutputError
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise _refusal(where, error) from error
    except ImportError as error:
        if (error.name or "").startswith("psycopg"):
            raise _no_driver() from error
        raise


def leave_no_former_state(connection: Connection, schema: str | None, tables: Sequence[str]) -> None:
    """Let the database hold what it holds now and nothing else: in the journal of a file, in the tables of a server.

    Whoever has made the tables may have them written anew; the server's own log of changes is its administrator's.
    """
    connection.rollback()
    if schema is None:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.rollback()
        return
    connection.execution_options(isolation_level="AUTOCOMMIT")
    for table in tables:
        connection.exec_driver_sql(f'VACUUM FULL "{schema}"."{table}"')
    connection.rollback()
    connection.execution_options(isolation_level=connection.default_isolation_level)


def require_whole_file(connection: Connection, where: str) -> None:
    """Raise a DamagedLedgerError when SQLite finds its file damaged."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if found != "ok":
            raise damaged(where, " ".join(str(found).split()))


def damaged(where: str, reason: str) -> DamagedLedgerError:
    """Return the one line that says so, and what to do."""
    cure = _("put back a copy: scheduler restore SEASON FILE")
    return DamagedLedgerError(_("the ledger is damaged ({reason})").format(reason=reason), where, cure)


def _no_driver() -> UsageError:
    what = _("this installation cannot speak with PostgreSQL")
    return UsageError(what, "--db", _("install it with its extra: pip install 'scheduler[postgres]'"))


def _refusal(where: str, error: DBAPIError | sqlite3.Error) -> LedgerError | OutputError:
    cause: Any = error.orig if isinstance(error, DBAPIError) else error
    said = " ".join(str(cause).split())
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    state = getattr(cause, "sqlstate", None) or ""
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or state in ("55P03", "40P01", "40001"):
        return LedgerError(_("another program is writing there"), where, _("wait until it has ended, then try again"))
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return damaged(where, said)
    cure = _("check the disk and the folder's permissions")
    if code == sqlite3.SQLITE_FULL or state in ("53100",):
        return OutputError(_("cannot be written: {reason}").format(reason=_("the disk is full")), where, cure)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM) or state in ("42501", "25006"):
        return OutputError(_("cannot be written: {reason}").format(reason=_("no permission")), where, cure)
    cure = _("check that the database can be reached; nothing was changed")
    return LedgerError(_("the database refuses: {reason}").format(reason=said), where, cure)
