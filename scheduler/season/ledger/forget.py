"""Emptying a ledger of what is personal in it, once its time is over.

What stays is the chain of events, with people as keys that nobody can make again or trace back, for the salt is gone.
"""

from __future__ import annotations

import json

from sqlalchemy import select

from scheduler.season.ledger import engine as engines
from scheduler.season.ledger.events import MODELS, Entry, Erased, Exported
from scheduler.season.ledger.ledger import Ledger
from scheduler.season.ledger.schema import TABLES, events, meta, plans, texts
from scheduler.season.ledger.typed import free_texts

_KEPT = (Exported.kind, Erased.kind)
"""Who took which list out and what for must be known for longer than the lists."""
_FORGOTTEN = ("paths",)
"""But not where they lay: folders and files are called as people like."""


def forget(ledger: Ledger, erased: Erased, *, who: str) -> None:
    """Remove the salt, the plans and what people typed, and append that it was done, all at once.

    What was typed with an `exported` or `erased` event, and who wrote those, stays. Nothing removed is left in the
    bytes of season.db either, nor in the tables of a PostgreSQL server, whose log of changes is its administrator's.
    """
    with ledger.writing():
        connection = ledger.connection
        rows = connection.execute(select(events.c.kind, events.c.who, events.c.data).where(events.c.kind.in_(_KEPT)))
        kept = {digest for row in rows for digest in _digests(row.kind, row.who, row.data)}
        for digest in connection.execute(select(texts.c.digest)).scalars().all():
            if digest not in kept:
                connection.execute(texts.update().where(texts.c.digest == digest).values(salt=None, text=None))
        connection.execute(plans.update().values(json=None))
        connection.execute(meta.update().where(meta.c.key == "salt").values(value=""))
        ledger.append([Entry(erased)], who=who)
    with engines.refusals(ledger.where):
        engines.leave_no_former_state(ledger.connection, ledger.schema, [table.name for table in TABLES])


def _digests(kind: str, who: str, data: str) -> list[str]:
    said = json.loads(data)
    return [who, *(said.get(name, "") for name in free_texts(MODELS[kind]) if name not in _FORGOTTEN)]
