"""Processes that work for this one: they never outlive it, and Ctrl-C is none of their business.

A child is a fresh interpreter (never a fork: forking beside threads may hang) that takes calls from a pipe. A thread of
it does nothing but read that pipe, from before anything large is imported or unpickled, and ends the process as soon as
the other end closes, however its parent ended: this asks nothing of the system, and holds on Windows too. Code that
runs for long in a child must let go of the interpreter's lock (HiGHS does, compiled code with `nogil`).

SIGINT and SIGTERM are blocked in a child before its first instruction, as its parent has them blocked while it starts
it; on Windows a process group of its own keeps Ctrl-C away. What they mean is for the parent to say, and it ends its
children by `kill`.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from inspect import isgenerator
from queue import Empty, SimpleQueue
from typing import IO, Any, Literal, TypeVar

T = TypeVar("T")

_LENGTH_BYTES = 8
_NICENESS = 5
"""A process that gives way has a third of the time of one beside it on the same core."""

_JOIN_S = 5.0
"""A thread whose process was killed ends at once; should it not, nobody waits for it for ever."""


class LostProcessError(RuntimeError):
    """A process ended before it had answered: killed from outside, or brought down by what it did."""


# The child ------------------------------------------------------------------------------------------------------------


def serve() -> None:
    """Answer the calls that come from stdin, until it closes: the main program of a child."""
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)  # what a library prints must not stand among the answers
    waiting: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(calls, waiting), daemon=True).start()
    while True:
        call = waiting.get()
        try:
            function, arguments = pickle.loads(call)
            del call
            result = function(*arguments)
            if isgenerator(result):
                for part in result:
                    _write(answers, _packed(("part", part)))
                result = None
            answer = _packed(("result", result))
        except Exception as error:
            error.add_note(traceback.format_exc())
            answer = _packed_error(error)
        with suppress(OSError):  # nobody listens any more: the other thread ends this process
            _write(answers, answer)


def _listen(calls: IO[bytes], waiting: SimpleQueue[bytes]) -> None:
    try:
        while (call := _read(calls)) is not None:
            waiting.put(call)
    finally:
        os._exit(0)


def _packed_error(error: Exception) -> bytes:
    try:
        packed = _packed(("error", error))
        pickle.loads(packed)  # some exceptions go in but do not come out
    except Exception:
        packed = _packed(("error", RuntimeError(f"{type(error).__name__}: {error}")))
    return packed


def _packed(value: object) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _write(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(len(message).to_bytes(_LENGTH_BYTES, "little"))
    pipe.write(message)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes | None:
    """Return the next message, None when the other end has closed (in the middle of one, too)."""
    head = pipe.read(_LENGTH_BYTES)
    if len(head) < _LENGTH_BYTES:
        return None
    length = int.from_bytes(head, "little")
    message = pipe.read(length)
    return message if len(message) == length else None


# The parent -----------------------------------------------------------------------------------------------------------


class Process:
    """A child, and the calls to it: one at a time."""

    def __init__(self) -> None:
        program = f"import sys; sys.path[:] = {sys.path!r}; from scheduler.processes import serve; serve()"
        own_group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        with _signals_blocked():
            self._popen = subprocess.Popen(
                [sys.executable, "-c", program],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                creationflags=own_group,
            )

    def call(self, call: bytes, take: Callable[[Any], None] | None = None) -> Any:
        """Make a call (see `packed_call`) and return its result; `take` gets what a generator yields on the way.

        Raises
        ------
        LostProcessError
            When the process has ended.
        """
        calls = self._popen.stdin
        assert calls is not None
        with suppress(OSError):  # it has ended: then there is no answer either
            _write(calls, call)
        while (answer := self._answer()) is not None:
            kind: Literal["part", "result", "error"]
            kind, value = pickle.loads(answer)
            if kind == "error":
                raise value
            if kind == "result":
                return value
            if take is not None:
                take(value)
        raise LostProcessError(f"process {self._popen.pid} has ended")

    def _answer(self) -> bytes | None:
        assert self._popen.stdout is not None
        return _read(self._popen.stdout)

    def kill(self) -> None:
        """End the process at once, whatever it does; then its pipes read as closed."""
        self._popen.kill()
        self._popen.wait()

    def close(self) -> None:
        """Let go of a process and its pipes."""
        self.kill()
        for pipe in (self._popen.stdin, self._popen.stdout):
            assert pipe is not None
            with suppress(OSError):  # a call it has not read stands in the buffer
                pipe.close()


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Block what a child shall never get; a signal that comes meanwhile is delivered afterwards."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def packed_call(function: Callable[..., object], *arguments: object) -> bytes:
    """Return a call as it goes to a child: the function must be importable, the arguments picklable."""
    return _packed((function, arguments))


def give_way() -> None:
    """Let every other process go first from now on: this one has the time that they leave."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.SetPriorityClass.argtypes = wintypes.HANDLE, wintypes.DWORD
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), subprocess.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(_NICENESS)


class Pool(Executor):
    """An executor over processes: `begin` is called first in each of them. Its end kills them, without waiting.

    The first process starts at once, further ones when there is more to do than they can; one that is lost is
    replaced, and what it was at fails with LostProcessError.
    """

    def __init__(self, most: int, begin: bytes) -> None:
        self._most = most
        self._begin = begin
        self._jobs: SimpleQueue[tuple[Future[Any], bytes, Callable[[Any], None] | None] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._processes: set[Process] = set()
        self._ended = False
        self._open = 0
        self._grow()

    def _grow(self) -> None:
        # Threads that nobody waits for at exit: one may be starting a process or waiting for an answer.
        thread = threading.Thread(target=self._run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def submit(self, function: Callable[..., T], /, *arguments: Any, **_none: Any) -> Future[T]:
        """Have a process make a call, by positional arguments."""
        return self.submit_packed(packed_call(function, *arguments))

    def submit_packed(self, call: bytes, take: Callable[[Any], None] | None = None) -> Future[Any]:
        """Have a process make a call; `take` gets, in another thread, what a generator yields."""
        future: Future[Any] = Future()
        with self._lock:
            self._open += 1
            more = self._open > len(self._threads) and len(self._threads) < self._most
        if more:
            self._grow()
        self._jobs.put((future, call, take))
        return future

    def _run(self) -> None:
        process: Process | None = None
        with suppress(Exception):  # tried again for the first call, whose future then has the error
            process = self._started()
        while (job := self._jobs.get()) is not None:
            future, call, take = job
            if future.set_running_or_notify_cancel():
                try:
                    process = process or self._started()
                    result = process.call(call, take)
                except BaseException as error:
                    if process is not None and isinstance(error, LostProcessError):
                        self._drop(process)
                        process = None
                    future.set_exception(error)
                else:
                    future.set_result(result)
            with self._lock:
                self._open -= 1
        if process is not None:
            process.close()

    def _started(self) -> Process:
        """Return a new process that has begun."""
        with self._lock:
            if self._ended:
                raise LostProcessError("the pool has ended")
            process = Process()
            self._processes.add(process)
        try:
            process.call(self._begin)
        except BaseException:
            self._drop(process)
            raise
        return process

    def _drop(self, process: Process) -> None:
        with self._lock:
            self._processes.discard(process)
        process.close()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        """End all processes, whatever they are at; what has not begun is cancelled."""
        with self._lock:
            self._ended = True
            processes = list(self._processes)
        with suppress(Empty):
            while (job := self._jobs.get_nowait()) is not None:
                job[0].cancel()
        for process in processes:
            process.kill()
        for _thread in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(_JOIN_S)
