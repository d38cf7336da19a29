"""Compiled loops survive the caches of another version of the program."""

from __future__ import annotations

import pickle
import sys
import types
from pathlib import Path

import numba
import pytest

from scheduler.solver.bound.compiled import compiled

SOURCE = "def double(x):\n    return x + x\n"


def _function(folder: Path) -> types.FunctionType:
    """Return a function whose source is a file of its own, as numba's cache wants it."""
    path = folder / "doubling.py"
    path.write_text(SOURCE, encoding="utf-8")
    names: dict[str, types.FunctionType] = {}
    exec(compile(SOURCE, str(path), "exec"), {"__name__": "doubling"}, names)
    return names["double"]


@pytest.mark.parametrize("kind", ["gone class", "gone module", "cut"])
def test_a_cache_of_an_older_version_is_forgotten(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    function = _function(tmp_path)
    assert compiled(function)(2) == 4
    (index,) = (tmp_path / "__pycache__").glob("*.nbi")
    older = types.ModuleType("older_version")
    older.Gone = type("Gone", (), {"__module__": "older_version"})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "older_version", older)
    rest = pickle.dumps((older.Gone(), {}))
    if kind == "gone class":
        del older.Gone
    elif kind == "gone module":
        monkeypatch.delitem(sys.modules, "older_version")
    else:
        rest = rest[:-5]
    index.write_bytes(pickle.dumps(numba.__version__) + rest)
    assert compiled(function)(3) == 6
