"""Rosters that come again, sorted, renamed, split and merged: does each seat still have its person's name?

    python tools/resent_rosters.py --trials 100 [--people 40] [--seed 0]

A season is planned and printed once by `announce -o` and `manifests`. In each trial its rosters are written anew, the
same rows in another order, in files of other names, some split in two, some put together, and both commands print
again. A trial fails when a list or message names anybody else for a run's seat, or none, unless the command refuses
(exit 1, one line). Prints a line a failure and one at the end, exit 1 when any failed.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import random
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from scheduler.cli import top
from scheduler.cli.common import run_command_line
from scheduler.roster.fields import ALIASES

NOW = "2027-02-01T09:00"
SEARCH = ("--iterations", "0", "--workers", "1")
FIELD_OF = {heading: field for field, headings in ALIASES.items() for heading in headings}

Row = dict[str, Any]
Printed = frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class Trial:
    """What became of one: what was done to the rosters, and what each command printed otherwise or said."""

    what: str
    refused: tuple[str, ...]
    wrong: tuple[str, ...]


def run(command: str, *arguments: object) -> tuple[int, str]:
    """Run a command; return its exit code and what it said of errors."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        code = run_command_line(top(), [command, *map(str, arguments)])
    return code, errors.getvalue().strip()


# Rosters -----------------------------------------------------------------------------------------------------------


def read_rosters(season: Path) -> dict[str, list[Row]]:
    """Return the rows of each roster by its file's stem, each cell by the field that its heading means."""
    return {path.stem: _rows(path) for path in sorted((season / "roster").glob("*.xlsx"))}


def _rows(path: Path) -> list[Row]:
    rows = [
        ["" if cell is None else cell for cell in row]
        for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    ]
    fields = [[FIELD_OF.get(str(cell).replace(" ", "").strip("*"), "") for cell in row] for row in rows]
    top_row = next(number for number, row in enumerate(fields) if "id_number" in row)
    found = (
        {field: cell for field, cell in zip(fields[top_row], row, strict=True) if field} for row in rows[top_row + 1 :]
    )
    return [row for row in found if row["id_number"]]


def sent_again(files: dict[str, list[Row]], rng: random.Random) -> tuple[str, dict[str, list[Row]]]:
    """Return what is done to the rosters, and the files that come of it."""
    done = rng.sample(("sorted", "renamed", "split", "merged"), rng.randint(1, 4))
    tables = {name: list(rows) for name, rows in files.items()}
    if "split" in done:
        for name in rng.sample(sorted(tables), max(1, len(tables) // 3)):
            rows = tables.pop(name)
            cut = rng.randint(0, len(rows))
            tables |= {f"{name}上": rows[:cut], f"{name}下": rows[cut:]}
    if "merged" in done:
        for _turn in range(max(1, len(tables) // 4)):
            first, second = rng.sample(sorted(tables), 2)
            tables[f"{first}和{second}"[:60]] = tables.pop(first) + tables.pop(second)
    if "sorted" in done:
        for rows in tables.values():
            rng.shuffle(rows)
    if "renamed" in done:
        names = rng.sample(range(1000), len(tables))
        tables = {f"新建 工作表 ({number})": rows for number, rows in zip(names, tables.values(), strict=True)}
    return " ".join(done), {name: rows for name, rows in tables.items() if rows}


def write_rosters(season: Path, tables: dict[str, list[Row]]) -> None:
    """Let the season's rosters be these."""
    shutil.rmtree(season / "roster")
    (season / "roster").mkdir()
    for name, rows in tables.items():
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        fields = list(dict.fromkeys(field for row in rows for field in row))
        sheet.append([ALIASES[field][0] for field in fields])
        for row in rows:
            sheet.append([row.get(field) for field in fields])
        book.save(season / "roster" / f"{name}.xlsx")


# What is printed ---------------------------------------------------------------------------------------------------


def printed(folder: Path, people: Counter[str]) -> Printed:
    """Return what is said of whose seat: texts by number, and of each list its sheet with seat, name and number."""
    said: set[tuple[str, ...]] = set()
    for path in folder.rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            said |= {("text", *row) for row in csv.reader(file) if row and row[0].isdecimal() and len(row[0]) == 11}
    for path in folder.rglob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path).worksheets:
            for row in sheet.iter_rows(values_only=True):
                cells = [str(cell) if cell is not None else "" for cell in row]
                at = next((number for number, cell in enumerate(cells) if cell in people), None)
                if at and sheet.title.startswith(("C", "T")):
                    phones = [cell for cell in cells if len(cell) == 11 and cell.isdecimal()]
                    said.add((sheet.title, cells[at - 1], cells[at], *phones[:1]))
    return frozenset(said)


def trial(template: Path, expected: dict[str, Printed], people: Counter[str], rng: random.Random, root: Path) -> Trial:
    """Write the rosters anew in a copy of the season, and print again."""
    season = root / "season"
    shutil.copytree(template, season)
    what, tables = sent_again(read_rosters(season), rng)
    write_rosters(season, tables)
    refused, wrong = [], []
    for command, more in (("manifests", ()), ("announce", ("--now", NOW))):
        out = root / command
        code, errors = run(command, season, "-o", out, *more)
        if code == 1 and len(errors.splitlines()) == 1:
            refused.append(f"{command}: {errors}")
        elif code:
            wrong.append(f"{command}: exit {code}: {errors}")
        else:
            now = printed(out, people)
            wrong += [f"{command}: {' '.join(each)}" for each in sorted(now - expected[command])[:3]]
            wrong += [f"{command} lacks {' '.join(each)}" for each in sorted(expected[command] - now)[:3]]
    return Trial(what, tuple(refused), tuple(wrong))


def trials(folder: Path, number: int, people: int, seed: int) -> list[Trial]:
    """Make a season below a folder and try so often."""
    template, rng = folder / "template", random.Random(seed)
    run("example", template, "--people", people, "--seed", seed + 1)
    code, errors = run("plan", template, *SEARCH)
    if code:
        raise RuntimeError(errors)
    names = Counter(str(row["name"]) for rows in read_rosters(template).values() for row in rows)
    expected = {}
    for command, more in (("manifests", ()), ("announce", ("--now", NOW))):
        season = folder / "first"
        shutil.copytree(template, season)
        run(command, season, "-o", folder / command, *more)
        expected[command] = printed(folder / command, names)
        shutil.rmtree(season)
    if not all(expected.values()):
        raise RuntimeError("nothing was printed")
    found = []
    for turn in range(number):
        with tempfile.TemporaryDirectory(dir=folder) as root:
            found.append(trial(template, expected, names, random.Random(rng.random() + turn), Path(root)))
    return found


def main() -> int:
    """Print what became of the trials."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--people", type=int, default=120)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = trials(Path(folder), asked.trials, asked.people, asked.seed)
    for each in found:
        for line in (*each.wrong, *each.refused):
            print(f"{each.what}: {line}")
    wrong, refused = (sum(map(bool, each)) for each in zip(*((t.wrong, t.refused) for t in found), strict=True))
    print(f"{len(found)} trials: {wrong} with a wrong name, {refused} refused in one line")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
