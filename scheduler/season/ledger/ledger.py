"""Reading the ledger of a season, and appending to it."""

from __future__ import annotations

import datetime as dt
import hashlib
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select, text
from sqlalchemy.schema import CreateSchema

from scheduler.errors import LedgerError
from scheduler.files import locked, whole_file
from scheduler.i18n import _
from scheduler.plan import Plan
from scheduler.season.folder import SeasonFolder
from scheduler.season.ledger import engine as engines
from scheduler.season.ledger.chain import Break, EventRow, TypedText
from scheduler.season.ledger.events import Entry, Event, Planned
from scheduler.season.ledger.rows import digest_of, event_of, row_of, whole_break
from scheduler.season.ledger.schema import (
    MIGRATIONS,
    Migration,
    events,
    meta,
    migrate_step,
    plans,
    refuse_newer,
    texts,
)
from scheduler.season.ledger.schema import version_of as version_of_tables
from scheduler.season.ledger.states import BECOMES_CURRENT, current_plans
from scheduler.season.ledger.typed import storable

_BATCH = 5_000


def open_ledger(
    folder: Path, url: str | None = None, *, create: bool = True, migrations: Sequence[Migration] = MIGRATIONS
) -> Ledger:
    """Open the ledger of a season; use it in a `with` block.

    Parameters
    ----------
    folder : Path
        The season folder.
    url : str, optional
        A PostgreSQL server, `postgresql://user:password@host/database`; without one it is season.db in the folder.
    create : bool
        Make the ledger, with a salt of its own, where there is none.
    migrations : sequence of callable
        How its tables come to be; another one than the program's is for tests.

    Raises
    ------
    LedgerError
        When it cannot be read: there is none (and `create` is false), it is damaged, of a newer version, or held by
        another program for longer than a minute.
    OutputError
        When it cannot be made or migrated for want of room or permission.
    UsageError
        When the address is none.
    """
    if not folder.is_dir():
        raise LedgerError(_("there is no such folder"), str(folder), _("name a season folder"))
    if url is None:
        path = SeasonFolder(folder).database
        return open_file(path, create=create, migrations=migrations)
    address = engines.parse_url(url)
    where = address.render_as_string(hide_password=True)
    with engines.refusals(where):
        engine, schema = engines.postgres_engine(address, folder, create=create)
        return _open(engine, schema, where, migrations)


def open_file(
    path: Path, *, create: bool = True, where: str = "", migrations: Sequence[Migration] = MIGRATIONS
) -> Ledger:
    """Open an SQLite file as a ledger: that of a season, or a copy, which `where` names. Raises as `open_ledger`."""
    where = where or str(path)
    engines.require_no_orphan(path, where)
    if not path.exists():
        if not create:
            raise LedgerError(_("there is no ledger yet"), where, _("run scheduler plan first"))
        with locked(path.with_name(f".{path.name}.lock")):
            if not path.exists():  # nobody else was faster
                with whole_file(path) as temporary:
                    new_file(temporary, where, migrations).close()
    return _open(engines.sqlite_engine(path, where), None, where, migrations)


def new_file(empty: Path, where: str, migrations: Sequence[Migration] = MIGRATIONS) -> Ledger:
    """Make a ledger of an empty file, one that is whole by itself at any time."""
    return _open(engines.sqlite_engine(empty, where, wal=False), None, where, migrations)


def _open(engine: Engine, schema: str | None, where: str, migrations: Sequence[Migration]) -> Ledger:
    with ExitStack() as stack:
        stack.enter_context(engines.refusals(where))
        connection = stack.enter_context(engine.connect())
        ledger = Ledger(connection, schema, where)
        ledger._migrate(migrations)
        stack.pop_all()  # it stays open
    return ledger


