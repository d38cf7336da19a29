"""The same person more than once, and the same phone for many: what only shows across rows and files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from scheduler.i18n import _
from scheduler.mask import mask_id, mask_phone
from scheduler.places import is_within
from scheduler.problem import Mode
from scheduler.roster.row_reader import RosterEntry
from scheduler.tabular.issues import Issue

MAX_PEOPLE_PER_PHONE = 6
_SHORTEST_PHONE = 7


def drop_duplicates(entries: Iterable[RosterEntry], issues: list[Issue]) -> tuple[list[RosterEntry], int]:
    """Keep each person once.

    A row with the ID of an earlier one and the same wish is dropped (R301 within a file, R302 between files), the
    finer destination kept; one with another wish or name is set aside (R303): it gets that code and stays in the list.

    Parameters
    ----------
    entries : iterable of RosterEntry
        By path, sheet, row.

    Returns
    -------
    entries, int
        Those that stay, set-aside ones included, and how many were dropped.
    """
    first: dict[str, RosterEntry] = {}
    kept: list[RosterEntry] = []
    dropped = 0
    for entry in entries:
        known = None if entry.codes else first.setdefault(entry.id_number, entry)
        if known is None or known is entry:
            kept.append(entry)
        elif known.name == entry.name and merge_wish(known, entry):
            known.companions = tuple(dict.fromkeys(known.companions + entry.companions))
            dropped += 1
            code = "R301" if known.file == entry.file else "R302"
            message = _("the same person as in {other}, same wish; this row is dropped").format(other=known.ref)
            issues.append(entry.issue(code, "id_number", value=mask_id(entry.id_number), message=message))
        else:
            entry.codes = ("R303",)
            kept.append(entry)
            issues.append(_conflict(known, entry))
    return kept, dropped


def _conflict(known: RosterEntry, entry: RosterEntry) -> Issue:
    if known.name != entry.name:
        message = _("the same ID number under another name, {name}, in {other}; {ref} is set aside").format(
            name=known.name, other=known.ref, ref=entry.ref
        )
    else:
        message = _("the same person with another wish in {other}; {ref} is set aside").format(
            other=known.ref, ref=entry.ref
        )
    return entry.issue("R303", "id_number", value=mask_id(entry.id_number), message=message)


def report_shared_phones(entries: Iterable[RosterEntry], issues: list[Issue]) -> None:
    """Report each phone number that more than MAX_PEOPLE_PER_PHONE people gave (R306), at its first row."""
    people: dict[str, list[RosterEntry]] = {}
    for entry in entries:
        if sum(map(str.isdigit, entry.phone)) >= _SHORTEST_PHONE:  # not 户主, 同上
            people.setdefault(entry.phone, []).append(entry)
    for phone, sharing in people.items():
        if len(sharing) > MAX_PEOPLE_PER_PHONE:
            message = _("{count} people gave this phone number").format(count=len(sharing))
            issues.append(sharing[0].issue("R306", "phone", value=mask_phone(phone), message=message))


def merge_wish(kept: RosterEntry, other: RosterEntry) -> bool:
    """Tell whether two rows ask for one wish; if so `kept` takes over what `other` says more.

    One destination may lie in the other (the finer one is kept); dates and mode agree when they are equal or one row
    leaves them open.
    """
    destination = finer(kept.destination, other.destination)
    mode, agreed = stricter(kept.mode, other.mode)
    dates, more = _dates(kept), _dates(other)
    if destination is None or not agreed or (any(dates) and any(more) and dates != more):
        return False
    kept.destination, kept.mode = destination, mode
    if not any(dates):
        kept.preferred, kept.earliest, kept.latest = more
    return True


def finer(one: str, other: str) -> str | None:
    """Return the finer of two divisions when one lies within the other, None when they are apart."""
    if is_within(other, one):
        return other
    return one if is_within(one, other) else None


def stricter(one: Mode | None, other: Mode | None) -> tuple[Mode | None, bool]:
    """Return the mode that satisfies both, and whether there is one; None is a mode left open."""
    if one in (None, "any"):
        return other or one, True
    return one, other in (None, "any", one)


def _dates(entry: RosterEntry) -> tuple[date | None, date | None, date | None]:
    return entry.preferred, entry.earliest, entry.latest
