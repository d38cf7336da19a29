"""One row of a roster -> one person's entry, with every finding about its cells."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from operator import attrgetter

from scheduler.i18n import _
from scheduler.mask import mask_id, mask_phone
from scheduler.places import Resolver, TownshipResolver, is_within
from scheduler.places.names import normalise
from scheduler.problem import Mode
from scheduler.roster.cells import (
    NOTHING,
    clean_name,
    clean_text,
    read_id,
    read_mode,
    read_phone,
    read_priority,
    read_sex,
    split_companions,
)
from scheduler.roster.dates import DateReader
from scheduler.roster.fields import REQUIRED
from scheduler.roster.person_findings import (
    corrected,
    doubtful_name,
    full_name,
    is_sloppy,
    listed,
    masked_phone,
    odd_characters,
    same_birth,
    split_unreadable,
    unreadable_cells,
)
from scheduler.settings import Settings
from scheduler.tabular.issues import Issue, issue
from scheduler.tabular.sheets.workbook import text_of
from scheduler.tabular.tables.headings import Row, SheetTable

_PLAUSIBLE_NAME = re.compile(
    r"[\u3400-\u9fff\U00020000-\U000323af]{2,4}|[^\d:：，。、（）()]*·[^\d:：，。、（）()]*|[A-Za-z][A-Za-z .'-]+"
)
_LIKE_NUMBERS = (
    ("id_number", re.compile(r"(?:\D*\d){10}")),
    ("phone", re.compile(r"(?:\D*\d){7}")),
)
"""So many digits tell an ID or a phone number from other text."""


@dataclass(frozen=True)
class Lookups:
    """What the season knows beside its rosters: how texts of a roster are to be understood.

    Attributes
    ----------
    settings : Settings
    destinations : mapping of text to division code
        Names and aliases of the work end's places.
    townships : tuple of str
        Names of townships used by the season's places.
    township_aliases : mapping of text to township
        Names and aliases of the home end's places.
    employers : mapping of text to place name
        Names and aliases of listed employers.
    """

    settings: Settings
    destinations: Mapping[str, str] = field(default_factory=dict)
    townships: tuple[str, ...] = ()
    township_aliases: Mapping[str, str] = field(default_factory=dict)
    employers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class RosterEntry:
    """A row that holds a person: clean values, and the codes of its errors.

    `preferred`, `earliest`, `latest` and `mode` are None where the row says nothing. `letters` are the columns'
    letters by field, for findings that only show across rows; `companions` are (file, group label or name or ID).
    """

    ref: str
    file: str
    sheet: str
    row: int
    letters: Mapping[str, str]
    codes: tuple[str, ...] = ()
    name: str = ""
    id_number: str = ""
    birth: date | None = None
    sex: str = ""
    phone: str = ""
    township: str = ""
    village: str = ""
    destination: str = ""
    employer: str = ""
    employer_stop: str | None = None
    preferred: date | None = None
    earliest: date | None = None
    latest: date | None = None
    mode: Mode | None = None
    companions: tuple[tuple[str, str], ...] = ()
    priority: int = 1
    emergency_contact: str = ""
    emergency_phone: str = ""
    luggage: str = ""
    note: str = ""
    other_columns: tuple[tuple[str, str], ...] = ()

    def __reduce__(self) -> tuple[type[RosterEntry], tuple[object, ...]]:
        """Travel between processes as plain arguments: 390,000 entries do."""
        return RosterEntry, _ALL_FIELDS(self)

    def issue(self, code: str, name: str, **details: str) -> Issue:
        """Return an issue of `code` at this row, in the column of field `name`."""
        return issue(code, self.file, sheet=self.sheet, row=self.row, column=self.letters.get(name, ""), **details)


_ALL_FIELDS = attrgetter(*(each.name for each in fields(RosterEntry)))


def window_of(
    settings: Settings, preferred: date | None, earliest: date | None, latest: date | None
) -> tuple[date, date] | None:
    """Return the first and last day a person can travel, inside the season; None when there is no such day.

    Only a preferred date: flexible_days either side. A missing bound, or nothing at all: the season's.
    """
    if preferred is not None and earliest is None and latest is None:
        days = timedelta(days=settings.policy.flexible_days)
        earliest, latest = preferred - days, preferred + days
    first = max(earliest or settings.first_date, settings.first_date)
    last = min(latest or settings.last_date, settings.last_date)
    return (first, last) if first <= last else None


class RowReader:
    """Reads the rows of the season's rosters.

    Parameters
    ----------
    lookups : Lookups
        The season.
    """

    def __init__(self, lookups: Lookups) -> None:
        self._settings = lookups.settings
        self._destinations = Resolver(lookups.destinations)
        self._townships = TownshipResolver(lookups.townships, lookups.settings.home)
        self._township_aliases = {normalise(text): name for text, name in lookups.township_aliases.items()}
        self._employers = {normalise(text): name for text, name in lookups.employers.items()}
        self._note_columns = frozenset(map(normalise, lookups.settings.policy.note_columns)) - {""}
        self._dates = DateReader(lookups.settings.first_date, lookups.settings.last_date)

    def read(self, table: SheetTable, row: Row, letters: Mapping[str, str], issues: list[Issue]) -> RosterEntry | None:
        """Return a row's entry, None when it holds no person; findings are added to `issues`.

        Parameters
        ----------
        letters : mapping of field to column letter
            Of this table.
        """
        shown, (row, unreadable) = row, split_unreadable(row)
        if not _holds_person(row, unreadable):
            return None
        ref = f"{table.file}!{table.sheet}!{row.number}"
        entry = RosterEntry(ref, table.file, table.sheet, row.number, letters)
        if table.codes:
            entry.codes = table.codes
            return entry
        found = unreadable_cells(entry.issue, shown, unreadable)
        found += [
            entry.issue("R201", name, value=row.text(name))
            for name in REQUIRED
            if name not in unreadable and _is_empty(row, name)
        ]
        self._name(entry, row, found)
        self._id_number(entry, row, found)
        self._township(entry, row, found)
        self._destination(entry, row, found)
        self._dates_of(entry, row, table.date1904, found)
        self._phones(entry, row, found)
        self._wishes(entry, row, found)
        self._texts(entry, row, found)
        entry.codes = tuple(sorted({each.code for each in found if each.severity == "error"}))
        issues += found
        return entry

    def _name(self, entry: RosterEntry, row: Row, found: list[Issue]) -> None:
        cleaned = clean_name(row.values.get("name", ""))
        entry.name = cleaned.text
        if cleaned.changed and cleaned.text:
            found.append(corrected(entry.issue, "name", str(row.values["name"]), cleaned.text))
        found += odd_characters(entry.issue, "name", row, cleaned)
        if not _is_empty(row, "name"):
            found += doubtful_name(entry.issue, row, cleaned, self._is_place)

    def _id_number(self, entry: RosterEntry, row: Row, found: list[Issue]) -> None:
        if _is_empty(row, "id_number"):
            return
        value = row.values["id_number"]
        number = read_id(value, self._settings.last_date)
        details = {}
        if number.several:
            message = _("several ID numbers in one cell")
            details = {"message": message, "cure": _("write one row for each person, with the own ID number")}
        found += [entry.issue(code, "id_number", value=mask_id(text_of(value)), **details) for code in number.codes]
        if not number.codes:
            entry.id_number, entry.birth, entry.sex = number.text, number.birth, number.sex
            if number.changed:
                found.append(corrected(entry.issue, "id_number", mask_id(text_of(value)), mask_id(number.text)))
        sex = read_sex(row.values.get("sex", ""))
        if sex and entry.sex and sex != entry.sex:
            found.append(
                entry.issue("R218", "sex", value=row.text("sex"), message=_("the sex disagrees with the ID number"))
            )
        entry.sex = entry.sex or sex
        if entry.birth and not same_birth(row.values.get("birth", ""), entry.birth, self._dates):
            found.append(
                entry.issue(
                    "R218",
                    "birth",
                    value=row.text("birth"),
                    message=_("the birth date disagrees with the ID number"),
                )
            )

    def _is_place(self, text: str) -> bool:
        return "found" in (self._townships.resolve(text).status, self._destinations.resolve(text).status)

    def _township(self, entry: RosterEntry, row: Row, found: list[Issue]) -> None:
        if _is_empty(row, "township"):
            return
        text = row.text("township")
        resolution = self._townships.resolve(text)
        name = resolution.name
        if resolution.status != "found":
            name = self._township_aliases.get(normalise(text))
        if name is not None:
            entry.township = name
            if name != row.values["township"]:
                found.append(corrected(entry.issue, "township", str(row.values["township"]), name))
        elif resolution.status == "ambiguous":
            found.append(
                entry.issue(
                    "R212",
                    "township",
                    value=text,
                    message=_("the township is ambiguous: {candidates}").format(
                        candidates=listed(resolution.candidates)
                    ),
                )
            )
        else:
            cure = _("did you mean {name}?").format(name=resolution.proposal) if resolution.proposal else ""
            found.append(entry.issue("R211", "township", value=text, cure=cure))

    def _destination(self, entry: RosterEntry, row: Row, found: list[Issue]) -> None:
        text = row.text("destination")
        entry.employer = clean_text(row.values.get("employer", "")).text
        stops = (self._employers.get(normalise(each)) for each in (entry.employer, text) if each)
        entry.employer_stop = next(filter(None, stops), None)
        if _is_empty(row, "destination"):
            return
        resolution = self._destinations.resolve(text)
        if resolution.proposal:
            proposal = _("did you mean {name}?").format(name=full_name(resolution.proposal))
            found.append(entry.issue("R207", "destination", value=text, cure=proposal))
        elif resolution.code and is_within(resolution.code, self._settings.home):
            found.append(entry.issue("R215", "destination", value=text))
        elif resolution.status == "found" and resolution.code:
            entry.destination = resolution.code
            if resolution.corrected or is_sloppy(row.values["destination"]):
                before = str(row.values["destination"])
                found.append(corrected(entry.issue, "destination", before, full_name(resolution.code)))
        elif resolution.status in ("ambiguous", "province"):
            candidates = listed(map(full_name, resolution.candidates))
            message = (
                _("only a province is given; its cities: {candidates}")
                if resolution.status == "province"
                else _("the destination is ambiguous: {candidates}")
            )
            found.append(entry.issue("R208", "destination", value=text, message=message.format(candidates=candidates)))
        else:
            found.append(entry.issue("R207", "destination", value=text))

    def _dates_of(self, entry: RosterEntry, row: Row, date1904: bool, found: list[Issue]) -> None:
        given = []
        readable = True
        for name in ("date", "earliest", "latest"):
            if name not in row.values:
                continue
            wish = self._dates.read(row.values[name], date1904)
            if not wish.readable:
                readable = False
                found.append(entry.issue("R206", name, value=row.text(name)))
                continue
            if wish.moved:
                found.append(corrected(entry.issue, name, row.text(name), f"{wish.day}"))
            earliest, latest = wish.earliest, wish.latest
            if name == "date":
                entry.preferred = wish.day
            elif name == "earliest":
                earliest, latest = wish.day or wish.earliest or wish.latest, None
            else:
                earliest, latest = None, wish.day or wish.latest or wish.earliest
            if earliest is not None:
                entry.earliest = max(earliest, entry.earliest or earliest)
            if latest is not None:
                entry.latest = min(latest, entry.latest or latest)
            if wish.day or earliest or latest:
                given.append(name)
        if readable and given and window_of(self._settings, entry.preferred, entry.earliest, entry.latest) is None:
            found.append(self._outside(entry, row, given))

    def _outside(self, entry: RosterEntry, row: Row, given: Sequence[str]) -> Issue:
        """Return the issue of an impossible window; a year slip of Excel (2/15 typed last year) is proposed."""
        first, last = self._settings.first_date, self._settings.last_date
        days = [day for day in (entry.preferred, entry.earliest, entry.latest) if day is not None]
        message = (
            _("the earliest date is after the latest")
            if entry.earliest and entry.latest and entry.earliest > entry.latest
            else _("the date {days} is outside the season {first} to {last}").format(
                days=listed(day.isoformat() for day in days), first=first, last=last
            )
        )
        meant = [day for day in self._settings.days if (day.month, day.day) == (days[0].month, days[0].day)]
        cure = _("did you mean {name}?").format(name=meant[0]) if len(days) == 1 and meant else ""
        return entry.issue("R305", given[0], value=row.text(given[0]), message=message, cure=cure)

    def _phones(self, entry: RosterEntry, row: Row, found: list[Issue]) -> None:
        for name in ("phone", "emergency_phone"):
            if name not in row.values:
                continue
            phone = read_phone(row.values[name])
            if not phone.valid:
                found.append(entry.issue("R205", name, value=masked_phone(row.text(name))))
            elif phone.changed and phone.text:
                found.append(corrected(entry.issue, name, masked_phone(row.text(name)), mask_phone(phone.text)))
            setattr(entry, name, phone.text)

    def _wishes(self, entry: RosterEntry, row: Row, found: list[Issue]) -> None:
        entry.mode, known = read_mode(row.values.get("mode", ""))
        if not known:
            found.append(entry.issue("R209", "mode", value=row.text("mode")))
        entry.priority, known = read_priority(row.values.get("priority", ""))
        if not known:
            found.append(corrected(entry.issue, "priority", row.text("priority"), str(entry.priority)))
        entry.companions = tuple((entry.file, each) for each in split_companions(row.values.get("group", "")))

    def _texts(self, entry: RosterEntry, row: Row, found: list[Issue]) -> None:
        for name in ("village", "emergency_contact", "luggage", "note"):
            if name in row.values:
                cleaned = clean_text(row.values[name])
                setattr(entry, name, cleaned.text)
                found += odd_characters(entry.issue, name, row, cleaned)
        for name in ("township", "destination", "employer", "group"):
            if name in row.values:
                found += odd_characters(entry.issue, name, row, clean_text(row.values[name]))
        cells = [(heading, clean_text(text).text) for heading, text in row.notes.items()]
        # A bank card or an income stands in such a column as well: only what the dispatcher lists goes onto paper.
        printed = [f"{heading}: {text}" for heading, text in cells if normalise(heading) in self._note_columns]
        entry.note = "; ".join(([entry.note] if entry.note else []) + printed)
        entry.other_columns = tuple(cell for cell in cells if normalise(cell[0]) not in self._note_columns)


def _holds_person(row: Row, unreadable: Collection[str]) -> bool:
    """Tell whether a row holds a person: something like an ID or phone number, a name, or a wish, of the row's own.

    A name with at most one cell more counts when it looks like a name (岳池县人民政府 beside a date does not). A name
    or an ID number that cannot be read (`unreadable`) counts beside two other cells, or both together: rows prepared
    with formulas hold nobody yet.
    """
    own = row.values.keys() - row.filled
    for name, like in _LIKE_NUMBERS:
        if name in own and like.match(row.text(name)):
            return True
    unknown = [name for name in ("name", "id_number") if name in unreadable]
    if len(unknown) + min(len(own), 2) > 2 or len(unknown) > 1:
        return True
    if "name" in own:
        return len(own) > 2 or _PLAUSIBLE_NAME.fullmatch(clean_name(row.values["name"]).text) is not None
    return "destination" in own and len(own) >= 3


def _is_empty(row: Row, name: str) -> bool:
    """Tell whether a required cell says nothing: empty, only invisible characters, 无 or a dash."""
    return name not in row.values or clean_text(row.values[name]).text.lower() in NOTHING
