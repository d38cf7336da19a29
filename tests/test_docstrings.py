"""Every public name says what it takes, what it gives, and what its parts mean, in the sections of numpydoc."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import scheduler

PUBLIC = {name: getattr(scheduler, name) for name in scheduler.__all__ if name != "__version__"}
CLASSES = {name: found for name, found in PUBLIC.items() if inspect.isclass(found)}
FUNCTIONS = {name: found for name, found in PUBLIC.items() if not inspect.isclass(found)}


def section(doc: str | None, title: str) -> dict[str, str] | None:
    """Return the entries of a section by name, each with what stands behind and below it; None without the section."""
    lines = rf"^{title}\n-{{{len(title)}}}\n(.*?)(?=^\w[\w ]*\n-+$|\Z)"
    match = re.search(lines, inspect.cleandoc(doc or ""), re.MULTILINE | re.DOTALL)
    if match is None:
        return None
    entries: dict[str, str] = {}
    for head, below in re.findall(r"^(\S.*)((?:\n(?: .*)?)*)", match[1], re.MULTILINE):
        names, _colon, kind = head.partition(" : ")
        entries |= dict.fromkeys((name.strip() for name in names.split(",")), f"{kind}{below}".strip())
    return entries


def fields(found: type) -> list[str]:
    if dataclasses.is_dataclass(found):
        return [field.name for field in dataclasses.fields(found) if not field.name.startswith("_")]
    return list(getattr(found, "model_fields", {}))


def methods(found: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, member in vars(found).items():
        function = getattr(member, "__func__", member)
        if not name.startswith("_") and inspect.isfunction(function):
            yield name, function


def parameters(function: Callable[..., Any]) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]


@pytest.mark.parametrize("name", CLASSES)
def test_each_field_of_a_class_is_explained(name: str) -> None:
    explained = section(CLASSES[name].__doc__, "Attributes") or {}
    assert [field for field in fields(CLASSES[name]) if field not in explained] == []


@pytest.mark.parametrize("name", CLASSES)
def test_each_method_and_property_of_a_class_is_explained(name: str) -> None:
    """A method may name its parameters in its sentence, `so`, where a section would say no more."""
    for method, function in methods(CLASSES[name]):
        doc = function.__doc__ or ""
        explained = set(section(doc, "Parameters") or ()) | set(re.findall(r"`(\w+)`", doc))
        assert doc, method
        assert [each for each in parameters(function) if each not in explained] == [], method
    properties = {each: member for each, member in vars(CLASSES[name]).items() if isinstance(member, property)}
    assert [each for each, member in properties.items() if not member.__doc__] == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_what_it_takes_and_gives(name: str) -> None:
    function = FUNCTIONS[name]
    explained = section(function.__doc__, "Parameters") or {}
    options = [each for each in parameters(function) if each != "options"]  # of `solve`: see test_public_api
    assert [each for each in options if each not in explained] == []
    if inspect.signature(function).return_annotation not in (None, "None"):
        assert section(function.__doc__, "Returns")


def test_sections_are_read_as_they_are_written() -> None:
    doc = "Sum.\n\nParameters\n----------\na, b : int\n    What.\n\nc : str\n\nReturns\n-------\nint\n    It.\n"
    explained = section(doc, "Parameters") or {}
    assert list(explained) == ["a", "b", "c"]
    assert explained["b"].split() == ["int", "What."]
    assert section(doc, "Returns") == {"int": "It."}
    assert section(doc, "Raises") is None
