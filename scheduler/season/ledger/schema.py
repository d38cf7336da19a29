"""The tables, and how an older database becomes one of today.

`meta` holds the version of the tables, the salt of the keys, and the number and hash of the last event. `events` is
only ever added to. `texts` holds what people typed, apart from the events, so that it can be emptied. `plans` holds
the JSON of each plan that was stored.

A migration is a function that turns the tables of one version into those of the next, in one transaction with the
version's number; they are never changed once released. A program that finds a version it does not know refuses.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, String, Table, Text, inspect, select

from scheduler.errors import LedgerError
from scheduler.i18n import _
from scheduler.season.ledger.chain import NO_HASH

SALT_BYTES = 32

_tables = MetaData()
meta = Table("meta", _tables, Column("key", String(20), primary_key=True), Column("value", String(100), nullable=False))
events = Table(
    "events",
    _tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("who", String(64), nullable=False),
    Column("kind", String(20), nullable=False, index=True),
    Column("person", String(16), nullable=False, index=True),
    Column("run", String(200), nullable=False, index=True),
    Column("plan", Integer),
    Column("data", Text, nullable=False),
    Column("source", String(64), nullable=False, index=True),
    Column("hash", String(64), nullable=False),
)
texts = Table(
    "texts",
    _tables,
    Column("digest", String(64), primary_key=True),
    Column("salt", String(32)),
    Column("text", Text),
)
plans = Table(
    "plans",
    _tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("json", LargeBinary),
)
TABLES = (meta, events, texts, plans)
"""All tables, in an order in which they can be filled."""

Migration = Callable[[Connection], None]


def create_events(connection: Connection) -> None:
    """0 -> 1: the events, what people typed, the salt."""
    for table in (meta, events, texts):
        table.create(connection)
    first = {"salt": secrets.token_hex(SALT_BYTES), "last_number": "0", "last_hash": NO_HASH}
    connection.execute(meta.insert(), [{"key": key, "value": value} for key, value in first.items()])


def create_plans(connection: Connection) -> None:
    """1 -> 2: the plans themselves, so that a copy of the ledger brings the plan back, too."""
    plans.create(connection)


def know_paths(connection: Connection) -> None:
    """2 -> 3: no table is another; `exported` events say where the files lay, which an older program does not know."""


MIGRATIONS: tuple[Migration, ...] = (create_events, create_plans, know_paths)
"""Number n turns version n into n + 1."""


def version_of(connection: Connection, schema: str | None, where: str) -> int:
    """Return the version of the tables; 0: there are none yet.

    Raises
    ------
    LedgerError
        When the database is another program's.
    """
    names = set(inspect(connection).get_table_names(schema=schema))
    if not names:
        return 0
    if meta.name in names:
        value = connection.execute(select(meta.c.value).where(meta.c.key == "version")).scalar()
        if value is not None and value.isdecimal():
            return int(value)
    raise LedgerError(_("is not the database of a season"), where, _("give it another name, or name another one"))


def refuse_newer(version: int, where: str, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Raise a LedgerError when the tables are of a version that this program does not know."""
    if version > len(migrations):
        what = _("is of version {found}; this program knows version {known}")
        cure = _("use the newer program that made it")
        raise LedgerError(what.format(found=version, known=len(migrations)), where, cure)


def migrate_step(connection: Connection, version: int, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Turn the tables of one version into the next; the caller's transaction makes it whole."""
    migrations[version](connection)
    if version:
        connection.execute(meta.update().where(meta.c.key == "version").values(value=str(version + 1)))
    else:
        connection.execute(meta.insert().values(key="version", value="1"))
