"""Fixtures for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scheduler import i18n


@pytest.fixture
def english() -> Iterator[None]:
    """Speak English for one test; the default is Chinese."""
    before = i18n.language()
    i18n.set_language("en")
    yield
    i18n.set_language(before)
