"""Ids and times of SpiffWorkflow's tasks, counted in the case instead of drawn and read.

SpiffWorkflow draws a random id for each of its tasks and stamps it with the time of the
machine. Within ``counted`` both come from one counter, so that the same command on the
same case gives the same memory, byte for byte; outside of it nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

import SpiffWorkflow.task as tasks


@dataclass(slots=True)
class Counter:
    """A number that only grows; the case keeps it between commands."""

    value: int = 0

    def next(self) -> int:
        """Return a number that was not given before."""
        self.value += 1
        return self.value


_counter: ContextVar[Counter | None] = ContextVar("_counter", default=None)
_draw_id = tasks.uuid4
_machine_time = tasks.time


class _Ticks:
    """Stands for the module ``time`` where SpiffWorkflow stamps its tasks."""

    @staticmethod
    def time() -> float:
        counter = _counter.get()
        return float(_machine_time.time() if counter is None else counter.next())


def _id() -> UUID:
    counter = _counter.get()
    drawn: UUID = _draw_id() if counter is None else UUID(int=counter.next())
    return drawn


tasks.uuid4 = _id
tasks.time = _Ticks


@contextmanager
def counted(counter: Counter) -> Iterator[None]:
    """Let SpiffWorkflow take its ids and times from a counter."""
    token = _counter.set(counter)
    try:
        yield
    finally:
        _counter.reset(token)
