"""The example of docs/library.md runs, and the page shows it as it is."""

from __future__ import annotations

import re
import runpy
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "library.py"


def test_the_example_plans_a_season_and_writes_its_manifests(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    season = shutil.copytree(ROOT / "examples" / "first-steps", tmp_path / "season")
    plan = runpy.run_path(str(EXAMPLE))["main"](season, tmp_path / "out", time_limit_s=2)
    printed = capsys.readouterr().out
    assert "0 violations" in printed
    assert all(run.id in printed for run in plan.runs)
    assert any(tmp_path.rglob("*.pdf"))


@pytest.mark.parametrize("page", ["docs/library.md", "docs/zh/library.md"])
def test_the_page_shows_the_example(page: str) -> None:
    (shown,) = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    assert shown == EXAMPLE.read_text(encoding="utf-8")
