"""The services of a kernel, and the copies of them that carry linked people.

A service that groups of linked classes may ride has copies for them, single coaches, and what is left of it carries
nobody linked. Where nothing may be missed each group has a copy: of the groups aboard the one with the least number
owns it, so each coach with linked people is one copy. A block makes do with one copy for all groups, and more only
where it ran more: two coaches alike, both with linked people, are rare, and programs grow with copies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scheduler.solver.model.block import Block
from scheduler.solver.model.instance import Instance, Ints
from scheduler.solver.model.services import Service

NOBODY = -1
"""The owner of coaches without linked people."""

ANYBODY = -3
"""The owner of a copy for all groups."""

SHUT_OUT = -2
"""The group of classes whose company is not all in the block: they stay where they are."""


@dataclass
class KernelService:
    """A service of a kernel: who may ride, at what cost, and how often it may run."""

    service: Service
    opening_fen: int
    seats: int
    at: Ints
    """Positions in the block's classes of those who may ride."""
    party_fen: Ints
    """Access, date shift and moves of one party of each, in fen."""
    moved: Ints
    """How many people of one party of each are moved."""
    most: int
    linked: NDArray[np.bool_]
    """Pairs whose strong row stands in the program."""
    owner: int = NOBODY
    """The group whose copy of the service it is (see `pin_rows`)."""

    def single(self) -> list[KernelService]:
        """Return the coaches of the service one by one."""
        return [replace(self, most=1) for _ in range(self.most)]


class LinkedClasses:
    """The linked classes of a block, by position."""

    def __init__(self, instance: Instance, block: Block) -> None:
        self.links = instance.links
        self._size = instance.size[block.classes]
        position = {int(k): at for at, k in enumerate(block.classes)}
        self.members: dict[int, tuple[int, ...]] = {}
        """The positions of each group that is wholly in the block."""
        self.group = np.full(len(block.classes), NOBODY, dtype=np.int64)
        for number in self.links.of(position):
            group = self.links.groups[number]
            inside = tuple(position[k] for k in group if k in position)
            self.group[list(inside)] = SHUT_OUT
            if len(inside) == len(group):
                self.members[number] = inside
                self.group[list(inside)] = number
        self.barred = block.barred

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return bool((self.group != NOBODY).any())

    def must_ride(self) -> Ints:
        """Return the positions of those who must ride."""
        found = [at for number, group in self.members.items() if number in self.links.forced for at in group]
        return np.array(found, dtype=np.int64)

    def may_ride(self, at: int, train: int) -> bool:
        """Tell whether a class may ride a train, for all that others who stay aboard mind."""
        number = int(self.group[at])
        return number != SHUT_OUT and (number, train) not in self.barred

    def copies(
        self, service: KernelService, counts: Ints, least: int, for_all: int | None = None
    ) -> list[KernelService]:
        """Return a service without linked people, and its copies: one a group, or so many `for_all` groups."""
        groups = self.group[service.at]
        plain = groups == NOBODY
        found = []
        people = int((self._size[service.at] * counts[service.at])[plain].sum())
        if people >= least:
            most = min(service.most, people // least, int(counts[service.at][plain].sum()))
            found.append(_part(service, plain, most, NOBODY))
        riding = sorted(number for number in set(groups.tolist()) - {NOBODY, SHUT_OUT} if self._fits(number, service))
        owners = riding if for_all is None else [ANYBODY] * min(for_all, len(riding), service.most)
        for i, owner in enumerate(owners):
            aboard = plain | np.isin(groups, riding[i if for_all is None else 0 :])
            if int((self._size[service.at] * counts[service.at])[aboard].sum()) >= least:
                found.append(_part(service, aboard, 1, owner))
        return found

    def _fits(self, number: int, service: KernelService) -> bool:
        members = list(self.members[number])
        return bool(np.isin(members, service.at).all()) and int(self._size[members].sum()) <= service.seats


def _part(service: KernelService, kept: np.ndarray, most: int, owner: int) -> KernelService:
    """Return a service for some of its classes."""
    return replace(
        service,
        at=service.at[kept],
        party_fen=service.party_fen[kept],
        moved=service.moved[kept],
        linked=service.linked[kept].copy(),
        most=most,
        owner=owner,
    )
