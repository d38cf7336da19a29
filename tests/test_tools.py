"""What `make` runs at the end of an installation runs."""

from __future__ import annotations

from tools.compile_bound import compile_bound


def test_the_bound_is_compiled() -> None:
    compile_bound()
