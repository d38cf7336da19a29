"""What follows from events, derived from lists of them: no database is needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from scheduler.season.ledger import states
from scheduler.season.ledger.events import (
    Arrived,
    Cancelled,
    Confirmed,
    Declined,
    Entry,
    Event,
    EventData,
    Exported,
    Frozen,
    HandedOver,
    Pinned,
    SeatTold,
    SmsFailed,
    Unpinned,
    Unreached,
)
from tests.season.ledger.builders import RUN, absent, at, boarded, departed, note, person, reported, told, withdrawn

AT = dt.datetime(2027, 2, 15, tzinfo=dt.UTC)
OTHER = "C0216-东莞-02"


def events(*entries: Entry) -> list[Event]:
    """Number entries as the ledger would."""
    return [
        Event(number, AT, "", each.data, each.person, each.run, each.plan, "", "")
        for number, each in enumerate(entries, start=1)
    ]


def about(who: int, data: EventData) -> Entry:
    return Entry(data, person(who), RUN)


def numbers(found: dict[str, Event]) -> dict[str, int]:
    return {key: event.number for key, event in found.items()}


def test_the_last_seat_is_the_one_that_is_known() -> None:
    happened = events(told(1), told(2), note(), told(1, OTHER))
    assert numbers(states.told(happened)) == {person(1): 4, person(2): 2}
    assert states.told(happened)[person(1)].run == OTHER


@pytest.mark.parametrize(
    ("then", "is_known"),
    [
        (withdrawn(1), False),
        (about(1, Cancelled()), False),
        (about(1, Declined()), True),
        (about(1, Unreached()), True),
        (withdrawn(2), True),
    ],
)
def test_a_seat_is_known_until_it_is_withdrawn_or_cancelled(then: Entry, is_known: bool) -> None:
    assert (person(1) in states.told(events(told(1), then))) == is_known


def test_who_cancelled_and_is_told_again_knows_a_seat() -> None:
    happened = events(told(1), about(1, Cancelled()), told(1))
    assert numbers(states.told(happened)) == {person(1): 3}
    assert states.cancelled(happened) == frozenset()
    assert states.cancelled(happened[:2]) == {person(1)}
    assert states.cancelled(events(about(1, Cancelled()), withdrawn(1))) == {person(1)}


def test_a_new_seat_asks_for_a_new_reply() -> None:
    happened = events(told(1), about(1, Unreached()), about(1, Confirmed()), told(2), about(2, Declined()), told(1))
    assert numbers(states.replies(happened[:5])) == {person(1): 3, person(2): 5}
    assert numbers(states.replies(happened)) == {person(2): 5}


@pytest.mark.parametrize("failure", [Unreached(), SmsFailed(text="空号")])
@pytest.mark.parametrize("then", [Confirmed(), Declined(), Cancelled(), told(1).data])
def test_who_was_not_reached_is_open_until_heard_of(failure: EventData, then: EventData) -> None:
    happened = events(told(1), about(1, failure), about(1, then))
    assert states.unreached(happened[:2]) == {person(1)}
    assert states.unreached(happened) == frozenset()


def test_a_pin_holds_until_it_is_taken_out() -> None:
    first, second = Entry(Pinned(pin="run"), person(1), RUN), Entry(Pinned(pin="closed"))
    happened = events(note(), first, second, Entry(Unpinned(pinned=2)))
    assert list(states.pins(happened)) == [3]


def test_a_run_is_frozen_until_it_is_freed() -> None:
    happened = events(Entry(Frozen(), run=RUN), Entry(Frozen(), run=OTHER), Entry(Frozen(frozen=False), run=RUN))
    assert states.frozen(happened) == {OTHER}
    assert states.frozen(events(Entry(Frozen(frozen=False), run=RUN), Entry(Frozen(), run=RUN))) == {RUN}


def test_a_run_is_counted_at_departure_on_the_way_and_at_its_end() -> None:
    end = Entry(Arrived(headcount=39, at=at(20)), run=RUN)
    happened = events(departed(40), reported(41), departed(30, run=OTHER), end)
    assert [states.aboard(happened[:n], RUN) for n in range(5)] == [None, 40, 41, 41, 39]
    assert states.aboard(happened, OTHER) == 30
    assert numbers(states.departed(happened)) == {RUN: 1, OTHER: 3}
    assert numbers(states.arrived(happened)) == {RUN: 4}


def test_the_last_report_is_the_last_that_was_heard_under_way() -> None:
    happened = events(departed(), reported(hour=10), reported(run=OTHER), note(), reported(hour=12))
    heard = [states.last_report(happened[:n], RUN) for n in range(6)]
    assert [event and event.number for event in heard] == [None, 1, 2, 2, 2, 5]


def test_who_boards_after_all_is_not_absent() -> None:
    happened = events(absent(1), absent(2), absent(3, run=OTHER), boarded(1), boarded(4))
    assert states.absent(happened, RUN) == {person(2)}
    assert states.absent([*happened, *events(absent(4))], RUN) == {person(2), person(4)}


def test_the_hand_over_is_signed() -> None:
    happened = events(Entry(HandedOver(at=at(21), signed_by="王五"), run=RUN))
    assert numbers(states.handed_over(happened)) == {RUN: 1}


def test_lists_are_counted() -> None:
    printed = [Entry(Exported(command="announce", list_number=n, rows=n), run=run) for n, run in ((1, RUN), (3, OTHER))]
    happened = events(told(1, list_number=9), *printed, Entry(Exported(command="manifests"), run=RUN), note())
    assert states.last_list(happened) == 3
    assert {run: each.list_number for run, each in states.printed_lists(happened).items()} == {RUN: 1, OTHER: 3}


@pytest.mark.parametrize(
    ("state", "nothing"),
    [
        (states.told, {}),
        (states.replies, {}),
        (states.unreached, frozenset()),
        (states.cancelled, frozenset()),
        (states.pins, {}),
        (states.frozen, frozenset()),
        (states.departed, {}),
        (states.arrived, {}),
        (states.handed_over, {}),
        (states.exports, ()),
        (states.last_list, 0),
        (states.printed_lists, {}),
    ],
)
def test_nothing_follows_from_nothing(state: Callable[[list[Event]], object], nothing: object) -> None:
    assert state([]) == nothing
    assert state(events(note())) == nothing


def test_exports_are_those_that_wrote_personal_data() -> None:
    happened = events(note(), Entry(Exported(command="manifests", rows=40)), told(1))
    assert [event.number for event in states.exports(happened)] == [2]


@pytest.mark.parametrize(
    "given", [{"date": dt.date(2027, 2, 15)}, {"board": "顾县镇", "alight": "深圳"}, {"alight": "深圳"}]
)
def test_half_a_seat_is_not_told(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="both places"):
        SeatTold.model_validate(given)
