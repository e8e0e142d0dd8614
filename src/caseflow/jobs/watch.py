"""What a worker tells of its work: to logs always, to metrics and traces where they are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from caseflow.store import Backlog, LeasedJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What came of one call: ``completed``, ``erred``, ``failed`` or ``refused``."""

    topic: str
    how: str
    seconds: float


class Watch(Protocol):
    """Sees what a worker does; it must be quick, and safe to call from several threads."""

    def doing(self, job: LeasedJob) -> AbstractContextManager[object]:
        """Stay around the call of a handler."""
        ...

    def began(self, job: LeasedJob, *, now: datetime) -> None:
        """See that a handler is about to be called."""
        ...

    def ended(self, ended: Ended) -> None:
        """See what came of it."""
        ...

    def stepped(self, steps: int) -> None:
        """See that timers were fired and messages delivered."""
        ...

    def looked(self, backlog: Sequence[Backlog], *, unknown: Sequence[Backlog]) -> None:
        """See what waits; ``unknown`` is what this worker has no handler for."""
        ...


class Unwatched:
    """Sees nothing."""

    def doing(self, job: LeasedJob) -> AbstractContextManager[object]:  # noqa: ARG002
        """Do nothing."""
        return nullcontext()

    def began(self, job: LeasedJob, *, now: datetime) -> None:
        """Do nothing."""

    def ended(self, ended: Ended) -> None:
        """Do nothing."""

    def stepped(self, steps: int) -> None:
        """Do nothing."""

    def looked(self, backlog: Sequence[Backlog], *, unknown: Sequence[Backlog]) -> None:
        """Do nothing."""
