"""Every message has its Chinese translation, with the same placeholders, and what is compiled is current."""

from __future__ import annotations

import ast
import gettext
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from scheduler import i18n
from tools.catalogue import LOCALE_DIR

PACKAGE = Path(i18n.__file__).parent


def _messages(path: Path) -> set[str]:
    """Return every literal given to `_` in a module, and of those that count something the one for one."""
    return {one for one, _many in _given(path)}


def _given(path: Path) -> set[tuple[str, str]]:
    """Return every literal given to `_`, `ngettext` or `count_text` in a module, with its plural, empty where none."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        if node.func.id == "_":
            assert len(node.args) == 1, f"{path}:{node.lineno}: _ takes one message"
            found |= {(text, "") for text in texts}
        elif node.func.id in ("ngettext", "count_text") and path.name != "i18n.py":
            assert len(texts) == 2, f"{path}:{node.lineno}: {node.func.id} takes one message and its plural"
            found.add((texts[0], texts[1]))
    return found


def _template_messages(path: Path) -> set[str]:
    """Return every literal given to `_` in a template."""
    found = set()
    for line, _function, message in extract_from_ast(Environment().parse(path.read_text(encoding="utf-8")), ("_",)):
        assert isinstance(message, str), f"{path}:{line}: _ takes one message"
        found.add(message)
    return found


def _catalogues() -> dict[str, str]:
    return {one: text for po in LOCALE_DIR.rglob("*.po") for (one, _many), text in _catalogue(po).items()}


def _catalogue(po: Path) -> dict[tuple[str, str], str]:
    """Return the translations of a catalogue, by message and plural; Chinese has one form for all numbers."""
    with po.open("rb") as file:
        entries = [entry for entry in read_po(file, locale="zh_CN") if entry.id]
    return {
        (entry.id, "") if isinstance(entry.id, str) else (entry.id[0], entry.id[1]): (
            str(entry.string) if isinstance(entry.id, str) else str(entry.string[0])
        )
        for entry in entries
    }


def _fields(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name}


def test_every_message_is_translated() -> None:
    messages = {m: path.name for path in PACKAGE.rglob("*.py") for m in _messages(path)}
    messages |= {m: path.name for path in PACKAGE.rglob("*.j2") for m in _template_messages(path)}
    translations = _catalogues()
    missing = sorted(f"{file}: {message}" for message, file in messages.items() if not translations.get(message))
    assert missing == []


def test_every_plural_stands_with_its_singular() -> None:
    given = {pair for path in PACKAGE.rglob("*.py") for pair in _given(path) if pair[1]}
    known = {pair for po in LOCALE_DIR.rglob("*.po") for pair in _catalogue(po)}
    assert given - known == set()
    wrong = [(one, many) for one, many in given if not _fields(one) <= _fields(many)]
    assert wrong == []


# Where the number is never one.
_NEVER_ONE = {
    "a coach runs from {least} people; they are {n}",
    "at most {most} people can be made up",
    "{n} people may be meant by {text}: {listed}",
    "{n} people may be meant",
    "{n} people have this name",
    "{count} people gave this phone number",
    "{n} events; the last {shown} are shown, --json lists all.",
    "{n} plans; the last {shown} are shown, --json lists all.",
    "{who} on {run} ({count} coaches)",
    "Fewer than {least} people, not enough for a group ticket, buy single ones: {routes}",
    "a sheet spans {rows} rows and {columns} columns, more than {limit} cells",
    "the file holds more than {limit} cells",
    "the workbook has {count} sheets, more than {limit}",
    "the second line should hold {n} numbers",
    "it should hold {n} numbers",
    "it should hold {n} sizes, each above zero",
    "write one line of at most {n} characters, as in: {example}",
    "a text is longer than the {limit} characters that a cell can hold",
}
_COUNTED = re.compile(
    r"\{\w+[^{}]*\} (?:[a-z-]+ )??"
    r"(?:people|persons|seats|coaches|minibuses|vehicles|drivers|parties|places|stops|days|dates|hours|minutes"
    r"|towns|townships|trains|lists|files|workbooks|sheets|rows|columns|cells|numbers|sizes|characters|names"
    r"|events|plans|points|rules|violations|reasons|errors|corrections|duplicates|packs|pins|decisions|changes"
    r"|findings|companions|employers|escorts)\b|\{(?:n|runs|count)\} runs\b|\w\(s\)"
)


def test_what_is_counted_has_its_singular() -> None:
    texts = {one for path in PACKAGE.rglob("*.py") for one, many in _given(path) if not many}
    texts |= {text for path in PACKAGE.rglob("*.j2") for text in _template_messages(path)}
    assert sorted(text for text in texts - _NEVER_ONE if _COUNTED.search(text)) == [], "use ngettext or count_text"
    assert texts >= _NEVER_ONE


def test_messages_of_templates_are_found(tmp_path: Path) -> None:
    template = tmp_path / "page.html.j2"
    template.write_text(
        '<p title="{{ _("One") }}">{% for each in _("Two") %}{{ each | f(_("Three")) }}{% endfor %}</p>'
    )
    assert _template_messages(template) == {"One", "Two", "Three"}


def test_translations_keep_the_placeholders() -> None:
    wrong = [
        key
        for po in LOCALE_DIR.rglob("*.po")
        for key, text in _catalogue(po).items()
        if text and _fields(key[1] or key[0]) != _fields(text)
    ]
    assert wrong == []


@pytest.mark.parametrize("po", sorted(LOCALE_DIR.rglob("*.po")), ids=lambda po: po.stem)
def test_compiled_catalogue_says_what_its_source_says(po: Path) -> None:
    with po.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    stale = [
        one
        for (one, many), text in _catalogue(po).items()
        if text and any((compiled.ngettext(one, many, n) if many else compiled.gettext(one)) != text for n in (1, 2))
    ]
    assert stale == [], "run python tools/catalogue.py"


def test_language_switches() -> None:
    assert i18n._("Seats") == "座位数"
    i18n.set_language("en")
    assert i18n._("Seats") == "Seats"


@pytest.mark.parametrize(("number", "english", "chinese"), [(0, "0 runs", "0 个班次"), (1, "1 run", "1 个班次")])
def test_what_is_counted_is_named_in_the_right_number(number: int, english: str, chinese: str) -> None:
    i18n.set_language("zh")
    assert i18n.count_text("{n} run", "{n} runs", number) == chinese
    i18n.set_language("en")
    assert i18n.count_text("{n} run", "{n} runs", number) == english
    assert i18n.count_text("{n} run", "{n} runs", 1234) == "1,234 runs"
