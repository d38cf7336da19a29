"""Processes beside the main one: a pool that remakes blocks, and one that raises the bound.

Processes are spawned, never forked: forking a process with threads (a live display, BLAS) may hang it. They get the
instance once, ignore Ctrl-C (the parent decides what it means), and end with the `with` block at the latest.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import chain
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection

from scheduler.solver.bound import Relaxation, proven_fen, whole_coaches
from scheduler.solver.classes import Instance
from scheduler.solver.dive import Guide, dive, guide, named, near_services
from scheduler.solver.node_dual import ServiceNumber
from scheduler.solver.services import Services
from scheduler.solver.work import start_worker

GUIDE_GAIN = 5e-3
GUIDE_SHARE = 0.3
"""The relaxation guides the search once a dozen rounds gain less than this share, or at this part of the time."""

TELL_SHARE = 0.02
TELL_GROWTH = 1.15
"""The search is told the services that branching uses at most once each such part of the time, when there are so many
more than last time: the first few lead to a plan in a second, all of them to the best."""

DIVES_SHARE = 0.4
MOST_DIVES = 8
"""It is dived into again until this part of the time is over, so often at most."""


def _start(instance: Instance) -> None:
    _follow_parent()
    start_worker(instance)


def _follow_parent() -> None:
    """Leave Ctrl-C to the parent, and do not outlive it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def worker_pool(workers: int, instance: Instance) -> Iterator[Executor | None]:
    """Yield a pool of worker processes, or None for one worker; leaving does not wait for work in flight."""
    if workers <= 1:
        yield None
        return
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_start, initargs=(instance,))
    try:
        yield pool
    finally:
        processes = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()


class Bounder:
    """The relaxation as it is solved in a process of its own: the bound, and guides for the search."""

    def __init__(self, receiver: Connection) -> None:
        self._receiver = receiver
        self._bound_fen = 0
        self._guides: list[Guide] = []
        self.guide_to_come = True
        self.alive = True

    def _receive(self) -> None:
        try:
            while self._receiver.poll():
                news = self._receiver.recv()
                if isinstance(news, Guide):
                    self._guides.append(news)
                else:
                    self._bound_fen = max(self._bound_fen, news)
        except (EOFError, BrokenPipeError):
            self.alive = self.guide_to_come = False  # it has proven all it can

    @property
    def bound_fen(self) -> int:
        """The best bound proven so far, 0 at first."""
        self._receive()
        return self._bound_fen

    def guide(self) -> Guide | None:
        """Return a guide that has come, each once."""
        self._receive()
        self.guide_to_come = self.guide_to_come and not self._guides
        return self._guides.pop(0) if self._guides else None


@contextmanager
def bounder(instance: Instance, seconds: float) -> Iterator[Bounder]:
    """Raise the bound beside the search, for at most so many seconds."""
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_raise_bound, args=(instance, seconds, sender), daemon=True)
    process.start()
    sender.close()
    try:
        yield Bounder(receiver)
    finally:
        process.terminate()
        process.join()
        receiver.close()


def _raise_bound(instance: Instance, seconds: float, sender: Connection) -> None:
    _follow_parent()
    started = time.monotonic()
    deadline = started + seconds
    if instance.n_classes:
        relaxation = Relaxation(instance, Services(instance))
        for prices in relaxation.improve(started + GUIDE_SHARE * seconds, least_gain=GUIDE_GAIN):
            sender.send(proven_fen(prices))
        near = near_services(relaxation)
        for turn in range(MOST_DIVES):
            if turn and time.monotonic() > started + DIVES_SHARE * seconds:
                break
            sender.send(guide(relaxation, dive(relaxation, lambda: time.monotonic() > deadline, turn), near))
        used: set[ServiceNumber] = set()
        told, tell_at = 0, time.monotonic() + TELL_SHARE * seconds
        for prices in chain(relaxation.improve(deadline), whole_coaches(relaxation, deadline, used)):
            sender.send(proven_fen(prices))
            if len(used) > TELL_GROWTH * told and time.monotonic() > tell_at:
                told, tell_at = len(used), time.monotonic() + TELL_SHARE * seconds
                sender.send(guide(relaxation, [], named(relaxation.pricer, sorted(used))))
        if len(used) > told:
            sender.send(guide(relaxation, [], named(relaxation.pricer, sorted(used))))
    sender.close()
