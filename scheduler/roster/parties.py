"""Entries -> parties: who travels with whom, split where wishes differ or where no vehicle is large enough."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from scheduler.i18n import _
from scheduler.problem import Mode, Party, Person
from scheduler.roster.cells import bare_companion
from scheduler.roster.duplicates import finer, stricter
from scheduler.roster.row_reader import RosterEntry, window_of
from scheduler.settings import Settings
from scheduler.tabular.issues import Issue

_LABEL = re.compile(
    r"第?[A-Za-z]{0,3}-?\d{1,8}[号组队户]?|第?[一二三四五六七八九十]+[号组队户]|[A-Za-z][号组队户]?|.*!.*"
)
_ID = re.compile(r"\d{15}|\d{17}[\dX]")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the members of a party share; `window` is (preferred, first, last), None while nobody gave a date."""

    township: str
    destination: str
    window: tuple[date | None, date, date] | None
    mode: Mode | None

    def joined(self, other: _Wish) -> _Wish | None:
        """Return the wish that serves both, None when there is none."""
        destination = finer(self.destination, other.destination)
        mode, agreed = stricter(self.mode, other.mode)
        if self.township != other.township or destination is None or not agreed:
            return None
        if self.window and other.window and self.window != other.window:
            return None
        return _Wish(self.township, destination, self.window or other.window, mode)


def form_parties(
    entries: Sequence[RosterEntry], settings: Settings, stop_name: Callable[[str], str], issues: list[Issue]
) -> list[Party]:
    """Return the parties of the entries that have no errors, in the order of their first members.

    Parameters
    ----------
    stop_name : callable
        Division code of a destination -> name of its own work stop.
    issues : list of Issue
        Groups that do not agree, at the rows of the minority, and companions that cannot be told are added (R304).
    """
    parties = []
    for group in _groups([entry for entry in entries if not entry.codes], issues):
        pieces: list[tuple[_Wish, list[RosterEntry]]] = []
        for entry in group:
            wish = _wish(entry, settings)
            for number, (known, members) in enumerate(pieces):
                if joined := known.joined(wish):
                    pieces[number] = joined, [*members, entry]
                    break
            else:
                pieces.append((wish, [entry]))
        majority = max(pieces, key=lambda piece: len(piece[1]))
        for piece in pieces:
            if piece is not majority:
                issues += [_disagrees(entry, majority[1][0]) for entry in piece[1]]
        parties += [_party(wish, members, settings, stop_name) for wish, members in pieces]
    return parties


