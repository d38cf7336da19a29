"""Headers map the folders of the bound: every module, in an order in which each imports only earlier ones."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from scheduler.solver import bound

ROOT = Path(bound.__file__).parent
FOLDERS = (ROOT, ROOT / "pricing", ROOT / "branching")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_header_maps_its_folder_in_the_order_of_imports(folder: Path) -> None:
    package = ".".join(["scheduler.solver", *folder.relative_to(ROOT.parent).parts])
    header = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    named = re.findall(r"^- `(\w+)/?`:", header, re.MULTILINE)
    there = {path.stem for path in folder.iterdir() if (path / "__init__.py").exists() or path.suffix == ".py"}
    assert sorted(named) == sorted(there - {"__init__"})
    assert len(named) <= 10
    for place, name in enumerate(named):
        own = folder / name
        for path in sorted(own.glob("*.py")) if own.is_dir() else [own.with_suffix(".py")]:
            text = path.read_text(encoding="utf-8")
            wanted = set(re.findall(rf"^from {re.escape(package)}\.(\w+)", text, re.MULTILINE))
            assert wanted <= {*named[:place], *([name] if own.is_dir() else [])}, path.name
