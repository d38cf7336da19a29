"""The season's salt, which makes keys of ID numbers: 32 random bytes in season.db only."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from scheduler.keys import SALT_BYTES


def season_salt(season: Path) -> bytes:
    """Return the season's salt, made at the first call."""
    path = season / "season.db"
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB)")
        db.execute("INSERT OR IGNORE INTO meta VALUES ('salt', ?)", (secrets.token_bytes(SALT_BYTES),))
        salt: bytes = db.execute("SELECT value FROM meta WHERE key = 'salt'").fetchone()[0]
    return salt
