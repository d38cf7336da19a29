"""What somebody typed: it may hold a name, and is kept apart from the events that hold a digest of it."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, StringConstraints


class _FreeTextMark:
    """Marks the fields that hold what somebody typed."""


def storable(text: str) -> str:
    """Return a text that every database takes: no NUL, no half of a character as a command line may hold."""
    return text.encode(errors="replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


FreeText = Annotated[str, BeforeValidator(storable), StringConstraints(max_length=4000), _FreeTextMark()]
"""What somebody typed; empty where nothing was said, or where it has been erased."""

LongText = Annotated[str, BeforeValidator(storable), _FreeTextMark()]
"""As FreeText, of any length: the program wrote it, of what was typed (paths of files)."""


@cache
def free_texts(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the names of the fields that hold what somebody typed."""
    return tuple(
        name
        for name, field in model.model_fields.items()
        if any(isinstance(mark, _FreeTextMark) for mark in field.metadata)
    )
