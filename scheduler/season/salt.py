"""The season's salt, which makes keys of ID numbers: it stands in the season's ledger and nowhere else."""

from __future__ import annotations

from pathlib import Path


def season_salt(season: Path, url: str | None = None, *, create: bool = True) -> bytes:
    """Return the season's salt.

    Parameters
    ----------
    season : Path
    url : str, optional
        As of `open_ledger`.
    create : bool
        Make the ledger, with a salt, where there is none.

    Raises
    ------
    LedgerError, OutputError
        When `open_ledger` does.
    """
    from scheduler.season.ledger.ledger import open_ledger  # SQLAlchemy takes its time

    with open_ledger(season, url, create=create) as ledger:
        return ledger.salt
