"""What a township's clerk reads names no key of the settings and no file of the dispatcher's."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import openpyxl
import pytest

import scheduler
from scheduler.check.annotate import write_annotated
from scheduler.i18n import _, set_language
from scheduler.season.load import load
from scheduler.settings import CoachRules, History, Policy
from scheduler.tabular.issues import CODES
from tests.season_folders import csv_text, person, write

ROOT = Path(scheduler.__file__).parent
KEYS = [key for model in (Policy, CoachRules, History) for key in model.model_fields if "_" in key]
DISPATCHERS = re.compile(r"\.toml|\b(" + "|".join(KEYS) + r")\b")


def both(message: str) -> str:
    set_language("zh")
    return f"{message}\n{_(message)}"


@pytest.mark.parametrize("code", [code for code in CODES if not code.startswith(("R4", "R5"))])
def test_findings_about_rosters_speak_to_clerks(code: str) -> None:
    kind = CODES[code]
    assert DISPATCHERS.search(both(kind.meaning) + both(kind.cure)) is None


def test_the_kinds_of_findings_about_tables_name_no_key() -> None:
    for code in ("R401", "R402"):
        assert DISPATCHERS.search(both(CODES[code].meaning)) is None


@pytest.mark.parametrize("folder", ["roster", "tabular", "check"])
def test_no_message_about_a_roster_names_a_key(folder: str) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                [argument] = node.args
                if isinstance(argument, ast.Constant):
                    assert DISPATCHERS.search(both(str(argument.value))) is None, path


@pytest.mark.parametrize(
    "row",
    [
        person(3, 出行日期="2028-02-12"),
        person(3, 出行日期="2027-02-01"),
        person(3, 身份证号="1"),
        person(3, 目的地="岳池县"),
        person(3, 出行方式="飞机"),
    ],
)
def test_what_goes_back_names_no_key(tmp_path: Path, row: dict[str, str]) -> None:
    season = write(tmp_path / "s", {"roster/罗渡镇.csv": csv_text(row)})
    intake = load(season)
    [copy] = write_annotated(season, intake.issues, tmp_path / "back")
    book = openpyxl.load_workbook(copy)
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    text = "\n".join(str(cell.value or "") + (cell.comment.text if cell.comment else "") for cell in cells)
    assert text.strip()
    assert DISPATCHERS.search(text) is None
