"""The kinds of events, and what each says.

People are keys (`scheduler.keys`), never names or numbers. What somebody typed (`FreeText`) may hold a name all the
same: the ledger keeps such a text apart, where `erase` can empty it, and the event holds only a salted digest of it.
A model may gain fields with defaults; since an older program would not know them, that needs a new version of the
tables (`schema.MIGRATIONS`), if only an empty one.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, NaiveDatetime, StringConstraints, model_validator

from scheduler.season.ledger.typed import FreeText, LongText

People = Annotated[int, Field(ge=0)]
"""How many."""

PersonKey = Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{16})?$")]
"""A person's key, empty for nobody: a name or an ID number must never come into the ledger."""


class EventData(BaseModel):
    """What an event says beside who, when, about whom and about which run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str]


class Planned(EventData):
    """A plan was stored; the event's `plan` is its number, `sha256` the digest of its JSON.

    Attributes
    ----------
    now : datetime, optional
        Of a plan made after changes: the moment it was made for; dates before it were over.
    frozen : tuple of str
        The ids of the runs that were data for it.
    command : str
        What made it: "plan", "replan"; "" for one that came into plan.json by other ways.
    """

    kind = "planned"
    sha256: str
    inputs_sha256: str
    version: str
    seed: int
    total: int
    bound: int | None
    people: int
    unserved: int
    now: NaiveDatetime | None = None
    frozen: tuple[str, ...] = ()
    command: str = ""


class Wish(BaseModel):
    """What somebody asked for when they were told, as the roster said it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    destination: str
    earliest: dt.date
    latest: dt.date
    preferred: dt.date | None
    mode: str


class SeatTold(EventData):
    """Somebody was told a seat on the event's run, or (all four empty) that they have none any more.

    Attributes
    ----------
    date : date, optional
        Of the run.
    board, alight : str
    depart : datetime, optional
        When the run leaves `board`.
    wish : Wish, optional
        A wish that is another one today is a change they asked for themselves.
    pickup : str
        Where a minibus fetches them, and (`pickup_at`) when; empty where none does.
    list_number : int
        The printed list that says so; `replaces` is the one before, 0 for a first one.
    """

    kind = "told"
    date: dt.date | None = None
    board: str = ""
    depart: NaiveDatetime | None = None
    alight: str = ""
    wish: Wish | None = None
    pickup: str = ""
    pickup_at: NaiveDatetime | None = None
    list_number: int = 0
    replaces: int = 0

    @model_validator(mode="after")
    def _all_or_nothing(self) -> SeatTold:
        if len({bool(self.date), bool(self.board), bool(self.alight)}) > 1 or (self.depart and not self.date):
            raise ValueError("a seat has a date and both places; a withdrawn one has none of them")
        return self

    @property
    def is_withdrawn(self) -> bool:
        """Whether they were told that they have no seat any more."""
        return self.date is None


class _Reply(EventData):
    """What became of telling somebody: `list_number` is the list that the reply stands on, 0 where it does not say."""

    at: NaiveDatetime | None = None
    list_number: int = 0
    text: FreeText = ""


class Confirmed(_Reply):
    """They will come."""

    kind = "confirmed"


class Declined(_Reply):
    """They do not want what they were told."""

    kind = "declined"


class Unreached(_Reply):
    """Nobody could be reached."""

    kind = "unreached"


class SmsFailed(_Reply):
    """The message did not arrive."""

    kind = "sms_failed"


class Cancelled(EventData):
    """They do not travel with us any more."""

    kind = "cancelled"
    reason: FreeText = ""


class Pinned(EventData):
    """The dispatcher decided something, as a row of pins.csv says it; the event's person and run are the pin's."""

    kind = "pinned"
    pin: str
    with_: PersonKey = ""
    date: dt.date | None = None
    board: str = ""
    destination: str = ""
    vehicle_type: str = ""
    seat: str = ""
    reason: FreeText = ""


class Unpinned(EventData):
    """The decision of event `pinned` does not hold any more."""

    kind = "unpinned"
    pinned: int
    reason: FreeText = ""


class Frozen(EventData):
    """The event's run is not changed any more, or (`frozen` false) may be again."""

    kind = "frozen"
    frozen: bool = True
    reason: FreeText = ""


class _OnTheWay(EventData):
    """Something about a run, with the time that the escort or the dispatcher gave."""

    at: NaiveDatetime
    place: FreeText = ""
    note: FreeText = ""


