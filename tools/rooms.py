"""How large the rooms of the house are, as a table for docs/architecture.md.

    python -m tools.rooms

For each folder: its modules and lines, the longest module, the imports among what stands in it (a sub-folder counts as
one), and on how many floors that makes it stand: the longest chain in which each imports the next.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.test_architecture import ROOT, child_of, imports, ours


def main() -> None:
    """Print the table."""
    print("| folder | modules | lines | longest | arrows | floors |\n|---|---|---|---|---|---|")
    for folder in sorted({Path(module).parent for module in imports()}):
        lengths = {module: lines_of(module) for module in imports() if Path(module).parent == folder}
        inside = arrows(folder.as_posix())
        longest = max(lengths, key=lambda module: (lengths[module], module))
        name = "`scheduler/`" if folder == Path() else f"`{folder.as_posix()}/`"
        modules = sum(not module.endswith("__init__.py") for module in lengths)
        print(
            f"| {name} | {modules} | {sum(lengths.values()):,} | {Path(longest).stem} {lengths[longest]} "
            f"| {sum(map(len, inside.values()))} | {floors(inside)} |"
        )
    print(f"| together | {len(imports())} | {sum(map(lines_of, imports())):,} | | | |")


def lines_of(module: str) -> int:
    """Return how many lines a module has."""
    return (ROOT / module).read_text(encoding="utf-8").count("\n")


def arrows(folder: str) -> dict[str, set[str]]:
    """Return what each module or sub-folder of a folder imports of the others."""
    found: dict[str, set[str]] = {}
    for module in imports():
        child = child_of(module, folder)
        if child is not None and child != "__main__":
            found.setdefault(child, set()).update(filter(None, (child_of(each, folder) for each in ours(module))))
    return {child: targets - {child} for child, targets in found.items()}


def floors(inside: dict[str, set[str]]) -> int:
    """Return the length of the longest chain of imports."""

    @cache
    def height(child: str) -> int:
        return 1 + max(map(height, inside[child]), default=0)

    return max(map(height, inside), default=0)


if __name__ == "__main__":
    main()
