"""Every hostile file gives its codes at their places, and nothing else; inputs stay as they were."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scheduler.roster.intake import Roster, read_roster
from scheduler.roster.row_reader import Lookups
from scheduler.settings import Settings
from tests.hostile import CASES
from tests.hostile.case import Case

SETTINGS = Settings(
    name="测试", direction="to_work", home="511621", first_date=date(2027, 2, 10), last_date=date(2027, 2, 28)
)


def write(season: Path, case: Case) -> None:
    """Write the files of a case into a season's roster folder."""
    for name, content in case.files.items():
        path = season / "roster" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if callable(content):
            content(path)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)


def findings(intake: Roster) -> tuple[str, ...]:
    """Return the findings as "CODE file!sheet!cell", files from the roster folder."""
    return tuple(
        sorted(
            f"{each.code} {each.file.removeprefix('roster').lstrip('/')}!{each.sheet}!{each.column}{each.row or ''}"
            for each in intake.issues
        )
    )


def content(season: Path) -> dict[Path, bytes]:
    """Return every regular file of the season."""
    return {path: path.read_bytes() for path in season.rglob("*") if path.is_file()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hostile_file(case: Case, tmp_path: Path) -> None:
    season = tmp_path / "season"
    write(season, case)
    before = content(season)
    intake = read_roster(season / "roster", Lookups(SETTINGS))
    assert findings(intake) == case.found
    assert (intake.people, intake.fit, len(intake.set_aside), intake.dropped) == case.counts
    assert content(season) == before


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)
