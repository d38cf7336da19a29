"""Parties that may take each other's places, grouped; `instance` lays their classes out as arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scheduler.problem import Party, Person, Problem
from scheduler.solver.model.pins.asked import Narrowed, PinnedWishes
from scheduler.solver.model.told import Profile, ToldClasses, WordReader, told_classes
from scheduler.solver.model.train_blocks import Origin

Signature = tuple[frozenset[int], ...]
"""The sets of work stops a run must meet, each at least once, to set down everyone of a party."""

Wishes = tuple[tuple[tuple[int, ...], int], ...]
"""Work stops where a person of a party may alight (board), and how many people may at just these."""


class _Row(NamedTuple):
    """What the parties of a class agree in, but for what they have been told: indices, days, flags, people."""

    origin: int
    work_stop: int
    signature: int
    first: int
    last: int
    preferred: int
    has_preferred: bool
    by_coach: bool
    by_train: bool
    size: int
    weight: int
    wish: int


class PartyClasses:
    """The classes of the parties added so far, in the order of their first members.

    Attributes
    ----------
    members : list
        Indices into problem.parties, by class.
    signatures, wishes : dict
        Of what the rows speak, in the order of their indices.
    samples : dict
        A party that may go by train, by origin and work stop.
    """

    def __init__(
        self,
        problem: Problem,
        to_work: bool,
        origins: Sequence[Origin],
        work_of: dict[str, int],
        pinned: PinnedWishes,
        reader: WordReader | None,
    ) -> None:
        self.members: list[list[int]] = []
        self.signatures: dict[Signature, int] = {}
        self.wishes: dict[Wishes, int] = {}
        self.samples: dict[tuple[int, int], tuple[Origin, Party]] = {}
        self._parties, self._first_date, self._to_work = problem.parties, problem.settings.first_date, to_work
        self._origin_of = {origin: i for i, origin in enumerate(origins)}
        self._work_of, self._pinned, self._reader = work_of, pinned, reader
        self._keys: dict[tuple[object, ...], int] = {}
        self._rows: list[_Row] = []
        self._profiles: list[Profile] = []
        self._added = 0

    def add(self, party: Party, origin: Origin) -> None:
        """Put the next party of the problem into its class. One that a pin links to others is a class of its own."""
        choices, by_coach = self._choices(party)
        row = self._row(party, origin, choices, by_coach=by_coach)
        if row.by_train:
            self.samples[row.origin, row.work_stop] = origin, party
        profile = self._reader.profile(party, self._to_work, choices) if self._reader is not None else ()
        key = (row, profile, party.id if party.id in self._pinned.linked else None)
        at = self._keys.setdefault(key, len(self._rows))
        if at == len(self._rows):
            self._rows.append(row)
            self._profiles.append(profile)
            self.members.append([])
        self.members[at].append(self._added)
        self._added += 1

    def of_parties(self) -> dict[str, int]:
        """Return the class of each party added, by its id."""
        return {self._parties[i].id: k for k, each in enumerate(self.members) for i in each}

    def columns(self) -> dict[str, NDArray[np.int64]]:
        """Return each column of the rows, an entry a class."""
        table = np.array(self._rows, dtype=np.int64).reshape(len(self._rows), len(_Row._fields))
        return dict(zip(_Row._fields, table.T, strict=True))

    def told(self, move_fen: int, tolerance_min: int, max_moved: int | None) -> ToldClasses | None:
        """Return what the people of each class have been told; None where nobody has been told anything."""
        return told_classes(self._profiles, move_fen, tolerance_min, max_moved) if any(self._profiles) else None

    def _choices(self, party: Party) -> tuple[list[frozenset[int]], bool]:
        """Return where each person of a party may alight (board), and whether a coach may carry the party."""
        now = self._pinned.narrowed.get(party.id, Narrowed())
        gate = "" if self._to_work else now.board
        choices = [_choice(party, person, gate, self._work_of) for person in party.people]
        if all(choices):
            return choices, "train" not in (party.mode, now.mode)
        return [_choice(party, person, "", self._work_of) for person in party.people], False

    def _row(self, party: Party, origin: Origin, choices: Sequence[frozenset[int]], *, by_coach: bool) -> _Row:
        now = self._pinned.narrowed.get(party.id, Narrowed())
        return _Row(
            origin=self._origin_of[origin],
            work_stop=self._work_of[party.work_stop],
            signature=self.signatures.setdefault(_signature(choices), len(self.signatures)),
            first=((now.day or party.earliest) - self._first_date).days,
            last=((now.day or party.latest) - self._first_date).days,
            preferred=(party.preferred - self._first_date).days if party.preferred is not None else 0,
            has_preferred=party.preferred is not None,
            by_coach=by_coach,
            by_train="coach" not in (party.mode, now.mode),
            size=party.size,
            weight=party.weight,
            wish=self.wishes.setdefault(_wishes(choices), len(self.wishes)),
        )


def _choice(party: Party, person: Person, gate: str, work_of: dict[str, int]) -> frozenset[int]:
    """Return the work stops where a person may alight (board), of which a pin may leave one, the `gate`, or none."""
    own = {stop for stop in (party.work_stop, person.employer_stop) if stop is not None and gate in ("", stop)}
    return frozenset(work_of[stop] for stop in own)


def _signature(choices: Sequence[frozenset[int]]) -> Signature:
    """Return the sets of stops a run must meet; a set that contains another asks nothing more and is left out."""
    wanted = set(choices)
    needed = [one for one in wanted if not any(other < one for other in wanted)]
    return tuple(sorted(needed, key=sorted))


def _wishes(choices: Sequence[frozenset[int]]) -> Wishes:
    """Return where the people of a party may alight (board), each number of people once."""
    return tuple(sorted(Counter(tuple(sorted(choice)) for choice in choices).items()))
