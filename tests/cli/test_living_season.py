"""Two days of changes in a small season: each plan holds all rules, and few people hear something else."""

from __future__ import annotations

from pathlib import Path

from tools.living_season import live

DAYS = 2


def test_a_season_lives_through_days_of_changes(tmp_path: Path) -> None:
    days = list(live(tmp_path / "season", 60, 0.05, ("--iterations", 0, "--workers", 1), DAYS))
    assert [day.number for day in days] == list(range(1, DAYS + 1))
    assert [(day.violations, day.issues) for day in days] == [(0, 0)] * DAYS
    assert all(day.told >= day.moved for day in days)