def split_oversized(parties: Iterable[Party], capacity_of: Callable[[Party], int | None]) -> Iterator[Party]:
    """Yield the parties, those too large for any vehicle in the fewest, even pieces (`id`/1, `id`/2, ...).

    Even pieces leave one person alone only where every split of that many pieces would. Who is in which piece follows
    from the ID numbers, not from the order of the rows: a roster that is sorted anew gives the same pieces.

    Parameters
    ----------
    capacity_of : callable
        The most people of a party that one run could ever carry; None or 0 when nothing could carry any.
    """
    for party in parties:
        capacity = capacity_of(party)
        if not capacity or party.size <= capacity:
            yield party
            continue
        count = -(-party.size // capacity)
        small, larger = divmod(party.size, count)
        people = sorted(party.people, key=lambda person: person.id_number)
        start = 0
        for number in range(1, count + 1):
            size = small + (number <= larger)
            yield replace(party, id=f"{party.id}/{number}", people=tuple(people[start : start + size]))
            start += size


def _wish(entry: RosterEntry, settings: Settings) -> _Wish:
    given = entry.preferred or entry.earliest or entry.latest
    days = window_of(settings, entry.preferred, entry.earliest, entry.latest) if given else None
    return _Wish(entry.township, entry.destination, (entry.preferred, *days) if days else None, entry.mode)


def _party(wish: _Wish, members: list[RosterEntry], settings: Settings, stop_name: Callable[[str], str]) -> Party:
    preferred, first, last = wish.window or (None, settings.first_date, settings.last_date)
    return Party(
        id=members[0].ref,
        people=tuple(map(_person, members)),
        origin=wish.township,
        destination=wish.destination,
        work_stop=stop_name(wish.destination),
        earliest=first,
        latest=last,
        preferred=preferred,
        mode=wish.mode or "any",
    )


def _person(entry: RosterEntry) -> Person:
    return Person(
        ref=entry.ref,
        name=entry.name,
        id_number=entry.id_number,
        township=entry.township,
        birth=entry.birth,
        sex=entry.sex,
        phone=entry.phone,
        village=entry.village,
        employer=entry.employer,
        employer_stop=entry.employer_stop,
        priority=entry.priority,
        emergency_contact=entry.emergency_contact,
        emergency_phone=entry.emergency_phone,
        luggage=entry.luggage,
        note=entry.note,
        other_columns=entry.other_columns,
    )


def _disagrees(entry: RosterEntry, first: RosterEntry) -> Issue:
    message = _("travels apart from the group of {other}: origin, destination, dates or mode differ").format(
        other=first.ref
    )
    return entry.issue("R304", "group", value="、".join(label for _file, label in entry.companions), message=message)


def _groups(entries: Sequence[RosterEntry], issues: list[Issue]) -> Iterator[list[RosterEntry]]:
    """Yield the groups, people alone included, each in the order of the entries, by their first members."""
    leader = list(range(len(entries)))

    def find(index: int) -> int:
        while leader[index] != index:
            leader[index] = leader[leader[index]]
            index = leader[index]
        return index

    def join(one: int, other: int) -> None:
        one, other = sorted((find(one), find(other)))
        leader[other] = one

    doubtful = []
    companions = _Companions(entries)
    for index, entry in enumerate(entries):
        for file, label in entry.companions:
            found = companions.of(index, file, label)
            if found is None:
                continue
            if len(found) == 1:
                join(index, found[0])
            else:
                doubtful.append((index, label, found))
    for index, label, found in doubtful:
        if not any(find(other) == find(index) for other in found):
            issues.append(_doubtful(entries[index], label, [entries[other] for other in found]))
    groups: dict[int, list[RosterEntry]] = {}
    for index, entry in enumerate(entries):
        groups.setdefault(find(index), []).append(entry)
    yield from groups.values()


def _doubtful(entry: RosterEntry, label: str, found: list[RosterEntry]) -> Issue:
    if found:
        message = _("the companion {name} may be any of {others}; they are not joined").format(
            name=label, others="、".join(other.ref for other in found[:5])
        )
    else:
        message = _("the companion {name} is not among the township's people who can be planned").format(name=label)
    return entry.issue("R304", "group", value=label, message=message)


class _Companions:
    """Finds whom a group cell means: a label within one file, a name or an ID within one township."""

    def __init__(self, entries: Sequence[RosterEntry]) -> None:
        self._entries = entries
        self._labels: dict[tuple[str, str], int] = {}
        self._named: dict[tuple[str, str], list[int]] = {}
        self._numbered: dict[tuple[str, str], int] = {}
        for index, entry in enumerate(entries):
            self._named.setdefault((entry.township, entry.name), []).append(index)
            self._numbered[entry.township, entry.id_number] = index

    def of(self, index: int, file: str, label: str) -> list[int] | None:
        """Return the entries that a label of entry `index` may mean; None when it needs no companion."""
        if _ID.fullmatch(label):
            return self._by_id(index, label)
        if _LABEL.fullmatch(label):
            return [self._labels.setdefault((file, label), index)]
        entry = self._entries[index]
        for name in dict.fromkeys((label, bare_companion(label))):
            if name == entry.name:
                return None
            if found := self._named.get((entry.township, name)):
                return found
        return []

    def _by_id(self, index: int, number: str) -> list[int] | None:
        township = self._entries[index].township
        for known in (number, _long(number)):
            if (found := self._numbered.get((township, known))) is not None:
                return [found]
        return []


def _long(number: str) -> str:
    """Return a 15-digit ID as the 18 characters it stands for."""
    from scheduler.roster.cells import check_character

    body = f"{number[:6]}19{number[6:]}"
    return body + check_character(body) if len(number) == 15 else number