class Departed(_OnTheWay):
    """A run left with `headcount` on board; `absent` is how many were missing, None where nobody said."""

    kind = "departed"
    headcount: People
    absent: People | None = None


class Boarded(_OnTheWay):
    """Somebody is on board after all, or of whom nobody knew."""

    kind = "boarded"


class Absent(_OnTheWay):
    """Somebody did not come to the departure."""

    kind = "absent"


class Reported(_OnTheWay):
    """A safety report from the road."""

    kind = "reported"
    headcount: People


class Arrived(_OnTheWay):
    """A run came to its last stop."""

    kind = "arrived"
    headcount: People
    signed_by: FreeText = ""


class HandedOver(_OnTheWay):
    """Somebody at the destination signed for the people of a run."""

    kind = "handed_over"
    headcount: People | None = None
    signed_by: FreeText = ""


class Exported(EventData):
    """Personal data were written into files.

    Attributes
    ----------
    command : str
        Of this program.
    reader : str
        For whom, by office (carrier, station, escort), never by name.
    level : str
        How much of the numbers they show: full, masked, none.
    rows : int
        People, counted once a file.
    files : tuple of str
        SHA-256 of each file.
    purpose : str
        What for, as it was typed.
    paths : str
        Where the files lay, as a JSON list in the order of `files`; erased with the rest.
    list_number, replaces : int
        Of the list of the event's run: its number, and that of the list which it replaces (0: it is the first).
    """

    kind = "exported"
    command: str
    reader: str = ""
    level: str = ""
    rows: int = 0
    files: tuple[str, ...] = ()
    purpose: FreeText = ""
    list_number: int = 0
    replaces: int = 0
    paths: LongText = ""


class Erased(EventData):
    """Personal data were erased; these counts are what is left of them."""

    kind = "erased"
    people: int = 0
    files: int = 0
    counts: dict[str, int] = {}
    reason: FreeText = ""


class Note(EventData):
    """What else is to be written down: a text, or (`change`) what a row of a changes file says.

    A `change` is `date` or `destination` of the event's person, `train_cancelled` (`date` None: on every day), or
    `vehicle_lost`: `count` coaches from `first` to `last`; or `use`: the event's plan is the current one again. `text`
    is the remark, or the reason of the change.
    """

    kind = "note"
    text: FreeText = ""
    change: str = ""
    date: dt.date | None = None
    earliest: dt.date | None = None
    latest: dt.date | None = None
    destination: FreeText = ""
    train: str = ""
    vehicle_type: str = ""
    operator: str = ""
    plate: str = ""
    count: People = 1
    first: dt.date | None = None
    last: dt.date | None = None


MODELS: dict[str, type[EventData]] = {
    model.kind: model
    for model in (
        *(Planned, SeatTold, Confirmed, Declined, Unreached, Cancelled, Pinned, Unpinned, Frozen, Departed, Boarded),
        *(Absent, Reported, Arrived, HandedOver, SmsFailed, Exported, Erased, Note),
    )
}
"""Every kind of event, by name."""

_PERSON = re.compile(r"(?:[0-9a-f]{16})?")
_LONGEST_RUN = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be appended.

    Attributes
    ----------
    data : EventData
        Its model is the kind of the event.
    person : str
        The key of whom it is about, empty for nobody.
    run : str
        The id of the run it is about, empty for none.
    plan : int, optional
        The number of the plan it belongs to.

    Raises
    ------
    ValueError
        When `person` is no key: a name or an ID number must never come into the ledger.
    """

    data: EventData
    person: str = ""
    run: str = ""
    plan: int | None = None

    def __post_init__(self) -> None:
        if not _PERSON.fullmatch(self.person):
            raise ValueError("a person of the ledger is a key of 16 hexadecimal digits")
        if len(self.run) > _LONGEST_RUN or not self.run.isprintable():
            raise ValueError("this is not the id of a run")


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the ledger.

    Attributes
    ----------
    number : int
        Counted from 1, without gaps: the order of what happened.
    at : datetime
        When it was written, in UTC; never before the event before, whatever the computer's clock said. When it
        happened is said by its data.
    who : str
        Who wrote it; empty once erased.
    data : EventData
    person, run, plan
        As in `Entry`.
    source : str
        SHA-256 of the file it was read from, empty for none.
    hash : str
        SHA-256 over the hash of the event before and this one.
    """

    number: int
    at: dt.datetime
    who: str
    data: EventData
    person: str
    run: str
    plan: int | None
    source: str
    hash: str

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return self.data.kind
