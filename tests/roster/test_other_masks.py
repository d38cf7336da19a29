"""Rosters that show masked ID numbers in another way than the season's lists do."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.season.load import load
from tests.season_folders import TOML, csv_text, person, write


def found(folder: Path, *numbers: str, mask: str = "tail4") -> list[str]:
    """Return where R308 was said, and the words in which it says what is shown."""
    rows = [person(serial, 身份证号=number) if number else person(serial) for serial, number in enumerate(numbers, 1)]
    toml = TOML.replace("[policy]\n", f'[policy]\nid_mask = "{mask}"\n')
    season = write(folder / mask, {"roster/顾县镇.csv": csv_text(*rows), "season.toml": toml})
    issues = load(season).issues
    return [f"{each.column}{each.row} {each.severity} {each.message}" for each in issues if each.code == "R308"]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("511621********0012", "前 6 位和后 4 位"),
        ("5116********12", "前 4 位和后 2 位"),
        ("511621＊＊＊＊＊＊＊＊０１２X", "前 6 位和后 4 位"),
        ("511621 ******** 0012", "前 6 位和后 4 位"),
        ("511621XXXXXXXX0012", "前 6 位和后 4 位"),
        ("51162119600101****", "前 14 位"),
        ("****", "不显示任何一位"),
    ],
)
def test_another_mask_is_said_once_a_sheet(tmp_path: Path, number: str, shown: str) -> None:
    [said] = found(tmp_path, "", number, number)
    assert said.startswith("B3 warning 本表有 2 个身份证号")
    assert shown in said
    assert "显示后 4 位" in said


@pytest.mark.parametrize("number", ["**************0012", "****0012", "****001X", "", "51162119600101001", "见附表**"])
def test_the_same_mask_and_what_is_no_mask_are_not(tmp_path: Path, number: str) -> None:
    assert found(tmp_path, "", number) == []


def test_it_is_held_against_the_season_s_own(tmp_path: Path) -> None:
    assert found(tmp_path, "511621********0012", mask="head6tail4") == []
    said = found(tmp_path, "**************0012", "5116**********0012", mask="head6tail4")
    assert len(said) == 2
    assert all("显示前 6 位和后 4 位" in each for each in said)
