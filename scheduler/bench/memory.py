"""Peak memory of all processes under this one, by what each adds: its proportional set size, or what is its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

_EVERY_S = 0.5


class PeakMemory:
    """The greatest sum seen so far, in MiB; None where nothing was seen."""

    def __init__(self) -> None:
        self.peak_mib: float | None = None

    def look(self) -> None:
        """Measure once."""
        size_bytes = sum(_bytes(each) for each in psutil.Process().children(recursive=True))
        if size_bytes:
            self.peak_mib = max(self.peak_mib or 0.0, size_bytes / 2**20)


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


def _bytes(process: psutil.Process) -> int:
    """Return what a process adds; shared pages are shared out where the system (Linux) tells, else left out."""
    try:
        figures = process.memory_full_info()
    except psutil.Error:
        return 0  # it has ended meanwhile
    return int(getattr(figures, "pss", figures.uss))
