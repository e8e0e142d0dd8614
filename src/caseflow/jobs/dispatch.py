"""The port to task engines: how whoever does a job learns of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from typing import Protocol, TypeAlias
from weakref import WeakMethod

from caseflow.store import Announced, HostConnection

Errand: TypeAlias = Callable[[Announced], None]
"""Does one job, if it is still there and nobody has it: a second call does nothing."""


class Dispatcher(Protocol):
    """Brings jobs to those who do them.

    The job row is the truth, whatever carries the news of it: what is told twice is done
    once, and what was told in vain is told again.
    """

    @property
    def is_polled(self) -> bool:
        """Whether caseflow's own workers look for jobs themselves."""
        ...

    def bind(self, errand: Errand, *, tenant: str) -> None:
        """Take what does a job of the one engine that this belongs to."""
        ...

    def announce(self, connection: HostConnection, jobs: Sequence[Announced]) -> bool:
        """Tell of jobs within the transaction that starts them; False where that is impossible."""
        ...

    def publish(self, jobs: Sequence[Announced]) -> None:
        """Tell of jobs whose transaction was committed."""
        ...

    def carry(self, queues: Collection[str], *, threads: int) -> AbstractContextManager[object]:
        """Run the task engine's own worker in this process, where it can be run like that."""
        ...


class Poller:
    """The embedded default: workers look into the table, and a commit in their process wakes them.

    Needs nothing but the database.
    """

    is_polled = True

    def bind(self, errand: Errand, *, tenant: str) -> None:
        """Do nothing: workers take jobs themselves."""

    def announce(self, connection: HostConnection, jobs: Sequence[Announced]) -> bool:  # noqa: ARG002
        """Do nothing: the row in the table says it all."""
        return True

    def publish(self, jobs: Sequence[Announced]) -> None:
        """Do nothing: the row in the table says it all."""

    def carry(
        self,
        queues: Collection[str],  # noqa: ARG002
        *,
        threads: int,  # noqa: ARG002
    ) -> AbstractContextManager[object]:
        """Do nothing: caseflow's own worker does the jobs."""
        return nullcontext()


class Bell:
    """Wakes the workers of this process when something was committed in it."""

    def __init__(self) -> None:
        """Begin with nobody to wake."""
        self._lock = Lock()
        self._listeners: tuple[WeakMethod[Callable[[], None]], ...] = ()

    def wake(self, listener: Callable[[], None]) -> None:
        """Call a method whenever the bell rings, as long as its object lives."""
        with self._lock:
            self._listeners = (*self._listeners, WeakMethod(listener))

    def ring(self) -> None:
        """Wake everybody."""
        for listener in self._listeners:
            found = listener()
            if found is not None:
                found()
