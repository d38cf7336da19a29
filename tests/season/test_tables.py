"""Fleet, places, access, distances, escorts: every value out of range is R401 at its cell, good rows go on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from scheduler.problem import AccessRow, Escort, FleetRow, Leg, Place, VehicleType
from scheduler.season.network import Network, read_network
from scheduler.season.table_rows import _clock, _number
from scheduler.season.vehicles import read_escorts, read_fleet
from scheduler.tabular.issues import Issue
from tests import builders

FIRST, LAST = builders.FIRST, builders.LAST
PLACES = """名称,类型,纬度,经度,乡镇,区划,别名
顾县,上车点,30.50,106.50,顾县镇,,顾县汽车站、顾县车站
罗渡,stop,30.40,106.60,罗渡,,
县城集散点,集散点,30.544,106.446,九龙街道,,县城
广安站,车站,30.47,106.63,,,广安火车站
深圳北站,station,,,,广东省深圳市,
富士康,企业,22.66,114.04,,深圳市龙华区,富士康龙华、鸿富锦
"""


def write(folder: Path, **tables: str) -> None:
    for stem, text in tables.items():
        (folder / f"{stem}.csv").write_text(text, encoding="utf-8")


def network(folder: Path, **tables: str) -> tuple[Network, list[Issue]]:
    write(folder, **{"places": PLACES, **tables})
    issues: list[Issue] = []
    return read_network(folder, builders.settings(), issues), issues


def fleet(folder: Path, text: str) -> tuple[tuple[VehicleType, ...], tuple[VehicleType, ...], list[Issue]]:
    write(folder, fleet=text)
    issues: list[Issue] = []
    return (*read_fleet(folder, builders.settings(), issues), issues)


def only(issues: list[Issue], file: str, row: int, column: str) -> Issue:
    assert [(issue.code, issue.file, issue.row, issue.column) for issue in issues] == [("R401", file, row, column)]
    assert issues[0].severity == "error"
    assert issues[0].message
    assert issues[0].cure
    return issues[0]


# Fleet -------------------------------------------------------------------------------------------------------------


def test_a_fleet_with_both_uses_and_plates(tmp_path: Path) -> None:
    text = (
        "2027年春节包车\n用途,车型,核定载客,数量,起步价（元）,每公里,from,to,企业,车牌\n"
        "长途,大客49,49,5,1000,9.5,,,岳运,\n,大客49,49,,,,2027-02-11,2027.2.12,岳运,川X 12345\n"
        "接驳,中巴,19座,3,200元,4,,,岳运,\n,,,,,,,,,\n合计,,,9,,,,,,\n"
    )
    line, feeder, issues = fleet(tmp_path, text)
    assert issues == []
    rows = (FleetRow(5, FIRST, LAST), FleetRow(1, date(2027, 2, 11), date(2027, 2, 12), "川X12345"))
    assert line == (VehicleType("大客49", "岳运", 49, 100_000, 950.0, rows),)
    assert feeder == (VehicleType("中巴", "岳运", 19, 20_000, 400.0, (FleetRow(3, FIRST, LAST),)),)


def test_english_headings_in_a_workbook_with_the_worked_example(tmp_path: Path) -> None:
    workbook = xlsxwriter.Workbook(tmp_path / "Fleet.XLSX")
    sheet = workbook.add_worksheet("车辆")
    headings = ["vehicle_type", "rated_seats", "count", "fixed_cost", "cost_per_km", "remark"]
    rows = [headings, ["示例49座", 49, 9, 1000, 10, ""], ["大客", 49.0, 2, 1000, 10.25, "spare"]]
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    workbook.close()
    issues: list[Issue] = []
    line, _feeder = read_fleet(tmp_path, builders.settings(), issues)
    assert issues == []
    assert line == (VehicleType("大客", "", 49, 100_000, 1025.0, (FleetRow(2, FIRST, LAST),)),)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("客运,大客,49,1,1000,9,,,岳运,", "A"),
        ("长途,,49,1,1000,9,,,岳运,", "B"),
        ("长途,大客,0,1,1000,9,,,岳运,", "C"),
        ("长途,大客,四十九,1,1000,9,,,岳运,", "C"),
        ("长途,大客,49.5,1,1000,9,,,岳运,", "C"),
        ("长途,大客,,1,1000,9,,,岳运,", "C"),
        ("长途,大客,49,-3,1000,9,,,岳运,", "D"),
        ("长途,大客,49,1,-1,9,,,岳运,", "E"),
        ("长途,大客,49,1,,,,,岳运,", "F"),
        ("长途,大客,49,1,1000,贵,,,岳运,", "F"),
        ("长途,大客,49,1,1000,9,soon,,岳运,", "G"),
        ("长途,大客,49,1,1000,9,2027-02-14,2027-02-11,岳运,", "G"),
        ("长途,大客,49,1,1000,9,2026-02-10,2026-02-14,岳运,", "G"),
        ("长途,大客,49,2,1000,9,,,岳运,川X1", "D"),
    ],
)
def test_a_bad_fleet_cell_sets_its_row_aside(tmp_path: Path, row: str, column: str) -> None:
    headings = "用途,车型,核定载客,数量,起步价,每公里,from,to,企业,车牌\n"
    line, _feeder, issues = fleet(tmp_path, headings + row + "\n长途,好车,49,1,1000,9,,,岳运,\n")
    only(issues, "fleet.csv", 2, column)
    assert [kind.vehicle_type for kind in line] == ["好车"]


def test_rows_of_one_type_and_operator_must_agree(tmp_path: Path) -> None:
    text = "车型,核定载客,数量,每公里,企业\n大客,49,1,9,岳运\n大客,49,1,10,岳运\n大客,49,2,11,广运\n大客,49,3,,岳运\n"
    line, _feeder, issues = fleet(tmp_path, text)
    only(issues, "fleet.csv", 3, "D")
    assert [(kind.operator, kind.available(FIRST)) for kind in line] == [("岳运", 4), ("广运", 2)]


def test_a_plate_twice_on_one_day_is_one_too_many(tmp_path: Path) -> None:
    text = (
        "车型,核定载客,每公里,from,to,车牌\n大客,49,9,,2027-02-11,川X1\n大客,49,9,2027-02-12,,川X1\n大客,49,9,,,川x 1\n"
    )
    line, _feeder, issues = fleet(tmp_path, text)
    only(issues, "fleet.csv", 4, "F")
    assert line[0].available(FIRST) == line[0].available(LAST) == 1


def test_a_fleet_of_zero_and_no_fleet_are_fine(tmp_path: Path) -> None:
    assert read_fleet(tmp_path, builders.settings(), []) == ((), ())
    line, _feeder, issues = fleet(tmp_path, "车型,核定载客,数量,每公里\n大客,49,0,9\n")
    assert issues == []
    assert line[0].available(FIRST) == 0


def test_table_level_problems(tmp_path: Path) -> None:
    assert [issue.code for issue in fleet(tmp_path, "车型,数量\n大客,3\n")[2]] == ["R103"]
    [no_headings] = fleet(tmp_path, "几辆车而已\n")[2]
    assert no_headings.code == "R102"
    assert "车型、核定载客" in no_headings.cure
    assert "姓名" not in no_headings.cure
    assert [issue.code for issue in fleet(tmp_path, "")[2]] == ["R101"]
    (tmp_path / "fleet.xlsx").write_bytes(b"")
    only(fleet(tmp_path, "车型,核定载客,每公里\n大客,49,9\n")[2], "fleet.xlsx", None, "")  # type: ignore[arg-type]


# Places ------------------------------------------------------------------------------------------------------------


def test_places_of_every_kind(tmp_path: Path) -> None:
    found, issues = network(tmp_path)
    assert issues == []
    assert found.places["顾县"] == Place("顾县", "stop", 30.5, 106.5, township="顾县镇")
    assert found.places["罗渡"].township == "罗渡镇"
    assert found.places["广安站"] == Place("广安站", "station", 30.47, 106.63)
    assert found.places["深圳北站"].division == "440300"
    assert found.places["富士康"].division == "440309"
    assert found.lookups.employers == dict.fromkeys(("富士康", "富士康龙华", "鸿富锦"), "富士康")
    assert found.lookups.township_aliases["顾县车站"] == "顾县镇"
    assert found.lookups.townships == ("顾县镇", "罗渡镇", "九龙街道")


def test_names_are_found_by_alias_and_division(tmp_path: Path) -> None:
    found, _issues = network(tmp_path)
    names = {
        text: place.name if (place := found.find(text)) else None
        for text in ("顾县汽车站", "广安火车站", "深圳", "广东深圳", "深圳市宝安区", "深圳东站", "朝阳区", "哪里")
    }
    assert names == {
        "顾县汽车站": "顾县",
        "广安火车站": "广安站",
        "深圳": "广东省深圳市",
        "广东深圳": "广东省深圳市",
        "深圳市宝安区": "广东省深圳市宝安区",
        "深圳东站": None,
        "朝阳区": None,
        "哪里": None,
    }


def test_a_division_row_overrides_coordinates_and_name(tmp_path: Path) -> None:
    text = "名称,类型,纬度,经度,别名\n深圳,,22.60,114.10,鹏城\n东莞市,stop,,,\n"
    found, issues = network(tmp_path, places=text)
    assert issues == []
    assert found.work_stop("440306") == Place("深圳", "division", 22.6, 114.1, division="440300")
    assert found.find("鹏城") == found.find("广东省深圳市") == found.places["深圳"]
    assert found.resolver.resolve("鹏城").code == "440300"
    assert found.places["东莞市"].lat == pytest.approx(23.0, abs=0.1)
    assert found.work_stop("330100") == found.division_place("330100")
    assert found.division_place("330100").name == "浙江省杭州市"


def test_names_of_stations_and_employers_are_destinations(tmp_path: Path) -> None:
    found, _issues = network(tmp_path)
    assert found.resolver.resolve("深圳北站").code == "440300"
    assert found.resolver.resolve("鸿富锦").code == "440309"


def test_a_township_of_its_own_and_a_place_inside_the_home_county(tmp_path: Path) -> None:
    text = "名称,类型,纬度,经度,乡镇,区划\n东湖点,上车点,30.5,106.5,火星镇,\n岳池站,车站,30.5,106.4,,岳池县\n"
    found, issues = network(tmp_path, places=text)
    assert issues == []
    assert found.townships.resolve("火星").name == "火星镇"
    assert found.places["岳池站"].division is None


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",上车点,30.5,106.5,顾县镇,,", "A"),
        ("顾县,码头,30.5,106.5,顾县镇,,", "B"),
        ("顾县,,30.5,106.5,,,", "E"),
        ("顾县,上车点,30.5,106.5,,,", "E"),
        ("某点,,30.5,106.5,,深圳,", "B"),
        ("顾县,上车点,106.5,30.5,顾县镇,,", "C"),
        ("顾县,上车点,1.5,106.5,顾县镇,,", "C"),
        ("顾县,上车点,北纬三十,106.5,顾县镇,,", "C"),
        ("顾县,上车点,30.5,,顾县镇,,", "D"),
        ("顾县,上车点,,,顾县镇,,", "C"),
        ("顾县,上车点,30.5,106.5,顾先镇,,", "E"),
        ("富士康,企业,22.66,114.04,,保安区,", "F"),
        ("富士康,企业,22.66,114.04,,朝阳区,", "F"),
        ("富士康,企业,22.66,114.04,,,", "F"),
        ("同兴,上车点,30.6,106.5,同兴镇,,", "A"),
        ("顾县,上车点,30.5,106.5,顾县镇,,同兴", "G"),
    ],
)
def test_a_bad_place_cell(tmp_path: Path, row: str, column: str) -> None:
    text = f"名称,类型,纬度,经度,乡镇,区划,别名\n同兴,上车点,30.6,106.5,同兴镇,,\n{row}\n"
    found, issues = network(tmp_path, places=text)
    only(issues, "places.csv", 3, column)
    assert found.places["同兴"].township == "同兴镇"


def test_slips_are_proposed_not_applied(tmp_path: Path) -> None:
    text = "名称,类型,纬度,经度,乡镇\n顾县,上车点,106.5,30.5,顾县镇\n罗渡,上车点,30.4,106.6,罗度镇\n"
    found, issues = network(tmp_path, places=text)
    assert found.places == {}
    assert "罗渡镇" in issues[1].cure


def test_a_stop_or_hub_far_from_the_county_is_kept_and_said(tmp_path: Path) -> None:
    text = "名称,类型,纬度,经度,乡镇,区划\n顾县,上车点,32.544,106.446,顾县镇,\n"
    far = "县城集散点,集散点,30.544,105.446,九龙街道,\n重庆北站,车站,29.6,106.55,,\n"
    work = "深圳下车点,下车点,22.5,114.1,,深圳市\n"
    found, issues = network(tmp_path, places=text + far + work)
    assert [(issue.severity, issue.code, issue.row, issue.column) for issue in issues] == [("warning", "R404", 2, "C")]
    assert "223" in issues[0].message
    assert set(found.places) == {"顾县", "县城集散点", "重庆北站", "深圳下车点"}


def test_a_station_of_trains_alone_needs_no_coordinates(tmp_path: Path) -> None:
    text = "名称,类型,乡镇\n顾县,上车点,顾县镇\n岳池站,车站,\n"
    places = text + "罗渡站,车站,罗渡镇\n"
    access = "出发地,上车点,费用\n顾县,岳池站,10\n"
    distances = "from,to,km\n顾县,深圳,1500\n"
    _found, issues = network(tmp_path, places=places, access=access, distances=distances)
    assert issues == []
    _found, issues = network(tmp_path, places=places, access="出发地,上车点,费用\n", distances=distances)
    only(issues, "places.csv", 3, "")


# Access, distances, escorts ----------------------------------------------------------------------------------------


def test_access_by_township_and_by_its_stop(tmp_path: Path) -> None:
    text = "出发地,上车点,费用,分钟\n顾县镇,县城,12.345,40\n顾县,广安站,0,\n罗渡镇,罗渡,3,\n"
    found, issues = network(tmp_path, access=text)
    assert issues == []
    assert found.access == {
        "顾县镇": (AccessRow("县城集散点", 1235, 40), AccessRow("广安站", 0)),
        "罗渡镇": (AccessRow("罗渡", 300),),
    }


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",县城集散点,8,", "A"),
        ("月球镇,县城集散点,8,", "A"),
        ("县城集散点,广安站,8,", "A"),
        ("顾县,,8,", "B"),
        ("顾县,哪里,8,", "B"),
        ("顾县,罗渡,8,", "B"),
        ("顾县,深圳北站,8,", "B"),
        ("顾县,深圳,8,", "B"),
        ("顾县,县城集散点,-1,", "C"),
        ("顾县,县城集散点,,", "C"),
        ("顾县,县城集散点,8,很久", "D"),
        ("罗渡,县城,9,", "B"),
    ],
)
def test_a_bad_access_cell(tmp_path: Path, row: str, column: str) -> None:
    found, issues = network(tmp_path, access=f"origin,boarding,cost,minutes\n罗渡镇,县城集散点,8,\n{row}\n")
    only(issues, "access.csv", 3, column)
    assert found.access == {"罗渡镇": (AccessRow("县城集散点", 800),)}


def test_distances_are_directed_and_named_as_the_plan_names_places(tmp_path: Path) -> None:
    text = "起点,终点,公里,分钟\n顾县车站,深圳,1500.5公里,1200\n深圳,顾县,1501,\n"
    found, issues = network(tmp_path, distances=text)
    assert issues == []
    shenzhen = "广东省深圳市"
    assert found.distances == {("顾县", shenzhen): Leg(1500.5, 1200), (shenzhen, "顾县"): Leg(1501)}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",深圳,1500,", "A"),
        ("顾县,广东,1500,", "B"),
        ("哪里,深圳,1500,", "A"),
        ("顾县,深圳,0,", "C"),
        ("顾县,深圳,-5,", "C"),
        ("顾县,深圳,,", "C"),
        ("顾县,深圳,99999,", "C"),
        ("顾县,深圳,1500,0", "D"),
        ("顾县,深圳,1500,20", "D"),
        ("顾县,顾县车站,5,", "B"),
        ("罗渡,广东深圳,1490,", "B"),
    ],
)
def test_a_bad_distance_cell(tmp_path: Path, row: str, column: str) -> None:
    found, issues = network(tmp_path, distances=f"from,to,km,minutes\n罗渡,深圳,1490,\n{row}\n")
    only(issues, "distances.csv", 3, column)
    assert len(found.distances) == 1


def test_escorts_and_one_name_twice(tmp_path: Path) -> None:
    text = "姓名,电话,单位,from,to\n张伟,13800000000,人社局,,\n李娜,,,2027-02-11,2027-02-12\n张伟,,,,\n,1,,,\n"
    write(tmp_path, escorts=text)
    issues: list[Issue] = []
    escorts = read_escorts(tmp_path, builders.settings(), issues)
    assert escorts == (
        Escort("张伟", "13800000000", "人社局", FIRST, LAST),
        Escort("李娜", "", "", date(2027, 2, 11), date(2027, 2, 12)),
    )
    assert [(issue.code, issue.row, issue.column) for issue in issues] == [("R401", 4, "A"), ("R401", 5, "A")]


# Cells -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "minutes"),
    [
        ("08:30", 510),
        ("8：30", 510),
        ("06:15+1", 1815),
        ("06:15 +1", 1815),
        ("06:15(+1)", 1815),
        ("次日06:15", 1815),
        ("06:15次日", 1815),
        ("24:00", 1440),
        ("08:30:00", 510),
        ("8时30分", 510),
        (0.5, 720),
        (1.25, 1800),
        ("24:01", None),
        ("8:75", None),
        ("早上", None),
        (9.0, None),
        (True, None),
    ],
)
def test_clock_times(value: Any, minutes: int | None) -> None:
    assert _clock(value) == minutes


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1,200元", 1200),
        ("￥9.5", 9.5),
        ("１２", 12),
        ("-3", -3),
        (7, 7),
        ("1,2", None),
        ("九", None),
        ("", None),
        (True, None),
    ],
)
def test_numbers(value: Any, number: float | None) -> None:
    assert _number(value) == number


@given(st.text() | st.floats() | st.integers() | st.times() | st.datetimes() | st.timedeltas())
def test_any_cell_is_a_time_and_a_number_or_none(value: Any) -> None:
    assert (_clock(value) or 0) >= 0
    assert _number(value) is None or isinstance(_number(value), float)
