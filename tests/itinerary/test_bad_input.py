"""Seasons that ask for the impossible door to door: a legal plan, an issue or a reason, never an illegal plan."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from scheduler.itinerary import feeder_summary
from scheduler.plan import Plan
from scheduler.season.load import Intake
from scheduler.solver.solve import solve
from scheduler.verify import verify
from tests.season_folders import FLEET, PLACES, TOML, csv_text, intake_of, person, write

pytestmark = pytest.mark.usefixtures("english")

DEAR = TOML + "unserved_cost = 100000\n"
"""So dear that two people are worth a coach."""


def planned(season: Path) -> tuple[Intake, Plan]:
    """Return a season as read and its plan, which must be without violations."""
    intake = intake_of(season)
    plan = solve(intake.problem, iterations=2, workers=1)
    assert verify(intake.problem, plan) == []
    return intake, plan


def clock(plan: Plan) -> list[str]:
    """Return the first run's times as kind, arrival, departure."""
    return [f"{stop.kind} {stop.arrive:%d %H:%M}-{stop.depart:%d %H:%M}" for stop in plan.runs[0].stops]


def test_three_thousand_km_in_one_leg(tmp_path: Path) -> None:
    ends = ("顾县", "罗渡", "县城集散点", "广安站")
    km = "\n".join(["起点,终点,公里", *(f"{end},广东省深圳市,3000" for end in ends)])
    intake, plan = planned(write(tmp_path / "s", {"distances.csv": km}, toml=DEAR))
    assert intake.errors == ()
    (run,) = plan.runs
    assert (run.path_km, run.drivers, run.places("rest")[0]) == (3000.0, 3, "服务区1")
    drives = [(here.depart, there.arrive) for here, there in pairwise(run.stops)]
    assert all(begin and end and (end - begin).total_seconds() <= 4 * 3600 for begin, end in drives)


def test_departure_at_half_past_one(tmp_path: Path) -> None:
    toml = DEAR + '[coach_rules]\ndepart_at = "01:30"\n'
    _intake, plan = planned(write(tmp_path / "s", toml=toml))
    # Half an hour of driving, then the coach stands until five.
    assert clock(plan)[:2] == ["board 12 01:19-12 01:30", "rest 12 02:00-12 05:00"]


def test_no_departure_is_legal(tmp_path: Path) -> None:
    toml = DEAR + '[coach_rules]\ndepart_at = "23:30"\nno_drive_from = "23:00"\n'
    _intake, plan = planned(write(tmp_path / "s", toml=toml))
    assert plan.runs == ()
    (left,) = {(entry.code, entry.reason, entry.remedy) for entry in plan.unserved}
    assert left == (
        "U209",
        "no departure of depart_at gives their coach a legal timetable",
        "change depart_at or the driving rules in coach_rules",
    )


def test_a_place_without_coordinates_and_distances(tmp_path: Path) -> None:
    places = PLACES.replace("30.40,106.60", ",")
    files: dict[str, str | bytes] = {"places.csv": places, "roster/罗渡镇.csv": csv_text(person(3, 乡镇="罗渡镇"))}
    intake, plan = planned(write(tmp_path / "s", files, toml=DEAR))
    where = [(found.code, found.file, found.row, found.message) for found in intake.errors]
    assert ("R401", "places.csv", 3, "罗渡 has neither coordinates nor a row in distances") in where
    assert {entry.refs for entry in plan.unserved} == {("roster/罗渡镇.csv!!2",)}


@pytest.mark.parametrize("setting", ["", "[coach_rules]\nescorts_per_run = 0\n"])
def test_without_escorts_a_passenger_leads(tmp_path: Path, setting: str) -> None:
    roster = csv_text(person(3400), person(3401))
    escorts = "姓名,电话\n王老师,13800000000\n" if setting else ""
    _intake, plan = planned(
        write(tmp_path / "s", {"roster/顾县镇.csv": roster, "escorts.csv": escorts}, toml=DEAR + setting)
    )
    (run,) = plan.runs
    refs = {rider.person: rider.ref for rider in run.passengers}
    led = refs.get(run.leader or ""), refs.get(run.deputy or "")
    assert (run.escorts, led) == ((), ("roster/顾县镇.csv!!2", "roster/顾县镇.csv!!3"))
    assert run.seats == 49 - (run.drivers or 0) - (0 if setting else 1)


@pytest.mark.parametrize(("minibus_from", "left"), [("2027-02-12", ["no minibus on that date"]), ("", [])])
def test_a_train_before_any_feeder_can_be_there(tmp_path: Path, minibus_from: str, left: list[str]) -> None:
    """The train leaves at half past midnight: its feeder would have to run the evening before."""
    files: dict[str, str | bytes] = {
        "fleet.csv": f"用途,车型,核定载客,数量,每公里,from\n接驳,7座,7,1,2,{minibus_from}\n",
        "trains.csv": "车次,日期,站,到达,开车,座位数,票价,可上车\n"
        "K1,2027-02-12,广安站,,00:30,100,,是\nK1,2027-02-12,广东省深圳市,23:00,,,150,否\n",
    }
    intake, plan = planned(write(tmp_path / "s", files, toml=DEAR))
    summary = feeder_summary(intake.problem, plan.runs, plan.feeders)
    assert plan.runs[0].mode == "train"
    assert [each.reason for each in summary.left] == left
    assert [each.remedy for each in summary.left] == ["charter minibuses for 2027-02-11"] * len(left)
    assert [f"{feeder.stops[-1].arrive:%d %H:%M}" for feeder in plan.feeders] == ([] if left else ["11 23:30"])


def test_feeders_alone_are_no_fleet(tmp_path: Path) -> None:
    fleet = FLEET.replace("车型", "用途,车型").replace("49座,", "接驳,49座,")
    _intake, plan = planned(write(tmp_path / "s", {"fleet.csv": fleet}, toml=DEAR))
    assert {entry.code for entry in plan.unserved} == {"U202"}
