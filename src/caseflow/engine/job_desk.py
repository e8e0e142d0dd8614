"""What workers do to an engine's jobs: take them, hand in results, and tell of new ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias, assert_never

from caseflow.clock import Clock
from caseflow.engine.cases import Cases, in_utc, told
from caseflow.engine.due import Done
from caseflow.errors import (
    CaseNotOpen,
    LeaseLost,
    NothingWaits,
    StaleCase,
    StoreError,
    UnknownCase,
)
from caseflow.jobs import (
    Completed,
    Dispatcher,
    Erred,
    Failed,
    Handler,
    Result,
    Wanted,
    sound,
)
from caseflow.kernel import Command, CompleteJob, FailJob, ThrowError
from caseflow.store import Backlog, JobKey, LeasedJob

BATCH = 500
"""Jobs that a task engine is told of at a time."""

Acting: TypeAlias = Callable[[], AbstractContextManager[Cases]]
"""Opens a transaction, in which whoever calls it acts for the engine itself."""

_NOBODY = (LeaseLost, NothingWaits, UnknownCase)
"""The job is not there any more."""


class Ticking(Protocol):
    """What lets the time of an engine pass: the engine itself."""

    def run_due(self, *, limit: int) -> Done:
        """Deliver and fire what is due."""
        ...

    def next_due(self) -> datetime | None:
        """Return when the next timer is due."""
        ...


class JobDesk:
    """The workplace of an engine's workers: each call is one transaction."""

    def __init__(
        self,
        engine: Ticking,
        *,
        acting: Acting,
        looking: Acting,
        clock: Clock,
        dispatcher: Dispatcher,
    ) -> None:
        """Take what lets time pass, and what opens a transaction to write or to look."""
        self._engine = engine
        self._acting = acting
        self._looking = looking
        self._clock = clock
        self._dispatcher = dispatcher

    def now(self) -> datetime:
        """Return the moment it is."""
        return in_utc(self._clock.now())

    def take(self, wanted: Iterable[Wanted]) -> list[LeasedJob]:
        """Lease jobs that are ready, the most urgent of each topic."""
        with self._looking() as cases:  # so that an idle worker locks nothing
            leases, now = cases.stores.leases, cases.now()
            asked = [one for one in wanted if leases.is_ready(one.topic, now=now)]
        if not asked:
            return []
        with self._acting() as cases:
            now = cases.now()
            return [
                lease
                for one in asked
                for lease in cases.stores.leases.take(
                    one.topic, one.owners, now=now, until=now + one.lease
                )
            ]

    def take_one(self, key: JobKey, *, owner: str, lease: timedelta) -> LeasedJob | None:
        """Lease one job, if it is there, ready, and nobody has it."""
        with self._acting() as cases:
            now = cases.now()
            return cases.stores.leases.take_one(key, owner, now=now, until=now + lease)

    def renew(self, leases: Sequence[LeasedJob], *, lease: timedelta) -> list[LeasedJob]:
        """Move the end of leases, and return those that have lost their job."""
        with self._acting() as cases:
            return cases.stores.leases.renew(leases, until=cases.now() + lease)

    def hand_back(self, leases: Sequence[LeasedJob]) -> int:
        """Give up leases whose jobs were not begun."""
        with self._acting() as cases:
            return cases.stores.leases.hand_back(leases)

    def settle(self, lease: LeasedJob, handler: Handler, result: Result) -> Result:
        """Apply a result to its case, and return what was recorded of it.

        What the case cannot take is recorded as a failure of the job.

        Raises:
            LeaseLost: the job was done, taken by another worker, or withdrawn.
            CaseNotOpen: the case is suspended; the lease is given up.
        """
        try:
            self._apply(lease, handler, result)
        except _NOBODY as failure:
            raise LeaseLost(_name(lease.key)) from failure
        except CaseNotOpen:
            self.hand_back([lease])
            raise
        except (StaleCase, StoreError):
            raise
        except Exception as failure:
            if isinstance(result, Failed):
                raise
            problem = sound(f"the case cannot take what came of the job: {told(failure)}")
            return self.settle(lease, handler, Failed(message=problem))
        return result

    def _apply(self, lease: LeasedJob, handler: Handler, result: Result) -> None:
        with self._acting() as cases:

            def command(at: datetime) -> Command:
                # The case is loaded, and so locked, by now: nobody can take the job from here on.
                if not cases.stores.leases.holds(lease):
                    raise LeaseLost(_name(lease.key))
                return _command(lease, handler, result, at=at, actor=cases.actor)

            cases.change(lease.key.case, command)

    def backlog(self) -> list[Backlog]:
        """Return what waits for a worker now, by topic."""
        with self._looking() as cases:
            return cases.stores.leases.backlog(cases.now())

    def count_expired(self) -> int:
        """Return how many leases have ended without a word of their worker."""
        with self._looking() as cases:
            return cases.stores.leases.count_expired(cases.now())

    def announce(self, *, patience: timedelta) -> int:
        """Tell the task engine of jobs, again where it was told so long ago; return of how many.

        Where caseflow's own workers look for jobs themselves there is nothing to tell.
        """
        if self._dispatcher.is_polled:
            return 0
        with self._looking() as cases:  # so that an idle relay locks nothing
            now = cases.now()
            if not cases.stores.leases.is_untold(now=now, before=now - patience):
                return 0
        with self._acting() as cases:
            leases, now = cases.stores.leases, cases.now()
            jobs = leases.announce(now=now, before=now - patience, limit=BATCH)
            has_joined = self._dispatcher.announce(leases.connection, jobs) if jobs else True
        if has_joined:
            return len(jobs)
        try:
            self._dispatcher.publish(jobs)
        except BaseException:
            with self._acting() as cases:
                cases.stores.leases.note_announced([one.key for one in jobs], at=None)
            raise
        return len(jobs)

    def run_due(self, *, limit: int) -> int:
        """Deliver messages and fire timers that are due, and return how many steps it took."""
        return self._engine.run_due(limit=limit).total

    def next_due(self) -> datetime | None:
        """Return when the next timer is due."""
        return self._engine.next_due()


def _command(
    lease: LeasedJob, handler: Handler, result: Result, *, at: datetime, actor: str
) -> Command:
    number = lease.key.number
    match result:
        case Completed(variables=variables):
            return CompleteJob(at=at, actor=actor, job=number, variables=variables)
        case Erred(code=code, payload=payload):
            return ThrowError(at=at, actor=actor, token=number, code=code, payload=payload)
        case Failed(message=message, is_final=is_final):
            key = f"{lease.key.case}:{lease.element}:{number}"
            return FailJob(
                at=at,
                actor=actor,
                job=number,
                message=message,
                retry_at=None if is_final else at + handler.backoff.pause(key, lease.attempt),
                tries=handler.retries,
                is_final=is_final,
            )
        case _:
            assert_never(result)


def _name(key: JobKey) -> str:
    return f"{key.case}:{key.number}"
