"""File names that every system takes: no reserved characters or names of Windows, no hidden files, not too long."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from scheduler.text_cells import cell_text

MAX_NAME = 120
MAX_TAB = 31
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in "0123456789¹²³")}


def safe_name(text: str, suffix: str = "") -> str:
    """Return a file name for any text: at most 120 characters, the suffix included."""
    kept = "".join(
        "_" if ch in '<>:"/\\|?*' else ch for ch in text if unicodedata.category(ch) not in ("Cc", "Cf", "Cs")
    )
    kept = kept.strip(" .") or "_"
    # At most 120 characters, and 240 bytes, which is what some file systems count.
    while len(kept) + len(suffix) > MAX_NAME or len((kept + suffix).encode()) > 2 * MAX_NAME:
        kept = kept[:-1].rstrip(" .")
    if kept.split(".")[0].strip().upper() in _RESERVED:
        kept = f"_{kept}"
    return kept + suffix


def unique(names: Iterable[str], limit: int = MAX_NAME) -> list[str]:
    """Return the names, later ones numbered where they differ only in case or not at all."""
    seen: set[str] = set()
    result = []
    for name in names:
        candidate, n = name[:limit], 1
        while candidate.casefold() in seen:
            n += 1
            candidate = f"{name[: limit - len(str(n)) - 1]}~{n}"
        seen.add(candidate.casefold())
        result.append(candidate)
    return result


def tab_names(texts: Iterable[str]) -> list[str]:
    """Return worksheet names: at most 31 characters, none of []:*?/\\, no apostrophe at the ends, all different."""
    cleaned = []
    for text in texts:
        name = "".join("_" if ch in "[]:*?/\\" or unicodedata.category(ch) == "Cc" else ch for ch in cell_text(text))
        name = name.strip("' ")[:MAX_TAB].strip("' ") or "_"
        cleaned.append(f"{name[: MAX_TAB - 1]}_" if name.casefold() == "history" else name)
    return unique(cleaned, MAX_TAB)
