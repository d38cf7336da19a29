"""Each event holds the digest of the one before, so that a changed or missing one shows.

A row is what the database holds of an event: free texts are digests of their own there. What the chain cannot show is
a ledger written anew from some event on by somebody who also knows how: against that help copies kept elsewhere
(`scheduler backup`), whose last hash must be in the chain still.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

NO_HASH = "0" * 64
"""What stands before the first event."""


class EventRow(NamedTuple):
    """An event as the database holds it; `who` and the free texts of `data` are digests."""

    number: int
    at: str
    who: str
    kind: str
    person: str
    run: str
    plan: int | None
    data: str
    source: str
    hash: str


class TypedText(NamedTuple):
    """What somebody typed: its digest, and (None once erased) the salt and the text."""

    digest: str
    salt: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Break:
    """Where the ledger is not what was written.

    Attributes
    ----------
    number : int
        The first event of which that is so.
    fault : str
        `changed`, `missing`, `cut` (this event and all later ones are gone), `added` (nobody appended it), `text` (a
        text of it was changed or removed), or `plan` (the plan that it stored was).
    """

    number: int
    fault: str


def canonical(value: object) -> str:
    """Return the one JSON text of a value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def link(before: str, row: EventRow) -> str:
    """Return the hash of an event that follows one with the hash `before`."""
    return hashlib.sha256((before + canonical(row[:-1])).encode()).hexdigest()


def text_digest(salt: str, text: str) -> str:
    """Return what an event holds of a text: nobody who guesses the text can tell once the salt is gone."""
    return hashlib.sha256(bytes.fromhex(salt) + text.encode()).hexdigest()


def first_break(rows: Iterable[EventRow], last_number: int, last_hash: str) -> Break | None:
    """Return where the chain breaks first, None where it holds.

    Parameters
    ----------
    rows : iterable of EventRow
        In the order of their numbers.
    last_number, last_hash
        What was noted beside the events when the last one was appended; 0 and `NO_HASH` before the first.
    """
    before, due = NO_HASH, 1
    for row in rows:
        if row.number != due:
            return Break(due, "missing")
        if link(before, row) != row.hash:
            return Break(row.number, "changed")
        before, due = row.hash, due + 1
    if due <= last_number:
        return Break(due, "cut")
    if due - 1 > last_number:
        return Break(last_number + 1, "added")
    return None if before == last_hash else Break(last_number, "changed")
