"""What files a season has stands in one place: the tables that are read, the templates, the names that are kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scheduler.season import folder, tables
from scheduler.season.folder import SeasonFolder, below_roster, kept_names
from scheduler.season.template_columns import templates
from scheduler.settings import Settings


def test_each_table_that_is_read_is_a_file_of_the_season() -> None:
    assert tuple(kind.stem for kind in tables.TABLES) == folder.TABLES


def test_a_new_season_is_given_a_template_of_each_table_and_of_the_roster() -> None:
    settings = Settings(
        name="x", direction="to_work", home="511621", first_date=date(2027, 2, 10), last_date=date(2027, 2, 28)
    )
    roster, *others = (Path(template.path) for template in templates(settings))
    assert roster.parent == Path(folder.ROSTER)
    assert [path.stem for path in others] == list(folder.TABLES)


def test_inputs_are_the_settings_the_tables_and_the_rosters(tmp_path: Path) -> None:
    names = ["season.toml", "fleet.csv", "places.xlsx", "roster/a.csv", "roster/towns/b.xls"]
    beside = ["season.db", "planted.csv", "fleet.txt", "plan/plan.json", "roster/.hidden.csv"]
    for name in names + beside:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = SeasonFolder(tmp_path).inputs()
    assert list(found) == names
    assert [path.relative_to(tmp_path).as_posix() for path in found.values()] == names


def test_earlier_plans_are_counted_by_their_names(tmp_path: Path) -> None:
    season = SeasonFolder(tmp_path)
    assert season.number_of_earlier_plans() == 0
    season.plan.parent.mkdir()
    for name in ("plan.json", "plan-2.json", "plan-10.json", "plan-x.json", "plan-11.txt"):
        (season.plan.parent / name).touch()
    assert season.number_of_earlier_plans() == 10
    assert season.earlier_plan(10).is_file()


@pytest.mark.parametrize("name", ["season.toml", "season.db", "season.db-wal", "pins.xlsx", "escorts.ods", "fleet.tsv"])
def test_names_of_files_a_season_reads_or_keeps(name: str) -> None:
    assert name in kept_names()


@pytest.mark.parametrize(
    ("file", "below"), [("roster/a.csv", "a.csv"), ("roster/x/a.csv", "x/a.csv"), ("fleet.csv", None), ("roster", None)]
)
def test_what_of_a_files_name_lies_below_the_roster(file: str, below: str | None) -> None:
    assert below_roster(file) == below
