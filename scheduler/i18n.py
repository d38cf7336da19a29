"""The user's language: English message ids, Chinese catalogues (gettext), Chinese by default.

Each package keeps its own catalogue, ``locale/zh_CN/LC_MESSAGES/<package>.po``, compiled to ``.mo`` beside
it by ``tools/catalogue.py``. A test holds that every message has its translation.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]

LOCALE_DIR = Path(__file__).parent / "locale"
_language: Language = "zh"


def set_language(language: Language) -> None:
    """Choose the language of all messages from now on.

    Parameters
    ----------
    language : {"zh", "en"}
    """
    global _language
    _language = language


def language() -> Language:
    """Return the language in use."""
    return _language


@cache
def _chinese() -> gettext.NullTranslations:
    """Return all compiled Chinese catalogues as one."""
    catalogue = gettext.NullTranslations()
    for path in sorted((LOCALE_DIR / "zh_CN" / "LC_MESSAGES").glob("*.mo")):
        with path.open("rb") as file:
            part = gettext.GNUTranslations(file)
        part.add_fallback(catalogue)
        catalogue = part
    return catalogue


@cache
def _in_chinese(message: str) -> str:
    # A list asks for the same few words in each of its thousands of rows, and every catalogue is asked in turn.
    return _chinese().gettext(message)


def _(message: str) -> str:
    """Translate an English message id into the language in use."""
    return _in_chinese(message) if _language == "zh" else message


def ngettext(one: str, many: str, number: int) -> str:
    """Translate a message that counts something: in English `one` where the number is 1, else `many`."""
    if _language == "zh":
        return _chinese().ngettext(one, many, number)
    return one if number == 1 else many


def count_text(one: str, many: str, number: int) -> str:
    """Return a number with what it counts, for sentences that count several things: 1 run, 1,204 runs.

    Parameters
    ----------
    one, many : str
        Message ids with {n} in the place of the number: "{n} run", "{n} runs".
    """
    return ngettext(one, many, number).format(n=f"{number:,}")
