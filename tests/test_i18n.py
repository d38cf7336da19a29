"""Every message has its Chinese translation, with the same placeholders, and what is compiled is current."""

from __future__ import annotations

import ast
import gettext
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
    """Return every literal given to `_` in a module, and the short helps of the command table."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            assert len(node.args) == 1, f"{path}:{node.lineno}: _ takes one message"
            argument = node.args[0]
            if isinstance(argument, ast.Constant):
                found.add(argument.value)
    return found


def _template_messages(path: Path) -> set[str]:
    """Return every literal given to `_` in a template."""
    found = set()
    for line, _function, message in extract_from_ast(Environment().parse(path.read_text(encoding="utf-8")), ("_",)):
        assert isinstance(message, str), f"{path}:{line}: _ takes one message"
        found.add(message)
    return found


def _catalogues() -> dict[str, str]:
    translations: dict[str, str] = {}
    for po in LOCALE_DIR.rglob("*.po"):
        with po.open("rb") as file:
            for entry in read_po(file, locale="zh_CN"):
                if entry.id and isinstance(entry.id, str):
                    translations[entry.id] = str(entry.string)
    return translations


def _fields(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name}


def test_every_message_is_translated() -> None:
    messages = {m: path.name for path in PACKAGE.rglob("*.py") for m in _messages(path)}
    messages |= {m: path.name for path in PACKAGE.rglob("*.j2") for m in _template_messages(path)}
    translations = _catalogues()
    missing = sorted(f"{file}: {message}" for message, file in messages.items() if not translations.get(message))
    assert missing == []


def test_messages_of_templates_are_found(tmp_path: Path) -> None:
    template = tmp_path / "page.html.j2"
    template.write_text(
        '<p title="{{ _("One") }}">{% for each in _("Two") %}{{ each | f(_("Three")) }}{% endfor %}</p>'
    )
    assert _template_messages(template) == {"One", "Two", "Three"}


def test_translations_keep_the_placeholders() -> None:
    wrong = [key for key, value in _catalogues().items() if value and _fields(key) != _fields(value)]
    assert wrong == []


@pytest.mark.parametrize("po", sorted(LOCALE_DIR.rglob("*.po")), ids=lambda po: po.stem)
def test_compiled_catalogue_says_what_its_source_says(po: Path) -> None:
    with po.open("rb") as file:
        said = {
            entry.id: entry.string for entry in read_po(file, locale="zh_CN") if isinstance(entry.id, str) and entry.id
        }
    with po.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    stale = [message for message, text in said.items() if text and compiled.gettext(message) != text]
    assert stale == [], "run python tools/catalogue.py"


def test_language_switches() -> None:
    assert i18n._("Seats") == "座位数"
    i18n.set_language("en")
    assert i18n._("Seats") == "Seats"
