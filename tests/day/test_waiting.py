"""The waiting list offers a freed seat to nobody whom a pin forbids it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from scheduler.day.waiting import waiting_list
from scheduler.pins import Pin
from scheduler.problem import Party
from tests.builders import FIRST, GUXIAN, Service, day, party, plan_for, problem


def offered(make: Callable[[Party, Party, Party], tuple[Pin, ...]]) -> list[str]:
    """Return the runs whose seats are offered to the one who waits, with what is pinned.

    R1 goes on the first day with `mate` aboard, R2 on the third with `other`.
    """
    mate, other, waits = party(), party(), party()
    first, third = [mate, *(party() for _ in range(24))], [other, *(party() for _ in range(24))]
    asked = problem(*first, *third, waits)
    asked = replace(asked, pins=make(waits, mate, other))
    plan = plan_for(asked, (Service(), first), (Service(date=day(2)), third))
    (found,) = waiting_list(asked, plan, (), {})
    return [offer.run for offer in found.offers]


def key(one: Party) -> str:
    return one.people[0].key


@pytest.mark.parametrize(
    ("make", "runs"),
    [
        (lambda waits, mate, other: (), ["R1", "R2"]),
        (lambda waits, mate, other: (Pin("leave", key(waits)),), []),
        (lambda waits, mate, other: (Pin("date", key(waits), date=FIRST),), ["R1"]),
        (lambda waits, mate, other: (Pin("board", key(waits), board=GUXIAN),), ["R1", "R2"]),
        (lambda waits, mate, other: (Pin("board", key(waits), board="广安站"),), []),
        (lambda waits, mate, other: (Pin("mode", key(waits), mode="train"),), []),
        (lambda waits, mate, other: (Pin("mode", key(waits), mode="coach"),), ["R1", "R2"]),
        (lambda waits, mate, other: (Pin("together", key(waits), key(mate)),), ["R1"]),
        (lambda waits, mate, other: (Pin("together", key(mate), key(waits)),), ["R1"]),
        (lambda waits, mate, other: (Pin("apart", key(waits), key(mate)),), ["R2"]),
        (lambda waits, mate, other: (Pin("apart", key(other), key(waits)),), ["R1"]),
        (lambda waits, mate, other: (Pin("run", key(waits), run="R2", date=day(2)),), ["R2"]),
        (lambda waits, mate, other: (Pin("date", key(waits), date=FIRST), Pin("apart", key(waits), key(mate))), []),
    ],
)
def test_a_freed_seat_is_offered_only_where_every_pin_allows_it(
    make: Callable[[Party, Party, Party], tuple[Pin, ...]], runs: list[str]
) -> None:
    assert sorted(offered(make)) == runs
