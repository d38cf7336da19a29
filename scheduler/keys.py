"""One person, one key: what a plan, the ledger and everything that is read back know a person by.

Rows may be sorted, files renamed, split or re-sent: the key stays. It tells nothing about the ID number to anybody
without the season's salt, which never leaves season.db.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import replace

from scheduler.errors import InputError
from scheduler.i18n import _
from scheduler.problem import Party, Problem

SALT_BYTES = 32
KEY_DIGITS = 16


def person_key(salt: bytes, id_number: str) -> str:
    """Return a person's key: the first 16 hex digits of HMAC-SHA256(salt, ID number).

    Parameters
    ----------
    salt : bytes
        The season's own.
    id_number : str
        18 characters, as the roster reader leaves them; x and X are the same.
    """
    return hmac.digest(salt, id_number.upper().encode(), hashlib.sha256).hex()[:KEY_DIGITS]


def with_keys(parties: Iterable[Party], salt: bytes) -> tuple[Party, ...]:
    """Return the parties with the keys of their people, each known by the least of its people's keys.

    So a party is the same party however its rows are sorted and its file is called.
    """
    keyed = []
    for party in parties:
        people = tuple(replace(person, key=person_key(salt, person.id_number)) for person in party.people)
        keyed.append(replace(party, id=min(person.key for person in people), people=people))
    return tuple(keyed)


def require_keys(problem: Problem) -> None:
    """Refuse a problem whose people cannot be told apart.

    Raises
    ------
    InputError
        Naming the row of the first person without a key, or of the second with the same one.
    """
    known: set[str] = set()
    for party in problem.parties:
        for person in party.people:
            if not person.key:
                what = _("this person has no key: the roster was read without the season's salt")
                raise InputError(what, person.ref, _("load the season with its salt"))
            if person.key in known:
                raise InputError(_("this person is in the rosters twice"), person.ref, _("keep one of the rows"))
            known.add(person.key)
