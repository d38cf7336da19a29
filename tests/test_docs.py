"""Links of the documentation lead somewhere: to a file that is there, and to a heading of it."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = tuple(sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "scheduler").rglob("*.md")]))
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MODULES = re.compile(r"`([a-z_]+(?:/[a-z_]+)+)/?`|`([a-z_]+)/`")
BELOW = ("", "scheduler", "scheduler/solver", "scheduler/reports")
"""Where pages count the paths of modules from."""
PATHS = re.compile(r"`((?:scheduler|tests|tools|docs|examples)/[\w./-]+)`")


def links_of(page: Path) -> list[str]:
    """Return the targets of a page's links that lead to no other computer."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    return [target for target in LINK.findall(text) if not re.match(r"[a-z]+:", target)]


def anchors_of(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and GitLab make them: words in small letters, joined by -."""
    titles = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    kept = ["".join(c for c in title.lower() if c in " -_" or unicodedata.category(c)[0] in "LN") for title in titles]
    return {title.strip().replace(" ", "-") for title in kept}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    for target in links_of(page):
        path, _hash, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.is_relative_to(ROOT), f"{target} leads out of the project"
        assert file.exists(), f"{target} leads nowhere"
        assert not anchor or anchor in anchors_of(file), f"{target}: no such heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_path_of_the_project_that_a_page_names_is_there(page: Path) -> None:
    if page.name == "CHANGELOG.md":  # it tells of files as they were then
        return
    named = PATHS.findall(page.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_module_that_a_page_names_by_its_path_is_there(page: Path) -> None:
    if page.name == "CHANGELOG.md":  # it tells of modules as they were then
        return
    named = {path or folder for path, folder in MODULES.findall(page.read_text(encoding="utf-8"))}
    there = {path for path in named for below in BELOW if _is_module_or_folder(ROOT / below / path)}
    assert named == there


def _is_module_or_folder(path: Path) -> bool:
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_every_page_of_docs_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.is_file():
            continue
        reached.add(page)
        waiting += [(page.parent / target.partition("#")[0]).resolve() for target in links_of(page)]
    assert set((ROOT / "docs").rglob("*.md")) <= reached


def test_the_architecture_names_every_part() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    tree = text[text.index("```") : text.index("## Who may import whom")]
    package = ROOT / "scheduler"
    parts = [*package.iterdir(), *(package / "solver").iterdir(), *(package / "reports").iterdir()]
    folders = {f"{part.name}/" for part in parts if (part / "__init__.py").exists()}
    modules = {part.stem for part in package.glob("*.py")} - {"__init__", "__main__"}
    assert {name for name in folders | modules if name not in tree} == set()
