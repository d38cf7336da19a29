"""What people have been told, by class, and whom a way to travel would move.

A person who was told something is **moved** when the day, a place or (by more than a tolerance) the departure differs,
or when there is no seat; that costs move_cost. So classes are told alike, and a way costs a party, beside fares, access
and shifts, move_cost for each of its people whom it moves. Where another stop is nearer than the one told, but not by
move_cost, people stay at theirs: what a stop costs a person is access, plus move_cost where it is another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scheduler.plan import Told
from scheduler.problem import Party

MINUTE_S = 60

Ints = NDArray[np.int64]

NO_TIME = -(1 << 20)
"""The departure of those who were told none: no departure moves them."""

Choice = tuple[int, ...]
"""The work stops where one person may alight (board), in order."""


class Word(NamedTuple):
    """What a person was told. `home` and `work` number the places among the coaches' stops, -1 where none stops there.

    `depart_min` is the departure at the boarding place in minutes after the day's midnight, NO_TIME where none was.
    """

    day: int
    board: str
    alight: str
    depart_min: int
    home: int
    work: int


Profile = tuple[tuple[tuple[Word, Choice], int], ...]
"""What the people of a party were told, and how many alike; those who were told nothing are not in it."""


@dataclass(frozen=True, eq=False)
class ToldClasses:
    """What the people of each class were told: entries start[k] to start[k + 1] of `word`, `choice` and `people`.

    Attributes
    ----------
    words : tuple of Word
        Each once; `word` numbers them.
    people : array (entries)
        People of one party of the class who were told this.
    choices : tuple
        Work stops of these people.
    move_fen : int
        What it costs to move one of them.
    tolerance_min : int
        A departure off by no more than this moves nobody.
    max_moved : int or None
        Most people who may be moved.
    """

    words: tuple[Word, ...]
    start: Ints
    word: Ints
    people: Ints
    choices: tuple[Choice, ...]
    move_fen: int
    tolerance_min: int
    max_moved: int | None = None

    @cached_property
    def owner(self) -> Ints:
        """The class of each entry."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    @cached_property
    def of_class(self) -> Ints:
        """How many people of one party of each class were told anything."""
        return np.bincount(self.owner, self.people, len(self.start) - 1).astype(np.int64)

    @cached_property
    def day(self) -> Ints:
        """The day of each entry."""
        return np.array([self.words[w].day for w in self.word], dtype=np.int64)

    @cached_property
    def home(self) -> Ints:
        """The home stop of each entry, -1 where no coach stops there."""
        return np.array([self.words[w].home for w in self.word], dtype=np.int64)

    @cached_property
    def work(self) -> Ints:
        """The work stop of each entry, -1 where no coach stops there."""
        return np.array([self.words[w].work for w in self.word], dtype=np.int64)

    @cached_property
    def depart_min(self) -> Ints:
        """The departure of each entry."""
        return np.array([self.words[w].depart_min for w in self.word], dtype=np.int64)

    def moved_on(self, classes: Ints, day: int) -> Ints:
        """Return how many people of a party of each class were told another day."""
        entries, owner = self.entries(classes)
        other = (self.day[entries] != day) * self.people[entries]
        return np.bincount(owner, other, len(classes)).astype(np.int64)

    def entries(self, classes: Ints) -> tuple[Ints, Ints]:
        """Return the entries of some classes, and the position of the class of each."""
        sizes = self.start[classes + 1] - self.start[classes]
        owner = np.repeat(np.arange(len(classes)), sizes)
        first = np.repeat(self.start[classes] - np.cumsum(sizes) + sizes, sizes)
        return first + np.arange(len(owner)), owner

    def of(self, k: int) -> list[tuple[Word, Choice, int]]:
        """Return what the people of a class were told: (word, their work stops, people of a party)."""
        span = range(int(self.start[k]), int(self.start[k + 1]))
        return [(self.words[self.word[e]], self.choices[e], int(self.people[e])) for e in span]

    def moved_on_train(self, word: Word, day: int, board: str, alight: str, depart_min: int | None) -> bool:
        """Tell whether somebody who was told a word is moved by riding a train."""
        if (word.day, word.board, word.alight) != (day, board, alight):
            return True
        if word.depart_min == NO_TIME:
            return False
        return depart_min is None or abs(depart_min - word.depart_min) > self.tolerance_min


class WordReader:
    """Reads what people were told into profiles, by the numbers of an instance."""

    def __init__(self, told: Sequence[Told], first_day: datetime, homes: Mapping[str, int], works: Mapping[str, int]):
        self._of_person = {one.person: one for one in told}
        self._first_day = first_day
        self._homes, self._works = homes, works

    def profile(self, party: Party, to_work: bool, choices: Sequence[frozenset[int]]) -> Profile:
        """Return what the people of a party were told, who may each alight (board) at so many work stops."""
        counts: dict[tuple[Word, Choice], int] = {}
        for person, stops in zip(party.people, choices, strict=True):
            told = self._of_person.get(person.key)
            if told is not None:
                word = self._word(told, to_work)
                # Where a pin leaves another stop alone no coach keeps the one told.
                key = word if word.work in stops else word._replace(work=-1), tuple(sorted(stops))
                counts[key] = counts.get(key, 0) + 1
        return tuple(sorted(counts.items()))

    def _word(self, told: Told, to_work: bool) -> Word:
        midnight = datetime.combine(told.date, time())
        home, work = (told.board, told.alight) if to_work else (told.alight, told.board)
        return Word(
            (midnight - self._first_day).days,
            told.board,
            told.alight,
            NO_TIME if told.depart is None else int((told.depart - midnight).total_seconds()) // MINUTE_S,
            self._homes.get(home, -1),
            self._works.get(work, -1),
        )


def told_classes(profiles: Sequence[Profile], move_fen: int, tolerance_min: int, max_moved: int | None) -> ToldClasses:
    """Lay out the profiles of the classes in arrays."""
    words: dict[Word, int] = {}
    entries = [entry for profile in profiles for entry in profile]
    for (word, _choice), _people in entries:
        words.setdefault(word, len(words))
    return ToldClasses(
        words=tuple(words),
        start=np.cumsum([0, *map(len, profiles)], dtype=np.int64),
        word=np.array([words[word] for (word, _choice), _people in entries], dtype=np.int64),
        people=np.array([people for _key, people in entries], dtype=np.int64),
        choices=tuple(choice for (_word, choice), _people in entries),
        move_fen=move_fen,
        tolerance_min=tolerance_min,
        max_moved=max_moved,
    )
