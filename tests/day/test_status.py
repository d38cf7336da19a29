"""A week on the road at many moments: who is due, who is overdue, who has arrived."""

from __future__ import annotations

import datetime as dt

import pytest

from scheduler.day.on_the_way import OnTheWay, RefusedError, Said
from scheduler.day.status import not_reported, open_handover, overdue, status_of
from scheduler.plan import Plan
from scheduler.problem import Problem
from tests.builders import FIRST
from tests.day.week import EVERY, PEOPLE_A_RUN, Ledger, boarded, comes, leaves, season

MINUTE = dt.timedelta(minutes=1)
LATE = {3: 2, 8: 1, 14: 5}
"""Index of a run -> which of its reports comes late."""
LATE_BY = dt.timedelta(minutes=45)
NO_SHOWS = (5, 11)
SIGNED_UNTIL = 12


@pytest.fixture(scope="module")
def week() -> tuple[Problem, Plan]:
    return season()


def script(plan: Plan) -> list[Said]:
    """Return all that is said in the week, by time."""
    said = []
    for i, run in enumerate(plan.runs):
        absent = (run.passengers[0].person,) if i in NO_SHOWS else ()
        count = PEOPLE_A_RUN - len(absent)
        said.append(Said("depart", run.id, count, leaves(run), absent=absent))
        number, moment = 1, leaves(run) + EVERY
        while moment < comes(run):
            delay = LATE_BY if LATE.get(i) == number else dt.timedelta()
            if moment + delay < comes(run):
                said.append(Said("report", run.id, count, moment + delay))
            number, moment = number + 1, moment + EVERY
        said.append(Said("arrive", run.id, count, comes(run), signed_by="王主任" if i < SIGNED_UNTIL else ""))
    return sorted(said, key=lambda each: each.at)


def test_the_whole_week_at_every_hour(week: tuple[Problem, Plan]) -> None:
    asked, plan = week
    order = script(plan)
    late = {}
    for i, number in LATE.items():
        due = leaves(plan.runs[i]) + number * EVERY
        late[plan.runs[i].id] = due, due + LATE_BY
        assert due + LATE_BY < comes(plan.runs[i])
    ledger, seen, seen_overdue = Ledger(), 0, set()
    now = min(leaves(run) for run in plan.runs) - dt.timedelta(hours=3, minutes=17)
    while now < max(comes(run) for run in plan.runs) + dt.timedelta(hours=1):
        while order and order[0].at <= now:
            ledger.say(plan, order.pop(0))
        found = {each.id: each for each in status_of(asked, plan, ledger.events, now)}
        expected = {run for run, (due, heard) in late.items() if due < now < heard}
        assert set(overdue(list(found.values()))) == expected, now
        seen_overdue |= expected
        for i, run in enumerate(plan.runs):
            each = found[run.id]
            if now >= comes(run):
                assert each.state == ("handed_over" if i < SIGNED_UNTIL else "arrived")
            elif now >= leaves(run):
                assert each.state in ("departed", "overdue")
                assert (each.on_board, each.absent) == ((2, 1) if i in NO_SHOWS else (3, 0))
            else:
                assert each.state in ("planned", "due")
                assert each.on_board is None
        seen, now = seen + 1, now + dt.timedelta(minutes=37)
    assert seen > 50
    assert seen_overdue == set(late)
    assert not order
    assert sorted(open_handover(list(found.values()))) == sorted(run.id for run in plan.runs[SIGNED_UNTIL:])


def test_a_run_that_nobody_reports_to_have_left_is_overdue_after_half_an_hour(week: tuple[Problem, Plan]) -> None:
    asked, plan = week
    run = plan.runs[0]
    states = []
    for minutes in (0, 30, 31):
        found = status_of(asked, plan, [], leaves(run) + minutes * MINUTE)
        states.append(next(each.state for each in found if each.id == run.id))
    assert states == ["due", "due", "overdue"]


def test_due_times_move_with_the_real_departure_and_go_over_midnight(week: tuple[Problem, Plan]) -> None:
    asked, plan = week
    run = plan.runs[0]
    begin = leaves(run) + 3 * dt.timedelta(hours=4)
    ledger = Ledger()
    ledger.say(plan, Said("depart", run.id, 3, begin))
    moments = []
    for _turn in range(4):
        found = next(e for e in status_of(asked, plan, ledger.events, begin) if e.id == run.id)
        assert found.next_report is not None
        moments.append(found.next_report)
        ledger.say(plan, Said("report", run.id, 3, found.next_report))
    assert moments == [begin + number * EVERY for number in (1, 2, 3, 4)]
    assert moments[-1].date() == FIRST + dt.timedelta(days=1)


def test_who_is_late_at_the_end_is_asked_every_two_hours(week: tuple[Problem, Plan]) -> None:
    asked, plan = week
    run = plan.runs[0]
    ledger = Ledger()
    ledger.say(plan, Said("depart", run.id, 3, leaves(run)), Said("report", run.id, 3, comes(run) + 5 * MINUTE))
    found = next(e for e in status_of(asked, plan, ledger.events, comes(run) + 6 * MINUTE) if e.id == run.id)
    assert (found.state, found.next_report) == ("departed", comes(run) + 5 * MINUTE + EVERY)


