"""Whom a row of a changes file means: one person of the rosters, or nobody."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from scheduler.season.life.changes_file import ChangesReader
from tests.builders import plan_for
from tests.season_folders import csv_text, id_number, person, problem_of, write

NOW = datetime(2027, 2, 1, 9)
PEOPLE = [person(1), person(2), person(3, 姓名="张三甲", 乡镇="罗渡镇")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (f"退出,{id_number(1)},张二甲,顾县镇", None),
        (f"退出,{id_number(1)},,", None),
        ("退出,,张三甲,罗渡", None),
        ("退出,,张 三甲,岳池县罗渡镇", None),
        (f"退出,{id_number(1)},张三甲,顾县镇", "R503"),
        ("退出,,张二甲,罗渡镇", "R501"),
        ("退出,,张三甲,", "R501"),
        (f"退出,{id_number(9)},,", "R501"),
    ],
)
def test_a_row_names_one_person_or_is_an_issue(tmp_path: Path, row: str, code: str | None) -> None:
    problem = problem_of(write(tmp_path / "s", {"roster/顾县镇.csv": csv_text(*PEOPLE)}))
    path = tmp_path / "变更.csv"
    path.write_text(f"变更,身份证号,姓名,乡镇\n{row}\n", encoding="utf-8")
    reader = ChangesReader(problem, problem, plan_for(problem), (), (), NOW, lambda _text: True)
    changes = reader.read(path)
    assert len(changes) == (code is None)
    assert [(each.code, each.row) for each in reader.issues] == ([] if code is None else [(code, 2)])
