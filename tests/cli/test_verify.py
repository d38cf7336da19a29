"""`scheduler verify` and `scheduler schema` as a dispatcher runs them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scheduler.cli import top
from scheduler.cli.common import run_command_line
from scheduler.i18n import set_language
from scheduler.season.folder import SeasonFolder
from scheduler.season.plans import read_plan, store_plan
from tests.builders import SHENZHEN, Service, plan_for
from tests.season_folders import problem_of

SEASON_TOML = """
name = "测试季"
direction = "to_work"
home = "511621"
first_date = 2027-02-10
last_date = 2027-02-20

[policy]
min_load = 2
"""
PEOPLE = """姓名,身份证号,乡镇,目的地,出行日期
王一,511621198001010000,顾县镇,深圳,2027-02-12
王二,511621198101010008,顾县镇,深圳,2027-02-12
王三,511621198201010005,罗渡镇,东莞,2027-02-12
"""


@pytest.fixture
def season(tmp_path: Path) -> Path:
    """Return a season of three people, and its plan: two on a coach, one left."""
    files = {
        "season.toml": SEASON_TOML,
        "roster/顾县镇.csv": PEOPLE,
        "fleet.csv": "车型,企业,核定载客,数量,起步价,每公里\n49座,岳运,49,2,1000,10\n",
        "places.csv": "名称,类型,纬度,经度,乡镇\n顾县,上车点,30.50,106.50,顾县镇\n罗渡,上车点,30.40,106.60,罗渡镇\n",
        "distances.csv": "起点,终点,公里\n顾县,广东省深圳市,1500\n",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    asked = problem_of(tmp_path)
    riders = [party for party in asked.parties if party.work_stop == SHENZHEN]
    plan = plan_for(asked, (Service(riders[0].preferred or asked.settings.first_date), riders))
    store_plan(tmp_path, plan)
    return tmp_path


def change(season: Path, old: str, new: str) -> None:
    """Edit plan.json by hand."""
    text = SeasonFolder(season).plan.read_text(encoding="utf-8")
    assert old in text
    SeasonFolder(season).plan.write_text(text.replace(old, new), encoding="utf-8")


def run(*arguments: str) -> int:
    """Run the program."""
    return run_command_line(top(), arguments)


def test_a_good_plan_is_exit_0_and_one_line(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify", str(season)) == 0
    # 1,000 + 15,000 yuan for the coach, 3,000 for one person left behind.
    assert capsys.readouterr().out == "核验通过：1 个班次，2 人，总费用 19,000.00 元；规则和费用全部相符。\n"


def test_a_violation_is_exit_1_and_a_row_in_the_users_language(
    season: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(season, '"seats": 45', '"seats": 46')
    assert run("verify", str(season)) == 1
    assert "所写乘客座位数与车辆不符" in "".join(capsys.readouterr().out.split())
    try:
        assert run("verify", str(season), "--lang", "en") == 1
    finally:
        set_language("zh")
    assert "passenger seats" in capsys.readouterr().out


def test_a_minute_is_not_broken_at_the_column(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At 80 columns the hour and minute of a breach stay together."""
    text = SeasonFolder(season).plan.read_text(encoding="utf-8")
    departure = re.search(r'"depart": "(2027-02-1\dT08:00)"', text)
    assert departure is not None
    change(season, departure[0], departure[0].replace("08:00", "08:07"))
    assert run("verify", str(season)) == 1
    assert "T08:0" not in capsys.readouterr().out


def test_json_names_code_place_and_figures(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(season, '"seats": 45', '"seats": 46')
    assert run("verify", str(season), "--json") == 1
    assert json.loads(capsys.readouterr().out) == {
        "violations": [
            {
                "code": "V154",
                "where": "R1",
                "expected": "45",
                "actual": "46",
                "message": "所写乘客座位数与车辆不符",
            }
        ],
        "cost": {
            "total": 1_900_000,
            "runs": 1_600_000,
            "seats": 0,
            "date_shift": 0,
            "access": 0,
            "unserved": 300_000,
            "moves": 0,
        },
    }


def test_many_violations_of_a_code_are_counted(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = read_plan(season)
    riders = tuple(rider.model_copy(update={"person": f"x{i}"}) for i in range(4) for rider in plan.runs[0].passengers)
    run_of_strangers = plan.runs[0].model_copy(update={"passengers": riders})
    store_plan(season, plan.model_copy(update={"runs": (run_of_strangers,)}))
    assert run("verify", str(season)) == 1
    out = capsys.readouterr().out
    assert out.count("V104") == 5 + 1
    assert "……V104 另有 3 处" in out


def test_changed_inputs_are_held_to_the_rules(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (season / "fleet.csv").write_text(
        "车型,企业,核定载客,数量,起步价,每公里\n49座,岳运,49,2,1200,10\n", encoding="utf-8"
    )
    assert run("verify", str(season), "--json") == 1
    codes = [violation["code"] for violation in json.loads(capsys.readouterr().out)["violations"]]
    assert codes == ["V191"]


def test_a_hostile_plan_cannot_paint_the_terminal(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(season, '"id": "R1"', '"id": "[red]R1\\u001b[2J"')
    change(season, '"seats": 45', '"seats": 46')
    assert run("verify", str(season)) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "[red]R1" in "".join(out.split())


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"schema": 2}', "\x00"])
def test_a_file_that_is_no_plan_is_v100(content: str, season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    SeasonFolder(season).plan.write_text(content, encoding="utf-8")
    assert run("verify", str(season), "--json") == 1
    printed = json.loads(capsys.readouterr().out)
    assert {violation["code"] for violation in printed["violations"]} == {"V100"}
    assert printed["cost"]["total"] is None


def test_no_plan_yet_is_one_line_and_exit_1(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    SeasonFolder(season).plan.unlink()
    assert run("verify", str(season)) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert "plan.json" in err


def test_no_season_is_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify", str(tmp_path / "nowhere")) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_schema_accepts_a_plan_and_names_every_key(season: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schema", "plan") == 0
    schema = json.loads(capsys.readouterr().out)
    assert set(json.loads(SeasonFolder(season).plan.read_text(encoding="utf-8"))) == set(schema["properties"])
    assert schema["additionalProperties"] is False
    assert {"season", "direction", "version", "inputs_sha256", "cost"} <= set(schema["required"])
    arrive = schema["$defs"]["Stop"]["properties"]["arrive"]["anyOf"][0]
    assert re.fullmatch(arrive["pattern"], "2027-02-15T08:00")


def test_an_unknown_schema_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schema", "roster") == 2
