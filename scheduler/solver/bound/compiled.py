"""Compiling the loops of the bound: by numba on first use, kept beside the source or in the user's cache folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a function, with a cache on disk where there is a place for it.

    It runs without the interpreter's lock, so that a process whose parent has gone can end meanwhile.
    """
    try:
        fast = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to write to: compiled anew by each process
        fast = numba.njit(nogil=True)(function)
    return cast(F, fast)
