"""The people of the bound by group: those who are interchangeable when parties may be cut up.

Same origin, signature of work stops, window, preferred date, train wish and unserved cost a head; and the same told,
each to the same share of a party's people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.solver.model.instance import Floats, Instance, Ints
from scheduler.solver.model.told import Word


@dataclass(frozen=True, slots=True)
class Groups:
    """People by group: `people` counts them, `leave_fen` is the unserved cost of one of them, moving included.

    `told` lists for each group what shares of its people were told, empty where nobody of the season was told anything.
    """

    origin: Ints
    signature: Ints
    first: Ints
    last: Ints
    preferred: Ints
    has_preferred: NDArray[np.bool_]
    by_coach: NDArray[np.bool_]
    by_train: NDArray[np.bool_]
    work_stop: Ints
    people: Floats
    leave_fen: Floats
    of_class: Ints
    """The group of each class of the instance."""
    told: tuple[tuple[tuple[Word, float], ...], ...] = ()

    def __len__(self) -> int:
        return len(self.origin)


def build_groups(instance: Instance) -> Groups:
    """Pool the classes of an instance into groups."""
    profiles, profile = _told_shares(instance)
    columns = [
        instance.origin,
        instance.signature,
        instance.first,
        instance.last,
        np.where(instance.has_preferred, instance.preferred, 0),
        instance.has_preferred,
        instance.by_coach,
        instance.by_train,
        instance.work_stop,
        # The unserved cost a head as an exact fraction: weight over size in lowest terms.
        instance.weight // np.gcd(instance.weight, instance.size),
        instance.size // np.gcd(instance.weight, instance.size),
    ]
    if profiles:
        columns.append(profile)
    keys, member = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
    people = np.bincount(member.ravel(), (instance.size * instance.count).astype(float), len(keys)).astype(float)
    told = tuple(profiles[p] for p in keys[:, 11].tolist()) if profiles else ()
    leave_fen = keys[:, 9] * instance.unserved_fen / keys[:, 10]
    if instance.told is not None:
        leave_fen = leave_fen + [instance.told.move_fen * sum(share for _word, share in each) for each in told]
    return Groups(
        origin=keys[:, 0],
        signature=keys[:, 1],
        first=keys[:, 2],
        last=keys[:, 3],
        preferred=keys[:, 4],
        has_preferred=keys[:, 5].astype(bool),
        by_coach=keys[:, 6].astype(bool),
        by_train=keys[:, 7].astype(bool),
        work_stop=keys[:, 8],
        people=people,
        leave_fen=leave_fen,
        of_class=member.ravel(),
        told=told,
    )


def _told_shares(instance: Instance) -> tuple[list[tuple[tuple[Word, float], ...]], Ints]:
    """Return what shares of people were told, each profile once, and the number of each class's."""
    if instance.told is None:
        return [], np.zeros(0, dtype=np.int64)
    numbers: dict[tuple[tuple[Word, float], ...], int] = {}
    of_class = []
    for k, size in enumerate(instance.size.tolist()):
        people: dict[Word, int] = {}
        for word, _choice, n in instance.told.of(k):
            people[word] = people.get(word, 0) + n
        shares = tuple((word, n / size) for word, n in sorted(people.items()))
        of_class.append(numbers.setdefault(shares, len(numbers)))
    return list(numbers), np.array(of_class, dtype=np.int64)
