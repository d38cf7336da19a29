"""A plan meets rosters sorted, renamed, split, sent anew, corrected: printed right or refused, never a wrong name."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.errors import PlanError
from scheduler.keys import with_keys
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.reports.book import Book
from scheduler.roster.intake import read_roster
from scheduler.season.keyed import load_with_plan
from scheduler.season.ledger.ledger import open_ledger
from scheduler.season.network import read_network
from scheduler.season.plans import store_plan
from scheduler.verify import verify
from tests.builders import GUXIAN, LUODU, Service, day, plan_for
from tests.season_folders import csv_text, id_number, person, problem_of, write

Rows = list[dict[str, str]]
Files = dict[str, Rows]
FILES = {"顾县镇.csv": range(1, 9), "罗渡镇.csv": range(9, 15)}


def rosters() -> Files:
    """Return the rows of two townships: 14 people, some of them in groups."""
    files = {name: [person(serial, 乡镇=name.removesuffix(".csv")) for serial in own] for name, own in FILES.items()}
    for name, first in (("顾县镇.csv", 0), ("顾县镇.csv", 4), ("罗渡镇.csv", 1)):
        for row in files[name][first : first + 3]:
            row["组号"] = str(first + 1)
    return files


def send(season: Path, files: Files) -> None:
    """Put these rosters in the place of those there are."""
    folder = season / "roster"
    for path in folder.rglob("*.csv"):
        path.unlink()
    for name, rows in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(csv_text(*rows), encoding="utf-8")


@pytest.fixture
def season(tmp_path: Path) -> Path:
    """Return a planned season: everybody but the last of 罗渡 on a coach."""
    folder = write(tmp_path / "season", {"roster/顾县镇.csv": ""})
    (folder / "roster").mkdir(exist_ok=True)
    send(folder, rosters())
    asked = problem_of(folder)
    riders = [one for one in asked.parties if one.people[0].id_number != id_number(14)]
    plan = plan_for(asked, (Service(day(2), (GUXIAN, LUODU)), riders))
    assert verify(asked, plan) == []
    store_plan(folder, plan)
    return folder


def plan_of(season: Path) -> tuple[Problem, Plan]:
    intake, plan, _frozen = load_with_plan(season)
    return intake.problem, plan


def printed(season: Path) -> dict[str, str]:
    """Return the name printed on each seat."""
    return names_of(Book(*plan_of(season)))


def names_of(book: Book) -> dict[str, str]:
    """Return the name and number on each seat of the coach."""
    return {rider.seat: f"{rider.person.name} {rider.person.id_number}" for rider in book.riders["R1"]}


def violations(season: Path) -> list[str]:
    return sorted(found.code for found in verify(*plan_of(season)))


# Ways in which the same people are sent anew. -------------------------------------------------------------------------


def sorted_anew(files: Files) -> Files:
    return {name: sorted(rows, key=lambda row: row["联系电话"], reverse=True) for name, rows in files.items()}


def renamed(files: Files) -> Files:
    return {f"新 {name}": rows for name, rows in files.items()}


def exchanged(files: Files) -> Files:
    """Each township's rows stand in the file that the other's stood in."""
    return dict(zip(files, reversed(list(files.values())), strict=True))


def split(files: Files) -> Files:
    """A township in two files; a group stays in one of them."""
    return {f"{part}/{name}": rows[own] for name, rows in files.items() for part, own in _HALVES}


_HALVES = ((1, slice(0, 4)), (2, slice(4, None)))


def merged(files: Files) -> Files:
    """All townships in one file, the groups numbered anew."""
    rows = [
        row | {"组号": f"{i}{row['组号']}" if "组号" in row else ""} for i, r in enumerate(files.values()) for row in r
    ]
    return {"全县.csv": rows}


def with_stray_rows(files: Files) -> Files:
    return {name: [person(700 + i, 身份证号=""), *rows] for i, (name, rows) in enumerate(files.items())}


def twice(files: Files) -> Files:
    """One more copy of a file was sent: its people are kept once."""
    return files | {"z 副本.csv": [dict(row, 组号="") for row in files["罗渡镇.csv"]]}


SAME_PEOPLE = (sorted_anew, renamed, exchanged, split, merged, twice)


@pytest.mark.parametrize("way", SAME_PEOPLE)
def test_the_same_people_sent_anew_are_printed_on_their_seats(season: Path, way: Callable[[Files], Files]) -> None:
    before = printed(season)
    send(season, way(rosters()))
    assert printed(season) == before
    assert violations(season) == []


def test_a_group_torn_apart_by_two_files_is_printed_and_told(season: Path) -> None:
    """A shared number holds within one file: they are no party any more, but each has the own seat."""
    before, files = printed(season), rosters()
    files["顾县镇 二.csv"] = [files["顾县镇.csv"].pop(1)]
    send(season, files)
    assert printed(season) == before
    assert set(violations(season)) == {"V117"}


def test_rows_that_are_set_aside_take_nobodys_seat(season: Path) -> None:
    before = printed(season)
    send(season, with_stray_rows(rosters()))
    assert printed(season) == before
    assert violations(season) == ["V119"]  # two rows more are set aside


# One row mended. -----------------------------------------------------------------------------------------------------


def old_form(number: str) -> str:
    """Return the 15 digits of a number of the last century."""
    return number[:6] + number[8:17]


@pytest.mark.parametrize("form", [old_form, str.lower, lambda n: " ".join((n[:6], n[6:14], n[14:])), "’{}".format])
def test_a_number_written_otherwise_is_the_same_person(season: Path, form: Callable[[str], str]) -> None:
    before, files = printed(season), rosters()
    for rows in files.values():
        for row in rows:
            row["身份证号"] = form(row["身份证号"])
    send(season, files)
    assert printed(season) == before
    assert violations(season) == []


def test_a_name_corrected_is_printed_as_it_is_now(season: Path) -> None:
    files = rosters()
    files["顾县镇.csv"][1]["姓名"] = "欧阳娜娜"
    send(season, files)
    assert f"欧阳娜娜 {id_number(2)}" in printed(season).values()
    assert violations(season) == []


def test_another_number_is_another_person_and_nothing_is_printed(season: Path) -> None:
    files = rosters()
    files["顾县镇.csv"][3]["身份证号"] = id_number(400)
    send(season, files)
    with pytest.raises(PlanError, match=r"1人已不在名单中，或所在的行不能用：R1 roster/顾县镇\.csv!!5 ->"):
        printed(season)
    assert violations(season) == ["V104", "V113", "V195"]


@pytest.mark.parametrize(("changed", "codes"), [({"出行日期": "2027-02-10"}, {"V122"}), ({"目的地": "东莞"}, {"V133"})])
def test_another_wish_is_told_by_the_rule_it_breaks(season: Path, changed: dict[str, str], codes: set[str]) -> None:
    before, files = printed(season), rosters()
    files["顾县镇.csv"][3].update(changed)
    send(season, files)
    assert printed(season) == before
    assert codes <= set(violations(season)) <= {*codes, "V193"}


def test_a_row_sent_anew_that_cannot_be_used_is_a_rider_gone(season: Path) -> None:
    files = rosters()
    files["顾县镇.csv"][3]["目的地"] = "火星"
    send(season, files)
    with pytest.raises(PlanError, match="1人已不在名单中，或所在的行不能用"):
        printed(season)
    assert {"V104", "V119"} <= set(violations(season))


def test_of_many_people_gone_three_are_named(season: Path) -> None:
    files = rosters()
    del files["罗渡镇.csv"][:5]
    send(season, files)
    with pytest.raises(PlanError, match="5人已不在名单中") as error:
        printed(season)
    assert str(error.value).count("roster/罗渡镇.csv!!") == 3
    assert "\n" not in str(error.value)
    assert violations(season) == ["V104"] * 5


def test_one_of_a_party_gone_leaves_the_others_where_they_are(season: Path) -> None:
    files = rosters()
    del files["顾县镇.csv"][0]
    send(season, files)
    codes = violations(season)
    assert codes.count("V104") == 1
    assert set(codes) <= {"V104", "V117"}


def test_somebody_left_behind_who_is_gone_is_told(season: Path) -> None:
    files = rosters()
    del files["罗渡镇.csv"][5]
    send(season, files)
    assert len(printed(season)) == 13
    assert set(violations(season)) == {"V111", "V195"}


def test_never_a_wrong_name_in_a_hundred_trials(season: Path) -> None:
    """Random mixtures of all that; what is printed must be who was planned, under the name of today."""
    asked, plan = plan_of(season)
    before = printed(season)
    planned = {seat: text.split()[1] for seat, text in before.items()}
    with open_ledger(season) as ledger:
        salt = ledger.salt
    network = read_network(season, asked.settings, [])
    own_names = {code: network.division_place(code).name for code in network.own_divisions}
    draw, refused = random.Random(14), 0
    for trial in range(100):
        files = _mixture(draw, rosters())
        send(season, files)
        names = {row["身份证号"]: row["姓名"] for rows in files.values() for row in rows}
        expected = {seat: f"{names.get(number)} {number}" for seat, number in planned.items()}
        parties = with_keys(read_roster(season, network.lookups, own_names).parties, salt)
        try:
            assert names_of(Book(replace(asked, parties=parties), plan)) == expected, trial
        except PlanError:
            refused += 1
            assert not set(planned.values()) <= names.keys(), trial
    assert 10 < refused < 90


def _mixture(draw: random.Random, files: Files) -> Files:
    for way in draw.sample(SAME_PEOPLE[:4], draw.randint(0, 3)):
        files = way(files)
    files = {name: draw.sample(rows, len(rows)) for name, rows in files.items()}
    everybody = [row for rows in files.values() for row in rows]
    for row in draw.sample(everybody, draw.randint(0, 3)):
        row["姓名"] = draw.choice(("司马懿", "张三", everybody[0]["姓名"]))
    one, other = draw.sample(everybody, 2)
    match draw.randrange(5):
        case 0:  # a row is deleted
            files = {name: [row for row in rows if row is not one] for name, rows in files.items()}
        case 1:  # a number is corrected
            one["身份证号"] = id_number(400 + draw.randrange(100))
        case 2:  # two people's numbers had been mixed up
            one["身份证号"], other["身份证号"] = other["身份证号"], one["身份证号"]
        case 3:  # somebody else takes the place
            one.update(姓名="新人", 身份证号=id_number(500 + draw.randrange(100)))
    return files


# The salt. -----------------------------------------------------------------------------------------------------------


def test_a_plan_without_its_ledger_is_one_line(season: Path) -> None:
    (season / "season.db").unlink()
    with pytest.raises(PlanError, match=r"缺少 season\.db"):
        plan_of(season)
    assert not (season / "season.db").exists()


def test_another_seasons_ledger_is_one_line(season: Path) -> None:
    for path in season.glob("season.db*"):
        path.unlink()
    open_ledger(season).close()
    with pytest.raises(PlanError, match="一个也认不出"):
        plan_of(season)


def test_a_plan_of_this_ledger_whose_people_are_all_gone_is_told_of_each(season: Path) -> None:
    _asked, plan = plan_of(season)
    with open_ledger(season) as ledger:
        ledger.store_plan(plan, who="")
    send(season, {"顾县镇.csv": [person(900)]})
    assert violations(season).count("V104") == 13


def test_a_season_planned_twice_keeps_its_salt(season: Path) -> None:
    asked, plan = plan_of(season)
    assert problem_of(season).parties == asked.parties
    assert {rider.person for _run, rider in plan.passengers()} <= {p.key for one in asked.parties for p in one.people}
    other = replace(asked, inputs_sha256="1" * 64)
    assert verify(other, plan) == []
