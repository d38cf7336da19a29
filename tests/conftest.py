"""Fixtures for all tests, and how hypothesis runs them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from scheduler.cli.common import use_language

# Two runs of one commit try the same examples: what fails on the build machine fails here too.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None, print_blob=True)
settings.load_profile("repeatable")


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begin every test in the default language, whatever the test before it spoke."""
    monkeypatch.setenv("LANGUAGE", "")  # use_language sets it for gettext; the environment comes back afterwards
    monkeypatch.delenv("SCHEDULER_DB", raising=False)  # no test writes to a county's server
    use_language("zh")
    yield
    use_language("zh")


@pytest.fixture
def english(chinese: None) -> None:
    """Speak English for one test; the default is Chinese."""
    use_language("en")