def test_who_boards_after_all_is_not_missing(week: tuple[Problem, Plan]) -> None:
    asked, plan = week
    run = plan.runs[0]
    first, second, _third = (passenger.person for passenger in run.passengers)
    ledger = Ledger()
    ledger.say(plan, Said("depart", run.id, 1, leaves(run), absent=(first, second, second)))
    counts = []
    for person in ("", first, second):
        if person:
            ledger.append([boarded(run, person, leaves(run) + MINUTE)])
        found = next(e for e in status_of(asked, plan, ledger.events, leaves(run) + MINUTE) if e.id == run.id)
        counts.append(found.absent)
    assert counts == [2, 1, 0]


H = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("before", "said", "code"),
    [
        ([], ("report", 3, 1 * H), "R502"),
        ([], ("arrive", 3, 1 * H), "R502"),
        ([], ("depart", 50, 0 * H), "R503"),
        ([], ("depart", 4, 0 * H), "R503"),  # more than on the list
        ([], ("depart", 3, -13 * H), "R503"),
        ([], ("depart", 3, 30 * H), "R503"),  # in the future
        ([("depart", 3, 0 * H)], ("depart", 3, 1 * H), "R503"),
        ([("depart", 3, 0 * H)], ("report", 50, 1 * H), "R503"),
        ([("depart", 3, 0 * H)], ("report", 3, -1 * H), "R503"),
        ([("depart", 3, 0 * H), ("report", 3, 2 * H)], ("report", 3, 1 * H), "R503"),
        ([("depart", 3, 0 * H), ("report", 3, 2 * H)], ("arrive", 3, 1 * H), "R503"),
        ([("depart", 3, 0 * H), ("arrive", 3, 20 * H)], ("report", 3, 21 * H), "R502"),
        ([("depart", 3, 0 * H), ("arrive", 3, 20 * H)], ("arrive", 3, 21 * H), "R502"),
        ([("depart", 3, 0 * H), ("arrive", 3, 20 * H)], ("depart", 3, 21 * H), "R503"),
    ],
)
def test_what_cannot_be_is_refused_with_what_stands(
    week: tuple[Problem, Plan],
    before: list[tuple[str, int, dt.timedelta]],
    said: tuple[str, int, dt.timedelta],
    code: str,
) -> None:
    _asked, plan = week
    run = plan.runs[0]
    begin = leaves(run)
    on_the_way = OnTheWay(plan, [], begin + 24 * H)
    for what, count, after in before:
        on_the_way.take(Said(what, run.id, count, begin + after))  # type: ignore[arg-type]
    with pytest.raises(RefusedError) as refused:
        on_the_way.take(Said(said[0], run.id, said[1], begin + said[2]))  # type: ignore[arg-type]
    assert refused.value.code == code
    assert run.id in refused.value.message or "2027" in refused.value.message


def test_what_is_said_twice_at_one_moment_is_taken(week: tuple[Problem, Plan]) -> None:
    _asked, plan = week
    run = plan.runs[0]
    ledger = Ledger()
    ledger.say(plan, *(Said(what, run.id, 3, leaves(run)) for what in ("depart", "report", "report", "arrive")))
    assert [event.kind for event in ledger.events] == ["departed", "reported", "reported", "arrived"]


@pytest.mark.parametrize("who", ["ffffffffffffffff", "0"])
def test_who_does_not_ride_cannot_be_absent(week: tuple[Problem, Plan], who: str) -> None:
    _asked, plan = week
    run = plan.runs[0]
    with pytest.raises(RefusedError) as refused:
        OnTheWay(plan, [], leaves(run)).take(Said("depart", run.id, 2, leaves(run), absent=(who,)))
    assert refused.value.code == "R501"


# What nobody reports any more ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "hours", "state"),
    [
        ((), 1, "overdue"),
        ((), 48, "overdue"),
        ((), 49, "planned"),
        (("depart",), 48, "overdue"),
        (("depart",), 49, "departed"),
        (("depart", "arrive"), 49, "arrived"),
    ],
)
def test_what_is_long_over_is_not_overdue_for_ever(
    week: tuple[Problem, Plan], said: tuple[str, ...], hours: int, state: str
) -> None:
    asked, plan = week
    run, ledger = plan.runs[0], Ledger()
    for what in said:
        ledger.say(plan, Said(what, run.id, 3, leaves(run) if what == "depart" else comes(run)))  # type: ignore[arg-type]
    found = status_of(asked, plan, ledger.events, comes(run) + hours * H)
    each = next(one for one in found if one.id == run.id)
    assert each.state == state
    forgotten = hours > 48 and "arrive" not in said
    assert (run.id in not_reported(found)) == forgotten
    assert (run.id in overdue(found)) == (state == "overdue")
    if forgotten:
        assert each.next_report is None


def test_a_late_report_counts_from_itself(week: tuple[Problem, Plan]) -> None:
    asked, plan = week
    run, ledger = plan.runs[0], Ledger()
    ledger.say(plan, Said("depart", run.id, 3, leaves(run)), Said("report", run.id, 3, comes(run) + 40 * H))
    for hours, expected in ((87, False), (89, True)):
        found = status_of(asked, plan, ledger.events, comes(run) + hours * H)
        assert (run.id in not_reported(found)) == expected


def test_it_can_be_recorded_late_and_is_closed_then(week: tuple[Problem, Plan]) -> None:
    asked, plan = week
    run, ledger = plan.runs[0], Ledger()
    now = comes(run) + 500 * H
    ledger.say(plan, Said("depart", run.id, 3, leaves(run)), now=now)
    ledger.say(plan, Said("arrive", run.id, 3, comes(run), signed_by="王主任"), now=now)
    found = status_of(asked, plan, ledger.events, now)
    assert run.id not in not_reported(found)
    assert next(each.state for each in found if each.id == run.id) == "handed_over"
