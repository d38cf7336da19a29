"""A season folder -> Intake: what is read, what is named as wrong, what is left out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scheduler.errors import InputError, SeasonError
from scheduler.problem import Place
from scheduler.season.load import Intake, load
from tests.season_folders import FLEET, PLACES, TOML, csv_text, person, write

TRAINS = """车次,日期,站,到达,开车,座位数,票价,可上车
K586,2027-02-12,广安站,,10:00,60,,是
K586,2027-02-12,东莞,08:00+1,,,150,
"""


def codes(intake: Intake) -> list[tuple[str, str, int | None]]:
    return [(issue.code, issue.file, issue.row) for issue in intake.issues]


def test_a_season_without_any_problem(tmp_path: Path) -> None:
    intake = load(write(tmp_path))
    assert intake.issues == ()
    assert (intake.people, intake.fit, intake.set_aside, intake.duplicates) == (2, 2, 0, 0)
    problem = intake.problem
    assert [party.work_stop for party in problem.parties] == ["广东省深圳市"] * 2
    assert problem.places["广东省深圳市"].division == "440300"
    assert problem.township_stop == {"顾县镇": "顾县", "罗渡镇": "罗渡"}
    assert problem.vehicle_types[0].rated_seats == 49
    assert len(problem.inputs_sha256) == 64
    intake.refuse_slips()


def test_problem_holds_season_places_work_stops_and_train_divisions(tmp_path: Path) -> None:
    places = PLACES + "深圳,,22.6,114.1,,,\n富士康,企业,22.66,114.04,,深圳,鸿富锦\n"
    distances = "from,to,km\n顾县,深圳,1500\n顾县,杭州,1600\n"
    roster = csv_text(person(1, 用工单位="鸿富锦"), person(2, 目的地="宝安区"))
    intake = load(
        write(
            tmp_path,
            {"places.csv": places, "distances.csv": distances, "trains.csv": TRAINS, "roster/顾县镇.csv": roster},
        )
    )
    assert intake.issues == ()
    problem = intake.problem
    assert set(problem.places) == {"顾县", "罗渡", "县城集散点", "广安站", "深圳", "富士康", "广东省东莞市"}
    assert problem.places["深圳"] == Place("深圳", "division", 22.6, 114.1, division="440300")
    assert {party.work_stop for party in problem.parties} == {"深圳"}
    assert [person.employer_stop for party in problem.parties for person in party.people] == ["富士康", None]
    assert list(problem.distances) == [("顾县", "深圳")]


def test_county_level_stops(tmp_path: Path) -> None:
    toml = TOML + 'work_level = "county"\n'
    intake = load(write(tmp_path, {"roster/顾县镇.csv": csv_text(person(1, 目的地="宝安区"))}, toml=toml))
    assert intake.problem.parties[0].work_stop == "广东省深圳市宝安区"


def test_bad_rows_of_every_file_never_stop_good_ones(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "season.toml": TOML + "min_laod = 3\n",
        "places.csv": PLACES + "某处,码头,,,,,\n",
        "fleet.csv": FLEET + "55座,-1,1,1000,10,岳运\n",
        "access.csv": "出发地,上车点,费用\n月球镇,广安站,5\n",
        "distances.csv": "起点,终点,公里\n顾县,深圳,0\n",
        "escorts.csv": "姓名,单位,from,to\n王五,局,2027-02-14,2027-02-11\n",
        "trains.csv": TRAINS.replace(",150,", ",,"),
        "roster/顾县镇.csv": csv_text(person(1), person(2, 目的地="哪里"), person(3)),
    }
    intake = load(write(tmp_path, files))
    assert codes(intake) == [
        ("R401", "season.toml", 8),
        ("R401", "places.csv", 6),
        ("R401", "distances.csv", 2),
        ("R401", "access.csv", 2),
        ("R401", "fleet.csv", 3),
        ("R401", "trains.csv", 2),
        ("R401", "escorts.csv", 2),
        ("R207", "roster/顾县镇.csv", 3),
    ]
    assert (intake.people, intake.fit, intake.set_aside) == (3, 2, 1)
    assert len(intake.errors) == 8
    with pytest.raises(InputError, match="min_laod"):
        intake.refuse_slips()


def test_every_row_bad(tmp_path: Path) -> None:
    roster = csv_text(*(person(i, 身份证号="1") for i in range(4)))
    intake = load(write(tmp_path, {"roster/顾县镇.csv": roster}))
    assert (intake.people, intake.fit, intake.set_aside) == (4, 0, 4)
    assert intake.problem.parties == ()


def test_duplicates_are_counted_apart(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"roster/罗渡镇.csv": csv_text(person(1), person(3))}
    intake = load(write(tmp_path, files))
    assert (intake.people, intake.fit, intake.set_aside, intake.duplicates) == (4, 3, 0, 1)


def test_a_township_without_stop_is_named_once(tmp_path: Path) -> None:
    roster = csv_text(*(person(i, 乡镇="中和镇") for i in range(3)))
    intake = load(write(tmp_path, {"roster/中和镇.csv": roster, "roster/顾县镇.csv": ""}))
    assert codes(intake) == [("R401", "places.csv", None)]
    assert intake.issues[0].value == "中和镇"
    assert "3" in intake.issues[0].message
    assert intake.fit == 3


STOP = "街道口,上车点,30.544,106.446,九龙街道,,\n"
"""Where the hub is."""


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("kind", ["集散点", "车站"])
def test_a_township_with_a_hub_alone_is_told_so(tmp_path: Path, kind: str) -> None:
    """The hub takes up other townships; its own needs a stop, or a row in access, either of which mends it."""
    files: dict[str, str | bytes] = {
        "roster/顾县镇.csv": csv_text(*(person(i, 乡镇="九龙街道") for i in range(3))),
        "places.csv": PLACES.replace("县城集散点,集散点", f"县城集散点,{kind}"),
    }
    (found,) = load(write(tmp_path / "before", files)).issues
    assert (found.code, found.file, found.value) == ("R401", "places.csv", "九龙街道")
    assert found.message == (
        "the township 九龙街道 has only 县城集散点, no stop in places and no rows in access: "
        "its 3 people cannot be planned"
    )
    assert "may be those of 县城集散点; or write in access that its people board at 县城集散点" in found.cure
    access: dict[str, str | bytes] = {"access.csv": "出发地,上车点,费用\n九龙街道,县城集散点,0\n"}
    for mended in (files | {"places.csv": str(files["places.csv"]) + STOP}, files | access):
        assert load(write(tmp_path / f"{len(mended)}", mended)).issues == ()


def test_rows_of_access_stand_in_for_a_stop(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "roster/中和镇.csv": csv_text(person(5, 乡镇="中和镇")),
        "access.csv": "出发地,上车点,费用\n中和,县城集散点,5\n",
    }
    assert load(write(tmp_path, files)).issues == ()


@pytest.mark.parametrize("name", ["places.csv", "fleet.csv"])
def test_a_table_may_be_missing(tmp_path: Path, name: str) -> None:
    intake = load(write(tmp_path, {name: ""}))
    assert [issue.code for issue in intake.issues] == (["R401"] if name == "places.csv" else ["R402"])
    assert intake.fit == 2


# Over-large parties ------------------------------------------------------------------------------------------------


def family(size: int, **changes: str) -> dict[str, str | bytes]:
    return {"roster/顾县镇.csv": csv_text(*(person(i, 组号="1", **changes) for i in range(size)))}


def sizes(intake: Intake) -> list[int]:
    return [party.size for party in intake.problem.parties]


def test_a_party_larger_than_every_coach_is_split_evenly(tmp_path: Path) -> None:
    # 深圳 is 3 drivers away: 49 - 3 - 1 = 45 passengers.
    assert sizes(load(write(tmp_path / "a", family(45)))) == [45]
    assert sizes(load(write(tmp_path / "b", family(46)))) == [23, 23]
    assert sizes(load(write(tmp_path / "c", family(91)))) == [31, 30, 30]


def test_reserve_seats_and_crew_count(tmp_path: Path) -> None:
    toml = TOML + "reserve_seats = 5\n"
    assert sizes(load(write(tmp_path / "a", family(41), toml=toml))) == [21, 20]
    toml = TOML + "[coach_rules]\ncrew_in_rated_seats = false\n"
    assert sizes(load(write(tmp_path / "b", family(49), toml=toml))) == [49]


def test_a_train_block_may_be_larger(tmp_path: Path) -> None:
    files = family(55, 目的地="东莞") | {"trains.csv": TRAINS}
    assert sizes(load(write(tmp_path / "any", files))) == [55]
    files = family(55, 目的地="东莞", 出行方式="汽车") | {"trains.csv": TRAINS}
    assert sizes(load(write(tmp_path / "coach", files))) == [28, 27]
    files = family(55, 目的地="深圳") | {"trains.csv": TRAINS}
    assert sizes(load(write(tmp_path / "elsewhere", files))) == [28, 27]


def test_without_any_vehicle_nothing_is_split(tmp_path: Path) -> None:
    assert sizes(load(write(tmp_path, family(80) | {"fleet.csv": ""}))) == [80]
    assert sizes(load(write(tmp_path / "zero", family(80) | {"fleet.csv": FLEET.replace(",10,1000", ",0,1000")}))) == [
        80
    ]


# What stops the reading --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["999999", "510000", "511600", "000000"])
def test_home_must_be_a_county(tmp_path: Path, code: str) -> None:
    with pytest.raises(SeasonError, match=code):
        load(write(tmp_path, toml=TOML.replace("511621", code)))


def test_no_folder_and_no_roster(tmp_path: Path) -> None:
    with pytest.raises(SeasonError):
        load(tmp_path / "none")
    intake = load(write(tmp_path, {"roster/顾县镇.csv": ""}))
    assert [(issue.code, issue.severity) for issue in intake.issues] == [("R101", "error")]
    assert intake.people == 0


# The digest --------------------------------------------------------------------------------------------------------


def test_digest_follows_names_and_content_of_inputs_alone(tmp_path: Path) -> None:
    first = load(write(tmp_path / "a")).problem.inputs_sha256
    assert load(write(tmp_path / "b")).problem.inputs_sha256 == first
    (tmp_path / "b" / "plan").mkdir()
    (tmp_path / "b" / "plan" / "plan.json").write_text("{}")
    (tmp_path / "b" / "roster" / "~$顾县镇.xlsx").write_text("lock")
    assert load(tmp_path / "b").problem.inputs_sha256 == first
    for number, files in enumerate(
        (
            {"fleet.csv": FLEET + "\n"},
            {"roster/顾县镇.csv": "", "roster/顾县.csv": csv_text(person(1), person(2))},
            {"season.toml": TOML + "# note\n"},
            {"escorts.csv": "姓名,单位\n"},
        )
    ):
        assert load(write(tmp_path / f"c{number}", files)).problem.inputs_sha256 != first  # type: ignore[arg-type]


def test_inputs_are_never_changed(tmp_path: Path) -> None:
    write(tmp_path)
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in tmp_path.rglob("*") if path.is_file()}
    load(tmp_path)
    assert {
        path: (path.stat().st_mtime_ns, path.read_bytes()) for path in tmp_path.rglob("*") if path.is_file()
    } == before


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
def test_links_that_leave_the_season_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(FLEET.replace("49座", "别家"), encoding="utf-8")
    season = write(tmp_path / "season", {"fleet.csv": ""})
    (season / "fleet.csv").symlink_to(outside)
    assert load(season).problem.vehicle_types == ()
