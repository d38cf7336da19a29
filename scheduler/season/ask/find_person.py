"""Who is meant: a person of the season by key, ID number, telephone or its end, name, or name and township."""

from __future__ import annotations

import re
import unicodedata

from scheduler.errors import UsageError
from scheduler.i18n import _
from scheduler.mask import mask_id, mask_name, mask_phone
from scheduler.problem import Person, Problem

LEAST_TAIL = 4
"""So many digits of a telephone's end are enough to ask by."""
SHOWN = 10


def find_people(problem: Problem, text: str) -> list[Person]:
    """Return the people that `text` may mean, in the order of the rosters.

    A key or an ID number means one person; digits are the end of a telephone number; else it is a name, alone or with
    the township before or after it, a space between them.
    """
    wanted = unicodedata.normalize("NFKC", text).strip()
    people = [person for party in problem.parties for person in party.people]
    if not wanted:
        return []
    exact = [person for person in people if wanted.lower() == person.key or wanted.upper() == person.id_number]
    if exact:
        return exact
    digits = re.sub(r"[\s-]", "", wanted)
    if digits.isdecimal() and len(digits) >= LEAST_TAIL:
        return [person for person in people if re.sub(r"\D", "", person.phone).endswith(digits)]
    words = wanted.split()
    named = [person for person in people if person.name == "".join(words) or person.name == wanted]
    if named or len(words) < 2:
        return named
    first, last = words[0], words[-1]
    return [
        person
        for person in people
        if (person.name == first and last in person.township) or (person.name == last and first in person.township)
    ]


def has_name(person: Person, text: str) -> bool:
    """Tell whether a row's name may be a person's: none says nothing, spaces do not count, * hides a character."""
    name = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    pattern = re.escape(name).replace(r"\*", ".+")
    return not name or re.fullmatch(pattern, re.sub(r"\s", "", person.name)) is not None


def is_of(person: Person, township: str) -> bool:
    """Tell whether a row's township may be a person's: short or with its county; none says nothing."""
    wanted = re.sub(r"\s", "", township)
    return not wanted or wanted in person.township or (bool(person.township) and person.township in wanted)


def one_person(problem: Problem, text: str, where: str = "") -> Person:
    """Return the one person that `text` means.

    Raises
    ------
    UsageError
        When nobody is meant, or several people may be: they are listed, masked.
    """
    found = find_people(problem, text)
    if len(found) == 1:
        return found[0]
    if not found:
        what = _("nobody in the rosters is {text}").format(text=shown_text(text))
        cure = _("give the key, the ID number, the end of the telephone number, or name and township")
        raise UsageError(what, where, cure)
    listed = "; ".join(described(person) for person in found[:SHOWN])
    what = _("{n} people may be meant by {text}: {listed}").format(n=len(found), text=shown_text(text), listed=listed)
    raise UsageError(what, where, _("give the key (the first of each), or name and township"))


def described(person: Person) -> str:
    """Return a person as one who asks may see: key, masked name, township, masked telephone."""
    return " ".join(filter(None, (person.key, mask_name(person.name), person.township, mask_phone(person.phone))))


def shown_text(text: str) -> str:
    """Return what was asked for, an ID number or a telephone in it masked."""
    plain = text.strip()
    if re.fullmatch(r"\d{17}[\dXx]", plain):
        return mask_id(plain)
    return mask_phone(plain) if re.fullmatch(r"1\d{10}", plain) else plain
