"""Compile every locale/**/*.po into the .mo beside it (needs Babel).

The build runs this (`tools/build_hook.py`); run it by hand after editing a .po. The .mo are not in git: their bytes
depend on Babel's version, their messages on the .po alone.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE_DIR = Path(__file__).parents[1] / "scheduler" / "locale"


def compile_all(folder: Path = LOCALE_DIR) -> None:
    """Compile each .po under a folder into the .mo beside it."""
    for po in sorted(folder.rglob("*.po")):
        with po.open("rb") as file:
            catalogue = read_po(file, locale="zh_CN", abort_invalid=True)
        with po.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)


if __name__ == "__main__":
    compile_all()
