"""The people of the bound by group: those who are interchangeable when parties may be cut up.

Same origin, signature of work stops, window, preferred date, train wish and unserved cost a head.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.solver.model.instance import Floats, Instance, Ints


@dataclass(frozen=True, slots=True)
class Groups:
    """People by group: `people` counts them, `leave_fen` is the unserved cost of one of them."""

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

    def __len__(self) -> int:
        return len(self.origin)


def build_groups(instance: Instance) -> Groups:
    """Pool the classes of an instance into groups."""
    columns = (
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
    )
    keys, member = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
    people = np.bincount(member.ravel(), (instance.size * instance.count).astype(float), len(keys)).astype(float)
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
        leave_fen=keys[:, 9] * instance.unserved_fen / keys[:, 10],
        of_class=member.ravel(),
    )
