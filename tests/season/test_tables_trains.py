"""Trains: a row per stop, one train per date; what nobody could use is R401 and left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scheduler.problem import Train, TrainStop
from scheduler.season.network import read_network
from scheduler.season.vehicles import read_trains
from scheduler.settings import Direction
from scheduler.tabular.issues import Issue
from tests import builders

PLACES = """name,kind,lat,lon,township,division
广安站,station,30.47,106.63,,
深圳北,station,,,,深圳
东莞东,station,23.0,113.9,,
"""
HEADINGS = "车次,日期,站,到达,开车,座位数,包车费,起运人数,票价,可上车,可续售\n"
GOOD = """K586,2027-02-10,广安站,,10:00,200,3000,50,,是,
K586,2027-02-10,东莞,07:40+1,07:45+1,,,,150,,
K586,2027-02-10,深圳北,09:20+1,,,,,180.5,,
"""
TRAIN = Train(
    "K586",
    date(2027, 2, 10),
    200,
    (
        TrainStop("广安站", None, 600, None, True),
        TrainStop("广东省东莞市", 1900, 1905, 15_000, False),
        TrainStop("深圳北", 2000, None, 18_050, False),
    ),
    300_000,
    50,
)


def trains(folder: Path, rows: str, direction: Direction = "to_work") -> tuple[tuple[Train, ...], list[Issue]]:
    (folder / "places.csv").write_text(PLACES, encoding="utf-8")
    (folder / "trains.csv").write_text(HEADINGS + rows, encoding="utf-8")
    issues: list[Issue] = []
    network = read_network(folder, builders.settings(direction), issues)
    assert issues == []
    return read_trains(folder, network, issues), issues


def test_a_train_with_several_stops(tmp_path: Path) -> None:
    assert trains(tmp_path, GOOD) == ((TRAIN,), [])


def test_one_train_on_two_dates_and_seats_sold_again(tmp_path: Path) -> None:
    later = GOOD.replace("02-10", "02-12").replace("是,\n", "是,是\n")
    found, issues = trains(tmp_path, GOOD + later)
    assert issues == []
    assert found == (TRAIN, replace(TRAIN, date=date(2027, 2, 12), resell=True))


def test_block_cells_may_be_repeated_and_least_load_defaults_to_one(tmp_path: Path) -> None:
    rows = GOOD.replace("200,3000,50", "200,,").replace("45+1,,", "45+1,200,")
    assert trains(tmp_path, rows) == ((replace(TRAIN, fixed_cost_fen=0, min_load=1),), [])


def test_home_for_the_festival(tmp_path: Path) -> None:
    rows = "K587,2027-02-11,深圳,,20:00,100,,,,是,\nK587,2027-02-11,广安站,18:00+1,,,,,180,,\n"
    found, issues = trains(tmp_path, rows, "to_home")
    assert issues == []
    assert [stop.place for stop in found[0].stops] == ["广东省深圳市", "广安站"]


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "left"),
    [
        ("K586,2027-02-10,东莞", ",2027-02-10,东莞", 3, "A", 2),
        ("K586,2027-02-10,东莞", "K586,,东莞", 3, "B", 2),
        ("K586,2027-02-10,东莞", "K586,2027-02-31,东莞", 3, "B", 2),
        ("K586,2027-02-10,东莞", "K586,2027-03-10,东莞", 3, "B", 2),
        ("K586,2027-02-10,东莞", "K586,待定,东莞", 3, "B", 2),
        ("东莞,", "月球站,", 3, "C", 2),
        ("东莞,", ",", 3, "C", 2),
        ("东莞,", "广安站,", 3, "C", 2),
        ("07:40+1,07:45", "07:40,07:45", 3, "D", 2),
        ("07:40+1,07:45", "早上,07:45", 3, "D", 2),
        ("07:40+1,07:45", "07:46+1,07:45", 3, "E", 2),
        ("150,,", "便宜,,", 3, "I", 2),
        ("150,,", "-1,,", 3, "I", 2),
        ("150,,", "150,也许,", 3, "J", 2),
        ("200,", "0,", 2, "F", 0),
        ("200,", ",", 2, "F", 0),
        (",3000,", ",-3000,", 2, "G", 0),
        (",50,", ",300,", 2, "H", 0),
        ("45+1,,", "45+1,300,", 3, "F", 0),
        ("是,", "否,", 2, "J", 0),
        ("是,", ",", 2, "J", 0),
    ],
)
def test_a_bad_cell(tmp_path: Path, old: str, new: str, row: int, column: str, left: int) -> None:
    assert old in GOOD
    found, issues = trains(tmp_path, GOOD.replace(old, new, 1))
    assert [(issue.code, issue.row, issue.column) for issue in issues] == [("R401", row, column)]
    assert issues[0].message
    assert issues[0].cure
    assert [len(train.stops) for train in found] == ([left] if left else [])


def test_a_train_without_alighting_stops(tmp_path: Path) -> None:
    found, issues = trains(tmp_path, GOOD.replace(",150,", ",,").replace(",180.5,", ",,"))
    assert found == ()
    assert [(issue.row, issue.column) for issue in issues] == [(2, "I")]


def test_fares_only_before_the_first_boarding(tmp_path: Path) -> None:
    rows = "K1,2027-02-10,广安站,,10:00,9,,,5,,\nK1,2027-02-10,深圳北,11:00,,,,,,是,\n"
    found, issues = trains(tmp_path, rows)
    assert found == ()
    assert [issue.column for issue in issues] == ["I"]


def test_stations_of_no_destination(tmp_path: Path) -> None:
    rows = "K1,2027-02-10,广安站,,10:00,9,,,,是,\nK1,2027-02-10,东莞东,11:00,,,,,5,,\n"
    found, issues = trains(tmp_path, rows)
    assert found == ()
    assert [(issue.row, issue.column) for issue in issues] == [(2, "C")]
    rows = "K1,2027-02-10,东莞,,10:00,9,,,,是,\nK1,2027-02-10,深圳北,11:00,,,,,5,,\n"
    assert [(issue.row, issue.column) for issue in trains(tmp_path, rows)[1]] == [(2, "C")]


def test_a_good_train_beside_a_bad_one(tmp_path: Path) -> None:
    found, issues = trains(tmp_path, GOOD.replace("K586", "K1").replace("200", "很多") + GOOD)
    assert found == (TRAIN,)
    assert len(issues) == 1


def test_a_form_filled_with_zeros_and_no_below_the_first_row(tmp_path: Path) -> None:
    """Seats, costs and 可续售 stand on the first row; 0 and 否 on the rows below say nothing against it."""
    rows = GOOD.replace("50,,是,\n", "50,,是,是\n").replace(",,,,150,,\n", ",0,0,0,150,否,否\n")
    rows = rows.replace(",,,,,180.5,,\n", ",,0,0,0,180.5,否,否\n")
    assert trains(tmp_path, rows) == ((replace(TRAIN, resell=True),), [])
