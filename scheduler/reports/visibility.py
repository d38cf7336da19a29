"""Who may see what: the one table of readers and fields, and how a field is shown to a reader.

Each reader gets only what the task needs (个人信息保护法 art. 6, 28, 51); the cells follow practice: carrier and
ticketing copies need the full ID, whoever meets the people on the day needs names and phones, the public notice
neither. `--ids` can only lower what the table allows: full numbers are written for `--ids full`, and only to the
readers whose row says FULL.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from scheduler.i18n import _
from scheduler.mask import IdMask, mask_id, mask_mobiles, mask_name, mask_phone, without_ids
from scheduler.problem import Person

Reader = Literal[
    "bureau", "escort", "carrier", "railway", "township", "employer", "station", "staff", "feeder", "public", "message"
]
IdChoice = Literal["full", "masked", "none"]


class Show(IntEnum):
    """How much of a field a reader sees."""

    NONE = 0
    MASKED = 1
    FULL = 2


@dataclass(frozen=True, slots=True)
class Sight:
    """What one reader sees at most: name, ID number, phone, whether notes (health, luggage) and emergency contacts."""

    name: Show
    id_number: Show
    phone: Show
    notes: bool = False


# Reader                name         ID number    phone        notes
READERS: dict[Reader, Sight] = {
    "bureau": Sight(Show.FULL, Show.FULL, Show.FULL, True),  # the day workbook: the bureau's own copy
    "escort": Sight(Show.FULL, Show.MASKED, Show.FULL, True),  # the run pack: checklist, timetable, handover
    "carrier": Sight(Show.FULL, Show.FULL, Show.MASKED),  # the charter contract's passenger list
    "railway": Sight(Show.FULL, Show.FULL, Show.FULL),  # real-name group tickets, with a phone to be told of changes
    "township": Sight(Show.FULL, Show.MASKED, Show.FULL),  # phones its own people
    "employer": Sight(Show.FULL, Show.MASKED, Show.FULL),  # meets and signs for its own workers
    "station": Sight(Show.FULL, Show.MASKED, Show.FULL),  # the bureau's station in the destination city meets them
    "staff": Sight(Show.NONE, Show.NONE, Show.NONE),  # escorts' phone sheet: staff only, no passengers
    "feeder": Sight(Show.FULL, Show.NONE, Show.FULL),  # the minibus driver collects people by name and phone
    "public": Sight(Show.MASKED, Show.NONE, Show.MASKED),  # the notice on the wall: surname + *
    "message": Sight(Show.FULL, Show.NONE, Show.FULL),  # a message goes to the person it is about
}

SHORTEST = 11
"""Characters of a mobile number, the shortest that is hidden: most of a county's three million cells have fewer."""
HIDDEN = "***"
"""What stands for an ID number in a text whose reader sees none."""

_CHOICE: dict[IdChoice, Show] = {"full": Show.FULL, "masked": Show.MASKED, "none": Show.NONE}


@dataclass(frozen=True, slots=True)
class View:
    """A person as one reader sees it, under the `--ids` choice; `id_mask` is the season's one mask of ID numbers."""

    reader: Reader
    ids: IdChoice = "masked"
    id_mask: IdMask = "tail4"

    @property
    def id_level(self) -> Show:
        """How much of ID numbers is shown: the lower of the table's cell and the choice."""
        return min(READERS[self.reader].id_number, _CHOICE[self.ids])

    @property
    def shows_id(self) -> bool:
        """Whether there is an ID column at all."""
        return self.id_level > Show.NONE

    @property
    def shows_full_id(self) -> bool:
        """Whether ID numbers are shown whole."""
        return self.id_level is Show.FULL

    def warning(self) -> str:
        """Return what stands on every sheet that shows ID numbers whole."""
        return _("Full ID numbers: keep safe, destroy after use") if self.shows_full_id else ""

    @property
    def shows_notes(self) -> bool:
        """Whether notes, luggage and emergency contacts are shown."""
        return READERS[self.reader].notes

    def text(self, text: str, of_passenger: bool = False) -> str:
        """Return any text as the reader may see it: people write ID numbers into names, villages and notes.

        Parameters
        ----------
        of_passenger : bool
            The text is a passenger's, whose phone is hidden like their own cell; staff stand on the sheet to be phoned.
        """
        if len(text) < SHORTEST:
            return text
        # Who needs full numbers finds them in the ID column: one in a longer text is for the bureau's own copy alone.
        is_whole = self.shows_full_id and (self.shows_notes or (text.isascii() and text.isalnum()))
        if not is_whole:
            text = without_ids(text, self._masked if self.shows_id else _hidden)
        return mask_mobiles(text) if of_passenger and READERS[self.reader].phone is Show.MASKED else text

    def name(self, person: Person) -> str:
        """Return the name."""
        return _shown(person.name, READERS[self.reader].name, mask_name(person.name))

    def id_number(self, person: Person) -> str:
        """Return the ID number."""
        return _shown(person.id_number, self.id_level, self._masked(person.id_number))

    def _masked(self, number: str) -> str:
        return mask_id(number, self.id_mask)

    def phone(self, person: Person) -> str:
        """Return the phone number."""
        # An ID number in the phone column is an ID number.
        number = self.text(person.phone)
        return _shown(number, READERS[self.reader].phone, mask_phone(number))


def level_text(level: Show) -> str:
    """Return a level as `--ids` and the ledger name it."""
    return level.name.lower()


def _hidden(_number: str) -> str:
    return HIDDEN


def _shown(value: str, level: Show, masked: str) -> str:
    if level is Show.FULL:
        return value
    return masked if level is Show.MASKED else ""
