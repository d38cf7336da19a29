"""The written folder against the loader: clean files give the very problem, planted errors get their very codes."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.example.description import SYNTHETIC_SALT, SYNTHETIC_SHA256, problem_of
from scheduler.example.season import synthetic_season
from scheduler.example.write import write_season
from scheduler.season.load import load
from tests.season_folders import is_nobodys

SMALL = [(60, "to_home", "csv"), (500, "to_work", "xlsx"), (1200, "to_home", "xlsx"), (1200, "to_work", "csv")]


@pytest.mark.parametrize(("people", "direction", "roster_format"), SMALL)
def test_clean_files_load_without_issue_as_the_problem_made_in_memory(tmp_path, people, direction, roster_format):
    season = synthetic_season(people, 1, direction)
    assert write_season(season, tmp_path / "season", roster_format=roster_format) == []
    intake = load(tmp_path / "season", salt=SYNTHETIC_SALT)
    assert intake.issues == ()
    loaded = replace(intake.problem, inputs_sha256=SYNTHETIC_SHA256)
    assert loaded == problem_of(season, csv=roster_format == "csv")


@pytest.mark.parametrize("roster_format", ["xlsx", "csv"])
def test_every_planted_error_is_found_at_its_place_with_its_code_and_nothing_else(tmp_path, roster_format):
    season = synthetic_season(2000, 2)
    planted = write_season(season, tmp_path / "season", dirty=0.1, seed=3, roster_format=roster_format)
    intake = load(tmp_path / "season")
    found = Counter((issue.file, issue.sheet or "", issue.row, issue.code) for issue in intake.issues)
    assert found == Counter((error.file, error.sheet, error.row, error.code) for error in planted)
    expected = {"R201", "R202", "R203", "R204", "R205", "R206", "R207", "R208", "R209", "R210", "R211", "R217"}
    expected |= {"R301", "R302", "R303", "R304", "R305", "R306"} | ({"R110"} if roster_format == "xlsx" else set())
    assert {error.code for error in planted} == expected


def test_planted_errors_follow_the_rate_and_are_listed_beside_the_season(tmp_path):
    season = synthetic_season(1000, 0)
    planted = write_season(season, tmp_path / "season", dirty=0.05, seed=1)
    assert 40 <= len(planted) <= 53
    listed = (tmp_path / "season" / "planted.csv").read_text("utf-8-sig").splitlines()
    assert len(listed) == len(planted) + 1
    assert write_season(season, tmp_path / "other", dirty=0.05, seed=2) != planted


def test_a_tiny_season_takes_what_errors_it_has_room_for(tmp_path):
    planted = write_season(synthetic_season(3, 0), tmp_path / "season", dirty=1.0)
    assert len(planted) <= 5
    load(tmp_path / "season")


@pytest.mark.parametrize(("name", "people"), [("first-steps", 60), ("yuechi", 15500)])
def test_committed_examples_are_sound_and_synthetic(name, people):
    folder = Path(__file__).parents[1] / "examples" / name
    intake = load(folder)
    planted = folder / "planted.csv"
    rows = list(csv.DictReader(planted.read_text("utf-8-sig").splitlines())) if planted.exists() else []
    found = Counter((issue.file, issue.sheet or "", str(issue.row or ""), issue.code) for issue in intake.issues)
    assert found == Counter((row["file"], row["sheet"], row["row"], row["code"]) for row in rows)
    copies = sum(row["code"] in ("R301", "R302", "R303") for row in rows)
    assert intake.people == people + copies
    people = [person for party in intake.problem.parties for person in party.people]
    assert all(is_nobodys(person.id_number) for person in people)
    assert {person.sex for person in people} == {"男", "女"}