class Ledger:
    """The ledger of one season: `append`, `events`, plans by number, the salt of the keys.

    Made by `open_ledger`. Every method raises LedgerError when the database refuses, and is whole or without effect.
    `connection` and `schema` are for this package only; `where` names the ledger to the user.
    """

    def __init__(self, connection: Connection, schema: str | None, where: str) -> None:
        self.connection = connection
        self.schema = schema
        self._writes = False
        self.where = where

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it; what was not committed is undone."""
        with engines.refusals(self.where):
            self.connection.close()

    # Transactions ----------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the ledger for the block: what is read stays so, what is appended comes in whole or not at all.

        Of two writers one waits for the other. Blocks may stand in each other; the outermost one commits.
        """
        if self._writes:
            yield
            return
        with engines.refusals(self.where):
            if self.schema is None:
                self.connection.execution_options(sqlite_begin="BEGIN IMMEDIATE")
            try:
                with self.connection.begin():
                    self._writes = True
                    if self.schema is not None:
                        engines.lock_for_writing(self.connection, self.schema)
                    yield
            finally:
                self._writes = False
                self.connection.execution_options(sqlite_begin="BEGIN")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See one state of the ledger for the block, whatever others append meanwhile."""
        if self.connection.in_transaction():
            yield
            return
        with engines.refusals(self.where), self.connection.begin():
            if self.schema is not None:
                self.connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield

    def _migrate(self, migrations: Sequence[Migration]) -> None:
        with self.reading():
            version = version_of_tables(self.connection, self.schema, self.where)
        refuse_newer(version, self.where, migrations)
        while version < len(migrations):
            with self.writing():
                if self.schema is not None and not version:
                    self.connection.execute(CreateSchema(self.schema, if_not_exists=True))
                found = version_of_tables(self.connection, self.schema, self.where)
                if found == version:  # nobody else was faster
                    migrate_step(self.connection, version, migrations)
            version += 1
        with self.reading():
            refuse_newer(version_of_tables(self.connection, self.schema, self.where), self.where, migrations)

    def _note(self, key: str) -> str | None:
        with self.reading():
            return self.connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar()

    # The salt --------------------------------------------------------------------------------------------------------

    @property
    def salt(self) -> bytes:
        """The 32 random bytes by which `person_key` makes the keys of this season.

        Raises
        ------
        LedgerError
            When it has been erased: nobody can be recognised any more.
        """
        salt = self._note("salt")
        if not salt:
            what = _("the personal data of this season have been erased")
            raise LedgerError(what, self.where, _("begin a new season folder"))
        return bytes.fromhex(salt)

    @property
    def is_erased(self) -> bool:
        """Whether the salt is gone, and with it whoever the keys stand for."""
        return not self._note("salt")

    # Events ----------------------------------------------------------------------------------------------------------

    @property
    def last(self) -> tuple[int, str]:
        """The number and the hash of the last event; (0, 64 zeros) before the first."""
        with self.reading():
            return int(self._note("last_number") or 0), self._note("last_hash") or ""

    def append(self, entries: Iterable[Entry], *, who: str, source_sha256: str = "") -> int:
        """Append events, all or none.

        An event's time is the clock's, or that of the event before where the clock has been put back: time in the
        ledger never runs backwards, and nobody is kept from writing by a wrong clock.

        Parameters
        ----------
        entries : iterable of Entry
        who : str
            Who writes them, as it is to be shown; may be empty.
        source_sha256 : str
            The digest of the file they were read from: a file that has been recorded adds nothing.

        Returns
        -------
        int
            How many were appended.
        """
        with self.writing():
            if source_sha256 and self.is_recorded(source_sha256):
                return 0
            return self._append(list(entries), who, source_sha256)

    def is_recorded(self, source_sha256: str) -> bool:
        """Tell whether events of a file with this digest are there."""
        with self.reading():
            found = select(events.c.number).where(events.c.source == source_sha256).limit(1)
            return self.connection.execute(found).first() is not None

    def _append(self, entries: list[Entry], who: str, source: str) -> int:
        if not entries:
            return 0
        number, before = self.last
        at = max(_now(), self._time_of(number))
        typed: dict[str, TypedText] = {}
        signed = digest_of(storable(who), typed)
        rows = []
        for entry in entries:
            number += 1
            row = row_of(entry, number=number, at=at, who=signed, source=source, before=before, typed=typed)
            before = row.hash
            rows.append(row)
        if typed:
            self.connection.execute(texts.insert(), [each._asdict() for each in typed.values()])
        for first in range(0, len(rows), _BATCH):
            self.connection.execute(events.insert(), [row._asdict() for row in rows[first : first + _BATCH]])
        for key, value in (("last_number", str(number)), ("last_hash", before)):
            self.connection.execute(meta.update().where(meta.c.key == key).values(value=value))
        return len(rows)

    def _time_of(self, number: int) -> str:
        return self.connection.execute(select(events.c.at).where(events.c.number == number)).scalar() or ""

    def events(
        self, *kinds: str, person: str | None = None, run: str | None = None, after: int = 0
    ) -> tuple[Event, ...]:
        """Return events in their order.

        Parameters
        ----------
        *kinds : str
            Only of these kinds; none: of all.
        person, run : str, optional
            Only about this person, this run.
        after : int
            Only those with a greater number.
        """
        query = select(*events.c).where(events.c.number > after).order_by(events.c.number)
        if kinds:
            query = query.where(events.c.kind.in_(kinds))
        if person is not None:
            query = query.where(events.c.person == person)
        if run is not None:
            query = query.where(events.c.run == run)
        with self.reading():
            rows = self._rows(query)
            typed = {each.digest: each.text or "" for each in self._texts()}
        return tuple(event_of(row, typed, self.where) for row in rows)

    def _rows(self, query: Select[Any]) -> list[EventRow]:
        return [EventRow(*row) for row in self.connection.execute(query)]

    def _texts(self) -> list[TypedText]:
        return [TypedText(*row) for row in self.connection.execute(select(*texts.c))]

    # Plans -----------------------------------------------------------------------------------------------------------

    def store_plan(
        self, plan: Plan, *, who: str, now: dt.datetime | None = None, frozen: Collection[str] = (), command: str = ""
    ) -> int:
        """Keep a plan, append that it was planned (see `Planned`), and return its number from 1."""
        data = plan.to_json().encode()
        with self.writing():
            number = (self.connection.execute(select(func.max(plans.c.number))).scalar() or 0) + 1
            self.connection.execute(plans.insert().values(number=number, json=zlib.compress(data)))
            planned = Planned(
                sha256=hashlib.sha256(data).hexdigest(),
                inputs_sha256=plan.inputs_sha256,
                version=plan.version,
                seed=plan.seed,
                total=plan.cost.total,
                bound=plan.bound,
                people=sum(run.load for run in plan.runs),
                unserved=sum(len(party.refs) for party in plan.unserved),
                now=now,
                frozen=tuple(sorted(frozen)),
                command=command,
            )
            self.append([Entry(planned, plan=number)], who=who)
        return number

    def plan(self, number: int) -> Plan:
        """Return the plan of a number.

        Raises
        ------
        LedgerError
            When there is none, it has been erased, or is of a schema that this program does not know.
        """
        data = self.plan_json(number)
        try:
            return Plan.from_json(data)
        except ValueError as error:
            what = _("plan {number} was made by another version of the program").format(number=number)
            raise LedgerError(what, self.where, _("use the program that made it, or plan again")) from error

    def plan_json(self, number: int) -> bytes:
        """Return the JSON of the plan of a number; raises a LedgerError when there is none or it has been erased."""
        with self.reading():
            packed = self.connection.execute(select(plans.c.json).where(plans.c.number == number)).scalar()
        if packed is None:
            what = _("there is no plan {number}").format(number=number)
            raise LedgerError(what, self.where, _("scheduler plans lists them"))
        try:
            return zlib.decompress(packed)
        except zlib.error as error:
            reason = _("plan {number}").format(number=number)
            raise engines.damaged(self.where, reason) from error

    def kept_plans(self) -> frozenset[int]:
        """Return the numbers of the plans that have not been erased."""
        with self.reading():
            return frozenset(self.connection.execute(select(plans.c.number).where(plans.c.json.is_not(None))).scalars())

    def last_plan(self) -> int | None:
        """Return the number of the plan that was current last, of those not erased; None where there is none."""
        kept = self.kept_plans()
        return next((number for number, _sha in current_plans(self.events(*BECOMES_CURRENT)) if number in kept), None)

    def number_of(self, plan: Plan) -> int | None:
        """Return the number under which this very plan was the current one last; None: it never was."""
        sha256 = hashlib.sha256(plan.to_json().encode()).hexdigest()
        current = current_plans(self.events(*BECOMES_CURRENT))
        return next((number for number, digest in current if digest == sha256), None)

    # Whether it is what was written ----------------------------------------------------------------------------------

    def check_chain(self) -> Break | None:
        """Return where the ledger is not what was written, None where it is.

        Raises
        ------
        DamagedLedgerError
            When its file is not whole.
        """
        with self.reading():
            engines.require_whole_file(self.connection, self.where)
            rows = self._rows(select(*events.c).order_by(events.c.number))
            typed = {each.digest: each for each in self._texts()}
            kept = {row.number: row.json for row in self.connection.execute(select(plans))}
            number, before = self.last
        return whole_break(rows, typed, kept, number, before)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
