"""The house stands as DESIGN says: who imports whom, and which library stays behind which fence."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import scheduler

ROOT = Path(scheduler.__file__).parent

# From the foundation upwards: each part may import itself and those before it.
FOUNDATION = ("_version", "interrupt", "processes", "errors", "i18n", "files", "mask", "text_cells")
DOMAIN = (
    *("units", "settings", "pins", "problem", "keys", "plan", "commitments", "evaluate", "pinned", "contradictions"),
    *("itinerary", "alternatives", "verify"),
)
CORE = (*FOUNDATION, *DOMAIN)


def _before(part: str) -> set[str]:
    return set(CORE[: CORE.index(part)])


ALLOWED = {part: _before(part) for part in CORE} | {
    "places": _before("problem"),
    "tabular": set(FOUNDATION),
    "roster": {*_before("evaluate"), "places", "tabular"},
    "season": {*_before("itinerary"), "places", "tabular", "roster"},
    "day": {*_before("verify"), "places", "tabular", "roster", "season"},
    "check": {*_before("evaluate"), "places", "tabular", "roster", "season"},
    "operations": _before("verify"),
    "solver": {*_before("verify"), "operations"},
    "reports": _before("verify"),
    "baselines": _before("verify"),
    "example": {*_before("evaluate"), "places", "season"},
}
EVERYTHING = {"bench", "cli", "__init__", "__main__"}
"""These stand on top and may import all parts (but nobody imports cli, and only cli imports bench)."""

EXCEPTIONS = {("solver/ending/sound.py", "verify")}

MOST_MODULES, MOST_LINES, MOST_LINES_OF_A_FUNCTION = 13, 400, 80

SOLVER = (
    *("model", "frozen", "decided", "construction", "keeping", "mip", "bound", "location"),
    *("search", "bound_process", "plan_builder", "reasons", "ending", "params", "params_file", "result", "solve"),
)
"""The floors of the solver, from the ground."""
SOLVER_ALLOWED = {
    "model": set(),
    "frozen": set(),
    "decided": {"model"},
    "construction": {"model"},
    "keeping": {"model"},
    "mip": {"model"},
    "bound": {"model"},
    "location": {"model", "mip", "bound"},
    "search": {"model", "construction", "mip", "location"},
    "bound_process": {"model", "mip", "bound", "location", "search"},
    "plan_builder": {"model", "keeping"},
    "reasons": {"model", "decided"},
    "ending": {"model", "construction", "decided", "plan_builder", "reasons"},
    "params": {"search", "bound"},
    "params_file": {"params"},
    "result": {"params"},
    "solve": set(SOLVER),
}

FENCES = {
    "ortools": ("solver", "operations", "baselines"),
    "scipy": ("solver", "bench", "baselines"),
    "highspy": ("solver",),
    "numba": ("solver",),
    "python_calamine": ("tabular",),
    "openpyxl": (),
    "xlsxwriter": ("reports", "example", "season", "check", "text_cells"),
    "fontTools": ("reports",),
    "segno": ("reports",),
    "jinja2": ("reports", "check"),
    "sqlalchemy": ("season",),
    "sqlite3": ("season",),
    "click": ("cli",),
    "rich": ("cli",),
}


@cache
def imports() -> dict[str, tuple[tuple[str, bool], ...]]:
    """Return what each module (path below the package) imports, lazily or at once: (dotted name, at once)."""
    return {path.relative_to(ROOT).as_posix(): tuple(_imports(path)) for path in sorted(ROOT.rglob("*.py"))}


def _imports(path: Path) -> list[tuple[str, bool]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at_once = {id(node) for node in tree.body}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) in at_once) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            found += [(f"{node.module}.{alias.name}", id(node) in at_once) for alias in node.names]
    return found


def part_of(module: str) -> str:
    """Return the part of the house a module (a path) belongs to: a package, or a module of its own."""
    return module.split("/")[0].removesuffix(".py")


def _names_a_module(dotted: str) -> str | None:
    """Return the path of the module an import loads, None when it is not one of ours."""
    if not (dotted + ".").startswith("scheduler."):
        return None
    parts = dotted.split(".")[1:]
    for length in range(len(parts), -1, -1):
        stem = "/".join(parts[:length])
        for path in (f"{stem}.py", f"{stem}/__init__.py".lstrip("/")):
            if path in imports():
                return path
    return None


def ours(module: str) -> set[str]:
    return {target for dotted, _now in imports()[module] if (target := _names_a_module(dotted)) is not None}


def test_every_part_has_its_place() -> None:
    assert {part_of(module) for module in imports()} <= ALLOWED.keys() | EVERYTHING


@pytest.mark.parametrize("module", sorted(imports()))
def test_a_module_imports_only_what_stands_before_it(module: str) -> None:
    part = part_of(module)
    targets = {part_of(target) for target in ours(module)} - {part, "__init__"}
    targets -= {target for path, target in EXCEPTIONS if path == module}
    if part in ALLOWED:
        assert targets <= ALLOWED[part]
    assert "cli" not in targets or part == "__main__"
    assert "bench" not in targets or part == "cli"


@pytest.mark.parametrize("module", sorted(each for each in imports() if each.startswith("solver/")))
def test_the_solver_stands_on_its_floors(module: str) -> None:
    floor = _floor(module)
    targets = {_floor(target) for target in ours(module) if target.startswith("solver/")} - {floor, "__init__"}
    assert floor == "__init__" or targets <= SOLVER_ALLOWED[floor]


def _floor(module: str) -> str:
    return module.split("/")[1].removesuffix(".py")


@pytest.mark.parametrize("folder", sorted({str(Path(each).parent) for each in imports()}))
def test_a_folder_is_mapped_in_the_order_of_its_imports(folder: str) -> None:
    header = ast.get_docstring(ast.parse((ROOT / folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    listed = re.findall(r"^- `(\w+/?)`: ", header, re.MULTILINE)
    wanted: dict[str, set[str]] = {}
    for module in imports():
        child = child_of(module, folder)
        if child is not None:
            wanted.setdefault(child, set()).update(filter(None, (child_of(each, folder) for each in ours(module))))
    assert sorted(listed) == sorted(wanted), "each module, and each folder with a slash behind it"
    for at, name in enumerate(listed):
        assert wanted[name] <= {*listed[: at + 1]}, f"{name} imports what stands below it"


def child_of(module: str, folder: str) -> str | None:
    """Return what of a folder a module is, or lies in (then with a slash); None outside it, and for its header."""
    path = Path(module)
    if not path.is_relative_to(folder) or path == Path(folder, "__init__.py"):
        return None
    first, *below = path.relative_to(folder).parts
    return f"{first}/" if below else first.removesuffix(".py")


def test_a_class_has_a_name_of_its_own() -> None:
    homes: dict[str, list[str]] = {}
    for module in imports():
        for node in ast.parse((ROOT / module).read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(module)
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}


def test_no_room_is_too_full() -> None:
    """The foundation and the domain stand side by side in the package itself, but are two rooms.

    How many commands there are is not for the house to say: each has a file.
    """
    rooms: dict[str, int] = {}
    for module in imports():
        room = "foundation" if part_of(module) in FOUNDATION else str(Path(module).parent)
        rooms[room] = rooms.get(room, 0) + (not module.endswith("__init__.py"))
    assert {room: number for room, number in rooms.items() if number > MOST_MODULES and room != "cli/commands"} == {}


def test_no_module_is_too_long() -> None:
    lengths = {module: (ROOT / module).read_text(encoding="utf-8").count("\n") for module in imports()}
    assert {module: length for module, length in lengths.items() if length > MOST_LINES} == {}


def test_no_function_is_too_long() -> None:
    lengths: dict[str, int] = {}
    for module in imports():
        for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                docstring = ast.get_docstring(node, clean=False) or ""
                last = node.body[-1].end_lineno or node.lineno
                lengths[f"{module}: {node.name}"] = last - node.lineno - docstring.count("\n")
    assert {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_FUNCTION} == {}


@pytest.mark.parametrize("library", FENCES)
def test_a_library_stays_behind_its_fence(library: str) -> None:
    users = {
        module
        for module, names in imports().items()
        if part_of(module) not in FENCES[library] and any(name.split(".")[0] == library for name, _now in names)
    }
    assert users == set()


def test_one_module_knows_highs() -> None:
    users = {module for module, names in imports().items() if any(name.split(".")[0] == "highspy" for name, _ in names)}
    assert users == {"solver/mip/highs.py"}


def test_no_circles_among_modules() -> None:
    """Imports at once only: one inside a function may close a circle harmlessly, though layers forbid most."""
    graph = {
        module: {
            target
            for dotted, now in names
            if now and (target := _names_a_module(dotted)) not in (None, module, "__init__.py")
        }
        for module, names in imports().items()
    }
    # A package's own __init__ imports its modules, which import each other, not the package.
    assert list(TopologicalSorter(graph).static_order())


def test_verify_loads_no_solver() -> None:
    assert loaded_by("import scheduler.verify", "scheduler.solver", "ortools", "scipy") == ""


def test_asking_a_command_for_help_loads_no_solver() -> None:
    modules = [path.relative_to(ROOT.parent).with_suffix("").parts for path in (ROOT / "cli").rglob("*.py")]
    code = ";".join(f"import {'.'.join(parts)}" for parts in modules if parts[-1] != "__init__")
    assert loaded_by(code, "ortools", "scipy", "fontTools", "xlsxwriter", "rich", "python_calamine") == ""


def loaded_by(code: str, *heavy: str) -> str:
    """Return which of the heavy modules a fresh interpreter has loaded after some code."""
    code += f";import sys;print(*(m for m in sys.modules if m.startswith({heavy!r})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()
