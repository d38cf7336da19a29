"""What the READMEs and the pages of docs/ say is what the code does: commands, keys, defaults, headings, codes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest

import scheduler
from scheduler.cli import COMMANDS, top
from scheduler.i18n import _, set_language
from scheduler.roster.fields import ALIASES, REQUIRED, roster_headings
from scheduler.season.settings import NEEDED, SECTIONS
from scheduler.season.tables import TABLES, TableKind
from scheduler.settings import Settings
from scheduler.tabular.issues import CODES
from scheduler.verify import MESSAGES

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
FOLDERS = ("docs", "docs/zh")
"""The reference in English, and in Chinese."""

readme = pytest.mark.parametrize("name", READMES)
reference = pytest.mark.parametrize("folder", FOLDERS)
MOST_LINES = 150
"""Of a README: what is longer is for docs/."""


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rows_of(text: str, start: str) -> list[list[str]]:
    """Return the cells of the first Markdown table below the line that holds `start`, without its headings."""
    table = re.search(r"(?:^\|.*\n)+", text[text.index(start) :], re.MULTILINE)
    assert table is not None
    lines = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.group().splitlines()]
    return lines[2:]


def chinese(message: str) -> str:
    set_language("zh")
    return _(message)


# Both languages ----------------------------------------------------------------------------------------------------

TRANSLATED = tuple(sorted(path.name for path in (ROOT / "docs" / "zh").glob("*.md") if path.name != "itinerary.md"))
"""Pages that stand in both languages whole."""


@pytest.mark.parametrize("pages", [READMES, *((f"docs/{name}", f"docs/zh/{name}") for name in TRANSLATED)])
def test_both_languages_have_the_same_structure(pages: tuple[str, str]) -> None:
    levels = [re.findall(r"^(#+) ", text_of(name), re.MULTILINE) for name in pages]
    tables = [len(re.findall(r"^\|[-|]+\|$", text_of(name), re.MULTILINE)) for name in pages]
    assert levels[0] == levels[1]
    assert tables[0] == tables[1]


def test_the_reference_is_there_in_chinese() -> None:
    assert {"season-folder.md", "settings.md", "commands.md", "cost.md", "glossary.md"} <= set(TRANSLATED)


@readme
def test_a_readme_is_short_and_names_its_two_commands(name: str) -> None:
    lines = text_of(name).splitlines()
    assert len(lines) <= MOST_LINES
    assert {line.partition("#")[0].strip() for line in lines if line.startswith("make ")} == {"make demo", "make test"}


def test_the_changelog_begins_with_this_version() -> None:
    first = re.search(r"^## (?!Unreleased)(\S+)", text_of("CHANGELOG.md"), re.MULTILINE)
    assert first is not None
    assert first[1] == scheduler.__version__


# Commands ----------------------------------------------------------------------------------------------------------


@readme
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_readme(name: str, command: str) -> None:
    assert re.search(rf"^\|.*`scheduler {command}\b", text_of(name), re.MULTILINE)


@reference
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_documented(folder: str, command: str) -> None:
    text = text_of(f"{folder}/commands.md")
    assert f"| `scheduler {command}" in text
    synopsis = re.search(rf"^scheduler {command}\b.*(?:\n +.*)*", text, re.MULTILINE)
    assert synopsis is not None
    shown = set(re.findall(r"(?<!\w)--?[a-z][a-z-]*", synopsis.group()))
    found = top().get_command(click.Context(top()), command)
    assert found is not None
    options = {
        word
        for option in found.params
        if isinstance(option, click.Option)
        for word in (*option.opts, *option.secondary_opts)
    }
    assert shown == options - {"--lang"}


@reference
def test_no_command_is_documented_that_does_not_exist(folder: str) -> None:
    assert set(re.findall(r"^scheduler (\w+)", text_of(f"{folder}/commands.md"), re.MULTILINE)) == set(COMMANDS)


@readme
def test_no_command_stands_in_the_readme_that_does_not_exist(name: str) -> None:
    assert set(re.findall(r"\bscheduler ([a-z]+) (?:SEASON|demo|plan\b)", text_of(name))) <= set(COMMANDS)


# season.toml -------------------------------------------------------------------------------------------------------


@reference
def test_season_toml_shows_every_key_with_its_default(folder: str) -> None:
    block = re.search(r"```toml\n(.*?)```", text_of(f"{folder}/settings.md"), re.DOTALL)
    assert block is not None
    shown = tomllib.loads(block.group(1))
    assert set(shown) == {*NEEDED, *SECTIONS}
    settings = Settings(**shown)
    for section, model in SECTIONS.items():
        assert list(shown[section]) == list(model.model_fields)
        assert getattr(settings, section) == model()


# Headings ----------------------------------------------------------------------------------------------------------


def headings_in(cell: str) -> list[str]:
    """Return the headings a cell lists: Chinese words between commas; after a semicolon only the last word counts."""
    first, *rest = re.split(r"[;；]", cell)
    return [*re.split(r", |、", first), *(part.split()[-1] for part in rest)]


@reference
def test_roster_headings_are_those_the_code_accepts(folder: str) -> None:
    to_home = roster_headings("to_home")
    documented = set()
    start = "**roster**" if folder == "docs" else "**名单 roster**"
    for cells in rows_of(text_of(f"{folder}/season-folder.md"), start):
        field = re.fullmatch(r"`(\w+)`(\\\*)?", cells[0])
        assert field is not None, cells
        documented.add(field[1])
        assert (field[2] is not None) == (field[1] in REQUIRED)
        for heading in headings_in(cells[1]):
            known = to_home.field_of(heading)
            assert known is not None, heading
            assert known[0] == field[1], heading
    assert documented == set(ALIASES)


@reference
@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.stem)
def test_table_headings_are_those_the_code_accepts(folder: str, kind: TableKind) -> None:
    text, headings = text_of(f"{folder}/season-folder.md"), kind.headings
    start = next(line for line in text.splitlines() if line.startswith("**") and kind.stem in line)
    rows = rows_of(text, start)
    if len(rows[0]) == 3 and rows[0][0] == "access":  # the three small tables share one
        rows = [cells[1:] for cells in rows if cells[0] == kind.stem]
    starred, documented = set(), set()
    for cells in rows:
        fields = re.findall(r"`(\w+)`(\\\*)?", cells[0])
        documented |= {field for field, _star in fields}
        starred |= {field for field, star in fields if star}
        found = {headings.field_of(heading) for heading in headings_in(cells[1])}
        assert {known[0] for known in found if known is not None} == {field for field, _star in fields}
        assert None not in found, cells[1]
    assert documented == set(headings.aliases)
    assert starred == set(headings.required)


# Codes -------------------------------------------------------------------------------------------------------------


def test_every_roster_code_is_documented_as_the_code_says_it() -> None:
    rows = {cells[0]: cells[1:] for cells in rows_of(text_of("docs/codes.md"), "## R:")}
    assert list(rows) == list(CODES)
    for code, kind in CODES.items():
        severity, meaning, example, cure = rows[code]
        assert severity.partition("<br>")[0] == kind.severity
        assert meaning == f"{kind.meaning}<br>{chinese(kind.meaning)}", code
        assert cure == f"{kind.cure}<br>{chinese(kind.cure)}", code
        assert example


def test_every_violation_code_is_documented_as_the_code_says_it() -> None:
    rows = {cells[0]: cells[1:] for cells in rows_of(text_of("docs/codes.md"), "## V:")}
    assert rows == {code: [message, chinese(message)] for code, message in MESSAGES.items()}
    at_length = re.findall(r"^\| (V\d{3}) \|", text_of("docs/rules.md"), re.MULTILINE)
    assert sorted(at_length) == sorted(MESSAGES)


def test_every_reason_code_is_documented() -> None:
    rows = {cells[0]: cells[1:] for cells in rows_of(text_of("docs/codes.md"), "## U:")}
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "scheduler" / "solver").rglob("*.py"))
    assert set(rows) == set(re.findall(r'"(U2\d\d)"', source))
    proofs = {"no_option", "conflict", "cost", "open"}
    assert all(set(cells[1].split(", ")) <= proofs for cells in rows.values())
