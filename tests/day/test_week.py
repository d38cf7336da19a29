"""A week of 500 people as the office lives it: messages as they come in, `status` at many moments, then the books.

Twenty coaches on four days. Three reports come late, two people do not come, one coach breaks down before it leaves and
another goes three hours later in its place, one never leaves. What must be shown is reckoned from the script alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scheduler.plan import Run
from scheduler.season.plans import read_plan, store_plan
from tests.builders import DONGGUAN, GUXIAN, LUODU, SHENZHEN, Service, plan_for
from tests.day.test_commands import answer, run
from tests.day.week import comes, leaves
from tests.season_folders import HEADINGS, csv_text, person, problem_of, write

RUNS, A_RUN, A_DAY, DAYS = 20, 25, 5, 4
FLEET = "车型,核定载客,数量,起步价,每公里,企业\n49座,49,60,1000,10,岳运\n"
TOML = """name = "测试季"
direction = "to_work"
home = "511621"
first_date = 2027-02-10
last_date = 2027-02-14
[policy]
min_load = 1
"""
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
EVERY = 2 * HOUR
LATE_REPORTS = {3: 2, 8: 1, 14: 5}
"""Index of a run -> which of its reports comes 45 minutes late."""
LATE_BY = 45 * MINUTE
NO_SHOWS = (5, 11)
BROKEN, REPLACED_AFTER = 9, 3 * HOUR
STAYED = 4
SIGNED_UNTIL = 12
FACTORY = "川粤电子厂"
OF_FACTORY = 8
"""People of the factory on each coach to 深圳 of the first two days."""
PRICE_A_KM_FEN, FIXED_FEN = 1_000, 100_000
STEP = 149 * MINUTE


@dataclass(frozen=True)
class Words:
    """One message: of which run (by index), when, how many on board, and what it says."""

    index: int
    at: dt.datetime
    what: str
    count: int


def is_far(index: int) -> bool:
    return index % 4 == 3


def aboard(index: int) -> int:
    return A_RUN - (index in NO_SHOWS)


def left_at(index: int, coach: Run) -> dt.datetime:
    return leaves(coach) + (REPLACED_AFTER if index == BROKEN else dt.timedelta())


def came_at(index: int, coach: Run) -> dt.datetime:
    return comes(coach) + (REPLACED_AFTER if index == BROKEN else dt.timedelta())


def script(runs: tuple[Run, ...]) -> list[Words]:
    """Return all messages of the week by time."""
    said = []
    for index, coach in enumerate(runs):
        if index == STAYED:
            continue
        begin, end = left_at(index, coach), came_at(index, coach)
        said.append(Words(index, begin, "depart", aboard(index)))
        number, due = 1, begin + EVERY
        while due < end:
            said.append(Words(index, due + LATE_BY * (LATE_REPORTS.get(index) == number), "report", aboard(index)))
            number, due = number + 1, due + EVERY
        said.append(Words(index, end, "arrive", aboard(index)))
    return sorted(said, key=lambda each: each.at)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Run, ...]]:
    """Return a season of 500 people, each coach its own day, township and city."""
    rows = []
    for index in range(RUNS):
        for n in range(A_RUN):
            of_factory = n < OF_FACTORY and index < 2 * A_DAY and not is_far(index)
            changes = {"乡镇": "罗渡镇" if index % 2 else "顾县镇", "目的地": "东莞" if is_far(index) else "深圳"}
            changes |= {"出行日期": f"2027-02-{10 + index // A_DAY}", "用工单位": FACTORY if of_factory else ""}
            serial = 1 + index * A_RUN + n
            rows.append(person(serial, 姓名=f"某{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{n // 10}", **changes))
    assert set(rows[0]) <= set(HEADINGS)
    files: dict[str, str | bytes] = {"roster/全县.csv": csv_text(*rows), "roster/顾县镇.csv": "", "fleet.csv": FLEET}
    folder = write(tmp_path_factory.mktemp("week") / "season", files, toml=TOML)
    asked = problem_of(folder)
    assert sum(len(party.people) for party in asked.parties) == RUNS * A_RUN
    services = []
    for index in range(RUNS):
        wanted = (
            dt.date(2027, 2, 10 + index // A_DAY),
            "罗渡镇" if index % 2 else "顾县镇",
            DONGGUAN if is_far(index) else SHENZHEN,
        )
        alike = [other for other in range(RUNS) if _wanted(other) == _wanted(index)]
        parties = [each for each in asked.parties if (each.preferred, each.origin, each.work_stop) == wanted]
        place = alike.index(index)
        service = Service(wanted[0], (LUODU if index % 2 else GUXIAN,), (wanted[2],))
        services.append((service, parties[place * A_RUN : (place + 1) * A_RUN]))
    plan = plan_for(asked, *services)
    store_plan(folder, plan)
    runs = read_plan(folder).runs
    assert [coach.load for coach in runs] == [A_RUN] * RUNS
    return folder, runs


def _wanted(index: int) -> tuple[int, int, bool]:
    return index // A_DAY, index % 2, is_far(index)


def moments(runs: tuple[Run, ...]) -> Iterator[dt.datetime]:
    """Yield moments some two hours apart, and one within the time of each report that is late."""
    late = sorted(left_at(i, runs[i]) + number * EVERY + LATE_BY / 3 for i, number in LATE_REPORTS.items())
    now = min(map(leaves, runs)) - 3 * HOUR - 17 * MINUTE
    while now < max(map(comes, runs)) + 55 * HOUR:
        while late and late[0] < now:
            yield late.pop(0)
        yield now
        now += STEP


def overdue_at(index: int, coach: Run, now: dt.datetime) -> bool:
    """Tell from the script whether a run is overdue: it should have left, or a report is due that comes late."""
    if index == STAYED:
        return leaves(coach) + 30 * MINUTE < now <= comes(coach) + 48 * HOUR
    if index == BROKEN and leaves(coach) + 30 * MINUTE < now < left_at(index, coach):
        return True
    if index in LATE_REPORTS:
        due = left_at(index, coach) + LATE_REPORTS[index] * EVERY
        return due < now < due + LATE_BY
    return False


def state_at(index: int, coach: Run, now: dt.datetime) -> set[str]:
    if overdue_at(index, coach, now):
        return {"overdue"}
    if index == STAYED or now < left_at(index, coach):
        boarding = next(stop.arrive or stop.depart for stop in coach.stops if stop.kind == "board")
        assert boarding is not None
        return {"due"} if boarding <= now <= leaves(coach) + 30 * MINUTE else {"planned"}
    if now >= came_at(index, coach):
        return {"handed_over"} if index < SIGNED_UNTIL else {"arrived"}
    return {"departed"}


def say(folder: Path, runs: tuple[Run, ...], words: list[Words], now: dt.datetime) -> None:
    """Record messages: no-shows, the breakdown and signatures by commands, the others as lines out of a chat group."""
    clock = ("--now", now.isoformat(), "--by", "值班员")
    lines, last = [], []
    for each in words:
        name = runs[each.index].id
        at = ("--at", each.at.isoformat(), *clock)
        if each.what == "depart" and each.index in NO_SHOWS:
            gone = runs[each.index].passengers[0].person
            assert run("depart", folder, name, "--headcount", each.count, "--absent", gone, *at) == 0
        elif each.what == "depart" and each.index == BROKEN:
            note = ("--note", "原车故障，换川X99999")
            assert run("depart", folder, name, "--headcount", each.count, *note, *at) == 0
        elif each.what == "arrive" and each.index < SIGNED_UNTIL:
            last.append(("arrive", folder, name, "--headcount", each.count, "--signed-by", "王主任", *at))
        else:
            text = {"depart": f"{each.count} 0", "report": f"{each.count}人", "arrive": f"到达 {each.count}"}[each.what]
            lines.append(f"{name} {each.at:%m/%d %H:%M} {text}")
    if lines:
        file = folder.parent / f"群消息-{now:%m%d%H%M}.txt"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        assert run("record", folder, file, *clock) == 0
    for arguments in last:
        assert run(*arguments) == 0


@pytest.fixture(scope="module")
def seen(planned: tuple[Path, tuple[Run, ...]]) -> list[tuple[dt.datetime, int, dict[str, Any]]]:
    """Return what `status` said at each moment, with its exit code, the whole week being recorded on the way."""
    from scheduler.cli.commands.status import _read, _status

    folder, runs = planned
    words, found = script(runs), []
    for now in moments(runs):
        heard = [each for each in words if each.at <= now]
        words = words[len(heard) :]
        if heard:
            say(folder, runs, heard, now)
        figures, _runs = _status(folder, _read(folder, None, None), now)
        found.append((now, 1 if figures["overdue"] else 0, figures))
    assert not words
    return found


def test_status_is_right_at_every_moment(
    planned: tuple[Path, tuple[Run, ...]], seen: list[tuple[dt.datetime, int, dict[str, Any]]]
) -> None:
    _folder, runs = planned
    assert len(seen) >= 50
    ever: Counter[str] = Counter()
    for now, _code, figures in seen:
        shown = {each["id"]: each for each in figures["runs"]}
        late = [coach.id for index, coach in enumerate(runs) if overdue_at(index, coach, now)]
        assert sorted(figures["overdue"]) == sorted(late), now
        ever.update(late)
        for index, coach in enumerate(runs):
            each = shown[coach.id]
            assert each["state"] in state_at(index, coach, now), (now, index)
            has_left = index != STAYED and now >= left_at(index, coach)
            assert each["on_board"] == (aboard(index) if has_left else None)
            assert each["absent"] == (A_RUN - aboard(index) if has_left else None)
        unsigned = [c.id for i, c in enumerate(runs) if i >= SIGNED_UNTIL and now >= came_at(i, c)]
        assert sorted(figures["open_handover"]) == sorted(unsigned)
        forgotten = [runs[STAYED].id] if now > comes(runs[STAYED]) + 48 * HOUR else []
        assert figures["not_reported"] == forgotten
    assert set(ever) == {runs[index].id for index in (*LATE_REPORTS, BROKEN, STAYED)}


def test_the_command_says_the_same_and_exits_with_1_while_anything_is_overdue(
    planned: tuple[Path, tuple[Run, ...]],
    seen: list[tuple[dt.datetime, int, dict[str, Any]]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """At the end of the week, when all has been recorded."""
    folder, _runs = planned
    now, code, figures = seen[-1]
    assert answer(capsys, "status", folder, "--now", now.isoformat()) == (code, figures)


@pytest.mark.parametrize("day", range(DAYS))
def test_every_figure_of_a_day(
    planned: tuple[Path, tuple[Run, ...]],
    seen: list[tuple[dt.datetime, int, dict[str, Any]]],
    capsys: pytest.CaptureFixture[str],
    day: int,
) -> None:
    folder, runs = planned
    assert seen
    date = dt.date(2027, 2, 10 + day)
    _code, figures = answer(capsys, "daily", folder, date)
    today, until = range(day * A_DAY, (day + 1) * A_DAY), range((day + 1) * A_DAY)

    def counted(indexes: range) -> dict[str, dict[str, int]]:
        left = [index for index in indexes if index != STAYED]
        return {
            "planned": {"runs": len(indexes), "people": A_RUN * len(indexes)},
            "actual": {
                "runs": len(left),
                "people": sum(map(aboard, left)),
                "absent": sum(A_RUN - aboard(index) for index in left),
            },
        }

    def by(name: dict[int, str]) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for index in today:
            each = found.setdefault(name[index], {"planned": 0, "actual": 0})
            each["planned"] += A_RUN
            each["actual"] += 0 if index == STAYED else aboard(index)
        return found

    everybody = counted(today)
    nobody = {"planned": {"runs": 0, "people": 0}, "actual": {"runs": 0, "people": 0, "absent": 0}}
    whole = {"planned": everybody["planned"]["people"], "actual": everybody["actual"]["people"]}
    incidents = [runs[BROKEN].id] if BROKEN in today else []
    assert figures["date"] == date.isoformat()
    assert (figures["day"], figures["so_far"]) == (everybody, counted(until))
    assert figures["by_mode"] == {"coach": everybody, "train": nobody}
    assert figures["by_destination"] == by({i: DONGGUAN if is_far(i) else SHENZHEN for i in today})
    assert figures["by_township"] == by({i: "罗渡镇" if i % 2 else "顾县镇" for i in today})
    assert (figures["in_province"], figures["cross_province"]) == ({"planned": 0, "actual": 0}, whole)
    assert figures["priority"] == {"planned": 0, "actual": 0}
    assert [each["run"] for each in figures["incidents"]] == incidents
    assert all("川X99999" in each["what"] for each in figures["incidents"])
    for number in (everybody["actual"]["people"], counted(until)["actual"]["people"]):
        assert str(number) in figures["text"]


def test_every_figure_of_the_settlement(
    planned: tuple[Path, tuple[Run, ...]],
    seen: list[tuple[dt.datetime, int, dict[str, Any]]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, runs = planned
    assert seen
    now = ("--now", "2027-02-20T09:00")
    _code, figures = answer(capsys, "settle", folder, "-o", tmp_path / "books", *now)
    lines = {each["run"]: each for each in figures["carriers"]}
    assert len(lines) == RUNS
    price = {}
    for index, coach in enumerate(runs):
        assert coach.path_km is not None
        price[index] = round(FIXED_FEN + PRICE_A_KM_FEN * coach.path_km)  # one stop at either end: none to pay beyond
        each = lines[coach.id]
        assert (each["operator"], each["date"], each["km"]) == ("岳运", coach.date.isoformat(), coach.path_km)
        assert (each["price"], each["planned"]) == (price[index], A_RUN)
        assert each["boarded"] == (0 if index == STAYED else aboard(index))
        assert each["deduction"] == (price[index] if index == STAYED else 0)
        assert each["to_pay"] == (0 if index == STAYED else price[index])
    claims = {each["run"]: each for each in figures["claims"]}
    claiming = [i for i in range(2 * A_DAY) if not is_far(i) and i != STAYED]
    assert sorted(claims) == sorted(runs[index].id for index in claiming)
    for index in claiming:
        each, heads = claims[runs[index].id], aboard(index)
        own = sum(_is_of_factory(passenger, index) for passenger in range(A_RUN))
        # The first of the roster stayed at home: of the factory where it has people on that coach.
        own -= index in NO_SHOWS
        assert (each["employer"], each["people"], each["boarded"]) == (FACTORY, own, heads)
        assert abs(each["claim"] - min(price[index] * own / heads / 2, 1_000_000)) <= 1
    assert figures["rode"] == sum(aboard(index) for index in range(RUNS) if index != STAYED)
    rode = (tmp_path / "books" / "实际乘坐台账.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    expected = {
        f"{passenger.person},{coach.id},{coach.date}"
        for index, coach in enumerate(runs)
        if index != STAYED
        for n, passenger in enumerate(coach.passengers)
        if not (n == 0 and index in NO_SHOWS)
    }
    assert set(rode) == expected
    assert len(rode) == len(expected)


def _is_of_factory(n: int, index: int) -> bool:
    return n < OF_FACTORY and index < 2 * A_DAY and not is_far(index)
