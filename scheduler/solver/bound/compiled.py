"""Compiling the loops of the bound: by numba on first use, kept beside the source or in the user's cache folder."""

from __future__ import annotations

import pickle
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
    else:
        _forget_unreadable(fast)
    return cast(F, fast)


def _forget_unreadable(fast: Any) -> None:
    """Empty a cache that names what this version of the program does not have any more.

    Installing a new version leaves the caches of the old one. An index holds the types of the arguments, among them
    our named tuples, and numba does not expect that one of them is gone or has another name: reading it would end
    the program each time.
    """
    try:
        fast._cache._cache_file._load_index()
    except (AttributeError, ImportError, EOFError, pickle.UnpicklingError):
        fast._cache.flush()
