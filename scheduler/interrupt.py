"""What Ctrl-C and SIGTERM mean: they end a command, or ask it for the best it has."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

# Ctrl-Break is Windows' own; SIGTERM reaches no Python program there.
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]


class Interrupt:
    """Whether an end has been asked for; the first time it ends the command while there is nothing to keep."""

    def __init__(self) -> None:
        self._asked = False
        self.ends_command = True

    def is_asked(self) -> bool:
        """Return whether an end has been asked for.

        Raises
        ------
        KeyboardInterrupt
            When it has, and there is nothing to keep: a library may have swallowed the one that came with the signal.
        """
        if self._asked and self.ends_command:
            raise KeyboardInterrupt
        return self._asked

    def ask(self, _signal: int, _frame: FrameType | None) -> None:
        """Take a signal."""
        self._asked = True
        if self.ends_command:
            if signal.getsignal(_signal) == self.ask:  # not called by hand
                _ends.set()
            raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[Interrupt]:
    """Let signals ask for an end inside the block, however often they come."""
    interrupt = Interrupt()
    if threading.current_thread() is not threading.main_thread():
        yield interrupt  # signals are not for us to take
        return
    previous = {number: signal.signal(number, interrupt.ask) for number in _SIGNALS}
    complain = _hush_lost_interrupts()
    try:
        yield interrupt
    finally:
        sys.unraisablehook = complain
        for number, handler in previous.items():
            signal.signal(number, handler)


def _hush_lost_interrupts() -> Callable[[sys.UnraisableHookArgs], object]:
    """Say nothing of an interrupt that falls into a place that cannot raise: it is known. Return the hook before."""
    complain = sys.unraisablehook

    def complain_of_others(unraisable: sys.UnraisableHookArgs) -> None:
        if not isinstance(unraisable.exc_value, KeyboardInterrupt):
            complain(unraisable)

    sys.unraisablehook = complain_of_others
    return complain


_AGAIN_S = 1.0
_ends = threading.Event()


def end_on_signals() -> None:
    """Let every signal end a command with one line, as Ctrl-C does."""
    _hush_lost_interrupts()
    for number in _SIGNALS:
        signal.signal(number, _end)


def is_ending() -> bool:
    """Tell whether a signal has ended the command; what a library made of the interrupt does not matter."""
    return _ends.is_set()


def _end(_number: int, _frame: FrameType | None) -> None:
    # An interrupt that falls into a place that cannot raise is lost, and the command would go on: it comes again.
    if not _ends.is_set():
        _ends.set()
        _remind_soon()
    raise KeyboardInterrupt


def _remind_soon() -> None:
    timer = threading.Timer(_AGAIN_S, _remind)
    timer.daemon = True
    timer.start()


def _remind() -> None:
    # Nothing happens once the program ignores signals.
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:  # this one wakes what waits for the system, too
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    _remind_soon()


def ignore_signals() -> None:
    """Let no signal disturb the end of the program: what was to be done is done."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
