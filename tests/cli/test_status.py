"""`scheduler status --watch` reads the rosters again only when a file of the season has changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from scheduler.cli.commands.status import _read, _status
from scheduler.season.life import standing_season
from tests.living import Living
from tests.season_folders import person


@pytest.fixture
def living(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Living:
    return Living(tmp_path, capsys).begin()


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Grow by the folder each time that all of it is read."""
    read: list[Path] = []
    load = standing_season.load

    def counted(folder: Path, **options: object) -> object:
        read.append(folder)
        return load(folder, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(standing_season, "load", counted)
    return read


def test_what_is_recorded_shows_without_reading_the_rosters_again(living: Living, loads: list[Path]) -> None:
    first = _read(living.folder, None, None)
    run = living.plan.runs[0]
    assert len(loads) == 1
    living.answer("depart", run.id, "--headcount", run.load, "--at", f"{run.date}T08:00", "--now", f"{run.date}T08:10")
    again = _read(living.folder, None, first)
    assert len(loads) == 1
    figures, _found = _status(living.folder, again, datetime.fromisoformat(f"{run.date}T08:30"))
    assert [each["state"] for each in figures["runs"] if each["id"] == run.id] == ["departed"]


@pytest.mark.parametrize("name", ["roster/顾县镇.csv", "season.toml", "fleet.csv", "escorts.csv"])
def test_a_file_that_has_changed_is_read(living: Living, loads: list[Path], name: str) -> None:
    first = _read(living.folder, None, None)
    path = living.folder / name
    text = path.read_text(encoding="utf-8") if path.exists() else "name,phone\n王五,13800138000\n"
    path.write_text(text + "\n", encoding="utf-8")
    _read(living.folder, None, first)
    assert len(loads) == 2


def test_another_person_is_there(living: Living, loads: list[Path]) -> None:
    first = _read(living.folder, None, None)
    living.roster(*(person(serial) for serial in range(1, 8)))
    assert _read(living.folder, None, first).problem.people == first.problem.people + 1
    assert len(loads) == 2
