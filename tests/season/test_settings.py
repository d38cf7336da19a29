"""season.toml: the five needed keys stop the reading, a slip in a section is listed beside its default."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scheduler.errors import SeasonError
from scheduler.season.settings import KeyProblem, read_settings
from scheduler.settings import CoachRules, History, Policy, Settings

NEEDED = """name = "测试季"
direction = "to_work"
home = "511621"
first_date = 2027-02-10
last_date = 2027-02-28
"""


def read(folder: Path, text: str | bytes) -> tuple[Settings, tuple[KeyProblem, ...]]:
    (folder / "season.toml").write_bytes(text.encode() if isinstance(text, str) else text)
    return read_settings(folder)


def test_five_keys_are_enough(tmp_path: Path) -> None:
    settings, problems = read(tmp_path, NEEDED)
    assert settings.first_date == date(2027, 2, 10)
    assert settings.policy == Policy()
    assert settings.coach_rules == CoachRules()
    assert problems == ()


def test_values_of_both_sections_are_used(tmp_path: Path) -> None:
    text = NEEDED + '[policy]\nmin_load = 5\ngift_pack = ["水"]\n[coach_rules]\ndepart_at = ["07:30", "18:00"]\n'
    settings, problems = read(tmp_path, text)
    assert (settings.policy.min_load, settings.policy.gift_pack) == (5, ("水",))
    assert settings.coach_rules.depart_at == ("07:30", "18:00")
    assert problems == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_windows_editors(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, NEEDED.encode(encoding))[0].name == "测试季"


def test_home_as_a_number_and_dates_as_text_are_understood(tmp_path: Path) -> None:
    text = NEEDED.replace('"511621"', "511621").replace("2027-02-10", '"2027-02-10"')
    settings, _problems = read(tmp_path, text)
    assert (settings.home, settings.first_date) == ("511621", date(2027, 2, 10))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (NEEDED.replace('name = "测试季"\n', ""), "name"),
        (NEEDED.replace('"测试季"', '""'), "line 1, name"),
        (NEEDED.replace("to_work", "out"), "line 2, direction"),
        (NEEDED.replace("511621", "51162"), "line 3, home"),
        (NEEDED.replace("2027-02-10", '"soon"'), "line 4, first_date"),
        (NEEDED.replace("2027-02-10", "12"), "line 4, first_date"),
        (NEEDED.replace("2027-02-28", "2027-02-01"), "first_date 2027-02-10 is after last_date 2027-02-01"),
        (NEEDED.replace("2027-02-28", "2029-02-28"), "more than a year apart"),
        (NEEDED + "x = [", "line 6"),
        ("name = “测试季”\n", "straight quotation marks"),
        ("name ＝ '测试季'\n", "half width"),
        (b"\xff\xfe\xff\xff\xff", "not text"),
        (b"#" * 1_000_001, "too large"),
        ("x = " + "[" * 100_000, "season.toml"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, text: str | bytes, part: str, english: None) -> None:
    with pytest.raises(SeasonError) as raised:
        read(tmp_path, text)
    line = str(raised.value)
    assert part in line
    assert "\n" not in line
    assert raised.value.cure
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        ("s/season.toml", "give the season: {tmp}/s"),
        ("s/roster", "give the season: {tmp}/s"),
        ("s/roster/甲/乙", "give the season: {tmp}/s"),
        ("s/roster/甲/a.csv", "give the season: {tmp}/s"),
        ("", "give the season: {tmp}/s, {tmp}/t"),
        ("S", "did you mean {tmp}/s?"),
        ("T", "did you mean {tmp}/t?"),
        ("lists", "put these lists into its folder roster"),
        ("empty", "make a season with: scheduler init {tmp}/empty"),
        ("elsewhere", "make a season with: scheduler init {tmp}/elsewhere"),
        ("lists/x.xlsx", "give the folder of a season"),
    ],
)
def test_a_wrong_folder_gets_the_right_advice(tmp_path: Path, given: str, advice: str, english: None) -> None:
    for season in ("s", "t"):
        (tmp_path / season / "roster" / "甲" / "乙").mkdir(parents=True)
        (tmp_path / season / "season.toml").write_text(NEEDED, encoding="utf-8")
    (tmp_path / "s" / "roster" / "甲" / "a.csv").touch()
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "x.xlsx").touch()
    (tmp_path / "empty").mkdir()
    with pytest.raises(SeasonError) as raised:
        read_settings(tmp_path / given)
    assert advice.format(tmp=tmp_path) in str(raised.value)


def test_a_folder_of_the_season_one_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, english: None) -> None:
    (tmp_path / "roster").mkdir()
    (tmp_path / "season.toml").write_text(NEEDED, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "roster")
    with pytest.raises(SeasonError, match="give the season"):
        read_settings(Path())


@pytest.mark.parametrize(
    ("home", "code"),
    [('"岳池"', "511621"), ('"四川省广安市岳池县"', "511621"), ('"东莞"', "441900"), ("511621", "511621")],
)
def test_home_by_its_name(tmp_path: Path, home: str, code: str) -> None:
    assert read(tmp_path, NEEDED.replace('"511621"', home))[0].home == code


@pytest.mark.parametrize("value", ["-1", "1001", '"viel"', "true"])
def test_history_has_its_range(tmp_path: Path, value: str, english: None) -> None:
    settings, [problem] = read(tmp_path, NEEDED + f"[history]\npeople_per_run = {value}\n")
    assert (settings.history, problem.key) == (History(), "history.people_per_run")
    assert "0" in problem.cure


def test_missing_folder_and_file(tmp_path: Path) -> None:
    with pytest.raises(SeasonError, match="init"):
        read_settings(tmp_path / "none")
    with pytest.raises(SeasonError, match=r"season\.toml"):
        read_settings(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(SeasonError):
        read_settings(tmp_path / "file")


@pytest.mark.parametrize(
    ("lines", "key", "cure"),
    [
        ("[policy]\nmin_laod = 3", "policy.min_laod", "min_load"),
        ("[policy]\nmin_load = 0", "policy.min_load", "from 1 to"),
        ("[policy]\nmin_load = true", "policy.min_load", "whole number"),
        ("[policy]\nflexible_days = 1.5", "policy.flexible_days", "whole number"),
        ("[policy]\nmax_detour = 0.9", "policy.max_detour", "at least 1"),
        ("[policy]\nbudget = inf", "policy.budget", "at least 0"),
        ("[policy]\nturnaround_km_per_day = nan", "policy.turnaround_km_per_day", "from 1 to"),
        ("[coach_rules]\nmoving_km_per_h = 0", "coach_rules.moving_km_per_h", "above 0, at most 200"),
        ("[coach_rules]\nrest_min = -1", "coach_rules.rest_min", "at least 0"),
        ("[coach_rules]\ndriver_day_min = 0", "coach_rules.driver_day_min", "above 0"),
        ('[policy]\nwork_level = "town"', "policy.work_level", '"city", "county"'),
        ('[policy]\ngift_pack = "水"', "policy.gift_pack", "gift_pack = ["),
        ('[policy]\nnote_columns = "过敏"', "policy.note_columns", 'note_columns = ["晕车"]'),
        ("[policy]\ndepart_at = '08:00'", "policy.depart_at", "[coach_rules]"),
        ("[coach_rules]\ndepart_at = '8:00'", "coach_rules.depart_at", '["08:00"]'),
        ("[coach_rules]\ndepart_at = []", "coach_rules.depart_at", '["08:00"]'),
        ("[coach_rules]\nnight_from = '25:00'", "coach_rules.night_from", '"22:00"'),
        ("[coach_rules]\ncrew_in_rated_seats = '也许'", "coach_rules.crew_in_rated_seats", "true or false"),
        ("[polcy]\nmin_load = 3", "polcy", "policy"),
        ("[weather]\nsnow = 3", "weather", "known keys"),
    ],
)
def test_a_slip_in_a_section_is_listed(tmp_path: Path, lines: str, key: str, cure: str, english: None) -> None:
    settings, problems = read(tmp_path, NEEDED + lines + "\n")
    assert settings.policy == Policy()
    assert settings.coach_rules == CoachRules()
    assert [problem.key for problem in problems] == [key]
    assert problems[0].row == (6 if "." not in key else 7)
    assert cure in problems[0].cure


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_no_number_is_without_end(number: float) -> None:
    for model in (Policy, CoachRules):
        for key, field in model.model_fields.items():
            if field.annotation is float:
                with pytest.raises(ValidationError):
                    model(**{key: number})


def test_a_section_that_is_none_and_a_key_outside_its_section(tmp_path: Path) -> None:
    _settings, problems = read(tmp_path, "policy = 3\n" + NEEDED + "min_load = 5\n")
    assert [(problem.key, problem.row) for problem in problems] == [("policy", 1), ("min_load", 7)]


def test_good_keys_beside_bad_ones_hold(tmp_path: Path) -> None:
    settings, problems = read(tmp_path, NEEDED + "[policy]\nmin_load = 7\nhome_stops = 99\n")
    assert (settings.policy.min_load, settings.policy.home_stops) == (7, Policy().home_stops)
    assert len(problems) == 1


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("season")
    with suppress(SeasonError):
        assert read(folder, NEEDED.encode() + data)[0].home == "511621"


OFFICE = 'office = "岳池县就业局"\nduty_phone = "0826-5222233"\nsignature = "岳池就业"\n'


def test_the_office_is_named_above_the_sections(tmp_path: Path) -> None:
    settings, problems = read(tmp_path, NEEDED + OFFICE + "[policy]\nmin_load = 5\n")
    assert (settings.office, settings.duty_phone, settings.signature) == ("岳池县就业局", "0826-5222233", "岳池就业")
    assert problems == ()
    settings, problems = read(tmp_path, NEEDED)
    assert (settings.office, settings.duty_phone, settings.signature, problems) == ("", "", "", ())


def test_a_phone_may_be_written_as_a_number(tmp_path: Path) -> None:
    settings, problems = read(tmp_path, NEEDED + "duty_phone = 5222233\n")
    assert (settings.duty_phone, problems) == ("5222233", ())


@pytest.mark.parametrize(
    ("lines", "key", "cure"),
    [
        ('office = "' + "长" * 61 + '"', "office", "at most 60 characters"),
        ("signature = true", "signature", "岳池就业"),
        ("duty_phone = 1.5", "duty_phone", "at most 30 characters"),
        ('office = "甲\\n乙"', "office", "one line"),
        ("offcie = '局'", "offcie", "office"),
        ("[policy]\nduty_phone = '1'", "policy.duty_phone", "above the first line in brackets"),
        ("[coach_rules]\noffice = '局'", "coach_rules.office", "above the first line in brackets"),
        ("feeder_earliest = '05:30'", "feeder_earliest", "[coach_rules]"),
        ("[coach_rules]\nfeeder_earliest = '5:30'", "coach_rules.feeder_earliest", '"05:30"'),
        ("[coach_rules]\nfeeder_earliest = 5", "coach_rules.feeder_earliest", '"05:30"'),
    ],
)
def test_a_slip_in_what_is_printed_is_named(tmp_path: Path, lines: str, key: str, cure: str, english: None) -> None:
    _settings, [problem] = read(tmp_path, NEEDED + lines + "\n")
    assert problem.key == key
    assert cure in problem.cure
    assert problem.row is not None
