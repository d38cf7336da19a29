"""Peak memory of all processes under this one, by what each adds (proportional set size); Linux only."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PROC = Path("/proc")
_EVERY_S = 0.5


class PeakMemory:
    """The greatest sum seen so far, in MiB; None where the system does not tell."""

    def __init__(self) -> None:
        self.peak_mib: float | None = None

    def look(self) -> None:
        """Measure once."""
        kib = sum(_pss_kib(pid) for pid in _descendants(os.getpid()))
        if kib:
            self.peak_mib = max(self.peak_mib or 0.0, kib / 1024)


@contextmanager
def watch_memory() -> Iterator[PeakMemory]:
    """Measure the processes below this one twice a second until the block ends."""
    peak = PeakMemory()
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_EVERY_S):
            peak.look()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def _descendants(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in _PROC.glob("[0-9]*/stat") if _PROC.is_dir() else ():
        try:
            # pid (name) state ppid ...; a name may hold spaces and brackets
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue  # it has ended meanwhile
        children.setdefault(parent, []).append(int(entry.parent.name))
    found: list[int] = []
    waiting = [root]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _pss_kib(pid: int) -> int:
    try:
        text = (_PROC / str(pid) / "smaps_rollup").read_text()
    except OSError:
        return 0  # it has ended meanwhile, or the system has no such file
    match = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    return int(match[1]) if match else 0
