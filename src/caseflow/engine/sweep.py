"""Doing what is due in small transactions, so that people's commands come in between."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from caseflow.engine.cases import Cases
from caseflow.engine.due import Batch, Did, Done, Stuck, run_batch
from caseflow.engine.events import Events
from caseflow.errors import CaseflowError
from caseflow.store import pause

BATCH = 20
"""Steps of one transaction at most: as long as a person may have to wait for one of its cases."""

LEAST = 5
"""Steps of one transaction at least: to begin and to end one costs as much as a few steps."""

SLICE = 0.02
"""Seconds that a transaction should take where everybody waits for it, as on SQLite."""

TRIES = 5
"""How often a transaction is done again that another one got in the way of."""

LOOK_AGAIN = timedelta(minutes=1)
"""How often kept messages are compared with what is waited for, see `Memory`."""

Begin = Callable[[], AbstractContextManager[Cases]]
"""Opens a transaction for what nobody does by hand."""


@dataclass(slots=True)
class Memory:
    """When an engine has last compared kept messages with what is waited for.

    Where several write at once, a message may be kept in the moment in which a case begins
    to wait for it, and neither sees the other. It is found a minute later at the latest.
    """

    looked_at: datetime | None = None

    def must_look(self, now: datetime) -> bool:
        """Tell whether it is time again, and take it for done."""
        if self.looked_at is not None and self.looked_at <= now < self.looked_at + LOOK_AGAIN:
            return False
        self.looked_at = now
        return True


class Sweep:
    """One run of what is due."""

    def __init__(self, begin: Begin, events: Events, *, limit: int | None, is_idle: bool) -> None:
        """Do up to ``limit`` steps, or all there are, in transactions that ``begin`` opens.

        Where it ``is_idle`` nothing is due, and only events are looked at.
        """
        self._begin = begin
        self._events = events
        self._limit = limit
        self._is_idle = is_idle
        self._size = BATCH
        self._stuck = Stuck()
        self._done = Done()

    def run(self, on_step: Callable[[], None]) -> Done:
        """Do all of it, now a batch of what is due, now one of events."""
        has_moved = True
        while has_moved and self._left > 0:
            batch = Batch() if self._is_idle else self._batch(min(self._size, self._left))
            self._count(batch.steps, on_step)
            delivered = self._events.deliver(limit=self._left)
            self._count(delivered, on_step)
            has_moved = batch.has_moved or bool(delivered)
            self._is_idle = self._is_idle and not delivered  # they may have started something
        if not has_moved and not self._is_idle:
            self._clear()
        return self._done

    @property
    def _left(self) -> int:
        """How many steps it may still take."""
        return sys.maxsize if self._limit is None else self._limit - self._done.total

    def _count(self, steps: Iterable[Did], on_step: Callable[[], None]) -> None:
        for did in steps:
            self._done = self._done.plus(did)
            on_step()

    def _clear(self) -> None:
        """Take out what has expired: messages that found nobody, ids of messages long past."""
        is_more = True
        while is_more:
            with self._begin() as cases:
                expired = cases.stores.messages.drop_expired(cases.now())
                forgotten = cases.stores.receipts.drop_old(cases.now())
            self._done = replace(self._done, expired=self._done.expired + expired)
            is_more = max(expired, forgotten) > 0

    def _batch(self, limit: int) -> Batch:
        """Do one transaction, again where another one gets in its way: then nothing happened."""
        for tries_left in reversed(range(TRIES)):
            begun = time.perf_counter()
            try:
                with self._begin() as cases:
                    batch = run_batch(cases, limit=limit, stuck=self._stuck)
                    is_in_the_way = cases.stores.waiting.is_in_the_way
            except CaseflowError as failure:
                if not (failure.is_retryable and tries_left):
                    raise
            else:
                if is_in_the_way and len(batch.steps) == limit:
                    self._give_way(limit, time.perf_counter() - begun)
                return batch
        raise AssertionError("unreachable: the last try returns or raises")

    def _give_way(self, steps: int, seconds: float) -> None:
        """Let others write, who can only now and then look whether the database is free.

        SQLite has no queue: a writer who waits looks again after 1, 2, 5, 10, ... 100
        milliseconds. It is free half of the time, so that few need more than a few looks.
        """
        self._size = min(max(LEAST, round(steps * SLICE / seconds)), BATCH)
        pause(seconds)
