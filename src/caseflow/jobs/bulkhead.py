"""A bulkhead: the jobs of one topic in one worker, which never wait for those of another."""

from __future__ import annotations

import heapq
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime

from caseflow.jobs.handlers import Handler
from caseflow.store import LeasedJob

_AHEAD_FOR = 0.25
"""Seconds of work that a worker takes before it can begin with it."""

_WEIGHT = 0.2
"""Of the latest job in the mean of what a job takes."""


@dataclass(slots=True, eq=False)
class Run:
    """One job that a thread is at; ``began`` on the monotonic clock, in seconds."""

    lease: LeasedJob
    began: float
    is_abandoned: bool = False


@dataclass(order=True, slots=True)
class _Waiting:
    rank: int
    ready_at: datetime
    order: int
    lease: LeasedJob = field(compare=False)


class Bulkhead:
    """Jobs that wait and jobs that run, of one handler; threads of the worker share it."""

    def __init__(self, handler: Handler, *, limit: int) -> None:
        """Let at most ``limit`` jobs run at a time."""
        self.handler = handler
        self.limit = limit
        self._change = threading.Condition()
        self._waiting: list[_Waiting] = []
        self._running: dict[str, Run] = {}
        self._idle = 0
        self._threads = 0
        self._order = 0
        self._mean = 0.0
        self._is_closed = False

    @property
    def room(self) -> int:
        """How many more jobs the worker should lease for this bulkhead.

        Those that end quickly are leased ahead, a batch at a time; slow ones wait in the
        database, where any other worker may take them.
        """
        with self._change:
            ahead = int(_AHEAD_FOR / self._mean) if self._mean else 0
            most = self.limit + min(ahead, 2 * self.limit)
            room = most - len(self._running) - len(self._waiting)
            return room if 2 * room >= most - self.limit else 0

    @property
    def running(self) -> list[Run]:
        """Every job that a thread is at, those given up on included."""
        with self._change:
            return list(self._running.values())

    @property
    def hung(self) -> int:
        """How many threads are at a job that was given up on."""
        return sum(run.is_abandoned for run in self.running)

    @property
    def leases(self) -> list[LeasedJob]:
        """Everything that this worker has a lease on."""
        with self._change:
            at_work = [run.lease for run in self._running.values() if not run.is_abandoned]
            return at_work + [one.lease for one in self._waiting]

    def offer(self, lease: LeasedJob) -> bool:
        """Put a job in; return whether it needs a thread more."""
        with self._change:
            self._order += 1
            waiting = _Waiting(
                rank=-lease.priority, ready_at=lease.ready_at, order=self._order, lease=lease
            )
            heapq.heappush(self._waiting, waiting)
            self._change.notify()
            needs_thread = self._idle < len(self._waiting) and self._threads < self.limit
            self._threads += needs_thread
            return needs_thread

    def begin(self) -> Run | None:
        """Wait for a job and begin with the most urgent; None when the bulkhead is closed."""
        with self._change:
            self._idle += 1
            while not self._waiting and not self._is_closed:
                self._change.wait()
            self._idle -= 1
            if not self._waiting:
                return None
            lease = heapq.heappop(self._waiting).lease
            run = Run(lease=lease, began=time.monotonic())
            self._running[lease.owner] = run
            return run

    def finish(self, run: Run) -> bool:
        """Note that a handler has ended; False where it was given up on."""
        with self._change:
            took = time.monotonic() - run.began
            self._mean += _WEIGHT * (took - self._mean) if self._mean else took
            return not run.is_abandoned

    def leave(self, run: Run) -> None:
        """Make room: all is done that there is to do for a job."""
        with self._change:
            del self._running[run.lease.owner]

    def abandon_hung(self) -> list[Run]:
        """Give up on what takes longer than its handler may; its thread is not free until it ends.

        So a handler that hangs stops its own bulkhead at most, and never fills the machine.
        """
        latest = time.monotonic() - self.handler.timeout.total_seconds()
        with self._change:
            hung = [
                run
                for run in self._running.values()
                if run.began < latest and not run.is_abandoned
            ]
            for run in hung:
                run.is_abandoned = True
            return hung

    def drop(self, lost: LeasedJob) -> None:
        """Forget a job that was not begun and whose lease is gone."""
        with self._change:
            self._waiting = [one for one in self._waiting if one.lease is not lost]
            heapq.heapify(self._waiting)

    def close(self) -> list[LeasedJob]:
        """Begin with nothing more, and return what was not begun."""
        with self._change:
            self._is_closed = True
            left = [one.lease for one in self._waiting]
            self._waiting.clear()
            self._change.notify_all()
            return left
