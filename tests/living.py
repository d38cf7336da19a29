"""A tiny season that lives: planned, announced, changed and planned again, by commands as a dispatcher gives them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scheduler.cli import top
from scheduler.cli.common import run_command_line
from scheduler.keys import person_key
from scheduler.plan import Plan
from scheduler.season.ledger.ledger import open_ledger
from scheduler.season.plans import read_plan
from tests.season_folders import csv_text, id_number, person, write

WORK = ("--iterations", 3, "--workers", 1)
BEFORE = "2027-02-01T09:00"
"""Days before the first run: nothing is frozen."""

FLEET = "车型,核定载客,数量,起步价,每公里,企业\n49座,49,10,100,1,岳运\n"
"""So cheap that a coach for one pays."""

TRAINS = """车次,日期,站,到达,开车,座位数,票价,可上车
K586,2027-02-11,广安站,,10:00,60,,是
K586,2027-02-11,深圳,次日08:00,,,180,否
K586,2027-02-13,广安站,,10:00,60,,是
K586,2027-02-13,深圳,次日08:00,,,180,否
"""


class Living:
    """One season and what its commands say.

    Parameters
    ----------
    folder : Path
        Where it is made.
    capsys : pytest.CaptureFixture, optional
        Without it nothing that is printed can be asked for.
    people : int
        How many travel from 顾县镇 to 深圳 on the same day, serial numbers from 1.
    **files : str
        Further files, or other contents, by name.
    """

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str] | None, people: int = 6, **files: str) -> None:
        self.folder = write(folder / "season", {"fleet.csv": FLEET})
        self.capsys = capsys
        self.roster(*(person(serial) for serial in range(1, people + 1)))
        for name, text in files.items():
            self.file(name, text)

    def roster(self, *rows: dict[str, str]) -> None:
        (self.folder / "roster/顾县镇.csv").write_text(csv_text(*rows), encoding="utf-8")

    def file(self, name: str, text: str) -> Path:
        """Write a file of the season's folder."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def changes(self, headings: str, *rows: str) -> Path:
        """Write a changes file beside the season."""
        path = self.folder.parent / "变更.csv"
        path.write_text("\n".join((headings, *rows)) + "\n", encoding="utf-8")
        return path

    def run(self, command: str, *arguments: object) -> int:
        """Run a command and return its exit code."""
        return run_command_line(top(), [command, str(self.folder), *(str(each) for each in arguments)])

    def said(self, command: str, *arguments: object) -> tuple[int, str, str]:
        """Return exit code, output and errors of a command."""
        assert self.capsys is not None
        self.capsys.readouterr()
        code = self.run(command, *arguments)
        captured = self.capsys.readouterr()
        return code, captured.out, captured.err

    def answer(self, command: str, *arguments: object, code: int = 0) -> dict[str, Any]:
        """Return what a command prints as JSON, its exit code being `code`."""
        found, out, err = self.said(command, *arguments, "--json")
        assert found == code, err or out
        answered: dict[str, Any] = json.loads(out)
        return answered

    def replan(self, *arguments: object, now: str = BEFORE, code: int = 0) -> dict[str, Any]:
        """Plan again, hold the plan by all rules, and return what replan said."""
        answered = self.answer("replan", *WORK, "--now", now, *arguments, code=code)
        assert self.answer("verify")["violations"] == []
        return answered

    def announce(self, *arguments: object, now: str = BEFORE) -> dict[str, Any]:
        return self.answer("announce", "--now", now, *arguments)

    def begin(self) -> Living:
        """Plan and announce it."""
        assert self.run("plan", *WORK) == 0
        self.announce()
        return self

    @property
    def plan(self) -> Plan:
        return read_plan(self.folder)

    def key(self, serial: int) -> str:
        with open_ledger(self.folder, create=False) as ledger:
            return person_key(ledger.salt, id_number(serial))

    def riders(self) -> set[str]:
        return {passenger.person for _run, passenger in self.plan.passengers()}

    def events(self, *kinds: str) -> list[Any]:
        with open_ledger(self.folder, create=False) as ledger:
            return list(ledger.events(*kinds))


def changed(answered: dict[str, Any], key: str) -> dict[str, Any]:
    """Return what a replan says of one person."""
    found: dict[str, Any]
    (found,) = [each for each in answered["changes"] if each["person"] == key]
    return found
