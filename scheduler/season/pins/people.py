"""Whom a cell of pins.csv means: by key, ID number, or the name of one person only.

Nothing is guessed. Somebody whose row of the rosters is set aside, or who is in no roster any more, is told from
somebody whom nobody knows: a pin about the former asks nothing until the row is mended.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from scheduler.i18n import _
from scheduler.keys import KEY_DIGITS, person_key
from scheduler.plan import Plan
from scheduler.problem import Person, Problem
from scheduler.roster.cells import read_id
from scheduler.season.ask.find_person import find_people, has_name, is_of
from scheduler.season.ask.find_set_aside import SetAsideCells
from scheduler.season.table_rows import TableRow

_KEY = re.compile(rf"[0-9a-f]{{{KEY_DIGITS}}}")
_ID_LIKE = re.compile(r"[\d\s-]{14,}[\dXx]?")


class PersonCells:
    """What cells that name people are read against.

    Parameters
    ----------
    season : Path
    problem : Problem
        As the rosters make it.
    plan : Plan or None
        The one that stands.
    salt : bytes or None
        Of the keys; None: nobody's key is known, and each may be right.
    """

    def __init__(self, season: Path, problem: Problem, plan: Plan | None, salt: bytes | None) -> None:
        self.set_aside = SetAsideCells(season, problem.set_aside)
        self.problem = problem
        self.salt = salt
        people = [person for party in problem.parties for person in party.people]
        self.by_key = {person.key: person for person in people if person.key}
        self.by_id = {person.id_number: person for person in people}
        self.named: dict[str, list[Person]] = {}
        for person in people:
            self.named.setdefault(person.name, []).append(person)
        self.planned: set[str] = set()
        if plan is not None:
            self.planned = {rider.person for _run, rider in plan.passengers()}
            self.planned.update(person for entry in plan.unserved for person in entry.persons)

    def read(self, row: TableRow, field: str) -> str | None:
        """Return the key of the person whom a cell names, None where it names nobody who could be planned."""
        if field == "person" and not row.text("person"):
            field = "name"
        text = row.text(field)
        if not text:
            cure = _("give the ID number, or name and township")
            row.fault("person" if row.has_column("person") else "name", _("the person is missing"), cure)
            return None
        plain = unicodedata.normalize("NFKC", text).strip()
        if _KEY.fullmatch(plain.lower()) and (plain.lower() in self.by_key or not plain.isdecimal()):
            return self._by_key(row, field, plain.lower())
        if _ID_LIKE.fullmatch(plain) or isinstance(row.value(field), float | int):
            return self._by_id(row, field)
        people = list(self.named.get("".join(plain.split()), ())) or find_people(self.problem, plain)
        if field == "name":
            people = [person for person in people if is_of(person, row.text("township"))]
        if len(people) == 1:
            return self._checked(row, field, people[0])
        if people:
            message = _("{n} people have this name").format(n=len(people))
            row.fault(field, message, _("give the ID number of the one who is meant"))
            return None
        return self._nobody(row, field, plain)

    def _by_key(self, row: TableRow, field: str, key: str) -> str | None:
        if key in self.by_key:
            return self._checked(row, field, self.by_key[key])
        if self.salt is None:
            return key  # nobody's key is known: it may be right
        if key in self.planned:
            self._gone(row, field)
        else:
            row.fault(field, _("nobody in the rosters has this key"), _("give the ID number"))
        return None

    def _by_id(self, row: TableRow, field: str) -> str | None:
        number = read_id(row.value(field), self.problem.settings.last_date)
        if "R202" in number.codes:
            message = _("the ID number was stored as a number, its last digits are lost")
            row.fault(field, message, _("format the column as text and type the 18 characters again"))
            return None
        person = self.by_id.get(number.text)
        if person is not None:
            return self._checked(row, field, person)
        if number.codes:
            people = find_people(self.problem, row.text(field))
            if len(people) == 1:
                return self._checked(row, field, people[0])
            if not self.set_aside.meant(row.text(field)):
                row.fault(field, _("the ID number has a wrong length or check digit"), _("compare it with the ID card"))
                return None
        elif self.salt is not None and person_key(self.salt, number.text) in self.planned:
            self._gone(row, field)
            return None
        return self._nobody(row, field, row.text(field))

    def _checked(self, row: TableRow, field: str, person: Person) -> str | None:
        """Return a person's key, if the name beside the number is theirs too."""
        if field == "person" and not has_name(person, row.text("name")):
            row.fault("name", _("the rosters have another name here"), _("ask who is meant"))
            return None
        return person.key

    def _nobody(self, row: TableRow, field: str, text: str) -> str | None:
        asked = f"{text} {row.text('township')}".strip() if field == "name" else text
        rows = self.set_aside.meant(asked)
        if not rows:
            row.fault(field, _("nobody in the rosters is this"), _("give the ID number, or name and township"))
            return None
        form = _("the row of this person is set aside ({codes}): the decision asks nothing")
        message = form.format(codes=" ".join(rows[0].codes))
        row.fault(field, message, _("mend {ref}").format(ref=rows[0].ref), False, "R403")
        return None

    def _gone(self, row: TableRow, field: str) -> None:
        message = _("this person is in no roster any more, or the row cannot be used: the decision asks nothing")
        row.fault(field, message, _("delete the row, or put the person back"), False, "R403")
