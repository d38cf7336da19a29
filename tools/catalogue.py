"""Compile every locale/**/*.po into the .mo beside it (needs Babel). With --check: fail when one is stale."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE_DIR = Path(__file__).parents[1] / "scheduler" / "locale"


def compiled(path: Path) -> bytes:
    """Return the .mo bytes of a .po file."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale="zh_CN", abort_invalid=True)
    # Babel stamps the time of reading where the file gives none; the bytes must depend on the messages alone.
    catalogue.creation_date = catalogue.revision_date = datetime(2027, 1, 1, tzinfo=UTC)
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def main() -> int:
    """Compile, or check that what is compiled is current."""
    stale = []
    for po in sorted(LOCALE_DIR.rglob("*.po")):
        mo = po.with_suffix(".mo")
        data = compiled(po)
        if not mo.exists() or mo.read_bytes() != data:
            stale.append(mo.name)
            if "--check" not in sys.argv:
                mo.write_bytes(data)
    if stale and "--check" in sys.argv:
        print("stale: " + ", ".join(stale) + "; run python tools/catalogue.py")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
