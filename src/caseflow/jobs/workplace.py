"""The workplace: what a worker needs of an engine, and nothing more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from caseflow.jobs.calling import Result
from caseflow.jobs.handlers import Handler
from caseflow.store import Backlog, JobKey, LeasedJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """So many jobs of a topic, each under a lease of its own."""

    topic: str
    owners: Sequence[str]
    lease: timedelta


class Workplace(Protocol):
    """Where jobs are taken from and their results handed in; each call is a transaction."""

    def now(self) -> datetime:
        """Return the moment it is."""
        ...

    def take(self, wanted: Iterable[Wanted]) -> list[LeasedJob]:
        """Lease jobs that are ready, the most urgent of each topic."""
        ...

    def take_one(self, key: JobKey, *, owner: str, lease: timedelta) -> LeasedJob | None:
        """Lease one job, if it is there, ready, and nobody has it."""
        ...

    def renew(self, leases: Sequence[LeasedJob], *, lease: timedelta) -> list[LeasedJob]:
        """Move the end of leases, and return those that have lost their job."""
        ...

    def hand_back(self, leases: Sequence[LeasedJob]) -> int:
        """Give up leases whose jobs were not begun."""
        ...

    def settle(self, lease: LeasedJob, handler: Handler, result: Result) -> Result:
        """Apply a result to its case, and return what was recorded of it.

        What the case cannot take is recorded as a failure of the job.

        Raises:
            LeaseLost: the job was done, taken by another worker, or withdrawn.
            CaseNotOpen: the case is suspended; the lease is given up.
        """
        ...

    def backlog(self) -> list[Backlog]:
        """Return what waits for a worker now, by topic."""
        ...

    def count_expired(self) -> int:
        """Return how many leases have ended without a word of their worker."""
        ...

    def announce(self, *, patience: timedelta) -> int:
        """Tell the task engine of jobs, again where it was told so long ago; return of how many.

        Where caseflow's own workers look for jobs themselves there is nothing to tell.
        """
        ...

    def run_due(self, *, limit: int) -> int:
        """Deliver messages and fire timers that are due, and return how many steps it took."""
        ...

    def next_due(self) -> datetime | None:
        """Return when the next timer is due."""
        ...
