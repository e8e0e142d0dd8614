"""People in processes of their own who complete the same tasks at the same moment."""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import TypeAlias

from caseflow.engine import Engine
from caseflow.errors import CaseflowError

Ended: TypeAlias = tuple[str, str, bool]
"""The task; the error or nothing; whether that says to try again."""


def race(
    url: str, person: str, tasks: Sequence[str], barrier: Barrier, ended: Queue[list[Ended]]
) -> None:
    """Complete one task after the other, each together with everybody else."""
    found: list[Ended] = []
    with Engine(url) as engine:
        for task in tasks:
            barrier.wait()
            try:
                with engine.begin(actor=person) as work:
                    work.complete(task, {"by": person})
            except CaseflowError as failure:
                found.append((task, type(failure).__name__, failure.is_retryable))
            else:
                found.append((task, "", False))
    ended.put(found)
