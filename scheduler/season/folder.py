"""A season folder: what its files are called and where they lie. Who reads or writes one of them asks here.

Nothing is opened: a `SeasonFolder` may name a folder that is not there yet. Commands import it before they know whether
they will read anything, so what reads sheets is loaded when it is asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

SETTINGS = "season.toml"
ROSTER = "roster"
PLANS = "plan"
DATABASE, SERVER_NAME = "season.db", "season.id"
PINS = "pins"
TABLES = ("fleet", "trains", "places", "access", "distances", "escorts", PINS)
"""Names of the tables' files without suffix, in the order they are read."""

FOLDERS = (ROSTER, PLANS)
DATABASE_COMPANIONS = ("-wal", "-shm")
"""What SQLite adds to the name of a database for files that hold parts of it."""


@dataclass(frozen=True, slots=True)
class SeasonFolder:
    """The files of the season in the folder `path`."""

    path: Path

    @property
    def settings(self) -> Path:
        """season.toml: with it a folder is a season."""
        return self.path / SETTINGS

    @property
    def roster(self) -> Path:
        """The folder of the people's lists."""
        return self.path / ROSTER

    @property
    def plan(self) -> Path:
        """The current plan; earlier ones lie beside it."""
        return self.path / PLANS / "plan.json"

    @property
    def database(self) -> Path:
        """The ledger, unless it is on a server."""
        return self.path / DATABASE

    @property
    def server_name(self) -> Path:
        """Where the season's name on a database server is kept, if it is on one."""
        return self.path / SERVER_NAME

    def earlier_plan(self, number: int) -> Path:
        """The plan that was the current one as the number-th, counted from 1."""
        return self.plan.with_name(f"plan-{number}.json")

    def number_of_earlier_plans(self) -> int:
        """Return the number of the latest earlier plan, 0 without any."""
        numbers = (re.fullmatch(r"plan-(\d+)", path.stem) for path in self.plan.parent.glob("plan-*.json"))
        return max((int(number[1]) for number in numbers if number), default=0)

    def table_files(self, stem: str) -> list[Path]:
        """Return the files of a table that lie in the folder: none, the one, or too many."""
        from scheduler.tabular.sheets.workbook import SUFFIXES

        return sorted(
            path
            for path in self.path.iterdir()
            if path.stem.lower() == stem
            and path.suffix.lower() in SUFFIXES
            and path.is_file()
            and path.resolve().is_relative_to(self.path.resolve())
        )

    def sheets(self) -> dict[str, Path]:
        """Return the files of all tables, then those of the rosters, by their names as issues give them."""
        from scheduler.tabular.sheets.workbook import list_files

        found = {path.name: path for stem in TABLES for path in self.table_files(stem)}
        return found | {name: path for path, name in list_files(self.roster, self.path)}

    def inputs(self) -> dict[str, Path]:
        """Return everything that a plan is made from, by name: season.toml, tables, rosters."""
        return {SETTINGS: self.settings} | self.sheets()


def below_roster(file: str) -> str | None:
    """Return the path below the roster folder of a file as issues name it; None for a table or season.toml."""
    return file.removeprefix(f"{ROSTER}/") if file.startswith(f"{ROSTER}/") else None


def kept_names() -> frozenset[str]:
    """Return every name that a file of a season may have in the folder itself, whether read or kept there."""
    from scheduler.tabular.sheets.workbook import SUFFIXES

    database = (DATABASE, *(DATABASE + end for end in (*DATABASE_COMPANIONS, "-journal")), SERVER_NAME)
    return frozenset((SETTINGS, *database, *(stem + suffix for stem in TABLES for suffix in SUFFIXES)))
