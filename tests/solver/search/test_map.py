"""The header of the folder lists its modules in the order of reading, which is that of imports."""

from __future__ import annotations

import ast
from pathlib import Path

from scheduler.solver import search


def test_each_module_imports_only_those_listed_before_it() -> None:
    folder = Path(search.__path__[0])
    order = [line.split()[0] for line in (search.__doc__ or "").splitlines()[2:]]
    assert sorted(order) == sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    for number, name in enumerate(order):
        tree = ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))
        modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        own = {module.split(".")[-1] for module in modules if module.startswith(f"{search.__name__}.")}
        assert own <= set(order[:number])
