"""What a case is: files, what must be found in them (code and place, nothing else), how the people come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.hostile.build import HEADINGS, Row, csv_bytes, person, table, xlsx

Content = bytes | str | Callable[[Path], None]

GOOD = csv_bytes(table(person()))
"""A CSV file with one good row."""


@dataclass(frozen=True)
class Case:
    """Roster files by name, the findings as "CODE file!sheet!cell", and (people, fit, set aside, dropped)."""

    name: str
    files: dict[str, Content]
    found: tuple[str, ...]
    counts: tuple[int, int, int, int]


def case(name: str, files: dict[str, Content], found: str = "", counts: str = "1 1 0 0") -> Case:
    """Return a case; `found` one finding a line, `counts` people, fit, set aside, dropped."""
    people, fit, aside, dropped = map(int, counts.split())
    lines = tuple(sorted(line.strip() for line in found.splitlines() if line.strip()))
    return Case(name, files, lines, (people, fit, aside, dropped))


def one(*rows: Row, headings: Row = HEADINGS, above: tuple[Row, ...] = (), edit: Any = None) -> dict[str, Content]:
    """Return the files of a case that is one workbook, a.xlsx, with one sheet, S."""
    return {"a.xlsx": xlsx(("S", table(*rows, headings=headings, above=above)), edit=edit)}
