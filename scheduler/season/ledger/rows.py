"""Events as the database holds them, there and back: what people typed stands apart, a digest in its place."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import zlib
from collections.abc import Mapping, Sequence

from scheduler.errors import LedgerError
from scheduler.i18n import _
from scheduler.season.ledger.chain import Break, EventRow, TypedText, canonical, first_break, link, text_digest
from scheduler.season.ledger.events import MODELS, Entry, Event, Planned
from scheduler.season.ledger.typed import free_texts


def row_of(
    entry: Entry, *, number: int, at: str, who: str, source: str, before: str, typed: dict[str, TypedText]
) -> EventRow:
    """Return the row of an event that follows one with the hash `before`, and add what was typed to `typed`."""
    data = entry.data.model_dump(mode="json")
    for name in free_texts(type(entry.data)):
        data[name] = digest_of(data[name], typed)
    row = EventRow(
        number, at, who, entry.data.kind, entry.person, entry.run, entry.plan, canonical(data), source, hash=""
    )
    return row._replace(hash=link(before, row))


def digest_of(said: str, typed: dict[str, TypedText]) -> str:
    """Return the digest that stands for a text, and add the text to those to be kept; nothing for nothing."""
    if not said:
        return ""
    if said not in typed:
        salt = secrets.token_hex(16)
        typed[said] = TypedText(text_digest(salt, said), salt, said)
    return typed[said].digest


def event_of(row: EventRow, typed: Mapping[str, str], where: str) -> Event:
    """Return the event of a row; `typed` holds the texts by their digests.

    Raises
    ------
    LedgerError
        When it is none: somebody changed the database by hand.
    """
    try:
        model, at = MODELS[row.kind], dt.datetime.fromisoformat(row.at)
        if free := free_texts(model):
            said = dict(json.loads(row.data))
            data = model.model_validate(said | {name: typed.get(said.get(name, ""), "") for name in free})
        else:
            data = model.model_validate_json(row.data)  # most events are of seats told: half the time
    except (KeyError, TypeError, ValueError) as error:
        what = _("event {number} is not what was written").format(number=row.number)
        raise LedgerError(what, where, _("put back a copy: scheduler restore SEASON FILE")) from error
    who = typed.get(row.who, "")
    return Event(row.number, at, who, data, row.person, row.run, row.plan, row.source, row.hash)


def whole_break(
    rows: Sequence[EventRow], typed: Mapping[str, TypedText], kept: Mapping[int, bytes | None], last: int, digest: str
) -> Break | None:
    """Return where a ledger is not what was written, None where it is.

    Parameters
    ----------
    rows : sequence of EventRow
        All of them, in order.
    typed : mapping
        What was typed, by its digest.
    kept : mapping
        The plans by number, packed; None for one that was erased.
    last, digest
        Number and hash of the last event, as they stand apart.
    """
    found = first_break(rows, last, digest)
    rows = rows[: found.number - 1] if found else rows
    erased = max((row.number for row in rows if row.kind == "erased"), default=0)
    for row in rows:
        if not _has_its_texts(row, typed, may_be_erased=row.number < erased):
            return Break(row.number, "text")
        if row.kind == Planned.kind and not _has_its_plan(row, kept, may_be_erased=row.number < erased):
            return Break(row.number, "plan")
    return found


def _has_its_texts(row: EventRow, typed: Mapping[str, TypedText], *, may_be_erased: bool) -> bool:
    """Tell whether what was typed is there as it was, or erased where it may be."""
    data = json.loads(row.data)
    digests = [row.who, *(data.get(name, "") for name in free_texts(MODELS[row.kind]))]
    return all(_is_whole(typed.get(digest), digest, may_be_erased) for digest in digests if digest)


def _is_whole(text: TypedText | None, digest: str, may_be_erased: bool) -> bool:
    if text is None or text.salt is None or text.text is None:
        return may_be_erased
    return text_digest(text.salt, text.text) == digest


def _has_its_plan(row: EventRow, kept: Mapping[int, bytes | None], *, may_be_erased: bool) -> bool:
    """Tell whether the plan that was stored with an event is there as it was, or erased where it may be."""
    packed = kept.get(row.plan or 0)
    if packed is None:
        return may_be_erased
    try:
        data = zlib.decompress(packed)
    except zlib.error:
        return False
    return bool(hashlib.sha256(data).hexdigest() == json.loads(row.data)["sha256"])
